"""How a wrong config is told."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from followupd.config import load
from followupd.config.world import system_zone
from followupd.errors import ConfigError
from tests.config.sample import RIGHT, Write, changed, problems
from tests.config.wrong import ONE_PROBLEM


@pytest.mark.parametrize("case", ONE_PROBLEM)
def test_a_problem_is_told_once_with_its_line_its_key_and_what_to_do(write: Write, case: str) -> None:
    text, told = ONE_PROBLEM[case]
    (line,) = problems(write(text))
    assert re.match(r".*".join(map(re.escape, told.split("*"))), line), line
    assert not re.search(r"pydantic|Traceback|validat|Input should|type=", line)


def test_aliases_of_aliases_are_refused_before_they_unfold(write: Write) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (line,) = problems(write(bomb))
    assert "unfolds to far more than a config can be" in line


def test_every_problem_is_told_at_once_in_the_order_of_the_lines(write: Write) -> None:
    told = problems(
        write(
            "me: {name: Sam, addresses: [sam], country: Germany, timezone: Europe/Lodon}\n"
            "accounts:\n"
            "  - name: one\n"
            "    calendar: {provider: local, path: nowhere}\n"
            "    mailbox: {provider: imap, host: mail.example, tls: none, password: x}\n"
            "  - name: One\n"
            "    calender: {provider: local, path: calendars}\n"
            "    mailbox: {provider: local, path: Mail}\n"
            "interviews: {any: [{}, {title: '('}]}\n"
            "thank_you: {ready_after: 12:30}\n"
            "nudges: {at_most: 9, wait: [5 days]}\n"
            "poll: 1s\n"
            "poll: 5m\n"
        )
    )
    lines = [int(line.partition(":")[0]) for line in told]
    assert lines == sorted(lines)
    keys = [line.split(": ")[1] for line in told]
    assert keys == [
        "me.addresses#1", "me.country", "me.timezone",
        "accounts#1.calendar.path",
        "accounts#1.mailbox.password", "accounts#1.mailbox.tls", "accounts#1.mailbox.user",
        "accounts#2.calendar", "accounts#2.name", "accounts#2.calender",
        "interviews.any#1", "interviews.any#2.title", "thank_you.ready_after",
        "nudges.at_most", "nudges.wait#1", "poll", "poll",
    ]  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "Nowhere/Land", ":"])
def test_the_zone_is_asked_for_where_the_machine_runs_in_utc_or_does_not_tell(
    write: Write, home: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setattr("followupd.config.world.system_zone", lambda: system_zone({"TZ": zone}, home))
    (line,) = problems(write(changed("  timezone: Europe/London\n", "")))
    assert line.startswith("1: me.timezone: is missing, and this machine runs in UTC or does not tell")
    assert "`timezone: Europe/London`" in line


def test_a_missing_file_sends_to_init(home: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no config here\. Run `followupd init`"):
        load(home / "nowhere.yaml")


def test_a_folder_in_place_of_the_file_is_told(home: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        load(home)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_told(write: Write) -> None:
    path = write(RIGHT)
    path.chmod(0)
    with pytest.raises(ConfigError, match=r"can't be read .Permission denied"):
        load(path)


def test_a_file_that_is_not_utf_8_is_told_with_its_line(home: Path) -> None:
    path = home / "latin.yaml"
    path.write_bytes("me:\n  name: José\n".encode("latin-1"))
    (line,) = problems(path)
    assert line.startswith("2: a character in this line is not UTF-8")


def test_a_huge_file_is_not_read(home: Path) -> None:
    path = home / "huge.yaml"
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        load(path)
