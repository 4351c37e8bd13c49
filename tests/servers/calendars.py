"""The user's own hand on a CalDAV server, as their calendar programs would move it (RFC 4791)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

import requests

MAKE = """<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>{name}</D:displayname>
<C:supported-calendar-component-set>{components}</C:supported-calendar-component-set>
</D:prop></D:set></C:mkcalendar>"""


@dataclass(frozen=True)
class Account:
    """Where the calendars are reached: `url` is the server's root, `home` the folder that holds them."""

    url: str
    user: str
    password: str
    home: str


class Calendars:
    """One user's calendars. A calendar is named by the last part of its address."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._session = requests.Session()
        self._session.trust_env = False
        if account.password:
            self._session.auth = (account.user, account.password)

    @property
    def url(self) -> str:
        return self.account.url

    @property
    def user(self) -> str:
        return self.account.user

    @property
    def password(self) -> str:
        return self.account.password

    def trust(self, authority: str) -> None:
        """Believes this authority's certificates (a PEM file)."""
        self._session.verify = authority

    def address(self, calendar: str, name: str = "") -> str:
        """Of a calendar, or of one item in it."""
        return f"{self.account.home}{quote(calendar)}/{quote(name + '.ics') if name else ''}"

    def make(self, calendar: str, shown: str = "", components: Iterable[str] = ("VEVENT",)) -> str:
        """A new calendar with a display name; its address."""
        parts = "".join(f'<C:comp name="{one}"/>' for one in components)
        body = MAKE.format(name=escape(shown or calendar), components=parts)
        self.request("MKCALENDAR", self.address(calendar), body)
        return self.address(calendar)

    def put(self, calendar: str, name: str, ics: str | bytes) -> None:
        """Saves an item, new or instead of the one that lies there."""
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        self.request("PUT", self.address(calendar, name), ics, headers)

    def get(self, calendar: str, name: str) -> str:
        return self.request("GET", self.address(calendar, name)).content.decode()

    def delete(self, calendar: str, name: str = "") -> None:
        """Deletes an item, or a whole calendar."""
        self.request("DELETE", self.address(calendar, name))

    def request(
        self, method: str, url: str, body: str | bytes = b"", headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Any request, which must go well."""
        assert urlsplit(url).hostname, url
        data = body.encode() if isinstance(body, str) else body
        told = {"Content-Type": "application/xml; charset=utf-8"} | dict(headers or {})
        answer = self._session.request(method, url, data=data, headers=told, timeout=30)
        assert answer.status_code < 300, f"{method} {url}: {answer.status_code} {answer.text[:500]}"
        return answer
