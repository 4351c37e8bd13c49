"""What the daemon knows of an account between cycles: its look under way, and how long it rests.

An account that can't be reached is left alone for growing times; one that needs its user is asked at every
poll, so that a new sign-in or an unlocked keyring is noticed within one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from followupd.cycle import Looked
from followupd.errors import FollowupdError, ProviderError, SignInNeeded, Unavailable, told_as_bug
from followupd.listener import Listener
from followupd.observe import AccountLook, OpenAccount
from followupd.workers import Job, Worker

A_DAY = 86_400.0  # seconds: a server that asks for a longer rest is asked again all the same
LOOK_BOUND = 300.0  # seconds after which a look that has not ended is told as a failure
LONGEST_REST = timedelta(minutes=30)
BETWEEN_NEWS = 10.0  # seconds between two looks because something came in: mail often comes in heaps


class Watch:
    """One account. For the main thread; what it asks for is done in the account's own."""

    def __init__(self, account: OpenAccount, poked: Callable[[], None]) -> None:
        self._poked = poked
        self.worker = Worker(account.name, poked)
        self._listener: Listener | None = None
        self._came_in = False
        self._looked_at = -BETWEEN_NEWS
        self.use(account)
        self._job: Job[AccountLook] | None = None
        self._failures = 0
        self._rests_until = self._asked_until = 0.0
        self._error: ProviderError | None = None
        self.act_bound = 10.0
        """Seconds after which an act counts as not answered, so that it holds no other account for longer. It grows
        with each that does not answer, so that what is merely slow comes to its end at last."""

    @property
    def name(self) -> str:
        return self.account.name

    def use(self, account: OpenAccount) -> None:
        """Goes on with the account as a changed config describes it."""
        self.account = account
        if self._listener is not None:
            self._listener.close()
        listening = account.mailbox.listening()
        self._listener = Listener(listening, self._hears) if listening is not None else None

    # --- what the mailbox says by itself ---

    def _hears(self) -> None:
        self._came_in = True
        self._poked()

    @property
    def news_at(self) -> float | None:
        """When to look because something came in, on the monotonic clock; None where nothing did."""
        waits = self._came_in and not self.rests and not self.worker.busy
        return self._looked_at + BETWEEN_NEWS if waits else None

    @property
    def has_news(self) -> bool:
        at = self.news_at
        return at is not None and at <= time.monotonic()

    # --- looking ---

    def begin(self, look: Callable[[OpenAccount], AccountLook]) -> bool:
        """Begins a look, unless the account rests or has not answered yet. Whether it did."""
        if self.rests or self.worker.busy:
            return False
        account = self.account
        self._came_in, self._looked_at = False, time.monotonic()
        self._job = self.worker.begin(lambda: look(account))
        return True

    @property
    def under_way(self) -> bool:
        return self._job is not None and not self._job.done

    @property
    def look(self) -> Job[AccountLook] | None:
        """The look that is under way or has not been taken in yet."""
        return self._job

    @property
    def finished(self) -> bool:
        return self._job is not None and self._job.done

    def shown(self) -> Looked | None:
        """What the account has shown; why it has shown nothing; or None: its look is under way."""
        if self._job is None:
            return self._still_unwell()
        if not self._job.done:
            return self._hung(self._job)
        job, self._job = self._job, None
        try:
            return job.result()
        except ProviderError as error:
            return error
        except FollowupdError as error:
            return Unavailable(str(error))
        except Exception as error:  # a bug that one account meets must not stop the others
            return told_as_bug(error)

    def _still_unwell(self) -> Looked | None:
        """The failure for which it rests; or that an act has not returned."""
        if self._error is not None and self.rests:
            return self._error
        if self.worker.busy:
            return Unavailable(
                f"{self.name} has not answered an earlier question yet. It goes on when it has."
            )
        return None

    def _hung(self, job: Job[AccountLook]) -> Looked | None:
        lasts = time.monotonic() - job.begun
        if lasts < LOOK_BOUND:
            return None
        return Unavailable(
            f"{self.name} has not answered for {lasts / 60:.0f} minutes. The other accounts go on without it, and it "
            "goes on when it answers."
        )

    # --- resting ---

    @property
    def rests(self) -> bool:
        # What a server asked for goes by the wall clock, which does not stand still while the machine sleeps.
        asked = 0.0 < self._asked_until - time.time() <= A_DAY
        return asked or time.monotonic() < self._rests_until

    @property
    def unwell(self) -> bool:
        return self._failures > 0

    def went(self, shown: Looked, poll: timedelta) -> None:
        """Learns how a look went. `poll` is how often looks are made."""
        if not isinstance(shown, ProviderError) or isinstance(shown, SignInNeeded):
            self._failures, self._rests_until, self._asked_until, self._error = 0, 0.0, 0.0, None
            return
        if shown is self._error and self.rests:
            return  # told again, not failed again
        self._failures, self._error = self._failures + 1, shown
        asked = shown.retry_after or 0.0 if isinstance(shown, Unavailable) else 0.0
        self._asked_until = time.time() + min(asked, A_DAY)
        grown = min(poll * 2 ** min(self._failures - 1, 10), max(LONGEST_REST, poll))
        # Half a poll less, so that the poll at its end is not missed by a moment.
        self._rests_until = time.monotonic() + (grown - poll / 2).total_seconds()

    def wake(self) -> None:
        """Ends its rest: the machine has slept, or the user has said something. What a server asked for is kept."""
        self._rests_until = 0.0

    def connect_anew(self) -> None:
        """The connection on which it listens may be dead: the machine has slept."""
        if self._listener is not None:
            self._listener.refresh()

    def did_not_answer(self) -> None:
        self.act_bound = min(2 * self.act_bound, LOOK_BOUND)

    def close(self) -> None:
        self.worker.close()
        if self._listener is not None:
            self._listener.close()
