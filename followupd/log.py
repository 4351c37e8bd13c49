"""The daemon's log: one line for each thing that happened, on standard error.

In a terminal a line begins with the time. Where standard error is the journal it begins with the level, as
sd-daemon(3) has it, and the journal keeps the time. As JSON each line is one object, for programs.
Lines hold no subjects and no bodies, and addresses lose their local part: a log is pasted into bug reports.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

LOG = logging.getLogger("followupd")
SHORT = 8  # characters of a key, as `status` shows it
_ADDRESS = re.compile(r"[^\s<>,;:\"'“”()\[\]@]+@(?=[^\s@]+\.[^\s@]+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# logging's levels → those of syslog, which the journal knows
_SYSLOG = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


def begin(form: str, stream: TextIO | None = None) -> None:
    """Sends the log to `stream`, by default standard error. `form` is text or json."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Json() if form == "json" else _Journal() if _is_journal(stream) else _Text())
    LOG.handlers = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    # Libraries log addresses of requests; what matters of it is told in our own words.
    logging.getLogger().addHandler(logging.NullHandler())
    logging.raiseExceptions = False  # a full disk under the log must not fill it


def write(level: int, event: str, text: str, **about: str) -> None:
    """One line. `about` is for programs: the account, the key; empty values are left out."""
    LOG.log(level, "%s", text, extra={"event": event, "about": {k: v for k, v in about.items() if v}})


def redacted(text: str) -> str:
    """One line, with the addresses in it cut to their domain: ***@acme.example."""
    return _CONTROL.sub(" ", _ADDRESS.sub("***@", text))


def _is_journal(stream: TextIO) -> bool:
    """Whether what is written there goes to the journal; systemd.exec(5), $JOURNAL_STREAM."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM", "") == f"{status.st_dev}:{status.st_ino}"


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        level = f"{record.levelname.lower()}: " if record.levelno > logging.INFO else ""
        return f"{_time(record).astimezone():%Y-%m-%d %H:%M:%S%z} {level}{redacted(record.getMessage())}"


class _Journal(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"<{_SYSLOG.get(record.levelno, 6)}>{redacted(record.getMessage())}"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", ""),
            "text": redacted(record.getMessage()),
            **{name: redacted(value) for name, value in getattr(record, "about", {}).items()},
        }
        return json.dumps(line, ensure_ascii=False)
