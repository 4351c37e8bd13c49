"""Files that are written for another program and may be edited by the user: each carries a checksum of itself.

So a file of an older version is told from one that the user has changed.
"""

from __future__ import annotations

import os
import re
from difflib import unified_diff
from enum import Enum
from hashlib import sha256
from pathlib import Path

from followupd.errors import FollowupdError

OPEN_SEAL = "checksum: -"
_SEAL = re.compile(r"checksum: (-|[0-9a-f]{64})(?=\s)")


class Found(Enum):
    """What lies at a path."""

    NOTHING = "nothing"
    OURS = "what we would write"
    OLDER = "ours, of another version or for other paths"
    EDITED = "changed by the user, or not ours"


def sealed(text: str) -> str:
    """The text with its checksum, which stands once in it as "checksum: -"."""
    return text.replace(OPEN_SEAL, f"checksum: {_sum(text)}", 1)


def is_as_written(text: str) -> bool:
    """Whether nobody has changed the text since it was sealed."""
    seal = _SEAL.search(text)
    return seal is not None and seal[1] == _sum(_SEAL.sub(OPEN_SEAL, text, count=1))


def look(path: Path, *wanted: str) -> Found:
    """What lies there, compared with the sealed texts that would be right. Raises FollowupdError."""
    if not os.path.lexists(path):
        return Found.NOTHING
    text = read(path)
    if text in wanted:
        return Found.OURS
    # A link is the user's: the file is kept elsewhere, or (to /dev/null) is to be none.
    if path.is_symlink() or text is None or not is_as_written(text):
        return Found.EDITED
    return Found.OLDER


def put(path: Path, wanted: str, found: Found) -> list[str]:
    """Writes a sealed text where `found` was; what the user edited is renamed. Returns the lines to print."""
    if found is Found.OURS:
        return [f"{path} is as it should be."]
    told = [_kept(path)] if found is Found.EDITED else []
    write(path, wanted)
    return [*told, f"Wrote {path}."]


def take_away(path: Path) -> list[str]:
    """Removes our file; what the user edited is renamed. Returns the lines to print."""
    found = look(path)
    if found is Found.NOTHING:
        return []
    if found is Found.EDITED:
        return [_kept(path)]
    remove(path)
    return [f"Removed {path}."]


def edited_by_hand(path: Path, wanted: str, advice: str) -> str:
    """The message for a file that is left as it is, with the difference."""
    return "\n".join(
        [
            f"{path} was changed by hand, so it was left as it is. Nothing was done. What is different:",
            *_difference(path, wanted),
            f"{advice} followupd service install --force (yours is kept beside it as .bak).",
        ]
    )


def read(path: Path) -> str | None:
    """What a file holds, None where there is none. Raises FollowupdError."""
    try:
        return path.read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FollowupdError(f"{path} can't be read: {error.strerror}.") from error


def write(path: Path, text: str) -> None:
    """Writes the file, all of it or nothing. Raises FollowupdError."""
    new = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise FollowupdError(f"{path} can't be written: {error.strerror}. Nothing was changed.") from error


def _kept(path: Path) -> str:
    """Renames the user's file to NAME.bak, or .bak2 … where there is one already. Returns the line to print."""
    number, aside = 1, path.with_name(f"{path.name}.bak")
    while os.path.lexists(aside):
        number += 1
        aside = path.with_name(f"{path.name}.bak{number}")
    try:
        path.rename(aside)
    except OSError as error:
        raise FollowupdError(f"{path} can't be renamed: {error.strerror}. Nothing was changed.") from error
    return f"Your version was kept as {aside}."


def remove(path: Path) -> bool:
    """Removes a file. Whether there was one. Raises FollowupdError."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise FollowupdError(f"{path} can't be removed: {error.strerror}.") from error
    return True


def _difference(path: Path, wanted: str) -> list[str]:
    """The user's file against ours, as `diff -u` shows it."""
    if path.is_symlink():
        return [f"{path} is a link to {path.readlink()}"]
    theirs = (read(path) or "").splitlines()
    return list(unified_diff(wanted.splitlines(), theirs, "followupd's", str(path), lineterm="", n=1))


def _sum(text: str) -> str:
    return sha256(text.encode()).hexdigest()
