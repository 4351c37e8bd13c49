"""The child process that pushes: `python -m followupd.notify.push`, a JSON object on standard input.

{"title", "text", "urls", "send"}; for each address one line of JSON as soon as it is done:
{"url": its number, "ok", "why"}. Apprise is large, and its addresses hold passwords: so it lives in a process that
ends, the addresses stand in no arguments, and nothing that it says is passed on but the number of an HTTP status.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import get_ident
from typing import Any

from followupd.notify.channels import MISSING

_STATUS = re.compile(r"error=([1-5]\d\d)\b")


class _Heard(logging.Handler):
    """The HTTP status that Apprise last spoke of, in each thread."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.status: dict[int, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        found = _STATUS.search(record.getMessage())
        if found and record.thread is not None:
            self.status[record.thread] = found[1]


def main() -> None:
    """Reads what to push, pushes it to all addresses at once, and tells of each."""
    given = json.loads(sys.stdin.buffer.read())
    try:
        import apprise  # noqa: PLC0415  an extra, told in words where it is missing
    except ImportError:
        _tell({"url": 0, "ok": False, "why": MISSING})
        return
    heard = _Heard()
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(heard)
    logger.propagate = False
    urls = given["urls"]
    with ThreadPoolExecutor(max_workers=max(len(urls), 1)) as pool:
        for number, url in enumerate(urls, start=1):
            pool.submit(_one, apprise, heard, number, url, given)


def _one(apprise: Any, heard: _Heard, number: int, url: str, given: dict[str, Any]) -> None:
    try:
        why = _pushed(apprise, heard, url, given)
    except Exception as error:  # one service's error, of any kind, must not stop the others
        why = f"it failed ({type(error).__name__})."
    _tell({"url": number, "ok": not why, "why": why})


def _pushed(apprise: Any, heard: _Heard, url: str, given: dict[str, Any]) -> str:
    """Why it was not pushed, "" where it was."""
    # `instantiate` takes one address; `add` would split a text that holds several.
    service = apprise.Apprise.instantiate(url, asset=_asset(apprise))
    if service is None:
        return "Apprise can't read this address. Compare it with Apprise's page about the service."
    if not given["send"]:
        return ""
    done = service.notify(
        body=given["text"], title=given["title"], body_format=apprise.NotifyFormat.TEXT, attach=None
    )
    status = heard.status.get(get_ident(), "")
    answered = f" (it answered with {status})" if status else ""
    return "" if done else f"the service did not take it{answered}."


def _asset(apprise: Any) -> Any:
    """What Apprise says of itself to a service: our name, no picture from elsewhere, no way to another place."""
    asset = apprise.AppriseAsset(app_id="followupd", app_desc="followupd", app_url="", image_url_mask="")
    asset.http_redirects = False
    return asset


def _tell(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
