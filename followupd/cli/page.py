"""The letters as one page for the browser: whole in itself, without script, for the user's eyes alone."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from followupd.cli.letter_words import about, beginning, kind, slot_words
from followupd.cli.output import Clock, clean
from followupd.cli.runs import paragraphs, slots
from followupd.core.likeness import TOO_ALIKE
from followupd.errors import FollowupdError
from followupd.panel import Panel, in_words, panel_of
from followupd.preview import Preview

USUAL = "preview.html"
"""The page's name in the state folder."""

_OURS = b'<meta name="generator" content="followupd preview">'
_READ_AT_MOST = 2048  # bytes; our mark stands in the first lines
# C0 and C1 controls but tab and line feed, and halves of surrogate pairs: no page may hold them (HTML, 3.2.1).
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

Json = dict[str, Any]


def page(found: Sequence[Preview], clock: Clock, *, origins: bool, is_invented: bool) -> str:
    """The page's text. `origins`: what each part came from is shown without being asked for."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=_text)
    template = environment.from_string(
        resources.files("followupd.cli").joinpath("page.html").read_text("utf-8")
    )
    panel = panel_of(found)
    return template.render(
        title=_title(found, is_invented=is_invented),
        subtitle=_subtitle(found, clock, is_invented=is_invented),
        cards=[_card(one, "" if is_invented else about(one, clock)) for one in found],
        alike=_alike(panel) if panel else None,
        open=origins,
    )


def _text(value: object) -> object:
    """What a page may hold of a text. Everything is escaped after it."""
    return _NO_TEXT.sub("\ufffd", value) if isinstance(value, str) else value


def _title(found: Sequence[Preview], *, is_invented: bool) -> str:
    if is_invented:
        return "A letter after an invented interview"
    letters = "letter" if len(found) == 1 else f"{len(found)} letters"
    return f"{letters.capitalize()} after “{clean(found[0].interviews[-1].event.title)}”"


def _subtitle(found: Sequence[Preview], clock: Clock, *, is_invented: bool) -> str:
    waits = f"{slot_words(sum(slots(one) for one in found))} As of {clock.at(clock.now.isoformat())}."
    if is_invented:
        return waits
    start = found[0].interviews[-1].event.start
    begins = "began" if start <= clock.now else "begins"
    return f"The interview {begins} on {clock.at(start.isoformat())}. {waits}"


def _card(one: Preview, stands: str) -> Json:
    return {
        "kind": kind(one).capitalize(),
        "who": _who(one),
        "stands": f"{stands[:1].upper()}{stands[1:]}." if stands else "",
        "name": clean(one.name) if one.to else "",
        "address": f"<{one.to}>" if one.name and one.to else one.to or "(you fill in the address)",
        "sender": one.sender,
        "subject": clean(one.subject),
        "language": one.language,
        "paragraphs": paragraphs(one),
        "origins": [
            {"part": piece.part, "beginning": beginning(piece.text), "origin": clean(piece.origin)}
            for piece in one.pieces
        ],
    }


def _who(one: Preview) -> str:
    return clean(one.name) or one.to or "somebody without an address"


def _alike(panel: Panel) -> Json:
    most = panel.highest
    return {
        "one": _who(most.one),
        "other": _who(most.other),
        "ratio": f"{most.ratio:.2f}",
        "words": in_words(most.ratio),
        "limit": TOO_ALIKE,
        "pairs": len(panel.pairs),
        "median": f"{panel.median:.2f}",
        "heads": [_who(one) for one in panel.letters[:-1]],
        "rows": list(_rows(panel)),
    }


def _rows(panel: Panel) -> Iterator[Json]:
    most = panel.highest.ratio
    for letter, ratios in panel.rows():
        marks = ["bad" if ratio >= TOO_ALIKE else "most" if ratio == most else "" for ratio in ratios]
        words = {"bad": "too alike", "most": "most alike", "": ""}
        cells = [
            {"number": f"{ratio:.2f}", "mark": mark, "words": words[mark]}
            for ratio, mark in zip(ratios, marks, strict=True)
        ]
        yield {"name": _who(letter), "cells": cells}


# --- the file -----------------------------------------------------------------------------------


def write(text: str, file: Path | None, state: Path, *, force: bool) -> Path:
    """Writes the page whole or not at all, readable by the user alone; returns where.

    `file` None is the usual place: the state folder, or a folder for passing things where there is no state yet.
    Raises FollowupdError where something else stands there (unless `force`), or the disk says no.
    """
    path = (file or (state / USUAL if state.is_dir() else _passing())).absolute()
    if not force and not _may_be_replaced(path):
        raise FollowupdError(
            f"{path} is there already and is no page of `followupd preview`. "
            "Name another file, or give --force to write over it. Nothing was written."
        )
    try:
        _replace(path, text)
    except OSError as error:
        raise FollowupdError(f"{path} can't be written: {error.strerror}. Name another file.") from error
    return path


def _passing() -> Path:
    return Path(tempfile.mkdtemp(prefix="followupd-")) / USUAL


def _may_be_replaced(path: Path) -> bool:
    """Whether nothing is lost: there is no file, or a page of ours."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    except OSError:
        return False  # a link, or a file that we may not read
    with os.fdopen(number, "rb") as there:
        return stat.S_ISREG(os.fstat(number).st_mode) and _OURS in there.read(_READ_AT_MOST)


def _replace(path: Path, text: str) -> None:
    if path.is_dir():
        raise IsADirectoryError(21, "it is a folder")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".followupd-")
    trial = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        trial.replace(path)
    finally:
        trial.unlink(missing_ok=True)
