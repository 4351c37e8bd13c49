"""SIGHUP reads the config again. One that can't be used changes nothing, and is told."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.daemon.homes import Home
from tests.daemon.kit import Daemon

DUE = "2026-03-04 11:46"


def reload(daemon: Daemon) -> None:
    """Asks for it, and waits until systemd would know that it is over."""
    ready = len(daemon.notify.of("READY"))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.until(lambda: len(daemon.notify.of("READY")) > ready, "READY=1 after the reload")


def test_a_reload_is_told_as_systemd_wants_it(home: Home) -> None:
    daemon = home.place.ready()
    before = time.monotonic_ns() // 1000
    reload(daemon)
    (told,) = daemon.notify.of("RELOADING")
    assert told.pid == daemon.pid
    assert before <= int(told.fields["MONOTONIC_USEC"]) <= time.monotonic_ns() // 1000
    assert daemon.notify.told.index(told) < daemon.notify.told.index(daemon.notify.of("READY")[-1])
    daemon.stop()


def test_a_new_time_zone_holds_from_the_reload_on(home: Home) -> None:
    daemon = home.place.ready()
    home.config.write_text(home.config.read_text().replace("Europe/London", "Asia/Tokyo"))
    reload(daemon)
    daemon.until(lambda: home.status(at=home.place.clock.now)["zone"] == "Asia/Tokyo", "the new zone")
    daemon.says("20:45")
    daemon.step(DUE)
    assert home.drafted() == ["dana@acme.example"]
    assert daemon.pid == daemon.is_ready().pid
    daemon.stop()


def test_a_new_rule_is_seen_at_once(home: Home) -> None:
    home.event("2026-03-04 10:00", "2026-03-04 11:00", ["Kim Min-jun <kim@globex.example>"], title="A talk")
    daemon = home.place.ready()
    assert set(home.stages()) == {"dana@acme.example"}
    home.config.write_text(home.config.read_text().replace("interview\\b'", "(interview|talk)\\b'"))
    reload(daemon)
    daemon.until(lambda: len(home.stages()) == 2, "the letter that the new rule owes")
    daemon.stop()


def turn_into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BAD: dict[str, Callable[[Path], object]] = {
    "a key that there is not": lambda path: path.write_text(path.read_text() + "colour: green\n"),
    "no YAML": lambda path: path.write_text("me: {name: Sam Lee\n"),
    "empty": lambda path: path.write_text(""),
    "gone": Path.unlink,
    "a folder": turn_into_a_folder,
}


def test_a_bad_config_is_told_and_the_old_one_stays(home: Home) -> None:
    daemon = home.place.ready()
    good = home.config.read_text()
    for name, spoil in BAD.items():
        before = len(daemon.events)
        spoil(home.config)
        reload(daemon)
        told = [one for one in daemon.events[before:] if one["level"] in {"warning", "error"}]
        assert told, f"{name}: nothing was said of it"
        assert str(home.config) in daemon.said, name
        if home.config.is_dir():
            home.config.rmdir()
        home.config.write_text(good)
    daemon.step(DUE)
    assert home.drafted() == ["dana@acme.example"]
    before = len(daemon.events)
    reload(daemon)
    assert not [one for one in daemon.events[before:] if one["level"] in {"warning", "error"}]
    daemon.stop()


def test_a_config_that_never_ends_does_not_stop_the_watchdogs_owner_from_ending_it(home: Home) -> None:
    """A FIFO in the place of the config, as some password managers make them: nobody writes to it."""
    daemon = home.place.ready()
    home.config.unlink()
    os.mkfifo(home.config)
    daemon.process.send_signal(signal.SIGHUP)
    daemon.until(lambda: daemon.notify.of("RELOADING"), "the reload")
    daemon.stop()


def accounts(home: Home, *names: str) -> None:
    """Writes the config for these accounts alone; the addresses stay."""
    home.accounts = names
    home.write_config()
    text = re.sub(r"addresses: .*", "addresses: [sam@example.com, sam@work.example]", home.config.read_text())
    home.config.write_text(text, encoding="utf-8")
    home.place.accounts = names


def test_an_account_that_was_added_is_looked_at_and_one_that_was_removed_is_not(
    homes: Callable[..., Home],
) -> None:
    home = homes(accounts=("personal", "work"))
    home.event("2026-03-04 10:00", "2026-03-04 11:00")
    home.event(
        "2026-03-04 10:00",
        "2026-03-04 11:00",
        ["Łukasz Żółć <lukasz@globex.example>"],
        account="work",
        with_me="sam@work.example",
    )
    accounts(home, "personal")
    daemon = home.place.ready()
    accounts(home, "personal", "work")
    reload(daemon)
    daemon.has_looked("2026-03-04 08:00", ["work"])
    accounts(home, "work")
    reload(daemon)
    daemon.step("2026-03-04 09:00")
    assert daemon.looked_at("personal").hour == 8
    daemon.step(DUE)
    assert home.drafts("personal") == []
    assert [draft.to for draft in home.drafts("work")] == [["lukasz@globex.example"]]
    daemon.stop()
