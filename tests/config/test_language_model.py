"""The block `letters.model`: an address of this machine works as it is, any other is spelled out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from followupd.config import load
from followupd.config.language_model import ModelBlock
from tests.config.sample import RIGHT, Write, problems

BLOCK = "letters:\n  model: {{url: '{url}', name: llama3.2{more}}}\n"


def configured(write: Write, url: str, more: str = "") -> Path:
    return write(RIGHT + BLOCK.format(url=url, more=more))


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:11434/v1", "http://localhost:8080/v1/", "http://[::1]:1/v1", "https://localhost/v1"],
)
def test_an_address_of_this_machine_works_as_it_is(write: Write, url: str) -> None:
    found = load(configured(write, url)).model
    assert found is not None
    assert (found.url, found.name, found.elsewhere) == (url.rstrip("/") + "/", "llama3.2", False)
    assert (found.timeout, found.key_command) == (timedelta(seconds=20), ())


def test_without_the_block_there_is_no_model(write: Write) -> None:
    assert load(write(RIGHT)).model is None


def test_another_machine_is_spelled_out(write: Write) -> None:
    found = load(
        configured(write, "https://llm.example/v1", ", elsewhere: true, key_command: pass show llm")
    ).model
    assert found is not None
    assert (found.elsewhere, found.key_command) == (True, ("pass", "show", "llm"))


WRONG = [
    ("https://llm.example/v1", "", "lies outside this machine, and your notes would be sent there"),
    ("https://127.0.0.1.evil.example/v1", "", "lies outside this machine"),
    ("https://192.168.1.5/v1", "", "lies outside this machine"),
    ("http://llm.example/v1", ", elsewhere: true", "is not encrypted"),
    ("http://192.168.1.5:11434/v1", ", elsewhere: true", "is not encrypted"),
    ("http://127.0.0.1@evil.example/v1", "", "is not encrypted"),
    ("https://sam:secret@localhost/v1", "", "holds a name or a password"),
    ("ftp://127.0.0.1/v1", "", "is not the address of a service"),
    ("127.0.0.1:11434", "", "is not the address of a service"),
    ("http://127.0.0.1:1/v1", ", timeout: 5m", "is not between 1s and 60s"),
    ("http://127.0.0.1:1/v1", ", timeout: 20", "has no unit"),
    ("http://127.0.0.1:1/v1", ", elsewhere: maybe", "must be true or false"),
    ("http://127.0.0.1:1/v1", ", key: sk-1", "key"),
]


@pytest.mark.parametrize(("url", "more", "words"), WRONG)
def test_a_wrong_block_is_told_with_its_line(write: Write, url: str, more: str, words: str) -> None:
    found = problems(configured(write, url, more))
    assert len(found) == 1
    assert words in found[0]
    assert found[0].startswith(f"{len(RIGHT.splitlines()) + 2}:")


def test_a_block_without_an_address_says_what_is_missing(write: Write) -> None:
    found = problems(write(RIGHT + "letters:\n  model: {name: llama3.2}\n"))
    assert len(found) == 1
    assert "url" in found[0]


def test_the_block_in_the_docs_loads(write: Write) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "language-model.md").read_text()
    block = docs.split("```yaml\n")[1].split("```")[0]
    found = load(write(RIGHT + block)).model
    assert found is not None
    assert (found.url, found.name) == ("http://127.0.0.1:11434/v1/", "llama3.2")
    assert all(f"`{key}`" in docs for key in ModelBlock.model_fields)
