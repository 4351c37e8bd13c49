"""The items of a CalDAV calendar, read in batches; one that breaks its batch is found and read alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from followupd.errors import ProviderError, Refused
from followupd.providers.base import Problem
from followupd.providers.ics import ParsedCalendar, read_calendar
from followupd.providers.internet.caldav import reports
from followupd.providers.internet.caldav.places import Place
from followupd.providers.internet.caldav.refusals import Garbled, NotThere, Troubled
from followupd.providers.internet.caldav.wire import Wire

SPARE = (
    16  # requests beyond one a batch that a look may spend on items that are not handed out as they should be
)


class Items:
    """What was read of a calendar in one look: `parsed` by address, those that are `gone`, those left `unread`."""

    def __init__(self, wire: Wire, place: Place, zone: str) -> None:
        self._wire, self._place, self._zone = wire, place, zone
        self.parsed: dict[str, ParsedCalendar] = {}
        self.gone: set[str] = set()
        self.unread: set[str] = set()
        self.problems: list[Problem] = []
        self._spare = SPARE

    def read(self, hrefs: Iterable[str]) -> None:
        """Reads items that were not read yet. Raises ProviderError where the server hands out none at all."""
        todo = sorted(set(hrefs) - self.parsed.keys() - self.gone - self.unread)
        for at in range(0, len(todo), reports.BATCH):
            self._read_batch(todo[at : at + reports.BATCH])

    def _read_batch(self, hrefs: Sequence[str]) -> None:
        """Together, or in halves where something in it makes the server stumble."""
        try:
            items = reports.together(self._wire, self._place.url, hrefs)
        except (Refused, Garbled, Troubled) as error:
            if len(hrefs) > 1 and self._spare > 0:
                self._spare -= 1
                half = len(hrefs) // 2
                self._read_batch(hrefs[:half])
                self._read_batch(hrefs[half:])
            else:
                self._read_alone(hrefs, error)
            return
        for item in items:
            if item.href in hrefs:
                self.take(item)
        left = [href for href in hrefs if href not in self.parsed and href not in self.gone]
        self._read_alone(left, None)

    def _read_alone(self, hrefs: Sequence[str], why: ProviderError | None) -> None:
        """Each by itself, as far as the look may spend requests; what is left is read in the next."""
        for href in hrefs:
            if self._spare > 0:
                self._spare -= 1
                self._get(href)
            else:
                self._leave(
                    href, str(why) if why else "the server did not hand it out; the next cycle asks again"
                )

    def _get(self, href: str) -> None:
        try:
            self.take(reports.Item(href, self._wire.get(href)))
        except NotThere:
            self.take(reports.Item(href, None))
        except (Refused, Garbled, Troubled) as error:
            self._leave(href, str(error))

    def _leave(self, href: str, why: str) -> None:
        self.unread.add(href)
        self._tell(href, why)

    def take(self, item: reports.Item) -> None:
        """Files an item as it is."""
        if item.raw is None:
            self.gone.add(item.href)
            return
        parsed, problems = read_calendar(item.raw, zone=self._zone)
        self.parsed[item.href] = parsed
        for what in problems:
            self._tell(item.href, what)

    def _tell(self, href: str, what: str) -> None:
        name = self._place.name or self._place.id
        self.problems.append(Problem(f"{name}/{href.rpartition('/')[2]}"[:200], what))
