"""Feeds that make UIDs anew: some recruiting systems and timetables give every event another one at every fetch.

Where a UID is gone and a new one stands for an event of the same times and title, the event goes on under the UID
that it was first told with. RFC 5545 section 3.8.4.7 wants a UID to stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from followupd.providers.ics import ParsedCalendar, Part, look_up
from followupd.providers.internet.feeds.state import FeedState, face

MOST_RENAMED = 5_000


def renamed(before: FeedState, parsed: ParsedCalendar, zone: str) -> dict[str, str]:
    """The UIDs of this feed that stand for events told under another, which is their value."""
    listed = parsed.uids
    names = {
        now: told
        for now, told in before.renamed.items()
        if told not in listed and (now in listed or not parsed.whole)
    }
    shown = {names.get(uid, uid) for uid in listed}
    lost = {uid: faces for uid, faces in before.faces.items() if uid not in shown}
    new = listed - parsed.unread - names.keys() - before.series.keys()
    if lost and new and parsed.whole:
        names |= _pairs(lost, _faces(parsed, new, {rid for faces in lost.values() for rid in faces}, zone))
    return dict(sorted(names.items())[:MOST_RENAMED])


def under(parsed: ParsedCalendar, names: Mapping[str, str]) -> ParsedCalendar:
    """The feed with the UIDs that its events were told under."""
    if not names:
        return parsed
    parts = (replace(part, uid=names[part.uid]) if part.uid in names else part for part in parsed.parts)
    return replace(parsed, parts=tuple(parts), unread=frozenset(names.get(uid, uid) for uid in parsed.unread))


def by_uid(parsed: ParsedCalendar) -> dict[str, list[Part]]:
    """The parts of each UID."""
    parts: dict[str, list[Part]] = {}
    for part in parsed.parts:
        parts.setdefault(part.uid, []).append(part)
    return parts


def _faces(
    parsed: ParsedCalendar, uids: Collection[str], rids: Collection[str], zone: str
) -> dict[str, set[str]]:
    """By UID the faces of its occurrences with these recurrence-ids."""
    parts = by_uid(parsed)
    found = {uid: look_up(parts[uid], rids, zone=zone)[0].values() for uid in uids}
    return {uid: {face(event) for event in events} for uid, events in found.items()}


def _pairs(lost: Mapping[str, Mapping[str, str]], new: Mapping[str, set[str]]) -> dict[str, str]:
    """New UIDs with the lost one that they stand for, where no other comes into question for either."""
    holders: dict[str, set[str]] = {}
    for uid, faces in lost.items():
        for one in faces.values():
            holders.setdefault(one, set()).add(uid)
    meant = {uid: {old for one in faces for old in holders.get(one, ())} for uid, faces in new.items()}
    claims = Counter(old for olds in meant.values() for old in olds)
    alone = ((uid, *olds) for uid, olds in meant.items() if len(olds) == 1)
    return {uid: old for uid, old in alone if claims[old] == 1}
