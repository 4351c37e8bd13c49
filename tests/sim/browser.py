"""A browser for tests: `BROWSER="python tests/sim/browser.py %s"`. It says yes and follows the redirect.

Which yes it says is decided at the simulator (`simulator.oauth`), where the user sits.
"""

from __future__ import annotations

import contextlib
import os
import sys
import urllib.error
import urllib.request
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

SECONDS = 20  # long enough for a slow machine; nothing waits for it when all is well


class _Stay(urllib.request.HTTPRedirectHandler):
    """Keeps the redirect as an answer."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


def _open(url: str, *handlers: urllib.request.BaseHandler) -> tuple[int, str, str]:
    if urlsplit(url).scheme != "http":
        raise ValueError(f"The simulated browser speaks plain HTTP only: {url}")
    # no proxy from the environment: everything here is on this machine
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *handlers)
    try:
        with opener.open(url, timeout=SECONDS) as answer:
            return answer.status, answer.headers.get("Location", ""), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode("utf-8", "replace")
        return error.code, error.headers.get("Location", ""), text


def visit(url: str) -> str:
    """The address Google sends the browser to after the user's decision, not opened: what a user pastes."""
    status, location, text = _open(url, _Stay())
    if status != 302:
        raise ValueError(f"{status}: {text}")
    return location


def main(url: str) -> None:
    try:
        location = visit(url)
    except (OSError, ValueError):
        return  # a page with an error: a browser shows it, and nothing comes back to the program
    # Like a desktop's browser the command returns at once: the program may not listen before it does.
    if os.fork() == 0:
        _leave_the_terminal()
        with contextlib.suppress(OSError, ValueError):
            _open(location)
        os._exit(0)


def _leave_the_terminal() -> None:
    """Whoever reads our output sees its end when the command ends, not when the listener has answered."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


if __name__ == "__main__":
    main(sys.argv[1])
