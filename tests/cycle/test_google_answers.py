"""What comes into a Gmail mailbox, and what it does to the nudges: answers wherever they are filed, and no answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cycle.google import CONFIG, DANA, ME
from tests.cycle.test_google_life import MADE, MINUTE, NUDGE, Life, field, living, made

LAGS = {"at once": timedelta(0), "20 minutes": timedelta(minutes=20), "2 hours": timedelta(hours=2)}
ELSEWHERE = {
    "archived": (),
    "in spam": ("SPAM",),
    "in the trash": ("TRASH",),
    "in a folder of its own": ("Jobs",),
}
SENDERS = {
    "Dana": f"Dana Reyes <{DANA}>",
    "a colleague": "Priya Nair <priya@acme.example>",
    "mail.acme.example": "Hiring Team at Acme <priya.nair@mail.acme.example>",
}


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    with living(tmp_path) as one:
        yield one


def waiting(life: Life) -> str:
    """The thank-you was sent on Wednesday 4 March; the nudge is planned for the 11th. The sent copy's id."""
    id_ = life.sent_at(life.thanked())
    life.cycle("2026-03-10 10:00")
    assert life.stage("nudge") == "planned"
    return id_


def in_thread(life: Life, id_: str) -> dict[str, Any]:
    sent = life.mail.message(id_)
    return {"subject": f"Re: {sent.subject}", "in_reply_to": sent.message_id_header}


def answered(life: Life) -> bool:
    return life.stage("nudge") in {"withdrawn", "answered", "skipped"}


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("thread", [True, False], ids=["in the thread", "in a new thread"])
def test_an_answer_ends_the_waiting(tmp_path: Path, sender: str, lag: str, thread: bool) -> None:
    """Found within the half hour where the search is no later than that, and always before a nudge."""
    with living(tmp_path, search_lag=LAGS[lag]) as life:
        id_ = waiting(life)
        at = life.at("2026-03-10 12:00")
        life.receive(SENDERS[sender], at=at, **(in_thread(life, id_) if thread else {}))
        life.poll(1, 6, 11, 21, 26, 31, since=at)
        if thread or LAGS[lag] < timedelta(minutes=30):
            assert answered(life), life.letter("nudge").reason
        assert not made(life.poll(0, 5, 60, 1440, 2880, since=NUDGE))
        assert answered(life)
        assert life.drafts() == []


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("place", ELSEWHERE)
@pytest.mark.parametrize("thread", [True, False], ids=["in the thread", "in a new thread"])
def test_an_answer_counts_wherever_it_is_filed(tmp_path: Path, place: str, lag: str, thread: bool) -> None:
    with living(tmp_path, search_lag=LAGS[lag]) as life:
        id_ = waiting(life)
        at = life.at("2026-03-10 12:00")
        more = in_thread(life, id_) if thread else {}
        life.receive(at=at, labels=ELSEWHERE[place], **more)
        life.poll(1, 6, 31, since=at)
        assert not made(life.poll(0, 5, 60, 1440, since=NUDGE))
        assert answered(life)


@pytest.mark.parametrize("how", ["archive", "spam", "trash"])
def test_an_answer_that_is_filed_between_two_looks_counts(life: Life, how: str) -> None:
    waiting(life)
    id_ = life.receive(at=life.at("2026-03-10 12:00"))
    life.at("2026-03-10 12:02")
    getattr(life.mail, how)(id_)
    life.poll(5, 10, 36, since=life.time("2026-03-10 12:00"))
    assert answered(life)


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("thread", [True, False], ids=["in the thread", "in a new thread"])
@pytest.mark.parametrize("seconds", [30, 600])
def test_an_answer_just_before_the_nudge_prevents_it(
    tmp_path: Path, lag: str, thread: bool, seconds: int
) -> None:
    """It arrives in the very cycle, or while the search does not yet know it."""
    with living(tmp_path, search_lag=LAGS[lag]) as life:
        id_ = waiting(life)
        life.cycle(NUDGE - timedelta(minutes=35))
        life.receive(
            at=life.at(NUDGE - timedelta(seconds=seconds)), **(in_thread(life, id_) if thread else {})
        )
        assert not made(life.poll(0, 5, 30, 150, 1440, 2880, since=NUDGE))
        assert answered(life)


@pytest.mark.parametrize("lag", ["at once", "20 minutes"])
def test_an_answer_before_the_history_was_lost_prevents_the_nudge(tmp_path: Path, lag: str) -> None:
    """The full look asks a search that does not know it yet: it is to be asked again for half an hour."""
    with living(tmp_path, search_lag=LAGS[lag]) as life:
        waiting(life)
        life.receive(at=life.at(NUDGE - 20 * MINUTE))
        life.mail.expire_history()
        life.poll(-15, -10, -5, 0, 5, 10, 15, 30, since=NUDGE)
        assert life.drafts() == []
        assert answered(life)


@pytest.mark.parametrize("method", ["messages.list", "drafts.list", "threads.get"])
def test_an_answer_in_the_middle_of_the_last_look_prevents_it(life: Life, method: str) -> None:
    """Or, where it comes after the question was asked, takes the nudge out again."""
    waiting(life)
    life.at(NUDGE)
    calls = [0]

    def arrives(_: object) -> None:
        calls[0] += 1
        if calls[0] == 1:
            life.receive(at=NUDGE, subject="Next steps")

    undo = life.simulator.on(f"gmail.users.{method}", arrives)
    life.cycle(NUDGE)
    undo()
    life.poll(5, 10, 16, 21, 40, since=NUDGE)
    if calls[0]:
        assert life.drafts() == []
        assert answered(life)


# --- no answers ---------------------------------------------------------------------------------


BOUNCE = """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {me}
Subject: Delivery Status Notification (Failure)
Date: Wed, 04 Mar 2026 18:00:00 +0000
Message-ID: <bounce-1@mx.google.com>
Auto-Submitted: auto-replied
X-Failed-Recipients: {dana}
In-Reply-To: {sent}
References: {sent}
MIME-Version: 1.0
"""
WORDS = (
    "Address not found\n\nYour message wasn't delivered to {dana} because the address couldn't be found.\n"
)
PLAIN = BOUNCE + "Content-Type: text/plain; charset=utf-8\n\n" + WORDS
REPORT = (
    BOUNCE
    + 'Content-Type: multipart/report; boundary="b"; report-type=delivery-status\n\n'
    + "--b\nContent-Type: text/plain; charset=utf-8\n\n"
    + WORDS
    + "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; googlemail.com\n\n"
    + "Final-Recipient: rfc822; {dana}\nAction: failed\nStatus: 5.1.1\n"
    + "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n\n--b--\n"
)


@pytest.mark.parametrize("form", [REPORT, PLAIN], ids=["a report", "plain text"])
def test_a_bounce_is_no_answer_and_closes_the_person(life: Life, form: str) -> None:
    id_ = life.sent_at(life.thanked())
    sent = life.mail.message(id_)
    raw = form.format(me=ME, dana=DANA, sent=sent.message_id_header).replace("\n", "\r\n").encode()
    life.mail.add(raw, ["INBOX"], thread=sent.thread, at=life.at("2026-03-04 18:00"))
    life.poll(1, 6, 31, since=life.time("2026-03-04 18:00"))
    assert life.stage() == "bounced"
    assert not made(life.days("2026-03-05", "2026-03-12"))


@pytest.mark.parametrize("thread", [True, False], ids=["in the thread", "in a new thread"])
@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"X_Autoreply": "yes", "Precedence": "bulk"}],
    ids=["Auto-Submitted", "X-Autoreply"],
)
def test_an_automatic_reply_is_no_answer(life: Life, thread: bool, headers: dict[str, str]) -> None:
    id_ = waiting(life)
    more: dict[str, Any] = {
        "subject": "Automatic reply: Thank you",
        **(in_thread(life, id_) if thread else {}),
        **headers,
    }
    text = "I am out of the office today and will answer as soon as I can.\n"
    life.receive(at=life.at("2026-03-04 18:00"), text=text, **more)
    life.cycle("2026-03-10 12:05")
    assert life.stage("nudge") == "planned"


def test_unrelated_mail_is_never_fetched(life: Life) -> None:
    waiting(life)
    life.poll(0, 35, 40, since=life.time("2026-03-10 10:30"))
    life.simulator.journal.clear()
    at = life.at("2026-03-10 12:00")
    strange = {life.receive(f"Shop <news{i}@shop{i}.example>", at=at, subject="Sale") for i in range(12)}
    for minutes in (1, 6, 11, 31, 36):
        life.cycle(at + minutes * MINUTE)
    fetched = {
        str(one.params.get("id"))
        for one in life.simulator.journal
        if one.method.endswith(("messages.get", "threads.get", "drafts.get"))
    }
    assert not fetched & strange
    assert not life.simulator.journal.of("gmail.users.messages.get")


# --- whom the invitation was for ----------------------------------------------------------------

ALIASED = CONFIG.replace("[{me}]", "[{me}, sam@alias.example]")


def test_the_letter_comes_from_the_alias_that_was_invited(tmp_path: Path) -> None:
    with living(tmp_path, ALIASED) as life:
        life.mail.add_alias("sam@alias.example")
        guests = [(DANA, "Dana Reyes"), ("sam@alias.example", "Sam Lee")]
        life.event(
            "2026-03-04 14:00",
            "2026-03-04 15:00",
            attendees=[
                {"email": who, "displayName": name, "responseStatus": "accepted"} for who, name in guests
            ],
        )
        life.cycle("2026-03-04 08:00")
        life.cycle(MADE)
        (draft,) = life.drafts()
        assert "<sam@alias.example>" in draft.sender
        id_ = life.sent_at(draft)
        life.cycle("2026-03-10 10:00")
        life.cycle(NUDGE)
        (nudge,) = life.drafts()
        assert "<sam@alias.example>" in nudge.sender
        assert nudge.thread == life.mail.message(id_).thread
        assert field(nudge.raw, "In-Reply-To") == life.mail.message(id_).message_id_header


def test_the_last_human_message_to_another_process_is_none_to_this_one(life: Life) -> None:
    waiting(life)
    life.receive("Rita <rita@globex.example>", at=life.at("2026-03-10 12:00"))
    life.poll(1, 6, 31, since=life.time("2026-03-10 12:00"))
    assert len(made(life.poll(0, since=NUDGE))) == 1
