"""Changes single values in the text of a config; all else stays byte for byte: comments, order, style.

PyYAML tells where in the text each node begins and ends (its marks). Exactly those places are replaced, or a
line is put in after them. The result is read again: it must mean what it meant before, with the changes, or
nothing comes of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from itertools import pairwise
from typing import Any, cast

import yaml

from followupd.config import yaml12
from followupd.config.problems import At, spelled
from followupd.errors import ConfigError

# What no version of YAML takes for anything but text, in a block or between brackets.
_PLAIN = re.compile(r"[A-Za-z](?:[\w./+@ -]*[\w])?", re.ASCII)
_WORDS_WITH_A_MEANING = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def edited(text: str, changes: Mapping[At, object]) -> str:
    """The text with these values: a path such as ("me", "name") → text, list or block of keys.

    A path that is not there yet is put in; an index one beyond a list's end adds to it. In a list of texts what
    stays keeps its line. Raises ConfigError where the text can't be changed in this way.
    """
    wanted = _data(text)
    for at, value in changes.items():
        text = _changed(text, at, value)
        _set(wanted, at, value)
    if _data(text) != wanted:
        raise _refused(next(iter(changes), ()))
    return text


def _data(text: str) -> Any:
    marked = yaml12.read(text)
    if marked.problems or not isinstance(marked.data, dict):
        raise _refused(())
    return deepcopy(marked.data)


def _set(data: Any, at: At, value: object) -> None:
    for key, after in pairwise(at):
        empty: object = [] if isinstance(after, int) else {}
        data = data.setdefault(key, empty) if isinstance(data, dict) else data[key]
    if isinstance(data, list) and at[-1] == len(data):
        data.append(value)
    else:
        data[at[-1]] = value


def _refused(at: At) -> ConfigError:
    what = f" at {spelled(at)}" if at else ""
    return ConfigError(
        f"the config can't be changed{what} without touching what else stands there. Nothing was written. "
        "Change it in your editor, or begin anew with `followupd init --force`."
    )


# --- one change ---------------------------------------------------------------------------------


def _changed(text: str, at: At, value: object) -> str:
    found, depth = _deepest(_root(text), at)
    if depth < len(at):
        return _put_in(text, found, at, depth, value)
    if isinstance(found, yaml.SequenceNode) and isinstance(value, list) and found.value and value:
        return _list(text, at, value)
    return _replaced(text, found, value)


def _root(text: str) -> yaml.Node:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _refused(()) from error
    if node is None:
        raise _refused(())
    return node


def _deepest(node: yaml.Node, at: At) -> tuple[yaml.Node, int]:
    """The node at the path, or the last one on the way to it, and how many steps were found."""
    for depth, key in enumerate(at):
        child = _child(node, key)
        if child is None:
            return node, depth
        node = child
    return node, len(at)


def _child(node: yaml.Node, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        return cast("yaml.Node", node.value[key]) if key < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None


def _replaced(text: str, node: yaml.Node, value: object) -> str:
    begin, end = node.start_mark.index, _end(text, node)
    gap = " " if begin == end else ""  # `key:` with nothing after it
    return text[:begin] + gap + _rendered(value) + text[end:]


def _end(text: str, node: yaml.Node) -> int:
    """Where the node's own text ends. PyYAML's mark of a block is at what follows it, beyond comments."""
    begin, end = node.start_mark.index, node.end_mark.index
    if not isinstance(node, yaml.CollectionNode):
        return begin + len(text[begin:end].rstrip()) if _is_block_text(node) else end
    return end if _is_in_brackets(node) else _end_of_last(text, node)


def _is_in_brackets(node: yaml.CollectionNode) -> bool:
    return bool(node.flow_style) or not node.value


def _end_of_last(text: str, node: yaml.CollectionNode) -> int:
    last = node.value[-1]
    return _end(text, last[1] if isinstance(node, yaml.MappingNode) else last)


def _is_block_text(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}


# --- putting in ---------------------------------------------------------------------------------


def _put_in(text: str, node: yaml.Node, at: At, depth: int, value: object) -> str:
    """The rest of the path, below the last node that is there."""
    for key in reversed(at[depth + 1 :]):
        value = [value] if isinstance(key, int) else {key: value}
    key = at[depth]
    if not isinstance(node, yaml.CollectionNode):
        return _below_nothing(text, node, at[:depth], key, value)
    if isinstance(node, yaml.MappingNode) is isinstance(key, int):
        raise _refused(at)
    if _is_in_brackets(node):
        return _between_brackets(text, node, key, value)
    indent, name = node.start_mark.column, key if isinstance(key, str) else None
    place = _line_end(text, _end(text, node))
    gap = "\n" if not indent and name else ""  # a new section stands by itself
    return _with_line(text, place, gap + _entry(indent, name, value))


def _below_nothing(text: str, node: yaml.Node, at: At, key: str | int, value: object) -> str:
    """`letters:` with all its options commented out: the entry becomes its first line."""
    if node.value not in {"", "~", "null", "Null", "NULL"} or not at:
        raise _refused((*at, key))
    whole = [value] if isinstance(key, int) else {key: value}
    if node.start_mark.index != node.end_mark.index or isinstance(key, int):
        return _replaced(text, node, whole)
    row = text[text.rfind("\n", 0, node.start_mark.index) + 1 :]
    indent = len(row) - len(row.lstrip(" ")) + 2
    return _with_line(text, _line_end(text, node.end_mark.index), _entry(indent, key, value))


def _between_brackets(text: str, node: yaml.CollectionNode, key: str | int, value: object) -> str:
    new = _rendered(value) if isinstance(key, int) else f"{key}: {_rendered(value)}"
    if node.value:
        place, new = _end_of_last(text, node), f", {new}"
    else:
        place = text.index("{" if isinstance(node, yaml.MappingNode) else "[", node.start_mark.index) + 1
    return text[:place] + new + text[place:]


def _entry(indent: int, key: str | None, value: object) -> str:
    """A line of a block; a list of blocks gets a line for each."""
    margin = " " * indent
    if key is None:
        return f"{margin}- {_rendered(value)}"
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return "\n".join([f"{margin}{key}:", *(f"{margin}  - {_rendered(one)}" for one in value)])
    return f"{margin}{key}: {_rendered(value)}"


def _line_end(text: str, place: int) -> int:
    """The end of the line, behind a comment on it."""
    found = text.find("\n", place)
    end = len(text) if found < 0 else found
    return end - 1 if text[place:end].endswith("\r") else end


def _with_line(text: str, place: int, line: str) -> str:
    """The line put in below the one that ends at `place`, with the file's own ends of lines."""
    newline = "\r\n" if "\r\n" in text else "\n"
    return text[:place] + newline + line.replace("\n", newline) + text[place:]


# --- lists of texts -----------------------------------------------------------------------------


def _list(text: str, at: At, wanted: list[object]) -> str:
    """Takes out what is gone and adds what is new, so that what stays keeps its line and its comment."""
    there = cast("list[object]", _at(_data(text), at))
    staying = [one for one in there if one in wanted]
    added = [one for one in wanted if one not in there]
    if [*staying, *added] != wanted:  # in another order: each place gets its new value
        for number, value in enumerate(wanted[: len(there)]):
            text = _replaced(text, _deepest(_root(text), (*at, number))[0], value)
        gone, added = list(range(len(wanted), len(there))), wanted[len(there) :]
    else:
        gone = [number for number, one in enumerate(there) if one not in wanted]
    for value in added:
        node, _ = _deepest(_root(text), at)
        text = _put_in(text, node, (*at, len(node.value)), len(at), value)
    for number in reversed(gone):
        node, _ = _deepest(_root(text), at)
        text = _taken_out(text, cast("yaml.SequenceNode", node), number)
    return text


def _at(data: Any, at: At) -> object:
    for key in at:
        data = data[key]
    return data


def _taken_out(text: str, node: yaml.SequenceNode, number: int) -> str:
    item, end = node.value[number], _end(text, node.value[number])
    if not node.flow_style:
        begin = text.rfind("\n", 0, item.start_mark.index) + 1
        found = text.find("\n", end)
        return text[:begin] + (text[found + 1 :] if found >= 0 else "")
    if number:
        return text[: _end(text, node.value[number - 1])] + text[end:]
    return text[: item.start_mark.index] + text[node.value[1].start_mark.index :]


# --- values -------------------------------------------------------------------------------------


def _rendered(value: object) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_rendered(one)}' for key, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_rendered, value))}]"
    return scalar(value) if isinstance(value, str) else json.dumps(value)


def scalar(value: str) -> str:
    """A text as YAML: plain where nothing else can be meant, else in the quotes that need no escapes."""
    if _PLAIN.fullmatch(value) and value.casefold() not in _WORDS_WITH_A_MEANING:
        return value
    if "\\" in value and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    # A JSON string is a YAML string in double quotes: no text can become a key, a number or a comment.
    return json.dumps(value, ensure_ascii=False)
