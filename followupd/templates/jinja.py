"""Puts facts into the alternatives of a template: Jinja in its sandbox, strict about what is unknown.

An alternative puts facts in, and may ask whether one is known; nothing else: no other file, no loop, no function, no
arithmetic, so that it ends, and reaches nothing. Values are put in and never read as a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment, Template

LENGTH_AT_MOST = 4_000
CLOSING_QUOTES = "\"'”“’»)"
FILTERS = frozenset({"capitalize", "default", "lower", "title", "trim", "upper"})
"""What may be done to a fact."""

_TESTS = frozenset({"defined", "undefined"})
_MAY_STAND = frozenset(
    {"And", "Compare", "CondExpr", "Const", "Filter", "If", "Name", "Not", "Operand", "Or", "Output"}
    | {"Template", "TemplateData", "Test"}
)
_OTHER_FILE, _INSIDE = "it takes in another file", "it reaches into a fact"
_WHY = {
    **dict.fromkeys(("Include", "Import", "FromImport", "Extends"), _OTHER_FILE),
    **dict.fromkeys(("Getattr", "Getitem", "NSRef", "Slice"), _INSIDE),
    "Call": "it calls a function",
    "For": "it repeats something",
}
_INSTEAD = "a template puts facts in, and may ask whether one is known, like {% if company is defined %}"
_ENDS_SENTENCE = (".", "!", "?", "…")
_FULL = "\uf8ff"  # of private use: stands behind a value that brings its own full stop


class Refused(ValueError):
    """An alternative does more than putting facts in."""


def render(source: str, values: Mapping[str, str]) -> str | None:
    """The alternative with its facts, None where it names one that is unknown, or can't be used at all.

    A value that ends a sentence itself gets no second full stop ("Acme Inc.").
    """
    try:
        text = _compiled(source).render({name: value.replace(_FULL, "") for name, value in values.items()})
    except Exception:  # any mistake in a user's template costs that alternative; `templates lint` tells it
        return None
    text = text.replace(f"{_FULL}.", "").replace(_FULL, "").strip()
    return text if text and len(text) <= LENGTH_AT_MOST and not _has_half_signs(text) else None


def mistake(source: str) -> str:
    """What is wrong with the syntax of an alternative, "" if nothing."""
    try:
        _compiled(source)
    except Exception as error:  # also nested too deep, or a number too long: it can't be read
        return str(error) or type(error).__name__
    return ""


def names_in(source: str) -> frozenset[str]:
    """The facts that an alternative names. Raises jinja2.TemplateSyntaxError."""
    from jinja2 import meta  # noqa: PLC0415  takes a while to load

    return frozenset(meta.find_undeclared_variables(_environment().parse(source)))


@cache
def _environment() -> Environment:
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=_told, autoescape=False)
    environment.globals.clear()
    return environment


@lru_cache(maxsize=2048)
def _compiled(source: str) -> Template:
    _check(source)
    return _environment().from_string(source)


def _check(source: str) -> None:
    """Raises Refused before anything is compiled: the compiler works constants out, however large they are."""
    from jinja2 import nodes  # noqa: PLC0415

    tree = _environment().parse(source)
    for node in (tree, *tree.find_all(nodes.Node)):
        kind, name = type(node).__name__, str(getattr(node, "name", ""))
        named = {"Filter": FILTERS, "Test": _TESTS}.get(kind)
        if kind not in _MAY_STAND or (named is not None and name not in named):
            raise Refused(f"{_WHY.get(kind) or f'“{name or kind.lower()}” may not stand in it'}: {_INSTEAD}")


def _has_half_signs(text: str) -> bool:
    """Halves of surrogate pairs, which no file and no mail can hold."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def _told(value: object) -> object:
    ends = isinstance(value, str) and value.rstrip(CLOSING_QUOTES).endswith(_ENDS_SENTENCE)
    return f"{value}{_FULL}" if ends else value
