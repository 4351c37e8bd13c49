"""What a title says of the occasion: a talk of a candidate with an employer, or something else.

Sources: the stages of hiring as vendors of recruiting systems and employers' careers pages call them (phone
screen, hiring manager call, onsite, panel, take-home review, system design, superday), and the everyday words for
an interview in dictionaries of each language. A word that other trades use as well is a hint, not a sign of its own.
Titles are a stranger's: they are cut by the caller, and nothing here repeats without a bound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def _words(*patterns: str) -> str:
    return rf"\b(?:{'|'.join(patterns)})\b"


# --- said of interviews and of nothing else --------------------------------------------------------

_ORDINAL = r"(?:first|second|third|final|last|1st|2nd|3rd|4th)"
_GESPRAECH = r"gespr(?:ä|ae)che?s?"
_EXPLICIT = _any_of(
    # English
    _words(
        r"(?:phone|telephone|recruiter|recruiting|recruitment|hr|talent|technical|tech|coding|hiring manager)"
        r"[- ]screen(?:ing)?(?: call| interview| round)?"
    ),
    _words(
        r"(?:pre-?)?screening (?:call|interview|round|chat)",
        r"(?:job|phone|telephone|panel|on-?site|technical|tech|coding|hr|recruiter|hiring manager|behaviou?ral"
        r"|case|case study|competency(?:[- ]based)?|culture(?:[- ]fit)?|values|second|third|final|2nd|3rd"
        rf"|{_ORDINAL}[- ](?:round|stage)|system design|employment|working) interviews?",
        r"interview (?:loop|panel|round)",
        r"interview with (?:the |our |your )?(?:hr|hiring (?:manager|team)|recruiters?|recruiting|talent team)",
        r"interview for (?:the |a |an )?(?:job|position|post|role|vacancy)",
        r"hiring manager (?:call|chat|conversation|meeting|intro|introduction|round|discussion)",
        r"(?:call|chat|meet|meeting|conversation|coffee|intro|discussion|talk) (?:with )?(?:the |your |our |a )?"
        r"hiring (?:manager|team)",
        r"(?:hr|technical|tech|managerial|coding|behaviou?ral|culture[- ]fit|panel|system design) (?:round|stage)",
        r"take[- ]?home (?:review|discussion|presentation|walk-?through|read-?out)",
        r"virtual on-?site|on-?site (?:loop|panel|round)|super ?day|bar[- ]raiser",
        r"live[- ]coding (?:interview|round)",
    ),
    # At whom: a name with a capital ("the embassy" and "a museum" have none)
    _words(r"interview") + r"(?= (?:at|@|bei|chez|hos|bij) ?(?-i:[A-ZÄÖÜÅØ]))",
    # German
    _words(
        rf"(?:vorstellungs|bewerbungs|bewerber|auswahl|einstellungs|job)-?{_GESPRAECH}",
        r"(?:bewerbungs|bewerber|job|telefon|fach|erst|zweit)-?interviews?|probearbeiten",
        rf"(?:fach|kennenlern|erst|zweit)-?{_GESPRAECH} (?:mit der |mit dem )?(?:personalabteilung|hr|recruiting)",
        r"(?:hr|recruiter|recruiting)-(?:gespräch|call|interview)",
    ),
    # French
    _words(
        r"entretiens? (?:d['’]embauche|de (?:recrutement|sélection|pré-?sélection|pré-?qualification)|rh|drh"
        r"|d['’]alternance|de stage)",
        r"entretiens? (?:téléphonique |visio |vidéo |technique )?(?:avec|chez) (?:la |le |l['’]|les |des )?"
        r"(?:drh|rh|recruteu[rs]e?s?|recruteur|ressources humaines|manager)",
        r"(?:premier|deuxième|second|troisième|dernier|1er|2e|2ème|3e|3ème) entretien",
        r"pré-?qualification téléphonique",
    ),
    # Spanish and Portuguese
    _words(
        r"entrevistas? (?:de (?:trabajo|empleo|selección|emprego|trabalho|seleção)|laboral|técnica|por competencias)",
        r"entrevistas? (?:telefónica |técnica |final |inicial )?(?:con|com) (?:el |la |o |a |os |los )?(?:rr\.? ?hh"
        r"|recursos humanos|rh|recrutador[ae]?s?|reclutador[ae]?s?|hiring manager|gestor[a]?)",
        r"(?:primera|segunda|tercera|última|primeira|terceira) entrevista",
    ),
    # Italian
    _words(
        r"colloqui[o]? (?:di (?:lavoro|selezione|assunzione)|conoscitiv[oi]|tecnic[oi]|motivazionale)",
        r"colloquio (?:telefonico |tecnico |finale )?con (?:l['’]|le |il |la )?(?:hr|risorse umane|recruiter)",
        r"(?:primo|secondo|terzo) colloquio",
    ),
    # Dutch
    _words(
        r"(?:sollicitatie|selectie)gesprek(?:ken)?|jobinterview|sollicitatie",
        r"telefonische screening",
    ),
    # Swedish, Danish, Norwegian
    _words(
        r"(?:anställnings|arbets|jobb|job|rekryterings|rekrutterings|ansettelses|førstegangs|andregangs"
        r"|annengangs)intervju(?:n|er|et)?",
        r"(?:job|jobb|ansættelses|rekrutterings)samtale[rn]?",
        r"(?:ansættelses|rekrutterings)interview",
    ),
    # Polish
    _words(
        r"rozmow[aęy] (?:kwalifikacyjn[aąe]j?|rekrutacyjn[aąe]j?|o prac[ęe])",
        r"spotkanie rekrutacyjne",
    ),
    # Chinese, Japanese, Korean write no spaces between words
    r"(?:カジュアル|採用)面談|(?:[一二三四]次|最終|採用)面接|[初复終终]试|[初复]?面试|面試|면접",
)

# A post that does not sell: set off from the words about the talk, it is what the talk is for.
_WORKING_POST = (
    r"(?:software|backend|back-end|frontend|front-end|full-?stack|data|platform|devops|security|qa|mobile|ml|senior|junior"
    r"|lead|principal|staff|graduate|trainee|product|ux)[ -](?:[\w-]{1,20} )?(?:engineer|developer|designer|scientist"
    r"|analyst|accountant|researcher|nurse|teacher|writer|editor|architect|manager)"
)

# --- said of interviews, and elsewhere too ---------------------------------------------------------

_HINT = _any_of(
    # English
    _words(r"interviews?"),
    _words(r"on-?site")
    + r"(?! (?:visit|service|support|parking|survey|inspection|training|maintenance|repair|work|meeting"
    r"|installation|audit|team|party|retreat|planning|workshop|days?)\b)",
    _words(
        r"panel (?:with|round|session with|meeting with|discussion with)",
        r"hiring panel",
        r"meet (?:the|our|your) (?:[\w-]{1,20} )?team(?! lunch| breakfast)",
        r"team[- ](?:matching|fit)",
        r"pair(?:ed|ing)?[- ]programming",
        r"system[- ]design",
        r"case[- ]study(?= ?$| [-–—|(@]| (?:presentation|discussion|review|round|session|exercise))",
        r"white-?board(?:ing)? (?:session|exercise|challenge)",
        r"live[- ]coding|coding (?:challenge|exercise|test|session|task|assessment)",
        r"technical (?:assessment|discussion|challenge|exercise|test|chat|conversation)",
        r"take[- ]?home (?:assignment|task|test|exercise|challenge|project)",
        rf"{_ORDINAL}[- ](?:round|stage)",
        r"round (?:[1-5]|one|two|three|four|five)",
        r"initial screen(?:ing)?",
        r"recruiter|talent (?:acquisition|partner|team)|hm (?:call|chat|interview|round)",
        r"recruit(?:ing|ment) (?:call|chat|team|coordinator|conversation|intro|process)",
        r"hr (?:call|chat|intro|conversation|discussion)",
        r"hiring (?:manager|call|chat|conversation|discussion|process|team)",
        rf"(?:calls?|chat|conversation|intro|discussion|talk)(?=.{{0,60}}[-–—|:,(/] ?{_WORKING_POST})",
        r"(?:calls?|chat|conversation|intro|introduction|discussion|talk)(?=.{1,60}\b(?:role|position|vacancy|vacature)\b)",
        r"(?:job|role|position|vacancy) (?:discussion|conversation|call|chat|interview)",
        r"assessment (?:day|cent(?:er|re))",
        r"demo (?:lesson|lecture)|teaching demo(?:nstration)?|job talk|chalk talk|trial shift|work trial",
        r"portfolio review(?=.{1,60}\b(?:design\w{0,3}|hiring|ux|team)\b)",
        r"skills (?:assessment|test)|portfolio (?:presentation|walk-?through)",
        r"culture (?:chat|call|fit|add)|values (?:chat|conversation)",
        r"candidate (?:call|chat|conversation|meeting|presentation|visit|day)|job application"
        r"|your application (?:at|to|with|for)",
    ),
    # German
    _words(
        rf"(?:kennenlern|fach|zweit)-?{_GESPRAECH}|(?:zweites|drittes|technisches|fachliches) {_GESPRAECH}",
        r"bewerbung(?:en)?|bewerbertag|probearbeitstag|assessment-?center",
        rf"{_GESPRAECH} mit (?:hr|der personalabteilung|dem recruiting)",
        rf"{_GESPRAECH}(?=.{{1,60}}\b(?:position|stelle|bewerbung)\b)",
        r"(?:zweite|dritte|letzte|finale) (?:gesprächs)?runde|videointerviews?",
    ),
    # French: an entretien is a service of a boiler, too. Only with whom, where or how does it speak of people.
    _words(
        r"entretiens? (?:avec|chez|pour le poste|technique|téléphonique|visio|vidéo|en visio|final)",
        r"(?:échange|appel|point) (?:rh|avec (?:la |le |l['’])?(?:rh|drh|recruteu[rs]e?|recruteur))",
        r"entretiens?(?=.{1,60}\b(?:poste|candidat|candidature|stage|alternance|cdi|cdd|recrutement"
        r"|développeu\w{1,3}|ingénieure?|chef de projet|responsable|assistante?|comptable|chargée? de|technicien\w{0,2}"
        r"|consultante?|vendeu\w{1,3}|analyste|infirmière?)\b)",
        r"(?:échange|appel|rendez-vous)(?=.{1,60}\b(?:poste|candidature|recrutement)\b)",
        r"candidature|journée d['’]essai|étude de cas|mise en situation",
    ),
    # Spanish, Portuguese, Italian
    _words(
        r"entrevistas?|proceso de selección|processo seletivo|prueba técnica|teste técnico",
        r"colloquio(?= ?[-:–—|(])|colloqui[o]? (?:presso|hr|rh|online|telefonico|video)",
        r"prova tecnica|giornata di prova",
        r"colloqui[o]? (?:con |per )(?:l['’]|il |la |lo |un |una |i )?(?:azienda|responsabile|manager|ceo|cto|direttore"
        r"|titolare|team|posizione|ruolo|posto|assunzione|stage|tirocinio)",
        r"(?:llamada|charla|conversa|bate-papo|chiamata) (?:con|com) (?:el |la |o |a |il |l['’])?"
        r"(?:recruiter|rh|hr|rr\.? ?hh|reclutador[ae]?|recrutador[ae]?)",
    ),
    # Dutch, Swedish, Danish, Norwegian, Polish
    _words(
        r"kennismakingsgesprek|(?:tweede|derde) gesprek|meeloopdag|proefdag|assessmentdag",
        r"(?:telefon|video)?intervju(?:n|er|et)?",
        r"(?:anden|andet|annen|2\.) samtale|samtale med hr",
        r"rekrutacj[aięę]|etap rekrutacji|rozmow[aęy] (?:techniczn[aąe]j?|z hr|z rekruter(?:em|ką))",
    ),
    r"面接",
)

# --- words of other trades -------------------------------------------------------------------------

# Beside a hint they make it no sign: journalists, teachers, physicians, sellers and researchers hold interviews, too.
_OTHER_TRADE = _any_of(
    # Press and stage
    _words(
        r"radio|tv|television|fm|newspapers?|magazine|journal(?:ists?)?|reporters?|press|presse|prensa|imprensa|stampa"
        r"|blog|youtube|documentary|film|movie|episode|season|album|novels?|books?|authors?|novelist|actors?|actress"
        r"|actrice|singers?|musicians?|artists?|band|directed|celebrit(?:y|ies)|mayor|minister|senator|president"
        r"|politicians?|elections?|historian|archive|veterans?|witness(?:es)?|on air"
        r"|zeitung|zeitschrift|sendung|autor\w{0,3}|schriftsteller\w{0,2}|schauspieler\w{0,2}|musiker\w{0,2}|künstler\w{0,2}"
        r"|regisseur\w{0,3}|revue|émission|écrivain\w{0,2}|auteure?|réalisat\w{1,4}|chanteu\w{1,3}|artistes?|acteur"
        r"|peri[óo]dico|revista|jornal|escritor\w{0,2}|cantante|cantor\w{0,2}|artistas?|m[úu]sicos?|ator|actriz"
        r"|giornal\w{1,6}|rivista|scrit(?:tore|trice)|regista|attore|krant|schrijver|tidning\w{0,3}|avisen?|gazet\w{1,2}"
        r"|pisarz|aktor\w{0,3}|wywiad"
    ),
    # An article makes it somebody that a story is about, but for the people of a company
    r"\binterviews? with (?:the|an?) (?!(?:hr|hiring|vp|c[etfop]o|head|director|team|recruit\w{2,5}|engineering|manager"
    r"|panel|founders?|owner|company|lead|chief|product|design|data|people|talent|senior|client|department)\b)",
    r"\b(?:entrevistas? (?:con|com) (?:el|la|los|las|o|a|os|as|una?|uma?)|entretiens? avec (?:le|la|les|une?)) "
    r"(?!(?:rr\.?hh|rh|d?rh|hr|equip[oe]|équipe|manager|direct\w{2,5}|diretor\w?|responsable|respons[áa]vel|gestor\w?|jef[ea]"
    r"|chef|recru\w{2,8}|reclut\w{2,6}|empresa|société|entreprise|fondat\w{3,5}|fundador\w?|c[etf]o|client|cliente)\b)",
    # School and family
    _words(
        r"parents?|genitor[ei]|eltern|padres|pais|rodzic\w{0,4}|teachers?(?= (?:conference|evening|meeting))|pupils?"
        r"|students?|schüler\w{0,5}|lehrer\w{0,5}|élèves?|alunos?|alumnos?|studenti?|schule|school|école|collège|lycée"
        r"|scuola|escuela|escola|kita|kindergarten|nursery|crèche|classe|admissions?"
        r"|thesis|dissertation|tutor|scholarships?|bourse|beca|stipendi\w{0,3}"
        r"|professor\w{0,4}|prof|docent\w{0,2}|maestr[aeio]|profesor\w{0,2}|leraar|lærer|lärare|nauczyciel\w{0,3}|rektor"
        r"|förskola|barnehage|børnehave|skol[ae]|szko[łl]\w{1,3}|grundschule|enfants?|hij[oa]s?|filh[oa]s?|figli[oa]?|kinder"
        r"|barn|dzieck[oa]|estudiantes?|estudantes?|étudiante?s?"
    ),
    # Research
    _words(
        r"participants?|respondents?|probanden|teilnehmer\w{0,4}|usability|survey|umfrage|stud(?:y|ie)(?<!case study)"
        r"|masterarbeit|bachelorarbeit|mémoire|questionnaire|fieldwork|interviewees?|personas?"
    ),
    # Selling and advising
    _words(
        r"free|kostenlos\w{0,2}|kostenfrei\w{0,2}|unverbindlich\w{0,2}|gratuite?|gratuit[oa]|gratis"
        r"|demo(?! lesson| lecture)|consultation"
        r"|beratung\w{0,3}|strateg(?:y|ie)|website|seo|leads|growth|partnership|coach(?:ing)?|mentor(?:ing)?|quote"
        r"|customers?(?! (?:success|support|service|experience|care))|prospects?|versicherung|insurance|mortgage"
        r"|wohnung|makler|miete|rent|vendor|supplier|subscription|audit|roi|crm|sponsor\w{0,4}|erstberatung|(?:analyse|potenzial)-?gespräch"
    ),
    # Health and offices
    _words(
        r"patients?|clinic|klinik termin|praxis|therap(?:y|ie|ist)|diagnos\w{1,4}|doctor|arzt|anamnese|psycholog\w{0,4}"
        r"|jobcenter|job ?centre|arbeitsagentur|arbeitsamt|pôle emploi|france travail|uwv|arbetsförmedlingen|sepe"
        r"|visa|visum|embassy|consulate|immigration|passport|citizenship"
    ),
    # Contests and gatherings
    _words(
        r"competition|contest|championship|semi-?finals?|keynotes?|speakers?|summit|expo|symposium|festival|tickets?"
        r"|awards?|prize|jury|casting|audition|club|community|members|experts|alumni|fireside|q&a|ama|live ?stream"
    ),
)

# --- something else, whatever words stand beside ---------------------------------------------------

_NO_CANDIDATES = (  # before "interview": those who are interviewed for something other than a post
    r"users?|customers?|buyers?|participants?|patients?|research|expert|stakeholders?|vendors?|suppliers?"
    r"|requirements|discovery|usability|exit|stay|press|podcast|radio|tv|television|magazine|newspaper"
    r"|journalists?|reporters?|visa|immigration|citizenship|naturali[sz]ation|green card|embassy|consulate|passport"
    r"|asylum|global entry|nexus|admissions?|college|school|mba|scholarship|alumn[ia]|police|witness|court|benefits?"
    r"|medicaid|disability|housing|tenant|rental|flatmate|roommate|adoption|intake|diagnostic|motivational"
    r"|informational|oral history|parents?|parent[- ]teacher|landlord|celebrity|band"
)
_ELSEWHERE = _any_of(
    # Other kinds of interviews
    _words(
        rf"(?:{_NO_CANDIDATES})[- ]interviews?",
        r"interviews? (?:with|of) (?:a |an |our |the |your |some )?(?:users?|customers?|participants?|patients?|press"
        r"|media|radio|tv|journalists?|reporters?|magazine|newspaper|podcast|experts?|stakeholders?)",
        r"screen (?:protectors?|time|sharing|repairs?|replacements?|printing|cleaner|recording)",
        r"podcast|concert|premiere|(?:film|movie) (?:night|club|screening)",
        r"(?:kunden|nutzer|experten|zeitungs|radio|medien|leitfaden|anwender|probanden)interviews?",
        r"(?:gebruikers|klant|kranten)interviews?|(?:bruker|användar|kund|tidnings|radio|exit|avgångs)intervju\w{0,3}",
        r"entrevistas? (?:de |en |na |no |para |con |com |a |al )?(?:la |el |o |a |os |los |las )?(?:radio|rádio|tv"
        r"|televisi[óo]n|prensa|imprensa|visa|visado|visto|escolar|colegio|escola|tutor[ae]?|padres|pais|usuarios?"
        r"|usu[áa]ri[oa]s?|clientes?|podcast|jornal|revista|peri[óo]dico)",
    ),
    r"\((?:the )?(?:film|movie|book|novel|series|musical|play)\)",
    # About interviews, not one of them
    _words(
        r"interview(?:ing)? (?:questions?|guide|notes?|feedback|score-?cards?|rubric|templates?|book|series|outfit"
        r"|suit|clothes|recording|transcripts?|results?|outcome|process (?:review|overview)|techniques?|bootcamp"
        r"|club|101|block|availability)",
        r"feedback|debrief|retro(?:spective)?|stand-?up|sprint|backlog|webinars?|workshops?"
        r"|masterclass|bootcamp|hackathon"
        r"|(?:career|job|hiring|recruiting|recruitment) (?:fair|event|evening|night)|open day|meet-?ups?"
        r"|info(?:rmation)? session"
        r"|networking (?:event|night|drinks|breakfast|lunch)|all[- ]hands|town ?hall|course|exams?|homework|tutorial",
        r"tips|secrets|tricks|crash course|cheat ?sheet|leetcode|practi[cs]e (?:session|round|call|run)",
        r"how to|reminder to|to-?do|follow[- ]?up (?:e?mail|note|to)|thank(?:s|[- ]you)(?: note| mail| email)?",
        r"(?:hiring|recruiting|recruitment|recruiter|talent|interviewers?|panel) (?:sync|weekly|check-?in|review"
        r"|planning|pipeline|kick-?off|stand-?up|strategy|update|software|tool|platform|demo|services|solution)",
        r"(?:job )?offer (?:call|chat|discussion|letter|review|conversation|meeting|negotiation|details)",
        r"(?:discuss|review|about|negotiate) (?:the |your |our )?(?:job )?offer"
        r"|(?:salary|compensation|contract) (?:call|discussion|review|negotiation|talk|signing|renewal)",
        r"on-?boarding|orientation|induction|first day|welcome (?:day|call|session)|start date",
        r"(?:back ?ground|reference) (?:check|call|screening)s?|references? for",
        r"(?:sales|product) (?:call|demo|pitch|meeting|presentation)|discovery call|upsell"
        r"|pitch to|(?:investor|pricing|renewal) (?:call|meeting|pitch|update|discussion)"
        r"|pitch (?:deck|competition|event|night)|(?:funding|seed|series [a-e]|fundraising) round|customer case study",
        r"(?:flight|train|travel|drive|bus|taxi|hotel|trip) (?:to|for|from|home)|haircut|dry clean\w{0,3}",
        r"quiz|golf|tennis|chess|poker|tournament|league|darts|voting|bidding|drinks|beers?|wedding|birthday",
        r"(?:health|medical|cancer|breast|skin|eye|hearing|vision|blood|dental|cervical|bowel)"
        r" (?:screening|assessment)",
        r"(?:absage|angebots|vertrags)gespräche?|arbeidsvoorwaarden\w{0,10}|vertragsunterzeichnung",
    ),
    # German, French, Italian, Dutch, Scandinavian talks that are none with an employer to be
    _words(
        r"(?:mitarbeiter|jahres|feedback|eltern|beratungs|verkaufs|zielvereinbarungs|personal|kunden|arzt|kritik"
        r"|trennungs|entlassungs|schüler)(?:entwicklungs)?gespräche?",
        r"entretiens? (?:annuels?|professionnels?|individuels?|d['’][ée]valuation|de progr[èe]s|parents?"
        r"|motivationnel|infirmier|notari[ée]|de (?:la |l['’])?(?:chaudi[èe]re|voiture|v[ée]hicule|jardin|chauffage"
        r"|piscine|maison|moto|v[ée]lo|toiture|climatisation))",
        r"entretien (?:technique )?(?:chaudi[èe]re|voiture|v[ée]hicule|auto|moto|v[ée]lo|jardin|chauffage|piscine|clim"
        r"|climatisation|ascenseur|maintenance|pr[ée]ventif)|entretiens? avec (?:le |la |les |l['’])?(?:professeurs?"
        r"|prof|ma[îi]tresse|instituteur|banqui?er|notaire|parents|conseill[èe]r[e]?|syndic|journaliste|presse)",
        r"colloqui[o]? (?:con |per )?(?:gli |le |la |il |i |l['’])?(?:insegnanti|professor\w{0,4}"
        r"|docenti|scuola|scolastic[oi]|genitori|banca|clinic[oi]|psicolog\w{0,4}|annuale|maestr[ae]|paziente|giornalist[ai])",
        r"(?:functionerings|beoordelings|voortgangs|ouder|tienminuten)gesprek(?:ken)?",
        r"(?:medarbejder|medarbeider|udviklings|foreldre|forældre)samtale[rn]?|(?:medarbetar|utvecklings|lön[e]?)samtal",
        r"(?:prépar(?:er|ation)|preparar|prepararsi|vorbereiten|förbereda|forberede|voorbereiden|przygotowa\w{0,4}"
        r"|förberedelse|forberedelse)",
    ),
    r"面接(?:官|対策|練習|準備)|面试(?:准备|题|官)|면접 ?(?:준비|연습)",
)

# What people write into their own calendar as a task, not as an appointment.
_TASK = re.compile(
    r"\W{0,5}(?:send|write|e?mail|reply|answer|prepare?|practi[cs]e|rehearse|research|study|review|read|watch|buy"
    r"|book|plan|schedule|arrange|confirm|submit|finish|complete|start|do|apply|update|print|pack|iron|call back"
    r"|remind|ask|check|look|wait|hear|chase|pick up|collect|decide|thank|prepar[ae]r?|réserver|envoyer|relancer"
    r"|schreiben|enviar|escribir|inviare|scrivere|schrijven|skicka|skriva|wysłać)\b",
    re.IGNORECASE,
)

# --- beside such words ----------------------------------------------------------------------------

_POST = _any_of(
    _words(
        r"(?:software|backend|back-end|frontend|front-end|full-?stack|data|platform|devops|security|qa|test|mobile"
        r"|ml|machine learning|site reliability|hardware|mechanical|electrical|civil|process|project|product|program"
        r"|account|office|marketing|sales|finance|operations|hr|senior|junior|lead|principal|staff|head|chief|deputy"
        r"|assistant|associate|graduate|trainee|intern)[ -](?:[\w-]{1,20} )?(?:engineers?|developer|designer|manager"
        r"|analyst|scientist|architect|accountant|administrator|consultant|director|executive|officer|owner|nurse"
        r"|teacher|lecturer|researcher|writer|editor|controller|buyer|specialist|coordinator|technician|lead)",
        r"(?:(?:software|backend|frontend|fullstack|web|java|python|daten)-?)?(?:entwickler|ingenieur|berater|leiter"
        r"|sachbearbeiter)(?:in)?|développeu[rs]e?|développeur|ingénieure?|desarrollador[a]?|ingenier[oa]"
        r"|desenvolvedor[a]?|sviluppat(?:ore|rice)|ontwikkelaar|utvecklare|udvikler|utvikler|programist[aka]{1,3}",
        r"(?:assistant|associate|full|visiting|junior)[- ]?professor|lecturer|post-?doc\w{0,7}|phd",
        r"role|position|vacancy|vacature|stelle|poste|puesto|vaga|posizione|tjänst|stilling|stanowisko",
        r"(?:jr|req|r|job)[-_ #]?\d{4,10}|m/w/d|w/m/d|h/f|f/h|m/v/x",
    ),
    r"\bJR\d[\dX]{3,9}\b",
)

# Words of any meeting. Of themselves they say only that somebody talks.
_TALK = _any_of(
    _words(
        r"chats?|calls?|talk|phone|intro(?:duction)?|conversation|meet|meetings?|coffee|catch-?up|screen(?:ing)?"
        r"|assessment|hiring|recruit\w{0,8}|application|panel|gespräch|erstgespräch|kennenlernen|telefonat|échange|appel"
        r"|rendez-vous|llamada|charla|reunión|chamada|conversa|bate-papo|reunião|chiamata|incontro|colloquio"
        r"|entretien|gesprek|kennismaking|samtal|samtale|rozmowa|spotkanie"
    )
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a title that speak of an interview, as they stand there; `explicit` where of nothing else."""

    words: str
    explicit: bool


def phrase_in(title: str) -> Phrase | None:
    """The plainest words about an interview, None where there are none."""
    if found := _EXPLICIT.search(title):
        return Phrase(found.group(), explicit=True)
    found = _HINT.search(title)
    return Phrase(found.group(), explicit=False) if found else None


def elsewhere(title: str) -> str:
    """The words by which the title speaks of something else than an interview, "" if none."""
    found = _ELSEWHERE.search(title)
    return found.group() if found else ""


def another_trade(title: str) -> str:
    """A word of a trade that holds interviews of its own, "" if there is none."""
    found = _OTHER_TRADE.search(title)
    return found.group() if found else ""


def is_task(title: str) -> bool:
    """Whether it begins as people write down what they have to do."""
    return _TASK.match(title) is not None


def names_post(title: str) -> bool:
    """Whether it names a post, speaks of one, or has the number of a requisition."""
    return _POST.search(title) is not None


def is_talk(title: str) -> bool:
    """Whether it says at least that somebody talks with somebody."""
    return _TALK.search(title) is not None
