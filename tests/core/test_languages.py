"""Letters in each language that we bring: 5,000 situations keep the rules. To read them: test_book.py."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.core.letters import Letter, Piece, Situation, write
from followupd.core.model import Kind, Part, Purpose
from followupd.core.names import sure_name
from followupd.templates import INFORMAL, files_of, languages, load_wording
from followupd.templates.parse import check, parse
from tests.core.test_letters import DANA, GUILT, NUDGE, THANKS, situations

OURS = tuple(f"{language}{tone}" for language in languages() if language != "en" for tone in ("", INFORMAL))
ALL = ("en", *OURS)
WORDINGS = {name: load_wording(name, None) for name in ALL}
EACH = 560
"""Situations for each of the nine folders: 5,040 together."""

# Words true only on one day, and of the other way to address somebody.
DAY_WORDS = {
    "en": r"\b(?:today|yesterday|tomorrow|tonight|(?:this|last|next) (?:morning|afternoon|evening|night|week))\b",
    "de": r"\b(?:heut|(?:vor)?gestern|(?:über)?morgen)|\b(?:diese|letzte|nächste)[rn]? Woche\b",
    "es": r"\b(?:hoy|(?:ante)?ayer|mañana|anoche|(?:esta|próxima) semana|semana (?:pasada|próxima|que viene))\b",
    "fr": r"\b(?:aujourd['’]hui|hier|demain|cette semaine|semaine (?:dernière|prochaine)|ce (?:matin|soir))\b",
    "nl": r"\b(?:vandaag|(?:eer)?gisteren|(?:over)?morgen|van(?:avond|middag)|(?:deze|vorige|volgende) week)\b",
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


DOUBLED = {True: r"[,;:?][.,;:?!]|\.\.| [.,]|[!?]\.", False: r"[,;:?][.,;:?!]|\.\.| [.,;:?!]|[!?]\."}
SENTENCES = ("opening", "middle", "closing", "late", "note", "about", "forgot", "question")
FACTS = dict.fromkeys(("weekday", "date", "when", "promised", "text", "name", "day", "month"), "Xyz")
FACTS |= dict.fromkeys(("company", "position", "client", "colleagues"), "Xyz Abc")


@pytest.mark.parametrize("name", ALL)
def test_each_alternative_is_a_whole_sentence_with_nothing_left_open(name: str) -> None:
    """Each by itself: in a letter many of them come too seldom to be seen."""
    language, wording = name.removesuffix(INFORMAL), WORDINGS[name]
    for section, texts in wording.sections.items():
        part = section.partition(".")[2].removesuffix("-no-interest")
        if part not in {*SENTENCES, "subject"}:
            continue
        for source in texts:
            told = wording.render(source, FACTS)
            assert told is not None, (section, source)
            assert not re.search(DAY_WORDS[language], told, re.IGNORECASE), (section, source)
            assert not re.search(DOUBLED[language == "fr"], told), (section, source)
            assert not re.search(r"[_!{}<>\[\]*]|\bTODO\b|FILL|  ", told), (section, source)
            assert told[0].isupper() or told[0] == "¿", (section, source)
            assert (told[-1] in ".?") is (part != "subject"), (section, source)
        assert len(set(texts)) == len(texts), section


# --- rules for whatever comes -------------------------------------------------------------------


BY_THE_USER = {"your note", "letters.about_me", "letters.signature"}
ROWS = (
    ("greeting",),
    ("slot",),
    ("opening", "late", "note"),
    ("middle", "about"),
    ("forgot", "question", "closing"),
)
ENDING = ("signoff", "signature")
PLACES = (*ROWS, ENDING)
COUNTED = {"opening", "late", "middle", "about", "closing"}
OTHERS = re.compile(r"evil|https?:|www\.|://|\]\(|<|bcc|7\*7|49\b|%\}|mailto|javascript", re.IGNORECASE)


@pytest.mark.parametrize("name", ALL)
def test_every_letter_keeps_the_rules(name: str) -> None:
    @settings(max_examples=EACH, deadline=None)
    @given(situations(), st.text(max_size=5))
    def keeps_the_rules(situation: Situation, seed: str) -> None:
        made = letter(name, situation, seed)
        _is_clean(name, made)
        _is_short(made)
        _greets(name, made, situation)
        _is_made_of_its_pieces(made)
        _has_its_slot(name, made, situation)
        assert made.text.endswith("\nSam Lee\n")
        assert letter(name, situation, seed) == made

    keeps_the_rules()


def _ours(made: Letter) -> str:
    """Subject and text without what the user wrote."""
    said = " ".join(piece.text for piece in made.pieces if piece.origin not in BY_THE_USER)
    return f"{made.subject}\n{said}"


def _is_clean(name: str, made: Letter) -> None:
    language, ours = name.removesuffix(INFORMAL), _ours(made)
    assert not re.search(r"\b(?:None|null|nan|undefined)\b", ours)
    assert not set("{}<>") & set(ours)
    assert not OTHERS.search(ours)
    assert "!" not in ours.replace("Yahoo!", "")
    assert not re.search(DAY_WORDS[language], ours, re.IGNORECASE)
    assert language != "en" or not GUILT.search(ours)
    assert not re.search(DOUBLED[language == "fr"], ours)
    assert not [piece for piece in made.pieces if re.search(r"[.!?…]\.$", piece.text)]
    whole = made.subject + made.text.replace("\n", "")
    assert not [char for char in whole if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}]
    assert "  " not in made.text
    assert not re.search(r"\n{3,}", made.text)
    assert not [line for line in made.text.split("\n") if line != line.strip()]


def _is_short(made: Letter) -> None:
    paragraphs = _paragraphs(made)
    assert 1 <= len(paragraphs) <= 3
    assert not any("\n" in paragraph for paragraph in paragraphs)
    counted = [piece.text for piece in made.pieces if piece.part in COUNTED]
    assert 8 <= sum(len(text.split()) for text in counted) <= 120
    assert len(made.subject) <= 120
    assert made.subject == made.subject.strip()
    assert "  " not in made.subject


def _paragraphs(made: Letter) -> list[str]:
    """What stands between greeting and ending and is not the slot."""
    return [block for block in made.text.strip().split("\n\n")[1:-1] if not block.startswith("FILL IN:")]


def _greets(name: str, made: Letter, situation: Situation) -> None:
    person, said = situation.recipient, WORDINGS[name].sections
    sure = person.greeting or (
        person.name if person.named_by == "user" else sure_name(person.name, person.address)
    )
    tone = {None: situation.formality, True: "formal", False: "informal"}[person.formal]
    (hello,) = said.get(f"phrases.greeting-{tone}", said["phrases.greeting-neutral"])
    expected = hello.replace("{{ name }}", sure) if sure else said["phrases.greeting-unknown"][0]
    assert made.text.split("\n")[0] == expected
    assert made.pieces[0].part == "greeting"


def _is_made_of_its_pieces(made: Letter) -> None:
    assert all(piece.text and piece.origin for piece in made.pieces)
    of = [[p.text for p in made.pieces if p.part in row] for row in PLACES]
    blocks = [*(" ".join(row) for row in of[:-1]), "\n".join(of[-1])]
    assert made.text == "\n\n".join(block for block in blocks if block) + "\n"
    assert {piece.part for piece in made.pieces} <= {part for row in PLACES for part in row}


def _has_its_slot(name: str, made: Letter, situation: Situation) -> None:
    """A mark stands where it is promised, once, and nowhere else is anything left open."""
    marks = [piece.text for piece in made.pieces if piece.part == "slot"]
    assert [line for line in made.text.split("\n") if "FILL IN" in line] == marks
    said = WORDINGS[name].sections
    noted = any(piece.part == "note" for piece in made.pieces)
    spoke = situation.part is not Part.COORDINATOR or situation.relay
    if situation.kind is Kind.THANK_YOU:
        promised = said["phrases.slot"] if spoke and not noted else ()
    else:
        second = situation.kind is Kind.NUDGE and situation.step == 2
        shares = second or situation.purpose is Purpose.KEEP_IN_TOUCH
        promised = said["phrases.share"] if shares else ()
    assert marks == (list(promised) if situation.slot == "mark" else [])


@pytest.mark.parametrize("name", ALL)
def test_a_letter_that_would_grow_long_goes_without_what_is_about_me(name: str) -> None:
    """A sentence of forty words beside the longest openings; each letter keeps within 120."""
    about = "Very " * 38 + "long indeed."
    pair = ("Maya Chen Okafor Reyes", "Tom van den Berg")
    talk = replace(
        THANKS, about_me=about, late=True, colleagues=pair, company="Acme Far North Trading Company"
    )
    made = [letter(name, talk, f"seed {number}") for number in range(60)]
    for one in made:
        _is_short(one)
    lengths = [sum(len(p.text.split()) for p in one.pieces if p.part in COUNTED - {"about"}) for one in made]
    with_it = [any(piece.part == "about" for piece in one.pieces) for one in made]
    assert with_it == [length + 40 <= 120 for length in lengths]


@pytest.mark.parametrize("name", ALL)
def test_each_piece_says_where_its_words_come_from(name: str) -> None:
    written = replace(
        THANKS,
        late=True,
        notes=("Rust",),
        fit=("bees",),
        forgot=("chess",),
        question=("cats",),
        signature="Sam",
    )
    origins = {piece.part: piece.origin for piece in letter(name, written).pieces}
    assert re.fullmatch(rf"{name}/interviewer\.opening\.\d+", origins["opening"])
    assert re.fullmatch(rf"{name}/phrases\.late\.\d+", origins["late"])
    assert origins["greeting"] == "the name that is sure"
    assert {origins[part] for part in ("note", "about", "forgot", "question")} == {"your note"}
    assert origins["signature"] == "letters.signature"
    about = letter(name, replace(THANKS, about_me="bees")).pieces
    assert Piece("about", "letters.about_me", "") in [replace(piece, text="") for piece in about]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("topic", ["notes", "fit", "forgot", "question"])
def test_what_was_noted_stands_in_the_letter_once_and_in_its_place(name: str, topic: str) -> None:
    place = {"notes": "note", "fit": "about"}.get(topic, topic)
    for said in ("zweihundert Bienen", "Bienen sind so fleissig."):
        noted: dict[str, Any] = {topic: (said,)}
        made = letter(name, replace(THANKS, **noted))
        assert made.text.count(said) == 1
        assert [piece.part for piece in made.pieces if said in piece.text] == [place]
        thanks_only = letter(name, replace(THANKS, interest=False, **noted))
        assert (said in thanks_only.text) is (topic == "notes")
        nudged = replace(NUDGE, about_me=said, **noted)
        asked = [replace(nudged, kind=Kind.LETTER, purpose=purpose) for purpose in Purpose]
        assert not [one for one in (nudged, *asked) if said in letter(name, one).text]


@pytest.mark.parametrize("name", sorted(OTHER_ADDRESS))
def test_nobody_is_addressed_in_two_ways(name: str) -> None:
    for section, texts in WORDINGS[name].sections.items():
        if section.rpartition(".")[2].startswith(("opening", "middle", "closing", "subject")):
            assert not [t for t in texts if re.search(OTHER_ADDRESS[name], t)], section


THANKS_IN = {
    "en": r"thank|grateful|appreciat|gratitude",
    "de": r"dank|schätzen",
    "es": r"gracias|agradec|agradez|gratitud",
    "fr": r"merci|remerci|\bgré\b|gratitude|apprécié",
    "nl": r"dank|waardeer|stel ik op prijs|erkentelijk",
}
THANK_YOUS = ("interviewer", "several", "short", "recruiter", "coordinator", "relay", "internal")
THANK_YOUS += ("thanks-after-rejection", "thanks-for-offer")


@pytest.mark.parametrize("file", THANK_YOUS)
@pytest.mark.parametrize("name", ALL)
def test_each_opening_of_a_thank_you_says_thanks(name: str, file: str) -> None:
    said = re.compile(THANKS_IN[name.removesuffix(INFORMAL)], re.IGNORECASE)
    assert [text for text in WORDINGS[name].sections[f"{file}.opening"] if not said.search(text)] == []


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
    assert load_wording(f"en{INFORMAL}", None).sections == WORDINGS["en"].sections
