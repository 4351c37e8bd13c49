"""The log's lines: each form, and what never stands in them."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from followupd import log


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = (log.LOG.handlers, log.LOG.propagate, log.LOG.level, logging.raiseExceptions)
    root = list(logging.getLogger().handlers)
    yield
    log.LOG.handlers, log.LOG.propagate, _, logging.raiseExceptions = before
    log.LOG.setLevel(before[2])
    logging.getLogger().handlers = root


def written(form: str, *lines: tuple[int, str, str], **about: str) -> str:
    stream = io.StringIO()
    log.begin(form, stream)
    for level, event, text in lines:
        log.write(level, event, text, **about)
    return stream.getvalue()


def test_text_has_the_time_and_the_level_of_what_is_wrong() -> None:
    out = written("text", (logging.INFO, "started", "it runs"), (logging.ERROR, "broke", "it does not"))
    first, second = out.splitlines()
    assert first.endswith(" it runs")
    assert second.endswith(" error: it does not")


def test_json_is_one_object_a_line() -> None:
    (line,) = written(
        "json", (logging.WARNING, "account_broken", "offline"), account="personal", key=""
    ).splitlines()
    told = json.loads(line)
    assert {k: v for k, v in told.items() if k != "time"} == {
        "level": "warning",
        "event": "account_broken",
        "text": "offline",
        "account": "personal",
    }


@pytest.mark.parametrize(
    ("level", "number"),
    [
        (logging.DEBUG, None),
        (logging.INFO, 6),
        (logging.WARNING, 4),
        (logging.ERROR, 3),
        (logging.CRITICAL, 2),
    ],
)
def test_the_journal_gets_the_level_in_its_own_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: int, number: int | None
) -> None:
    path = tmp_path / "journal"
    with path.open("w") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
        log.begin("text", stream)
        log.write(level, "started", "it runs")
    assert path.read_text() == (f"<{number}>it runs\n" if number else "")


def test_a_pipe_that_is_not_the_journal_gets_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "1:1")
    path = tmp_path / "log"
    with path.open("w") as stream:
        log.begin("text", stream)
        log.write(logging.INFO, "started", "it runs")
    assert not path.read_text().startswith("<")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to dana.reyes+x@acme.example: no", "to ***@acme.example: no"),
        ("“dana@acme.example”", "“***@acme.example”"),
        ("<dana@acme.example>,sam@example.com", "<***@acme.example>,***@example.com"),
        ("łukasz@żółć.example", "***@żółć.example"),
        ("at 10 @ noon", "at 10 @ noon"),
        ("a\r\nBcc: b", "a Bcc: b"),
        ("left\u202eright\x00", "left right "),
    ],
)
def test_addresses_lose_their_local_part_and_lines_stay_lines(text: str, shown: str) -> None:
    assert log.redacted(text) == shown


def test_values_for_programs_are_redacted_too() -> None:
    out = written("json", (logging.INFO, "x", "y"), account="dana@acme.example")
    assert "dana@" not in out


def test_what_libraries_log_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    log.begin("text", io.StringIO())
    logging.getLogger("urllib3.connectionpool").warning("GET https://x/?token=secret")
    assert "secret" not in capsys.readouterr().err
