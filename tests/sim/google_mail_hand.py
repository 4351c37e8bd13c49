"""The user's hand on the mailbox, and the world's: what happens there without the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from tests.sim.google_mail_format import read, with_content, with_headers
from tests.sim.google_mail_store import HIDDEN, Alias, MailStore, Stored, locked


@dataclass(frozen=True)
class MessageView:
    """A message as a test looks at it."""

    id: str
    thread: str
    labels: frozenset[str]
    message_id_header: str
    sender: str
    to: str
    subject: str
    text: str
    raw: bytes
    at: datetime


@dataclass(frozen=True)
class DraftView:
    """A draft as a test looks at it. `message` is the id of its message of now."""

    id: str
    message_id_header: str
    sender: str
    to: str
    subject: str
    text: str
    thread: str
    message: str
    raw: bytes
    at: datetime


class UserHand(MailStore):
    """Hooks for tests. Each makes the history records that Gmail would make."""

    # Settings

    @locked
    def add_alias(
        self,
        email: str,
        verified: bool = True,
        default: bool = False,
        display_name: str = "",
        signature: str = "",
    ) -> None:
        self.aliases.append(Alias(email, verified, display_name, signature))
        if default:
            self.default_alias = email

    @locked
    def set_signature(self, signature: str, display_name: str = "") -> None:
        """Signature and name of the primary address."""
        self.aliases[0] = Alias(self.address, display_name=display_name, signature=signature)

    @locked
    def add_label_name(self, name: str) -> str:
        """A user label; its id."""
        return self.label_id(name)

    @locked
    def expire_history(self) -> None:
        """Every history id handed out so far is too old from now on."""
        self.oldest_history = self.next_history()

    # Letters

    @locked
    def receive(
        self, raw: bytes, labels: Iterable[str] = ("INBOX", "UNREAD"), at: datetime | None = None
    ) -> str:
        return self.add(raw, labels, thread=self.thread_for(raw), at=at).id

    @locked
    def put(self, raw: bytes, labels: Iterable[str], at: datetime | None = None) -> str:
        """A message in any folder; one labelled DRAFT gets its draft."""
        labels = tuple(labels)
        draft = self.new_draft_id() if "DRAFT" in labels else ""
        return self.add(raw, labels, thread=self.thread_for(raw), at=at, draft=draft).id

    @locked
    def ui_send_new(self, raw: bytes, at: datetime | None = None) -> str:
        """A letter the user wrote and sent by himself."""
        whole = self._with_message_id(raw)
        return self.add(whole, ["SENT"], thread=self.thread_for(whole), at=at).id

    @locked
    def add_label(self, id_: str, *labels: str) -> None:
        self.relabel(id_, add=labels)

    @locked
    def remove_label(self, id_: str, *labels: str) -> None:
        self.relabel(id_, remove=labels)

    @locked
    def set_labels(self, id_: str, *labels: str) -> None:
        wanted = {self.label_id(label) for label in labels}
        self.relabel(id_, add=wanted, remove=self.stored[id_].labels - wanted)

    def archive(self, id_: str) -> None:
        self.remove_label(id_, "INBOX")

    def mark_read(self, id_: str) -> None:
        self.remove_label(id_, "UNREAD")

    def star(self, id_: str) -> None:
        self.add_label(id_, "STARRED")

    @locked
    def trash(self, id_: str) -> None:
        self.to_trash(id_)

    def untrash(self, id_: str) -> None:
        self.remove_label(id_, "TRASH")

    @locked
    def spam(self, id_: str) -> None:
        self.relabel(id_, add=["SPAM"], remove=["INBOX"])

    @locked
    def delete(self, id_: str) -> None:
        """Gone for good, as when the trash is emptied."""
        self.remove(id_)

    # Drafts in the user's hand

    @locked
    def ui_new_draft(self, raw: bytes, at: datetime | None = None) -> str:
        whole, draft_id = self._with_message_id(raw), self.new_draft_id()
        self.add(whole, ["DRAFT"], thread=self.thread_for(whole), at=at, draft=draft_id)
        return draft_id

    @locked
    def ui_edit(
        self, draft_id: str, raw: bytes | None = None, body: str | None = None, at: datetime | None = None
    ) -> str:
        """Other bytes, or the same letter with another text; neither is a mere autosave. The new message id."""
        old = self._message_of(draft_id)
        return self.rotate(draft_id, self._edited(old, raw, body), thread=old.thread, at=at).id

    @locked
    def ui_autosave_storm(self, draft_id: str, times: int) -> None:
        """The composer saves while the user types: a new message id each time."""
        text = self._message_of(draft_id).letter.text
        for number in range(times):
            self.ui_edit(draft_id, body=f"{text}{'.' * (number + 1)}")

    @locked
    def ui_edit_subject(self, draft_id: str, subject: str) -> str:
        """Another subject is another thread. The new message id."""
        raw = self._edited(self._message_of(draft_id), None, None)
        raw = with_headers(raw, lambda _: False, {"Subject": _encoded(subject)})
        return self.rotate(draft_id, raw, thread=None).id

    @locked
    def ui_send(self, draft_id: str, edited: str | None = None, at: datetime | None = None) -> str:
        """Sent by the user, with another text if `edited`. The id of the new message in SENT."""
        if edited is not None:
            self.ui_edit(draft_id, body=edited)
        return self._leave(self._message_of(draft_id), "SENT", at)

    @locked
    def ui_schedule_send(self, draft_id: str) -> str:
        """No draft any more, not sent either. The id of the new message in SCHEDULED."""
        old = self._message_of(draft_id)
        raw = self._edited(old, None, None)
        self.remove(old.id)
        return self.add(raw, ["SCHEDULED"], thread=old.thread).id

    @locked
    def ui_send_scheduled(self, message_id: str, at: datetime | None = None) -> str:
        return self._leave(self.stored[message_id], "SENT", at)

    @locked
    def ui_undo_send(self, message_id: str) -> str:
        """The sent message is gone and a draft there again, with new ids in the same thread. The draft id."""
        old, draft_id = self.remove(message_id), self.new_draft_id()
        self.add(old.raw, ["DRAFT"], thread=old.thread, draft=draft_id)
        return draft_id

    @locked
    def ui_discard(self, draft_id: str) -> None:
        """Gone for good."""
        self.remove(self.containers[draft_id])

    @locked
    def ui_trash_draft(self, draft_id: str) -> str:
        """Into the trash, not for good. Its message id, which stays."""
        return self.to_trash(self.containers[draft_id]).id

    @locked
    def imap_resave(self, draft_id: str, raw: bytes, at: datetime | None = None) -> str:
        """An IMAP client saves: it deletes the draft and appends another. The new draft id."""
        self.remove(self.containers[draft_id])
        return self.ui_new_draft(raw, at)

    def _message_of(self, draft_id: str) -> Stored:
        return self.stored[self.containers[draft_id]]

    def _leave(self, old: Stored, label: str, at: datetime | None) -> str:
        raw = self.outgoing(old.raw)
        self.remove(old.id)
        return self.add(raw, [label], thread=old.thread, at=at).id

    def _edited(self, old: Stored, raw: bytes | None, body: str | None) -> bytes:
        """What the composer saves: its own Message-ID, no headers that it does not know."""
        content = old.raw if raw is None else raw
        if raw is None and body is not None:
            content = with_content(content, self._composed(body))
        kept = read(old.raw).message_id if self.edit_keeps_message_id else ""
        return self.without_x_headers(content, {"Message-ID": kept or self.new_message_id_header()})

    def _composed(self, text: str) -> bytes:
        """The content as the composer writes it: text, and the same as HTML."""
        message = EmailMessage(policy=SMTP)
        message.set_content(text, cte="base64")
        if self.ui_writes_html:
            rich = escape(text).replace("\n", "<br>")
            message.add_alternative(f'<div dir="ltr">{rich}</div>', subtype="html", cte="base64")
            message.set_boundary(self._digest("boundary").hex()[:28])
        return message.as_bytes()

    def _with_message_id(self, raw: bytes) -> bytes:
        if read(raw).message_id:
            return raw
        return with_headers(raw, lambda _: False, {"Message-ID": self.new_message_id_header()})

    # What tests look at

    @locked
    def drafts(self) -> list[DraftView]:
        """The drafts outside the trash, the newest first."""
        held = [self.stored[id_] for id_ in self.containers.values()]
        shown = sorted((m for m in held if not m.labels & HIDDEN), key=lambda m: m.age, reverse=True)
        return [_draft_view(m) for m in shown]

    @locked
    def messages(self, label: str | None = None) -> list[MessageView]:
        """All messages, or those with a label (id or name), the newest first."""
        wanted = None if label is None else self.find_label(label)
        held = (m for m in self.stored.values() if label is None or wanted in m.labels)
        return [_view(m) for m in sorted(held, key=lambda m: m.age, reverse=True)]

    @locked
    def message(self, id_: str) -> MessageView:
        return _view(self.stored[id_])

    def inbox(self) -> list[MessageView]:
        return self.messages("INBOX")

    def sent(self) -> list[MessageView]:
        return self.messages("SENT")

    def trashed(self) -> list[MessageView]:
        return self.messages("TRASH")

    def scheduled(self) -> list[MessageView]:
        return self.messages("SCHEDULED")

    @locked
    def count(self) -> int:
        """The number of messages, drafts and trash among them."""
        return len(self.stored)


def _encoded(subject: str) -> str:
    message = EmailMessage(policy=SMTP.clone(max_line_length=None))
    message["Subject"] = subject
    return message.as_bytes().decode("ascii").partition(":")[2].strip()


def _view(m: Stored) -> MessageView:
    letter = m.letter
    return MessageView(
        id=m.id,
        thread=m.thread,
        labels=m.labels,
        message_id_header=letter.message_id,
        sender=letter.header("From"),
        to=letter.header("To"),
        subject=letter.subject,
        text=letter.text,
        raw=m.raw,
        at=m.at,
    )


def _draft_view(m: Stored) -> DraftView:
    view = _view(m)
    return DraftView(
        id=m.draft,
        message_id_header=view.message_id_header,
        sender=view.sender,
        to=view.to,
        subject=view.subject,
        text=view.text,
        thread=view.thread,
        message=view.id,
        raw=view.raw,
        at=view.at,
    )
