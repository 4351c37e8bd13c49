"""A cursor as a string: a mark of its kind and version, and what is known, packed. The same for the same content."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from typing import Any

MAX_CURSOR = 64 * 1024 * 1024  # bytes, unpacked


def pack(mark: str, known: Any) -> str:
    """The cursor that holds what is known, in terms of JSON."""
    text = json.dumps(known, sort_keys=True, separators=(",", ":"))
    return f"{mark} {b64encode(zlib.compress(text.encode(), 6)).decode()}"


def unpack(mark: str, cursor: str) -> Any:
    """What a cursor of this mark holds. Raises ValueError for any other, and for one that is not whole."""
    kind, _, text = cursor.partition(" ")
    if kind != mark:
        raise ValueError("a cursor of another kind")
    unpacking = zlib.decompressobj()
    try:
        raw = unpacking.decompress(b64decode(text, validate=True), MAX_CURSOR)
    except zlib.error as error:
        raise ValueError("not packed") from error
    if not unpacking.eof:
        raise ValueError("not whole")
    return json.loads(raw)
