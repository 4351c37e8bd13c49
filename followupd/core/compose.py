"""From a follow-up to its draft: gathers what the letter may know and gives it its headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from followupd.core import interviews as rules
from followupd.core import letters
from followupd.core.actions import CreateDraft
from followupd.core.addresses import canonical
from followupd.core.case import Desk
from followupd.core.fates import digest_of
from followupd.core.keys import message_id
from followupd.core.letters import Letter, Situation
from followupd.core.model import (
    Address,
    Draft,
    FollowUp,
    Interview,
    Kind,
    Part,
    Person,
    Policy,
    Stage,
)
from followupd.core.organisations import configured
from followupd.core.owing import Owed, standing
from followupd.core.people import participants
from followupd.core.rounds import local_date
from followupd.core.spoken_language import language_of

SHORT = timedelta(minutes=30)  # a phone screen, whatever it is called


def sender(interview: Interview, policy: Policy) -> str:
    """The address that was invited, else my first address that is no pattern."""
    if interview.invited:
        return interview.invited
    return next((a for a in policy.me.addresses if "*" not in a), "")


def thank_you(desk: Desk, follow_up: FollowUp, item: Owed) -> tuple[Letter, Draft]:
    """The letter and draft of a thank-you, as of now."""
    person = item.person
    settings = desk.policy.letters
    spoken = language(desk, person, item.interviews)
    situation = Situation(
        kind=Kind.THANK_YOU,
        part=person.part,
        recipient=person,
        met_on=item.day,
        written_on=local_date(desk.now, desk.policy.me.zone),
        me_name=desk.policy.me.name,
        late=follow_up.late,
        several=len(item.interviews) > 1,
        short=sum((i.event.end - i.event.start for i in item.interviews), timedelta()) <= SHORT,
        relay=_relay(item),
        unaddressed=not person.address,
        internal=desk.process.internal,
        company="" if person.part is Part.AGENCY else desk.process.organisation,
        position=desk.process.position,
        client=desk.process.organisation if desk.process.via else "",
        colleagues=_colleagues(desk, item),
        notes=_notes(item, follow_up.to),
        fit=_notes(item, follow_up.to, "fit"),
        forgot=_notes(item, follow_up.to, "forgot"),
        question=_notes(item, follow_up.to, "question"),
        interest=all(
            n.interest for i in item.interviews for n in i.notes if n.concerns(follow_up.to, person.name)
        ),
        signature=_in(spoken, settings.signature, spoken),
        about_me=_in(spoken, settings.about_me, settings.language),
        slot=settings.slot,
        language=spoken,
        formality=_formality(person, settings.formality),
    )
    return _write(desk, follow_up, situation)


def nudge(desk: Desk, follow_up: FollowUp, base: FollowUp, met_on: date) -> tuple[Letter, Draft]:
    """The letter and draft of a nudge that answers the sent copy of `base`."""
    person = known_person(desk, follow_up.to) or Person(address=follow_up.to, name=follow_up.name)
    settings = desk.policy.letters
    spoken = language(desk, person, [i for i in desk.case.interviews if i.id in base.interviews])
    situation = Situation(
        kind=Kind.NUDGE,
        part=person.part,
        recipient=person,
        met_on=met_on,
        written_on=local_date(desk.now, desk.policy.me.zone),
        me_name=desk.policy.me.name,
        step=follow_up.step,
        internal=desk.process.internal,
        promised_date=desk.process.decision_by,
        how=_how(base),
        company="" if person.part is Part.AGENCY else desk.process.organisation,
        position=desk.process.position,
        client=desk.process.organisation if desk.process.via else "",
        signature=_in(spoken, settings.signature, spoken),
        slot=settings.slot,
        language=spoken,
        formality=_formality(person, settings.formality),
    )
    return _write(desk, follow_up, situation, base)


def requested(desk: Desk, letter: FollowUp, base: FollowUp | None, met_on: date) -> tuple[Letter, Draft]:
    """A letter on request and its draft: in the conversation of `base`, where there is one, else in a new one."""
    person = known_person(desk, letter.to) or Person(address=letter.to, name=letter.name, part=letter.part)
    settings = desk.policy.letters
    spoken = language(desk, person, [i for i in desk.case.interviews if i.id in letter.interviews])
    situation = Situation(
        kind=Kind.LETTER,
        purpose=letter.purpose,
        part=person.part,
        recipient=person,
        met_on=met_on,
        written_on=local_date(desk.now, desk.policy.me.zone),
        me_name=desk.policy.me.name,
        internal=desk.process.internal,
        company="" if person.part is Part.AGENCY else desk.process.organisation,
        position=desk.process.position,
        client=desk.process.organisation if desk.process.via else "",
        signature=_in(spoken, settings.signature, spoken),
        slot=settings.slot,
        language=spoken,
        formality=_formality(person, settings.formality),
    )
    return _write(desk, letter, situation, base)


def _how(base: FollowUp) -> str:
    """How the thanks went. A mail that can't be seen here gives no thread, like one by hand."""
    sent = base.sent
    if sent is None or sent.message_id:
        return "mail"
    return "hand" if sent.how == "mail" else sent.how


def known_person(desk: Desk, address: str) -> Person | None:
    """Who this address is, by the latest interview they were on, with what the user set."""
    found = None
    for interview in standing(desk.case.interviews):
        for participant in participants(interview, desk.process, desk.policy):
            if canonical(participant.person.address) == address:
                found = participant.person
    return found or next((p for p in desk.process.people if canonical(p.address) == address), None)


def language(desk: Desk, person: Person, interviews: Sequence[Interview]) -> str:
    """The person's language as set, else the organisation's, else that of a rule which the event matches, else the
    event's own where it is sure (`core.spoken_language`), else the default. The latest interview speaks first.
    """
    known = configured(desk.process.domains, desk.policy)
    organisation = known.language if known else ""
    events = [interview.event for interview in sorted(interviews, key=lambda i: i.event.start, reverse=True)]
    by_rule = (rules.rule_language(event, desk.policy) for event in events)
    default = desk.policy.letters.language
    by_text = (default if spoken == _base(default) else spoken for spoken in map(language_of, events))
    return person.language or organisation or next(filter(None, (*by_rule, *by_text)), default)


def _base(language: str) -> str:
    """The language without its region: de of de-AT."""
    return language.partition("-")[0]


def _in(language: str, texts: Sequence[tuple[str, str]], unnamed: str) -> str:
    """The text for a language, else for another region of it; one that names no language is in `unnamed`."""
    said = {own or unnamed: text for own, text in texts}
    alike = (text for own, text in said.items() if _base(own) == _base(language))
    return said.get(language) or said.get(_base(language)) or next(alike, "")


def _tone(situation: Situation) -> str:
    """The wording: a language, or its letters to people on first-name terms."""
    return f"{situation.language}-informal" if situation.formality == "informal" else situation.language


def _formality(person: Person, default: str) -> str:
    if person.formal is None:
        return default
    return "formal" if person.formal else "informal"


def _relay(item: Owed) -> bool:
    return item.person.organiser and item.last.event.attendees_hidden


def _colleagues(desk: Desk, item: Owed) -> tuple[str, ...]:
    """Interviewers met in the very same talk; for a coordinator or consultant: whom I met."""
    met = [
        p.person
        for p in participants(item.last, desk.process, desk.policy)
        if p.person.part is Part.INTERVIEWER
        and p.verdict.choice != "no"
        and p.person.address != item.person.address
    ]
    names = [person.name for person in met if person.address or item.person.address]
    return tuple(names) if all(names) else ()


def _notes(item: Owed, address: str, topic: str = "") -> tuple[str, ...]:
    """What the user noted for a topic, for the person before what is for all, the latest first."""
    written = [n for interview in item.interviews for n in interview.notes if n.topic == topic and n.text]
    notes = sorted(written, key=lambda note: note.at, reverse=True)
    personal = [n.text for n in notes if n.person and n.concerns(address, item.person.name)]
    if item.person.part is Part.COORDINATOR:
        return tuple(personal)
    return tuple(personal + [note.text for note in notes if not note.person])


def _write(
    desk: Desk, follow_up: FollowUp, situation: Situation, base: FollowUp | None = None
) -> tuple[Letter, Draft]:
    wording = desk.setting.wordings(_tone(situation))
    seed = f"{follow_up.sender}\n{follow_up.key}"
    others = [(f.subject, f.text) for f in desk.follow_ups.values() if f.text and f.key != follow_up.key]
    others += [(a.draft.subject, a.draft.text) for a in desk.actions if isinstance(a, CreateDraft)]
    subjects, texts = [subject for subject, _ in others], [text for _, text in others]
    letter = letters.write(situation, wording, seed, texts, subjects)
    return letter, _draft(desk, follow_up, letter, base)


def _draft(desk: Desk, follow_up: FollowUp, letter: Letter, base: FollowUp | None) -> Draft:
    revision = follow_up.revision
    sent = base.sent if base and base.sent and base.sent.message_id else None
    from_address = sent.sender if sent and sent.sender else follow_up.sender
    subject = letter.subject
    if sent and (not subject or sent.subject):
        subject = _reply(sent.subject)
    return Draft(
        message_id=message_id(follow_up.key, revision, follow_up.sender),
        sender=Address(from_address, desk.policy.me.name),
        to=Address(follow_up.address or follow_up.to, follow_up.name) if follow_up.to else None,
        subject=subject,
        text=letter.text,
        date=_whole_second(desk.now),
        in_reply_to=sent.message_id if sent else "",
        references=(*sent.references, sent.message_id) if sent else (),
        thread=sent.thread if sent else "",
    )


def _whole_second(moment: datetime) -> datetime:
    """The Date header knows no fractions."""
    return moment.replace(microsecond=0)


def _reply(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def filled(follow_up: FollowUp, letter: Letter, draft: Draft, expires: datetime) -> FollowUp:
    """The follow-up as it is once this draft lies in Drafts, but for stage and provider's id."""
    return replace(
        follow_up,
        stage=Stage.DUE,
        subject=draft.subject,
        text=draft.text,
        choice=letter.choice,
        digest=digest_of(draft),
        message_id=draft.message_id,
        drafted_at=draft.date,
        expires=expires,
    )
