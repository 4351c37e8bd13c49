"""A mailbox by IMAP with a calendar by CalDAV or by its address, as `init` asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
OF_CALENDAR = {
    "--calendar-url": "url",
    "--calendar-user": "user",
    "--calendar-name": "calendars",
}  # → its key
ALL = "all"

HOST = "Your mail server (IMAP)"
TLS = "Its encryption (implicit, starttls, none)"
PORT = "Its port"


@dataclass(frozen=True, slots=True)
class Internet:
    """Mail by IMAP and a calendar by CalDAV, or by its address where it `is_feed`. `port` 0 is the usual one.

    `url` "" means calendars that no question fits, which stay as they are.
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


def ask(
    asker: Asker, known: Internet | None, addresses: Sequence[str], *, only_mail: bool = False
) -> Internet:
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
    command = asker.given.get("--password-command") or (known.password_command if known else "")
    mail = Internet(host, user, "", "", port=port, tls=tls, password_command=command)
    stays = only_mail or (known and not known.url and not named_for_calendar(asker))
    return mail if stays else _with_calendar(asker, mail, known, service)


def named_for_calendar(asker: Asker) -> list[str]:
    """The options that were given and mean the calendar."""
    return [option for option in OF_CALENDAR if asker.given.get(option) is not None]


def of_calendar(given: Mapping[str, str]) -> dict[str, object]:
    """What these options say, by the keys of the calendar's block. Raises ValueError."""
    read: dict[str, Callable[[str], object]] = {
        "--calendar-url": reading.calendar_url,
        "--calendar-name": lambda value: tuple(reading.names(value)),
    }
    return {OF_CALENDAR[option]: read.get(option, str)(value) for option, value in given.items()}


def _with_calendar(asker: Asker, mail: Internet, known: Internet | None, service: Service | None) -> Internet:
    before = known if known and known.url else None
    url = _calendar(asker, before, service if service and service.host == mail.host else None)
    user = _calendar_user(asker, before, mail.host, mail.user, url)
    calendars = tuple(reading.names(asker.given.get("--calendar-name") or ""))
    return replace(
        mail, url=url, calendar_user=user, calendars=calendars or (before.calendars if before else ())
    )


def _host(asker: Asker, known: Internet | None, service: Service | None) -> str:
    from followupd.config import internet

    usual = known.host if known else service.host if service else None
    why = "Letters go into Drafts there. Your provider's help names it, and so does docs/imap-caldav.md for many."
    return asker.answer("--imap-host", HOST, internet.host_name, usual, why=why)


def _connection(asker: Asker, host: str, known: Internet | None, service: Service | None) -> tuple[int, str]:
    """Port and encryption: as an option says, as they were, as the service has them, else the usual ones."""
    from followupd.config import internet

    port, tls = 0, "implicit"
    if known and known.host == host:
        port, tls = known.port, known.tls
    elif service and service.host == host:
        port, tls = service.port, service.tls
    elif known and asker.given.get("--imap-host"):
        port, tls = known.port, known.tls  # an option changes what it names
    if _is_said(asker, "--imap-tls"):
        tls = asker.answer("--imap-tls", TLS, reading.encryption, tls)
    if _is_said(asker, "--imap-port"):
        port = int(asker.answer("--imap-port", PORT, reading.port, str(port or internet.PORTS[tls])))
    return 0 if port == internet.PORTS[tls] else port, tls


def _is_said(asker: Asker, option: str) -> bool:
    """Whether it was said by an option or in a set-up that was broken off; most people need not be asked."""
    return asker.knows(option) or (asker.talks and option in asker.hints)


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
