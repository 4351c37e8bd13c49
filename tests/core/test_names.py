"""Names as calendars, directories and mail systems really write them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.core.names import plain, sure_name

SURE = [
    ("Dana Reyes", "dana@acme.example", "Dana Reyes"),
    ("  Dana   Reyes ", "", "Dana Reyes"),
    ('"Dana Reyes"', "", "Dana Reyes"),
    ("'Dana Reyes'", "", "Dana Reyes"),
    ("“Dana Reyes”", "", "Dana Reyes"),
    ("Dana Reyes (Acme)", "", "Dana Reyes"),
    ("Dana Reyes (she/her)", "", "Dana Reyes"),
    ("Dana (she/her)", "", "Dana"),
    ("Dana Reyes she/her/hers", "", "Dana Reyes"),
    ("Dana Reyes [C]", "", "Dana Reyes"),
    ("[External] Dana Reyes", "", "Dana Reyes"),
    ("[EXTERNAL] Reyes, Dana (Contractor)", "", "Dana Reyes"),
    ("Dana Reyes via Greenhouse", "no-reply@greenhouse.example", "Dana Reyes"),
    ("Dana Reyes <dana@acme.example>", "dana@acme.example", "Dana Reyes"),
    ("Dana Reyes 🚀", "", "Dana Reyes"),
    ("👩🏽‍💻 Dana Reyes ✨", "", "Dana Reyes"),
    ("Reyes, Dana", "", "Dana Reyes"),
    ("REYES, Dana", "", "Dana Reyes"),
    ("Reyes, Dana M.", "", "Dana M. Reyes"),
    ("Reyes, Dr. Dana", "", "Dr. Dana Reyes"),
    ("Reyes, Dana, PhD", "", "Dana Reyes"),
    ("van der Berg, Jan", "", "Jan van der Berg"),
    ("García Márquez, Gabriel", "ggarcia@acme.example", "Gabriel García Márquez"),
    ("García Márquez, Gabriel", "gabriel.garcia@acme.example", "Gabriel García Márquez"),
    ("Dana Reyes, PhD", "", "Dana Reyes"),
    ("Dana Reyes, Ph.D., MBA", "", "Dana Reyes"),
    ("Dana Reyes PhD", "", "Dana Reyes"),
    ("Dana Reyes, SHRM-CP", "", "Dana Reyes"),
    ("Dana Reyes, Talent Partner", "", "Dana Reyes"),
    ("Dana Reyes, Head of Data", "", "Dana Reyes"),
    ("Dana Reyes, Acme", "dana@acme.example", "Dana Reyes"),
    ("Dana Reyes Jr.", "", "Dana Reyes"),
    ("DANA REYES", "", "Dana Reyes"),
    ("dana reyes", "", "Dana Reyes"),
    ("Dana REYES", "", "Dana Reyes"),
    ("JEAN-LUC O'NEIL", "", "Jean-Luc O'Neil"),
    ("DANA MCDONALD", "", "Dana McDonald"),
    ("ludwig van beethoven", "", "Ludwig van Beethoven"),
    ("JD Smith", "", "JD Smith"),
    ("AJ SMITH", "", "AJ Smith"),
    ("J.R.R. Tolkien", "", "J.R.R. Tolkien"),
    ("Dana R.", "", "Dana R."),
    ("D. Reyes", "", "D. Reyes"),
    ("Dr. Dana Reyes", "", "Dr. Dana Reyes"),
    ("Prof. Dr. Dana Reyes", "", "Prof. Dr. Dana Reyes"),
    ("Ms. Dana Reyes", "", "Dana Reyes"),
    ("Herr Jörg Müller", "", "Jörg Müller"),
    ("Frau Dr. Anna Weiß", "", "Dr. Anna Weiß"),
    ("Dana | Acme", "dana@acme.example", "Dana"),
    ("Dana Reyes | Acme", "dana.reyes@acme.example", "Dana Reyes"),
    ("Dana Reyes - Acme", "dr@acme.example", "Dana Reyes"),
    ("Acme - Dana Reyes", "dr@acme.example", "Dana Reyes"),
    ("Dana Reyes – Recruiter", "", "Dana Reyes"),
    ("Dana at Acme", "dana@acme.example", "Dana"),
    ("Dana 'DJ' Reyes", "", "Dana Reyes"),
    ("Suharto", "", "Suharto"),
    ("Dana", "dana@acme.example", "Dana"),
    ("김민준", "", "김민준"),
    ("김민준 (Minjun Kim)", "minjun@acme.example", "김민준"),
    ("Min-jun Kim", "", "Min-jun Kim"),
    ("李雷", "", "李雷"),
    ("山田 太郎", "", "山田 太郎"),
    ("Nguyễn Thị Minh Khai", "", "Nguyễn Thị Minh Khai"),
    ("Trần Văn An", "", "Trần Văn An"),
    ("María José Fernández García", "", "María José Fernández García"),
    ("María José Fernández de la Cruz García", "", "María José Fernández de la Cruz García"),
    ("José Ortega y Gasset", "", "José Ortega y Gasset"),
    ("عبد الرحمن بن علي", "", "عبد الرحمن بن علي"),
    ("Muhammad ibn Musa al-Khwarizmi", "", "Muhammad ibn Musa al-Khwarizmi"),
    ("Anthony Head", "ahead@acme.example", "Anthony Head"),
    ("Priya Venkatanarasimharajuvaripeta", "", "Priya Venkatanarasimharajuvaripeta"),
    ("Séamus Ó Briain", "", "Séamus Ó Briain"),
    ("Iñaki O’Connor", "", "Iñaki O’Connor"),
    ("Мария Петрова", "", "Мария Петрова"),
    ("प्रिया शर्मा", "", "प्रिया शर्मा"),
    ("Dana\r\n Reyes", "", "Dana Reyes"),
    ("\u202eDana\u202c Rey\u200bes", "", "Dana Reyes"),
]

NOT_SURE = [
    ("", ""),
    ("   ", ""),
    ("dana@acme.example", "dana@acme.example"),
    ("dana.reyes", "dana.reyes@acme.example"),
    ("dreyes", "dreyes@acme.example"),
    ("Recruiting", ""),
    ("HR", ""),
    ("Talent Team", ""),
    ("Acme Talent Acquisition", ""),
    ("The Acme Team", ""),
    ("Zoom Room 4B", ""),
    ("Paris (Floor 3)", ""),
    ("Interview Panel", ""),
    ("Hiring Committee", ""),
    ("Hiring Manager", ""),
    ("Fireflies.ai Notetaker", ""),
    ("no-reply", ""),
    ("Acme", "dana@acme.example"),
    ("Acme", "careers@greenhouse.example"),
    ("Acme via Greenhouse", "no-reply@greenhouse.example"),
    ("Acme (Greenhouse)", ""),
    ("Acme Robotics GmbH", ""),
    ("Blue Ocean", "x@blueocean.example"),
    ("Dana Reyes - Acme", ""),
    ("García Márquez, Gabriel", ""),
    ("Acme, Inc.", ""),
    ("Reyes, Dana, Tom, Maya", ""),
    ("Dana & Tom", ""),
    ("Dana and Tom", ""),
    ("Maya on behalf of Dana Reyes", ""),
    ("Dana's iPhone", ""),
    ("Mr. Reyes", ""),
    ("Dr.", ""),
    ("DANA", ""),
    ("D", ""),
    ("Dana Reyes 2", ""),
    ("Dana R3yes", ""),
    ("https://evil.example", ""),
    ("Visit www.evil.example", ""),
    ("Click Here To See Your New Offer", ""),
    ("A" * 61, ""),
    ("Dana " + "B" * 80, ""),
    ("{company}", ""),
    ("{{ config }}", ""),
    ("Dana {name} Reyes", ""),
    ("Dana\r\nBcc: all@evil.example", ""),
    ("Dana Reyes Bcc: all", ""),
    ("=?UTF-8?Q?Dana?=", ""),
    ("Dana_Reyes", ""),
    ("None", ""),
    ("Unknown User", ""),
    ("🚀🚀", ""),
    ("...", ""),
    ("(Dana Reyes)", ""),
]


@pytest.mark.parametrize(("name", "address", "expected"), SURE)
def test_a_person_is_named_in_reading_order(name: str, address: str, expected: str) -> None:
    assert sure_name(name, address) == expected


@pytest.mark.parametrize(("name", "address"), NOT_SURE)
def test_in_doubt_there_is_no_name(name: str, address: str) -> None:
    assert sure_name(name, address) == ""


def test_the_tables_are_long_enough_to_mean_something() -> None:
    assert len(SURE) + len(NOT_SURE) >= 120


@pytest.mark.parametrize(("name", "address", "expected"), SURE)
def test_a_sure_name_stays_as_it_is(name: str, address: str, expected: str) -> None:
    assert sure_name(expected, address) == expected


@given(st.text(max_size=90), st.emails())
def test_whatever_comes_a_name_is_one_clean_line(name: str, address: str) -> None:
    sure = sure_name(name, address)
    assert sure == plain(sure, 60)
    assert not set(sure) & set('{}<>@:/\\"=&|\r\n')
    assert sure_name(sure, address) == sure
    assert not any(char.isdigit() for char in sure)


PIECES = ["Dana", "REYES", "reyes", ",", "(Acme)", "[External]", "via", "-", "|", "Dr.", "Mr.", "PhD", "Acme"]
PIECES += [
    "van",
    "der",
    "O'Neil",
    "Talent",
    "김민준",
    "J.R.",
    "JD",
    '"',
    "'",
    "🚀",
    "she/her",
    "{name}",
    "Inc.",
]


@settings(max_examples=1000)
@given(
    st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join), st.sampled_from(["", "dana@acme.example"])
)
def test_names_put_together_from_real_pieces_stay_as_they_are(name: str, address: str) -> None:
    sure = sure_name(name, address)
    assert sure_name(sure, address) == sure
    assert not set(sure) & set('{}()[]|,"')
    assert "via" not in sure.split()


@given(st.text(max_size=200), st.integers(1, 80))
def test_plain_text_is_one_visible_line_within_its_limit(text: str, limit: int) -> None:
    line = plain(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert "  " not in line
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in line)
    assert plain(line, limit) == line


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Acme\r\nBcc: x", 50, "Acme Bcc: x"),
        ("Acme\u202egpj.exe", 50, "Acmegpj.exe"),
        ("Ac\u200bme\u00ad", 50, "Acme"),
        ("Acme\u2028Corp\u00a0Ltd", 50, "Acme Corp Ltd"),
        ("one two three", 9, "one two"),
        ("one two three", 7, "one two"),
        ("unbreakable", 5, "unbre"),
        ("lone \ud800 surrogate", 50, "lone surrogate"),
    ],
)
def test_plain(text: str, limit: int, expected: str) -> None:
    assert plain(text, limit) == expected
