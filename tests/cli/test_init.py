"""`followupd init`: asks, writes a config that loads, and never harms one that exists."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from followupd.cli.init import init
from followupd.config import load
from followupd.core.model import Rule
from followupd.errors import Refused
from followupd.providers.google.grant import read_client
from tests.cli.init_kit import FakeService


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


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """No test touches the services of the machine."""
    fake = FakeService()
    monkeypatch.setattr("followupd.service.service", lambda config, state: fake)
    return fake


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


def test_a_config_that_can_t_be_read_is_not_touched(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("mine")
    result = run(config, *ALL)
    assert result.exit_code == 2
    assert f"there is a config already: {config}" in result.output.replace("\n", " ")
    assert "a config is keys such as" in told(result)
    assert "`followupd init --force`" in told(result)
    assert config.read_text() == "mine"


def test_force_replaces_it_and_keeps_it_beside(config: Path) -> None:
    config.parent.mkdir()
    config.write_text("mine")
    result = run(config, *ALL, "--force")
    assert result.exit_code == 0
    assert load(config).zone == "Europe/Berlin"
    assert (config.parent / "config.yaml.bak").read_text() == "mine"
    assert f"kept as {config}.bak" in told(result)


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--address", "sam", "is not an address"),
        ("--mail", "nowhere", "there is no folder"),
        ("--mail", "~nobody-here/Mail", "names a home folder that is not known"),
        ("--provider", "exchange", "'google', 'microsoft', 'imap', 'local'"),
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
    result = run(
        config, answers="Sam Lee\nsam@example.com, s@lee.example\nlocal\ncalendars\nMail\n" + "\n" * 6 + "n\n"
    )
    assert result.exit_code == 0, result.output
    assert "Your time zone, as Europe/London [Europe/Berlin]" in result.output
    policy = load(config).policy(NoTables())
    assert policy.me.addresses == ("sam@example.com", "s@lee.example")
    assert policy.me.country == "DE"


@pytest.mark.usefixtures("terminal")
def test_at_a_terminal_a_wrong_answer_is_asked_again(config: Path) -> None:
    typed = "Sam Lee\nsam\nsam@example.com\nnowhere\ncalendars\nMail\n"
    result = run(config, "--yes", "--provider", "local", answers=typed)
    assert result.exit_code == 0, result.output
    assert "is not an address" in result.output
    assert "there is no folder" in result.output
    assert "Your time zone" not in result.output


# --- Google -------------------------------------------------------------------------------------

GMAIL = ("--name", "Sam Lee", "--address", "sam.lee@gmail.com")
GOOGLE = ("--name", "Sam Lee", "--address", "sam@lee.example", "--provider", "google")
ENDS = {
    "client_id": "1.apps.googleusercontent.com",
    "client_secret": "s",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
}


def client_file(path: Path, kind: str = "installed") -> Path:
    """A file as the Google Cloud console gives it out."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({kind: ENDS}))
    return path


def told(result: Result) -> str:
    """All that was said, in one line."""
    return " ".join(result.output.split())


def is_google(config: Path) -> bool:
    (account,) = load(config).accounts
    return {block.provider for block in (*account.calendars, account.mailbox)} == {"google"}


def test_with_google_the_config_has_both_blocks_and_loads(config: Path) -> None:
    result = run(config, *GOOGLE)
    assert result.exit_code == 0, result.output
    (account,) = load(config).accounts
    assert account.name == "personal"
    usual = {"client_file": config.parent / "google-client.json"}
    (calendar,) = account.calendars
    assert (calendar.provider, calendar.sign_in_options().items() >= usual.items()) == ("google", True)
    assert calendar.options()["calendars"] == ("primary",)
    assert account.mailbox.provider == "google"
    assert account.mailbox.sign_in_options().items() >= usual.items()


def test_the_client_file_that_is_usual_is_the_one_that_a_config_without_it_means(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "etc"))
    config = home / "etc/followupd/config.yaml"
    run(config, *GOOGLE)
    written = load(config).accounts
    lines = config.read_text().splitlines(keepends=True)
    config.write_text("".join(line for line in lines if "client_file:" not in line))
    assert load(config).accounts == written


def test_the_rules_are_those_that_google_calendar_can_keep(config: Path) -> None:
    run(config, *GOOGLE)
    rules = (Rule(title=r"\binterview\b"), Rule(hashtag="interview"), Rule(calendar="Interviews"))
    assert load(config).policy(NoTables()).any == rules


def test_the_rules_for_a_colour_and_a_label_hold_as_soon_as_their_mark_is_taken_away(config: Path) -> None:
    run(config, *GOOGLE)
    config.write_text(config.read_text().replace("#- ", "- "))
    assert load(config).policy(NoTables()).any[-2:] == (Rule(colour="tomato"), Rule(label="ID"))


def test_a_title_of_ones_own_counts_at_google_too(config: Path) -> None:
    run(config, *GOOGLE, "--title", r"\bjob's talk\b")
    assert load(config).policy(NoTables()).any[0] == Rule(title=r"\bjob's talk\b")


def test_calendars_are_named_by_their_ids_each_once(config: Path) -> None:
    jobs = "c_1f@group.calendar.google.com"
    run(config, *GOOGLE, "--google-calendar", "primary", "--google-calendar", jobs, "--google-calendar", jobs)
    assert load(config).accounts[0].calendars[0].options()["calendars"] == ("primary", jobs)


def test_a_calendar_s_name_in_place_of_its_id_is_told(config: Path) -> None:
    result = run(config, *GOOGLE, "--google-calendar", "Interviews")
    assert result.exit_code == 2
    assert "--google-calendar: “Interviews” is not a calendar's id" in told(result)
    assert "“Integrate calendar”" in told(result)
    assert not config.exists()


def test_the_comments_tell_of_primary_and_where_an_id_stands(config: Path) -> None:
    run(config, *GOOGLE)
    text = config.read_text()
    assert "primary is your own" in text
    assert "“Integrate calendar”" in text
    assert max(len(line.replace(str(config.parent), "")) for line in text.splitlines()) <= 110


def test_a_config_for_google_is_for_the_user_alone_and_nothing_else_is_left(config: Path) -> None:
    run(config, *GOOGLE)
    assert config.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in config.parent.iterdir()] == ["config.yaml"]


def test_no_path_can_become_something_else_in_a_config_for_google(config: Path, home: Path) -> None:
    run(config, *GOOGLE, "--client-file", 'a: "b" #c.json')
    (account,) = load(config).accounts
    assert account.mailbox.sign_in_options()["client_file"] == home / 'a: "b" #c.json'


# --- which of the two ---


@pytest.mark.parametrize("address", ["Sam.Lee@Gmail.com", "sam@googlemail.com"])
def test_an_address_at_gmail_means_google(config: Path, address: str) -> None:
    assert (
        run(config, "--name", "Sam Lee", "--address", "sam@lee.example", "--address", address).exit_code == 0
    )
    assert is_google(config)


def test_paths_mean_files_of_this_machine_also_with_an_address_at_gmail(config: Path) -> None:
    assert run(config, *ALL, "--address", "sam.lee@gmail.com").exit_code == 0
    assert load(config).accounts[0].mailbox.provider == "local"


def test_the_option_overrules_the_address(config: Path) -> None:
    result = run(config, *GMAIL, "--provider", "local")
    assert result.exit_code == 2
    assert "Give also: --calendar, --mail" in result.output


@pytest.mark.parametrize("option", [("--client-file", "c.json"), ("--google-calendar", "primary")])
def test_an_option_for_google_means_google(config: Path, option: tuple[str, str]) -> None:
    assert run(config, "--name", "Sam Lee", "--address", "sam@lee.example", *option).exit_code == 0
    assert is_google(config)


def test_with_yes_it_is_google_where_nothing_says_otherwise(config: Path) -> None:
    assert run(config, "--name", "Sam Lee", "--address", "sam@lee.example", "--yes").exit_code == 0
    assert is_google(config)


def test_without_a_terminal_nobody_is_taken_to_google_unasked(config: Path) -> None:
    result = run(config, "--name", "Sam Lee", "--address", "sam@lee.example")
    assert result.exit_code == 2
    assert "--calendar, --mail (--provider google, microsoft or imap needs neither" in told(result)
    assert not config.exists()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--provider", "google", "--mail", "Mail"), ("--provider google", "--mail")),
        (
            ("--provider", "google", "--calendar", "c", "--mail", "m"),
            ("--provider google", "--calendar and --mail"),
        ),
        (("--provider", "local", "--client-file", "c.json"), ("--client-file", "--provider local")),
        (("--google-calendar", "primary", "--mail", "Mail"), ("--google-calendar", "--mail")),
    ],
)
def test_options_for_both_are_told_before_anything_is_asked(
    config: Path, options: tuple[str, ...], named: tuple[str, str]
) -> None:
    result = run(config, *options)
    assert result.exit_code == 2
    both = f"{named[0]} for Google, {named[1]} for files of this machine"
    assert f"these options do not go together: {both}. Nothing was written." in told(result)
    assert "Leave out the one or the other" in told(result)
    assert not config.exists()


# --- the client file ---


def test_a_client_file_that_is_there_is_taken(config: Path, home: Path) -> None:
    client_file(home / "mine.json")
    result = run(config, *GMAIL, "--client-file", "~/mine.json")
    assert result.exit_code == 0, result.output
    assert load(config).accounts[0].mailbox.sign_in_options()["client_file"] == home / "mine.json"


def test_a_web_client_is_told_at_once_and_nothing_is_written(config: Path, home: Path) -> None:
    client_file(home / "mine.json", "web")
    result = run(config, *GMAIL, "--client-file", "mine.json")
    assert result.exit_code == 2
    assert "--client-file: the client in" in told(result)
    assert "Make one of the type “Desktop app”" in told(result)
    assert not config.exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"installed": {"client_id": "1"}}'])
def test_a_broken_client_file_is_told_in_the_words_of_the_sign_in(
    config: Path, home: Path, content: str
) -> None:
    path = home / "mine.json"
    path.write_text(content)
    with pytest.raises(Refused) as refused:
        read_client(path)
    result = run(config, *GMAIL, "--client-file", str(path))
    assert result.exit_code == 2
    assert f"--client-file: {refused.value}" in told(result)
    assert not config.exists()


def test_a_broken_client_file_in_the_usual_place_is_told_too(config: Path) -> None:
    client_file(config.parent / "google-client.json", "web")
    result = run(config, *GMAIL, "--yes")
    assert result.exit_code == 2
    assert "“Desktop app”" in told(result)
    assert not config.exists()


def test_a_folder_is_no_client_file(config: Path) -> None:
    result = run(config, *GMAIL, "--client-file", "calendars")
    assert result.exit_code == 2
    assert "is a folder, and a file is needed here" in told(result)


# --- what to do next ---


def test_the_next_steps_begin_with_the_client_file_where_it_is_missing(config: Path) -> None:
    steps = run(config, *GMAIL).output.partition("Next:\n")[2].splitlines()
    assert "docs/google.md" in steps[0]
    assert str(config.parent / "google-client.json") in steps[0]
    commands = ["`followupd login personal`", "`followupd check`", "`followupd once --dry-run`"]
    for number, (step, command) in enumerate(zip(steps[1:4], commands, strict=True), 2):
        assert step.startswith(f"{number}. {command}")
    assert "credentials: {key_file: PATH}" in steps[4]


def test_the_next_steps_begin_with_the_sign_in_where_the_client_file_is_there(config: Path) -> None:
    client_file(config.parent / "google-client.json")
    output = run(config, *GMAIL).output
    assert "1. `followupd login personal`" in output
    assert "3. `followupd once --dry-run`" in output
    assert "save its file" not in output


def test_the_next_steps_of_files_say_nothing_of_a_sign_in(config: Path) -> None:
    output = run(config, *ALL).output
    assert "login" not in output
    assert "key_file" not in output


# --- at a terminal ---


@pytest.mark.usefixtures("terminal")
def test_at_a_terminal_google_is_the_usual_answer_and_no_path_is_asked_for(config: Path) -> None:
    result = run(config, answers="Sam Lee\nsam@lee.example\n" + "\n" * 8)
    assert result.exit_code == 0, result.output
    assert "Where are your calendar and mail? (google, microsoft, imap, local) [google]" in result.output
    assert f"(it may come later: press Enter) [{config.parent / 'google-client.json'}]" in result.output
    assert "Ids of your calendars, with spaces between [primary]" in result.output
    assert "Maildir" not in result.output
    assert is_google(config)


@pytest.mark.usefixtures("terminal")
def test_where_they_are_is_the_first_question_after_name_and_addresses(config: Path) -> None:
    output = run(config, answers="Sam Lee\nsam@lee.example\n" + "\n" * 8).output
    order = [
        output.index(word)
        for word in ("Your name", "Your addresses", "Where are", "Client file", "What titles")
    ]
    assert order == sorted(order)


@pytest.mark.usefixtures("terminal")
def test_at_a_terminal_an_address_at_gmail_answers_the_question(config: Path) -> None:
    result = run(config, answers="Sam Lee\nsam@gmail.com\n" + "\n" * 6)
    assert result.exit_code == 0, result.output
    assert "Where are your" not in result.output
    assert "Your calendar and mail are taken from Google." in result.output
    assert is_google(config)


@pytest.mark.usefixtures("terminal")
def test_at_a_terminal_wrong_answers_about_google_are_asked_again(config: Path, home: Path) -> None:
    client_file(home / "web.json", "web")
    client_file(home / "mine.json")
    words = ("--name", "Sam Lee", "--address", "sam@lee.example", "--no-sign-in")
    typed = (
        "exchange\nGoogle\nweb.json\nmine.json\nInterviews\nprimary, jobs@group.calendar.google.com\n"
        + "\n" * 4
    )
    result = run(config, *words, answers=typed)
    assert result.exit_code == 0, result.output
    assert "“exchange” is none of them" in result.output
    assert "“Desktop app”" in told(result)
    calendars = load(config).accounts[0].calendars[0].options()["calendars"]
    assert calendars == ("primary", "jobs@group.calendar.google.com")


@pytest.mark.usefixtures("terminal")
def test_at_a_terminal_yes_asks_only_for_name_and_addresses(config: Path) -> None:
    result = run(config, "--yes", answers="Sam Lee\nsam@lee.example\n")
    assert result.exit_code == 0, result.output
    assert "Where are" not in result.output
    assert is_google(config)
