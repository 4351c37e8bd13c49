"""Writes one letter: what is known of the situation + the wording of the templates → subject and text.

Likeness: below 0.8 to each earlier letter, measured by `core.likeness` (SequenceMatcher over the
words of the bodies). Sentences that an earlier letter already has come last; among the others a
hash of the seed decides, so that the same arguments always give the same letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from followupd.core.likeness import TOO_ALIKE, body, nearest, words
from followupd.core.model import Kind, Part, Purpose
from followupd.core.names import plain
from followupd.core.remarks import Remark, remarks
from followupd.core.situation import (
    Situation,
    Wording,
    facts,
    parts_of,
    salutation_name,
    section_of,
)

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
_YOUR_NOTE = "your note"


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


@dataclass(frozen=True, slots=True)
class _Option:
    """One alternative with its facts filled in. `remark` is what of it the user wrote, by `rank`."""

    name: str
    text: str
    remark: str = ""
    rank: int = 0
    origin: str = ""


_Pick = Mapping[str, _Option]
_Axes = Mapping[str, Sequence[_Option]]
_Words = Sequence[str]


def write(
    situation: Situation, wording: Wording, seed: str, earlier: Sequence[str], subjects: Sequence[str] = ()
) -> Letter:
    """The letter for a situation: pure, and the same for the same arguments.

    `seed` is the user's address and the letter's key, `earlier` the texts of all other letters to
    that company, `subjects` theirs. Takes the first combination clearly unlike each of them, else the least alike.
    Where a note or `about_me` that the letters share would make twins of them, it is left out.
    """
    others = [words(body(text)) for text in earlier]
    axes = _axes(situation, wording, seed, others, subjects)
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
    counted = {piece: option for piece, option in picked.items() if piece not in _IN_OWN_WORDS}
    if len(_body(counted).split()) <= _WORDS_AT_MOST:
        return picked
    return {piece: option for piece, option in picked.items() if piece != "about"}


def _axes(
    situation: Situation, wording: Wording, seed: str, others: Sequence[_Words], subjects: Sequence[str]
) -> _Axes:
    """For each piece of the letter its eligible alternatives, in the order in which they are tried."""
    said = [" ".join(other) for other in others]
    titles = [" ".join(words(subject)) for subject in subjects]
    pieces = _worded(situation, wording) | _in_own_words(situation, wording, said)
    return {
        piece: _ordered(options, f"{seed}\n{piece}", titles if piece == "subject" else said)
        for piece, options in pieces.items()
        if options
    }


def _worded(situation: Situation, wording: Wording) -> dict[str, list[_Option]]:
    known = facts(situation, wording)
    parts = ("subject", *parts_of(situation))
    sections = {part: section_of(situation, wording, part) for part in parts}
    sections["signoff"] = "phrases.signoff"
    if situation.kind is Kind.THANK_YOU and situation.late:
        sections["late"] = "phrases.late"
    return {part: _eligible(wording, section, known) for part, section in sections.items() if section}


def _in_own_words(situation: Situation, wording: Wording, said: Sequence[str]) -> dict[str, list[_Option]]:
    """What the user wrote: notes in a thank-you, `about_me` where a letter asks for the job.

    A question that an earlier letter asks already is not asked of a second person.
    """
    if situation.kind is not Kind.THANK_YOU:
        return {}
    options = {"note": _framed(situation.notes, wording, "phrases.note")}
    was_there = situation.part in {Part.INTERVIEWER, Part.RECRUITER} and not situation.relay
    if not situation.interest or not was_there:
        return options
    about = _framed(situation.fit, wording, "phrases.about") if "middle" in parts_of(situation) else []
    if situation.about_me and "middle" in parts_of(situation):
        own = _framed((situation.about_me,), wording, "phrases.about", "letters.about_me")
        about += [replace(one, rank=one.rank + len(situation.fit)) for one in own]
    asked = _framed(situation.question, wording, "phrases.question")
    return options | {
        "about": about,
        "forgot": _framed(situation.forgot, wording, "phrases.forgot"),
        "question": [one for one in asked if not _is_said(one.remark, said)],
    }


def _eligible(wording: Wording, section: str, known: Mapping[str, str]) -> list[_Option]:
    """Those that name nothing unknown."""
    filled = [wording.render(template, known) for template in wording.sections[section]]
    return [
        _Option(f"{section}.{number}", text, origin=_origin(wording, section, number))
        for number, text in enumerate(filled, 1)
        if text is not None
    ]


def _origin(wording: Wording, section: str, number: int) -> str:
    whose = "your " if section in wording.own else ""
    return f"{whose}{wording.language}/{section}.{number}"


def _framed(texts: Sequence[str], wording: Wording, section: str, origin: str = _YOUR_NOTE) -> list[_Option]:
    """A remark that is a sentence stands by itself; any other may stand in each of the frames."""
    frames = wording.sections.get(section) or wording.sections["phrases.note"]
    return [
        _Option(f"{section}.{number}", text, remark.text, rank, origin)
        for rank, remark in enumerate(remarks(texts))
        for number, frame in enumerate(frames[:1] if remark.is_sentence else frames, 1)
        if (text := _in_frame(remark, frame, wording))
    ]


def _in_frame(remark: Remark, frame: str, wording: Wording) -> str:
    return remark.text if remark.is_sentence else wording.render(frame, {"text": remark.text}) or ""


def _ordered(options: Sequence[_Option], seed: str, said: Sequence[str]) -> list[_Option]:
    """What no earlier letter says comes first; then the user's order, then chance."""

    def key(option: _Option) -> tuple[bool, int, bool, str]:
        chance = sha256(f"{seed}\n{option.name}".encode()).hexdigest()
        return _is_said(option.remark, said), option.rank, _is_said(option.text, said), chance

    return sorted(options, key=key)


def _is_said(text: str, said: Sequence[str]) -> bool:
    wanted = " ".join(words(text))
    return bool(wanted) and any(wanted in other for other in said)


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


def _piece(part: str, option: _Option) -> Piece:
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
    return [Piece("slot", _origin(wording, section, 1), wording.sections[section][0])] if section else []


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
