"""What is known of a calendar feed since the last look: the cursor of `FeedCalendar.changes`.

The feed's address is a secret and stands here as a digest only. The events that were told are kept whole while they
are of use: a feed that shows the future alone drops an event as soon as it has ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from followupd.core.model import Event
from followupd.errors import CursorLost
from followupd.providers.internet.cursors import pack, unpack
from followupd.providers.internet.occurrences import (
    Doubt,
    Key,
    Series,
    digest,
    doubt_as_json,
    doubt_from_json,
)

_MARK = "feed1"
_NEVER_BACK, _NEVER_AHEAD = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class FeedState:
    """One feed. `etag` and `modified` are the server's marks, `mark` is one of what was read ("": not wholly).

    It was looked at from `since` to `covered`. `kept` are the events that were told, until some days after their end.
    `faces` are those of all that is known, by UID and recurrence-id. `renamed` has the UIDs of the feed that go on
    under another. `doubt` is set while the feed shows nothing of all this.
    """

    asked: str
    etag: str = ""
    modified: str = ""
    mark: str = ""
    since: datetime = _NEVER_BACK
    covered: datetime = _NEVER_AHEAD
    series: dict[str, Series] = field(default_factory=dict)
    kept: dict[Key, Event] = field(default_factory=dict)
    faces: dict[str, dict[str, str]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    doubt: Doubt | None = None


def face(event: Event) -> str:
    """A mark of what shows that an occurrence is the same though its UID is another: its times and its title."""
    shown = (event.recurrence_id, event.start.timestamp(), event.end.timestamp(), event.title)
    return digest(repr(shown).encode("utf-8", "replace"))


def write_cursor(state: FeedState) -> str:
    """The same for the same content."""
    said: dict[str, Any] = {
        "asked": state.asked,
        "etag": state.etag,
        "modified": state.modified,
        "mark": state.mark,
        "since": state.since.astimezone(UTC).isoformat(),
        "covered": state.covered.astimezone(UTC).isoformat(),
        "series": {uid: [one.next, one.known] for uid, one in state.series.items()},
        "kept": [msgspec.to_builtins(event) for event in state.kept.values()],
        "faces": state.faces,
        "renamed": state.renamed,
        "doubt": doubt_as_json(state.doubt),
    }
    return pack(_MARK, said)


def read_cursor(cursor: str, asked: str) -> FeedState:
    """Raises CursorLost for anything that this version did not write, and for another feed."""
    try:
        state = _state(unpack(_MARK, cursor))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, msgspec.MsgspecError):
        raise CursorLost("This is not a place in a calendar feed.") from None
    if state.asked != asked:
        raise CursorLost("The config names another feed than before.")
    return state


def _state(said: dict[str, Any]) -> FeedState:
    since, covered = (datetime.fromisoformat(said[name]).astimezone(UTC) for name in ("since", "covered"))
    kept = [msgspec.convert(one, Event) for one in said["kept"]]
    return FeedState(
        asked=str(said["asked"]),
        etag=str(said["etag"]),
        modified=str(said["modified"]),
        mark=str(said["mark"]),
        since=since,
        covered=covered,
        series={
            uid: Series(ahead, {rid: (float(end), str(mark)) for rid, (end, mark) in known.items()})
            for uid, (ahead, known) in said["series"].items()
        },
        kept={(event.uid, event.recurrence_id): event for event in kept},
        faces=_faces(said["faces"]) if "faces" in said else _faces_of(kept),
        renamed={str(now): str(told) for now, told in said.get("renamed", {}).items()},
        doubt=doubt_from_json(said.get("doubt")),
    )


def _faces(said: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {uid: {rid: str(one) for rid, one in faces.items()} for uid, faces in said.items()}


def _faces_of(events: Iterable[Event]) -> dict[str, dict[str, str]]:
    """The faces for a cursor of an earlier version, which has none."""
    faces: dict[str, dict[str, str]] = {}
    for event in events:
        faces.setdefault(event.uid, {})[event.recurrence_id] = face(event)
    return faces
