"""What Outlook calls an event (a GlobalObjectId), and what everybody else calls it (its UID).

Graph's `iCalUId` is another one for each occurrence of a series: the occurrence's date stands in it. The UID
of an invitation that was not made in Outlook is wrapped in one. Sources: MS-OXOCAL 2.2.1.27
(PidLidGlobalObjectId), MS-OXCICAL 2.1.3.1.1.20.26 (UID).
"""

from __future__ import annotations

import re
from datetime import date

_CLASS = "040000008200E00074C5B7101A82E008"
_NO_DAY = "00000000"
_DATA = 80  # where the data begins, after class, day, time of making, eight reserved bytes and the length
_GLOBAL = re.compile(rf"{_CLASS}[0-9A-F]{{48}}(?:[0-9A-F]{{2}})*", re.IGNORECASE)
_FOREIGN = b"vCal-Uid\x01\x00\x00\x00"


def uid_of(name: str, *, in_series: bool) -> str:
    """The UID that the invitation has everywhere, the same for all occurrences of a series.

    An occurrence to which alone somebody was invited is no series for them: its day tells it from others.
    """
    if not _GLOBAL.fullmatch(name) or (not in_series and day_of(name)):
        return name
    return _foreign(name) or name[:32] + _NO_DAY + name[40:]


def day_of(name: str) -> date | None:
    """The day on which the occurrence was to begin first, None where the name holds none."""
    if not _GLOBAL.fullmatch(name) or name[32:40] == _NO_DAY:
        return None
    try:
        return date(int(name[32:36], 16), int(name[36:38], 16), int(name[38:40], 16))
    except ValueError:
        return None


def wrapped(uid: str) -> str:
    """The GlobalObjectId that holds a UID of another program; "" where the UID is one itself."""
    if _GLOBAL.fullmatch(uid):
        return ""
    data = _FOREIGN + uid.encode("utf-8", "replace") + b"\x00"
    return _CLASS + _NO_DAY + "0" * 32 + (len(data).to_bytes(4, "little") + data).hex().upper()


def _foreign(name: str) -> str:
    data = bytes.fromhex(name[_DATA:])
    if not data.startswith(_FOREIGN):
        return ""
    return data.removeprefix(_FOREIGN).rstrip(b"\x00").decode("utf-8", "replace")
