"""The user's own words: notes that were said with `followupd note` outlive the state that holds them.

Notes from a file are written out only where the file is gone; those in events stand in the calendar.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

from followupd.database import open_private, private_folder
from followupd.notes_files import SOURCE, Pages, pages_in
from followupd.rows import Record, reading

_MOST = 1000  # files of one day: more can't be meant


def said(state: Path, folder: Path) -> list[str]:
    """What the user noted and what stands nowhere else, each with its interview, oldest first.

    `folder` is that of the notes files. Raises StoreError.
    """
    with reading(state) as rows:
        interviews = rows.records("interview") if rows else []
    there = pages(state, folder).interviews
    found = [
        (note["at"], _line(one, note))
        for one in interviews
        for note in one["notes"]
        if _goes(one, note, there)
    ]
    return [line for _, line in sorted(found)]


def _goes(interview: Record, note: Record, there: frozenset[str]) -> bool:
    """Whether a note would be lost with the state."""
    source = note.get("source", "")
    in_file = source == "file" and interview["id"] in there
    return bool(note["text"]) and source != "event" and not in_file


def pages(state: Path, folder: Path) -> Pages:
    """The notes files, as far as the state knows them. Raises StoreError."""
    sql = "SELECT value FROM cursor WHERE account = '' AND source = ?"
    with reading(state) as rows:
        found = rows.select(sql, SOURCE) if rows else []
    return pages_in(folder, found[0][0] if found else None)


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
