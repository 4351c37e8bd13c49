"""What is said about a letter where it is shown: what it is, where it stands, where its words come from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from followupd.cli.output import Clock, clean

if TYPE_CHECKING:
    from followupd.preview import Preview

_NTH = {1: "first", 2: "second", 3: "third"}
_BEGINNING = 32  # characters of a piece by which it is found again
_UNKNOWN = "Origins: not known any more; the text was changed, or what it was made from."


# --- what it is ---------------------------------------------------------------------------------


def title(one: Preview, place: int, count: int) -> str:
    """What a letter is, and to whom."""
    who = clean(one.name) or one.to or "somebody without an address"
    return f"{f'{place} of {count}: ' if count > 1 else ''}{kind(one)} to {who}"


def kind(one: Preview) -> str:
    """`thank-you`, `first nudge`, `letter (keep in touch)`."""
    kept = one.letter
    if kept.purpose:
        return f"letter ({kept.purpose.value.replace('-', ' ')})"
    nth = _NTH.get(kept.step, f"{kept.step}th")
    return f"{nth} nudge" if kept.kind.value == "nudge" else "thank-you"


def slot_words(count: int) -> str:
    """How many lines wait for the user's own words."""
    if not count:
        return "No line is left for you to fill in."
    return f"{count} line{'s are' if count > 1 else ' is'} yours to fill in or delete: FILL IN."


# --- where it stands ----------------------------------------------------------------------------


def about(one: Preview, clock: Clock) -> str:
    """Where a letter stands, in a sentence without its end mark."""
    stands = _to_come(one, clock) if one.words.value == "new" else _made(one, clock)
    rewritten = one.letter.rewritten
    return clean(f"{stands}; language model: {rewritten}" if rewritten else stands)


def _to_come(one: Preview, clock: Clock) -> str:
    if one.stage.value not in {"planned", "due"}:
        return f"none is made ({one.stage.value}): {one.reason}"
    if one.letter.held:
        return "held back until you answer (`followupd status`)"
    assert one.due is not None
    day = clock.day(one.due.isoformat())
    if one.letter.kind.value == "nudge":
        return f"if nobody answers, on {day}"
    if one.due <= clock.now:
        return "the next look puts it into Drafts"
    return f"to be put into Drafts on {clock.at(one.due.isoformat())}"


def _made(one: Preview, clock: Clock) -> str:
    kept, stage = one.letter, one.stage.value
    since = clock.at(kept.drafted_at.isoformat()) if kept.drafted_at else ""
    sent = clock.at(kept.sent.at.isoformat()) if kept.sent else ""
    how = kept.sent.how if kept.sent else "mail"
    if sent and how != "mail":
        return f"you thanked them by {how} on {sent}"
    if sent:
        back = f", and it came back: {one.reason}" if stage == "bounced" else ""
        return f"sent on {sent}{_whose(one)}{back}"
    places = {
        "drafted": f"in Drafts since {since}",
        "edited": f"in Drafts since {since}",
        "expired": f"in Drafts since {since}, and left alone there",
        "unsure": f"put into Drafts on {since}, and gone from there",
        "discarded": f"put into Drafts on {since}, and deleted by you",
    }
    return f"{places.get(stage, f'put into Drafts on {since}')}{_whose(one)}"


def _whose(one: Preview) -> str:
    if not one.text.strip():
        return "; its words are not known"
    if one.words.value == "yours":
        return ", in your words as last seen"
    changed = "; what you changed there is not shown" if one.stage.value == "edited" else ""
    return f", as we wrote it{changed}"


# --- where its words come from ------------------------------------------------------------------


def origins_of(one: Preview, mark: str) -> Iterator[str]:
    """A line for each piece of a letter: what it is, how it begins, where it came from. `mark` holds its number."""
    if not one.pieces:
        yield _UNKNOWN
    for number, piece in enumerate(one.pieces, 1):
        yield clean(f"{mark.format(number)} {piece.part} “{beginning(piece.text)}”: {piece.origin}")


def beginning(text: str) -> str:
    """The first words of a piece."""
    line = clean(text)
    if len(line) <= _BEGINNING:
        return line
    return f"{line[:_BEGINNING].rpartition(' ')[0] or line[:_BEGINNING]} …"


# --- how alike they are -------------------------------------------------------------------------


def alike(found: Sequence[Preview]) -> Iterator[str]:
    """How alike the letters of a panel are, in words and numbers; nothing for a single one."""
    from followupd.core.likeness import TOO_ALIKE
    from followupd.panel import in_words, panel_of

    panel = panel_of(found)
    if panel is None:
        return
    most = panel.highest
    names = " and ".join(
        clean(one.name) or one.to or "one without an address" for one in (most.one, most.other)
    )
    yield (
        f"Most alike: {names}, {most.ratio:.2f} of 1, {in_words(most.ratio)}; {TOO_ALIKE} would be too alike."
    )
    if len(panel.pairs) > 1:
        yield f"In the middle of the {len(panel.pairs)} pairs: {panel.median:.2f} (median)."
