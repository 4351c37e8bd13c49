"""Google's calendar and Gmail keep the contracts, on the simulator, by HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from followupd.core.model import Event, EventStatus, Folder
from followupd.providers.base import Calendar, Mailbox
from tests.contracts import test_calendars, test_mailboxes
from tests.providers.google import kit
from tests.sim.google import GoogleSimulator

LABELS = {
    Folder.INBOX: ("INBOX",),
    Folder.DRAFTS: ("DRAFT",),
    Folder.SENT: ("SENT",),
    Folder.TRASH: ("TRASH",),
    Folder.JUNK: ("SPAM",),
    Folder.ARCHIVE: (),
    Folder.SCHEDULED: ("SCHEDULED",),
    Folder.OTHER: ("Jobs",),
}


class GmailHand:
    """The user's hand in Gmail, in the web and by IMAP."""

    def __init__(self, simulator: GoogleSimulator, folder: Path) -> None:
        self.simulator = simulator
        self.box = simulator.user(kit.ME).mail
        self.kept = kit.sign_in(simulator, folder)
        self.box.add_label_name("Jobs")

    def open(self) -> Mailbox:
        return kit.open_mailbox(self.simulator, self.kept)

    def put(self, raw: bytes, folder: Folder, at: datetime, name: str = "") -> str:
        if folder is Folder.DRAFTS:
            return self.box.ui_new_draft(raw, at)
        return self.box.put(raw, (name,) if name else LABELS[folder], at)

    def draft(self, id: str) -> bool:  # noqa: A002
        return any(draft.id == id for draft in self.box.drafts())

    def move(self, id: str, folder: Folder) -> None:  # noqa: A002
        if not self.draft(id):
            self.box.set_labels(id, *LABELS[folder])
        elif folder is Folder.TRASH:
            self.box.ui_trash_draft(id)
        elif folder is Folder.SENT:
            self.box.ui_send(id)
        else:
            # By IMAP a draft can be moved to a label: Gmail then knows a message and no draft.
            found = next(draft for draft in self.box.drafts() if draft.id == id)
            self.box.ui_discard(id)
            self.box.put(found.raw, LABELS[folder], found.at)

    def flag(self, id: str) -> None:  # noqa: A002
        message = next((d.message for d in self.box.drafts() if d.id == id), id)
        self.box.star(message)

    def edit(self, id: str, raw: bytes, at: datetime) -> None:  # noqa: A002
        self.box.ui_edit(id, raw=raw, at=at)

    def save_again(self, id: str, raw: bytes, at: datetime) -> str:  # noqa: A002
        return self.box.imap_resave(id, raw, at)

    def delete(self, id: str) -> None:  # noqa: A002
        if self.draft(id):
            self.box.ui_discard(id)
        else:
            self.box.delete(id)

    def count(self) -> int:
        return self.box.count()


@pytest.fixture
def simulator() -> Iterator[GoogleSimulator]:
    with GoogleSimulator(test_mailboxes.NOW) as running:
        yield running
        assert running.violations == []
        assert running.journal.sends() == []


class TestGmail(test_mailboxes.MailboxContract):
    @pytest.fixture
    def hand(self, simulator: GoogleSimulator, tmp_path: Path) -> GmailHand:
        return GmailHand(simulator, tmp_path)


# Each switch of the simulator stands for something that Google does not document.
GUESSES = [
    ("history_carries_labels", True),
    ("headers_are_decoded", False),
    ("edit_keeps_message_id", True),
    ("ui_writes_html", False),
    ("trashed_draft_stays_a_draft", False),
    ("to_covers_cc_bcc", False),
    ("thread_id_suffices", False),
    ("update_without_thread_moves", False),
]


@pytest.mark.parametrize(("guess", "holds"), GUESSES, ids=[name for name, _ in GUESSES])
class TestGmailOtherwise(test_mailboxes.MailboxContract):
    @pytest.fixture
    def hand(self, simulator: GoogleSimulator, tmp_path: Path, guess: str, holds: bool) -> GmailHand:
        hand = GmailHand(simulator, tmp_path)
        assert getattr(hand.box, guess) is not holds
        setattr(hand.box, guess, holds)
        return hand


class CalendarHand:
    """The user's and the organiser's hand in Google Calendar."""

    def __init__(self, simulator: GoogleSimulator, folder: Path) -> None:
        self.simulator = simulator
        self.calendars = simulator.user(kit.ME).calendars
        self.kept = kit.sign_in(simulator, folder)

    def open(self) -> Calendar:
        return kit.open_calendar(self.simulator, self.kept)

    def put(self, event: Event) -> None:
        self.calendars.put(as_google(event))

    def remove(self, uid: str) -> None:
        self.calendars.remove(uid)

    def series(
        self,
        uid: str,
        start: datetime,
        count: int,
        moved: dict[int, datetime] | None = None,
        cancelled: tuple[int, ...] = (),
    ) -> None:
        if not any(one.get("iCalUID") == uid for one in self.calendars.events()):
            master = as_google(test_calendars.event(uid, start, zone="UTC"))
            self.calendars.put(master | {"recurrence": [f"RRULE:FREQ=WEEKLY;COUNT={count}"]})
        for number, begins in (moved or {}).items():
            times = as_google(test_calendars.event(uid, begins, zone="UTC"))
            changes = {name: times[name] for name in ("start", "end")}
            self.calendars.override(uid, start + number * test_calendars.WEEK, changes)
        for number in cancelled:
            self.calendars.cancel_occurrence(uid, start + number * test_calendars.WEEK)


def as_google(event: Event) -> dict[str, Any]:
    """The event as a resource of the Calendar API."""
    statuses = {EventStatus.CANCELLED: "cancelled", EventStatus.TENTATIVE: "tentative"}
    partstats = {"needs-action": "needsAction"}
    return {
        "iCalUID": event.uid,
        "summary": event.title,
        "description": event.description,
        "location": event.location,
        "start": when(event.start, event.zone),
        "end": when(event.end, event.zone),
        "status": statuses.get(event.status, "confirmed"),
        "organizer": {"email": event.organizer.email, "displayName": event.organizer.name}
        if event.organizer
        else {},
        "attendees": [
            {
                "email": one.email,
                **({"displayName": one.name} if one.name else {}),
                "responseStatus": partstats.get(one.partstat, one.partstat),
            }
            for one in event.attendees
        ],
        "extendedProperties": {"shared": {"categories": ",".join(event.categories)}},
    }


def when(moment: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": moment.astimezone(UTC).isoformat(), "timeZone": zone or "UTC"}


class TestGoogleCalendar(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self, simulator: GoogleSimulator, tmp_path: Path) -> CalendarHand:
        return CalendarHand(simulator, tmp_path)


CALENDAR_GUESSES = [
    ("token_keeps_window", False),
    ("tombstones_carry_ical_uid", True),
    ("page_size", 2),
    ("empty_pages", True),
]


@pytest.mark.parametrize(("guess", "holds"), CALENDAR_GUESSES, ids=[name for name, _ in CALENDAR_GUESSES])
class TestGoogleCalendarOtherwise(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self, simulator: GoogleSimulator, tmp_path: Path, guess: str, holds: bool | int) -> CalendarHand:
        hand = CalendarHand(simulator, tmp_path)
        setattr(hand.calendars, guess, holds)
        return hand
