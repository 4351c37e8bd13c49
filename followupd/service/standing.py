"""How the service stands, in one line for the user, from what systemd shows of it."""

from __future__ import annotations

from collections.abc import Mapping

_ENDED = {
    "74": "its state can't be read or written",
    "75": "another followupd holds the state folder; it tries again",
    "77": "a sign-in is needed: `followupd check` says which",
    "78": "the config can't be used: `followupd check` says why",
    "203": "its program is not there any more: repeat `followupd service install`",
    "217": "this system gives it no namespaces: repeat `followupd service install`",
    "218": "this system gives it no namespaces: repeat `followupd service install`",
    "226": "its namespaces can't be made: repeat `followupd service install`",
}
_RESULTS = {
    "watchdog": "it did not answer any more and was ended",
    "timeout": "it was not ready in time",
    "oom-kill": "the system had no memory left for it",
    "resources": "the system could not start it",
}
_KILLED = frozenset({"2", "3"})  # CLD_KILLED, CLD_DUMPED of <signal.h>: the status is a signal


def in_words(shown: Mapping[str, str], *, is_there: bool, trouble: str) -> str:
    """One line. `trouble` says why systemd does not answer, "" where it does."""
    if not is_there and shown.get("LoadState") != "loaded":
        return "not installed. `followupd service install` does that."
    if trouble:
        return f"installed, and it can't be seen whether it runs: {trouble}"
    state = shown.get("ActiveState", "")
    if state in {"active", "reloading"}:
        return _running(shown)
    ended = f" ({why})" if (why := last_end(shown)) else ""
    if state == "activating":
        return f"installed, about to start{ended}."
    return f"installed, not running{ended}. `systemctl --user start followupd` starts it."


def _running(shown: Mapping[str, str]) -> str:
    says = f" It says: {text}." if (text := shown.get("StatusText", "")) else ""
    restarts = shown.get("NRestarts", "0")
    again = f", started again {restarts} times by systemd" if restarts not in {"", "0"} else ""
    stale = " Its file has changed since: systemctl --user daemon-reload." * (
        shown.get("NeedDaemonReload") == "yes"
    )
    since = shown.get("ActiveEnterTimestamp", "")
    return f"running since {since}, process {shown.get('MainPID', '')}{again}.{says}{stale}"


def last_end(shown: Mapping[str, str]) -> str:
    """How it last ended, "" if it was merely stopped."""
    result, status = shown.get("Result", "success"), shown.get("ExecMainStatus", "0")
    if result in {"success", ""}:
        return ""
    when = shown.get("InactiveEnterTimestamp", "")
    since = f"since {when}: " if when else ""
    if result in _RESULTS:
        return f"{since}{_RESULTS[result]}"
    if shown.get("ExecMainCode") in _KILLED:
        return f"{since}signal {status} ended it"
    return f"{since}it ended with {status}: {_ENDED.get(status, '`followupd service logs` tells more')}"
