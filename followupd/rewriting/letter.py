"""What of a planned letter may be rewritten: its middle, where the user has noted something. Pure.

The letter is written once more from what is stored, as the planner did, to know its pieces. Where that gives
another text, something changed meanwhile, and the letter stays as it was planned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from followupd.core import compose, proofreading
from followupd.core.actions import Action, Advance, ChangeProcess, CreateDraft
from followupd.core.case import Case, Desk, Setting
from followupd.core.faithful import LANGUAGES, Given
from followupd.core.faithfulfacts import sentences, words_of
from followupd.core.fates import digest_of
from followupd.core.letters import Letter, Piece
from followupd.core.likeness import TOO_ALIKE, body, nearest, words
from followupd.core.model import FollowUp, Kind
from followupd.core.owing import Owed, owed
from followupd.core.situation import Wording
from followupd.rewriting.asked import INSTRUCTIONS, Question, told

_FILES = frozenset({"interviewer", "recruiter", "internal"})  # the middle of others asks for something
_TOPICS = frozenset({"", "fit"})
_PARAGRAPHS_AT_MOST = 3
_WORDS_AT_MOST = 150
_SENTENCE = 5  # words from which on two sentences are not the same by chance
_NOTE_ROW, _MIDDLE_ROW = ("opening", "late", "note"), ("middle", "about")
_NO_FACTS = frozenset({"signoff", "signature"})  # a telephone number vouches for no number
_REPLACED = frozenset({"middle", "note", "about"})
_FACT = re.compile(r"\{[{%].{0,200}?[}%]\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritable:
    """A letter whose middle may be rewritten: what is asked, what the answer is compared with, what it replaces.

    `desk` is what the planner knew when it wrote the letter, `others` are other letters to the company.
    """

    action: CreateDraft
    desk: Desk
    question: Question
    given: Given
    letter: Letter
    others: tuple[str, ...]

    def refusal(self, paragraph: str, text: str) -> str:
        """Why the whole letter with the new middle may not stand, "" if it may."""
        if any(_is_said(sentence, self.others) for sentence in sentences(paragraph)):
            return "repeated a sentence of another letter to this company"
        before = self.action.follow_up.findings
        fault = next((one for one in self._read(text).findings if one not in before), "")
        if fault:
            return f"made this of the letter: {fault.rstrip('.')}"
        inner = body(text)
        if len(inner.split("\n\n")) > _PARAGRAPHS_AT_MOST or len(inner.split()) > _WORDS_AT_MOST:
            return "made the letter too long"
        alike = nearest(words(inner), [words(body(other)) for other in self.others], TOO_ALIKE)
        return "made it too much like another letter to this company" if alike >= TOO_ALIKE else ""

    def with_middle(self, paragraph: str) -> str:
        """The letter's text with the paragraph for its middle and for the notes that it was written from."""
        first = self._row(_NOTE_ROW)
        middle = self._row(_MIDDLE_ROW)
        kept = [piece for piece in middle if piece.origin == "letters.about_me"]
        new = " ".join([paragraph, *(piece.text for piece in kept)])
        text = self.letter.text.replace(f"{_joined(middle)}\n\n", f"{new}\n\n", 1)
        noteless = [piece for piece in first if piece.part != "note"]
        return text.replace(f"{_joined(first)}\n\n", f"{_joined(noteless)}\n\n", 1)

    def rewritten(self, text: str, how: str) -> CreateDraft:
        """The action with this text: all that is kept of the letter fits it."""
        draft, read = replace(self.action.draft, text=text), self._read(text)
        choice = tuple(one for one in read.choice if one.split(".")[1] not in _REPLACED)
        follow_up = replace(read, text=text, digest=digest_of(draft), choice=choice, rewritten=how)
        return replace(self.action, draft=draft, follow_up=follow_up)

    def _read(self, text: str) -> FollowUp:
        """The follow-up, proofread with this text for its draft."""
        changed = replace(self.action, draft=replace(self.action.draft, text=text))
        self.desk.actions = [*(one for one in self.desk.actions if _key(one) != _key(changed)), changed]
        proofreading.think(self.desk)
        found = (one for one in self.desk.actions if isinstance(one, CreateDraft))
        return next(one.follow_up for one in found if _key(one) == _key(changed))

    def _row(self, parts: Sequence[str]) -> list[Piece]:
        return [piece for piece in self.letter.pieces if piece.part in parts]


def rewritable(
    action: CreateDraft, before: Sequence[Action], case: Case, setting: Setting
) -> Rewritable | None:
    """The letter as something that may be rewritten; None where the template stands without asking.

    `before` are the actions of the same plan that come before this one.
    """
    if action.hold or action.follow_up.kind is not Kind.THANK_YOU:
        return None
    desk = _desk(before, case, setting)
    item = next((one for one in owed(desk) if one.key == action.follow_up.key), None)
    notes = told(_notes(item, action.follow_up.to)) if item else ()
    if item is None or not notes:
        return None
    letter, draft = compose.thank_you(desk, action.follow_up, item)
    middle = next((piece for piece in letter.pieces if piece.part == "middle"), None)
    if middle is None or draft.text != action.draft.text:
        return None
    tone, _, section = middle.origin.removeprefix("your ").partition("/")
    file, part, number = section.split(".")  # without interest the part is another: middle-no-interest
    if file not in _FILES or part != "middle" or tone.partition("-")[0] not in LANGUAGES:
        return None
    wording = setting.wordings(tone)
    example = nameless(wording, f"{file}.{part}", int(number))
    return _found(action, desk, letter, notes, wording, example) if example else None


def _found(
    action: CreateDraft, desk: Desk, letter: Letter, notes: tuple[str, ...], wording: Wording, example: str
) -> Rewritable:
    language = wording.language.partition("-")[0]
    formal = not wording.language.endswith("-informal")
    given = Given(
        notes=notes,
        letter="\n\n".join(piece.text for piece in letter.pieces if piece.part not in _NO_FACTS),
        facts=(desk.process.organisation, desk.process.position),
        language=language,
        formal=formal,
        vocabulary=_vocabulary(tuple(_own_words(wording))),
        asked=INSTRUCTIONS,
    )
    others = [one.text for one in desk.follow_ups.values() if one.text and one.key != action.follow_up.key]
    others += [one.draft.text for one in desk.actions if isinstance(one, CreateDraft)]
    question = Question(example=example, notes=notes, language=language, formal=formal)
    return Rewritable(
        action=action, desk=desk, question=question, given=given, letter=letter, others=tuple(others)
    )


def _desk(before: Sequence[Action], case: Case, setting: Setting) -> Desk:
    """What the planner knew when it wrote this letter."""
    desk = Desk(case, setting, lambda _: "")
    for action in before:
        if isinstance(action, ChangeProcess):
            desk.process = action.process
        elif isinstance(action, Advance):
            desk.follow_ups[action.follow_up.key] = action.follow_up
    desk.actions = list(before)
    return desk


def _notes(item: Owed, to: str) -> tuple[str, ...]:
    """The user's notes for this letter, the newest first."""
    written = [note for one in item.interviews for note in one.notes if note.concerns(to, item.person.name)]
    found = [note for note in written if note.text and note.topic in _TOPICS]
    return tuple(note.text for note in sorted(found, key=lambda note: note.at, reverse=True))


def nameless(wording: Wording, section: str, number: int) -> str:
    """The letter's own alternative, or the next of ours that names nothing: what is told must hold no name."""
    if section in wording.own:
        return ""
    ordered = wording.sections[section][number - 1 :] + wording.sections[section][: number - 1]
    return next((one for one in ordered if not _FACT.search(one)), "")


def _own_words(wording: Wording) -> list[str]:
    """The sentences of our templates: not the user's, which may hold names, and no days and months."""
    sections = wording.sections.items()
    kept = [(name, texts) for name, texts in sections if name not in wording.own]
    return [_FACT.sub(" ", text) for name, texts in kept if not name.startswith("phrases.") for text in texts]


@lru_cache(maxsize=4)
def _vocabulary(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.bare for text in texts for word in words_of(text))


def _is_said(sentence: str, texts: Sequence[str]) -> bool:
    said = words(sentence)
    return len(said) >= _SENTENCE and any(" ".join(said) in " ".join(words(text)) for text in texts)


def _key(action: Action) -> str:
    return action.follow_up.key if isinstance(action, CreateDraft) else ""


def _joined(row: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in row)
