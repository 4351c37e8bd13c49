"""The user's own words: notes that were said with `followupd note` outlive the state that holds them."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

from followupd.database import open_private, private_folder
from followupd.rows import Record, reading

_MOST = 1000  # files of one day: more can't be meant


def said(state: Path) -> list[str]:
    """What the user said with `followupd note`, each with its interview, oldest first. Raises StoreError."""
    with reading(state) as rows:
        interviews = rows.records("interview") if rows else []
    found = [(note["at"], _line(one, note)) for one in interviews for note in one["notes"] if note["text"]]
    return [line for _, line in sorted(found)]


def _line(interview: Record, note: Record) -> str:
    event = interview["event"]
    about = f"{datetime.fromisoformat(event['start']):%Y-%m-%d} “{event['title']}”"
    whose = f" ({note['person']})" if note.get("person") else ""
    return " ".join(f"{about}{whose}: {note['text']}".split())


def kept(folder: Path, lines: list[str], today: date) -> Path:
    """Writes the notes into a new file for their owner alone. A file with the very same content is enough.

    Raises StoreError and OSError.
    """
    private_folder(folder)
    text = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    for number in range(1, _MOST):
        path = folder / f"said-until-{today}{f'-{number}' if number > 1 else ''}.txt"
        if not os.path.lexists(path):
            _write(path, text)
            return path
        if not path.is_symlink() and path.is_file() and path.read_bytes() == text:
            return path
    raise FileExistsError(f"{folder} holds too many notes of {today}")


def _write(path: Path, text: bytes) -> None:
    """All of it or nothing: a killed process leaves no half of the user's words under this name."""
    new = path.with_name(f".{path.name}.new")
    number = open_private(new, os.O_TRUNC)
    with os.fdopen(number, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
