"""An account at a simulated Google of its own, and all that may happen to it."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from followupd.credentials import Vault
from followupd.providers.google.grant import Grant, read_client, scopes
from tests.cycle.google import message
from tests.sim.google import GoogleSimulator
from tests.sim.google_mail import GmailBox
from tests.sim.server import Fault
from tests.sim.wire import Call
from tests.soak.month import LostAnswer, Outage, Talk
from tests.soak.places import ANSWER, TEXT, Gone, Lying, Made, addressed, is_nudge, parsed

CREATE, DELETE = "gmail.users.drafts.create", "gmail.users.drafts.delete"


class AtGoogle:
    """An account at a simulated Google of its own, so that each can be out of reach alone."""

    def __init__(self, name: str, address: str, folder: Path) -> None:
        self.name, self.address, self.folder = name, address, folder
        self.simulator = GoogleSimulator()
        self.simulator.oauth.user = address
        self.client = self.simulator.client_file(folder / f"{name}-client.json")
        self._number = 0
        self._made: list[Made] = []
        self._gone: list[Gone] = []
        self._fault: Fault | None = None
        self.simulator.on(CREATE, self._see_create, "after")
        self.simulator.on(DELETE, self._see_delete)

    @property
    def mail(self) -> GmailBox:
        return self.simulator.user(self.address).mail

    @property
    def config(self) -> str:
        where, client = self.simulator, self.client.name
        return (
            f"  - name: {self.name}\n"
            f"    calendar: {{provider: google, client_file: {client}, calendar_root: {where.calendar_root}}}\n"
            f"    mailbox: {{provider: google, client_file: {client}, gmail_root: {where.gmail_root}}}\n"
        )

    def sign_in(self, state: Path, key: Path) -> None:
        """The sign-in lies there as `login` leaves it."""
        wanted = scopes(mail=True, calendar=True)
        given = self.simulator.sign_in(self.address, wanted)
        now = self.simulator.clock.now
        grant = Grant(
            client=read_client(self.client),
            refresh_token=given["refresh_token"],
            access_token=given["access_token"],
            expires=now + timedelta(seconds=given["expires_in"]),
            scopes=wanted,
            email=self.address,
            signed_in=now,
        )
        Vault(state, key).of(f"{self.name}.google").write(grant.to_bytes())

    # --- the calendar ---

    def announce(self, talk: Talk) -> None:
        start = talk.last_start if talk.turns <= self.simulator.clock.now else talk.start
        guests = [
            {"email": one.address, "displayName": one.name, "responseStatus": "accepted"}
            for one in talk.people
        ]
        self.simulator.user(self.address).calendars.put(
            {
                "iCalUID": talk.uid,
                "summary": "Interview",
                "start": {"dateTime": start.isoformat(), "timeZone": talk.zone},
                "end": {"dateTime": (start + talk.length).isoformat(), "timeZone": talk.zone},
                "organizer": {name: guests[0][name] for name in ("email", "displayName")},
                "attendees": [*guests, {"email": self.address, "responseStatus": "accepted"}],
            }
        )

    def call_off(self, talk: Talk) -> None:
        calendars = self.simulator.user(self.address).calendars
        act = {"cancelled": calendars.cancel, "removed": calendars.remove, "declined": calendars.decline}
        act[talk.fate](talk.uid)

    # --- mail ---

    def lying(self) -> list[Lying]:
        found = []
        for one in self.mail.drafts():
            letter = parsed(one.raw)
            found.append(Lying(addressed(letter), is_nudge(letter), one.message_id_header, one.id))
        return found

    def send(self, draft: Lying, at: datetime) -> str:
        return self.mail.message(self.mail.ui_send(draft.handle, at=at)).message_id_header

    def edit(self, draft: Lying, at: datetime) -> None:
        self._number += 1
        self.mail.ui_edit(draft.handle, body=TEXT.format(self._number), at=at)

    def delete(self, draft: Lying, at: datetime) -> None:
        self.mail.ui_discard(draft.handle)

    def write(self, to: str, at: datetime) -> None:
        self._number += 1
        raw = message(self.address, to, at, subject="It was good to meet you", text=TEXT.format(self._number))
        self.mail.ui_send_new(raw, at)

    def receive(self, sender: str, at: datetime, reply_to: str, **headers: str) -> None:
        raw = message(
            sender,
            self.address,
            at,
            subject="Our conversation",
            text=ANSWER,
            in_reply_to=reply_to,
            **headers,
        )
        self.mail.receive(raw, at=at)

    # --- time, and what the program does ---

    def follow(self, at: datetime) -> None:
        self.simulator.clock.now = at
        self.simulator.clock_skew = at - datetime.now(UTC)

    def _see_create(self, call: Call) -> None:
        assert call.body is not None
        letter = parsed(base64.urlsafe_b64decode(call.body["message"]["raw"]))
        name, at = str(letter["Message-ID"]).strip(), self.simulator.clock.now
        self._made.append(Made(addressed(letter), is_nudge(letter), name, at))

    def _see_delete(self, call: Call) -> None:
        found = [one for one in self.mail.drafts() if one.id == call.get("id")]
        self._gone += [Gone(one.message_id_header, self.simulator.clock.now) for one in found]

    def done(self, at: datetime) -> tuple[list[Made], list[Gone]]:
        made, self._made = self._made, []
        gone, self._gone = self._gone, []
        return made, gone

    # --- trouble ---

    def breaks(self, outage: Outage) -> None:
        faults = self.simulator.faults
        if outage.kind == "503":
            self._fault = faults.fail(
                _is_of_an_account, "status", None, status=503, headers={"Retry-After": "900"}
            )
        elif outage.kind == "429":
            self._fault = faults.fail(_is_of_an_account, "rate", None, status=429, retry_after=600)
        else:
            self._refuse()

    def lose(self, lost: LostAnswer) -> None:
        self.simulator.faults.fail(lost.method, lost.kind, 1, lost.when, **lost.options)

    def mends(self) -> None:
        if self._fault is None:
            self._accept()
        else:
            self._fault.match, self._fault = _never, None

    def _refuse(self) -> None:
        """Nobody listens at the port any more, and the connections that there are end."""
        server = self.simulator._server
        server.shutdown()
        server.socket.close()
        with server._lock:
            for connection in server._working.values():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        server = self.simulator._server
        server.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        server.server_bind()
        server.server_activate()
        server._thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        server._thread.start()

    def close(self) -> None:
        self.simulator.close()


def _never(_: str) -> bool:
    return False


def _is_of_an_account(method: str) -> bool:
    """A sign-in is renewed all the same: that Google's library tries for long seconds of the real clock."""
    return not method.startswith("oauth.")
