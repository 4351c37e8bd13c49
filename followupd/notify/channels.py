"""The ways to the user: the desktop, pushes through Apprise, a command of their own; each bounded and on its own."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from followupd.notify import child
from followupd.notify.notice import Notice
from followupd.notify.settings import Settings

DESKTOP_BOUND = 10.0  # seconds
PUSH_BOUND = 20.0
COMMAND_BOUND = 15.0
DESKTOP, COMMAND = "desktop", "notify.command"
Way = Callable[[], str]
"""Takes a notice somewhere and returns why that failed, "" where it did not. May raise."""
MISSING = (
    "pushes need Apprise, which is not installed here. Install it: pip install 'followupd[notify]' "
    "(with pipx: pipx inject followupd apprise)."
)
# The texts are arguments of the script, not part of it: nothing in them is read as AppleScript.
_MAC = (
    "osascript",
    "-e",
    "on run argv",
    "-e",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "-e",
    "end run",
)


def present(settings: Settings) -> tuple[str, ...]:
    """The channels that are there now: desktop, one for each address of notify.urls, command."""
    desktop = (DESKTOP,) if settings.desktop and has_desktop() else ()
    pushes = tuple(_push_name(number, url) for number, url in enumerate(settings.urls, start=1))
    return (*desktop, *pushes, *((COMMAND,) if settings.command else ()))


def has_desktop() -> bool:
    """Whether notifications can be shown here: its program, and a session's bus or display, are there."""
    if sys.platform == "darwin":
        return shutil.which("osascript") is not None
    return shutil.which("notify-send") is not None and _has_session()


def _has_session() -> bool:
    # A user unit that began before the graphical session has no DISPLAY, but finds the bus at its usual place.
    named = any(os.environ.get(n) for n in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"))
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return named or (bool(runtime) and (Path(runtime) / "bus").exists())


def _push_name(number: int, url: str) -> str:
    """An address without what is secret in it."""
    return f"notify.urls#{number} ({url.partition('://')[0]})"


# --- delivering ---------------------------------------------------------------------------------


def deliver(notice: Notice, settings: Settings) -> list[str]:
    """Takes the notice to each of its channels; one entry in words for each that failed. Raises nothing.

    It touches no store, so it may run in a thread of its own, for at most the sum of the bounds.
    """
    failures: list[str] = []
    if DESKTOP in notice.channels:
        failures += _guarded(DESKTOP, lambda: _to_desktop(notice))
    if any(name not in {DESKTOP, COMMAND} for name in notice.channels):
        failures += _to_urls(notice, settings)
    if COMMAND in notice.channels:
        failures += _guarded(COMMAND, lambda: _to_command(notice, settings))
    return failures


def _guarded(name: str, way: Way) -> list[str]:
    try:
        why = way()
    except OSError as error:
        why = f"it could not be started ({error.strerror})."
    except Exception as error:  # telling must never end the daemon
        why = f"it failed ({type(error).__name__})."
    return [f"{name}: {why}"] if why else []


def _to_desktop(notice: Notice) -> str:
    if sys.platform == "darwin":
        # The title is of our own words and comes first: after it osascript looks for no options.
        words = [*_MAC, notice.title, notice.text]
    else:
        # A body is markup (Desktop Notifications Specification), and notify-send undoes backslashes in it.
        body = escape(notice.text, quote=False).replace("\\", "\\\\")
        words = ["notify-send", "--app-name=followupd", "--", notice.title, body]
    return _why(child.run(words, b"", DESKTOP_BOUND), DESKTOP_BOUND)


def _to_command(notice: Notice, settings: Settings) -> str:
    items = [
        {"kind": one.kind, "text": one.text, "key": one.key, "process": one.process} for one in notice.items
    ]
    given = json.dumps({"title": notice.title, "text": notice.text, "items": items}, ensure_ascii=False)
    ended = child.run(settings.command, given.encode(), COMMAND_BOUND)
    return _why(ended, COMMAND_BOUND)


def _why(ended: child.Ended, bound: float) -> str:
    if ended.status is None:
        return f"it did not end within {bound:g} seconds and was stopped."
    return f"it ended with {ended.status}." if ended.status else ""


def _to_urls(notice: Notice, settings: Settings) -> list[str]:
    """Each address that did not take the notice. A child that could not be started failed for all of them."""
    failures: list[str] = []

    def push() -> str:
        failures.extend(_pushed(settings.urls, notice.title, notice.text))
        return ""

    trouble = _guarded("notify.urls", push)
    return trouble * len(settings.urls) if trouble else failures


def _pushed(urls: tuple[str, ...], title: str = "", text: str = "", *, send: bool = True) -> list[str]:
    """Pushes in a child process, or only has it read the addresses; one entry for each that failed."""
    given = json.dumps({"title": title, "text": text, "urls": urls, "send": send}).encode()
    # -P: what lies in the folder that the daemon was started in is not imported.
    words = [sys.executable, "-P", "-m", "followupd.notify.push"]
    ended = child.run(words, given, PUSH_BOUND, is_heard=True)
    told = {line["url"]: line["why"] for line in _lines(ended.output)}
    late = "it did not answer in time." if ended.status is None else "it failed."
    why = {number: told.get(0) or told.get(number, late) for number in range(1, len(urls) + 1)}
    return [f"{_push_name(number, urls[number - 1])}: {words}" for number, words in why.items() if words]


def _lines(output: bytes) -> Iterator[dict[str, Any]]:
    """What the child told; a line that was cut off with it, or that a library printed, is left out."""
    for line in output.splitlines():
        with suppress(ValueError):
            told = json.loads(line)
            if isinstance(told, dict) and {"url", "why"} <= told.keys():
                yield told


# --- looking ------------------------------------------------------------------------------------


def findings(settings: Settings) -> Iterator[tuple[bool, str]]:
    """For `check`: which ways to the user there are, and what is missing. Tells nobody."""
    if settings.desktop:
        yield True, _desktop_found(settings)
    if settings.urls:
        yield from _urls_found(settings)
    if settings.command:
        yield _command_found(settings.command[0])
    if not (settings.desktop or settings.urls or settings.command):
        yield True, f"nothing is told by itself: {BY_STATUS}"


BY_STATUS = "`followupd status` alone shows what waits. docs/notify.md lists the ways."


def _desktop_found(settings: Settings) -> str:
    if has_desktop():
        return "what waits is told on the desktop."
    if settings.urls or settings.command:
        return "there is no desktop here; the other ways are used."
    return f"there is no desktop here, and no other way is configured: {BY_STATUS}"


def _urls_found(settings: Settings) -> Iterator[tuple[bool, str]]:
    if find_spec("apprise") is None:
        yield False, f"notify.urls: {MISSING}"
        return
    wrong = _guarded("notify.urls", lambda: " ".join(_pushed(settings.urls, send=False)))
    yield from ((False, text) for text in wrong)
    if not wrong:
        names = ", ".join(url.partition("://")[0] for url in settings.urls)
        yield True, f"what waits is pushed by {names}."


def _command_found(program: str) -> tuple[bool, str]:
    if shutil.which(program) is None:
        return False, (
            f"notify.command: {program} is not found, or may not be run. Write its whole path, and make it "
            "executable: chmod +x FILE"
        )
    return True, f"what waits is handed to {program}."
