"""Rules to propose from the events seen: which look like interviews though no rule of the user's matches them.

The rules stay the user's. A wrong proposal costs trust in all of them, so it takes one plain sign or two hints,
nothing that speaks against it, and a rule that the real judge confirms on all the events there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Final
from unicodedata import normalize

from followupd.core import occasions
from followupd.core.described import names_in
from followupd.core.hosts import Host, host_of, sender_domain
from followupd.core.interviews import LONGEST_TITLE, judge, title_problem
from followupd.core.model import Choice, Event, EventStatus, Policy, Rule, Verdict

MOST_RULES: Final = 8
MOST_TRIED: Final = 50  # each is tried on every event there is
_ENOUGH: Final = 2
_READ_FOR_NAMES: Final = 4096


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule for `interviews.any`, the events that it would make interviews, by time."""

    rule: Rule
    events: tuple[Event, ...]


def appraise(event: Event, policy: Policy) -> Verdict:
    """Whether an event that no rule matches looks like an interview of the user's as a candidate, and why.

    YES: proposed. ASK: nearly, shown but not proposed. NO: nothing speaks for it, or something against.
    """
    title, host = _title(event), host_of(event, policy)
    if against := _against(event, title, host, policy):
        return Verdict(Choice.NO, against)
    phrase = occasions.phrase_in(title)
    signs = _signs(event, title, phrase, host)
    is_plain = phrase is not None or host is Host.SYSTEM
    if is_plain and sum(weight for _, weight in signs) >= _ENOUGH and _would_count(event, host, policy):
        return Verdict(Choice.YES, _joined(signs))
    if is_plain or len(signs) > 1 or (occasions.is_talk(title) and host is not Host.MACHINE):
        return Verdict(Choice.ASK, _joined(signs) or "its title speaks of a talk", "proposal")
    return Verdict(Choice.NO, "nothing in its title speaks of an interview")


def proposals(events: Iterable[Event], policy: Policy) -> tuple[Proposal, ...]:
    """The rules that would make interviews of those events, each with the events it would add, fewest wrong first."""
    unmatched = [_Seen(one, appraise(one, policy)) for one in events if _is_unmatched(one, policy)]
    rules = dict.fromkeys(rule for seen in unmatched if (rule := _rule_for(seen, policy)))
    tried = (_tried(rule, unmatched, policy) for rule in islice(rules, MOST_TRIED))
    found = [proposal for proposal in tried if proposal]
    return tuple(_covering(proposal for _, proposal in sorted(found, key=lambda one: one[0])))


def worded(rule: Rule) -> str:
    """The rule as a line of YAML under `interviews: any:`, such as `- title: '\\bphone screen\\b'`."""
    named = {one.name: str(getattr(rule, one.name)) for one in fields(rule) if getattr(rule, one.name)}
    pairs = [f"{key}: {_scalar(value)}" for key, value in named.items()]
    return f"- {pairs[0]}" if len(pairs) == 1 else f"- {{{', '.join(pairs)}}}"


def _scalar(value: str) -> str:
    is_domain = re.fullmatch(r"[a-z][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){1,8}", value)
    return value if is_domain else "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class _Seen:
    """An event that no rule matches, and what it looks like."""

    event: Event
    verdict: Verdict

    @property
    def is_likely(self) -> bool:
        return self.verdict.choice is Choice.YES

    @property
    def is_against(self) -> bool:
        return self.verdict.choice is Choice.NO


# --- one event ----------------------------------------------------------------------------------


def _title(event: Event) -> str:
    return normalize("NFC", event.title[:LONGEST_TITLE])


def _as_if_matched(event: Event, policy: Policy) -> Verdict:
    """What the rules would say of the event if one of them matched every title."""
    return judge(event, replace(policy, any=(Rule(title="^"),)))


def _would_count(event: Event, host: Host, policy: Policy) -> bool:
    return host is not Host.MIXED and _as_if_matched(event, policy).choice is Choice.YES


def _against(event: Event, title: str, host: Host, policy: Policy) -> str:
    """Why it is no interview of the user's, "" where nothing says so."""
    if event.status is EventStatus.CANCELLED:
        return "it was cancelled"
    verdict = _as_if_matched(event, policy)
    if verdict.choice is Choice.NO:
        return verdict.reason
    if verdict.topic == "doubtful":
        return verdict.reason.partition(", but ")[2]
    if host.weight < 0:
        return host.sentence
    if words := occasions.elsewhere(title):
        return f"“{words}” in the title speaks of something else"
    return "it is a task of your own" if host is Host.NOBODY and occasions.is_task(title) else ""


def _signs(event: Event, title: str, phrase: occasions.Phrase | None, host: Host) -> list[tuple[str, int]]:
    signs: list[tuple[str, int]] = []
    if phrase:
        signs.append((f"“{phrase.words}” in its title", _ENOUGH if phrase.explicit else 1))
        if occasions.names_post(title):
            signs.append(("a post in its title", 1))
        if other := occasions.another_trade(title):
            signs.append((f"“{other}” is a word of other talks", -1))
    if host.weight > 0:
        signs.append((host.sentence, host.weight))
        if names_in(event.description[:_READ_FOR_NAMES]):
            signs.append(("its description names whom you will meet", 1))
    return signs if phrase or host is not Host.OUTSIDER or len(signs) > 1 else []


def _joined(signs: list[tuple[str, int]]) -> str:
    said = ", and ".join(sentence for sentence, weight in signs if weight > 0)
    return said + "".join(f", though {sentence}" for sentence, weight in signs if weight < 0)


# --- rules --------------------------------------------------------------------------------------


def _is_unmatched(event: Event, policy: Policy) -> bool:
    return event.status is not EventStatus.CANCELLED and judge(event, policy).choice is Choice.NO


def _rule_for(seen: _Seen, policy: Policy) -> Rule | None:
    """The narrowest words that say it: a plain phrase alone, a hint only from where this one came."""
    if not seen.is_likely:
        return None
    phrase = occasions.phrase_in(_title(seen.event))
    domain = sender_domain(seen.event, policy)
    if host_of(seen.event, policy) is Host.SYSTEM:
        return Rule(organiser_domain=domain)
    if phrase is None or title_problem(pattern := _pattern(phrase.words)):
        return None
    if phrase.explicit or phrase.words.casefold().startswith("interview"):
        return Rule(title=pattern)
    return Rule(title=pattern, organiser_domain=domain) if domain else None


def _pattern(words: str) -> str:
    """The words as a whole, in any case; Chinese, Japanese and Korean have no ends of words to hold on to."""
    bare = re.escape(words.lower()).replace(r"\ ", " ").replace(r"\-", "-").replace("’", "'")
    spelled = bare.replace("'", "['’]")
    return rf"\b{spelled}\b" if words[0] < "\u3000" else spelled


def _tried(
    rule: Rule, unmatched: list[_Seen], policy: Policy
) -> tuple[tuple[int, int, str], Proposal] | None:
    """What the rule would add, by the real judge, and its rank; None where it takes in what speaks against it."""
    with_rule = replace(policy, any=(*policy.any, rule))
    added = [
        (seen, choice) for seen in unmatched if (choice := judge(seen.event, with_rule).choice) != Choice.NO
    ]
    likely = sum(seen.is_likely for seen, _ in added)
    if not likely or any(choice is Choice.ASK or seen.is_against for seen, choice in added):
        return None
    events = sorted((seen.event for seen, _ in added), key=lambda event: event.start)
    rank = (len(added) - likely, -len(added), worded(rule))
    return rank, Proposal(rule, tuple(events))


def _covering(found: Iterable[Proposal]) -> list[Proposal]:
    """Those that add something to the ones before, the best few."""
    kept: list[Proposal] = []
    seen: set[tuple[str, str]] = set()
    for proposal in found:
        ids = {(one.uid, one.recurrence_id) for one in proposal.events}
        if not ids <= seen and len(kept) < MOST_RULES:
            kept.append(proposal)
            seen |= ids
    return kept
