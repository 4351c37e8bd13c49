"""`followupd people`: the list, and what can be said about people."""

from __future__ import annotations

import json

import pytest

from followupd.core.model import Stage, event_id
from tests.cli.test_words import Desk, desk

__all__ = ["desk"]  # a fixture
TALK = event_id("talk", "")


def test_the_list_says_who_gets_a_letter_and_why(desk: Desk) -> None:
    desk.done("people", "add", TALK, "Kim Park <kim@gmail.com>", "--part", "recruiter")
    output = desk.say("people").output
    assert f"{TALK}  Interview at Acme  2026-03-04T15:00:00+00:00" in output
    assert "  Dana Reyes dana@acme.example  interviewer  letter: yes (on the event)" in output
    assert "  Kim Park kim@gmail.com  recruiter  letter: yes (you named them)" in output
    assert "  Sam Lee sam@example.com  interviewer  letter: no (that is you)" in output


@pytest.mark.parametrize(
    "words", [("people", "--json"), ("people", "acme", "--json"), ("people", "--json", TALK)]
)
def test_the_list_as_json(desk: Desk, words: tuple[str, ...]) -> None:
    rows = json.loads(desk.say(*words).output)["people"]
    dana = next(row for row in rows if row["address"] == "dana@acme.example")
    assert dana == {
        "interview": TALK,
        "title": "Interview at Acme",
        "start": "2026-03-04T15:00:00+00:00",
        "process": desk.world.process().key,
        "organisation": "Acme",
        "address": "dana@acme.example",
        "name": "Dana Reyes",
        "part": "interviewer",
        "letter": "yes",
        "reason": "on the event",
        "greeting": "",
        "language": "",
        "formal": None,
        "zone": "",
        "country": "",
        "region": "",
        "route": "",
    }


def test_the_list_of_one_interview(desk: Desk) -> None:
    desk.world.event("2026-03-12 10:00", "2026-03-12 11:00", ["Bo <bo@beta.example>"])
    desk.world.cycle("2026-03-04 17:00")
    assert "bo@beta.example" in desk.say("people").output
    output = desk.say("people", "acme").output
    assert "dana@acme.example" in output
    assert "bo@beta.example" not in output
    assert "no interview fits" in desk.wrong("people", "gamma")


def test_the_list_needs_a_right_config(desk: Desk) -> None:
    (desk.home / "config.yaml").write_text("me: [")
    assert desk.say("people").exit_code == 78


def test_help_is_about_all_of_it(desk: Desk) -> None:
    output = desk.say("people", "--help").output
    for word in ("add", "set", "drop", "release", "INTERVIEW"):
        assert word in output
    assert "--nonsense" in desk.wrong("people", "--nonsense")


def test_global_options_may_stand_behind_it(desk: Desk) -> None:
    state = ("--state", str(desk.home / "state"), "-c", str(desk.home / "config.yaml"))
    assert "dana@acme.example" in desk.say("people", *state).output
    assert "dana@acme.example" in desk.say("people", *state, "acme").output
    assert desk.say("people", *state, "drop", "acme", "dana").exit_code == 0
    assert desk.say("people", "release", "dana", *state).exit_code == 0


def test_add_drop_and_release(desk: Desk) -> None:
    assert (
        desk.done("people", "add", "acme", "Kim Park <kim@gmail.com>")
        == "Kim Park was at “Interview at Acme”."
    )
    desk.world.cycle("2026-03-04 17:01")
    assert desk.world.draft_to("kim@gmail.com")
    assert desk.done("people", "drop", "acme", "kim") == "Kim Park gets no letters in this process."
    desk.world.cycle("2026-03-04 17:02")
    assert desk.world.thank_you("kim@gmail.com").stage is Stage.WITHDRAWN
    assert desk.done("people", "release", "dana") == "Dana Reyes may be written to."
    assert "letters to the interviewers" in desk.done("people", "release", "acme.example")


def test_set_stores_what_was_said(desk: Desk) -> None:
    said = desk.done(
        "people", "set", "dana", "--greeting", "Dr Reyes", "--name", "Dana M. Reyes", "--language", "EN",
        "--formal", "--zone", "America/New_York", "--country", "us", "--region", "NY", "--part", "recruiter",
        "--route", "direct",
    )  # fmt: skip
    assert said == "Dana Reyes is set in 1 process."
    [person] = desk.world.process().people
    assert (person.greeting, person.name, person.language) == ("Dr Reyes", "Dana M. Reyes", "en")
    assert (person.formal, person.zone, person.country) == (True, "America/New_York", "US")
    assert (person.region, person.part, person.route) == ("NY", "recruiter", "direct")
    desk.done("people", "set", "dana", "--informal", "--greeting", "")
    [person] = desk.world.process().people
    assert (person.formal, person.greeting, person.zone) == (False, "", "America/New_York")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--zone", "Europe/Lodnon"), "Europe/London"),
        (("--country", "UK"), "GB"),
        (("--language", "xx"), "there is no language"),
        (("--language", "mi"), "no letters can be written in “mi” yet"),
        (("--part", "boss"), "boss"),
        (("--route", "pigeon"), "pigeon"),
        ((), "Say what is to be set"),
    ],
)
def test_what_can_not_be_set_is_told(desk: Desk, words: tuple[str, ...], said: str) -> None:
    assert said in desk.wrong("people", "set", "dana", *words)
    assert not desk.world.process().people


@pytest.mark.parametrize("who", ["", "Kim <kim@>", "@"])
def test_a_person_needs_a_name_or_an_address(desk: Desk, who: str) -> None:
    desk.wrong("people", "add", "acme", who)


def test_a_header_in_a_name_stays_a_name(desk: Desk) -> None:
    desk.done("people", "add", "acme", "Kim\r\nBcc: x@evil.example <kim@acme.example>")
    desk.world.cycle("2026-03-04 17:01")
    draft = desk.world.draft_to("kim@acme.example")
    assert not draft.bcc
    assert [a.email for a in draft.to] == ["kim@acme.example"]
