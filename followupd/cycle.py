"""One cycle: observe → plan → apply. The core and the outside meet only here.

A cycle looks at each account (one account that fails never stops another), plans what is due, carries it out,
and plans again what that, or a command given meanwhile, has changed.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from followupd.apply import Done, Hand, Outcome, told
from followupd.config import AccountConfig, Config
from followupd.core.actions import Plan
from followupd.core.asking import HELD_ELSEWHERE
from followupd.core.case import Case, Known, Setting, Snapshot
from followupd.core.letters import Wording
from followupd.core.model import Policy
from followupd.core.planner import plan
from followupd.core.proof import nothing_misspelt
from followupd.core.proofreading import UNFILLED
from followupd.credentials import Vault
from followupd.database import DATABASE, open_private
from followupd.errors import FollowupdError, ProviderError, Refused, SignInNeeded, Unavailable
from followupd.heartbeat import heartbeat
from followupd.lock import OutsideNumber, cycle_lock
from followupd.notebook import Notebook
from followupd.observe import AccountLook, Observer, OpenAccount, Seen
from followupd.orders.from_notes import Obeying
from followupd.providers.base import Problem
from followupd.providers.registry import open_calendar, open_mailbox
from followupd.reference import WorldReference
from followupd.rewriting.rewriter import Rewriter, Turn
from followupd.spelling import Speller
from followupd.store import Store
from followupd.templates.in_use import WordingsInUse

ROUNDS = 12  # planning again within a cycle: each round either acts or waits, so this is never reached
KEEP_TEXTS = timedelta(days=30)
Looked = AccountLook | ProviderError  # what came of asking an account


@dataclass
class AccountReport:
    """What a cycle did for one account. `error` is None when all went well.

    `notice` is what the user should do before the account stops working, "" mostly.
    """

    name: str
    ok: bool = True
    error: FollowupdError | None = None
    notice: str = ""
    actions: list[Done] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def open_accounts(config: Config, zone: str, vault: Vault) -> dict[str, OpenAccount]:
    """The configured accounts, constructed without touching the outside."""
    return {account.name: _open_account(account, zone, vault) for account in config.accounts}


def _open_account(account: AccountConfig, zone: str, vault: Vault) -> OpenAccount:
    calendars = [open_calendar(block, zone, account.name, vault) for block in account.calendars]
    mailbox = open_mailbox(account.mailbox, zone, account.name, vault)
    return OpenAccount(account.name, tuple((f"calendar:{i}", c) for i, c in enumerate(calendars)), mailbox)


class Cycle:
    """Cycles over one state folder. The caller holds the lock, if there is a need for one."""

    def __init__(
        self,
        store: Store,
        accounts: dict[str, OpenAccount],
        policy: Policy,
        wordings: Callable[[str], Wording],
        outside: OutsideNumber | None,
        rules_digest: str = "",
        *,
        config_digest: str = "",
        notebook: Notebook | None = None,
        rewriter: Rewriter | None = None,
        speller: Speller | None = None,
        notice: Callable[[], str] = str,
    ) -> None:
        self.store = store
        self.accounts = accounts
        self.policy = policy
        self.wordings = wordings
        self.outside = outside
        self.rules_digest = rules_digest
        self.config_digest = config_digest
        self.notebook = notebook
        self.rewriter = rewriter or Rewriter(None)
        self.speller = speller
        self.notice = notice

    @classmethod
    def of(
        cls,
        config: Config,
        store: Store,
        outside: OutsideNumber | None,
        vault: Vault | None = None,
        reached: Callable[[OpenAccount], OpenAccount] = lambda account: account,
    ) -> Cycle:
        """A cycle over what the config names. The sign-ins lie with the state unless `vault` says otherwise.

        `reached` may put something between the cycle and each account that is opened.
        """
        policy = config.policy(WorldReference())
        opened = open_accounts(config, policy.me.zone, vault or Vault(store.folder, config.key_file))
        accounts = {name: reached(account) for name, account in opened.items()}

        wordings = WordingsInUse(config.templates)
        notebook = Notebook(config.notes_in(store.folder))
        return cls(
            store,
            accounts,
            policy,
            wordings,
            outside,
            config.digest,
            config_digest=config.whole,
            notebook=notebook,
            rewriter=Rewriter(config.model),
            speller=Speller() if config.document.letters.spelling else None,
            notice=wordings.notice,
        )

    def run(self, now: datetime, only: Collection[str] = (), *, act: bool = True) -> list[AccountReport]:
        """Looks, plans and acts once. With `act` false it stops after planning and reports the plan."""
        names = [name for name in self.accounts if not only or name in only]
        return self.go_on({name: self._look(name, now) for name in names}, now, act=act)

    def _look(self, name: str, now: datetime) -> Looked:
        try:
            return Observer(self.store, self.policy, now).look(self.accounts[name])
        except ProviderError as error:
            return error

    def go_on(
        self,
        looks: Mapping[str, Looked],
        now: datetime,
        *,
        act: bool = True,
        seen: dict[str, Seen] | None = None,
    ) -> list[AccountReport]:
        """Files what accounts showed, by name, plans and acts. Those that are left out count as not looked at.

        `seen` is what was filed a moment ago of others of the same round: it counts too, and is added to.
        """
        reports = {name: AccountReport(name) for name in looks}
        first = self._begin(now)
        seen = {} if seen is None else seen
        for name, look in looks.items():
            filed = self._file(reports[name], look, now)
            if filed is not None:
                seen[name] = filed
        noted = self._take_notes(now, make=act)
        snapshot = self._snapshot(seen, first)
        try:
            if act:
                outcome = self._plan_and_apply(snapshot, now)
                self._end(snapshot, first, outcome, now)
            else:
                outcome = Outcome(done=[told(action) for action in self._plan(snapshot, now).actions])
        finally:
            if self.speller:
                self.speller.close()
        outcome.done[:0] = noted
        self._report(reports, outcome, now, remember=act)
        return list(reports.values())

    # --- begin and end ---

    def _begin(self, now: datetime) -> frozenset[str]:
        """Prepares the state; returns the accounts that have not had their first look on it."""
        with self.store.transaction():
            self._identify()
            self._keep("poll", str(self.policy.poll.total_seconds()))
            self._keep("zone", self.policy.me.zone)
            self._keep_sign()
            self.store.forget_accounts(self.accounts)
            if self._was_ahead(now) or self.store.meta("config") != self.config_digest:
                self.store.wake_all()  # what sleeps until a moment would sleep until one that counts no more
            self._keep("config", self.config_digest)
            if self.store.meta("rules") != self.rules_digest:
                Observer(self.store, self.policy, now).rejudge()
                self.store.set_meta("rules", self.rules_digest)
        return frozenset(self.store.meta("first").split("\n")) - {""}

    def _was_ahead(self, now: datetime) -> bool:
        """Whether the clock has been set back: who sleeps until a moment by the wrong clock would sleep too long."""
        later = (now + timedelta(minutes=1)).timestamp()
        return any(_touched(heartbeat(self.store.folder, name)) > later for name in self.accounts)

    def _keep(self, name: str, value: str) -> None:
        """What `status` needs of the config, which it may not read; written only when it changes."""
        if self.store.meta(name) != value:
            self.store.set_meta(name, value)

    def _keep_sign(self) -> None:
        """Which language model the config names, for `status`; how it went is another model's story."""
        sign = json.dumps(self.rewriter.sign) if self.rewriter.sign else ""
        if self.store.meta("model") != sign:
            self.store.set_meta("model", sign)
            self.store.set_meta("model_last", "")

    def _identify(self) -> None:
        """An empty state, or one whose counter is behind the number outside, begins anew for all accounts."""
        state_id, count = self.store.meta("id"), int(self.store.meta("counter") or 0)
        outside_id, outside_count = self.outside.read() if self.outside else ("", 0)
        behind = bool(outside_id) and (outside_id != state_id or outside_count > count)
        if not state_id:
            self.store.set_meta("id", secrets.token_hex(8))
        if not state_id or behind:
            self.store.set_meta("first", "\n".join(sorted(self.accounts)))
            self.store.set_meta("counter", str(max(count, outside_count)))

    def _mark_outside(self) -> None:
        if self.outside:
            self.outside.write(self.store.meta("id"), int(self.store.meta("counter") or 0))

    def _end(self, snapshot: Snapshot, first: frozenset[str], outcome: Outcome, now: datetime) -> None:
        done = (
            first & snapshot.accounts_seen & snapshot.mailboxes - set(outcome.failed) - set(outcome.refused)
        )
        with self.store.transaction():
            if done:
                self.store.set_meta("first", "\n".join(sorted(first - done)))
            self.store.forget_texts(now - KEEP_TEXTS)
        if done or first:
            self._mark_outside()

    # --- observe ---

    def _file(self, report: AccountReport, look: Looked, now: datetime) -> Seen | None:
        if isinstance(look, ProviderError):
            report.ok, report.error = False, look
            report.notice = self.store.account(report.name)[2]
            return None
        report.notice = look.notice
        seen = Observer(self.store, self.policy, now).file(look)
        report.problems = list(seen.problems)
        if not seen.mailbox and not seen.lost:
            where = "; ".join(f"{problem.where}: {problem.what}" for problem in seen.problems[:3])
            words = f"a part of the mailbox could not be read, so no letter is made until it can ({where})"
            report.ok, report.error = False, Unavailable(words)
        return seen

    def _take_notes(self, now: datetime, *, make: bool) -> list[Done]:
        """What the user wrote into events and notes files; with `make`, files for the interviews that come next."""
        obeying = Obeying(self.store, self.policy, now)
        obeying.events()
        kept = self.notebook.keep(self.store, self.policy, now, make=make) if self.notebook else []
        return [*obeying.done, *kept]

    def _snapshot(self, seen: dict[str, Seen], first: frozenset[str]) -> Snapshot:
        return Snapshot(
            accounts=frozenset(self.accounts),
            calendars=frozenset(name for name, look in seen.items() if look.calendars),
            mailboxes=frozenset(name for name, look in seen.items() if look.mailbox),
            first=first,
            accounts_seen=frozenset(seen),
        )

    # --- plan and apply ---

    def _plan(self, snapshot: Snapshot, now: datetime) -> Plan:
        spelling = self.speller or nothing_misspelt
        return plan(self._known(now), snapshot, self.policy, now, self.wordings, spelling)

    def _known(self, now: datetime) -> Known:
        keys = self.store.due_processes(now)
        cases: list[Case] = [case for key in keys if (case := self.store.case(key)) is not None]
        zone = ZoneInfo(self.policy.me.zone)
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        paused = self.store.meta("paused_until")
        return Known(
            cases=tuple(cases),
            owner_of=self.store.owner_of,
            questions=tuple(q for q in self.store.questions(only_open=True) if not q.process),
            held_at_first=tuple(self.store.held(HELD_ELSEWHERE)),
            drafted_today={name: self.store.made_since(name, midnight) for name in self.accounts},
            paused_until=datetime.fromisoformat(paused) if paused else None,
            perhaps_named_in=self.store.perhaps_named_in,
            unfilled=self._unfilled,
        )

    def _unfilled(self) -> int:
        """How many letters were told of that were sent with a line to fill in."""
        sql = "SELECT count(DISTINCT about) FROM history WHERE action = 'tell' AND about LIKE ?"
        return int(self.store.rows(sql, f"{UNFILLED} %")[0][0])

    def _plan_and_apply(self, snapshot: Snapshot, now: datetime) -> Outcome:
        hand = Hand(self.store, self.accounts, self.policy, now, self._mark_outside)
        planned: dict[str, int] = {}
        turn = self.rewriter.turn()
        spelling = self.speller or nothing_misspelt
        named = self.store.perhaps_named_in
        setting = Setting(self.policy, self.wordings, snapshot, now, None, spelling, named)
        for _ in range(ROUNDS):
            # What waits for a look is due in every round: it is thought of again only when it has changed.
            made = [
                one
                for one in self._plan(snapshot, now).processes
                if not one.process or planned.get(one.process) != one.version
            ]
            if not made:
                break
            planned |= {one.process: one.version for one in made}
            hand.apply([turn.revised(one, self.store.case, setting) for one in made])
        self._remember_model(turn, now)
        return hand.outcome

    def _remember_model(self, turn: Turn, now: datetime) -> None:
        """How the last question to a language model went, for `status`."""
        if turn.last is not None:
            how = {"at": now.isoformat(), "ok": turn.last.ok, "text": turn.last.text}
            with self.store.transaction():
                self.store.set_meta("model_last", json.dumps(how, ensure_ascii=False))

    # --- report ---

    def _report(
        self, reports: dict[str, AccountReport], outcome: Outcome, now: datetime, *, remember: bool
    ) -> None:
        for name, error in {**outcome.refused, **outcome.failed}.items():
            if name in reports and reports[name].error is None:
                reports[name].ok, reports[name].error = False, error
        for report in reports.values():
            report.notice = report.notice or self.notice()
        fallback = next(iter(reports), "")
        stray: list[Done] = []
        for done in outcome.done:
            name = done.account if done.account in reports else fallback
            (reports[name].actions if name else stray).append(done)
        if remember:
            self._remember(reports, now)
        if stray:
            reports[""] = AccountReport("", actions=stray)

    def _remember(self, reports: dict[str, AccountReport], now: datetime) -> None:
        """Stores how each account stands, if that changed; and, without a commit, when it was last looked at."""
        with self.store.transaction():
            for report in reports.values():
                stands = (standing_of(report), str(report.error) if report.error else "", report.notice)
                if self.store.account(report.name) != stands:
                    self.store.set_account(report.name, *stands, now)
        for name in reports:
            touch_heartbeat(self.store.folder, name, now)


def standing_of(report: AccountReport) -> str:
    """How an account stands: what passes by itself is failing, what only the user can mend is not."""
    if report.ok:
        return "ok"
    states = ((SignInNeeded, "sign_in"), (Refused, "refused"))
    return next((state for kind, state in states if isinstance(report.error, kind)), "failing")


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def touch_heartbeat(folder: Path, account: str, now: datetime) -> None:
    """Tells `status` when the account was last looked at. Raises StoreError."""
    number = open_private(heartbeat(folder, account))
    try:
        os.utime(number, (now.timestamp(), now.timestamp()))
    finally:
        os.close(number)


@contextmanager
def working_copy(state: Path) -> Iterator[Path]:
    """A copy of the state in a temporary folder, for looking without leaving a trace."""
    with tempfile.TemporaryDirectory(prefix="followupd-") as name:
        folder = Path(name) / "state"
        folder.mkdir(mode=0o700)
        if (state / DATABASE).exists():
            source, target = sqlite3.connect(state / DATABASE), sqlite3.connect(folder / DATABASE)
            try:
                source.backup(target)
            finally:
                source.close()
                target.close()
        yield folder
        shutil.rmtree(folder, ignore_errors=True)


def once(
    config: Config,
    state: Path,
    now: datetime,
    *,
    only: Collection[str] = (),
    dry_run: bool = False,
    wait: float = 30.0,
) -> list[AccountReport]:
    """One cycle per account, under the lock; a dry run works on a copy and needs none.

    Raises Busy, StoreError, ConfigError.
    """
    if dry_run:
        with working_copy(state) as copy:
            return _closing(config, Store(copy), state, now, only, act=False)
    with cycle_lock(state, "followupd once", wait):
        return _closing(config, Store(state), state, now, only, act=True)


def _closing(
    config: Config, store: Store, state: Path, now: datetime, only: Collection[str], *, act: bool
) -> list[AccountReport]:
    """`state` holds the sign-ins, also where the store is a copy."""
    try:
        cycle = Cycle.of(config, store, OutsideNumber(state), Vault(state, config.key_file))
        return cycle.run(now.astimezone(UTC), only, act=act)
    finally:
        store.close()
