"""What runs by itself: the service, the ways to tell the user, and when each account was last looked at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from followupd.cli.doctor.finding import Finding, hint, ok, problem, some, told
from followupd.config import Config
from followupd.errors import FollowupdError, UsageError
from followupd.heartbeat import heartbeat
from followupd.notify import Settings
from followupd.notify import findings as ways_to_tell
from followupd.notify.channels import BY_STATUS
from followupd.overview import STALE_AFTER
from followupd.rows import Record
from followupd.service import Service, Standing
from followupd.service import service as service_here

_CRON = "or run `followupd once` from cron"


@dataclass(frozen=True, slots=True)
class LastLook:
    """When an account was last looked at: `age` is None where it never was."""

    account: str
    age: timedelta | None
    is_stale: bool


def last_look(state: Path, account: str, poll: timedelta, now: datetime) -> LastLook:
    try:
        changed = heartbeat(state, account).stat().st_mtime
    except OSError:
        return LastLook(account, None, is_stale=False)
    age = now - datetime.fromtimestamp(changed, UTC)
    return LastLook(account, age, is_stale=age > STALE_AFTER * poll)


# --- the service ----------------------------------------------------------------------------------


def service(config: Path, state: Path, looks: Sequence[LastLook]) -> Iterator[Finding]:
    """Whether something will look without being asked. That nobody does is a problem once it has begun to."""
    yield from told("service", _service(config, state, looks))


def _service(config: Path, state: Path, looks: Sequence[LastLook]) -> Iterator[Finding]:
    try:
        here = service_here(config, state)
    except UsageError as error:
        yield _without(str(error), "Run `followupd once` from cron.", looks)
        return
    standing = here.stands() if _is_written(here) else None
    if standing is None or not standing.installed:
        yield _without("no service is installed.", f"`followupd service install`, {_CRON}.", looks)
    else:
        yield _installed(standing, looks)


def _is_written(here: Service) -> bool:
    """Whether its file is there: only then is the manager asked, which means to start a program."""
    try:
        return any(os.path.lexists(path) for path in here.files())
    except FollowupdError:
        return True  # where the file would be can't be told; the manager knows


def _without(what: str, instead: str, looks: Sequence[LastLook]) -> Finding:
    if any(look.is_stale for look in looks):
        return problem("service", f"{what} Nothing has looked for {STALE_AFTER} polls. {instead}")
    if _is_lively(looks):
        again = f"It was looked at a moment ago; to have that done again and again: {instead}"
        return hint("service", f"{what} {again}")
    return hint("service", f"{what} To have it look by itself: {instead}")


def _installed(standing: Standing, looks: Sequence[LastLook]) -> Finding:
    if not standing.running:
        text = f"{standing.text} `followupd service logs` tells more."
        # Where its manager can't be asked, as after su, it may run all the same.
        return hint("service", text) if _is_lively(looks) else problem("service", text)
    if standing.outdated:
        renew = "Its file is of another version: `followupd service install` renews it."
        return hint("service", f"{standing.text} {renew}")
    return ok("service", standing.text)


def _is_lively(looks: Sequence[LastLook]) -> bool:
    """Whether something has looked at every account lately."""
    return bool(looks) and all(look.age is not None and not look.is_stale for look in looks)


# --- telling the user -----------------------------------------------------------------------------


def notices(config: Config) -> Iterator[Finding]:
    """The ways on which the user is told what waits. Nobody is told anything now."""
    yield from told("notify", _notices(config))


def _notices(config: Config) -> Iterator[Finding]:
    for is_fine, text in ways_to_tell(Settings.of(config)):
        if not is_fine:
            yield problem("notify", text)
        else:
            yield (hint if text.endswith(BY_STATUS) else ok)("notify", text)


# --- the last looks -------------------------------------------------------------------------------


def last_cycles(
    looks: Sequence[LastLook], accounts: Mapping[str, Record], poll: timedelta
) -> Iterator[Finding]:
    """When each account was last looked at, and what came of it."""
    for look in looks:
        record = accounts.get(look.account, {})
        yield _last_cycle(look, str(record.get("state", "ok")), str(record.get("problem", "")), poll)


def _last_cycle(look: LastLook, state: str, trouble: str, poll: timedelta) -> Finding:
    check, account = "last_cycle", look.account
    if look.age is None:
        return hint(check, "it was never looked at. `followupd once` does it now.", account)
    when = f"it was looked at {_long(look.age)} ago"
    if look.is_stale:
        often = _long(poll)
        return problem(check, f"{when}, and should be every {often}. `followupd once` does it now.", account)
    if look.age < -poll:
        return hint(
            check, "it was looked at at a time that is still to come: the clock was set back.", account
        )
    if state == "refused":
        return problem(check, f"{when}, and something was refused: {trouble}", account)
    if state != "ok":
        # What is wrong now is told by this account's other lines; this may be mended already.
        return hint(check, f"{when}, and that failed: {trouble}", account)
    return ok(check, f"{when}.", account)


def _long(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return some(seconds // size, noun)
    return some(seconds, "second")
