"""A calendar and a mailbox that answer in their account's thread keep the same contracts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from followupd.observe import OpenAccount
from followupd.providers.base import Calendar, Mailbox
from followupd.workers import Worker, reached
from tests.contracts import test_calendars, test_mailboxes
from tests.worker import patient


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("personal", lambda: None)
    yield worker
    worker.close()


class TestMaildirInAThread(test_mailboxes.MailboxContract):
    @pytest.fixture
    def hand(self, tmp_path: Path, worker: Worker) -> test_mailboxes.MailHand:
        class Hand(test_mailboxes.MaildirHand):
            def open(self) -> Mailbox:
                account = OpenAccount("personal", (), super().open())
                return reached(account, patient(worker)).mailbox

        return Hand(tmp_path)


class TestVdirInAThread(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self, tmp_path: Path, worker: Worker) -> test_calendars.CalendarHand:
        class Hand(test_calendars.VdirHand):
            def open(self) -> Calendar:
                mailbox = test_mailboxes.MemoryHand().open()
                account = OpenAccount("personal", (("calendar:0", super().open()),), mailbox)
                return reached(account, patient(worker)).calendars[0][1]

        return Hand(tmp_path)
