"""One calendar block: whether it can be read, and which of its events are interviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from followupd.cli.doctor.finding import Finding, hint, ok, problem, some
from followupd.cli.output import clean
from followupd.config import CalendarConfig
from followupd.core.interviews import judge
from followupd.core.model import Choice, Event, Policy
from followupd.core.proposals import Proposal, proposals, worded
from followupd.providers.addresses import host
from followupd.providers.base import Calendar

_WEEKS = timedelta(weeks=4)
_NAMED_AT_MOST = 3
_TITLE_AT_MOST = 48
_SERVICES = {"google": "Google Calendar", "microsoft": "Outlook calendar"}


def calendar_findings(
    calendar: Calendar, block: CalendarConfig, account: str, policy: Policy, now: datetime
) -> Iterator[Finding]:
    """How many events of the last and the next four weeks are interviews, and what could not be read."""
    place = _place(block)
    seen = calendar.changes(None, now - _WEEKS, now + _WEEKS)
    past = [event for event in seen.events if event.end <= now]
    ahead = [event for event in seen.events if event.end > now]
    doubt = "" if seen.events else " Is this the calendar that your interviews stand in?"
    yield ok(
        "calendar",
        f"{place}: {_counted(past, policy)} in the last four weeks, "
        f"{_counted(ahead, policy)} in the next four.{doubt}",
        account,
    )
    for proposal in proposals(seen.events, policy):
        yield hint("calendar", _proposed(proposal), account)
    for one in seen.problems:
        yield problem("calendar", f"{one.where}: {one.what}", account)
    if not seen.complete and not seen.problems:
        yield problem("calendar", f"{place} could not be read to its end. Try again in a minute.", account)


def _place(block: CalendarConfig) -> str:
    """What the user calls it."""
    if block.provider == "local":
        return str(block.path)
    if block.provider == "feed":
        return block.name or f"the calendar at {host(block.url)}"  # the rest of the address may be a secret
    if block.provider == "caldav":
        return f"{host(block.url)} ({', '.join(block.calendars) or 'all calendars'})"
    return f"{_SERVICES[block.provider]} ({', '.join(block.calendars)})"


def _proposed(proposal: Proposal) -> str:
    """A rule that would let events count which look like interviews. The titles are strangers'."""
    titles = list(dict.fromkeys(clean(event.title) for event in proposal.events))
    named = ", ".join(f"“{_short(title)}”" for title in titles[:_NAMED_AT_MOST])
    more = f" and {len(titles) - _NAMED_AT_MOST} more" if len(titles) > _NAMED_AT_MOST else ""
    number = len(proposal.events)
    look, them = ("looks like an interview", "it") if number == 1 else ("look like interviews", "them")
    are = "it is" if number == 1 else "they are"
    return (
        f"{some(number, 'event')} {look}, but none of your rules matches {them}: {named}{more}. If {are}, put this "
        f"line under `interviews: any:` in your config: {worded(proposal.rule)}"
    )


def _short(title: str) -> str:
    return title if len(title) <= _TITLE_AT_MOST else f"{title[: _TITLE_AT_MOST - 1]}…"


def _counted(events: list[Event], policy: Policy) -> str:
    choices = [judge(event, policy).choice for event in events]
    asked = choices.count(Choice.ASK)
    doubt = f" and {asked} to ask you about" if asked else ""
    return f"{some(len(events), 'event')} ({some(choices.count(Choice.YES), 'interview')}{doubt})"
