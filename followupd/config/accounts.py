"""The accounts of a config: one model per provider, chosen by the key `provider`.

A new provider is one model here (its union, its `options`) and one line in providers/registry.py.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from followupd.config.problems import shown
from followupd.config.scalars import Folder, Line


class Block(BaseModel):
    """A block of keys in which a key that is not known is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_folder(word: str) -> str:
    if word not in FOLDERS:
        raise ValueError(f"there is no folder of this kind. The kinds are {', '.join(FOLDERS)}.")
    return word


FOLDERS = ("drafts", "sent", "inbox", "archive", "junk", "trash")
FolderKind = Annotated[str, BeforeValidator(_known_folder)]


class LocalCalendar(Block):
    """A vdir: .ics files in one folder, or in one folder per calendar."""

    provider: Literal["local"]
    path: Folder = Field(description="the folder that holds your .ics files, for instance ~/calendars")
    calendars: tuple[Line, ...] = ()

    def options(self) -> dict[str, object]:
        """What the provider's factory is called with, besides the zone."""
        return {"path": self.path, "names": self.calendars}


class LocalMailbox(Block):
    """A Maildir, with Maildir++ (.Drafts) or plain folders."""

    provider: Literal["local"]
    path: Folder = Field(description="your Maildir, for instance ~/Mail")
    folders: dict[FolderKind, Line] = {}

    def options(self) -> dict[str, object]:
        """What the provider's factory is called with, besides the zone."""
        return {"path": self.path, "folders": self.folders}


def _not_yet(provider: object) -> object:
    raise ValueError(
        f"the provider {shown(provider)} is not available in this version of followupd. "
        "Use `provider: local` for now."
    )


class LaterCalendar(BaseModel):
    """A provider that the contract names and this version does not have."""

    provider: Annotated[Literal["google", "microsoft", "caldav", "feed"], AfterValidator(_not_yet)]


class LaterMailbox(BaseModel):
    """A provider that the contract names and this version does not have."""

    provider: Annotated[Literal["google", "microsoft", "imap"], AfterValidator(_not_yet)]


CalendarConfig: TypeAlias = LocalCalendar
MailboxConfig: TypeAlias = LocalMailbox

_OneCalendar = Annotated[LocalCalendar | LaterCalendar, Field(discriminator="provider")]
_OneMailbox = Annotated[LocalMailbox | LaterMailbox, Field(discriminator="provider")]


def _as_list(value: object) -> object:
    """One block stands for a list of one."""
    if value == []:
        raise ValueError("names no calendar. Add one, for instance {provider: local, path: ~/calendars}.")
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value]
    raise ValueError(
        f"must be a block of keys, not {shown(value)}. Write {{provider: local, path: ~/calendars}}."
    )


class AccountBlock(Block):
    """One identity: its calendars and its mailbox."""

    name: Line = Field(description="a word of your own for this account, for instance `name: personal`")
    calendar: Annotated[tuple[_OneCalendar, ...], BeforeValidator(_as_list)] = Field(
        description="where your interviews stand, for instance {provider: local, path: ~/calendars}"
    )
    mailbox: _OneMailbox = Field(
        description="where the drafts go, for instance {provider: local, path: ~/Mail}"
    )
