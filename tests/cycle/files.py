"""A world of real files to play lives in: a vdir, a Maildir, a config file, a state folder.

The cycle runs with the real config loader, store and local providers, in this process (`once`, `cli`) or as
the real program (`program`). The user's hand works on the files as real mail programs do: neomutt keeps the
Message-ID and rewrites the Date; Thunderbird gives a new Message-ID, drops X- headers, flows the lines and
keeps In-Reply-To and References; mbsync renames. Every file carries the played time.

Times are written as "2026-03-04 16:50" in the world's zone.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import format_datetime, getaddresses, parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import followupd
from followupd import cycle
from followupd.apply import Done
from followupd.cli import main
from followupd.cycle import AccountReport
from tests import forked
from tests.cycle.loaded import loaded

ME = "sam@example.com"
DANA = "dana@acme.example"
PROJECT = Path(followupd.__file__).parents[1]
FOLDERS = ("INBOX", "Drafts", "Sent", "Trash", "Archive")
POLICY = default.clone(linesep="\n", max_line_length=78, utf8=False)
STAMP = "DTSTAMP:20260301T000000Z"


@lru_cache(maxsize=64)
def _parsed(raw: bytes) -> EmailMessage:
    """The message, which nobody changes: parsing takes longer than a look at it."""
    return BytesParser(policy=default).parsebytes(raw)  # type: ignore[return-value]


@dataclass(frozen=True)
class Mail:
    """A message file: where it lies, and what is in it."""

    path: Path
    folder: str
    raw: bytes

    @property
    def parsed(self) -> EmailMessage:
        return _parsed(self.raw)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def to(self) -> list[str]:
        fields = [str(value) for name in ("to", "cc", "bcc") for value in self.parsed.get_all(name, [])]
        return [address.lower() for _, address in getaddresses(fields)]

    @property
    def subject(self) -> str:
        return str(self.parsed["subject"])

    @property
    def message_id(self) -> str:
        return str(self.parsed["message-id"]).strip()

    @property
    def text(self) -> str:
        return str(self.parsed.get_content())


class Files:
    """One user's files, and what they and others do to them."""

    def __init__(
        self, folder: Path, *, layout: str = "plain", accounts: Iterable[str] = ("personal",), more: str = ""
    ) -> None:
        self.folder = folder
        self.zone = ZoneInfo("Europe/London")
        self.layout = layout
        self.accounts = tuple(accounts)
        self.calendars = folder / "calendars"
        self.state = folder / "state"
        self.config = folder / "config.yaml"
        self.cache = folder / "cache"
        self.now = self.time("2026-01-01 00:00")
        self.reports: list[AccountReport] = []
        self._count = 0
        self.calendar_folder("work")
        for account in self.accounts:
            for name in FOLDERS:
                self.make_folder(name, account)
        self.write_config(more)

    # --- where things are ---

    def calendar_folder(self, name: str, account: str = "personal") -> Path:
        found = self.calendars / account / name
        found.mkdir(parents=True, exist_ok=True)
        return found

    def mail_root(self, account: str = "personal") -> Path:
        return self.folder / "Mail" / account

    def mail_folder(self, name: str, account: str = "personal") -> Path:
        """Plain folders: Mail/Drafts. Maildir++: Mail is the inbox, the others are Mail/.Drafts."""
        root = self.mail_root(account)
        if self.layout == "plain":
            return root / name
        return root if name == "INBOX" else root / f".{name}"

    def make_folder(self, name: str, account: str = "personal") -> Path:
        found = self.mail_folder(name, account)
        for sub in ("cur", "new", "tmp"):
            (found / sub).mkdir(parents=True, exist_ok=True)
        return found

    def write_config(self, more: str = "") -> None:
        lines = [
            "me:",
            "  name: Sam Lee",
            f"  addresses: [{', '.join([ME, *(f'sam@{name}.example' for name in self.accounts[1:])])}]",
            "  country: GB",
            "  timezone: Europe/London",
            "accounts:",
        ]
        for account in self.accounts:
            calendars = self.calendar_folder("work", account).parent
            lines += [
                f"  - name: {account}",
                f"    calendar: {{provider: local, path: {calendars}}}",
                f"    mailbox: {{provider: local, path: {self.mail_root(account)}}}",
            ]
        lines += ["interviews:", "  any: [{title: '\\binterview\\b'}]", more]
        if "letters:" not in more:
            lines.append("letters: {spelling: false}")  # its process takes longer to start than most tests
        self.config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    # --- time and cycles ---

    def time(self, text: str | datetime) -> datetime:
        """A moment, aware, in UTC."""
        moment = datetime.fromisoformat(text) if isinstance(text, str) else text
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)

    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.cache),
            "XDG_CONFIG_HOME": str(self.folder / "xdg-config"),
            "XDG_STATE_HOME": str(self.folder / "xdg-state"),
            "FOLLOWUPD_PLAIN": "1",
        }

    def once(self, at: str | datetime, *, well: bool = True) -> list[Done]:
        """One cycle per account in this process; what it did. `well` demands that nothing failed."""
        self.now = self.time(at)
        with mock.patch.dict(os.environ, self.environment()):
            config = loaded(self.config, self.state)
            self.reports = cycle.once(config, self.state, self.now)
        if well:
            assert all(report.ok for report in self.reports), [report.error for report in self.reports]
        return [done for report in self.reports for done in report.actions]

    def every(
        self, first: str | datetime, last: str | datetime, step: timedelta = timedelta(hours=3)
    ) -> list[Done]:
        """Cycles at regular times, both ends included."""
        at, end, done = self.time(first), self.time(last), []
        while at <= end:
            done += self.once(at)
            at += step
        return done

    def problems(self) -> str:
        """What the last cycle left out, as it told it."""
        return "\n".join(f"{p.where}: {p.what}" for report in self.reports for p in report.problems)

    def cli(self, *words: str, at: str | datetime | None = None) -> tuple[int, str]:
        """A command of the program, in this process: exit code and output."""
        moment = self.time(at) if at else self.now
        arguments = ["-c", str(self.config), "--state", str(self.state), *words]
        if words[0] not in {"people", "note", "process", "demo"}:
            arguments += ["--now", moment.isoformat()]
        out = io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environment()),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out),
        ):
            try:
                main(arguments)
            except SystemExit as end:
                return int(end.code or 0), out.getvalue()
        raise AssertionError("main returned")

    def program(
        self, *words: str, at: str | datetime | None = None, seconds: float = 60, fresh: bool = False
    ) -> Run:
        """A command of the real program as a child process (see forked.py), with its time and its memory."""
        arguments = ["-c", str(self.config), "--state", str(self.state), *words]
        if at is not None:
            self.now = self.time(at)
            arguments += ["--now", self.now.isoformat()]
        words = (sys.executable, "-c", MEASURED, *arguments)
        return run(words, self.environment(), self.folder, seconds, fresh=fresh)

    # --- what is known ---

    def status(self, at: str | datetime | None = None) -> dict[str, Any]:
        """`status --json` as the program prints it."""
        _, out = self.cli("status", "--json", at=at)
        found: dict[str, Any] = json.loads(out)
        return found

    def letters(self, kind: str = "") -> list[dict[str, Any]]:
        return [
            one
            for process in self.status()["processes"]
            for one in process["follow_ups"]
            if not kind or one["kind"] == kind
        ]

    def letter(self, to: str = DANA, kind: str = "thank_you", step: int = 1) -> dict[str, Any]:
        """The one letter of this kind to this person."""
        found = [one for one in self.letters(kind) if one["to"] == to and one["step"] == step]
        assert len(found) == 1, f"{len(found)} letters {kind} {step} to {to}: {found}"
        return found[0]

    def questions(self) -> list[dict[str, Any]]:
        return list(self.status()["questions"])

    # --- calendar ---

    def ics(self, name: str, text: str | bytes, *, calendar: str = "work", account: str = "personal") -> Path:
        """Writes a file into a calendar, as it is."""
        path = self.calendar_folder(calendar, account) / f"{name}.ics"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
        return path

    def event(
        self,
        start: str,
        end: str,
        people: Iterable[str] = (f"Dana Reyes <{DANA}>",),
        *,
        uid: str = "",
        calendar: str = "work",
        account: str = "personal",
        with_me: str = ME,
        **more: Any,
    ) -> Path:
        """An event on disk. Naive times are in the world's zone, written in UTC."""
        self._count += 1
        uid = uid or f"event-{self._count}"
        lines = self.vevent(start, end, people, uid=uid, with_me=with_me, **more)
        return self.ics(uid, vcalendar(lines), calendar=calendar, account=account)

    def vevent(
        self,
        start: str,
        end: str,
        people: Iterable[str] = (f"Dana Reyes <{DANA}>",),
        *,
        uid: str,
        title: str = "Interview",
        status: str = "",
        extra: Iterable[str] = (),
        with_me: str = ME,
        organizer: str = "",
    ) -> list[str]:
        """The lines of one VEVENT."""
        lines = ["BEGIN:VEVENT", f"UID:{uid}", STAMP]
        lines += [f"DTSTART:{self.time(start):%Y%m%dT%H%M%SZ}", f"DTEND:{self.time(end):%Y%m%dT%H%M%SZ}"]
        lines += [f"SUMMARY:{title}"]
        lines += [f"STATUS:{status}" for _ in (1,) if status]
        lines += [f"ORGANIZER:mailto:{organizer}" for _ in (1,) if organizer]
        lines += [f"ATTENDEE;CN=Sam Lee;PARTSTAT=ACCEPTED:mailto:{with_me}" for _ in (1,) if with_me]
        for person in people:
            shown, _, address = person.rpartition("<")
            lines += [f"ATTENDEE;CN={shown.strip()};PARTSTAT=ACCEPTED:mailto:{address.rstrip('>')}"]
        return [*lines, *extra, "END:VEVENT"]

    # --- mail: what there is ---

    def mail(self, folder: str, account: str = "personal") -> list[Mail]:
        """The messages that a mail program shows in a folder."""
        found = []
        for sub in ("cur", "new"):
            for path in sorted((self.mail_folder(folder, account) / sub).glob("*")):
                info = path.name.rpartition(":2,")[2] if ":2," in path.name else ""
                if path.is_file() and not path.name.startswith(".") and "T" not in info:
                    with contextlib.suppress(FileNotFoundError):  # moved or withdrawn since it was listed
                        found.append(Mail(path, folder, path.read_bytes()))
        return found

    def drafts(self, account: str = "personal") -> list[Mail]:
        return self.mail("Drafts", account)

    def draft_to(self, address: str = DANA, account: str = "personal") -> Mail:
        found = [one for one in self.drafts(account) if address in one.to]
        assert len(found) == 1, f"{len(found)} drafts to {address}"
        return found[0]

    def everything(self) -> list[Path]:
        """Every message file of every account, whatever its folder."""
        return [
            path
            for path in sorted((self.folder / "Mail").rglob("*"))
            if path.parent.name in {"cur", "new", "tmp"} and path.is_file()
        ]

    # --- mail: the user's hand ---

    def put(
        self,
        raw: bytes,
        folder: str,
        at: str | datetime,
        *,
        account: str = "personal",
        flags: str = "S",
        sub: str = "cur",
        name: str = "",
    ) -> Mail:
        """Puts a message file there, with the played time."""
        self._count += 1
        moment = self.time(at)
        name = name or f"{int(moment.timestamp())}.R{self._count:06d}P77.laptop:2,{flags}"
        path = self.make_folder(folder, account) / sub / name
        path.write_bytes(raw)
        touch(path, moment)
        return Mail(path, folder, raw)

    def edit_in_place(self, draft: Mail, *, at: str | datetime, text: str) -> Mail:
        """An editor on the file itself: same name, same headers."""
        changed = _composed(draft.parsed, text=text)
        raw = _as_bytes(changed)
        draft.path.write_bytes(raw)
        touch(draft.path, self.time(at))
        return Mail(draft.path, draft.folder, raw)

    def save_again(
        self,
        draft: Mail,
        *,
        at: str | datetime,
        client: str = "neomutt",
        text: str = "",
        subject: str = "",
        to: str = "",
        account: str = "personal",
    ) -> Mail:
        """The draft opened and saved in a mail program: a new file in its place."""
        raw = self._by(client, draft, at, text, subject, to, sending=False)
        draft.path.unlink()
        return self.put(raw, draft.folder, at, account=account, flags="DS" if client != "neomutt" else "S")

    def send(
        self,
        draft: Mail,
        *,
        at: str | datetime,
        client: str = "neomutt",
        text: str = "",
        subject: str = "",
        to: str = "",
        account: str = "personal",
        copy_to: str = "",
    ) -> Mail:
        """The draft sent from a mail program: it is gone from its folder, a copy lies in Sent."""
        raw = self._by(client, draft, at, text, subject, to, sending=True)
        draft.path.unlink()
        return self.put(raw, "Sent", at, account=copy_to or account)

    def _by(
        self,
        client: str,
        draft: Mail,
        at: str | datetime,
        text: str,
        subject: str,
        to: str,
        *,
        sending: bool,
    ) -> bytes:
        self._count += 1
        mail = _composed(draft.parsed, text=text, subject=subject, to=to)
        _set(mail, "Date", format_datetime(self.time(at)))
        if client == "neomutt":
            body = mail.get_content()
            mail.set_content(body, cte="8bit" if not body.isascii() else "7bit")
            mail["Content-Disposition"] = "inline"
        elif client == "thunderbird":
            for name in [name for name in mail.keys() if name.lower().startswith("x-")]:  # noqa: SIM118
                del mail[name]
            _set(mail, "Message-ID", f"<{self._count:08x}-7d1c-4f1e-9d3e-0a2b@example.com>")
            mail["User-Agent"] = "Mozilla Thunderbird"
            mail["Content-Language"] = "en-US"
            mail.set_content(flowed(mail.get_content()), cte="8bit")
            mail.set_param("format", "flowed")
            if not sending:
                mail["X-Mozilla-Draft-Info"] = "internal/draft; vcard=0; receipt=0; DSN=0; uuencode=0"
                mail["X-Identity-Key"] = "id1"
                mail["Fcc"] = "imap://sam@mail.example/Sent"
        else:
            raise AssertionError(client)
        return _as_bytes(mail)

    def delete(self, mail: Mail) -> None:
        mail.path.unlink()

    def move(self, mail: Mail, folder: str, *, name: str = "", account: str = "personal") -> Mail:
        """Moves the file; the modification time stays, as with every rename."""
        target = self.make_folder(folder, account) / "cur" / (name or mail.name)
        mail.path.rename(target)
        return Mail(target, folder, mail.raw)

    def flag(self, mail: Mail, flag: str) -> Mail:
        """Sets a flag: the file is renamed."""
        stem, _, flags = mail.name.partition(":2,")
        target = mail.path.with_name(f"{stem}:2,{''.join(sorted({*flags, flag}))}")
        mail.path.rename(target)
        return Mail(target, mail.folder, mail.raw)

    def synced(self, mail: Mail, uid: int = 12) -> Mail:
        """Mbsync has uploaded the message and writes its UID into the name."""
        stem, _, flags = mail.name.partition(":2,")
        target = mail.path.with_name(f"{stem},U={uid}:2,{flags}")
        mail.path.rename(target)
        return Mail(target, mail.folder, mail.raw)

    def write(
        self,
        to: str = DANA,
        *,
        at: str | datetime,
        folder: str = "Sent",
        subject: str = "It was good to meet you",
        text: str = "Dear Dana,\n\nA few words of my own about the afternoon.\n\nSam\n",
        cc: str = "",
        sender: str = f"Sam Lee <{ME}>",
        account: str = "personal",
        in_reply_to: str = "",
    ) -> Mail:
        """A message of the user's own, sent or begun."""
        raw = self.message(
            sender, to, at, subject=subject, text=text, cc=cc, headers=_reply_headers(in_reply_to)
        )
        return self.put(raw, folder, at, account=account, flags="DS" if folder == "Drafts" else "S")

    def receive(
        self,
        sender: str = f"Dana Reyes <{DANA}>",
        *,
        at: str | datetime,
        subject: str = "Your application",
        text: str = "Thank you for coming in. We enjoyed the conversation.\n",
        in_reply_to: str = "",
        folder: str = "INBOX",
        account: str = "personal",
    ) -> Mail:
        raw = self.message(sender, ME, at, subject=subject, text=text, headers=_reply_headers(in_reply_to))
        name = f"{int(self.time(at).timestamp())}.R{self._count:06d}P78.server"
        return self.put(raw, folder, at, account=account, sub="new", name=name)

    def message(
        self,
        sender: str,
        to: str,
        at: str | datetime,
        *,
        subject: str,
        text: str,
        cc: str = "",
        headers: Iterable[tuple[str, str]] = (),
    ) -> bytes:
        self._count += 1
        mail = EmailMessage(policy=POLICY)
        mail["From"] = sender
        if to:
            mail["To"] = to
        if cc:
            mail["Cc"] = cc
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self.time(at))
        mail["Message-ID"] = f"<made-{self._count}@client.example>"
        for name, value in headers:
            mail[name] = value
        mail.set_content(text)
        return _as_bytes(mail)


# --- running the real program -------------------------------------------------------------------


# `python -m followupd`, which at its end writes down the most memory that it had. wait4 would not do: a
# child's ru_maxrss begins with that of the process which started it.
MEASURED = """
import atexit, os, runpy, sys

def measure():
    try:
        with open("/proc/self/status") as file:
            peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    except OSError:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with open(os.environ["MEASURE"], "w") as file:
        file.write(str(peak))

atexit.register(measure)
sys.argv = ["followupd", *sys.argv[1:]]
runpy.run_module("followupd", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Run:
    """How a child process ended. `memory` is its peak in MB (0 unless MEASURED ran), `seconds` its wall clock."""

    code: int
    out: str
    seconds: float
    memory: float


def run(
    words: Sequence[str], environment: dict[str, str], folder: Path, seconds: float, *, fresh: bool = True
) -> Run:
    """Runs a child to its end, and kills it at the bound: then the code is -9."""
    begin = time.monotonic()
    out, peak = folder / "output.txt", folder / "peak.txt"
    peak.unlink(missing_ok=True)
    with out.open("wb") as file:
        child = forked.start(
            words,
            fresh=fresh,
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=PROJECT,
            env={**os.environ, **environment, "MEASURE": str(peak)},
        )
        try:
            code = child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
    memory = int(peak.read_text(encoding="ascii")) / 1024 if peak.exists() else 0.0
    text = out.read_text(encoding="utf-8", errors="replace")
    return Run(code, text, time.monotonic() - begin, memory)


# --- small things -------------------------------------------------------------------------------


def vcalendar(lines: Iterable[str], *, method: str = "") -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN"]
    head += [f"METHOD:{method}" for _ in (1,) if method]
    return "\r\n".join([*head, *lines, "END:VCALENDAR", ""])


def touch(path: Path, moment: datetime) -> None:
    """Gives the file the played time."""
    os.utime(path, (moment.timestamp(), moment.timestamp()))


def flowed(text: str, width: int = 72) -> str:
    """The text as Thunderbird saves it: format=flowed (RFC 3676), long lines broken with a soft break."""
    lines: list[str] = []
    for line in text.splitlines():
        rest = line.rstrip(" ")
        while len(rest) > width and " " in rest[: width + 1]:
            at = rest.rindex(" ", 0, width + 1)
            lines.append(rest[: at + 1])
            rest = rest[at + 1 :]
        lines.append(f" {rest}" if rest.startswith((">", "From ", " ")) else rest)
    return "\n".join(lines) + "\n"


@contextlib.contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """A folder that can't be read for a while: a file stands in its place (also root can't list that)."""
    aside = path.with_name(f"{path.name}.aside")
    outside = path.parents[2] / aside.name  # not where a walk would find it under another name
    path.rename(outside)
    path.write_bytes(b"")
    try:
        yield
    finally:
        path.unlink()
        outside.rename(path)


def sent_at(mail: Mail) -> datetime:
    return parsedate_to_datetime(str(mail.parsed["date"]))


def _composed(mail: EmailMessage, *, text: str = "", subject: str = "", to: str = "") -> EmailMessage:
    """A new message with the fields that a mail program takes over when a draft is opened."""
    new = EmailMessage(policy=POLICY)
    skipped = {"content-type", "content-transfer-encoding", "mime-version", "content-disposition"}
    skipped |= {"user-agent", "content-language", "fcc", "x-mozilla-draft-info", "x-identity-key"}
    for name, value in mail.items():
        if name.lower() not in skipped:
            new[name] = str(value)
    if subject:
        _set(new, "Subject", subject)
    if to:
        _set(new, "To", to)
    new.set_content(text or mail.get_content())
    return new


def _set(mail: EmailMessage, name: str, value: str) -> None:
    del mail[name]
    mail[name] = value


def _as_bytes(mail: EmailMessage) -> bytes:
    return mail.as_bytes(policy=POLICY)


def _reply_headers(in_reply_to: str) -> list[tuple[str, str]]:
    return [("In-Reply-To", in_reply_to), ("References", in_reply_to)] if in_reply_to else []
