"""From a file to a checked `Document`, or to one ConfigError that holds every problem."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from followupd.config import yaml12
from followupd.config.model import Document
from followupd.config.overlaps import overlaps
from followupd.config.problems import Problem, shown
from followupd.config.wording import told
from followupd.errors import ConfigError

_LARGEST = 1_000_000


def document(path: Path, *, folders_must_exist: bool) -> Document:
    """The checked content of `path`. Raises ConfigError."""
    marked = yaml12.read(_text(path))
    if not isinstance(marked.data, dict):
        raise _error(path, marked.problems or [_no_keys(marked)])
    problems = [*marked.problems, *overlaps(marked, path.parent)]
    try:
        context = {"folder": path.absolute().parent, "must_exist": folders_must_exist}
        checked = Document.model_validate(marked.data, context=context)
    except ValidationError as error:
        raise _error(path, [*problems, *told(error, marked)]) from None
    if problems:
        raise _error(path, problems)
    return checked


def _no_keys(marked: yaml12.Marked) -> Problem:
    if marked.data is None:
        return Problem(1, (), "the file is empty. Run `followupd init --force` to write one.")
    text = f"a config is keys such as `me:` and `accounts:`, and this begins with {shown(marked.data)}."
    return Problem(1, (), text + " Begin a line with `me:`, without a dash.")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise _error(path, [Problem(0, (), _MISSING)]) from None
    except OSError as error:
        text = f"the file can't be read ({error.strerror}). Correct its permissions, or name another with -c."
        raise _error(path, [Problem(0, (), text)]) from None
    if len(content) > _LARGEST:
        raise _error(path, [Problem(0, (), "the file is larger than 1 MB, and no config is. Is it another?")])
    return _decoded(content, path)


_MISSING = "there is no config here. Run `followupd init` to write one, or name another file with -c."


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        text = "a character in this line is not UTF-8. Save the file as UTF-8 in your editor."
        raise _error(path, [Problem(line, (), text)]) from None


def _error(path: Path, problems: list[Problem]) -> ConfigError:
    ordered = sorted(problems, key=lambda problem: (problem.line, str(problem.at)))
    return ConfigError("\n".join(dict.fromkeys(problem.told(str(path)) for problem in ordered)))
