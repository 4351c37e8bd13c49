"""Reading what was answered in a set-up: each function returns it as the config has it, or raises ValueError."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

USUAL = "the usual rules"
NONE = "-"
_YES_OR_NO = frozenset({"yes", "no", "y", "n"})


def addresses(value: str) -> str:
    from followupd.config import scalars

    return " ".join(scalars.address_pattern(word) for word in value.replace(",", " ").split())


def title(value: str) -> str:
    """A pattern; words with commas between mean any of them."""
    from followupd.config import scalars

    if value.strip() in {"", USUAL}:
        return ""
    if value.strip().casefold() in _YES_OR_NO:
        raise ValueError(
            f"“{value.strip()}” is no word of a title. Write one, or press Enter to keep what counts."
        )
    words = [word.strip() for word in value.split(",") if word.strip()]
    if len(words) > 1 and not re.search(r"[\\\[\](){}*+?|^$]", value):
        return scalars.pattern(rf"\b(?:{'|'.join(map(re.escape, words))})\b".replace(r"\ ", " "))
    return scalars.pattern(value)


def language(templates: Path) -> Callable[[str], str]:
    """A language in which there are letters: ours, or the user's own in that folder."""

    def read(value: str) -> str:
        from followupd.config import world
        from followupd.errors import ConfigError
        from followupd.templates import load_wording

        named = world.language(value)
        try:
            load_wording(named, templates)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        return named

    return read


def shown_name(value: str) -> str:
    from followupd.config import scalars

    return scalars.line(value)


def path_of(value: str) -> Path:
    """A path as typed counts from where one stands, and in the config from anywhere."""
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError:
        raise ValueError(f"“{value}” names a home folder that is not known. Write it out.") from None


def path(value: str) -> str:
    """A path, which may come to be later."""
    return str(path_of(value))


def path_or_dash(value: str) -> str:
    return NONE if value.strip() == NONE else path(value)


def companies(value: str) -> str:
    """`acme.example=Acme`: a domain, and what the company is called in letters."""
    from followupd.config import scalars

    domain, _, name = value.partition("=")
    return f"{scalars.domain(domain)}={scalars.line(name)}"


def folder(value: str) -> str:
    found = path_of(value)
    if not found.is_dir():
        raise ValueError(f"there is no folder {found}. Correct the path, or create the folder first.")
    return str(found)


def client(value: str) -> str:
    """A client file that may come later. One that is there is looked at: a login with it must be possible."""
    from followupd.errors import Refused
    from followupd.providers.google.grant import read_client

    found = path_of(value)
    if not os.path.lexists(found):
        return str(found)
    if found.is_dir():
        raise ValueError(f"{found} is a folder, and a file is needed here. Name the file in it.")
    try:
        read_client(found)
    except Refused as error:
        raise ValueError(str(error)) from None
    return str(found)


def calendars(value: str) -> str:
    """Ids, each once. A shown name is no id; Google's all have an @, but for `primary`."""
    names = value.replace(",", " ").split() or ["primary"]
    for name in names:
        if name != "primary" and "@" not in name:
            raise ValueError(
                f"“{name}” is not a calendar's id: those have an @. Yours stands in Google Calendar, in the "
                "settings of the calendar, under “Integrate calendar”. Your own calendar is primary."
            )
    return " ".join(dict.fromkeys(names))


# --- Outlook ------------------------------------------------------------------------------------


def has_own_client() -> bool:
    """Whether this followupd was given a client at Microsoft by those who packed it."""
    from followupd.errors import Refused
    from followupd.providers.microsoft.client import client_id_for

    try:
        return bool(client_id_for(""))
    except Refused:
        return False


def client_id(value: str) -> str:
    """The id of a registration, which may come later: a dash."""
    from followupd.config.blocks import CLIENT_ID

    word = value.strip().lower()
    if word in {"", NONE} or CLIENT_ID.fullmatch(word):
        return word or NONE
    raise ValueError(
        f"“{value}” is not an Application (client) ID: that has 36 characters, like "
        "00000000-0000-0000-0000-000000000000. It stands on the Overview page of your registration."
    )


def outlook_calendars(value: str) -> str:
    """Names or ids with commas between, each once."""
    from followupd.config import scalars

    found = [scalars.line(name) for name in names(value)] or ["primary"]
    return listed(dict.fromkeys(found))


def names(value: str) -> list[str]:
    """What `listed` has put together."""
    rows = csv.reader(value.splitlines(), skipinitialspace=True)
    return [name.strip() for row in rows for name in row if name.strip()]


def listed(words: Iterable[str]) -> str:
    """With commas between; a word that holds one is put in quotes."""
    return ", ".join(_in_quotes(word) if {",", '"'} & set(word) else word for word in words)


def _in_quotes(word: str) -> str:
    doubled = word.replace('"', '""')
    return f'"{doubled}"'


# --- every other provider -----------------------------------------------------------------------


def calendar_url(value: str) -> str:
    """The address of a calendar server or of one calendar, as the config has it."""
    from followupd.config import internet

    return internet.feed_address(value) if is_feed(value) else internet.dav_address(value)


def encryption(value: str) -> str:
    """How a mail server is spoken to."""
    from followupd.config import internet

    word = value.strip().casefold()
    if word not in internet.PORTS:
        raise ValueError(f"“{value}” is none of them. Write {', '.join(internet.PORTS)}; mostly implicit.")
    return word


def port(value: str) -> str:
    from followupd.config import internet

    word = value.strip()
    return str(internet.port(int(word) if word.isdecimal() and len(word) < 9 else value))


def is_feed(address: str) -> bool:
    """Whether an address is that of one calendar as a file, and not of a server."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return parts.scheme.lower().startswith("webcal") or parts.path.lower().endswith((".ics", ".ical"))


def some_of(known: Iterable[str], every: str) -> Callable[[str], str]:
    """For a choice among names: those meant, spelled as they are; `every` for all of them."""
    there = {name.casefold(): name for name in known}

    def read(value: str) -> str:
        if value.strip().casefold() == every:
            return every
        wrong = [name for name in names(value) if name.casefold() not in there]
        if wrong or not names(value):
            raise ValueError(
                f"there is no calendar “{', '.join(wrong)}”. There are {listed(there.values())}."
            )
        return listed(dict.fromkeys(there[name.casefold()] for name in names(value)))

    return read


# --- countries ----------------------------------------------------------------------------------


def country_of(zone: str) -> str:
    from followupd.reference import WorldReference

    return WorldReference().country_of(zone)
