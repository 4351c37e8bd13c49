"""Panels: interviewers compare notes, so no two letters to one company are twins (the measure: `core.likeness`).

504 panels of 2 to 8, 56 in each of the nine folders of templates, a third of them met two or three times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import combinations
from random import Random
from statistics import median

import pytest

from followupd.core.letters import Letter, Situation, Wording, write
from followupd.core.likeness import body as body_of
from followupd.core.likeness import likeness_of_words, words
from followupd.core.model import Kind, Part, Person
from followupd.templates import load_wording
from tests.core.test_languages import ALL
from tests.core.test_letters import THANKS

PANELS = 56
CLEARLY_DIFFERENT, TWINS = 0.6, 0.8
NAMES = (
    "Maya Chen",
    "Tom Okafor",
    "Ana Silva",
    "Jan Kos",
    "Li Wei",
    "Omar Haddad",
    "Eva Braun",
    "Kim Min-jun",
)
PARTS = (Part.INTERVIEWER, Part.INTERVIEWER, Part.INTERVIEWER, Part.RECRUITER, Part.COORDINATOR)
SHARED = (
    "",
    "Rust",
    "the way in which the team splits old services into small ones",
    "Your colleague told me how the old warehouse system was replaced piece by piece over three winters.",
)
ABOUT = ("", "six years of pipelines", "I have built data pipelines in the public sector for six years.")


@cache
def wording_of(name: str) -> Wording:
    """Ours, without a user's files."""
    return load_wording(name, None)


def panel_of(chance: Random, size: int) -> list[Situation]:
    """Interviewers of one talk: what they share and what only some have is left to chance."""
    shared, about = chance.choice(SHARED), chance.choice(ABOUT)
    talk = replace(
        THANKS,
        notes=(shared,) if shared else (),
        fit=chance.choice([(), (), ("running releases for two hundred services",)]),
        about_me=about,
        company=chance.choice(["Acme", ""]),
        position=chance.choice(["Data Engineer", ""]),
        interest=chance.random() > 0.2,
        short=chance.random() < 0.15,
        several=chance.random() < 0.15,
        internal=chance.random() < 0.1,
        late=chance.random() < 0.15,
        question=chance.choice([(), ("how the team splits its on-call duty",)]),
    )
    return [_member(chance, talk, number) for number in range(size)]


def _member(chance: Random, talk: Situation, number: int) -> Situation:
    person = Person(address=f"p{number}@acme.example", name=NAMES[number])
    own = (f"what {person.name} said about bees",) if chance.random() < 0.25 else ()
    return replace(talk, recipient=person, part=chance.choice(PARTS), notes=(*own, *talk.notes))


def written(
    name: str, panel: Iterable[Situation], user: str, earlier: list[Letter], key: str
) -> list[Letter]:
    """The letters to a panel, one after the other, each knowing those before it."""
    made = list(earlier)
    for number, situation in enumerate(panel):
        texts, subjects = [one.text for one in made], [one.subject for one in made]
        made.append(write(situation, wording_of(name), f"{user}\n{key}/{number}", texts, subjects))
    return made


def likenesses(letters: Iterable[Letter]) -> list[float]:
    """Of each pair."""
    bodies = [words(body_of(letter.text)) for letter in letters]
    return [likeness_of_words(one, other) for one, other in combinations(bodies, 2)]


@pytest.mark.parametrize("name", ALL)
def test_no_two_letters_to_a_company_are_twins(name: str) -> None:
    pairs: list[float] = []
    for number in range(PANELS):
        chance = Random(f"{name} {number}")
        people = panel_of(chance, 2 + number % 7)
        letters = written(name, people, "sam@example.com", [], "first")
        for meeting in range(0 if number % 3 else 1 + number // 3 % 2):
            people = [_again(one) for one in people]
            letters = written(name, people, "sam@example.com", letters, f"again {meeting}")
        alike = likenesses(letters)
        assert max(alike) < TWINS, (number, max(alike))
        pairs += alike
    assert median(pairs) < CLEARLY_DIFFERENT
    assert len(pairs) > 500


def _again(situation: Situation) -> Situation:
    later = situation.met_on + timedelta(days=9)
    return replace(situation, met_on=later, written_on=later)


@pytest.mark.parametrize("name", ALL)
def test_the_letters_of_one_panel_differ_in_the_middle_of_all(name: str) -> None:
    """The median of each panel of four and more, not only of all together."""
    for number in range(10):
        people = panel_of(Random(f"middle {name} {number}"), 4 + number % 5)
        assert median(likenesses(written(name, people, "sam@example.com", [], "first"))) < CLEARLY_DIFFERENT


@pytest.mark.parametrize("name", ALL)
def test_two_users_who_met_the_same_person_seldom_write_the_same(name: str) -> None:
    twins = []
    for number in range(100):
        chance = Random(f"two users {number}")
        (met,) = panel_of(chance, 1)
        met = replace(met, part=chance.choice(PARTS[1:4]), notes=(), fit=(), question=(), about_me="")
        both = [written(name, [met], f"{who}{number}@example.com", [], "key")[0] for who in ("sam", "alex")]
        twins += [number] if likenesses(both)[0] >= TWINS else []
    assert len(twins) <= 5, twins


@pytest.mark.parametrize("kind", ["", "short", "several", "internal", "late"])
@pytest.mark.parametrize("name", ALL)
def test_eight_subjects_are_at_least_six(name: str, kind: str) -> None:
    """Also where nothing is known that a subject could name."""
    met = replace(THANKS, **{kind: True}) if kind else THANKS
    for number in range(3):
        for known in (met, replace(met, company="", position="")):
            letters = written(name, [known] * 8, f"sam{number}@example.com", [], "first")
            assert len({letter.subject for letter in letters}) >= 6, [one.subject for one in letters]


@pytest.mark.parametrize("name", ALL)
def test_nudges_to_two_people_of_a_company_are_no_twins(name: str) -> None:
    """Also those in which nothing but the date is known."""
    for known in ({}, {"company": "", "position": ""}):
        for step in (1, 2, 3):
            for number in range(4):
                later = THANKS.met_on + timedelta(days=8)
                nudge = replace(THANKS, kind=Kind.NUDGE, step=step, written_on=later, **known)
                both = written(name, [nudge, nudge], f"sam{number}@example.com", [], f"{step}")
                assert likenesses(both)[0] < TWINS
