"""One calendar block: whether it can be read, and which of its events are interviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from followupd.cli.doctor.finding import Finding, ok, problem, some
from followupd.config import CalendarConfig
from followupd.core.interviews import judge
from followupd.core.model import Choice, Event, Policy
from followupd.providers.base import Calendar

_WEEKS = timedelta(weeks=4)
_SERVICES = {"google": "Google Calendar", "microsoft": "Outlook calendar"}


def calendar_findings(
    calendar: Calendar, block: CalendarConfig, account: str, policy: Policy, now: datetime
) -> Iterator[Finding]:
    """How many events of the last and the next four weeks are interviews, and what could not be read."""
    place = _place(block)
    seen = calendar.changes(None, now - _WEEKS, now + _WEEKS)
    past = [event for event in seen.events if event.end <= now]
    ahead = [event for event in seen.events if event.end > now]
    hint = "" if seen.events else " Is this the calendar that your interviews stand in?"
    yield ok(
        "calendar",
        f"{place}: {_counted(past, policy)} in the last four weeks, "
        f"{_counted(ahead, policy)} in the next four.{hint}",
        account,
    )
    for one in seen.problems:
        yield problem("calendar", f"{one.where}: {one.what}", account)
    if not seen.complete and not seen.problems:
        yield problem("calendar", f"{place} could not be read to its end. Try again in a minute.", account)


def _place(block: CalendarConfig) -> str:
    """What the user calls it."""
    if block.provider == "local":
        return str(block.path)
    return f"{_SERVICES[block.provider]} ({', '.join(block.calendars)})"


def _counted(events: list[Event], policy: Policy) -> str:
    choices = [judge(event, policy).choice for event in events]
    asked = choices.count(Choice.ASK)
    doubt = f" and {asked} to ask you about" if asked else ""
    return f"{some(len(events), 'event')} ({some(choices.count(Choice.YES), 'interview')}{doubt})"
