"""What all blocks of keys have in common, and those that name a provider."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from followupd import paths
from followupd.config.problems import shown
from followupd.config.scalars import Endpoint, LineOrNone


class Block(BaseModel):
    """A block of keys in which a key that is not known is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProviderBlock(Block):
    """A block that names a provider. `given` is what its factory is called with, besides the zone and its options:
    "account", "secret" (where its sign-in is kept) or "proof" (who the user is at a server)."""

    given: ClassVar[tuple[str, ...]] = ()

    provider: str

    @property
    def sign_in_at(self) -> str:
        """The sign-in by which it goes, as providers/registry.py names it; "" where it needs none."""
        return ""

    @property
    def keeps_secret(self) -> bool:
        """Whether its sign-in is kept here, encrypted, so that a key is needed."""
        return bool(self.sign_in_at)

    @property
    def sign_in_keys(self) -> tuple[str, ...]:
        """The keys that are the same for all blocks of one sign-in."""
        return ()

    def options(self) -> dict[str, object]:
        """What its factory is called with."""
        return {}

    def sign_in_options(self) -> dict[str, object]:
        """What the sign-in is called with."""
        return {}


# --- what several providers' blocks say ---------------------------------------------------------


def _known_folder(word: str) -> str:
    if word not in FOLDERS:
        raise ValueError(f"there is no folder of this kind. The kinds are {', '.join(FOLDERS)}.")
    return word


FOLDERS = ("drafts", "sent", "inbox", "archive", "junk", "trash")
FolderKind = Annotated[str, BeforeValidator(_known_folder)]

CLIENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AUTHORITY = "https://login.microsoftonline.com/common"


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


def client_file() -> Path:
    """Where Google's client file lies where no other place is named."""
    return paths.config_file().parent / "google-client.json"


Authority = Annotated[Endpoint, AfterValidator(_encrypted)]
ClientId = Annotated[LineOrNone, AfterValidator(_registered)]
