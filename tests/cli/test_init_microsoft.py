"""`followupd init` for Outlook: what it asks, the config that it writes, and one that it finds and changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from followupd.cli import reading
from followupd.config import Config, load
from followupd.core.model import Rule
from followupd.providers.microsoft import client
from followupd.reference import WorldReference
from tests.cli.init_kit import FakeService, Typing, sit_down, typed
from tests.cycle.files import Files
from tests.cycle.microsoft import DANA, ME, MicrosoftWorld
from tests.sim.microsoft import MicrosoftSimulator

CLIENT = "5a1c0de0-0000-4000-8000-00000000c11e"
OTHER = "00be0000-0000-4000-8000-00000000c11e"
SAM = ("--name", "Sam Lee", "--address", "sam@lee.example")
OUTLOOK = (*SAM, "--provider", "microsoft")
PUBLIC = {
    "authority": "https://login.microsoftonline.com/common",
    "graph_root": "https://graph.microsoft.com/v1.0",
}


@pytest.fixture
def world(tmp_path: Path) -> Files:
    """A machine in London without a config."""
    world = Files(tmp_path)
    world.config.unlink()
    return world


def run(world: Files, *words: str) -> Result:
    """`init` without a terminal."""
    return typed(world, "", *words)


def written(world: Files, *words: str) -> Config:
    result = run(world, *words)
    assert result.exit_code == 0, result.output
    return load(world.config)


def told(result: Result) -> str:
    """All that was said, in one line."""
    return " ".join(result.output.split())


def providers(config: Config) -> list[str]:
    (account,) = config.accounts
    return [block.provider for block in (*account.calendars, account.mailbox)]


def microsoft(config: Config) -> dict[str, object]:
    """What both blocks say together."""
    (account,) = config.accounts
    (calendar,) = account.calendars
    assert providers(config) == ["microsoft", "microsoft"]
    assert calendar.sign_in_options() == account.mailbox.sign_in_options()
    return dict(account.mailbox.sign_in_options())


def calendars(config: Config) -> object:
    return config.accounts[0].calendars[0].options()["calendars"]


# --- what is written ----------------------------------------------------------------------------


def test_both_blocks_are_written_and_load(world: Files) -> None:
    config = written(world, *OUTLOOK, "--client-id", CLIENT.upper())
    assert microsoft(config) == {"client_id": CLIENT, **PUBLIC}
    assert calendars(config) == ("primary",)


def test_the_tag_of_outlook_is_a_category_and_the_config_says_so(world: Files) -> None:
    config = written(world, *OUTLOOK, "--title", r"\bchat\b")
    assert config.policy(WorldReference()).any == (
        Rule(category="Interview"),
        Rule(title=r"\bchat\b"),
        Rule(hashtag="interview"),
        Rule(calendar="Interviews"),
    )
    assert "the category “Interview”" in world.config.read_text()
    assert max(map(len, world.config.read_text().splitlines())) <= 110


def test_a_client_id_may_come_later_and_has_its_place_in_both_blocks(world: Files) -> None:
    result = run(world, *OUTLOOK)
    assert microsoft(load(world.config))["client_id"] == ""
    assert "1. Register a client as docs/microsoft.md shows" in result.output
    text = world.config.read_text()
    assert text.count("#client_id:") == 2
    world.config.write_text(text.replace("#client_id:", "client_id:"))
    assert microsoft(load(world.config))["client_id"] == "00000000-0000-0000-0000-000000000000"


def test_another_cloud_is_named_in_both_blocks(world: Files) -> None:
    ends = ("--authority", "https://login.microsoftonline.us/organizations")
    config = written(world, *SAM, *ends, "--graph-root", "https://graph.microsoft.us/v1.0")
    assert microsoft(config) == {
        "client_id": "",
        "authority": "https://login.microsoftonline.us/organizations/",
        "graph_root": "https://graph.microsoft.us/v1.0/",
    }


def test_calendars_are_named_as_in_outlook_each_once(world: Files) -> None:
    names = ("primary", "Job interviews", 'Sam, "private"', "Job interviews")
    options = [word for name in names for word in ("--microsoft-calendar", name)]
    assert calendars(written(world, *SAM, *options)) == ("primary", "Job interviews", 'Sam, "private"')


@pytest.mark.parametrize("names", [["primary"], ["a b", "c, d", 'e"f"', '"g"', ",", " h "], []])
def test_names_with_commas_and_quotes_come_back_as_they_were(names: list[str]) -> None:
    expected = [name.strip() for name in names]
    assert reading.names(reading.listed(names)) == expected


def test_no_answer_can_become_something_else_in_the_file(world: Files) -> None:
    odd = 'x: "y" #z {q}'
    assert calendars(written(world, *SAM, "--microsoft-calendar", odd)) == (odd,)


@pytest.mark.parametrize(
    ("option", "value", "what"),
    [
        ("--client-id", "my drafts", "is not an Application (client) ID: that has 36 characters"),
        ("--client-id", f"{{{CLIENT}}}", "is not an Application (client) ID"),
        ("--microsoft-calendar", "a\tb", "must be one line"),
        ("--authority", "http://login.example/common", "is not encrypted"),
        ("--graph-root", "graph", "is not the address of a service"),
    ],
)
def test_a_wrong_answer_is_told_by_its_option_and_nothing_is_written(
    world: Files, option: str, value: str, what: str
) -> None:
    result = run(world, *SAM, option, value)
    assert result.exit_code == 2
    assert f"{option}: " in told(result)
    assert what in told(result)
    assert not world.config.exists()


# --- who is meant -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "Sam.Lee@Outlook.com", "sam@hotmail.com", "sam@live.com", "sam@msn.com", "sam@windowslive.com",
        "sam@hotmail.co.uk", "sam@outlook.de", "sam@live.nl", "sam@outlook.com.au",
    ],
)  # fmt: skip
def test_an_address_that_microsoft_gives_out_means_microsoft(world: Files, address: str) -> None:
    assert providers(written(world, *SAM, "--address", address)) == ["microsoft", "microsoft"]


@pytest.mark.parametrize(
    "domain", ["notoutlook.com", "outlook.example", "outlook.com.example", "mail.msn.com"]
)
def test_an_address_that_only_looks_like_it_does_not(world: Files, domain: str) -> None:
    result = run(world, "--name", "Sam Lee", "--address", f"sam@{domain}")
    assert result.exit_code == 2
    assert "--provider google, microsoft or imap needs neither --calendar nor --mail" in told(result)


@pytest.mark.parametrize(
    "option",
    [
        ("--client-id", CLIENT),
        ("--microsoft-calendar", "primary"),
        ("--authority", "https://login.microsoftonline.com/consumers"),
        ("--graph-root", "https://graph.example/v1.0"),
    ],
)
def test_an_option_for_microsoft_means_microsoft_also_with_an_address_at_gmail(
    world: Files, option: tuple[str, str]
) -> None:
    config = written(world, *SAM, "--address", "sam@gmail.com", *option)
    assert providers(config) == ["microsoft", "microsoft"]


def test_options_of_several_providers_are_told_together(world: Files) -> None:
    result = run(world, *SAM, "--client-id", CLIENT, "--client-file", "c.json", "--mail", "Mail")
    assert result.exit_code == 2
    assert (
        "these options do not go together: --client-file for Google, --client-id for Microsoft, --mail for files of "
        "this machine. Nothing was written." in told(result)
    )
    assert not world.config.exists()


def test_of_two_providers_that_gave_out_an_address_the_first_counts_where_nobody_can_be_asked(
    world: Files,
) -> None:
    both = ("--name", "Sam Lee", "--address", "sam@live.nl", "--address", "sam@gmail.com")
    assert providers(written(world, *both)) == ["microsoft", "microsoft"]


# --- at a terminal ------------------------------------------------------------------------------


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """Somebody sits at the terminal."""
    return sit_down(monkeypatch)


@pytest.mark.usefixtures("service")
def test_it_asks_for_client_and_calendars_and_tells_of_the_category(world: Files) -> None:
    answers = f"Sam Lee\nsam@hotmail.co.uk\nmy app\n{CLIENT}\nprimary, Job interviews\n" + "\n" * 4
    result = typed(world, answers, "--no-sign-in")
    assert result.exit_code == 0, result.output
    assert "Your calendar and mail are taken from Microsoft. (From elsewhere: init --provider google" in told(
        result
    )
    assert "Maildir" not in result.output
    assert "“my app” is not an Application (client) ID" in told(result)
    assert "Names of your calendars in Outlook, with commas between [primary]" in result.output
    assert "give your interviews the category “Interview”" in told(result)
    assert "Drafts will appear in Outlook." in result.output
    assert "1. `followupd login personal`" in result.output
    config = load(world.config)
    assert microsoft(config)["client_id"] == CLIENT
    assert calendars(config) == ("primary", "Job interviews")


@pytest.mark.usefixtures("service")
def test_with_addresses_of_both_it_asks_which(world: Files) -> None:
    result = typed(world, "Sam Lee\nsam@live.nl sam@gmail.com\nGoogle\n" + "\n" * 7, "--no-sign-in")
    assert result.exit_code == 0, result.output
    assert "Where are your calendar and mail? (google, microsoft, imap, local) [microsoft]" in result.output
    assert providers(load(world.config)) == ["google", "google"]


@pytest.mark.usefixtures("service")
def test_a_client_that_the_program_brings_is_offered_and_needs_no_registration(
    world: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "DISTRIBUTED_CLIENT_ID", OTHER)
    result = typed(world, "Sam Lee\nsam@live.nl\n" + "\n" * 7, "--no-sign-in")
    assert result.exit_code == 0, result.output
    assert "Application (client) ID of your own (Enter takes followupd's)" in result.output
    assert "Register a client" not in result.output
    assert microsoft(load(world.config))["client_id"] == ""


# --- a config that is there ---------------------------------------------------------------------

THERE = """\
me: {{name: Sam Lee, addresses: [sam@outlook.com], country: GB, timezone: Europe/London}}
accounts:
  - name: jobs    # mine
    calendar:
      provider: {calendar}
      # the shared one too
      calendars: {calendars}
    mailbox: {{{mailbox}}}    # no other
# the end
"""
BOTH = {
    "calendar": f"microsoft\n      client_id: {CLIENT}",
    "calendars": "[primary, 'Jobs, shared']",
    "mailbox": f"provider: microsoft, client_id: {CLIENT}",
}


def there(world: Files, **parts: str) -> bytes:
    world.config.write_text(THERE.format(**{**BOTH, **parts}), encoding="utf-8")
    load(world.config)
    return world.config.read_bytes()


def lines_that_changed(world: Files, before: bytes, *words: str) -> list[str]:
    result = run(world, "--yes", *words)
    assert result.exit_code == 0, result.output
    load(world.config)
    former = before.decode().splitlines()
    return [line.strip() for line in world.config.read_text().splitlines() if line not in former]


@pytest.mark.usefixtures("service")
def test_enter_alone_keeps_every_byte(world: Files) -> None:
    before = there(world)
    result = typed(world, "\n" * 12, "--no-sign-in")
    assert result.exit_code == 0, result.output
    assert f"[{CLIENT}]" in result.output
    assert '[primary, "Jobs, shared"]' in result.output
    assert world.config.read_bytes() == before


def test_another_client_is_written_into_both_blocks_and_comments_stay(world: Files) -> None:
    assert lines_that_changed(world, there(world), "--client-id", OTHER) == [
        f'client_id: "{OTHER}"',
        f'mailbox: {{provider: microsoft, client_id: "{OTHER}"}}    # no other',
    ]


def test_a_client_that_comes_later_is_put_into_both_blocks(world: Files) -> None:
    before = there(world, calendar="microsoft", mailbox="provider: microsoft")
    lines_that_changed(world, before, "--client-id", CLIENT)
    assert microsoft(load(world.config))["client_id"] == CLIENT


def test_a_calendar_more_changes_its_line_alone(world: Files) -> None:
    wanted = ("--microsoft-calendar", "primary", "--microsoft-calendar", "Jobs, shared")
    assert lines_that_changed(world, there(world), *wanted, "--microsoft-calendar", "Interviews") == [
        "calendars: [primary, 'Jobs, shared', Interviews]"
    ]


@pytest.mark.parametrize(
    "parts",
    [
        {"calendar": "google", "calendars": "[primary]"},
        {"mailbox": "provider: google"},
    ],
    ids=["google calendar", "gmail"],
)
@pytest.mark.usefixtures("service")
def test_an_account_of_two_sorts_is_not_asked_about_and_left_as_it_is(
    world: Files, parts: dict[str, str]
) -> None:
    before = there(world, **parts).decode().splitlines()
    result = typed(world, "Kim Min-jun\n" + "\n" * 6, "--no-sign-in")
    assert result.exit_code == 0, result.output
    assert "Where are your calendar" not in result.output
    (changed,) = [line for line in world.config.read_text().splitlines() if line not in before]
    assert changed.startswith("me: {name: Kim Min-jun,")


@pytest.mark.parametrize("parts", [{}, {"calendar": "google", "mailbox": "provider: google"}])
def test_an_account_moves_to_microsoft_and_back(world: Files, parts: dict[str, str]) -> None:
    there(world, calendars="[primary]", **parts)
    for name in ("google", "microsoft"):
        assert run(world, "--yes", "--provider", name).exit_code == 0
        assert providers(load(world.config)) == [name, name]
    assert world.config.read_text().endswith("# the end\n")


# --- from nothing to the proof ------------------------------------------------------------------

NOW = "2026-03-05T10:00:00+00:00"


@pytest.fixture
def outlook(tmp_path: Path) -> Iterator[MicrosoftWorld]:
    with MicrosoftSimulator() as simulator:
        world = MicrosoftWorld(simulator, tmp_path)
        world.config.unlink()
        (tmp_path / "key").unlink()
        world.at("2026-03-05T10:00")
        yield world
        assert simulator.violations == []
        assert simulator.journal.sends() == []


def at_terminal(world: MicrosoftWorld, *words: str) -> Typing:
    simulator = world.simulator
    places = {"HOME": str(world.folder), "XDG_CACHE_HOME": str(world.folder / "cache"), "TZ": "Europe/London"}
    # No keyring of the machine: the key is offered in a file.
    places["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    ends = ["--authority", simulator.authority, "--graph-root", simulator.graph_root]
    arguments = ["-c", str(world.config), "--state", str(world.state), "init", "--now", NOW, "--no-service"]
    return Typing([*arguments, *ends, *words], {**simulator.environment(), **places}, world.folder)


def test_from_nothing_to_the_proof_in_outlook(outlook: MicrosoftWorld) -> None:
    outlook.event(
        "2026-03-04T14:00",
        "2026-03-04T15:00",
        ((DANA, "Dana Reyes"),),
        title="Call",
        categories=["Interview"],
    )
    with at_terminal(outlook) as typing:
        typing.answer("Your name", "Sam Lee")
        typing.answer("Your addresses", ME)
        typing.answer("Application (client) ID", outlook.simulator.sign_in.client_id)
        for question in ("Names of your calendars", "Language of", "Your time zone", "Your country"):
            typing.answer(question)
        typing.answer("Sign in now, in your browser?")
        typing.answer("Key file")
        shown = typing.answer("What titles")
        assert "Interview: Wed 4 Mar 14:00, “Call”, with Dana Reyes" in shown
        typing.answer("What do you call acme.example in a letter? [Acme]")
        typing.answer("Wed 4 Mar, Acme, Dana Reyes", "later")
        typing.answer("Try it with a letter to yourself?")
        typing.expect("Seen: it is there.")
        (draft,) = outlook.drafts(ME)
        changed = outlook.mail.edit(draft.immutable_id, "Changed, on the phone.\n")
        typing.expect("Seen: you changed it.")
        outlook.mail.delete(changed)
        typing.expect("Seen: you deleted it.")
        assert typing.end() == 0
    assert microsoft(load(outlook.config))["client_id"] == outlook.simulator.sign_in.client_id
    assert (outlook.folder / "key").stat().st_mode & 0o777 == 0o600
    assert outlook.drafts() == []
