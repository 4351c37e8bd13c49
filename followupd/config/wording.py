"""What pydantic found → what the user reads: the line, the key, the problem and a suggestion."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from inspect import isclass
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from followupd.config.accounts import AccountBlock
from followupd.config.model import Document
from followupd.config.problems import At, Problem, one_of, shown, suggestion
from followupd.config.yaml12 import Marked

Model = type[BaseModel]


def told(error: ValidationError, marked: Marked) -> Iterator[Problem]:
    """Every error as a problem at its line."""
    for detail in error.errors(include_url=False):
        last: At = ("provider",) if detail["type"] == "union_tag_invalid" else ()
        at, holder = _resolved((*detail["loc"], *last), marked.data)
        yield Problem(_line(at, marked), at, _text(detail, at, holder))


def _line(at: At, marked: Marked) -> int:
    """The line of the key, or of the nearest block around a key that is missing."""
    return next((marked.lines[at[:end]] for end in range(len(at), 0, -1) if at[:end] in marked.lines), 1)


def _resolved(loc: At, data: object) -> tuple[At, Model]:
    """The path as written, and the model of the block that holds its last key.

    Pydantic's path also names which member of a union it tried, the number of the one calendar
    that is not in a list, and that a key of a mapping was meant: none of them is in the file.
    """
    at: At = ()
    holder: Model = Document
    blocks: tuple[Model, ...] = (Document,)
    for part in loc:
        if _is_pydantics_own(part, data):
            continue
        if isinstance(part, str) and blocks:
            holder = _chosen(blocks, data)
            blocks = _blocks_in(holder.model_fields[part].annotation) if part in holder.model_fields else ()
        at = (*at, part)
        data = _inner(data, part)
    return at, holder


def _is_pydantics_own(part: str | int, data: object) -> bool:
    if isinstance(part, int):
        return isinstance(data, dict)
    if not isinstance(data, dict):
        return True
    return part not in data and (part == "[key]" or data.get("provider") == part)


def _inner(data: object, part: str | int) -> object:
    if isinstance(data, dict):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) else None


def _blocks_in(annotation: object) -> tuple[Model, ...]:
    if isclass(annotation) and issubclass(annotation, BaseModel):
        return (annotation,)
    return tuple(block for inner in get_args(annotation) for block in _blocks_in(inner))


def _chosen(blocks: tuple[Model, ...], data: object) -> Model:
    """Of a union of providers the one that the block names."""
    provider = _inner(data, "provider")
    fits = (block for block in blocks if provider in _providers(block))
    return next(fits, blocks[0])


def _providers(block: Model) -> tuple[str, ...]:
    field = block.model_fields.get("provider")
    return get_args(field.annotation) if field else ()


def _text(detail: ErrorDetails, at: At, holder: Model) -> str:
    words = _WORDS.get(detail["type"], _unreadable)
    return words(detail, at, holder)


def _unreadable(detail: ErrorDetails, at: At, holder: Model) -> str:
    return f"{shown(detail['input'])} can't be read here. Compare it with config.example.yaml."


def _said(detail: ErrorDetails, at: At, holder: Model) -> str:
    return str(detail["ctx"]["error"])


def _missing(detail: ErrorDetails, at: At, holder: Model) -> str:
    what = holder.model_fields[str(at[-1])].description or "it has no default"
    return f"is missing: {what}. Add the key `{at[-1]}:`."


def _unknown(detail: ErrorDetails, at: At, holder: Model) -> str:
    key = str(at[-1])
    if meant := suggestion(key, tuple(holder.model_fields)):
        return f"there is no such key.{meant}"
    if key == "<<":
        return "merging with << is not YAML 1.2. Write the keys out, or use an alias for a whole block."
    homes = tuple(f"{name}:" for name in _homes(key))
    if homes:
        return f"there is no such key here. It belongs under {one_of(homes)}"
    return f"there is no such key. The keys here are {', '.join(holder.model_fields)}."


def _homes(key: str) -> Iterator[str]:
    """The top-level blocks that know this key."""
    for name, field in Document.model_fields.items():
        if any(key in block.model_fields for block in _blocks_in(field.annotation)):
            yield name


def _no_block(detail: ErrorDetails, at: At, holder: Model) -> str:
    return (
        f"must be a block of keys, not {shown(detail['input'])}. Write `key: value` lines below it, indented."
    )


def _no_list(detail: ErrorDetails, at: At, holder: Model) -> str:
    value = detail["input"]
    if isinstance(value, dict):
        return "must be a list, not a block of keys. Begin each entry with a dash."
    return f"must be a list, not {shown(value)}. Write it in brackets: [{str(value)[:60]}]."


def _no_choice(detail: ErrorDetails, at: At, holder: Model) -> str:
    known = get_args(holder.model_fields[str(at[-1])].annotation)
    return f"{shown(detail['input'])} is none of the choices: {one_of(known)}.{_near(detail['input'], known)}"


def _near(value: object, known: tuple[str, ...]) -> str:
    return suggestion(value, known) if isinstance(value, str) else ""


def _no_provider(detail: ErrorDetails, at: At, holder: Model) -> str:
    return (
        "names no provider. Add `provider: google`, `provider: microsoft` or `provider: local` to the block; for every "
        f"other one {_OTHERS['calendar' if 'calendar' in at else 'mailbox']}."
    )


_OTHERS = {"calendar": "`provider: caldav` or `provider: feed`", "mailbox": "`provider: imap`"}


def _unknown_provider(detail: ErrorDetails, at: At, holder: Model) -> str:
    tag = str(detail["ctx"]["tag"])
    known = tuple(p for p in re.findall(r"'([^']+)'", str(detail["ctx"]["expected_tags"])))
    kind, other = ("calendar", "mailbox") if "calendar" in at else ("mailbox", "calendar")
    if tag in {name for block in (*_CALENDARS, *_MAILBOXES) for name in _providers(block)}:
        return f'the provider "{tag}" has a {other} and no {kind}. Use another for the {kind}, mostly {_OTHERS[kind]}.'
    there = f'There are "google", "microsoft", "local", and for every other one {_OTHERS[kind]}.'
    return f"there is no provider {shown(tag)}. {there}{suggestion(tag, known)}"


_CALENDARS = _blocks_in(AccountBlock.model_fields["calendar"].annotation)
_MAILBOXES = _blocks_in(AccountBlock.model_fields["mailbox"].annotation)

_WORDS: dict[str, Callable[[ErrorDetails, At, Model], str]] = {
    "value_error": _said,
    "missing": _missing,
    "extra_forbidden": _unknown,
    "model_type": _no_block,
    "model_attributes_type": _no_block,
    "dict_type": _no_block,
    "tuple_type": _no_list,
    "literal_error": _no_choice,
    "union_tag_invalid": _unknown_provider,
    "union_tag_not_found": _no_provider,
}
