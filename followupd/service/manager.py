"""The user's own systemd: whether it answers, and if not, why and what to do."""

from __future__ import annotations

import os
import pwd
from functools import cached_property
from pathlib import Path

from followupd.errors import FollowupdError, UsageError
from followupd.service.children import Ran, Runner

_SHOWN = (
    "LoadState", "ActiveState", "SubState", "StatusText", "ActiveEnterTimestamp", "InactiveEnterTimestamp",
    "MainPID", "NRestarts", "Result", "ExecMainCode", "ExecMainStatus", "NeedDaemonReload",
)  # fmt: skip
_WSL = (
    "in WSL systemd has to be switched on: put the two lines “[boot]” and “systemd=true” into /etc/wsl.conf, run "
    "`wsl.exe --shutdown`, open the shell again, and repeat this."
)
_NO_SYSTEMD = (
    "this machine was not started by systemd (a container, or another init), so no user service can run here. "
    "Let what starts your programs run `followupd run`: it stays in the foreground and ends on SIGTERM."
)
_NO_SESSION = (
    "your user has no systemd of its own running, as after su or sudo, or on a machine where you are not logged in. "
    "Run `sudo loginctl enable-linger {user}`, then repeat this; or log in as {user} itself and repeat it. "
    "(systemctl says: {words}.)"
)


class Manager:
    """`systemctl --user` and `loginctl`."""

    def __init__(self, runner: Runner, root: Path) -> None:
        self._run, self._root = runner, root

    @cached_property
    def user(self) -> str:
        return pwd.getpwuid(os.getuid()).pw_name

    @cached_property
    def _greeting(self) -> Ran:
        return self._run(["systemctl", "--user", "show", "--property=Version"])

    def answers(self) -> bool:
        return self._greeting.code == 0

    def trouble(self) -> str:
        """Why it does not answer and what to do; "" where it does."""
        if self.answers():
            return ""
        if not (self._root / "run/systemd/system").is_dir():
            return _WSL if self._is_wsl() else _NO_SYSTEMD
        return _NO_SESSION.format(user=self.user, words=self._greeting.words.rstrip("."))

    def must_answer(self) -> None:
        """Raises UsageError, saying what to do."""
        if trouble := self.trouble():
            raise UsageError(f"{trouble} Nothing was written.")

    def ask(self, *words: str) -> Ran:
        return self._run(["systemctl", "--user", *words])

    def must(self, *words: str) -> None:
        """Raises FollowupdError with what systemd says."""
        done = self.ask(*words)
        if done.code:
            raise FollowupdError(
                f"`systemctl --user {' '.join(words)}` failed: {done.words} The service does not run. "
                "Correct that, and repeat `followupd service install`."
            )

    def shown(self, unit: str) -> dict[str, str]:
        """What systemd knows of the unit; empty where it does not answer."""
        if not self.answers():
            return {}
        return _pairs(self.ask("show", unit, f"--property={','.join(_SHOWN)}"))

    def environment(self) -> dict[str, str]:
        """The variables that services get."""
        return _pairs(self.ask("show-environment"))

    def lingers(self) -> bool:
        """Whether the user's services run without a session."""
        words = ["loginctl", "show-user", self.user, "--property=Linger", "--value"]
        return self._run(words).out.strip() == "yes"

    def enable_linger(self) -> Ran:
        return self._run(["loginctl", "enable-linger"])

    def _is_wsl(self) -> bool:
        try:
            return "microsoft" in (self._root / "proc/sys/kernel/osrelease").read_text().lower()
        except OSError:
            return False


def _pairs(done: Ran) -> dict[str, str]:
    lines = (line.partition("=") for line in done.out.splitlines())
    return {name: value for name, equals, value in lines if equals}
