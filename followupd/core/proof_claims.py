"""What a letter claims and what can be held against it: a file that is attached, the day of a date, the day we met."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from followupd.core.day_names import MONTH_OF, WEEKDAY_OF, one_of
from followupd.core.names import plain
from followupd.core.proof import Finding, Proof

_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s)[^.!?\n]*)*[.!?]*")

# --- attachments --------------------------------------------------------------------------------

_ATTACHED = re.compile(
    r"\b(?:(?:i|we)(?: have|'ve| am|'m)?(?: also| just)? attach(?:ed|ing)?\b"
    r"(?! to (?!this|the (?:mail|e-?mail|message)))"
    r"|(?:please|you(?:'ll| will)?) (?:also )?(?:find|see)(?: \w+){0,4} (?:attached|enclosed)|see attached"
    r"|(?:is|are)(?: also)? (?:attached|enclosed)\b(?! to)"
    r"|(?:^|[,;:] ?)(?:attached|enclosed) (?:is|are|you|please|my|the)\b"
    r"|(?:in|as) (?:the|an) attachment|i (?:have |'ve )?enclosed?"
    r"|my (?:cv|résumé|resume|portfolio|slides) attached"
    r"|anbei|(?:im|als) anhang|in der anlage|beigefügt\w*|angehängt|hänge ich|im attachment"
    r"|ci-joint\w*|en pièces? jointes?|en annexe|je (?:vous |te )?joins"
    r"|(?:le |te |les )?adjunto (?!del?\b|al?\b)(?:mi|mis|el|la|los|las|un|una|encontrará\w*|le|te)\b"
    r"|he adjuntado|(?:como|en el|en un) (?:archivo |documento )?adjunto|adjunt[oa]s? encontrar\w+"
    r"|va\w* adjunt[oa]s?"
    r"|bijgevoegd\w*|(?:in|als) (?:de )?bijlage|bijgesloten)",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"(?:\b(?:not|no|never|without|can|could|would|happy to|glad to|if|once|will|kein\w*|nicht|ohne|kann|könnte"
    r"|pas|sans|puis|pourrais|sin|puedo|podría|geen|niet|zonder|kan|zou)|n't|n')(?:\W+\w+){0,3}\W*$|\bno\W+$",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"\byou(?:'ve| have)? (?:sent|attached|shared|forwarded|enclosed|mailed|gave)"
    r"|\byour (?:attachment|e-?mail|mail|message|invitation)"
    r"|\b(?:ihr(?:e[mnrs]?)?|dein(?:e[mnrs]?)?) (?:anhang|anlage|e-?mail|nachricht|einladung)"
    r"|\b(?:sie|du|ihr)(?: \w+){0,4} (?:schickten|geschickt|sandten|gesandt|nannten|angehängt|beigefügt|beifügten)"
    r"|\b(?:votre|ta|vos) (?:pièce|message|mail|courriel)|\bque (?:vous|tu) (?:m'|nous )?(?:avez|as)"
    r"|\bque (?:usted |me |nos )+\w+|\bsu (?:adjunto|mensaje|correo)"
    r"|\b(?:die|dat) (?:u|je|jij|jullie)\b|\b(?:uw|je|jouw) (?:bijlage|mail|bericht)",
    re.IGNORECASE,
)


def of_attachments(body: str, about: Proof) -> Iterator[Finding]:
    """A file that is spoken of and is not there; not one of theirs, nor one that I only offer."""
    if about.attached is not False:
        return
    for sentence in map(str.strip, _SENTENCE.findall(body)):
        found = _ATTACHED.search(sentence)
        if found and not _NOT_NOW.search(sentence[: found.start()]) and not _THEIRS.search(sentence):
            yield Finding(
                "attachment",
                f"A file is spoken of (“{plain(found[0], 40)}”), and none is attached.",
                found[0],
            )
            return


# --- days ---------------------------------------------------------------------------------------

_LONG = {name: number for name, number in WEEKDAY_OF.items() if len(name) > 4 and "-" not in name}
_WEEKDAY = rf"(?P<weekday>{one_of(_LONG)})"
_MONTH = rf"(?P<month>{one_of(MONTH_OF)})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º)?\.?"
_YEAR = r"(?:,?\s(?:de\s)?(?P<year>20\d\d)\b)?"
_DATED = tuple(
    re.compile(rf"\b{form}(?![\d:])", re.IGNORECASE)
    for form in (
        rf"{_WEEKDAY},?\s(?:the\s|den\s|dem\s|le\s|el\s)?{_DAY}\s(?:of\s|de\s)?{_MONTH}{_YEAR}",
        rf"{_WEEKDAY},?\s(?:the\s)?{_MONTH}\s(?:the\s)?{_DAY}{_YEAR}",
        rf"{_WEEKDAY},?\s(?:den\s|dem\s)?(?P<day>\d{{1,2}})\.\s?(?P<number>\d{{1,2}})\.(?P<year>20\d\d)?",
        rf"{_DAY}\s(?:of\s|de\s)?{_MONTH}{_YEAR}\s\({_WEEKDAY}\)",
    )
)
_ANY_WEEKDAY = re.compile(rf"\b{_WEEKDAY}\b", re.IGNORECASE)
_TALK = re.compile(
    r"\b(?:conversation|interview|discussion|(?:your|the) time|meet(?:ing)? (?:you|with you)|gespräch\w*|zeit"
    r"|entretien|échange|conversación|entrevista|gesprek)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\b(?:thank\w*|grateful|enjoyed|pleasure|appreciate\w*|dank\w*|merci|remerci\w*|gracias|agrade\w+|bedankt)\b",
    re.IGNORECASE,
)
_ANOTHER_DAY = re.compile(
    r"\b(?:next|coming|until|till|by|before|upcoming|forward|see you|decide|nächst\w*|kommend\w*|bis|vor dem"
    r"|prochain\w*|avant|jusqu\w*|próxim\w*|viene|hasta|antes|volgende|komende|aanstaande|tot)\b|\d",
    re.IGNORECASE,
)
_CLEAR_FOR = timedelta(days=120)


def of_days(body: str, about: Proof) -> Iterator[Finding]:
    """A weekday that contradicts the date beside it, or the day of the talk that I give thanks for."""
    if about.day is None:
        return
    for form in _DATED:
        for found in form.finditer(body):
            right = _named(found, about.day)
            if right and right.weekday() != _LONG[found["weekday"].lower()]:
                text = f"“{plain(found[0], 60)}” is no such day: {right:%-d %B %Y} is a {right:%A}."
                yield Finding("day", text, found[0])
                return
    yield from _of_the_talk(body, about)


def _named(found: re.Match[str], near: date) -> date | None:
    """The date beside the weekday; without a year the nearest, None where that is not clear."""
    parts = found.groupdict()
    month = int(parts["number"]) if parts.get("number") else MONTH_OF[parts["month"].lower()]
    given = parts.get("year")
    years = (int(given),) if given else (near.year - 1, near.year, near.year + 1)
    days = [day for year in years if (day := _date(year, month, int(parts["day"])))]
    nearest = min(days, key=lambda day: abs(day - near), default=None)
    return nearest if nearest and (given or abs(nearest - near) <= _CLEAR_FOR) else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_the_talk(body: str, about: Proof) -> Iterator[Finding]:
    """Only in the first sentence, and only where it can be about nothing else."""
    first = next((one for one in _SENTENCE.findall(body) if len(one.split()) > 2), "")
    days = [_LONG[found["weekday"].lower()] for found in _ANY_WEEKDAY.finditer(first)]
    if len(days) != 1 or not about.met or _ANOTHER_DAY.search(first):
        return
    if _THANKS.search(first) and _TALK.search(first) and days[0] not in {day.weekday() for day in about.met}:
        named = _ANY_WEEKDAY.search(first)
        right = " or ".join(dict.fromkeys(f"{day:%A}" for day in sorted(about.met)))
        yield Finding(
            "day",
            f"It speaks of “{named[0] if named else ''}”, and the interview was on a {right}.",
            named[0] if named else "",
        )
