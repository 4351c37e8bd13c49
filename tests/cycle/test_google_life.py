"""Whole lives at Google: the demo's story word for word, and a life whose history is lost at any point.

`Life` and `living` are what the other files of tests at Google play with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import policy as email_policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followupd import demo
from followupd.core.model import FollowUp
from followupd.credentials import Vault
from followupd.cycle import AccountReport
from followupd.store import Store
from tests.cycle.google import CONFIG, DANA, DAY, ME, GoogleWorld, message
from tests.providers.google import kit
from tests.sim.google import GoogleSimulator
from tests.sim.google_calendar import GoogleCalendars
from tests.sim.google_mail import DraftView, GmailBox

MINUTE = timedelta(minutes=1)
MADE = datetime(2026, 3, 4, 15, 46, tzinfo=UTC)
NUDGE = datetime(2026, 3, 11, 9, 5, tzinfo=UTC)


class Life(GoogleWorld):
    """A signed-in world. Every cycle of it must succeed, and leave no two drafts in one place."""

    def __init__(
        self, simulator: GoogleSimulator, folder: Path, config: str = CONFIG, address: str = ME
    ) -> None:
        self.address = address
        super().__init__(simulator, folder, config=config)
        secret = kit.sign_in(simulator, folder, address).secret
        assert secret
        Vault(self.state, folder / "key").write("personal.google", secret)
        self.done: list[Any] = []

    @property
    def mail(self) -> GmailBox:
        return self.simulator.user(self.address).mail  # type: ignore[no-any-return]

    @property
    def calendars(self) -> GoogleCalendars:
        return self.simulator.user(self.address).calendars  # type: ignore[no-any-return]

    def cycle(self, at: str | datetime) -> AccountReport:
        report = super().cycle(at)
        assert report.ok, report.error
        assert not report.problems, report.problems
        threads = [draft.thread for draft in self.drafts()]
        assert len(threads) == len(set(threads)), f"two drafts in one thread at {at}"
        assert self.mail.ghosts == []
        self.done += report.actions
        return report

    def poll(self, *minutes: float, since: datetime = MADE) -> list[Any]:
        """Cycles so many minutes after a moment; what they did."""
        before = len(self.done)
        for each in minutes:
            self.cycle(since + each * MINUTE)
        return self.done[before:]

    def every_five_minutes(self, first: str | datetime, last: str | datetime) -> list[Any]:
        begin, end = self.time(first), self.time(last)
        return self.poll(*range(0, int((end - begin) / MINUTE) + 1, 5), since=begin)

    def days(self, first: str, last: str) -> list[Any]:
        """Two cycles a day, in the hours of the nudges and after them."""
        begin, end = self.time(first), self.time(last)
        return self.poll(
            *(m for day in range((end - begin).days + 1) for m in (day * 1440 + 545, day * 1440 + 900)),
            since=begin,
        )

    def thanked(self) -> DraftView:
        """Up to the thank-you in Drafts: the talk ended on Wednesday 4 March at 15:00."""
        self.event("2026-03-04 14:00", "2026-03-04 15:00")
        self.cycle("2026-03-04 08:00")
        self.cycle(MADE)
        (draft,) = self.drafts()
        return draft

    def sent_at(self, draft: DraftView, at: str = "2026-03-04 16:10") -> str:
        """The program sees the draft once, the user sends it, and the program sees that five minutes later."""
        self.poll(5)
        id_ = self.mail.ui_send(draft.id, at=self.at(at))
        self.poll(5, 40, since=self.time(at))
        return id_

    def nudged(self) -> DraftView:
        """Up to the first nudge in Drafts, on Wednesday 11 March."""
        self.sent_at(self.thanked())
        assert not made(self.days("2026-03-05", "2026-03-10"))
        self.cycle(NUDGE)
        (draft,) = self.drafts()
        return draft

    def kept(self) -> list[FollowUp]:
        store = Store(self.state)
        try:
            return store.follow_ups()
        finally:
            store.close()

    def letter(self, kind: str = "thank_you", to: str = DANA, step: int = 1) -> FollowUp:
        (found,) = [one for one in self.kept() if (one.kind, one.to, one.step) == (kind, to, step)]
        return found

    def stage(self, kind: str = "thank_you", to: str = DANA) -> str:
        return str(self.letter(kind, to).stage)


def made(done: Iterable[Any]) -> list[Any]:
    return [one for one in done if one.action == "create_draft"]


def field(raw: bytes, name: str) -> str:
    return str(BytesParser(policy=email_policy.default).parsebytes(raw)[name] or "")


@contextmanager
def living(folder: Path, config: str = CONFIG, address: str = ME, **guesses: Any) -> Iterator[Life]:
    """A life with switches of the mailbox; at its end nothing may have been sent or said wrongly."""
    with GoogleSimulator() as simulator:
        life = Life(simulator, folder, config, address)
        for name, holds in guesses.items():
            assert hasattr(life.mail, name)
            setattr(life.mail, name, holds)
        yield life
        assert simulator.violations == []
        assert simulator.journal.sends() == []
        assert life.mail.ghosts == []


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    with living(tmp_path) as one:
        yield one


# --- the demo's story ---------------------------------------------------------------------------

SAM = demo.ME
STORY = CONFIG.replace("country: GB", "country: GB\n  region: ENG") + (
    "organisations:\n  - {{name: Acme, domains: [acme.example]}}\n"
)
PANEL = [
    ("dana@acme.example", "Dana Reyes", "accepted"),
    ("kim@acme.example", "Kim Min-jun", "accepted"),
    ("lukasz@acme.example", "Łukasz Żółć", "accepted"),
    ("omar@acme.example", "Omar Haddad", "declined"),
    ("notetaker@fireflies.ai", "Notetaker", "accepted"),
]
Letter = tuple[str, str, str]


def on_files(folder: Path) -> tuple[list[Letter], list[str], list[tuple[str, str, str]]]:
    """The demo itself: each letter as it lay in Drafts, what followupd said, and how all ended."""
    played, letters, said = demo.Demo(folder), [], []
    for moment in played.play():
        if moment.who == "followupd":
            said.append(f"{moment.at:%d %H:%M} {moment.what}")
        for path in (folder / "Mail" / "Drafts" / "cur").iterdir():
            mail = BytesParser(policy=email_policy.default).parsebytes(path.read_bytes())
            letter = (str(mail["To"]), str(mail["Subject"]), mail.get_content().strip())
            if letter not in letters and moment.what.startswith("puts"):
                letters.append(letter)
    ends = [(str(one.kind), one.to, str(one.stage)) for one in played.store.follow_ups()]
    played.close()
    return letters, said, ends


class Story:
    """The same at Google, with the demo's own clock: its looks are cycles, its hands are Gmail's."""

    def __init__(self, life: Life, look: Callable[[datetime], Iterable[Any]]) -> None:
        self.life, self.look = life, look
        self.said: list[str] = []
        self.letters: list[Letter] = []

    def play(self) -> None:
        def at(day: int, hour: int, minute: int = 0) -> datetime:
            return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo("Europe/London"))

        self._look(at(2, 9))
        self._invited(at(2, 10))
        for moment in (at(2, 10, 5), at(4, 15, 35), at(4, 16, 20)):
            self._look(moment)
        self._send_two_delete_one(at(4, 18))
        self._look(at(4, 18, 5))
        self._look(at(4, 18, 40))
        text = "I am out of the office until 9 March and will read your mail when I am back.\n"
        away = {"subject": "Automatic reply: Thank you", "text": text, "Auto_Submitted": "auto-replied"}
        self._mail("Kim Min-jun <kim@acme.example>", at(5, 8, 30), **away)
        for moment in (at(5, 8, 35), at(10, 9), at(11, 9, 5)):
            self._look(moment)
        self.life.at(at(11, 17, 30))
        for draft in self.life.drafts():
            self.life.mail.ui_send(draft.id)
        self._look(at(11, 17, 35))
        words = "Hi Sam, the panel was impressed. I will come back to you with details this week.\n"
        self._mail("Priya Nair <priya@acme.example>", at(12, 11), subject="Next steps", text=words)
        for moment in (at(12, 11, 5), at(17, 9, 5), at(23, 9, 5)):
            self._look(moment)

    def _look(self, at: datetime) -> None:
        told = [words for one in self.look(at) if (words := demo._words(one))]
        self.said += [f"{at:%d %H:%M} {words}" for words in told or ["looks, and has nothing to do"]]
        for draft in self.life.drafts():
            letter = (draft.to, draft.subject, draft.text.strip())
            if letter not in self.letters:
                self.letters.append(letter)

    def _invited(self, at: datetime) -> None:
        self.life.at(at)
        guests = [{"email": who, "displayName": name, "responseStatus": how} for who, name, how in PANEL]
        room = {"email": "room4@acme.example", "displayName": "Room 4", "resource": True}
        zone = {"timeZone": "Europe/London"}
        self.life.calendars.put(
            {
                "iCalUID": "panel-20260304@acme.example",
                "summary": "Interview with Sam Lee",
                "start": {"dateTime": "2026-03-04T14:00:00+00:00", **zone},
                "end": {"dateTime": "2026-03-04T15:30:00+00:00", **zone},
                "organizer": {"email": "dana@acme.example", "displayName": "Dana Reyes"},
                "attendees": [
                    {"email": SAM, "displayName": "Sam Lee", "responseStatus": "accepted"},
                    *guests,
                    {**room, "responseStatus": "accepted"},
                ],
            }
        )

    def _send_two_delete_one(self, at: datetime) -> None:
        self.life.at(at)
        for draft in sorted(self.life.drafts(), key=lambda one: one.to):
            if "lukasz" in draft.to:
                self.life.mail.ui_discard(draft.id)
            else:
                line = "I liked what you said about pairing with new colleagues."
                rows = [line if row.startswith("FILL IN") else row for row in draft.text.split("\n")]
                self.life.mail.ui_send(draft.id, edited="\n".join(rows))

    def _mail(self, sender: str, at: datetime, **more: str) -> None:
        self.life.mail.receive(message(sender, SAM, self.life.at(at), **more), at=at)


def test_the_demo_s_story_is_the_same_at_google_word_for_word(tmp_path: Path) -> None:
    letters, said, ends = on_files(tmp_path / "files")
    (tmp_path / "google").mkdir()
    with living(tmp_path / "google", STORY.replace("{me}", SAM), SAM) as life:
        story = Story(life, lambda at: life.cycle(at).actions)
        story.play()
        assert sorted(story.letters) == sorted(letters)
        assert sorted(story.said) == sorted(words for words in said if "no letter to" not in words)
        assert sorted((str(one.kind), one.to, str(one.stage)) for one in life.kept()) == sorted(ends)
        assert life.drafts() == []
        assert len(life.mail.sent()) == 3


def test_the_demo_s_story_is_the_same_with_the_real_program_and_a_browser(tmp_path: Path) -> None:
    letters, said, ends = on_files(tmp_path / "files")
    (tmp_path / "google").mkdir()
    with living(tmp_path / "google", STORY.replace("{me}", SAM), SAM) as life:
        life.simulator.oauth.user = SAM
        login = life.login("2026-03-02 08:50", "--yes")
        assert login.code == 0, login.out + login.err

        def look(at: datetime) -> list[Any]:
            answer = life.once(at.astimezone(UTC))
            assert answer["ok"], answer
            return [type("Told", (), one) for one in answer["actions"]]

        story = Story(life, look)
        story.play()
        assert sorted(story.letters) == sorted(letters)
        spoken = [words for words in said if "no letter to" not in words]
        assert sorted(story.said) == sorted(spoken), json.dumps(story.said, indent=1)
        told = [(one["kind"], one["to"], one["stage"]) for one in life.letters()]
        assert sorted(told) == sorted(ends)


# --- history is lost ----------------------------------------------------------------------------

LOST = [
    *("2026-03-04 08:05", "2026-03-04 15:10", "2026-03-04 15:45", "2026-03-04 15:50", "2026-03-04 16:12"),
    *("2026-03-04 16:20", "2026-03-09 12:00", "2026-03-11 09:00", "2026-03-11 09:10", "2026-03-12 10:02"),
]


def lived(life: Life, lost: str = "") -> None:
    """Thank-you sent at 16:11, nudge sent on Wednesday at 14:01, an answer on Thursday at 10:01."""
    life.event("2026-03-04 14:00", "2026-03-04 15:00")
    moments = [
        *("2026-03-04 08:00", "2026-03-04 15:05", "2026-03-04 15:45", "2026-03-04 15:50", "2026-03-04 15:55"),
        *("2026-03-04 16:15", "2026-03-04 16:20", "2026-03-04 16:25", "2026-03-05 09:00"),
        *("2026-03-06 09:00", "2026-03-09 12:05", "2026-03-11 09:00", "2026-03-11 09:05", "2026-03-11 09:10"),
        *("2026-03-11 09:15", "2026-03-11 14:05", "2026-03-12 10:05"),
        *("2026-03-12 10:10", "2026-03-13 09:05", "2026-03-18 09:05", "2026-03-24 09:05", "2026-03-25 09:05"),
    ]
    hand: dict[str, Callable[[], object]] = {
        "2026-03-04 16:11": lambda: life.mail.ui_send(life.drafts()[0].id, edited="Dear Dana, thanks. Sam"),
        "2026-03-11 14:01": lambda: life.mail.ui_send(life.drafts()[0].id),
        "2026-03-12 10:01": lambda: life.receive(subject="Next steps"),
        lost: life.mail.expire_history,
    }
    for at in sorted({*moments, *hand} - {""}):
        life.at(at)
        if at in hand:
            hand[at]()
        if at in moments:
            life.cycle(at)


Ends = list[tuple[str, int, str]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ends, list[str]]:
    """How the life ends in which nothing is lost, and what was sent in it."""
    with living(tmp_path_factory.mktemp("whole")) as life:
        lived(life)
        ends = sorted((str(one.kind), one.step, str(one.stage)) for one in life.kept())
        return ends, sorted(one.text for one in life.mail.sent())


@pytest.mark.parametrize("lost", LOST)
def test_a_lost_history_costs_no_letter_and_makes_none_in_its_cycle(
    tmp_path: Path, whole: tuple[Ends, list[str]], lost: str
) -> None:
    """A full look, not one new draft from it, and the rest of the life as without."""
    ends, sent = whole
    with living(tmp_path) as life:
        gone = Gone(life)
        lived(life, lost)
        assert gone.seen, "the history was not asked for after it was lost"
        assert gone.made_then == 0
        assert sorted((str(one.kind), one.step, str(one.stage)) for one in life.kept()) == ends
        assert sorted(one.text for one in life.mail.sent()) == sent
        assert life.simulator.journal.counts()["gmail.users.drafts.create"] == 2
        assert life.drafts() == []


class Gone:
    """Counts drafts that are made in a cycle whose history.list was answered with 404."""

    def __init__(self, life: Life) -> None:
        self.life, self.seen, self.made_then = life, 0, 0
        whole = life.cycle

        def cycle(at: str | datetime) -> AccountReport:
            before = len(life.simulator.journal)
            report = whole(at)
            entries = list(life.simulator.journal)[before:]
            if any(one.method == "gmail.users.history.list" and one.status == 404 for one in entries):
                self.seen += 1
                self.made_then += sum(one.method == "gmail.users.drafts.create" for one in entries)
            return report

        life.cycle = cycle  # type: ignore[method-assign]


__all__ = ["DAY", "MADE", "MINUTE", "NUDGE", "Life", "field", "living", "made", "timedelta"]
