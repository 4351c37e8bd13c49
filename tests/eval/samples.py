"""Samples that the tests of the evaluation write, and what they read in its output."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.eval import __main__ as command

HEAD = "To: Sam Lee <sam@example.com>\nDate: Thu, 5 Mar 2026 09:00:00 +0000\nMIME-Version: 1.0\n"
DANA = "From: Dana Reyes <dana@acme.example>\n"
DAEMON = "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.com>\n"
LETTER = f"{DANA}{HEAD}Subject: Re: Thank you\nIn-Reply-To: <l@example.com>\n\nCould you send me the slides?\n\nDana\n"
AWAY = f"{DANA}{HEAD}Subject: Automatic reply: Thank you\nAuto-Submitted: auto-replied\n\nI am out of the office.\n"
RECEIPT = f"""{DANA}{HEAD}Subject: Read: Thank you
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b

Your message was displayed.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; dana@acme.example
Disposition: manual-action/MDN-sent-manually; displayed
--b--
"""
INVITATION = f"""{DANA}{HEAD}Subject: Invitation
Content-Type: text/calendar; method=REQUEST

BEGIN:VCALENDAR
END:VCALENDAR
"""
NOTICE = f"From: Acme <no-reply@acme.example>\n{HEAD}Subject: Your application\n\nIts state has changed.\n"
NEWS = f"From: Shop <news@shop.example>\nList-Id: <news.shop.example>\nPrecedence: bulk\n{HEAD}Subject: News\n\nBuy.\n"
EVENT = """\
BEGIN:VEVENT
UID:{0}@acme.example
DTSTAMP:20260301T100000Z
DTSTART:20260304T140000Z
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:Talk {0}
END:VEVENT
"""


def calendar(*events: str) -> str:
    return (
        "BEGIN:VCALENDAR\nVERSION:2.0\n"
        + "".join(EVENT.format(event) for event in events)
        + "END:VCALENDAR\n"
    )


def report(action: str, status: str) -> str:
    return f"""{DAEMON}{HEAD}Subject: Delivery report
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

This is the mail system.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; dana@acme.example
Action: {action}
Status: {status}
--b--
"""


# class, file, label, text
GOOD = (
    ("human", "letter.eml", "human_reply", LETTER),
    ("autoreply", "away.eml", "autoreply", AWAY),
    ("bounce", "failed.eml", "bounce_failed", report("failed", "5.1.1")),
    ("other", "delayed.eml", "dsn_delayed", report("delayed", "4.4.1")),
    ("other", "success.eml", "dsn_success", report("delivered", "2.0.0")),
    ("other", "receipt.eml", "read_receipt", RECEIPT),
    ("other", "invitation.eml", "calendar_request", INVITATION),
    ("other", "notice.eml", "notice", NOTICE),
    ("other", "plain.eml", "plain_not_bounce", LETTER),
    ("other", "news.eml", "list", NEWS),
    ("ics", "two.ics", "valid_expected", calendar("one", "two")),
    ("ics", "half.ics", "invalid_expected", calendar("one")[:60]),
)


@dataclass
class World:
    """A folder of samples and the command that evaluates it."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, group: str, name: str, label: str, text: str | None) -> None:
        """A sample and its line; without a text only the line."""
        self.rows.append((group, name, label))
        if text is not None:
            (self.folder / group).mkdir(exist_ok=True)
            (self.folder / group / name).write_bytes(text.replace("\n", "\r\n").encode())

    def evaluate(self, *options: str, reverse: bool = False) -> tuple[int, str]:
        lines = ["\t".join(row) + "\t-" for row in self.rows]
        lines = lines[::-1] if reverse else lines
        (self.folder / "manifest.tsv").write_text("\n".join(["class\tfile\tlabel\tsource", *lines, ""]))
        code = command.main([str(self.folder), *options])
        return code, self.capsys.readouterr().out


def page(out: str, title: str) -> list[list[str]]:
    """The lines under a heading, as words; none where it is not printed."""
    _, found, rest = out.partition(f"== {title}\n")
    return [line.split() for line in rest.partition("\n\n")[0].splitlines()] if found else []


def line(out: str, title: str, beginning: str) -> str:
    """The one line of a page that begins so."""
    (found,) = [" ".join(words) for words in page(out, title) if " ".join(words).startswith(beginning)]
    return found
