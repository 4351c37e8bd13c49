"""Users for whom a daemon works: one with local files, one with an account at the simulated Google."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.credentials import Vault
from followupd.providers.google.grant import Grant, read_client, scopes
from tests.cycle.files import Files
from tests.cycle.google import CONFIG, ME, GoogleWorld
from tests.daemon.clock import PlayedClock
from tests.daemon.kit import Place
from tests.sim.google import GoogleSimulator


class Home(Files):
    """Local calendars and mail, the daemon's clock, and commands given beside it."""

    def __init__(self, folder: Path, *, at: str = "2026-03-04 08:00", **options: Any) -> None:
        super().__init__(folder, **options)
        clock = PlayedClock(folder, at)
        self.place = Place(folder, self.config, self.state, clock, self.accounts)

    def say(self, *words: str) -> str:
        """A command of the user, from another process than the daemon's; it must go well."""
        code, out = self.cli(*words, at=self.place.clock.now)
        assert code == 0, (words, out)
        return out

    def stages(self, kind: str = "thank_you") -> dict[str, str]:
        """Address → stage."""
        self.now = self.place.clock.now
        return {one["to"]: one["stage"] for one in self.letters(kind)}

    def drafted(self, account: str = "personal") -> list[str]:
        """To whom drafts lie there, twice where there are two."""
        return sorted(address for draft in self.drafts(account) for address in draft.to)


class GoogleHome(GoogleWorld):
    """An account at the simulated Google, whose clock goes with the daemon's."""

    def __init__(self, simulator: GoogleSimulator, folder: Path, *, config: str = CONFIG) -> None:
        super().__init__(simulator, folder, config=config)
        clock = PlayedClock(folder, "2026-03-04 08:00")
        self.place = Place(folder, self.config, self.state, clock, at=self.follow)
        self.follow(clock.now)

    def follow(self, at: str | datetime) -> None:
        """Google's clock is where the daemon's is; also in the Date of its answers."""
        moment = self.at(at)
        self.simulator.clock_skew = moment - datetime.now(UTC)

    def signed_in(self, account: str = "personal", user: str = ME) -> list[str]:
        """The sign-in lies there as `login` leaves it. Returns the tokens."""
        wanted = scopes(mail=True, calendar=True)
        given = self.simulator.sign_in(user, wanted)
        now = self.simulator.clock.now
        grant = Grant(
            client=read_client(self.folder / "google-client.json"),
            refresh_token=given["refresh_token"],
            access_token=given["access_token"],
            expires=now + timedelta(seconds=given["expires_in"]),
            scopes=wanted,
            email=user,
            signed_in=now,
        )
        Vault(self.state, self.folder / "key").of(f"{account}.google").write(grant.to_bytes())
        return [given["refresh_token"], given["access_token"]]

    def must_be_sound(self) -> None:
        assert self.simulator.violations == []
        assert self.simulator.journal.sends() == []


@contextlib.contextmanager
def disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A small disk of its own at a new folder."""
    if os.geteuid():
        pytest.skip("only root can mount a small disk")
    folder.mkdir()
    size = f"size={kilobytes}k,mode=0700"
    words = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)
