"""CalDAV calendars: one request for each in a look at rest, and one for each home set once a day.

The calendars are found once and remembered in the cursor; once a day, and when one is not there any more, they are
looked for again. Source: RFC 4791; what differs from server to server is in the modules that this one calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from followupd.core.model import Event
from followupd.errors import ProviderError, Refused, Unavailable
from followupd.providers.base import CalendarChanges, Problem
from followupd.providers.ics import look_up
from followupd.providers.internet.caldav import reports
from followupd.providers.internet.caldav.items import Items
from followupd.providers.internet.caldav.look import AHEAD, Found, Look, shown
from followupd.providers.internet.caldav.places import Place, discovered, named
from followupd.providers.internet.caldav.refusals import Garbled, NotThere, Troubled
from followupd.providers.internet.caldav.state import NEVER, Listed, State, read_cursor, write_cursor
from followupd.providers.internet.caldav.wire import Wire
from followupd.providers.internet.occurrences import Copy, Key, Telling, Window, digest, latest_of
from followupd.providers.internet.proof import Proof

RENEW_AFTER = timedelta(days=1)
MOST_REREAD = 50


class DavCalendar:
    """A `Calendar` over CalDAV. `names` are the calendars that the config names, all of the home sets without any."""

    def __init__(self, wire: Wire, proof: Proof, names: Sequence[str], zone: str) -> None:
        self._wire, self._proof = wire, proof
        self._names = tuple(dict.fromkeys(names))
        self._zone = zone
        self._state: State | None = None
        self._cursor = ""
        self._suspected: set[str] = set()
        self._left_out: dict[str, ProviderError] = {}

    # --- what moved ---

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        before = self._state_of(cursor)
        self._wire.refresh()
        window = Window(since, until, until + AHEAD)
        if until - before.looked <= RENEW_AFTER:
            try:
                return self._look(cursor, before, window, renew=False)
            except NotThere:
                pass  # a calendar was moved or deleted: they are looked for again
        return self._look(cursor, before, window, renew=True)

    def _look(self, cursor: str | None, before: State, window: Window, *, renew: bool) -> CalendarChanges:
        """One look at all calendars. Raises NotThere where one has gone and `renew` is false."""
        left_out: dict[str, ProviderError] = {}
        places = self._places(before, left_out, anew=renew)
        found: dict[str, Found] = {}
        never_read = False
        for place in places:
            look = Look(self._wire, self._zone, place, before.calendars.get(place.url), window)
            try:
                found[place.url] = look.run(renew=renew)
            except (Refused, Troubled, Garbled) as error:
                if isinstance(error, NotThere) and not renew:
                    raise
                left_out[place.name or place.id] = error
                never_read |= place.url not in before.calendars and not isinstance(error, Refused)
        if not found:
            raise next(iter(left_out.values()))
        # One that has not been read yet is known from discovery alone: the next look goes there again.
        looked = window.until if renew and not never_read else before.looked
        after = State(before.asked, looked, {url: one.listed for url, one in found.items()})
        kept = {place.url for place in places} - found.keys()
        after.calendars |= {url: one for url, one in before.calendars.items() if url in kept}
        self._left_out = left_out
        self._suspected = {url for url, one in found.items() if one.suspected}
        same = cursor is not None and after == before
        self._state, self._cursor = after, cursor if same and cursor is not None else write_cursor(after)
        return self._told(found, left_out, _deserted(before, places))

    def _told(
        self, found: Mapping[str, Found], left_out: Mapping[str, ProviderError], deserted: Sequence[Place]
    ) -> CalendarChanges:
        events, missing = self._agreed([one.telling for one in found.values()])
        problems = [Problem(name, str(error)) for name, error in left_out.items()]
        problems += [problem for one in found.values() for problem in one.problems]
        what = "this calendar is there no more; what was known of its events stays as it is"
        problems += [Problem(place.name or place.id, what) for place in deserted if not self._names]
        return CalendarChanges(
            events=tuple(sorted(events, key=lambda event: event.start)),
            missing=tuple(missing),
            cursor=self._cursor,
            complete=not left_out and all(one.complete for one in found.values()),
            problems=tuple(dict.fromkeys(problems)),
        )

    def _state_of(self, cursor: str | None) -> State:
        asked = digest("\n".join([self._wire.root, self._proof.user, *self._names]).encode())
        if cursor is None:
            return State(asked, NEVER)
        if cursor == self._cursor and self._state is not None:
            return self._state
        return read_cursor(cursor, asked)

    def _places(self, before: State, left_out: dict[str, ProviderError], *, anew: bool) -> list[Place]:
        """The calendars to look at; what the config names and nobody has goes to `left_out`."""
        places = [one.place for one in before.calendars.values()]
        if anew or any(not any(place.is_called(name) for place in places) for name in self._names):
            places = self._discovered(left_out)
        return places

    def _discovered(self, left_out: dict[str, ProviderError]) -> list[Place]:
        offered = discovered(self._wire)
        chosen = [] if self._names else list(offered)
        for name in self._names:
            meant = [place for place in offered if place.is_called(name)]
            if not meant and "://" in name and (place := named(self._wire, name)):
                meant = [place]
            if not meant:
                left_out[name] = _no_such(name, offered)
            chosen += [place for place in meant if place not in chosen]
        return chosen

    def _agreed(self, tellings: Sequence[Telling]) -> tuple[list[Event], list[Key]]:
        """Of an event in several calendars the copy that `event` would give; missing is what no calendar has."""
        assert self._state is not None
        copies: dict[Key, list[Copy]] = {}
        for copy in (copy for one in tellings for copy in one.told):
            copies.setdefault(copy.key, []).append(copy)
        gone = dict.fromkeys(key for one in tellings for key in one.missing)
        listed = self._state.calendars.values()
        holders = {
            key: sum(key[1] in one.series[key[0]].known for one in listed if key[0] in one.series)
            for key in (*copies, *gone)
        }
        told = {key: max(some, key=lambda copy: copy.rank).event for key, some in copies.items()}
        again = [key for key, count in holders.items() if count > len(copies.get(key, ()))]
        for key in again[:MOST_REREAD]:
            with suppress(Unavailable):
                if event := self.event(*key):
                    told[key] = event
        # What `event` could not confirm is not missing: it may be in a calendar that shows nothing for a mistake.
        doubtful = [one for one in listed if one.place.url in self._suspected]
        missing = [
            key for key in gone if not holders[key] and not any(key[0] in one.series for one in doubtful)
        ]
        return list(told.values()), missing

    # --- one event ---

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        known = self._state.calendars if self._state else {}
        places = [one.place for one in known.values()] or self._discovered({})
        copies: list[Copy] = []
        doubts: list[str] = []
        for place in places:
            try:
                copies += self._copies(place, known.get(place.url), (uid, recurrence_id))
            except (Refused, Troubled, Garbled, _InPartError) as error:
                doubts.append(f"{place.name or place.id}: {error}")
        if copies:
            return max(copies, key=lambda copy: copy.rank).event
        if doubts or self._left_out:
            raise Unavailable(
                f"a calendar can't be asked whether it has the event. {' '.join(doubts)}".strip()
            )
        if any(uid in known[url].series for url in self._suspected if url in known):
            raise Unavailable(
                "the calendar shows nothing of what it had just before; the event may be there."
            )
        return None

    def _copies(self, place: Place, listed: Listed | None, key: Key) -> list[Copy]:
        """The event as this calendar has it, if it does. Raises ProviderError where that can't be told."""
        items = Items(self._wire, place, self._zone)
        known = listed.holders([key[0]]) if listed else set[str]()
        try:
            for item in reports.by_uid(self._wire, place.url, key[0]):
                items.take(item)
        except (Refused, Garbled):
            if not known:  # nothing else can find it
                raise
        items.read(known)
        read = [one for one in items.parsed.values() if key[0] in one.uids]
        parts = [part for one in read for part in one.parts if part.uid == key[0]]
        found, problems = look_up(parts, [key[1]], zone=self._zone)
        if key[1] in found:
            return [Copy(shown(place, found[key[1]]), latest_of(parts))]
        in_part = any(not one.whole or key[0] in one.unread for one in items.parsed.values())
        if items.unread or problems or in_part:
            raise _InPartError("it can be read only in part; the event may be there.")
        return []

    def notice(self, now: datetime) -> str:
        left_out = (f"the calendar “{name}” is left out: {error}" for name, error in self._left_out.items())
        return " ".join(left_out)


class _InPartError(Exception):
    """What was read does not show whether the event is there."""


def _deserted(before: State, places: Sequence[Place]) -> list[Place]:
    """Calendars that were looked at until now and are there no more."""
    here = {place.url for place in places}
    return [one.place for url, one in before.calendars.items() if url not in here]


def _no_such(name: str, offered: Sequence[Place]) -> Refused:
    names = ", ".join(f"“{place.name or place.id}”" for place in offered[:10])
    return Refused(
        f"the server shows this user no calendar “{name}” that holds events. It has {names}. Write one of these names, "
        "or a calendar's address, into the config."
    )


def open_calendar(
    *, account: str, zone: str, proof: Proof, url: str, calendars: tuple[str, ...] = ()
) -> DavCalendar:
    """The calendars of one CalDAV block. Touches nothing outside. Raises Refused where `url` can't be asked safely."""
    return DavCalendar(Wire(url, proof), proof, calendars, zone)
