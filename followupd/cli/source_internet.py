"""A mailbox by IMAP with a calendar by CalDAV or by its address, as `init` asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from followupd.cli import reading
from followupd.cli.asker import Asker

if TYPE_CHECKING:
    from followupd.providers.internet.services import Service

OPTIONS = (
    "--imap-host",
    "--imap-port",
    "--imap-tls",
    "--imap-user",
    "--calendar-url",
    "--calendar-user",
    "--calendar-name",
    "--password-command",
)
ALL = "all"


@dataclass(frozen=True, slots=True)
class Internet:
    """Mail by IMAP and a calendar by CalDAV, or by its address where it `is_feed`. `port` 0 is the usual one.

    `calendars` are shown names, none means all. `calendar_user` is "" for a feed that asks nobody.
    """

    host: str
    user: str
    url: str
    calendar_user: str
    calendars: tuple[str, ...] = ()
    port: int = 0
    tls: str = "implicit"
    password_command: str = ""

    @property
    def is_feed(self) -> bool:
        return reading.is_feed(self.url)


def service_of(addresses: Iterable[str]) -> Service | None:
    """The well-known service that gave out one of the addresses, None where none is known."""
    from followupd.providers.internet import services

    found = (services.service_of(address) for address in addresses)
    return next((one for one in found if one is not None), None)


def ask(asker: Asker, known: Internet | None, addresses: Sequence[str]) -> Internet:
    """Servers and names; passwords are asked for when the servers are tried."""
    from followupd.config import scalars

    service = service_of(addresses)
    host = _host(asker, known, service)
    port, tls = _connection(asker, host, known, service)
    own = next((one for one in addresses if not one.startswith("*")), None)
    user = asker.answer(
        "--imap-user",
        "Your name at the mail server",
        scalars.line,
        known.user if known else own,
        why="Mostly your address.",
    )
    url = _calendar(asker, known, service if service and service.host == host else None)
    there = _calendar_user(asker, known, host, user, url)
    calendars = tuple(reading.names(asker.given.get("--calendar-name") or "")) or (
        known.calendars if known else ()
    )
    command = asker.given.get("--password-command") or (known.password_command if known else "")
    return Internet(host, user, url, there, calendars, port, tls, command)


def _host(asker: Asker, known: Internet | None, service: Service | None) -> str:
    from followupd.config import internet

    usual = known.host if known else service.host if service else None
    why = "Letters go into Drafts there. Your provider's help names it, and so does docs/imap-caldav.md for many."
    return asker.answer("--imap-host", "Your mail server (IMAP)", internet.host_name, usual, why=why)


def _connection(asker: Asker, host: str, known: Internet | None, service: Service | None) -> tuple[int, str]:
    """Port and encryption: as an option says, as they were, as the service has them, else the usual ones."""
    from followupd.config import internet

    port, tls = 0, "implicit"
    if known and known.host == host:
        port, tls = known.port, known.tls
    elif service and service.host == host:
        port, tls = service.port, service.tls
    tls = asker.given.get("--imap-tls") or tls
    port = int(asker.given.get("--imap-port") or port)
    return 0 if port == internet.PORTS[tls] else port, tls


def _calendar(asker: Asker, known: Internet | None, service: Service | None) -> str:
    usual = known.url if known else (service.caldav if service else "") or None
    why = (
        "Your interviews are read from there. By CalDAV, as https://cloud.example.com/remote.php/dav/ of a Nextcloud, "
        "or by an address that ends in .ics, which most calendars can give out (docs/imap-caldav.md)."
    )
    question = "Address of your calendar (CalDAV, or .ics)"
    return asker.answer("--calendar-url", question, reading.calendar_url, usual, why=why)


def _calendar_user(asker: Asker, known: Internet | None, host: str, user: str, url: str) -> str:
    """The name there. A server of the same house mostly has the same one, and a feed mostly asks nobody."""
    from followupd.config import scalars
    from followupd.providers.addresses import host as host_of
    from followupd.providers.internet.services import are_one

    said = asker.given.get("--calendar-user")
    if reading.is_feed(url):
        return said or (known.calendar_user if known and known.is_feed else "")
    usual = known.calendar_user if known and not known.is_feed else user
    if not url or (said is None and are_one(host_of(url), host) and usual == user):
        return usual
    return asker.answer("--calendar-user", "Your name at the calendar server", scalars.line, usual)
