"""The place in a Maildir's history: what the last look saw, as one string.

A small head, read on every look, says how each directory and each draft looked. Behind it stand
the hashes of all message ids that were there, 8 bytes each, read only when something moved.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import asdict, dataclass, field

from followupd.errors import CursorLost

VERSION = "maildir1"
HASH = 8
Stamp = tuple[int, int, int]


@dataclass(slots=True)
class Head:
    """`dirs`: stamp and listing mark per directory. `drafts`: stamp per draft. `gone`: folders that
    vanished, and the `since` of the look that first missed them. `whole`: the look was complete.
    """

    dirs: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    drafts: dict[str, Stamp] = field(default_factory=dict)
    gone: dict[str, float] = field(default_factory=dict)
    whole: bool = True

    def folders(self) -> set[str]:
        return {label.rpartition("/")[0] for label in self.dirs}

    @property
    def newest(self) -> int:
        """The latest time that the file system itself has shown: its clock is not behind this."""
        return max((stamp[1] for stamp, _ in self.dirs.values()), default=0)


def read_head(cursor: str) -> Head:
    """The head of a cursor. Raises CursorLost for anything that this version did not write."""
    try:
        version, head, _ = cursor.split("|", 2)
        if version != VERSION:
            raise CursorLost("The place in the mailbox's history is from another version.")
        said = json.loads(b64decode(head, validate=True))
        return Head(
            dirs={label: (_stamp(stamp), str(mark)) for label, (stamp, mark) in said["dirs"].items()},
            drafts={name: _stamp(stamp) for name, stamp in said["drafts"].items()},
            gone={name: float(at) for name, at in said["gone"].items()},
            whole=bool(said["whole"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, Base64Error) as error:
        raise CursorLost("The place in the mailbox's history can't be read.") from error


def _stamp(value: list[int]) -> Stamp:
    first, second, third = value
    return int(first), int(second), int(third)


def read_known(cursor: str) -> set[bytes]:
    """The hashes of the ids that were there."""
    try:
        raw = b64decode(cursor.split("|", 2)[2], validate=True)
    except (ValueError, IndexError) as error:
        raise CursorLost("The place in the mailbox's history can't be read.") from error
    return {raw[at : at + HASH] for at in range(0, len(raw), HASH)}


def write_cursor(head: Head, known: set[bytes]) -> str:
    """The same for the same content."""
    said = json.dumps(asdict(head), sort_keys=True, separators=(",", ":")).encode()
    return "|".join([VERSION, b64encode(said).decode(), b64encode(b"".join(sorted(known))).decode()])
