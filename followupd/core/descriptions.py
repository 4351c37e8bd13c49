"""The text of an event's description as its reader sees it: lines, sentences, cells of tables.

Calendars hold plain text, the few tags that Google Calendar allows, whole pages of Outlook and Word, and
Markdown that somebody pasted. The text is a stranger's: it is cut first, and every step is linear in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from typing import Final
from unicodedata import normalize

LONGEST_TEXT: Final = 65536
LONGEST_LINE: Final = 2000  # joining accents to letters costs the square of it
LONGEST_SHOWN: Final = 20000  # of all lines together, without markup
MOST_LINES: Final = 300
MOST_CELLS: Final = 12
CELL: Final = "\t"  # between the cells of one row

_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?tr|/?table|/?ul|/?ol|/?h\d)\b[^<>]{0,2000}>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{1,2000}>")
_ROW = re.compile(r"</?tr\b[^<>]{0,2000}>", re.IGNORECASE)
_TABLE_CELL = re.compile(r"<t[dh]\b[^<>]{0,2000}>", re.IGNORECASE)
# In pages a line ends at a tag, wherever the text was wrapped; Google Calendar shows the line breaks too.
_PAGE = re.compile(r"<(?:html|body|meta|td|th)\b", re.IGNORECASE)
_UNSEEN = (("<!--", "-->"), ("<style", "</style"), ("<script", "</script"), ("<title", "</title"))
_LINK = re.compile(r"\[([^][]{1,100})\]\(([^()\s]{1,500})\)")
_GAP = re.compile(r" ?[\t|]+ ?|(?<=[^\s.!?:,;]) {2,}")
_SPACES = re.compile(r" +")


def lines(description: str) -> Iterator[str]:
    """Its lines in order, without empty ones; the cells of a row are separated by `CELL`."""
    text = description[:LONGEST_TEXT]
    is_marked = _MARKUP.search(text) is not None
    if is_marked:
        text = _without_markup(text)
    written = (line for line in unescape(text).splitlines() if line and not line.isspace())
    shown = 0
    for line in islice(written, MOST_LINES):
        shown += len(line[:LONGEST_LINE])
        if shown > LONGEST_SHOWN:
            return
        yield _cells(line[:LONGEST_LINE], is_marked=is_marked)


def _without_markup(text: str) -> str:
    for start, end in _UNSEEN:
        text = _without(text, start, end)
    if _PAGE.search(text):
        text = " ".join(text.split())
    text = "".join(_row(piece) for piece in _ROW.split(text))
    return _MARKUP.sub(" ", _BREAK.sub("\n", text))


def _without(text: str, start: str, end: str) -> str:
    """The text without what stands between the marks; what is never closed is cut."""
    kept: list[str] = []
    folded, place = text.lower(), 0
    if len(folded) != len(text):  # a few letters grow in lower case
        folded = text
    while (found := folded.find(start, place)) >= 0:
        kept.append(text[place:found])
        closed = folded.find(end, found)
        place = len(text) if closed < 0 else closed + len(end)
    return "".join(kept) + text[place:]


def _row(piece: str) -> str:
    """What stands between two tags of rows: the cells of one row in one line, anything else unchanged."""
    cells = _TABLE_CELL.split(piece)
    if len(cells) < 3 or "<table" in piece.lower():
        return f"\n{piece}"
    shown = (_MARKUP.sub(" ", _BREAK.sub("; ", cell)).replace("\n", " ") for cell in cells[1:])
    return "\n" + CELL.join(" ".join(cell.split()).strip("; ") or "-" for cell in shown) + "\n"


def _cells(line: str, *, is_marked: bool) -> str:
    visible = "".join(char if char.isprintable() or char == CELL else " " for char in line)
    plain = _LINK.sub(r"\1 (\2)", visible.replace("\xa0", " ").replace("**", "").replace("__", ""))
    if is_marked:
        plain = _SPACES.sub(" ", plain)
    cells = (normalize("NFC", " ".join(cell.split())) for cell in _GAP.split(plain.strip(" |"), MOST_CELLS))
    return CELL.join(cells).replace(" ,", ",").rstrip(CELL)
