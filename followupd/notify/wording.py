"""The words of each thing that is told: without detail as good as nothing, with it names, companies and problems."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from followupd.core.model import FollowUp, Kind, Question
from followupd.notify.notice import LONGEST_LINE, Item, clean, sentence
from followupd.store import Store

_NTH = {1: "First", 2: "Second", 3: "Third"}
_AFTER = {
    "letter": "waits in your Drafts.",
    "late_letter": "waits in your Drafts, later than planned.",
    "reminder": "is still unsent.",
    "answer": "lies in your Drafts, and an answer may have come: read it first.",
    "kept": "lies in your Drafts and may not fit any more.",
    "findings": "lies in your Drafts, and proofreading found something in it.",
    "unfilled": "was sent with something that was not filled in.",
    "lost": "was not made: {reason}.",
}


class Wording:
    """Makes items out of records."""

    def __init__(self, store: Store, *, detail: bool, zone: str) -> None:
        self.store = store
        self.detail = detail
        self.zone = ZoneInfo(zone)

    def of_letter(self, kind: str, letter: FollowUp, *, by: datetime | None = None) -> Item:
        """`by` is when it is best sent, None where that has passed or is not said."""
        text = f"{self._letter(letter)} {_AFTER[kind].format(reason=letter.reason)}"
        if by:
            text += f" Best sent by {self._clock(by)}."
        return self._item(kind, text, letter.key, letter.process)

    def of_question(self, kind: str, question: Question) -> Item:
        return self._item(kind, question.text, question.id, question.process)

    def of_process(self, kind: str, process: str, reason: str) -> Item:
        return self._item(kind, reason, process, process)

    def of_offer(self, text: str) -> Item:
        return self._item("offer", text, "letters")

    def of_account(self, kind: str, account: str, problem: str) -> Item:
        return self._item(kind, f"{account}: {problem}", account)

    def _item(self, kind: str, text: str, key: str, process: str = "") -> Item:
        told = clean(text, LONGEST_LINE) if self.detail else sentence(kind)
        return Item(kind=kind, text=told, key=key, process=process)

    def _letter(self, letter: FollowUp) -> str:
        """`Thank-you to Dana Reyes (Acme)`."""
        of_kind = {Kind.THANK_YOU: "Thank-you", Kind.LETTER: "Letter on request"}
        what = of_kind.get(letter.kind, f"{_NTH.get(letter.step, 'Another')} nudge")
        who = clean(letter.name) or clean(letter.to) or "somebody without an address"
        process = self.store.process(letter.process)
        where = clean(process.organisation or next(iter(process.domains), "")) if process else ""
        return f"{what} to {who} ({where})" if where else f"{what} to {who}"

    def _clock(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%a %H:%M")
