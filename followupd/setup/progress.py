"""What a set-up that was broken off had come to, so that the next one goes on from there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from followupd.database import open_private

_NAME = "init-unfinished.json"
_LARGEST = 100_000


class Step(StrEnum):
    """Where a set-up stands; everything before it is done."""

    QUESTIONS = "questions"
    SIGN_IN = "sign_in"
    INTERVIEWS = "interviews"
    SERVICE = "service"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it came, and the answers (option → text) that no config holds yet."""

    step: Step = Step.QUESTIONS
    answers: Mapping[str, str] = field(default_factory=dict)


def read(config: Path) -> Progress | None:
    """What was left beside the config; None where nothing was, or where it can't be read."""
    try:
        content = _file(config).read_bytes()
        found = json.loads(content) if len(content) <= _LARGEST else {}
        answers = {str(name): str(value) for name, value in found["answers"].items()}
        return Progress(Step(found["step"]), answers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def keep(config: Path, progress: Progress) -> None:
    """Leaves it beside the config, for the user alone. Raises StoreError, OSError."""
    config.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = open_private(_file(config), os.O_TRUNC)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        json.dump({"step": progress.step, "answers": dict(progress.answers)}, file, ensure_ascii=False)


def forget(config: Path) -> None:
    """The set-up is finished."""
    with suppress(OSError):
        _file(config).unlink(missing_ok=True)


def _file(config: Path) -> Path:
    return config.parent / _NAME
