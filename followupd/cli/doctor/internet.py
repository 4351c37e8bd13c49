"""A mailbox by IMAP and calendars by CalDAV: what their servers show to the user.

What asks them is imported where an account has one: others need not load it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from followupd.cli.doctor.finding import Finding, hint, ok, problem
from followupd.config.internet import CaldavCalendar, ImapMailbox
from followupd.core.model import Folder
from followupd.providers.internet.proof import Proof

if TYPE_CHECKING:
    from followupd.providers.internet.trial import MailSeen

_SPOKEN = {
    Folder.DRAFTS: "Drafts",
    Folder.SENT: "Sent",
    Folder.ARCHIVE: "Archive",
    Folder.JUNK: "Junk",
    Folder.TRASH: "Trash",
}


def caldav_findings(block: CaldavCalendar, proof: Proof, account: str) -> Iterator[Finding]:
    """Whether the server lets the user in, and the calendars that it shows."""
    from followupd.providers.internet.trial import calendar_line

    yield ok("sign_in", calendar_line(block.server(), proof), account)


def imap_findings(block: ImapMailbox, proof: Proof, account: str) -> Iterator[Finding]:
    """Whether the server lets the user in, where drafts go, and how new mail is noticed."""
    from followupd.providers.internet.trial import mail_seen, secured

    seen = mail_seen(block.server(), proof)
    yield ok("sign_in", f"{block.host} lets {block.user} in, {secured(block.server())}.", account)
    yield _drafts(seen, block, account)
    others = [f"{name} is “{seen.folders[kind]}”" for kind, name in _SPOKEN.items() if kind in seen.folders]
    yield ok("mailbox", f"folders: {', '.join(others) or 'the inbox alone'}.", account)
    if Folder.SENT not in seen.folders:
        yield problem(
            "mailbox",
            f"no Sent folder was found at {block.host}, so letters that you send would not be seen. Name it in the "
            "config: folders: {sent: NAME}",
            account,
        )
    if seen.idle:
        yield ok("mailbox", "new mail is noticed at once (IDLE).", account)
    else:
        yield hint(
            "mailbox",
            "the server tells nothing by itself (no IDLE), so new mail is noticed at each poll.",
            account,
        )


def _drafts(seen: MailSeen, block: ImapMailbox, account: str) -> Finding:
    if Folder.DRAFTS in seen.folders:
        return ok(
            "mailbox", f"drafts will be put into “{seen.folders[Folder.DRAFTS]}” at {block.host}.", account
        )
    return problem(
        "mailbox",
        f"no Drafts folder was found at {block.host}. Save a draft in your mail program once, or name the folder in "
        "the config: folders: {drafts: NAME}",
        account,
    )
