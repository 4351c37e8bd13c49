"""What was done, in a sentence: for `once` and for the log."""

from __future__ import annotations

from followupd.apply import Done

# action → (what was done, what a dry run says)
_VERBS = {
    "create_draft": ("put into Drafts", "would put into Drafts"),
    "withdraw_draft": ("took out of Drafts", "would take out of Drafts"),
    "recover": ("looked what came of", "would look what came of"),
    "advance": ("noted", "would note"),
    "remind": ("reminds", "would remind"),
    "ask": ("asks", "would ask"),
    "settle": ("settled a question", "would settle a question"),
    "process": ("noted about the process", "would note about the process"),
    "close": ("closed the process", "would close the process"),
    "tell": ("tells", "would tell"),
    "failed": ("could not put down or take back", "could not put down or take back"),
}
_KINDS = {"thank_you": "a thank-you", "nudge": "a nudge", "letter": "a letter on request"}
# Their reasons may quote the title of an event, which is somebody's words.
_QUOTING = frozenset({"ask", "settle", "tell"})


def sentence(done: Done, *, dry_run: bool = False) -> str:
    """What was done, or would be, to whom and why."""
    return f"{_doing(done, dry_run=dry_run)}: {done.reason}"


def discreet(done: Done) -> str:
    """The same for a log: with a key instead of what may quote somebody."""
    why = "`followupd status` shows it" if done.action in _QUOTING else done.reason
    key = (done.key or done.process)[:8]
    return f"{_doing(done)}: {why}{f' ({key})' if key else ''}"


def _doing(done: Done, *, dry_run: bool = False) -> str:
    did, would = _VERBS.get(done.action, (done.action, f"would {done.action}"))
    what = _KINDS.get(done.kind, "")
    who = f" to {done.to or 'somebody without an address'}" if what else ""
    return " ".join(part for part in (would if dry_run else did, f"{what}{who}") if part)
