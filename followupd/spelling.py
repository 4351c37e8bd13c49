"""Spelling, with the extra `proofread`: a child process reads the texts of one cycle and ends.

Whatever happens to the child (not installed, hangs, dies, prints nonsense), nothing is misspelt then: a cycle never
fails for it. It is told once, and after a failure nobody is asked for an hour.
"""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from followupd.core.proof import Misspelling
from followupd.log import write

BOUND = 10.0  # seconds in which all texts of a cycle must be read
ANSWER_AT_MOST = 64 * 1024
TEXT_AT_MOST = 4096  # letters: less than a pipe takes
MISSPELT_AT_MOST = 100
WORD_AT_MOST = 100
RESTS = 3600.0  # seconds
MISSING = 3  # the reader's exit status where the extra is not installed
WORDS = (sys.executable, "-P", "-m", "followupd.spelling_reader")
# Where Python and the extra are found, and nothing else: no token, no proxy, no way to a desktop.
_PASSED = ("HOME", "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "LD_LIBRARY_PATH")
_NOT_INSTALLED = (
    "spelling is not read: Harper is not installed here. If you want it: pip install 'followupd[proofread]', or pipx "
    "inject followupd harper-py."
)


class Unreadable(Exception):
    """The child gave no answer that can be used."""


class Speller:
    """Reads English for spelling. For one thread; `close` ends what a cycle has begun."""

    def __init__(
        self,
        words: tuple[str, ...] = WORDS,
        bound: float = BOUND,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._words = words
        self._bound = bound
        self._tell = tell or _log
        self._child: subprocess.Popen[bytes] | None = None
        self._until = 0.0
        self._rests_until = 0.0
        self._told = False
        self._read: dict[str, tuple[Misspelling, ...]] = {}
        self._rest = b""

    def __call__(self, text: str, language: str) -> tuple[Misspelling, ...]:
        """What is misspelt in an English text; nothing in any other, and nothing where it can't be told."""
        if language.partition("-")[0] != "en" or time.monotonic() < self._rests_until or not text.strip():
            return ()
        if text not in self._read:
            try:
                self._read[text] = self._ask(text[:TEXT_AT_MOST])
            except (Unreadable, OSError, ValueError) as error:
                self._gives_up(error)
                return ()
        return self._read[text]

    def close(self) -> None:
        """Ends the child. The next text begins another."""
        child, self._child, self._rest = self._child, None, b""
        self._read.clear()
        if child is None:
            return
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        child.kill()
        child.wait()

    # --- asking ---

    def _ask(self, text: str) -> tuple[Misspelling, ...]:
        child = self._child or self._begin()
        assert child.stdin is not None
        asked = json.dumps({"text": text}, ensure_ascii=False)
        # The pipe is empty and takes more than a text, so this never waits for the child.
        os.write(child.stdin.fileno(), asked.encode("utf-8", "replace") + b"\n")
        answer = json.loads(self._line(child))
        if not isinstance(answer, list):
            raise Unreadable("its answer is no list")
        return tuple(_misspelling(one) for one in answer[:MISSPELT_AT_MOST])

    def _begin(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _PASSED if name in os.environ}
        self._until = time.monotonic() + self._bound
        self._child = subprocess.Popen(  # noqa: S603  our own words, and no shell reads them
            self._words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        if json.loads(self._line(self._child)) != "ready":
            raise Unreadable("it did not say that it is ready")
        return self._child

    def _line(self, child: subprocess.Popen[bytes]) -> bytes:
        """The child's next line, within what is left of the bound."""
        assert child.stdout is not None
        while b"\n" not in self._rest:
            left = self._until - time.monotonic()
            if left <= 0 or not select.select([child.stdout], [], [], left)[0]:
                raise Unreadable(f"it took more than {self._bound:g} seconds")
            got = os.read(child.stdout.fileno(), ANSWER_AT_MOST)
            if not got:
                raise Unreadable(_NOT_INSTALLED if _status(child) == MISSING else "it ended too early")
            self._rest += got
            if len(self._rest) > ANSWER_AT_MOST:
                raise Unreadable("it said too much")
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _gives_up(self, error: Exception) -> None:
        self.close()
        self._rests_until = time.monotonic() + RESTS
        why = str(error)
        if not self._told:
            self._told = True
            broken = f"spelling is not read for now: the program that reads it failed ({why})."
            self._tell(why if why == _NOT_INSTALLED else broken)


def _status(child: subprocess.Popen[bytes]) -> int | None:
    """The exit status of a child that says nothing any more, None where it lives on all the same."""
    try:
        return child.wait(1.0)
    except subprocess.TimeoutExpired:
        return None


def _misspelling(given: Any) -> Misspelling:
    """One entry of an answer. Raises Unreadable."""
    if not isinstance(given, dict) or not isinstance(given.get("better"), list):
        raise Unreadable("its answer has another form")
    better = tuple(str(one)[:WORD_AT_MOST] for one in given["better"][:4])
    return Misspelling(
        str(given.get("words", ""))[:WORD_AT_MOST], better, str(given.get("problem", ""))[:300]
    )


def _log(text: str) -> None:
    write(logging.INFO, "spelling", text)
