"""Looks through the user's templates and tells every mistake at once, before one can spoil a letter.

What a letter needs of a template is checked by `templates.parse`; what is only seen with facts in it, or in a whole
letter, by `templates.trials`. Here is what concerns files and folders, and the order of it all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from followupd.core.situation import Wording
from followupd.templates import DEFAULT, INFORMAL, files_of
from followupd.templates.jinja import mistake, render
from followupd.templates.pages import (
    SUFFIX,
    Page,
    folders,
    is_a_language,
    languages_in,
    read,
    tones,
    with_templates,
)
from followupd.templates.parse import OPTIONAL, Parsed, Section, check, parse, suggest
from followupd.templates.specimens import specimen
from followupd.templates.trials import (
    TOO_ALIKE,
    WORDS_AT_MOST,
    alike,
    is_of_a_letter,
    longest,
    mistakes_in,
    tones_of,
    word_count,
)

_SURELY_A_LANGUAGE = re.compile(rf"[a-z]{{2}}(?:{INFORMAL})?")
_KEPT_ASIDE = (".bak", ".old", ".orig", ".swp", ".swo", ".tmp", ".save", "~")
_FOR_PANELS = frozenset({"interviewer", "several", "short", "internal"})


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong on a line of a file, in words. 0 speaks of the file or folder as a whole."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        """As compilers write it, so that editors can go there."""
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


@dataclass(frozen=True, slots=True)
class Found:
    """How many files were looked through, and every mistake in them, file by file and line by line."""

    files: int
    mistakes: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class _Own:
    """The user's files of one language."""

    language: str
    places: tuple[Path, ...]
    paths: tuple[Path, ...]
    pages: tuple[Page, ...]


def lint(folder: Path) -> Found:
    """Every mistake in the user's templates. The folder holds one for each language, or is one of them."""
    home, languages = _meant(folder.expanduser())
    everything = [_own(language, home) for language in languages]
    found = {one for own in everything for one in _mistakes(own)}
    if home == folder.expanduser():
        found |= set(_of_folders(home))
    ordered = sorted(found, key=lambda one: (str(one.path), one.line, one.text))
    return Found(sum(len(own.paths) for own in everything), tuple(ordered))


def _meant(folder: Path) -> tuple[Path, list[str]]:
    """The folder of all languages, and which of them are to be looked through."""
    is_one = folder.name in tones() or _SURELY_A_LANGUAGE.fullmatch(folder.name)
    if is_one and any(folder.glob(f"*{SUFFIX}")):
        return folder.parent, [folder.name]
    ours = [name for name in tones() if (folder / name).is_dir()]
    return folder, sorted({*languages_in(folder), *ours})


def _of_folders(home: Path) -> Iterator[Mistake]:
    for path in with_templates(home):
        if not is_a_language(path.name):
            text = "no language has the name of this folder, so nothing in it is used"
            yield Mistake(path, 0, suggest(text, path.name.casefold(), tones()))


def _own(language: str, home: Path) -> _Own:
    places = tuple(place for place in folders(language, home) if place.is_dir())
    paths = tuple(path for place in places for path in sorted(place.glob(f"*{SUFFIX}")))
    pages = tuple(page for path in paths if (page := read(path)) is not None)
    return _Own(language, places, paths, pages)


@cache
def _ours(language: str) -> dict[str, Parsed]:
    return {name.removesuffix(SUFFIX): parse(text) for name, text in files_of(language).items()}


# --- files --------------------------------------------------------------------------------------


def _mistakes(own: _Own) -> Iterator[Mistake]:
    known = _ours(DEFAULT)
    readable = {page.path for page in own.pages}
    for place in own.places:
        yield from _of_names(place, known)
    for path in own.paths:
        if path not in readable:
            yield Mistake(path, 1, "can't be read as text: save it as UTF-8 in your editor")
    pages = [page for page in own.pages if page.file in known]
    wording = _wording(own.language, pages, known)
    for page in pages:
        yield from _of_page(page, known[page.file], wording)
        yield from _of_letters(page, wording)
    if pages and own.language not in tones():
        yield from _missing(own, pages, known)


def _of_names(place: Path, known: dict[str, Parsed]) -> Iterator[Mistake]:
    names = [f"{name}{SUFFIX}" for name in known]
    for path in sorted(place.iterdir()):
        if path.suffix == SUFFIX and path.name not in names:
            yield Mistake(path, 1, suggest("unknown template file", path.name, names))
        elif path.suffix != SUFFIX and path.is_file() and _seems_meant(path.name, known):
            yield Mistake(path, 1, f"is not read: the names of templates end in {SUFFIX}")


def _seems_meant(name: str, known: dict[str, Parsed]) -> bool:
    return name.casefold().partition(".")[0] in known and not name.endswith(_KEPT_ASIDE)


def _missing(own: _Own, pages: list[Page], known: dict[str, Parsed]) -> Iterator[Mistake]:
    """A language that we do not bring must be whole."""
    there = {(page.file, section) for page in pages for section in page.parsed.sections}
    for file, ours in known.items():
        absent = [f"[{name}]" for name in ours.sections if (file, name) not in there and name not in OPTIONAL]
        if absent:
            text = f"{', '.join(absent)} must be here too: there are no letters of ours in {own.language}"
            yield Mistake(own.places[-1] / f"{file}{SUFFIX}", 1, text)


def _wording(language: str, pages: list[Page], known: dict[str, Parsed]) -> Wording:
    """As letters would be worded, ours standing in wherever the user's words can't be used."""
    formal = language.removesuffix(INFORMAL)
    sections: dict[str, tuple[str, ...]] = {}
    for files in (known, _ours(language) or _ours(formal), {page.file: page.parsed for page in pages}):
        for file, parsed in files.items():
            least = known[file].sections
            whole = [one for one in parsed.sections.values() if _is_whole(file, one, least.get(one.name))]
            sections |= {f"{file}.{one.name}": tuple(text for _, text in one.alternatives) for one in whole}
    return Wording(language, sections, render)


def _is_whole(file: str, section: Section, least: Section | None) -> bool:
    """Whether a letter can be written with it: a list of months needs twelve."""
    counted = file == "phrases" and section.name in {"months", "weekdays"} and least is not None
    return len(section.alternatives) >= (len(least.alternatives) if counted and least else 1)


# --- one file -----------------------------------------------------------------------------------


def _of_page(page: Page, ours: Parsed, wording: Wording) -> Iterator[Mistake]:
    told = check(page.parsed, page.file, _may_have(page.file, ours))
    for line, text in told:
        yield Mistake(page.path, line, text)
    for section in page.parsed.sections.values():
        if section.name in _may_have(page.file, ours):
            yield from (Mistake(page.path, *one) for one in _of_section(page.file, section, wording))


def _may_have(file: str, ours: Parsed) -> set[str]:
    return {*ours.sections, *(OPTIONAL if file == "phrases" else ())}


def _of_section(file: str, section: Section, wording: Wording) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    language = wording.language.removesuffix(INFORMAL)
    for line, source in section.alternatives:
        if first.setdefault(source, line) != line and is_of_a_letter(section.name):
            yield line, f"says the same as line {first[source]}: take one of them out"
        elif not mistake(source):
            yield from ((line, text) for text in mistakes_in(file, section.name, source, wording, language))


def _of_letters(page: Page, wording: Wording) -> Iterator[Mistake]:
    situation = specimen(page.file)
    if situation is None or not page.parsed.sections:
        return
    for one in tones_of(situation):
        parts = longest(one, wording)
        words = sum(map(word_count, parts.values()))
        mine = {
            _line_of(name, page): word_count(text) for name, text in parts.items() if _line_of(name, page)
        }
        if words > WORDS_AT_MOST and mine:
            counts = ", ".join(f"{name} {word_count(text)}" for name, text in parts.items())
            told = f"a letter may have {words} words, and {WORDS_AT_MOST} are enough: shorten it ({counts})"
            yield Mistake(page.path, max(mine, key=lambda line: mine[line]), told)
    if page.file in _FOR_PANELS and (nearest := alike(situation, wording)) >= TOO_ALIKE:
        told = f"letters to the people of one panel would be too alike ({nearest:.2f}, below {TOO_ALIKE} is wanted)"
        line = min(one.line for one in page.parsed.sections.values())
        yield Mistake(page.path, line, f"{told}: write more alternatives")


def _line_of(name: str, page: Page) -> int:
    """Where the user's page words a section ("interviewer.opening"), 0 where it does not."""
    file, _, section = name.partition(".")
    return page.line_of(section) if file == page.file else 0
