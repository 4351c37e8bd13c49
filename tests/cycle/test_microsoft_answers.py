"""What comes into an Outlook mailbox and what it does to the nudges: answers wherever they are filed, and no answers.

A crowd is one life with as many companies as ways to answer; the thank-you to each was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path

import pytest

from tests.cycle.microsoft import CONFIG, DANA, MINUTE, NUDGE, Life, living, made
from tests.sim.microsoft_mail import CLASSIC, WEB, Client, MessageView

MANY = CONFIG + "thank_you: {{at_most: 60}}\n"
NOON = "2026-03-10 12:00"
ENDED = {"withdrawn", "answered", "skipped", None}
Way = Callable[[Life, MessageView, str], object]  # the life, the sent letter, the company


class Crowd:
    """A thank-you sent to a person of each company; the nudges are planned for Wednesday 11 March."""

    def __init__(self, life: Life, names: Iterable[str], client: Client = WEB) -> None:
        self.life, self.names = life, list(names)
        for name in self.names:
            people = [(f"dana@{name}.example", "Dana Reyes")]
            life.event("2026-03-04 14:00", "2026-03-04 15:00", people, uid=f"talk@{name}.example")
        life.cycle("2026-03-04 08:00")
        life.poll(0, 5)
        life.at("2026-03-04 16:10")
        for draft in life.drafts():
            life.mail.send(draft.id, client)
        life.poll(5, 40, since="2026-03-04 16:10")
        life.poll(0, since="2026-03-10 10:00")
        assert self.nudges() == dict.fromkeys(self.names, "planned")

    def nudges(self) -> dict[str, str | None]:
        """The stage of each company's nudge, None where there is none."""
        return self._stages("nudge")

    def thanks(self) -> dict[str, str | None]:
        return self._stages("thank_you")

    def _stages(self, kind: str) -> dict[str, str | None]:
        found = {one["to"]: one["stage"] for one in self.life.letters(kind)}
        return {name: found.get(f"dana@{name}.example") for name in self.names}

    def come(self, ways: dict[str, Way], at: str = NOON) -> None:
        self.life.at(at)
        for name, way in ways.items():
            way(self.life, self.sent(name), name)

    def sent(self, name: str) -> MessageView:
        (found,) = [one for one in self.life.mail.sent() if f"dana@{name}.example" in one.to]
        return found

    def nudged(self, *minutes: float) -> set[str]:
        """The companies for which a nudge is made on the day when it is due, or later."""
        done = self.life.poll(*(minutes or (0, 5, 60, 1440, 1500)), since=NUDGE)
        return {one.to.removeprefix("dana@").removesuffix(".example") for one in made(done)}


# --- answers ------------------------------------------------------------------------------------

FOLDERS = ("inbox", "archive", "junkemail", "deleteditems", "jobs")
SENDERS = {
    "same": "Dana Reyes <dana@{}.example>",
    "colleague": "Priya Nair <priya@{}.example>",
    "below": "Hiring Team <priya.nair@mail.{}.example>",
}


def folder_of(life: Life, name: str) -> str:
    """A folder of the user's own, and one in it, where a rule files."""
    if name != "jobs":
        return name
    return life.mail.add_folder("Interviews", life.mail.add_folder(f"Jobs {len(life.mail.folders)}"))


def replies(sender: str, folder: str, *, anew: bool) -> Way:
    """In-Reply-To is right; the conversation is the same one, or Exchange did not join it."""

    def way(life: Life, sent: MessageView, name: str) -> object:
        where = folder_of(life, folder)
        return life.mail.answer(
            sent.id, sender.format(name), folder=where, new_conversation=anew, subject="" if anew else "Next"
        )

    return way


def writes(sender: str, folder: str) -> Way:
    """A letter of its own: no conversation, no In-Reply-To."""

    def way(life: Life, sent: MessageView, name: str) -> object:
        return life.receive(sender.format(name), folder=folder_of(life, folder), subject="Next steps")

    return way


def answers() -> dict[str, Way]:
    """In every folder: hers, in the conversation, beside it and by itself; a colleague's; and from elsewhere."""
    found: dict[str, Way] = {}
    for folder in FOLDERS:
        found[f"same-{folder}-joined"] = replies(SENDERS["same"], folder, anew=False)
        found[f"same-{folder}-anew"] = replies(SENDERS["same"], folder, anew=True)
        found[f"same-{folder}-alone"] = writes(SENDERS["same"], folder)
        found[f"colleague-{folder}-alone"] = writes(SENDERS["colleague"], folder)
        found[f"elsewhere-{folder}-anew"] = replies("Rita Haan <rita@holding.example>", folder, anew=True)
    for folder in ("inbox", "jobs"):
        found[f"elsewhere-{folder}-joined"] = replies("Rita <rita@holding.example>", folder, anew=False)
        found[f"below-{folder}-alone"] = writes(SENDERS["below"], folder)
    return found


ANSWERS = answers()


def test_an_answer_ends_the_waiting_wherever_it_lies(tmp_path: Path) -> None:
    """The letter was sent by classic Outlook: what they answer is not the Message-ID that the draft had."""
    with living(tmp_path, config=MANY) as life:
        crowd = Crowd(life, ANSWERS, CLASSIC)
        crowd.come(ANSWERS)
        life.poll(1, 6, 31, since=NOON)
        missed = {name: stage for name, stage in crowd.nudges().items() if stage not in ENDED}
        assert not missed
        assert not crowd.nudged()
        assert life.drafts() == []


def test_an_answer_that_came_while_the_program_slept_is_seen_before_the_nudge(tmp_path: Path) -> None:
    """From before the first look of the very morning: all that came in the night, wherever it lies."""
    ways = {name: way for name, way in ANSWERS.items() if name.startswith(("colleague", "elsewhere"))}
    with living(tmp_path, config=MANY) as life:
        crowd = Crowd(life, ways)
        crowd.come(ways, "2026-03-11 03:00")
        assert not crowd.nudged()
        assert not {name: stage for name, stage in crowd.nudges().items() if stage not in ENDED}


@pytest.mark.parametrize("folder", ["archive", "junkemail", "deleteditems", "jobs"])
@pytest.mark.parametrize("seen", [True, False], ids=["seen before", "between two looks"])
def test_an_answer_that_is_filed_later_counts(tmp_path: Path, folder: str, seen: bool) -> None:
    with living(tmp_path) as life:
        crowd = Crowd(life, ["acme"])
        life.at(NOON)
        id_ = life.mail.answer(crowd.sent("acme").id)
        if seen:
            life.poll(2, since=NOON)
        life.at(life.time(NOON) + 3 * MINUTE)
        life.mail.put(id_, folder_of(life, folder), CLASSIC)
        life.poll(5, 10, 36, since=NOON)
        assert crowd.nudges()["acme"] in ENDED
        assert not crowd.nudged(0, 5)


@pytest.mark.parametrize("before", range(2, 14))
def test_an_answer_in_the_middle_of_the_cycle_of_the_nudge(tmp_path: Path, before: int) -> None:
    """Just before its second, third … request: it prevents the nudge, or takes it out again.

    The first two tell what moved in the calendar and in the mailbox; all that is asked later is a look before an act.
    """
    with living(tmp_path) as life:
        crowd = Crowd(life, ["acme"])
        sent, where = crowd.sent("acme"), folder_of(life, ("inbox", "jobs")[before % 2])
        asked, came = count(1), []

        def comes(_: object) -> None:
            if next(asked) == before:
                came.append(life.mail.answer(sent.id, folder=where))

        life.at(NUDGE)
        undo = life.simulator.on("", comes)
        life.cycle(NUDGE)
        undo()
        assert before > 3 or life.creates() == 1, "the last look did not see it"
        if not came:  # a cycle of fewer requests: it comes after the last
            life.mail.answer(sent.id, folder=where)
        life.poll(5, 10, 16, 40, since=NUDGE)
        assert life.drafts() == []
        assert crowd.nudges()["acme"] in ENDED


@pytest.mark.parametrize("edited", [False, True], ids=["untouched", "edited"])
@pytest.mark.parametrize("place", ["recoverableitemsdeletions", "deleteditems"])
def test_an_answer_takes_an_untouched_nudge_out_and_keeps_an_edited_one(
    tmp_path: Path, edited: bool, place: str
) -> None:
    with living(tmp_path, delete_goes_to=place) as life:
        nudge = life.nudged()
        life.poll(5, since=NUDGE)
        life.at(NUDGE + 6 * MINUTE)
        if edited:
            life.mail.edit(nudge.id, "Hi Dana, only a word.\n")
        life.poll(7, since=NUDGE)
        life.at(NUDGE + 20 * MINUTE)
        life.mail.answer(nudge.id)
        assert not made(life.poll(21, 40, 160, 1440, since=NUDGE))
        assert bool(life.drafts()) is edited
        assert life.stage("nudge") in ({"edited"} if edited else {"withdrawn", "answered"})
        assert not made(life.poll(0, 1440, since="2026-03-24 09:05"))


# --- no answers ---------------------------------------------------------------------------------

Ways = dict[
    str, tuple[Way, str | None, bool]
]  # what comes, the nudge's stage the day before, whether it is made


def of_class(message_class: str, subject: str, text: str = "", **headers: str) -> Way:
    """From her, in the conversation, of a class that only Exchange gives."""

    def way(life: Life, sent: MessageView, name: str) -> object:
        return life.mail.answer(
            sent.id, text=text, subject=subject, message_class=message_class, headers=headers
        )

    return way


def stranger(subject: str) -> Way:
    """Somebody else's mail, which Exchange puts into the conversation though it answers nothing."""

    def way(life: Life, sent: MessageView, name: str) -> object:
        return life.receive(
            f"Shop <news@shop-{name}.example>",
            subject=subject.format(sent.subject),
            text="Everything must go this week. Come and see us in the town.\n",
            conversation=sent.conversation,
        )

    return way


def away(text: str, *, by_rule: bool = False) -> Way:
    return lambda life, sent, name: life.mail.automatic_reply(sent.id, text=text, by_rule=by_rule)


NO_ANSWERS: dict[str, Way] = {
    "stranger": stranger("Sale"),
    "stranger-subject": stranger("{}"),
    "accepted": of_class("IPM.Schedule.Meeting.Resp.Pos", "Accepted: Interview"),
    "declined": of_class("IPM.Schedule.Meeting.Resp.Neg", "Declined: Interview"),
    "cancelled": of_class("IPM.Schedule.Meeting.Canceled", "Canceled: Interview"),
    "marked": lambda life, sent, name: life.mail.mark(sent.id, flagged=True, categories=["Job"]),
}
AWAY: dict[str, Way] = {
    "out-of-office": away("I am out of the office.\n"),
    "out-of-office-by-rule": away("I am out of the office.\n", by_rule=True),
    "until": away("I am out of the office until 16 March.\n"),
    "rule": away("Thank you for your message. I will answer as soon as I can.\n", by_rule=True),
}
BOUNCED: dict[str, Way] = {  # told by the postmaster of acme.example
    "acme": lambda life, sent, name: life.mail.bounce(sent.id),
    "of-another-server": lambda life, sent, name: life.mail.bounce(sent.id),
}


def test_what_is_no_answer_ends_nothing(tmp_path: Path) -> None:
    """A nudge is made on its day; later for who is away; never for who does not exist."""
    ways = NO_ANSWERS | AWAY | BOUNCED
    with living(tmp_path, config=MANY) as life:
        crowd = Crowd(life, ways)
        crowd.come(ways)
        life.poll(1, 6, 31, since=NOON)
        thanks = {name: "bounced" if name in BOUNCED else "sent" for name in ways}
        assert crowd.thanks() == thanks
        assert {name for name, stage in crowd.nudges().items() if stage != "planned"} == set(BOUNCED)
        assert crowd.nudged(0, 5) == set(NO_ANSWERS)
        assert life.status()["questions"] == []
        assert crowd.nudged(*(day * 1440 for day in (1, 6, 7, 8, 13))) == set(AWAY)
        assert crowd.thanks() == thanks


def test_a_bounce_that_only_its_class_tells_is_no_answer(tmp_path: Path) -> None:
    """As Exchange writes its own: words in HTML, no delivery-status that a program could read."""
    with living(tmp_path) as life:
        crowd = Crowd(life, ["acme"])
        sent = crowd.sent("acme")
        life.receive(
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@acme.example>",
            at=NOON,
            subject=f"Undeliverable: {sent.subject}",
            text=f"Delivery has failed to these recipients or groups:\n\n{DANA}\nThe address was not found.\n",
            in_reply_to=sent.internet_message_id,
            message_class="REPORT.IPM.Note.NDR",
        )
        life.poll(1, 6, 31, since=NOON)
        assert crowd.nudges()["acme"] in ENDED
        (process,) = life.status()["processes"]
        assert process["state"] != "answered"
        assert not crowd.nudged(0, 5)
