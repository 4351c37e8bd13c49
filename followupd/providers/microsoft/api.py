"""Graph over our own session: one request at a time, made once, and answers that are data.

Source: "Use the Microsoft Graph API", "Paging Microsoft Graph data in your app".
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from followupd.errors import ProviderError, Refused, StoreError, Unavailable
from followupd.providers.http import Allowed, not_data, retrying
from followupd.providers.kept import Kept
from followupd.providers.microsoft.auth import Access
from followupd.providers.microsoft.grant import Grant
from followupd.providers.microsoft.refusals import as_ours

GRAPH_ROOT = "https://graph.microsoft.com/v1.0"
MOST_PAGES = 1_000
REPEATED_PAGES = 3  # pages that bring nothing new, before a list is taken to be endless

# Graph's ids are base64 that is safe in addresses. No other escape: one could hide a slash, and so another path.
_ID = r"(?:[A-Za-z0-9_=+$-]|%3[Dd]|%2[Bb])+"
_FOLDER = rf"me/mailFolders(/{_ID}|\('{_ID}'\))"
_READ_MAIL = rf"me/messages(/{_ID}(/\$value)?)?|{_FOLDER}(/messages)?"
_READ_EVENTS = rf"me/(calendarView|calendars|calendar|events)|me/calendars/{_ID}(/calendarView)?"
_READ_EVENTS += rf"|me/events/{_ID}(/instances)?"

Answer = dict[str, Any]


def allowed(graph_root: str) -> tuple[Allowed, ...]:
    """Every request that followupd makes at Graph. Nothing here sends, and nothing writes a calendar."""
    return (
        Allowed("GET", graph_root, r"me"),
        Allowed("GET", graph_root, _READ_MAIL),
        Allowed("POST", graph_root, r"me/messages"),
        Allowed("POST", graph_root, rf"me/messages/{_ID}/createReply"),
        Allowed("PATCH", graph_root, rf"me/messages/{_ID}"),
        Allowed("DELETE", graph_root, rf"me/messages/{_ID}"),
        Allowed("GET", graph_root, _READ_EVENTS),
    )


def segment(name: str) -> str:
    """An id as a part of a path: ids hold "=", "+" and "/"."""
    return quote(name, safe="")


def is_item(data: object) -> bool:
    """Whether it is something in a list: an object with an id."""
    return isinstance(data, dict) and bool(data.get("id"))


class Api:
    """The requests of one account. Constructed without touching the outside; one thread at a time."""

    def __init__(
        self,
        account: str,
        kept: Kept,
        *,
        graph_root: str = GRAPH_ROOT,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.account = account
        self.root = graph_root.rstrip("/") + "/"
        self._sleep = sleep
        self._access = Access(account, kept, allowed(self.root), clock)

    @property
    def grant(self) -> Grant:
        """The sign-in that is kept. Raises SignInNeeded when there is none."""
        return self._access.grant

    def token(self) -> str:
        """An access token that is good for a while yet. Raises ProviderError."""
        return self._access.token()

    def email(self) -> str:
        """The mailbox's own address, "" where it is not known."""
        try:
            return self.grant.email
        except (ProviderError, StoreError):
            return ""

    def get(self, path: str, prefer: str = "", **options: str) -> Answer:
        """The object at a path below the root; `options` are query options, written without their "$".

        `startDateTime` and `endDateTime` have none. Repeated where the server says so. Raises ProviderError.
        """
        return self._read(self.root + path, prefer, _query(options))

    def text(self, path: str) -> bytes:
        """What lies at a path, as it is."""
        return retrying(lambda: self._ask("GET", self.root + path, {}), self._sleep)

    def items(self, path: str, prefer: str = "", **options: str) -> Iterator[Answer]:
        """The items of a list, over all its pages, each once.

        A link to a further page is taken whole, and only below the root. Raises Unavailable where the list
        does not end: Graph has been seen to lead in circles.
        """
        seen: set[str] = set()
        repeated = 0
        page = self.get(path, prefer, **options)
        for _ in range(MOST_PAGES):
            found = [item for item in page.get("value") or [] if is_item(item)]
            new = [item for item in found if str(item["id"]) not in seen]
            seen |= {str(item["id"]) for item in new}
            yield from new
            link = page.get("@odata.nextLink")
            if not link:
                return
            repeated = repeated + 1 if not new else 0
            if repeated >= REPEATED_PAGES:
                break
            page = self._read(self._ours(str(link)), prefer, {})
        raise Unavailable("Outlook's list does not end. The next cycle tries again.")

    def act(
        self, method: str, path: str, body: Answer | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Makes a request that acts, once. When it raises Unavailable it may have acted."""
        return self._data(
            self.root + path, self._ask(method, self.root + path, {}, body=body, headers=headers)
        )

    def _ours(self, link: str) -> str:
        if link.startswith(self.root):
            return link
        raise Refused(
            "Microsoft's answer leads to another address than the configured one, and followupd does not follow it. "
            "Check graph_root in the config."
        )

    def _read(self, url: str, prefer: str, query: Mapping[str, str]) -> Answer:
        return self._data(url, retrying(lambda: self._ask("GET", url, query, prefer=prefer), self._sleep))

    @staticmethod
    def _data(url: str, content: bytes) -> Answer:
        if not content:
            return {}
        try:
            answer = json.loads(content)
        except ValueError as error:  # cut JSON under a status that says that all is well
            raise not_data(url) from error
        if not isinstance(answer, dict):
            raise not_data(url)
        return answer

    def _ask(
        self,
        method: str,
        url: str,
        query: Mapping[str, str],
        *,
        prefer: str = "",
        body: Answer | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        preferences = ", ".join(filter(None, ('IdType="ImmutableId"', prefer)))
        told = {"Prefer": preferences, "Accept": "*/*", **(headers or {})}
        answer = self._access.send(method, url, params=dict(query), body=body, headers=told)
        if answer.status_code >= 400:
            raise as_ours(answer, self.account)
        if answer.status_code == 200 and not answer.content:
            raise not_data(url)
        return answer.content


def _query(options: Mapping[str, str]) -> dict[str, str]:
    return {name if name.endswith("DateTime") else f"${name}": value for name, value in options.items()}
