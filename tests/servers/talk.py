"""One talk with two people whose mailbox and calendar lie on servers, and what is to come of it."""

from __future__ import annotations

from pathlib import Path

from tests.cycle.files import DANA
from tests.servers import dovecot, radicale
from tests.servers.hosted import Box, Hosted

BEFORE, DUE, SEEN = "2026-03-04 08:00", "2026-03-04 15:50", "2026-03-04 15:55"
LATER = ("2026-03-04 16:10", "2026-03-04 16:50", "2026-03-04 18:00")
KIM = "kim@acme.example"


def world(folder: Path, box: Box | None = None, *, prefix: str = "") -> Hosted:
    """A talk with Dana and Kim ends on Wednesday 4 March at 15:00."""
    dav = radicale.shared().user()
    files = Hosted(folder / "user", box or dovecot.shared().user(), dav, prefix=prefix)
    people = [f"Dana Reyes <{DANA}>", f"Kim Novak <{KIM}>"]
    files.event("2026-03-04 14:00", "2026-03-04 15:00", people, organizer=DANA)
    return files


def must_have_both_once(files: Hosted, stage: str = "drafted") -> None:
    assert sorted(address for draft in files.drafts() for address in draft.to) == [DANA, KIM]
    assert {one["stage"] for one in files.letters("thank_you")} == {stage}


def failed(files: Hosted, at: str) -> str:
    """A cycle that can't reach the account; what the user is told."""
    assert files.once(at, well=False) == []
    (report,) = files.reports
    assert not report.ok
    return f"{type(report.error).__name__}: {report.error}"


def nudged(files: Hosted) -> None:
    """Thanked and sent; the nudge to Dana lies in Drafts."""
    for at in (BEFORE, DUE, SEEN):
        files.once(at)
    for number, who in enumerate((DANA, KIM)):
        files.send(files.draft_to(who), at=f"2026-03-04 16:0{number}", text="Thank you.\n\nSam\n")
    for at in ("2026-03-04 16:05", "2026-03-04 16:45", "2026-03-11 09:05", "2026-03-11 09:10"):
        files.once(at)
    assert [one.to for one in files.drafts()] == [[DANA]]


def nudged_well(files: Hosted) -> None:
    nudged(files)
    files.receive(at="2026-03-11 10:00", text="We would like to see you again on Monday.\n")
    files.once("2026-03-11 10:05")
    files.once("2026-03-11 10:10")
    assert files.drafts() == []
    assert [one["state"] for one in files.status()["processes"]] == ["answered"]
