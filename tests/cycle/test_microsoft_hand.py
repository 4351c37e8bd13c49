"""The user's hand on drafts in Outlook: six programs, each hand told apart, and never a second letter.

A crowd is one life with as many interviews as hands, each at a company of its own: one hand on each draft.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cycle.microsoft import CONFIG, DANA, HOUR, MADE, MINUTE, NUDGE, UID, Life, living, made
from tests.sim.microsoft_mail import CLASSIC, CLIENTS, IDEAL, IOS_MAIL, MOBILE, WEB, Client, MessageView

MY_WORDS = "Hello Dana,\n\nthese are my own words: I liked what you said about the archive.\n\nSam\n"
GOES = "2026-03-04 20:00"  # when what was scheduled is sent
Hand = Callable[[Life, MessageView, Client], object]


def edited_and_deleted(life: Life, draft: MessageView, client: Client) -> None:
    life.mail.delete(life.mail.edit(draft.id, MY_WORDS, client=client))


def moved(life: Life, draft: MessageView, client: Client) -> None:
    life.mail.put(draft.id, life.mail.add_folder("Jobs"), client)


HANDS: dict[str, tuple[Hand, set[str]]] = {
    "sent": (lambda life, draft, client: life.mail.send(draft.id, client), {"sent"}),
    "sent-edited": (lambda life, draft, client: life.mail.send(draft.id, client, text=MY_WORDS), {"sent"}),
    "subject": (
        lambda life, draft, client: life.mail.send(draft.id, client, subject="About the archive – and Łódź"),
        {"sent"},
    ),
    "scheduled": (
        lambda life, draft, client: life.mail.schedule(draft.id, life.time(GOES), client),
        {"edited"},
    ),
    "deleted": (lambda life, draft, client: life.mail.delete(draft.id), {"discarded"}),
    "purged": (lambda life, draft, client: life.mail.purge(draft.id), {"discarded"}),
    "edited-deleted": (edited_and_deleted, {"discarded"}),
    "moved": (moved, {"drafted"}),
    "archived": (lambda life, draft, client: life.mail.put(draft.id, "archive", client), {"drafted"}),
    "edited": (lambda life, draft, client: life.mail.edit(draft.id, MY_WORDS, client=client), {"edited"}),
    "opened": (lambda life, draft, client: life.mail.edit(draft.id, client=client), {"drafted"}),
    "touched": (lambda life, draft, client: life.mail.touch(draft.id), {"drafted"}),
    "read": (lambda life, draft, client: life.mail.mark(draft.id, flagged=True), {"drafted"}),
}
LIKE_NEW = ("opened", "touched", "read")
GONE = {name for name, (_, late) in HANDS.items() if late == {"discarded"}}
SENT = ("sent", "sent-edited", "subject", "scheduled")
NUDGE_HANDS = dict(zip(SENT, ("sent", "sent-edited", "edited", "deleted"), strict=True))


def dana(company: str) -> str:
    return f"dana@{company}.example"


class Crowd:
    """An interview, and so a draft, for each hand, all seen once by the program."""

    def __init__(self, life: Life, client: Client) -> None:
        self.life, self.client = life, client
        for name in HANDS:
            uid = f"talk@{name}.example"
            life.event("2026-03-04 14:00", "2026-03-04 15:00", [(dana(name), "Dana Reyes")], uid=uid)
        life.cycle("2026-03-04 08:00")
        life.poll(0, 5)
        self.creates = life.creates()
        assert (len(life.drafts()), self.creates) == (len(HANDS), len(HANDS))

    def draft(self, name: str) -> MessageView:
        (found,) = self.life.drafts(dana(name))
        return found

    def stages(self, kind: str = "thank_you") -> dict[str, str]:
        found = {one["to"]: one["stage"] for one in self.life.letters(kind) if one["step"] == 1}
        return {name: found[dana(name)] for name in HANDS if dana(name) in found}

    def look(self, *minutes: float, since: str = "") -> dict[str, str]:
        """Cycles; after each nothing was made, and nothing is called discarded that is not."""
        for minute in minutes:
            self.life.poll(minute, since=since or MADE)
            assert self.life.creates() == self.creates, f"another letter {minute} minutes later"
            stages = self.stages()
            wrong = {name for name, stage in stages.items() if stage == "discarded"} - GONE
            assert not wrong, f"discarded {minute} minutes later"
        return stages

    def fates(self) -> None:
        """One hand on each; what is said before, at and after the end of the grace, and after the scheduled time."""
        self.life.at(MADE + 10 * MINUTE)
        for name, (act, _) in HANDS.items():
            act(self.life, self.draft(name), self.client)
        early = self.look(11, 15, 38)
        assert "discarded" not in early.values(), "there is a grace of 30 minutes"
        late = self.look(43, 48, 180)
        assert not self.unlike(late)
        gone = self.look(5, 45, since=GOES)
        assert gone == late | {"scheduled": "sent"}

    def unlike(self, stages: dict[str, str]) -> dict[str, str]:
        """What is said otherwise than it is. A program that adds its own line has changed the words."""
        right = {name: set(late) for name, (_, late) in HANDS.items()}
        if self.client.line:
            right["opened"].add("edited")
        return {name: stage for name, stage in stages.items() if stage not in right[name]}

    def grown_late(self) -> None:
        """Days later the untouched ones, and they alone, are worded for that: each is replaced, once."""
        untouched = {one.to[0] for one in self.life.drafts()} - {dana("edited")}
        untouched -= {dana(name) for name, stage in self.stages().items() if stage == "edited"}
        late = made(self.life.poll(0, since="2026-03-10 09:05"))
        assert {one.to for one in late} == untouched >= {dana("touched"), dana("read")}
        self.creates += len(late)
        self.look(5, since="2026-03-10 09:05")

    def nudges(self) -> dict[str, MessageView]:
        """On Wednesday 11 March, for what was sent and for nothing else: each answers what was sent."""
        self.grown_late()
        sent = {name: self.sent(name) for name in SENT}
        assert sorted(one.to for one in made(self.life.cycle(NUDGE).actions)) == sorted(map(dana, SENT))
        self.creates += len(SENT)
        self.look(5, since=f"{NUDGE:%Y-%m-%d %H:%M}")
        found = {name: self.draft(name) for name in SENT}
        for name, nudge in found.items():
            assert nudge.conversation == sent[name].conversation
            assert nudge.parents[-1] == sent[name].internet_message_id
            assert sent[name].subject in nudge.subject
        return found

    def sent(self, name: str) -> MessageView:
        (found,) = [one for one in self.life.mail.sent() if dana(name) in one.to]
        return found

    def fates_of_nudges(self) -> None:
        """A hand on each nudge; two weeks later only what was sent is asked about a second time."""
        nudges = self.nudges()
        self.life.at(NUDGE + 10 * MINUTE)
        for name, hand in NUDGE_HANDS.items():
            HANDS[hand][0](self.life, nudges[name], self.client)
        since = f"{NUDGE:%Y-%m-%d %H:%M}"
        self.look(11, 20, 43, 48, since=since)
        told = {"sent": "sent", "sent-edited": "sent", "subject": "edited", "scheduled": "discarded"}
        assert self.stages("nudge") == told
        second = made(self.life.poll(0, 55, since="2026-03-24 09:05"))
        assert sorted(one.to for one in second) == sorted([dana("sent"), dana("sent-edited")])

    def letters(self) -> dict[str, int]:
        """How many letters to each there are, in whatever folder."""
        return {name: len(self.life.written(dana(name))) for name in HANDS}


ONE_EACH = dict.fromkeys(HANDS, 1) | {"purged": 0}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_each_hand_is_told_apart_in_each_program(tmp_path: Path, client: Client) -> None:
    with living(tmp_path, config=CONFIG) as life:
        crowd = Crowd(life, client)
        crowd.fates()
        assert crowd.letters() == ONE_EACH
        crowd.fates_of_nudges()
        more = {"sent": 3, "sent-edited": 3, "subject": 2, "scheduled": 2}
        assert crowd.letters() == ONE_EACH | more


LATE: dict[str, Any] = {"sent_delay": timedelta(minutes=5), "outbox_shows": False}
SWITCHES: dict[str, tuple[Client, dict[str, Any]]] = {
    "classic loses the properties": (CLASSIC, {"classic_keeps_properties": False}),
    "classic loses the properties, and the copy comes late": (
        CLASSIC,
        {"classic_keeps_properties": False, **LATE},
    ),
    "a move changes every id, scheduled letters wait in the Outbox": (
        WEB,
        {"move_changes_immutable_id": True, "scheduled_in": "outbox"},
    ),
    "scheduled letters are no drafts, text stays text, sent headers are shown": (
        WEB,
        {
            "scheduled_in": "outbox",
            "scheduled_is_draft": False,
            "text_stays_text": True,
            "sent_headers_missing": False,
        },
    ),
    "the archive keeps the id, a path takes either, what is deleted can be fetched": (
        CLASSIC,
        {
            "archive_changes_immutable_id": False,
            "path_takes_either_id": True,
            "deleted_can_be_fetched": True,
        },
    ),
    "the copy comes five minutes later": (WEB, LATE),
    "the copy comes five minutes later, by mobile": (MOBILE, LATE),
    "five minutes in the Outbox": (IOS_MAIL, {"sent_delay": timedelta(minutes=5)}),
    "deleted drafts lie in Deleted Items, drafts have a sender": (
        IDEAL,
        {"delete_goes_to": "deleteditems", "drafts_have_sender": True},
    ),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_each_hand_is_told_apart_whatever_microsoft_does(tmp_path: Path, name: str) -> None:
    client, switches = SWITCHES[name]
    with living(tmp_path, config=CONFIG, **switches) as life:
        crowd = Crowd(life, client)
        crowd.fates()
        crowd.nudges()
        seen = switches.get("delete_goes_to") == "deleteditems"  # also what the program took back
        assert crowd.letters() == ONE_EACH | dict.fromkeys([*SENT, *(LIKE_NEW if seen else ())], 2)


# --- sent, and seen late ------------------------------------------------------------------------


@pytest.mark.parametrize("client", [WEB, CLASSIC], ids=lambda client: client.name)
@pytest.mark.parametrize("shows", [True, False], ids=["in the Outbox", "nowhere"])
def test_a_copy_two_hours_late_is_a_sent_letter_in_the_end(
    tmp_path: Path, client: Client, shows: bool
) -> None:
    """Offline, or an organisation that delays all mail. Meanwhile it is not sent, and nothing is made for it."""
    with living(tmp_path, sent_delay=2 * HOUR, outbox_shows=shows) as life:
        draft = life.thanked()
        life.at(MADE + 6 * MINUTE)
        life.mail.send(draft.id, client)
        assert not made(life.poll(10, 20, 40, 45, 50, 100))
        assert life.stage() != "sent"
        assert not (shows and life.stage() == "discarded")
        assert not made(life.poll(130, 135, 170))
        assert life.stage() == "sent"
        assert not made(life.poll(0, since="2026-03-10 09:05"))
        assert len(made(life.cycle(NUDGE).actions)) == 1
        assert (life.creates(), len(life.written())) == (2, 2)


def test_a_letter_to_another_address_of_hers_is_sent(tmp_path: Path) -> None:
    """Classic Outlook leaves nothing of the draft but its words and its subject."""
    with living(tmp_path, classic_keeps_properties=False) as life:
        draft = life.thanked()
        life.at(MADE + 6 * MINUTE)
        life.mail.send(draft.id, CLASSIC, to=["dana.reyes@acme.example"])
        assert not made(life.poll(10, 20, 40, 45, 50, 1440))
        assert life.stage() == "sent"


def test_a_letter_of_other_words_to_another_address_is_known_by_what_the_program_left_on_it(
    tmp_path: Path,
) -> None:
    """Another Message-ID, recipient, subject and text: only the property says which draft it was."""
    with living(tmp_path) as life:
        draft = life.thanked()
        life.at(MADE + 6 * MINUTE)
        to, subject = ["dana.reyes@acme.example"], "About the archive"
        life.mail.send(draft.id, CLASSIC, text=MY_WORDS, subject=subject, to=to)
        assert not made(life.poll(10, 20, 40, 45, 50, 1440))
        assert life.stage() == "sent"


@pytest.mark.parametrize("where", ["drafts", "outbox"])
@pytest.mark.parametrize("client", [WEB, CLASSIC], ids=lambda client: client.name)
def test_what_is_scheduled_and_taken_back_is_a_draft_again(
    tmp_path: Path, client: Client, where: str
) -> None:
    with living(tmp_path, scheduled_in=where) as life:
        draft = life.thanked()
        life.at(MADE + 6 * MINUTE)
        waiting = life.mail.schedule(draft.id, life.time(GOES), client)
        assert not made(life.poll(10, 45, 50, 60))
        life.at(MADE + 61 * MINUTE)
        back = life.mail.unschedule(waiting)
        assert not made(life.poll(65, 100, 105))
        assert life.stage() in {"drafted", "edited"}
        life.mail.send(back, client)
        assert not made(life.poll(110, 150, 200, 1440))
        assert life.stage() == "sent"
        assert len(life.written()) == 1


# --- kept, and taken back -----------------------------------------------------------------------


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_an_edited_draft_is_never_touched_again(tmp_path: Path, client: Client) -> None:
    """Not by an answer, not by a cancellation, not by time."""
    with living(tmp_path) as life:
        event = life.event("2026-03-04 14:00", "2026-03-04 15:00")
        life.cycle("2026-03-04 08:00")
        life.cycle(MADE)
        life.at(MADE + 3 * MINUTE)
        id_ = life.mail.edit(life.drafts()[0].id, MY_WORDS, client=client)
        life.poll(10)
        assert life.stage() == "edited"
        kept = life.mail.hold(id_)
        state = (kept.change_key, kept.content, kept.id)
        life.receive(at=MADE + 20 * MINUTE)
        life.poll(21)
        life.calendars.cancel(event)
        life.poll(26, 60, 120, 1440)
        assert not made(life.poll(0, 1440, since="2026-03-19 09:05"))
        held = life.mail.hold(id_)
        assert (held.change_key, held.content, held.id) == state
        assert life.creates() == 1


@pytest.mark.parametrize("client", [CLASSIC, MOBILE], ids=lambda client: client.name)
@pytest.mark.parametrize("seen", [True, False], ids=["seen between", "not seen between"])
def test_an_edited_draft_in_a_folder_of_the_user_s_own_was_not_sent(
    tmp_path: Path, client: Client, seen: bool
) -> None:
    """Nothing of the first draft may be left on it, but it never left: nobody is asked for an answer."""
    with living(tmp_path) as life:
        draft = life.thanked()
        life.at(MADE + 6 * MINUTE)
        id_ = life.mail.edit(draft.id, MY_WORDS, client=client)
        if seen:
            life.poll(8, 12)
        life.mail.put(id_, life.mail.add_folder("Later"), client)
        assert not made(life.poll(14, 20, 50, 60, 180))
        assert life.stage() != "sent"
        assert not seen or life.stage() == "edited"
        assert not made(life.poll(0, since="2026-03-10 09:05"))
        assert not made(life.poll(0, 1440, since=NUDGE))
        assert len(life.written()) == 1


LATER: dict[str, tuple[Hand | None, bool]] = {
    "untouched": (None, True),
    "opened": (HANDS["opened"][0], True),
    "touched": (HANDS["touched"][0], True),
    "edited": (HANDS["edited"][0], False),
}


@pytest.mark.parametrize("name", LATER)
@pytest.mark.parametrize("place", ["recoverableitemsdeletions", "deleteditems"])
def test_a_draft_is_taken_back_for_a_later_time_unless_it_was_edited(
    tmp_path: Path, name: str, place: str
) -> None:
    """What the program itself took out does not mean no: at the new end there is one letter again."""
    act, goes = LATER[name]
    with living(tmp_path, delete_goes_to=place) as life:
        event = life.event("2026-03-04 14:00", "2026-03-04 15:00")
        life.cycle("2026-03-04 08:00")
        life.cycle(MADE)
        if act is not None:
            life.at(MADE + 3 * MINUTE)
            act(life, life.drafts()[0], CLASSIC)
        life.poll(5)
        life.at(MADE + 20 * MINUTE)
        life.calendars.move(event, life.time("2026-03-05 14:00"), life.time("2026-03-05 15:00"))
        assert not made(life.poll(21, 30, 60))
        assert (life.drafts() == []) is goes
        assert len(made(life.poll(46, 60, 180, since="2026-03-05 15:00"))) == int(goes)
        assert len(life.drafts()) == 1
        assert len([one for one in life.letters("thank_you") if one["stage"] in ("drafted", "edited")]) == 1


def test_a_draft_in_the_user_s_hands_is_left_when_the_interview_is_moved(tmp_path: Path) -> None:
    """Saved a moment ago, though with the same words: it is left, for now."""
    with living(tmp_path) as life:
        event = life.event("2026-03-04 14:00", "2026-03-04 15:00")
        life.cycle("2026-03-04 08:00")
        life.cycle(MADE)
        life.poll(20)
        life.at(MADE + 24 * MINUTE)
        life.mail.edit(life.drafts()[0].id)
        life.calendars.move(event, life.time("2026-03-05 14:00"), life.time("2026-03-05 15:00"))
        life.poll(26)
        assert len(life.drafts()) == 1


def test_a_draft_stays_when_its_talk_is_called_off_afterwards(tmp_path: Path) -> None:
    """It may have been held: the user decides."""
    with living(tmp_path) as life:
        event = life.event("2026-03-04 14:00", "2026-03-04 15:00")
        life.cycle("2026-03-04 08:00")
        life.cycle(MADE)
        life.at(MADE + 20 * MINUTE)
        life.calendars.cancel(event)
        assert not made(life.poll(21, 26, 60, 1440))
        assert len(life.drafts()) == 1


@pytest.mark.parametrize("act", ["save", "send"])
def test_a_window_left_open_while_the_draft_is_taken_back_makes_no_second_letter(
    tmp_path: Path, act: str
) -> None:
    with living(tmp_path) as life:
        event = life.event("2026-03-04 14:00", "2026-03-04 15:00")
        life.cycle("2026-03-04 08:00")
        life.cycle(MADE)
        opened = life.mail.open(life.drafts()[0].id)
        life.at(MADE + 20 * MINUTE)
        life.calendars.move(event, life.time("2026-03-09 14:00"), life.time("2026-03-09 15:00"))
        life.poll(21)
        assert life.drafts() == []
        life.at(MADE + 25 * MINUTE)
        id_ = life.mail.save_opened(opened, MY_WORDS) if act == "save" else life.mail.send_opened(opened)
        assert not made(life.poll(26, 60, 90, 1440))
        assert [one.immutable_id for one in life.written()] == [id_]
        assert life.creates() == 1


# --- the user's own letters ---------------------------------------------------------------------


@pytest.mark.parametrize("minute", [2, 44.9], ids=lambda minute: f"{minute} minutes after the talk")
@pytest.mark.parametrize("draft", [False, True], ids=["sent", "a draft"])
def test_the_user_s_own_letter_is_the_thank_you(tmp_path: Path, minute: float, draft: bool) -> None:
    with living(tmp_path) as life:
        life.event("2026-03-04 14:00", "2026-03-04 15:00")
        life.cycle("2026-03-04 08:00")
        life.at(life.time("2026-03-04 15:00") + minute * MINUTE)
        id_ = life.mail.new_draft(life.own()) if draft else life.mail.send_new(life.own())
        life.poll(0, 5, 36)
        if draft:
            assert [one.immutable_id for one in life.drafts()] == [id_]
            assert life.stage() == "edited"
            life.at(MADE + 37 * MINUTE)
            id_ = life.mail.send(id_, CLASSIC)
            life.poll(45, 80)
        assert (life.stage(), life.creates(), life.drafts()) == ("sent", 0, [])
        assert not made(life.poll(0, since="2026-03-10 09:05"))
        life.cycle(NUDGE)
        (nudge,) = life.drafts()
        assert nudge.parents[-1] == life.mail.message(id_).internet_message_id
        assert nudge.conversation == life.mail.message(id_).conversation


@pytest.mark.parametrize("draft", [False, True], ids=["sent", "a draft"])
def test_the_user_s_own_letter_in_the_middle_of_the_cycle_is_the_thank_you(
    tmp_path: Path, draft: bool
) -> None:
    """It comes after the changes were told, while the event is read again: the look before the letter finds it."""
    with living(tmp_path) as life:
        life.event("2026-03-04 14:00", "2026-03-04 15:00")
        life.cycle("2026-03-04 08:00")
        life.poll(-6)
        own: list[str] = []

        def writes(_: object) -> None:
            if not own:
                own.append(life.mail.new_draft(life.own()) if draft else life.mail.send_new(life.own()))

        undo = life.simulator.on("events.get", writes)
        life.cycle(MADE)
        undo()
        life.poll(5, 60)
        assert [one.immutable_id for one in life.written()] == own
        assert (life.creates(), life.stage()) == (0, "edited" if draft else "sent")


def test_an_untouched_draft_goes_when_the_user_writes_alone(tmp_path: Path) -> None:
    with living(tmp_path) as life:
        life.thanked()
        life.at(MADE + 20 * MINUTE)
        life.mail.send_new(life.own())
        assert not made(life.poll(21, 26, 60, 1440))
        assert life.drafts() == []
        assert life.stage() == "sent"


def test_no_nudge_beside_an_answer_that_the_user_began(tmp_path: Path) -> None:
    """A draft to her in Drafts is the letter, whoever made it."""
    with living(tmp_path) as life:
        sent = life.mail.message(life.sent_at(life.thanked()))
        life.at(NUDGE - MINUTE)
        mine = life.mail.new_draft(life.own(f"Re: {sent.subject}"))
        assert not made(life.poll(0, 5, 60, 1440, since=NUDGE))
        assert [one.immutable_id for one in life.drafts()] == [mine]


def test_a_cancelled_event_is_told_apart_from_another(tmp_path: Path) -> None:
    """The one that is held keeps its draft."""
    with living(tmp_path) as life:
        event = life.event("2026-03-04 14:00", "2026-03-04 15:00")
        kim = [("kim@globex.example", "Kim Novak")]
        life.event("2026-03-04 14:00", "2026-03-04 15:00", kim, uid=f"2-{UID}")
        life.cycle("2026-03-04 08:00")
        life.at("2026-03-04 12:00")
        life.calendars.cancel(event)
        life.poll(0, 5, 60)
        assert [one.to for one in life.drafts()] == [("kim@globex.example",)]
        assert not life.written(DANA)
