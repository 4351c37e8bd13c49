"""The farewell: what followupd put on this machine and into the mailbox, and how each thing goes again.

`drafts` lists the letters in Drafts, `withdrawal` takes untouched ones back, `sign_ins` ends what the providers
granted, `folders` removes files that are known by name, `notes` keeps the user's own words, `remains` says what
stays, `steps` puts all in order. Each tells what it did and what could not be done, so that one step that
fails never stops the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from followupd.errors import Busy, FollowupdError


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was done, in words for the user; or, with `failed`, one that could not be."""

    text: str
    failed: bool = False


def going_on(steps: Iterator[Told], what: str) -> Iterator[Told]:
    """What the steps tell; the error that ends them is told too, and nothing else comes to an end by it.

    Raises Busy: beside another followupd nothing may be done.
    """
    try:
        yield from steps
    except Busy:
        raise
    except FollowupdError as error:
        yield Told(f"{what}: {error}", failed=True)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        yield Told(f"{what}: {where}{error.strerror or error}.", failed=True)
