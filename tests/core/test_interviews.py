"""Which events are interviews of the user, and when they are over."""

from __future__ import annotations

import time
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta

import pytest

from followupd.core.interviews import ends, invited_address, judge, title_problem
from followupd.core.model import Attendee, Choice, Event, Rule
from tests.core.people_kit import ME, START, event, guest, policy


def invitation(**fields: object) -> Event:
    return event(ME, "dana@acme.example", organizer="dana@acme.example", **fields)


# --- the user's rules ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (Rule(title=r"\binterview\b"), {"title": "Acme INTERVIEW, round 2"}),
        (Rule(category="Interview"), {"title": "x", "categories": ("Other", "interview")}),
        (Rule(hashtag="interview"), {"title": "Chat with Dana #Interview"}),
        (Rule(hashtag="#interview"), {"title": "x", "description": "<p>#interview</p>"}),
        (Rule(calendar="interviews"), {"title": "x", "calendar": "c_123", "calendar_name": "Interviews"}),
        (Rule(calendar="C_123"), {"title": "x", "calendar": "c_123"}),
        (Rule(organiser_domain="acme.example"), {"title": "x"}),
        (Rule(colour="Tomato"), {"title": "x", "colour": "tomato"}),
        (Rule(label="job hunt"), {"title": "x", "label": "Job hunt"}),
    ],
)
def test_each_kind_of_rule_finds_its_interviews_and_is_named(rule: Rule, fields: dict[str, object]) -> None:
    verdict = judge(invitation(**fields), policy(rules=(rule,)))
    assert verdict.choice is Choice.YES
    named = next(str(value) for value in astuple(rule) if value)
    assert named.lstrip("#") in verdict.reason


def test_the_reason_says_which_rule_matched() -> None:
    assert judge(invitation(), policy()).reason == r"the title matches \binterview\b"


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Interviewers' lunch"},
        {"title": "x", "description": "#interview-prep"},
        {"title": "x #interviews"},
        {"title": "x", "description": "https://acme.example/jobs/#interview"},
        {"title": "x", "description": "https://acme.example/jobs#interview"},
        {"title": ""},
    ],
)
def test_what_no_rule_names_is_none(fields: dict[str, object]) -> None:
    rules = (Rule(title=r"\binterview\b"), Rule(hashtag="interview"))
    verdict = judge(invitation(**fields), policy(rules=rules))
    assert verdict.choice is Choice.NO
    assert "none of the rules" in verdict.reason


def test_a_rule_with_several_keys_matches_when_all_do() -> None:
    rule = Rule(title="chat", calendar="Interviews")
    assert judge(invitation(title="Chat"), policy(rules=(rule,))).choice is Choice.NO
    found = judge(invitation(title="Chat", calendar_name="Interviews"), policy(rules=(rule,)))
    assert found.reason == "the title matches chat and the calendar is Interviews"


def test_an_empty_rule_matches_nothing() -> None:
    assert judge(invitation(), policy(rules=(Rule(),))).choice is Choice.NO
    assert judge(invitation(), policy(none=(Rule(),))).choice is Choice.YES


def test_none_wins_over_any() -> None:
    verdict = judge(invitation(title="Interview: standup"), policy(none=(Rule(title="standup"),)))
    assert verdict.choice is Choice.NO
    assert "interviews.none" in verdict.reason
    assert "standup" in verdict.reason


def test_an_organiser_below_the_domain_counts_and_a_look_alike_does_not() -> None:
    rules = policy(rules=(Rule(organiser_domain="acme.example"),))
    assert judge(event(ME, organizer="a@hr.acme.example"), rules).choice is Choice.YES
    assert judge(event(ME, organizer="a@badacme.example"), rules).choice is Choice.NO
    assert judge(event(ME), rules).choice is Choice.NO


@pytest.mark.parametrize("pattern", ["(a+)+$", "((a+)b?)*$", "(a|a)*$", "(a*){20}", "(?:x(?:a*))+y", "("])
def test_a_pattern_that_could_run_for_ever_or_is_none_never_matches(pattern: str) -> None:
    assert title_problem(pattern)
    before = time.perf_counter()
    judged = judge(invitation(title="a" * 100_000 + "!"), policy(rules=(Rule(title=pattern),)))
    assert judged.choice is Choice.NO
    assert time.perf_counter() - before < 1


@pytest.mark.parametrize(
    "pattern",
    [
        r"\binterview\b",
        "(phone|video) (screen|call)",
        r"interview.*acme",
        r"[(+)]+ x",
        r"\(a+\)+",
        "(a{2,4})+",
    ],
)
def test_ordinary_patterns_are_fine(pattern: str) -> None:
    assert title_problem(pattern) == ""


def test_only_the_beginning_of_a_title_is_read() -> None:
    assert judge(invitation(title="x " * 200 + "interview"), policy()).choice is Choice.NO


# --- whose interview ----------------------------------------------------------------------------


@pytest.mark.parametrize("mine", ["declined", "delegated"])
def test_my_own_declined_excludes(mine: str) -> None:
    verdict = judge(event(guest(ME, partstat=mine), "dana@acme.example"), policy())
    assert verdict.choice is Choice.NO
    assert verdict.reason == "you declined it"


@pytest.mark.parametrize("mine", ["needs-action", "tentative", "accepted"])
def test_unanswered_and_tentative_count(mine: str) -> None:
    assert judge(event(guest(ME, partstat=mine), "dana@acme.example"), policy()).choice is Choice.YES


def test_declined_with_one_address_and_accepted_with_another_counts() -> None:
    found = event(guest(ME, partstat="declined"), "sam@lee.example", "dana@acme.example")
    assert judge(found, policy()).choice is Choice.YES
    assert invited_address(found, policy()) == "sam@lee.example"


@pytest.mark.parametrize(
    "title",
    [
        "Cancelled: Interview",
        "Canceled: Interview",
        "Canceled event: Interview",
        "CANCELLED Interview",
        "Abgesagt - Interview",
        "Abgesagt: Interview",
        "Annulé : Interview",
        "Annule\u0301 : Interview",
        "Declined: Interview",
        "[Hold] Interview",
        "[HOLD] Interview",
        "Hold: Interview",
        "Moved: Interview",
        "[Cancelled] Interview",
        "❌ Canceled: Interview",
    ],
)
def test_titles_that_say_it_is_off_are_not_held_until_confirmed(title: str) -> None:
    verdict = judge(invitation(title=title), policy())
    assert verdict.choice is Choice.NO
    assert "not held until confirmed" in verdict.reason


@pytest.mark.parametrize(
    "title", ["Interview about cancelled orders", "Interview [Hold]", "Holden interview", "Movedo interview"]
)
def test_such_words_elsewhere_say_nothing(title: str) -> None:
    assert judge(invitation(title=title), policy()).choice is Choice.YES


@pytest.mark.parametrize(
    "title",
    [
        "Interview debrief: S. Lee",
        "Interview training",
        "Mock interview",
        "Interview prep call",
        "Interview preparation",
        "Press interview: radio",
        "Interview panel calibration",
        "Exit interview",
        "User interview: checkout",
        "Interview Vorbereitung",
        "Interview Nachbesprechung",
    ],
)
def test_titles_about_interviews_are_asked_about(title: str) -> None:
    verdict = judge(invitation(title=title), policy())
    assert (verdict.choice, verdict.topic) == (Choice.ASK, "doubtful")


@pytest.mark.parametrize(
    "title",
    [
        "Interview: Training Manager",
        "Interview for Prep Cook",
        "Social media interview",
        "Head of Training interview",
        "Calibration engineer interview",
        "Expression interview",
        "Depress interview x",
    ],
)
def test_posts_and_longer_words_are_not_in_doubt(title: str) -> None:
    assert judge(invitation(title=title), policy()).choice is Choice.YES


def test_asked_when_i_organised_it_for_a_guest_from_outside() -> None:
    verdict = judge(event(ME, "cand@mail.example", organizer=ME), policy())
    assert (verdict.choice, verdict.topic) == (Choice.ASK, "host")


def test_an_event_made_from_a_mail_is_not_hosted_by_who_got_the_mail() -> None:
    booked = replace(event(ME, "cand@mail.example", organizer=ME), from_mail=True)
    assert judge(booked, policy()).topic != "host"


def test_asked_when_my_employer_organised_it_for_a_guest_from_outside() -> None:
    employed = policy(mine=("sam@corp.example",))
    verdict = judge(event("sam@corp.example", "cand@gmail.com", organizer="hr@uk.corp.example"), employed)
    assert (verdict.choice, verdict.topic) == (Choice.ASK, "host")


def test_a_pattern_of_mine_names_my_employer_too() -> None:
    employed = policy(mine=("*@corp.example",))
    assert (
        judge(event("a@corp.example", "cand@gmail.com", organizer="b@corp.example"), employed).topic == "host"
    )


def test_an_interview_within_my_company_is_an_interview() -> None:
    employed = policy(mine=("sam@corp.example",))
    found = event("sam@corp.example", "dana@corp.example", organizer="dana@corp.example")
    assert judge(found, employed).choice is Choice.YES


def test_freemail_is_nobodys_employer() -> None:
    private = policy(mine=("sam@gmail.com",))
    found = event("sam@gmail.com", "kim@startup.example", organizer="dana@gmail.com")
    assert judge(found, private).choice is Choice.YES


@pytest.mark.parametrize(
    "other",
    [
        guest("room@resource.calendar.google.com", cutype="resource"),
        guest("oak@acme.example", cutype="room"),
        guest("fred@fireflies.ai"),
        guest("", "Nobody in particular"),
    ],
)
def test_rooms_and_robots_are_no_guests_from_outside(other: Attendee) -> None:
    assert judge(event(ME, other, organizer=ME), policy()).choice is Choice.YES


def test_my_assistant_is_no_guest_from_outside() -> None:
    rules = policy(people_mine=("kim@home.example",))
    assert judge(event(ME, "kim@home.example", organizer=ME), rules).choice is Choice.YES


def test_a_note_of_mine_without_organiser_and_guests_is_an_interview() -> None:
    assert judge(event(), policy()).choice is Choice.YES
    assert judge(event(organizer=ME), policy()).choice is Choice.YES
    assert judge(event(ME, organizer=ME), policy()).choice is Choice.YES


def test_asked_when_others_are_invited_and_i_am_not() -> None:
    verdict = judge(event("kim@mail.example", "dana@acme.example", organizer="dana@acme.example"), policy())
    assert (verdict.choice, verdict.topic) == (Choice.ASK, "not-invited")


def test_an_organiser_with_nobody_listed_is_how_recruiting_systems_invite() -> None:
    assert judge(event(organizer="no-reply@greenhouse.io"), policy()).choice is Choice.YES
    assert (
        judge(event(guest("", "Room 4", cutype="room"), organizer="a@acme.example"), policy()).choice
        is Choice.YES
    )


@pytest.mark.parametrize("title", ["Interview\x00", "\ud800 interview", "interview " * 50_000, "🎉" * 500])
def test_hostile_titles_are_judged_like_any(title: str) -> None:
    assert judge(invitation(title=title, description=title), policy()).reason


# --- when it is over, and which address was invited -----------------------------------------------


def test_an_all_day_event_ends_at_five_on_its_last_day_in_my_zone() -> None:
    two_days = event(
        start=datetime(2026, 7, 6, 23, tzinfo=UTC), end=datetime(2026, 7, 8, 23, tzinfo=UTC), all_day=True
    )
    assert ends(two_days, "Europe/London").isoformat() == "2026-07-08T17:00:00+01:00"


def test_an_all_day_event_without_a_length_ends_on_its_first_day() -> None:
    point = event(start=datetime(2026, 1, 6, tzinfo=UTC), end=datetime(2026, 1, 6, tzinfo=UTC), all_day=True)
    assert ends(point, "Europe/London").isoformat() == "2026-01-06T17:00:00+00:00"


def test_other_events_end_when_they_end_and_never_before_they_start() -> None:
    assert ends(event(), "Asia/Tokyo") == START + timedelta(hours=1)
    assert ends(event(end=START - timedelta(hours=1)), "Asia/Tokyo") == START


def test_the_invited_address_is_told_without_its_tag() -> None:
    assert invited_address(event("Sam+acme@example.com", "dana@acme.example"), policy()) == ME
    assert invited_address(event(organizer=ME), policy()) == ME
    assert invited_address(event("dana@acme.example"), policy()) == ""
    assert invited_address(event(), policy()) == ""
