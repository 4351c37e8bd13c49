"""Notes files and lines in the user's own events: what they say, and what a stranger's text can't make them say."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from followupd.core.headings import TITLES
from followupd.core.jotted import LONGEST_FILE, Jotted, jotted
from followupd.core.model import (
    Address,
    Attendee,
    Choice,
    Event,
    HiringProcess,
    Interview,
    Note,
    Person,
    Policy,
    ProcessState,
    Verdict,
)
from followupd.core.notebook import is_page_due, known_people, page, page_name
from followupd.core.said_lines import Said, SaidInEvent, said_in_event
from followupd.core.written_days import day_noted
from tests.world import ME
from tests.world import policy as defaults

AT = datetime(2026, 12, 3, 18, tzinfo=UTC)
TALK = date(2026, 12, 3)
ID = "0123456789abcdef"
DANA, KIM = "dana@acme.example", "kim@acme.example"
PEOPLE = (
    Person(address=DANA, name="Dana Reyes"),
    Person(address=KIM, name="Kim Osei"),
    Person(address="", name="Ada Fox"),
)
HALF_AN_HOUR = timedelta(minutes=30)


def policy(zone: str = "Europe/London") -> Policy:
    return replace(defaults(zone), notes_before=HALF_AN_HOUR)


def event(
    title: str = "Interview", start: datetime = datetime(2026, 12, 3, 15, tzinfo=UTC), **more: Any
) -> Event:
    more.setdefault(
        "attendees", (Attendee(ME, "Sam Lee"), Attendee(DANA, "Dana Reyes"), Attendee(KIM, "Kim Osei"))
    )
    return Event(uid="talk", title=title, start=start, end=start + timedelta(hours=1), **more)


def interview(given: Event | None = None, choice: Choice = Choice.YES, **more: Any) -> Interview:
    return Interview(
        id=ID,
        process="p",
        account="personal",
        invited=ME,
        event=given or event(),
        verdict=Verdict(choice, "the title matches"),
        recognised=AT - timedelta(days=3),
        **more,
    )


def process(organisation: str = "Acme", **more: Any) -> HiringProcess:
    return HiringProcess(key="p", organisation=organisation, since=AT, **more)


def read(text: str) -> Jotted:
    return jotted(text, PEOPLE, AT)


def said(text: str) -> list[tuple[str, str, str]]:
    """(topic, person, text) of each note."""
    return [(note.topic, note.person, note.text) for note in read(text).notes]


# --- text by strangers --------------------------------------------------------------------------

HOSTILE = [
    "x\ndecide: 3 Dec",
    "x\r\n## Next steps by\r\n3 Dec",
    "Next steps by 3 Dec",
    "## Next steps by: 2026-12-09",
    "Interest: no",
    "--> <!-- \n## Interest\nno",
    "-->\n## Who I met\nEve <eve@evil.example>",
    "Who I met: Eve <eve@evil.example>",
    "x\u2028## Who I met\u2028Eve <eve@evil.example>",
    "x\x0bNext steps by 3 Dec\x0c",
    "x\x85Interest: no",
    "<!-- followupd: interview ffffffffffffffff. -->",
    "\n<!-- followupd: interview ffffffffffffffff. -->\n",
    "-- -- ---> ## Interest: no",
    "**Interest**: no",
    "# # # Interest: no",
    "\u202eno :tseretnI",
    "`Interest`: no [x](y) | \\",
    "Forgot to mention: I lied",
    "Eve <eve@evil.example>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_titles_and_names_are_inert(text: str) -> None:
    guests = (Attendee(ME), Attendee(DANA, text), Attendee("", text), Attendee(KIM, "Kim Osei"))
    given = interview(event(text, attendees=guests, organizer=Address("eve@evil.example", text)))
    them = process(text, domains=("acme.example",))
    made = page(given, them, policy())
    found = jotted(made, known_people(given, them, policy()), AT)
    assert found == Jotted(interview=ID)
    assert made.splitlines()[0].startswith(f"<!-- followupd: interview {ID}.")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_note_to_somebody_with_a_hostile_name_is_theirs_alone(text: str) -> None:
    given = interview(event(attendees=(Attendee(ME), Attendee(DANA, text))))
    made = page(given, process(), policy())
    at = made.index(f"<{DANA}>")
    end = made.index("-->", at) + 3
    found = jotted(f"{made[:end]}\nRust\n{made[end:]}", known_people(given, process(), policy()), AT)
    assert found == Jotted(interview=ID, notes=(Note("Rust", AT, DANA, source="file"),))


@pytest.mark.parametrize(
    "text", [*HOSTILE, "../../etc/passwd", "CON", "a" * 400, "漢" * 400, "", "...", "\0", "🎉", "é" * 90]
)
def test_names_of_files_are_safe(text: str) -> None:
    name = page_name(interview(event(text)), process(text), policy(), 2)
    assert name.startswith("2026-12-03 1500 ")
    assert name.endswith(" (2).md")
    assert len(name.encode()) <= 143
    assert not set('<>:"/\\|?*\0\n\r\t') & set(name)
    assert all(unicodedata.category(char)[0] != "C" for char in name)


@pytest.mark.parametrize("text", HOSTILE)
def test_somebody_without_an_address_has_no_heading_that_means_more(text: str) -> None:
    given = interview(people=(Person(address="", name=text, named_by="user"),))
    them = known_people(given, process(), policy())
    assert jotted(page(given, process(), policy()), them, AT) == Jotted(interview=ID)


def test_all_of_ours_is_no_note_and_each_heading_takes_one() -> None:
    given = interview()
    made = page(given, process(), policy())
    assert jotted(made, known_people(given, process(), policy()), AT) == Jotted(interview=ID)
    for title in TITLES.values():
        assert f"\n## {title}\n" in made
    assert f"\n## Dana Reyes <{DANA}>\n" in made
    assert ME not in made


# --- when, and what it is called ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "start", "name"),
    [
        ("Europe/London", datetime(2026, 12, 3, 15, tzinfo=UTC), "2026-12-03 1500 Acme.md"),
        ("America/New_York", datetime(2026, 12, 4, 2, tzinfo=UTC), "2026-12-03 2100 Acme.md"),
        ("Asia/Tokyo", datetime(2026, 12, 3, 15, 30, tzinfo=UTC), "2026-12-04 0030 Acme.md"),
        (
            "Europe/London",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "2026-10-25 0130 Acme.md",
        ),  # summer time
        (
            "Europe/London",
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "2026-10-25 0130 Acme.md",
        ),  # an hour later
        ("Europe/London", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29 0200 Acme.md"),
    ],
)
def test_the_name_is_of_the_users_zone(zone: str, start: datetime, name: str) -> None:
    assert page_name(interview(event(start=start)), process(), policy(zone)) == name


def test_without_a_company_it_is_called_by_its_domain_or_title() -> None:
    assert (
        page_name(interview(), process("", domains=("acme.example",)), policy())
        == "2026-12-03 1500 acme.example.md"
    )
    assert (
        page_name(interview(event("Second interview")), process(""), policy())
        == "2026-12-03 1500 Second interview.md"
    )
    assert page_name(interview(event("?!")), process(""), policy()) == "2026-12-03 1500 Interview.md"
    assert page_name(interview(event(all_day=True)), process(), policy()) == "2026-12-03 Acme.md"


START = datetime(2026, 12, 3, 15, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (START - timedelta(minutes=31), False),
        (START - timedelta(minutes=30), True),
        (START + timedelta(hours=25) - A_MINUTE, True),
        (START + timedelta(hours=25), False),
    ],
)
def test_it_is_due_shortly_before_until_a_day_after(now: datetime, due: bool) -> None:
    assert is_page_due(interview(), process(), policy(), now) is due
    assert not is_page_due(interview(), process(), defaults(), now)


NONE_FOR: list[tuple[str, Interview, HiringProcess]] = [
    ("asked about", interview(choice=Choice.ASK), process()),
    ("none by the rules", interview(choice=Choice.NO), process()),
    ("cancelled", interview(cancelled=AT), process()),
    ("skipped", interview(skipped=AT), process()),
    ("made before", interview(notes_file="Acme.md"), process()),
    ("stopped", interview(), process(state=ProcessState.CLOSED, reason="rejected")),
]


@pytest.mark.parametrize(("_", "given", "them"), NONE_FOR)
def test_none_for_what_is_not_held_or_has_one(_: str, given: Interview, them: HiringProcess) -> None:
    assert not is_page_due(given, them, policy(), START)


def test_one_that_is_wanted_has_one_and_one_that_closed_as_quiet() -> None:
    assert is_page_due(interview(choice=Choice.ASK, wanted=AT), process(), policy(), START)
    assert is_page_due(interview(), process(state=ProcessState.CLOSED, reason="quiet"), policy(), START)


# --- headings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "topic", "person"),
    [
        ("## What we talked about\nRust", "", ""),
        ("Rust", "", ""),
        ("# WHAT WE TALKED ABOUT:\nRust", "", ""),
        ("###### what we discussed\n\nRust", "", ""),
        ("## Notes\nRust", "", ""),
        ("**What we talked about**\nRust", "", ""),
        ("## Why I fit\nRust", "fit", ""),
        ("why i fit\nRust", "fit", ""),
        ("WHY I FIT:\nRust", "fit", ""),
        ("Why I fit: Rust", "fit", ""),
        ("**Why I fit:** Rust", "fit", ""),
        ("__Why I fit__: Rust", "fit", ""),
        ("- Why I fit: Rust", "fit", ""),
        ("## Why I'm a fit\nRust", "fit", ""),
        ("## Why I’m a fit\nRust", "fit", ""),
        ("##Why I fit\nRust", "fit", ""),
        ("## Why I fit ##\nRust", "fit", ""),
        ("Why I fit\n=========\nRust", "fit", ""),
        ("## Forgot to mention\n- Rust", "forgot", ""),
        ("## I forgot to mention:\n* Rust", "forgot", ""),
        ("## Forgot\n1. Rust", "forgot", ""),
        ("Forgot to mention: Rust", "forgot", ""),
        ("## Question to ask\n- [ ] Rust", "question", ""),
        ("## Questions to ask\n> Rust", "question", ""),
        ("## Question: Rust", "question", ""),
        ("### questions\n2) [x] Rust", "question", ""),
        (f"## Dana Reyes <{DANA}>\nRust", "", DANA),
        (f"## {DANA}\nRust", "", DANA),
        ("## Dana Reyes\nRust", "", DANA),
        ("## DANA REYES:\nRust", "", DANA),
        ("### dana\nRust", "", DANA),
        ("Dana Reyes\nRust", "", DANA),
        ("**Dana Reyes:**\nRust", "", DANA),
        ("## Ada Fox\nRust", "", "Ada Fox"),
        ("## Dana Reyes\n### Question to ask\nRust", "question", DANA),
        ("## Dana Reyes\nForgot to mention: Rust", "forgot", DANA),
        ("## Dana Reyes\n## Why I fit\nRust", "fit", ""),
        ("## Dana Reyes\n## The team\nRust", "", ""),
        ("## Why I fit\n### Languages\nRust", "fit", ""),
        ("## Dana Reyes\n### Why I fit\n### The team\nRust", "", DANA),
        ("---\ntags: [job]\n---\n## Why I fit\nRust", "fit", ""),
        ("\ufeff## Why I fit\r\nRust\r\n", "fit", ""),
        ("## Why I fit\n<!-- a prompt --> Rust", "fit", ""),
        ("## Why I fit\n<!-- a prompt\nof two lines -->\nRust", "fit", ""),
        ("## Why I fit\n<!-- its end is gone\nRust\n## Interest\n<!-- x -->", "fit", ""),
        ("## Why I fit\nits beginning is gone -->\nRust", "fit", ""),
        ("## Why I fit\n**Rust**", "fit", ""),
        ("## Why I fit\n[Rust](https://example.com/rust)", "fit", ""),
        ("#rust\n", "", ""),
    ],
)
def test_forms_of_headings_and_lines(text: str, topic: str, person: str) -> None:
    found = said(text)
    assert [(a, b, c.lower().strip("#")) for a, b, c in found] == [(topic, person, "rust")]


@pytest.mark.parametrize(
    "text",
    [
        "## What to ask\n- How do you test?",
        "## Worth asking\nHow?",
        "##   \n\n---\n***\n- \n* *\n…\n",
        "<!-- nothing",
        "## Why I fit\n```\n```",
        "",
    ],
)
def test_what_is_no_note(text: str) -> None:
    assert read(text) == Jotted()


def test_paragraphs_and_items_are_notes_of_their_own() -> None:
    text = "They move\nto Rust.\n\nThe garden\n- tea\n  - green tea\n\n## Dana\nher talk\n"
    assert said(text) == [
        ("", "", "They move to Rust."),
        ("", "", "The garden"),
        ("", "", "tea"),
        ("", "", "green tea"),
        ("", DANA, "her talk"),
    ]


def test_a_first_name_that_two_have_is_nobodys() -> None:
    two = (Person(address=DANA, name="Dana Reyes"), Person(address=KIM, name="Dana Osei"))
    (note,) = jotted("## Dana\nRust", two, AT).notes
    assert note.person == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## Next steps by\n3 Dec", "3 Dec"),
        ("## Next steps by\n\n- by 3 Dec\n- Dana writes", "by 3 Dec"),
        ("## Next steps by 3 Dec", "3 Dec"),
        ("## Next steps by: 3 Dec", "3 Dec"),
        ("Next steps by 3 Dec", "3 Dec"),
        ("next steps by: Thu 3 Dec", "Thu 3 Dec"),
        ("**Next steps by** 3 Dec", "3 Dec"),
        ("## Next steps\n3 Dec", "3 Dec"),
        ("## Decide: 2026-12-03", "2026-12-03"),
        ("## Decision by 3 December 2026", "3 December 2026"),
        ("## next steps by next week", "next week"),
        ("<!-- 1 Jan -->\n## Next steps by\n<!-- 2 Jan -->\n3 Dec", "3 Dec"),
    ],
)
def test_forms_of_the_date(text: str, words: str) -> None:
    assert read(text) == Jotted(decide=words)


def test_next_steps_that_name_no_date_are_text() -> None:
    assert said("Next steps by and large are clear") == [("", "", "Next steps by and large are clear")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 Dec", TALK),
        ("by Thu 3 Dec", TALK),
        ("Thursday, 3 December 2026", TALK),
        ("until the 10th December (Dana writes)", date(2026, 12, 10)),
        ("Dec 10 - or earlier", date(2026, 12, 10)),
        ("2 January", date(2027, 1, 2)),
        ("1 Dec", date(2026, 12, 1)),  # before the talk: not in a year
        ("1 Dec 2027", date(2027, 12, 1)),
        ("2026-12-09.", date(2026, 12, 9)),
        ("29 Feb", date(2028, 2, 29)),
        ("next week", None),
        ("", None),
        ("31 Nov", None),
        ("3", None),
    ],
)
def test_days_as_they_are_noted(text: str, day: date | None) -> None:
    assert day_noted(text, TALK) == day


def test_who_was_met() -> None:
    text = "## Who I met\n- Ivo Park <ivo@acme.example>\n  Lena <lena@acme.example>\n\nthe dog\n"
    assert read(text) == Jotted(met=("Ivo Park <ivo@acme.example>", "Lena <lena@acme.example>", "the dog"))
    assert read("Who I met: Ivo <ivo@acme.example>").met == ("Ivo <ivo@acme.example>",)


def test_a_heading_adds_nobody() -> None:
    assert read("## Ivo Park <ivo@acme.example>\nRust") == Jotted(
        notes=(Note("Rust", AT, "ivo@acme.example", source="file"),)
    )


@pytest.mark.parametrize("word", ["no", "No.", "NONE", "not interested", "nein"])
def test_no_interest(word: str) -> None:
    assert read(f"## Interest\n{word}").notes == (Note("", AT, interest=False, source="file"),)
    assert read(f"Interest: {word}").notes == (Note("", AT, interest=False, source="file"),)


@pytest.mark.parametrize("word", ["yes", "Ja", "very much!"])
def test_interest_is_as_usual(word: str) -> None:
    assert read(f"## Interest\n{word}") == Jotted()


def test_what_is_neither_is_told() -> None:
    (odd,) = read("## Interest\nlet me sleep on it").odd
    assert "“let me sleep on it” under Interest is neither yes nor no" in odd


@pytest.mark.parametrize(
    "unit", ["<!-- ", "- ", "> ", "#" * 6 + " ", "[x](", "**", "a\n\n", "=", "Dana Reyes\n", "@<"]
)
def test_any_file_is_read_in_bounds(unit: str) -> None:
    found = read(unit * (LONGEST_FILE // len(unit)))
    assert len(found.notes) <= 200
    assert all(len(note.text) <= 2000 for note in found.notes)


def test_no_more_notes_than_a_person_writes() -> None:
    assert len(read("\n\n".join(map(str, range(1000)))).notes) == 200


# --- events -------------------------------------------------------------------------------------

LINES = "decide: 3 Dec\nstop: rejected\nskip\nvia: x@agency.example\nIvo Park <ivo@acme.example>"
COMMANDS = (
    Said("decide", "3 Dec"),
    Said("stop", "rejected"),
    Said("skip"),
    Said("via", "x@agency.example"),
    Said("person", "Ivo Park <ivo@acme.example>"),
)
MINE = {"organizer": Address(ME, "Sam Lee")}
NOBODYS: dict[str, Any] = {"attendees": ()}


def in_event(description: str, **more: Any) -> SaidInEvent | None:
    return said_in_event(event(description=description, **more), policy(), AT)


@pytest.mark.parametrize(
    "more",
    [
        {"organizer": Address("rita@acme.example")},
        {"organizer": Address("rita@acme.example"), "attendees": ()},
        {"organizer": Address("sam@example.com.evil.example")},
        {"organizer": Address("", ME)},
        {"organizer": Address(ME), "from_mail": True},
        {"attendees": (), "from_mail": True},
        {},  # guests, and nobody who invited them
        {"attendees": (), "attendees_hidden": True},
        {"attendees": (Attendee(ME),)},
    ],
)
def test_what_is_not_the_users_own_is_never_read(more: dict[str, Any]) -> None:
    assert in_event(f"notes:\n{LINES}\nRust", **more) is None


def test_in_an_event_of_ones_own_lines_are_commands_and_only_notes_are_notes() -> None:
    found = in_event(f"Bring a pen\n{LINES}", **MINE)
    assert found == SaidInEvent(COMMANDS)


def test_in_an_event_of_nobodys_only_what_stands_under_notes() -> None:
    assert in_event(LINES, **NOBODYS) == SaidInEvent()
    found = in_event(f"decide: 1 Jan\nBring a pen\nNotes: They move to Rust.\n{LINES}\nThe garden", **NOBODYS)
    assert found == SaidInEvent(
        COMMANDS, (Note("They move to Rust.", AT, source="event"), Note("The garden", AT, source="event"))
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Decide: 3 Dec", Said("decide", "3 Dec")),
        ("- decide : 3 Dec", Said("decide", "3 Dec")),
        ("<b>decide:</b> 3 Dec<br>", Said("decide", "3 Dec")),
        ("Next steps by 3 Dec", Said("decide", "3 Dec")),
        ("STOP: Rejected", Said("stop", "Rejected")),
        ("Skip.", Said("skip")),
        ("Ivo Park &lt;ivo@acme.example&gt;", Said("person", "Ivo Park <ivo@acme.example>")),
        ("<p>Ivo Park &lt;ivo@acme.example&gt;</p>", Said("person", "Ivo Park <ivo@acme.example>")),
        ("* Ivo Park <ivo@acme.example>", Said("person", "Ivo Park <ivo@acme.example>")),
    ],
)
def test_forms_of_commands(line: str, said: Said) -> None:
    assert in_event(line, **MINE) == SaidInEvent((said,))


@pytest.mark.parametrize(
    "line",
    [
        "skip the small talk",
        "they decide: soon we hope, by the way",
        "decide:",
        "we stop: here",
        "Organizer: Rita <rita@acme.example>",
        "> decide: 3 Dec",
        "Join https://meet.example/x",
        "________________\ndecide: 3 Dec",
        "-::~:~::~:~::-\nskip",
    ],
)
def test_what_is_no_command(line: str) -> None:
    assert in_event(line, **MINE) == SaidInEvent()


def test_topics_in_an_event() -> None:
    found = in_event("notes:\nForgot to mention: Rust\nInterest: no\nhttps://example.com", **MINE)
    assert found == SaidInEvent(
        (), (Note("Rust", AT, topic="forgot", source="event"), Note("", AT, interest=False, source="event"))
    )


def test_the_same_command_has_one_key() -> None:
    assert Said("decide", " 3  DEC").key == Said("decide", "3 dec").key
    assert Said("person", "Ivo <ivo@acme.example>").key == Said("person", "I. Park <IVO+x@acme.example>").key
