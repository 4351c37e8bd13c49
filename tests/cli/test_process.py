"""`followupd process`: the list, and which interviews belong together."""

from __future__ import annotations

import json
from datetime import date

import pytest

from followupd.core.model import event_id
from tests.cli.test_words import Desk, desk

__all__ = ["desk"]  # a fixture


def test_the_list_is_one_fact_a_line(desk: Desk) -> None:
    key = desk.world.process().key
    assert desk.say("process").output == f"{key}  Acme  active  1 interview\n"
    desk.done("process", "set", "acme", "--position", "Engineer", "--decision-by", "20 March")
    desk.done("snooze", "acme", "10 March")
    line = desk.say("process").output
    assert "Engineer  they decide by 2026-03-20  silent until 2026-03-10" in line


def test_the_list_as_json(desk: Desk) -> None:
    desk.done("process", "name", "acme", "Acme", "Robotics")
    desk.done("decide", "acme", "2026-03-20")
    assert json.loads(desk.say("process", "--json").output) == {
        "processes": [
            {
                "key": desk.world.process().key,
                "organisation": "Acme Robotics",
                "domains": ["acme.example"],
                "position": "",
                "via": "",
                "state": "active",
                "reason": "you settled what had come in",
                "since": "2026-03-04T17:00:00+00:00",
                "decision_by": "2026-03-20",
                "snoozed_until": None,
                "interviews": [
                    {
                        "id": event_id("talk", ""),
                        "title": "Interview at Acme",
                        "start": "2026-03-04T15:00:00+00:00",
                    }
                ],
            }
        ]
    }
    assert "for the list alone" in desk.wrong("process", "--json", "name", "acme", "Acme")


def test_the_list_needs_no_config(desk: Desk) -> None:
    (desk.home / "config.yaml").unlink()
    assert desk.say("process").exit_code == 0


def test_name(desk: Desk) -> None:
    key = desk.world.process().key
    assert desk.done("process", "name", "acme", "Acme Robotics") == f"{key} is Acme Robotics now."
    assert "empty" in desk.wrong("process", "name", "acme", " ")


def test_merge_and_split(desk: Desk) -> None:
    world = desk.world
    world.event("2026-03-12 10:00", "2026-03-12 11:00", ["Bo <bo@beta.example>"], uid="beta")
    world.cycle("2026-03-04 17:00")
    said = desk.done("process", "merge", "beta", "acme.example")
    assert said == "beta.example is part of Acme now."
    assert len(world.store.processes()) == 1
    assert desk.done("process", "split", event_id("beta", "")).startswith("“Interview” is the process ")
    assert len(world.store.processes()) == 2
    assert "of its own already" in desk.wrong("process", "split", event_id("beta", ""))


def test_set(desk: Desk) -> None:
    desk.done("process", "set", "acme", "--via", "Cora@agency.example", "--position", " Site  engineer ")
    process = desk.world.process()
    assert (process.via, process.position) == ("cora@agency.example", "Site engineer")
    desk.done("process", "set", "acme", "--via", "", "--decision-by", "3 December 2026")
    process = desk.world.process()
    assert (process.via, process.decision_by) == ("", date(2026, 12, 3))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--position, --via or --decision-by"),
        (("--via", "some agency"), "no address and no domain"),
        (("--decision-by", "soon"), "“soon” is no date"),
        (("--decision-by", "9999-12-31"), "Check the year"),
    ],
)
def test_what_can_not_be_set_is_told(desk: Desk, words: tuple[str, ...], said: str) -> None:
    assert said in desk.wrong("process", "set", "acme", *words)
