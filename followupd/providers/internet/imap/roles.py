"""What a folder is for: what the config says, else what the server says, else what its name says.

Sources: RFC 6154 (special use), RFC 2342 (namespaces), RFC 9051 section 5.1 (names); see `folder_names.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from followupd.core.model import Folder
from followupd.errors import Refused
from followupd.providers.internet.imap.answers import Listed, folder_name, quoted
from followupd.providers.internet.imap.folder_names import (
    ATTRIBUTES,
    EVERYTHING,
    NAMES,
    NO_FOLDER,
    PARENTS,
    VIEWS,
)
from followupd.providers.internet.imap.gate import Literal

_ORDER = list(
    dict.fromkeys(
        [Folder.DRAFTS, Folder.SENT, Folder.SCHEDULED, Folder.INBOX, Folder.ARCHIVE, Folder.OTHER, *Folder]
    )
)


@dataclass(frozen=True, slots=True)
class MailFolder:
    """A folder: its name as the server writes it and for people, and what it is for.

    `everything`: it holds what the others hold once more. `by_server`: the server itself says what it is for.
    """

    name: bytes
    shown: str
    kind: Folder
    everything: bool = False
    by_server: bool = False

    @property
    def rank(self) -> int:
        """A message in several folders is told where it means most."""
        return _ORDER.index(self.kind) + (len(_ORDER) if self.everything else 0)

    @property
    def word(self) -> bytes:
        """As it stands in a command."""
        safe = self.name.isascii() and len(self.name) < 1000 and min(self.name, default=32) >= 32
        return quoted(self.name) if safe else Literal(self.name)


class Roles:
    """The user's own folders among those that a server lists.

    `mine` are the prefixes of the personal namespaces, `theirs` those of others' and shared ones.
    """

    def __init__(
        self, configured: Mapping[Folder, str], mine: Collection[bytes], theirs: Collection[bytes]
    ) -> None:
        self._configured, self._mine, self._theirs = configured, mine, theirs

    def of(self, listed: Collection[Listed]) -> Iterator[MailFolder]:
        """Those that can hold messages, each with what it is for. Raises Refused by the config."""
        lines = [line for line in listed if self._is_own(line)]
        wanted = self._by_config(lines)
        for line in lines:
            kind = wanted.get(line.name) or self._kind(line)
            everything = bool(line.attributes & EVERYTHING) and line.name not in wanted
            by_server = bool(line.attributes & ATTRIBUTES.keys())
            yield MailFolder(line.name, folder_name(line.name), kind, everything, by_server)

    def _is_own(self, line: Listed) -> bool:
        if line.attributes & (NO_FOLDER | VIEWS):
            return False
        if line.name.upper() == b"INBOX":
            return True
        other = max((len(p) for p in self._theirs if p and line.name.startswith(p)), default=0)
        mine = max((len(p) for p in self._mine if line.name.startswith(p)), default=0)
        return not other or mine > other

    def _by_config(self, lines: Collection[Listed]) -> dict[bytes, Folder]:
        """The folders that the config names. Raises Refused where one is not there."""
        found = {}
        for kind, name in self._configured.items():
            named = [line for line in lines if _plain(name) in self._spellings(line)]
            if not named:
                there = shown_names(MailFolder(line.name, folder_name(line.name), kind) for line in lines)
                raise Refused(
                    f"the config names the folder {name} ({kind.value}), which is not there. These are: {there}. "
                    "Correct it, or leave it out where the server itself says what its folders are for."
                )
            found[named[0].name] = kind
        return found

    def _spellings(self, line: Listed) -> set[str]:
        """How a user may write the folder: with or without the prefix, with any separator."""
        own = self._below(line)
        whole = folder_name(line.name)
        return {_plain(each.replace(line.separator or "/", "/")) for each in (whole, own)} | {_plain(whole)}

    def _below(self, line: Listed) -> str:
        """The name without the prefix of the personal namespace."""
        prefixes = [prefix for prefix in self._mine if line.name.startswith(prefix)]
        return folder_name(line.name.removeprefix(max(prefixes, key=len, default=b"")))

    def _kind(self, line: Listed) -> Folder:
        if line.name.upper() == b"INBOX":
            return Folder.INBOX
        given = [kind for word, kind in ATTRIBUTES.items() if word in line.attributes]
        if given:
            return given[0] if given[0] not in self._configured else Folder.OTHER
        parts = [p for p in self._below(line).lower().split(line.separator or "\0") if p]
        if len(parts) > 2 or (len(parts) == 2 and parts[0] not in PARENTS):
            return Folder.OTHER
        kinds = (kind for kind, names in NAMES.items() if parts and parts[-1] in names)
        return next((kind for kind in kinds if kind not in {*self._configured, Folder.INBOX}), Folder.OTHER)


def best(folders: Iterable[MailFolder], kind: Folder) -> MailFolder | None:
    """The first of a kind: by the server's word, then by how common its name is; None where there is none."""
    found = [folder for folder in folders if folder.kind is kind and not folder.everything]
    return min(
        found, key=lambda one: (not one.by_server, _commonness(one, NAMES.get(kind, ()))), default=None
    )


def shown_names(folders: Iterable[MailFolder]) -> str:
    """Their names for a message, not too many."""
    return ", ".join(sorted(folder.shown for folder in folders)[:40])


def _plain(name: str) -> str:
    return name.strip().strip("/").lower()


def _commonness(folder: MailFolder, names: tuple[str, ...]) -> int:
    low = folder.shown.lower()
    return next((at for at, name in enumerate(names) if low.endswith(name)), len(names))
