"""The proof: a letter to oneself in the real Drafts folder, seen as it is changed and deleted, and never counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from followupd.core.model import Me
from followupd.errors import Unavailable
from followupd.providers.base import Look
from followupd.providers.local.mail import Maildir
from followupd.setup.proof import ENDS_AFTER, LOOK_EVERY, End, Proof, Seen, letter_to_oneself
from followupd.store import Store
from tests.cli.init_kit import FakeService, sit_down, typed
from tests.cycle.files import DANA, ME, Files

NOW = "2026-03-05 10:00"
Act = Callable[[], object]


@pytest.fixture
def world(tmp_path: Path) -> Files:
    world = Files(tmp_path)
    world.now = world.time(NOW)
    return world


class Hand:
    """What the user does between the looks, one act a look; the clock goes on meanwhile. Then Enter."""

    def __init__(self, world: Files, acts: Iterable[Act]) -> None:
        self.world = world
        self.acts = list(acts)

    def wait(self, seconds: float) -> bool:
        assert seconds == LOOK_EVERY
        self.world.now += timedelta(seconds=seconds)
        if not self.acts:
            return True
        self.acts.pop(0)()
        return False

    def clock(self) -> datetime:
        return self.world.now


def nothing() -> None:
    """The user looks at it."""


def proof(world: Files, *acts: Act) -> Proof:
    hand = Hand(world, acts)
    mailbox = Maildir(path=world.mail_root(), folders={}, zone="Europe/London")
    made = Proof(mailbox, Me(name="Sam Lee", addresses=("*@lee.example", ME)), hand.clock, hand.wait)
    made.begin()
    return made


def ended(one: Proof) -> tuple[list[Seen], End]:
    return list(one.watch()), one.end()


def change(world: Files, client: str = "neomutt") -> Act:
    return lambda: world.save_again(world.draft_to(ME), at=world.now, client=client, text="Changed.\n")


def delete(world: Files) -> Act:
    return lambda: world.draft_to(ME).path.unlink()


def test_it_is_a_letter_from_oneself_to_oneself(world: Files) -> None:
    proof(world)
    draft = world.draft_to(ME)
    assert draft.to == [ME]
    assert str(draft.parsed["from"]) == "Sam Lee <sam@example.com>"
    assert "Change a word" in draft.text


def test_an_untouched_one_is_seen_and_taken_away_at_the_end(world: Files) -> None:
    assert ended(proof(world, nothing)) == ([Seen.THERE], End.TAKEN_AWAY)
    assert world.drafts() == []


@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
def test_a_changed_one_is_seen_and_stays(world: Files, client: str) -> None:
    assert ended(proof(world, change(world, client))) == ([Seen.THERE, Seen.CHANGED], End.LEFT)
    assert world.draft_to(ME).text.startswith("Changed.")


@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
def test_all_three_are_seen_each_once(world: Files, client: str) -> None:
    acts = (nothing, change(world, client), nothing, delete(world), nothing, nothing)
    assert ended(proof(world, *acts)) == ([Seen.THERE, Seen.CHANGED, Seen.GONE], End.GONE)


def test_one_that_is_missed_by_a_single_look_is_not_gone(world: Files) -> None:
    kept: list[tuple[Path, bytes]] = []

    def take() -> None:
        path = world.draft_to(ME).path
        kept.append((path, path.read_bytes()))
        path.unlink()

    def put_back() -> None:
        path, content = kept[0]
        path.write_bytes(content)

    assert Seen.GONE not in ended(proof(world, take, put_back, nothing))[0]


def test_one_that_was_sent_is_told(world: Files) -> None:
    sending: Act = lambda: world.send(world.draft_to(ME), at=world.now)  # noqa: E731  an act is a function
    assert ended(proof(world, sending)) == ([Seen.THERE, Seen.SENT], End.GONE)
    assert len(world.mail("Sent")) == 1


def test_one_in_the_trash_is_gone(world: Files) -> None:
    def bin_it() -> None:
        draft = world.draft_to(ME)
        draft.path.rename(world.mail_folder("Trash") / "cur" / draft.name)

    assert ended(proof(world, bin_it, nothing, nothing))[0] == [Seen.THERE, Seen.GONE]


def test_a_mailbox_that_can_t_be_read_is_told_and_is_no_deletion(
    world: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = proof(world, nothing, nothing, nothing, nothing)
    looks = iter((False, True, True, True, False, False))
    real = one.mailbox.letters_to

    def letters_to(*arguments: object) -> object:
        if next(looks, False):
            raise Unavailable("the mailbox does not answer.")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(one.mailbox, "letters_to", letters_to)
    assert ended(one) == ([Seen.THERE, Seen.SILENCE, Seen.BACK], End.TAKEN_AWAY)


def test_a_look_that_was_cut_short_is_no_deletion(world: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    one = proof(world, nothing, nothing, nothing)
    monkeypatch.setattr(one.mailbox, "letters_to", lambda *_: Look(complete=False))
    assert list(one.watch()) == [Seen.SILENCE]


def test_nobody_waits_for_ever(world: Files) -> None:
    acts = [nothing] * int(ENDS_AFTER.total_seconds() / LOOK_EVERY + 10)
    one = proof(world, *acts)
    begun = world.now
    assert ended(one) == ([Seen.THERE], End.TAKEN_AWAY)
    assert world.now - begun <= ENDS_AFTER + timedelta(seconds=LOOK_EVERY)


def test_a_letter_whose_making_is_unclear_is_looked_for(
    world: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Maildir.create_draft

    def unclear(self: Maildir, draft: object) -> str:
        real(self, draft)  # type: ignore[arg-type]
        raise Unavailable("no answer came.")

    monkeypatch.setattr(Maildir, "create_draft", unclear)
    assert ended(proof(world)) == ([Seen.THERE], End.TAKEN_AWAY)


def test_no_two_letters_to_oneself_are_one(world: Files) -> None:
    me = Me(name="Sam Lee", addresses=(ME,))
    first, second = letter_to_oneself(me, world.now), letter_to_oneself(me, world.now + timedelta(seconds=1))
    assert first.message_id != second.message_id
    assert first.subject != second.subject


# --- it is no letter to anybody -----------------------------------------------------------------


@pytest.mark.parametrize("people", [[f"Dana Reyes <{DANA}>"], []])
def test_no_cycle_counts_it_as_a_thank_you_or_keeps_anything_of_it(world: Files, people: list[str]) -> None:
    notes = "DESCRIPTION:Interviewers: Dana Reyes"
    world.event("2026-03-05 08:00", "2026-03-05 09:30", people, extra=[notes])
    world.once("2026-03-05 08:00")
    proof(world, nothing)
    world.once("2026-03-05 10:16")
    world.once("2026-03-05 10:22")
    letters = world.letters("thank_you")
    assert [one["stage"] for one in letters] == ["drafted"]
    assert len(world.drafts()) == 2
    store = Store(world.state)
    try:
        kept = [letter for process in store.processes() for letter in store.own_letters(process.key)]
    finally:
        store.close()
    assert [letter.to for letter in kept] == [tuple(address for address in (letters[0]["to"],) if address)]
    assert all("letter to yourself" not in letter.subject.lower() for letter in kept)


# --- told by `init` -----------------------------------------------------------------------------


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    return sit_down(monkeypatch)


def test_enter_ends_it_and_it_is_told_that_the_letter_was_taken_away(
    world: Files, service: FakeService
) -> None:
    result = typed(world, "\n" * 20, "--no-service")
    assert result.exit_code == 0, result.output
    assert "Try it with a letter to yourself? [Y/n]" in result.output
    assert "Seen: it is there.\nThe letter was taken away again.\n" in result.output
    assert world.drafts() == []


def test_ctrl_c_ends_it_in_the_same_way(
    world: Files, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(seconds: float) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("followupd.cli.wizard_end.enter_within", interrupted)
    result = typed(world, "\n" * 20, "--no-service")
    assert result.exit_code == 0, result.output
    assert "The letter was taken away again.\n" in result.output
    assert world.drafts() == []


def test_with_yes_or_without_a_terminal_it_is_made_only_if_asked_for(
    world: Files, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "letter to yourself" not in typed(world, "", "--yes", "--no-service").output
    assert "taken away again" in typed(world, "", "--yes", "--no-service", "--proof").output
    monkeypatch.undo()
    assert "letter to yourself" not in typed(world, "").output
    assert "taken away again" in typed(world, "", "--proof").output


def test_a_maildir_without_drafts_is_told_and_ends_well(world: Files, service: FakeService) -> None:
    drafts = world.mail_folder("Drafts")
    drafts.rename(drafts.with_name("Elsewhere"))
    result = typed(world, "\n" * 20, "--no-service")
    assert result.exit_code == 0, result.output
    assert "Drafts" in result.output.partition("Try it with")[2]
    assert "That is all." in result.output


def test_without_an_address_of_one_s_own_none_is_made(world: Files, service: FakeService) -> None:
    world.config.write_text(world.config.read_text().replace("[sam@example.com]", "['*@lee.example']"))
    result = typed(world, "", "--yes", "--no-service", "--proof")
    assert result.exit_code == 0, result.output
    assert "there is none to write to" in result.output
    assert world.drafts() == []


# --- the service --------------------------------------------------------------------------------


def test_the_service_is_offered_and_installed(world: Files, service: FakeService) -> None:
    result = typed(world, "\n" * 20, "--no-proof")
    assert "Shall it run by itself from now on? [Y/n]" in result.output
    assert "The service was installed." in result.output
    assert service.installed == 1


def test_no_leaves_it_and_says_how_else(world: Files, service: FakeService) -> None:
    result = typed(world, "\n" * 10 + "n\n", "--no-proof")
    assert result.exit_code == 0, result.output
    assert service.installed == 0
    assert "`followupd service install` does it later." in result.output


def test_a_service_that_runs_is_told_and_not_asked_about(world: Files, service: FakeService) -> None:
    service.is_running = True
    result = typed(world, "\n" * 10, "--no-proof")
    assert "followupd runs." in result.output
    assert service.installed == 0


def test_without_a_terminal_the_service_is_installed_only_if_asked_for(
    world: Files, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("followupd.service.service", lambda config, state: service)
    assert "service" not in typed(world, "", "--yes").output
    assert service.installed == 0
    assert "The service was installed." in typed(world, "", "--service").output
    assert service.installed == 1
