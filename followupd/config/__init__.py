"""The config file → `Config`: read, checked as a whole, every problem told at once with its line."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from followupd import paths
from followupd.config.accounts import AccountBlock, CalendarConfig, MailboxConfig, joined
from followupd.config.model import Document
from followupd.config.reading import document
from followupd.core.model import (
    LetterPolicy,
    Me,
    NudgePolicy,
    Organisation,
    PeopleRules,
    Policy,
    Reference,
    Rule,
    ThankYouPolicy,
)
from followupd.rewriting.model import Model

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["AccountConfig", "CalendarConfig", "Config", "MailboxConfig", "load", "paths"]

T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfig:
    """One identity: its calendars and its mailbox."""

    name: str
    calendars: tuple[CalendarConfig, ...]
    mailbox: MailboxConfig

    @property
    def signs_in_at(self) -> list[str]:
        """The sign-ins by which it goes, each once, as providers/registry.py names them."""
        return list(dict.fromkeys(block.sign_in_at for block in self.blocks if block.sign_in_at))

    @property
    def blocks(self) -> tuple[CalendarConfig | MailboxConfig, ...]:
        """Its calendars, then its mailbox."""
        return (*self.calendars, self.mailbox)

    @property
    def keeps_secrets(self) -> bool:
        """Whether something of a sign-in is kept here, encrypted."""
        return any(block.keeps_secret for block in self.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the file says, checked.

    `digest` changes when a rule changes that decides which events are interviews, of whom and
    with whom. It does not change with waits, wording or places: `whole` does.
    """

    source: Path
    accounts: tuple[AccountConfig, ...]
    zone: str
    notes_folder: Path
    notes_before: timedelta
    templates: Path
    key_file: Path | None
    poll: timedelta
    digest: str
    whole: str
    document: Document

    @property
    def model(self) -> Model | None:
        """The language model that may write the middle of letters, None (the usual) for none."""
        said = self.document.letters.model
        return _record(Model, said) if said else None

    def notes_in(self, state: Path) -> Path:
        """Where the notes files lie beside this state: in it, unless the config names a folder for them."""
        return self.document.notes.folder or state / "notes"

    def policy(self, reference: Reference) -> Policy:
        """All that the core may know of the config."""
        said = self.document
        return Policy(
            me=_record(Me, said.me),
            reference=reference,
            any=tuple(_record(Rule, rule) for rule in said.interviews.any),
            none=tuple(_record(Rule, rule) for rule in said.interviews.none),
            people=_record(PeopleRules, said.people),
            organisations=tuple(_record(Organisation, one) for one in said.organisations),
            thank_you=_record(ThankYouPolicy, said.thank_you),
            nudges=_record(NudgePolicy, said.nudges),
            letters=_record(LetterPolicy, said.letters),
            look_back=said.look_back,
            poll=said.poll,
            notes_before=said.notes.before,
        )


def load(path: Path, state: Path | None = None, *, folders_must_exist: bool = True) -> Config:
    """The config in `path`. Raises ConfigError with every problem, one a line.

    `state` is the state folder where another than the usual one was named: notes lie in it
    unless the config names a folder for them. With `folders_must_exist` false a missing calendar
    or mail folder is no mistake: a disk may not be mounted, and that stops its account alone.
    """
    said = document(path, folders_must_exist=folders_must_exist)
    return Config(
        source=path,
        accounts=tuple(_account(one) for one in said.accounts),
        zone=said.me.timezone,
        notes_folder=said.notes.folder or (state or paths.state_folder()) / "notes",
        notes_before=said.notes.before,
        templates=said.letters.templates,
        key_file=said.credentials.key_file,
        poll=said.poll,
        digest=_digest(said),
        whole=sha256(json.dumps(said.model_dump(mode="json")).encode()).hexdigest()[:16],
        document=said,
    )


def _account(block: AccountBlock) -> AccountConfig:
    blocks = (*block.calendar, block.mailbox)
    return AccountConfig(
        name=block.name,
        calendars=tuple(joined(one, blocks) for one in block.calendar),
        mailbox=joined(block.mailbox, blocks),
    )


def _record(kind: type[T], block: BaseModel) -> T:
    """The core's record from the block: their fields bear the same names."""
    return kind(**{one.name: getattr(block, one.name) for one in fields(kind)})


def _digest(said: Document) -> str:
    everything = said.model_dump(mode="json")
    decides = [everything[key] for key in ("interviews", "people", "organisations")]
    words = json.dumps([said.me.addresses, said.me.timezone, decides])
    return sha256(words.encode()).hexdigest()[:16]
