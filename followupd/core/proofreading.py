"""When a letter is read, and what is told of it: before it is a draft, whenever the user has changed it, once sent.

A text is read once: its mark is kept with the letter. What is found in an edited draft is told when the text has
rested for a while, each thing once; in our own untouched draft a slot is no fault. The draft is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from followupd.core import compose
from followupd.core.actions import CreateDraft, Tell, WithdrawDraft
from followupd.core.addresses import canonical
from followupd.core.case import Desk
from followupd.core.fates import left_us
from followupd.core.model import IN_DRAFTS, WAS_SENT, FollowUp, OwnLetter, Person, Stage
from followupd.core.names import sure_name
from followupd.core.owing import standing
from followupd.core.people import participants
from followupd.core.proof import Finding, Proof
from followupd.core.proof_layout import TEXT_AT_MOST, laid_out
from followupd.core.proof_spelling import is_english, worth_telling
from followupd.core.proofread import findings, unfilled
from followupd.core.rounds import local_date
from followupd.core.thank_yous import is_draft_of

RESTS = timedelta(minutes=10)
"""For so long an edited text must stay as it is before anything is told of it: people save while they write."""
PROOFREAD = "proofread"
"""With this word begins the id of what is told of a draft."""
UNFILLED = "unfilled"
"""With this word begins the id of what is told of a letter that was sent with a line to fill in."""
OFFER_AFTER = 2
OFFER = "letters without lines to fill in"
OFFER_TEXT = (
    "Two letters went out with a line that was to be filled in. If you prefer letters without such lines, write "
    "slot: none under letters: in your config."
)
_READABLE = frozenset({Stage.DRAFTED, Stage.EDITED})
_NUMBERS = re.compile(r"\d+")


def think(desk: Desk) -> None:
    """Reads what is new of the letters of a process."""
    _about_to_be_made(desk)
    taken = {action.follow_up.key for action in desk.actions if isinstance(action, WithdrawDraft)}
    for follow_up in list(desk.follow_ups.values()):
        if follow_up.stage in _READABLE:
            if follow_up.key not in taken and follow_up.gone_since is None:
                _in_drafts(desk, follow_up)
        elif follow_up.stage in WAS_SENT:
            _sent(desk, follow_up)
        elif follow_up.stage not in IN_DRAFTS and follow_up.findings:
            desk.advance(replace(follow_up, findings=(), findings_since=None))


# --- before it becomes a draft ------------------------------------------------------------------


def _about_to_be_made(desk: Desk) -> None:
    for number, action in enumerate(desk.actions):
        if isinstance(action, CreateDraft) and not action.hold:
            desk.actions[number] = replace(action, follow_up=_read_as_made(desk, action))


def _read_as_made(desk: Desk, action: CreateDraft) -> FollowUp:
    """The follow-up with what is found in the text that it is about to be drafted with."""
    follow_up, text = action.follow_up, action.draft.text
    to = (canonical(action.draft.to.email),) if action.draft.to else ()
    found = _found(desk, follow_up, text, to, attached=False, slot_may_stand=True)
    return replace(
        follow_up, findings=tuple(one.text for one in found), proofread=mark(text), findings_since=None
    )


def mark(text: str, *, attached: bool | None = False) -> str:
    """Tells one text from another: any change counts, also one of spaces, but not how a program ends its lines."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return sha256(f"{attached}\n{lines}".encode(errors="replace")).hexdigest()[:32]


# --- while it lies in Drafts --------------------------------------------------------------------


def _in_drafts(desk: Desk, follow_up: FollowUp) -> None:
    letter = next((x for x in desk.case.letters if x.present and is_draft_of(x, follow_up)), None)
    if letter is None:
        return
    is_ours = follow_up.stage is Stage.DRAFTED
    text, attached = (follow_up.text, False) if is_ours else (letter.text, letter.attached)
    read = mark(text, attached=attached)
    if read != follow_up.proofread and (text or not letter.words):
        found = _found(desk, follow_up, text, letter.to, attached=attached, slot_may_stand=is_ours)
        told = tuple(one.text for one in found)
        since = desk.now if told and not is_ours else None
        follow_up = desk.advance(replace(follow_up, findings=told, proofread=read, findings_since=since))
    _tell_rested(desk, follow_up)


def _tell_rested(desk: Desk, follow_up: FollowUp) -> None:
    since = follow_up.findings_since
    if since is None:
        return
    if desk.now < since + RESTS:
        desk.wake(since + RESTS)
    elif not desk.looked_at_mail(follow_up.account):
        desk.wake_with_next_look()  # it may have been mended meanwhile
    else:
        for text in follow_up.findings:
            about = f"{PROOFREAD} {follow_up.key} {_digest(text)}"
            desk.tell(about, f"In the letter to {_who(follow_up)}: {text}")
        desk.advance(replace(follow_up, findings_since=None))


def _digest(text: str) -> str:
    """One paragraph more or less too many is the same thing."""
    return sha256(_NUMBERS.sub("", text).encode(errors="replace")).hexdigest()[:8]


def _who(follow_up: FollowUp) -> str:
    return follow_up.name or follow_up.to or "somebody without an address"


# --- once it was sent ---------------------------------------------------------------------------


def _sent(desk: Desk, follow_up: FollowUp) -> None:
    """A line to fill in, or a placeholder: all else is past mending, and is not told."""
    copy = _copy(desk, follow_up)
    read = f"sent {mark(copy.text)}" if copy else follow_up.proofread
    if (read, ()) == (follow_up.proofread, follow_up.findings):
        return
    desk.advance(replace(follow_up, findings=(), findings_since=None, proofread=read))
    found = unfilled(copy.text, _slots(follow_up)) if copy else ()
    if found:
        text = (
            f"The letter to {_who(follow_up)} was sent, and something in it was not filled in: {found[0].text} It "
            "can't be taken back. A short line to them puts it right, or let it be."
        )
        desk.tell(f"{UNFILLED} {follow_up.key}", text)


def _copy(desk: Desk, follow_up: FollowUp) -> OwnLetter | None:
    sent = follow_up.sent
    if sent is None or not sent.message_id:
        return None
    copies = (x for x in desk.case.letters if x.present and x.message_id == sent.message_id and left_us(x))
    return next((copy for copy in copies if copy.text), None)


def offers(tells: Collection[Tell], told_before: Callable[[], int], slot: str) -> bool:
    """Whether these are to be followed by the offer of letters without slots."""
    new = sum(one.id.startswith(f"{UNFILLED} ") for one in tells)
    return slot != "none" and new > 0 and new + told_before() >= OFFER_AFTER


# --- reading ------------------------------------------------------------------------------------


def _found(
    desk: Desk,
    follow_up: FollowUp,
    text: str,
    to: tuple[str, ...],
    *,
    attached: bool | None,
    slot_may_stand: bool,
) -> tuple[Finding, ...]:
    about = replace(_proof(desk, follow_up, to, text), attached=attached, slot_may_stand=slot_may_stand)
    body = laid_out(text, about.me).body
    if is_english(body) and (not slot_may_stand or _has_own_words(desk, follow_up)):
        misspelt = worth_telling(desk.setting.spelling(body, "en"), body, _known_words(desk, about))
        about = replace(about, misspelt=misspelt)
    return findings(text, about)


def _has_own_words(desk: Desk, follow_up: FollowUp) -> bool:
    """Whether an untouched draft holds anything that the user wrote: the templates are spelled well."""
    mine = [i for i in desk.case.interviews if i.id in follow_up.interviews]
    return bool(desk.policy.letters.about_me) or any(interview.notes for interview in mine)


def _proof(desk: Desk, follow_up: FollowUp, to: tuple[str, ...], text: str) -> Proof:
    zone = desk.policy.me.zone
    recipients = [_recipient(desk, follow_up, address) for address in to]
    names = tuple(person.name for person in recipients) if recipients else (follow_up.name,)
    addresses = {canonical(person.address) for person in recipients}
    return Proof(
        # Whose name is not known may be greeted by any.
        names=names if all(names) else (),
        addresses=tuple(sorted(addresses)),
        greeting=" ".join(person.greeting for person in recipients),
        others=tuple(_others(desk, addresses, frozenset(names))),
        me=desk.policy.me.name,
        company=desk.process.organisation,
        companies=tuple(_other_companies(desk, text)),
        panel=tuple(_panel(desk, follow_up)),
        day=local_date(desk.now, zone),
        met=tuple(sorted({local_date(i.event.start, zone) for i in standing(desk.case.interviews)})),
        slots=_slots(follow_up),
    )


def _recipient(desk: Desk, follow_up: FollowUp, address: str) -> Person:
    found = compose.known_person(desk, address) or Person(address=address)
    return replace(found, name=follow_up.name) if address == follow_up.to and not found.name else found


def _people(desk: Desk) -> Iterator[Person]:
    for interview in standing(desk.case.interviews):
        yield from (one.person for one in participants(interview, desk.process, desk.policy))
    yield from desk.process.people


def _others(desk: Desk, addresses: Collection[str], names: Collection[str]) -> Iterator[str]:
    found = {p.name for p in _people(desk) if p.name not in names and canonical(p.address) not in addresses}
    yield from sorted(name for name in found if sure_name(name, ""))


def _other_companies(desk: Desk, text: str) -> Iterator[str]:
    """Of the user's other processes, where the text may name them and it is surely another company.

    Not one of which a note of the user's speaks.
    """
    own, letters = desk.process, desk.policy.letters
    said = [note.text for interview in desk.case.interviews for note in interview.notes]
    said += [text for _, text in (*letters.about_me, *letters.signature)]
    own_words = "\n".join(said)
    for other in desk.setting.perhaps_named_in(text[:TEXT_AT_MOST]) if own.organisation else ():
        shared = set(other.domains) & set(own.domains) or (own.via and own.via == other.via)
        is_other = other.key != own.key and not other.internal and not shared
        if is_other and other.organisation and other.organisation not in own_words:
            yield other.organisation


def _panel(desk: Desk, follow_up: FollowUp) -> Iterator[str]:
    """The other letters to the company, as they are now."""
    for other in desk.follow_ups.values():
        if other.key != follow_up.key and other.stage in IN_DRAFTS | WAS_SENT:
            lies = next((x.text for x in desk.case.letters if x.present and is_draft_of(x, other)), "")
            if lies or other.text:
                yield lies or other.text
    for action in desk.actions:
        if isinstance(action, CreateDraft) and action.follow_up.key != follow_up.key:
            yield action.draft.text


def _slots(follow_up: FollowUp) -> tuple[str, ...]:
    """The line to fill in that its draft was made with: it stands alone, right after the greeting."""
    second = [*follow_up.text.split("\n\n"), "", ""][1].strip()
    mark, colon, _ = second.partition(":")
    return (second,) if colon and mark.isupper() and "\n" not in second else ()


def _known_words(desk: Desk, about: Proof) -> Iterator[str]:
    """Names that no dictionary has: of people, companies, the position, and what is capitalised in titles."""
    yield from (*about.names, *about.others, *about.companies, about.company, about.me, about.greeting)
    yield from (*about.addresses, *desk.process.domains, *desk.policy.me.addresses, desk.process.position)
    yield from (person.name for person in _people(desk))
    for interview in desk.case.interviews:
        yield from (word for word in interview.event.title.split() if word != word.lower())
