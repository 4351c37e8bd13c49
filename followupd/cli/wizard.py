"""A set-up under way: its answers, the config that they make, and the sign-in. The steps are in `wizard_*`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from followupd import bell
from followupd.cli.asker import Asker
from followupd.cli.questions import Answers
from followupd.cli.sources import Files
from followupd.errors import ConfigError, FollowupdError, ProviderError, SignInNeeded, UsageError
from followupd.paths import config_file
from followupd.setup.progress import Step

if TYPE_CHECKING:
    from followupd.config import AccountConfig, Config
    from followupd.core.model import Folder, Rule
    from followupd.credentials import Vault
    from followupd.providers.base import SignIn


class Settings(Protocol):
    """What the command line knows before any command runs."""

    config_path: Path
    state: Path
    plain: bool

    def now(self) -> datetime:
        """The time, aware; `--now` where it was given."""


class Wizard:
    """One run of `init`. `text` is the config as it would be written now."""

    def __init__(self, settings: Settings, asker: Asker) -> None:
        self.settings = settings
        self.asker = asker
        self.path = settings.config_path
        self.clock = _running(settings.now())
        self.former = ""  # the text of a config that is there and stays, but for what is answered differently
        self.number = 0  # of the account that is asked about
        self.before: Answers | None = None
        self.templates = (
            config_file().parent / "templates"
        )  # where a config that names none has the user's wordings
        self.step = Step.QUESTIONS
        self.answers: Answers
        self.rules: tuple[Rule, ...] = ()  # proposed from the events seen, and agreed to
        self._tried: tuple[str, Config] | None = None
        self._is_server_in_doubt = False

    @property
    def state(self) -> Path:
        return self.settings.state

    # --- the config ---

    def open(self, name: str) -> None:
        """Reads the config that is there. Raises click.UsageError where it can't be changed as it is."""
        from followupd.cli.changed_config import known_answers
        from followupd.config import load

        try:
            config = load(self.path, self.state, folders_must_exist=False)
        except ConfigError as error:
            raise click.UsageError(
                f"there is a config already: {self.path}. Nothing was changed, for it has mistakes:\n{error}\n"
                "Correct them, or begin anew with `followupd init --force`."
            ) from None
        names = [account.name for account in config.accounts]
        if name and name not in names:
            raise click.UsageError(
                f"no account is called “{name}”. Nothing was changed. Known: {', '.join(names)}."
            )
        self.number = names.index(name) if name else 0
        # The bytes as they are: a mark at the beginning and the ends of lines stay.
        self.former = self.path.read_bytes().decode("utf-8")
        self.before = known_answers(config, config.accounts[self.number])
        self.templates = config.templates

    def text(self) -> str:
        """The config for the answers. Raises ConfigError."""
        from followupd.cli import first_config
        from followupd.cli.changed_config import changed
        from followupd.setup.rules import with_rules

        if self.before:
            text = changed(self.former, self.number, self.before, self.answers)
        else:
            text = first_config.text(self.answers, self.folders())
        return with_rules(text, self.rules)

    def config(self) -> Config:
        """What the answers mean. Raises click.UsageError where they make no config together."""
        from followupd.setup.saving import trial

        try:
            text = self.text()
            if self._tried is None or self._tried[0] != text:
                self._tried = text, trial(text, self.path, self.state)
            return self._tried[1]
        except ConfigError as error:
            raise click.UsageError(f"these answers make no config. Nothing was written.\n{error}") from None

    def save(self) -> None:
        """Writes the config, and says so."""
        from followupd.setup.saving import former, save

        text = self.text()
        if self.answers.key_file:
            make_key_file(Path(self.answers.key_file))
        if text == self.former:
            click.echo(f"Unchanged: {self.path}")
            return
        is_there = os.path.lexists(self.path)
        save(text, self.path, self.state)
        bell.ring(self.state)  # one that is at work takes it at once
        kept = f"\nWhat stood there before is kept as {former(self.path)}" if is_there else ""
        click.echo(f"Written: {self.path}{kept}")

    def account(self, config: Config) -> AccountConfig:
        """The account that is asked about."""
        return config.accounts[self.number]

    def folders(self) -> dict[Folder, str]:
        """The special folders of a local mail store, as far as they are found."""
        from followupd.cli import folders

        if not isinstance(self.answers.source, Files):
            return {}
        try:
            return folders.find(self.answers.source.mail, {}).names
        except FollowupdError:
            return {}  # `check` tells why; a config can be written before the mail is there

    # --- the sign-in ---

    def vault(self) -> Vault:
        from followupd.credentials import Vault

        return Vault(self.state, self.config().key_file)

    def signed_in(self, given: bool | None, *, browser: bool) -> bool:  # noqa: FBT001  None is no answer
        """Whether calendar and mail can be looked at; signs in where that is possible and wanted."""
        from followupd.cli.login import sign_ins

        waiting = [one for one in sign_ins(self.account(self.config()), self.vault()) if not is_kept(one)]
        if not waiting:
            return True
        if not self._is_prepared(waiting):
            return False
        why = "Until then neither calendar nor mail can be looked at."
        how = "with your password" if self._by_password() else "in your browser"
        while self.asker.agrees(f"Sign in now, {how}?", given=given, why=why):
            if self._has_key() and self._signs_in(browser=browser):
                return True
            if given or not self.asker.talks:
                return False
            why = ""
        return False

    def _by_password(self) -> bool:
        return self.account(self.config()).signs_in_at == ["password"]

    def _is_prepared(self, waiting: list[SignIn]) -> bool:
        try:
            for one in waiting:
                one.prepared()
        except ProviderError as error:
            if self.asker.asks:
                click.echo(f"\n{error}")
            return False
        return True

    def _has_key(self) -> bool:
        """Whether a sign-in can be kept. Without a keyring a file may hold the key to it."""
        try:
            self.vault().where()
        except SignInNeeded as error:
            if not self._makes_key_file(error):
                return False
        return True

    def _makes_key_file(self, error: SignInNeeded) -> bool:
        from followupd.cli import reading

        if not self.asker.asks and not self.answers.key_file:
            return False
        usual = self.answers.key_file or str(self.path.absolute().parent / "key")
        why = f"{str(error).partition('. ')[0]}.\nA file that only you may read can hold the key to your sign-ins."
        question = "Key file (- for none: sign in another time)"
        file = self.asker.answer("--key-file", question, reading.path_or_dash, usual, why=why)
        if file == reading.NONE:
            return False
        make_key_file(Path(file))
        self.answers = replace(self.answers, key_file=file)
        try:
            click.echo(f"The key to your sign-ins is in {self.vault().where()}.")
        except SignInNeeded as still:
            click.echo(str(still))
            return False
        return True

    def _signs_in(self, *, browser: bool) -> bool:
        from followupd.cli import wizard_server
        from followupd.cli.login import Keyboard, sign_ins, taken
        from followupd.providers.base import SignInWay

        if self._is_server_in_doubt:
            wizard_server.ask_again(self)
        config, vault = self.config(), self.vault()
        chosen, way = self.account(config), SignInWay(browser=browser)
        try:
            for one in sign_ins(chosen, vault):
                if not is_kept(one):
                    one.login(Keyboard(yes=False), way, taken(chosen, config, vault), self.clock())
        except (ProviderError, UsageError) as error:
            click.echo(f"{error}")
            self._is_server_in_doubt = wizard_server.is_in_doubt(error)
            return False
        return True


def is_kept(sign_in: SignIn) -> bool:
    """Whether a sign-in is there, be it good or not."""
    try:
        return sign_in.is_kept()
    except FollowupdError:
        return False


def make_key_file(path: Path) -> None:
    """A new key, for the user alone. A file that is there stays as it is. Raises StoreError."""
    from followupd.credentials.keys import KEY
    from followupd.database import open_private

    if os.path.lexists(path):
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(open_private(path, os.O_EXCL), "wb") as file:
        file.write(os.urandom(KEY))


def _running(began: datetime) -> Callable[[], datetime]:
    """A clock that goes on from a moment: a set-up takes its time, also when it is played."""
    zero = time.monotonic()
    return lambda: began + timedelta(seconds=time.monotonic() - zero)
