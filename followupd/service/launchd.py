"""The agent of launchd: written to ~/Library/LaunchAgents, run while the user is logged in on the Mac.

Source: launchd.plist(5), launchctl(1). launchd knows no exit codes that end it for good: after an error it
starts the agent again, once a minute, also when only the user can help.
"""

from __future__ import annotations

import os
import plistlib
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from followupd.database import private_folder
from followupd.errors import FollowupdError, UsageError
from followupd.service import written
from followupd.service.children import Ran, Runner, run
from followupd.service.contract import Standing
from followupd.service.installation import Installation, installation, left_in_the_shell
from followupd.service.written import OPEN_SEAL, Found

LABEL = "followupd"
_TRIES = 10  # a bootstrap fails while the agent before is still ending, which may take ExitTimeOut
_PAUSE = 2.0  # seconds
_ADVICE = "To have followupd's own file:"
_SEAL = f"<!-- followupd wrote this; {OPEN_SEAL} -->"


class Launchd:
    """The agent, for one config and one state folder."""

    def __init__(
        self, config: Path, state: Path, runner: Runner = run, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._config, self._state = config, state
        self._run, self._pause = runner, pause
        self._domain = f"gui/{os.getuid()}"
        self.path = Path.home() / "Library/LaunchAgents" / f"{LABEL}.plist"
        self.log = Path.home() / "Library/Logs/followupd/followupd.log"

    def files(self) -> dict[Path, str]:
        return {self.path: plist(self._installation(), self.log)}

    def commands(self) -> list[list[str]]:
        return [
            ["launchctl", "enable", self._agent],
            ["launchctl", "bootstrap", self._domain, str(self.path)],
        ]

    def install(self, *, force: bool) -> list[str]:
        here = self._installation()
        wanted = plist(here, self.log)
        found = written.look(self.path, wanted)
        if found is Found.EDITED and not force:
            raise UsageError(written.edited_by_hand(self.path, wanted, _ADVICE))
        if found is Found.OURS and self._is_running():
            return [f"{self.path} is as it should be, and the service runs.", *_hints()]
        private_folder(self._state)
        private_folder(self.log.parent)
        told = written.put(self.path, wanted, found)
        self._end_the_old_one()
        self._start()
        return [*told, "The service runs now, and starts when you log in.", *_hints()]

    def uninstall(self) -> list[str]:
        told = []
        if self._shown().code == 0:
            self._end_the_old_one()
            told.append("The service was stopped.")
        told += written.take_away(self.path)
        return told or ["There was no service to remove."]

    def linger(self) -> list[str]:
        raise UsageError(
            "--linger is for Linux. On a Mac the service runs while you are logged in, also with the screen locked."
        )

    def stands(self) -> Standing:
        wanted = []
        with suppress(FollowupdError):  # without a config nobody can say
            wanted = list(self.files().values())
        found, shown = written.look(self.path, *wanted), self._shown()
        is_there = found is not Found.NOTHING
        return Standing(
            installed=is_there or shown.code == 0,
            edited=found is Found.EDITED,
            outdated=found is Found.OLDER and bool(wanted),
            running=shown.code == 0 and _value(shown.out, "state") == "running",
            text=_in_words(shown, is_there=is_there),
        )

    def logs_command(self, lines: int, *, follow: bool) -> list[str]:
        return ["tail", "-n", str(lines), *(["-F"] if follow else []), str(self.log)]

    # The steps.

    @property
    def _agent(self) -> str:
        return f"{self._domain}/{LABEL}"

    def _installation(self) -> Installation:
        return installation(self._config, self._state)

    def _shown(self) -> Ran:
        return self._run(["launchctl", "print", self._agent])

    def _is_running(self) -> bool:
        return _value(self._shown().out, "state") == "running"

    def _end_the_old_one(self) -> None:
        """`bootout` returns before the agent has gone."""
        if self._shown().code == 0:
            self._run(["launchctl", "bootout", self._agent])
        for _ in range(_TRIES):
            if self._shown().code:
                return
            self._pause(_PAUSE)

    def _start(self) -> None:
        for command in self.commands():
            done = self._run(command)
            if done.code:
                raise FollowupdError(
                    f"the service is installed and did not start: `{' '.join(command)}` says: {done.words}. Log in "
                    "on the Mac's own screen (not only over ssh), and repeat `followupd service install`."
                )


def plist(found: Installation, log: Path) -> str:
    """The agent's file, sealed. Raises UsageError for a path that XML can't hold."""
    words = (*found.command, *(value for _, value in found.environment), str(log))
    for word in words:
        if not word.isprintable() or any("\ud800" <= char <= "\udfff" for char in word):
            raise UsageError(
                f"{word!r} holds a line break or another character that a plist can't hold. Rename it, or name "
                "another place. Nothing was written."
            )
    content: dict[str, object] = {
        "Label": LABEL,
        "ProgramArguments": list(found.command),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 60,  # seconds between two starts
        "ExitTimeOut": 15,  # seconds after SIGTERM
        "ProcessType": "Background",
        "Umask": 0o077,
        "StandardErrorPath": str(log),
    }
    if found.environment:
        content["EnvironmentVariables"] = dict(found.environment)
    text = plistlib.dumps(content, sort_keys=False).decode()
    return written.sealed(text.replace("<plist ", f"{_SEAL}\n<plist ", 1))


def _hints() -> list[str]:
    told = ["How it stands: followupd service status", "What it tells: followupd service logs"]
    if names := left_in_the_shell({}):
        told.append(
            f"Your shell sets {', '.join(names)}, and the service does not have that. If it is needed: "
            "launchctl setenv NAME VALUE, after each start of the Mac, and followupd service install again."
        )
    return told


def _in_words(shown: Ran, *, is_there: bool) -> str:
    if shown.code:
        return f"{'installed, not loaded' if is_there else 'not installed'}. `followupd service install` does that."
    code = _value(shown.out, "last exit code")
    ended = f" It last ended with {code}; launchd starts it again within a minute." if code.isdigit() else ""
    if _value(shown.out, "state") == "running":
        return f"running, process {_value(shown.out, 'pid')}."
    needs_user = " `followupd check` says why." if code in {"77", "78"} else ""
    return f"installed, not running.{ended}{needs_user}"


def _value(shown: str, name: str) -> str:
    """One line of `launchctl print`: "state = running"."""
    found = re.search(rf"^\s*{name} = (\S+)", shown, re.MULTILINE)
    return found[1] if found else ""
