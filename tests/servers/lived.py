"""A hiring process that waits: two people at one company were thanked on Tuesday 3 March 2026.

Dana organised the talk, so the first nudge goes to her, on Tuesday 10 March at nine (the 5th working day after
the letters), and to Kim should Dana drop out. Nobody else is known.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from followupd.core.arrivals import judge
from followupd.core.model import Folder, Judgement
from followupd.providers.mime import parse_message
from tests.cycle.files import DANA, ME, Files, Mail

KIM = "kim@acme.example"
ANSWERED = "2026-03-03 16:40"  # when servers answer
NOTICED = "2026-03-03 16:50"
NUDGE_DAY = "2026-03-10 09:05"


class Waiting:
    """The user's files, and the two letters as they left."""

    def __init__(self, folder: Path, *, copy: str = "", files: Files | None = None) -> None:
        """`copy` is an address that the user puts into Cc of the letter to Dana; `files` the user's world if made."""
        folder.mkdir(exist_ok=True)
        self.files = files or Files(folder)
        self.copies = {DANA: copy} if copy else {}
        people = [f"Dana Reyes <{DANA}>", f"Kim Novak <{KIM}>"]
        self.files.event("2026-03-03 14:00", "2026-03-03 15:00", people, organizer=DANA)
        self.files.once("2026-03-02 12:00")
        self.files.once("2026-03-03 15:50")
        self.letters = {who: self.send(who) for who in (DANA, KIM)}
        self.files.once("2026-03-03 16:30")
        assert self.stages() == {DANA: "sent", KIM: "sent"}, self.stages()

    def send(self, who: str) -> Mail:
        """The user fills in the marked line and sends; a copy with its own Message-ID lies in Sent."""
        draft = self.files.draft_to(who)
        own = draft.text.replace(
            "FILL IN: one thing that we talked about", "Your map of the harbour stays with me."
        )
        client = "thunderbird" if who == KIM else "neomutt"
        if who in self.copies:
            with_copy = draft.raw.replace(b"\nTo: ", f"\nCc: {self.copies[who]}\nTo: ".encode(), 1)
            draft = Mail(draft.path, draft.folder, with_copy)
        return self.files.send(draft, at="2026-03-03 16:10", client=client, text=own)

    def moment(self, text: str) -> datetime:
        return self.files.time(text)

    def deliver(self, raw: bytes, at: str = ANSWERED) -> None:
        """The answer comes into the Inbox, and the program looks ten minutes later."""
        moment = self.moment(at)
        name = f"{int(moment.timestamp())}.{len(self.files.mail('INBOX'))}.server"
        self.files.put(raw, "INBOX", at, sub="new", name=name)

    def look(self, at: str = NOTICED) -> None:
        self.files.once(at)

    # --- what the program says ---

    def process(self) -> dict[str, Any]:
        (found,) = self.files.status()["processes"]
        return dict(found)

    def stages(self) -> dict[str, str]:
        """Where each thank-you stands."""
        return {one["to"]: one["stage"] for one in self.files.letters("thank_you")}

    def nudge(self) -> dict[str, Any]:
        """The nudge that is planned or made."""
        found = [one for one in self.files.letters("nudge") if one["stage"] in {"planned", "due", "drafted"}]
        assert len(found) == 1, found
        return found[0]

    def drafted(self) -> list[str]:
        """To whom drafts lie there."""
        return [address for draft in self.files.drafts() for address in draft.to]

    def waits_quietly(self) -> None:
        """Nothing is asked, nothing ended, and both letters count as sent."""
        assert self.files.questions() == [], self.files.questions()
        assert self.process()["state"] == "active", self.process()
        assert self.stages() == {DANA: "sent", KIM: "sent"}, self.stages()

    def nudges(self, who: str, at: str) -> None:
        """The nudge lies in Drafts in the first cycle at that moment, and not at an earlier nudge's time."""
        due = self.moment(self.nudge()["due"])
        assert due == self.moment(f"{at[:10]} 09:00"), f"the nudge is due at {due}"
        if at > NUDGE_DAY:
            self.look(NUDGE_DAY)
        assert self.drafted() == [], self.drafted()
        self.look(at)
        assert self.drafted() == [who], self.drafted()
        answered = self.files.draft_to(who).parsed["in-reply-to"]
        assert answered == self.letters[who].message_id, answered


def judged(raw: bytes, at: str = ANSWERED) -> Judgement:
    """What the message is, by the pure judge alone."""
    received = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/London"))
    message = parse_message(raw, id="1", folder=Folder.INBOX, received=received, zone="Europe/London")
    return judge(message, lambda address: address == ME, "Europe/London")


def day(text: str) -> date:
    return date.fromisoformat(text)
