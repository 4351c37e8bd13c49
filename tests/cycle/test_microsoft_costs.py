"""What a cycle at Microsoft costs: requests counted on the wire, whatever the number of letters and of mail.

Each test prints what it counted (`pytest -s`): requests to the calendar, to the mailbox, and for what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cycle.google import message
from tests.cycle.microsoft import CONFIG, DANA, MADE, MINUTE, NUDGE, Life, living, made
from tests.cycle.test_google_costs import track
from tests.sim import graph_description
from tests.sim.microsoft_mail import CLASSIC, WEB, Client

VIEW, EVENT = "calendarView.list", "events.get"
LIST, FOLDER, FETCH = "messages.list", "mailFolders.messages.list", "messages.get"
CREATE, REPLY, NAMES = "messages.create", "messages.createReply", "mailFolders.get"
IDLE = Counter({VIEW: 1, LIST: 1})
OPEN = IDLE + Counter({FOLDER: 1})  # Drafts is listed too
LIMIT = 10_000  # requests of one program to one mailbox in ten minutes
FIRST_PAGE = 500


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers with thousands of messages are not compared with Microsoft's description: it takes long."""
    monkeypatch.setattr(graph_description, "check_answer", lambda *_: None)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    with living(tmp_path) as one:
        yield one


@dataclass(frozen=True)
class Spent:
    """What was asked, by kind."""

    kinds: Counter[str]

    @property
    def calendar(self) -> int:
        return sum(number for kind, number in self.kinds.items() if kind.startswith(("calendar", "events")))

    @property
    def mail(self) -> int:
        return sum(number for kind, number in self.kinds.items() if kind.startswith(("messages", "mailF")))


def asked(life: Life) -> Counter[str]:
    """What was asked of Graph since the journal was cleared. The sign-in has no limits of its own.

    The kept token claims to last for ever here, so its end is met by a 401 that is no cost in life.
    """
    return Counter(one.method for one in life.simulator.journal if one.units and one.status != 401)


def cost(life: Life, at: str | datetime, what: str = "idle") -> Counter[str]:
    """What one cycle asks, printed as a line of a table."""
    life.simulator.journal.clear()
    life.cycle(at)
    spent = Spent(asked(life))
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(spent.kinds.items()))
    print(f"{what:60} calendar {spent.calendar:3}, mailbox {spent.mail:3}: {kinds}")
    assert spent.calendar + spent.mail == sum(spent.kinds.values())
    return spent.kinds


# --- idle -----------------------------------------------------------------------------------------------


def own_drafts(life: Life, number: int) -> None:
    """Drafts that the user has begun, to nobody who matters."""
    for each in range(number):
        raw = message(
            f"Sam <{life.address}>", f"x{each}@y.example", life.simulator.clock.now, subject="x", text="x"
        )
        life.mail.new_draft(raw)


@pytest.mark.parametrize(("letters", "sent"), [(0, False), (1_000, True), (20_000, False), (20_000, True)])
def test_an_idle_cycle_is_two_requests_however_much_is_tracked(
    life: Life, letters: int, *, sent: bool
) -> None:
    life.at("2026-03-04 07:00")
    own_drafts(life, 5)
    life.cycle("2026-03-04 08:00")
    track(life, letters, sent=sent)  # type: ignore[arg-type]  # it needs no more than a place
    life.cycle("2026-03-04 08:05")
    for at in ("2026-03-04 08:10", "2026-03-04 08:40", "2026-03-04 13:00", "2026-03-05 08:00"):
        assert cost(life, at, f"idle, {letters} letters {'sent' if sent else 'owed later'}") == IDLE


def test_an_idle_cycle_is_one_request_more_for_each_further_calendar(tmp_path: Path) -> None:
    three = "provider: microsoft, calendars: [primary, Jobs, Acme], client_id"
    with living(tmp_path, config=CONFIG.replace("provider: microsoft, client_id", three, 1)) as life:
        for name in ("Jobs", "Acme"):
            life.calendars.add_calendar(name)
        life.cycle("2026-03-04 08:00")
        life.cycle("2026-03-04 08:05")
        spent = cost(life, "2026-03-04 08:10", "idle, three calendars")
        assert spent == IDLE + Counter({"calendars.calendarView.list": 2})


# --- open letters ---------------------------------------------------------------------------------------


def several(life: Life, number: int) -> None:
    """Talks with so many companies, and a draft for each in Drafts."""
    for each in range(number):
        people = [(f"dana@acme{each}.example", "Dana Reyes")]
        life.event("2026-03-04 14:00", "2026-03-04 15:00", people, uid=f"talk-{each}@acme.example")
    life.cycle("2026-03-04 08:00")
    life.poll(0, 5)
    assert life.creates() == number


@pytest.mark.parametrize("number", [1, 20])
def test_open_letters_cost_one_request_more_whatever_their_number(life: Life, number: int) -> None:
    own_drafts(life, 30)
    several(life, number)
    for minutes in (10, 40, 300):
        assert cost(life, MADE + minutes * MINUTE, f"{number} drafts waiting") == OPEN


@pytest.mark.parametrize("number", [1, 20])
@pytest.mark.parametrize("hand", ["to a folder", "to the archive", "scheduled", "deleted", "purged", "sent"])
def test_letters_that_left_drafts_cost_no_more_than_three_requests(
    life: Life, number: int, hand: str
) -> None:
    """Each is looked for when it has left, and then at most all together."""
    several(life, number)
    life.at(MADE + 7 * MINUTE)
    jobs = life.mail.add_folder("Jobs")
    for draft in life.drafts():
        match hand:
            case "to a folder":
                life.mail.put(draft.immutable_id, jobs)
            case "to the archive":
                life.mail.put(draft.immutable_id, "archive")
            case "scheduled":
                life.mail.schedule(draft.immutable_id, life.time("2026-03-08 08:00"), CLASSIC)
            case "deleted":
                life.mail.delete(draft.immutable_id)
            case "purged":
                life.mail.purge(draft.immutable_id)
            case "sent":
                life.mail.send(draft.immutable_id)
    at_once = cost(life, MADE + 10 * MINUTE, f"{number} drafts just {hand}")
    assert sum(at_once.values()) <= 2 + 3 * number + 5
    for minutes in (15, 60, 65):
        if minutes == 60:
            strangers(life, 1, MADE + 50 * MINUTE)  # the last half hour does not show them any more
        later = cost(life, MADE + minutes * MINUTE, f"{number} drafts {hand}, {minutes - 7} minutes later")
        assert sum(later.values()) <= sum(IDLE.values()) + 3


# --- mail -----------------------------------------------------------------------------------------------


def strangers(life: Life, number: int, until: str | datetime, seconds: float = 0.2) -> None:
    """Mail that concerns nobody, one so many seconds after the other, the last at a moment."""
    last = life.at(until)
    for each in range(number):
        at = last - (number - each) * timedelta(seconds=seconds)
        sender = f"news{each}@shop{each}.example"
        to = [("Sam Lee", life.address)]
        life.mail.add("inbox", at, subject="Sale", content="<p>Buy!</p>", sender=(sender, sender), to=to)


def settled(life: Life) -> None:
    """A thank-you was sent, and that is known."""
    life.sent_at(life.thanked())
    life.cycle("2026-03-05 12:00")
    assert cost(life, "2026-03-05 12:30", "idle, a letter sent") == IDLE


@pytest.mark.usefixtures("large")
def test_a_thousand_unrelated_mails_cost_a_page_each_five_hundred_and_no_fetch(life: Life) -> None:
    settled(life)
    strangers(life, 1_000, "2026-03-05 12:42")
    spent = cost(life, "2026-03-05 12:45", "1,000 new mails of strangers")
    assert spent == Counter({VIEW: 1, LIST: 3})
    life.cycle("2026-03-05 14:15")
    assert cost(life, "2026-03-05 14:20", "idle, an hour and a half later") == IDLE


def test_a_few_unrelated_mails_cost_nothing(life: Life) -> None:
    settled(life)
    strangers(life, 20, "2026-03-05 12:42", 3)
    for at in ("2026-03-05 12:45", "2026-03-05 12:50", "2026-03-05 13:50"):
        assert cost(life, at, "20 new mails of strangers") == IDLE


def test_an_answer_in_the_thread_costs_one_fetch(life: Life) -> None:
    id_ = life.sent_at(life.thanked())
    life.cycle("2026-03-05 12:00")
    sent = life.mail.message(id_)
    life.at("2026-03-05 12:42")
    life.receive(subject=f"Re: {sent.subject}", in_reply_to=sent.internet_message_id)
    assert cost(life, "2026-03-05 12:45", "an answer") == IDLE + Counter({FETCH: 1})
    assert cost(life, "2026-03-05 12:50") == IDLE


# --- letters --------------------------------------------------------------------------------------------


def test_a_thank_you_from_due_to_draft(life: Life) -> None:
    life.event("2026-03-04 14:00", "2026-03-04 15:00")
    life.cycle("2026-03-04 08:00")
    life.cycle("2026-03-04 15:05")
    spent = cost(life, MADE, "a thank-you is made")
    assert spent == IDLE + Counter({EVENT: 1, LIST: 1, FOLDER: 3, CREATE: 1})
    # The folders' names are asked for once, when the first message is read.
    after = cost(life, MADE + 5 * MINUTE, "the cycle after")
    assert after == OPEN + Counter({FETCH: 1, NAMES: 8})
    for minutes in (10, 60):
        assert cost(life, MADE + minutes * MINUTE, "a draft waiting") == OPEN
    life.at(MADE + 70 * MINUTE)
    life.mail.send(life.drafts()[0].immutable_id)
    spent = cost(life, MADE + 75 * MINUTE, "it was sent")
    assert spent - OPEN - Counter({FETCH: 2, LIST: 1}) == Counter()
    assert cost(life, MADE + 80 * MINUTE) == IDLE


def test_letters_at_once_cost_as_many_times_one(life: Life) -> None:
    people = [(DANA, "Dana Reyes"), ("kim@acme.example", "Kim Novak"), ("omar@acme.example", "Omar Haddad")]
    life.event("2026-03-04 14:00", "2026-03-04 15:00", people)
    life.cycle("2026-03-04 08:00")
    life.cycle("2026-03-04 15:05")
    spent = cost(life, MADE, "three thank-yous are made")
    assert spent[CREATE] == 3
    # The look finds the letters to colleagues too, without reading them.
    assert spent - IDLE - Counter({EVENT: 3, LIST: 3, FOLDER: 9, CREATE: 3}) == Counter()


@pytest.mark.parametrize("client", [WEB, CLASSIC], ids=lambda client: client.name)
def test_a_nudge_with_its_last_look(life: Life, client: Client) -> None:
    life.sent_at(life.thanked(), client=client)
    life.cycle("2026-03-10 10:00")
    life.cycle("2026-03-11 08:00")
    spent = cost(life, NUDGE, "a nudge is made")
    assert spent[REPLY] == 1
    # The last look, the look for letters (which reads the sent copy), what it answers, and how it came out.
    most = IDLE + Counter({LIST: 3, FOLDER: 4, FETCH: 2, REPLY: 1, EVENT: 1})
    assert spent - most == Counter(), f"on top: {dict(spent - most)}"
    assert sum(cost(life, NUDGE + 5 * MINUTE, "the cycle after").values()) <= sum(OPEN.values()) + 1
    assert cost(life, NUDGE + 10 * MINUTE, "a nudge waiting") == OPEN


# --- looks ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("large")
def test_the_first_look_at_a_full_mailbox(life: Life) -> None:
    """3,000 messages of 30 days, and 200 drafts, which are all told."""
    life.at("2026-03-04 07:00")
    strangers(life, 3_000, "2026-03-04 07:00", 800)
    own_drafts(life, 200)
    spent = cost(life, "2026-03-04 08:00", "the first look, 3,000 messages and 200 drafts")
    assert spent[LIST] <= 1 + 1 + 3_200 // FIRST_PAGE
    assert spent[FETCH] == 200
    assert sum(spent.values()) < LIMIT / 20
    assert cost(life, "2026-03-04 08:05") == IDLE


def test_a_place_that_was_lost_costs_a_first_look_once(life: Life) -> None:
    settled(life)
    strangers(life, 20, "2026-03-05 12:42", 3)
    life.simulator.faults.fail(LIST, "gone")
    spent = cost(life, "2026-03-05 12:45", "a full look, since the place was lost")
    assert sum(spent.values()) <= sum(IDLE.values()) + 14
    assert cost(life, "2026-03-05 12:50") == IDLE


@pytest.mark.usefixtures("large")
def test_a_day_of_polls_stays_far_below_the_limit(life: Life) -> None:
    """288 polls, 20 new unrelated mails spread over the day, a thank-you among them."""
    life.event("2026-03-04 14:00", "2026-03-04 15:00")
    life.cycle("2026-03-04 00:00")
    life.simulator.journal.clear()
    begin = life.time("2026-03-04 00:00")
    most = 0
    for poll in range(1, 289):
        if poll % 14 == 1 and poll < 280:
            strangers(life, 1, begin + (5 * poll - 2) * MINUTE)
        life.cycle(begin + 5 * poll * MINUTE)
        most = max(most, life.simulator.spent(life.address))
    spent = asked(life)
    total = sum(spent.values())
    print(f"a day: {total} requests ({dict(spent)}); at most {most} of {LIMIT} in ten minutes")
    assert len(made(life.done)) == 1
    assert spent[VIEW] == 288
    assert total <= 2 * 288 + 110 + 25  # a draft waits for nine hours of it
    assert most < LIMIT / 100
