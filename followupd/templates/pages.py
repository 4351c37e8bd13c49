"""Template files as they lie on the disk: whose they are, where each section stands, and what is around it.

Reading here never fails on a mistake: what is wrong with a file is told by `templates.lint`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from followupd.templates import DEFAULT, INFORMAL, files_of, languages
from followupd.templates.parse import Parsed, parse

SUFFIX = ".txt"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Page:
    """A template file of the user's: `file` is its name without ".txt", `text` as it was saved."""

    file: str
    path: Path
    text: str
    parsed: Parsed

    def line_of(self, section: str) -> int:
        """The line on which a section's heading stands, 0 where it has none."""
        found = self.parsed.sections.get(section)
        return found.line if found else 0


@cache
def tones() -> tuple[str, ...]:
    """The folders that we bring: each language, and beside it its letters to people on first-name terms."""
    return tuple(one + tone for one in languages() for tone in ("", INFORMAL) if files_of(one + tone))


def folders(language: str, folder: Path) -> list[Path]:
    """Where the user's files of a language may lie; the later count before the earlier."""
    home = folder.expanduser()
    return [home, home / language] if language == DEFAULT else [home / language]


def languages_in(folder: Path) -> list[str]:
    """The languages in which the user has files; those that lie in the folder itself are English."""
    home = folder.expanduser()
    english = [DEFAULT] if any(home.glob(f"*{SUFFIX}")) else []
    return sorted({*english, *(path.name for path in with_templates(home) if is_a_language(path.name))})


def with_templates(home: Path) -> list[Path]:
    """The folders in a folder that hold templates, whatever their names."""
    return [path for path in sorted(home.glob("*")) if path.is_dir() and any(path.glob(f"*{SUFFIX}"))]


def is_a_language(name: str) -> bool:
    """Whether letters may be in a language of that name. One of ours in capitals is a slip: they are written small."""
    return bool(_LANGUAGE.fullmatch(name)) and (name in tones() or name.casefold() not in tones())


def own_pages(language: str, folder: Path) -> list[Page]:
    """The user's files of a language that can be read, the later before the earlier where both have a section."""
    paths = [path for place in folders(language, folder) for path in sorted(place.glob(f"*{SUFFIX}"))]
    return [page for path in paths if (page := read(path)) is not None]


def read(path: Path) -> Page | None:
    """One file, None where it is no readable text."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return Page(path.stem, path, text, parse(text))


def owners(language: str, file: str, folder: Path) -> dict[str, Page]:
    """Which of the user's files words each section of a file; those that are not named are ours."""
    pages = [page for page in own_pages(language, folder) if page.file == file]
    return {name: page for page in pages for name, one in page.parsed.sections.items() if one.alternatives}


# --- the text of one section --------------------------------------------------------------------


def cut(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first section, and each section as it is written, with the comment right above."""
    lines = text.removeprefix("\ufeff").splitlines()
    starts = {name: _with_comment(lines, one.line - 1) for name, one in parse(text).sections.items()}
    ordered = sorted(starts.values())
    following = dict(pairwise([*ordered, len(lines)]))
    blocks = {name: _joined(lines[start : following[start]]) for name, start in starts.items()}
    return _joined(lines[: ordered[0] if ordered else len(lines)]), blocks


def _with_comment(lines: list[str], heading: int) -> int:
    """Where the comment begins that ends right above a heading."""
    while heading and lines[heading - 1].startswith("#"):
        heading -= 1
    return heading


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n")
