"""What the daemon writes into its log: each thing once, and of a breakage its beginning and its end."""

from __future__ import annotations

import logging
from datetime import timedelta

from followupd import __version__
from followupd.apply import Done
from followupd.cycle import AccountReport, standing_of
from followupd.errors import FollowupdError
from followupd.log import write
from followupd.telling import discreet


class Chronicle:
    """Remembers what was told, so that a long outage is two lines."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self._notices: dict[str, str] = {}
        self._left_out: dict[str, set[str]] = {}
        self._broken = ""
        self._untold: list[str] = []
        self._failed: dict[str, tuple[str, str]] = {}

    def starts(self, accounts: int, poll: timedelta) -> None:
        some = f"{accounts} account{'' if accounts == 1 else 's'}"
        minutes = poll / timedelta(minutes=1)
        every = "minute" if minutes == 1 else f"{minutes:g} minutes"
        write(logging.INFO, "started", f"followupd {__version__} has started: {some}, a look every {every}.")

    def stops(self) -> None:
        write(logging.INFO, "stopped", "followupd has stopped, as it was asked to.")

    def jumped(self) -> None:
        write(logging.INFO, "resumed", "the machine has slept, or its clock was set: looking now.")

    def reloaded(self) -> None:
        write(logging.INFO, "reloaded", "the config was read again, and is in use.")

    def reload_refused(self, error: FollowupdError) -> None:
        for line in str(error).splitlines():
            text = f"the changed config can't be used, so the old one stays in use: {line}"
            write(logging.ERROR, "reload_refused", text)

    def ends(self, error: FollowupdError) -> None:
        for line in str(error).splitlines():
            write(logging.ERROR, "ended", line)

    def broke(self, what: str) -> None:
        """A cycle came to nothing. The same trouble is told once."""
        if what != self._broken:
            write(logging.ERROR, "cycle_failed", what)
        self._broken = what

    def told(self, items: int) -> None:
        write(logging.INFO, "notified", f"you were told of {items} thing{'' if items == 1 else 's'}.")

    def untold(self, failures: list[str]) -> None:
        """Ways to the user that failed. The same failures are told once."""
        if failures != self._untold:
            for failure in failures:
                write(logging.WARNING, "notify_failed", f"you could not be told: {failure}")
        self._untold = failures

    def cycle(self, reports: list[AccountReport]) -> None:
        """What a cycle that went through has done."""
        if self._broken:
            write(logging.INFO, "cycle_recovered", "cycles work again.")
            self._broken = ""
        for report in reports:
            self._stands(report)
            self._to_do(report)
            self._missing(report)
            for done in report.actions:
                self._done(done.account or report.name, done)

    def _done(self, account: str, done: Done) -> None:
        """What fails again for the same reason is not told again."""
        if done.action == "failed":
            before, self._failed[done.key] = self._failed.get(done.key), (account, done.reason)
            if before == (account, done.reason):
                return
        else:
            self._failed.pop(done.key, None)
        level = logging.WARNING if done.action == "failed" else logging.INFO
        text = f"{account}: {discreet(done)}" if account else discreet(done)
        write(level, done.action, text, account=account, key=done.key, process=done.process)

    def _stands(self, report: AccountReport) -> None:
        state = standing_of(report)
        if state == "ok" and any(account == report.name for account, _ in self._failed.values()):
            return  # looks go well, and what is to be done there still fails
        before, self._states[report.name] = self._states.get(report.name, "ok"), state
        if state == before:
            return
        if report.error is None:
            write(logging.INFO, "account_recovered", f"{report.name}: it works again.", account=report.name)
            return
        what = f"{report.name}: {report.error}"
        write(logging.WARNING, "account_broken", what, account=report.name, state=state)

    def _to_do(self, report: AccountReport) -> None:
        if report.notice and report.notice != self._notices.get(report.name):
            write(logging.WARNING, "to_do", f"{report.name}: to do: {report.notice}", account=report.name)
        self._notices[report.name] = report.notice

    def _missing(self, report: AccountReport) -> None:
        """Items that could not be read; one that still can't is not told again, nor what an error has told."""
        now = {f"{problem.where}: {problem.what}" for problem in report.problems}
        for what in sorted(now - self._left_out.get(report.name, set())):
            if what not in str(report.error):
                write(logging.WARNING, "left_out", f"{report.name}: left out {what}", account=report.name)
        self._left_out[report.name] = now
