"""Which thing a word means: keys, names, addresses, parts of them; and a list where it is not clear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from followupd import selectors
from followupd.core.model import (
    Address,
    Arrival,
    ArrivalClass,
    Attendee,
    Choice,
    Event,
    FollowUp,
    HiringProcess,
    Interview,
    Judgement,
    Kind,
    Stage,
    Verdict,
)
from followupd.errors import UsageError
from followupd.store import Store

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ME = "sam@example.com"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "state")
    yield store
    store.close()


def put(store: Store, *records: HiringProcess | Interview | FollowUp | Arrival) -> None:
    with store.transaction():
        for record in records:
            if isinstance(record, HiringProcess):
                store.put_process(record)
            elif isinstance(record, Interview):
                store.put_interview(record)
            elif isinstance(record, FollowUp):
                store.put_follow_up(record)
            else:
                store.put_arrival(record)


def process(key: str, organisation: str = "", *domains: str) -> HiringProcess:
    return HiringProcess(key=key, organisation=organisation, domains=domains, since=NOW)


def interview(name: str, key: str, *people: str, title: str = "Interview", days: int = -1) -> Interview:
    start = NOW + timedelta(days=days)
    guests = tuple(Attendee(email, who) for who, email in (_split(p) for p in people))
    event = Event(
        uid=name, title=title, start=start, end=start + timedelta(hours=1), attendees=(Attendee(ME), *guests)
    )
    verdict = Verdict(Choice.YES, "the title says so")
    return Interview(
        id=name, process=key, account="personal", invited=ME, event=event, verdict=verdict, recognised=NOW
    )


def _split(text: str) -> tuple[str, str]:
    name, _, email = text.rpartition(" ")
    return name, email.strip("<>")


def letter(key: str, to: str, *, stage: Stage = Stage.PLANNED, hours: int = 0, name: str = "") -> FollowUp:
    return FollowUp(
        key=key,
        kind=Kind.THANK_YOU,
        process="aaaa11112222",
        account="personal",
        sender=ME,
        to=to,
        name=name,
        occasion="2026-03-03",
        ends=NOW,
        due=NOW,
        stage=stage,
        since=NOW + timedelta(hours=hours),
        reason="",
    )


def arrival(name: str, sender: str, key: str = "aaaa11112222", hours: int = 0) -> Arrival:
    return Arrival(
        id=name,
        process=key,
        account="personal",
        message_id=f"{name}@x.example",
        received=NOW + timedelta(hours=hours),
        sender=sender,
        sender_name="Dana Reyes" if sender.startswith("dana") else "",
        judgement=Judgement(kind=ArrivalClass.HUMAN, reason=""),
    )


def companies(store: Store) -> None:
    put(
        store,
        process("aaaa11112222", "Acme Robotics", "acme.example"),
        process("aaaa33334444", "Beta", "beta.example"),
        interview(
            "1111000011110000", "aaaa11112222", "Dana Reyes <dana@acme.example>", title="Interview Acme"
        ),
        interview(
            "2222000022220000", "aaaa33334444", "Dana Smith <smith@beta.example>", title="Interview Beta"
        ),
    )


# --- processes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        "aaaa11112222",
        "AAAA11112222",
        "aaaa1",
        "Acme Robotics",
        "acme  robotics",
        "robot",
        "acme.example",
        " acme ",
    ],
)
def test_a_process_by_key_start_of_it_name_or_part(store: Store, word: str) -> None:
    companies(store)
    assert selectors.process(store, word).key == "aaaa11112222"


def test_a_process_by_one_of_its_people(store: Store) -> None:
    companies(store)
    put(store, letter("c" * 20, "kim@acme.example", name="Kim Park"))
    assert selectors.process(store, "kim park").key == "aaaa11112222"


def test_what_is_not_clear_is_listed_with_keys(store: Store) -> None:
    companies(store)
    with pytest.raises(UsageError) as error:
        selectors.process(store, "aaaa")
    assert error.value.exit_code == 2
    assert str(error.value).splitlines() == [
        "“aaaa” fits more than one process; name one of them by its key:",
        "  aaaa11112222  Acme Robotics",
        "  aaaa33334444  Beta",
    ]


def test_what_is_not_known_is_told_with_what_is(store: Store) -> None:
    with pytest.raises(UsageError, match="Known: none yet"):
        selectors.process(store, "acme")
    companies(store)
    with pytest.raises(UsageError, match=r"no process fits “gamma”\. Known: Acme Robotics, Beta\."):
        selectors.process(store, "gamma")


@pytest.mark.parametrize("word", ["", " ", "\t"])
def test_nothing_means_nothing(store: Store, word: str) -> None:
    companies(store)
    with pytest.raises(UsageError, match="no process fits"):
        selectors.process(store, word)


def test_a_whole_name_comes_before_part_of_another(store: Store) -> None:
    put(store, process("aaaa11112222", "Beta"), process("aaaa33334444", "Alphabeta"))
    assert selectors.process(store, "beta").key == "aaaa11112222"
    with pytest.raises(UsageError, match="more than one"):
        selectors.process(store, "bet")


def test_three_characters_are_no_start_of_a_key(store: Store) -> None:
    put(store, process("abc011112222", "One"), process("def033334444", "Two"))
    with pytest.raises(UsageError, match="no process fits"):
        selectors.process(store, "abc")


def test_a_long_list_is_cut(store: Store) -> None:
    put(store, *(process(f"{n:012x}", f"Company {n}") for n in range(20)))
    with pytest.raises(UsageError, match="and 8 more"):
        selectors.process(store, "company")


def test_a_process_by_its_own_names_alone(store: Store) -> None:
    companies(store)
    found = selectors.process_named(store, "beta.example")
    assert found
    assert found.organisation == "Beta"
    assert selectors.process_named(store, "dana smith") is None
    assert selectors.process_named(store, "bet") is None


# --- interviews ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["1111000011110000", "1111", "interview acme", "Acme Robotics", "reyes", "dana@acme.example"]
)
def test_an_interview_by_id_title_company_or_person(store: Store, word: str) -> None:
    companies(store)
    assert selectors.interview(store, word, NOW).id == "1111000011110000"


def test_of_several_with_one_company_the_latest_that_has_begun(store: Store) -> None:
    key = "aaaa11112222"
    put(
        store,
        process(key, "Acme"),
        interview("1" * 16, key, days=-9),
        interview("2" * 16, key, days=-2),
        interview("3" * 16, key, days=3),
    )
    assert selectors.interview(store, "acme", NOW).id == "2" * 16
    assert selectors.interview(store, "interview", NOW).id == "2" * 16
    assert selectors.interview(store, "interview", NOW - timedelta(days=30)).id == "1" * 16


def test_of_several_companies_the_user_must_say_which(store: Store) -> None:
    companies(store)
    with pytest.raises(UsageError) as error:
        selectors.interview(store, "dana", NOW)
    assert "  1111000011110000  Interview Acme (03 Mar 2026)" in str(error.value).splitlines()


def test_i_am_nobody_on_my_own_interviews(store: Store) -> None:
    companies(store)
    with pytest.raises(UsageError, match="no person fits"):
        selectors.person(store, "sam")
    with pytest.raises(UsageError, match="no interview fits"):
        selectors.interview(store, "sam@example.com", NOW)


@pytest.mark.parametrize(
    ("word", "who"),
    [
        ("reyes", "dana@acme.example"),
        ("DANA@acme.example", "dana@acme.example"),
        ("dana+jobs@acme.example", "dana@acme.example"),
        ("dana reyes", "dana@acme.example"),
        ("acme", None),
        ("beta.example", None),
        ("1111000011110000", None),
        ("interview beta", None),
    ],
)
def test_an_interview_or_a_person(store: Store, word: str, who: str | None) -> None:
    companies(store)
    interview, someone = selectors.interview_or_person(store, word, NOW)
    assert (someone.address if someone else None) == who
    assert (interview is None) == (someone is not None)


def test_two_people_of_one_interview_are_never_the_interview(store: Store) -> None:
    put(
        store,
        process("aaaa11112222", "Acme"),
        interview(
            "1" * 16, "aaaa11112222", "Dana Reyes <dana@acme.example>", "Dana Smith <smith@acme.example>"
        ),
    )
    with pytest.raises(UsageError, match="more than one person"):
        selectors.interview_or_person(store, "dana", NOW)


def test_neither_interview_nor_person(store: Store) -> None:
    companies(store)
    with pytest.raises(UsageError, match="no interview or person fits “nobody”"):
        selectors.interview_or_person(store, "nobody", NOW)


# --- people -------------------------------------------------------------------------------------


def test_a_person_by_all_the_names_that_they_have(store: Store) -> None:
    companies(store)
    put(store, letter("c" * 20, "dana@acme.example", name="D. Reyes"))
    for word in ("dana reyes", "d. reyes", "dana@"):
        assert selectors.person(store, word)[0] == "dana@acme.example"


def test_the_start_of_an_address_is_no_key(store: Store) -> None:
    put(
        store,
        process("aaaa11112222", "Acme"),
        interview("1" * 16, "aaaa11112222", "Abe Adams <dee@acme.example>", "Dee Reyes <reyes@acme.example>"),
    )
    with pytest.raises(UsageError, match="more than one person"):
        selectors.person(store, "dee")


def test_somebody_without_an_address(store: Store) -> None:
    put(store, process("aaaa11112222", "Acme"), letter("c" * 20, "", name="Lee Wong"))
    assert selectors.person(store, "lee") == ("", "Lee Wong")
    put(store, interview("1" * 16, "aaaa11112222", "Lee Wong <lee@acme.example>"))
    assert selectors.person(store, "lee wong") == ("lee@acme.example", "Lee Wong")


def test_an_organiser_is_somebody_too(store: Store) -> None:
    plain = interview("1" * 16, "aaaa11112222")
    event = Event(
        uid="x",
        start=plain.event.start,
        end=plain.event.end,
        organizer=Address("rita@acme.example", "Rita Hale"),
    )
    put(store, process("aaaa11112222", "Acme"))
    put(
        store,
        Interview(
            id="2" * 16,
            process="aaaa11112222",
            account="personal",
            invited=ME,
            event=event,
            verdict=plain.verdict,
            recognised=NOW,
        ),
    )
    assert selectors.person(store, "hale") == ("rita@acme.example", "Rita Hale")


# --- letters and messages -----------------------------------------------------------------------


def test_a_letter_by_key_or_person(store: Store) -> None:
    put(
        store,
        process("aaaa11112222", "Acme"),
        letter("a" * 20, "dana@acme.example", stage=Stage.SENT, name="Dana Reyes"),
        letter("b" * 20, "dana@acme.example", hours=-2, name="Dana Reyes"),
        letter("c" * 20, "kim@acme.example"),
    )
    assert selectors.letter(store, "bbbb").key == "b" * 20
    assert selectors.letter(store, "kim").key == "c" * 20
    assert selectors.letter(store, "dana").key == "a" * 20
    assert selectors.letter(store, "dana", {Stage.PLANNED}).key == "b" * 20
    assert selectors.letter(store, "dana", {Stage.EDITED}, {Stage.PLANNED}).key == "b" * 20
    with pytest.raises(UsageError, match="more than one letter"):
        selectors.letter(store, "acme.example")


def test_a_message_by_id_or_the_latest_of_a_sender(store: Store) -> None:
    put(
        store,
        process("aaaa11112222", "Acme"),
        process("aaaa33334444", "Beta"),
        arrival("0123456789", "dana@acme.example"),
        arrival("1123456789", "dana@acme.example", hours=3),
        arrival("1123456789", "dana@acme.example", "aaaa33334444", hours=3),
        arrival("2223456789", "kim@acme.example"),
    )
    assert [a.id for a in selectors.message(store, "0123")] == ["0123456789"]
    assert {a.process for a in selectors.message(store, "dana")} == {"aaaa11112222", "aaaa33334444"}
    with pytest.raises(UsageError, match="more than one message"):
        selectors.message(store, "acme.example")
    with pytest.raises(UsageError, match="no message fits"):
        selectors.message(store, "nobody")
