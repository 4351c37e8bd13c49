"""The templates that we bring are good; mistakes in the user's are told with file, line and a suggestion."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from followupd.core.situation import ALWAYS_KNOWN, FACTS
from followupd.errors import ConfigError
from followupd.templates import files_of, languages, load_wording
from followupd.templates.jinja import names_in
from followupd.templates.parse import check, parse

WORDING = load_wording("en", None)
PROSE = {
    name: alternatives
    for name, alternatives in WORDING.sections.items()
    if name.split(".")[1].startswith(("opening", "middle", "closing"))
}
AT_MOST = {"opening": 30, "middle": 46, "closing": 26}
FACT = re.compile(r"\{\{ (\w+) \}\}")
WORN_OUT = re.compile(
    r"finds you well|touch(ing)? base|checking in|circle back|reach(ing)? out|honou?red|amazing"
    r"|passionate|synerg|thrilled|excited|incredible|dream|perfect|today|yesterday|organi[sz]"
    r"|this (morning|afternoon|week)|apologi[sz]e|favou?r|programme|colou?r|\bI'm\b|\bit's\b|n't\b|!",
    re.IGNORECASE,
)


def write_file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, language: str = "en") -> str:
    with pytest.raises(ConfigError) as caught:
        load_wording(language, folder)
    return str(caught.value)


# --- ours ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(files_of("en")))
def test_our_files_pass_their_own_check(name: str) -> None:
    parsed = parse(files_of("en")[name])
    assert check(parsed, name.removesuffix(".txt"), parsed.sections) == []


@pytest.mark.parametrize("name", sorted(PROSE))
def test_our_sentences_are_short_and_not_worn_out(name: str) -> None:
    part = re.match(r"[a-z]+", name.split(".")[1])
    assert part
    for alternative in PROSE[name]:
        text = FACT.sub(r"\1", alternative)
        assert len(text.split()) <= AT_MOST[part[0]], text
        assert not WORN_OUT.search(text), text
        assert text[0].isupper(), text


def test_no_alternative_is_said_twice_in_a_section() -> None:
    for name, alternatives in WORDING.sections.items():
        assert len(alternatives) == len(set(alternatives)), name


def test_there_is_enough_to_choose_from() -> None:
    def free(name: str) -> int:
        return sum(names_in(text) <= ALWAYS_KNOWN for text in WORDING.sections[name])

    assert free("interviewer.opening") >= 8
    assert free("interviewer.middle") >= 8
    assert free("interviewer.closing") >= 8
    assert all(free(name) >= 2 for name in PROSE if name != "nudge-promised.middle")
    assert all(free(name) >= 3 for name in WORDING.sections if name.endswith(".subject"))


def test_the_date_is_in_every_first_line_of_a_nudge() -> None:
    for name, alternatives in PROSE.items():
        if name.startswith("nudge") and ".opening" in name:
            assert all("{{ date }}" in text for text in alternatives)


def test_nudges_name_no_weekday() -> None:
    named = {
        fact for name in PROSE if name.startswith("nudge") for text in PROSE[name] for fact in names_in(text)
    }
    assert not named & {"weekday", "when"}


def test_a_promised_date_is_in_every_middle_of_its_nudge() -> None:
    assert all("{{ promised }}" in text for text in WORDING.sections["nudge-promised.middle"])


def test_only_known_facts_are_named() -> None:
    assert {
        fact for alternatives in PROSE.values() for text in alternatives for fact in names_in(text)
    } <= FACTS


def test_we_bring_five_languages() -> None:
    assert languages() == ("de", "en", "es", "fr", "nl")
    assert files_of("xx") == {}


# --- the user's ---------------------------------------------------------------------------------


def test_no_folder_or_an_empty_one_gives_ours(tmp_path: Path) -> None:
    assert load_wording("en", tmp_path) == WORDING
    assert load_wording("en", tmp_path / "missing") == WORDING


@pytest.mark.parametrize("place", [".", "en"])
def test_the_user_overrides_single_sections(tmp_path: Path, place: str) -> None:
    write_file(tmp_path / place, "interviewer.txt", "[closing]\nSee you.\nUntil\n  then.\n")
    made = load_wording("en", tmp_path).sections
    assert made["interviewer.closing"] == ("See you.", "Until then.")
    assert {name: made[name] for name in made if name != "interviewer.closing"} == {
        name: texts for name, texts in WORDING.sections.items() if name != "interviewer.closing"
    }


def test_the_languages_own_folder_wins(tmp_path: Path) -> None:
    write_file(tmp_path, "interviewer.txt", "[closing]\nGeneral.\n")
    write_file(tmp_path / "en", "interviewer.txt", "[closing]\nOwn.\n")
    assert load_wording("en", tmp_path).sections["interviewer.closing"] == ("Own.",)


def test_comments_blank_lines_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    write_file(
        tmp_path, "short.txt", "\ufeff# mine\n\n[ Opening ]\r\n\r\n# one\r\nThanks for {{ when }}.\r\n"
    )
    assert load_wording("en", tmp_path).sections["short.opening"] == ("Thanks for {{ when }}.",)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    write_file(tmp_path, "README.md", "{{{")
    write_file(tmp_path, "interviewer.txt~", "[nonsense]")
    assert load_wording("en", tmp_path) == WORDING


@pytest.mark.parametrize(
    ("name", "text", "line", "told"),
    [
        (
            "interviewer.txt",
            "[opening]\nHello {{ compny }}.\n",
            2,
            "unknown fact {{ compny }}: did you mean {{ company }}?",
        ),
        (
            "interviewer.txt",
            "[opening]\nHello {{ zzz }}.\n",
            2,
            "unknown fact {{ zzz }}: there are {{ client }}, {{ colleagues }}",
        ),
        ("interviewer.txt", "\n[opning]\nHello.\n", 2, "unknown section [opning]: did you mean [opening]?"),
        ("interviewer.txt", "[opening]\n# nothing\n[closing]\nBye.\n", 1, "[opening] is empty"),
        ("interviewer.txt", "Hello.\n[opening]\nHello.\n", 1, "before the first [section]"),
        ("interviewer.txt", "[opening]\nHello.\n[opening]\nHi.\n", 3, "[opening] stands here a second time"),
        ("interviewer.txt", "[opening]\nThis line\ngoes on.\n", 2, "does not end like a sentence"),
        (
            "interviewer.txt",
            "[opening]\nHello {when}.\n",
            2,
            "a fact stands in two braces: {{ when }}, not {when}",
        ),
        ("interviewer.txt", "[opening]\nHello {{ when }.\n", 2, "can't be read as a template"),
        ("interviewer.txt", "[opening]\nHello {% when %}.\n", 2, "can't be read as a template"),
        ("interviewer.txt", "[opening]\nHello {{ when.__class__ }}.\n", 2, "reaches into a fact"),
        ("interviewer.txt", "[opening]\nHello {% include 'a' %}.\n", 2, "takes in another file"),
        ("interviewer.txt", "[opening]\nThanks from {{ company }}.\n", 1, "for when the rest is unknown"),
        ("phrases.txt", "[slot]\nWrite something\n", 2, 'must begin with "FILL IN:"'),
        ("phrases.txt", "[months]\nJan\nFeb\n", 1, "[months] needs 12 line(s), not 2"),
        ("phrases.txt", "[greeting-formal]\nDear,\n", 2, "{{ name }} is missing"),
        ("phrases.txt", "[note]\nOh: {{ not_ }}.\n", 2, "unknown fact {{ not_ }}: did you mean {{ text }}?"),
        ("phrases.txt", "[signoff]\nYours {{ name }},\n", 2, "unknown fact {{ name }}"),
        ("interviewr.txt", "[opening]\nHello.\n", 1, "unknown template file: did you mean interviewer.txt?"),
    ],
)
def test_mistakes_are_told_with_file_and_line(
    tmp_path: Path, name: str, text: str, line: int, told: str
) -> None:
    path = write_file(tmp_path, name, text)
    said = problems(tmp_path)
    assert f"{path}:{line}: " in said
    assert told in said


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    write_file(tmp_path, "interviewer.txt", "[opning]\nHello.\n[closing]\nBye {{ nme }}.\n")
    write_file(tmp_path / "en", "short.txt", "[opening]\nHello\n")
    assert len(problems(tmp_path).splitlines()) == 3


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_bytes(b"[opening]\n\xff\xfe\n")
    assert "can't be read as UTF-8 text" in problems(tmp_path)


def test_a_new_language_is_loaded_when_it_is_whole(tmp_path: Path) -> None:
    for name, text in files_of("en").items():
        write_file(tmp_path / "it", name, text.replace("Hello {{ name }},", "Guten Tag {{ name }},"))
    made = load_wording("it", tmp_path)
    assert made.language == "it"
    assert made.sections["phrases.greeting-neutral"] == ("Guten Tag {{ name }},",)


def test_what_a_new_language_lacks_is_told(tmp_path: Path) -> None:
    for name, text in files_of("en").items():
        write_file(tmp_path / "it", name, text)
    write_file(tmp_path / "it", "short.txt", "[opening]\nDanke.\n")
    said = problems(tmp_path, "it").splitlines()
    assert f"{tmp_path}/it/short.txt:1: [closing] is missing" in said
    assert all("short.txt" in line for line in said)


def test_english_files_do_not_slip_into_another_language(tmp_path: Path) -> None:
    write_file(tmp_path, "short.txt", "[opening]\nThanks.\n")
    said = problems(tmp_path, "it")
    assert "there are no letters in the language 'it'" in said
    assert "we bring de, en, es, fr, nl" in said


def test_a_language_is_no_path(tmp_path: Path) -> None:
    for strange in ("../en", "", ".", "/etc", "en/../en"):
        write_file(tmp_path, "short.txt", "[opening]\nThanks.\n")
        assert "there are no letters in the language" in problems(tmp_path, strange)
