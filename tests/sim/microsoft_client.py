"""A signed-in program over `requests`, for tests: it sends nothing twice and follows only what it is told to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import requests

from tests.sim.microsoft import MicrosoftSimulator

ME = "sam@example.com"
SCOPES = ("Calendars.Read", "Mail.ReadWrite", "User.Read")
WAIT = 10  # how long it waits for what must come


class Client:
    """Paths are below /v1.0; links to further pages are taken whole."""

    def __init__(
        self, microsoft: MicrosoftSimulator, scopes: Iterable[str] = SCOPES, email: str = ME
    ) -> None:
        self.root = microsoft.graph_root
        self.tokens = microsoft.sign_in.sign_in(email, scopes)

    def __call__(self, http_method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}", **options.pop("headers", {})}
        address = path if path.startswith("http") else self.root + path
        wait = options.pop("timeout", WAIT)
        return requests.request(
            http_method, address, headers=headers, timeout=wait, allow_redirects=False, **options
        )

    def get(self, path: str, prefer: str = "", **query: str) -> Any:
        """The JSON of a GET that succeeds; `query` names system options without their `$`."""
        named = {name if name.endswith("DateTime") else f"${name}": text for name, text in query.items()}
        answer = self("GET", path, params=named, headers={"Prefer": prefer} if prefer else {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def pages(self, path: str, prefer: str = "", **query: str) -> list[list[dict[str, Any]]]:
        """All pages of a list."""
        answer = self.get(path, prefer, **query)
        found = [answer["value"]]
        while "@odata.nextLink" in answer:
            answer = self.get(answer["@odata.nextLink"], prefer)
            found.append(answer["value"])
        return found


def problem(answer: requests.Response) -> tuple[int, str]:
    error = answer.json()["error"]
    assert error["message"]
    return answer.status_code, error["code"]
