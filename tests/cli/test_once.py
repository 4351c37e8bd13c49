"""`followupd once`: what it prints and how it ends."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from followupd import cycle
from followupd.apply import Done
from followupd.cli.commands import followupd
from followupd.cycle import AccountReport
from followupd.errors import FollowupdError, Refused, SignInNeeded, Unavailable
from followupd.lock import cycle_lock
from followupd.providers.base import Problem
from tests.cli.kit import CONFIG, DUE, EARLY, data, lines, machine, run, talk


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with one interview in its calendar."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    machine(tmp_path)
    talk(tmp_path)
    return tmp_path


def drafts(home: Path) -> list[Path]:
    return [file for part in ("new", "cur") for file in (home / "Mail" / ".Drafts" / part).iterdir()]


def test_a_draft_is_told_as_json(home: Path) -> None:
    run(home, "once", now=EARLY)
    [account] = data(home, "once", now=DUE)["accounts"]
    assert (account["name"], account["ok"], account["error"]) == ("personal", True, None)
    [made] = [one for one in account["actions"] if one["action"] == "create_draft"]
    assert list(made) == ["action", "kind", "step", "to", "process", "reason", "message_id", "key"]
    assert (made["kind"], made["step"], made["to"]) == ("thank_you", 1, "dana@acme.example")
    assert made["message_id"] in drafts(home)[0].read_text()


def test_a_draft_is_told_in_words(home: Path) -> None:
    run(home, "once", now=EARLY)
    result = run(home, "once", now=DUE)
    assert result.exit_code == 0
    assert any(
        line.startswith("personal: put into Drafts a thank-you to dana@acme.example: ")
        for line in lines(result)
    )
    assert lines(run(home, "once", now=DUE)) == ["personal: nothing to do."]


def test_a_dry_run_does_nothing(home: Path) -> None:
    run(home, "once", now=EARLY)
    result = run(home, "once", "--dry-run", now=DUE)
    assert "personal: would put into Drafts a thank-you to dana@acme.example" in result.stdout
    assert drafts(home) == []


def test_a_dry_run_makes_no_state(home: Path) -> None:
    assert run(home, "once", "--dry-run", now=EARLY).exit_code == 0
    assert not (home / "state").exists()


def test_an_account_that_fails(home: Path) -> None:
    (home / "Mail").rename(home / "Elsewhere")
    (home / "Mail").mkdir()
    result = run(home, "once", now=EARLY)
    assert result.exit_code == 1
    assert result.stderr.startswith("personal: failed: ")
    [account] = data(home, "once", now=EARLY)["accounts"]
    assert account["ok"] is False
    assert account["error"]


def test_an_unknown_account(home: Path) -> None:
    result = run(home, "once", "--account", "wrok", now=EARLY)
    assert result.exit_code == 2
    assert "Known: personal." in result.stderr
    assert not (home / "state").exists()


def test_no_config(tmp_path: Path) -> None:
    result = run(tmp_path, "once")
    assert result.exit_code == 78
    assert "followupd init" in result.stderr


def test_a_state_that_is_no_folder(home: Path) -> None:
    (home / "state").touch()
    assert run(home, "once", now=EARLY).exit_code == 74


def test_another_one_is_at_work(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycle, "once", partial(cycle.once, wait=0.05))
    with cycle_lock(home / "state", "followupd run", 0):
        result = run(home, "once", now=EARLY)
    assert result.exit_code == 75
    assert "followupd run" in result.stderr


SIGN_IN = SignInNeeded("Sign in again.")


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([None, None], 0),
        ([None, SIGN_IN], 1),
        ([SIGN_IN, SIGN_IN], 77),
        ([SIGN_IN, Unavailable("later")], 1),
        ([Refused("no"), None], 1),
    ],
)
def test_how_it_ends(
    home: Path, monkeypatch: pytest.MonkeyPatch, errors: list[FollowupdError | None], code: int
) -> None:
    reports = [AccountReport(f"a{i}", error is None, error) for i, error in enumerate(errors)]
    monkeypatch.setattr(cycle, "once", lambda *_, **__: reports)
    assert run(home, "once").exit_code == code


def test_only_the_accounts_asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def once(*_: object, only: object, dry_run: bool) -> list[AccountReport]:
        asked.extend((only, dry_run))
        return []

    monkeypatch.setattr(cycle, "once", once)
    run(home, "once", "--account", "personal")
    assert asked == [frozenset({"personal"}), False]


def test_what_could_not_be_read_is_told_and_is_no_failure(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = AccountReport("personal", problems=[Problem("a.ics", "it has no end")])
    monkeypatch.setattr(cycle, "once", lambda *_, **__: [report])
    result = run(home, "once")
    assert result.exit_code == 0
    assert "personal: left out a.ics: it has no end" in result.stdout


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_action_has_words(home: Path, monkeypatch: pytest.MonkeyPatch, dry_run: bool) -> None:
    report = AccountReport(
        "personal", actions=[Done("ask", "Who was it?"), Done("advance", "met", kind="nudge")]
    )
    monkeypatch.setattr(cycle, "once", lambda *_, **__: [report])
    told = lines(run(home, "once", *(["--dry-run"] if dry_run else [])))
    verbs = ("would ask", "would note") if dry_run else ("asks", "noted")
    assert told == [
        f"personal: {verbs[0]}: Who was it?",
        f"personal: {verbs[1]} a nudge to somebody without an address: met",
    ]


def test_config_and_state_by_their_usual_places(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "xdg"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "xdg-state"))
    monkeypatch.setattr("sys.platform", "linux")
    (home / "xdg" / "followupd").mkdir(parents=True)
    text = CONFIG.replace("calendars}", f"{home}/calendars}}").replace("Mail}", f"{home}/Mail}}")
    (home / "xdg" / "followupd" / "config.yaml").write_text(text)
    result = CliRunner().invoke(followupd, ["once", "--now", EARLY])
    assert result.exit_code == 0, result.output
    assert (home / "xdg-state" / "followupd" / "followupd.db").exists()
