"""What a right config means."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from followupd.config import load
from followupd.core.model import Me, QuietRange, Rule
from tests.config.sample import RIGHT, NoTables, Write, changed, with_me


def test_five_lines_are_enough_and_the_rest_has_the_defaults_of_the_contract(
    write: Write, home: Path
) -> None:
    config = load(write(RIGHT))
    policy = config.policy(NoTables())
    assert policy.me == Me(name="Sam Lee", addresses=("sam@example.com",), zone="Europe/London")
    assert policy.any == (
        Rule(title=r"\binterview\b"),
        Rule(category="Interview"),
        Rule(hashtag="interview"),
        Rule(calendar="Interviews"),
    )
    assert policy.none == (Rule(title=r"\bmock\b"),)
    assert (policy.people.unaddressed, policy.people.at_most) == ("draft", 8)
    assert policy.thank_you.ready_after == timedelta(minutes=45)
    assert policy.thank_you.quiet_hours == (time(21), time(8))
    assert policy.nudges.wait == (5, 7)
    assert policy.nudges.quiet == (QuietRange((0, 12, 24), (0, 1, 1)),)
    assert (policy.letters.language, policy.letters.slot) == ("en", "mark")
    assert (policy.poll, policy.look_back) == (timedelta(minutes=5), timedelta(hours=48))
    assert config.notes_before == timedelta(minutes=30)
    assert config.notes_folder == home / ".local/state/followupd/notes"
    assert config.templates == home / ".config/followupd/templates"


def test_an_account_tells_its_providers_and_where_they_look(write: Write, home: Path) -> None:
    text = changed("Mail}", "~/Mail, folders: {drafts: Entwürfe, sent: Sent}}")
    (account,) = load(write(text.replace("calendars}", "calendars, calendars: [work]}"))).accounts
    (calendar,) = account.calendars
    assert (account.name, calendar.provider, calendar.path) == ("personal", "local", home / "calendars")
    assert calendar.calendars == ("work",)
    assert account.mailbox.path == home / "Mail"
    assert account.mailbox.folders == {"drafts": "Entwürfe", "sent": "Sent"}


def test_an_account_may_have_several_calendars(write: Write) -> None:
    one = "{provider: local, path: calendars}"
    (account,) = load(write(changed(one, f"[{one}, {{provider: local, path: Other}}]"))).accounts
    assert [calendar.path.name for calendar in account.calendars] == ["calendars", "Other"]


def test_a_relative_path_counts_from_the_config_and_not_from_where_one_stands(
    write: Write, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(RIGHT)
    monkeypatch.chdir("/")
    assert load(path).accounts[0].mailbox.path == home / "Mail"


def test_norway_is_a_country_and_not_a_no(write: Write) -> None:
    assert load(write(with_me("country: NO"))).policy(NoTables()).me.country == "NO"


def test_addresses_are_compared_in_lower_case(write: Write) -> None:
    config = load(write(changed("[sam@example.com]", "[Sam@Example.com, '*@LEE.example']")))
    assert config.policy(NoTables()).me.addresses == ("sam@example.com", "*@lee.example")


def test_the_machine_s_zone_counts_where_none_is_named(write: Write) -> None:
    config = load(write(changed("  timezone: Europe/London\n", "")))
    assert (config.zone, config.policy(NoTables()).me.zone) == ("Europe/Berlin", "Europe/Berlin")


def test_utc_may_be_chosen(write: Write) -> None:
    assert load(write(changed("Europe/London", "UTC"))).zone == "UTC"


def test_a_block_whose_options_are_all_commented_out_means_the_defaults(write: Write) -> None:
    config = load(write(RIGHT + "thank_you:\n  # ready_after: 1h\nnudges:\n"))
    assert config.policy(NoTables()).thank_you.ready_after == timedelta(minutes=45)


def test_an_anchor_may_be_used_twice(write: Write) -> None:
    rules = "people: {agencies: &all [agency.example], ignore: *all}\n"
    people = load(write(RIGHT + rules)).policy(NoTables()).people
    assert people.agencies == people.ignore == ("agency.example",)


def test_everything_that_can_be_said_reaches_the_core(write: Write) -> None:
    text = RIGHT + (
        "people: {recruiters: ['*@Talent.example'], mine: [pa@example.com], unaddressed: ask, at_most: 3}\n"
        "organisations: [{name: Acme, domains: [Acme.example], country: de, region: BY, language: de, "
        "route: recruiter}]\n"
        "thank_you: {ready_after: 1h 30m, late_after: 2d, quiet_hours: '22:00-07:30', at_most: 4}\n"
        "nudges: {wait: [4, 1 working day, 6 working days], at_most: 3, days: [thu, Monday], "
        "hours: '10:00-12:00', quiet: ['2026-12-24..2027-01-01']}\n"
        "letters: {language: pt-br, formality: formal, signature: 'S.', about_me: 'I sing.', slot: none}\n"
        "poll: 2m\nlook_back: 3d\n"
    )
    policy = load(write(text)).policy(NoTables())
    assert policy.people.recruiters == ("*@talent.example",)
    assert (policy.people.unaddressed, policy.people.at_most) == ("ask", 3)
    (acme,) = policy.organisations
    assert (acme.domains, acme.country, acme.region, acme.language, acme.route) == (
        ("acme.example",), "DE", "BY", "de", "recruiter",
    )  # fmt: skip
    assert policy.thank_you.ready_after == timedelta(minutes=90)
    assert policy.thank_you.quiet_hours == (time(22), time(7, 30))
    assert (policy.nudges.wait, policy.nudges.days) == ((4, 1, 6), (0, 3))
    assert policy.nudges.quiet == (QuietRange((2026, 12, 24), (2027, 1, 1)),)
    assert (policy.letters.language, policy.letters.formality, policy.letters.slot) == (
        "pt-BR",
        "formal",
        "none",
    )
    assert (policy.poll, policy.look_back) == (timedelta(minutes=2), timedelta(days=3))


def test_the_notes_lie_in_the_state_folder_that_is_used(write: Write, home: Path) -> None:
    assert load(write(RIGHT), home / "state").notes_folder == home / "state" / "notes"
    named = write(RIGHT + "notes: {folder: ~/my-notes, before: 1h}\n")
    assert load(named, home / "state").notes_folder == home / "my-notes"


def test_the_digest_follows_the_rules_about_events_and_nothing_else(write: Write) -> None:
    before = load(write(RIGHT)).digest
    assert load(write(RIGHT + "poll: 7m\nletters: {signature: S.}\n")).digest == before
    assert load(write(RIGHT + "interviews: {none: []}\n")).digest != before
    assert load(write(RIGHT + "people: {ignore: [bot@x.example]}\n")).digest != before
    assert load(write(changed("[sam@example.com]", "[sam@example.com, s@x.example]"))).digest != before


def test_others_may_read_the_file_because_no_secret_is_in_it(write: Write) -> None:
    path = write(RIGHT)
    path.chmod(0o644)
    assert load(path).source == path


def test_a_file_with_a_byte_order_mark_is_read(home: Path) -> None:
    path = home / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + RIGHT.encode())
    assert load(path).zone == "Europe/London"


CONTRACT = r"""
me:
  name: Sam Lee
  addresses: [sam@example.com, '*@lee.example']
  country: GB
  timezone: Europe/London
accounts:
  - name: offline
    calendar: {provider: local, path: ~/calendars}
    mailbox:  {provider: local, path: ~/Mail, folders: {drafts: Drafts, sent: Sent}}
interviews:
  any:
    - title: '\binterview\b'
    - category: Interview
    - hashtag: interview
    - calendar: Interviews
  none: [{title: '\bmock\b'}]
people: {agencies: [agency.example], recruiters: ['*@talent.example'], ignore: ['*@bots.example'], mine: [],
  unaddressed: draft, at_most: 8}
organisations: [{name: Acme, domains: [acme.example, acme.de], country: DE, language: en, route: direct}]
thank_you: {ready_after: 45m, remind_after: 20h, quiet_hours: "21:00-08:00", late_after: 48h,
  give_up_after: 7d, at_most: 25}
nudges: {wait: [5 working days, 7 working days], at_most: 2, days: [tue, wed, thu], hours: "09:00-11:00",
  quiet: ["12-24..01-01"]}
letters: {language: en, formality: neutral, signature: "", about_me: "", slot: mark,
  templates: ~/.config/followupd/templates}
notes: {folder: ~/.local/state/followupd/notes, before: 30m}
poll: 5m
look_back: 48h
"""


def test_the_config_of_the_contract_says_the_defaults(write: Write) -> None:
    said, usual = load(write(CONTRACT)), load(write(RIGHT))
    for block in ("interviews", "thank_you", "nudges", "letters", "poll", "look_back"):
        assert getattr(said.document, block) == getattr(usual.document, block), block
    assert (said.notes_folder, said.notes_before) == (usual.notes_folder, usual.notes_before)
    assert said.policy(NoTables()).people.agencies == ("agency.example",)
