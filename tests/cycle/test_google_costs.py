"""What a cycle at Google costs: requests counted on the wire, whatever the number of letters and of mail."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from followupd.core.model import Sent, Stage
from followupd.database import DATABASE
from followupd.store import Store
from tests.bench import states
from tests.cycle.google import CONFIG, DANA
from tests.cycle.test_google_life import MADE, MINUTE, NUDGE, Life, living

EVENTS, EVENT = "calendar.events.list", "calendar.events.get"
HISTORY, SEARCH = "gmail.users.history.list", "gmail.users.messages.list"
DRAFTS, CREATE = "gmail.users.drafts.list", "gmail.users.drafts.create"
FETCH, THREAD = "gmail.users.messages.get", "gmail.users.threads.get"
IDLE = Counter({EVENTS: 1, HISTORY: 1})
A_DAY = 6_000 * 1_440  # units of one user at Google


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    with living(tmp_path) as one:
        yield one


def asked(life: Life) -> Counter[str]:
    """What was asked since the journal was cleared. A refused access token is asked with again: not counted."""
    seen = [one for one in life.simulator.journal if one.status != 401]
    return Counter(one.method for one in seen if not one.method.startswith("oauth."))


def cost(life: Life, at: object) -> Counter[str]:
    """What one cycle asks, printed with its units."""
    life.simulator.journal.clear()
    life.cycle(at)  # type: ignore[arg-type]
    counted = asked(life)
    short = {name.rpartition("users.")[2]: number for name, number in counted.items()}
    print(f"{at}: {dict(short)} = {life.simulator.journal.units('gmail')} Gmail units")
    return counted


def settled(life: Life) -> None:
    """A thank-you was sent and the half hour of searching is over."""
    life.sent_at(life.thanked())
    life.cycle("2026-03-05 12:00")
    life.cycle("2026-03-05 12:40")


# --- idle ---------------------------------------------------------------------------------------


COPIES = """
WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {copies} - 1)
INSERT INTO {table} SELECT {columns} FROM {table}, copy
"""
OTHER = "replace({0}, 'ahead', 'copy' || n || 'x')"
TABLES = {
    "process": f"{OTHER.format('key')}, state, wake_at, version, {OTHER.format('data')}",
    "link": f"kind, n || '-' || {OTHER.format('value')}, {OTHER.format('process')}",
    "interview": f"n || '-' || id, {OTHER.format('process')}, replace({OTHER.format('data')}, id, n || '-' || id)",
    "follow_up": f"n || '-' || key, {OTHER.format('process')}, stage,"
    " CASE draft_id WHEN '' THEN '' ELSE n || '-' || draft_id END, held,"
    f" replace({OTHER.format('data')}, key, n || '-' || key)",
    "reserved": f"n || '-' || key, {OTHER.format('process')}",
}


def track(life: Life, letters: int, *, sent: bool) -> None:
    """Companies of four letters each, none due, as the planner leaves them; beyond a thousand they are copies."""
    store = Store(life.state)
    for faster in ("cache_size = -500000", "journal_mode = OFF", "synchronous = OFF"):
        store.connection.execute(f"PRAGMA {faster}")
    companies = (with_threads(one) if sent else one for one in states.waiting(min(letters, 1_000) // 4))
    ahead = states.AHEAD + timedelta(days=300)
    states.fill(store, companies, ahead)
    with store.transaction():
        for table, columns in TABLES.items():
            if letters > 1_000:
                sql = COPIES.format(copies=letters // 1_000, table=table, columns=columns)
                store.connection.execute(sql)
        store.connection.execute("UPDATE process SET wake_at = ?", (ahead.timestamp(),))
    store.close()


def with_threads(one: states.Company) -> states.Company:
    """The same, each letter sent, with the thread and the Message-ID of its copy."""
    return replace(
        one,
        follow_ups=tuple(
            replace(
                each,
                stage=Stage.SENT,
                draft_id=f"r-{each.key}",
                message_id=f"{each.key}@mail.gmail.com",
                sent=Sent(
                    at=states.NOW,
                    message_id=f"{each.key}.sent@mail.gmail.com",
                    subject="Thank you",
                    thread=each.key,
                ),
            )
            for each in one.follow_ups
        ),
    )


@pytest.mark.parametrize(
    ("letters", "sent"), [(0, False), (1_000, False), (1_000, True), (100_000, False), (100_000, True)]
)
def test_an_idle_cycle_is_one_request_of_each_kind_however_much_is_tracked(
    life: Life, letters: int, sent: bool
) -> None:
    life.cycle("2026-03-04 08:00")
    track(life, letters, sent=sent)
    with sqlite3.connect(life.state / DATABASE) as database:
        stages = dict(database.execute("SELECT stage, count(*) FROM follow_up GROUP BY stage"))
    database.close()
    assert sum(stages.values()) == letters
    assert not sent or stages == {"sent": letters}
    life.cycle("2026-03-04 08:05")
    for at in ("2026-03-04 08:10", "2026-03-04 08:40", "2026-03-04 13:00", "2026-03-05 08:00"):
        assert cost(life, at) == IDLE
        assert life.simulator.journal.units("gmail") == 2


def test_an_idle_cycle_is_one_request_a_calendar(tmp_path: Path) -> None:
    three = "calendar_root: {calendar}, calendars: [primary, a@group.calendar.google.com, b@group.calendar.google.com]"
    with living(tmp_path, CONFIG.replace("calendar_root: {calendar}", three)) as life:
        for name in ("a", "b"):
            life.calendars.add_calendar(f"{name}@group.calendar.google.com", name)
        life.cycle("2026-03-04 08:00")
        life.cycle("2026-03-04 08:05")
        assert cost(life, "2026-03-04 08:10") == Counter({EVENTS: 3, HISTORY: 1})


# --- mail ---------------------------------------------------------------------------------------


def strangers(life: Life, number: int, at: object) -> None:
    moment = life.at(at)  # type: ignore[arg-type]
    for each in range(number):
        life.receive(f"Shop <news{each}@shop{each}.example>", at=moment, subject="Sale")


def test_a_thousand_unrelated_mails_cost_one_search_and_no_fetch(life: Life) -> None:
    settled(life)
    strangers(life, 1_000, "2026-03-05 12:42")
    spent = cost(life, "2026-03-05 12:45")
    assert spent[SEARCH] == 1
    assert sum(spent[name] for name in (FETCH, THREAD, DRAFTS)) == 0
    assert spent[HISTORY] <= 1 + 1_000 // 500
    assert spent - Counter({SEARCH: 1, HISTORY: 3, EVENTS: 1}) == Counter()


def test_after_the_half_hour_of_searching_the_cycle_is_idle_again(life: Life) -> None:
    settled(life)
    strangers(life, 3, "2026-03-05 12:42")
    for minutes in range(3, 38, 5):
        spent = cost(life, life.time("2026-03-05 12:42") + minutes * MINUTE)
        assert spent[SEARCH] <= 1
        assert spent - Counter({SEARCH: 1}) == IDLE
    for minutes in (42, 47, 600):
        assert cost(life, life.time("2026-03-05 12:42") + minutes * MINUTE) == IDLE


def test_an_answer_in_the_thread_costs_one_fetch_and_no_search(life: Life) -> None:
    id_ = life.sent_at(life.thanked())
    life.cycle("2026-03-05 12:00")
    life.cycle("2026-03-05 12:40")
    sent = life.mail.message(id_)
    life.receive(
        at=life.at("2026-03-05 12:42"), subject=f"Re: {sent.subject}", in_reply_to=sent.message_id_header
    )
    assert cost(life, "2026-03-05 12:45") == IDLE + Counter({FETCH: 1})
    assert cost(life, "2026-03-05 12:50") == IDLE


# --- letters ------------------------------------------------------------------------------------


def test_a_thank_you_costs_a_reading_a_look_and_a_create(life: Life) -> None:
    life.event("2026-03-04 14:00", "2026-03-04 15:00")
    life.cycle("2026-03-04 08:00")
    life.cycle("2026-03-04 15:05")
    assert cost(life, MADE) == IDLE + Counter({EVENT: 1, DRAFTS: 1, SEARCH: 1, CREATE: 1})
    after = cost(life, MADE + 5 * MINUTE)
    assert after - IDLE - Counter({DRAFTS: 1, "gmail.users.drafts.get": 1}) == Counter()
    assert cost(life, MADE + 10 * MINUTE) == IDLE
    assert cost(life, MADE + 60 * MINUTE) == IDLE


def test_three_letters_at_once_cost_three_times_one(life: Life) -> None:
    people = [(DANA, "Dana Reyes"), ("kim@acme.example", "Kim Novak"), ("omar@acme.example", "Omar Haddad")]
    life.event("2026-03-04 14:00", "2026-03-04 15:00", people)
    life.cycle("2026-03-04 08:00")
    life.cycle("2026-03-04 15:05")
    spent = cost(life, MADE)
    assert spent[CREATE] == 3
    most = IDLE + Counter({EVENT: 3, DRAFTS: 3, SEARCH: 3, CREATE: 3})
    assert spent - most == Counter(), "more than one reading, one look and one create each"


def test_a_nudge_costs_a_thank_you_s_look_and_its_last_look(life: Life) -> None:
    life.sent_at(life.thanked())
    life.cycle("2026-03-10 10:00")
    life.cycle("2026-03-11 08:00")
    spent = cost(life, NUDGE)
    assert spent[CREATE] == 1
    # Both looks find the sent copy, and read it.
    most = IDLE + Counter({DRAFTS: 1, SEARCH: 2, CREATE: 1, THREAD: 1, FETCH: 2})
    assert spent - most == Counter(), f"on top: {dict(spent - most)}"


def test_a_day_of_polls_stays_below_one_per_cent_of_the_quota(life: Life) -> None:
    """288 polls, 20 new unrelated mails spread over the day, a thank-you among them."""
    life.event("2026-03-04 14:00", "2026-03-04 15:00")
    life.cycle("2026-03-04 00:00")
    life.simulator.journal.clear()
    begin = life.time("2026-03-04 00:00")
    for poll in range(1, 289):
        if poll % 14 == 1 and poll < 280:
            strangers(life, 1, begin + (5 * poll - 2) * MINUTE)
        life.cycle(begin + 5 * poll * MINUTE)
    units = life.simulator.journal.units("gmail")
    requests = life.simulator.journal.units("calendar")
    print(f"a day: {units} Gmail units ({units / A_DAY:.3%} of the quota), {requests} calendar requests")
    print(dict(asked(life)))
    assert units < A_DAY / 100
    assert asked(life)[EVENTS] == 288
    assert not asked(life)[FETCH]
