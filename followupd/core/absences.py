"""The day on which somebody who is away is back, as their absence note names it.

The text that comes in is what its sender wrote (`core.quotations`). Only a phrase that leads to a
date is read ("back on 5 May", "bis 9. März"); a date alone means nothing. Every pattern is anchored
or of bounded length, so that hostile text costs no more than friendly text of the same size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from followupd.core.named_days import ONE_DAY, Named, day_at

MAX_TEXT: Final = 20_000

_BACK = re.compile(
    r"\b(?:(?:be|am|i'm|will be|i'll be|we are)\s(?:back|returning)|back|returning|returns?|i'll return"
    r"|resume work|zurück|wieder\s(?:da|erreichbar|im\s(?:büro|haus|dienst))"
    r"|rückkehr|tillbaka|återkommer|tilbake|tilbage|retour|terug"
    r"|ritorno|ritornerò|torner[òo]|de\svolta|åter|töihin"
    r"|rientr[oa]|rientrerò|de\sretour|(?:je\s)?reviens|reviendrai|(?:estaré\s)?de\svuelta|vuelvo|regres[oa]|regresaré"
    r"|reincorpor\w{2,5}|volto|regresso|voltarei|wracam|wrócę|powr[óo]t|palaan|takaisin)"
    r"(?:\s(?:to|in|at|im|au|op|på|i|all['\u2019]|al|en|ao|à|a)\s?"
    r"(?:the\s|my\s|la\s|work|office|büro|bureau|kantoor|kontoret|jobbet|ufficio|oficina|escritório|desk){1,3})?"
    r"(?:\s(?:to|at)\s(?:work|my desk))?"
    r"(?:\s(?:again|wieder|igen|weer|starting|from|as of|ab|dal))?"
    r"(?:\s(?:on|in|am|ab|den|le|el|op|vom|i|på|il|em|no dia|no|a|a partir de|el día|dnia|w|we))?:?\s+",
    re.IGNORECASE,
)
# "From Monday I am back", "ab Montag wieder im Büro", "ik ben maandag terug": the day stands before the word.
_LEAD = re.compile(
    r"\b(?:from|on|as of|ab(?:\sdem)?|am|seit|vanaf|op|ben(?:\sop)?|från|den|fra|le|à partir du|el|a partir del?|il|dal"
    r"|dia|od)\s+",
    re.IGNORECASE,
)
_BACK_BEHIND = re.compile(
    r"[^\"“”„«».!?;:]{0,30}?\b(?:(?:be|am|i'm|are)\s(?:back|returning)|i(?:'ll| will) return"
    r"|zurück|wieder\s(?:da|erreichbar|im|am|für)|terug|bereikbaar|tillbaka|tilbake|tilbage|åter|de\sretour|de\svuelta|di\sritorno|de\svolta|(?:z\s)?powrotem)\b",
    re.IGNORECASE,
)
# The longer words first: "till och med" is not "till".
_UNTIL = re.compile(
    r"\b(?:until|till och med|t\.?o\.?m\.?|till|til og med|t\.o\.m\.|til|through|thru|up to"
    r"|bis(?:\szum|\seinschließlich|\seinschliesslich|\sund mit|\sinkl\.|\svoraussichtlich){0,2}"
    r"|jusqu['\u2019](?:au|à)|hasta(?:\sel)?|tot(?:\sen met)?|t/m|fino (?:al|all['\u2019]|a)|até(?:\sao?)?|aż do|do)"
    r"(?:\sand including|\s\(?inclusive\)?)?:?\s+",
    re.IGNORECASE,
)
# "from 5 May to 9 May", "5 May - 9 May", "between 5 and 9 May"
_RANGE_START = re.compile(
    r"\b(?:from|between|leave|out|away|vacation|holidays?|office|vom|von|zwischen|urlaub|du|del|dal|van|från|fra|od|de)"
    r":?\s+",
    re.IGNORECASE,
)
_RANGE_JOIN = re.compile(
    r"\s{0,2}(?:,?\s?(?:to|until|till|through|and|und|bis(?:\szum)?|au|al|tot(?:\sen\smet)?|à|a|til|till|do)\s"
    r"|[-\u2013\u2014]\s?)(?:and including\s)?",
    re.IGNORECASE,
)
_BARE_DAY = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|\.)?"
    r"(?=\s?(?:to|until|and|und|through|bis|au|al|tot|à|a|til|till|do|[-\u2013\u2014])\W)",
    re.IGNORECASE,
)
# Chinese, Japanese and Korean put the word behind the date, or a sign before it.
_EASTERN_DATE = re.compile(r"(?:20\d\d[年년]\s?)?\d{1,2}[月월]\s?\d{1,2}[日日일号號]")
_EASTERN_UNTIL = re.compile(r"\s?(?:[(\uff08].{1,4}[)\uff09])?\s?(?:まで|迄|까지|止|为止|為止|期间|期間)")
_EASTERN_BACK = re.compile(
    r"\s?(?:[(\uff08].{1,4}[)\uff09])?.{0,6}?(?:に|より|から|以降|起|부터|에)?.{0,8}"
    r"(?:戻|復帰|出社|返回|回来|回到|上班|복귀|돌아|출근)"
)
_EASTERN_TO = ("至", "到", "~", "\uff5e", "〜", "-", "\u2013")


def returns_on(text: str, received: date) -> date | None:
    """The first day back by an absence note: "back on" that day, the day after "until", or None."""
    flat = " ".join(text[:MAX_TEXT].split())
    readings: tuple[Callable[[str, date], Iterator[date]], ...] = (_backs, _eastern, _untils, _ranges)
    return next((day for reading in readings for day in reading(flat, received)), None)


def _backs(text: str, received: date) -> Iterator[date]:
    for phrase in _BACK.finditer(text):
        named = day_at(text, phrase.end(), received)
        if named:
            yield named.day
    for lead in _LEAD.finditer(text):
        named = day_at(text, lead.end(), received)
        if named and _BACK_BEHIND.match(text, named.end):
            yield named.day


def _untils(text: str, received: date) -> Iterator[date]:
    for phrase in _UNTIL.finditer(text):
        named = day_at(text, phrase.end(), received)
        if named:
            yield _day_after(named)


def _ranges(text: str, received: date) -> Iterator[date]:
    for phrase in _RANGE_START.finditer(text):
        first = day_at(text, phrase.end(), received)
        bare = _BARE_DAY.match(text, phrase.end())
        for end in (first.end if first else None, bare.end() if bare else None):
            joined = _RANGE_JOIN.match(text, end) if end else None
            last = day_at(text, joined.end(), received) if joined else None
            if last:
                yield _day_after(last)


def _eastern(text: str, received: date) -> Iterator[date]:
    untils: list[date] = []
    for found in _EASTERN_DATE.finditer(text):
        named = day_at(text, found.start(), received)
        if named and _EASTERN_BACK.match(text, found.end()):
            yield named.day
        elif named and (_EASTERN_UNTIL.match(text, found.end()) or _follows_a_range(text, found.start())):
            untils.append(_day_after(named))
    yield from untils


def _follows_a_range(text: str, start: int) -> bool:
    return text[:start].rstrip().endswith(_EASTERN_TO)


def _day_after(named: Named) -> date:
    # "until June" means the month in which they are back.
    return named.day if named.whole_month else named.day + ONE_DAY
