"""A letter that was made, with the words that it has now: ours, or the user's where their copy was seen changed."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from followupd.core.case import Desk
from followupd.core.fates import WORDS, left_us, normal_text
from followupd.core.model import IN_DRAFTS, WAS_SENT, FollowUp, OwnLetter, Stage
from followupd.core.thank_yous import is_draft_of

SLOT = "FILL IN:"
"""The beginning of a line that the user fills in or deletes, in every language."""

_MADE = IN_DRAFTS | WAS_SENT | {Stage.DISCARDED, Stage.BOUNCED, Stage.EXPIRED}
_SURE_OF = 2  # words in a row: one alone may be any "I" or "the"
_PARAGRAPH = "\n\n"


def is_made(one: FollowUp) -> bool:
    """Whether a letter lies in Drafts, lay there, or was sent: it is shown as it was written, never anew."""
    return one.stage in _MADE and (one.drafted_at is not None or one.sent is not None)


def kept_words(desk: Desk, one: FollowUp) -> tuple[str, str, bool]:
    """Subject and text of a letter that was made, and whether they are the user's and no longer ours.

    Of what the user changed the store keeps the words (at most `fates.WORDS` characters), not the lines.
    """
    copy = _copy(desk, one)
    if copy is None or not copy.words or normal_text(one.text)[:WORDS] == normal_text(copy.words):
        return one.subject, one.text, False
    text = laid_out(copy.words, one.text)
    cut = " …" if len(copy.words) >= WORDS else ""
    return copy.subject, f"{text}{cut}\n", True


def _copy(desk: Desk, one: FollowUp) -> OwnLetter | None:
    """The message of mine that is this letter now: its sent copy, else its draft."""
    present = [letter for letter in desk.case.letters if letter.present]
    if one.sent is not None:
        names = {one.sent.message_id} - {""}
        return next((letter for letter in present if letter.carries(names) and left_us(letter)), None)
    return next((letter for letter in present if is_draft_of(letter, one)), None)


def laid_out(words: str, ours: str) -> str:
    """These words with the line breaks of our letter where its words still stand around them."""
    said = words.split()
    left, gaps = _split(ours if SLOT in words else _without_slots(ours))
    breaks: dict[int, str] = {}
    matcher = SequenceMatcher(None, left, said, autojunk=False)
    for ours_at, at, size in matcher.get_matching_blocks():
        if size >= _SURE_OF:
            around = {at + step: gaps[ours_at + step] for step in range(-1, size) if ours_at + step >= 0}
            breaks |= {place: gap for place, gap in around.items() if "\n" in gap}
    return "".join(word + breaks.get(place, " ") for place, word in enumerate(said)).strip()


def _split(text: str) -> tuple[list[str], list[str]]:
    """The words of a text, and what stands behind each of them."""
    parts = re.split(r"(\s+)", text.strip())
    return parts[::2], [*parts[1::2], ""]


def _without_slots(text: str) -> str:
    return _PARAGRAPH.join(part for part in text.split(_PARAGRAPH) if not part.startswith(SLOT))
