"""config.example.yaml is complete, true and loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from followupd.config import Config, load
from followupd.config.blocks import FOLDERS
from followupd.config.model import Document
from followupd.providers import registry
from tests.config.sample import RIGHT, NoTables, Write

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
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from blocks_in(inner)


def test_the_example_loads(write: Write, example: str) -> None:
    config = load(write(example))
    assert config.policy(NoTables()).me.name == "Sam Lee"


@pytest.mark.parametrize("provider", ["google", "microsoft", "imap"])
def test_the_blocks_in_its_remarks_load_too(write: Write, example: str, provider: str) -> None:
    blocks = re.findall(r"(?m)^  #   (calendar|mailbox): (\{.*?\})(?=\s|$)", example)
    mailbox = next(
        one for kind, one in blocks if kind == "mailbox" and re.search(rf"provider: {provider}\b", one)
    )
    at = blocks.index(("mailbox", mailbox))
    calendars = [block for kind, block in blocks[max(0, at - 2) : at] if kind == "calendar"]
    text = RIGHT.replace("{provider: local, path: Mail}", mailbox)
    text = text.replace("{provider: local, path: calendars}", f"[{', '.join(calendars)}]")
    (account,) = load(write(text)).accounts
    assert account.mailbox.provider == provider


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


def test_all_providers_and_no_others_are_in_the_example(example: str) -> None:
    assert set(re.findall(r"provider: (\w+)", example)) == {*registry.CALENDARS, *registry.MAILBOXES}
