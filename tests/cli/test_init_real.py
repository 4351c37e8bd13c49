"""The real `init` at a real terminal: from nothing to the proof, on files and at Google; and Ctrl-C on the way."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from followupd.config import load
from followupd.store import Store
from tests.cli.init_kit import PROJECT, Typing
from tests.cycle.files import Files
from tests.cycle.google import ME, GoogleWorld
from tests.sim.google import GoogleSimulator

NOW = "2026-03-05T10:00:00+00:00"


@pytest.fixture
def world(tmp_path: Path) -> Files:
    """A calendar and a Maildir; four weeks of a job search; no config."""
    world = Files(tmp_path)
    world.config.unlink()
    panel = ["Dana Reyes <dana@acme.example>", "Kim Min-jun <kim@acme.example>"]
    world.event("2026-03-04 14:00", "2026-03-04 15:00", panel, title="Interview with Acme")
    world.event(
        "2026-02-20 14:00", "2026-02-20 15:00", ["Jo Poe <jo@globex.example>"], title="Chat with Globex"
    )
    world.event(
        "2026-03-20 14:00", "2026-03-20 15:00", ["Pat Lum <pat@acme.example>"], title="Interview, part two"
    )
    world.event("2026-03-06 19:00", "2026-03-06 20:00", ["Lou <lou@friends.example>"], title="Dinner")
    return world


def at_terminal(world: Files, *words: str) -> Typing:
    arguments = [
        "-c",
        str(world.config),
        "--state",
        str(world.state),
        "init",
        "--now",
        NOW,
        "--no-service",
        *words,
    ]
    return Typing(arguments, {**world.environment(), "TZ": "Europe/London"}, world.folder)


def introduce(typing: Typing, world: Files) -> None:
    """Every question about the config but the one about titles."""
    typing.answer("Your name", "Sam Lee")
    typing.answer("Your addresses", "sam@example.com")
    typing.answer("Where are your calendar and mail?", "local")
    typing.answer("Folder with your .ics files", str(world.calendars / "personal"))
    typing.answer("Your Maildir", str(world.mail_root()))
    for question in ("Folder for letters", "Language of", "Your time zone", "Your country"):
        typing.answer(question)


def test_from_nothing_to_the_proof_on_files(world: Files) -> None:
    with at_terminal(world) as typing:
        introduce(typing, world)
        shown = typing.answer("What titles", "interview, chat with")
        assert "Interview: Wed 4 Mar 14:00, “Interview with Acme”, with Dana Reyes and Kim Min-jun" in shown
        assert "Interview: Fri 20 Mar 14:00, “Interview, part two”, with Pat Lum" in shown
        assert "Nearly matches, gets no letter: Fri 20 Feb 14:00, “Chat with Globex”, with Jo Poe" in shown
        assert "Dinner" not in shown
        assert not world.config.exists()
        again = typing.answer("What titles")
        assert "Interview: Fri 20 Feb 14:00, “Chat with Globex”, with Jo Poe" in again
        typing.answer("What do you call globex.example in a letter? [Globex]")
        typing.answer("What do you call acme.example in a letter? [Acme]", "Acme Robotics")
        letter = typing.expect("Written: ")
        assert "| To: Kim Min-jun <kim@acme.example>" in letter or "| To: Dana Reyes" in letter
        assert "|\n  | FILL IN: one thing that we talked about" in letter
        typing.answer("Wed 4 Mar, Acme Robotics", "draft")
        typing.answer("Fri 20 Feb, Globex, Jo Poe", "sent")
        typing.expect("Put into Drafts: a thank-you to ")
        typing.answer("Try it with a letter to yourself?")
        typing.expect("Seen: it is there.")
        proof = world.draft_to("sam@example.com")
        changed = world.save_again(proof, at=NOW, client="thunderbird", text="Changed, on the phone.\n")
        typing.expect("Seen: you changed it.")
        changed.path.unlink()
        typing.expect("Seen: you deleted it.")
        assert typing.end() == 0
    said = load(world.config).document
    assert {one.domains: one.name for one in said.organisations} == {
        ("globex.example",): "Globex",
        ("acme.example",): "Acme Robotics",
    }
    assert said.interviews.any[0].title == r"\b(?:interview|chat with)\b"
    assert sorted(draft.to[0] for draft in world.drafts()) == ["dana@acme.example", "kim@acme.example"]
    assert [path.name for path in world.folder.glob("init*")] == []
    # What was said of Globex leads to a nudge, and nothing remembers the proof.
    world.every("2026-03-09 10:00", "2026-03-12 10:00")
    assert "jo@globex.example" in {to for draft in world.drafts() for to in draft.to}
    assert all("sam@example.com" not in letter.to for letter in kept_letters(world))


def kept_letters(world: Files) -> list[object]:
    store = Store(world.state)
    try:
        return [letter for process in store.processes() for letter in store.own_letters(process.key)]
    finally:
        store.close()


def test_ctrl_c_at_a_question_is_gone_on_from(world: Files) -> None:
    with at_terminal(world) as typing:
        typing.answer("Your name", "Sam Lee")
        typing.answer("Your addresses", "sam@example.com")
        typing.expect("Where are your calendar and mail?")
        typing.interrupt("Stopped. No config was written yet. `followupd init` goes on from here.")
        assert typing.end() == 130
    assert not world.config.exists()
    with at_terminal(world, "--no-proof") as typing:
        typing.answer("You stopped half way. Go on from there?")
        assert "Your name" not in typing.answer("Where are your calendar and mail?", "local")
        typing.expect("Folder with your .ics files")
        typing.interrupt("Stopped.")
        assert typing.end() == 130


def test_ctrl_c_among_the_interviews_keeps_what_was_said(world: Files) -> None:
    with at_terminal(world, "--title", "interview|chat with", "--no-proof") as typing:
        introduce(typing, world)
        typing.answer("What do you call globex.example")
        typing.answer("What do you call acme.example")
        typing.answer("Wed 4 Mar, Acme", "skip")
        typing.expect("Fri 20 Feb, Globex")
        typing.interrupt(
            "The config is written, and what you said is done. `followupd init` goes on from here."
        )
        assert typing.end() == 130
    with at_terminal(world, "--no-proof") as typing:
        typing.answer("You stopped half way. Go on from there?")
        asked = typing.answer("Fri 20 Feb, Globex, Jo Poe", "answered")
        assert "Your name" not in asked
        assert "Acme" not in asked
        typing.answer("Do they decide by a date", "over")
        typing.expect("That is all.")
        assert typing.end() == 0
    assert world.cli("status", at=NOW)[1].count("Question") == 0


# --- at Google ----------------------------------------------------------------------------------


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    with GoogleSimulator() as simulator:
        world = GoogleWorld(simulator, tmp_path)
        world.config.unlink()
        (tmp_path / "key").unlink()
        (tmp_path / "google-client.json").rename(tmp_path / "later.json")
        world.at("2026-03-05T10:00")
        world.event("2026-03-04T14:00", "2026-03-04T15:00", title="Interview with Acme")
        yield world
        assert simulator.violations == []
        assert simulator.journal.sends() == []


def at_googles(world: GoogleWorld, *words: str) -> Typing:
    browser = f"{shlex.quote(sys.executable)} {shlex.quote(str(PROJECT / 'tests/sim/browser.py'))} %s"
    places = {"HOME": str(world.folder), "XDG_CACHE_HOME": str(world.folder / "cache"), "BROWSER": browser}
    # No keyring of the machine: the key is offered in a file.
    places["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    places["TZ"] = "Europe/London"
    arguments = [
        "-c",
        str(world.config),
        "--state",
        str(world.state),
        "init",
        "--now",
        NOW,
        "--no-service",
        *words,
    ]
    return Typing(arguments, places, world.folder)


def test_from_nothing_to_the_proof_at_google(google: GoogleWorld) -> None:
    roots = ("--calendar-root", google.simulator.calendar_root, "--gmail-root", google.simulator.gmail_root)
    with at_googles(google, *roots) as typing:
        typing.answer("Your name", "Sam Lee")
        typing.answer("Your addresses", ME)
        for question in (
            "Client file",
            "Ids of your calendars",
            "Language of",
            "Your time zone",
            "Your country",
        ):
            typing.answer(question)
        typing.answer("What titles")
        steps = typing.expect("it goes on from here.")
        assert f"save its file as {google.folder / 'google-client.json'}" in steps
        assert typing.end() == 0
    (google.folder / "later.json").rename(google.folder / "google-client.json")
    with at_googles(google) as typing:
        typing.answer("You stopped half way. Go on from there?")
        typing.answer("Sign in now, in your browser?")
        typing.answer("Key file")
        shown = typing.answer("What titles")
        assert "Your name" not in shown
        assert "Interview: Wed 4 Mar 14:00, “Interview with Acme”, with Dana Reyes" in shown
        typing.answer("What do you call acme.example in a letter? [Acme]")
        typing.answer("Wed 4 Mar, Acme, Dana Reyes", "later")
        typing.answer("Try it with a letter to yourself?")
        typing.expect("Seen: it is there.")
        (draft,) = google.drafts(ME)
        google.mail.ui_edit(draft.id, body="Changed, on the phone.\n")
        typing.expect("Seen: you changed it.")
        google.mail.ui_discard(draft.id)
        typing.expect("Seen: you deleted it.")
        assert typing.end() == 0
    account = load(google.config).accounts[0]
    assert account.mailbox.options()["gmail_root"] == google.simulator.gmail_root
    assert (google.folder / "key").stat().st_mode & 0o777 == 0o600
    status = google.status(NOW)
    assert [(one["organisation"]) for one in status["processes"]] == ["Acme"]
    assert ME not in json.dumps([one["follow_ups"] for one in status["processes"]])
    assert google.drafts() == []
