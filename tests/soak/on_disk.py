"""An account on local files, and all that may happen to it."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

from tests.cycle.files import Files, unreadable
from tests.cycle.google import message
from tests.soak.month import Outage, Talk
from tests.soak.places import ANSWER, TEXT, Gone, Lying, Made, addressed, is_nudge


class OnDisk:
    """An account on local files. What the program does to its drafts is seen by looking at the folder."""

    def __init__(self, name: str, address: str, files: Files) -> None:
        self.name, self.address, self.files = name, address, files
        self._known: dict[str, str] = {}  # stem of the file → Message-ID
        self._trouble = contextlib.ExitStack()
        self._is_hidden = False
        self._number = 0
        self._at = datetime.min.replace(tzinfo=UTC)

    @property
    def config(self) -> str:
        calendars = self.files.calendar_folder("work", self.name).parent
        return (
            f"  - name: {self.name}\n"
            f"    calendar: {{provider: local, path: {calendars}}}\n"
            f"    mailbox: {{provider: local, path: {self.files.mail_root(self.name)}}}\n"
        )

    # --- the calendar ---

    def announce(self, talk: Talk) -> None:
        self._write(talk)

    def call_off(self, talk: Talk) -> None:
        if talk.fate == "removed":
            (self.files.calendar_folder("work", self.name) / f"{talk.uid}.ics").unlink()
        else:
            self._write(talk)

    def _write(self, talk: Talk) -> None:
        turned = talk.turns <= self._at
        start = talk.last_start if turned else talk.start
        path = self.files.event(
            start.isoformat(),
            (start + talk.length).isoformat(),
            [f"{one.name} <{one.address}>" for one in talk.people],
            uid=talk.uid,
            account=self.name,
            with_me=self.address,
            status="CANCELLED" if turned and talk.fate == "cancelled" else "",
            extra=[f"SEQUENCE:{int(turned)}"],
        )
        if turned and talk.fate == "declined":
            text = path.read_text(encoding="utf-8")
            mine = f"PARTSTAT=ACCEPTED:mailto:{self.address}"
            assert mine in text
            path.write_text(text.replace(mine, mine.replace("ACCEPTED", "DECLINED")), encoding="utf-8")

    # --- mail ---

    def lying(self) -> list[Lying]:
        if self._is_hidden:
            return []
        found = []
        for one in self.files.drafts(self.name):
            letter = one.parsed
            found.append(Lying(addressed(letter), is_nudge(letter), one.message_id, one))
        return found

    def send(self, draft: Lying, at: datetime) -> str:
        self._forget(draft)
        return self.files.send(draft.handle, at=at, account=self.name).message_id

    def edit(self, draft: Lying, at: datetime) -> None:
        self._forget(draft)
        self._number += 1
        saved = self.files.save_again(
            draft.handle, at=at, text=TEXT.format(self._number), account=self.name, client="thunderbird"
        )
        self._known[_stem(saved.name)] = saved.message_id

    def delete(self, draft: Lying, at: datetime) -> None:
        self._forget(draft)
        self.files.delete(draft.handle)

    def _forget(self, draft: Lying) -> None:
        del self._known[_stem(draft.handle.name)]

    def write(self, to: str, at: datetime) -> None:
        self._number += 1
        self.files.write(to, at=at, text=TEXT.format(self._number), sender=self.address, account=self.name)

    def receive(self, sender: str, at: datetime, reply_to: str, **headers: str) -> None:
        raw = message(
            sender, self.address, at, subject="Our conversation", text=ANSWER, in_reply_to=reply_to, **headers
        )
        self._number += 1
        name = f"{int(at.timestamp())}.S{self._number:06d}P78.server"
        self.files.put(raw, "INBOX", at, account=self.name, sub="new", name=name)

    # --- time, and what the program does ---

    def follow(self, at: datetime) -> None:
        self._at = at

    def done(self, at: datetime) -> tuple[list[Made], list[Gone]]:
        if self._is_hidden:
            return [], []
        now = {_stem(one.handle.name): one for one in self.lying()}
        new = [one for stem, one in now.items() if stem not in self._known]
        gone = [name for stem, name in self._known.items() if stem not in now]
        self._known = {stem: one.message_id for stem, one in now.items()}
        made = [Made(one.to, one.nudge, one.message_id, at) for one in new]
        return made, [Gone(name, at) for name in gone]

    def unfinished(self) -> list[Path]:
        """What a killed program has left half written."""
        return sorted(self.files.mail_folder("Drafts", self.name).glob("tmp/*"))

    # --- trouble ---

    def breaks(self, outage: Outage) -> None:
        self._trouble.enter_context(unreadable(self.files.mail_folder("Drafts", self.name)))
        self._is_hidden = True

    def mends(self) -> None:
        self._trouble.close()
        self._is_hidden = False

    def close(self) -> None:
        self._trouble.close()


def _stem(name: str) -> str:
    return name.partition(":2,")[0]
