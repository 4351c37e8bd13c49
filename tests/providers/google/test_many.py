"""Large mailboxes: what is read of them, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from followupd.providers.base import Watched
from tests.contracts.test_mailboxes import mail
from tests.providers.google import kit
from tests.sim.google import GoogleSimulator

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
SINCE = NOW - timedelta(days=30)
DANA = "dana@acme.example"


@pytest.fixture
def simulator() -> Iterator[GoogleSimulator]:
    with GoogleSimulator(NOW) as running:
        running.enforce_quota = True
        yield running
        assert running.violations == []


def full(simulator: GoogleSimulator, drafts: int) -> None:
    """A Drafts folder of years, and three of today: one of them so new that no search shows it."""
    box = simulator.user(kit.ME).mail
    box.search_lag = timedelta(minutes=30)
    for number in range(drafts):
        old = NOW - timedelta(days=100 + number)
        box.ui_new_draft(mail(kit.ME, DANA, at=old, message_id=f"old{number}@example.com"), old)
    for number, age in enumerate((timedelta(days=3), timedelta(hours=2), timedelta(0))):
        box.ui_new_draft(mail(kit.ME, DANA, at=NOW - age, message_id=f"new{number}@example.com"), NOW - age)


@pytest.mark.parametrize("drafts", [40, 600])
def test_of_very_many_drafts_only_the_recent_are_read_and_all_of_them(
    simulator: GoogleSimulator, tmp_path: Path, drafts: int
) -> None:
    full(simulator, drafts)
    mailbox = kit.open_mailbox(simulator, kit.sign_in(simulator, tmp_path))
    first = mailbox.changes(None, SINCE, Watched(messages=lambda: ()))
    told = {message.message_id for message in first.messages}
    assert {"new0@example.com", "new1@example.com", "new2@example.com"} <= told
    assert len(told) == (43 if drafts == 40 else 3)
    look = mailbox.letters_to([DANA], SINCE)
    assert {m.message_id for m in look.messages} == {f"new{number}@example.com" for number in range(3)}
    assert simulator.spent("gmail", kit.ME) < 2_000


def test_a_letter_without_recipient_is_found_among_hundreds_of_sent_ones(
    simulator: GoogleSimulator, tmp_path: Path
) -> None:
    box = simulator.user(kit.ME).mail
    since = NOW - timedelta(hours=1)
    wanted = box.put(mail(kit.ME, "", at=since), ("SENT",), since)
    for number in range(130):
        at = since + timedelta(seconds=number + 1)
        box.put(mail(kit.ME, "x@y.example", at=at, message_id=f"{number}@example.com"), ("SENT",), at)
    mailbox = kit.open_mailbox(simulator, kit.sign_in(simulator, tmp_path))
    assert [m.id for m in mailbox.letters_to([], since).messages] == [wanted]
