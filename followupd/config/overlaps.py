"""What is wrong between entries: checked on the data as written, so that other problems don't hide it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from followupd.config.problems import At, Problem, shown
from followupd.config.yaml12 import Marked


def overlaps(marked: Marked, folder: Path) -> Iterator[Problem]:
    """Accounts with one name, mailboxes with one path or inside each other, a domain of two companies."""
    yield from _same_names(marked)
    yield from _same_mailboxes(marked, folder)
    yield from _same_imap(marked)
    yield from _same_domains(marked)


def _found(marked: Marked, *keys: str, within: str) -> Iterator[tuple[At, str]]:
    """The texts at `keys` of each entry in the top list `within`."""
    entries = marked.data.get(within) if isinstance(marked.data, dict) else None
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        value: object = entry
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str):
                yield (within, number, *keys), text


def _same_names(marked: Marked) -> Iterator[Problem]:
    seen: dict[str, tuple[At, int]] = {}
    for at, name in _found(marked, "name", within="accounts"):
        first, line = seen.setdefault(name.strip().casefold(), (at, marked.lines[at]))
        if first != at:
            text = f"another account is named {shown(name)} already (line {line}). Choose another name."
            yield Problem(marked.lines[at], at, text)


def _same_mailboxes(marked: Marked, folder: Path) -> Iterator[Problem]:
    seen: list[tuple[Path, int]] = []
    for at, written in _found(marked, "mailbox", "path", within="accounts"):
        path = _resolved(written, folder)
        for other, line in seen:
            if path == other or path in other.parents or other in path.parents:
                yield Problem(marked.lines[at], at, _one_mailbox(path, other, line))
        seen.append((path, marked.lines[at]))


def _same_imap(marked: Marked) -> Iterator[Problem]:
    """Two accounts with one mailbox on one server."""
    seen: dict[tuple[str, str], tuple[At, int]] = {}
    users = {at[:-1]: user for at, user in _found(marked, "mailbox", "user", within="accounts")}
    for at, host in _found(marked, "mailbox", "host", within="accounts"):
        user = users.get(at[:-1], "").strip().casefold()
        first, line = seen.setdefault((host.strip().casefold(), user), (at, marked.lines[at]))
        if first != at and user:
            text = (
                f"{shown(user)} at this server is the mailbox of another account too (line {line}). A letter would be "
                "drafted twice: give each account a mailbox of its own."
            )
            yield Problem(marked.lines[at], at, text)


def _resolved(written: str, folder: Path) -> Path:
    try:
        return (folder / Path(written).expanduser()).resolve()
    except (RuntimeError, OSError, ValueError):
        return Path(written)


def _one_mailbox(path: Path, other: Path, line: int) -> str:
    how = (
        "is the mailbox of another account too" if path == other else f"and {other} lie one inside the other"
    )
    return (
        f"{path} {how} (line {line}). "
        "A letter would be drafted twice: give each account a mailbox of its own."
    )


def _same_domains(marked: Marked) -> Iterator[Problem]:
    seen: dict[str, tuple[At, int]] = {}
    for at, domain in _found(marked, "domains", within="organisations"):
        first, line = seen.setdefault(domain.strip().casefold(), (at, marked.lines[at]))
        if first != at:
            text = (
                f"{shown(domain)} belongs to another organisation too (line {line}). Keep it in one of them."
            )
            yield Problem(marked.lines[at], at, text)
