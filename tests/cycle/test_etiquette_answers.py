"""What comes in ends the waiting, or does not. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.core.model import Folder
from tests.cycle.etiquette import (
    answers,
    case,
    day,
    edits,
    live,
    says,
    sends,
    talk,
)

TALK = talk("2026-03-04 15:00", "16:00", "dana")
THANKED = [TALK, sends("2026-03-04 18:00", "dana")]
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"
NUDGE = "Wed 2026-03-11 09:00 nudge to dana"


def ended(name: str, *steps: object, lines: tuple[str, ...] = (), **more: object) -> object:
    """After a thank-you these steps end the waiting: no nudge in March."""
    return case(name, [*THANKED, *steps], [FIRST, *lines], until="2026-03-20", **more)


ANSWERS = [
    case(
        "an answer twenty minutes after the interview: the thank-you is owed, no nudge",
        [TALK, answers("2026-03-04 16:20", "kim"), sends("2026-03-04 18:00", "dana")],
        [FIRST],
        until="2026-03-17",
        because=["question answer"],
    ),
    case(
        "a mail in the morning before the interview is no answer",
        [
            TALK,
            answers("2026-03-04 09:00", "dana", text="See you at three."),
            sends("2026-03-04 18:00", "dana"),
        ],
        [FIRST, NUDGE],
        until="2026-03-12",
    ),
    ended(
        "an answer in the thread",
        answers("2026-03-09 10:00", "dana", to="dana"),
        because=["question answer open"],
    ),
    ended("an answer of a colleague in a new thread", answers("2026-03-09 10:00", "kim")),
    ended("an answer of a colleague at a subdomain", answers("2026-03-09 10:00", "kim@mail.acme.example")),
    ended(
        "an answer in the thread from her private address",
        answers("2026-03-09 10:00", "dr@gmail.com", to="dana"),
    ),
    ended("an answer filed in a folder", answers("2026-03-09 10:00", "dana", to="dana", folder=Folder.OTHER)),
    ended("an answer archived", answers("2026-03-09 10:00", "dana", to="dana", folder=Folder.ARCHIVE)),
    ended("an answer in junk", answers("2026-03-09 10:00", "kim", folder=Folder.JUNK)),
    ended("an answer in trash", answers("2026-03-09 10:00", "kim", folder=Folder.TRASH)),
    ended(
        "a courtesy reply",
        answers(
            "2026-03-05 09:00",
            "dana",
            to="dana",
            subject="Re: Thank you",
            text="You're welcome, Sam. It was nice to meet you too!\n\nDana",
        ),
    ),
    ended("an answer a minute before the nudge", answers("2026-03-11 08:59", "dana", to="dana")),
    ended(
        "an answer after the nudge was drafted: withdrawn",
        answers("2026-03-11 11:00", "dana", to="dana"),
        lines=(NUDGE, "Wed 2026-03-11 11:00 nudge to dana withdrawn"),
    ),
    ended(
        "an answer after the nudge was edited: kept and told",
        edits("2026-03-11 09:30", "dana"),
        answers("2026-03-11 11:00", "dana", to="dana"),
        lines=(NUDGE,),
    ),
    ended(
        "an acknowledgement by a machine is no answer",
        answers(
            "2026-03-04 18:01",
            "dana",
            to="dana",
            subject="We have received your message",
            headers=[("Auto-Submitted", "auto-replied")],
            text="Thank you for your message. We have received it. This is an automatic acknowledgement.",
        ),
        lines=(NUDGE,),
    ),
    case(
        "an answer, silence for ten working days: closed",
        [*THANKED, answers("2026-03-09 10:00", "dana", to="dana")],
        [FIRST, "Mon 2026-03-23 closed"],
        until="2026-04-10",
        how="Mon 9 + (10 11 12 13 16 17 18 19 20 23) = Mon 23",
    ),
    case(
        "an answer and `decide`: the third working day after",
        [
            *THANKED,
            answers("2026-03-09 10:00", "dana", to="dana"),
            says("2026-03-09 12:00", lambda o: o.decide("acme", day("2026-03-13"))),
        ],
        [FIRST, "Wed 2026-03-18 09:00 nudge to dana"],
        until="2026-03-20",
        how="Fri 13 + (16 17 18) = Wed 18, later than Mon 9 + 5 = Mon 16",
    ),
    case(
        "an answer and `resume`: five working days after their message",
        [
            *THANKED,
            answers("2026-03-09 10:00", "dana", to="dana"),
            says("2026-03-10 12:00", lambda o: o.resume("acme")),
        ],
        [FIRST, "Tue 2026-03-17 09:00 nudge to dana"],
        until="2026-03-20",
        how="Mon 9 + (10 11 12 13 16) = Mon 16 → Tue 17",
    ),
    case(
        "an answer at once and `resume` in the afternoon of the day on which the nudge is due",
        [
            *THANKED,
            answers("2026-03-04 19:00", "dana", to="dana"),
            says("2026-03-11 15:00", lambda o: o.resume("acme")),
        ],
        [FIRST, "Wed 2026-03-11 15:00 nudge to dana"],
        until="2026-03-13",
        how="Wed 4 + 5 = Wed 11, not drafted in the window: the first cycle before 17:00",
    ),
    case(
        "`mark auto` undoes an answer",
        [
            *THANKED,
            answers("2026-03-06 10:00", "dana", to="dana"),
            says("2026-03-09 10:00", lambda o: o.mark_message("dana@acme.example", "auto")),
        ],
        [FIRST, NUDGE],
        until="2026-03-12",
        how="Wed 4 + 5 = Wed 11; an automatic message is no base date",
    ),
    case(
        "a second round in the calendar withdraws the question, and the round after it is nudged",
        [
            *THANKED,
            answers("2026-03-09 10:00", "dana", to="dana"),
            talk("2026-03-18 15:00", "16:00", "kim", seen="2026-03-10 09:00"),
            sends("2026-03-18 18:00", "kim"),
        ],
        [FIRST, "Wed 2026-03-18 16:45 thank_you to kim", "Wed 2026-03-25 09:00 nudge to kim"],
        until="2026-03-27",
        how="Wed 18 + (19 20 23 24 25) = Wed 25; among several the latest interview first",
        because=["question answer withdrawn"],
    ),
    case(
        "a colleague's other mail at one's own employer is no answer",
        [
            talk("2026-03-04 15:00", "16:00", "boss@example.com"),
            sends("2026-03-04 18:00", "boss@example.com"),
            answers(
                "2026-03-09 10:00", "pat@example.com", subject="Cake in the kitchen", text="Help yourselves."
            ),
        ],
        [
            "Wed 2026-03-04 16:45 thank_you to boss@example.com",
            "Wed 2026-03-11 09:00 nudge to boss@example.com",
        ],
        until="2026-03-12",
    ),
    case(
        "at one's own employer an answer in the thread is one",
        [
            talk("2026-03-04 15:00", "16:00", "boss@example.com"),
            sends("2026-03-04 18:00", "boss@example.com"),
            answers("2026-03-09 10:00", "boss@example.com", to="boss@example.com"),
        ],
        ["Wed 2026-03-04 16:45 thank_you to boss@example.com"],
        until="2026-03-12",
    ),
]


@pytest.mark.parametrize("row", ANSWERS)
def test_answers(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
