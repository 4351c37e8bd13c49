"""The steps of leaving, in the order in which a kill between any two of them does no harm.

First drafts, which need the sign-ins; then sign-ins, which need the key; then the key, the user's words, and the
state. A second run finds what the first did not come to.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from followupd.config import Config
from followupd.credentials import Vault
from followupd.credentials.files import FOLDER
from followupd.database import DATABASE
from followupd.errors import Busy, StoreError
from followupd.farewell import Told, folders, going_on, notes
from followupd.farewell.folders import CREDENTIALS, HELD, LOGS, NOTES, STATE, Content
from followupd.farewell.sign_ins import SignInsOf, ended, key_forgotten
from followupd.farewell.withdrawal import taken_back
from followupd.lock import OutsideNumber, cycle_lock
from followupd.paths import config_file
from followupd.store import Store

HOLDER = "followupd uninstall"
PATIENCE = 30.0  # seconds that a cycle under way may take to come to its end
_SHOWN = 5  # names of files that are not ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user said. `withdraw`: letters to be taken out of Drafts, key → what the user knows it by."""

    withdraw: Mapping[str, str] = field(default_factory=dict)
    keep_state: bool = False
    delete_notes: bool = False
    delete_config: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """All that is to be removed. `config` is None where it can't be read: then the sign-ins tell the accounts."""

    state: Path
    config_path: Path
    config: Config | None
    sign_ins: SignInsOf
    wishes: Wishes
    now: datetime

    @property
    def vault(self) -> Vault:
        return Vault(self.state, self.config.key_file if self.config else None)

    @property
    def pages(self) -> Path:
        """Where the notes files lie."""
        return self.config.notes_folder if self.config else self.state / NOTES

    @property
    def outside(self) -> Path:
        """The number that is kept outside the state folder."""
        return OutsideNumber(self.state).path

    def steps(self) -> Iterator[Told]:
        """Does it, and tells each thing. Raises Busy where another followupd does not end."""
        outside = self.outside
        yield from going_on(self._state_folder(), "The state folder could not be used")
        if not self.wishes.keep_state and not os.path.lexists(self.state / DATABASE):
            yield from going_on(_number(outside), "The number outside the state folder could not be removed")
        yield from going_on(_logs(), "The log files could not be removed")
        if self.wishes.delete_config:
            yield from going_on(self._config(), "The config could not be removed")

    def _state_folder(self) -> Iterator[Told]:
        if folders.is_ours(self.state):
            yield from self._locked()
        elif self.state.is_dir() and any(self.state.iterdir()):
            yield Told(f"{self.state} holds nothing that followupd made. It was left as it is.")
        else:
            folders.remove_empty(self.state)

    def _locked(self) -> Iterator[Told]:
        """What needs the cycle lock. It is asked for once at once, so that a wait is told before it begins."""
        try:
            with cycle_lock(self.state, HOLDER, 0):
                yield from self._under_the_lock()
        except Busy as busy:
            yield Told(f"{str(busy).partition('. ')[0]}. Waiting up to {PATIENCE:.0f} seconds for its end.")
        else:
            return
        with cycle_lock(self.state, HOLDER, PATIENCE):
            yield from self._under_the_lock()

    def _under_the_lock(self) -> Iterator[Told]:
        if self.wishes.withdraw:
            yield from going_on(self._drafts(), "Drafts could not be taken back")
        accounts = self.config.accounts if self.config else ()
        yield from going_on(ended(accounts, self.vault, self.sign_ins), "A sign-in could not be ended")
        yield from going_on(key_forgotten(self.state, self.vault), "The key could not be forgotten")
        yield from going_on(self._credentials(), "The folder of the sign-ins could not be removed")
        if not self.wishes.keep_state:
            yield from going_on(self._words_and_state(), "The state could not be removed")

    # --- one step each ---

    def _drafts(self) -> Iterator[Told]:
        if self.config is None:
            yield Told(
                "Drafts can't be taken back without a config that can be read. They stay.", failed=True
            )
            return
        store = Store(self.state)
        try:
            yield from taken_back(self.config, self.vault, store, self.wishes.withdraw, self.now)
        finally:
            store.close()

    def _credentials(self) -> Iterator[Told]:
        found = folders.remove(self.state / FOLDER, CREDENTIALS)
        yield from _kept_for(self.state / FOLDER, found.others)

    def _words_and_state(self) -> Iterator[Told]:
        """The state goes only when the user's words in it are safe, or were meant to go."""
        if self.wishes.delete_notes:
            yield from going_on(self._notes(), "Your notes could not be removed")
        else:
            yield from self._words()
        yield from going_on(self._untouched(), "Empty notes files could not be removed")
        names = STATE if folders.is_our_database(self.state / DATABASE) else STATE[2:]
        found = folders.remove(self.state, names)
        if set(found.ours) != {HELD}:  # the lock is there because it is held
            yield Told(f"The state was removed: {_counted(found)} in {self.state}.")
        yield from _kept_for(self.state, found.others)

    def _words(self) -> Iterator[Told]:
        """Raises StoreError where the state can't be read."""
        try:
            said = notes.said(self.state, self.pages)
        except StoreError as error:
            raise StoreError(
                f"{error} It may hold notes of yours, so it stays. With --delete-notes it is removed all the same."
            ) from error
        if said:
            path = notes.kept(self.state / NOTES, said, self.now.date())
            yield Told(f"What you said with `followupd note` was written to {path}.")

    def _untouched(self) -> Iterator[Told]:
        """Notes files into which the user never wrote hold nothing of theirs."""
        try:
            names = tuple(map(re.escape, notes.pages(self.state, self.pages).untouched))
        except (
            StoreError
        ):  # only where notes may go anyway: else nobody comes here with a state that can't be read
            return
        found = folders.remove(self.pages, names, whole=self.pages == self.state / NOTES)
        if found.ours:
            yield Told(
                f"Notes files into which you wrote nothing were removed: {_counted(found)} in {self.pages}."
            )

    def _notes(self) -> Iterator[Told]:
        folder = self.state / NOTES
        found = folders.remove(folder, folders.ANY_FILE)
        if found.ours:
            yield Told(f"Your notes were removed: {_counted(found)} in {folder}.")
        yield from _kept_for(folder, found.others)

    def _config(self) -> Iterator[Told]:
        folder, name = self.config_path.parent, self.config_path.name
        only = (re.escape(name),)
        found = folders.content(folder, only)
        if name in found.others:
            yield Told(f"{self.config_path} is a link or no file, so it was left.", failed=True)
        elif found.ours:
            folders.remove(folder, only, whole=folder == config_file().parent)
            yield Told(f"The config {self.config_path} was removed.")


def _number(path: Path) -> Iterator[Told]:
    found = folders.remove(path.parent, (rf"{path.name}(?:\.new)?",))
    if found.ours:
        yield Told(f"The number outside the state folder was removed: {path}.")


def logs_folder() -> Path | None:
    """Where launchd keeps what the service prints; None where the system's journal has it."""
    return Path.home() / "Library/Logs/followupd" if sys.platform == "darwin" else None


def _logs() -> Iterator[Told]:
    folder = logs_folder()
    if folder is not None and (found := folders.remove(folder, LOGS)).ours:
        yield Told(f"The logs were removed: {_counted(found)} in {folder}.")


def _counted(found: Content) -> str:
    return f"{len(found.ours)} file{'' if len(found.ours) == 1 else 's'}"


def _kept_for(folder: Path, others: tuple[str, ...]) -> Iterator[Told]:
    """A folder that stays because of what followupd did not make."""
    if others:
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        yield Told(
            f"{folder} stays, for it holds what is not followupd's to remove: "
            f"{', '.join(others[:_SHOWN])}{more}."
        )
