"""The mailbox alone behind real HTTP, for its own tests: no sign-in, no limits; every request and answer is checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests

from tests.sim.graph_description import check_answer, check_request
from tests.sim.microsoft_answers import GraphError, dressed, error_reply
from tests.sim.microsoft_mail import OutlookMail
from tests.sim.server import HttpServer, Reply, Request
from tests.sim.wire import Clock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAM, DANA, KIM = "sam@example.com", "dana@acme.example", "kim@acme.example"
KEY = "String {6b0c9a58-3a7e-4f0e-9b0a-2c9a1a5f7d10} Name letter"
MOST_PAGES = 200
IMMUTABLE = 'IdType="ImmutableId"'


class Alone:
    """A client of the mailbox, the mailbox as `box`, and the hands of time."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.renew()
        self._server = HttpServer(self._answer, self.violations.append)
        self.root = f"http://127.0.0.1:{self._server.server_port}/v1.0"
        self._session = requests.Session()

    def renew(self) -> None:
        """An empty mailbox, and nothing wrong yet."""
        self.clock = Clock(START)
        self.box = OutlookMail(self.clock, SAM, "Sam Lee")
        self.violations.clear()

    def close(self) -> None:
        self._session.close()
        self._server.close()

    def _answer(self, request: Request) -> Reply:
        check_request(request, self.violations.append)
        try:
            reply = self.box.handle(request)
        except GraphError as error:
            reply = error_reply(error, self.clock.now, request.headers.get("client-request-id", ""))
        check_answer(request, reply, self.violations.append)
        return dressed(reply, request.headers.get("client-request-id", ""))

    def ask(
        self,
        http_method: str,
        path: str,
        body: Any = None,
        *,
        prefer: str = "",
        headers: dict[str, str] | None = None,
        **query: str,
    ) -> requests.Response:
        """One request. A query parameter `select` is $select; a path may be a whole link."""
        url = path if path.startswith("http") else f"{self.root}/me/{path}"
        plain = {"changeType", "includeHiddenFolders"}
        params = {name if name in plain else f"${name}": value for name, value in query.items()}
        added = {"Prefer": prefer} if prefer else {}
        options: dict[str, Any] = {"data": body} if isinstance(body, (str, bytes)) else {"json": body}
        return self._session.request(
            http_method, url, params=params, headers=added | (headers or {}), timeout=10, **options
        )

    def get(self, path: str, **options: Any) -> Any:
        answer = self.ask("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        answer = self.ask("POST", path, body, **options)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def patch(self, id_: str, body: Any, **options: Any) -> Any:
        answer = self.ask("PATCH", f"messages/{quote(id_)}", body, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def message(self, id_: str, **options: Any) -> Any:
        return self.get(f"messages/{quote(id_)}", **options)

    def refused(self, http_method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """The status and the code of an error. What it was about may be no fit for the description."""
        known = len(self.violations)
        answer = self.ask(http_method, path, body, **options)
        assert answer.status_code >= 400, answer.text
        del self.violations[known:]
        return answer.status_code, answer.json()["error"]["code"]

    def pages(self, path: str, **options: Any) -> Iterator[Any]:
        """Every page of a list or of a round, its links followed as they are."""
        page = self.get(path, **options)
        yield page
        kept = {name: options[name] for name in ("prefer",) if name in options}
        for _ in range(MOST_PAGES):
            if "@odata.nextLink" not in page:
                return
            page = self.get(page["@odata.nextLink"], **kept)
            yield page
        raise AssertionError(f"more than {MOST_PAGES} pages")

    def round(self, path: str, **options: Any) -> tuple[list[Any], str]:
        """The items of a whole round of a delta, and the link to the next."""
        pages = list(self.pages(path, **options))
        return [item for page in pages for item in page["value"]], str(pages[-1]["@odata.deltaLink"])

    def draft(self, text: str = "Thank you for your time.", **fields: Any) -> Any:
        """A letter as a program makes it."""
        body = {
            "subject": "Thank you",
            "body": {"contentType": "html", "content": f"<p>{text}</p>"},
            "toRecipients": [person(DANA, "Dana Reyes")],
            "singleValueExtendedProperties": [{"id": KEY, "value": "k1"}],
        }
        return self.post("messages", body | fields)

    def wait(self, **how_long: float) -> None:
        self.clock.move(timedelta(**how_long))


def person(address: str, name: str = "") -> dict[str, Any]:
    return {"emailAddress": {"address": address, "name": name or address}}


def letter(
    subject: str = "Interview",
    sender: str = "Dana Reyes <dana@acme.example>",
    to: str = SAM,
    text: str = "Hello",
    id_: str = "<a1@acme.example>",
    extra: str = "",
) -> bytes:
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Date: Mon, 02 Mar 2026 08:00:00 +0000"]
    lines += [f"Message-ID: {id_}"] * bool(id_) + [extra] * bool(extra)
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text]).encode()
