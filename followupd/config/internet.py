"""Blocks of every other provider, by the standards: IMAP, CalDAV, and calendars by their address."""

from __future__ import annotations

import re
from abc import abstractmethod
from contextlib import suppress
from typing import Annotated, ClassVar, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from followupd.config.blocks import AUTHORITY, Authority, ClientId, FolderKind, ProviderBlock, client_file
from followupd.config.problems import shown
from followupd.config.scalars import FileToBe, Line, LineOrNone, endpoint, line
from followupd.providers.addresses import is_loopback, is_private
from followupd.providers.internet.server import Command, Server

PORTS = {"implicit": 993, "starttls": 143, "none": 143}
_SIGN_INS = {"password": "password", "google": "google", "microsoft": "microsoft-imap"}
_KEYS = {"client_file": "google", "client_id": "microsoft", "authority": "microsoft"}
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?|[0-9a-f:.]+", re.IGNORECASE)


# --- the small things ---------------------------------------------------------------------------


def host_name(value: object) -> str:
    """A server's name alone, in lower case."""
    word = line(value).lower()
    with suppress(UnicodeError):  # RFC 5891: as the server's certificate has it
        word = word if word.isascii() else word.encode("idna").decode()
    if _HOST.fullmatch(word) and (word.count(":") == 0 or word.count(":") > 1):
        return word.rstrip(".")
    inside = re.sub(r"\A[a-z]+://|\A.*@|[:/].*", "", word[:300])
    meant = f' Did you mean "{inside}"?' if _HOST.fullmatch(inside) and inside != word else ""
    raise ValueError(
        f"{shown(_bare(word))} is not the name of a server: that is written like imap.example.com, without port or "
        f"slashes.{meant}"
    )


def _bare(address: str) -> str:
    """Without a name and password before the server's name: no message may show them."""
    return re.sub(r"\A([a-z]+://)?[^/]*@", r"\1", address[:300])


def port(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65_536:
        raise ValueError(f"{shown(value)} is not a port. Write a number, mostly 993 (143 for starttls).")
    return value


def command(value: object) -> Command:
    """What prints a password: one line for the shell, or a list of a program and its words. Empty: nothing does."""
    if isinstance(value, str):
        return line(value) if value.strip() else ()
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a line for the shell or a list of words, not {shown(value)}.")
    if not all(isinstance(word, str) and "\0" not in word for word in value) or (value and not value[0]):
        raise ValueError("must be words, the program first. Put numbers in quotes.")
    return tuple(value)


def dav_address(value: object) -> str:
    """The address of a calendar server, or of anything on it that leads to calendars."""
    address = line(value)
    parts = _parts(address)
    if "@" in parts.netloc:
        raise ValueError(_SIGN_IN_IN_ADDRESS)
    if (parts.hostname or "") in _OF_GOOGLE:
        raise ValueError(
            "is Google's, which takes no password there. Write `provider: google` for this calendar."
        )
    return endpoint(address)


def feed_address(value: object) -> str:
    """The address of a calendar that is only read, as https. It may be secret, so no message shows all of it."""
    address = re.sub(r"\Awebcals?://", "https://", line(value), flags=re.IGNORECASE)
    parts = _parts(address)
    if "@" in parts.netloc:
        raise ValueError(_SIGN_IN_IN_ADDRESS)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError(
            "is not an address that begins with https:// or webcal://. Copy it from your calendar."
        )
    if not is_private(address):
        raise ValueError("is not encrypted, and others could read along. Write https:// in place of http://.")
    if parts.path.lower().endswith((".html", ".htm", "/embed")):
        raise ValueError(
            "is a page for people. Your calendar gives two addresses: copy the one for programs (.ics)."
        )
    return address.partition("#")[0]


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise ValueError("is not an address. Write it like https://dav.example.com/.") from None
    return parts


_SIGN_IN_IN_ADDRESS = (
    "holds a name or a password, and addresses end up in logs. Take them out, up to the @; write `user:` beside it, "
    "and `followupd login` asks for the password."
)
_OF_GOOGLE = frozenset(("apidata.googleusercontent.com", "www.google.com", "calendar.google.com"))

Host = Annotated[str, BeforeValidator(host_name)]
Port = Annotated[int, BeforeValidator(port)]
PasswordCommand = Annotated[Command, BeforeValidator(command), Field(repr=False)]


# --- the blocks ---------------------------------------------------------------------------------


def _only_a_password(value: object) -> object:
    if value in ("google", "microsoft"):
        raise ValueError(
            f"their calendars are read by `provider: {value}`, with fewer rights than CalDAV would need. Write that "
            "block for them; a mailbox by IMAP goes with it."
        )
    return value


class PasswordBlock(ProviderBlock):
    """A block whose server asks for a password."""

    @property
    def sign_in_at(self) -> str:
        return "password"

    @property
    def keeps_secret(self) -> bool:
        return bool(self.sign_in_at) and not self.server().command

    @abstractmethod
    def server(self) -> Server:
        """Who the user is there."""

    def sign_in_options(self) -> dict[str, object]:
        return {"servers": (self.server(),)}


class ImapMailbox(PasswordBlock):
    """A mailbox by IMAP. The keys of a client belong to a sign-in at Google or Microsoft, in place of a password."""

    given: ClassVar[tuple[str, ...]] = ("account", "proof")

    provider: Literal["imap"]
    host: Host = Field(description="the name of your mail server, for instance imap.example.com")
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    port: Port | None = None
    user: Line = Field(description="the name by which the server knows you, mostly your address")
    auth: Literal["password", "google", "microsoft"] = "password"
    password_command: PasswordCommand = ()
    folders: dict[FolderKind, Line] = Field(default_factory=dict)
    client_file: FileToBe = Field(default_factory=client_file)
    client_id: ClientId = ""
    authority: Authority = AUTHORITY

    @field_validator("tls")
    @classmethod
    def _none_only_here(cls, tls: str, info: ValidationInfo) -> str:
        host = info.data.get("host", "localhost")
        if tls == "none" and not is_loopback(host):
            raise ValueError(
                f'"none" would send your password and mail through the net for all to read. It is for a server on '
                f"this machine; {host} is another. Write implicit, or starttls."
            )
        return tls

    @field_validator("password_command", "client_file", "client_id", "authority")
    @classmethod
    def _of_its_sign_in(cls, value: object, info: ValidationInfo) -> object:
        auth, key = info.data.get("auth"), str(info.field_name)
        wanted = _KEYS.get(key, "password")
        if auth is not None and auth != wanted:
            raise ValueError(
                f"belongs to `auth: {wanted}`, and this mailbox has `auth: {auth}`. Take out one of them."
            )
        return value

    @property
    def sign_in_at(self) -> str:
        return _SIGN_INS[self.auth]

    @property
    def keeps_secret(self) -> bool:
        return self.auth != "password" or super().keeps_secret

    @property
    def sign_in_keys(self) -> tuple[str, ...]:
        return tuple(key for key, auth in _KEYS.items() if auth == self.auth)

    def options(self) -> dict[str, object]:
        port = self.port or PORTS[self.tls]
        return {"host": self.host, "port": port, "tls": self.tls, "folders": self.folders}

    def server(self) -> Server:
        return Server(
            kind="imap",
            host=self.host,
            port=self.port or PORTS[self.tls],
            user=self.user,
            command=self.password_command,
            options=self.options(),
        )

    def sign_in_options(self) -> dict[str, object]:
        own = {key: getattr(self, key) for key in self.sign_in_keys}
        return own or super().sign_in_options()


class CaldavCalendar(PasswordBlock):
    """Calendars by CalDAV, by their shown names or addresses; none named: all."""

    given: ClassVar[tuple[str, ...]] = ("account", "proof")

    provider: Literal["caldav"]
    url: Annotated[str, BeforeValidator(dav_address)] = Field(
        description="the address of your calendar server, for instance https://dav.example.com/"
    )
    user: Line = Field(description="the name by which the server knows you")
    auth: Annotated[Literal["password"], BeforeValidator(_only_a_password)] = "password"
    password_command: PasswordCommand = ()
    calendars: tuple[Line, ...] = ()

    def options(self) -> dict[str, object]:
        return {"url": self.url, "calendars": self.calendars}

    def server(self) -> Server:
        return _by_address("caldav", self.url, self.user, self.password_command, self.options())


class FeedCalendar(PasswordBlock):
    """One calendar that is read by its address. `user` where the server asks for a password."""

    given: ClassVar[tuple[str, ...]] = ("proof",)

    provider: Literal["feed"]
    url: Annotated[str, BeforeValidator(feed_address)] = Field(
        description="the address of the calendar, for instance https://example.com/interviews.ics", repr=False
    )
    user: LineOrNone = ""
    password_command: PasswordCommand = ()
    name: LineOrNone = ""

    @field_validator("password_command")
    @classmethod
    def _for_somebody(cls, value: Command, info: ValidationInfo) -> Command:
        if value and info.data.get("user") == "":
            raise ValueError("gives a password for nobody. Add `user:` beside it, or take it out.")
        return value

    @property
    def sign_in_at(self) -> str:
        return "password" if self.user else ""

    def options(self) -> dict[str, object]:
        return {"url": self.url, "name": self.name}

    def server(self) -> Server:
        return _by_address("feed", self.url, self.user, self.password_command, self.options())


def _by_address(
    kind: Literal["caldav", "feed"], url: str, user: str, command: Command, options: dict[str, object]
) -> Server:
    parts = urlsplit(url)
    usual = 443 if parts.scheme == "https" else 80
    return Server(
        kind=kind,
        host=parts.hostname or "",
        port=parts.port or usual,
        user=user,
        command=command,
        options=options,
    )
