"""`followupd note` without a text: where the notes file of an interview lies, and what is noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from followupd.cli.output import Clock, print_json, print_lines
from followupd.cli.saying import open_store, zone_of

if TYPE_CHECKING:
    from followupd.cli.context import Settings
    from followupd.core.model import Interview, Note
    from followupd.store import Store

_FROM = {"": "said", "file": "from the notes file", "event": "from your event"}
_TOPIC = {"": "talked about", "fit": "why you fit", "forgot": "forgot to mention", "question": "question"}


def print_place(settings: Settings, about: str) -> None:
    """Prints the path of the notes file alone, so that a shell can open it; makes the file if there is none."""
    from followupd.bell import ring
    from followupd.notebook import Notebook
    from followupd.reference import WorldReference

    config = settings.load_config()
    with open_store(settings) as store:
        interview = _interview(settings, store, about)
        policy = config.policy(WorldReference())
        path = Notebook(config.notes_in(store.folder)).open(store, policy, settings.now(), interview)
    ring(settings.state)
    click.echo(str(path))


def print_notes(settings: Settings, about: str, *, as_json: bool) -> None:
    """Prints what is noted on an interview, and where each note comes from."""
    with open_store(settings) as store:
        interview = _interview(settings, store, about)
        clock = Clock(zone_of(settings, store), settings.now())
    if as_json:
        print_json(_as_json(interview))
    else:
        print_lines(_lines(interview, clock))


def _interview(settings: Settings, store: Store, about: str) -> Interview:
    from followupd.orders.from_notes import NotedOrders

    return NotedOrders(store, zone_of(settings, store), settings.now()).interview_of(about)


def _lines(interview: Interview, clock: Clock) -> Iterator[str]:
    event = interview.event
    yield f"{interview.id}  {event.title}  {clock.at(event.start.isoformat())}"
    yield from (_line(note) for note in interview.notes)
    if not interview.notes:
        yield "Nothing is noted yet."


def _line(note: Note) -> str:
    whose = f", for {note.person}" if note.person else ""
    what = f"{_TOPIC[note.topic]}: {note.text}" if note.text else ""
    words = [what, *(["the letter does not ask for the job"] if not note.interest else [])]
    return f"{'; '.join(filter(None, words))} ({_FROM[note.source]}{whose})"


def _as_json(interview: Interview) -> dict[str, object]:
    return {
        "interview": interview.id,
        "title": interview.event.title,
        "start": interview.event.start.isoformat(),
        "file": interview.notes_file or None,
        "notes": [
            {
                "text": note.text,
                "person": note.person,
                "topic": note.topic,
                "source": note.source,
                "interest": note.interest,
                "at": note.at.isoformat(),
            }
            for note in interview.notes
        ],
    }
