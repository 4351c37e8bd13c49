"""A mail store of this machine: whether drafts can be put there, and sent letters be seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from followupd.cli import folders
from followupd.cli.doctor.finding import Finding, ok, problem
from followupd.config.accounts import LocalMailbox
from followupd.core.model import Folder
from followupd.providers.base import Mailbox


def local_findings(block: LocalMailbox, mailbox: Mailbox, account: str, now: datetime) -> Iterator[Finding]:
    """The folders that were found, whether Drafts can be written, and what could not be read."""
    found = folders.find(block.path, block.folders)
    if not found.names:
        what = "no mail folder is in it. Is this your Maildir?"
        yield problem("mailbox", f"{block.path}: {what}", account)
    else:
        names = ", ".join(f"{kind} is {name}" for kind, name in found.names.items())
        yield ok("mailbox", f"{block.path}: {names}", account)
    yield from (problem("mailbox", where, account) for where in found.unread)
    if found.names:
        yield _drafts(found.places.get(Folder.DRAFTS), block.path, account)
    if found.names and Folder.SENT not in found.names:
        yield problem(
            "mailbox",
            f"no Sent folder was found in {block.path}, so letters that you send would not be seen. "
            "Name it in the config: folders: {sent: NAME}",
            account,
        )
    look = mailbox.letters_to((), now - timedelta(days=1))
    yield from (problem("mailbox", f"{one.where}: {one.what}", account) for one in look.problems)


def _drafts(place: Path | None, root: Path, account: str) -> Finding:
    if place is None:
        return problem(
            "mailbox",
            f"no Drafts folder was found in {root}. Save a draft in your mail program once, or name "
            "the folder in the config: folders: {drafts: NAME}",
            account,
        )
    if not folders.is_writable(place):
        text = f"{place} can't be written, so no draft can be put there. Correct its permissions."
        return problem("mailbox", text, account)
    return ok("mailbox", f"drafts will be put into {place}.", account)
