"""`followupd status` and `followupd plan`: from the store alone, and nothing but the truth."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import pytest

from followupd.cli.output import Block, Clock, clean, print_blocks
from followupd.errors import SignInNeeded, Unavailable
from tests.cli.kit import NOW, data, life, lines, run
from tests.world import World

LATER = "2026-03-05T18:12:59+00:00"  # fifteen minutes after the cycle at 17:58, less a second
TOO_LATE = "2026-03-05T18:13:01+00:00"


def test_in_the_order_in_which_it_matters(tmp_path: Path) -> None:
    life(tmp_path)
    result = run(tmp_path, "status")
    assert result.exit_code == 1
    assert [line.split(":")[0].split(" since")[0] for line in lines(result)] == [
        "Question",
        "Answer with",
        "Answer with",
        "If you say nothing",
        "In Drafts",
        "Next",
        "Next",
        "Next",
    ]


def test_a_draft_says_to_whom_since_when_and_by_when(tmp_path: Path) -> None:
    life(tmp_path)
    [line] = [line for line in lines(run(tmp_path, "status")) if line.startswith("In Drafts")]
    assert line.startswith(
        "In Drafts: thank-you to Dana Reyes <dana@acme.example> (acme.example), since Wed 4 Mar 11:46"
    )
    assert "late: was best sent by Thu 5 Mar 11:00" in line


def test_times_are_in_the_zone_of_the_user(tmp_path: Path) -> None:
    life(tmp_path)
    assert any("Mon 9 Mar 11:00: “Interview, second”" in line for line in lines(run(tmp_path, "status")))


def test_what_it_tells_answers_the_question(tmp_path: Path) -> None:
    world = life(tmp_path)
    [question] = data(tmp_path, "status")["questions"]
    assert question["topic"] == "nobody"
    assert question["answer_with"].splitlines()[0].startswith("followupd people add ")
    assert question["about"] in {interview.id for interview in world.store.interviews()}


def test_every_process_with_its_people_and_letters(tmp_path: Path) -> None:
    life(tmp_path)
    [acme] = [p for p in data(tmp_path, "status")["processes"] if p["organisation"] == "acme.example"]
    assert {(p["address"], p["part"]) for p in acme["people"]} == {
        ("dana@acme.example", "interviewer"),
        ("recruiting@acme.example", "recruiter"),
    }
    stages = {(f["kind"], f["to"]): f["stage"] for f in acme["follow_ups"]}
    assert stages == {
        ("thank_you", "recruiting@acme.example"): "sent",
        ("thank_you", "dana@acme.example"): "drafted",
        ("nudge", "recruiting@acme.example"): "planned",
    }
    sent = next(f for f in acme["follow_ups"] if f["stage"] == "sent")
    assert sent["sent_at"] == "2026-03-04T18:00:00+00:00"


def quiet(home: Path) -> World:
    world = World(home / "state")
    world.begin("2026-03-05 17:58")
    return world


def test_all_quiet_is_one_line_and_a_zero(tmp_path: Path) -> None:
    quiet(tmp_path)
    result = run(tmp_path, "status")
    assert (len(lines(result)), result.exit_code) == (1, 0)
    assert lines(result)[0].startswith("All quiet")


def test_a_draft_alone_is_no_reason_for_concern(tmp_path: Path) -> None:
    world = World(tmp_path / "state")
    world.begin("2026-03-04 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00")
    world.cycle("2026-03-05 17:58")
    result = run(tmp_path, "status")
    assert "In Drafts" in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize(("now", "code"), [(LATER, 0), (TOO_LATE, 1)])
def test_three_polls_without_a_look(tmp_path: Path, now: str, code: int) -> None:
    quiet(tmp_path)
    result = run(tmp_path, "status", now=now)
    assert result.exit_code == code
    assert ("nobody has looked" in result.stdout) is bool(code)


def test_an_account_that_was_never_looked_at(tmp_path: Path) -> None:
    quiet(tmp_path)
    for file in (tmp_path / "state").glob("cycle-*"):
        file.unlink()
    found = data(tmp_path, "status")
    assert found["accounts"][0]["last_cycle"] is None
    assert [one["kind"] for one in found["trouble"]] == ["stale"]


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (SignInNeeded("Sign in again."), "sign_in", 1),
        (Unavailable("The disk is not mounted."), "failing", 0),
    ],
)
def test_accounts_in_trouble(tmp_path: Path, error: Exception, state: str, code: int) -> None:
    world = quiet(tmp_path)

    def changes(*_: object) -> None:
        raise error

    world.mailboxes["personal"].changes = changes  # type: ignore[method-assign,assignment]
    world.cycle("2026-03-05 17:59")
    assert data(tmp_path, "status")["accounts"][0]["state"] == state
    result = run(tmp_path, "status")
    assert result.exit_code == code
    assert f"Trouble with personal: {error}" in result.stdout


def test_nothing_has_run_yet(tmp_path: Path) -> None:
    result = run(tmp_path, "status")
    assert result.exit_code == 1
    assert "followupd init" in result.stdout
    assert "followupd once" in result.stdout
    assert not (tmp_path / "state").exists()
    assert run(tmp_path, "plan").exit_code == 0
    assert data(tmp_path, "status")["processes"] == []
    assert not (tmp_path / "state").exists()


def test_a_store_that_is_being_made(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "followupd.db").touch()
    assert "nothing has run yet" in run(tmp_path, "status").stdout


def test_a_file_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "followupd.db").write_text("not a database, but long enough to look at" * 100)
    assert run(tmp_path, "status").exit_code == 74
    (tmp_path / "state" / "followupd.db").unlink()
    other = sqlite3.connect(tmp_path / "state" / "followupd.db")
    other.execute("CREATE TABLE theirs (a)")
    other.close()
    result = run(tmp_path, "status")
    assert result.exit_code == 74
    assert "another program" in result.stderr


def test_the_state_of_a_newer_version(tmp_path: Path) -> None:
    world = quiet(tmp_path)
    world.store.connection.execute("PRAGMA user_version = 99")
    result = run(tmp_path, "status")
    assert result.exit_code == 74
    assert "Update followupd" in result.stderr


def test_looking_changes_nothing(tmp_path: Path) -> None:
    life(tmp_path).store.close()
    before = (tmp_path / "state" / "followupd.db").read_bytes()
    for command in ("status", "plan"):
        run(tmp_path, command)
    assert (tmp_path / "state" / "followupd.db").read_bytes() == before


def test_closed_processes_are_for_scripts_only(tmp_path: Path) -> None:
    world = life(tmp_path)
    world.orders("2026-03-05 17:59").stop("gamma.example", "rejected")
    world.cycle("2026-03-05 17:59")
    states = {p["organisation"]: p["state"] for p in data(tmp_path, "status")["processes"]}
    assert states["gamma.example"] == "closed"
    waiting = [line for line in lines(run(tmp_path, "status")) if line.startswith("Waiting")]
    assert not [line for line in waiting if "gamma" in line]


def test_an_answered_process_waits_with_its_reason(tmp_path: Path) -> None:
    world = World(tmp_path / "state")
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00")
    world.cycle("2026-03-04 16:46")
    world.send(world.draft_to("dana@acme.example"), at="2026-03-04 18:00")
    world.cycle("2026-03-04 18:05")
    world.orders("2026-03-05 17:57").snooze("acme", date(2026, 4, 1))
    world.cycle("2026-03-05 17:58")
    result = run(tmp_path, "status")
    [line] = [line for line in lines(result) if line.startswith("Waiting")]
    assert "acme.example: snoozed" in line


def test_a_pause_is_told(tmp_path: Path) -> None:
    world = life(tmp_path)
    world.orders("2026-03-05 17:59").pause(date(2026, 3, 20))
    assert data(tmp_path, "plan")["paused_until"].startswith("2026-03-")
    for command in ("status", "plan"):
        assert "Paused: nothing is made before" in run(tmp_path, command).stdout


# --- plan ---------------------------------------------------------------------------------------


def test_plan_lists_what_is_owed_by_date_then_what_is_ahead(tmp_path: Path) -> None:
    life(tmp_path)
    owed_thanks, owed_nudge, ahead = lines(run(tmp_path, "plan"))
    assert owed_thanks.startswith("Owed: Mon 9 Mar 12:45: thank-you to Jo Poe <jo@gamma.example>")
    assert owed_nudge.startswith("Owed: Wed 11 Mar 05:00: first nudge to Rita Hale")
    assert ahead.startswith("Ahead: Mon 9 Mar 11:00: “Interview, second”")


def test_plan_as_of_another_time(tmp_path: Path) -> None:
    life(tmp_path)
    found = data(tmp_path, "plan", now="2026-03-10T00:00:00+00:00")
    assert found["interviews"] == []
    assert "Owed: since Mon 9 Mar 12:45" in run(tmp_path, "plan", now="2026-03-10T00:00:00+00:00").stdout


def test_plan_says_what_is_held_back(tmp_path: Path) -> None:
    world = World(tmp_path / "state")
    world.event("2026-03-04 15:00", "2026-03-04 16:00")
    world.cycle("2026-03-05 17:58")  # the first look: what is already due is asked about
    [owed] = data(tmp_path, "plan")["owed"]
    assert owed["held"] is True
    assert "held back until you answer" in run(tmp_path, "plan").stdout


# --- printing -----------------------------------------------------------------------------------


def test_text_by_others_can_not_drive_a_terminal() -> None:
    assert clean("a\x1b[31mred\nline\u202e\u2028x\x9b") == "a [31mred line x"


def test_titles_are_no_markup(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    rows = (("[red]Interview[/red] [/x]", "b\x1b]0;x\x07"),)
    print_blocks([Block("Heading", ("A", "B"), rows, ("a line",))], plain=False)
    told = capsys.readouterr().out
    assert "[red]Interview[/red] [/x]" in told
    assert "\x1b]" not in told


def test_a_year_is_told_where_it_is_another() -> None:
    clock = Clock("Europe/Berlin", datetime.fromisoformat(NOW))
    assert clock.at("2027-01-01T00:30:00+00:00") == "Fri 1 Jan 2027 01:30"
    assert clock.day("2026-12-03") == "Thu 3 Dec"


def test_without_a_known_zone_the_machine_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert Clock("", datetime.fromisoformat(NOW)).at(NOW) == "Fri 6 Mar 03:00"
        assert Clock("No/Where", datetime.fromisoformat(NOW)).at(NOW) == "Fri 6 Mar 03:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_a_pipe_can_not_carry(tmp_path: Path) -> None:
    life(tmp_path).store.close()
    for form in ("--plain", "--json"):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "followupd",
                "--state",
                str(tmp_path / "state"),
                "status",
                form,
                "--now",
                NOW,
            ],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            check=False,
        )
        assert done.returncode == 1
        assert done.stdout.decode("ascii")
        assert not done.stderr
