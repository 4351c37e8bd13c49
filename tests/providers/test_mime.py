"""Messages as strangers send them, and drafts as we write them."""

from __future__ import annotations

import email
import email.policy
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.core.model import Address, Draft, Folder, Message
from followupd.errors import Refused
from followupd.providers import mime
from followupd.providers.mime import parse_message, render_draft
from followupd.providers.mimetext import addresses, decode_words, html_to_text, one_line

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DRAFT = Draft(
    message_id="aa11@example.com",
    sender=Address("sam@example.com", "Sam Lee"),
    to=Address("dana@acme.example", "Dana Reyes"),
    subject="Thank you",
    text="Dear Dana,\n\nthank you.\n\nSam\n",
    date=datetime(2026, 3, 4, 17, tzinfo=UTC),
)


def read(raw: bytes | str, received: datetime | None = None) -> Message:
    data = raw.encode() if isinstance(raw, str) else raw
    return parse_message(data, id="1", folder=Folder.INBOX, received=received, zone="Europe/London")


# --- reading ------------------------------------------------------------------------------------


def test_the_fields_of_a_message() -> None:
    message = read(
        "From: =?utf-8?q?=C5=81ukasz?= <L@Acme.example>\r\n"
        "To: Sam <sam@example.com>,\r\n kim@acme.example\r\n"
        "Cc: =?iso-8859-1?q?J=FCrgen?= =?iso-8859-1?q?_M=FCller?= <j@acme.example>\r\n"
        "Bcc: x@example.com\r\nReply-To: jobs@acme.example\r\n"
        "Subject: Re: =?utf-8?b?R2VzcHLDpA==?= =?utf-8?b?Y2g=?=\r\n"
        "Message-ID: <m1@acme.example>\r\nIn-Reply-To: <a@example.com>\r\n"
        "References: <0@example.com>\r\n <a@example.com>\r\n"
        "Date: Wed, 04 Mar 2026 18:00:00 +0100\r\n\r\nHello\r\n"
    )
    assert message.sender == Address("l@acme.example", "Łukasz")
    assert message.to == (Address("sam@example.com", "Sam"), Address("kim@acme.example"))
    assert message.cc == (Address("j@acme.example", "Jürgen Müller"),)
    assert message.bcc == (Address("x@example.com"),)
    assert message.reply_to == (Address("jobs@acme.example"),)
    assert message.subject == "Re: Gespräch"
    assert (message.message_id, message.in_reply_to) == ("m1@acme.example", ("a@example.com",))
    assert message.references == ("0@example.com", "a@example.com")
    assert message.date == datetime(2026, 3, 4, 17, tzinfo=UTC)
    assert message.header("subject") == "Re: Gespräch"
    assert message.text == "Hello"


RECEIVED = "Received: from a by b; Wed, 04 Mar 2026 12:00:00 +0000\nReceived: by a; Tue, 03 Mar 2026 12:00:00 +0000\n"


@pytest.mark.parametrize(
    ("head", "received", "expected"),
    [
        (RECEIVED, datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC)),
        (RECEIVED + "Date: Mon, 02 Mar 2026 12:00:00 +0000\n", None, datetime(2026, 3, 4, 12, tzinfo=UTC)),
        ("Date: Mon, 02 Mar 2026 12:00:00 +0000\n", None, datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("Date: Thu, 02 Jul 2026 12:00:00\n", None, datetime(2026, 7, 2, 11, tzinfo=UTC)),
        ("Date: Thu, 02 Jul 2026 12:00:00 -0000\n", None, datetime(2026, 7, 2, 12, tzinfo=UTC)),
        ("Date: yesterday\n", None, EPOCH),
        ("Date: Mon, 02 Mar 1700 12:00:00 +2359\n", None, EPOCH),
        ("Date: Mon, 02 Mar 99999 12:00:00 +0000\n", None, EPOCH),
        ("", None, EPOCH),
    ],
)
def test_when_it_was_received(head: str, received: datetime | None, expected: datetime) -> None:
    assert read(f"{head}\nx", received).received == expected


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("undisclosed-recipients:;", []),
        ("Panel: Dana@acme.example, Kim <k@acme.example>; s@x.y", ["dana@acme.example", "k@acme.example", "s@x.y"]),
        ('"Reyes, Dana (Acme)" <dana@acme.example>', ["dana@acme.example"]),
        ("dana@acme.example (Dana Reyes)", ["dana@acme.example"]),
        ("<@relay.example:dana@acme.example>", ["dana@acme.example"]),
        ("Dana <>, , ;", []),
        ("mailto:Dana@acme.example", ["dana@acme.example"]),
        ("MAILER-DAEMON (Mail Delivery)", ["mailer-daemon"]),
        ("a@[IPv6:::1]", ["a@[ipv6:::1]"]),
    ],
)  # fmt: skip
def test_address_lists(field: str, found: list[str]) -> None:
    assert [a.email for a in addresses(field)] == found


def test_names_in_address_lists() -> None:
    [quoted] = addresses(r'"Reyes, \"Dana\"" <dana@acme.example>')
    assert quoted.name == 'Reyes, "Dana"'
    [comment] = addresses("dana@acme.example (Dana Reyes)")
    assert comment.name == "Dana Reyes"
    [encoded] = addresses('"=?utf-8?q?Dana_Rey=C3=A9s?=" <dana@acme.example>')
    assert encoded.name == "Dana Reyés"


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("=?utf-8?b?4oKs?=", "€"),
        ("=?utf-8?b?4o?= =?utf-8?b?Ks?=", "\ufffd"),
        ("=?utf-8?q?=E2=82?= =?utf-8?q?=AC?=", "€"),
        ("=?windows-1252?q?=80?=", "€"),
        ("=?utf-8*en?q?a_b?=", "a b"),
        ("=?no-such?q?=E9?=", "é"),
        ("=?punycode?q?abc?=", "abc"),
        ("x =?utf-8?q?y?= z", "x y z"),
        ("=?utf-8?q?broken", "=?utf-8?q?broken"),
    ],
)
def test_encoded_words(word: str, text: str) -> None:
    if text == "\ufffd":
        decode_words(word)
    else:
        assert decode_words(word) == text


def multipart(kind: str, *parts: str) -> str:
    return (
        f"Content-Type: multipart/{kind}; boundary=b\n\n"
        + "".join(f"--b\n{p}\n" for p in parts)
        + "--b--\nafter"
    )


QUOTED = "Content-Transfer-Encoding: quoted-printable"
PLAIN, HTML = "Content-Type: text/plain\n\nplain", "Content-Type: text/html\n\n<p>html</p>"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (multipart("alternative", PLAIN, HTML), "plain"),
        (multipart("alternative", HTML, PLAIN), "plain"),
        (multipart("alternative", "Content-Type: text/plain\n\n ", HTML), "html"),
        (multipart("mixed", HTML), "html"),
        (multipart("mixed", PLAIN, "Content-Disposition: attachment\n\nnot this"), "plain"),
        (multipart("mixed", PLAIN, "Content-Type: message/rfc822\n\nSubject: x\n\nnot this"), "plain"),
        (f"Content-Type: text/plain; charset=iso-8859-1\n{QUOTED}\n\ngr=FC=\n=DF", "grüß"),
        ("Content-Transfer-Encoding: BASE64\n\naGVs\nbG8", "hello"),
        ("Content-Transfer-Encoding: x-uuencode\n\nas it is", "as it is"),
        ("Content-Type: text/plain; charset=\"utf-8\"; format=flowed\n\ncafé", "café"),
        ("Content-Type: text/plain; charset=idna\n\ncafé", "café"),
        ("Content-Type: nonsense\n\ntext", "text"),
        ("Content-Type: multipart/mixed\n\nno boundary", ""),
        (multipart("mixed", PLAIN).removesuffix("--b--\nafter"), "plain"),
    ],
)  # fmt: skip
def test_the_text(raw: str, text: str) -> None:
    assert read(raw).text == text


def test_html_made_plain() -> None:
    html = (
        "<html><head><title>T</title><style>p{}</style></head><body><!-- no --><p>Dear&nbsp;Sam,</p>"
        "<div>one<br>two &lt;3</div><ul><li>a<li>b</ul><blockquote><p>quoted</p></blockquote>"
        "<script>alert(1)</script>1 < 2<table><tr><td>x</td><td>y</td></tr></table></body>"
    )
    lines = [line for line in html_to_text(html).splitlines() if line.strip("> ")]
    assert lines == ["Dear Sam,", "one", "two <3", "a", "b", "> quoted", "1 < 2", "x y"]


BOUNCE = """\
From: MAILER-DAEMON@acme.example
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

Could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Original-Recipient: rfc822;dana@acme.example
Final-Recipient: rfc822; Dana.Reyes@acme.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such
 user

Original-Recipient: rfc822; kim@acme.example
Action: delayed
--b
Content-Type: {returned}

Message-ID: <aa11@example.com>
Subject: Thank you
--b--
"""


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers", "message/global-headers"])
def test_a_delivery_report(returned: str) -> None:
    message = read(BOUNCE.format(returned=returned))
    assert message.report is not None
    assert message.report.kind == "delivery-status"
    assert message.report.recipients == (
        ("dana.reyes@acme.example", "failed 5.1.1 smtp; 550 no such user"),
        ("kim@acme.example", "delayed"),
    )
    assert message.report.returned_message_id == "aa11@example.com"
    assert message.text == "Could not be delivered."
    assert message.structure[:3] == ("multipart/report", "text/plain", "message/delivery-status")


def test_a_receipt() -> None:
    part = (
        "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;dana@acme.example\n"
        "Original-Message-ID: <aa11@example.com>\nDisposition: manual-action/MDN-sent-manually; displayed\n"
    )
    report = read(multipart("report", PLAIN, part)).report
    assert report is not None
    assert report.kind == "disposition-notification"
    assert report.returned_message_id == "aa11@example.com"
    assert report.recipients[0][0] == "dana@acme.example"


def test_an_enclosed_report_is_not_the_messages_own() -> None:
    enclosed = BOUNCE.replace("boundary=b", "boundary=c").replace("--b", "--c")
    assert read(multipart("mixed", PLAIN, "Content-Type: message/rfc822\n\n" + enclosed)).report is None


HOSTILE = {
    "nothing": b"",
    "nul": b"\x00" * 5_000_000,
    "one line": b"a" * 10_000_000,
    "long header": b"Subject: " + b"x" * 10_000_000,
    "long body line": b"Subject: x\n\n" + b"y" * 10_000_000,
    "many headers": b"X: y\n" * 100_000 + b"From: dana@acme.example\nSubject: hi\n\nbody",
    "many recipients": b"To: " + b"a@b.example, " * 100_000 + b"\n\n",
    "quotes": b"From: " + b'\\"' * 40_000 + b"\n\n",
    "comments": b"From: " + b"(\\(" * 40_000 + b"\n\n",
    "angles": b"From: " + b"<" * 80_000 + b"\n\n",
    "words": b"Subject: " + b"=?utf-8?q?" * 10_000 + b"\n\n",
    "ids": b"References: " + b"<a@b> " * 50_000 + b"\n\n",
    "html tags": b"Content-Type: text/html\n\n" + b"<" * 900_000,
    "html comments": b"Content-Type: text/html\n\n" + b"<!--" * 200_000,
    "html scripts": b"Content-Type: text/html\n\n" + b"<script>" * 100_000,
    "html quotes": b"Content-Type: text/html\n\n" + b"<blockquote>x" * 20_000,
    "punycode": b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 500_000,
    "parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000,
    "nested": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(500)
    ),
    "enclosed": b"Content-Type: message/rfc822\n\n" * 5_000,
    "parameters": b"Content-Type: multipart/mixed" + b"; a*0*=x" * 20_000 + b"\n\n",
    "surrogates": "Subject: \udcff".encode("utf-8", "surrogatepass") + b"\n\n",
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_reading_is_bounded(name: str) -> None:
    begun = time.process_time()
    message = read(HOSTILE[name])
    assert time.process_time() - begun < 10
    assert len(message.text) <= mime.MAX_TEXT
    assert len(message.headers) <= mime.MAX_HEADERS + 30
    assert all(len(value) <= mime.MAX_HEADER_VALUE for _, value in message.headers)
    assert len(message.structure) <= mime.MAX_PARTS


def test_needed_fields_are_read_wherever_they_stand() -> None:
    message = read(HOSTILE["many headers"])
    assert message.sender == Address("dana@acme.example")
    assert (message.subject, message.text) == ("hi", "body")


@settings(max_examples=300, deadline=None, database=None)
@given(
    st.one_of(
        st.binary(max_size=400), st.text(max_size=400).map(lambda t: t.encode("utf-8", "surrogatepass"))
    )
)
def test_no_bytes_raise(raw: bytes) -> None:
    for prefix in (
        b"",
        b"From: ",
        b"Content-Type: ",
        b"Date: ",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
    ):
        assert read(prefix + raw).received.tzinfo is not None


# --- writing ------------------------------------------------------------------------------------


def test_a_draft_has_the_fields_of_any_letter_and_no_other() -> None:
    raw = render_draft(replace(DRAFT, in_reply_to="a@b", references=("0@b", "a@b")))
    names = [line.split(b":")[0] for line in raw.split(b"\n\n")[0].split(b"\n") if not line.startswith(b" ")]
    assert names == [
        b"From",
        b"To",
        b"Subject",
        b"Date",
        b"Message-ID",
        b"In-Reply-To",
        b"References",
        b"MIME-Version",
        b"Content-Type",
        b"Content-Transfer-Encoding",
    ]
    assert b"\r" not in raw
    assert raw.endswith(b"\n\nDear Dana,\n\nthank you.\n\nSam\n")
    assert b"\nTo:" not in render_draft(replace(DRAFT, to=None))


NAMES = [
    "Łukasz Żółć",
    "김민준",
    "Dana Reyes, PhD",
    'Dana "D" Reyes',
    "O'Neil-Smith",
    "=?utf-8?q?trick?=",
    "Ÿ" * 150,
    "a" * 190,
    "Ada\\",
    "محمد",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_and_subjects_survive(name: str) -> None:
    draft = replace(
        DRAFT,
        sender=Address("sam@example.com", name),
        to=Address("dana@acme.example", name),
        subject=f"Thanks, {name}",
    )
    raw = render_draft(draft)
    assert max(map(len, raw.split(b"\n"))) <= 998
    assert raw.isascii()
    message = read(raw)
    assert (message.sender, message.to, message.subject) == (draft.sender, (draft.to,), draft.subject)
    theirs = email.message_from_bytes(raw, policy=email.policy.default)
    assert theirs["subject"] == draft.subject
    # The standard library leaves blanks between the encoded words of a phrase.
    assert theirs["to"].addresses[0].display_name.replace(" ", "") == name.replace(" ", "")


@pytest.mark.parametrize(
    "hostile",
    [
        "Dana\r\nBcc: x@y.example",
        "Dana\nBcc: x@y.example",
        "Dana\x00\r", "Dana\u202egnp\u2066", "Dana\u2028Bcc: x", "Dana\x1b[0m",
    ],
)  # fmt: skip
def test_hostile_names_add_nothing(hostile: str) -> None:
    raw = render_draft(
        replace(
            DRAFT,
            sender=Address("sam@example.com", hostile),
            to=Address("dana@acme.example", hostile),
            subject=hostile,
            message_id=f"a{hostile}@b",
            in_reply_to=f"a{hostile}@b",
            references=(f"a{hostile}@b",),
        )
    )
    parsed = email.message_from_bytes(raw)
    assert parsed["Bcc"] is None
    assert len(parsed.items()) == 10
    assert read(raw).to[0].email == "dana@acme.example"
    assert one_line(read(raw).subject) == read(raw).subject
    assert not set("\u202e\u2066\u2028\x1b\x00") & set(read(raw).subject + read(raw).to[0].name)


@pytest.mark.parametrize(
    "address",
    ["a@b.example, x@y.example", "a@b.example\nBcc: x@y.e", "a b@c.example", "<a@b.example>", "a", "a@", "a@b@c"],
)  # fmt: skip
def test_an_address_that_would_mean_somebody_else_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        render_draft(replace(DRAFT, to=Address(address, "Dana")))


def test_a_domain_beyond_ascii() -> None:
    assert b"<dana@xn--bro-hoa.example>" in render_draft(replace(DRAFT, to=Address("dana@büro.example", "D")))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Dear Dana,\n\nplain.\n", "7bit"),
        ("Dear Dana,\n\ngrüße\n", "quoted-printable"),
        ("one very long line " * 20 + "\n", "quoted-printable"),
        ("x" * 5000 + "\n", "quoted-printable"),
        ("From here on\n", "quoted-printable"),
        ("dots\n.\n\n-- \nSam\n", "7bit"),
        ("tab\there and = signs é\n", "quoted-printable"),
    ],
)
def test_the_body_survives(text: str, encoding: str) -> None:
    raw = render_draft(replace(DRAFT, text=text))
    assert f"Content-Transfer-Encoding: {encoding}\n".encode() in raw
    assert max(map(len, raw.split(b"\n"))) <= 78
    assert raw.isascii()
    assert b"\nFrom " not in raw.split(b"\n\n", 1)[1]
    theirs = email.message_from_bytes(raw, policy=email.policy.default)
    assert theirs.get_content() == text
    assert read(raw).text == text.strip()


def test_line_ends_and_control_characters_of_the_body() -> None:
    raw = render_draft(replace(DRAFT, text="a\r\nb\rc\x00\x1b\n\n\n"))
    assert raw.endswith(b"\n\na\nb\nc\n")


def test_the_same_draft_is_the_same_message() -> None:
    assert render_draft(DRAFT) == render_draft(replace(DRAFT))


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=300))
def test_whatever_is_written_reads_back(name: str, subject: str, text: str) -> None:
    raw = render_draft(replace(DRAFT, to=Address("dana@acme.example", name), subject=subject, text=text))
    assert raw.isascii()
    message = read(raw)
    assert message.to == (Address("dana@acme.example", one_line(name)),)
    assert message.subject.split() == one_line(subject).split()
    assert message.message_id == DRAFT.message_id
