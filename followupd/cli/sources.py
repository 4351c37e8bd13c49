"""Where calendar and mail are, as `init` asks for it: at Google, at Microsoft, by IMAP and CalDAV, or in files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from followupd.cli import reading, source_internet
from followupd.cli.asker import Asker
from followupd.cli.source_internet import Internet

if TYPE_CHECKING:
    from followupd.config.blocks import ProviderBlock

# The options that mean a provider, and what stands for it in a sentence.
_OPTIONS = {
    "google": ("--client-file", "--google-calendar", "--calendar-root", "--gmail-root"),
    "microsoft": ("--client-id", "--microsoft-calendar", "--authority", "--graph-root"),
    "imap": source_internet.OPTIONS,
    "local": ("--calendar", "--mail", "--drafts"),
}
_SPOKEN = {
    "google": "Google",
    "microsoft": "Microsoft",
    "imap": "a mailbox by IMAP",
    "local": "files of this machine",
}
PROVIDERS = tuple(_OPTIONS)

# Addresses that only one provider gives out; Outlook's brands exist under many countries' domains: hotmail.co.uk.
_GIVEN_OUT = {
    "google": re.compile(r"(?:gmail|googlemail)\.com"),
    "microsoft": re.compile(
        r"(?:outlook|hotmail|live)\.(?:com?\.)?(?:com|[a-z]{2})|msn\.com|windowslive\.com"
    ),
}


@dataclass(frozen=True, slots=True)
class Files:
    """Calendar and mail on this machine. `drafts` is the folder's name, "" where it is found by itself."""

    calendar: Path
    mail: Path
    drafts: str = ""


@dataclass(frozen=True, slots=True)
class Google:
    """Calendars and mail at Google. The client file may still be missing. A root of "" is Google's own."""

    client_file: Path
    calendars: tuple[str, ...]
    calendar_root: str = ""
    gmail_root: str = ""


@dataclass(frozen=True, slots=True)
class Microsoft:
    """Calendars and mail in Outlook. `client_id` "" is followupd's own where it has one, else it comes later.

    An authority or root of "" is Microsoft's own.
    """

    client_id: str
    calendars: tuple[str, ...]
    authority: str = ""
    graph_root: str = ""


Source: TypeAlias = Files | Google | Microsoft | Internet
_NAMES: dict[type, str] = {Files: "local", Google: "google", Microsoft: "microsoft", Internet: "imap"}


def named_provider(given: Mapping[str, str | None]) -> str:
    """What the options say, "" where they say nothing. Raises UsageError where they contradict."""
    said = {name: [one for one in _OPTIONS[name] if given.get(one) is not None] for name in _OPTIONS}
    if named := given.get("--provider"):
        said[named].insert(0, f"--provider {named}")
    meant = [name for name in said if said[name]]
    if len(meant) > 1:
        parts = (f"{' and '.join(said[name])} for {_SPOKEN[name]}" for name in meant)
        raise click.UsageError(
            f"these options do not go together: {', '.join(parts)}. Nothing was written. "
            "Leave out the one or the other; an account with both is written into the config by hand."
        )
    return meant[0] if meant else ""


def ask(asker: Asker, folder: Path, before: Source | None, named: str, addresses: Sequence[str]) -> Source:
    """Calendar and mail for a config in `folder`; what they are `before` is usual, `named` is not asked."""
    provider = named or _named_earlier(asker)
    provider = provider or (_known_provider(asker, before) if before else _provider(asker, addresses))
    if provider == "google":
        return _google(asker, folder, before if isinstance(before, Google) else None)
    if provider == "microsoft":
        return _microsoft(asker, before if isinstance(before, Microsoft) else None)
    if provider == "imap":
        return source_internet.ask(asker, before if isinstance(before, Internet) else None, addresses)
    return _files(asker, before if isinstance(before, Files) else None)


# --- what was put together by hand --------------------------------------------------------------

_LEFT = "The calendars of this account stand in a list: they are left as they are, and edited by hand in the config."
_MAIL_ALONE = (
    "The calendars of this account stand in a list, which is left as it is: --password-command counts for the mailbox "
    "alone, and where a calendar needs it too, write `password_command:` into its block by hand."
)


def is_by_hand(source: Source | None) -> bool:
    """Whether calendar and mail are of two sorts, or calendars of a kind that no question fits."""
    return source is None or (isinstance(source, Internet) and not source.url)


def beside_a_list(
    asker: Asker,
    before: Source | None,
    calendars: Sequence[ProviderBlock],
    named: str,
    addresses: Sequence[str],
) -> Source | None:
    """Where several calendars stand in a list: options change the mailbox alone. Raises UsageError for others."""
    if wrong := _beyond_the_mailbox(asker, before, calendars, named):
        raise click.UsageError(
            "the calendars of this account stand in a list, which `init` never changes, so nothing was written: "
            f"leave out {' and '.join(wrong)}, and edit the list in the config by hand."
        )
    if asker.talks:
        click.echo(_LEFT)
    if not named or not isinstance(before, Internet):
        return before
    is_wanted_there = any(one.provider == "caldav" for one in calendars)
    if asker.given.get("--password-command") and is_wanted_there:
        click.echo(_MAIL_ALONE)
    return source_internet.ask(asker, before, addresses, only_mail=True)


def _beyond_the_mailbox(
    asker: Asker, before: Source | None, calendars: Sequence[ProviderBlock], named: str
) -> list[str]:
    """The options that would have to change the list. One that says what stands there changes nothing."""
    if not named:
        return []
    if named == "imap" and isinstance(before, Internet):
        given = source_internet.named_for_calendar(asker)
        return [] if any(_says(one, asker.given, given) for one in calendars) else given
    others = [option for option in _OPTIONS[named] if asker.given.get(option) is not None]
    return [*([f"--provider {named}"] if asker.given.get("--provider") else []), *others]


def _says(calendar: ProviderBlock, given: Mapping[str, str | None], options: Iterable[str]) -> bool:
    """Whether a calendar's block says already what these options say."""
    try:
        wanted = source_internet.of_calendar({option: given[option] or "" for option in options})
    except ValueError:
        return False
    return all(getattr(calendar, key, None) == value for key, value in wanted.items())


# --- which provider -----------------------------------------------------------------------------

_WHERE = f"Where are your calendar and mail? ({', '.join(PROVIDERS)})"
_KINDS = (
    "google, microsoft (Outlook), imap (every other mailbox, with a calendar by CalDAV or by its address), or local "
    "for files of this machine."
)


def _named_earlier(asker: Asker) -> str:
    """What options said in a set-up that was broken off. "" where it was asked, or they contradict."""
    if "--provider" in asker.earlier:
        return ""
    meant = [name for name, options in _OPTIONS.items() if set(options) & set(asker.earlier)]
    return meant[0] if len(meant) == 1 else ""


def _known_provider(asker: Asker, before: Source) -> str:
    return asker.answer("--provider", _WHERE, _one_provider, _NAMES[type(before)])


def _provider(asker: Asker, addresses: Sequence[str]) -> str:
    """The one that gave out an address; asked for where none did, or two did."""
    likely = _givers(addresses)
    if len(likely) == 1 or (likely and not asker.talks):
        if asker.asks:
            others = " or ".join(name for name in PROVIDERS if name != likely[0])
            where = f"Your calendar and mail are taken from {_SPOKEN[likely[0]]}."
            click.echo(f"{where} (From elsewhere: init --provider {others}.)")
        return likely[0]
    service = source_internet.service_of(addresses)
    if not asker.asks and not asker.usual and "--provider" not in asker.earlier:
        return "imap" if service else "local"  # nobody said another: the paths are told as missing
    why = f"Calendars are only read. Letters go into Drafts there; nothing is ever sent.\nWrite {_KINDS}"
    usual = likely[0] if likely else "imap" if service else PROVIDERS[0]
    return asker.answer("--provider", _WHERE, _one_provider, usual, why=why)


def _givers(addresses: Iterable[str]) -> list[str]:
    """The providers that gave out these addresses, in their order."""
    domains = [address.rpartition("@")[2] for address in addresses]
    found = (name for one in domains for name, given_out in _GIVEN_OUT.items() if given_out.fullmatch(one))
    return list(dict.fromkeys(found))


def _one_provider(value: str) -> str:
    word = value.strip().casefold()
    if word not in PROVIDERS:
        raise ValueError(f"“{value}” is none of them. Write {_KINDS}")
    return word


# --- what is asked of each ----------------------------------------------------------------------


def _files(asker: Asker, known: Files | None) -> Files:
    why = "Your interviews are read from there, as vdirsyncer or khal keep them."
    usual = str(known.calendar) if known else None
    calendar = asker.answer("--calendar", "Folder with your .ics files", reading.folder, usual, why=why)
    why = "Your mail program or mbsync keeps it. Letters go into its Drafts."
    mail = asker.answer("--mail", "Your Maildir", reading.folder, str(known.mail) if known else None, why=why)
    return Files(Path(calendar), Path(mail), _drafts(asker, Path(mail), known) if mail else "")


def _drafts(asker: Asker, mail: Path, known: Files | None) -> str:
    """Where letters go. A folder that is found by itself and not changed need not be named."""
    found = _found_drafts(mail)
    usual = (known.drafts if known and known.mail == mail else "") or found
    if not usual and not asker.given.get("--drafts"):
        return ""  # told at the end: a draft is to be saved once
    named = asker.answer(
        "--drafts", "Folder for letters", reading.shown_name, usual, why="Letters wait there for you."
    )
    return "" if named == found else named


def _found_drafts(mail: Path) -> str:
    """The Drafts folder of a Maildir, "" where none is found."""
    from followupd.cli import folders
    from followupd.core.model import Folder
    from followupd.errors import FollowupdError

    try:
        return folders.find(mail, {}).names.get(Folder.DRAFTS, "")
    except FollowupdError:
        return ""


def _google(asker: Asker, folder: Path, known: Google | None) -> Google:
    usual = str(known.client_file if known else folder / "google-client.json")
    question = "Client file from the Google Cloud console (it may come later: press Enter)"
    why = "With it you sign in. docs/google.md shows how it is made, in about ten minutes."
    client_file = asker.answer("--client-file", question, reading.client, usual, why=why)
    question = "Ids of your calendars, with spaces between"
    usual = " ".join(known.calendars) if known else "primary"
    why = "Where your interviews stand. primary is your own calendar."
    calendars = asker.answer("--google-calendar", question, reading.calendars, usual, why=why).split()
    roots = (_root(asker, "--calendar-root"), _root(asker, "--gmail-root"))
    return Google(Path(client_file), tuple(calendars), *roots)


def _microsoft(asker: Asker, known: Microsoft | None) -> Microsoft:
    usual = (known.client_id if known else "") or reading.NONE
    if reading.has_own_client():
        question = "Application (client) ID of your own (Enter takes followupd's)"
        why = "With it you sign in. followupd brings one; one of your own is yours alone (docs/microsoft.md)."
    else:
        question = "Application (client) ID of your registration (it may come later: press Enter)"
        why = "With it you sign in. docs/microsoft.md shows how it is made."
    client_id = asker.answer("--client-id", question, reading.client_id, usual, why=why).strip(reading.NONE)
    question = "Names of your calendars in Outlook, with commas between"
    usual = reading.listed(known.calendars if known else ("primary",))
    why = "Where your interviews stand. primary is your own calendar."
    calendars = asker.answer("--microsoft-calendar", question, reading.outlook_calendars, usual, why=why)
    ends = (_root(asker, "--authority"), _root(asker, "--graph-root"))
    return Microsoft(client_id, tuple(reading.names(calendars)), *ends)


def _root(asker: Asker, option: str) -> str:
    from followupd.config import scalars

    return (
        asker.answer(option, option, scalars.or_blank(scalars.endpoint), "")
        if asker.given.get(option)
        else ""
    )
