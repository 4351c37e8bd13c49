"""Untouched drafts are taken back, by the very acts of a cycle, under its lock and with its journal.

Each is read again, compared, and removed only if it still is what was written. So a kill at any moment leaves
nothing that the next start, or the next `uninstall`, does not find out about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from followupd.apply import Hand
from followupd.config import Config
from followupd.core.actions import Outward, ProcessPlan, Recover, WithdrawDraft
from followupd.core.model import Stage
from followupd.credentials import Vault
from followupd.cycle import open_accounts
from followupd.farewell import Told
from followupd.reference import WorldReference
from followupd.store import Store

WHY = "you uninstalled followupd"
_ELSEWHERE = "It is not where followupd put it: you sent, moved or deleted it."
_INTERRUPTED = "what came of the last attempt is not known yet"


def taken_back(
    config: Config, vault: Vault, store: Store, letters: Mapping[str, str], now: datetime
) -> Iterator[Told]:
    """Takes back the letters that still are as they were written, and tells what became of each.

    `letters` are their keys, and what the user knows them by. The caller holds the cycle lock. Raises StoreError.
    """
    policy = config.policy(WorldReference())
    hand = Hand(store, open_accounts(config, policy.me.zone, vault), policy, now, _nothing_is_made)
    for key, called in letters.items():
        before = store.follow_up(key)
        if before is None:
            continue
        if store.intent(key) is not None:
            _do(hand, Recover(before, _INTERRUPTED))
        found = store.follow_up(key) or before
        if found.stage is Stage.DRAFTED:
            # Skipped, not withdrawn: what was withdrawn is owed again where the state is kept.
            _do(hand, WithdrawDraft(found, Stage.SKIPPED, WHY))
        yield _became(hand, key, called)


def _nothing_is_made() -> None:
    """The number outside counts drafts that are made."""


def _do(hand: Hand, act: Outward) -> None:
    process = act.follow_up.process
    hand.apply([ProcessPlan(process, hand.store.version(process), (act,), None)])


def _became(hand: Hand, key: str, letter: str) -> Told:
    """What became of a letter, from the store and from what the hand met with."""
    now = hand.store.follow_up(key)
    assert now is not None
    if now.stage in {Stage.SKIPPED, Stage.WITHDRAWN}:
        return Told(f"The {letter} was taken out of Drafts.")
    if now.account not in hand.accounts:
        return Told(f"The {letter} stays: the config names no account {now.account}.", failed=True)
    why = next((d.reason for d in reversed(hand.outcome.done) if d.key == key and d.action == "failed"), "")
    error = hand.outcome.failed.get(now.account) or hand.outcome.refused.get(now.account)
    if error is not None and why in {"", str(error)}:
        return Told(f"The {letter} stays: {error}", failed=True)
    if now.stage in {Stage.PLANNED, Stage.DUE}:
        return Told(f"The {letter} had not been made.")
    return Told(f"The {letter} is left to you. {why or _ELSEWHERE}")
