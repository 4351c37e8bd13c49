"""Names of people to be met that stand clearly in an event's description.

Recruiting systems often invite no interviewer and name them in the text (support.greenhouse.io 360015975112,
support.goodtime.io 1500008655762). A name missed costs a question; a wrong one a letter to nobody. So a name
counts only after a cue ("You will meet", "interview with"), under a label or a column's head ("Interviewers"),
beside a post ("Dana Reyes, VP Engineering"), or alone in one of several slots of a schedule.
The text is a stranger's: what is read of it is bounded, and no pattern here can run long.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from followupd.core import describedtables as words_of
from followupd.core.cues import sentences, titled, told
from followupd.core.descriptions import CELL, lines
from followupd.core.slots import has_range, is_timed, slot
from followupd.core.spelled import begins, is_post, people, without_brackets

MOST_NAMES: Final = 20

_SIGN_OFF = re.compile(
    r"^(?i:--(?=\s*$)|(?:(?:best|kind|kindest|warm|many|with) )?(?:regards|wishes|thanks)|thanks|thank you"
    r"|cheers|sincerely|best"
    r"|yours(?: sincerely| faithfully| truly)?|all the best|good luck|best of luck|talk soon|see you(?: soon| then)?"
    r"|(?:viele|beste|freundliche|herzliche|liebe) grüße|mit (?:freundlichen|besten|herzlichen) grüßen"
    r"|(?:bien )?cordialement|bien à vous|à bientôt|(?:un )?(?:cordial )?saludos?|atentamente"
    r"|(?:cordiali|distinti) saluti|a presto|met vriendelijke groet(?:en)?|groet(?:en|jes)?"
    r"|abraços?|atenciosamente|cumprimentos|vänliga hälsningar|med vänliga hälsningar|hälsningar)"
    r"(?:\W*$|, (?=[A-ZÀ-Þ]\S{0,40}(?: [A-ZÀ-Þ]\S{0,40}){0,2}(?: [-–|]|$)))",
)
_LABEL_VERB = re.compile(
    r" (?:is|are|will be|consists of|will consist of|includes?|will include|ist|sind|sera|seront|es|son|será|serán"
    r"|sarà|saranno|zijn|são|serão|är) (?=[^\W\d_])",
)
_LABEL_END = re.compile(r" ?[:–—](?: |$)| - ")
_PARTS = re.compile(rf"{CELL}| [–—·-] |: ?|; ")
_BULLETS = re.compile(r"^[^\w(\"“„«¿¡]{1,20}")
_NUMBERED = re.compile(r"^\d{1,2}[.)] +")
_NUMBER = re.compile(r" ?#?\d{1,2}$")


def names_in(description: str) -> tuple[str, ...]:
    """Names of people to be met, in order, each once, at most `MOST_NAMES`; family names come last."""
    shown = list(takewhile(lambda line: not _SIGN_OFF.match(line), lines(description)))
    firms = {name.casefold() for line in shown for name in _firms(line)}
    found = (name for name in _Reader(shown).names() if name.casefold() not in firms)
    return tuple(dict.fromkeys(found))[:MOST_NAMES]


def _firms(line: str) -> Iterator[str]:
    """Whatever the text itself takes for a firm: "working at Harper Quinn"."""
    words = line.split()
    for place, word in enumerate(words[:-1]):
        if word.casefold() in {"at", "bei", "chez"}:
            yield begins(words[place + 1 : place + 6])


class _Reader:
    """Reads line by line, and keeps what the lines before mean for the next."""

    def __init__(self, shown: list[str]) -> None:
        self.shown = shown
        self.slots = sum(slot(_bare(line)) is not None for line in shown)
        self.listing = False  # under "Interviewers:" lines are names
        self.column = -1  # of a table whose head says "Interviewer"
        self.below_slot = 0  # how many more lines may belong to the slot above
        # Names that stand alone in a slot: by line, and by their place in it.
        self.alone: dict[int, dict[int, list[str]]] = {}
        self.cards = sum(self._is_card(place) for place in range(len(shown)))  # a name, and the post below it

    def names(self) -> list[str]:
        """All names in order. Alone in slots they count where at least every other slot has one."""
        found = [self._at(place, line) for place, line in enumerate(self.shown)]
        part = Counter(part for parts in self.alone.values() for part in parts).most_common(1)
        in_slots = part[0][0] if part and self.slots > 1 and 2 * part[0][1] >= self.slots else -1
        alone = {place: parts.get(in_slots, []) for place, parts in self.alone.items()}
        return [name for place, names in enumerate(found) for name in names or alone.get(place, [])]

    def _at(self, place: int, line: str) -> list[str]:
        bare = _bare(line)
        if not any(map(str.isalpha, bare)):
            return []
        if CELL in bare:
            self.below_slot = 4 if has_range(bare) else self.below_slot
            return self._row(place, bare)
        rest = slot(bare)
        found = self._line(place, bare if rest is None else rest, in_slot=rest is not None)
        if rest is not None:
            self.below_slot = 4
        return found

    # --- tables -----------------------------------------------------------------------------

    def _row(self, place: int, line: str) -> list[str]:
        cells = line.split(CELL)
        heads = [column for column, cell in enumerate(cells) if _is_label(cell, words_of.COLUMNS)]
        if heads and not any(is_timed(cell) or people(cell, entire=True) for cell in cells):
            self.column = heads[0]
            return []
        if len(cells) == 2 and _is_label(cells[0]):
            return people(cells[1], listed=True)
        if _is_label(cells[0].partition(":")[0]):
            return self._line(place, " | ".join(cells), in_slot=False)
        if 0 <= self.column < len(cells):
            return people(cells[self.column], listed=True, entire=True)
        return self._cells(place, cells)

    def _cells(self, place: int, cells: list[str]) -> list[str]:
        """A row under no head: cells of names, in a slot of several or beside a post."""
        timed = any(is_timed(cell) for cell in cells)
        if not timed and any(_is_not_met(cell) for cell in cells):
            return []
        beside_post = any(is_post(cell, arranging=timed, noun=True) for cell in cells)
        by_cell = _by_part(cells)
        if timed and by_cell:
            self.alone[place] = by_cell
        named = [name for names in by_cell.values() for name in names]
        beside_post = beside_post and (timed or not self._signs(place))
        told_of = [name for cell in cells for name in told(cell, in_slot=timed)]
        return named if beside_post and named else told_of

    # --- lines ------------------------------------------------------------------------------

    def _line(self, place: int, line: str, *, in_slot: bool) -> list[str]:
        self.column, self.below_slot = -1, self.below_slot - 1
        head, sign, rest = _split(line)
        if _is_label(line) or (sign and _is_label(head)):
            found = people(rest, listed=True, singular=not head.casefold().endswith("s")) if sign else []
            self.listing = not found
            return found
        if sign and _is_not_met(head):
            self.listing = False
            return []
        found = [name for one in sentences(line) for name in told(one, in_slot=in_slot)]
        found = found or self._beside_post(place, line, in_slot=in_slot)
        if not found and (in_slot or self.below_slot > 0):
            self._alone(place, line, in_slot=in_slot)
        if self.listing and not found:
            found = _entry(line)
            self.listing = bool(found) or is_post(line, arranging=True) or in_slot or "://" in line
        self.listing = self.listing or _opens(line)
        return found

    def _beside_post(self, place: int, line: str, *, in_slot: bool) -> list[str]:
        """Those of "Dana Reyes - VP Engineering", or with the post on the next line."""
        is_item = in_slot or self.listing or self.below_slot > 0 or bool(_BULLETS.match(self.shown[place]))
        found = titled(line, arranging=in_slot)
        if not found and self._is_card(place) and (is_item or self.cards > 1):
            found = people(line, entire=True)
        return found if is_item or not self._signs(place) else []

    def _signs(self, place: int) -> bool:
        """Whether the line stands where writers sign: near the end, after a sentence."""
        before = self.shown[place - 1][-1:] if place else ":"
        return len(self.shown) - place <= 4 and before in ".!?,"

    def _alone(self, place: int, line: str, *, in_slot: bool) -> None:
        parts = _PARTS.split(without_brackets(line)) if in_slot else [line]
        if by_part := _by_part([part for part in parts if part.strip()]):
            self.alone[place] = by_part

    def _is_card(self, place: int) -> bool:
        following = self.shown[place + 1 : place + 2]
        return any(map(_is_post_line, following)) and bool(people(_bare(self.shown[place]), entire=True))


def _by_part(parts: list[str]) -> dict[int, list[str]]:
    return {place: names for place, part in enumerate(parts) if (names := people(part, entire=True))}


def _is_post_line(line: str) -> bool:
    """Whether a line is somebody's post and nothing else."""
    return len(line.split()) <= 8 and is_post(line, arranging=True, noun=True) and slot(line) is None


def _bare(line: str) -> str:
    return _NUMBERED.sub("", _BULLETS.sub("", line))


def _split(line: str) -> tuple[str, str, str]:
    """What may be a label, its sign, and the rest: "Interviewers (2): Dana", "Your interviewer is Dana"."""
    sign = _LABEL_END.search(line)
    if sign:
        return line[: sign.start()], sign.group() or ":", line[sign.end() :]
    if (verb := _LABEL_VERB.search(line)) and len(line[: verb.start()].split()) < 5:
        return line[: verb.start()], verb.group(), line[verb.end() :]
    first, _, rest = line.partition(" ")
    return (first, " ", rest) if first.casefold().startswith("interviewer") else (line, "", "")


def _is_label(text: str, more: frozenset[str] = frozenset()) -> bool:
    plain = " ".join(_NUMBER.sub("", without_brackets(text)).casefold().strip("* :").split())
    words = [word.rstrip(":") for word in plain.split()]
    known = words_of.LABELS | words_of.WITH_LABELS | more
    if plain in words_of.MORE_LABELS:
        return True
    return 0 < len(words) <= 6 and set(words) <= known and not (words_of.LABELS | more).isdisjoint(words)


def _is_not_met(text: str) -> bool:
    words = {word.strip(".,:()#").casefold() for word in text.split()[:5]}
    return len(text.split()) <= 5 and not words_of.NOT_MET.isdisjoint(words)


def _opens(line: str) -> bool:
    """Whether names follow: "You will meet with:"."""
    words = [word.strip(",.:").casefold() for word in line.split()]
    last = words[-3:]
    cued = any(word in words_of.WITH | words_of.MEET_YOU | words_of.MEET for word in last)
    people_follow = not {"people", "interviewers", "team", "personen", "personnes", "teil"}.isdisjoint(last)
    return line.endswith(":") and len(words) > 1 and (cued or people_follow)


def _entry(line: str) -> list[str]:
    """The names that an item of a list begins with."""
    if listed := people(line, listed=True, entire=True):
        return listed
    name = begins(line.split())
    following = line.split()[len(name.split()) :][:1]
    if name and following and following[0] in words_of.BIOGRAPHIES:
        return [name]
    first = re.split(r" ?[–—|:(,] ?| - ", line, maxsplit=1)[0]
    return people(first, listed=True, entire=True)
