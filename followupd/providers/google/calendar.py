"""Google calendars: one request for each in an idle look, by sync token.

The first listing reaches a month beyond the window; what lies there is told when the window gets to
it. After that month, and when Google has forgotten the token (410), the calendar is listed anew and
compared with what was known, because a full listing does not say what was deleted.

Source: Calendar API v3, "Synchronize resources efficiently", events.list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from followupd.core.model import Event, EventStatus
from followupd.errors import Refused
from followupd.providers.base import CalendarChanges, Problem
from followupd.providers.google.api import Api, calendar_events
from followupd.providers.google.events import is_tombstone, occurrence, read_event
from followupd.providers.google.listed import Known, Listed, read_cursor, write_cursor
from followupd.providers.google.refusals import NotThere
from followupd.providers.kept import Kept

AHEAD = timedelta(days=30)
RENEW_AFTER = timedelta(days=7)

_FIELDS = (
    "nextPageToken,nextSyncToken,summary,timeZone,items(id,iCalUID,status,summary,description,location,start,end,"
    "originalStartTime,recurringEventId,recurrence,organizer,creator,attendees,attendeesOmitted,"
    "guestsCanSeeOtherGuests,colorId,eventLabelId,eventType,extendedProperties)"
)
# The same in the first listing and with a token, as Google demands. Interviews booked by mail are fromGmail.
_SAME = {"singleEvents": True, "eventTypes": ["default", "fromGmail"], "maxResults": 2500, "fields": _FIELDS}


@dataclass
class _Found:
    """What a look at one calendar found."""

    listed: Listed
    events: list[Event] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    complete: bool = True
    problems: list[Problem] = field(default_factory=list)


class GoogleCalendar:
    """A `Calendar` over the Google Calendar API. Constructed without touching the outside."""

    def __init__(self, api: Api, calendars: Sequence[str], zone: str) -> None:
        self._api = api
        self._calendars = tuple(calendars)
        self._zone = zone
        self._known: dict[str, Listed] = {}
        self._left_out: dict[str, Refused] = {}

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        if cursor is not None:
            self._known = read_cursor(cursor)
        before = dict(self._known)
        found, refused = self._look_at_all(since, until, anew=cursor is None)
        after = {name: one.listed for name, one in found.items()}
        after |= {name: before[name] for name in refused if name in before}
        if not found:
            raise next(iter(refused.values()))
        self._known = after
        self._left_out = refused
        problems = [Problem(name, str(error)) for name, error in refused.items()]
        problems += [problem for one in found.values() for problem in one.problems]
        events = [event for one in found.values() for event in one.events]
        same = cursor is not None and after == before
        return CalendarChanges(
            events=tuple(sorted(events, key=lambda event: event.start)),
            missing=tuple(key for one in found.values() for key in one.missing),
            cursor=cursor if same and cursor is not None else write_cursor(after),
            complete=not refused and all(one.complete for one in found.values()),
            problems=tuple(problems),
        )

    def _look_at_all(
        self, since: datetime, until: datetime, *, anew: bool
    ) -> tuple[dict[str, _Found], dict[str, Refused]]:
        """What each calendar shows; a calendar that is refused does not stop the others."""
        found: dict[str, _Found] = {}
        refused: dict[str, Refused] = {}
        for name in self._calendars:
            try:
                found[name] = self._look(name, since, until, anew=anew)
            except NotThere:
                refused[name] = _no_such(name)
            except Refused as error:
                refused[name] = error
        return found, refused

    # --- one calendar ---

    def _look(self, calendar: str, since: datetime, until: datetime, *, anew: bool) -> _Found:
        known = self._known.get(calendar)
        if anew or known is None or until > known.covered:
            return self._list_anew(calendar, known, since, until, tell_all=anew)
        items, page = self._items(calendar, syncToken=known.token)
        if not items and not _entering(known, since, until):
            stale = until - known.looked > RENEW_AFTER  # a token that is never renewed is forgotten
            return _Found(replace(known, token=page["nextSyncToken"], looked=until) if stale else known)
        listed = replace(
            known, token=page["nextSyncToken"], looked=until, name=page.get("summary", known.name)
        )
        return self._filed(calendar, known, _Found(listed), items, since, until)

    def _list_anew(
        self, calendar: str, known: Listed | None, since: datetime, until: datetime, *, tell_all: bool
    ) -> _Found:
        """A full listing. What was known and is not shown was deleted; `tell_all` tells also what has not changed."""
        before = known.events if known else {}
        events = {name: replace(one, mark="") for name, one in before.items()} if tell_all else before
        covered = (until + AHEAD).astimezone(UTC)
        items, page = self._items(calendar, timeMin=_rfc3339(since), timeMax=_rfc3339(covered))
        listed = Listed(
            token=str(page.get("nextSyncToken", "")),
            covered=covered,
            looked=until.astimezone(UTC),
            name=str(page.get("summary", "")),
            zone=str(page.get("timeZone", "")),
            events=events,
        )
        shown = {str(item["id"]) for item in items}
        gone = [{"id": name, "status": "cancelled"} for name in listed.events if name not in shown]
        return self._filed(calendar, listed, _Found(listed), [*items, *gone], since, until)

    def _filed(
        self,
        calendar: str,
        known: Listed,
        found: _Found,
        items: Sequence[dict[str, Any]],
        since: datetime,
        until: datetime,
    ) -> _Found:
        """Compares the items with what was known, and tells what is new to the window."""
        index = dict(known.events)
        for item in items:
            self._file(calendar, found, index, item, since, until)
        listed = replace(found.listed, events=index)
        if _entering(listed, since, until):
            self._tell_entering(calendar, found, index, since, until)
        were = [one for one in known.events.values() if one.told and one.lies_in(since, until)]
        if len(were) > 1 and not any(one.told and one.lies_in(since, until) for one in index.values()):
            what = (
                "none of its events is shown any more, which is taken for a mistake until one is shown again"
            )
            return _Found(known, complete=False, problems=[Problem(calendar, what)])
        present = {one.key for one in index.values()}
        found.missing = [key for key in dict.fromkeys(found.missing) if key not in present]
        kept = {name: one for name, one in index.items() if one.end > since.timestamp()}
        found.listed = replace(listed, events=kept)
        return found

    def _file(
        self,
        calendar: str,
        found: _Found,
        index: dict[str, Known],
        item: dict[str, Any],
        since: datetime,
        until: datetime,
    ) -> None:
        name = str(item["id"])
        was = index.get(name)
        event = self._event_of(calendar, found, item, was)
        if event is None:
            if was is not None and is_tombstone(item):
                index.pop(name)
                found.missing += [was.key] if was.told and was.lies_in(since, until) else []
            return
        now = Known.of(event, told=False)
        is_near = now.lies_in(since, until) or (was is not None and was.told)
        if is_near and (was is None or not was.told or was.mark != now.mark):
            found.events.append(event)
        if is_near or now.end > since.timestamp():
            index[name] = replace(now, told=is_near)

    def _event_of(
        self, calendar: str, found: _Found, item: dict[str, Any], was: Known | None
    ) -> Event | None:
        """The event, None where it is deleted or can't be read (which is told)."""
        if is_tombstone(item):
            return self._called_off(calendar, item, was) if was and item.get("recurringEventId") else None
        try:
            return read_event(item, calendar, found.listed.name, self._zone, found.listed.zone)
        except (ValueError, KeyError, TypeError):
            found.problems.append(Problem(calendar, "an event can't be understood and is left out"))
            return None

    def _called_off(self, calendar: str, item: dict[str, Any], was: Known) -> Event | None:
        """A cancelled occurrence, of which Google keeps only the place: what it was says its series."""
        series = self._get(calendar, str(item["recurringEventId"]))
        if series is None or is_tombstone(series) or series.get("status") == "cancelled":
            return None
        known = self._known.get(calendar)
        event = read_event(
            series, calendar, known.name if known else "", self._zone, known.zone if known else ""
        )
        start, end = (datetime.fromtimestamp(second, UTC) for second in (was.start, was.end))
        return replace(
            event, recurrence_id=was.recurrence_id, start=start, end=end, status=EventStatus.CANCELLED
        )

    def _tell_entering(
        self, calendar: str, found: _Found, index: dict[str, Known], since: datetime, until: datetime
    ) -> None:
        """Reads what was known beyond the window's end and lies in it now."""
        names = {name for name, one in index.items() if not one.told and one.lies_in(since, until)}
        begin = datetime.fromtimestamp(min(index[name].start for name in names), UTC)
        items, _ = self._items(calendar, timeMin=_rfc3339(max(begin, since)), timeMax=_rfc3339(until))
        for item in items:
            if item["id"] in names:
                self._file(calendar, found, index, item, since, until)

    # --- requests ---

    @property
    def _events(self) -> Any:
        return calendar_events(self._api.calendar_root)

    def _items(self, calendar: str, **options: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        return self._drained(self._events.list, calendarId=calendar, **_SAME, **options)

    def _drained(self, method: Any, **options: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """All items, and the last page. A page may be empty and still have a next one."""
        items: list[dict[str, Any]] = []
        for page in self._api.pages(method, **options):
            items += page.get("items") or ()
        return items, page

    def _get(self, calendar: str, name: str) -> dict[str, Any] | None:
        try:
            return self._api.read(self._events.get(calendarId=calendar, eventId=name))
        except NotThere:
            return None

    # --- one event ---

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        for calendar, listed in self._known.items():
            for name, known in listed.events.items():
                if known.key == (uid, recurrence_id):
                    return self._reread(calendar, listed, name, known)
        found = (self._find(calendar, uid, recurrence_id) for calendar in self._calendars)
        return next((event for event in found if event is not None), None)

    def _reread(self, calendar: str, listed: Listed, name: str, known: Known) -> Event | None:
        item = self._get(calendar, name)
        if item is None:
            return None
        if is_tombstone(item):
            return self._called_off(calendar, item, known) if item.get("recurringEventId") else None
        return read_event(item, calendar, listed.name, self._zone, listed.zone)

    def _find(self, calendar: str, uid: str, recurrence_id: str) -> Event | None:
        """An event that no look has shown in this process, by what iCalendar calls it."""
        asked = {"calendarId": calendar, "iCalUID": uid, "showDeleted": True, "fields": _FIELDS}
        try:
            found, page = self._drained(self._events.list, **asked)
        except NotThere as error:
            raise _no_such(calendar) from error
        items = [item for item in found if not is_tombstone(item)]
        item = next((i for i in items if occurrence(i) == recurrence_id and not i.get("recurrence")), None)
        series = next((i for i in items if i.get("recurrence")), None)
        if item is None and series is not None and recurrence_id:
            item = self._instance(calendar, str(series["id"]), recurrence_id)
        name, zone = str(page.get("summary", "")), str(page.get("timeZone", ""))
        return read_event(item, calendar, name, self._zone, zone) if item else None

    def _instance(self, calendar: str, series: str, recurrence_id: str) -> dict[str, Any] | None:
        asked = {"eventId": series, "originalStart": recurrence_id, "showDeleted": True, "fields": _FIELDS}
        items, _ = self._drained(self._events.instances, calendarId=calendar, **asked)
        return next((item for item in items if not is_tombstone(item)), None)

    def notice(self, now: datetime) -> str:
        left_out = [f"the calendar “{name}” is left out: {error}" for name, error in self._left_out.items()]
        return " ".join(filter(None, [*left_out, self._api.notice(now)]))


def _entering(listed: Listed, since: datetime, until: datetime) -> bool:
    return any(not one.told and one.lies_in(since, until) for one in listed.events.values())


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _no_such(calendar: str) -> Refused:
    return Refused(
        f"Google knows no calendar “{calendar}” that this account may read. In Google Calendar open the calendar's "
        "settings, “Integrate calendar”, and copy its “Calendar ID” into the config; yours is `primary`."
    )


def open_calendar(
    *, account: str, secret: Kept, zone: str, calendars: Sequence[str], calendar_root: str
) -> GoogleCalendar:
    return GoogleCalendar(Api(account, secret, calendar_root=calendar_root), calendars, zone)
