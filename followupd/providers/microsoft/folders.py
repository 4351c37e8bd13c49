"""The folders of an Outlook mailbox: what each is for, and how it is shown.

Graph v1.0 does not say with a folder which well-known one it is, so the well-known ones are asked for by
name, once; what that showed is part of the mailbox's cursor. Source: Graph v1.0, resource mailFolder.
"""

from __future__ import annotations

from collections.abc import Mapping

from followupd.core.model import Folder
from followupd.errors import Refused, SignInNeeded
from followupd.providers.microsoft.api import Api, segment
from followupd.providers.microsoft.refusals import NotThere

WELL_KNOWN = {
    "drafts": Folder.DRAFTS,
    "sentitems": Folder.SENT,
    "inbox": Folder.INBOX,
    "deleteditems": Folder.TRASH,
    "junkemail": Folder.JUNK,
    "archive": Folder.ARCHIVE,
    "outbox": Folder.SCHEDULED,
    "recoverableitemsdeletions": Folder.TRASH,
}
MOST_LEVELS = 10
Place = tuple[Folder, str]


class Folders:
    """What is known of the folders: by id the kind and the name shown. One thread at a time."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._known: dict[str, Place] = {}

    def of(self, name: str) -> Place:
        """The kind and shown name of the folder with this id. Asks where it is not known."""
        if not self._known:
            self._load()
        if name not in self._known:
            self._known[name] = self._resolved(name)
        return self._known[name]

    def known(self) -> dict[str, list[str]]:
        """All that is known, for the cursor."""
        return {name: [kind.value, shown] for name, (kind, shown) in self._known.items()}

    def learn(self, known: Mapping[str, list[str]]) -> None:
        """Takes over what a cursor says."""
        self._known |= {name: (Folder(kind), shown) for name, (kind, shown) in known.items()}

    def _load(self) -> None:
        for name, kind in WELL_KNOWN.items():
            try:
                found = self._api.get(f"me/mailFolders/{name}", select="id,displayName")
            except (Refused, SignInNeeded):
                if kind is Folder.DRAFTS:
                    raise
                continue  # not every mailbox has an archive, or shows what can be recovered
            self._known[str(found.get("id"))] = (kind, str(found.get("displayName") or ""))

    def _resolved(self, name: str) -> Place:
        """A folder of the user's own. What lies below Deleted Items or Junk is there too."""
        shown, above = "", name
        for _ in range(MOST_LEVELS):
            try:
                found = self._api.get(f"me/mailFolders/{segment(above)}", select="displayName,parentFolderId")
            except NotThere:
                break
            shown, above = (
                shown or str(found.get("displayName") or ""),
                str(found.get("parentFolderId") or ""),
            )
            kind = self._known.get(above, (Folder.OTHER, ""))[0]
            if kind in {Folder.TRASH, Folder.JUNK}:
                return kind, shown
            if above in self._known or not above:
                break
        return Folder.OTHER, shown
