"""Tables about the world for the core: public holidays, the country of a zone, public suffixes.

Holidays come from the library `holidays`, zones from the files of tzdata (`zone.tab`, and the
links in `tzdata.zi`; see the tz database's theory.html), domains from the Public Suffix List.
Each table is loaded when it is first asked. What is unknown gives an empty answer, never an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, lru_cache
from importlib import resources

# Names kept for old programs. Each stands for an offset that many countries share; the link by
# which tzdata keeps it alive ("CET" to Brussels, "EST" to Panama) tells no country.
_NO_COUNTRY = frozenset(
    ("CET", "EET", "MET", "WET", "EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT")
)

# Old names whose link leads into another country, because both keep the same clocks. These are
# the names that tzdata's file `backward` marks with "#=" and its compact form leaves out.
_TRUE_NAMES = {
    "Africa/Asmera": "Africa/Asmara",
    "Africa/Timbuktu": "Africa/Bamako",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Virgin": "America/St_Thomas",
    "Antarctica/South_Pole": "Antarctica/McMurdo",
    "Atlantic/Jan_Mayen": "Arctic/Longyearbyen",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
    "Pacific/Yap": "Pacific/Chuuk",
}


class WorldReference:
    """`core.model.Reference` over the installed data packages."""

    def holidays(self, country: str, region: str, year: int) -> frozenset[date]:
        """Public holidays; empty for an unknown country, the national ones for an unknown region."""
        return _holidays(country.strip().upper(), region.strip(), year)

    def country_of(self, zone: str) -> str:
        """ISO 3166 code by zone.tab, following links; "" where the zone has none or is unknown."""
        if zone in _NO_COUNTRY:
            return ""
        name = _TRUE_NAMES.get(zone, zone)
        countries = _zone_countries()
        return countries.get(name) or countries.get(_zone_links().get(name, ""), "")

    def registrable(self, domain: str) -> str:
        """The organisation's part of a host name; the host name itself where the list knows no such part."""
        host = _ascii(domain.strip().strip(".").lower())
        is_address = host.endswith("]") or host.rpartition(".")[2].isdecimal()
        return host if is_address else _private_suffix()(host) or host


@lru_cache(maxsize=512)
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    for subdivision in dict.fromkeys((region.upper().removeprefix(f"{country}-"), region, "")):
        found = _library_holidays(country, subdivision, year)
        if found is not None:
            return found
    return frozenset()


def _library_holidays(country: str, region: str, year: int) -> frozenset[date] | None:
    """None where the library knows no such country or region."""
    import holidays  # noqa: PLC0415  takes a while to load

    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
    except (NotImplementedError, KeyError, ValueError):
        return None


@cache
def _zone_countries() -> Mapping[str, str]:
    countries: dict[str, str] = {}
    for line in (*_lines("zone1970.tab"), *_lines("zone.tab")):
        # zone.tab has one country for each zone and comes last; zone1970.tab names the largest first.
        codes, _, rest = line.partition("\t")
        fields = rest.split("\t")
        if len(codes) >= 2 and not line.startswith("#") and len(fields) > 1:
            countries[fields[1].strip()] = codes[:2]
    return countries


@cache
def _zone_links() -> Mapping[str, str]:
    """Old names and what they stand for: lines "L target name" (zic(8))."""
    links = (line.split() for line in _lines("tzdata.zi") if line.startswith("L "))
    return {name: target for _, target, name in links}


def _lines(name: str) -> Iterator[str]:
    try:
        text = resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    except (OSError, ModuleNotFoundError):
        return iter(())
    return iter(text.splitlines())


@cache
def _private_suffix() -> Callable[[str], str | None]:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415  reads a large list

    suffix: Callable[[str], str | None] = PublicSuffixList().privatesuffix
    return suffix


def _ascii(host: str) -> str:
    """The A-labels of RFC 5890, so that both spellings of a domain are one."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
