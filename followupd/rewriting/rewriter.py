"""Asks a language model for the middle of the letters of one cycle, and lets it stand only where it is faithful.

It never delays a cycle for long: one failure ends the asking for this cycle, and all questions of a cycle together
have a bound. A letter is put into Drafts in the same cycle in any case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from followupd.core.actions import Action, CreateDraft, ProcessPlan
from followupd.core.case import Case, Setting
from followupd.core.faithful import refusal
from followupd.rewriting.asked import body, paragraph_in
from followupd.rewriting.letter import Rewritable, rewritable
from followupd.rewriting.model import Model, NoAnswer, is_here, shown

CYCLE_BOUND = 60.0  # seconds of asking in one cycle: far below the watchdog's five minutes
_LEAST = 1.0  # seconds below which a question is not worth asking any more
_Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Attempt:
    """How the last question went, in words for the user."""

    ok: bool
    text: str


class Rewriter:
    """The model of the config, or none."""

    def __init__(self, model: Model | None, clock: _Clock = time.monotonic) -> None:
        self.model = model
        self._clock = clock

    @property
    def sign(self) -> dict[str, object]:
        """What `status` shows of it; empty where none is configured."""
        if self.model is None:
            return {}
        here = is_here(self.model.url)
        return {"name": self.model.name, "address": shown(self.model.url), "elsewhere": not here}

    def turn(self) -> Turn:
        """The asking of one cycle."""
        return Turn(self.model, self._clock)


class Turn:
    """One cycle's questions. `last` is how the latest of them went, None where none was asked."""

    def __init__(self, model: Model | None, clock: _Clock) -> None:
        self.last: Attempt | None = None
        self._model = model
        self._clock = clock
        self._left = CYCLE_BOUND
        self._ended = ""
        self._key: str | None = None
        self._answers: dict[tuple[str, int, bytes], str] = {}

    def revised(self, plan: ProcessPlan, case: Callable[[str], Case | None], setting: Setting) -> ProcessPlan:
        """The plan, with the letters rewritten that may be."""
        if not any(isinstance(action, CreateDraft) for action in plan.actions):
            return plan
        known = case(plan.process) if self._model else None
        actions: list[Action] = []
        for action in plan.actions:
            revised = action
            if isinstance(action, CreateDraft):
                # What was kept of an earlier draft of this letter says nothing of this one.
                revised = replace(action, follow_up=replace(action.follow_up, rewritten=""))
                if known is not None and known.version == plan.version:
                    revised = self._revised(revised, plan.actions[: len(actions)], actions, known, setting)
            actions.append(revised)
        return replace(plan, actions=tuple(actions))

    def _revised(
        self,
        action: CreateDraft,
        planned: Sequence[Action],
        final: Sequence[Action],
        case: Case,
        setting: Setting,
    ) -> CreateDraft:
        found = rewritable(action, planned, case, setting)
        if found is None or self._model is None:
            return action
        texts = [one.draft.text for one in final if isinstance(one, CreateDraft)]
        found = replace(found, others=(*found.others, *texts))
        text, how = self._judged(found, self._model)
        if text:
            return found.rewritten(text, how)
        return replace(action, follow_up=replace(action.follow_up, rewritten=how))

    def _judged(self, found: Rewritable, model: Model) -> tuple[str, str]:
        """The letter's new text, "" where the template stands; and what is to be told of it."""
        try:
            paragraph = self._answer(found, model)
        except NoAnswer as error:
            if not self._ended:
                self._ended = str(error)
                self.last = Attempt(ok=False, text=_stands(model, self._ended))
            return "", _stands(model, str(error))
        text = found.with_middle(paragraph)
        why = refusal(paragraph, found.given) or found.refusal(paragraph, text)
        if why:
            self.last = Attempt(ok=False, text=_stands(model, why))
            return "", self.last.text
        self.last = Attempt(ok=True, text=f"the middle was written by {model.name} from your notes")
        return text, self.last.text

    # --- asking ---

    def _answer(self, found: Rewritable, model: Model) -> str:
        """What the model wrote; asked once for each letter of a cycle. Raises NoAnswer."""
        follow_up = found.action.follow_up
        request = body(found.question, model.name)
        place = (follow_up.key, follow_up.revision, request)
        if place not in self._answers:
            self._answers[place] = self._asked(request, model)
        return self._answers[place]

    def _asked(self, request: bytes, model: Model) -> str:
        if self._ended:
            raise NoAnswer(f"was not asked again in this cycle: it {self._ended}")
        bound = min(model.timeout.total_seconds(), self._left)
        if bound < min(_LEAST, model.timeout.total_seconds()):
            raise NoAnswer(f"was not asked: the {CYCLE_BOUND:.0f} seconds of this cycle were over")
        # Sockets, TLS and programs: for those alone who have a model.
        from followupd.rewriting.keys import key_of  # noqa: PLC0415
        from followupd.rewriting.server import ask  # noqa: PLC0415

        begun = self._clock()
        try:
            if self._key is None:
                self._key = key_of(model.key_command, bound)
            answer = ask(model, self._key, request, max(bound - (self._clock() - begun), 0.0))
        finally:
            self._left -= self._clock() - begun
        paragraph = paragraph_in(answer)
        if paragraph is None:
            raise NoAnswer("answered with something else than a text")
        return paragraph


def _stands(model: Model, why: str) -> str:
    return f"{model.name} {why}: the template stands"
