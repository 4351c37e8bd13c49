"""A user's machine in a folder: the real program as child processes, a real vdir, a real Maildir.

Five interviews at five companies on one day, four people each: twenty letters, below the day's
brake of twenty-five. Every time is given by --now; file times follow it where the program reads them.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from tests import forked

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
LAUNCHER = HERE / "killed.py"
KILLED = -9
LONG = 120  # seconds after which a child counts as hung

MORNING = datetime.fromisoformat("2026-03-04T08:00+00:00")  # nothing is due yet
EVENING = datetime.fromisoformat("2026-03-04T18:00+00:00")  # all twenty are due
A_MOMENT = timedelta(minutes=1)

COMPANIES = {
    "acme": ("Dana Reyes", "Ivo Novak", "Mira Patel", "Theo Lang"),
    "bolt": ("Aya Sato", "Ben Okafor", "Cleo Marsh", "Dov Peretz"),
    "cedar": ("Ewa Kowal", "Finn Berg", "Gita Rao", "Hugo Blanc"),
    "delta": ("Iris Vogel", "Jan Visser", "Kira Holm", "Luca Conti"),
    "ember": ("Maya Stone", "Nils Dahl", "Olga Petrov", "Pia Wirth"),
}


def address(person: str, company: str) -> str:
    """Somebody's address at their company."""
    return f"{person.partition(' ')[0].lower()}@{company}.example"


def people_of(company: str) -> set[str]:
    """The addresses of the four who were met there."""
    return {address(person, company) for person in COMPANIES[company]}


EVERYBODY = frozenset(one for company in COMPANIES for one in people_of(company))


@dataclass(frozen=True)
class Ended:
    """How a child ended."""

    code: int
    out: str
    err: str
    told: dict

    @property
    def killed(self) -> bool:
        return self.code == KILLED

    @property
    def steps(self) -> int:
        return self.told["steps"]

    @property
    def actions(self) -> list[dict]:
        """What `once --json` did."""
        return [action for account in json.loads(self.out)["accounts"] for action in account["actions"]]

    def did(self, action: str) -> list[str]:
        """To whom it did this."""
        return [one["to"] for one in self.actions if one["action"] == action]


@dataclass(frozen=True)
class Letter:
    """A message file."""

    path: Path
    mail: EmailMessage

    @property
    def to(self) -> str:
        return getaddresses([self.mail.get("To", "")])[0][1]

    @property
    def message_id(self) -> str:
        return self.mail["Message-ID"]

    @property
    def text(self) -> str:
        return self.mail.get_content()


@lru_cache(maxsize=128)
def _parsed(raw: bytes) -> EmailMessage:
    """The message, which nobody changes: the same twenty are looked at again and again."""
    return email.message_from_bytes(raw, policy=email.policy.default)


class Warm:
    """Runs cycles in processes forked from one that has loaded the program: see tests/forked.py."""

    def run(self, job: dict) -> int:
        """The exit code of one run of the launcher, negative for a signal."""
        with open(job["out"], "w") as out, open(job["err"], "w") as err:
            child = forked.start(
                [sys.executable, str(LAUNCHER), *job["words"]],
                env=job["environment"],
                cwd=job["folder"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
            return child.wait(LONG)


def warm() -> Warm:
    """The one of this process of pytest."""
    return Warm()


class Machine:
    """One user's folders: config, calendars, mail, state and cache."""

    def __init__(self, root: Path, state: str = "state", cache: str = "cache") -> None:
        self.root = root
        self.calendars = root / "calendars"
        self.mail = root / "Mail"
        self.config = root / "config.yaml"
        self.state = root / state
        self.cache = root / cache
        self.wrap: Sequence[str] = ()

    # --- making one ---

    @classmethod
    def new(cls, root: Path) -> Machine:
        machine = cls(root)
        for folder in ("", "Drafts", "Sent", "Trash", "Archive"):
            for sub in ("cur", "new", "tmp"):
                (machine.mail / folder / sub).mkdir(parents=True)
        (root / "home").mkdir()
        machine.calendars.mkdir()
        for hour, company in enumerate(COMPANIES, 9):
            machine.put_interview(company, hour)
        machine.write_config()
        return machine

    def write_config(self) -> None:
        self.config.write_text(
            "me: {name: Sam Lee, addresses: [sam@example.com], country: GB, timezone: Europe/London}\n"
            "accounts:\n"
            "  - name: personal\n"
            f"    calendar: {{provider: local, path: {self.calendars}}}\n"
            f"    mailbox: {{provider: local, path: {self.mail}, folders: {{drafts: Drafts, sent: Sent}}}}\n"
            "interviews: {any: [{title: '\\binterview\\b'}]}\n"
            "letters: {spelling: false}\n",
            encoding="utf-8",
        )

    def put_interview(self, company: str, hour: int, day: int = 4, *, sequence: int = 0) -> None:
        """Writes the event of an interview."""
        attendees = "".join(
            f"ATTENDEE;CN={person};PARTSTAT=ACCEPTED:mailto:{address(person, company)}\r\n"
            for person in COMPANIES[company]
        )
        event = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{company}@calendar.example\r\nSEQUENCE:{sequence}\r\nSTATUS:CONFIRMED\r\n"
            f"DTSTAMP:20260301T080000Z\r\n"
            f"DTSTART:202603{day:02}T{hour:02}0000Z\r\nDTEND:202603{day:02}T{hour:02}4500Z\r\n"
            f"SUMMARY:Interview with {company.title()}\r\n"
            "ATTENDEE;CN=Sam Lee;PARTSTAT=ACCEPTED:mailto:sam@example.com\r\n"
            f"{attendees}END:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        path = self.calendars / f"{company}.ics"
        path.with_suffix(".new").write_bytes(event.encode())
        path.with_suffix(".new").replace(path)

    def move_by_a_day(self, company: str) -> None:
        """The interview is moved to the same hour of the next day."""
        self.put_interview(company, 9 + list(COMPANIES).index(company), 5, sequence=1)

    def copy(self, root: Path) -> Machine:
        """The same machine elsewhere. The number outside goes by the state's path, so it moves along."""
        shutil.copytree(self.root, root, symlinks=True)
        other = Machine(root, self.state.name, self.cache.name)
        other.write_config()
        kept = self.outside()
        if kept.exists():
            (other.cache / "followupd" / kept.name).rename(other.outside())
        return other

    def outside(self) -> Path:
        """The file outside the state folder that holds the number of intents."""
        return self.cache / "followupd" / sha256(os.fsencode(self.state.resolve())).hexdigest()[:16]

    def second(self) -> Machine:
        """Another machine of the same user: own state and cache, the same mail and calendars."""
        return Machine(self.root, "other-state", "other-cache")

    # --- running the program ---

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root / "home"),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "XDG_CACHE_HOME": str(self.cache),
            "XDG_CONFIG_HOME": str(self.root / "home/config"),
            "XDG_STATE_HOME": str(self.root / "home/state"),
            "XDG_DATA_HOME": str(self.root / "home/data"),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def words(self, *words: str, now: datetime | None = None) -> list[str]:
        """A command line of followupd, without the program."""
        said = ["-c", str(self.config), "--state", str(self.state), *words]
        return [*said, "--now", now.isoformat()] if now else said

    def start(
        self,
        *words: str,
        now: datetime | None = None,
        crash: dict | None = None,
        umask: int = -1,
        fresh: bool = False,
    ) -> subprocess.Popen[str]:
        """Starts a child, under the launcher when something is to happen at one of its steps.

        It is forked from a process that has loaded the program, unless it is to be a `fresh` interpreter.
        """
        environment = self.environment()
        program = ["-m", "followupd"]
        if crash is not None:
            environment["CRASH"] = json.dumps({"report": str(self.root / "told"), **crash})
            program = [str(LAUNCHER)]
        return forked.start(
            [*self.wrap, sys.executable, *program, *self.words(*words, now=now)],
            fresh=fresh or bool(self.wrap),
            env=environment,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            umask=umask,
        )

    def ended(self, child: subprocess.Popen[str]) -> Ended:
        """Waits for a child."""
        out, err = child.communicate(timeout=LONG)
        return Ended(child.returncode, out, err, self._told())

    def run(self, *words: str, now: datetime | None = None, crash: dict | None = None) -> Ended:
        """Runs a command to its end, whatever that is."""
        return self.ended(self.start(*words, now=now, crash=crash))

    def run_cold(self, *words: str, now: datetime | None = None, crash: dict | None = None) -> Ended:
        """Runs a command to its end as a user's shell does."""
        return self.ended(self.start(*words, now=now, crash=crash, fresh=True))

    def _told(self) -> dict:
        told = self.root / "told"
        said = json.loads(told.read_text()) if told.exists() else {}
        told.unlink(missing_ok=True)
        return said

    def once(self, now: datetime, crash: dict | None = None) -> Ended:
        """One cycle."""
        return self.run("once", "--json", now=now, crash=crash)

    def once_well(self, now: datetime) -> Ended:
        """One cycle that must go well."""
        ended = self.once(now)
        assert ended.code == 0, f"once ended with {ended.code}\n{ended.out}\n{ended.err}"
        return ended

    def say(self, *words: str, now: datetime) -> Ended:
        """A user's command that must go well."""
        ended = self.run(*words, now=now)
        assert ended.code == 0, f"{words} ended with {ended.code}\n{ended.out}\n{ended.err}"
        return ended

    def killed_at(self, step: int, now: datetime, only: str = "") -> Ended:
        """One cycle that is killed just before its n-th step."""
        return self.once(now, {"at": step, "only": only})

    def status(self, now: datetime) -> dict:
        """`followupd status --json`."""
        ended = self.run("status", "--json", now=now)
        assert ended.code in {0, 1}, ended.err
        return json.loads(ended.out)

    def stages(self, now: datetime, kind: str = "thank_you") -> dict[str, str]:
        """Address → stage, as the program tells it."""
        return {
            one["to"]: one["stage"]
            for process in self.status(now)["processes"]
            for one in process["follow_ups"]
            if one["kind"] == kind
        }

    # --- the mail store ---

    def letters(self, folder: str) -> list[Letter]:
        """The messages of a folder."""
        return [
            Letter(path, _parsed(path.read_bytes()))
            for sub in ("new", "cur")
            for path in sorted((self.mail / folder / sub).iterdir())
        ]

    def drafts(self) -> list[Letter]:
        return self.letters("Drafts")

    def draft_to(self, who: str) -> Letter:
        """The one draft to an address."""
        found = [letter for letter in self.drafts() if letter.to == who]
        assert len(found) == 1, f"{len(found)} drafts to {who}"
        return found[0]

    def drafted(self) -> list[str]:
        """To whom drafts lie there, sorted; twice where there are two."""
        return sorted(letter.to for letter in self.drafts())

    def left_in_tmp(self) -> list[Path]:
        return [path for tmp in sorted(self.mail.rglob("tmp")) for path in tmp.iterdir()]

    # --- the user's hand ---

    def send(self, draft: Letter, at: datetime, *, text: str = "", message_id: str = "") -> None:
        """The user sends a draft, as it is or changed; mail programs differ in whether its id stays."""
        self._save("Sent", draft, at, text, message_id)
        draft.path.unlink()

    def edit(self, draft: Letter, at: datetime, text: str, *, message_id: str = "") -> None:
        """The user saves a draft changed."""
        self._save("Drafts", draft, at, text, message_id)
        draft.path.unlink()

    def trash(self, draft: Letter) -> None:
        draft.path.rename(self.mail / "Trash/cur" / f"{draft.path.name.partition(':')[0]}:2,S")

    def _save(self, folder: str, draft: Letter, at: datetime, text: str, message_id: str) -> None:
        mail = email.message_from_bytes(draft.path.read_bytes(), policy=email.policy.default)
        mail.replace_header("Date", format_datetime(at))
        if text:
            mail.set_content(text)
        if message_id:
            mail.replace_header("Message-ID", f"<{message_id}>")
        name = f"{int(at.timestamp())}.client{sha256(draft.path.name.encode()).hexdigest()[:8]}.host:2,S"
        path = self.mail / folder / "cur" / name
        path.write_bytes(bytes(mail))
        os.utime(path, (at.timestamp(), at.timestamp()))

    # --- the state, as it lies on disk; only when no child is at work ---

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.state / "followupd.db")
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, sql: str, *values: object) -> list[tuple]:
        with self.database() as connection:
            return connection.execute(sql, values).fetchall()

    def follow_ups(self, kind: str = "thank_you") -> list[dict]:
        found = [json.loads(row[0]) for row in self.rows("SELECT data FROM follow_up")]
        return [one for one in found if one["kind"] == kind]

    def stored_stages(self, kind: str = "thank_you") -> dict[str, str]:
        """Address → stage, from the database. Fails where an address has two letters."""
        found = [(one["to"], one["stage"]) for one in self.follow_ups(kind)]
        twice = [to for to, count in Counter(to for to, _ in found).items() if count > 1]
        assert not twice, f"two letters to {twice}"
        return dict(found)

    def questions(self) -> list[dict]:
        """The open questions."""
        return [json.loads(row[0]) for row in self.rows("SELECT data FROM question WHERE state = 'open'")]

    def mail_files(self) -> dict[str, bytes]:
        """Every message file by its place: equal when no mail was touched."""
        return {str(p.relative_to(self.mail)): p.read_bytes() for p in self.mail.rglob("*") if p.is_file()}

    # --- what must always hold ---

    def must_be_sound(self, *, after_a_lost_state: bool = False) -> None:
        """No two letters to one person, unique Message-IDs, nothing half written, a whole database."""
        twice = [to for to, count in Counter(self.drafted()).items() if count > 1]
        assert not twice, f"two drafts to {twice}"
        ids = [letter.message_id for letter in (*self.drafts(), *self.letters("Sent"))]
        assert len(ids) == len(set(ids)), "a Message-ID twice"
        for letter in self.drafts():
            assert re.search(r"Sam Lee\s*$", letter.text), f"half a letter: {letter.text!r}"
        if not after_a_lost_state:
            assert self.left_in_tmp() == []
        assert self.rows("PRAGMA integrity_check") == [("ok",)]
        assert self.rows("SELECT * FROM journal WHERE state = 'open'") == [], "an intent is still open"

    def must_have_all_twenty(self) -> None:
        """Exactly one draft per letter, and the state knows it."""
        self.must_be_sound()
        assert self.drafted() == sorted(EVERYBODY)
        assert self.stored_stages() == dict.fromkeys(EVERYBODY, "drafted")
        by_state = {one["to"]: one["message_id"] for one in self.follow_ups()}
        assert by_state == {draft.to: draft.message_id.strip("<>") for draft in self.drafts()}

    def must_have_nothing_to_do(self, now: datetime) -> None:
        """A further cycle does nothing and touches no mail."""
        before = self.mail_files()
        assert self.once_well(now).actions == []
        assert self.mail_files() == before
