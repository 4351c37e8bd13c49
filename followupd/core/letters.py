"""Writes one letter: what is known of the situation + the wording of the templates → subject and text.

Likeness: below 0.8 to each earlier letter, measured by `core.likeness` (SequenceMatcher over the
words of the bodies). Sentences that an earlier letter already has come last; among the others a
hash of the seed decides, so that the same arguments always give the same letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from followupd.core.likeness import TOO_ALIKE, body, nearest, words
from followupd.core.model import Kind, Part
from followupd.core.names import plain
from followupd.core.remarks import Remark, remarks
from followupd.core.situation import (
    Situation,
    Wording,
    facts,
    fill,
    named_in,
    parts_of,
    salutation_name,
    section_of,
)

__all__ = ["Letter", "Situation", "Wording", "write"]

_WORDS_AT_MOST = 120
_CLEARLY_DIFFERENT = 0.6
_TRIES = 24
_MAY_BE_LEFT_OUT: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"about"}),
    frozenset({"about", "note"}),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject ("" for a nudge in a thread: the caller answers), text, and the alternatives used."""

    subject: str
    text: str
    choice: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Option:
    """One alternative with its facts filled in. `remark` is what of it the user wrote, by `rank`."""

    name: str
    text: str
    remark: str = ""
    rank: int = 0


_Pick = Mapping[str, _Option]
_Axes = Mapping[str, Sequence[_Option]]
_Words = Sequence[str]


def write(situation: Situation, wording: Wording, seed: str, earlier: Sequence[str]) -> Letter:
    """The letter for a situation: pure, and the same for the same arguments.

    `seed` is the user's address and the letter's key, `earlier` the texts of all other letters to
    that company. Takes the first combination clearly unlike each of them, else the least alike.
    Where a note or `about_me` that the letters share would make twins of them, it is left out.
    """
    others = [words(body(text)) for text in earlier]
    axes = _axes(situation, wording, seed, others)
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


def _least_alike(candidates: Iterator[_Pick], others: Sequence[_Words]) -> tuple[_Pick, float]:
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
    counted = {piece: option for piece, option in picked.items() if piece != "note"}
    if len(_body(counted).split()) <= _WORDS_AT_MOST:
        return picked
    return {piece: option for piece, option in picked.items() if piece != "about"}


def _axes(situation: Situation, wording: Wording, seed: str, others: Sequence[_Words]) -> _Axes:
    """For each piece of the letter its eligible alternatives, in the order in which they are tried."""
    said = [" ".join(other) for other in others]
    pieces = _worded(situation, wording) | _in_own_words(situation, wording)
    return {
        piece: _ordered(options, f"{seed}\n{piece}", said) for piece, options in pieces.items() if options
    }


def _worded(situation: Situation, wording: Wording) -> dict[str, list[_Option]]:
    known = facts(situation, wording)
    parts = ("subject", *parts_of(situation))
    sections = {part: section_of(situation, wording, part) for part in parts}
    sections["signoff"] = "phrases.signoff"
    if situation.kind is Kind.THANK_YOU and situation.late:
        sections["late"] = "phrases.late"
    return {part: _eligible(wording, section, known) for part, section in sections.items() if section}


def _in_own_words(situation: Situation, wording: Wording) -> dict[str, list[_Option]]:
    """What the user wrote: notes in a thank-you, `about_me` where a letter asks for the job."""
    if situation.kind is Kind.NUDGE:
        return {}
    asks = situation.interest and not situation.relay and "middle" in parts_of(situation)
    about = remarks((situation.about_me,)) if asks else []
    return {
        "note": _framed(remarks(situation.notes), wording, "phrases.note"),
        "about": _framed(about, wording, "phrases.about"),
    }


def _eligible(wording: Wording, section: str, known: Mapping[str, str]) -> list[_Option]:
    return [
        _Option(f"{section}.{number}", fill(template, known))
        for number, template in enumerate(wording.sections[section], 1)
        if named_in(template) <= known.keys()
    ]


def _framed(said: Sequence[Remark], wording: Wording, section: str) -> list[_Option]:
    """A remark that is a sentence stands by itself; any other may stand in each of the frames."""
    options = []
    for rank, remark in enumerate(said):
        frames = ("{text}",) if remark.is_sentence else wording.sections[section]
        options += [
            _Option(f"{section}.{number}", fill(frame, {"text": remark.text}), remark.text, rank)
            for number, frame in enumerate(frames, 1)
        ]
    return options


def _ordered(options: Sequence[_Option], seed: str, said: Sequence[str]) -> list[_Option]:
    """What no earlier letter says comes first; then the user's order, then chance."""

    def is_used(text: str) -> bool:
        wanted = " ".join(words(text))
        return bool(wanted) and any(wanted in other for other in said)

    def key(option: _Option) -> tuple[bool, int, bool, str]:
        chance = sha256(f"{seed}\n{option.name}".encode()).hexdigest()
        return is_used(option.remark), option.rank, is_used(option.text), chance

    return sorted(options, key=key)


# --- putting together ---------------------------------------------------------------------------


def _letter(situation: Situation, wording: Wording, picked: _Pick) -> Letter:
    subject = picked["subject"].text if "subject" in picked else ""
    blocks = (
        _greeting(situation, wording),
        _slot(situation, wording, has_note="note" in picked),
        _body(picked),
        _ending(situation, wording, picked),
    )
    text = "\n\n".join(block for block in blocks if block) + "\n"
    return Letter(subject, text, tuple(option.name for option in picked.values()))


def _body(picked: _Pick) -> str:
    """Three paragraphs at most: thanks (and what was talked about), why, what next."""
    layout = (("opening", "late", "note"), ("middle", "about"), ("closing",))
    rows = ([picked[piece].text for piece in row if piece in picked] for row in layout)
    return "\n\n".join(" ".join(row) for row in rows if row)


def _greeting(situation: Situation, wording: Wording) -> str:
    person = situation.recipient
    name = salutation_name(person)
    if not name:
        return wording.sections["phrases.greeting-unknown"][0]
    if person.greeting and _is_whole_greeting(name, wording):
        return f"{name}{wording.sections['phrases.greeting-neutral'][0].rpartition('}')[2]}"
    own = {None: situation.formality, True: "formal", False: "informal"}[person.formal]
    section = f"phrases.greeting-{own}"
    known = section if section in wording.sections else "phrases.greeting-neutral"
    return fill(wording.sections[known][0], {"name": name})


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


def _slot(situation: Situation, wording: Wording, *, has_note: bool) -> str:
    """The line that the user fills in or deletes: who only organised has nothing to be reminded of."""
    if situation.slot != "mark":
        return ""
    if situation.kind is Kind.NUDGE:
        return wording.sections["phrases.share"][0] if situation.step == 2 else ""
    spoke = situation.part is not Part.COORDINATOR or situation.relay
    return wording.sections["phrases.slot"][0] if spoke and not has_note else ""


def _ending(situation: Situation, wording: Wording, picked: _Pick) -> str:
    """Sign-off and name; a configured signature that begins with its own sign-off stands as it is."""
    lines = [plain(line, 200) for line in situation.signature.strip().splitlines()]
    own = "\n".join(lines) or plain(situation.me_name, 80)
    signoff = picked["signoff"].text if "signoff" in picked else ""
    if lines and _is_signoff(lines[0], wording):
        signoff = ""
    return "\n".join(filter(None, (signoff, own)))


def _is_signoff(line: str, wording: Wording) -> bool:
    """Whether a signature begins with its own farewell: German has no comma behind it."""
    known = {_bare(word) for word in wording.sections.get("phrases.signoff-words", ())}
    return line.endswith(",") or not known.isdisjoint(_bare(word) for word in line.split())
