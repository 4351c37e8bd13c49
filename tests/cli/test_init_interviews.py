"""`init` shows what counts as an interview, asks what companies are called, and shows a letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.config import load
from tests.cli.init_kit import FakeService, sit_down, typed
from tests.cycle.files import Files

MORE = ("--no-service", "--no-proof")
ALL_BUT_THE_TITLE = "\n" * 9


@pytest.fixture
def world(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    return sit_down(monkeypatch)


def shown(world: Files, answers: str = "\n" * 9, *words: str) -> list[str]:
    result = typed(world, ALL_BUT_THE_TITLE + answers, *MORE, *words)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_events_of_the_last_and_the_next_four_weeks_are_shown_by_time(world: Files) -> None:
    for day, title in (
        ("2026-02-04", "Interview A"),
        ("2026-02-06", "Interview B"),
        ("2026-04-01", "Interview C"),
    ):
        world.event(f"{day} 14:00", f"{day} 15:00", title=title)
    world.event("2026-04-03 14:00", "2026-04-03 15:00", title="Interview D")
    lines = [line for line in shown(world) if line.startswith("Interview: ")]
    assert lines == [
        "Interview: Fri 6 Feb 14:00, “Interview B”, with Dana Reyes",
        "Interview: Wed 1 Apr 14:00, “Interview C”, with Dana Reyes",
    ]


@pytest.mark.parametrize(
    ("title", "what"),
    [
        ("Chat with Acme", "Nearly matches, gets no letter"),
        ("Call: Dana / Sam", "Nearly matches, gets no letter"),
        ("Phone screen", "Looks like one, no rule matches"),
        ("Kennenlernen Acme", "Nearly matches, gets no letter"),
        ("Recruiter intro", "Looks like one, no rule matches"),
        ("Dentist", ""),
        ("Callisto, the film", ""),
    ],
)
def test_what_nearly_matches_is_shown(world: Files, title: str, what: str) -> None:
    world.event("2026-03-06 14:00", "2026-03-06 15:00", title=title)
    lines = [line for line in shown(world) if line.startswith(("Nearly matches", "Looks like one"))]
    assert lines == [f"{what}: Fri 6 Mar 14:00, “{title}”, with Dana Reyes"] * bool(what)


def test_a_meeting_among_colleagues_is_not_near_but_one_with_a_stranger_is(world: Files) -> None:
    config = world.config.read_text()
    world.config.write_text(config.replace("[sam@example.com]", "[sam@employer.example]"))
    boss = "Al <al@employer.example>"
    for hour, people in enumerate(([boss], [boss, "Jo <jo@beta.example>"], []), 10):
        me = "sam@employer.example" if people else ""
        world.event(f"2026-03-06 {hour}:00", f"2026-03-06 {hour}:30", people, title="Meeting", with_me=me)
    lines = [line for line in shown(world) if line.startswith("Nearly matches")]
    assert [line.partition("“")[0][-7:-1] for line in lines] == ["11:00,", "12:00,"]


def test_what_a_rule_excludes_or_was_cancelled_is_not_near(world: Files) -> None:
    world.event("2026-03-06 14:00", "2026-03-06 15:00", title="Mock interview call")
    world.event("2026-03-06 16:00", "2026-03-06 17:00", title="Phone call", status="CANCELLED")
    assert [line for line in shown(world) if "all" in line and line.startswith("Nearly")] == []


def test_what_would_be_asked_about_is_told_apart(world: Files) -> None:
    world.event("2026-03-06 14:00", "2026-03-06 15:00", title="Interview debrief")
    assert "Would be asked about: Fri 6 Mar 14:00, “Interview debrief”, with Dana Reyes" in shown(world)


def test_a_long_title_is_shortened_and_a_hostile_one_is_made_harmless(world: Files) -> None:
    world.event("2026-03-06 14:00", "2026-03-06 15:00", title="Interview \x1b[31m" + "very " * 30)
    (line,) = [line for line in shown(world) if line.startswith("Interview: ")]
    assert "\x1b" not in line
    assert len(line) < 110
    assert "…”, with Dana Reyes" in line


def test_many_people_and_many_events_are_counted(world: Files) -> None:
    people = [f"Pat {n} <p{n}@acme.example>" for n in "ABCDE"]
    for hour in range(8, 23):
        world.event(f"2026-03-06 {hour:02}:00", f"2026-03-06 {hour:02}:30", people, title="Interview")
    lines = [line for line in shown(world) if line.startswith("Interview: ")]
    assert lines[0].endswith("with Pat A, Pat B, Pat C and 2 more")
    assert lines[12:] == ["Interview: and 3 earlier."]


def test_a_rule_is_changed_until_it_is_right(world: Files) -> None:
    world.event("2026-03-06 14:00", "2026-03-06 15:00", title="Chat with Acme")
    world.event("2026-03-06 16:00", "2026-03-06 17:00", title="Coffee with Mum", people=())
    lines = shown(world, "chat|coffee\n(\nchat with\n" + "\n" * 8)
    counted = [line for line in lines if line.startswith("Interview: ")]
    assert [line.partition("“")[2].partition("”")[0] for line in counted] == [
        "Chat with Acme",
        "Coffee with Mum",
        "Chat with Acme",
    ]
    assert any("is not a regular expression" in line for line in lines)
    assert load(world.config).document.interviews.any[0].title == "chat with"


def test_calendars_that_can_t_be_read_are_told_and_the_rule_is_asked_for_all_the_same(world: Files) -> None:
    world.ics("broken", "BEGIN:VCALENDAR\r\nno end")
    output = "\n".join(shown(world))
    assert "Could not be read: " in output
    assert "broken.ics" in output
    assert "What titles of interviews say" in output


def test_empty_calendars_are_told(world: Files) -> None:
    (line,) = [line for line in shown(world) if line.startswith("Your calendars hold no event")]
    assert "?" not in line  # the next line is a question about something else
    assert line.endswith("If your interviews stand in another calendar, name it in the config.")


@pytest.mark.parametrize("answer", ["yes", "No", "y", " N "])
def test_yes_and_no_are_no_word_of_a_title(world: Files, answer: str) -> None:
    before = world.config.read_text()
    lines = shown(world, f"{answer}\n" + "\n" * 9)
    assert any(f"“{answer.strip()}” is no word of a title." in line for line in lines)
    assert world.config.read_text() == before


@pytest.mark.parametrize("title", ["yes", "a, b"])
def test_a_title_that_stands_in_the_config_stays_as_it_is(world: Files, title: str) -> None:
    before = world.config.read_text().replace("title: '\\binterview\\b'", f"title: '{title}'")
    assert title in before
    world.config.write_text(before)
    shown(world)
    assert world.config.read_text() == before


# --- companies ----------------------------------------------------------------------------------


def named(world: Files) -> dict[str, str]:
    return {domain: one.name for one in load(world.config).document.organisations for domain in one.domains}


@pytest.mark.parametrize(
    ("title", "offered"),
    [
        ("Interview", "Acme"),
        ("Interview at ACME", "ACME"),
        ("Interview: acme", "Acme"),
        ("Interview (AcMe, 2nd)", "AcMe"),
        ("Interview www.ACME.example", "Acme"),
    ],
)
def test_a_company_s_name_is_offered_as_it_is_spelled_on_the_event(
    world: Files, title: str, offered: str
) -> None:
    world.event("2026-03-06 14:00", "2026-03-06 15:00", title=title)
    output = "\n".join(shown(world))
    assert f"What do you call acme.example in a letter? [{offered}]" in output
    assert named(world) == {"acme.example": offered}


def test_another_name_counts_and_a_dash_leaves_it_out(world: Files) -> None:
    world.event("2026-03-06 14:00", "2026-03-06 15:00")
    world.event("2026-03-07 14:00", "2026-03-07 15:00", ["Jo <jo@big-corp.example>"])
    output = "\n".join(shown(world, "\nAcme Robotics\n-\n" + "\n" * 5))
    assert "What do you call big-corp.example in a letter? [Big Corp]" in output
    assert named(world) == {"acme.example": "Acme Robotics"}


def test_nobody_is_asked_about_freemail_agencies_or_companies_that_are_named(world: Files) -> None:
    world.write_config(
        "organisations: [{name: Acme, domains: [acme.example]}]\npeople: {agencies: [agency.example]}"
    )
    world.event("2026-03-06 14:00", "2026-03-06 15:00")
    world.event("2026-03-07 14:00", "2026-03-07 15:00", ["Jo <jo@gmail.com>"])
    world.event("2026-03-08 14:00", "2026-03-08 15:00", ["Al <al@agency.example>"])
    assert "What do you call" not in "\n".join(shown(world))


def test_unasked_only_a_name_that_somebody_spelled_is_taken(world: Files) -> None:
    world.event("2026-03-06 14:00", "2026-03-06 15:00", title="Interview at ACME")
    world.event("2026-03-07 14:00", "2026-03-07 15:00", ["Jo <jo@xyzltd.example>"])
    assert typed(world, "", "--yes", *MORE).exit_code == 0
    assert named(world) == {"acme.example": "ACME"}


def test_an_option_names_it(world: Files) -> None:
    world.event("2026-03-06 14:00", "2026-03-06 15:00")
    assert "What do you call" not in "\n".join(shown(world, "\n" * 6, "--company", "acme.example=Acme"))
    assert named(world) == {"acme.example": "Acme"}
    result = typed(world, "", "--company", "Acme")
    assert result.exit_code == 2
    assert "--company: " in result.output


# --- a letter -----------------------------------------------------------------------------------


def test_a_letter_for_the_latest_interview_is_shown(world: Files) -> None:
    world.event("2026-02-20 14:00", "2026-02-20 15:00", ["Jo Poe <jo@beta.example>"], title="Interview one")
    world.event("2026-03-04 14:00", "2026-03-04 15:00", title="Interview two")
    world.event("2026-03-09 14:00", "2026-03-09 15:00", ["Al <al@gamma.example>"], title="Interview three")
    output = "\n".join(shown(world, "\n" * 12))
    assert "A letter, for “Interview two”, as it would stand in Drafts:" in output
    assert "  | From: sam@example.com\n  | To: Dana Reyes <dana@acme.example>\n  | Subject: " in output
    assert "\n  | Hello Dana Reyes,\n  |\n  | FILL IN: one thing that we talked about\n" in output


def test_without_an_interview_an_invented_letter_is_shown(world: Files) -> None:
    assert "A letter, after an invented interview, as it would stand in Drafts:" in shown(world)


def test_a_language_without_letters_is_asked_for_again(world: Files) -> None:
    answers = "\n" * 6 + "nb\nen\n" + "\n" * 9
    result = typed(world, answers, *MORE)
    assert result.exit_code == 0, result.output
    assert "there are no letters in the language 'nb'" in result.output
    assert load(world.config).document.letters.language == "en"
    assert typed(world, "", "--yes", "--language", "nb", *MORE).exit_code == 2
