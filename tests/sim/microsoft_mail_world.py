"""What others send to the user: answers, automatic replies, reports, each as Exchange delivers it."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from tests.sim.microsoft_mail_opened import OpenHand
from tests.sim.microsoft_mail_store import Item, locked

AWAY, BY_RULE = "IPM.Note.Rules.OofTemplate.Microsoft", "IPM.Note.Rules.ReplyTemplate.Microsoft"
UNDELIVERABLE = "REPORT.IPM.Note.NDR"
REPORT = """\
From: Microsoft Outlook <postmaster@acme.example>
To: {to}
Subject: Undeliverable: {subject}
Date: {date}
Message-ID: {id}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=utf-8

Your message to {failed} couldn't be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns;mail.acme.example

Final-Recipient: rfc822;{failed}
Action: failed
Status: 5.1.10

--b1
Content-Type: text/rfc822-headers

Message-ID: {original}
To: {failed}
Subject: {subject}

--b1--
"""


class World(OpenHand):
    """Letters to the user that answer a message of his."""

    @locked
    def answer(
        self,
        of: str,
        sender: str = "",
        text: str = "Thank you, we will be in touch.",
        *,
        folder: str = "inbox",
        subject: str = "",
        new_conversation: bool = False,
        headers: Mapping[str, str] | None = None,
        message_class: str = "IPM.Note",
    ) -> str:
        """A reply to a message, from its first recipient where no sender is given.

        `new_conversation`: Exchange does not join it, although In-Reply-To and References are right.
        """
        item = self.hold(of)
        message = self._letter(item, sender, subject or f"Re: {item.subject}")
        message["In-Reply-To"] = item.internet_message_id
        message["References"] = " ".join([*item.parents, item.internet_message_id])
        for name, value in (headers or {}).items():
            message[name] = value
        message.set_content(text)
        conversation = "" if new_conversation else item.conversation
        return self.receive(
            message.as_bytes(), folder, conversation=conversation, message_class=message_class
        )

    @locked
    def automatic_reply(
        self, of: str, sender: str = "", text: str = "I am out of the office.", *, by_rule: bool = False
    ) -> str:
        """Out of office; or by a rule, which leaves no header to know it by."""
        headers = {} if by_rule else {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        subject = f"Automatic reply: {self.hold(of).subject}"
        kind = BY_RULE if by_rule else AWAY
        return self.answer(of, sender, text, subject=subject, headers=headers, message_class=kind)

    @locked
    def bounce(self, of: str, recipient: str = "") -> str:
        """A report of non-delivery (RFC 3464), with the head of the letter that it is about."""
        item = self.hold(of)
        failed = recipient or item.to[0][1]
        fields = {
            "subject": item.subject,
            "date": format_datetime(self.clock.now),
            "id": self.new_internet_message_id(),
            "to": self.address,
            "failed": failed,
            "original": item.internet_message_id,
        }
        raw = REPORT.format_map(fields).replace("\n", "\r\n").encode()
        return self.receive(raw, message_class=UNDELIVERABLE)

    def _letter(self, item: Item, sender: str, subject: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = sender or formataddr(item.to[0])
        message["To"] = formataddr((self.name, self.address))
        message["Subject"], message["Date"] = subject, format_datetime(self.clock.now)
        local = self.digest("their message-id").hex()[:24]
        message["Message-ID"] = f"<{local}@mail.acme.example>"
        return message
