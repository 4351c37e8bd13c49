"""The accounts of a config: one model per provider, chosen by the key `provider`.

A new provider is one model here (its union, its `options`) and one line in providers/registry.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from followupd import paths
from followupd.config.problems import shown
from followupd.config.scalars import Endpoint, FileToBe, Folder, Line, LineOrNone


class Block(BaseModel):
    """A block of keys in which a key that is not known is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _known_folder(word: str) -> str:
    if word not in FOLDERS:
        raise ValueError(f"there is no folder of this kind. The kinds are {', '.join(FOLDERS)}.")
    return word


def _some_calendars(value: object) -> object:
    if value == []:
        raise ValueError("names no calendar. Write [primary], or leave the line out.")
    return value


CLIENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FOLDERS = ("drafts", "sent", "inbox", "archive", "junk", "trash")
FolderKind = Annotated[str, BeforeValidator(_known_folder)]


class ProviderBlock(Block):
    """A block that names a provider. One that signs in is given where its sign-in is kept."""

    signs_in: ClassVar[bool] = False
    sign_in_keys: ClassVar[tuple[str, ...]] = ()  # the same for all blocks of one sign-in

    provider: str

    def sign_in_options(self) -> dict[str, object]:
        """What the provider's sign-in is called with."""
        return {}


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
    folders: dict[FolderKind, Line] = {}

    def options(self) -> dict[str, object]:
        return {"path": self.path, "folders": self.folders}


class GoogleBlock(ProviderBlock):
    """What a calendar and a mailbox at Google have in common."""

    signs_in: ClassVar[bool] = True
    sign_in_keys: ClassVar[tuple[str, ...]] = ("client_file",)

    provider: Literal["google"]
    client_file: FileToBe = Field(default_factory=lambda: paths.config_file().parent / "google-client.json")

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


def _encrypted(authority: str) -> str:
    if not authority.startswith("https://"):
        raise ValueError("must begin with https://, on this machine too: Microsoft's library takes no other.")
    return authority


def _registered(client_id: str) -> str:
    if client_id and not CLIENT_ID.fullmatch(client_id.lower()):
        raise ValueError(
            f"{shown(client_id)} is not an Application (client) ID: that has 36 characters, like "
            "00000000-0000-0000-0000-000000000000. It stands on the Overview page of your registration."
        )
    return client_id


class MicrosoftBlock(ProviderBlock):
    """What a calendar and a mailbox at Microsoft have in common. Another root and authority are a national cloud's."""

    signs_in: ClassVar[bool] = True
    sign_in_keys: ClassVar[tuple[str, ...]] = ("client_id", "authority", "graph_root")

    provider: Literal["microsoft"]
    client_id: Annotated[LineOrNone, AfterValidator(_registered)] = ""
    authority: Annotated[Endpoint, AfterValidator(_encrypted)] = "https://login.microsoftonline.com/common"
    graph_root: Endpoint = "https://graph.microsoft.com/v1.0"

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


def _not_yet(provider: object) -> object:
    raise ValueError(
        f"the provider {shown(provider)} is not available in this version of followupd. "
        "Use `provider: google`, `provider: microsoft` or `provider: local` for now."
    )


class LaterCalendar(BaseModel):
    """A provider that the contract names and this version does not have."""

    provider: Annotated[Literal["caldav", "feed"], AfterValidator(_not_yet)]


class LaterMailbox(BaseModel):
    """A provider that the contract names and this version does not have."""

    provider: Annotated[Literal["imap"], AfterValidator(_not_yet)]


CalendarConfig: TypeAlias = GoogleCalendar | MicrosoftCalendar | LocalCalendar
MailboxConfig: TypeAlias = GoogleMailbox | MicrosoftMailbox | LocalMailbox

_OneCalendar = Annotated[CalendarConfig | LaterCalendar, Field(discriminator="provider")]
_OneMailbox = Annotated[MailboxConfig | LaterMailbox, Field(discriminator="provider")]


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
    same = calendar.provider == mailbox.provider
    both = calendar.model_fields_set & mailbox.model_fields_set
    return [key for key in mailbox.sign_in_keys if same and key in both]


B = TypeVar("B", bound=ProviderBlock)


def joined(block: B, others: Iterable[ProviderBlock]) -> B:
    """The block with what the others at the same provider say of the sign-in, and it does not."""
    said = {
        key: getattr(other, key)
        for other in others
        if other.provider == block.provider
        for key in block.sign_in_keys
        if key in other.model_fields_set
    }
    return block.model_copy(update={key: said[key] for key in said.keys() - block.model_fields_set})
