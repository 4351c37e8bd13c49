"""The alternatives of each piece of a letter: templates with their facts, and what the user wrote, in the order
in which they are tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from followupd.core.likeness import words
from followupd.core.model import Kind, Part, Purpose
from followupd.core.remarks import remarks
from followupd.core.situation import Situation, Wording, facts, parts_of, section_of

_YOUR_NOTE = "your note"
_ALONE = ("{{ text }}",)

Words = Sequence[str]


@dataclass(frozen=True, slots=True)
class Option:
    """One alternative with its facts filled in. `remark` is what of it the user wrote, by `rank`."""

    name: str
    text: str
    remark: str = ""
    rank: int = 0
    origin: str = ""


def alternatives(
    situation: Situation, wording: Wording, seed: str, others: Sequence[Words], subjects: Sequence[str]
) -> dict[str, list[Option]]:
    """For each piece of the letter its eligible alternatives, in the order in which they are tried."""
    said = [" ".join(other) for other in others]
    titles = [" ".join(words(subject)) for subject in subjects]
    pieces = _worded(situation, wording) | _in_own_words(situation, wording, said)
    return {
        piece: _ordered(options, f"{seed}\n{piece}", titles if piece == "subject" else said)
        for piece, options in pieces.items()
        if options
    }


def _worded(situation: Situation, wording: Wording) -> dict[str, list[Option]]:
    known = facts(situation, wording)
    parts = ("subject", *parts_of(situation))
    sections = {part: section_of(situation, wording, part) for part in parts}
    sections["signoff"] = "phrases.signoff"
    if situation.kind is Kind.THANK_YOU and situation.late:
        sections["late"] = "phrases.late"
    found = {part: _eligible(wording, section, known) for part, section in sections.items() if section}
    if situation.purpose is Purpose.WITHDRAW and situation.part is Part.AGENCY:
        found["opening"] = _telling_which(found["opening"], known)
    return found


def _telling_which(options: list[Option], known: Mapping[str, str]) -> list[Option]:
    """Those that say which application is meant: a consultant may look after several of mine."""
    for facts_that_tell in (("company", "position"), ("date",)):
        told = [known[name] for name in facts_that_tell if name in known]
        if sure := [option for option in options if any(text in option.text for text in told)]:
            return sure
    return options


def _in_own_words(situation: Situation, wording: Wording, said: Sequence[str]) -> dict[str, list[Option]]:
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


def _eligible(wording: Wording, section: str, known: Mapping[str, str]) -> list[Option]:
    """Those that name nothing unknown."""
    filled = [wording.render(template, known) for template in wording.sections[section]]
    return [
        Option(f"{section}.{number}", text, origin=origin_of(wording, section, number))
        for number, text in enumerate(filled, 1)
        if text is not None
    ]


def origin_of(wording: Wording, section: str, number: int) -> str:
    """Where the words of an alternative stand: "en/interviewer.opening.3", or "your en/…" in the user's folder."""
    whose = "your " if section in wording.own else ""
    return f"{whose}{wording.language}/{section}.{number}"


def _framed(texts: Sequence[str], wording: Wording, section: str, origin: str = _YOUR_NOTE) -> list[Option]:
    """A remark that is a sentence stands by itself; any other may stand in each of the frames.

    What was forgotten or is asked comes out of the blue, in the last paragraph: it is always announced.
    """
    frames = wording.sections.get(section) or wording.sections["phrases.note"]
    announced = section in {"phrases.forgot", "phrases.question"}
    return [
        Option(f"{section}.{number}", text, remark.text, rank, origin)
        for rank, remark in enumerate(remarks(texts))
        for number, frame in enumerate(frames if announced or not remark.is_sentence else _ALONE, 1)
        if (text := wording.render(frame, {"text": remark.typed if announced else remark.text}))
    ]


def _ordered(options: Sequence[Option], seed: str, said: Sequence[str]) -> list[Option]:
    """What no earlier letter says comes first; then the user's order, then chance."""

    def key(option: Option) -> tuple[bool, int, bool, str]:
        chance = sha256(f"{seed}\n{option.name}".encode()).hexdigest()
        return _is_said(option.remark, said), option.rank, _is_said(option.text, said), chance

    return sorted(options, key=key)


def _is_said(text: str, said: Sequence[str]) -> bool:
    wanted = " ".join(words(text))
    return bool(wanted) and any(wanted in other for other in said)
