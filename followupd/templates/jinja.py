"""Puts facts into the alternatives of a template: Jinja in its sandbox, strict about what is unknown.

An alternative has the facts and nothing else: no other file, no function, nothing that it could change
(`jinja2.sandbox.ImmutableSandboxedEnvironment`). Values are put in and never read as a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment, Template

LENGTH_AT_MOST = 4_000
_ENDS_SENTENCE = (".", "!", "?", "…")
CLOSING_QUOTES = "\"'”“’»)"
_FULL = "\uf8ff"  # of private use: stands behind a value that brings its own full stop


def render(source: str, values: Mapping[str, str]) -> str | None:
    """The alternative with its facts, None where it names one that is unknown, or can't be used at all.

    A value that ends a sentence itself gets no second full stop ("Acme Inc.").
    """
    try:
        text = _compiled(source).render({name: value.replace(_FULL, "") for name, value in values.items()})
    except Exception:  # any mistake in a user's template costs that alternative; `templates lint` tells it
        return None
    text = text.replace(f"{_FULL}.", "").replace(_FULL, "").strip()
    return text if text and len(text) <= LENGTH_AT_MOST else None


def mistake(source: str) -> str:
    """What is wrong with the syntax of an alternative, "" if nothing."""
    try:
        _compiled(source)
    except Exception as error:  # also nested too deep, or a number too long: it can't be read
        return str(error) or type(error).__name__
    return ""


def names_in(source: str) -> frozenset[str]:
    """The facts that an alternative names. Raises jinja2.TemplateSyntaxError."""
    from jinja2 import meta  # noqa: PLC0415

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
    return _environment().from_string(source)


def _told(value: object) -> object:
    ends = isinstance(value, str) and value.rstrip(CLOSING_QUOTES).endswith(_ENDS_SENTENCE)
    return f"{value}{_FULL}" if ends else value
