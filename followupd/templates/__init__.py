"""Loads the letters' wording: plain files, a folder per language, single sections overridden by the user.

The user's files have the same names as ours and lie in FOLDER/LANGUAGE/; those that lie in FOLDER
itself are for English. A language that we do not bring must be whole.
"""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from followupd.core.situation import Wording
from followupd.errors import ConfigError
from followupd.templates.jinja import render
from followupd.templates.parse import OPTIONAL, Parsed, check, parse, suggest

DEFAULT = "en"
INFORMAL = "-informal"
"""Behind a language: its letters to people who are on first-name terms, where a language words them otherwise."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*")

_Sections = dict[str, tuple[str, ...]]


def languages() -> tuple[str, ...]:
    """The languages that we bring."""
    ours = (entry.name for entry in _ours().iterdir() if _is_language(entry))
    return tuple(sorted(name for name in ours if not name.endswith(INFORMAL)))


def files_of(language: str) -> dict[str, str]:
    """Our files of a language: name → text, to read or to export."""
    folder = _ours() / language
    if not _LANGUAGE.fullmatch(language) or not _is_language(folder):
        return {}
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    return {entry.name: entry.read_text("utf-8") for entry in entries if entry.name.endswith(".txt")}


def load_wording(language: str, user_folder: Path | None) -> Wording:
    """The wording of a language, the user's sections before ours. Raises ConfigError with every mistake.

    Where a language has no informal letters of its own, its letters serve for both; where a region has none
    (de-AT), those of its language do.
    """
    known = {name: parse(text) for name, text in files_of(DEFAULT).items()}
    ours: _Sections = {}
    own: _Sections = {}
    problems: list[str] = []
    for name in from_general_to_special(language):
        found = _sections({file: parse(text) for file, text in files_of(name).items()})
        ours, own = ours | found, {section: text for section, text in own.items() if section not in found}
        for folder in _user_folders(name, user_folder):
            own |= _sections(_read_folder(folder, known, problems))
    problems = problems or _missing(language, ours | own, _sections(known), user_folder)
    if problems:
        raise ConfigError("\n".join(problems))
    return Wording(language, ours | own, render, frozenset(own))


def from_general_to_special(language: str) -> list[str]:
    """de, de-informal, de-AT, de-AT-informal: whose letters serve for a language, the last first."""
    whole = language.removesuffix(INFORMAL)
    bases = list(dict.fromkeys((whole.partition("-")[0], whole)))
    tones = ("", INFORMAL) if language != whole else ("",)
    return [f"{base}{tone}" for base in bases for tone in tones]


def _ours() -> Traversable:
    return resources.files(__name__)


def _is_language(entry: Traversable) -> bool:
    return entry.is_dir() and (entry / "phrases.txt").is_file()


def _user_folders(language: str, user_folder: Path | None) -> list[Path]:
    if user_folder is None or not _LANGUAGE.fullmatch(language):
        return []
    folder = user_folder.expanduser()
    general = [folder] if language == DEFAULT else []
    return [one for one in (*general, folder / language) if one.is_dir()]


def _read_folder(folder: Path, known: dict[str, Parsed], problems: list[str]) -> dict[str, Parsed]:
    files = {}
    for path in sorted(folder.glob("*.txt")):
        if path.name not in known:
            problems.append(f"{path}:1: {suggest('unknown template file', path.name, known)}")
            continue
        files[path.name] = _read_file(path, known[path.name], problems)
    return files


def _read_file(path: Path, ours: Parsed, problems: list[str]) -> Parsed:
    try:
        parsed = parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}:1: can't be read as UTF-8 text: {error}")
        return Parsed()
    problems += [
        f"{path}:{line}: {what}" for line, what in check(parsed, path.stem, _may_have(path.stem, ours))
    ]
    return parsed


def _may_have(file: str, ours: Parsed) -> set[str]:
    return {*ours.sections, *(OPTIONAL if file == "phrases" else ())}


def _sections(files: dict[str, Parsed]) -> _Sections:
    return {
        f"{name.removesuffix('.txt')}.{section.name}": tuple(text for _, text in section.alternatives)
        for name, parsed in files.items()
        for section in parsed.sections.values()
    }


def _missing(language: str, found: _Sections, wanted: _Sections, user_folder: Path | None) -> list[str]:
    absent = [
        name.split(".", 1)
        for name in wanted
        if name not in found and name.removeprefix("phrases.") not in OPTIONAL
    ]
    if not absent:
        return []
    if not found:
        place = f", and none in {user_folder}/{language}" if user_folder else ""
        return [f"there are no letters in the language {language!r}{place}: {_choose()}"]
    return [f"{user_folder}/{language}/{file}.txt:1: [{section}] is missing" for file, section in absent]


def _choose() -> str:
    return f"we bring {', '.join(languages())}; for another, put translated copies of all files there"
