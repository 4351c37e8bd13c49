"""The writing half of the Gmail API: drafts, and the two calls that send."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from email.utils import format_datetime, formataddr, getaddresses
from typing import Any

from tests.sim.google_mail_api import Reading, invalid, not_found, paged
from tests.sim.google_mail_format import read, same_subject, with_headers
from tests.sim.google_mail_search import parse
from tests.sim.google_mail_store import HIDDEN, MailStore, Stored, entity
from tests.sim.wire import ApiError, Call, Handlers

LARGEST_LETTER = 35 * 1024 * 1024
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*={0,2}")


class Writing:
    """Drafts made, changed, deleted and sent."""

    def __init__(self, box: MailStore, reading: Reading) -> None:
        self.box, self.reading = box, reading

    def handlers(self) -> Handlers:
        return {
            "gmail.users.drafts.create": self.create_draft,
            "gmail.users.drafts.get": self.get_draft,
            "gmail.users.drafts.list": self.list_drafts,
            "gmail.users.drafts.update": self.update_draft,
            "gmail.users.drafts.delete": self.delete_draft,
            "gmail.users.drafts.send": self.send_draft,
            "gmail.users.messages.send": self.send_message,
        }

    # Drafts

    def create_draft(self, call: Call) -> dict[str, Any]:
        asked = _message_of(call.body)
        raw = _letter(asked)
        self._refuse_over_quota()
        thread = self._thread(asked, raw, own="")
        draft_id = self.box.new_draft_id()
        raw = self._prepared(draft_id, raw)
        self._note_ghosts(draft_id, raw, thread, own="")
        return _answer(self.box.add(raw, ["DRAFT"], thread=thread, draft=draft_id))

    def update_draft(self, call: Call) -> dict[str, Any]:
        old = self._held(call.get("id"))
        asked = _message_of(call.body)
        raw = _letter(asked)
        self._refuse_over_quota()
        thread = self._thread(asked, raw, own=old.id)
        if not (asked.get("threadId") or self.box.update_without_thread_moves):
            thread = old.thread
        raw = self._prepared(old.draft, raw)
        self._note_ghosts(old.draft, raw, thread, own=old.id)
        return _answer(self.box.rotate(old.draft, raw, thread=thread))

    def get_draft(self, call: Call) -> dict[str, Any]:
        m = self._held(call.get("id"))
        return {"id": m.draft, "message": self.reading.shown(m, call)}

    def list_drafts(self, call: Call) -> dict[str, Any]:
        found = self._listed(call)
        page, following = paged(call, found, lambda m: m.age)
        items = [{"id": m.draft, "message": {"id": m.id, "threadId": m.thread}} for m in page]
        return entity(drafts=items, nextPageToken=following, resultSizeEstimate=len(found))

    def delete_draft(self, call: Call) -> None:
        self.box.remove(self._held(call.get("id")).id)

    def _held(self, draft_id: object) -> Stored:
        message_id = self.box.containers.get(str(draft_id or ""))
        if message_id is None:
            raise not_found()
        return self.box.stored[message_id]

    def _listed(self, call: Call) -> list[Stored]:
        box, query = self.box, parse(call.get("q") or "")
        if call.get("q"):
            # The index may know an older message of a draft; the draft is listed with the message of now.
            drafts = {m.draft for m, labels in box.search(query) if "DRAFT" in labels}
        else:
            drafts = set(box.containers)
        hidden = frozenset() if call.get("includeSpamTrash") else HIDDEN - query.reaches
        held = (box.stored[id_] for draft, id_ in box.containers.items() if draft in drafts)
        return sorted((m for m in held if not m.labels & hidden), key=lambda m: m.age, reverse=True)

    # Sending

    def send_draft(self, call: Call) -> dict[str, Any]:
        body = call.body or {}
        old = self._held(body.get("id"))
        asked = body.get("message") or {}
        raw = self._prepared(old.draft, _letter(asked)) if asked.get("raw") else old.raw
        self.box.remove(old.id)
        return _bare(self.box.add(self.box.outgoing(raw), ["SENT"], thread=old.thread))

    def send_message(self, call: Call) -> dict[str, Any]:
        asked = call.body or {}
        raw = _letter(asked)
        thread = self._thread(asked, raw, own="")
        sent = self.box.outgoing(self._prepared("", raw))
        return _bare(self.box.add(sent, ["SENT"], thread=thread))

    # What Gmail makes of the bytes

    def _refuse_over_quota(self) -> None:
        if self.box.over_quota:
            raise ApiError(403, "quotaExceeded", "The user's mailbox is over quota.")

    def _prepared(self, draft_id: str, raw: bytes) -> bytes:
        """The letter with the headers that Gmail sees to: From, Date, Message-ID."""
        letter, put = read(raw), {}
        sender = self._sender(draft_id, letter.header("From"))
        if sender:
            put["From"] = sender
        if not letter.header("Date"):
            put["Date"] = format_datetime(self.box.clock.now)
        if not (letter.message_id and self.box.drafts_keep_message_id):
            put["Message-ID"] = self.box.new_message_id_header()
        return with_headers(raw, lambda _: False, put)

    def _sender(self, draft_id: str, given: str) -> str:
        """The From to write instead of the given one, "" where that may stay."""
        if not given:
            return self.box.default_alias
        name, address = (getaddresses([given]) or [("", "")])[0]
        if address.lower() in {alias.email.lower() for alias in self.box.aliases if alias.verified}:
            return ""
        self.box.rewritten.append((draft_id, given))
        return formataddr((name, self.box.address))

    # Threads

    def _thread(self, asked: dict[str, Any], raw: bytes, own: str) -> str | None:
        """The thread that the letter joins, None for a new one."""
        wanted = asked.get("threadId")
        if not wanted:
            return None
        entries = self.box.thread(wanted)
        if not entries:
            if self.box.invalid_thread_is_400:
                raise invalid("Invalid thread_id value")
            raise not_found()
        others = [m for m in entries if m.id != own]
        return wanted if self.box.thread_id_suffices or _belongs(raw, others) else None

    def _note_ghosts(self, draft_id: str, raw: bytes, thread: str | None, own: str) -> None:
        """Writes down why the web interface would not show this draft in its conversation."""
        others = [m for m in self.box.thread(thread) if m.id != own] if thread else []
        letter = read(raw)
        parents = [m for m in self.box.named(letter.replies_to) if m.id != own]
        reasons = [_bad_parent(parents)]
        if others:
            reasons.append(self._unanchored(letter.replies_to, others))
        if any("DRAFT" in m.labels and not m.labels & HIDDEN for m in others):
            reasons.append("a second draft in the thread")
        self.box.ghosts += [(draft_id, why) for why in reasons if why]

    def _unanchored(self, replies_to: list[str], others: list[Stored]) -> str:
        if not replies_to:
            return "no reply headers in a thread"
        known = {m.letter.message_id for m in others}
        if self.box.ghosts_cover_unknown_parents and not known & set(replies_to):
            return "a reply to no message of the thread"
        return ""


def _bad_parent(parents: list[Stored]) -> str:
    """A parent that makes a ghost of its answer, if there is no better one with the same Message-ID."""
    if parents and all(m.labels & HIDDEN for m in parents):
        return "a reply to a message in the trash"
    if parents and all(m.labels & (HIDDEN | {"DRAFT"}) for m in parents):
        return "a reply to a draft"
    return ""


def _belongs(raw: bytes, others: list[Stored]) -> bool:
    """Whether the headers and the subject make the letter one of the thread; an empty one takes all."""
    letter = read(raw)
    named = (m for m in others if m.letter.message_id in letter.references)
    return not others or any(same_subject(m.letter.subject, letter.subject) for m in named)


def _message_of(body: dict[str, Any] | None) -> dict[str, Any]:
    message = (body or {}).get("message")
    if not isinstance(message, dict):
        raise invalid("Missing draft message")
    return message


def _letter(message: dict[str, Any]) -> bytes:
    raw = message.get("raw")
    if not isinstance(raw, str) or not raw:
        raise invalid("'raw' RFC822 payload message string or uploading message via /upload/* URL required")
    bare = raw.rstrip("=")
    if not _BASE64URL.fullmatch(raw) or len(bare) % 4 == 1:
        raise invalid("Invalid value at 'message.raw' (TYPE_BYTES), Base64 decoding failed")
    content = urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    if len(content) > LARGEST_LETTER:
        raise invalid("The message exceeds the size limit of 35 MB.")
    return content


def _bare(m: Stored) -> dict[str, Any]:
    return {"id": m.id, "threadId": m.thread, "labelIds": sorted(m.labels)}


def _answer(m: Stored) -> dict[str, Any]:
    return {"id": m.draft, "message": _bare(m)}
