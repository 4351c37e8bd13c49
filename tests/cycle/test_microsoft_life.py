"""Whole lives at Microsoft: the demo's story word for word, and the two nudges that nobody answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followupd import demo
from tests.cycle.google import message
from tests.cycle.microsoft import (
    CONFIG,
    DANA,
    NUDGE,
    MicrosoftWorld,
    accepted,
    guest,
    living,
    made,
)
from tests.cycle.test_google_life import PANEL, Letter, on_files
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_mail import CLASSIC, CLIENTS, IOS_MAIL, WEB, Client, MessageView
from tests.sim.microsoft_mail_world import AWAY

SAM = demo.ME
STORY = CONFIG.replace("country: GB", "country: GB\n  region: ENG") + (
    "organisations:\n  - {{name: Acme, domains: [acme.example]}}\n"
)


class Story:
    """The demo's story with its own clock: its looks are cycles, its hands are those of an Outlook program."""

    def __init__(
        self, world: MicrosoftWorld, look: Callable[[datetime], Iterable[Any]], client: Client = WEB
    ) -> None:
        self.world, self.look, self.client = world, look, client
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
        self._mail("Kim Min-jun <kim@acme.example>", at(5, 8, 30), AWAY, **away)
        for moment in (at(5, 8, 35), at(10, 9), at(11, 9, 5)):
            self._look(moment)
        self.world.at(at(11, 17, 30))
        for draft in self.world.drafts():
            self.world.mail.send(draft.immutable_id, self.client)
        self._look(at(11, 17, 35))
        words = "Hi Sam, the panel was impressed. I will come back to you with details this week.\n"
        self._mail("Priya Nair <priya@acme.example>", at(12, 11), subject="Next steps", text=words)
        for moment in (at(12, 11, 5), at(17, 9, 5), at(23, 9, 5)):
            self._look(moment)

    def _look(self, at: datetime) -> None:
        told = [words for one in self.look(at) if (words := demo._words(one))]
        self.said += [f"{at:%d %H:%M} {words}" for words in told or ["looks, and has nothing to do"]]
        for draft in self.world.drafts():
            if (letter := self._read(draft)) not in self.letters:
                self.letters.append(letter)

    def _read(self, draft: MessageView) -> Letter:
        (name, address), *others = self.world.mail.hold(draft.id).to
        assert not others
        return f"{name} <{address}>", draft.subject, lines(draft.text)

    def _invited(self, at: datetime) -> None:
        self.world.at(at)
        people = [guest(who, name, how) for who, name, how in PANEL]
        self.world.calendars.put(
            {
                "iCalUId": "panel-20260304@acme.example",
                "subject": "Interview with Sam Lee",
                "start": {"dateTime": "2026-03-04T14:00:00", "timeZone": "GMT Standard Time"},
                "end": {"dateTime": "2026-03-04T15:30:00", "timeZone": "GMT Standard Time"},
                "organizer": "Dana Reyes <dana@acme.example>",
                "attendees": [
                    guest(SAM, "Sam Lee"),
                    *people,
                    guest("room4@acme.example", "Room 4", kind="resource"),
                ],
                "responseStatus": accepted(),
            }
        )

    def _send_two_delete_one(self, at: datetime) -> None:
        self.world.at(at)
        for draft in sorted(self.world.drafts(), key=lambda one: one.to):
            if "lukasz@acme.example" in draft.to:
                self.world.mail.delete(draft.immutable_id)
            else:
                line = "I liked what you said about pairing with new colleagues."
                rows = [line if row.startswith("FILL IN") else row for row in lines(draft.text).split("\n")]
                self.world.mail.send(draft.immutable_id, self.client, text="\n".join(rows))

    def _mail(self, sender: str, at: datetime, message_class: str = "IPM.Note", **more: str) -> None:
        raw = message(sender, SAM, self.world.at(at), **more)
        self.world.mail.receive(raw, message_class=message_class, at=at)


def lines(text: str) -> str:
    """A text as Outlook gives it, with the line ends of a file."""
    return text.replace("\r\n", "\n").strip()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Letter], list[str], list[Any]]:
    """The demo on files: its letters, what followupd said, how all ended."""
    letters, said, ends = on_files(tmp_path_factory.mktemp("files"))
    return sorted(letters), sorted(words for words in said if "no letter to" not in words), sorted(ends)


@pytest.mark.parametrize("client", [CLASSIC, IOS_MAIL], ids=lambda client: client.name)
def test_the_demo_s_story_is_the_same_in_outlook_word_for_word(
    tmp_path: Path, files: tuple[list[Letter], list[str], list[Any]], client: Client
) -> None:
    with living(tmp_path, config=STORY, address=SAM) as life:
        story = Story(life, lambda at: life.cycle(at).actions, client)
        story.play()
        ends = [(one["kind"], one["to"], one["stage"]) for one in life.letters()]
        assert (sorted(story.letters), sorted(story.said), sorted(ends)) == files
        assert life.drafts() == []
        assert len(life.mail.sent()) == 3


def test_the_demo_s_story_is_the_same_with_the_real_program_and_a_browser(
    tmp_path: Path, files: tuple[list[Letter], list[str], list[Any]]
) -> None:
    with MicrosoftSimulator() as simulator:
        world = MicrosoftWorld(simulator, tmp_path, config=STORY, address=SAM)
        login = world.login("2026-03-02 08:50")
        assert login.code == 0, login.out + login.err

        def look(at: datetime) -> list[Any]:
            answer = world.once(at.astimezone(UTC))
            assert answer["ok"], answer
            return [type("Told", (), one) for one in answer["actions"]]

        story = Story(world, look)
        story.play()
        told = json.loads(world.program("status", "--json", "--now", simulator.clock.now.isoformat()).out)
        ends = [
            (f["kind"], f["to"], f["stage"]) for process in told["processes"] for f in process["follow_ups"]
        ]
        assert (sorted(story.letters), sorted(story.said), sorted(ends)) == files
        assert simulator.violations == []
        assert simulator.journal.sends() == []


# --- nobody answers -----------------------------------------------------------------------------


def answers_the_sent_letter(nudge: MessageView, sent: MessageView) -> None:
    """It goes to the same person, in the same conversation, with the thread's own fields and subject."""
    assert nudge.to == (DANA,)
    assert (nudge.cc, nudge.bcc) == ((), ())
    assert nudge.conversation == sent.conversation
    assert nudge.parents == (*sent.parents, sent.internet_message_id)
    bare = sent.subject.removeprefix("Re: ").removeprefix("RE: ")
    assert nudge.subject.lower() == f"re: {bare}".lower()
    assert sent.text.strip() not in nudge.text


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_two_nudges_wait_as_answers_to_what_was_sent_and_no_third(tmp_path: Path, client: Client) -> None:
    with living(tmp_path) as life:
        thanks = life.mail.message(life.sent_at(life.thanked(), client=client))
        assert not made(life.poll(0, since="2026-03-10 09:05"))
        life.cycle(NUDGE)
        (first,) = life.drafts()
        answers_the_sent_letter(first, thanks)
        life.poll(5, since=NUDGE)
        sent = life.mail.message(life.mail.send(first.immutable_id, client))
        assert not made(life.poll(10, 50, since=NUDGE))
        assert not made(life.poll(0, 1440, since="2026-03-18 09:05"))
        life.cycle("2026-03-24 09:05")
        (second,) = life.drafts()
        answers_the_sent_letter(second, sent)
        assert second.text != first.text
        life.mail.send(second.immutable_id, client)
        assert not made(life.days("2026-03-25", "2026-03-26"))
        assert not made(life.poll(0, 7 * 1440, since="2026-04-07 09:05"))
        assert [one["stage"] for one in life.letters("nudge")] == ["sent", "sent"]
        assert life.creates() == 3


REPLIES: dict[str, dict[str, Any]] = {
    "createReply takes no message": {"reply_takes_message": False},
    "createReply takes no properties": {"reply_takes_properties": False},
    "a given body stands before the quote": {"reply_keeps_quote": True},
    "an answer to oneself goes to the other": {"reply_to_own_is_self": False},
    "German Outlook": {"reply_prefix": "AW: "},
}


@pytest.mark.parametrize("name", REPLIES)
def test_a_nudge_is_the_same_however_outlook_begins_an_answer(tmp_path: Path, name: str) -> None:
    """A draft that cannot be made in one step is whole in the end, and there is one."""
    with living(tmp_path, **REPLIES[name]) as life:
        thanks = life.mail.message(life.sent_at(life.thanked()))
        life.cycle(NUDGE)
        (nudge,) = life.drafts()
        answers_the_sent_letter(nudge, thanks)
        first, *_, last = lines(nudge.text).split("\n")
        assert (first.rpartition("Dana")[0] != "", last) == (True, "Sam Lee")
        assert not made(life.poll(5, 40, 60, since=NUDGE))
        assert life.stage("nudge") == "drafted"


def test_a_process_without_an_answer_ends_quietly(tmp_path: Path) -> None:
    with living(tmp_path) as life:
        life.sent_at(life.thanked())
        for at in ("2026-03-11 09:05", "2026-03-24 09:05"):
            life.cycle(at)
            life.mail.send(life.drafts()[0].immutable_id)
            life.poll(5, 40, since=at)
        life.cycle("2026-04-10 12:00")
        (process,) = life.status()["processes"]
        assert process["state"] == "closed"
        assert life.mail.inbox() == []
