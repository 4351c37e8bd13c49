"""The golden book: letters to read, one file each. What changes there, somebody should have read as its recipient.

FOLLOWUPD_GOLDEN=1 writes the book anew (tests/core/golden/README.md).
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from followupd.core.letters import Situation, Wording, write
from followupd.core.model import Kind, Part, Person, Purpose
from followupd.templates import INFORMAL, languages, load_wording
from tests.core.test_letters import BARE, DANA, NUDGE, SITUATIONS, THANKS

BOOK = Path(__file__).parent / "golden"
ANEW = bool(os.environ.get("FOLLOWUPD_GOLDEN"))
FOLDERS = ("en", *(f"{one}{tone}" for one in languages() if one != "en" for tone in ("", INFORMAL)))
SAID: dict[str, dict[str, Any]] = {
    "en": {
        "about_me": "six years of building data pipelines",
        "notes": ("their move to Rust", "Your story about the migration made me laugh."),
        "fit": ("running releases for two hundred services", "I have led such a migration twice."),
        "forgot": ("my certificate in project management", "I also speak Portuguese."),
        "question": ("how the team splits its on-call duty", "How does the team split its on-call duty?"),
    },
    "de": {
        "about_me": "sechs Jahre Aufbau von Datenpipelines",
        "notes": ("der Umstieg auf Rust", "Über die Geschichte mit der Migration musste ich lachen."),
        "fit": ("Releases für zweihundert Dienste", "Eine solche Migration habe ich zweimal geleitet."),
        "forgot": ("mein Zertifikat im Projektmanagement", "Ich spreche auch Portugiesisch."),
        "question": ("die Aufteilung der Bereitschaft", "Wie teilt sich das Team die Bereitschaft auf?"),
    },
    "es": {
        "about_me": "seis años construyendo canalizaciones de datos",
        "notes": ("el paso a Rust", "La historia de la migración me hizo reír."),
        "fit": ("los lanzamientos de doscientos servicios", "He dirigido dos veces una migración así."),
        "forgot": ("mi certificado en gestión de proyectos", "También hablo portugués."),
        "question": ("el reparto de las guardias", "¿Cómo se reparte el equipo las guardias?"),
    },
    "fr": {
        "about_me": "six ans de construction de chaînes de données",
        "notes": ("le passage à Rust", "L’histoire de la migration m’a fait rire."),
        "fit": ("les mises en production de deux cents services", "J’ai mené deux fois une telle migration."),
        "forgot": ("mon certificat en gestion de projet", "Je parle aussi portugais."),
        "question": ("la répartition des astreintes", "Comment l’équipe se répartit-elle les astreintes ?"),
    },
    "nl": {
        "about_me": "zes jaar bouwen aan datapijplijnen",
        "notes": ("de overstap naar Rust", "Om het verhaal over de migratie moest ik lachen."),
        "fit": ("releases voor tweehonderd diensten", "Zo’n migratie heb ik twee keer geleid."),
        "forgot": ("mijn certificaat in projectmanagement", "Ik spreek ook Portugees."),
        "question": ("de verdeling van de bereikbaarheidsdienst", "Hoe verdeelt het team de storingsdienst?"),
    },
}
"""What a user may have written, as a phrase and as a sentence."""

NOBODY = Person(address="d@acme.example")
REQUESTED = {purpose.value: replace(NUDGE, kind=Kind.LETTER, purpose=purpose) for purpose in Purpose}
AGENCY: dict[str, Any] = {"part": Part.AGENCY, "client": "Acme", "company": "Placement People"}
UNKNOWN = {
    **{f"{name}-nothing-known": replace(one, recipient=NOBODY, **BARE) for name, one in REQUESTED.items()},
    "interviewer-name-not-sure": replace(THANKS, recipient=replace(DANA, name="Acme Talent Team")),
    "interviewer-colleague-not-sure": replace(THANKS, colleagues=("Maya Chen", "Panel 2")),
    "recruiter-nothing-known": replace(THANKS, part=Part.RECRUITER, recipient=NOBODY, **BARE),
    "coordinator-nothing-known": replace(THANKS, part=Part.COORDINATOR, recipient=NOBODY, **BARE),
    "agency-nothing-known": replace(THANKS, part=Part.AGENCY, recipient=NOBODY, **BARE),
    "relay-nothing-known": replace(THANKS, relay=True, recipient=NOBODY, **BARE),
    "late-nothing-known": replace(SITUATIONS["late"], recipient=NOBODY, **BARE),
    "nudge-promised-nothing-known": replace(SITUATIONS["nudge-promised"], recipient=NOBODY, **BARE),
    "nudge-second-nothing-known": replace(SITUATIONS["nudge-second"], recipient=NOBODY, **BARE),
}
EVERYWHERE = (
    *("interviewer", "interviewer-nothing-known", "interviewer-with-colleagues", "recruiter", "short"),
    *("relay", "agency", "late", "nudge-first", "nudge-promised", "nudge-second", "nudge-third"),
    *("coordinator", "several", "internal", "nudge-unthreaded", "interviewer-without-asking-for-the-job"),
)
"""Of the English situations those that the other languages show too, beside requests, notes and what is unknown."""


def noted(language: str) -> dict[str, Situation]:
    """A letter with what the user wrote, by topic: as a phrase, as a sentence, and all of it at once."""
    said = SAID[language]
    topics = [topic for topic in said if topic != "about_me"]
    made = {"interviewer-about-me": replace(THANKS, about_me=said["about_me"])}
    for place, shape in enumerate(("phrase", "sentence")):
        written = {topic: (said[topic][place],) for topic in topics}
        made[f"interviewer-all-as-{shape}s"] = replace(THANKS, **written)
        made |= {
            f"interviewer-{topic}-as-{shape}": replace(THANKS, **{topic: written[topic]}) for topic in topics
        }
    return made | {
        "recruiter-forgot-as-phrase": replace(THANKS, part=Part.RECRUITER, forgot=(said["forgot"][0],))
    }


@cache
def wording_of(folder: str) -> Wording:
    """Ours, without a user's files."""
    return load_wording(folder, None)


@cache
def chapter(folder: str) -> dict[str, Situation]:
    """The letters of one folder of templates, by the names of their files."""
    shown = SITUATIONS if folder == "en" else {name: SITUATIONS[name] for name in EVERYWHERE}
    agency = {f"{name}-agency": replace(one, **AGENCY) for name, one in REQUESTED.items()}
    extra = agency if folder == "en" else {}
    return shown | REQUESTED | UNKNOWN | extra | noted(folder.removesuffix(INFORMAL))


LETTERS = [(folder, name) for folder in FOLDERS for name in chapter(folder)]


@pytest.mark.parametrize(("folder", "name"), LETTERS)
def test_each_letter_reads_as_in_the_book(folder: str, name: str) -> None:
    made = write(chapter(folder)[name], wording_of(folder), "sam@example.com\nkey", ())
    shown = f"Subject: {made.subject or '(answers in the thread)'}\n\n{made.text}"
    path = BOOK / folder / f"{name}.txt"
    if ANEW:
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, "utf-8")
    assert path.read_text("utf-8") == shown


def test_the_book_holds_these_letters_and_no_others() -> None:
    written = {(path.parent.name, path.stem) for path in BOOK.glob("*/*.txt")}
    assert written == set(LETTERS)
    assert {path.name for path in BOOK.iterdir()} == {*FOLDERS, "README.md"}
    assert len(LETTERS) >= 300
