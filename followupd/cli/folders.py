"""The special folders of a local mail store, for `init` that writes them and `check` that shows them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from followupd.core.model import Folder

# What mail programs in other languages call these folders. Maildirs write them in the modified
# UTF-7 of RFC 3501 section 5.1.3, or as they are.
_TRANSLATED = {
    Folder.DRAFTS: ("entwürfe", "entw&apw-rfe", "brouillons", "borradores", "bozze", "concepten", "utkast"),
    Folder.SENT: (
        "gesendet",
        "gesendete objekte",
        "gesendete elemente",
        "envoyés",
        "envoy&aok-s",
        "enviados",
        "posta inviata",
        "verzonden",
        "verzonden items",
        "skickat",
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """The folders of a mail store: kind → name and place; `unread` are places that could not be read."""

    names: dict[Folder, str] = field(default_factory=dict)
    places: dict[Folder, Path] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


def find(root: Path, named: Mapping[str, str]) -> Found:
    """The special folders at `root`, where `named` are those that the config names. Raises Unavailable."""
    # Imported here: a provider is loaded only by who uses it.
    from followupd.providers.local.maildir import MailFolder, find_folders

    layout = find_folders(str(root), named)
    kinds = (kind for kind in Folder if kind is not Folder.OTHER)
    best: dict[Folder, MailFolder] = {kind: layout.of(kind)[0] for kind in kinds if layout.of(kind)}
    for folder in layout.of(Folder.OTHER):
        for kind, words in _TRANSLATED.items():
            if kind not in best and folder.name.lower() in words:
                best[kind] = folder
    return Found(
        {kind: folder.name for kind, folder in best.items()},
        {kind: Path(folder.path) for kind, folder in best.items()},
        tuple(f"{problem.where}: {problem.what}" for problem in layout.problems),
    )


def is_writable(place: Path) -> bool:
    """Whether a message can be put into this Maildir folder."""
    parts = [place / name for name in ("tmp", "new", "cur") if (place / name).is_dir()]
    return all(os.access(part, os.W_OK | os.X_OK) for part in (place, *parts))
