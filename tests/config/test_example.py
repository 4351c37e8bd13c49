"""config.example.yaml is complete, true and loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from followupd.config import Config, load
from followupd.config.accounts import FOLDERS, LaterCalendar, LaterMailbox
from followupd.config.model import Document
from followupd.providers import registry
from tests.config.sample import NoTables, Write

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"


@pytest.fixture
def example(home: Path) -> str:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert "path: ~/calendars" in text
    return text  # ~ is the home of the fixture, where both folders are


def every_option_on(text: str) -> str:
    return re.sub(r"(?m)^( *)#(?=(?: *- | {4})?[\w{-])", r"\1", text)


def options(block: type[BaseModel]) -> Iterator[str]:
    for name, field in block.model_fields.items():
        yield name
        for inner in blocks_in(field.annotation):
            yield from options(inner)


def blocks_in(annotation: object) -> Iterator[type[BaseModel]]:
    later = annotation in (LaterCalendar, LaterMailbox)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and not later:
        yield annotation
    for inner in get_args(annotation):
        yield from blocks_in(inner)


def test_the_example_loads(write: Write, example: str) -> None:
    config = load(write(example))
    assert config.policy(NoTables()).me.name == "Sam Lee"


def test_the_example_names_every_option(example: str) -> None:
    missing = [name for name in options(Document) if not re.search(rf"\b{name}:", example)]
    assert missing == []
    assert [kind for kind in FOLDERS if kind not in example] == []


def test_every_option_of_the_example_that_is_commented_out_has_its_default(
    write: Write, example: str
) -> None:
    plain: Config = load(write(example))
    full: Config = load(write(every_option_on(example)))
    for block in ("me", "accounts", "people", "thank_you", "nudges", "letters", "poll", "look_back"):
        assert getattr(full.document, block) == getattr(plain.document, block), block
    assert full.document.interviews.none == plain.document.interviews.none
    assert plain.document.interviews == Document.model_fields["interviews"].default
    assert (full.notes_folder, full.notes_before) == (plain.notes_folder, plain.notes_before)
    assert len(full.document.interviews.any) == 8
    assert [one.name for one in full.document.organisations] == ["Acme"]


def test_only_providers_of_this_version_are_in_the_example(example: str) -> None:
    assert set(re.findall(r"provider: (\w+)", example)) == set(registry.CALENDARS) == set(registry.MAILBOXES)
