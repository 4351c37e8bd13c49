"""`check` and `uninstall` for an account in Outlook, and for one of two sorts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from followupd.cli.commands import followupd
from followupd.credentials import Vault
from followupd.providers.microsoft import client
from followupd.service import Standing
from tests.cycle.microsoft import ME, MicrosoftWorld
from tests.sim.microsoft import MicrosoftSimulator

NOW = "2026-03-05T10:00:00+00:00"
CLIENT = "5a1c0de0-0000-4000-8000-00000000c11e"
PAGE = "https://account.live.com/consent/Manage"


class NoService:
    """A machine on which followupd was never installed."""

    def uninstall(self) -> list[str]:
        return ["No service was there."]

    def stands(self) -> Standing:
        return Standing(installed=False, edited=False, outdated=False, running=False, text="Not installed.")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MicrosoftWorld]:
    monkeypatch.setattr("followupd.service.service", lambda config, state: NoService())
    with MicrosoftSimulator() as simulator:
        world = MicrosoftWorld(simulator, tmp_path)
        world.at("2026-03-05T10:00")
        yield world
        assert simulator.violations == []
        assert simulator.journal.sends() == []


def run(world: MicrosoftWorld, *words: str) -> Result:
    arguments = ["-c", str(world.config), "--state", str(world.state), *words, "--now", NOW]
    return CliRunner(env=world.environment()).invoke(followupd, arguments)


def lines(result: Result, about: str) -> list[str]:
    return [line for line in result.output.splitlines() if f" {about} of " in line]


# --- check --------------------------------------------------------------------------------------


def test_before_a_sign_in_it_says_whose_client_is_used_and_what_to_do(world: MicrosoftWorld) -> None:
    result = run(world, "check")
    assert result.exit_code == 77, result.output
    assert lines(result, "sign_in") == [
        "problem  sign_in of personal: this account is not signed in to Microsoft. Run `followupd login personal`.",
        f"ok       sign_in of personal: its client at Microsoft is your own: {CLIENT}.",
    ]
    assert lines(result, "mailbox") == []


def test_a_client_that_is_missing_and_one_that_the_program_brings_are_told(
    world: MicrosoftWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.config.write_text(world.config.read_text().replace(f"client_id: {CLIENT}, ", ""))
    (line,) = lines(run(world, "check"), "sign_in")
    assert line.startswith("problem  sign_in of personal: there is no client id for Microsoft.")
    monkeypatch.setattr(client, "DISTRIBUTED_CLIENT_ID", CLIENT)
    assert lines(run(world, "check"), "sign_in")[1] == (
        "ok       sign_in of personal: its client at Microsoft is the one that this followupd brings."
    )


def test_a_good_sign_in_is_told_with_outlook_by_its_name(world: MicrosoftWorld) -> None:
    world.signed_in()
    world.event("2026-03-04T14:00", "2026-03-04T15:00")
    result = run(world, "check")
    told = "\n".join(lines(result, "sign_in"))
    assert "problem" not in told
    assert f"signed in to Microsoft as {ME}" in told
    assert f"your own ({CLIENT})" in told
    assert lines(result, "calendar") == [
        "ok       calendar of personal: Outlook calendar (primary): 1 event (1 interview) in the last four weeks, "
        "0 events (0 interviews) in the next four."
    ]
    assert lines(result, "mailbox") == ["ok       mailbox of personal: drafts will be put into Outlook."]


def test_of_an_account_of_two_sorts_each_side_is_told(world: MicrosoftWorld) -> None:
    folder = world.folder / "calendars"
    folder.mkdir()
    text = world.config.read_text()
    world.config.write_text(re.sub("calendar: {.*}", f"calendar: {{provider: local, path: {folder}}}", text))
    world.signed_in()
    result = run(world, "check")
    assert f"calendar of personal: {folder}: 0 events" in result.output
    assert lines(result, "mailbox") == ["ok       mailbox of personal: drafts will be put into Outlook."]
    assert "Read your calendars" not in result.output


# --- uninstall ----------------------------------------------------------------------------------


def test_a_sign_in_goes_and_the_page_for_the_consent_is_named(world: MicrosoftWorld) -> None:
    world.signed_in()
    told = run(world, "uninstall", "--dry-run").output
    assert "Would remove the sign-in personal.microsoft, and name the page where Microsoft's consent" in told
    result = run(world, "uninstall", "--yes")
    assert result.exit_code == 0, result.output  # Microsoft can't be told by a program: nothing has failed
    assert "personal is signed out. Microsoft lets no program take its consent back" in result.output
    assert PAGE in result.output
    assert not world.state.exists()


def test_one_that_the_config_does_not_name_goes_too(world: MicrosoftWorld) -> None:
    world.signed_in()
    world.config.write_text(world.config.read_text().replace("name: personal", "name: private"))
    result = run(world, "uninstall", "--yes")
    assert result.exit_code == 0, result.output
    assert "personal is signed out. Microsoft" in result.output
    assert not world.state.exists()


def test_what_is_left_at_a_provider_that_the_account_has_moved_away_from_goes_too(
    world: MicrosoftWorld,
) -> None:
    world.signed_in()
    Vault(world.state, world.folder / "key").write("personal.google", b"{}")
    result = run(world, "uninstall", "--yes")
    assert result.exit_code == 1  # nobody can tell Google by a sign-in that can't be understood
    assert "https://myaccount.google.com/permissions" in result.output
    assert "personal is signed out. Microsoft" in result.output
    assert not world.state.exists()
