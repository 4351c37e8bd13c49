"""A program that stays, in the test's own process: its connections last from cycle to cycle."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from unittest import mock

from followupd.apply import Done
from followupd.config import load
from followupd.credentials import Vault
from followupd.cycle import AccountReport, Cycle
from followupd.lock import OutsideNumber
from followupd.providers.base import Mailbox
from followupd.store import Store
from tests.cycle.files import Files


class Staying:
    """As the daemon does: the store is open, the accounts are the same."""

    def __init__(self, files: Files) -> None:
        self.files = files
        config = load(files.config, files.state)
        self.store = Store(files.state)
        vault = Vault(files.state, config.key_file)
        self.cycle = Cycle.of(config, self.store, OutsideNumber(files.state), vault)

    @property
    def mailbox(self) -> Mailbox:
        """That of its one account."""
        (account,) = self.cycle.accounts.values()
        return account.mailbox

    def look(self, at: str | datetime) -> AccountReport:
        """One cycle."""
        self.files.now = self.files.time(at)
        with mock.patch.dict(os.environ, self.files.environment()):
            (report,) = self.cycle.run(self.files.now)
        return report

    def look_well(self, at: str | datetime) -> list[Done]:
        """One cycle, which must go well; what it did."""
        report = self.look(at)
        assert report.ok, report.error
        assert not report.problems, report.problems
        return report.actions


@contextlib.contextmanager
def staying(files: Files) -> Iterator[Staying]:
    """The program stays until the end of the block."""
    program = Staying(files)
    try:
        yield program
    finally:
        program.store.close()
