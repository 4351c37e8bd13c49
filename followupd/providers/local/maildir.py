"""Where the folders of a mail store lie, and what their file names say. Nothing here parses mail.

Sources: Maildir by D. J. Bernstein (https://cr.yp.to/proto/maildir.html), Maildir++ by S. Varshavchik
(https://www.courier-mta.org/imap/README.maildirquota.html), RFC 6154 (what folders are for).
"""

# ruff: noqa: PTH116
# Paths are joined by the hundred thousand, where pathlib is too slow; "tmp" is a directory of Maildir.
from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from followupd.core.model import Folder
from followupd.errors import Unavailable
from followupd.providers.base import Problem

MAX_DEPTH = 8
MAX_FOLDERS = 2_000
SUBDIRECTORIES = ("new", "cur")
_NOT_FOLDERS = frozenset({"cur", "new", "tmp"})
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})

# Names of special folders as mail programs and big providers make them, best first.
WELL_KNOWN: dict[Folder, tuple[str, ...]] = {
    Folder.INBOX: ("inbox",),
    Folder.DRAFTS: ("drafts", "draft"),
    Folder.SENT: ("sent", "sent items", "sent mail", "sent messages", "sent-mail"),
    Folder.TRASH: ("trash", "deleted items", "deleted messages", "bin", "deleted"),
    Folder.JUNK: ("junk", "spam", "junk e-mail", "junk email", "bulk mail"),
    Folder.ARCHIVE: ("archive", "archives", "all mail"),
    Folder.SCHEDULED: ("scheduled", "outbox"),
}
_PARENTS = frozenset({"inbox", "[gmail]", "[google mail]"})


@dataclass(frozen=True, slots=True)
class MailFolder:
    """One folder: its shown name, the directory that holds cur, new and tmp, and what it is for.

    `below` is that directory seen from the root: two folders may be shown by the same name.
    """

    name: str
    path: str
    below: str
    kind: Folder = Folder.OTHER


@dataclass(frozen=True, slots=True)
class Place:
    """A directory of messages (new or cur) and its stamp when it was looked at; "" if it is not there."""

    folder: MailFolder
    sub: str
    stamp: tuple[int, int, int] = (0, 0, 0)

    @property
    def path(self) -> str:
        return f"{self.folder.path}/{self.sub}"

    @property
    def label(self) -> str:
        return f"{self.folder.below}/{self.sub}"


@dataclass(slots=True)
class Layout:
    """The folders found, what could not be read on the way, and what can be no folder."""

    folders: list[MailFolder] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Problem] = field(default_factory=list)

    def of(self, kind: Folder) -> list[MailFolder]:
        """The folders of a kind, the best named first."""
        names = WELL_KNOWN.get(kind, ())
        found = [folder for folder in self.folders if folder.kind is kind]
        return sorted(found, key=lambda f: (_rank(_parts(f.name)[-1], names), f.name))


def _rank(name: str, names: tuple[str, ...]) -> int:
    return names.index(name) if name in names else -1


def _parts(name: str) -> list[str]:
    return re.split(r"[./]", name.lower())


def find_folders(root: str, configured: Mapping[str, str]) -> Layout:
    """All folders at or under `root`. Raises Unavailable when the root itself can't be read."""
    layout = Layout()
    try:
        _Walk(layout).collect(root, "", 0)
    except OSError as error:
        raise Unavailable(f"The mail folder {root} can't be read: {error.strerror}.") from error
    wanted = {Folder(kind): _plain(name) for kind, name in configured.items()}
    layout.folders = [
        replace(folder, below=folder.path[len(root) :], kind=_kind(folder.name, wanted))
        for folder in layout.folders
    ]
    return layout


class _Walk:
    """One walk through the directories; each is entered once, however links lead to it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.visited: set[tuple[int, int]] = set()

    def collect(self, path: str, name: str, depth: int) -> None:
        status = os.stat(path)
        if (status.st_dev, status.st_ino) in self.visited:
            return
        self.visited.add((status.st_dev, status.st_ino))
        with os.scandir(path) as entries:
            inside = sorted(entry.name for entry in entries if self._is_folder(entry))
        if "cur" in inside:
            self.layout.folders.append(MailFolder(name or "INBOX", path, ""))
        if len(self.visited) > MAX_FOLDERS:
            raise OSError(errno.E2BIG, f"it holds more than {MAX_FOLDERS} folders")
        for child in inside:
            if depth < MAX_DEPTH and child not in _NOT_FOLDERS:
                self._child(path, name, child, depth + 1)

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        """Whether it is a directory; a link that leads back to itself is none, nor is any other trouble."""
        try:
            return entry.is_dir()
        except OSError as error:
            known = self.layout.skipped if error.errno in _GONE else self.layout.problems
            known.append(Problem(entry.path, f"this can be no mail folder: {error.strerror}"))
            return False

    def _child(self, path: str, name: str, child: str, depth: int) -> None:
        below = f"{path}/{child}"
        try:
            # Maildir++ is flat: ".Archive.2026" holds messages itself; other hidden directories are not mail.
            if child.startswith("."):
                if name:
                    return
                os.stat(f"{below}/cur")
            self.collect(below, f"{name}/{child}" if name else child.removeprefix("."), depth)
        except OSError as error:
            if error.errno == errno.E2BIG:
                raise
            if error.errno not in _GONE:
                what = f"this mail folder can't be read: {error.strerror}"
                self.layout.problems.append(Problem(below, what))


def _plain(name: str) -> str:
    return name.strip("/").removeprefix(".").replace("/", ".").lower()


def _kind(name: str, wanted: Mapping[Folder, str]) -> Folder:
    """What the config says that the folder is; else what its name says, for kinds not in the config."""
    for kind, configured in wanted.items():
        if _plain(name) == configured:
            return kind
    parts = _parts(name)
    if len(parts) > 2 or (len(parts) == 2 and parts[0] not in _PARENTS):
        return Folder.OTHER
    for kind, names in WELL_KNOWN.items():
        if parts[-1] in names and kind not in wanted:
            return kind
    return Folder.OTHER


# --- directories --------------------------------------------------------------------------------


def stamped(layout: Layout) -> tuple[list[Place], list[Problem]]:
    """The directories of messages with their stamps as of now."""
    places, problems = [], []
    for folder in layout.folders:
        for sub in SUBDIRECTORIES:
            try:
                status = os.stat(f"{folder.path}/{sub}")
            except OSError as error:
                if error.errno not in _GONE:
                    where = f"{folder.path}/{sub}"
                    problems.append(Problem(where, f"this mail folder can't be read: {error.strerror}"))
                continue
            places.append(Place(folder, sub, (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)))
    return places, problems


def digest(names: Iterable[str]) -> str:
    """A mark of a listing in the order given. A directory at rest is listed in the same order."""
    return blake2b("\0".join(names).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


# --- file names ---------------------------------------------------------------------------------

_INFO = re.compile(r"[:,]")


def key_of(name: str) -> str:
    """What stays of a file name when flags, size or uid are written behind it: the message's id."""
    colon, comma = name.find(":"), name.find(",")
    ends = [at for at in (colon, comma) if at >= 0]
    return name[: min(ends)] if ends else name


def is_trashed(name: str) -> bool:
    """Whether the T flag says that the user has thrown the message away."""
    return "T" in name.rpartition(":2,")[2] if ":2," in name else False


def key_hash(key: str) -> bytes:
    return blake2b(key.encode("utf-8", "surrogateescape"), digest_size=8).digest()


def messages_in(names: Iterable[str]) -> Iterator[str]:
    """File names that are messages; those with a leading dot are not."""
    return (name for name in names if not name.startswith("."))
