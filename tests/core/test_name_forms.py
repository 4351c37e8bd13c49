"""Greetings in each language, for display names as the world has them: the right name or none, never a part of it.

`test_names.py` has the names themselves; these are other forms, and what the first line of a letter makes of them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.core.letters import Wording, write
from followupd.core.model import Person
from followupd.core.names import sure_name
from followupd.core.situation import facts
from followupd.templates import load_wording
from tests.core.test_letters import BARE, THANKS
from tests.core.test_names import NOT_SURE, SURE

GREETINGS = {
    "en": ("Dear {},", "Hello {},", "Hi {},", "Hello,"),
    "de": ("Guten Tag {},", "Guten Tag {},", "Hallo {},", "Guten Tag,"),
    "es": ("Buen día, {}:", "Hola, {}:", "Hola, {}:", "Hola:"),
    "fr": ("Bonjour {},", "Bonjour {},", "Bonjour {},", "Bonjour,"),
    "nl": ("Geachte {},", "Beste {},", "Beste {},", "Goedendag,"),
}
"""Formal, neutral, informal, and to somebody whose name is not sure."""

AND = {"en": "and", "de": "und", "es": "y", "fr": "et", "nl": "en"}
SAFE_AMONG_FRIENDS = {"de": "Hallo,", "nl": "Hallo,"}

PEOPLE = [
    # family name first
    ("Reyes, Dana Maria", "", "Dana Maria Reyes"),
    ("REYES, DANA", "", "Dana Reyes"),
    ("Reyes,Dana", "", "Dana Reyes"),
    ("Reyes , Dana", "", "Dana Reyes"),
    ("Reyes, D.", "", "D. Reyes"),
    ("Reyes, Dana, Jr.", "", "Dana Reyes"),
    ("Reyes, Dana (HR)", "", "Dana Reyes"),
    ("Reyes, Dana [Contractor]", "", "Dana Reyes"),
    ("Reyes, Dana - Acme", "dana@acme.example", "Dana Reyes"),
    ("Li, Bo", "", "Bo Li"),
    ("Иванов, Иван", "", "Иван Иванов"),
    # titles and what follows a name
    ("Dr. med. Anna Weiß", "", "Dr. med. Anna Weiß"),
    ("Prof. Dana Reyes", "", "Prof. Dana Reyes"),
    ("Frau Dr. Müller", "", "Dr. Müller"),
    ("Mrs. Dana Reyes", "", "Dana Reyes"),
    ("Mx. Dana Reyes", "", "Dana Reyes"),
    ("Dra. Ana Pérez", "", "Dra. Ana Pérez"),
    ("mevr. Anna de Vries", "", "Anna de Vries"),
    ("dhr. J. de Vries", "", "J. de Vries"),
    ("Dña. Ana Pérez", "", "Ana Pérez"),
    ("Mme Jeanne Dubois", "", "Jeanne Dubois"),
    ("Srta. Ana Pérez", "", "Ana Pérez"),
    ("Dana Reyes MBA", "", "Dana Reyes"),
    ("Dana Reyes, CFA, MBA", "", "Dana Reyes"),
    ("Dana Reyes III", "", "Dana Reyes"),
    ("Dana Reyes Sr.", "", "Dana Reyes"),
    ("Dana Reyes EXT", "", "Dana Reyes"),
    ("Dana Reyes, Recruiter", "", "Dana Reyes"),
    ("Dana Reyes (Senior Recruiter)", "", "Dana Reyes"),
    # Korea, China, Japan, Vietnam, Hungary
    ("Kim Min-jun", "", "Kim Min-jun"),
    ("KIM Min-jun", "", "Kim Min-jun"),
    ("김 민준", "", "김 민준"),
    ("박서연 (Seoyeon Park)", "", "박서연"),
    ("Wang Wei", "", "Wang Wei"),
    ("王伟 Wang Wei", "", "王伟 Wang Wei"),
    ("陳大文 (David Chan)", "", "陳大文"),
    ("David CHAN Tai Man", "", "David Chan Tai Man"),
    ("Yamada Taro", "", "Yamada Taro"),
    ("山田太郎", "", "山田太郎"),
    ("アリス", "", "アリス"),
    ("Nguyen Van An", "", "Nguyen Van An"),
    ("Lê Thị Hồng Gấm", "", "Lê Thị Hồng Gấm"),
    ("Nagy Éva", "", "Nagy Éva"),
    ("Nagy, Éva", "", "Éva Nagy"),
    ("Kovács János Dr.", "", "Kovács János Dr."),
    # Spain and Portugal
    ("María del Carmen Pérez-Llorca", "", "María del Carmen Pérez-Llorca"),
    ("Ana Isabel Ruiz y Gómez", "", "Ana Isabel Ruiz y Gómez"),
    ("DE LA CRUZ, MARÍA", "", "María de la Cruz"),
    ("JOSÉ MARÍA DE LA CRUZ", "", "José María de la Cruz"),
    ("Federico García Lorca", "", "Federico García Lorca"),
    ("João Pedro da Silva", "", "João Pedro da Silva"),
    ("da Silva, João", "", "João da Silva"),
    ("SILVA, João Pedro da", "", "João Pedro da Silva"),
    # Arabic, Hebrew, and other letters
    ("Ahmed bin Salman", "", "Ahmed bin Salman"),
    ("Abu Bakr al-Baghdadi", "", "Abu Bakr al-Baghdadi"),
    ("Fatima Al Zahra", "", "Fatima Al Zahra"),
    ("al-Sayed, Omar", "", "Omar al-Sayed"),
    ("Abdul Rahman", "", "Abdul Rahman"),
    ("محمد بن سلمان", "", "محمد بن سلمان"),
    ("דנה רייס", "", "דנה רייס"),
    ("Σωκράτης Παπαδόπουλος", "", "Σωκράτης Παπαδόπουλος"),
    ("สมชาย ใจดี", "", "สมชาย ใจดี"),
    ("அருண் குமார்", "", "அருண் குமார்"),
    ("İlker Çelik", "", "İlker Çelik"),
    # Dutch, French and Irish small words, hyphens, apostrophes
    ("Jan-Peter van 't Hof", "", "Jan-Peter van 't Hof"),
    ("Jan van ’t Hof", "", "Jan van ’t Hof"),
    ("van den Berg, Jan", "", "Jan van den Berg"),
    ("Berg, Jan van den", "", "Jan van den Berg"),
    ("Vries, Anna de", "", "Anna de Vries"),
    ("A.B. de Vries", "", "A.B. de Vries"),
    ("Marie-Thérèse d'Orléans", "", "Marie-Thérèse d'Orléans"),
    ("d'Orléans, Marie", "", "Marie d'Orléans"),
    ("O'BRIEN, SEAN", "", "Sean O'Brien"),
    ("D’Angelo, Maria", "", "Maria D’Angelo"),
    ("mary-jane o'hara", "", "Mary-Jane O'Hara"),
    # one word, capitals, initials
    ("Zendaya", "zendaya@acme.example", "Zendaya"),
    ("Björk", "bjork@acme.example", "Björk"),
    ("Mark", "m@acme.example", "Mark"),
    ("Wu", "wu@acme.example", "Wu"),
    ("Ng Wei", "", "Ng Wei"),
    ("U Thant", "", "U Thant"),
    ("S. Ramanathan", "", "S. Ramanathan"),
    ("Suresh Kumar S", "", "Suresh Kumar S"),
    ("J. K. Rowling", "", "J. K. Rowling"),
    ("JK Rowling", "", "JK Rowling"),
    ("Jennifer Null", "", "Jennifer Null"),
    ("Ben Bot", "", "Ben Bot"),
    # what systems and people put around a name
    ("Dana Reyes via Ashby", "x@ashby.example", "Dana Reyes"),
    ('"Dana Reyes (via Greenhouse)"', "no-reply@greenhouse.example", "Dana Reyes"),
    ("Dana Reyes @ Acme", "dana@acme.example", "Dana Reyes"),
    ("Acme | Dana Reyes", "dana@acme.example", "Dana Reyes"),
    ("Dana Reyes (Acme Inc.)", "", "Dana Reyes"),
    ("Dana Reyes (dana@acme.example)", "dana@acme.example", "Dana Reyes"),
    ("Dana “DJ” Reyes", "", "Dana Reyes"),
    ("Dana (er/ihm) Reyes", "", "Dana Reyes"),
    ("Dana Reyes [she/her/ella]", "", "Dana Reyes"),
    ("Dana Reyes 🇺🇸", "", "Dana Reyes"),
    ("⭐ Dana ⭐", "dana@acme.example", "Dana"),
    ("Dana\u2060 Reyes\ufeff", "", "Dana Reyes"),
    ("\u2067Dana Reyes\u2069", "", "Dana Reyes"),
    ("Da\u00adna Reyes", "", "Dana Reyes"),
    ("De\u0301sire\u0301e Rey", "", "Désirée Rey"),
    ("Dana\tReyes", "", "Dana Reyes"),
]

NOBODY = [
    # two people
    ("Dana + Tom", ""),
    ("Dana / Tom", ""),
    ("Dana Reyes; Tom Okafor", ""),
    ("Dana Reyes, Tom Okafor", ""),
    ("Dana and Tom Okafor", ""),
    ("Dana und Tom", ""),
    ("Dana et Tom", ""),
    ("Dana y Tomás", ""),
    ("Dana e Inés", ""),
    ("Dana en Tom", ""),
    ("Dana och Tom", ""),
    # teams, rooms, machines
    ("Engineering Team", ""),
    ("Data Platform", ""),
    ("People Operations", ""),
    ("Equipo de Selección", ""),
    ("L'équipe Recrutement", ""),
    ("Bewerbermanagement", ""),
    ("Sollicitaties", ""),
    ("Konferenzraum Alpen", ""),
    ("Salle Monet", ""),
    ("Vergaderzaal Rembrandt", ""),
    ("Boardroom 3", ""),
    ("Kalender von Dana Reyes", ""),
    ("Invite from Dana Reyes", ""),
    # nothing
    ("Unknown", ""),
    ("Unbekannt", ""),
    ("Onbekend", ""),
    ("Guest", ""),
    ("n/a", ""),
    ("-", ""),
    ("undefined undefined", ""),
    ("null null", ""),
    ("First Last", ""),
    ("FirstName LastName", ""),
    ("Your Name", ""),
    ("\u200b", ""),
    ("\u202e\u202c", ""),
    # which word is the name, nobody can say
    ("Herr Müller", ""),
    ("Mme Dubois", ""),
    ("Sra. Pérez", ""),
    ("García Lorca, Federico", ""),
    ("Berg van den, Jan", ""),
    ("MADONNA", "madonna@acme.example"),
    ("mark", "mark@acme.example"),
    ("d.reyes", ""),
    ("'dana@acme.example'", "dana@acme.example"),
    ("Dana via Lever", "no-reply@lever.example"),
    ("Dana Reyes dana@acme.example", "dana@acme.example"),
    ("EXT-Dana Reyes", ""),
    ("Dana Reyes #4", ""),
    ("Dana Reyes x1234", ""),
    ("+1 555 0100", ""),
    ("Dana :)", ""),
    ("Hi I'm Dana", ""),
    ("CEO Dana Reyes", ""),
]
ROWS = [*PEOPLE, *((name, address, "") for name, address in NOBODY)]


@cache
def wording_of(name: str) -> Wording:
    """Ours, without a user's files."""
    return load_wording(name, None)


def greeting(language: str, tone: str, name: str, address: str = "") -> str:
    """The first line of a letter to a person of whom nothing else is known."""
    folder = f"{language}-informal" if tone == "informal" and language != "en" else language
    person = Person(address=address, name=name)
    situation = replace(THANKS, recipient=person, language=language, formality=tone, **BARE)
    return write(situation, wording_of(folder), "seed", ()).text.split("\n", 1)[0]


@pytest.mark.parametrize(("name", "address", "expected"), ROWS)
def test_a_form_of_a_name_is_greeted_rightly_or_safely_in_each_language(
    name: str, address: str, expected: str
) -> None:
    assert greeting("en", "neutral", name, address) == (f"Hello {expected}," if expected else "Hello,")
    for language, hellos in GREETINGS.items():
        for tone, hello in zip(("formal", "neutral", "informal"), hellos[:3], strict=True):
            safe = SAFE_AMONG_FRIENDS.get(language, hellos[3]) if tone == "informal" else hellos[3]
            line = greeting(language, tone, name, address)
            assert line == (hello.format(expected) if expected else safe)


def test_the_table_is_long_enough_and_says_nothing_twice() -> None:
    told = [(name, address) for name, address, _ in ROWS]
    assert len(set(told)) == len(told) >= 150
    assert not set(told) & ({(name, address) for name, address, _ in SURE} | set(NOT_SURE))


# --- never a wrong first name -------------------------------------------------------------------

GIVEN = ["Dana", "Jan", "María José", "Éva", "Min-jun", "Jean-Luc", "Siobhán", "Omar"]
FAMILY = ["Reyes", "Okafor", "O'Brien", "Müller", "Kim", "Çelik", "D’Angelo", "Nagy-Kovács"]
FORMS = [
    "{g} {f}",
    "{f}, {g}",
    "{F}, {g}",
    "{g} {F}",
    "{F} {g}",
    "Dr. {g} {f}",
    "{g} {f}, PhD",
    "{f}, {g}, MBA",
]
AROUND = [
    "{}",
    '"{}"',
    "{} (Acme)",
    "[External] {}",
    "{} via Greenhouse",
    "🚀 {}",
    "{} (she/her)",
    "\u200b{}\u202c",
]
AROUND += ["{} | Acme", "{} - Recruiter", "Mr. {}", "{} & Tom", "{} <x@acme.example>", "Acme Team: {}"]


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(GIVEN),
    st.sampled_from(FAMILY),
    st.sampled_from(FORMS),
    st.sampled_from(AROUND),
    st.sampled_from(["", "x@acme.example", "dana.reyes@acme.example", "no-reply@greenhouse.example"]),
)
def test_a_part_of_a_name_is_never_used_as_if_it_were_the_given_name(
    given_name: str, family: str, form: str, around: str, address: str
) -> None:
    shown = around.format(form.format(g=given_name, f=family, F=family.upper()))
    sure = sure_name(shown, address)
    in_order = {f"{title}{given_name} {family}" for title in ("", "Dr. ")}
    as_written = {f"{family} {given_name}"} if form == "{F} {g}" else set()
    assert sure in in_order | as_written | {""}
    assert greeting("en", "neutral", shown, address) == (f"Hello {sure}," if sure else "Hello,")


@pytest.mark.parametrize("language", GREETINGS)
def test_others_who_were_met_are_named_only_where_each_name_is_sure(language: str) -> None:
    def told(*colleagues: str) -> str:
        return facts(replace(THANKS, colleagues=colleagues), wording_of(language)).get("colleagues", "")

    assert told("Chen, Maya", "Tom Okafor") == f"Maya Chen {AND[language]} Tom Okafor"
    assert [name for name, _ in NOBODY if told("Chen, Maya", name)] == []
