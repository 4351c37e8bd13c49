"""Calendars and mail by people who mean harm, through the whole program.

Whatever stands in a file: nothing but a told, skipped item, the other interview's letter is made, in bounded
time and memory.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cycle.files import DANA, STAMP, Files, Mail, touch, vcalendar

START, END = "2026-03-04 14:00", "2026-03-04 15:00"
EVE = "eve@evil.example"
SECONDS = 30.0
MEGABYTES = 400.0
FIELDS = {
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A good interview, whose letter must be made whatever lies beside it."""
    found = Files(tmp_path)
    found.event(START, END, uid="good")
    return found


def played(files: Files) -> Mail:
    """Two cycles by the real program; the good letter is there, in bounded time and memory."""
    for moment in ("2026-03-04 08:00", "2026-03-04 15:46"):
        ended = files.program("once", at=moment, seconds=SECONDS)
        assert ended.code != -9, f"not at its end after {SECONDS} s"
        assert ended.code in {0, 1}, ended.out
        assert "Traceback" not in ended.out, ended.out
        assert ended.memory < MEGABYTES, f"{ended.memory:.0f} MB"
    return files.draft_to()


def lived(files: Files) -> Mail:
    """The same in this process."""
    for moment in ("2026-03-04 08:00", "2026-03-04 15:46"):
        files.once(moment, well=False)
    return files.draft_to()


def wholesome(draft: Mail, to: str) -> None:
    """One recipient, no field that we do not write, no line that could be one."""
    assert set(map(str.lower, draft.parsed.keys())) <= FIELDS
    assert len(draft.parsed.keys()) == len({key.lower() for key in draft.parsed.keys()})  # noqa: SIM118
    assert draft.to == [to]
    assert all(len(line) <= 998 for line in draft.raw.split(b"\n"))
    assert not re.search(rb"(?im)^(bcc|cc|reply-to|x-[a-z-]+|return-path):", draft.raw)
    assert b"\0" not in draft.raw
    assert b"\r" not in draft.raw


# --- names, titles, descriptions ----------------------------------------------------------------

INJECTIONS = [
    r"Eve\r\nBcc: victim@evil.example",
    "Eve\\nBcc: victim@evil.example",
    "Eve\rBcc: victim@evil.example",
    "Eve\x0bBcc: victim@evil.example",
    "Eve\u2028Bcc: victim@evil.example",
    "Eve\x85Bcc: victim@evil.example",
    "Eve^nBcc: victim@evil.example",
    "Eve%0d%0aBcc: victim@evil.example",
    "=?utf-8?q?Eve=0D=0ABcc:_victim=40evil.example?=",
    "=?utf-8?b?RXZlDQpCY2M6IHZpY3RpbUBldmlsLmV4YW1wbGU=?=",
    "Eve> <victim@evil.example",
    "Eve <victim@evil.example>, Mallory",
    "{{ 7*7 }}{% for x in y %}",
    "{company}{name}{0.__class__.__mro__}",
    "%(name)s%s%n",
    "${HOME}$(id)`id`",
    "../../../../tmp/pwned",
    "[bold red]Eve[/bold red]\x1b[31m\x1b]0;title\x07",
    "\u202eevE\u202c\u2066\u200f\u200b",
    "E\u0300" * 500,
    "Eve\x00Adams",
    "E" * 5000,
    "",
    " ",
    "-- ",
    "None",
    "null",
    "<script>alert(1)</script>",
    "Eve 😈",
    "\ud800Eve",
]


@pytest.mark.parametrize("text", INJECTIONS, ids=lambda text: repr(text)[1:24])
def test_names_are_data(files: Files, text: str) -> None:
    name = text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    lines = files.vevent("2026-03-04 13:30", "2026-03-04 14:30", [], uid="bad")
    lines.insert(-1, f'ATTENDEE;CN="{name}";PARTSTAT=ACCEPTED:mailto:{EVE}')
    files.ics("bad", vcalendar(lines))
    wholesome(lived(files), DANA)
    theirs = [one for one in files.drafts() if EVE in one.to]
    assert len(theirs) + 1 == len(files.drafts()), "nobody else gets a letter"
    for draft in theirs:
        wholesome(draft, EVE)
        told = draft.text
        assert "victim" not in draft.raw.decode().split("\n\n")[0].replace("=40", "@").partition("<")[2]
        assert not re.search(r"(?m)^bcc:", told, re.IGNORECASE)
        assert "49" not in told
        assert "__class__" not in told
        assert "<class" not in told
        assert "{" not in re.sub(re.escape(text), "", told)
        assert "None," not in told
        assert "\x1b" not in told
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", told)
        assert re.match(r"[^\n]{2,120}\n", told), "a greeting of one line"
    assert not Path("/tmp/pwned").exists()
    code, out = files.cli("status", at="2026-03-04 15:47")
    assert "Traceback" not in out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", out)
    assert code in {0, 1}


@pytest.mark.parametrize("text", INJECTIONS, ids=lambda text: repr(text)[1:24])
@pytest.mark.parametrize("where", ["SUMMARY", "DESCRIPTION", "LOCATION"])
def test_titles_and_descriptions_are_data(files: Files, where: str, text: str) -> None:
    said = text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    lines = files.vevent("2026-03-04 13:30", "2026-03-04 14:30", [f"Eve Adams <{EVE}>"], uid="bad")
    if where == "SUMMARY":
        lines = [line for line in lines if not line.startswith("SUMMARY")]
        said = f"interview {said}"
    lines.insert(-1, f"{where}:{said}")
    files.ics("bad", vcalendar(lines))
    wholesome(lived(files), DANA)
    theirs = [one for one in files.drafts() if EVE in one.to]
    assert len(theirs) + 1 == len(files.drafts()), "nobody else gets a letter"
    for draft in theirs:
        wholesome(draft, EVE)
        for word in ("victim", "49", "__class__", "pwned", "script", "{", "}", "\x1b"):
            assert word not in draft.text
    for words in (("status",), ("explain", "eve"), ("plan",)):
        _, out = files.cli(*words, at="2026-03-04 15:47")
        assert "Traceback" not in out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", out)


ADDRESSES = [
    "eve@evil.example\\nBcc:victim@evil.example",
    "eve@evil.example%0ABcc:victim@evil.example",
    "eve@evil.example,victim@evil.example",
    "eve@evil.example?bcc=victim@evil.example&body=x",
    "eve@evil.example;victim@evil.example",
    "eve",
    "@",
    "eve@@evil.example",
    "eve @evil.example",
    '"a b"@evil.example',
    "eve@[127.0.0.1]",
    "eve@evil..example",
    f"{'e' * 300}@evil.example",
    f"eve@{'e' * 5000}.example",
    "ève@évil.example",
    "eve\x00@evil.example",
    "<eve@evil.example>",
    "-oX/tmp/pwned@evil.example",
    "",
]


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda text: repr(text)[1:24])
def test_addresses_are_data(files: Files, address: str) -> None:
    lines = files.vevent("2026-03-04 13:30", "2026-03-04 14:30", [], uid="bad")
    lines.insert(-1, f"ATTENDEE;CN=Eve Adams;PARTSTAT=ACCEPTED:mailto:{address}")
    files.ics("bad", vcalendar(lines))
    good = lived(files)
    wholesome(good, DANA)
    for draft in files.drafts():
        assert len(draft.to) <= 1
        assert set(map(str.lower, draft.parsed.keys())) <= FIELDS
        assert not any("victim" in one for one in draft.to)


# --- calendars that are too much ----------------------------------------------------------------


def _bomb(rule: str, *more: str) -> Callable[[Files], None]:
    def lay(files: Files) -> None:
        lines = files.vevent(START, END, [f"Eve Adams <{EVE}>"], uid="bad", extra=[f"RRULE:{rule}", *more])
        files.ics("bad", vcalendar(lines))

    return lay


def _since_1970(rule: str) -> Callable[[Files], None]:
    def lay(files: Files) -> None:
        lines = files.vevent(START, END, [f"Eve Adams <{EVE}>"], uid="bad", extra=[f"RRULE:{rule}"])
        lines[3:5] = ["DTSTART:19700101T000000Z", "DTEND:19700101T000030Z"]
        files.ics("bad", vcalendar(lines))

    return lay


def _long_line(files: Files) -> None:
    lines = files.vevent(START, END, [f"Eve Adams <{EVE}>"], uid="bad", title="interview")
    lines.insert(-1, "DESCRIPTION:" + "x" * 10_000_000)
    files.ics("bad", vcalendar(lines))


def _long_title(files: Files) -> None:
    files.event(START, END, [f"Eve Adams <{EVE}>"], uid="bad", title="interview " + "a " * 5_000_000)


def _folded(files: Files) -> None:
    lines = files.vevent(START, END, [f"Eve Adams <{EVE}>"], uid="bad")
    lines.insert(-1, "DESCRIPTION:x" + "\r\n x" * 2_000_000)
    files.ics("bad", vcalendar(lines))


def _many_attendees(files: Files) -> None:
    people = (f"Eve {number} <eve{number}@evil.example>" for number in range(100_000))
    files.event("2026-03-04 13:30", "2026-03-04 14:30", people, uid="bad")


def _many_events(files: Files) -> None:
    lines: list[str] = []
    for number in range(3_000):
        lines += files.vevent("2026-03-14 13:30", "2026-03-14 14:30", uid=f"bad-{number}", title="Lunch")
    files.ics("bad", vcalendar(lines))


def _many_exceptions(files: Files) -> None:
    dates = ",".join(f"2026{month:02}{day:02}T140000Z" for month in range(1, 13) for day in range(1, 29))
    _bomb("FREQ=DAILY", *[f"EXDATE:{dates}" for _ in range(300)])(files)


def _many_rules(files: Files) -> None:
    _bomb("FREQ=MINUTELY", *["RRULE:FREQ=SECONDLY" for _ in range(2_000)])(files)


def _nested(files: Files) -> None:
    files.ics("bad", "BEGIN:VCALENDAR\r\n" * 50_000 + "END:VCALENDAR\r\n" * 50_000)


def _nested_events(files: Files) -> None:
    inner = files.vevent(START, END, uid="bad")
    files.ics("bad", vcalendar([*(["BEGIN:VEVENT"] * 5_000), *inner, *(["END:VEVENT"] * 5_000)]))


def _huge_zone(files: Files) -> None:
    observance = ["BEGIN:DAYLIGHT", "DTSTART:16010101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"]
    observance += ["RRULE:FREQ=SECONDLY", "END:DAYLIGHT"]
    lines = files.vevent(START, END, [f"Eve Adams <{EVE}>"], uid="bad")
    lines[3:5] = ["DTSTART;TZID=Bomb:20260304T140000", "DTEND;TZID=Bomb:20260304T150000"]
    zone = ["BEGIN:VTIMEZONE", "TZID:Bomb", *(observance * 200), "END:VTIMEZONE"]
    files.ics("bad", vcalendar([*zone, *lines]))


def _far_dates(files: Files) -> None:
    for number, (start, end) in enumerate(
        [
            ("00010101T000000Z", "99991231T235959Z"),
            ("99991231T235959Z", "99991231T235959Z"),
            ("00000000T000000Z", "20260304T150000Z"),
            ("20261399T990000Z", "20260304T150000Z"),
            ("20260304T150000Z", "20260304T140000Z"),
            ("20260304T140000Z", "20960304T140000Z"),
            ("-99990304T140000Z", "20960304T140000Z"),
        ]
    ):
        lines = files.vevent(START, END, [f"Eve Adams <{EVE}>"], uid=f"bad{number}")
        lines[3:5] = [f"DTSTART:{start}", f"DTEND:{end}"]
        files.ics(f"bad{number}", vcalendar(lines))


def _durations(files: Files) -> None:
    for number, text in enumerate(["P999999999999999999W", "-P1D", "PT" + "9" * 4_000 + "S", "P", "1H"]):
        lines = files.vevent(START, END, [f"Eve Adams <{EVE}>"], uid=f"bad{number}")
        lines[4] = f"DURATION:{text}"
        files.ics(f"bad{number}", vcalendar(lines))


def _odd_bytes(files: Files) -> None:
    good = vcalendar(files.vevent(START, END, [f"Eve Adams <{EVE}>"], uid="bad")).encode()
    files.ics("nul", good.replace(b"Eve", b"E\0ve"))
    files.ics("latin", good.replace(b"Eve", b"\xc9ve\xff\xfe"))
    files.ics("utf16", good.decode().encode("utf-16"))
    files.ics("bom", b"\xef\xbb\xbf" + good.replace(b"UID:bad", b"UID:bom"))
    files.ics("random", bytes(range(256)) * 4_000)
    files.ics("binary", b"BEGIN:VCALENDAR\r\n" + bytes(range(256)) * 100 + b"\r\nEND:VCALENDAR\r\n")
    files.ics("mac", good.replace(b"\r\n", b"\r").replace(b"UID:bad", b"UID:mac"))


def _odd_uids(files: Files) -> None:
    for number, uid in enumerate(
        ["", " ", "../../../../tmp/pwned", "x" * 1_000_000, "a\\nb", "'; DROP TABLE x;--"]
    ):
        lines = files.vevent(START, END, uid=uid)
        files.ics(f"bad{number}", vcalendar(lines))


def _no_uid(files: Files) -> None:
    lines = [line for line in files.vevent(START, END, uid="x") if not line.startswith("UID")]
    files.ics("bad", vcalendar(lines))


def _colliding_uid(files: Files) -> None:
    """An invitation that takes the UID of another: the good one is in a file of its own."""
    lines = ["BEGIN:VEVENT", "UID:good", STAMP, "DTSTART:20260401T140000Z", "SUMMARY:Lunch", "END:VEVENT"]
    files.ics("zz-other", vcalendar(lines), calendar="other")


TOO_MUCH = {
    "every second": _bomb("FREQ=SECONDLY"),
    "every second since 1970": _since_1970("FREQ=SECONDLY"),
    "every minute since 1970": _since_1970("FREQ=MINUTELY"),
    "a count without end": _bomb("FREQ=SECONDLY;COUNT=2147483647"),
    "a count beyond numbers": _bomb("FREQ=DAILY;COUNT=" + "9" * 400),
    "an interval of zero": _bomb("FREQ=DAILY;INTERVAL=0"),
    "an interval beyond numbers": _bomb("FREQ=YEARLY;INTERVAL=" + "9" * 400),
    "never fits": _bomb("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "never fits, by the second": _bomb("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"),
    "never fits since 1970": _since_1970("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=3"),
    "all parts": _bomb(
        "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYHOUR="
        + ",".join(map(str, range(24)))
        + ";BYMINUTE="
        + ",".join(map(str, range(60)))
        + ";BYSECOND="
        + ",".join(map(str, range(60)))
    ),
    "all parts with positions": _bomb(
        "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR="
        + ",".join(map(str, range(24)))
        + ";BYMINUTE="
        + ",".join(map(str, range(60)))
        + ";BYSECOND="
        + ",".join(map(str, range(60)))
        + ";BYSETPOS=-1"
    ),
    "not a rule": _bomb("FREQ=FORTNIGHTLY;BYEASTER=1;;=;"),
    "until before it begins": _bomb("FREQ=DAILY;UNTIL=19700101T000000Z"),
    "300 lists of exceptions": _many_exceptions,
    "2000 rules": _many_rules,
    "a line of 10 MB": _long_line,
    "a title of 10 MB": _long_title,
    "2 million folds": _folded,
    "100,000 attendees": _many_attendees,
    "3,000 events": _many_events,
    "nested calendars": _nested,
    "nested events": _nested_events,
    "a zone by the second": _huge_zone,
    "far dates": _far_dates,
    "durations": _durations,
    "odd bytes": _odd_bytes,
    "odd uids": _odd_uids,
    "no uid": _no_uid,
    "a uid of another": _colliding_uid,
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_calendars_that_are_too_much(files: Files, what: str) -> None:
    TOO_MUCH[what](files)
    wholesome(played(files), DANA)
    assert not Path("/tmp/pwned").exists()


def test_100_000_attendees_are_no_letters(files: Files) -> None:
    """More than eight people in one event: asked first."""
    people = (f"Eve {number} <eve{number}@evil.example>" for number in range(2_000))
    files.event("2026-03-04 13:30", "2026-03-04 14:30", people, uid="bad")
    lived(files)
    assert len(files.drafts()) == 1


# --- mail ---------------------------------------------------------------------------------------

HEAD = (
    b"From: Eve <eve@acme.example>\nTo: sam@example.com\nDate: Wed, 04 Mar 2026 15:30:00 +0000\n"
    b"Message-ID: <bad@evil.example>\nSubject: Hello\n"
)


def _nested_mime(files: Files) -> None:
    raw = HEAD + b"MIME-Version: 1.0\n"
    for depth in range(500):
        raw += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (depth, depth)
    raw += b"Content-Type: text/plain\n\nhello\n"
    raw += b"".join(b"--b%d--\n" % depth for depth in reversed(range(500)))
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _nested_messages(files: Files) -> None:
    raw = HEAD + b"MIME-Version: 1.0\n" + b"Content-Type: message/rfc822\n\n" * 500 + b"\nhello\n"
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _many_parts(files: Files) -> None:
    part = b"--b\nContent-Type: text/plain\n\nx\n"
    raw = HEAD + b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n' + part * 100_000
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _large(files: Files) -> None:
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODk\n"
    raw = HEAD + b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
    raw += b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
    raw += line * (50_000_000 // len(line)) + b"--b--\n"
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _large_text(files: Files) -> None:
    raw = HEAD + b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n" + b"<div>" * 10_000_000
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _one_header_of_10_mb(files: Files) -> None:
    files.put(HEAD + b"X-Long: " + b"x" * 10_000_000 + b"\n\nhello\n", "INBOX", "2026-03-04 15:30")


def _a_million_headers(files: Files) -> None:
    files.put(HEAD + b"Received: x\n" * 1_000_000 + b"\nhello\n", "INBOX", "2026-03-04 15:30")


def _a_million_recipients(files: Files) -> None:
    raw = HEAD + b"Cc: " + b", ".join(b"x%d@evil.example" % n for n in range(300_000)) + b"\n\nhello\n"
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _a_million_references(files: Files) -> None:
    raw = HEAD + b"References: " + b" ".join(b"<%d@evil.example>" % n for n in range(300_000)) + b"\n\nx\n"
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _brackets(files: Files) -> None:
    raw = HEAD.replace(b"From: Eve", b"From: " + b"(" * 100_000 + b"Eve" + b"<" * 100_000)
    files.put(raw + b"\nhello\n", "INBOX", "2026-03-04 15:30")
    files.put(HEAD + b'Reply-To: "' + b'\\"' * 500_000 + b"\n\nhello\n", "INBOX", "2026-03-04 15:30")
    files.put(HEAD + b"Cc: a:" + b"b:;," * 200_000 + b"\n\nhello\n", "INBOX", "2026-03-04 15:30")


def _encoded_words(files: Files) -> None:
    raw = HEAD.replace(b"Subject: Hello", b"Subject: " + b"=?utf-8?q?a?= " * 200_000)
    files.put(raw + b"\nhello\n", "INBOX", "2026-03-04 15:30")
    raw = HEAD.replace(b"Subject: Hello", b"Subject: =?x-unknown?b?////?= =?utf-8?b?!!?= =?utf-16?q?=00?=")
    files.put(raw + b"\nhello\n", "INBOX", "2026-03-04 15:30")


def _odd_charsets(files: Files) -> None:
    for charset in ("x-unknown", "utf-7", "idna", "rot13", "zlib", "unicode_escape", "\0", "a" * 10_000, ""):
        raw = HEAD + b'MIME-Version: 1.0\nContent-Type: text/plain; charset="' + charset.encode() + b'"\n'
        files.put(
            raw + b"Content-Transfer-Encoding: x-none\n\n\xff\xfe+ADw- hello\n", "INBOX", "2026-03-04 15:30"
        )


def _odd_dates(files: Files) -> None:
    dates = ("Wed, 04 Mar 99999 15:30:00 +9999", "Mon, 00 Foo 0000 99:99:99 -0000", "", "\0", "9" * 10_000)
    for date in (*dates, "Fri, 31 Dec 9999 23:59:59 -1200", "Sat, 01 Jan 0001 00:00:00 +1400"):
        raw = HEAD.replace(b"Date: Wed, 04 Mar 2026 15:30:00 +0000", b"Date: " + date.encode())
        files.put(raw + b"\nhello\n", "INBOX", "2026-03-04 15:30")


def _odd_bytes_in_mail(files: Files) -> None:
    for raw in (b"", b"\0" * 100_000, b"\n" * 100_000, bytes(range(256)) * 1_000, b"From: x", b":" * 100_000):
        files.put(raw, "INBOX", "2026-03-04 15:30")
        files.put(raw, "Drafts", "2026-03-04 15:30")
        files.put(raw, "Sent", "2026-03-04 15:30")
    files.put(HEAD.replace(b"Eve", b"E\0\xff\xe2\x80\xae ve") + b"\n\0\xff\n", "INBOX", "2026-03-04 15:30")


def _html_bomb(files: Files) -> None:
    html = b"<a href='" * 200_000 + b"<!--" * 200_000 + b"&#" * 200_000 + b"<![CDATA[" * 100_000
    raw = HEAD + b"MIME-Version: 1.0\nContent-Type: text/html\n\n" + html
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _quotation_bomb(files: Files) -> None:
    raw = HEAD + b"\n" + b">" * 2_000_000 + b"\n" + b"On On On wrote:\n" * 100_000 + b" " * 2_000_000
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _report_bomb(files: Files) -> None:
    raw = HEAD.replace(b"Eve <eve@acme.example>", b"MAILER-DAEMON@example.com") + b"MIME-Version: 1.0\n"
    raw += b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n'
    raw += b"Content-Type: message/delivery-status\n\n"
    raw += (
        b"Final-Recipient: rfc822; x@acme.example\nAction: failed\nStatus: 5.1.1\n\n" * 100_000 + b"--b--\n"
    )
    files.put(raw, "INBOX", "2026-03-04 15:30")


def _unreadable_message(files: Files) -> None:
    """A link into nothing, as a broken sync leaves it."""
    (files.mail_folder("INBOX") / "cur" / "1772638200.R9P1.laptop:2,S").symlink_to("/nowhere/at/all")


def _many_messages(files: Files) -> None:
    for number in range(5_000):
        files.put(HEAD.replace(b"bad@", b"bad%d@" % number) + b"\nhi\n", "INBOX", "2026-02-04 15:30")


MAIL = {
    "500 nested parts": _nested_mime,
    "500 nested messages": _nested_messages,
    "100,000 parts": _many_parts,
    "50 MB": _large,
    "50 MB of html": _large_text,
    "a header of 10 MB": _one_header_of_10_mb,
    "a million headers": _a_million_headers,
    "300,000 recipients": _a_million_recipients,
    "300,000 references": _a_million_references,
    "brackets": _brackets,
    "encoded words": _encoded_words,
    "charsets": _odd_charsets,
    "dates": _odd_dates,
    "bytes": _odd_bytes_in_mail,
    "html": _html_bomb,
    "quotations": _quotation_bomb,
    "reports": _report_bomb,
    "5,000 messages": _many_messages,
    "a link into nothing": _unreadable_message,
}


@pytest.mark.parametrize("what", MAIL)
def test_mail_that_means_harm(files: Files, what: str) -> None:
    files.once("2026-03-04 07:00")
    MAIL[what](files)
    wholesome(played(files), DANA)


# --- folders that mean harm ---------------------------------------------------------------------


def _fifo_in_vdir(files: Files) -> None:
    os.mkfifo(files.calendar_folder("work") / "bad.ics")
    os.mkfifo(files.calendar_folder("work") / "displayname")


def _fifo_in_inbox(files: Files) -> None:
    fifo = files.mail_folder("INBOX") / "new" / "1772638200.R1P1.laptop"
    os.mkfifo(fifo)
    touch(fifo, files.time("2026-03-04 15:30"))


def _fifo_in_drafts(files: Files) -> None:
    fifo = files.mail_folder("Drafts") / "cur" / "1772638200.R1P1.laptop:2,DS"
    os.mkfifo(fifo)
    touch(fifo, files.time("2026-03-04 15:30"))


def _loops_in_vdir(files: Files) -> None:
    folder = files.calendar_folder("work")
    (folder / "loop.ics").symlink_to("loop.ics")
    (folder / "self").symlink_to(folder)
    (folder.parent / "up").symlink_to(folder.parent)
    (folder.parent / "root").symlink_to("/")


def _loops_in_maildir(files: Files) -> None:
    root = files.mail_root()
    (root / "loop").symlink_to(root)
    (root / "INBOX" / "up").symlink_to(root)
    (root / "self").symlink_to("self")
    (root / "INBOX" / "cur" / "1772638200.R1P1.laptop:2,S").symlink_to("1772638200.R1P1.laptop:2,S")


def _names_with_newlines(files: Files) -> None:
    lines = files.vevent("2026-03-05 14:00", "2026-03-05 15:00", uid="x", title="Lunch")
    path = files.calendar_folder("work") / "a\nb\r\x1b[31m.ics"
    path.write_text(vcalendar(lines), encoding="utf-8")
    (files.calendar_folder("work") / "broken\nitem.ics").write_bytes(b"BEGIN:VCAL")
    files.calendar_folder("cal\nendar")
    mail = HEAD + b"\nhello\n"
    files.put(mail, "INBOX", "2026-03-04 15:30", name="1772638200.R1\nP1.laptop:2,S")
    os.close(
        os.open(os.fsencode(files.mail_folder("INBOX") / "cur") + b"/1772638200.\xff\xfe:2,S", os.O_CREAT)
    )
    files.make_folder("Fol\nder")


def _devices(files: Files) -> None:
    (files.calendar_folder("work") / "zero.ics").symlink_to("/dev/zero")
    (files.calendar_folder("work") / "tty.ics").symlink_to("/dev/tty")
    (files.mail_folder("INBOX") / "new" / "1772638200.R2P1.laptop").symlink_to("/dev/zero")
    (files.mail_folder("INBOX") / "new" / "1772638200.R3P1.laptop").symlink_to("/dev/urandom")


def _folders_as_items(files: Files) -> None:
    (files.calendar_folder("work") / "folder.ics").mkdir()
    (files.mail_folder("INBOX") / "new" / "1772638200.R4P1.laptop").mkdir()
    (files.mail_folder("Drafts") / "cur" / "1772638200.R4P1.laptop:2,DS").mkdir()


FOLDERS = {
    "a fifo in the vdir": _fifo_in_vdir,
    "a fifo in the inbox": _fifo_in_inbox,
    "a fifo in drafts": _fifo_in_drafts,
    "loops in the vdir": _loops_in_vdir,
    "loops in the maildir": _loops_in_maildir,
    "names with newlines": _names_with_newlines,
    "devices": _devices,
    "folders as items": _folders_as_items,
}


@pytest.mark.parametrize("when", ["before", "between"])
@pytest.mark.parametrize("what", FOLDERS)
def test_folders_that_mean_harm(files: Files, what: str, when: str) -> None:
    if when == "between":
        files.once("2026-03-04 07:00")
    FOLDERS[what](files)
    for moment in ("2026-03-04 08:00", "2026-03-04 15:46"):
        ended = files.program("once", at=moment, seconds=10)
        assert ended.code != -9, "it hangs"
        assert "Traceback" not in ended.out, ended.out
        assert ended.memory < MEGABYTES, f"{ended.memory:.0f} MB"
    wholesome(files.draft_to(), DANA)


def test_a_symlink_in_drafts_tmp_is_not_written_through(files: Files) -> None:
    """Nothing outside the mail folder is written or removed."""
    outside = files.folder / "precious"
    outside.write_text("mine", encoding="utf-8")
    for name in ("lock", "followupd.db"):
        assert not (files.state / name).exists()
    (files.mail_folder("Drafts") / "tmp" / "taken-cur-x").symlink_to(outside)
    lived(files)
    assert outside.read_text(encoding="utf-8") == "mine"
