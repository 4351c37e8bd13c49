"""What is logged: one line for each thing that happened, at its level, and nothing of anybody's mail."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cycle.files import unreadable
from tests.daemon.homes import Home
from tests.daemon.kit import Daemon

DUE = "2026-03-04 11:46"
LEVELS = {"debug", "info", "notice", "warning", "error", "critical"}
TITLE = "Interview for the post of falconer"
NOTE = "the gyrfalcon of your grandmother"
MAIL = "We were delighted by your knowledge of owls"
SUBJECT = "Regarding your application as falconer"


def life(home: Home, daemon: Daemon) -> None:
    """A letter, the user's hand, an answer, an outage: most of what there is to log."""
    daemon.step(DUE)
    home.send(home.draft_to(), at="2026-03-04 12:30", text=f"Dear Dana,\n\n{NOTE}\n\nSam\n")
    daemon.step("2026-03-04 12:40")
    home.receive(at="2026-03-05 09:00", subject=SUBJECT, text=f"{MAIL}\n")
    daemon.step("2026-03-05 09:10")
    with unreadable(home.mail_folder("Drafts")):
        daemon.step("2026-03-05 10:00")
    daemon.step("2026-03-05 11:00")


def eventful(home: Home) -> Daemon:
    home.event("2026-03-04 10:00", "2026-03-04 11:00", uid="talk", title=TITLE)
    daemon = home.place.ready()
    life(home, daemon)
    return daemon


@pytest.fixture
def empty(homes: Callable[..., Home]) -> Home:
    return homes()


def test_each_line_has_its_time_level_event_and_text(empty: Home) -> None:
    daemon = eventful(empty)
    daemon.stop()
    assert daemon.out.read_bytes() == b""
    last = ""
    for one in daemon.events:
        moment = datetime.fromisoformat(one["time"])
        assert moment.tzinfo is not None, one
        assert one["time"] >= last, "not in order"
        last = one["time"]
        assert one["level"] in LEVELS, one
        assert re.fullmatch(r"[a-z_]+", one["event"]), one
        assert one["text"].strip(), one
        assert "\n" not in one["text"], one
        assert one.get("account", "personal") == "personal"
    assert any(one.get("account") for one in daemon.events)


def test_an_idle_look_logs_nothing(home: Home) -> None:
    daemon = home.place.ready()
    daemon.step("2026-03-04 08:30")  # READY comes before the first look has ended
    before = len(daemon.events)
    for minute in range(0, 60, 10):
        daemon.step(f"2026-03-04 09:{minute:02}")
    assert daemon.news(before) == []
    daemon.stop()


def test_a_letter_is_one_line(home: Home) -> None:
    daemon = home.place.ready()
    daemon.step("2026-03-04 08:30")  # READY comes before the first look has said all that it has to say
    before = len(daemon.events)
    daemon.step(DUE)
    daemon.until(lambda: daemon.of_event("create_draft", before), "a word about the letter")
    daemon.step("2026-03-04 11:50")
    (told,) = daemon.news(before)
    assert (told["event"], told["level"], told["account"]) == ("create_draft", "info", "personal")
    daemon.stop()


def test_no_line_holds_an_address_a_subject_a_title_or_a_text(empty: Home) -> None:
    daemon = eventful(empty)
    daemon.stop()
    said = daemon.said + "".join(one.fields["STATUS"] for one in daemon.notify.of("STATUS"))
    for planted in (TITLE, "falconer", NOTE, "gyrfalcon", MAIL, "delighted", SUBJECT):
        assert planted.casefold() not in said.casefold(), planted
    for address in ("dana@acme.example", "sam@example.com"):
        assert address not in said.casefold(), address
    assert not re.findall(r"[\w.+-]+@[\w-]+\.\w+", said)


def test_what_breaks_is_told_once_and_once_that_it_works_again(home: Home) -> None:
    daemon = home.place.ready()
    before = len(daemon.events)
    with unreadable(home.mail_folder("Drafts")):
        for tried in range(20):
            daemon.step(f"2026-03-04 {9 + tried // 12:02}:{tried % 12 * 5:02}")
    (broken,) = daemon.of_event("account_broken", before)
    assert (broken["level"], broken["account"]) == ("warning", "personal")
    must_not_repeat_itself(daemon.news(before))
    daemon.step("2026-03-04 11:00")
    daemon.until(lambda: daemon.of_event("account_recovered", before), "a word that it works again")
    daemon.step("2026-03-04 11:05")
    (recovered,) = daemon.of_event("account_recovered", before)
    assert (recovered["level"], recovered["account"]) == ("info", "personal")
    assert len(daemon.of_event("account_broken", before)) == 1
    daemon.stop()


def must_not_repeat_itself(events: list[dict[str, Any]]) -> None:
    told = Counter(one["text"] for one in events)
    assert [text for text, times in told.items() if times > 1] == []


def test_a_letter_that_fails_again_and_again_is_told_once(home: Home) -> None:
    """Its folder is gone for two days; the account is well otherwise."""
    daemon = home.place.ready()
    before = len(daemon.events)
    with unreadable(home.mail_folder("Drafts")):
        for hour in range(12, 60, 4):
            daemon.step(home.time("2026-03-04 00:00") + timedelta(hours=hour))
    must_not_repeat_itself(daemon.news(before))
    daemon.stop()


def test_in_the_journal_each_line_begins_with_its_level(home: Home) -> None:
    """sd-daemon(3): `<4>` and the like, where JOURNAL_STREAM names what standard error leads to."""
    home.folder.joinpath("run-0.err").touch()
    there = home.folder.joinpath("run-0.err").stat()  # opened anew, it stays the same file
    journal = {"JOURNAL_STREAM": f"{there.st_dev}:{there.st_ino}"}
    daemon = home.place.ready(log="", environment=journal)
    with unreadable(home.mail_folder("Drafts")):
        daemon.step("2026-03-04 09:00")
        daemon.until(lambda: re.search(r"^<[34]>", daemon.said, re.MULTILINE), "the trouble at its level")
    daemon.stop()
    lines = daemon.said.splitlines()
    assert lines
    assert all(re.match(r"<[2-7]>\S", line) for line in lines), lines
    assert any(re.match(r"<[56]>", line) for line in lines)


def test_elsewhere_a_line_is_plain_text(home: Home) -> None:
    """JOURNAL_STREAM may be inherited from a terminal that the journal's reader has started."""
    daemon = home.place.ready(log="text", environment={"JOURNAL_STREAM": "1:2"})
    daemon.step(DUE)
    daemon.stop()
    lines = daemon.said.splitlines()
    assert lines
    assert not [line for line in lines if line.startswith(("<", "{"))]
    assert "\x1b" not in daemon.said


def test_a_reader_that_goes_away_does_not_end_it(home: Home) -> None:
    """`followupd run 2>&1 | head -1`"""
    pipe = home.folder / "pipe"
    os.mkfifo(pipe)
    wrap = ["bash", "-c", f'exec "$@" 2>{pipe}', "bash"]
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    daemon = home.place.ready(wrap=wrap)
    os.close(reader)
    daemon.step(DUE)
    daemon.step("2026-03-04 11:50")
    assert home.drafted() == ["dana@acme.example"]
    daemon.stop()
