"""The whole life of two interviews through the real program, on real servers: the same as on the disk, word for word.

Acme: three are thanked; one letter is sent, one changed in Thunderbird and sent later, one deleted; the answer comes
in by LMTP, and nobody is nudged. Globex: silence, two nudges in the thread, the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cycle.files import DANA, Files, Mail
from tests.servers import cyrus, dovecot, radicale, xandikos
from tests.servers.hosted import Box, Hosted

PANEL = [f"Dana Reyes <{DANA}>", "Kim Novak <kim@acme.example>", "Łukasz Żółć <lukasz@acme.example>"]
PAUL = "paul@globex.example"
OWN = "Hello,\n\nI keep thinking of the map on your wall, żółw.\n\nBest regards,\nSam Lee\n"
SILENCE = ("2026-03-13 09:05", "2026-03-21 09:05", "2026-03-24 09:05")
THE_END = ("2026-04-10 09:05",)

Told = tuple[str, str, str, str]  # when, what was done, to whom, why
Look = Callable[[Files, str], list[dict[str, Any]]]


def in_this_process(files: Files, at: str) -> list[dict[str, Any]]:
    return [{"action": one.action, "to": one.to, "reason": one.reason} for one in files.once(at)]


def by_the_program(files: Files, at: str) -> list[dict[str, Any]]:
    run = files.program("once", "--json", at=at)
    (account,) = json.loads(run.out)["accounts"]
    assert (run.code, account["ok"], account["problems"]) == (0, True, []), run.out
    return list(account["actions"])


class Story:
    """What happens, what the program does, and every letter as it lay in Drafts."""

    def __init__(self, files: Files, look: Look) -> None:
        self.files, self._look = files, look
        self.told: list[Told] = []
        self.letters: list[tuple[list[str], str, str]] = []
        self.threads: list[tuple[str, str]] = []

    def look(self, *moments: str) -> None:
        for at in moments:
            done = self._look(self.files, at)
            self.told += sorted((at, one["action"], one["to"], one["reason"]) for one in done)
        for draft in self.files.drafts():
            letter = (draft.to, draft.subject, draft.text)
            if letter not in self.letters:
                self.letters.append(letter)

    def play(self) -> None:
        times = ("2026-03-04 14:00", "2026-03-04 15:00")
        self.files.event(*times, PANEL, organizer=DANA, title="Interview at Acme")
        people = [f"Paul Stern <{PAUL}>"]
        self.files.event("2026-03-05 10:00", "2026-03-05 11:00", people, title="Interview at Globex")
        self.look("2026-03-02 09:00", "2026-03-04 15:50")
        self._acme_is_thanked()
        self._globex_is_thanked()
        self.files.receive(at="2026-03-06 10:00", in_reply_to=self.sent_to(DANA).message_id)
        self.look("2026-03-06 10:05", "2026-03-11 09:05")
        assert self.files.drafts() == []
        self._globex_is_silent()

    def _acme_is_thanked(self) -> None:
        files = self.files
        files.send(files.draft_to(DANA), at="2026-03-04 16:10", text=OWN)
        changed = files.draft_to("kim@acme.example")
        files.save_again(changed, at="2026-03-04 16:12", client="thunderbird", text=OWN)
        files.delete(files.draft_to("lukasz@acme.example"))
        self.look("2026-03-04 16:15", "2026-03-04 16:50")
        files.send(files.draft_to("kim@acme.example"), at="2026-03-04 17:00", client="thunderbird")
        self.look("2026-03-04 17:05")

    def _globex_is_thanked(self) -> None:
        self.look("2026-03-05 11:50")
        self.files.send(self.files.draft_to(PAUL), at="2026-03-05 12:00", text=OWN)
        self.look("2026-03-05 12:05")

    def _globex_is_silent(self) -> None:
        self.look("2026-03-12 09:05")
        self._nudge_is_sent("2026-03-12 10:00")
        self.look("2026-03-12 10:05", *SILENCE)
        self._nudge_is_sent("2026-03-24 10:00")
        self.look("2026-03-24 10:05", *THE_END)

    def _nudge_is_sent(self, at: str) -> None:
        draft = self.files.draft_to(PAUL)
        self.threads.append((str(draft.parsed["In-Reply-To"]), self.sent_to(PAUL).message_id))
        rows = [row for row in draft.text.split("\n") if not row.startswith("FILL IN")]
        self.files.send(draft, at=at, text="\n".join(rows))

    def sent_to(self, who: str) -> Mail:
        """The last letter to somebody."""
        return [one for one in self.files.mail("Sent") if who in one.to][-1]

    def ends(self) -> list[tuple[str, str, int, str]]:
        return sorted((one["kind"], one["to"], one["step"], one["stage"]) for one in self.files.letters())


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory) -> Story:
    files = Files(tmp_path_factory.mktemp("disk"), more="letters: {spelling: false}")
    story = Story(files, in_this_process)
    story.play()
    return story


def with_cyrus() -> tuple[Box, Any]:
    box = cyrus.shared().user()
    return box, box.calendars


SERVERS = {
    "Dovecot and Radicale": lambda: (dovecot.shared().user(), radicale.shared().user()),
    "Dovecot and Xandikos": lambda: (dovecot.shared().user(), xandikos.shared().user()),
    "Cyrus": with_cyrus,
}


@pytest.mark.parametrize("servers", SERVERS)
def test_a_life_on_servers_is_the_same_as_on_the_disk(tmp_path: Path, on_disk: Story, servers: str) -> None:
    files = Hosted(tmp_path / "user", *SERVERS[servers]())
    story = Story(files, by_the_program)
    story.play()
    assert story.told == on_disk.told
    assert sorted(story.letters) == sorted(on_disk.letters)
    assert story.threads == [(base, base) for base, _ in story.threads]
    assert story.ends() == on_disk.ends()
    assert [one["state"] for one in files.status()["processes"]] == ["closed", "closed"]
    assert files.drafts() == []
    if isinstance(files.box, dovecot.Mailbox):
        made = [one for one in files.box.deeds("save") if one.box == "Drafts"]
        assert len(made) == 7  # by the server's own book: six letters, and the one that was changed
