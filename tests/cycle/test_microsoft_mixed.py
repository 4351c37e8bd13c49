"""One account of two providers: a calendar at Google with an Outlook mailbox, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.cycle.google import ME as GMAIL
from tests.cycle.microsoft import CONFIG, DANA, MADE, ME, MINUTE, NUDGE, UID, Life, guest, living, made
from tests.cycle.test_google_life import Life as GoogleLife
from tests.cycle.test_google_life import field
from tests.sim.google import GoogleSimulator

CALENDAR = (
    "calendar: {{provider: microsoft, client_id: {client_id}, authority: {authority}, graph_root: {graph}}}"
)
MAILBOX = CALENDAR.replace("calendar", "mailbox")
BOTH = CONFIG.replace("[{me}]", f"[{{me}}, {GMAIL}]")
INVITED = [guest(DANA, "Dana Reyes"), guest(GMAIL, "Sam Lee")]  # at the address of the Gmail mailbox


class Mixed:
    """Both sides of the account, at the same time of day. Cycles are played through `outlook`."""

    def __init__(self, outlook: Life, google: GoogleLife) -> None:
        self.outlook, self.google = outlook, google

    def cycle(self, at: str | datetime, *more: float) -> list[Any]:
        """A cycle then, and so many minutes later; what they did."""
        done: list[Any] = []
        for minutes in (0, *more):
            moment = self.outlook.time(at) + minutes * MINUTE
            self.google.at(moment)
            done += self.outlook.cycle(moment).actions
        return done

    def at(self, at: str | datetime) -> None:
        self.google.at(at)
        self.outlook.at(at)


@contextmanager
def mixed(folder: Path, *, calendar: bool) -> Iterator[Mixed]:
    """With Google's calendar and the Outlook mailbox, or the other way about."""
    with GoogleSimulator() as simulator:
        google = GoogleLife(simulator, folder)
        file = "{{provider: google, client_file: google-client.json, "
        if calendar:
            config = BOTH.replace(CALENDAR, f"calendar: {file}calendar_root: {simulator.calendar_root}}}}}")
        else:
            config = BOTH.replace(MAILBOX, f"mailbox: {file}gmail_root: {simulator.gmail_root}}}}}")
        assert "google" in config
        with living(folder, config=config) as outlook:
            yield Mixed(outlook, google)
        assert simulator.violations == []
        assert simulator.journal.sends() == []


def test_a_google_calendar_with_an_outlook_mailbox(tmp_path: Path) -> None:
    """Invited at the one address: thanked, asked about and answered in the other's mailbox."""
    with mixed(tmp_path, calendar=True) as both:
        outlook = both.outlook
        guests = [{"email": who, "responseStatus": "accepted"} for who in (DANA, ME)]
        both.google.event("2026-03-04 14:00", "2026-03-04 15:00", attendees=guests)
        both.cycle("2026-03-04 08:00")
        both.cycle(MADE, 5)
        (draft,) = outlook.drafts(DANA)
        both.at("2026-03-04 16:10")
        sent = outlook.mail.message(outlook.mail.send(draft.id))
        assert not made(both.cycle("2026-03-04 16:15", 35))
        assert outlook.stage() == "sent"
        assert not made(both.cycle("2026-03-10 09:05"))
        both.cycle(NUDGE)
        (nudge,) = outlook.drafts(DANA)
        assert nudge.conversation == sent.conversation
        assert nudge.parents[-1] == sent.internet_message_id
        both.at(NUDGE + 20 * MINUTE)
        outlook.mail.answer(nudge.id, "Priya Nair <priya@acme.example>", folder="archive")
        assert not made(both.cycle(NUDGE + 21 * MINUTE, 20, 140))
        assert outlook.drafts() == []
        assert both.google.mail.drafts() == []


def test_an_outlook_calendar_with_a_gmail_mailbox(tmp_path: Path) -> None:
    with mixed(tmp_path, calendar=False) as both:
        outlook, google = both.outlook, both.google
        event = outlook.event("2026-03-04 14:00", "2026-03-04 15:00", attendees=INVITED)
        kim = ("kim@globex.example", "Kim Novak")
        guests = [guest(*kim), guest(GMAIL, "Sam Lee")]
        outlook.event("2026-03-04 14:00", "2026-03-04 15:00", [kim], uid=f"2-{UID}", attendees=guests)
        both.cycle("2026-03-04 08:00")
        both.cycle(MADE, 5)
        assert len(google.drafts()) == 2
        (draft,) = google.drafts(DANA)
        both.at("2026-03-04 16:10")
        id_ = google.mail.ui_send(draft.id)
        outlook.calendars.cancel(event)
        assert not made(both.cycle("2026-03-04 16:15", 35))
        assert outlook.stage() == "sent"
        assert len(google.drafts()) == 1
        both.cycle("2026-03-10 09:05")
        both.cycle(NUDGE)
        assert outlook.mail.messages() == []
        sent = google.mail.message(id_)
        for nudge in google.drafts(DANA):
            assert field(nudge.raw, "In-Reply-To") == sent.message_id_header
            assert nudge.thread == sent.thread


def test_an_interview_moved_in_the_outlook_calendar_takes_the_gmail_draft_back(tmp_path: Path) -> None:
    with mixed(tmp_path, calendar=False) as both:
        outlook = both.outlook
        event = outlook.event("2026-03-04 14:00", "2026-03-04 15:00", attendees=INVITED)
        both.cycle("2026-03-04 08:00")
        both.cycle(MADE, 5)
        assert len(both.google.drafts(DANA)) == 1
        both.at(MADE + 20 * MINUTE)
        outlook.calendars.move(event, outlook.time("2026-03-05 14:00"), outlook.time("2026-03-05 15:00"))
        assert not made(both.cycle(MADE + 21 * MINUTE, 5, 60))
        assert both.google.drafts() == []
        assert len(made(both.cycle("2026-03-05 15:46", 60))) == 1
        assert len(both.google.drafts(DANA)) == 1


def test_the_real_program_signs_a_mixed_account_in_at_both(tmp_path: Path) -> None:
    """One `login`: a page at each; then a cycle of the real program asks both."""
    with mixed(tmp_path, calendar=False) as both:
        outlook = both.outlook
        outlook.program("logout", "personal")
        both.at("2026-03-04 08:00")
        login = outlook.login("2026-03-04 08:00", "--yes")
        assert login.code == 0, login.out + login.err
        outlook.event("2026-03-04 14:00", "2026-03-04 15:00", attendees=INVITED)
        assert outlook.once("2026-03-04 08:05")["ok"]
        both.at(MADE)
        done = outlook.once(MADE)
        assert [one["action"] for one in done["actions"]].count("create_draft") == 1, done
        assert len(both.google.drafts(DANA)) == 1
        assert outlook.stage() == "drafted"
