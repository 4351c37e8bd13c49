"""What a look costs by IMAP and CalDAV, counted on the wire: bytes, commands, requests, however large the mailbox."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cycle.files import DANA, ME
from tests.cycle.test_google_costs import track
from tests.servers import dovecot, radicale, xandikos
from tests.servers.calendars import Account as CalendarAccount
from tests.servers.calendars import Calendars
from tests.servers.hosted import Hosted
from tests.servers.proxy import Proxy
from tests.servers.staying import Staying, staying

LARGE = 100_000
LONG_AGO = datetime(2025, 9, 1, 9, tzinfo=UTC)
QUIET = ("2026-03-10 08:00", "2026-03-10 08:05", "2026-03-10 08:10", "2026-03-10 12:00")
KILO = 1000
MONDAY = "2026-03-02 10:00"
REQUEST = re.compile(r"((?:PROPFIND|REPORT|GET|OPTIONS) \S{1,500}) HTTP/1.1$")


class Measured:
    """A user whose ways to both servers are counted."""

    def __init__(self, folder: Path, box: dovecot.Mailbox, dav: Calendars, ways: ExitStack) -> None:
        self.mail = ways.enter_context(Proxy(box.account.port))
        port = int(dav.url.rstrip("/").rpartition(":")[2])
        self.web = ways.enter_context(Proxy(port))
        account = dav.account
        counted = [one.replace(f":{port}/", f":{self.web.port}/") for one in (account.url, account.home)]
        counted_dav = Calendars(CalendarAccount(counted[0], account.user, account.password, counted[1]))
        self.files = Hosted(folder, box, counted_dav)
        self.files.reached_by(port=self.mail.port)

    def forget(self) -> None:
        self.mail.forget()
        self.web.forget()

    def requests(self) -> list[str]:
        """The HTTP requests, as method and place."""
        # A request's body has no line feed at its end: the next request follows in the same line.
        found = [REQUEST.search(line.decode("latin-1")) for line in self.web.out.lines]
        return [one[1] for one in found if one]

    def told(self, what: str) -> str:
        words = Counter(re.match(rb"(?:UID )?\S+", one)[0].decode() for one in self.mail.commands())  # type: ignore[index]
        text = (
            f"{what}: IMAP {dict(words)}, {self.mail.out.size} bytes out, {self.mail.back.size} back;"
            f" CalDAV {dict(Counter(self.requests()))}, {self.web.out.size} out, {self.web.back.size} back"
        )
        print(text)
        return text


@pytest.fixture
def ways() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def lived(files: Hosted, program: Staying) -> None:
    """A thank-you was sent, an answer is waited for, and the half hours of doubt are over."""
    files.event("2026-03-04 14:00", "2026-03-04 15:00")
    program.look_well("2026-03-04 08:00")
    program.look_well("2026-03-04 15:50")
    files.send(files.draft_to(DANA), at="2026-03-04 16:10", text="Dear Dana, thank you.\n\nSam\n")
    for at in ("2026-03-04 16:15", "2026-03-04 17:00", "2026-03-05 08:00", "2026-03-10 07:00"):
        program.look_well(at)


def counted(world: Measured, program: Staying, what: str, days: int = 0) -> None:
    """Polls at which nothing has moved, some days later; what the last of them cost is printed."""
    for at in QUIET:
        world.forget()
        assert program.look_well(world.files.time(at) + timedelta(days)) == []
    world.told(what)


def test_a_small_mailbox(tmp_path: Path, ways: ExitStack) -> None:
    world = Measured(tmp_path / "user", dovecot.shared().user(), radicale.shared().user(), ways)
    with staying(world.files) as program:
        lived(world.files, program)
        counted(world, program, "a few messages, a poll")
        must_be_one_of_each(world)


def test_a_hundred_thousand_messages_and_a_thousand_letters(tmp_path: Path, ways: ExitStack) -> None:
    """A first look reads what is new, of strangers only the header; a poll costs what it costs anybody."""
    box = dovecot.shared().user()
    box.fill(LARGE, LONG_AGO)
    world = Measured(tmp_path / "user", box, radicale.shared().user(), ways)
    long = "".join(f"{number:064d}\n" for number in range(3_000))
    for number in range(20):
        raw = world.files.message("News <news@paper.example>", ME, MONDAY, subject=f"No. {number}", text=long)
        box.hand.put(raw, "INBOX", world.files.time(MONDAY), ())
    with staying(world.files) as program:
        first_look(world, program)
        lived(world.files, program)
        counted(world, program, f"{LARGE} messages, a poll")
        must_be_one_of_each(world)
    track(world.files, 1_000, sent=True)  # type: ignore[arg-type]
    with staying(world.files) as program:
        program.look_well("2026-03-11 07:00")
        counted(world, program, f"{LARGE} messages, 1000 letters that are waited for, a poll", days=1)
        must_be_one_of_each(world)


def first_look(world: Measured, program: Staying) -> None:
    world.forget()
    program.look_well("2026-03-03 08:00")
    world.told("a first look")
    assert len(world.mail.commands()) < 40
    assert world.mail.out.size < 4 * KILO
    # The fields of the new messages are some 300 bytes each; the texts of the strangers would be four million.
    assert world.mail.back.size < 40 * KILO


def must_be_one_of_each(world: Measured) -> None:
    (command,) = world.mail.commands()
    assert re.match(rb"LIST .*RETURN \(.*STATUS \(", command)
    assert (world.mail.out.size < 200, world.mail.back.size < KILO) == (True, True)
    assert world.mail.connections == 0
    assert world.requests() == [f"REPORT /{world.files.dav.user}/work/"]


def test_without_list_status_a_poll_is_one_status_a_folder(tmp_path: Path, ways: ExitStack) -> None:
    with dovecot.own(dovecot.Kind(without=("LIST-STATUS",))) as server:
        world = Measured(tmp_path / "user", server.user(), radicale.shared().user(), ways)
        with staying(world.files) as program:
            lived(world.files, program)
            counted(world, program, "without LIST-STATUS, a poll")
            asked = [one.split()[:2] for one in world.mail.commands()]
            assert {verb for verb, _ in asked} == {b"STATUS"}
            folders = [name.strip(b'"') for _, name in asked]
            assert sorted(folders) == [b"Archive", b"Drafts", b"INBOX", b"Junk", b"Sent", b"Trash"]


def test_a_poll_is_one_request_a_calendar(tmp_path: Path, ways: ExitStack) -> None:
    dav = xandikos.shared().user()
    for name in ("play", "family"):
        dav.make(name)
    world = Measured(tmp_path / "user", dovecot.shared().user(), dav, ways)
    with staying(world.files) as program:
        lived(world.files, program)
        counted(world, program, "three calendars, a poll")
        home = "/sam/calendars"
        assert sorted(world.requests()) == [f"REPORT {home}/{name}/" for name in ("family", "play", "work")]


def test_idle_is_silent_until_something_comes_in(tmp_path: Path, ways: ExitStack) -> None:
    box = dovecot.shared().user()
    world = Measured(tmp_path / "user", box, radicale.shared().user(), ways)
    with staying(world.files) as program:
        ear = program.mailbox.listening()  # type: ignore[attr-defined]
        assert ear is not None
        ear.open()
        assert [one.split()[0] for one in world.mail.commands()][-1] == b"IDLE"
        ear.wait(0.05)
        world.forget()
        assert not any(ear.wait(0.1) for _ in range(10))
        assert (world.mail.out.size, world.mail.commands()) == (0, [])
        box.deliver(b"From: a@acme.example\nSubject: x\nMessage-ID: <x@acme.example>\n\nHello.\n")
        assert ear.wait(20)
        assert world.mail.out.size == 0
        print(f"idle: 0 bytes out; {world.mail.back.size} back when a message came in")
        ear.close()
