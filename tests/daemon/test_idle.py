"""A real mail server that says by itself that something came in: the daemon looks at once, and ends as fast as ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cycle.files import DANA, Files
from tests.daemon.homes import Home
from tests.daemon.kit import ENDS_WITHIN, descriptors, threads
from tests.servers import dovecot, radicale
from tests.servers.hosted import Hosted

SOON = 30.0  # seconds: two looks because of news are ten seconds apart, on a busy machine


class HostedHome(Home, Hosted):
    """Sam's mail on a server, calendars on the disk (a server's Date would contradict the played clock)."""

    calendar_folder = Files.calendar_folder
    ics = Files.ics

    def write_config(self, more: str = "") -> None:
        super().write_config(more)
        text = self.config.read_text(encoding="utf-8")
        local = f"calendar: {{provider: local, path: {self.calendars / 'personal'}}}\n"
        self.config.write_text(re.sub(r"calendar: .*\n", local, text), encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[HostedHome]:
    made = HostedHome(tmp_path / "home", box=dovecot.shared().user(), dav=radicale.shared().user())
    yield made
    made.place.close()


def test_an_answer_is_noticed_between_two_polls(home: HostedHome) -> None:
    home.event("2026-03-04 10:00", "2026-03-04 11:00")
    daemon = home.place.ready()
    daemon.step("2026-03-04 11:50")
    home.send(home.draft_to(DANA), at="2026-03-04 12:00")
    daemon.step("2026-03-04 12:05")
    assert home.stages()[DANA] == "sent"
    (letter,) = home.mail("Sent")
    home.receive("Dana Reyes <dana@acme.example>", at="2026-03-04 12:05:30", in_reply_to=letter.message_id)
    daemon.until(lambda: daemon.logged("answered on"), "the answer, without a poll", SOON)
    before = threads(daemon.pid), len(descriptors(daemon.pid))
    daemon.step("2026-03-04 18:00")  # a sleep: it connects anew
    daemon.step("2026-03-04 23:00")
    daemon.until(
        lambda: (threads(daemon.pid), len(descriptors(daemon.pid))) == before, "as many connections as before"
    )
    assert daemon.stop() < ENDS_WITHIN
