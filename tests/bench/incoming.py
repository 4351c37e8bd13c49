"""Incoming mail as a job seeker's inbox holds it, composed here: people, responders, mail systems, news."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

DATE = "Thu, 5 Mar 2026 09:00:00 +0000"
LETTER = """\
Hi Sam,

thank you for coming in yesterday. The team enjoyed the conversation about the migration, and so did I.
We meet on Tuesday to compare notes, and I hope to write again by the end of next week.

Kind regards
Dana
"""
QUOTED = "\n".join(
    f"> line {number} of the letter that was answered, as it stood there" for number in range(30)
)
TRACE = "\n".join(
    f"Received: from relay{number}.example.net (relay{number}.example.net [192.0.2.{number}])\n"
    f"\tby mx{number}.example.com (Postfix) with ESMTPS id 4F{number}A2\n\tfor <sam@example.com>; {DATE}"
    for number in range(5)
)
SIGNED = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.example; s=mail;\n"
    "\th=from:to:subject:date:message-id; bh=" + "B" * 44 + ";\n\tb=" + "A" * 300
)
RETURNED = f"""\
{TRACE}
From: Sam Lee <sam@example.com>
To: Dana Reyes <dana@acme.example>
Subject: Thank you
Message-ID: <letter@example.com>
Date: {DATE}

Dear Dana,

thank you for the time that you took for me.

Sam
"""


def messages(count: int) -> list[bytes]:
    """So many messages in the usual mixture, each a little different."""
    usual = (person, quoting, newsletter, person, report, away, person, quoting, newsletter, person)
    rarer = (acknowledged, qmail, person, exim, sendmail, delayed, person, newsletter, quoting, report)
    whole = (*usual, *rarer, *usual, thread, *rarer[1:])
    return [make(number) for number, make in enumerate(islice(cycle(whole), count))]


def person(number: int) -> bytes:
    return _mail("Dana Reyes <dana@acme.example>", "Re: Thank you", LETTER, "text/plain", _answering(number))


def quoting(number: int) -> bytes:
    text = f"{LETTER}\nOn Wed, 4 Mar 2026, Sam Lee wrote:\n{QUOTED}"
    page = f"<html><body><p>{LETTER}</p><blockquote>{QUOTED}</blockquote></body></html>"
    body = _parts(("text/plain", text), ("text/html", page))
    kind = 'multipart/alternative; boundary="b"'
    return _mail("Dana Reyes <dana@acme.example>", "Re: Thank you", body, kind, _answering(number))


def thread(number: int) -> bytes:
    """An HTML letter above all that was ever written, 200 kB as Outlook makes them."""
    turn = (
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b><span '
        'style="font-family:&quot;Calibri&quot;">From:</span></b> Robin Ash &lt;robin@acme.example&gt;<br>'
        f"<b>Subject:</b> Interview<o:p></o:p></p></div><p>{LETTER}</p>"
    )
    page = f"<html><body><p>{LETTER}</p>{turn * (200_000 // len(turn))}</body></html>"
    return _mail("Dana Reyes <dana@acme.example>", "RE: Interview", page, "text/html", _answering(number))


def away(number: int) -> bytes:
    text = "I am out of the office until 16 March 2026. In urgent cases please call my colleague Robin Ash."
    headers = f"Auto-Submitted: auto-replied\n{_answering(number)}"
    return _mail("Dana Reyes <dana@acme.example>", "Automatic reply: Thank you", text, "text/plain", headers)


def acknowledged(number: int) -> bytes:
    text = f"We have received your message. Its number is {number}. Please do not reply to this mail."
    headers = f"Auto-Submitted: auto-generated\n{_answering(number)}"
    return _mail("Acme Careers <careers@acme.example>", "Re: Thank you", text, "text/plain", headers)


def newsletter(number: int) -> bytes:
    article = '<table width="600"><tr><td style="padding:8px"><a href="https://shop.example/a">{0}</a></td></tr></table>'
    page = "".join(article.format(f"offer {each} of issue {number}") for each in range(150))
    headers = "List-Id: <news.shop.example>\nList-Unsubscribe: <https://shop.example/u>\nPrecedence: bulk\n"
    return _mail(
        "Shop <news@shop.example>",
        f"Issue {number}",
        f"<html><body>{page}</body></html>",
        "text/html",
        headers,
    )


def report(number: int) -> bytes:
    """RFC 3464 with the letter that comes back, as Postfix writes it."""
    return _report(number, "failed", "5.1.1", "Undelivered Mail Returned to Sender")


def delayed(number: int) -> bytes:
    return _report(number, "delayed", "4.4.1", "Delayed Mail (still being retried)")


def qmail(number: int) -> bytes:
    text = (
        "Hi. This is the qmail-send program at mx.example.com.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
        f"<dana{number}@acme.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\n{RETURNED}"
    )
    return _mail("MAILER-DAEMON@mx.example.com", "failure notice", text, "text/plain", "Return-Path: <>\n")


def exim(number: int) -> bytes:
    text = (
        "This message was created automatically by mail delivery software.\n\nA message that you sent could "
        f"not be delivered to all of its recipients:\n\n  dana{number}@acme.example\n    Unrouteable address\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{RETURNED}"
    )
    headers = (
        f"Return-Path: <>\nX-Failed-Recipients: dana{number}@acme.example\nAuto-Submitted: auto-replied\n"
    )
    sender = "Mail Delivery System <Mailer-Daemon@mx.example.com>"
    return _mail(sender, "Mail delivery failed: returning message to sender", text, "text/plain", headers)


def sendmail(number: int) -> bytes:
    text = (
        "   ----- The following addresses had permanent fatal errors -----\n"
        f"<dana{number}@acme.example>\n\n   ----- Transcript of session follows -----\n"
        f"... while talking to mx.acme.example.:\n>>> RCPT To:<dana{number}@acme.example>\n"
        f"<<< 550 5.1.1 User unknown\n\n   ----- Original message follows -----\n\n{RETURNED}"
    )
    sender = "Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>"
    return _mail(sender, "Returned mail: User unknown", text, "text/plain", "Return-Path: <>\n")


def _report(number: int, action: str, status: str, subject: str) -> bytes:
    recipient = f"Final-Recipient: rfc822; dana{number}@acme.example\nAction: {action}\nStatus: {status}\n"
    body = _parts(
        (
            "text/plain",
            f"This is the mail system at host mx.example.com.\n\n<dana{number}@acme.example>: {action}",
        ),
        ("message/delivery-status", f"Reporting-MTA: dns; mx.example.com\n\n{recipient}"),
        ("message/rfc822", RETURNED),
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    sender = "Mail Delivery System <MAILER-DAEMON@mx.example.com>"
    return _mail(sender, subject, body, kind, "Return-Path: <>\nAuto-Submitted: auto-replied\n")


def _parts(*parts: tuple[str, str]) -> str:
    return "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts) + "--b--\n"


def _answering(number: int) -> str:
    return f"In-Reply-To: <letter@example.com>\nReferences: <invitation{number}@acme.example> <letter@example.com>\n"


def _mail(sender: str, subject: str, body: str, kind: str, headers: str) -> bytes:
    head = f"From: {sender}\nTo: Sam Lee <sam@example.com>\nSubject: {subject}\nDate: {DATE}\n"
    mime = f"MIME-Version: 1.0\nContent-Type: {kind}\n"
    return f"{headers}{TRACE}\n{SIGNED}\n{head}Message-ID: <m@acme.example>\n{mime}\n{body}".encode()


def large(size: int) -> Iterator[bytes]:
    """A letter with an attachment of so many bytes in base64, piece by piece."""
    body = _parts(("text/plain", LETTER))[: -len("--b--\n")]
    top = _mail("Dana Reyes <dana@acme.example>", "The plan", body, 'multipart/mixed; boundary="b"', "")
    yield top + b"--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
    piece = (b"QUJD" * 19 + b"\n") * 10_000
    for _ in range(size // len(piece) + 1):
        yield piece
    yield b"--b--\n"
