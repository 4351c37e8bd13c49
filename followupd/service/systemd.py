"""The user service of systemd: written to ~/.config/systemd/user, run by `systemd --user`."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from followupd.database import private_folder
from followupd.errors import FollowupdError, UsageError
from followupd.service import written
from followupd.service.children import Ran, Runner, run
from followupd.service.contract import Standing
from followupd.service.installation import Installation, installation, left_in_the_shell
from followupd.service.manager import Manager
from followupd.service.standing import in_words, last_end
from followupd.service.units import system_unit, user_unit
from followupd.service.written import Found

UNIT = "followupd.service"
# systemd.exec(5), "Process Exit Codes": USER, CAPABILITIES, NAMESPACE.
_NO_NAMESPACES = frozenset({"217", "218", "226"})
_ADVICE = "Keep changes of your own in a drop-in (systemctl --user edit followupd); then let followupd write its file:"
_LESS_CONFINED = (
    "This system gives the services of its users no namespaces (Ubuntu since 23.10, for one), so what needs them "
    "was left out: the service may do to your files what you may. The rest of its limits hold; docs/service.md "
    "tells how to have them all."
)


class Systemd:
    """followupd.service, for one config and one state folder."""

    def __init__(self, config: Path, state: Path, runner: Runner = run, root: Path = Path("/")) -> None:
        self._config, self._state = config, state
        self._manager = Manager(runner, root)
        self.path = Path.home() / ".config/systemd/user" / UNIT

    def files(self) -> dict[Path, str]:
        return {self.path: user_unit(self._installation())}

    def system_files(self) -> dict[Path, str]:
        """The template unit for a machine without a desktop, which root has to put there."""
        return {Path("/etc/systemd/system/followupd@.service"): system_unit(self._installation())}

    def commands(self) -> list[list[str]]:
        return [
            ["systemctl", "--user", "daemon-reload"],
            ["systemctl", "--user", "enable", UNIT],
            ["systemctl", "--user", "restart", UNIT],
        ]

    def install(self, *, force: bool) -> list[str]:
        here = self._installation()
        wanted = self._wanted(here, again=force)
        found = written.look(self.path, wanted)
        if found is Found.EDITED and not force:
            raise UsageError(written.edited_by_hand(self.path, wanted, _ADVICE))
        self._manager.must_answer()
        _make_folders(here, self._state)
        told = self._put(wanted, found)
        told += self._started(here, wanted, is_new=found is not Found.OURS)
        return [*told, *self._hints()]

    def uninstall(self) -> list[str]:
        told = []
        if self._manager.answers() and self._is_known():
            # A unit that was removed by hand can't be disabled, but it may still run.
            self._manager.ask("disable", "--now", UNIT)
            self._manager.ask("stop", UNIT)
            told.append("The service was stopped.")
        told += written.take_away(self.path)
        # What `disable` does; it was not asked where no user manager answers.
        written.remove(self.path.parent / "default.target.wants" / UNIT)
        if self._manager.answers():
            self._manager.ask("daemon-reload")
            self._manager.ask("reset-failed", UNIT)
        if drop_ins := sorted(self.path.with_name(f"{UNIT}.d").glob("*.conf")):
            told.append(f"Drop-ins of yours were left: {', '.join(map(str, drop_ins))}")
        return told or ["There was no service to remove."]

    def linger(self) -> list[str]:
        done = self._manager.enable_linger()
        if done.code:
            user = self._manager.user
            raise UsageError(
                f"lingering could not be switched on: {done.words}. Ask for it with the right to: "
                f"sudo loginctl enable-linger {user}"
            )
        return ["It now runs also while you are not logged in. To undo that: loginctl disable-linger"]

    def stands(self) -> Standing:
        shown = self._manager.shown(UNIT)
        wanted = self._wanted_or_none()
        found = written.look(self.path, *wanted)
        is_there = found is not Found.NOTHING
        return Standing(
            installed=is_there or shown.get("LoadState") == "loaded",
            edited=found is Found.EDITED,
            outdated=found is Found.OLDER and bool(wanted),
            running=shown.get("ActiveState") in {"active", "reloading"},
            text=in_words(shown, is_there=is_there, trouble=self._manager.trouble()),
        )

    def logs_command(self, lines: int, *, follow: bool) -> list[str]:
        words = ["journalctl", "--user", f"--unit={UNIT}", f"--lines={lines}"]
        return [*words, "--follow"] if follow else words

    # The steps.

    def _installation(self) -> Installation:
        return installation(self._config, self._state)

    def _wanted(self, here: Installation, *, again: bool) -> str:
        """The unit with all its limits, or the lesser one where that has had to do (and not `again`)."""
        lesser = user_unit(here, namespaces=False)
        is_kept = not again and written.look(self.path, lesser) is Found.OURS
        return lesser if is_kept else user_unit(here)

    def _wanted_or_none(self) -> tuple[str, ...]:
        """Both units that would be right; none where the config does not say."""
        with suppress(FollowupdError):
            here = self._installation()
            return user_unit(here), user_unit(here, namespaces=False)
        return ()

    def _put(self, wanted: str, found: Found) -> list[str]:
        before = _command(written.read(self.path) or "")
        told = written.put(self.path, wanted, found)
        if before and before != _command(wanted):
            told.append(f"It ran before: {before}. It runs now: {_command(wanted)}.")
        return told

    def _started(self, here: Installation, wanted: str, *, is_new: bool) -> list[str]:
        self._manager.must("daemon-reload")
        self._manager.must("enable", UNIT)
        if not is_new and self._is_active():
            return ["The service runs, and starts with your session."]
        self._manager.ask("reset-failed", UNIT)
        done = self._manager.ask("restart", UNIT)
        told = []
        if done.code and self._ended_with() in _NO_NAMESPACES and wanted == user_unit(here):
            done = self._start_less_confined(here)
            told = [_LESS_CONFINED]
        if done.code:
            raise FollowupdError(self._not_started(done))
        return [*told, "The service runs now, and starts with your session."]

    def _start_less_confined(self, here: Installation) -> Ran:
        self._manager.ask("stop", UNIT)
        written.write(self.path, user_unit(here, namespaces=False))
        self._manager.must("daemon-reload")
        return self._manager.ask("restart", UNIT)

    def _not_started(self, done: Ran) -> str:
        why = last_end(self._manager.shown(UNIT)) or done.words
        return (
            f"the service is installed and did not start: {why}. systemd will try again, unless that needs you. "
            "More is in `followupd service logs` and `followupd check`."
        )

    def _hints(self) -> list[str]:
        told = ["How it stands: followupd service status", "What it tells: followupd service logs"]
        if not self._manager.lingers():
            told.append(
                "It ends when you log out. To have it run always: "
                "loginctl enable-linger (or followupd service install --linger)"
            )
        if names := left_in_the_shell(self._manager.environment()):
            told.append(
                f"Your shell sets {', '.join(names)}, and the service does not have that. If it is needed, put it "
                "into a file ~/.config/environment.d/followupd.conf, log out and in again."
            )
        return told

    def _is_known(self) -> bool:
        shown = self._manager.shown(UNIT)
        return shown.get("LoadState") == "loaded" or shown.get("ActiveState") not in {None, "inactive"}

    def _is_active(self) -> bool:
        return self._manager.shown(UNIT).get("ActiveState") == "active"

    def _ended_with(self) -> str:
        return self._manager.shown(UNIT).get("ExecMainStatus", "")


def _make_folders(here: Installation, state: Path) -> None:
    """What the service may write must be there before all else is read-only. Raises FollowupdError."""
    private_folder(state)
    for folder in here.own:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise FollowupdError(
                f"{folder} can't be made: {error.strerror}. Nothing was installed."
            ) from error


def _command(unit: str) -> str:
    found = re.search(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    return found[1] if found else ""
