"""Writes one letter: what is known of the situation + the wording of the templates → subject and text.

Likeness: below 0.8 to each earlier letter, measured by `core.likeness` (SequenceMatcher over the
words of the bodies). Sentences that an earlier letter already has come last; among the others a
hash of the seed decides, so that the same arguments always give the same letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from followupd.core.alternatives import Option, Words, alternatives, origin_of
from followupd.core.likeness import TOO_ALIKE, body, nearest, words
from followupd.core.model import Kind, Part, Purpose
from followupd.core.names import plain
from followupd.core.situation import Situation, Wording, salutation_name

__all__ = ["Letter", "Piece", "Situation", "Wording", "write"]

_WORDS_AT_MOST = 120
_CLEARLY_DIFFERENT = 0.6
_TRIES = 24
_MAY_BE_LEFT_OUT: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"about"}),
    frozenset({"about", "forgot"}),
    frozenset({"about", "forgot", "question", "note"}),
)
_IN_OWN_WORDS = frozenset({"note", "forgot", "question"})
_LAYOUT = (("opening", "late", "note"), ("middle", "about"), ("forgot", "question", "closing"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a letter, and where its words come from: "en/interviewer.opening.3", "your note", "me.name"."""

    part: str
    origin: str
    text: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject ("" for a nudge in a thread: the caller answers), text, and the alternatives used.

    `pieces` are what the text is made of, in its order, for people to look at.
    """

    subject: str
    text: str
    choice: tuple[str, ...]
    pieces: tuple[Piece, ...] = ()


_Pick = Mapping[str, Option]
_Axes = Mapping[str, Sequence[Option]]


def write(
    situation: Situation, wording: Wording, seed: str, earlier: Sequence[str], subjects: Sequence[str] = ()
) -> Letter:
    """The letter for a situation: pure, and the same for the same arguments.

    `seed` is the user's address and the letter's key, `earlier` the texts of all other letters to
    that company, `subjects` theirs. Takes the first combination clearly unlike each of them, else the least alike.
    Where a note or `about_me` that the letters share would make twins of them, it is left out.
    """
    others = [words(body(text)) for text in earlier]
    axes = alternatives(situation, wording, seed, others, subjects)
    best: _Pick = {}
    least = 2.0
    for left_out in _MAY_BE_LEFT_OUT:
        picked, alike = _least_alike(_candidates(axes, left_out), others)
        if alike < least:
            best, least = picked, alike
        if least < TOO_ALIKE:
            break
    return _letter(situation, wording, best)


# --- choosing -----------------------------------------------------------------------------------


def _least_alike(candidates: Iterator[_Pick], others: Sequence[Words]) -> tuple[_Pick, float]:
    best: _Pick = {}
    least = 2.0
    for picked in candidates:
        alike = nearest(words(_body(picked)), others, least)
        if alike < least:
            best, least = picked, alike
        if least < _CLEARLY_DIFFERENT:
            break
    return best, least


def _candidates(axes: _Axes, left_out: frozenset[str]) -> Iterator[_Pick]:
    """Combinations in the order of preference; each differs from the one before in every piece."""
    used = {piece: options for piece, options in axes.items() if piece not in left_out}
    for turn in range(_TRIES):
        yield _fitting({piece: options[turn % len(options)] for piece, options in used.items()})


def _fitting(picked: _Pick) -> _Pick:
    """Without `about` where the letter would grow long. Notes do not count."""
    counted = {piece: option for piece, option in picked.items() if piece not in _IN_OWN_WORDS}
    if len(_body(counted).split()) <= _WORDS_AT_MOST:
        return picked
    return {piece: option for piece, option in picked.items() if piece != "about"}


# --- putting together ---------------------------------------------------------------------------


def _letter(situation: Situation, wording: Wording, picked: _Pick) -> Letter:
    subject = picked["subject"].text if "subject" in picked else ""
    rows = (
        [_greeting(situation, wording)],
        _slot(situation, wording, has_note="note" in picked),
        *([_piece(part, picked[part]) for part in row if part in picked] for row in _LAYOUT),
        _ending(situation, wording, picked),
    )
    blocks = [
        "\n".join(p.text for p in row) if row is rows[-1] else " ".join(p.text for p in row) for row in rows
    ]
    text = "\n\n".join(block for block in blocks if block) + "\n"
    pieces = tuple(piece for row in rows for piece in row)
    return Letter(subject, text, tuple(option.name for option in picked.values()), pieces)


def _piece(part: str, option: Option) -> Piece:
    return Piece(part, option.origin, option.text)


def _body(picked: _Pick) -> str:
    """Three paragraphs at most: thanks (and what was talked about), why, what next."""
    rows = ([picked[part].text for part in row if part in picked] for row in _LAYOUT)
    return "\n\n".join(" ".join(row) for row in rows if row)


def _greeting(situation: Situation, wording: Wording) -> Piece:
    person = situation.recipient
    name = salutation_name(person)
    if not name:
        return Piece("greeting", "no name is sure", wording.sections["phrases.greeting-unknown"][0])
    origin = "the greeting that you set" if person.greeting else "the name that is sure"
    if person.greeting and _is_whole_greeting(name, wording):
        mark = wording.sections["phrases.greeting-neutral"][0].rpartition("}")[2]
        return Piece("greeting", origin, f"{name}{mark}")
    own = {None: situation.formality, True: "formal", False: "informal"}[person.formal]
    section = f"phrases.greeting-{own}"
    known = section if section in wording.sections else "phrases.greeting-neutral"
    text = wording.render(wording.sections[known][0], {"name": name})
    return Piece("greeting", origin, text or wording.sections["phrases.greeting-unknown"][0])


def _is_whole_greeting(text: str, wording: Wording) -> bool:
    """Whether the user's greeting has its own "Dear"."""
    first, _, rest = text.partition(" ")
    greetings = [
        wording.sections[f"phrases.greeting-{kind}"][0] for kind in ("formal", "neutral", "informal")
    ]
    words_of_greetings = (*greetings, *wording.sections.get("phrases.greeting-words", ()))
    return bool(rest) and _bare(first) in {_bare(one.split(maxsplit=1)[0]) for one in words_of_greetings}


def _bare(word: str) -> str:
    return word.strip(",.:;").casefold()


def _slot(situation: Situation, wording: Wording, *, has_note: bool) -> list[Piece]:
    """The line that the user fills in or deletes: who only organised has nothing to be reminded of."""
    section = _slot_section(situation, has_note=has_note) if situation.slot == "mark" else ""
    return [Piece("slot", origin_of(wording, section, 1), wording.sections[section][0])] if section else []


def _slot_section(situation: Situation, *, has_note: bool) -> str:
    if situation.kind is Kind.THANK_YOU:
        spoke = situation.part is not Part.COORDINATOR or situation.relay
        return "phrases.slot" if spoke and not has_note else ""
    second_nudge = situation.kind is Kind.NUDGE and situation.step == 2
    return "phrases.share" if second_nudge or situation.purpose is Purpose.KEEP_IN_TOUCH else ""


def _ending(situation: Situation, wording: Wording, picked: _Pick) -> list[Piece]:
    """Sign-off and name; a configured signature that begins with its own sign-off stands as it is."""
    lines = [plain(line, 200) for line in situation.signature.strip().splitlines()]
    own = "\n".join(lines)
    signature = Piece("signature", "letters.signature", own) if own else _my_name(situation)
    has_signoff = bool(lines) and _is_signoff(lines[0], wording)
    signoff = [_piece("signoff", picked["signoff"])] if "signoff" in picked and not has_signoff else []
    return [*signoff, signature] if signature.text else signoff


def _my_name(situation: Situation) -> Piece:
    return Piece("signature", "me.name", plain(situation.me_name, 80))


def _is_signoff(line: str, wording: Wording) -> bool:
    """Whether a signature begins with its own farewell: German has no comma behind it."""
    known = {_bare(word) for word in wording.sections.get("phrases.signoff-words", ())}
    return line.endswith(",") or not known.isdisjoint(_bare(word) for word in line.split())
