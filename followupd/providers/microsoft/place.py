"""Where the last look at an Outlook mailbox ended: the cursor of `OutlookMailbox.changes`.

Graph has no history of a whole mailbox; but a message that is made, changed or moved is last modified then.
So the next look asks for all that was modified since `floor`, which lies half an hour before the newest
that was seen, because a copy may be shown late; what it finds again there is known by `seen`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from followupd.core.model import Folder, Message
from followupd.errors import CursorLost
from followupd.providers.microsoft.messages import Item

_MARK = "outlook1 "
OVERLAP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Known:
    """A draft of an open letter: its Message-ID, and the folder in which it was; `folder` None when in none."""

    message_id: str
    folder: Folder | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Ids in `seen` and `drafts` are shortened to digests; `letters` has those of open letters in full.

    `seen` maps what was modified since `floor` to its change key, `drafts` every known draft to a digest of
    its words.
    """

    floor: datetime
    seen: Mapping[str, str] = field(default_factory=dict)
    drafts: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, Known] = field(default_factory=dict)
    folders: Mapping[str, list[str]] = field(default_factory=dict)

    def is_known(self, item: Item) -> bool:
        """Whether a look has seen it just as it is."""
        return self.seen.get(short(item.id)) == short(item.change_key)

    def to_cursor(self) -> str:
        letters = {
            name: [one.message_id, one.folder and one.folder.value] for name, one in self.letters.items()
        }
        parts = [self.floor.isoformat(), dict(self.seen), dict(self.drafts), letters, dict(self.folders)]
        return _MARK + json.dumps(parts, separators=(",", ":"))

    @classmethod
    def from_cursor(cls, cursor: str) -> Place:
        """Raises CursorLost where the cursor is not of this kind."""
        try:
            mark, text = cursor[: len(_MARK)], cursor[len(_MARK) :]
            if mark != _MARK:
                raise ValueError(mark)
            floor, seen, drafts, letters, folders = json.loads(text)
            for kind, _ in folders.values():
                Folder(kind)
            return cls(
                floor=datetime.fromisoformat(floor).astimezone(UTC),
                seen=dict(seen),
                drafts=dict(drafts),
                letters={
                    name: Known(named, Folder(at) if at else None) for name, (named, at) in letters.items()
                },
                folders=dict(folders),
            )
        except (ValueError, TypeError, AttributeError):
            raise CursorLost("This is not a place in an Outlook mailbox.") from None


def short(text: str) -> str:
    """Enough of a digest to tell ids, change keys and texts of one mailbox apart."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:14]


def words_of(message: Message) -> str:
    """A digest of what a user may have changed in a draft."""
    people = [one.email for one in (*message.to, *message.cc, *message.bcc)]
    return short("\n".join([" ".join(message.text.split()), message.subject, *sorted(people)]))


def seen_since(items: Iterable[Item], floor: datetime) -> dict[str, str]:
    """What the next look will find again."""
    return {short(item.id): short(item.change_key) for item in items if item.modified >= floor}
