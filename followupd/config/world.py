"""Names that the world gives: time zones, countries, languages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator

from followupd.config.problems import shown
from followupd.config.scalars import line, or_blank, text

_UTC = frozenset(("UTC", "UCT", "GMT", "GMT0", "GMT+0", "GMT-0", "Zulu", "Universal", "Greenwich"))
_FAMILIAR = {"UK": "GB", "ENGLAND": "GB", "USA": "US", "DEU": "DE", "EL": "GR"}

# ISO 639-1. A language that is none of these is a slip of the pen.
_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv "
    "dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig "
    "ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh "
    "mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru "
    "rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug "
    "uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
_LANGUAGES = frozenset(_CODES.split())
_SPOKEN = {"english": "en", "german": "de", "deutsch": "de", "french": "fr", "spanish": "es", "dutch": "nl"}


def system_zone(environ: Mapping[str, str] = os.environ, root: Path = Path("/")) -> str:
    """The machine's zone by its IANA name, "" where it is UTC or not known.

    A machine in UTC is a server or a container: it does not tell where its user lives.
    """
    named = environ.get("TZ", "").removeprefix(":")
    name = _inside(named) if named else _linked(root / "etc/localtime") or _written(root / "etc/timezone")
    is_utc = name.removeprefix("Etc/") in _UTC
    return name if is_zone(name) and not is_utc else ""


def _inside(path: str) -> str:
    """The zone's name in a path such as /usr/share/zoneinfo/posix/Europe/London."""
    name = path.rpartition("zoneinfo/")[2]
    return name.removeprefix("posix/").removeprefix("right/")


def _linked(path: Path) -> str:
    for target in (str(path.readlink()) if path.is_symlink() else "", str(path.resolve())):
        if "zoneinfo/" in target and is_zone(_inside(target)):
            return _inside(target)
    return ""


def _written(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return bool(name) and name != "localtime"


def timezone(value: object) -> str:
    """An IANA name; where none is given the machine's, if that tells anything."""
    if value == "":
        if zone := system_zone():
            return zone
        raise ValueError(
            "is missing, and this machine runs in UTC or does not tell its zone. "
            "Add your own under me, for instance `timezone: Europe/London`."
        )
    name = line(value)
    if is_zone(name):
        return name
    raise ValueError(
        f"there is no time zone {shown(value)}. Zones are named by continent and city, such as "
        f"Europe/Berlin.{_near_zone(name)}"
    )


def _near_zone(name: str) -> str:
    wanted = name.casefold().replace(" ", "_")
    zones = sorted(available_timezones())
    cities = {zone.casefold().rpartition("/")[2]: zone for zone in zones if "/" in zone}
    whole = {zone.casefold(): zone for zone in zones}
    for table in (whole, cities):
        word = wanted if table is whole else wanted.rpartition("/")[2]
        if near := get_close_matches(word, table, n=1, cutoff=0.8):
            return f' Did you mean "{table[near[0]]}"?'
    return ""


@cache
def _countries() -> dict[str, str]:
    table = (resources.files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    rows = (row.split("\t", 1) for row in table.splitlines() if row and not row.startswith("#"))
    return {row[0]: row[1] for row in rows}


def country(value: object) -> str:
    """ISO 3166: two letters."""
    word = line(value).upper()
    if word in _countries():
        return word
    names = {name.casefold(): code for code, name in _countries().items()}
    near = get_close_matches(word.casefold(), names, n=1, cutoff=0.75)
    code = _FAMILIAR.get(word) or (names[near[0]] if near else "")
    meant = f' Did you mean "{code}"?' if code else ""
    raise ValueError(f"there is no country {shown(value)}. Use its two letters, such as GB, DE or US.{meant}")


def language(value: object) -> str:
    """ISO 639-1, with a region where one is wanted: `en`, `de`, `pt-BR`."""
    word = line(value).replace("_", "-")
    base, _, region = word.partition("-")
    if base.lower() in _LANGUAGES and (not region or region.upper() in _countries()):
        return f"{base.lower()}-{region.upper()}" if region else base.lower()
    near = get_close_matches(word.casefold(), _SPOKEN, n=1, cutoff=0.75)
    meant = f' Did you mean "{_SPOKEN[near[0]]}"?' if near else ""
    raise ValueError(f"there is no language {shown(value)}. Use its two letters, such as en or de.{meant}")


def texts(value: object) -> tuple[tuple[str, str], ...]:
    """A text for all letters, or one for each language: pairs of language ("" for all) and text."""
    if isinstance(value, Mapping):
        pairs = [(language(key), text(said)) for key, said in value.items()]
        named = [own for own, _ in pairs]
        if twice := [own for own in named if named.count(own) > 1]:
            raise ValueError(f'names the language "{twice[0]}" a second time. Keep one of the two texts.')
        return tuple((own, said) for own, said in pairs if said.strip())
    return (("", text(value)),) if text(value).strip() else ()


CountryOrNone = Annotated[str, BeforeValidator(or_blank(country))]
Language = Annotated[str, BeforeValidator(language)]
Texts = Annotated[tuple[tuple[str, str], ...], BeforeValidator(texts)]
LanguageOrNone = Annotated[str, BeforeValidator(or_blank(language))]
Timezone = Annotated[str, BeforeValidator(timezone)]
