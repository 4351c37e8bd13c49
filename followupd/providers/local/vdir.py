"""Which .ics files there are, in which calendars. Nothing here reads an event.

Source: vdir as vdirsyncer describes it (one item per file, `displayname` and `color` beside the
items, hidden files and *.tmp are not items); a plain .ics file with many events counts too.
"""

# ruff: noqa: PTH116, PTH119
# Paths are joined by the ten thousand, where pathlib is too slow.
from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from stat import S_ISDIR, S_ISREG

from followupd.errors import Unavailable
from followupd.providers.base import Problem
from followupd.providers.local.regular import NotAFileError, open_regular, regular

MAX_WORD = 1024
NS = 10**9
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})

Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Collection:
    """One calendar: its id (the folder's name), the path before its files' names, shown name, colour."""

    id: str
    prefix: str
    name: str = ""
    colour: str = ""


@dataclass(slots=True)
class Listing:
    """What is there: files by path below the root, and what could not be listed.

    `odd` says what lies under the name of a file and is none: a folder, a pipe, a link to nowhere;
    `strange` are those of them that nobody has by accident (a pipe, a socket, a device).
    """

    root: str
    collections: dict[str, Collection] = field(default_factory=dict)
    files: dict[str, Stamp] = field(default_factory=dict)
    of: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    odd: dict[str, str] = field(default_factory=dict)
    strange: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def path(self, name: str) -> str:
        return f"{self.root}/{name}" if name else self.root

    def mark(self) -> str:
        """The same as long as no file, name or colour changed."""
        lines = [f"{name}\0{stamp}" for name, stamp in sorted(self.files.items())]
        lines += [f"{name}\0{what}" for name, what in sorted(self.odd.items())]
        lines += [f"{c.id}\0{c.name}\0{c.colour}" for c in self.collections.values()]
        return digest("\n".join(lines).encode("utf-8", "surrogateescape"))

    def fresh(self) -> list[str]:
        """Files so new that a change since may not show in their stamp.

        Most file systems stamp in steps of some milliseconds, some in steps of two seconds. The
        newest stamp of all is the least that the file system's own clock shows.
        """
        newest = max((stamp[1] for stamp in self.files.values()), default=0)
        step = 2 * NS if newest % NS == 0 else NS // 20
        return sorted(name for name, stamp in self.files.items() if stamp[1] >= newest - step)


def digest(raw: bytes) -> str:
    return blake2b(raw, digest_size=8).hexdigest()


def list_files(root: str, wanted: Iterable[str]) -> Listing:
    """Lists the folder, or the one file. Raises Unavailable when it can't be read at all."""
    listing = Listing(root)
    try:
        status = os.stat(root)
        if S_ISDIR(status.st_mode):
            _list_root(listing)
        else:
            _list_one(listing, status)
    except OSError as error:
        raise Unavailable(f"The calendar folder {root} can't be read: {error.strerror}.") from error
    names = {name.casefold() for name in wanted}
    if names:
        _only(listing, names)
    return listing


def _list_one(listing: Listing, status: os.stat_result) -> None:
    if not S_ISREG(status.st_mode):
        raise NotAFileError("it is neither a folder nor a file", listing.root)
    name = os.path.basename(listing.root).removesuffix(".ics")
    listing.collections[name] = Collection(name, "")
    listing.files[""] = _stamp(status)
    listing.of[""] = name


def _list_root(listing: Listing) -> None:
    name = os.path.basename(os.path.normpath(listing.root))
    folders = _list_folder(listing, name, "")
    for folder in sorted(folders):
        try:
            _list_folder(listing, folder, f"{folder}/")
        except OSError as error:
            if error.errno not in _GONE:
                listing.unread.add(folder)
                where = listing.path(folder)
                listing.problems.append(Problem(where, f"this calendar can't be read: {error.strerror}"))


def _list_folder(listing: Listing, id: str, prefix: str) -> list[str]:  # noqa: A002  the contract's word
    """Adds the files of one folder; returns its sub-folders. A folder in a folder is one more calendar."""
    folders: list[str] = []
    found: dict[str, Stamp] = {}
    words: dict[str, str] = {}
    with os.scandir(f"{listing.root}/{prefix}") as entries:
        for entry in entries:
            name = entry.name
            if name.endswith(".ics") and not name.startswith("."):
                _add(entry, prefix + name, found, listing)
            elif name in {"displayname", "color"}:
                words[name] = _word(entry.path)
            elif not prefix and not name.startswith(".") and _is_folder(entry, listing):
                folders.append(name)
    if prefix or found or not folders:
        listing.collections[id] = Collection(id, prefix, words.get("displayname", ""), words.get("color", ""))
        listing.files.update(found)
        listing.of.update(dict.fromkeys(found, id))
    return folders


def _add(entry: os.DirEntry[str], name: str, found: dict[str, Stamp], listing: Listing) -> None:
    try:
        status = entry.stat()
        if not S_ISREG(status.st_mode):
            if not S_ISDIR(status.st_mode):
                listing.strange.add(name)
            status = regular(entry.path)
        found[name] = _stamp(status)
    except NotAFileError as error:
        listing.odd[name] = str(error.strerror)
    except OSError as error:
        if error.errno not in _GONE:
            listing.problems.append(Problem(entry.path, f"this file can't be read: {error.strerror}"))
        elif entry.is_symlink():
            listing.odd[name] = "it is a link that leads nowhere"


def _is_folder(entry: os.DirEntry[str], listing: Listing) -> bool:
    """Whether it is a calendar's folder. A link that leads back to itself is none."""
    try:
        return entry.is_dir()
    except OSError as error:
        listing.odd[entry.name] = f"it can be no calendar: {error.strerror}"
        return False


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def _word(path: str) -> str:
    try:
        with open_regular(path) as file:
            return file.read(MAX_WORD).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _only(listing: Listing, names: set[str]) -> None:
    """Leaves the calendars that the user named, by id or shown name."""
    kept = {
        c.id: c
        for c in listing.collections.values()
        if c.id.casefold() in names or c.name.casefold() in names
    }
    listing.collections = kept
    listing.files = {name: stamp for name, stamp in listing.files.items() if listing.of[name] in kept}
    top = os.path.basename(os.path.normpath(listing.root))
    listing.odd = {n: what for n, what in listing.odd.items() if (n.rpartition("/")[0] or top) in kept}
    listing.unread = {name for name in listing.unread if name.casefold() in names}
