"""What `init` asks: each answer comes from its option, else from the terminal, else it is the usual one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

_USUAL = "the usual rules"
_GMAIL = ("@gmail.com", "@googlemail.com")
_OPTIONS = {"google": ("--client-file", "--google-calendar"), "local": ("--calendar", "--mail")}


@dataclass(frozen=True, slots=True)
class Files:
    """Calendar and mail on this machine."""

    calendar: Path
    mail: Path


@dataclass(frozen=True, slots=True)
class Google:
    """Calendars and mail at Google. The client file may still be missing."""

    client_file: Path
    calendars: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a config can't be without, and what most people set. `title` "" means the usual rules."""

    name: str
    addresses: tuple[str, ...]
    source: Files | Google
    title: str
    language: str
    timezone: str
    country: str


Read = Callable[[str], str]


class Asker:
    """Takes each answer from its option, else from the terminal, else its usual one."""

    def __init__(self, given: Mapping[str, str | None], *, asks: bool, usual: bool) -> None:
        self.given = given
        self.asks = asks
        self.usual = usual
        self.missing: list[str] = []

    def answer(self, option: str, question: str, read: Read, usual: str | None = None) -> str:
        given = self.given[option]
        if given is not None:
            return _checked(option, read)(given)
        if self.asks and not (self.usual and usual is not None):
            return str(click.prompt(question, default=usual, value_proc=_checked(option, read)))
        if usual is None:
            self.missing.append(option)
            return ""
        return _checked(option, read)(usual)


def _checked(option: str, read: Read) -> Read:
    def check(value: str) -> str:
        try:
            return read(value)
        except ValueError as error:
            raise click.UsageError(f"{option}: {error}") from None

    return check


def answers(asker: Asker, folder: Path) -> Answers:
    """All answers, for a config in `folder`. Raises UsageError where one is wrong, or can't be asked for."""
    # Imported here: `init --help` needs neither pydantic nor YAML.
    from followupd.config import scalars, world

    named = _named_provider(asker.given)
    name = asker.answer("--name", "Your name", scalars.line)
    question = "Your addresses at which interviews invite you, with spaces between"
    addresses = asker.answer("--address", question, _addresses).split()
    provider = named or _provider(asker, addresses)
    source = _google(asker, folder) if provider == "google" else _files(asker)
    title = asker.answer(
        "--title", "What titles of interviews say (a word, or a regular expression)", _title, _USUAL
    )
    language = asker.answer("--language", "Language of your letters", world.language, "en")
    here = world.system_zone() or None
    timezone = asker.answer("--timezone", "Your time zone, as Europe/London", world.timezone, here)
    there = _country_of(timezone)
    country = asker.answer("--country", "Your country", scalars.or_blank(world.country), there)
    if asker.missing:
        raise click.UsageError(_give_also(asker.missing))
    return Answers(name, tuple(addresses), source, title, language, timezone, country)


def _give_also(missing: list[str]) -> str:
    google = " (--provider google needs neither --calendar nor --mail)"
    both = {"--calendar", "--mail"} <= set(missing)
    return (
        "there is no terminal to ask on. Nothing was written. "
        f"Give also: {', '.join(missing)}{google if both else ''}"
    )


# --- where calendar and mail are ----------------------------------------------------------------


def _named_provider(given: Mapping[str, str | None]) -> str:
    """What the options say, "" where they say nothing. Raises UsageError where they contradict."""
    said = {name: [option for option in _OPTIONS[name] if given[option] is not None] for name in _OPTIONS}
    if named := given["--provider"]:
        said[named].insert(0, f"--provider {named}")
    if said["google"] and said["local"]:
        google, local = (" and ".join(said[name]) for name in ("google", "local"))
        raise click.UsageError(
            f"{google} is for Google, and {local} for files of this machine. Nothing was written. "
            "Leave out the one or the other; an account with both is written into the config by hand."
        )
    return next((name for name in said if said[name]), "")


def _provider(asker: Asker, addresses: list[str]) -> str:
    if any(address.endswith(_GMAIL) for address in addresses):
        if asker.asks:
            other = "(From files of this machine: init --provider local.)"
            click.echo(f"Your calendar and mail are taken from Google. {other}")
        return "google"
    if not asker.asks and not asker.usual:
        return "local"  # nobody said Google: the paths are told as missing
    question = "Where are your calendar and mail? (google, local)"
    return asker.answer("--provider", question, _one_provider, "google")


def _one_provider(value: str) -> str:
    word = value.strip().casefold()
    if word not in _OPTIONS:
        raise ValueError(f"“{value}” is neither. Write google, or local for files of this machine.")
    return word


def _files(asker: Asker) -> Files:
    calendar = asker.answer("--calendar", "Folder with your .ics files", _folder)
    mail = asker.answer("--mail", "Your Maildir", _folder)
    return Files(Path(calendar), Path(mail))


def _google(asker: Asker, folder: Path) -> Google:
    usual = str(folder / "google-client.json")
    question = "Client file from the Google Cloud console (it may come later: press Enter)"
    client_file = asker.answer("--client-file", question, _client, usual)
    question = "Ids of your calendars, with spaces between"
    calendars = asker.answer("--google-calendar", question, _calendars, "primary")
    return Google(Path(client_file), tuple(calendars.split()))


# --- reading answers ----------------------------------------------------------------------------


def _addresses(value: str) -> str:
    from followupd.config import scalars

    return " ".join(scalars.address_pattern(word) for word in value.replace(",", " ").split())


def _title(value: str) -> str:
    from followupd.config import scalars

    return "" if value == _USUAL else scalars.pattern(value)


def _path(value: str) -> Path:
    """A path as typed counts from where one stands, and in the config from anywhere."""
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError:
        raise ValueError(f"“{value}” names a home folder that is not known. Write it out.") from None


def _folder(value: str) -> str:
    path = _path(value)
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}. Correct the path, or create the folder first.")
    return str(path)


def _client(value: str) -> str:
    """A client file that may come later. One that is there is looked at: a login with it must be possible."""
    from followupd.errors import Refused
    from followupd.providers.google.grant import read_client

    path = _path(value)
    if not os.path.lexists(path):
        return str(path)
    if path.is_dir():
        raise ValueError(f"{path} is a folder, and a file is needed here. Name the file in it.")
    try:
        read_client(path)
    except Refused as error:
        raise ValueError(str(error)) from None
    return str(path)


def _calendars(value: str) -> str:
    """Ids, each once. A shown name is no id; Google's all have an @, but for `primary`."""
    names = value.replace(",", " ").split() or ["primary"]
    for name in names:
        if name != "primary" and "@" not in name:
            raise ValueError(
                f"“{name}” is not a calendar's id: those have an @. Yours stands in Google Calendar, in the "
                "settings of the calendar, under “Integrate calendar”. Your own calendar is primary."
            )
    return " ".join(dict.fromkeys(names))


def _country_of(zone: str) -> str:
    from followupd.reference import WorldReference

    return WorldReference().country_of(zone)
