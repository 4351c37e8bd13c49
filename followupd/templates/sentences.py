"""What can be wrong with a sentence of a letter, seen in the sentence alone, once the facts are in it.

A sentence in which nothing is found may still be a bad one: grammar, tone and truth are not looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from followupd.core.prooftables import DOUBLED

_END_MARKS = (".", "!", "?", "…", "。", "！", "？")  # noqa: RUF001
_CLOSING_QUOTES = "\"'”’»)"

# True on one day of reading only. German and Dutch "morgen" and Spanish "mañana" are the morning too.
_ONE_DAY: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:today|yesterday|tomorrow|tonight|this (?:morning|afternoon|evening|week)"
        r"|last (?:night|week)|next week)\b",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\b(?:[Hh]eute|[Gg]estern|[Vv]orgestern|morgen|[Üü]bermorgen|(?:heutig|gestrig)e[mnrs]?"
        r"|(?:[Dd]iese|[Ll]etzte|[Nn]ächste)[rn]? Woche)\b"
    ),
    "fr": re.compile(
        r"\b(?:aujourd['’]hui|hier|demain|ce (?:matin|soir)|cet après-midi|cette semaine"
        r"|la semaine (?:dernière|prochaine))\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(?:hoy|ayer|anteayer|esta (?:mañana|tarde|noche|semana)|(?<!la )(?<!una )(?<!cada )mañana"
        r"|la (?:próxima semana|semana (?:pasada|próxima|que viene)))\b",
        re.IGNORECASE,
    ),
    "nl": re.compile(
        r"\b(?:vandaag|gisteren|eergisteren|overmorgen|(?<!goede )(?<!de )(?<!een )morgen"
        r"|van(?:morgen|middag|avond|ochtend)|(?:deze|vorige|volgende) week)\b",
        re.IGNORECASE,
    ),
}
_WORD_TWICE = re.compile(r"\b([^\W\d_]+) +\1\b", re.IGNORECASE)
_MARK_TWICE = re.compile(r"[,;:][.,;:?!]|[?!][.,;:]|(?<!\.)\.\.(?!\.)")
_SPACE_BEFORE = re.compile(r" [.,](?![\w.])")
_SPACE_BEFORE_HIGH = re.compile(r" [;:?!](?![\w()-])")  # French has one there, which must not break
_LEFT_OVER = re.compile(r"[{}<>]|\bNone\b")
_TOLD_ALREADY = re.compile(r"(?<!\{)\{\s*\w+\s*\}(?!\})")  # `templates.parse` asks for the second brace
_EXPRESSION = re.compile(r"\{[{%].*?[%}]\}")


def mistakes_of(text: str, source: str, language: str) -> Iterator[str]:
    """All that is wrong with what an alternative (`source`) has become, in words that say what to do.

    `language` is that of the letter; words of a day are known in those that we bring.
    """
    yield from _left_over(text, source)
    if "  " in text:
        yield "has two spaces in a row: one of them belongs inside the condition"
    if _SPACE_BEFORE.search(text) or (language != "fr" and _SPACE_BEFORE_HIGH.search(text)):
        yield "has a space before a full stop or another mark: take it out"
    if found := _MARK_TWICE.search(text):
        yield f"has “{found[0]}”: one mark is enough"
    for found in _WORD_TWICE.finditer(text):
        if found[1].casefold() not in DOUBLED:
            yield f"says “{found[0]}”: the word stands there twice"
    if (pattern := _ONE_DAY.get(language)) and (found := pattern.search(text)):
        yield f"says “{found[0]}”, which is true on one day only: write {{{{ when }}}}, or leave it out"


def has_no_end(text: str) -> bool:
    """Whether a sentence does not end like one."""
    return not text.rstrip(_CLOSING_QUOTES).endswith(_END_MARKS)


def _left_over(text: str, source: str) -> Iterator[str]:
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in text):
        yield "holds a line break or a character that can't be seen: take it out"
    found = None if _TOLD_ALREADY.search(source) else _LEFT_OVER.search(text)
    if found and (found[0] != "None" or "None" not in _EXPRESSION.sub("", source)):
        yield f"leaves “{found[0]}” in the letter: a fact is written {{{{ company }}}}, and nothing around it"
