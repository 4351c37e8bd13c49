"""Letters and judging: what one letter costs to write, and one message to judge. No bounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import cycle, islice

from followupd.core.arrivals import judge
from followupd.core.letters import Situation, write
from followupd.core.model import ArrivalClass, Folder, Kind, Message, Part, Person
from followupd.providers.mime import parse_message
from tests.bench.commits import FIRST
from tests.bench.measure import Line, Sizes, timed
from tests.world import ME, wording

PANEL = 8
AT = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
HEAD = """\
From: {sender}
To: Sam Lee <sam@example.com>
Subject: {subject}
Date: Thu, 5 Mar 2026 09:00:00 +0000
Message-ID: <m1@acme.example>
{headers}Content-Type: {type}

{text}
"""
ANSWERS = "In-Reply-To: <letter@example.com>\n"
DANA = "Dana Reyes <dana@acme.example>"
QUOTED = "\n".join(f"> line {i} of the letter that was answered, as it stood there" for i in range(40))
ALTERNATIVES = f"""\
--b
Content-Type: text/plain; charset=utf-8

Thank you, Sam. We will decide by 12 March.

{QUOTED}
--b
Content-Type: text/html; charset=utf-8

<html><body><p>Thank you, Sam. We will decide by 12 March.</p><blockquote>{QUOTED}</blockquote></body></html>
--b--
"""
BOUNCE = """\
--b

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; dana@acme.example
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: <letter@example.com>
Subject: Thank you
--b--
"""
NEWS = "List-Id: <news.shop.example>\nList-Unsubscribe: <https://shop.example/u>\nPrecedence: bulk\n"
# sender, subject, further headers, type, text → what it is
MAIL = (
    (DANA, "Re: Thank you", ANSWERS, 'multipart/alternative; boundary="b"', ALTERNATIVES, ArrivalClass.HUMAN),
    (
        DANA,
        "Automatic reply: Thank you",
        f"{ANSWERS}Auto-Submitted: auto-replied\n",
        "text/plain",
        "I am away until 16 March 2026.",
        ArrivalClass.AUTO_REPLY,
    ),
    (
        "Mail Delivery System <mailer-daemon@example.com>",
        "Undelivered Mail Returned to Sender",
        f"{ANSWERS}Return-Path: <>\n",
        'multipart/report; report-type=delivery-status; boundary="b"',
        BOUNCE,
        ArrivalClass.BOUNCE,
    ),
    (
        "News <news@shop.example>",
        "Offers",
        NEWS,
        "text/plain",
        "Everything must go. " * 200,
        ArrivalClass.LIST,
    ),
)


def lines(sizes: Sizes) -> Iterator[Line]:
    """A letter alone, the last of a panel of eight (unlike the seven before it), and messages of four kinds."""
    count = sizes.letters
    alone = timed(lambda: [_letter(i, ()) for i in range(count)])
    yield Line("letter written, alone", alone / count, "ms")
    earlier = _panel(PANEL - 1)
    last = timed(lambda: [_letter(PANEL + i, earlier) for i in range(count)])
    yield Line("letter written, eighth of a panel", last / count, "ms")
    raw = [_raw(*mail[:5]) for mail in islice(cycle(MAIL), sizes.judged)]
    messages = [_parsed(one) for one in raw]
    for message, mail in zip(messages, MAIL, strict=False):
        assert judge(message, _mine, "Europe/London").kind is mail[5], mail[1]
    parsing = timed(lambda: [_parsed(one) for one in raw])
    yield Line("message parsed", parsing / sizes.judged, "ms")
    judging = timed(lambda: [judge(message, _mine, "Europe/London") for message in messages])
    yield Line("message judged", judging / sizes.judged, "ms")


def _panel(count: int) -> tuple[str, ...]:
    """The letters of a panel, each unlike those before."""
    texts: list[str] = []
    for number in range(count):
        texts.append(_letter(number, tuple(texts)))
    return tuple(texts)


def _letter(number: int, earlier: tuple[str, ...]) -> str:
    first = FIRST[number % len(FIRST)]
    person = Person(address=f"{first.lower()}@acme.example", name=f"{first} Reyes")
    situation = Situation(
        kind=Kind.THANK_YOU,
        part=Part.INTERVIEWER,
        recipient=person,
        met_on=date(2026, 3, 4),
        written_on=date(2026, 3, 4),
        me_name="Sam Lee",
        company="Acme",
    )
    return write(situation, wording("en"), f"{ME}\n{number}", earlier).text


def _raw(sender: str, subject: str, headers: str, type_: str, text: str) -> bytes:
    return HEAD.format(sender=sender, subject=subject, headers=headers, type=type_, text=text).encode()


def _parsed(raw: bytes) -> Message:
    return parse_message(
        raw, id="m1", folder=Folder.INBOX, folder_name="INBOX", received=AT, zone="Europe/London"
    )


def _mine(address: str) -> bool:
    return address == ME
