"""The world's tables as the core sees them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from followupd.reference import WorldReference

WORLD = WorldReference()


class TestHolidays:
    def test_are_those_of_the_country(self) -> None:
        assert {date(2026, 12, 25), date(2026, 4, 3)} <= WORLD.holidays("GB", "", 2026)

    def test_differ_by_region(self) -> None:
        assert date(2026, 11, 30) in WORLD.holidays("GB", "SCT", 2026)
        assert date(2026, 11, 30) not in WORLD.holidays("GB", "", 2026)

    @pytest.mark.parametrize("region", ["BY", "by", "DE-BY", " BY "])
    def test_know_a_region_in_each_spelling(self, region: str) -> None:
        assert date(2026, 1, 6) in WORLD.holidays("de", region, 2026)

    def test_are_the_national_ones_for_an_unknown_region(self) -> None:
        assert WORLD.holidays("DE", "ATLANTIS", 2026) == WORLD.holidays("DE", "", 2026) != frozenset()

    @pytest.mark.parametrize("country", ["", "XX", "Germany", "../etc", "D" * 9999])
    def test_are_none_for_an_unknown_country(self, country: str) -> None:
        assert WORLD.holidays(country, "", 2026) == frozenset()

    @pytest.mark.parametrize("year", [-1, 0, 1, 9999, 10_000])
    def test_are_none_in_years_that_no_table_covers(self, year: int) -> None:
        assert WORLD.holidays("GB", "", year) == frozenset()

    def test_are_looked_up_once(self) -> None:
        assert WORLD.holidays("FR", "", 2026) is WORLD.holidays("FR", "", 2026)


class TestTheCountryOfAZone:
    @pytest.mark.parametrize(
        ("zone", "country"),
        [
            ("Europe/London", "GB"),
            ("Europe/Amsterdam", "NL"),
            ("Europe/Oslo", "NO"),
            ("America/New_York", "US"),
            ("America/Toronto", "CA"),
        ],
    )
    def test_is_that_of_zone_tab(self, zone: str, country: str) -> None:
        assert WORLD.country_of(zone) == country

    @pytest.mark.parametrize(
        ("zone", "country"),
        [("Asia/Calcutta", "IN"), ("US/Eastern", "US"), ("Europe/Kiev", "UA"), ("GB", "GB")],
    )
    def test_follows_old_names(self, zone: str, country: str) -> None:
        assert WORLD.country_of(zone) == country

    @pytest.mark.parametrize(
        ("zone", "country"), [("Iceland", "IS"), ("Africa/Asmera", "ER"), ("Atlantic/Jan_Mayen", "SJ")]
    )
    def test_does_not_follow_an_old_name_abroad(self, zone: str, country: str) -> None:
        assert WORLD.country_of(zone) == country

    @pytest.mark.parametrize(
        "zone", ["", "UTC", "Etc/UTC", "Etc/GMT+5", "CET", "EST", "Mars/Olympus", "a\0b"]
    )
    def test_is_empty_where_there_is_none(self, zone: str) -> None:
        assert WORLD.country_of(zone) == ""


class TestTheOrganisationsPartOfADomain:
    @pytest.mark.parametrize(
        ("host", "organisation"),
        [
            ("mail.acme.co.uk", "acme.co.uk"),
            ("acme.com", "acme.com"),
            ("eu.hr.Acme.COM.", "acme.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ],
    )
    def test_is_what_lies_below_a_public_suffix(self, host: str, organisation: str) -> None:
        assert WORLD.registrable(host) == organisation

    @pytest.mark.parametrize(
        "host", ["co.uk", "localhost", "", "192.0.2.1", "[192.0.2.1]", "[ipv6:2001:db8::1]"]
    )
    def test_is_the_whole_where_there_is_no_such_part(self, host: str) -> None:
        assert WORLD.registrable(host) == host

    @pytest.mark.parametrize("host", ["..", ".", "a..b", "x" * 5000, "\0", "é" * 300, "@", "-.-"])
    def test_never_raises(self, host: str) -> None:
        assert isinstance(WORLD.registrable(host), str)


def test_nothing_heavy_is_loaded_before_it_is_asked() -> None:
    heavy = "{'holidays', 'publicsuffixlist', 'tzdata'}"
    code = f"import sys, followupd.reference; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
