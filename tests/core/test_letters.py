"""Letters in English: what is promised of single situations, and of thousands. To read them: test_book.py."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from difflib import SequenceMatcher
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.core.letters import Letter, Situation, write
from followupd.core.likeness import TOO_ALIKE, body, likeness, words
from followupd.core.model import Kind, Part, Person, Purpose
from followupd.core.situation import files_for
from followupd.templates import load_wording

WORDING = load_wording("en", None)
DANA = Person(address="dana@acme.example", name="Dana Reyes")
SLOT = "FILL IN: one thing that we talked about"
SHARE = "FILL IN: something worth sharing, or delete this line"
DAY = date(2026, 3, 4)

THANKS = Situation(
    kind=Kind.THANK_YOU,
    part=Part.INTERVIEWER,
    recipient=DANA,
    met_on=DAY,
    written_on=DAY,
    me_name="Sam Lee",
    company="Acme",
    position="Data Engineer",
)
NUDGE = replace(THANKS, kind=Kind.NUDGE, written_on=date(2026, 3, 12))
BARE: dict[str, Any] = {"company": "", "position": ""}

SITUATIONS = {
    "interviewer": THANKS,
    "interviewer-nothing-known": replace(THANKS, recipient=Person(address="d@acme.example"), **BARE),
    "interviewer-with-colleagues": replace(THANKS, colleagues=("Maya Chen", "Okafor, Tom")),
    "interviewer-with-note": replace(THANKS, notes=("their move to Rust",)),
    "interviewer-with-note-that-is-a-sentence": replace(
        THANKS, notes=("your story about the migration made me laugh.",)
    ),
    "interviewer-about-me": replace(THANKS, about_me="six years of building data pipelines"),
    "interviewer-formal": replace(
        THANKS, formality="formal", recipient=replace(DANA, greeting="Frau Dr. Müller")
    ),
    "interviewer-informal": replace(THANKS, formality="informal", recipient=replace(DANA, greeting="Dana")),
    "interviewer-without-asking-for-the-job": replace(THANKS, interest=False),
    "interviewer-without-slot": replace(THANKS, slot="none", signature="Best,\nSam\n+44 20 7946 0000"),
    "unaddressed": replace(
        THANKS, unaddressed=True, recipient=Person(address="", name="Dana Reyes", named_by="description")
    ),
    "several": replace(THANKS, several=True),
    "late": replace(THANKS, late=True, written_on=date(2026, 3, 7)),
    "short": replace(THANKS, short=True),
    "short-without-asking-for-the-job": replace(THANKS, short=True, interest=False),
    "recruiter": replace(THANKS, part=Part.RECRUITER),
    "recruiter-short": replace(THANKS, part=Part.RECRUITER, short=True),
    "recruiter-without-asking-for-the-job": replace(THANKS, part=Part.RECRUITER, interest=False),
    "coordinator": replace(THANKS, part=Part.COORDINATOR),
    "agency": replace(THANKS, part=Part.AGENCY, client="Acme", company="Placement People"),
    "agency-without-asking-for-the-job": replace(THANKS, part=Part.AGENCY, client="Acme", interest=False),
    "relay": replace(THANKS, relay=True),
    "relay-without-asking-for-the-job": replace(THANKS, relay=True, interest=False),
    "internal": replace(THANKS, internal=True),
    "internal-without-asking-for-the-job": replace(THANKS, internal=True, interest=False),
    "nudge-first": NUDGE,
    "nudge-first-nothing-known": replace(NUDGE, **BARE),
    "nudge-first-without-asking-for-the-job": replace(NUDGE, interest=False),
    "nudge-first-agency": replace(NUDGE, part=Part.AGENCY, client="Acme", company="Placement People"),
    "nudge-promised": replace(NUDGE, promised_date=date(2026, 3, 13)),
    "nudge-second": replace(NUDGE, step=2),
    "nudge-third": replace(NUDGE, step=3),
    "nudge-unthreaded": replace(NUDGE, how="phone"),
    "nudge-unthreaded-promised": replace(NUDGE, how="hand", promised_date=date(2026, 3, 13)),
}

WEEKDAYS = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
GUILT = re.compile(
    r"checking in|touch base|touching base|circle back|follow(ing)? up|finds you well|haven't heard"
    r"|not heard|no (answer|reply|response)|silence|ignored|as soon as possible|deadline",
    re.IGNORECASE,
)


def letter(situation: Situation, seed: str = "sam@example.com\nkey", earlier: tuple[str, ...] = ()) -> Letter:
    return write(situation, WORDING, seed, earlier)


# --- rules for whatever comes -------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        *("Dana Reyes", "Reyes, Dana", "DANA REYES", "김민준", "Dr. Dana Reyes", "Dana Reyes (Acme)"),
        *("", "Talent Team", "dana@acme.example", "None", "Mr. Reyes", "{{ name }}", "{company}"),
        "Dana\r\nBcc: all@evil.example",
        *("Dana & Tom", "<b>Dana</b>", "\u202eanaD\u202c", "Da\u200bna Reyes", "[Dana](http://evil.example)"),
        *("{% raw %}", "{# Dana #}", "http://evil.example", "Dana via Greenhouse", "null", "D" * 10_000),
    ]
)
THINGS = st.sampled_from(
    [
        *(
            "",
            "Acme",
            "Acme Inc.",
            "Yahoo!",
            "Ärzte & Söhne GmbH",
            "Data Engineer (m/f/d)",
            "Senior  Engineer",
        ),
        *("{position}", "{{ 7*7 }}", "x" * 200, "  ", "https://evil.example", "\u202eemcA"),
        "Acme\r\nBcc: all@evil.example",
        *(
            "<b>evil</b>",
            "[evil](evil.example)",
            "{% raw %}",
            "{# x #}",
            "javascript:evil",
            "mailto:evil@x.example",
        ),
        *(
            "www.evil.example",
            "Ac\u200bme\u00ad",
            "A\u0301cme",
            "3M",
            "Booking.com",
            "AT&T",
            "…",
            "Acme\x00",
            "A" * 9000,
        ),
    ]
)
LONG_NOTE = "They moved house. It took years. " + "And more words. " * 30
NOTES = st.lists(
    st.sampled_from(
        [
            *("their move to Rust", "the team works in pairs.", "", "  ", "- bees", "Rust."),
            *("{company} {0} {{x}}", "a\r\nBcc: all@evil.example", "word " * 80, LONG_NOTE),
            *(
                "{{ 7*7 }}",
                "{% for x in y %}",
                "see https://talk.example/x",
                "\u202etxet\x00 and more",
                "x" * 10_000,
            ),
        ]
    ),
    max_size=3,
).map(tuple)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    met = draw(st.dates(date(2025, 1, 1), date(2027, 12, 31)))
    kind = draw(st.sampled_from(Kind))
    person = Person(
        address=draw(st.sampled_from(["dana@acme.example", ""])),
        name=draw(NAMES),
        greeting=draw(st.sampled_from(["", "", "Dana", "Frau Dr. Müller"])),
        formal=draw(st.sampled_from([None, True, False])),
    )
    flags: dict[str, Any] = {
        name: draw(st.booleans())
        for name in ("late", "several", "short", "relay", "unaddressed", "internal", "interest")
    }
    return Situation(
        kind=kind,
        part=draw(st.sampled_from(Part)),
        step=draw(st.integers(1, 3)),
        recipient=person,
        met_on=met,
        written_on=met + timedelta(days=draw(st.integers(0, 40))),
        me_name="Sam Lee",
        promised_date=draw(st.none() | st.just(met + timedelta(days=9))),
        how=draw(st.sampled_from(["mail", "hand", "phone"])),
        company=draw(THINGS),
        position=draw(THINGS),
        client=draw(THINGS),
        colleagues=draw(st.lists(NAMES, max_size=4).map(tuple)),
        notes=draw(NOTES),
        fit=draw(NOTES),
        forgot=draw(NOTES),
        question=draw(NOTES),
        purpose=draw(st.sampled_from(Purpose)) if kind is Kind.LETTER else None,
        slot=draw(st.sampled_from(["mark", "none"])),
        about_me=draw(
            st.sampled_from(
                ["", "six years of pipelines", "I build bridges.", "so much " * 50, "Very " * 38 + "good."]
            )
        ),
        formality=draw(st.sampled_from(["neutral", "formal", "informal", "odd"])),
        **flags,
    )


@settings(max_examples=800, deadline=None)
@given(situations())
def test_a_weekday_is_named_only_where_it_is_clear(situation: Situation) -> None:
    made = letter(situation)
    waits = (situation.written_on - situation.met_on).days > 2
    if situation.kind is not Kind.THANK_YOU or situation.late or situation.relay or waits:
        assert not WEEKDAYS.search(f"{made.subject}\n{made.text}")


def test_the_slot_is_a_line_right_after_the_greeting_and_the_letter_is_whole_without_it() -> None:
    blocks = letter(THANKS).text.split("\n\n")
    assert blocks[1] == SLOT
    assert letter(replace(THANKS, slot="none")).text == "\n\n".join([blocks[0], *blocks[2:]])


# --- likeness -----------------------------------------------------------------------------------

PANEL_KINDS: list[dict[str, Any]] = [
    {},
    BARE,
    {"notes": ("their move to Rust and the way in which the team splits old services into small ones",)},
    {"about_me": "six years of building data pipelines in the public sector"},
    {"several": True},
    {"short": True},
    {"internal": True},
    {"interest": False},
    {"late": True},
    {"short": True, "interest": False, **BARE},
]


@pytest.mark.parametrize("kind", range(len(PANEL_KINDS)))
def test_no_two_letters_to_a_panel_are_alike_in_two_rounds(kind: int) -> None:
    for number in range(10):
        size = 2 + number % 7
        panel = [_thanks_to(person, kind) for person in range(size)]
        sent: list[str] = []
        for turn, situation in enumerate([*panel, *(_second_round(one) for one in panel)]):
            sent.append(letter(situation, f"user{number}\n{turn}", tuple(sent)).text)
        assert max(likeness(one, other) for one, other in combinations(sent, 2)) < TOO_ALIKE
        first = sent[:size]
        assert max(_as_seen(one, other) for one, other in combinations(first, 2)) < TOO_ALIKE


def _thanks_to(number: int, kind: int) -> Situation:
    names = [
        "Maya Chen",
        "Tom Okafor",
        "Ana Silva",
        "Jan Kos",
        "Li Wei",
        "Omar Haddad",
        "Eva Braun",
        "Kim Min-jun",
    ]
    person = Person(address=f"p{number}@acme.example", name=names[number])
    return replace(THANKS, recipient=person, **PANEL_KINDS[kind])


def _second_round(situation: Situation) -> Situation:
    later = situation.met_on + timedelta(days=9)
    return replace(situation, met_on=later, written_on=later)


def _as_seen(one: str, other: str) -> float:
    """Letter by letter, all of it: a cruder measure than ours, and stricter to short letters."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def test_a_panel_with_nothing_in_particular_shares_no_sentence() -> None:
    sent: list[str] = []
    for person in range(8):
        sent.append(letter(_thanks_to(person, 1), f"user\n{person}", tuple(sent)).text)
    sentences = [sentence for text in sent for sentence in re.split(r"(?<=[.!?])\s+", body(text))]
    assert len(sentences) == len(set(sentences))


def test_two_users_usually_get_different_letters() -> None:
    texts = {letter(THANKS, f"user{number}@example.com\nkey").text for number in range(100)}
    assert len(texts) >= 85


def test_what_all_letters_share_is_left_out_before_they_become_twins() -> None:
    note = "You told me the long story of how the old warehouse system was replaced piece by piece " * 2 + "."
    sections = dict(WORDING.sections)
    for part in ("opening", "middle", "closing"):
        sections[f"interviewer.{part}"] = (f"First {part} of them.", f"Another {part} follows.")
    few = replace(WORDING, sections=sections)
    situation = replace(THANKS, notes=(note,))
    first = write(situation, few, "seed", ())
    second = write(situation, few, "seed", (first.text,))
    assert "warehouse" in first.text
    assert "warehouse" not in second.text
    assert SLOT in second.text
    assert likeness(first.text, second.text) < TOO_ALIKE


def test_where_there_is_no_choice_the_letter_is_written_all_the_same() -> None:
    sections = {name: alternatives[:1] for name, alternatives in WORDING.sections.items()}
    kept = {name: WORDING.sections[name] for name in ("phrases.weekdays", "phrases.months")}
    few = replace(WORDING, sections=sections | kept)
    first = write(THANKS, few, "seed", ())
    assert write(THANKS, few, "seed", (first.text,)).text == first.text


def test_likeness_looks_at_the_body_alone() -> None:
    one = "Dear Dana,\n\nFILL IN: x\n\nOne two three four.\n\nKind regards,\nSam Lee"
    other = "Hello Tom,\n\nOne two three four.\n\nBest,\nSam"
    assert likeness(one, other) == 1.0
    assert likeness(one, "Hello,\n\nNothing of it here.\n\nSam") < 0.3
    assert words(body(one)) == ("one", "two", "three", "four")
    assert body("only this line,") == "only this line,"
    assert likeness("", "") == 1.0


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


# --- single rules -------------------------------------------------------------------------------


def test_values_are_data_and_never_read_again() -> None:
    values = {"company": "{{ position }}", "position": "{% if x %}"}
    written = "At {{ company }} as {{ position }}."
    assert WORDING.render(written, values) == "At {{ position }} as {% if x %}."
    note = "they use {company} and {{ jinja }}"
    assert note in letter(replace(THANKS, notes=(note,))).text


def test_a_value_that_ends_a_sentence_gets_no_second_full_stop() -> None:
    for company in ("Acme Inc.", "Yahoo!", "the “Acme Inc.”"):
        assert WORDING.render("At {{ company }}. More.", {"company": company}) == f"At {company} More."
        assert WORDING.render("At {{ company }}, more.", {"company": company}) == f"At {company}, more."


def test_an_alternative_that_names_something_unknown_is_none() -> None:
    assert WORDING.render("At {{ company }}.", {}) is None
    assert (
        WORDING.render("{% if company is defined %}At {{ company }}.{% else %}There.{% endif %}", {})
        == "There."
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ company.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''.__class__ }}",
        "{{ cycler }}{{ lipsum() }}",
        "{% include 'interviewer.txt' %}",
        "{{ range(10 ** 9) | list }}",
        "{{ 'x' * 100000 }}",
        "{{ company | nothing }}",
        "{{ 1 / 0 }}",
        "{{ 9 ** (9 ** 9) }}",
        "{% for a in 'x' * 99999 %}{% for b in 'x' * 99999 %}{% endfor %}{% endfor %}hi.",
        "{{ company | center(1999999999) }}.",
        "{% set company = 'Beta' %}{{ company }}",
        "{% macro x() %}{% endmacro %}{{ x() }}",
        '{{ "\\ud800 hi." }}',
        "{{",
    ],
)
def test_a_template_reaches_nothing_but_its_facts(template: str) -> None:
    assert WORDING.render(template, {"company": "Acme"}) is None


def test_a_note_for_the_person_comes_before_others() -> None:
    notes = ("their cat", "their move to Rust")
    assert all("their cat" in letter(replace(THANKS, notes=notes), str(seed)).text for seed in range(10))


def test_the_next_letter_takes_another_note() -> None:
    situation = replace(THANKS, notes=("their cat", "their move to Rust"))
    first = letter(situation).text
    assert "their move to Rust" in letter(situation, "other", (first,)).text


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("their move to Rust", ": their move to Rust."),
        ("their move to Rust,", ": their move to Rust."),
        ("- their move to Rust", ": their move to Rust."),
        ("their move\nto Rust", ": their move to Rust."),
        ("loved the pairing exercise!", " Loved the pairing exercise!"),
        ("iOS is the next big thing.", " iOS is the next big thing."),
        ("You said “ship it.”", " You said “ship it.”"),
        ("Rust.", ": Rust."),
        ("Rust", ": Rust."),
    ],
)
def test_a_note_is_used_in_the_users_words(note: str, expected: str) -> None:
    assert f"{expected}\n\n" in letter(replace(THANKS, notes=(note,))).text


def test_a_nudge_carries_no_note_and_no_subject_in_a_thread() -> None:
    nudge = replace(NUDGE, notes=("their move to Rust",), about_me="six years of pipelines")
    assert letter(nudge).subject == ""
    assert letter(replace(nudge, how="hand")).subject
    assert "Rust" not in letter(nudge).text
    assert "pipelines" not in letter(nudge).text


def test_only_a_second_nudge_has_something_to_share() -> None:
    for step, expected in ((1, False), (2, True), (3, False)):
        assert (SHARE in letter(replace(NUDGE, step=step)).text) is expected


def test_a_promised_date_is_named() -> None:
    nudge = replace(NUDGE, promised_date=date(2026, 3, 13))
    assert all("13 March" in letter(nudge, str(seed)).text for seed in range(20))


def test_a_date_promised_before_the_interview_is_not_named() -> None:
    nudge = replace(NUDGE, promised_date=date(2026, 2, 27))
    assert letter(nudge) == letter(NUDGE)


def test_without_interest_nobody_asks_for_the_job() -> None:
    asks = re.compile(
        r"interested|keen|would (like|be glad|welcome|enjoy) to (take|join|work|continue)|this job|join",
        re.IGNORECASE,
    )
    for name, situation in SITUATIONS.items():
        for seed in range(30):
            text = letter(replace(situation, interest=False), str(seed)).text
            assert name.startswith("nudge-third") or not asks.search(body(text)), text


def test_the_consultant_is_told_that_the_interviewers_are_to_be_thanked() -> None:
    situation = SITUATIONS["agency"]
    for seed in range(20):
        for interest in (True, False):
            text = letter(replace(situation, interest=interest), str(seed)).text
            assert re.search(r"thank the interviewers|interviewers a few words of thanks", text)
            assert "Placement People" not in text


def test_the_organiser_is_asked_to_pass_it_on() -> None:
    for seed in range(20):
        text = letter(SITUATIONS["relay"], str(seed)).text
        assert re.search(r"pass (this )?on|forward|let them know", text)


def test_a_colleague_is_not_told_the_name_of_the_house() -> None:
    for seed in range(20):
        assert "Acme" not in letter(SITUATIONS["internal"], str(seed)).text


def test_the_greeting_is_the_users_word() -> None:
    def greeting(**person: Any) -> str:
        recipient = replace(DANA, **person)
        return letter(replace(THANKS, recipient=recipient)).text.split("\n")[0]

    assert greeting() == "Hello Dana Reyes,"
    assert greeting(formal=True) == "Dear Dana Reyes,"
    assert greeting(formal=False) == "Hi Dana Reyes,"
    assert greeting(greeting="Dana") == "Hello Dana,"
    assert greeting(greeting="Dana,") == "Hello Dana,"
    assert greeting(greeting="Dear Dana") == "Dear Dana,"
    assert greeting(name="reyes42", named_by="user") == "Hello reyes42,"
    assert greeting(name="Talent Team") == "Hello,"


def test_a_signature_with_its_own_farewell_stands_alone() -> None:
    assert letter(replace(THANKS, signature="Best,\nSam")).text.endswith("\n\nBest,\nSam\n")
    assert re.search(
        r"(regards|wishes),\nSam\nLondon\n$", letter(replace(THANKS, signature="Sam\nLondon")).text
    )


def test_the_choice_names_what_was_used() -> None:
    choice = letter(replace(THANKS, notes=("their cat",))).choice
    assert {name.rsplit(".", 1)[0] for name in choice} == {
        "interviewer.subject",
        "interviewer.opening",
        "interviewer.middle",
        "interviewer.closing",
        "phrases.signoff",
        "phrases.note",
    }


@settings(max_examples=500, deadline=None)
@given(situations())
def test_every_situation_has_its_files(situation: Situation) -> None:
    files = {name.split(".")[0] for name in WORDING.sections}
    assert set(files_for(situation)) <= files
