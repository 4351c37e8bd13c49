"""`init` asks about the interviews of the last four weeks, one by one, and makes nothing that nobody asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.errors import Busy
from tests.cli.init_kit import FakeService, sit_down, typed
from tests.cycle.files import DANA, Files

MORE = ("--no-service", "--no-proof", "--company", "acme.example=Acme")
TO_THE_INTERVIEWS = "\n" * 10
LETTER = "It was a pleasure to talk with you all about the role and the team. Thank you.\n\nSam\n"


@pytest.fixture
def world(tmp_path: Path) -> Files:
    """A talk at Acme yesterday, one there two weeks ago, and nothing known of either."""
    world = Files(tmp_path)
    people = [f"Dana Reyes <{DANA}>", "Kim Min-jun <kim@acme.example>"]
    world.event("2026-03-04 14:00", "2026-03-04 15:00", people, title="Interview, part two")
    world.event("2026-02-18 14:00", "2026-02-18 15:00", title="Interview, part one")
    return world


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    return sit_down(monkeypatch)


def said(world: Files, answers: str, *words: str) -> str:
    result = typed(world, TO_THE_INTERVIEWS + answers, *MORE, *words)
    assert result.exit_code == 0, result.output
    return result.output


def stages(world: Files) -> list[tuple[str, str, str]]:
    return sorted((one["kind"], one["to"], one["stage"]) for one in world.letters())


LATEST, EARLIER = "Wed 4 Mar, Acme, ", "Wed 18 Feb, Acme, Dana Reyes: has a thank-you been sent?"


def test_the_latest_is_asked_about_first_with_company_and_people(world: Files) -> None:
    output = said(world, "\n\n")
    assert output.index(LATEST) < output.index(EARLIER)
    assert "Dana Reyes and Kim Min-jun" in output or "Kim Min-jun and Dana Reyes" in output


def test_later_makes_nothing_and_asks_another_time(world: Files) -> None:
    said(world, "\n\n")
    assert world.drafts() == []
    assert LATEST in said(world, "\n\n")


def test_draft_puts_the_letters_down_at_once_and_no_others(world: Files) -> None:
    output = said(world, "draft\n\n")
    assert sorted(draft.to[0] for draft in world.drafts()) == [DANA, "kim@acme.example"]
    assert output.count("Put into Drafts: a thank-you to ") == 2
    assert "Wed 4 Mar, Acme" not in said(world, "\n\n").partition("a letter lies in Drafts")[2]


def test_sent_means_every_letter_of_that_interview_and_of_no_other(world: Files) -> None:
    said(world, "\nsent\n")
    assert world.drafts() == []
    done = [one for one in world.letters("thank_you") if one["stage"] == "sent"]
    assert [one["send_by"][:10] for one in done] == ["2026-02-19"]


@pytest.mark.parametrize("answers", ["sent\nskip\n", "skip\nsent\n"])
def test_sent_leads_to_a_nudge_though_the_interview_was_over_long_before(world: Files, answers: str) -> None:
    said(world, answers)
    world.every("2026-03-06 10:00", "2026-03-12 11:00")
    nudges = [draft for draft in world.drafts() if draft.to == [DANA] or draft.to == ["kim@acme.example"]]
    # After the skipped talk of the latest round nobody is nudged about an earlier one.
    assert len(nudges) == (1 if answers.startswith("sent") else 0)


def test_skip_makes_no_letter_ever(world: Files) -> None:
    said(world, "skip\nskip\n")
    world.every("2026-03-06 10:00", "2026-03-20 11:00")
    assert world.drafts() == []
    assert world.questions() == []


def test_a_wrong_word_is_asked_again_and_a_first_letter_is_enough(world: Files) -> None:
    output = said(world, "perhaps\ns\nsk\n\n")
    assert "“perhaps” is none of these" in output
    assert "“s” is none of these" in output  # sent or skip
    assert "No letters for “Interview, part two”." in output


def test_an_answer_with_a_date_holds_the_nudge_back(world: Files) -> None:
    output = said(world, "answered\nyesterday\n1 March 2026\n20 Mar\nlater\n")
    assert "“yesterday” is no date" in output
    assert "2026-03-01 has passed" in output
    assert world.status()["processes"][0]["decision_by"] == "2026-03-20"


def test_an_answer_that_it_is_over_closes_the_company(world: Files) -> None:
    said(world, "answered\nover\n\n")
    assert [one["state"] for one in world.status()["processes"]] == ["closed"]
    assert "has a thank-you been sent" not in said(world, "")


def test_an_answer_without_more_ends_the_letters_of_that_interview(world: Files) -> None:
    assert "No letters for “Interview, part two”." in said(world, "answered\n\n\n")


def test_what_was_thanked_by_the_user_is_found_in_sent_and_a_nudge_is_offered(tmp_path: Path) -> None:
    world = Files(tmp_path)
    world.event("2026-02-18 14:00", "2026-02-18 15:00", title="Interview")
    wrote(world)
    output = said(world, "\n")
    assert "Wed 18 Feb, Acme, Dana Reyes: you wrote to them, and no answer was found." in output
    assert "has a thank-you been sent" not in output
    world.every("2026-03-06 10:00", "2026-03-10 11:00")
    assert [draft.to for draft in world.drafts()] == [[DANA]]
    assert world.drafts()[0].subject.startswith("Re: ")


def wrote(world: Files, at: str = "2026-02-18 18:00") -> None:
    mail = f"From: sam@example.com\nTo: {DANA}\nSubject: Thank you\nMessage-ID: <own@example.com>\n"
    date = f"Date: {world.time(at):%a, %d %b %Y %H:%M:%S +0000}\n"
    world.put(f"{mail}{date}\n{LETTER}".encode(), "Sent", at)


def test_who_wants_no_nudge_gets_none(tmp_path: Path) -> None:
    world = Files(tmp_path)
    world.event("2026-02-18 14:00", "2026-02-18 15:00", title="Interview")
    wrote(world)
    said(world, "n\n")
    world.every("2026-03-06 10:00", "2026-03-20 11:00")
    assert world.drafts() == []


def test_an_answer_that_came_is_found_and_nothing_is_asked(tmp_path: Path) -> None:
    world = Files(tmp_path)
    world.event("2026-02-18 14:00", "2026-02-18 15:00", title="Interview")
    wrote(world)
    mail = f"From: Dana Reyes <{DANA}>\nTo: sam@example.com\nSubject: Re: Thank you\nMessage-ID: <a@acme.example>\n"
    date = "Date: Fri, 20 Feb 2026 10:00:00 +0000\n"
    text = "Thank you, Sam. We enjoyed meeting you and will be in touch.\n"
    world.put(f"{mail}{date}In-Reply-To: <own@example.com>\n\n{text}".encode(), "INBOX", "2026-02-20 10:00")
    output = said(world, "")
    assert "Wed 18 Feb, Acme, Dana Reyes: an answer has come: Dana Reyes answered on 2026-02-20." in output
    assert "has a thank-you been sent" not in output


# --- options, and the first look ----------------------------------------------------------------


def test_options_answer_without_a_terminal(world: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    output = typed(world, "", *MORE, "--recent", "two=sent", "--recent", "all=skip").output
    assert "has a thank-you been sent" not in output
    assert "No letters for “Interview, part one”." in output
    assert [stage for kind, to, stage in stages(world) if kind == "thank_you" and "kim" in to] == ["sent"]


@pytest.mark.parametrize("option", ["acme", "=sent", "acme=perhaps", "acme=sent:2026-03-20"])
def test_an_option_that_can_t_be_read_is_told_before_anything_is_done(world: Files, option: str) -> None:
    before = world.config.read_bytes()
    result = typed(world, "", "--recent", option, "--yes", "--name", "Kim")
    assert result.exit_code == 2
    assert world.config.read_bytes() == before
    assert not world.state.exists()


def test_an_option_that_fits_nothing_is_told(world: Files) -> None:
    output = said(world, "", "--yes", "--recent", "initech=sent")
    assert "--recent initech: no interview of the last four weeks waits for an answer by that name." in output


def test_with_yes_nothing_is_said_of_them_and_nothing_is_made(world: Files) -> None:
    output = said(world, "", "--yes")
    assert "has a thank-you been sent" not in output
    assert world.drafts() == []


def test_a_state_that_is_known_is_not_looked_at_again(world: Files) -> None:
    world.once("2026-03-05 09:00")
    world.event("2026-03-03 14:00", "2026-03-03 15:00", ["Al <al@beta.example>"], title="Interview, Beta")
    assert "Beta, Al:" not in said(world, "\n\n\n\n")  # the next cycle finds it; `init` is none
    assert world.drafts() == []


def test_a_first_look_that_another_program_holds_up_is_made_another_time(
    world: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Busy("followupd once, process 7 is working on it. Try again when it has ended.")

    monkeypatch.setattr("followupd.cycle.once", busy)
    output = said(world, "")
    assert "process 7 is working on it" in output
    assert "That is all." in output


def test_a_process_that_was_known_before_gets_the_name_that_was_just_given(world: Files) -> None:
    world.once("2026-03-05 09:00")
    assert [one["organisation"] for one in world.status()["processes"]] == ["acme.example"]
    said(world, "\n\n")
    assert [one["organisation"] for one in world.status()["processes"]] == ["Acme"]
