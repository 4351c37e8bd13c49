"""YAML as people read it: the scalars of YAML 1.2's core schema, and the line of every key.

PyYAML alone follows YAML 1.1, where `12:30` is 750, `NO` is false and a key written twice passes
in silence. Here the node tree is read instead of PyYAML's values, so that nothing is guessed and
every later problem can name its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import yaml

from followupd.config.problems import At, Problem

_MOST_NODES = 20_000
_DEEPEST = 30
_TAG = "tag:yaml.org,2002:"


class _Core(yaml.SafeLoader):
    """YAML's syntax with no idea of its own what a scalar means."""


_Core.yaml_implicit_resolvers = {}


for _name, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Core.add_implicit_resolver(_TAG + _name, re.compile(rf"(?:{_pattern})\Z"), _first)


@dataclass(slots=True)
class Marked:
    """What a file says, and the line of every key and list entry in it."""

    data: object = None
    lines: dict[At, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class _TooMuchError(Exception):
    """The file unfolds to more than a config can be (aliases of aliases, or one inside itself)."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def read(text: str) -> Marked:
    """The document in `text`. A text that is no YAML gives one problem and no data."""
    marked = Marked()
    try:
        node = yaml.compose(text, Loader=_Core)
        marked.data = _Walk(marked).value(node, ()) if node is not None else None
    except yaml.MarkedYAMLError as error:
        marked.problems.append(_syntax(error, text))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        marked.problems.append(Problem(line, (), _UNPRINTABLE))
    except RecursionError:
        marked.problems.append(Problem(1, (), _TOO_MUCH))
    except _TooMuchError as error:
        marked.problems.append(Problem(error.line, (), _TOO_MUCH))
    return marked


_UNPRINTABLE = "a character that can't be printed stands in this line. Delete it and write the line again."
_TOO_MUCH = (
    "this unfolds to far more than a config can be (an alias inside itself, aliases of aliases, or blocks "
    "nested too deep). Write the entries out instead."
)


def _syntax(error: yaml.MarkedYAMLError, text: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    rows = text.split("\n")
    row = rows[line - 1] if line <= len(rows) else ""
    return Problem(line, (), _explain(error.problem or "unreadable", row))


def _explain(problem: str, row: str) -> str:
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "a tab indents this line, and YAML knows only spaces. Replace the tab by two spaces."
    if "escape" in problem:
        return (
            "a backslash in double quotes starts an escape that YAML does not know. "
            "Write patterns in single quotes: '\\binterview\\b'."
        )
    return (
        f"this is not valid YAML ({problem}). "
        "Check the indentation, colons, brackets and quotes in this line and the one above."
    )


class _Walk:
    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.seen = 0

    def value(self, node: yaml.Node, at: At) -> object:
        self.marked.lines.setdefault(at, node.start_mark.line + 1)
        self.seen += 1
        if self.seen > _MOST_NODES or len(at) > _DEEPEST:
            raise _TooMuchError(node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*at, number)) for number, child in enumerate(node.value)]
        return self.scalar(cast("yaml.ScalarNode", node), at)

    def mapping(self, node: yaml.MappingNode, at: At) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            # The text of a key is its name, whatever YAML makes of it: `on` and `12` are names too.
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            here = (*at, key)
            if key in found:
                self.twice(here, line)
                continue
            self.marked.lines.setdefault(here, line)
            found[key] = self.value(value_node, here)
        # A key with nothing after it (all its options commented out) was not given.
        return {key: value for key, value in found.items() if value is not None}

    def twice(self, at: At, line: int) -> None:
        first = self.marked.lines[at]
        text = f"this key stands here a second time (first in line {first}). Keep one of them."
        self.marked.problems.append(Problem(line, at, text))

    def scalar(self, node: yaml.ScalarNode, at: At) -> object:
        kind = node.tag.removeprefix(_TAG)
        if kind not in _SCALARS:
            text = f'the tag "{node.tag}" is not known here. Write the value without it.'
            self.marked.problems.append(Problem(node.start_mark.line + 1, at, text))
            return None
        try:
            return _SCALARS[kind](node.value)
        except ValueError:
            return cast("str", node.value)


def _int(text: str) -> int:
    return int(text, 0) if text[:2] in {"0o", "0x"} else int(text, 10)


_SCALARS: dict[str, Callable[[str], object]] = {
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": _int,
    "float": float,
    "str": str,
}
