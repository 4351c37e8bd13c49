"""`followupd export`: all of it, safely; and forgetting for good."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from followupd.core.model import Stage
from followupd.store import Store
from tests.cli.kit import life, lines, run
from tests.world import World


def test_everything_as_json(tmp_path: Path) -> None:
    world = life(tmp_path)
    found = json.loads(run(tmp_path, "export").stdout)
    assert {one["key"] for one in found["follow_ups"]} == {one.key for one in world.store.follow_ups()}
    assert {one["id"] for one in found["interviews"]} == {one.id for one in world.store.interviews()}
    assert {"Dinner", "Interview"} <= {one["event"]["title"] for one in found["events"]}
    assert found["own_letters"]
    assert found["history"]


def test_letters_as_csv(tmp_path: Path) -> None:
    life(tmp_path)
    rows = list(csv.DictReader(io.StringIO(run(tmp_path, "export", "--format", "csv").stdout)))
    assert {(row["to"], row["stage"]) for row in rows} >= {
        ("dana@acme.example", "drafted"),
        ("jo@gamma.example", "planned"),
    }
    assert {row["organisation"] for row in rows} == {"acme.example", "gamma.example"}


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1+1", "@SUM(A1)", "\t=1", "＝1"])
def test_no_cell_is_a_formula(tmp_path: Path, name: str) -> None:
    world = World(tmp_path / "state")
    world.begin("2026-03-04 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", ["Dana <dana@acme.example>"])
    world.cycle("2026-03-04 10:00")
    [letter] = world.follow_ups()
    with world.store.transaction():
        world.store.connection.execute(
            "UPDATE follow_up SET data = json_set(data, '$.name', ?) WHERE key = ?", (name, letter.key)
        )
    [row] = csv.DictReader(io.StringIO(run(tmp_path, "export", "--format", "csv").stdout))
    assert row["name"] == f"'{name}"


def test_a_file_for_the_user_alone(tmp_path: Path) -> None:
    life(tmp_path)
    file = tmp_path / "all.json"
    file.write_text("old")
    file.chmod(0o644)
    result = run(tmp_path, "export", "--output", str(file))
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["format"] == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".followupd")] == []


def test_a_file_that_can_not_be_written(tmp_path: Path) -> None:
    life(tmp_path)
    result = run(tmp_path, "export", "--output", str(tmp_path / "no" / "where.json"))
    assert result.exit_code == 1
    assert "Nothing was exported" in result.stderr
    (tmp_path / "folder").mkdir()
    assert run(tmp_path, "export", "--output", str(tmp_path / "folder")).exit_code == 1


def test_nothing_to_export(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "export").stdout)["follow_ups"] == []
    assert len(lines(run(tmp_path, "export", "--format", "csv"))) == 1
    assert lines(run(tmp_path, "export", "--purge", "--older-than", "90d"))[0].startswith(
        "Nothing was removed"
    )
    assert not (tmp_path / "state").exists()


# --- purge --------------------------------------------------------------------------------------

PRIVATE = (b"Dana", b"dana@", b"Kim", b"kim@", b"Rust and tea", b"Room 5", b"Lou", b"lou@", b"Ann Other")
JULY = "2026-07-01T12:00:00+00:00"


def closed_life(home: Path) -> World:
    """A process that is over by April, with notes, letters of mine, a withdrawn draft and an answer; and a dinner."""
    world = World(home / "state")
    world.begin("2026-03-02 09:00")
    people = ["Dana Reyes <dana@acme.example>", "Ann Other <ann@acme.example>"]
    world.event(
        "2026-03-04 15:00", "2026-03-04 16:00", people, description="Room 5, with Dana", uid="the-talk"
    )
    world.event("2026-03-05 19:00", "2026-03-05 20:00", ["Lou <lou@friends.example>"], title="Dinner")
    world.cycle("2026-03-04 16:46")
    world.orders("2026-03-04 16:50").note("dana", "Rust and tea")
    world.cycle("2026-03-04 16:51")
    world.cycle("2026-03-04 16:52")
    for draft in world.drafts():
        world.send(draft, at="2026-03-04 18:00")
    world.cycle("2026-03-04 18:05")
    world.receive("Kim <kim@acme.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    world.orders("2026-03-07 10:00").stop("acme", "rejected")
    world.cycle("2026-03-07 10:05")
    world.cycle("2026-03-24 10:05")  # nobody wanted a letter of thanks: that question has ended
    return world


def purge(home: Path, age: str = "90d", now: str = JULY) -> list[str]:
    result = run(home, "export", "--purge", "--older-than", age, now=now)
    assert result.exit_code == 0, result.output
    return lines(result)


def on_disk(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in (home / "state").iterdir())


def test_purged_words_leave_the_disk(tmp_path: Path) -> None:
    closed_life(tmp_path).store.close()
    before = on_disk(tmp_path)
    assert [word for word in PRIVATE if word not in before] == []
    told = purge(tmp_path)
    assert [word for word in PRIVATE if word in on_disk(tmp_path)] == []
    assert any(line.startswith("Removed: letters: ") for line in told)
    assert purge(tmp_path)[0].startswith("Nothing was removed")


def test_what_keeps_a_letter_from_being_owed_again_stays(tmp_path: Path) -> None:
    world = closed_life(tmp_path)
    letters = {one.key: one.stage for one in world.follow_ups()}
    interviews = {one.id for one in world.store.interviews()}
    owners = {key: world.store.owner_of(key) for key in letters}
    purge(tmp_path)
    assert {one.key: one.stage for one in world.follow_ups()} == letters
    assert {one.id for one in world.store.interviews()} == interviews
    assert {key: world.store.owner_of(key) for key in letters} == owners
    assert all(one.to == one.name == one.text == "" for one in world.follow_ups())


def test_the_planner_has_nothing_to_say_about_what_was_purged(tmp_path: Path) -> None:
    world = closed_life(tmp_path)
    world.cycle("2026-07-01 12:00")
    purge(tmp_path)
    with world.store.transaction():
        world.store.wake_all()
    assert world.cycle("2026-07-01 12:05") == []


def test_the_event_seen_again_is_not_owed_again(tmp_path: Path) -> None:
    world = closed_life(tmp_path)
    purge(tmp_path)
    world.orders("2026-07-01 12:01").resume("acme")
    people = ["Dana Reyes <dana@acme.example>", "Ann Other <ann@acme.example>"]
    world.event("2026-03-04 15:00", "2026-03-04 16:00", people, uid="the-talk")
    made = [one for one in world.cycle("2026-07-01 12:05") if one.action == "create_draft"]
    assert made == []
    assert {one.stage for one in world.follow_ups()} <= {Stage.SENT, Stage.ANSWERED, Stage.WITHDRAWN}
    assert world.drafts() == []


def test_a_new_talk_with_the_company_is_its_next_round(tmp_path: Path) -> None:
    world = closed_life(tmp_path)
    purge(tmp_path)
    world.orders("2026-07-01 12:01").resume("acme")
    world.event("2026-07-02 15:00", "2026-07-02 16:00", ["Dana Reyes <dana@acme.example>"])
    world.cycle("2026-07-02 16:46")
    assert [draft.to[0].email for draft in world.drafts()] == ["dana@acme.example"]


@pytest.mark.parametrize(("age", "now"), [("90d", "2026-05-01T12:00:00+00:00"), ("20w", JULY)])
def test_what_is_younger_stays(tmp_path: Path, age: str, now: str) -> None:
    world = closed_life(tmp_path)
    assert purge(tmp_path, age, now)[0].startswith("Nothing was removed")
    assert world.follow_ups()[0].to


def test_what_is_open_stays(tmp_path: Path) -> None:
    world = life(tmp_path)
    before = world.follow_ups()
    told = purge(tmp_path, "90d", "2027-03-01T12:00:00+00:00")
    assert told == ["Removed: events seen: 1"]  # the dinner
    assert world.follow_ups() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("--purge",),
        ("--purge", "--older-than", "soon"),
        ("--purge", "--older-than", "7d"),
        ("--purge", "--older-than", "90d", "--output", "x"),
        ("--purge", "--older-than", "90d", "--format", "csv"),
        ("--older-than", "90d"),
    ],
)
def test_what_makes_no_sense_does_nothing(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    world = closed_life(tmp_path)
    before = world.follow_ups()
    result = run(tmp_path, "export", *arguments, now=JULY)
    assert result.exit_code == 2
    assert "Nothing was done" in result.stderr
    assert world.follow_ups() == before


def test_purging_wakes_nobody(tmp_path: Path) -> None:
    world = closed_life(tmp_path)
    world.cycle("2026-07-01 12:00")
    purge(tmp_path)
    world.store.close()
    store = Store(tmp_path / "state")
    assert store.due_processes(world.now + timedelta(days=365)) == []
