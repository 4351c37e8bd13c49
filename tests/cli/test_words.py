"""The user's commands on the command line: words, dates, exit codes, and that nothing can hold them up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from followupd.cli.commands import followupd
from followupd.cli.saying import read_day
from followupd.core.model import ProcessState, Stage
from followupd.errors import UsageError
from followupd.store import Store
from tests.world import World

CONFIG = """\
me: {name: Sam Lee, addresses: [sam@example.com], timezone: Europe/London, country: GB}
accounts:
  - name: personal
    calendar: {provider: local, path: calendars}
    mailbox: {provider: local, path: Mail}
"""
NOW = "2026-03-04T17:00+00:00"


@dataclass
class Desk:
    """A life with a draft to Dana, and a command line beside it."""

    home: Path
    world: World

    def say(self, *words: str, now: str = NOW) -> Result:
        files = ["-c", str(self.home / "config.yaml"), "--state", str(self.home / "state")]
        return CliRunner().invoke(followupd, [*files, *words, "--now", now])

    def done(self, *words: str, now: str = NOW) -> str:
        result = self.say(*words, now=now)
        assert result.exit_code == 0, result.output
        assert result.output.count("\n") == 1
        return result.output.strip()

    def wrong(self, *words: str, now: str = NOW) -> str:
        result = self.say(*words, now=now)
        assert result.exit_code == 2, result.output
        return result.output


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "Mail").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    world = World(tmp_path / "state")
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", uid="talk", title="Interview at Acme")
    world.cycle("2026-03-02 10:00")
    world.cycle("2026-03-04 16:46")
    yield Desk(tmp_path, world)
    world.store.close()


# --- each command -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("note", "dana", "they", "like", "Rust"), "Noted for “Interview at Acme”, for Dana Reyes."),
        (("note", "acme.example", "--interest", "no"), "Noted for “Interview at Acme”."),
        (
            ("decide", "acme", "20 March"),
            "Acme: no nudge before three working days after 2026-03-20.",
        ),
        (
            ("decide", "acme", "20", "Mar"),
            "Acme: no nudge before three working days after 2026-03-20.",
        ),
        (("snooze", "acme", "2026-03-20"), "Acme: nothing is nudged before 2026-03-20."),
        (("pause", "--until", "5 mar"), "Nothing new is drafted before 2026-03-05."),
        (("pause", "--off"), "There is no pause: what is due is drafted."),
        (("resume", "acme"), "Acme: the waiting goes on; what has come in until now is settled."),
        (("skip", "dana"), "No letter to Dana Reyes about “Interview at Acme”."),
        (("skip", "acme"), "No letters for “Interview at Acme”."),
        (("skip", "--all"), "No letter waits for the common question."),
        (
            ("draft", "acme"),
            "The letters for “Interview at Acme” are wanted. They are drafted with the next look.",
        ),
        (("draft", "--all"), "No letter waits for the common question."),
        (("sent", "dana"), "Dana Reyes is thanked (by hand)."),
        (("sent", "dana", "--how", "mail"), "Dana Reyes is thanked (by mail)."),
        (("mark", "discarded", "dana"), "The letter to Dana Reyes is discarded."),
        (("mark", "sent", "dana"), "The letter to Dana Reyes is sent."),
    ],
)
def test_one_sentence_of_what_is_true_now(desk: Desk, words: tuple[str, ...], said: str) -> None:
    assert desk.done(*words) == said


def test_stop_and_resume(desk: Desk) -> None:
    assert desk.done("stop", "acme", "--because", "rejected").startswith("Acme is closed (rejected).")
    desk.world.cycle("2026-03-04 17:01")
    assert not desk.world.drafts()
    assert "followupd resume" in desk.wrong("snooze", "acme", "2026-03-20")
    desk.done("resume", "acme")
    assert desk.world.process().state is ProcessState.ACTIVE


def test_stop_all(desk: Desk) -> None:
    assert desk.done("stop", "--all", "--because", "accepted").startswith("1 process is closed (accepted).")


def test_again_and_mark_a_message(desk: Desk) -> None:
    world = desk.world
    desk.done("skip", "dana")
    world.cycle("2026-03-04 17:05")
    assert (
        desk.done("again", "dana", now="2026-03-04T17:06+00:00") == "The letter to Dana Reyes is owed again."
    )
    world.cycle("2026-03-04 17:10")
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-05 10:00")
    world.cycle("2026-03-05 10:05")
    [arrival] = world.store.arrivals()
    assert desk.done("mark", "auto", arrival.id) == "The message from Dana Reyes is marked as auto."


# --- words that do not fit ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("stop", "--because", "rejected"), "name either a process or `--all`"),
        (("stop", "acme", "--all", "--because", "rejected"), "name either a process or `--all`"),
        (("stop", "acme"), "--because"),
        (("stop", "acme", "--because", "boredom"), "boredom"),
        (("skip",), "name either an interview or a person or `--all`"),
        (("draft",), "name either an interview or `--all`"),
        (("pause",), "either `--until DATE` or `--off`"),
        (("pause", "--off", "--until", "5 mar"), "either `--until DATE` or `--off`"),
        (("pause", "--until", ""), "is no date"),
        (("pause", "--until", "2026-03-04"), "not after today"),
        (("snooze", "acme", "yesterday"), "“yesterday” is no date. Write it like 2026-12-03, or 3 Dec"),
        (("decide", "acme"), "DATE"),
        (("decide", "nobody", "3 Dec"), "no process fits “nobody”. Known: Acme."),
        (("note", "dana", ""), "The note is empty"),
        (("again", "dana"), "It lies in Drafts. Nothing was changed."),
        (("mark", "nonsense", "dana"), "nonsense"),
        (("mark", "human", "nobody"), "no message fits"),
        (("sent", "dana", "--how", "pigeon"), "pigeon"),
    ],
)
def test_words_that_do_not_fit_end_with_2_and_change_nothing(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    before = list(desk.world.store.connection.iterdump())
    assert said in desk.wrong(*words)
    assert list(desk.world.store.connection.iterdump()) == before


def test_what_is_not_clear_ends_with_2_and_the_list(desk: Desk) -> None:
    desk.world.event("2026-03-12 10:00", "2026-03-12 11:00", ["Bo <bo@beta.example>"])
    desk.world.cycle("2026-03-04 17:00")
    said = desk.wrong("stop", "example", "--because", "other")
    assert all(f"  {p.key}  " in said for p in desk.world.store.processes())


@pytest.mark.parametrize(
    "words", [("stop", "--all", "--because", "other"), ("pause", "--off"), ("skip", "--all")]
)
def test_without_a_state_nothing_is_known_and_nothing_is_made(tmp_path: Path, words: tuple[str, ...]) -> None:
    state = tmp_path / "state"
    result = CliRunner().invoke(followupd, ["--state", str(state), *words])
    assert result.exit_code == 2
    assert "nothing is known yet" in result.output
    assert "`followupd once`" in result.output
    assert not state.exists()


# --- what must not hold the user up -------------------------------------------------------------


@pytest.mark.parametrize("text", ["me: [nonsense", "me: {name: 12}", None])
def test_a_broken_config_does_not_stop_stop(desk: Desk, text: str | None) -> None:
    config = desk.home / "config.yaml"
    config.write_text(text) if text else config.unlink()
    assert "closed (rejected)" in desk.done("stop", "acme", "--because", "rejected")
    desk.done("resume", "acme")
    desk.done("snooze", "acme", "2026-03-20")


def test_the_day_is_that_of_the_configs_zone(desk: Desk) -> None:
    config = desk.home / "config.yaml"
    config.write_text(CONFIG.replace("Europe/London", "Pacific/Auckland"))
    late = "2026-03-04T12:30+00:00"  # there it is the 5th already
    assert "2026-03-05 is not after today" in desk.wrong("pause", "--until", "5 Mar", now=late)
    assert "2026-03-06" in desk.done("pause", "--until", "6 Mar", now=late)
    assert desk.world.store.meta("paused_until") == "2026-03-05T11:00:00+00:00"


_HOLDER = """\
import sys, pathlib
from followupd.lock import cycle_lock
with cycle_lock(pathlib.Path(sys.argv[1]), "a test", 0):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_no_command_waits_for_the_cycle_lock_of_another_process(desk: Desk) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(desk.home / "state")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    assert holder.stdin
    assert holder.stdout
    try:
        assert holder.stdout.readline() == "held\n"
        desk.done("note", "dana", "Rust")
        desk.done("pause", "--until", "2026-03-20")
        desk.done("people", "set", "dana", "--greeting", "Dana")
        desk.done("process", "name", "acme", "Acme")
        desk.done("stop", "acme", "--because", "rejected")
    finally:
        holder.stdin.close()
        holder.wait(10)
        holder.stdout.close()


def test_a_stop_from_another_connection_wins_over_a_cycle_at_work(desk: Desk) -> None:
    """The draft that was being made is withdrawn in the same cycle, and nothing more is intended."""
    world = desk.world
    world.event("2026-03-06 10:00", "2026-03-06 11:00", ["Kim <kim@acme.example>", "Lu <lu@acme.example>"])
    world.cycle("2026-03-05 09:00")
    mailbox = world.mailboxes["personal"]
    create = mailbox.create_draft
    intents: list[int] = []

    def creating(draft: object) -> str:
        made = create(draft)  # type: ignore[arg-type]
        desk.done("stop", "acme", "--because", "rejected", now="2026-03-06T11:46+00:00")
        intents.append(len(_creates(world.store)))
        return made

    mailbox.create_draft = creating  # type: ignore[method-assign]
    world.cycle("2026-03-06 11:46")
    assert len(intents) == 1
    assert len(_creates(world.store)) == intents[0]
    assert not world.drafts()
    assert {f.stage for f in world.follow_ups()} == {Stage.WITHDRAWN}


def _creates(store: Store) -> list[object]:
    return store.connection.execute("SELECT number FROM journal WHERE act = 'create'").fetchall()


# --- dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-03", date(2026, 12, 3)),
        ("2025-12-03", date(2025, 12, 3)),
        ("3 Dec", date(2026, 12, 3)),
        ("03 dec", date(2026, 12, 3)),
        ("3. December", date(2026, 12, 3)),
        (" 3rd   DECEMBER 2026 ", date(2026, 12, 3)),
        ("3 December 2027", date(2027, 12, 3)),
        ("3 Dec 2025", date(2025, 12, 3)),
        ("Dec 3", date(2026, 12, 3)),
        ("December 3rd, 2026", date(2026, 12, 3)),
        ("4 March", date(2026, 3, 4)),
        ("3 March", date(2027, 3, 3)),
        ("1 Sept", date(2026, 9, 1)),
        ("29 Feb", date(2028, 2, 29)),
        ("1 may", date(2026, 5, 1)),
    ],
)
def test_dates_as_people_write_them(text: str, day: date) -> None:
    assert read_day(text, date(2026, 3, 4)) == day


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "3", "Dec", "tomorrow", "03/12/2026", "12-03", "2026-13-01", "2026-02-30", "20261203",
        "2026-W10-3", "30 Feb", "3 De", "3 Ma", "3 Ju", "0 Dec", "32 Dec", "3 Dec 26", "3 Dezembre", "٣ Dec 2026 x",
        "3 Dec 0000", "29 Feb 2026", "-3 Dec", "3 Dec 20260",
    ],
)  # fmt: skip
def test_what_is_no_date_is_told_with_how_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="Write it like 2026-12-03, or 3 Dec, or 3 December 2026"):
        read_day(text, date(2026, 3, 4))
