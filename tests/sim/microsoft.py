"""A Microsoft of one process: Graph v1.0 (mail, calendars) and its sign-in, over real HTTP, on a clock of the test.

    with MicrosoftSimulator() as microsoft:
        sam = microsoft.user("sam@example.com")          # a personal account; tenant="acme.example" for work
        sam.calendars.put({...}); sam.mail.receive(...)   # the hands of the test
        tokens = microsoft.sign_in.sign_in("sam@example.com", ["Calendars.Read", "Mail.ReadWrite", "User.Read"])

The program is configured with `graph_root` and `authority`, and trusts `ca_bundle` (REQUESTS_CA_BUNDLE).
Every request is checked against Microsoft's own description (`graph_description`); what does not fit stands
in `violations`. Nothing here was compared with the live service: what is a guess is a switch, and says so.
"""

from __future__ import annotations

import functools
import json
import sys
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.sim import graph_description
from tests.sim.google import Journal
from tests.sim.microsoft_answers import (
    VERSION,
    GraphError,
    GraphFaults,
    Manner,
    claims_challenge,
    dressed,
    error_reply,
    invalid_token,
    throttled,
)
from tests.sim.microsoft_calendar import OutlookCalendars
from tests.sim.microsoft_mail import OutlookMail
from tests.sim.microsoft_parts import CALENDARS, SENDING, Account, part_for
from tests.sim.microsoft_sign_in import SignIn
from tests.sim.microsoft_sign_in_certificate import HttpsServer, write_certificates
from tests.sim.microsoft_sign_in_tokens import Access
from tests.sim.server import FORM_TYPE, HttpServer, Match, Reply, Request, Scene, html_reply, matches
from tests.sim.wire import Clock, Entry

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=10)
LINKS = ("@odata.nextLink", "@odata.deltaLink")


class GraphJournal(Journal):
    """Every request in the order of its answer. A method is as in `graph_description`, or "oauth.…"."""

    def requests(self) -> int:
        """How many requests reached Graph: what its limits count."""
        return sum(each.units for each in self)

    def sends(self) -> list[Entry]:
        """What a program that prepares drafts and reads calendars must never do, tried or done."""
        return [each for each in self if _sends(each.http_method, each.url.partition("?")[0])]


def _sends(http_method: str, path: str) -> bool:
    if path.endswith(SENDING):
        return http_method != "GET"
    return http_method != "GET" and any(f"/me/{name}" in path for name in CALENDARS)


@dataclass
class _Visit:
    """One request on its way through."""

    request: Request
    method: str
    user: str = ""
    units: int = 0
    acted: bool = False

    @property
    def body(self) -> Any:
        if self.request.content_type == FORM_TYPE:
            return dict(self.request.form)
        try:
            return json.loads(self.request.body) if self.request.body else None
        except ValueError:
            return self.request.body.decode("utf-8", "replace")


@dataclass(frozen=True)
class _Hook:
    match: Match
    action: Callable[[Request], object]
    when: str


class MicrosoftSimulator:
    """A context manager. Tests end with `assert simulator.violations == []`."""

    def __init__(self, now: datetime = NOON) -> None:
        self.clock = Clock(now)
        self.journal, self.faults = GraphJournal(), GraphFaults()
        self.violations: list[str] = []
        self.accounts: dict[str, Account] = {}
        self.limit = 10_000  # requests of one client to one mailbox in ten minutes
        self.in_flight = 4  # at most so many at once
        self.concurrency_is_per_client = False  # over all mailboxes: the documentation said both
        self.throttling_tells_when = True  # 429 has a Retry-After
        self.manner = Manner()  # how errors are spelled
        self.links_to: str | None = (
            None  # another root for the links to further pages, which nobody may follow
        )
        self.lock = threading.RLock()  # one request acts at a time; held by a test, it stops all
        self.sign_in = SignIn(self.clock, self.violations.append)
        self._hooks: list[_Hook] = []
        self._spent: list[tuple[datetime, str, str]] = []
        self._flying: Counter[tuple[str, str]] = Counter()
        self._counting = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="microsoft-simulator-")
        self.ca_bundle, chain = write_certificates(Path(self._folder.name))
        self._graph = HttpServer(self._answer, self.violations.append)
        self._authority = HttpsServer(self._answer_sign_in, self.violations.append, chain)
        self.url = f"http://127.0.0.1:{self._graph.server_port}"
        self.graph_root = self.url + VERSION
        self.sign_in.url = f"https://localhost:{self._authority.server_port}"
        self.authority = self.sign_in.url + "/common"

    def __enter__(self) -> MicrosoftSimulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._graph.close()
        self._authority.close()
        self._folder.cleanup()

    def release(self) -> None:
        """Let the answers go that a fault holds."""
        self._graph.release()
        self._authority.release()

    def environment(self) -> dict[str, str]:
        """What a real program needs in its environment: whom to trust, and a browser that says yes."""
        browser = Path(__file__).with_name("microsoft_sign_in_browser.py")
        return {"REQUESTS_CA_BUNDLE": str(self.ca_bundle), "BROWSER": f"{sys.executable} {browser} %s"}

    @property
    def clock_skew(self) -> timedelta:
        return self._graph.clock_skew

    @clock_skew.setter
    def clock_skew(self, skew: timedelta) -> None:
        self._graph.clock_skew = self._authority.clock_skew = skew

    def user(self, email: str, name: str = "", tenant: str = "") -> Account:
        """A personal account, or one of a tenant by its domain; made at the first call."""
        with self.lock:
            identity = self.sign_in.add(email, name, tenant)
            if email not in self.accounts:
                calendars = OutlookCalendars(email, self.clock, self.graph_root, identity.name)
                self.accounts[email] = Account(
                    identity, OutlookMail(self.clock, email, identity.name), calendars
                )
            return self.accounts[email]

    def on(
        self, match: Match, action: Callable[[Request], object], when: str = "before"
    ) -> Callable[[], None]:
        """Run `action(request)` in every matching request, just before or after it acts; the answer undoes it.

        A `GraphError` it raises is the answer. It runs without the simulator's lock, in the server's thread.
        """
        if when not in ("before", "after"):
            raise ValueError(f"A hook runs before or after, not {when}")
        hook = _Hook(match, action, when)
        self._hooks.append(hook)
        return functools.partial(self._hooks.remove, hook)

    def spent(self, user: str, client_id: str = SignIn.client_id) -> int:
        """The requests of the last ten simulated minutes, throttled ones too."""
        since = self.clock.now - WINDOW
        return sum(each[0] > since and each[1:] == (client_id, user) for each in self._spent)

    # --- the sign-in ------------------------------------------------------------------------------------

    def _answer_sign_in(self, request: Request) -> Reply:
        visit = _Visit(request, self.sign_in.name_of(request))

        def reach() -> Reply:
            if not visit.method:
                return html_reply(404, "Not Found")
            reply = self.sign_in.handle(request, visit.method)
            visit.acted = reply.status in (200, 302)
            return reply

        return self._through(visit, reach)

    # --- Graph ------------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Reply:
        found = graph_description.find(request.http_method, request.path)
        visit = _Visit(request, "" if found is None else found.operation.name, units=1)
        if request.path == "/portal":
            return html_reply(200, "Welcome to the hotel. Please sign in.")
        return self._through(visit, functools.partial(self._reach, visit))

    def _through(self, visit: _Visit, reach: Callable[[], Reply]) -> Reply:
        fault = self.faults.take(visit.method)
        reply = None if fault is not None and fault.when == "before" else self._guarded(visit, reach)
        if fault is not None:
            reply = fault.strike(Scene(visit.method, reply, self.clock.now, self.url + "/portal"))
        assert reply is not None
        if visit.units:
            reply = dressed(reply, visit.request.headers.get("client-request-id", ""))
        self._write_down(visit, reply)
        return reply

    def _guarded(self, visit: _Visit, reach: Callable[[], Reply]) -> Reply:
        asked = visit.request.headers.get("client-request-id", "")
        try:
            return reach()
        except GraphError as error:
            return error_reply(error, self.clock.now, asked, self.manner)
        except Exception:  # a mistake of a part or a hook must reach the test, not only the client
            self.violations.append(f"{visit.method}: the simulator failed\n{traceback.format_exc()}")
            wrong = GraphError(500, "InternalServerError", "An internal server error occurred.")
            return error_reply(wrong, self.clock.now, asked, self.manner)

    def _write_down(self, visit: _Visit, reply: Reply) -> None:
        entry = Entry(
            number=0,
            at=self.clock.now,
            http_method=visit.request.http_method,
            url=visit.request.target,
            method=visit.method,
            params=dict(visit.request.query),
            body=visit.body,
            units=visit.units,
            # nothing was heard of a held answer, whatever it would have been
            status=0 if reply.held is not None else reply.status,
            acted=visit.acted,
            user=visit.user,
            headers=visit.request.headers,
        )
        self.journal.write(entry)

    def _reach(self, visit: _Visit) -> Reply:
        graph_description.check_request(visit.request, self.violations.append)
        access = self._identify(visit.request)
        visit.user = access.user
        with self._flight(access):
            self._check_quota(access)
            account = self.user(access.user)
            part = part_for(visit.request, account, access)
            self._run_hooks(visit, "before")
            with self.lock:
                if isinstance(part, OutlookCalendars):
                    part.scopes = access.scopes
                reply = part.handle(visit.request)
                visit.acted = reply.status < 400
            self._run_hooks(visit, "after")
        graph_description.check_answer(visit.request, reply, self._tell_of_answer)
        return self._linked(reply)

    def _tell_of_answer(self, wrong: str) -> None:
        if "'uid'" not in wrong:  # newer than the description, and by a switch alone
            self.violations.append(wrong)

    def _run_hooks(self, visit: _Visit, when: str) -> None:
        for hook in list(self._hooks):
            if hook.when == when and matches(hook.match, visit.method):
                hook.action(visit.request)

    def _identify(self, request: Request) -> Access:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise invalid_token("Access token is empty.")
        access = self.sign_in.tokens.identify(token.strip())
        if access is None:
            raise invalid_token()
        if token.strip() in self.sign_in.tokens.challenges:
            raise claims_challenge(self.sign_in.tokens.challenges[token.strip()])
        return access

    @contextmanager
    def _flight(self, access: Access) -> Iterator[None]:
        key = (access.client_id, "" if self.concurrency_is_per_client else access.user)
        with self._counting:
            self._flying[key] += 1
            over = self._flying[key] > self.in_flight
        try:
            if over:
                self._spend(access)
                raise throttled(10 if self.throttling_tells_when else None)
            yield
        finally:
            with self._counting:
                self._flying[key] -= 1

    def _spend(self, access: Access) -> None:
        with self._counting:
            self._spent = [each for each in self._spent if each[0] > self.clock.now - WINDOW]
            self._spent.append((self.clock.now, access.client_id, access.user))

    def _check_quota(self, access: Access) -> None:
        self._spend(access)
        if self.spent(access.user, access.client_id) > self.limit:
            seconds = int(WINDOW.total_seconds()) if self.throttling_tells_when else None
            raise throttled(seconds, "Application is over its request limit.")

    def _linked(self, reply: Reply) -> Reply:
        """The links to further pages, where a test wants them to lead elsewhere."""
        if self.links_to is None or b"@odata." not in reply.body:
            return reply
        answer = json.loads(reply.body)
        for name in LINKS:
            if name in answer:
                answer[name] = answer[name].replace(self.graph_root, self.links_to)
        return replace(reply, body=json.dumps(answer, ensure_ascii=False).encode())
