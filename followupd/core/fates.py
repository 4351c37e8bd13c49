"""What became of a draft: untouched, edited, sent, moved, deleted — or nobody can tell.

Clients keep little of a draft's identity: neomutt keeps the Message-ID and rewrites the Date,
Thunderbird gives a new Message-ID at every save, Gmail a new message id. So a successor is found by
several keys together, never by one, and "deleted" is said only after a grace of thirty minutes
and two complete looks that found nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import IntEnum
from hashlib import sha256

from followupd.core.model import Draft, Folder, FollowUp, Kind, OwnLetter, Sent, Stage

GRACE = timedelta(minutes=30)
LOOKS = 2
CORRECTION = timedelta(days=30)
LIKE = 0.6
ONE_LETTER = 0.85  # two letters of ours to one company are less alike than this
WORDS = 4096

_SUBJECT_PREFIX = re.compile(r"^(?:(?:re|fwd?|aw|wg|sv|tr|rv)\s*:\s*)+", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


def bare_subject(subject: str) -> str:
    """The subject without reply prefixes, spaces and case."""
    return _SPACES.sub(" ", _SUBJECT_PREFIX.sub("", subject.strip())).strip().lower()


def normal_text(text: str) -> str:
    """The words of a text: clients re-wrap lines and add trailing spaces without anybody's doing."""
    return _SPACES.sub(" ", text).strip()


def digest(text: str, subject: str, recipients: Collection[str]) -> str:
    """The same for two messages whose text, subject and recipients are the same after normalisation."""
    parts = (normal_text(text), _SPACES.sub(" ", subject).strip(), *sorted(recipients))
    return sha256("\n".join(parts).encode(errors="replace")).hexdigest()[:32]


def digest_of(draft: Draft) -> str:
    """The digest of a draft that we are about to make."""
    return digest(draft.text, draft.subject, (draft.to.email,) if draft.to else ())


class Likeness(IntEnum):
    """How sure it is that a message is what became of a draft."""

    NONE = 0
    WEAK = 1
    STRONG = 2


def likeness(follow_up: FollowUp, letter: OwnLetter) -> Likeness:
    """Compares by Message-ID, recipient, subject, thread and text; only the Message-ID is enough alone.

    A message to the same person counts even with another subject and text: it is a letter to
    them on this occasion, and the user's own letter is the letter.
    """
    if letter.carries(_names(follow_up)):
        return Likeness.STRONG
    if follow_up.drafted_at and letter.date < follow_up.drafted_at - timedelta(minutes=1):
        return Likeness.NONE
    to_them = bool(follow_up.to) and follow_up.to in letter.to
    text = alike(follow_up.text, letter.words)
    subject = bool(follow_up.subject) and bare_subject(follow_up.subject) == bare_subject(letter.subject)
    if to_them or (subject and text):
        return Likeness.STRONG
    return Likeness.WEAK if subject or text else Likeness.NONE


def comes_from(follow_up: FollowUp, letter: OwnLetter) -> bool:
    """Whether the text or the subject of a message is that of our draft, whatever else was changed."""
    subject = bool(follow_up.subject) and bare_subject(follow_up.subject) == bare_subject(letter.subject)
    return subject or alike(follow_up.text, letter.words)


def alike(ours: str, theirs: str, least: float = LIKE) -> bool:
    """Whether two texts are the same but for some changes."""
    left, right = normal_text(ours)[:WORDS].lower().split(), theirs[:WORDS].lower().split()
    if not left or not right:
        return False
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= least


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a draft: the stage, the message that shows it, and why. `doubt` names the messages in question."""

    stage: Stage | None
    reason: str
    letter: OwnLetter | None = None
    doubt: tuple[OwnLetter, ...] = ()


def fate(follow_up: FollowUp, letters: Iterable[OwnLetter], taken: Collection[tuple[str, str]]) -> Fate:
    """Judges a draft of ours by the messages of mine that are known. `stage` is None when it is gone.

    `taken` are (account, id) of messages that already count as another letter.
    """
    free = [x for x in letters if x.present and (x.account, x.id) not in taken]
    mine = next((x for x in free if _is_it(follow_up, x)), None)
    sent = _best(follow_up, (letter for letter in free if _was_sent(follow_up, letter)))
    if mine and mine.folder is Folder.DRAFTS and not _ours(follow_up, sent[1]):
        return _where_it_lies(follow_up, mine)  # another letter was sent; this one still lies there
    if sent[0] is Likeness.STRONG and sent[1]:
        return Fate(Stage.SENT, "you sent it", sent[1])
    if mine and mine.folder is not Folder.TRASH:
        return _where_it_lies(follow_up, mine)
    drafts = _best(follow_up, (x for x in free if x.folder in {Folder.DRAFTS, Folder.SCHEDULED}))
    if drafts[0] is Likeness.STRONG and drafts[1]:
        return _where_it_lies(follow_up, drafts[1])
    moved = next((x for x in free if _moved_copy(follow_up, x)), None)
    if moved:
        return _where_it_lies(follow_up, moved)
    doubt = tuple(x for level, x in (sent, drafts) if level is Likeness.WEAK and x)
    return Fate(None, "it is not in your mailbox any more", doubt=doubt)


def _ours(follow_up: FollowUp, letter: OwnLetter | None) -> bool:
    return letter is not None and letter.carries(_names(follow_up))


def _names(follow_up: FollowUp) -> set[str]:
    """The Message-IDs that its draft has had."""
    return {follow_up.message_id, *follow_up.former_ids}


def _was_sent(follow_up: FollowUp, letter: OwnLetter) -> bool:
    """In Sent; or filed anywhere else with another date than the draft's, since sending gives a new one."""
    if letter.folder is Folder.SENT:
        return True
    return left_us(letter) and not _is_it(follow_up, letter) and letter.date != follow_up.drafted_at


def left_us(letter: OwnLetter) -> bool:
    """Whether a message of mine was sent: it lies in Sent, or elsewhere and was never a draft under this id."""
    elsewhere = letter.folder in {Folder.INBOX, Folder.ARCHIVE, Folder.OTHER}
    return letter.folder is Folder.SENT or (elsewhere and not letter.was_draft)


def _is_it(follow_up: FollowUp, letter: OwnLetter) -> bool:
    """Provider ids are unique in their mailbox only."""
    return (letter.account, letter.id) == (follow_up.account, follow_up.draft_id)


def _moved_copy(follow_up: FollowUp, letter: OwnLetter) -> bool:
    return (
        letter.carries([follow_up.message_id])
        and letter.folder not in {Folder.TRASH, Folder.SENT}
        and (letter.was_draft or letter.date == follow_up.drafted_at)
    )


def _best(follow_up: FollowUp, letters: Iterable[OwnLetter]) -> tuple[Likeness, OwnLetter | None]:
    ranked = [(likeness(follow_up, letter), letter) for letter in letters]
    return max(ranked, key=lambda pair: (pair[0], pair[1].date), default=(Likeness.NONE, None))


def _where_it_lies(follow_up: FollowUp, letter: OwnLetter) -> Fate:
    if letter.folder is Folder.SCHEDULED:
        return Fate(Stage.EDITED, "you scheduled it to be sent", letter)
    touched = letter.digest != follow_up.digest
    if letter.folder is not Folder.DRAFTS:
        place = letter.folder_name or letter.folder.value
        stage = Stage.EDITED if touched else follow_up.stage
        return Fate(stage, f"you moved it to {place}", letter)
    if not touched:
        return Fate(Stage.DRAFTED, "it waits in Drafts", letter)
    return Fate(Stage.EDITED, "you edited it: it will not be touched again", letter)


def sent_copy(letter: OwnLetter) -> Sent:
    """What a nudge needs of a letter that was sent."""
    return Sent(
        at=letter.date,
        message_id=letter.message_id,
        subject=letter.subject,
        sender=letter.sender,
        references=letter.references,
        thread=letter.thread,
    )


def adopt(follow_up: FollowUp, found: Fate) -> FollowUp:
    """The follow-up with the message that its fate names: new ids, and nothing is missed any more."""
    letter = found.letter
    if letter is None or found.stage is None:
        return follow_up
    follow_up = replace(follow_up, stage=found.stage, gone_since=None, gone_looks=0)
    if found.stage is Stage.SENT:
        learned = letter.to[0] if not follow_up.to and letter.to else follow_up.to
        written = follow_up.address or learned
        return replace(follow_up, sent=sent_copy(letter), to=learned, address=written)
    if letter.message_id == follow_up.message_id and _is_it(follow_up, letter):
        return follow_up
    former = follow_up.former_ids
    if letter.message_id != follow_up.message_id:
        former = (*former, follow_up.message_id)
    return replace(
        follow_up,
        draft_id=letter.id,
        account=letter.account,
        message_id=letter.message_id,
        former_ids=former,
        drafted_at=follow_up.drafted_at or letter.date,
    )


def taken_back(follow_up: FollowUp, sent: Sent, letters: Collection[OwnLetter]) -> FollowUp | None:
    """The follow-up as a draft again, where its sent copy is gone and a draft has its words; None otherwise."""
    copies = [x for x in letters if x.message_id == sent.message_id and x.folder is Folder.SENT]
    if not copies or any(copy.present for copy in copies):
        return None
    drafts = [x for x in letters if x.present and x.folder is Folder.DRAFTS and comes_from(follow_up, x)]
    ours = next((x for x in drafts if alike(x.words, copies[0].words)), None)
    if ours is None:
        return None
    stage = Stage.DRAFTED if ours.digest == follow_up.digest else Stage.EDITED
    return adopt(replace(follow_up, sent=None), Fate(stage, "", ours))


def missed(follow_up: FollowUp, now: datetime, *, looked: bool) -> FollowUp:
    """The follow-up after one more look that did not find its draft."""
    if follow_up.gone_since is None:
        return replace(follow_up, gone_since=now, gone_looks=int(looked), gone_looked=now)
    again = looked and follow_up.gone_looked != now
    return replace(follow_up, gone_looks=follow_up.gone_looks + again, gone_looked=now)


def given_up(follow_up: FollowUp, now: datetime) -> bool:
    """Whether the grace is over: thirty minutes and two complete looks."""
    since = follow_up.gone_since
    return since is not None and now - since >= GRACE and follow_up.gone_looks >= LOOKS


def counts_since(follow_up: FollowUp) -> datetime:
    """From when on a letter of mine to the person counts as this follow-up."""
    return follow_up.ends if follow_up.kind is Kind.THANK_YOU else follow_up.ends + timedelta(seconds=1)
