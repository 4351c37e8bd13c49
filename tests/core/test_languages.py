"""Letters in each language that we bring, to people we know and to people we don't.

FOLLOWUPD_GOLDEN=1 writes the golden copies anew; then read them as the one who gets them.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from itertools import combinations
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.core.letters import Letter, Situation, write
from followupd.core.likeness import likeness
from followupd.templates import INFORMAL, files_of, languages, load_wording
from followupd.templates.parse import check, parse
from tests.core.test_letters import DANA, GOLDEN, NUDGE, SITUATIONS, THANKS, middle_of, situations

OURS = tuple(f"{language}{tone}" for language in languages() if language != "en" for tone in ("", INFORMAL))
WORDINGS = {name: load_wording(name, None) for name in OURS}
SHOWN = (
    *("interviewer", "interviewer-nothing-known", "interviewer-with-colleagues", "recruiter", "short"),
    *("relay", "agency", "late", "nudge-first", "nudge-promised", "nudge-second"),
)
# Words true only on one day, and of the other way to address somebody.
DAY_WORDS = {
    "de": r"\b(?:heute|gestern|morgen)\b",
    "es": r"\b(?:hoy|ayer|mañana)\b",
    "fr": r"\b(?:aujourd['’]hui|hier|demain)\b",
    "nl": r"\b(?:vandaag|gisteren|morgen)\b",
}
OTHER_ADDRESS = {
    "de": r"\b(?:du|dir|dich|dein\w*)\b",
    "de-informal": r"\b(?:Ihnen|Ihre[mnrs]?)\b",
    "es": r"\b(?:tú|contigo|te)\b",
    "es-informal": r"\busted\b",
    "fr": r"\b(?:tu|toi|tes)\b",
    "nl": r"\b(?:je|jou|jouw|jij|jullie)\b",
    "nl-informal": r"\b(?:u|uw)\b",
}


def letter(name: str, situation: Situation, seed: str = "sam@example.com\nkey", *earlier: str) -> Letter:
    return write(situation, WORDINGS[name], seed, earlier)


@pytest.mark.parametrize("name", OURS)
def test_files_pass_their_own_check_and_say_as_much_as_the_english_ones(name: str) -> None:
    english = load_wording("en", None).sections
    for file, text in files_of(name).items():
        parsed = parse(text)
        assert check(parsed, file.removesuffix(".txt"), parsed.sections) == []
    found = WORDINGS[name].sections
    assert {s for s in english if len(found[s]) < len(english[s])} == set()


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("name", OURS)
def test_reads_as_its_golden_copy(name: str, shown: str) -> None:
    made = letter(name, SITUATIONS[shown])
    text = f"Subject: {made.subject or '(answers in the thread)'}\n\n{made.text}"
    path = GOLDEN / name / f"{shown}.txt"
    if os.environ.get("FOLLOWUPD_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize("name", OURS)
def test_no_golden_copy_is_left_over(name: str) -> None:
    assert {path.stem for path in (GOLDEN / name).glob("*.txt")} == set(SHOWN)


@settings(max_examples=800, deadline=None)
@given(st.sampled_from(OURS), situations(), st.text(max_size=5))
def test_every_letter_keeps_the_rules(name: str, situation: Situation, seed: str) -> None:
    situation = replace(situation, notes=(), about_me="")
    made = letter(name, situation, seed)
    told, language = f"{made.subject}\n{made.text}", name.removesuffix(INFORMAL)
    assert "None" not in told
    assert not set("{}\r\t!") & set(told.replace("Yahoo!", ""))
    assert "  " not in told
    space = r"[.,]" if language == "fr" else r"[.,;:?]"
    assert not re.search(rf"[,;:?][.,;:?]|\.\.| {space}", made.text)
    assert "evil.example" not in told
    assert not re.search(DAY_WORDS[language], told, re.IGNORECASE)
    assert made.text.endswith("\nSam Lee\n")
    paragraphs = middle_of(made.text)
    assert 1 <= len(paragraphs) <= 3
    assert sum(len(paragraph.split()) for paragraph in paragraphs) <= 120


@pytest.mark.parametrize("name", sorted(OTHER_ADDRESS))
def test_nobody_is_addressed_in_two_ways(name: str) -> None:
    for section, texts in WORDINGS[name].sections.items():
        if section.rpartition(".")[2].startswith(("opening", "middle", "closing", "subject")):
            assert not [t for t in texts if re.search(OTHER_ADDRESS[name], t)], section


@pytest.mark.parametrize("name", OURS)
def test_a_panel_of_eight_reads_as_eight_letters(name: str) -> None:
    pairs = []
    for round_ in range(6):
        made: list[str] = []
        for number in range(8):
            seed = f"sam@example.com\n{round_}-{number}"
            made.append(letter(name, THANKS, seed, *made).text)
        pairs += [likeness(one, other) for one, other in combinations(made, 2)]
    assert max(pairs) < 0.8
    assert median(pairs) < 0.6


@pytest.mark.parametrize(
    ("name", "greeting", "first"),
    [
        ("de", "Sehr geehrte Frau Dr. Müller", "Sehr geehrte Frau Dr. Müller,"),
        ("de", "Frau Dr. Müller", "Guten Tag Frau Dr. Müller,"),
        ("de-informal", "Liebe Dana", "Liebe Dana,"),
        ("es", "Estimada Dra. Pérez", "Estimada Dra. Pérez:"),
        ("es", "Estimada Dra. Pérez:", "Estimada Dra. Pérez:"),
        ("es", "Sra. Pérez", "Hola, Sra. Pérez:"),
        ("es-informal", "Hola Ana", "Hola Ana:"),
        ("fr", "Chère Madame", "Chère Madame,"),
        ("fr", "Madame Dubois", "Bonjour Madame Dubois,"),
        ("nl", "Geachte mevrouw De Vries", "Geachte mevrouw De Vries,"),
        ("nl-informal", "Hoi Dana", "Hoi Dana,"),
    ],
)
def test_the_users_greeting_stands_as_it_is_where_it_is_whole(name: str, greeting: str, first: str) -> None:
    made = letter(name, replace(THANKS, recipient=replace(DANA, greeting=greeting)))
    assert made.text.splitlines()[0] == first


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("de", "Viele Grüße\nSam"),
        ("es", "Un abrazo\nSam"),
        ("fr", "Cordialement\nSam"),
        ("nl", "Groeten\nSam"),
    ],
)
def test_a_signature_with_its_own_farewell_stands_alone(name: str, signature: str) -> None:
    assert letter(name, replace(THANKS, signature=signature)).text.endswith(f"\n\n{signature}\n")


def test_the_first_of_a_month_is_written_as_the_french_do() -> None:
    first = replace(NUDGE, met_on=date(2026, 4, 1), written_on=date(2026, 4, 9))
    assert "1er avril" in letter("fr", first).text
    assert "1 de abril" in letter("es", first).text


@pytest.mark.parametrize(
    ("last", "joint"), [("Inés Ruiz", "e"), ("Hilario Paz", "e"), ("Yolanda Paz", "y"), ("Ian Paz", "y")]
)
def test_the_spanish_and_changes_before_its_own_sound(last: str, joint: str) -> None:
    met = replace(THANKS, colleagues=("Ana Silva", last))
    texts = [letter("es", met, f"seed {number}").text for number in range(60)]
    named = [text for text in texts if "Ana Silva" in text]
    assert named
    assert all(f"Ana Silva {joint} {last}" in text for text in named)


def test_who_has_no_letters_for_friends_gets_the_usual_ones() -> None:
    assert load_wording(f"en{INFORMAL}", None) == load_wording("en", None)
