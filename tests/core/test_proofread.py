"""Proofreading without the extra: faults that were planted, good letters, and what is nearly a fault.

The letters are in proof_kit; what spelling adds is measured in tests/test_spelling.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from followupd.core.letters import write
from followupd.core.model import Person
from followupd.core.proof import Misspelling, Proof
from followupd.core.proof_layout import laid_out
from followupd.core.proof_spelling import is_english, worth_telling
from followupd.core.proofread import findings, unfilled
from tests.core.proof_kit import (
    BLIND,
    DE,
    DEVRIES,
    DUPONT,
    EN,
    ES,
    FR,
    GARCIA,
    GOOD,
    MUELLER,
    NL,
    PLANTED,
    Good,
    Planted,
    proof,
)
from tests.core.test_languages import WORDINGS
from tests.core.test_letters import SITUATIONS, WORDING

ALL_WORDINGS = {"en": WORDING, **WORDINGS}
BY_WORDS = [one for one in (*PLANTED, *BLIND) if not one.spelling]


def kinds(text: str, **about: Any) -> list[str]:
    return [one.kind for one in findings(text, proof(**about))]


def body(text: str, greeting: str = "Hi Dana,") -> str:
    return f"{greeting}\n\nThank you for the hour we had, it was a good one. {text}\n\nBest,\nSam Lee\n"


# --- the measure --------------------------------------------------------------------------------


@pytest.mark.parametrize("one", BY_WORDS, ids=lambda one: one.name)
def test_a_planted_fault_is_found(one: Planted) -> None:
    assert one.kind in kinds(one.text, **one.about)


def test_of_forty_faults_at_least_thirty_are_found_without_the_extra() -> None:
    assert len(PLANTED) == 40
    assert sum(one.kind in kinds(one.text, **one.about) for one in PLANTED) >= 30


@pytest.mark.parametrize("one", GOOD, ids=lambda one: one.name)
def test_nothing_is_found_in_a_good_letter(one: Good) -> None:
    assert findings(one.text, proof(**one.about)) == ()


@pytest.mark.parametrize(
    ("text", "about"), [(EN, {}), (DE, MUELLER), (FR, DUPONT), (ES, GARCIA), (NL, DEVRIES)]
)
def test_the_faults_are_planted_in_letters_without_any(text: str, about: dict[str, Any]) -> None:
    assert findings(text, proof(**about)) == ()


@pytest.mark.parametrize("name", ALL_WORDINGS)
def test_nothing_is_found_in_the_letters_of_the_house(name: str) -> None:
    """A panel of two for each situation, as it would be drafted; the second with a note instead of the slot."""
    for known, situation in SITUATIONS.items():
        panel: list[str] = []
        for seed, notes in (("one", ()), ("two", situation.notes or ("the ferry timetable",))):
            made = write(replace(situation, notes=notes), ALL_WORDINGS[name], seed, panel).text
            found = findings(made, about_a_draft(situation.recipient, tuple(panel)))
            assert found == (), (known, made)
            panel.append(made)


def about_a_draft(to: Person, panel: tuple[str, ...]) -> Proof:
    addresses = tuple(filter(None, (to.address,)))
    return proof(
        names=(to.name,),
        addresses=addresses,
        greeting=to.greeting,
        panel=panel,
        slot_may_stand=True,
        company="",
    )


@pytest.mark.parametrize("name", ALL_WORDINGS)
@pytest.mark.parametrize("shown", ["interviewer", "nudge-second"])
def test_the_slot_of_each_language_is_known(name: str, shown: str) -> None:
    made = write(SITUATIONS[shown], ALL_WORDINGS[name], "seed", ()).text
    slot = made.split("\n\n")[1]
    assert slot.startswith("FILL IN:")
    assert kinds(made) == ["slot"]
    assert [one.kind for one in unfilled(made)] == ["slot"]
    without_mark = made.replace("FILL IN: ", "")
    assert "slot" in kinds(without_mark, slots=(slot,))
    assert findings(made.replace(f"{slot}\n\n", ""), proof()) == ()


@pytest.mark.parametrize("name", ALL_WORDINGS)
def test_nothing_is_found_where_the_line_was_filled_in(name: str) -> None:
    for known, situation in SITUATIONS.items():
        made = write(situation, ALL_WORDINGS[name], "seed", ()).text
        slot = next((block for block in made.split("\n\n") if block.startswith("FILL IN:")), "")
        about = replace(about_a_draft(situation.recipient, ()), slots=(slot,), slot_may_stand=False)
        for filled in (
            "It was the story of your first customer that made me smile.",
            "Kubernetes, Rust und 3 Tests!",
        ):
            assert slot == "" or findings(made.replace(slot, filled), about) == (), (known, made)


# --- greetings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("greeting", "name", "address"),
    [
        ("Dear Dana", "Dana Reyes", "dana@acme.example"),
        ("Dear Ms Reyes", "Dana Reyes", "dana@acme.example"),
        ("Dear Dr. Reyes-Cole", "Dana Reyes-Cole", "d@acme.example"),
        ("Hello Dana and Kim", "Dana Reyes", "dana@acme.example"),
        ("Good afternoon Dana", "Dana Reyes", "dana@acme.example"),
        ("Hallo Frau Mueller", "Petra Müller", "pm@acme.example"),
        ("Liebe Frau Müller", "Petra Mueller", "pm@acme.example"),
        ("Sehr geehrter Herr Professor Weiß", "Karl Weiss", "kw@acme.example"),
        ("Hei Oystein", "Øystein Aas", "oa@acme.example"),
        ("Hi Alex", "Alexander Brandt", "ab@acme.example"),
        ("Hi Bill", "William Turner", "wt@acme.example"),
        ("Hola, Paco", "Francisco Ruiz", "fr@acme.example"),
        ("Hi Beth", "Elizabeth Snow", "es@acme.example"),
        ("Estimada Sra. García", "Lucía García Ortiz", "lgo@acme.example"),
        ("Dear Van der Berg family", "Joost van der Berg", "jb@acme.example"),
        ("Beste meneer De Vries", "Joost de Vries", "jdv@acme.example"),
        ("Bonjour M. Dupont", "Jean Dupont", "jd@acme.example"),
        ("Dear Minjun", "Kim Min-jun", "kmj@acme.example"),
        ("Dear Vivian", "王伟", "vivian.wang@acme.example"),
        ("王伟您好", "Wang Wei", "wang@acme.example"),
        ("Dear Jo", "", "talent42@acme.example"),
        ("Dear hiring team", "Dana Reyes", "dana@acme.example"),
        ("Dear Sir or Madam", "Dana Reyes", "dana@acme.example"),
        ("Sehr geehrte Damen und Herren", "Petra Müller", "pm@acme.example"),
        ("Hi there", "Dana Reyes", "dana@acme.example"),
        ("Hello again Dana", "Dana Reyes", "dana@acme.example"),
        ("Dana", "Dana Reyes", "dana@acme.example"),
        ("Hello", "Dana Reyes", "dana@acme.example"),
        ("Hi all", "Dana Reyes", "dana@acme.example"),
    ],
)
def test_a_greeting_that_may_be_right_is_let_be(greeting: str, name: str, address: str) -> None:
    letter = body("I liked it.", f"{greeting},")
    assert kinds(letter, names=(name,), addresses=(address,), others=("Kim Osei",)) == []


@pytest.mark.parametrize(
    ("greeting", "name"),
    [
        ("Dear Kim", "Dana Reyes"),
        ("Dear Ms. Osei", "Dana Reyes"),
        ("Hi Daan", "Dana Reyes"),
        ("Dear Dana Reyse", "Dana Reyes"),
        ("Sehr geehrter Herr Schmitt", "Petra Müller"),
        ("Hola, Pedro", "Lucía García Ortiz"),
        ("Hello null", "Dana Reyes"),
        ("Dear {name}", "Dana Reyes"),
        ("Dear ____", "Dana Reyes"),
        ("Dear XXX", "Dana Reyes"),
    ],
)
def test_a_greeting_of_somebody_else_is_found(greeting: str, name: str) -> None:
    assert "greeting" in kinds(body("I liked it.", f"{greeting},"), names=(name,), others=("Kim Osei",))


def test_what_the_user_set_as_greeting_is_right() -> None:
    letter = body("I liked it.", "Dear Vivian,")
    about = {"names": ("Wang Wei",), "addresses": ("wang@acme.example",)}
    assert kinds(letter, **about) == ["greeting"]
    assert kinds(letter, **about, greeting="Vivian") == []


def test_a_greeting_within_a_line_is_read_too() -> None:
    letter = "Hi Kim, thank you for the hour we had, it was a good one.\n\nBest,\nSam"
    assert kinds(letter) == ["greeting"]
    assert kinds(letter.replace("Kim", "Dana")) == []
    assert kinds("Hi, Thanks for the hour that we had.\n\nSam") == []


# --- what is nearly a fault ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "I had had my doubts, and that that is settled is good.",
        "It was very very kind.",
        "None of it was new to me.",
        "We spoke of null checks, of NaN and of the null hypothesis.",
        "I use C++ and std::vector, and generics such as List<String>.",
        "See <https://sam.example/x> or write to <sam@example.com>.",
        "It is described in [1] and in [the paper](https://example.org).",
        "That is 2.5 times as much, e.g. at night, etc., and so on...",
        "An apple a day. Apple pie is good.",
        "I grew attached to the idea.",
        "I can attach my slides if you like.",
        "I have not attached my CV, since you have it.",
        "The attachment you sent was clear.",
        "Is it (as I hope) still open?",
        "Todo bien, and todo el mundo knows.",
        "I am free on Thursday, 12 March, or on Friday the 13th of March.",
        "You said you would decide by Tuesday.",
        "Ich freue mich, dass das Team wächst, und dass Sie sie nannten.",
        "Wir müssten nicht bei null anfangen.",
        "Nous nous sommes bien entendus ; vous vous en souvenez : c'était mercredi.",
        "¿Qué tal? ¡Muy bien!",
        "Ik denk dat dat goed komt.",
    ],
)
def test_what_is_right_is_let_be(text: str) -> None:
    assert kinds(body(text)) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I liked Globex very much.", "company"),
        ("I have long wanted to work for Apple.", "company"),
        ("Globex is where I want to be.", "company"),
        ("The team at None was kind.", "null"),
        ("I would like to work for undefined.", "null"),
        ("It is [date] that I mean.", "placeholder"),
        ("I know <name of product> well.", "placeholder"),
        ("The role at %s is fine.", "placeholder"),
        ("My ____ years of work count.", "placeholder"),
        ("Please find my CV attached.", "attachment"),
        ("Attached is my portfolio.", "attachment"),
        ("Im Anhang finden Sie meine Zeugnisse.", "attachment"),
        ("Vous trouverez ci-joint mon CV.", "attachment"),
        ("He adjuntado mi currículum.", "attachment"),
        ("Als bijlage mijn cv.", "attachment"),
        ("I am free on Friday, March 12th.", "day"),
        ("Ich kann am Freitag, 12.03.2026.", "day"),
        ("Je suis libre le vendredi 12 mars.", "day"),
        ("Puedo el viernes 12 de marzo.", "day"),
        ("Ik kan op vrijdag 12 maart.", "day"),
        ("It was a a good hour.", "doubled"),
        ("It was good , and long.", "punctuation"),
        ("It was good..", "punctuation"),
    ],
)
def test_what_is_wrong_is_found(text: str, kind: str) -> None:
    assert kinds(body(text)) == [kind]


def test_a_name_broken_over_two_lines_is_still_a_name() -> None:
    assert kinds(body("I wanted to work for Blue Harbour\nLabs.")) == ["company"]


def test_a_company_is_not_another_s_where_it_is_part_of_its_name() -> None:
    assert kinds(body("Acme Labs is fine."), company="Acme Labs", companies=("Acme",)) == []
    assert kinds(body("Acme is fine."), company="Acme", companies=("Acme Labs",)) == []


def test_a_file_is_missed_only_where_it_is_known_that_there_is_none() -> None:
    letter = body("I have attached my slides.")
    assert [kinds(letter, attached=known) for known in (False, True, None)] == [["attachment"], [], []]


def test_a_script_without_spaces_is_not_empty() -> None:
    assert (
        kinds("金さん、\n\n先日はお時間をいただきありがとうございました。\n\nリー\n", names=("金 民俊",))
        == []
    )


def test_a_letter_of_nothing() -> None:
    for text in ("", "\n\n", "Hi Dana,", "Hi Dana,\n\nSam\n", "Best,\nSam Lee"):
        assert kinds(text) == ["empty"], text


@pytest.mark.parametrize(
    "unit", ["[", "<a", "{", "a a ", "Friday, ", "attached ", "x ", "_ ", ".", "(name ", "Dear ", "\n\n"]
)
def test_hostile_text_costs_no_more_than_friendly_text(unit: str) -> None:
    """It ends, and finds little: the patterns are bounded and of a text only the beginning is read."""
    assert len(findings(unit * 200_000, proof())) <= 10
    assert len(findings(f"Dear Dana,\n\n{unit * 200_000}", proof())) <= 10


# --- words that spelling hands in ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "better", "text", "told"),
    [
        ("recieved", "received", "I recieved it.", True),
        ("Recieved", "Received", "It is so. Recieved it is.", True),
        ("teh", "the", "So teh end.", True),
        ("dbt", "debt", "We used dbt there.", False),
        ("Kafke", "Kafka", "We used Kafke there.", False),
        ("Figmo", "Figma", "It is so. Figmo is fine.", False),
        ("DuckDB", "Duck", "We used DuckDB.", False),
        ("XML", "Am", "We used XML.", False),
        ("k8s", "kiss", "We used k8s.", False),
        ("samlee", "sable", "See linkedin.com/in/samlee for it.", False),
        ("backfill", "backfile", "A backfill it was.", False),
        ("blorptastic", "plastic", "It was blorptastic.", False),
        ("reyes", "eyes", "So reyes said.", False),
        ("organised", "organized", "It was organised.", True),
    ],
)
def test_only_what_is_surely_a_slip_is_told(word: str, better: str, text: str, *, told: bool) -> None:
    found = worth_telling([Misspelling(word, (better,))], text, ("Dana Reyes", "reyes@acme.example"))
    assert bool(found) is told


def test_a_text_full_of_slips_is_another_language() -> None:
    many = [Misspelling(f"wordd{letter}", (f"word{letter}",)) for letter in "abcdefghi"]
    assert worth_telling(many, " ".join(one.words for one in many), ()) == ()


def test_english_is_told_from_other_languages() -> None:
    assert [is_english(laid_out(text, "Sam Lee").body) for text in (EN, DE, FR, ES, NL)] == [
        True,
        *4 * [False],
    ]


def test_a_finding_says_what_and_quotes_no_more_than_a_line() -> None:
    hostile = "[" + "name\u202e" * 10 + "]"
    told = findings(body(f"Here is {hostile} for you."), proof())
    assert [one.kind for one in told] == ["placeholder"]
    assert "\u202e" not in told[0].text
    assert "\n" not in told[0].text
