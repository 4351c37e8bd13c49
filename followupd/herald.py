"""Has the user told what waits: what and when, `notify` says; the way there is gone in a thread of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from followupd.chronicle import Chronicle
from followupd.config import Config
from followupd.errors import FollowupdError, told_as_bug
from followupd.notify import Notice, Settings, Teller, deliver
from followupd.store import Store
from followupd.workers import Job, Worker

REST = (60.0, 300.0, 1800.0)  # seconds after a notice that no channel took; the last one again and again


class Herald:
    """For the main thread, which owns the store."""

    def __init__(self, store: Store, chronicle: Chronicle, poked: Callable[[], None]) -> None:
        self._store = store
        self._chronicle = chronicle
        self._worker = Worker("notify", poked)
        self._under_way: tuple[Notice, Job[list[str]]] | None = None
        self._failures = 0
        self._rests_until = 0.0

    def use(self, config: Config) -> None:
        """Tells as this config says. Raises StoreError."""
        self._settings = Settings.of(config)
        self._teller = Teller(self._store, self._settings, config.zone)

    def tell(self, now: datetime) -> datetime | None:
        """Takes in what came of the last notice and begins the next. Returns when what is held may be told.

        A notice that no channel took is told again later, with all that has come meanwhile.
        """
        try:
            self._take_in()
            if self._under_way is not None or time.monotonic() < self._rests_until:
                return None
            notice = self._teller.pending(now)
            if notice is None:
                return self._teller.next(now)
            settings = self._settings
            self._under_way = notice, self._worker.begin(lambda: deliver(notice, settings))
        except FollowupdError as error:
            self._chronicle.untold([str(error)])
        except Exception as error:  # telling must never keep a letter from being made
            self._chronicle.untold([str(told_as_bug(error))])
        return None

    def _take_in(self) -> None:
        if self._under_way is None or not self._under_way[1].done:
            return
        (notice, job), self._under_way = self._under_way, None
        failures = job.result()
        self._chronicle.untold(failures)
        if notice.reached(failures):
            self._failures = 0
            self._teller.told(notice)
            self._chronicle.told(len(notice.items))
        else:
            self._rests_until = time.monotonic() + REST[min(self._failures, len(REST) - 1)]
            self._failures += 1
