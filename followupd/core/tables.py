"""What the core knows about domains, local parts of addresses and titles. Data, and look-ups in it.

Sources: senders and organisers seen in public code and vendors' help pages (Greenhouse, Lever, Ashby,
Workday, iCIMS, GoodTime, Calendly, Fireflies, Metaview); the providers' own lists of their domains.
Every table is matched by domain or below. A table errs towards asking the user.
"""

from __future__ import annotations

import re


def table(text: str) -> frozenset[str]:
    """A table of words, written as running text."""
    return frozenset(text.split())


# Mailboxes that anybody can have: they say nothing about an employer.
FREEMAIL = table("""
    gmail.com googlemail.com msn.com passport.com ymail.com rocketmail.com aol.com aim.com
    icloud.com me.com mac.com privaterelay.appleid.com proton.me protonmail.com protonmail.ch pm.me
    tutanota.com tutanota.de tuta.com tuta.io tutamail.com keemail.me fastmail.com fastmail.fm hey.com
    zoho.com zoho.eu zohomail.com zohomail.eu mail.com email.com usa.com post.com mozmail.com duck.com
    web.de t-online.de freenet.de mail.de arcor.de online.de posteo.de posteo.net mailbox.org
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr
    libero.it virgilio.it tiscali.it alice.it tin.it inwind.it iol.it
    btinternet.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk sky.com tiscali.co.uk
    comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com
    shaw.ca sympatico.ca videotron.ca telus.net bigpond.com bigpond.net.au optusnet.com.au xtra.co.nz
    bluewin.ch gmx.net ziggo.nl kpnmail.nl planet.nl xs4all.nl telenet.be skynet.be aon.at chello.at
    telia.com online.no eircom.net seznam.cz centrum.cz email.cz wp.pl o2.pl onet.pl interia.pl gazeta.pl
    abv.bg ukr.net mail.ru bk.ru inbox.ru list.ru rambler.ru ya.ru
    qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com 139.com 189.cn
    naver.com daum.net hanmail.net kakao.com nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp
    uol.com.br bol.com.br terra.com.br ig.com.br rediffmail.com riseup.net disroot.org
    """)

# Freemail brands that exist under many countries' domains: yahoo.co.uk, hotmail.fr, gmx.at.
_FREEMAIL_BRAND = re.compile(r"(?:yahoo|hotmail|live|outlook|gmx|yandex)\.(?:com?\.)?(?:com|[a-z]{2})")

# Domains that many independent employers share.
SHARED_EMPLOYERS = table("""
    nhs.net nhs.scot mod.uk police.uk edu gov mil int gc.ca canada.ca europa.eu admin.ch bund.de
    gouv.fr gouv.qc.ca
    """)
# The same for a country's second level: gov.uk, edu.au, ac.jp, gob.mx, go.jp, govt.nz, gv.at.
_SHARED_SECOND_LEVEL = table("gov govt gob gouv go gv gub edu ac mil mod k12")

SCHEDULERS = table("""
    calendly.com cal.com savvycal.com zcal.co youcanbook.me youcanbookme.com acuityscheduling.com doodle.com
    goodtime.io modernloop.io prelude.co candidate.fyi tidycal.com chilipiper.com oncehub.com
    scheduleonce.com reclaim.ai calendarhero.com appoint.ly koalendar.com vyte.in paradox.ai
    """)

RECRUITING_SYSTEMS = table("""
    greenhouse.io greenhouse-mail.io lever.co ashbyhq.com myworkday.com myworkdayjobs.com icims.com
    smartrecruiters.com jobvite.com successfactors.com successfactors.eu taleo.net jazz.co applytojob.com
    breezy.hr workable.com workablemail.com bamboohr.com brassring.com oraclecloud.com teamtailor.com
    teamtailor-mail.com recruitee.com personio.de personio.com join.com softgarden.io
    softgarden.de rexx-systems.com pinpointhq.com bullhornstaffing.com bullhorn.com ultipro.com
    avature.net comeet.co comeet-notifications.com gem.com hirevue.com tribepad.com
    eightfold.ai phenompeople.com welcomekit.co
    """)

# They write to everybody who looks for work, every day; a company writes through them too.
JOB_BOARDS = table("linkedin.com indeed.com indeedemail.com")

NOTE_TAKERS = table("""
    fireflies.ai metaview.ai read.ai otter.ai fathom.video tldv.io avoma.com grain.com grain.co
    gong.io chorus.ai sembly.ai meetgeek.ai supernormal.com brighthire.ai brighthire.com pillar.hr
    tactiq.io granola.ai krisp.ai noota.io modjo.ai recall.ai
    """)

# Calendars, not people: shared, resource and imported calendars of Google (also unknownorganizer@), and
# the return addresses that iCloud gives to its invitations.
CALENDARS = frozenset({"calendar.google.com", "imip.me.com"})
GROUPS = frozenset({"googlegroups.com", "groups.io", "groups.outlook.com"})

# Local parts are compared as words, split at . - _ and with digits dropped.
ROBOT_WORDS = table("""
    noreply donotreply dontreply nepasrepondre keineantwort noresponder naoresponda nonrispondere
    noresponse mailer updates
    mailerdaemon postmaster notification notifications notify alerts automated automailer bounce bounces
    scheduler scheduling schedule calendar calendars calendarinvite calendarinvites invites invitations
    meetings bookings booking notetaker meetingbot notulist bot robot daemon reply replies
    """)
# These beside one of them name no person: interview-scheduling@, candidate-calendar@.
_ROBOT_FILLERS = table(
    "team interview interviews candidate candidates recruiting hiring onsite auto automatic "
    "system mail email chat meeting google outlook"
)
_ROBOT_STEMS = ("noreply", "donotreply", "notetaker", "meetingbot")
_ROBOT_ENDINGS = (*_ROBOT_STEMS, "scheduling", "scheduler")
# Mailboxes that several people read; info, support and sales as RFC 2142 section 3 and 4 name them.
GROUP_WORDS = table(
    "all everyone everybody team staff group panel interviewers allhands engineering office info "
    "hello interviews interview contact kontakt contacto reception frontdesk support helpdesk admin "
    "enquiries inquiries mailbox webmaster"
)
# These beside one of them: eng-all@, product.team@. Alone they may be names (Dev).
_GROUP_FILLERS = table("eng dev devs it product design platform data backend frontend sales marketing desk")
_ROOM_WORDS = table("room rooms confroom conferenceroom meetingroom boardroom huddleroom zoomroom")
_COORDINATOR_WORDS = table("coordinator coordinators coordination candidateexperience candex")
_COORDINATOR_FILLERS = table("interview interviews candidate candidates experience team onsite scheduling")
# One of these words in the local part is enough ...
RECRUITER_WORDS = table("""
    recruiting recruitment recruiter recruiters recruit talentacquisition hrteam humanresources careers
    jobs hiring candidates applicants peopleops peopleteam staffing karriere bewerbung bewerbungen personalabteilung
    recrutement candidature candidatures rrhh recursoshumanos seleccion empleo recrutamento vagas vacatures werving
    rekrytering rekrutacja kariera
    """)
# ... these are also names, initials or everyday words (Job is a Dutch first name): all words must be of the trade.
_RECRUITER_HINTS = table("hr talent talents people career job personal rh emploi ta")
_RECRUITER_FILLERS = table(
    "team ops operations acquisition partner partners department dept desk office human resources global "
    "uk us eu de fr emea apac"
)

_MACHINERY = (
    ("a scheduling program", SCHEDULERS),
    ("a recruiting system", RECRUITING_SYSTEMS),
    ("a job board", JOB_BOARDS),
    ("a note-taking robot", NOTE_TAKERS),
    ("a calendar", CALENDARS),
    ("a group", GROUPS),
)

# What stands before "room" in a room's name, and in no person's.
ROOM_NAMES = table(
    "conf conference meeting huddle board interview video zoom teams webex phone focus training war green"
)
_ROOM_NAME = re.compile(
    r"\b(?:conf|conference|meeting|huddle|board|interview|video|zoom|teams|webex|phone|focus|training) ?rooms?\b"
    r"|\broom [\w-]{0,3}\d|\broom$|^room\b|\bhuddle (?:space|area)\b|\bphone ?booth\b"
    # The names that Google makes for resources: "NYC-2-Training 1A (16)" (Admin SDK, generatedResourceName).
    r"|^\w{2,20}-\w{1,8}-[^()]{1,80}\(\d{1,3}\)"
    r"|\b(?:besprechungs|konferenz|meeting|sitzungs)(?:raum|zimmer)\b|\bvergader(?:zaal|ruimte|kamer)\b"
    r"|\bsalle de r[ée]union\b|\bsala (?:de )?(?:reuni|riunioni|juntas)|\b(?:m[øö]te|konferen[sc]e?)(?:s?rum|rom)\b"
    r"|会議室|会议室|회의실",
    re.IGNORECASE,
)
_ROBOT_NAME = re.compile(
    r"\b(?:note ?takers?|meeting (?:bot|notes|assistant)|no[- ]?reply|do not reply|ai (?:notes?|assistant)|meetgeek"
    r"|otter ?pilot|notes? assistant|gong assistant)\b"
    # The programs by the names of their sites, as they join calls.
    r"|\b(?:otter|fireflies|read|avoma|sembly|krisp|granola|metaview|tactiq)\.(?:ai|com|io)\b|\bfathom\.video\b|\btl;dv\b",
    re.IGNORECASE,
)


# The words that Outlook, Google and Exchange put before a title, as each language writes them, and the
# "[Hold]" of GoodTime (support.goodtime.io 1500008656502).
NOT_HELD = re.compile(
    r"\W*(?P<word>(?:cancell?ed|declined|moved|abgesagt|abgelehnt|verschoben|annulée?|cancelad[oa]|annullat[oa]"
    r"|geannuleerd|inställt|aflyst|avlyst)\b|hold(?=[\])]|\s*[:–—]|\s+-))",
    re.IGNORECASE,
)

# Titles that speak of interviews without being one of the user's own, or not surely.
DOUBTFUL = re.compile(
    r"\bde-?brief(?:s|ing)?\b|\bdébrief(?:ing)?\b|\bnachbesprechung\b"
    r"|\bmock\b|\brehearsal\b|\bdry[- ]run\b|\bpracti[cs]e interview|\binterview practi[cs]e\b"
    r"|(?<!of )\b(?:interview|bewerbungs|bewerber)?training\b"
    r"(?! (?:manager|lead|officer|coordinator|specialist|and|&))"
    r"|\bschulung\b|\binterview(?:ing)? (?:skills|coaching|workshop|course|tips)\b"
    r"|\bprep(?:aration|aring|are)?\b(?! (?:cook|chef))|\b(?:interview)?vorbereitung\b|\bpréparation\b"
    r"|\bpreparaci[óo]n\b|\bprepara[çc][ãa]o\b|\bpreparazione\b|\bvoorbereiding\b"
    r"|\b(?:press|(?<!social )media|radio|tv|podcast) interview"
    r"|\bpresse(?:interview|gespräch)\b|\binterview presse\b"
    r"|\bentrevista de prensa\b|\bpersinterview\b"
    r"|\b(?:exit|stay)[- ]?(?:interview|gespräch|gesprek)|\baustrittsgespräch\b"
    r"|\bentretien (?:de départ|annuel)\b"
    r"|\bentrevista de (?:salida|desligamento)\b"
    r"|\b(?:probe|übungs)interview\b|\boefengesprek\b|\bentretien blanc\b|\bsimulation d['’]entretien\b"
    r"|\bsimulacro\b|\bsimulação\b|\bsimulazione\b|模拟面试|模擬面接|面接練習|面接対策|모의 ?면접"
    r"|\bcalibration\b(?! (?:engineer|technician|specialist))"
    r"|\bhiring committee\b|\binterviewers? (?:sync|briefing|meeting)\b"
    r"|\b(?:reverse )?shadow(?:ing)?\b|\binterview (?:kick-?off|plan|planning|loop design)\b"
    r"|\b(?:user|customer|usability) interviews?\b",
    re.IGNORECASE,
)


def listed(domain: str, table: frozenset[str]) -> bool:
    """Whether the domain or one above it is in the table."""
    while domain:
        if domain in table:
            return True
        domain = domain.partition(".")[2]
    return False


def is_freemail(domain: str) -> bool:
    return listed(domain, FREEMAIL) or _FREEMAIL_BRAND.fullmatch(domain) is not None


def is_shared_employer(domain: str) -> bool:
    """Whether many independent employers have their addresses there."""
    _, _, suffix = domain.rpartition(".")
    second_level = domain.split(".")[-2:][0]
    by_country = len(suffix) == 2 and second_level in _SHARED_SECOND_LEVEL
    return by_country or listed(domain, SHARED_EMPLOYERS)


def machinery(domain: str) -> str:
    """What runs the domain where that is no employer of the people met, "" for all others."""
    return next((what for what, table in _MACHINERY if listed(domain, table)), "")


def is_robot_local(local: str) -> bool:
    """Whether nobody reads what is sent to such a local part."""
    words, joined = _words(local.partition("+")[0]), "".join(_words(local))
    if joined.startswith(_ROBOT_STEMS) or joined.endswith(_ROBOT_ENDINGS):
        return True
    return "".join(words) in ROBOT_WORDS or _is_made_of(words, ROBOT_WORDS, _ROBOT_FILLERS)


def is_group_local(local: str) -> bool:
    """Whether several people read what is sent to such a local part: info@, eng-all@."""
    words = _words(local)
    return "".join(words) in GROUP_WORDS or _is_made_of(words, GROUP_WORDS, _GROUP_FILLERS)


def is_room_local(local: str) -> bool:
    """Whether it is a room's: conf-room-4@, room-oak@. Room is a family name too: anna.room@ is none."""
    words = _words(local)
    return bool(words) and (words[0] in _ROOM_WORDS or "".join(words[:2]) in _ROOM_WORDS)


def is_coordinator_local(local: str) -> bool:
    """Whether those read it who arrange interviews: interview-coordinator@, candidate-experience@."""
    words = _words(local)
    joined = "".join(words).removesuffix("team")
    return joined in _COORDINATOR_WORDS or _is_made_of(words, _COORDINATOR_WORDS, _COORDINATOR_FILLERS)


def is_recruiter_local(local: str) -> bool:
    """Whether the local part names the trade: recruiting@, talent-team@, hr.uk@."""
    words = _words(local)
    if any(word in RECRUITER_WORDS for word in words) or "".join(words) in RECRUITER_WORDS:
        return True
    hinted = any(word in _RECRUITER_HINTS for word in words)
    return hinted and all(word in _RECRUITER_HINTS or word in _RECRUITER_FILLERS for word in words)


def is_room_name(name: str) -> bool:
    return _ROOM_NAME.search(name[:200].strip()) is not None


def is_robot_name(name: str) -> bool:
    return _ROBOT_NAME.search(name[:200]) is not None


def _is_made_of(words: list[str], needed: frozenset[str], also: frozenset[str]) -> bool:
    return not needed.isdisjoint(words) and set(words) <= needed | also


def _words(local: str) -> list[str]:
    return [word for word in re.split(r"[-._+\d]+", local) if word]
