"""The accounts of a config: one model per provider, chosen by the key `provider`.

A new provider is one model here (its union, its `options`) and one line in providers/registry.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from followupd.config.blocks import (
    AUTHORITY,
    Authority,
    Block,
    ClientId,
    FolderKind,
    ProviderBlock,
    client_file,
)
from followupd.config.internet import CaldavCalendar, FeedCalendar, ImapMailbox
from followupd.config.problems import shown
from followupd.config.scalars import Endpoint, FileToBe, Folder, Line


def _some_calendars(value: object) -> object:
    if value == []:
        raise ValueError("names no calendar. Write [primary], or leave the line out.")
    return value


class LocalCalendar(ProviderBlock):
    """A vdir: .ics files in one folder, or in one folder per calendar."""

    provider: Literal["local"]
    path: Folder = Field(description="the folder that holds your .ics files, for instance ~/calendars")
    calendars: tuple[Line, ...] = ()

    def options(self) -> dict[str, object]:
        return {"path": self.path, "names": self.calendars}


class LocalMailbox(ProviderBlock):
    """A Maildir, with Maildir++ (.Drafts) or plain folders."""

    provider: Literal["local"]
    path: Folder = Field(description="your Maildir, for instance ~/Mail")
    folders: dict[FolderKind, Line] = Field(default_factory=dict)

    def options(self) -> dict[str, object]:
        return {"path": self.path, "folders": self.folders}


class GoogleBlock(ProviderBlock):
    """What a calendar and a mailbox at Google have in common."""

    given: ClassVar[tuple[str, ...]] = ("account", "secret")

    provider: Literal["google"]
    client_file: FileToBe = Field(default_factory=client_file)

    @property
    def sign_in_at(self) -> str:
        return "google"

    @property
    def sign_in_keys(self) -> tuple[str, ...]:
        return ("client_file",)

    def sign_in_options(self) -> dict[str, object]:
        return {"client_file": self.client_file}


class GoogleCalendar(GoogleBlock):
    """Calendars at Google, by their ids; `primary` is the account's own."""

    calendars: Annotated[tuple[Line, ...], BeforeValidator(_some_calendars)] = ("primary",)
    calendar_root: Endpoint = "https://www.googleapis.com/calendar/v3/"

    def options(self) -> dict[str, object]:
        return {"calendars": self.calendars, "calendar_root": self.calendar_root}

    def sign_in_options(self) -> dict[str, object]:
        return super().sign_in_options() | {"calendar_root": self.calendar_root}


class GoogleMailbox(GoogleBlock):
    """Gmail."""

    gmail_root: Endpoint = "https://gmail.googleapis.com/"

    def options(self) -> dict[str, object]:
        return {"gmail_root": self.gmail_root}

    def sign_in_options(self) -> dict[str, object]:
        return super().sign_in_options() | {"gmail_root": self.gmail_root}


class MicrosoftBlock(ProviderBlock):
    """What a calendar and a mailbox at Microsoft have in common. Another root and authority are a national cloud's."""

    given: ClassVar[tuple[str, ...]] = ("account", "secret")

    provider: Literal["microsoft"]
    client_id: ClientId = ""
    authority: Authority = AUTHORITY
    graph_root: Endpoint = "https://graph.microsoft.com/v1.0"

    @property
    def sign_in_at(self) -> str:
        return "microsoft"

    @property
    def sign_in_keys(self) -> tuple[str, ...]:
        return ("client_id", "authority", "graph_root")

    def sign_in_options(self) -> dict[str, object]:
        return {"client_id": self.client_id, "authority": self.authority, "graph_root": self.graph_root}


class MicrosoftCalendar(MicrosoftBlock):
    """Outlook calendars, by name or id; `primary` is the account's own."""

    calendars: Annotated[tuple[Line, ...], BeforeValidator(_some_calendars)] = ("primary",)

    def options(self) -> dict[str, object]:
        return {"calendars": self.calendars, "graph_root": self.graph_root}


class MicrosoftMailbox(MicrosoftBlock):
    """An Outlook mailbox."""

    def options(self) -> dict[str, object]:
        return {"graph_root": self.graph_root}


CalendarConfig: TypeAlias = GoogleCalendar | MicrosoftCalendar | CaldavCalendar | FeedCalendar | LocalCalendar
MailboxConfig: TypeAlias = GoogleMailbox | MicrosoftMailbox | ImapMailbox | LocalMailbox

_OneCalendar = Annotated[CalendarConfig, Field(discriminator="provider")]
_OneMailbox = Annotated[MailboxConfig, Field(discriminator="provider")]


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

    @field_validator("mailbox")
    @classmethod
    def _one_sign_in(cls, mailbox: ProviderBlock, info: ValidationInfo) -> ProviderBlock:
        """What is said of a sign-in in one block holds for the others at that provider; it can't be said twice."""
        for calendar in info.data.get("calendar", ()):
            for key in _said_in_both(calendar, mailbox):
                if getattr(calendar, key) != getattr(mailbox, key):
                    raise ValueError(
                        f"has another {key} than the calendar at the same provider, and an account signs in there "
                        "once. Write the same, or make two accounts."
                    )
        return mailbox


def _said_in_both(calendar: ProviderBlock, mailbox: ProviderBlock) -> list[str]:
    same = _family(calendar) == _family(mailbox)
    both = calendar.model_fields_set & mailbox.model_fields_set
    return [key for key in mailbox.sign_in_keys if same and key in both and key in calendar.sign_in_keys]


def _family(block: ProviderBlock) -> str:
    """Whose sign-in it is: Microsoft's for Graph and that for IMAP are made with the same client."""
    return block.sign_in_at.partition("-")[0]


B = TypeVar("B", bound=ProviderBlock)


def joined(block: B, others: Iterable[ProviderBlock]) -> B:
    """The block with what the others of the same sign-in say of it, and it does not."""
    said = {
        key: getattr(other, key)
        for other in others
        if _family(other) == _family(block)
        for key in block.sign_in_keys
        if key in other.sign_in_keys and key in other.model_fields_set
    }
    return block.model_copy(update={key: said[key] for key in said.keys() - block.model_fields_set})
