"""What `init` asks: each answer comes from its option, else from the terminal, else it is the usual one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from followupd.cli import reading
from followupd.cli.asker import Asker

_GMAIL = ("@gmail.com", "@googlemail.com")
_OPTIONS = {"google": ("--client-file", "--google-calendar"), "local": ("--calendar", "--mail", "--drafts")}


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
class Answers:
    """What a config can't be without, and what most people set.

    `source` is None where the config has an account that no question fits, which then stays as it is. `title` ""
    means the usual rules. `companies` are pairs of domain and name, `key_file` "" means the system's keyring.
    """

    name: str
    addresses: tuple[str, ...]
    source: Files | Google | None
    title: str
    language: str
    timezone: str
    country: str
    companies: tuple[tuple[str, str], ...] = ()
    key_file: str = ""


def answers(asker: Asker, folder: Path, templates: Path, known: Answers | None = None) -> Answers:
    """All answers but those about interviews, for a config in `folder`; what is `known` already is usual.

    `templates` is where the user's own wordings lie.
    Raises UsageError where one is wrong, or can't be asked for.
    """
    # Imported here: `init --help` needs neither pydantic nor YAML.
    from followupd.config import scalars, world

    named = _named_provider(asker.given)
    why = "It stands under your letters."
    name = asker.answer("--name", "Your name", scalars.line, known.name if known else None, why=why)
    question = "Your addresses at which interviews invite you, with spaces between"
    there = " ".join(known.addresses) if known else None
    why = "By them you are told apart from those whom you meet. '*@lee.example' means all of a domain."
    addresses = asker.answer("--address", question, reading.addresses, there, why=why).split()
    source = _source(asker, folder, known, named, addresses)
    usual = known.language if known else "en"
    why = "Letters come in English; another language needs templates of your own."
    read = reading.language(templates)
    language = asker.answer("--language", "Language of your letters", read, usual, why=why)
    here, why = (known.timezone if known else world.system_zone()) or None, "Letters appear by your clock."
    timezone = asker.answer("--timezone", "Your time zone, as Europe/London", world.timezone, here, why=why)
    usual = (known.country if known else "") or reading.country_of(timezone)
    why = "No nudge comes on a public holiday."
    country = asker.answer("--country", "Your country", scalars.or_blank(world.country), usual, why=why)
    if asker.missing:
        raise click.UsageError(_give_also(asker.missing))
    title = known.title if known else ""
    key_file = known.key_file if known else ""
    if asker.knows("--key-file"):
        key_file = asker.answer("--key-file", "Key file", reading.path_or_dash, key_file).strip(reading.NONE)
    return Answers(name, tuple(addresses), source, title, language, timezone, country, key_file=key_file)


def _give_also(missing: list[str]) -> str:
    google = " (--provider google needs neither --calendar nor --mail)"
    both = {"--calendar", "--mail"} <= set(missing)
    return (
        "there is no terminal to ask on. Nothing was written. "
        f"Give also: {', '.join(missing)}{google if both else ''}"
    )


def title(asker: Asker, usual: str) -> str:
    """What titles of interviews say: a pattern, "" for the usual rules."""
    question = "What titles of interviews say (a word, some with commas between, or a regular expression)"
    return asker.answer("--title", question, reading.title, usual or reading.USUAL)


# --- where calendar and mail are ----------------------------------------------------------------


def _named_provider(given: Mapping[str, str | None]) -> str:
    """What the options say, "" where they say nothing. Raises UsageError where they contradict."""
    said = {name: [one for one in _OPTIONS[name] if given.get(one) is not None] for name in _OPTIONS}
    if named := given.get("--provider"):
        said[named].insert(0, f"--provider {named}")
    if said["google"] and said["local"]:
        google, local = (" and ".join(said[name]) for name in ("google", "local"))
        raise click.UsageError(
            f"{google} is for Google, and {local} for files of this machine. Nothing was written. "
            "Leave out the one or the other; an account with both is written into the config by hand."
        )
    return next((name for name in said if said[name]), "")


def _source(
    asker: Asker, folder: Path, known: Answers | None, named: str, addresses: list[str]
) -> Files | Google | None:
    if known and known.source is None and not named:
        return None  # calendar and mail of two sorts were written by hand
    before = known.source if known else None
    provider = named or (_known_provider(asker, before) if before else _provider(asker, addresses))
    if provider == "google":
        return _google(asker, folder, before if isinstance(before, Google) else None)
    return _files(asker, before if isinstance(before, Files) else None)


def _known_provider(asker: Asker, before: Files | Google) -> str:
    usual = "google" if isinstance(before, Google) else "local"
    return asker.answer("--provider", _WHERE, _one_provider, usual)


_WHERE = "Where are your calendar and mail? (google, local)"


def _provider(asker: Asker, addresses: list[str]) -> str:
    if any(address.endswith(_GMAIL) for address in addresses):
        if asker.asks:
            other = "(From files of this machine: init --provider local.)"
            click.echo(f"Your calendar and mail are taken from Google. {other}")
        return "google"
    if not asker.asks and not asker.usual and "--provider" not in asker.earlier:
        return "local"  # nobody said Google: the paths are told as missing
    why = "Calendars are only read. Letters go into Drafts there; nothing is ever sent."
    return asker.answer("--provider", _WHERE, _one_provider, "google", why=why)


def _one_provider(value: str) -> str:
    word = value.strip().casefold()
    if word not in _OPTIONS:
        raise ValueError(f"“{value}” is neither. Write google, or local for files of this machine.")
    return word


def _files(asker: Asker, known: Files | None) -> Files:
    why = "Your interviews are read from there, as vdirsyncer or khal keep them."
    usual = str(known.calendar) if known else None
    calendar = asker.answer("--calendar", "Folder with your .ics files", reading.folder, usual, why=why)
    why = "Your mail program or mbsync keeps it. Letters go into its Drafts."
    mail = asker.answer("--mail", "Your Maildir", reading.folder, str(known.mail) if known else None, why=why)
    return Files(Path(calendar), Path(mail), _drafts(asker, Path(mail), known) if mail else "")


def _drafts(asker: Asker, mail: Path, known: Files | None) -> str:
    """Where letters go. A folder that is found by itself and not changed need not be named."""
    found = found_drafts(mail)
    usual = (known.drafts if known and known.mail == mail else "") or found
    if not usual and not asker.given.get("--drafts"):
        return ""  # told at the end: a draft is to be saved once
    named = asker.answer(
        "--drafts", "Folder for letters", reading.shown_name, usual, why="Letters wait there for you."
    )
    return "" if named == found else named


def found_drafts(mail: Path) -> str:
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


def _root(asker: Asker, option: str) -> str:
    from followupd.config import scalars

    return (
        asker.answer(option, option, scalars.or_blank(scalars.endpoint), "")
        if asker.given.get(option)
        else ""
    )
