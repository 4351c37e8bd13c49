"""`followupd init`: asks, writes a config that loads, and never harms one that exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from followupd.cli.init import init
from followupd.config import load
from followupd.core.model import Rule


@dataclass(frozen=True)
class FakeSettings:
    """What the command line knows before any command runs."""

    config_path: Path
    state: Path
    plain: bool = True

    def now(self) -> datetime:
        return datetime(2026, 3, 4, 12, tzinfo=UTC)


class NoTables:
    """A world without holidays."""

    def holidays(self, country: str, region: str, year: int) -> frozenset[date]:
        return frozenset()

    def country_of(self, zone: str) -> str:
        return ""

    def registrable(self, domain: str) -> str:
        return domain


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine in Berlin with a calendar folder and a Maildir."""
    (tmp_path / "calendars").mkdir()
    for folder in ("Mail", "Mail/.Drafts", "Mail/.Sent"):
        for part in ("cur", "new", "tmp"):
            (tmp_path / folder / part).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "Europe/Berlin")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def config(home: Path) -> Path:
    return home / "conf" / "config.yaml"


def run(config: Path, *arguments: str, answers: str = "") -> Result:
    settings = FakeSettings(config, config.parent / "state")
    return CliRunner().invoke(init, arguments, obj=settings, input=answers)


ALL = ("--name", "Sam Lee", "--address", "Sam@example.com", "--calendar", "calendars", "--mail", "~/Mail")


def test_all_answers_as_options_write_a_config_that_loads_without_asking(config: Path, home: Path) -> None:
    result = run(config, *ALL, "--address", "*@lee.example", "--title", r"\bjob's talk\b", "--country", "no")
    assert result.exit_code == 0, result.output
    written = load(config)
    policy = written.policy(NoTables())
    assert (policy.me.name, policy.me.addresses) == ("Sam Lee", ("sam@example.com", "*@lee.example"))
    assert (policy.me.country, policy.me.zone) == ("NO", "Europe/Berlin")
    assert policy.any[0] == Rule(title=r"\bjob's talk\b")
    (account,) = written.accounts
    assert account.calendars[0].path == home / "calendars"
    assert account.mailbox.path == home / "Mail"


def test_the_usual_rules_hold_where_no_title_is_given(config: Path) -> None:
    assert run(config, *ALL).exit_code == 0
    assert load(config).policy(NoTables()).any == (
        Rule(title=r"\binterview\b"),
        Rule(category="Interview"),
        Rule(hashtag="interview"),
        Rule(calendar="Interviews"),
    )


def test_the_country_of_the_time_zone_counts_where_none_is_given(config: Path) -> None:
    run(config, *ALL, "--timezone", "Europe/Oslo")
    assert load(config).policy(NoTables()).me.country == "NO"


def test_drafts_and_sent_are_found_and_written(config: Path) -> None:
    result = run(config, *ALL)
    assert load(config).accounts[0].mailbox.folders == {"drafts": "Drafts", "sent": "Sent"}
    assert "Drafts will appear in the folder Drafts" in result.output


def test_drafts_are_found_by_their_names_in_other_languages(config: Path, home: Path) -> None:
    (home / "Mail/.Drafts").rename(home / "Mail/.Entw&APw-rfe")
    run(config, *ALL)
    assert load(config).accounts[0].mailbox.folders["drafts"] == "Entw&APw-rfe"


def test_a_mail_store_without_drafts_is_told(config: Path, home: Path) -> None:
    (home / "Mail/.Drafts").rename(home / "Mail/.Whatever")
    result = run(config, *ALL)
    assert result.exit_code == 0
    assert "No Drafts folder was found" in result.output


def test_it_says_what_to_do_next(config: Path) -> None:
    output = run(config, *ALL).output
    assert output.index("`followupd check`") < output.index("`followupd once --dry-run`")


def test_the_config_is_for_the_user_alone_and_nothing_else_is_left(config: Path) -> None:
    run(config, *ALL)
    assert config.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in config.parent.iterdir()] == ["config.yaml"]


def test_without_a_terminal_the_missing_answers_are_named_as_options(config: Path) -> None:
    result = run(config, "--name", "Sam Lee")
    assert result.exit_code == 2
    assert "Give also: --address, --calendar, --mail" in result.output
    assert not config.exists()


def test_a_machine_in_utc_needs_the_time_zone(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    result = run(config, *ALL)
    assert result.exit_code == 2
    assert "Give also: --timezone" in result.output


def test_a_config_that_exists_is_not_touched(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("mine")
    result = run(config, *ALL)
    assert result.exit_code == 2
    assert f"there is a config already: {config}" in result.output.replace("\n", " ")
    assert config.read_text() == "mine"


def test_force_replaces_it(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("mine")
    assert run(config, *ALL, "--force").exit_code == 0
    assert load(config).zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--address", "sam", "is not an address"),
        ("--mail", "nowhere", "there is no folder"),
        ("--title", "(", "is not a regular expression"),
        ("--timezone", "Berlin", "Europe/Berlin"),
        ("--country", "Germany", "DE"),
        ("--language", "german", "de"),
        ("--name", "", "is empty"),
    ],
)
def test_a_wrong_answer_is_told_by_its_option_and_nothing_is_written(
    config: Path, option: str, value: str, told: str
) -> None:
    result = run(config, *ALL, option, value)
    assert result.exit_code == 2
    assert option in result.output
    assert told in result.output
    assert not config.exists()


def test_answers_that_make_no_config_together_leave_no_file(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followupd.cli.first_config._TEXT", "me: {{name: {name}}}\n")
    result = run(config, *ALL)
    assert result.exit_code == 2
    assert "me.addresses: is missing" in result.output
    assert list(config.parent.iterdir()) == []


def test_no_answer_can_become_something_else_in_the_file(config: Path, home: Path) -> None:
    odd = 'O\'Neil: "the" #1 {x} — Zoë'
    (home / "a: b #c").mkdir()
    run(config, *ALL, "--name", odd, "--calendar", "a: b #c")
    assert load(config).policy(NoTables()).me.name == odd
    assert load(config).accounts[0].calendars[0].path == home / "a: b #c"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits there."""

    class Somebody:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("followupd.cli.init.sys", type("Sys", (), {"stdin": Somebody()}))


@pytest.mark.usefixtures("terminal")
def test_at_a_terminal_it_asks_and_offers_the_usual_answers(config: Path) -> None:
    result = run(config, answers="Sam Lee\nsam@example.com, s@lee.example\ncalendars\nMail\n\n\n\n\n")
    assert result.exit_code == 0, result.output
    assert "Your time zone [Europe/Berlin]" in result.output
    policy = load(config).policy(NoTables())
    assert policy.me.addresses == ("sam@example.com", "s@lee.example")
    assert policy.me.country == "DE"


@pytest.mark.usefixtures("terminal")
def test_at_a_terminal_a_wrong_answer_is_asked_again(config: Path) -> None:
    result = run(config, "--yes", answers="Sam Lee\nsam\nsam@example.com\nnowhere\ncalendars\nMail\n")
    assert result.exit_code == 0, result.output
    assert "is not an address" in result.output
    assert "there is no folder" in result.output
    assert "Your time zone" not in result.output
