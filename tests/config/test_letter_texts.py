"""`letters.signature` and `letters.about_me`: one text, or a text for each language. And the language of a rule."""

from __future__ import annotations

import re

import pytest

from followupd.config import load
from followupd.core.model import LetterPolicy, Rule
from tests.config.sample import RIGHT, NoTables, Write, problems

Pairs = tuple[tuple[str, str], ...]


def letters(write: Write, *lines: str) -> LetterPolicy:
    text = RIGHT + "letters:\n" + "".join(f"  {line}\n" for line in lines)
    return load(write(text)).policy(NoTables()).letters


@pytest.mark.parametrize("key", ["signature", "about_me"])
@pytest.mark.parametrize(
    ("lines", "pairs"),
    [
        (["{}: Sam"], (("", "Sam"),)),
        (["{}: ''"], ()),
        (["{}:"], ()),
        (["{}: '  '"], ()),
        (["{}: {{}}"], ()),
        (["{}: |", "  Sam Lee", "  +44 20 7946 0000"], (("", "Sam Lee\n+44 20 7946 0000\n"),)),
        (["{}:", "  de: Ich baue.", "  en: I build."], (("de", "Ich baue."), ("en", "I build."))),
        (["{}: {{EN: I build., pt_br: Oi.}}"], (("en", "I build."), ("pt-BR", "Oi."))),
        (["{}: {{de: '', en: I build.}}"], (("en", "I build."),)),
        (["{}: {{'no': Jeg bygger.}}"], (("no", "Jeg bygger."),)),
        (["{}: {{no: Jeg bygger.}}"], (("no", "Jeg bygger."),)),
        (["{}:", "  de: |", "    Viele Grüße", "    Sam"], (("de", "Viele Grüße\nSam\n"),)),
    ],
)
def test_a_text_is_for_all_letters_or_for_each_language(
    write: Write, key: str, lines: list[str], pairs: Pairs
) -> None:
    found = letters(write, *(line.format(key) for line in lines))
    assert getattr(found, key) == pairs
    assert (found.language, found.slot) == ("en", "mark")


def test_a_config_without_them_has_none(write: Write) -> None:
    found = load(write(RIGHT)).policy(NoTables()).letters
    assert (found.signature, found.about_me) == ((), ())


@pytest.mark.parametrize("key", ["signature", "about_me"])
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("12", "10: letters.{}*must be text, * quotes: '12'"),
        ("true", "10: letters.{}*must be text, and true is not"),
        ("[a, b]", "10: letters.{}*must be text, not a list"),
        ("{xx: Hi}", '10: letters.{}*there is no language "xx"'),
        ("{german: Hi}", '10: letters.{}*there is no language "german"* Did you mean "de"?'),
        ("{de: 12}", "10: letters.{}*must be text, * quotes: '12'"),
        ("{de: [a]}", "10: letters.{}*must be text, not a list"),
        ("{de: {en: a}}", "10: letters.{}*must be text"),
        ("{1: Hi}", "10: letters.{}*"),
        ("{true: Hi}", "10: letters.{}*"),
        ("{de: a, de: b}", "10: letters.{}.de: * a second time"),
        ("{de: a, DE: b}", "10: letters.{}*a second time"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_key(write: Write, key: str, said: str, told: str) -> None:
    (line,) = problems(write(RIGHT + f"letters:\n  {key}: {said}\n"))
    assert re.match(r".*".join(map(re.escape, told.format(key).split("*"))), line), line
    assert not re.search(r"pydantic|Traceback|validat|Input should|type=", line)


@pytest.mark.parametrize("key", ["signature", "about_me"])
def test_a_mistake_in_a_mapping_of_several_lines_is_told_where_it_stands(write: Write, key: str) -> None:
    (line,) = problems(write(RIGHT + f"letters:\n  {key}:\n    en: I build.\n    xx: Hm.\n"))
    assert re.match(rf"1[02]: letters\.{key}", line), line
    assert '"xx"' in line


# --- rules ------------------------------------------------------------------------------------------


def rules(write: Write, said: str) -> tuple[Rule, ...]:
    return load(write(RIGHT + f"interviews: {{any: [{said}]}}\n")).policy(NoTables()).any


def test_a_rule_may_say_in_which_language_its_letters_are(write: Write) -> None:
    found = rules(
        write, r"{title: gespräch, language: DE}, {hashtag: interview}, {calendar: Jobs, language: ''}"
    )
    assert [rule.language for rule in found] == ["de", "", ""]


def test_a_rule_that_names_only_a_language_would_match_all(write: Write) -> None:
    (line,) = problems(write(RIGHT + "interviews: {any: [{language: de}]}\n"))
    assert line.startswith("9: interviews.any#1: this rule is empty")


def test_a_rule_s_language_that_is_none_is_told(write: Write) -> None:
    (line,) = problems(write(RIGHT + "interviews: {any: [{title: x, language: german}]}\n"))
    assert line.startswith('9: interviews.any#1.language: there is no language "german"')
    assert 'Did you mean "de"?' in line
