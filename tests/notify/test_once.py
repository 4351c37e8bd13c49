"""Each thing is told exactly once, whatever happens in between."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.core.model import Folder
from followupd.notify import Notice
from tests.notify.kit import Told

PEOPLE = ("Dana Reyes <dana@acme.example>", "Kim Min-jun <kim@acme.example>", "Jo Smith <jo@other.example>")
STEPS = st.lists(
    st.sampled_from(
        ["cycle", "wait", "look", "tell", "tell", "fail", "restart", "break", "mend", "send", "edit"]
    ),
    min_size=5,
    max_size=40,
)


class Player:
    """Plays steps, and keeps what a channel took."""

    def __init__(self, folder: Path) -> None:
        self.told = Told(folder)
        self.world = self.told.world
        self.world.begin("2026-03-01 20:00")
        for day in ("02", "03", "04"):
            self.told.interview(f"2026-03-{day}", *PEOPLE)
        self.world.event("2026-03-03 18:00", "2026-03-03 19:00", ())
        self.at = self.world.time("2026-03-02 08:00")
        self.world.cycle(self.at)
        self.taken: Counter[tuple[str, str]] = Counter()
        self.on_its_way: Notice | None = None
        self.breakages = 0

    def play(self, step: str) -> None:
        getattr(self, step)()

    def cycle(self) -> None:
        self.world.cycle(self.at)

    def wait(self) -> None:
        self.at += timedelta(hours=5)

    def look(self) -> None:
        """A notice leaves; what becomes of it is known later."""
        self.on_its_way = self.told.teller.pending(self.at)

    def tell(self) -> None:
        """It arrives, and that is marked."""
        if self.on_its_way is None:
            self.look()
        if self.on_its_way is not None:
            self.taken.update((item.kind.removeprefix("late_"), item.key) for item in self.on_its_way.items)
            self.told.teller.told(self.on_its_way)
            self.on_its_way = None

    def fail(self) -> None:
        self.on_its_way = None

    def restart(self) -> None:
        self.on_its_way = None
        self.told.started()

    def break_(self) -> None:
        self._stand("sign_in")

    def mend(self) -> None:
        self._stand("ok")

    def _stand(self, state: str) -> None:
        # A cycle that went well has mended it too.
        self.breakages += state == "sign_in" and self.world.store.account("personal")[0] != "sign_in"
        with self.world.store.transaction():
            self.world.store.set_account("personal", state, "", "", self.at)

    def send(self) -> None:
        for draft in self.world.drafts()[:1]:
            self.world.send(draft, at=self.at)

    def edit(self) -> None:
        for draft in self.world.drafts()[:1]:
            self.world.edit(draft, at=self.at)


setattr(Player, "break", Player.break_)


@settings(max_examples=30, deadline=None)
@given(STEPS)
def test_each_thing_is_told_once_whatever_happens_in_between(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        player = Player(Path(name) / "state")
        for step in steps:
            player.play(step)
        player.fail()
        player.restart()
        player.mend()
        player.cycle()
        player.tell()
        twice = {what: n for what, n in player.taken.items() if n > 1 and what[0] != "sign_in"}
        assert not twice
        assert player.taken["sign_in", "personal"] <= player.breakages
        letters = {key for kind, key in player.taken if kind in {"letter", "reminder"}}
        waiting = {f.key for f in player.world.follow_ups() if f.stage == "drafted"}
        in_drafts = {m.id for m in player.world.messages(Folder.DRAFTS)}
        assert waiting <= letters, "a letter lies in Drafts and nobody was told"
        assert len(waiting) <= len(in_drafts)
        assert player.told.teller.pending(player.at) is None
        player.world.store.close()
