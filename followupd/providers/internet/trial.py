"""What a server shows to a user: asked once at a sign-in and by `check`, and told in whole lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, cast

from followupd.core.model import Folder
from followupd.errors import Refused
from followupd.providers.internet.caldav.places import discovered
from followupd.providers.internet.caldav.wire import Wire
from followupd.providers.internet.feeds.calendar import open_feed
from followupd.providers.internet.imap.connection import Address, Connection
from followupd.providers.internet.imap.folders import Folders
from followupd.providers.internet.proof import Proof
from followupd.providers.internet.server import Server

_NAMED_AT_MOST = 20
_WEEKS = timedelta(weeks=4)


def tried(server: Server, proof: Proof, now: datetime) -> Iterator[str]:
    """Shows the proof to the server, and tells what is there. Raises ProviderError."""
    if server.kind == "imap":
        yield from mail_lines(server, proof)
    elif server.kind == "caldav":
        yield calendar_line(server, proof)
    else:
        yield feed_line(server, proof, now)


# --- mail ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MailSeen:
    """What a mail server shows: its special folders by their names, and whether it tells of new mail by itself."""

    folders: Mapping[Folder, str] = field(default_factory=dict)
    idle: bool = False


def mail_seen(server: Server, proof: Proof) -> MailSeen:
    """Opens a connection, lists the folders, and closes it. Raises ProviderError."""
    tls = cast("Literal['implicit', 'starttls', 'none']", server.options["tls"])
    named = cast("Mapping[str, str]", server.options["folders"])
    connection = Connection(Address(server.host, server.port, tls), proof)
    try:
        folders = Folders(connection, named)
        found = {folder.kind: folder.shown for folder in reversed(folders.all())}
        if drafts := _drafts(folders):
            found[Folder.DRAFTS] = drafts
        return MailSeen(found, connection.can("IDLE"))
    finally:
        connection.close()


def _drafts(folders: Folders) -> str:
    """Where drafts will go, "" where there is no such folder."""
    try:
        return folders.drafts().shown
    except Refused:
        return ""


def secured(server: Server) -> str:
    """How the connection is kept from others."""
    if server.options["tls"] == "none":
        return "without encryption, within this machine"
    return "encrypted, with a certificate that is right"


def mail_lines(server: Server, proof: Proof) -> Iterator[str]:
    seen = mail_seen(server, proof)
    yield f"{server.host} lets {server.user} in, {secured(server)}."
    drafts = seen.folders.get(Folder.DRAFTS)
    sent = seen.folders.get(Folder.SENT)
    if drafts is None:
        yield (
            "No folder for drafts was found. Save a draft in your mail program once, or name the folder in the config: "
            "folders: {drafts: NAME}"
        )
    if sent is None:
        yield "No folder for sent letters was found. Name it in the config: folders: {sent: NAME}"
    named = [f"{what} “{name}”" for what, name in (("Drafts", drafts), ("Sent", sent)) if name]
    if named:
        yield f"Folders: {', '.join(named)}."
    yield (
        "New mail is noticed at once (IDLE)." if seen.idle else "New mail is noticed at each poll (no IDLE)."
    )


# --- calendars ----------------------------------------------------------------------------------


def calendar_names(url: str, proof: Proof) -> tuple[str, ...]:
    """The calendars that the server shows, by their names. Raises ProviderError."""
    return tuple(place.name or place.id for place in discovered(Wire(url, proof)))


def calendar_line(server: Server, proof: Proof) -> str:
    names = calendar_names(str(server.options["url"]), proof)
    more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    shown = ", ".join(f"“{name}”" for name in names[:_NAMED_AT_MOST])
    return f"{server.host} lets {server.user} in. Calendars there: {shown}{more}."


def feed_line(server: Server, proof: Proof, now: datetime) -> str:
    feed = open_feed(zone="UTC", url=str(server.options["url"]), proof=proof)
    events = feed.changes(None, now - _WEEKS, now + _WEEKS).events
    return f"{server.host} lets {server.user} in. Events in the last and the next four weeks: {len(events)}."
