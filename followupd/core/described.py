"""Names of people that stand clearly in an event's description.

Recruiting systems often invite no interviewer and name them in prose (support.greenhouse.io 360015975112,
support.goodtime.io 1500008655762). A name missed costs a question; a wrong one a letter to nobody: so only
names after a cue ("You will meet", "Interviewers:") or before a job title count, and only capitalised ones.
The text is a stranger's: what is read of it is bounded, and no pattern here can run long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import takewhile
from typing import Final
from unicodedata import normalize

from followupd.core.tables import table

LONGEST_TEXT: Final = 65536
LONGEST_LINE: Final = 500
MOST_NAMES: Final = 20

_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/?ul|/?ol|/?h\d)\b[^<>]{0,300}>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{1,300}>")
_BULLET = re.compile(
    r"^(?:[-*•·‣–—>|]+ ?|\d{1,2}[.)] |(?:\d{1,2}[:.h]\d{2}(?: ?[ap]\.?m\.?)?(?: ?[-–—] ?)?)+[:,|]? ?)+",
    re.IGNORECASE,
)

# What stands before names, in running text and at the beginning of a line.
_CUE = re.compile(
    r"\b(?:you(?:'ll| will|’ll| are going to)(?: then| also)?(?: be)?"
    r" (?:meet(?:ing)?|speak(?:ing)?|talk(?:ing)?|chat(?:ting)?|interview(?:ing|ed)?)(?: with| to| by)?"
    r"|interview(?:ed)? (?:with|by)|sie (?:sprechen mit|treffen)|(?:gespräch|interview) mit"
    r"|vous (?:rencontrerez|serez reçue?(?:\(e\))? par)|entretien avec|(?:te )?reunirás con"
    r"|entrevista con|colloquio con"
    r")\b ?:?",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:(?:meet )?(?:your |the |ihre? |deine? |votre |vos )?(?:interview(?:er|ers|er\(s\)|ende|erin)"
    r"|interview (?:panel|team)"
    r"|panel(?:l?ists?| members?)?|hiring manager|gesprächspartner(?:in|innen)?|ansprechpartner(?:in)?"
    r"|intervieweurs?|interlocuteurs?|entrevistador(?:es|a|as)?|intervistator[ei]|gesprekspartners?)"
    r"(?: (?:is|are|will be|ist|sind)| ?#?\d{1,2})? ?[:!–-]?"
    r"|(?:meeting )?(?:with|mit|avec|con|met) ?:|who ?:)(?= |$)",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"^(?:(?:best|kind|warm|many|with)? ?(?:regards|wishes|thanks)|thanks|thank you|cheers|sincerely|best"
    r"|viele grüße|mit freundlichen grüßen|beste grüße|cordialement|bien à vous|saludos|un saludo)\W*$",
    re.IGNORECASE,
)
_JOINER = re.compile(r" ?[,;&+/•·] ?| (?:and|und|et|y|en|och|og|as well as) ")
_BETWEEN = re.compile(r"; | (?:and|und|et|y|&) ")
_TITLE_SIGN = re.compile(r" ?[–—|(,] ?| - |: ")

_HONORIFICS = table("dr prof professor mr mrs ms mx miss sir herr herrn frau mme mlle m sr sra dipl ing")
_PARTICLES = table("van von der den de da do dos das del della di la le bin ibn al el ter ten zu zur af")
_FILLERS = table("our your the a an with to both either unser unserem unserer notre nos")
# Words of posts. With one of these behind a name, the line is about a person.
_POSTS = table("""
    engineer engineering manager management director head lead leader senior junior staff principal chief vp
    svp evp ceo cto cfo coo cpo cio ciso vice president officer developer designer architect scientist analyst
    consultant product software data platform backend frontend design technical technology team owner founder
    cofounder co-founder professor nurse doctor teacher accountant controller specialist associate supervisor
    marketing sales finance operations research partner hiring
    entwickler entwicklerin leiter leiterin teamleiter
    geschäftsführer directeur directrice responsable ingénieur
    """)
_SCHEDULING_POSTS = table(
    "recruiter recruiting recruitment talent coordinator hr people sourcer acquisition assistant human"
)
# Words that begin with a capital in invitations and are in no name.
_NO_NAMES = table("""
    interview interviewer interviewers panel panelists round final onsite phone screen call video zoom google
    microsoft teams meet meeting webex skype hangouts calendar link join location address office room floor
    building street road avenue square st inc inc. ltd llc gmbh corp corporation company co ag sa bv plc group
    labs technologies technology solutions systems services holdings ventures capital partners consulting
    robotics health healthcare bank banking university college school hospital institute foundation media
    studios digital analytics insurance pharma energy network networks games studio international industries
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag
    the your our this that these you we they please dear hi hello thank thanks best kind regards note
    agenda duration time date when where what who how why id passcode password dial and or in on at for
    coding culture values behavioral behavioural system algorithms whiteboard take-home presentation
    case study deep dive introduction intro lunch break debrief resume cv portfolio candidate position role
    human resources new york san francisco los angeles united states kingdom london berlin paris
    """)


def names_in(description: str) -> tuple[str, ...]:
    """Names of people to be met, in order, each once."""
    found = dict.fromkeys(_names(_lines(description)))
    return tuple(found)[:MOST_NAMES]


def _lines(description: str) -> Iterator[str]:
    text = _BREAK.sub("\n", normalize("NFC", description[:LONGEST_TEXT]))
    for line in unescape(_MARKUP.sub(" ", text)).splitlines():
        words = "".join(char if char.isprintable() else " " for char in line[:LONGEST_LINE]).split()
        yield " ".join(words)


def _names(lines: Iterator[str]) -> Iterator[str]:
    listing = False  # under "Interviewers:" or "You will meet these people:", lines begin with names
    for line in takewhile(lambda one: not _SIGN_OFF.match(one), lines):
        bare = _BULLET.sub("", line)
        if not bare:
            continue
        cue = _LABEL.match(bare) or _CUE.search(bare)
        names = _enumerated(bare[cue.end() :]) if cue else _titled(bare)
        if not names and listing and not cue:
            names = _listed(bare)
        yield from names
        opens = cue is not None and not names and (bare.endswith(":") or cue.end() == len(bare))
        listing = opens or (listing and bool(names))


def _enumerated(text: str) -> list[str]:
    pieces = _JOINER.split(_sentence(text))
    return [name for piece in pieces if (name := _leading_name(piece))]


def _listed(line: str) -> list[str]:
    first = _leading_name(_TITLE_SIGN.split(line, maxsplit=1)[0])
    return [first, *_enumerated(line)[1:]] if first else []


def _titled(line: str) -> list[str]:
    """The names in "Dana Reyes - VP Engineering"; not of those who only arrange the interview."""
    return [name for piece in _BETWEEN.split(line) if (name := _before_post(piece))]


def _before_post(piece: str) -> str:
    before, sign, after = _partition(piece)
    words = {word.strip(".,()").casefold() for word in after.split()[:8]}
    is_person = bool(sign) and bool(words & _POSTS) and not words & _SCHEDULING_POSTS
    name = _leading_name(before) if is_person else ""
    return name if name == " ".join(_unhonoured(before.split())) else ""


def _partition(line: str) -> tuple[str, str, str]:
    sign = _TITLE_SIGN.search(line)
    return (line[: sign.start()], sign.group(), line[sign.end() :]) if sign else (line, "", "")


def _sentence(text: str) -> str:
    """The text up to the end of its first sentence; the dots of initials and titles end none."""
    words: list[str] = []
    for word in text.split():
        words.append(word)
        if word[-1] in ".!?" and len(word) > 3 and word[:-1].casefold() not in _HONORIFICS:
            break
    return " ".join(words)


def _leading_name(piece: str) -> str:
    """The name that the piece begins with, after posts and titles: "our CTO Dr. Dana Reyes (she/her)"."""
    words = _unhonoured(_after_posts(piece.split()))
    name: list[str] = []
    for word in words:
        bare = word.rstrip(".,:;!?)(") if len(word) > 2 else word
        if not _continues(bare, name):
            break
        name.append(bare)
        if bare != word:
            break
    while name and name[-1].casefold() in _PARTICLES:
        name.pop()
    return " ".join(name) if _is_name(name) else ""


def _after_posts(words: list[str]) -> list[str]:
    known = _FILLERS | _POSTS | _SCHEDULING_POSTS
    start = next((place for place, word in enumerate(words) if word.casefold() not in known), len(words))
    return words[start:]


def _unhonoured(words: list[str]) -> list[str]:
    is_title = [word.rstrip(".").casefold() in _HONORIFICS for word in words]
    start = next((place for place, titled in enumerate(is_title) if not titled), len(words))
    return words[start:]


def _continues(word: str, name: list[str]) -> bool:
    folded = word.casefold()
    if folded in _PARTICLES and name:
        return True
    return _is_capitalised(word) and folded not in _POSTS | _SCHEDULING_POSTS


def _is_capitalised(word: str) -> bool:
    letters = word.replace("-", "").replace("'", "").replace("’", "").rstrip(".")
    if not letters.isalpha() or not word[0].isupper():
        return False
    return len(letters) == 1 or any(char.islower() for char in letters)


def _is_name(words: list[str]) -> bool:
    capitals = [word for word in words if word[0].isupper()]
    whole = [word for word in capitals if len(word.rstrip(".")) > 1]
    return (
        2 <= len(capitals) <= 4
        and len(whole) >= 2
        and not any(word.casefold() in _NO_NAMES for word in words)
    )
