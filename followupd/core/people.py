"""Who was on the other side of an interview, and whether each of them gets a letter.

Everybody is collected (attendees, organiser, people the user added, names in the description) and judged
alone; then come the rules about all of them together: agency, recruiter's route, too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from followupd.core import roster
from followupd.core.addresses import is_mine
from followupd.core.described import names_in
from followupd.core.model import (
    Choice,
    HiringProcess,
    Interview,
    Part,
    Participant,
    Policy,
    Verdict,
)
from followupd.core.roster import Entry, View
from followupd.core.screening import DECIDED, Judged, judged

__all__ = ["PASS_ON", "everybody", "names_in", "participants"]

PASS_ON: Final = "the other guests are hidden: the organiser gets it and is asked to pass it on"  # noqa: S105  words, no password


def participants(interview: Interview, process: HiringProcess, policy: Policy) -> tuple[Participant, ...]:
    """Everybody who matters; () where nobody is known who may have held the talk: the user is asked."""
    found = everybody(interview, process, policy)
    known = any(_counts(one) or one.verdict.reason.startswith(DECIDED) for one in found)
    return found if known else ()


def everybody(interview: Interview, process: HiringProcess, policy: Policy) -> tuple[Participant, ...]:
    """Everybody on the event with the reason why they get a letter or not, the user and rooms included."""
    view = roster.view_of(interview, process, policy)
    alone = [judged(entry, view) for entry in roster.entries(view)]
    named = [judged(entry, view) for entry in _described(alone, view)]
    placed = [_placed(entry, one, alone, named=bool(named)) for entry, one in alone]
    return _together(_passing_on([*placed, *(one for _, one in named)], view), view)


# --- organiser and description ------------------------------------------------------------------


def _counts(one: Participant) -> bool:
    return one.verdict.choice is not Choice.NO


def _described(alone: list[Judged], view: View) -> Iterator[Entry]:
    """People whom only the description names: where no interviewer but perhaps the organiser is invited."""
    met = [entry for entry, one in alone if _counts(one) and not entry.by_user]
    interviewers = [entry for entry in met if entry.person.part is Part.INTERVIEWER]
    if any(not entry.person.organiser for entry in interviewers) or (view.hidden and met):
        return
    names = [name for name in names_in(view.interview.event.description) if not view.is_company(name)]
    known = [entry.person for entry, _ in alone if not is_mine(entry.person.address, view.policy)]
    fresh = [name for name in names if not any(roster.may_be(person, name) for person in known)]
    if all(roster.has_own_name(entry.person) for entry in interviewers):
        yield from (roster.described(name, view) for name in fresh)


def _placed(entry: Entry, one: Participant, alone: list[Judged], *, named: bool) -> Participant:
    """An organiser who is not on the list arranged the talk of those who are."""
    beside = named or any(_counts(other) and them.listed for them, other in alone)
    arranged = one.person.organiser and not entry.listed and not entry.by_user and beside
    if arranged and one.person.part is Part.INTERVIEWER:
        verdict = one.verdict
        if verdict.choice is Choice.YES:
            verdict = Verdict(Choice.YES, "arranged the interview and is not on the list")
        return Participant(replace(one.person, part=Part.COORDINATOR), verdict)
    return one


def _passing_on(everyone: list[Participant], view: View) -> list[Participant]:
    met = [one for one in everyone if _counts(one)]
    if not view.hidden or any(not one.person.organiser for one in met):
        return everyone
    passing = Verdict(Choice.YES, PASS_ON)
    return [Participant(one.person, passing) if one.verdict.choice is Choice.YES else one for one in everyone]


# --- all together -------------------------------------------------------------------------------


def _together(everyone: list[Participant], view: View) -> tuple[Participant, ...]:
    through_agency = bool(view.agency) or any(one.person.part is Part.AGENCY for one in everyone)
    if through_agency and not view.process.released:
        everyone = _held_back(everyone, view)
    everyone = _by_route(everyone, view)
    many = sum(one.verdict.choice is Choice.YES for one in everyone) > view.policy.people.at_most
    if many and not view.interview.wanted:
        reason = f"more than {view.policy.people.at_most} people are on the event"
        everyone = [_asked(one, reason, "many", view) for one in everyone]
    return tuple(everyone)


def _asked(one: Participant, reason: str, topic: str, view: View) -> Participant:
    confirmed = roster.is_among(one.person, view.interview.confirmed)
    if one.verdict.choice is not Choice.YES or confirmed:
        return one
    return Participant(one.person, Verdict(Choice.ASK, reason, topic))


def _held_back(everyone: list[Participant], view: View) -> list[Participant]:
    reason = "the process is through an agency: the letter waits for `people release`"
    return [
        one if one.person.part is Part.AGENCY else _asked(one, reason, "agency", view) for one in everyone
    ]


def _by_route(everyone: list[Participant], view: View) -> list[Participant]:
    recruiter = any(_counts(one) and one.person.part is Part.RECRUITER for one in everyone)
    return [_routed(one, view, recruiter=recruiter) for one in everyone]


def _routed(one: Participant, view: View, *, recruiter: bool) -> Participant:
    if one.person.part is not Part.INTERVIEWER or view.route(one.person) != "recruiter" or not _counts(one):
        return one
    if roster.is_among(one.person, view.interview.confirmed):
        return one
    if recruiter:
        return Participant(one.person, Verdict(Choice.NO, "goes through the recruiter"))
    return _asked(one, "letters go through the recruiter, and none is on the event", "route", view)
