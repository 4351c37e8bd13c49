"""What a letter quotes, and what its sender wrote.

RFC 3676 section 4.5 marks quoted lines with ">"; mail programs put a line of attribution or a copy
of the header above what they quote, each in its own words.
"""

from __future__ import annotations

import re
from itertools import islice

MAX_TEXT = 20_000
MAX_LINES = 1_000

# "On 5 May 2026, Sam Lee wrote:" as mail programs write it, in the languages that they come in.
_ATTRIBUTION = re.compile(
    r"(?:on|am|le|el|op|den|il|em|w dniu|vào|på|pe|dne)\b.{0,300}"
    r"\b(?:wrote|schrieb|a écrit|escribió|schreef|skrev|ha scritto|escreveu|napisał\w*|kirjoitti"
    r"|napsal\w*)\b.{0,80}:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTION_START = re.compile(r"(?:on|am|le|el|op|den|il|em|w dniu|på|dne)\s", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine"
    r"|mensaje original|oorspronkelijk bericht|messaggio originale|mensagem original"
    r"|ursprungligt meddelande)\b",
    re.IGNORECASE,
)
_FROM_LINE = re.compile(r"\*?(?:from|von|de|van|da|från|fra|od)\s?:", re.IGNORECASE)
_SENT_LINE = re.compile(
    r"\*?(?:sent|date|to|gesendet|datum|an|envoyé|à|enviado|para|verzonden|aan|inviato|skickat|sendt"
    r"|wysłano)\s?:",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """The text without what it quotes: the letter that it answers is not its sender's word.

    Apostrophes are made straight.
    """
    straight = text[:MAX_TEXT].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    lines = [line.strip() for line in islice(straight.splitlines(), MAX_LINES)]
    kept = []
    for number, line in enumerate(lines):
        if _begins_quotation(line, lines[number + 1 : number + 5]):
            break
        if not line.startswith((">", "|")):
            kept.append(line)
    return "\n".join(kept)


def _begins_quotation(line: str, following: list[str]) -> bool:
    if _ORIGINAL.match(line):
        return True
    if _FROM_LINE.match(line):
        return any(_SENT_LINE.match(later) for later in following)
    if not _ATTRIBUTION_START.match(line):
        return False
    # Mail programs break a long attribution over up to three lines.
    return any(_ATTRIBUTION.match(" ".join((line, *following[:more]))) for more in range(3))
