"""Reads a letter before it is sent, as a careful friend would: what is surely wrong, and nothing of style.

The checks need no dictionary and know the words of five languages; all of them are used on every letter, since
nobody says which language an edited one is in. What is doubtful is not said: a false alarm costs more trust than a
found fault earns. Every pattern is bounded, and of a text only the beginning is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from followupd.core.likeness import TOO_ALIKE, likeness
from followupd.core.names import plain
from followupd.core.proof import Finding, Misspelling, Proof, Spelling, nothing_misspelt
from followupd.core.proof_claims import of_attachments, of_days
from followupd.core.proof_greeting import in_greeting
from followupd.core.proof_layout import TEXT_AT_MOST, Layout, laid_out, paragraphs, said, unwrapped
from followupd.core.prooftables import ALSO_WORDS, DOUBLED, PLACEHOLDERS
from followupd.core.quotations import own_words

__all__ = ["Finding", "Misspelling", "Proof", "Spelling", "findings", "nothing_misspelt", "unfilled"]

PARAGRAPHS_AT_MOST = 3
WORDS_AT_MOST = 150
WORDS_AT_LEAST = 5
SLOT_WORDS = 40
NAME_AT_LEAST = 3
FINDINGS_AT_MOST = 10
MISSPELT_AT_MOST = 5

_SLOT = re.compile(r"\bFILL[ -]IN\b|\b[Ff]ill[ -]in:")
_HOLES = tuple(
    re.compile(pattern)
    for pattern in (
        r"\[(?!sic\]|\.{3}\]|…\])(?=[^\[\]\n]*[^\W\d_]{2})[^\[\]\n]{2,60}\](?!\()",
        r"(?<!\w)<(?=[^\W\d_])(?![^<>\n]*(?:@|://|www\.))[^<>\n]{2,40}>",
        r"\{[{%]?[^{}\n]{1,60}[}%]?\}",
        r"\$\{?[A-Z][A-Z_]{2,30}\b\}?|%\([a-z_]{1,30}\)s|(?<!\w)%s\b",
        r"\bX{3,}\b|\b(?:TODO|FIXME)\b|\b[Ll]orem ipsum\b|(?<=[^\W_] )_{3,20}(?!_)",
        r"(?:(?<=\s)|^)\?{3,}(?!\w)",
        r"\b(?:YOUR|COMPANY|RECIPIENT|FIRST|LAST|INSERT|JOB)[ _](?:NAME|COMPANY|TITLE|HERE|ROLE|POSITION)\b",
    )
)
_IN_PARENTHESES = re.compile(r"\(([^()\n]{2,40})\)")
_NOBODY = re.compile(
    r"\b(?:(?:at|chez|bij) (?:None|null|NULL|nan|NaN|NAN|undefined)\b|bei (?:None|NULL|NaN|undefined)\b"
    r"|(?:for|with|on|the|as|by|als|am|für|mit|à|pour|avec|en|con|para|voor|met) "
    r"(?:None|null|NULL|nan|NaN|NAN|undefined)"
    r"(?=[,.!?;:]|$| (?:and|position|role|team|job|Stelle|Rolle|poste|puesto|functie|und|et|y|en)\b))",
    re.MULTILINE,
)
_TWICE = re.compile(r"\b([^\W\d_]{1,40})[ \n]\1\b", re.IGNORECASE)
_MARKS = re.compile(
    r",{2,}|;{2,}|(?<![\w:]):{2}(?![\w:])|(?<!\.)\.{2}(?![./\\\w])|,\.(?!\.)|\.,(?=,)|(?<=\w) [,.](?=\s|$)(?!\.)"
)
_SPACES = re.compile(r"(?<=[^\s.!?:;…»\"”)*•–-]) {2,}(?=[^\s|·])")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n•\-]\s*[\"“„«(]?\s*)$")


def findings(text: str, about: Proof) -> tuple[Finding, ...]:
    """What is to be looked at in a letter, the gravest first; () where nothing is."""
    letter = laid_out(text, about.me)
    first = next((line for line in letter.body.splitlines() if line), "")
    flowing = unwrapped(letter.body)
    found = (
        *([] if about.slot_may_stand else _slots(own_words(text[:TEXT_AT_MOST]), about)),
        *in_greeting(letter.greeting, first, about),
        *_holes(f"{letter.body}\n{letter.end}"),
        *_companies(flowing, about),
        *_nothings(flowing),
        *_empty(letter),
        *of_attachments(flowing, about),
        *of_days(flowing, about),
        *_alike(text, about),
        *_long(letter, about),
        *_twice(letter.body, about),
        *_marks(f"{letter.greeting}\n{letter.body}"),
        *_misspelt(about),
    )
    return tuple(dict.fromkeys(found))[:FINDINGS_AT_MOST]


def unfilled(text: str, slots: Iterable[str] = ()) -> tuple[Finding, ...]:
    """What must not be in a letter that was sent: lines that were to be filled in, and placeholders."""
    own = own_words(text[:TEXT_AT_MOST])
    letter = laid_out(text, "")
    nobody = [one for one in in_greeting(letter.greeting, "", Proof()) if one.kind == "greeting"]
    found = (*_slots(own, Proof(slots=tuple(slots))), *nobody, *_holes(letter.body), *_nothings(letter.body))
    return tuple(dict.fromkeys(found))[:FINDINGS_AT_MOST]


# --- what is missing ----------------------------------------------------------------------------


def _slots(own: str, about: Proof) -> Iterator[Finding]:
    for line in own.splitlines():
        if _SLOT.search(line) or any(_is_left(line, slot) for slot in about.slots):
            yield Finding(
                "slot",
                f"A line that you were to fill in or delete is still there: “{plain(line, 60)}”.",
                line,
            )
            return


def _is_left(line: str, slot: str) -> bool:
    """Whether a line is a slot's, without the mark that it began with."""
    mark, colon, rest = slot.partition(":")
    asked = _bare(rest if colon else mark)
    return bool(asked) and (_bare(line) == asked or (mark.isupper() and f"{mark}:" in line))


def _bare(line: str) -> str:
    return line.replace("’", "'").strip(" .,:;!?-–").casefold()


def _holes(text: str) -> Iterator[Finding]:
    found = [hole[0] for pattern in _HOLES for hole in pattern.finditer(text)]
    found += [hole[0] for hole in _IN_PARENTHESES.finditer(text) if _is_placeholder(hole[1])]
    for hole in dict.fromkeys(one for one in found if not _SLOT.search(one)):
        yield Finding(
            "placeholder", f"“{plain(hole, 60)}” looks like something that you meant to replace.", hole
        )


def _is_placeholder(words: str) -> bool:
    told = re.findall(r"[^\W\d_]+", words.casefold())
    small = {"your", "the", "of", "de", "l", "la", "der", "des", "hier", "here", "insert", "my"}
    return any(word in PLACEHOLDERS for word in told) and all(word in PLACEHOLDERS | small for word in told)


def _nothings(body: str) -> Iterator[Finding]:
    found = _NOBODY.search(body)
    if found:
        yield Finding("null", f"“{plain(found[0], 40)}” has a word where a name should be.", found[0])


def _empty(letter: Layout) -> Iterator[Finding]:
    number = len(said(letter.body))
    if number < WORDS_AT_LEAST:
        yield Finding("empty", "There is as good as nothing in it." if number else "There is nothing in it.")


# --- what is too much ---------------------------------------------------------------------------


def _long(letter: Layout, about: Proof) -> Iterator[Finding]:
    blocks = paragraphs(letter.body)
    number = sum(len(said(block)) for block in blocks)
    is_filled_in = bool(about.slots and blocks) and len(said(blocks[0])) <= SLOT_WORDS
    # What was written into the line to fill in stands above the paragraphs.
    if len(blocks) > PARAGRAPHS_AT_MOST + is_filled_in:
        yield Finding("long", f"It has {len(blocks)} paragraphs; three at most are read.")
    if number > WORDS_AT_MOST:
        yield Finding("long", f"It has {number} words; {WORDS_AT_MOST} at most are read.")


def _alike(text: str, about: Proof) -> Iterator[Finding]:
    own = own_words(text[:TEXT_AT_MOST])
    if any(likeness(own, other[:TEXT_AT_MOST]) >= TOO_ALIKE for other in about.panel):
        yield Finding(
            "alike", "It is nearly the same as another of your letters to this company: they compare them."
        )


def _companies(body: str, about: Proof) -> Iterator[Finding]:
    own = about.company.casefold()
    for name in about.companies:
        is_part = name.casefold() in own or (bool(own) and own in name.casefold())
        if len(name) >= NAME_AT_LEAST and not is_part and _is_named(name, body):
            whose = f", and this letter is about {plain(about.company, 60)}" if own else ""
            yield Finding("company", f"It names “{plain(name, 60)}”{whose}.", name)


def _is_named(name: str, body: str) -> bool:
    """Whether a company is named. One whose name is also a word may be just that where a sentence begins."""
    places = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", body)
    is_word = name.casefold() in ALSO_WORDS
    return any(
        not is_word or not _SENTENCE_START.search(body[max(found.start() - 9, 0) : found.start()])
        for found in places
    )


# --- slips --------------------------------------------------------------------------------------


def _twice(body: str, about: Proof) -> Iterator[Finding]:
    names = " ".join((*about.names, *about.others, about.company, about.me)).casefold()
    for found in _TWICE.finditer(body):
        word, pair = found[1].casefold(), " ".join(found[0].casefold().split())
        if word not in DOUBLED and pair not in names:
            yield Finding("doubled", f"A word stands there twice: “{plain(found[0], 60)}”.", found[0])
            return


def _marks(text: str) -> Iterator[Finding]:
    found = _MARKS.search(text)
    if found:
        yield Finding("punctuation", f"Look at the marks in “{_around(text, found)}”.", found[0])
        return
    if spaces := _SPACES.search(text):
        yield Finding("punctuation", f"There are two spaces in “{_around(text, spaces)}”.", spaces[0])


def _around(text: str, found: re.Match[str]) -> str:
    """The place with two words on either side, as it is."""
    before = re.search(r"(?:\S+ ){0,1}\S*$", text[max(found.start() - 40, 0) : found.start()])
    after = re.match(r"\S*(?: \S+)?", text[found.end() : found.end() + 40])
    around = f"{before[0] if before else ''}{found[0]}{after[0] if after else ''}"
    return "".join(char if char.isprintable() else " " for char in around)


def _misspelt(about: Proof) -> Iterator[Finding]:
    for one in about.misspelt[:MISSPELT_AT_MOST]:
        better = f" Did you mean “{plain(one.better[0], 40)}”?" if one.better else ""
        what = one.problem or f"“{plain(one.words, 40)}” may be misspelt."
        yield Finding("spelling", f"{what}{better}", one.words)
