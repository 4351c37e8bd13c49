"""A browser for tests: `BROWSER="python tests/sim/microsoft_sign_in_browser.py %s"`. It posts the page's form.

Which yes it says is decided at the simulator (`simulator.sign_in`), where the user sits. It trusts the
certificates of REQUESTS_CA_BUNDLE.
"""

from __future__ import annotations

import contextlib
import os
import ssl
import sys
import urllib.request
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

SECONDS = 20  # long enough for a slow machine; nothing waits for it when all is well


class Page(HTMLParser):
    """Where the form of a page goes, and its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.target, self.fields = "", dict[str, str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.target = held["action"]
        elif tag == "input" and "name" in held:
            self.fields[held["name"]] = held["value"]


def _open(url: str, data: bytes | None = None) -> str:
    trusted = ssl.create_default_context(cafile=os.environ.get("REQUESTS_CA_BUNDLE"))
    # no proxy from the environment: everything here is on this machine
    handlers = (urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted))
    with urllib.request.build_opener(*handlers).open(url, data, timeout=SECONDS) as answer:
        text: str = answer.read().decode("utf-8", "replace")
    return text


def visit(url: str) -> Page:
    """The page after the user's decision, its form not yet sent."""
    if urlsplit(url).hostname not in ("localhost", "127.0.0.1"):
        raise ValueError(f"The simulated browser stays on this machine: {url}")
    page = Page()
    page.feed(_open(url))
    return page


def submit(page: Page) -> str:
    return _open(page.target, urlencode(page.fields).encode())


def main(url: str) -> None:
    try:
        page = visit(url)
    except (OSError, ValueError):
        return
    if not page.target:
        return  # a page with an error: a browser shows it, and nothing comes back to the program
    # Like a desktop's browser the command returns at once: the program may not listen before it does.
    if os.fork() == 0:
        _leave_the_terminal()
        with contextlib.suppress(OSError, ValueError):
            submit(page)
        os._exit(0)


def _leave_the_terminal() -> None:
    """Whoever reads our output sees its end when the command ends, not when the listener has answered."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


if __name__ == "__main__":
    main(sys.argv[1])
