"""`followupd note`: topics, the place of the notes file, and what is noted."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from followupd.core.model import event_id
from tests.cli.kit import machine, run
from tests.cli.test_json import SCHEMA, strict
from tests.world import World

NOW = "2026-03-04T17:00:00+00:00"
TALK = event_id("talk", "")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """An interview with Dana at Acme, an hour over; no notes file was made."""
    machine(tmp_path)
    world = World(tmp_path / "state")
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", uid="talk", title="Interview at Acme")
    world.cycle("2026-03-02 10:00")
    world.store.close()
    return tmp_path


def done(home: Path, *words: str) -> str:
    result = run(home, *words, now=NOW)
    assert result.exit_code == 0, result.output
    return result.stdout


def wrong(home: Path, *words: str, code: int = 2) -> str:
    result = run(home, *words, now=NOW)
    assert result.exit_code == code, result.output
    return result.output


def pages(home: Path) -> list[Path]:
    return sorted((home / "state/notes").glob("*"))


@pytest.mark.parametrize("word", ["acme", "dana", TALK[:8], "Interview at Acme"])
def test_alone_it_prints_where_the_file_lies_and_makes_it_once(home: Path, word: str) -> None:
    printed = done(home, "note", word)
    (page,) = pages(home)
    assert printed == f"{page}\n"
    assert "Dana Reyes <dana@acme.example>" in page.read_text()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert done(home, "note", word) == printed
    assert pages(home) == [page]


def test_it_finds_a_file_that_was_renamed(home: Path) -> None:
    done(home, "note", "acme")
    (page,) = pages(home)
    mine = page.rename(page.with_name("mine.md"))
    assert done(home, "note", "acme") == f"{mine}\n"


def test_it_makes_a_file_again_that_was_deleted_since_it_was_asked_to(home: Path) -> None:
    printed = done(home, "note", "acme")
    pages(home)[0].unlink()
    assert done(home, "note", "acme") == printed
    assert len(pages(home)) == 1


def test_a_folder_that_can_not_be_made_is_told_with_what_to_do(home: Path) -> None:
    (home / "state/notes").write_text("a file in its place")
    told = wrong(home, "note", "acme", code=1)
    assert "A notes file can't be made in" in told
    assert "notes.folder in your config" in told
    assert "Traceback" not in told


def test_where_the_file_lies_is_in_the_config(home: Path) -> None:
    (home / "config.yaml").write_text("me: {}")
    assert "accounts" in wrong(home, "note", "acme", code=78)
    assert "Noted" in done(home, "note", "acme", "Rust")


@pytest.mark.parametrize(
    ("option", "topic"), [("--fit", "fit"), ("--forgot", "forgot"), ("--question", "question")]
)
def test_topics(home: Path, option: str, topic: str) -> None:
    assert "Noted for “Interview at Acme”, for Dana Reyes." in done(
        home, "note", "dana", option, "I", "speak", "Welsh"
    )
    (note,) = json.loads(done(home, "note", "acme", "--list", "--json"))["notes"]
    assert (note["topic"], note["text"], note["person"]) == (topic, "I speak Welsh", "dana@acme.example")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("note", "dana", ""), "The note is empty"),
        (("note", "dana", "--fit"), "The note is empty"),
        (("note", "dana", "--interest", "yes"), "The note is empty"),
        (("note", "dana", "--list", "Rust"), "--list only shows"),
        (("note", "dana", "--json", "--forgot"), "--list only shows"),
        (("note", "zoe"), "no interview or person fits “zoe”"),
        (("note", "zoe", "--list"), "no interview or person fits “zoe”"),
    ],
)
def test_words_that_do_not_fit(home: Path, words: tuple[str, ...], told: str) -> None:
    assert told in " ".join(wrong(home, *words).split())
    assert pages(home) == []


def test_the_list_says_what_is_noted_and_from_where(home: Path) -> None:
    assert "Nothing is noted yet." in done(home, "note", "acme", "--list")
    done(home, "note", "dana", "their move to Rust")
    done(home, "note", "acme", "--interest", "no")
    done(home, "note", "acme", "--question", "How large is the team?")
    page = Path(done(home, "note", "acme").strip())
    page.write_text(page.read_text().replace("## Why I fit", "## Why I fit\nI speak\x1b[31m Welsh"))
    os.utime(page, (0, 0))
    assert run(home, "once", now=NOW).exit_code == 0
    assert done(home, "note", "acme", "--list").splitlines() == [
        f"{TALK} Interview at Acme Wed 4 Mar 15:00",
        "talked about: their move to Rust (said, for dana@acme.example)",
        "the letter does not ask for the job (said)",
        "question: How large is the team? (said)",
        "why you fit: I speak[31m Welsh (from the notes file)",
    ]


def test_the_list_as_json_is_documented(home: Path) -> None:
    done(home, "note", "dana", "--fit", "Rust")
    for _ in ("before one is made", "after"):
        found = json.loads(done(home, "note", "acme", "--json"))
        jsonschema.Draft202012Validator({"$ref": "#/$defs/note", "$defs": strict(SCHEMA["$defs"])}).validate(
            found
        )
        assert [found["file"]] == ([path.name for path in pages(home)] or [None])
        done(home, "note", "acme")
