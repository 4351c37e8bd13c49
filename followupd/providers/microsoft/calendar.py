"""Outlook calendars: one request for each in an idle look, of the whole window with few fields.

Each look lists the window anew and compares it with what was known. What is new or differs is read whole; what
is not listed any more is read once more before it counts as missing. Graph's own way to tell changes ("delta")
tells occurrences of a series without a title or guests, and is not used.

Source: Graph v1.0, resource type event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from followupd.core.model import Event
from followupd.errors import Refused, SignInNeeded, Unavailable
from followupd.providers.base import CalendarChanges, Problem
from followupd.providers.kept import Kept
from followupd.providers.microsoft.api import Answer, Api
from followupd.providers.microsoft.events import BROKEN, read_event
from followupd.providers.microsoft.listed import (
    NARROW,
    WHOLE,
    Known,
    Listed,
    offered_as,
    read_cursor,
    write_cursor,
)
from followupd.providers.microsoft.refusals import NotThere
from followupd.providers.microsoft.views import ASIDE, Views, Window, begin_of, span_of

_UNREADABLE = "an event can't be understood and is left out"


@dataclass
class _Found:
    """What a look at one calendar found."""

    listed: Listed
    events: list[Event] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    complete: bool = True
    problems: list[Problem] = field(default_factory=list)


class OutlookCalendar:
    """A `Calendar` over Graph. Constructed without touching the outside."""

    def __init__(self, api: Api, calendars: Sequence[str], zone: str) -> None:
        self._api = api
        self._calendars = tuple(dict.fromkeys(calendars))
        self._zone = zone
        self._views = Views(api, zone)
        self._known: dict[str, Listed] = {}
        self._left_out: dict[str, Refused] = {}
        self._offered: list[Answer] | None = None
        self._window: Window | None = None

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        before = read_cursor(cursor) if cursor is not None else {}
        self._window, self._offered = Window(since, until), None
        found, refused = self._look_at_all(before, self._window)
        if not found:
            raise next(iter(refused.values()))
        self._known = {name: one.listed for name, one in found.items()}
        self._known |= {name: replace(before[name], found=False) for name in refused if name in before}
        self._left_out = refused
        problems = [Problem(name, str(error)) for name, error in refused.items()]
        events = [event for one in found.values() for event in one.events]
        same = cursor is not None and self._known == before
        return CalendarChanges(
            events=tuple(sorted(events, key=lambda event: event.start)),
            missing=self._missing(found),
            cursor=cursor if same and cursor is not None else write_cursor(self._known),
            complete=not refused and all(one.complete for one in found.values()),
            problems=(*problems, *(problem for one in found.values() for problem in one.problems)),
        )

    def _missing(self, found: Mapping[str, _Found]) -> tuple[tuple[str, str], ...]:
        """What no calendar shows any more: moved to another one, an event may have another id."""
        present = {one.key for listed in self._known.values() for one in listed.events.values()}
        gone = dict.fromkeys(key for one in found.values() for key in one.missing)
        return tuple(key for key in gone if key not in present)

    def _look_at_all(
        self, before: Mapping[str, Listed], window: Window
    ) -> tuple[dict[str, _Found], dict[str, Refused]]:
        """What each calendar shows; a calendar that is refused does not stop the others."""
        found: dict[str, _Found] = {}
        refused: dict[str, Refused] = {}
        for name in self._calendars:
            try:
                found[name] = self._look(name, before.get(name), window)
            except NotThere:
                refused[name] = _no_such(name)
            except Refused as error:
                refused[name] = error
        return found, refused

    # --- one calendar ---

    def _look(self, name: str, known: Listed | None, window: Window) -> _Found:
        listed = known if known and known.found else self._place(name, known)
        items = self._listing(name, listed, window.wider(ASIDE, ASIDE), NARROW if known else WHOLE)
        found = _Found(listed)
        glances = self._glances(name, found, items)
        ids = {str(item.get("id")) for item in items}
        here = {id_ for id_, one in listed.events.items() if window.holds(one)}
        if len(here) > 1 and not here & ids and not any(map(window.holds, glances.values())):
            what = (
                "none of its events is shown any more, which is taken for a mistake until one is shown again"
            )
            return _Found(listed, complete=False, problems=[Problem(name, what)])
        changed = {id_: one for id_, one in glances.items() if _is_news(one, listed.events.get(id_), window)}
        whole = self._views.whole(listed, changed) if known else items
        news = [item for item in whole if str(item.get("id")) in changed]
        return self._filed(name, found, news, sorted(here - ids), window)

    def _listing(self, name: str, listed: Listed, window: Window, fields: str) -> list[Answer]:
        """What a calendar lists. Raises Refused where somebody shares one that this sign-in does not open."""
        try:
            return self._views.shown(listed, window, fields)
        except SignInNeeded:
            if listed.own:
                raise
        self._api.get("me/calendar", select="id")  # raises where the sign-in itself is at fault
        raise _shut(name)

    def _glances(self, name: str, found: _Found, items: Sequence[Answer]) -> dict[str, Known]:
        """What the few fields say. What can't be read is told, and is no deletion."""
        glances = {}
        for item in items:
            try:
                glances[str(item["id"])] = Known.of(item, self._zone)
            except BROKEN:
                found.problems.append(Problem(name, _UNREADABLE))
        return glances

    def _filed(
        self, name: str, found: _Found, news: Sequence[Answer], gone: Sequence[str], window: Window
    ) -> _Found:
        """Compares what is new or changed, and what is not listed any more, with what was known."""
        index = dict(found.listed.events)
        for item in news:
            self._file(name, found, index, item)
        for id_ in gone:
            was = index.pop(id_)
            item_now = self._elsewhere(found.listed, id_, was, window)
            if item_now is None:
                found.missing.append(was.key)
            else:
                index[str(item_now["id"])] = was
                self._file(name, found, index, item_now)
        if news or gone:
            since = window.since.timestamp()
            kept = {id_: one for id_, one in index.items() if one.end > since}
            found.listed = replace(found.listed, events=kept)
        return found

    def _file(self, name: str, found: _Found, index: dict[str, Known], item: Answer) -> None:
        """Compares an event, read whole, with what was known of it."""
        try:
            event = self._read(name, found.listed, item)
            now = Known.of(item, self._zone).told(event)
        except BROKEN:
            found.problems.append(Problem(name, _UNREADABLE))
            return
        was = index.get(str(item["id"]))
        if was is None or was.digest != now.digest:
            found.events.append(event)
        if was is not None and was.key != now.key:
            found.missing.append(was.key)
        index[str(item["id"])] = now

    def _elsewhere(self, listed: Listed, id_: str, was: Known, window: Window) -> Answer | None:
        """An event that is not listed any more, where it is now; None when it is gone from this calendar."""
        item = self._views.get(id_)
        if item is None:
            # What somebody shares may be listed and yet not open by its id.
            return None if listed.own else self._views.seek(listed, was.key, window)
        try:
            now = Known.of(item, self._zone)
        except BROKEN:  # told where it is filed
            return item
        if not window.holds(now):
            return item
        # A page may have been missed while events moved; otherwise it lies in another calendar, or in the bin.
        again = self._views.shown(listed, span_of([now]), NARROW)
        return item if any(str(one.get("id")) == id_ for one in again) else None

    def _place(self, name: str, known: Listed | None) -> Listed:
        """The calendar that the config names. Raises Refused when there is none, or none that may be read."""
        if self._offered is None:
            self._offered = self._views.offered()
        listed = offered_as(name, self._offered, self._api.email())
        if listed is None:
            raise _no_such(name)
        return replace(listed, events=known.events if known else {})

    # --- one event ---

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        for name, listed in self._known.items():
            for id_, one in listed.events.items():
                if one.key == (uid, recurrence_id) and (item := self._views.get(id_)):
                    return self._told(name, listed, item)
        refused: list[Refused] = []
        for name in self._calendars:
            try:
                if event := self._find(name, (uid, recurrence_id)):
                    return event
            except Refused as error:
                refused.append(error)
        if refused:
            raise Unavailable(f"a calendar can't be asked whether it has an event: {refused[0]}")
        return None

    def _find(self, name: str, key: tuple[str, str]) -> Event | None:
        """An event that no look has shown, by what iCalendar calls it."""
        known = self._known.get(name)
        listed = known if known and known.found else self._place(name, known)
        if not listed.id:
            item = self._views.by_uid(*key)
        elif window := self._window or begin_of(key[1]):
            item = self._views.seek(listed, key, window)
        else:
            raise Unavailable(f"the calendar “{name}” was not listed yet. The next cycle does.")
        return self._told(name, listed, item) if item else None

    def _told(self, name: str, listed: Listed, item: Answer) -> Event:
        try:
            return self._read(name, listed, item)
        except BROKEN:
            raise Unavailable("Outlook tells the event so that it can't be understood.") from None

    def _read(self, name: str, listed: Listed, item: Answer) -> Event:
        me = self._api.email() if listed.own else ""
        return read_event(item, name, listed.name, self._zone, me)

    def notice(self, now: datetime) -> str:
        left_out = (f"the calendar “{name}” is left out: {error}" for name, error in self._left_out.items())
        return " ".join(left_out)


def _is_news(one: Known, was: Known | None, window: Window) -> bool:
    """Whether it differs from what was known, or is new to the window."""
    return was.mark != one.mark if was else window.holds(one)


def _no_such(calendar: str) -> Refused:
    return Refused(
        f"Outlook shows no calendar “{calendar}” to this account. Write its name into the config as Outlook shows it "
        "in the list of your calendars; your own is `primary`."
    )


def _shut(calendar: str) -> Refused:
    return Refused(
        f"somebody shares the calendar “{calendar}” with you, and followupd asks Microsoft for your own calendars "
        "only. Copy your interviews into a calendar of your own, and take this one out of the config."
    )


def open_calendar(
    *, account: str, secret: Kept, zone: str, calendars: Sequence[str], graph_root: str
) -> OutlookCalendar:
    return OutlookCalendar(Api(account, secret, graph_root=graph_root), calendars, zone)
