"""Where the last look at an IMAP mailbox ended: the cursor of `changes`.

It holds how each watched folder stood, and of every message that was told where it lies: by its key (see `heads.py`),
17 bytes each. A message that comes to light in another folder is known by that. Those that are older than the look's
`since` are dropped, but for drafts and what the caller watches.
"""

from __future__ import annotations

import json
import struct
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime

from followupd.errors import CursorLost
from followupd.providers.internet.imap.folders import Mark

_MARK = "imap1 "
_SPOT = struct.Struct(">8sHIHB")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message lies: folder, UID; the day it came (since 1970); whether it is marked as deleted there."""

    folder: bytes
    uid: int
    day: int = 0
    deleted: bool = False


@dataclass(slots=True)
class Place:
    """`marks`: each watched folder. `spots`: each message told, by key. `copies`: where watched ones lie besides,
    since programs copy a message and remove the first one later. `gone`: folders that vanished, and the `since`
    (epoch seconds) of the look that first missed them. `vanished`: when (epoch seconds) it was last noticed that
    something had been put into Drafts and removed between two looks; 0 for never."""

    marks: dict[bytes, Mark] = field(default_factory=dict)
    spots: dict[bytes, Spot] = field(default_factory=dict)
    copies: dict[bytes, Spot] = field(default_factory=dict)
    gone: dict[bytes, int] = field(default_factory=dict)
    vanished: int = 0

    def to_cursor(self) -> str:
        lying = (*self.spots.values(), *self.copies.values())
        names = sorted({*self.marks, *self.gone, *(spot.folder for spot in lying)})
        told = {
            "folders": [_text(name) for name in names],
            "marks": {_text(name): astuple(mark) for name, mark in sorted(self.marks.items())},
            "gone": {_text(name): second for name, second in sorted(self.gone.items())},
            "vanished": self.vanished,
            "spots": _packed(self.spots, names),
            "copies": _packed(self.copies, names),
        }
        return _MARK + json.dumps(told, separators=(",", ":"))

    @classmethod
    def from_cursor(cls, cursor: str) -> Place:
        """Raises CursorLost where the cursor is not of this kind."""
        try:
            mark, told = cursor[: len(_MARK)], json.loads(cursor[len(_MARK) :])
            if mark != _MARK:
                raise ValueError(mark)
            return cls(
                {_bytes(name): Mark(*map(int, numbers)) for name, numbers in told["marks"].items()},
                _unpacked(told["spots"], told["folders"]),
                _unpacked(told["copies"], told["folders"]),
                {_bytes(name): int(second) for name, second in told["gone"].items()},
                int(told["vanished"]),
            )
        except (ValueError, TypeError, LookupError, AttributeError, struct.error, Base64Error):
            raise CursorLost("This is not a place in an IMAP mailbox.") from None


def day_of(moment: datetime) -> int:
    """The day since 1970, as the cursor keeps it."""
    return min(max(int(moment.timestamp() // 86_400), 0), 65_535)


def _packed(spots: Mapping[bytes, Spot], names: Sequence[bytes]) -> str:
    number = {name: at for at, name in enumerate(names)}
    packed = (
        _SPOT.pack(key, number[spot.folder], spot.uid, spot.day, spot.deleted)
        for key, spot in sorted(spots.items())
    )
    return b64encode(b"".join(packed)).decode("ascii")


def _unpacked(text: str, names: Sequence[str]) -> dict[bytes, Spot]:
    found = _SPOT.iter_unpack(b64decode(text, validate=True))
    return {key: Spot(_bytes(names[at]), uid, day, bool(deleted)) for key, at, uid, day, deleted in found}


def _text(name: bytes) -> str:
    return name.decode("latin-1")


def _bytes(name: str) -> bytes:
    return name.encode("latin-1")
