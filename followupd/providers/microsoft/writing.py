"""How a letter becomes a draft in Outlook: minimal HTML, its Message-ID, and for a reply its conversation.

A reply is made by `createReply` on the letter that it follows, since only Exchange can set what joins a
conversation. It is addressed to ourselves then, so everything is given in the same request; where Exchange
leaves something out, it is filled in afterwards, as long as nobody has touched the draft.

Sources: Graph v1.0, "Create message", "message: createReply", "Update message".
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from html import escape
from typing import Any

from followupd.core.fates import bare_subject
from followupd.core.model import Address, Draft, Folder, Message
from followupd.errors import Conflict, NotDone, Refused, Unavailable
from followupd.providers.microsoft.folders import Folders
from followupd.providers.microsoft.messages import IN_REPLY_TO, MADE_AS, REFERENCES, Item
from followupd.providers.microsoft.outlook import Outlook
from followupd.providers.microsoft.refusals import NotTaken, NotThere
from followupd.providers.mimedraft import MAX_NAME, MAX_SUBJECT, is_address
from followupd.providers.mimetext import html_to_text, one_line

SINCE = timedelta(hours=1)  # the two clocks may differ by that
AT_ONCE = timedelta(minutes=2)


class Writing:
    """Makes drafts. When a method raises Unavailable, it may have acted."""

    def __init__(self, outlook: Outlook, folders: Folders) -> None:
        self._outlook = outlook
        self._folders = folders

    def write(self, draft: Draft) -> str:
        """Puts the letter into Drafts, and returns its id."""
        body = body_of(draft)
        base = self._base(draft) if draft.in_reply_to else None
        if base is None:
            return self._create(body | _threading(draft)).id
        return self._reply(draft, base, body)

    def _create(self, body: dict[str, Any]) -> Item:
        """With our Message-ID where Exchange takes one; it is kept beside the draft in any case."""
        try:
            return self._outlook.create(body)
        except NotTaken:
            return self._outlook.create(_without_id(body))

    def _base(self, draft: Draft) -> Item | None:
        """The letter that is answered: the sent copy, where several carry its Message-ID."""
        found = [item for item in self._outlook.named(draft.in_reply_to) if not item.unsent]
        return max(found, key=lambda item: self._folders.of(item.folder)[0] is Folder.SENT, default=None)

    def complete(self, draft: Draft) -> None:
        """Finishes what an interrupted attempt has begun, if anything. What the user has gone on with stays theirs."""
        base = self._base(draft) if draft.in_reply_to else None
        begun = self._begun(draft, base)[0] if base else None
        if begun is not None:
            self._fill_in(begun.id, draft, body_of(draft))

    def _reply(self, draft: Draft, base: Item, body: dict[str, Any]) -> str:
        begun, theirs = self._begun(draft, base)
        if theirs:
            raise Conflict(
                "a draft of yours lies in this conversation already. Send or delete it; this one is made then."
            )
        made = begun or self._answering(base, body)
        try:
            self._fill_in(made.id, draft, body)
        except NotDone as error:  # but there is a draft already
            raise Unavailable(str(error), error.retry_after) from error
        return made.id

    def _begun(self, draft: Draft, base: Item) -> tuple[Item | None, bool]:
        """The reply that an earlier attempt has begun, and whether the user writes one to them."""
        me = self._outlook.owner().email
        them = {draft.to.email.lower() if draft.to else "", me}
        begun, theirs = None, False
        for item in self._outlook.drafts_in(base.conversation):
            answers = not item.recipients or not item.recipients.isdisjoint(them)
            if item.made_as not in ("", draft.message_id) or not answers:
                continue
            if self._is_ours(item, draft, them | base.recipients):
                begun = item if item.created >= draft.date - SINCE else begun
            else:
                theirs = theirs or item.created >= base.sent
        return begun, theirs

    def _is_ours(self, item: Item, draft: Draft, known: Collection[str]) -> bool:
        """Whether nobody has written in it: above the quoted letter stands nothing, or what we have written."""
        if not item.recipients <= set(known) or item.modified - item.created > AT_ONCE:
            return False
        own, subject = self._outlook.own_words(item.id)
        return bare_subject(subject) == bare_subject(draft.subject) and html_to_text(own).split() in (
            [],
            draft.text.split(),
        )

    def _answering(self, base: Item, body: dict[str, Any]) -> Item:
        try:
            try:
                return self._outlook.reply(base.id, body)
            except NotTaken:
                return self._outlook.reply(base.id, None)  # and all is filled in afterwards
        except NotThere as error:
            raise Conflict("the letter that is to be followed has just been moved or deleted.") from error

    def _fill_in(self, name: str, draft: Draft, body: dict[str, Any]) -> None:
        """Fills in what Exchange did not take with the request that made it."""
        opened = self._outlook.open(name)
        if opened is None:
            raise Conflict("the draft was removed or sent while it was being written.")
        item, message = opened
        missing = _missing(draft, item, message)
        try:
            self._patch(item, {key: body[key] for key in missing})
        except NotThere as error:
            raise Conflict("the draft was removed or sent while it was being written.") from error

    def _patch(self, item: Item, fields: dict[str, Any]) -> None:
        if not fields:
            return
        try:
            self._outlook.fill(item, fields)
        except NotTaken:
            if rest := _without_id(fields):
                self._outlook.fill(item, rest)


def _without_id(fields: dict[str, Any]) -> dict[str, Any]:
    """Where Exchange keeps to a Message-ID of its own: ours stands in the extended property too."""
    return {name: value for name, value in fields.items() if name != "internetMessageId"}


def _missing(draft: Draft, item: Item, message: Message) -> list[str]:
    wanted = {draft.to.email.lower()} if draft.to else set()
    same = {
        "toRecipients": {one.email for one in (*message.to, *message.cc, *message.bcc)} == wanted,
        "ccRecipients": not message.cc,
        "subject": message.subject == one_line(draft.subject)[:MAX_SUBJECT],
        "body": message.text.split() == draft.text.split(),
        "internetMessageId": item.message_id == draft.message_id,
        "singleValueExtendedProperties": item.made_as == draft.message_id,
    }
    return [name for name, holds in same.items() if not holds]


def body_of(draft: Draft) -> dict[str, Any]:
    """The letter as Graph takes it. Raises Refused where its address can't be written."""
    return {
        "subject": one_line(draft.subject)[:MAX_SUBJECT],
        "body": {"contentType": "html", "content": html_of(draft.text)},
        "toRecipients": [_recipient(draft.to)] if draft.to else [],
        "ccRecipients": [],
        "internetMessageId": f"<{draft.message_id}>",
        "singleValueExtendedProperties": [{"id": MADE_AS, "value": draft.message_id}],
    }


def html_of(text: str) -> str:
    """Paragraphs and line breaks, and nothing else: no style, so that the mail program's own holds."""
    clean = "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and c != "\x7f"))
    paragraphs = (part.strip("\n") for part in clean.split("\n\n"))
    lines = (
        "<br>".join(escape(line, quote=False) for line in part.split("\n")) for part in paragraphs if part
    )
    return "".join(f"<p>{part}</p>" for part in lines)


def _recipient(to: Address) -> dict[str, Any]:
    if not is_address(to.email):
        raise Refused(
            "An address of this letter can't be written into a mail header. Correct it: people set."
        )
    name = one_line(to.name)[:MAX_NAME].strip()
    return {"emailAddress": {"address": to.email} | ({"name": name} if name else {})}


def _threading(draft: Draft) -> dict[str, Any]:
    """A reply whose letter is not in this mailbox: what joins a conversation, as far as Exchange takes it."""
    if not draft.in_reply_to:
        return {}
    references = " ".join(f"<{one}>" for one in draft.references or (draft.in_reply_to,))
    given = {MADE_AS: draft.message_id, IN_REPLY_TO: f"<{draft.in_reply_to}>", REFERENCES: references}
    return {"singleValueExtendedProperties": [{"id": name, "value": value} for name, value in given.items()]}
