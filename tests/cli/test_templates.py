"""`followupd templates`: it shows and copies what letters are made of, and lint finds what would spoil one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from followupd.cli.commands import followupd
from followupd.core.situation import FACTS
from followupd.templates import files_of, load_wording
from followupd.templates.lint import lint
from followupd.templates.pages import cut, tones
from followupd.templates.parse import parse
from followupd.templates.specimens import MEANINGS, may_be_named, specimen

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "json-schema.json").read_text())
CONFIG = """\
me: {{name: Sam Lee, addresses: [sam@example.com], timezone: Europe/London, country: GB}}
accounts:
  - name: personal
    calendar: {{provider: local, path: .}}
    mailbox: {{provider: local, path: .}}
letters: {{language: {language}, templates: {folder}}}
"""


class Home:
    """A config whose templates lie in a folder beside it; there is none until something is written."""

    def __init__(self, folder: Path, language: str = "en") -> None:
        self.config = folder / "config.yaml"
        self.mine = folder / "mine"
        self.config.write_text(CONFIG.format(language=language, folder=self.mine))

    def write(self, name: str, text: str) -> Path:
        path = self.mine / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(followupd, ["-c", str(self.config), "templates", *words])

    def done(self, *words: str) -> str:
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def wrong(self, *words: str, code: int = 2) -> str:
        result = self.run(*words)
        assert result.exit_code == code, result.output
        return result.output

    def data(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    return Home(tmp_path)


# --- list ---------------------------------------------------------------------------------------


def test_every_language_is_listed_with_what_of_it_is_the_users(home: Home) -> None:
    home.write("de/interviewer.txt", "[closing]\nBis bald.\n")
    told = home.done("list").splitlines()
    assert [line.partition(":")[0] for line in told] == list(tones())
    assert told[0].endswith("yours: interviewer.closing")
    assert all(line.endswith("yours: none") for line in told[1:])


def test_a_language_is_listed_file_by_file(home: Home) -> None:
    home.write("interviewer.txt", "[closing]\nSee you.\nUntil then.\n")
    told = home.done("list", "--language", "en").splitlines()
    assert len(told) == len(files_of("en"))
    line = next(line for line in told if line.startswith("en/interviewer: "))
    assert "A thank-you to somebody who interviewed you" in line
    assert "closing 2 (yours)" in line
    assert "opening (yours)" not in line


def test_the_numbers_are_those_of_the_letters(home: Home) -> None:
    sections = load_wording("fr", None).sections
    found = {
        f"{file['file']}.{section['section']}": section["alternatives"]
        for file in home.data("list", "--language", "fr")["languages"][0]["files"]
        for section in file["sections"]
    }
    assert found == {name: len(texts) for name, texts in sections.items()}


def test_a_language_of_the_users_own_is_listed(home: Home) -> None:
    home.write("it/short.txt", "[opening]\nGrazie.\n")
    told = home.done("list")
    assert "it: 1 files, 1 alternatives, yours: with mistakes" in told


def test_lists_and_pages_fit_their_schema(home: Home) -> None:
    home.write("it/short.txt", "[opening]\nGrazie.\n")
    for name, words in (("list", ()), ("show", ("phrases",)), ("show", ("interviewer",)), ("lint", ())):
        schema = {"$ref": f"#/$defs/templates_{name}", "$defs": SCHEMA["$defs"]}
        jsonschema.Draft202012Validator(schema).validate(home.data(name, *words))


def test_nothing_needs_a_config(home: Home) -> None:
    home.config.unlink()
    assert "en: " in home.done("list")
    assert "[opening]" in home.done("show", "interviewer")
    assert "every word is ours" in home.done("lint")
    assert str(home.config.parent / "xdg" / "followupd" / "templates") in home.done("copy", "interviewer")


def test_a_config_that_cannot_be_used_stops_only_what_depends_on_it(home: Home) -> None:
    home.config.write_text("me: 1\n")
    result = home.run("show", "interviewer")
    assert result.exit_code == 0
    assert "The config can't be used" in result.stderr
    assert "config.yaml" in home.wrong("copy", "interviewer", code=78)
    assert "config.yaml" in home.wrong("lint", code=78)
    assert "no problem" in home.done("lint", str(good(home)))


def good(home: Home) -> Path:
    return home.write("en/short.txt", "[closing]\nSee you soon.\nUntil then.\nAll the best.\n").parents[1]


# --- show ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["en", "de", "fr-informal"])
def test_what_is_shown_reads_as_the_very_same_sections(home: Home, name: str) -> None:
    for file, text in files_of(name).items():
        shown = parse(home.done("show", f"{name}/{file}")).sections
        read = parse(text).sections
        assert {s: [t for _, t in one.alternatives] for s, one in shown.items()} == {
            s: [t for _, t in one.alternatives] for s, one in read.items()
        }


def test_the_users_sections_stand_in_the_place_of_ours_and_are_marked(home: Home) -> None:
    path = home.write("en/interviewer.txt", "# x\n\n# about this\n[closing]\nSee you.\n")
    shown = home.done("show", "interviewer")
    assert f"# Yours: {path}:4\n# about this\n[closing]\nSee you.\n" in shown
    assert "If anything is still open" not in shown
    assert shown.count("# Yours") == 1
    assert shown.index("[opening]") < shown.index("[closing]") < shown.index("[closing-no-interest]")


def test_the_languages_own_folder_comes_before_the_one_of_all(home: Home) -> None:
    home.write("short.txt", "[closing]\nGeneral.\n")
    path = home.write("en/short.txt", "[closing]\nOwn.\n")
    shown = home.done("show", "short")
    assert f"# Yours: {path}:1\n[closing]\nOwn.\n" in f"{shown}\n"
    assert load_wording("en", home.mine).sections["short.closing"] == ("Own.",)


def test_the_facts_that_may_be_named_are_told(home: Home) -> None:
    assert "{{ promised }}" in home.done("show", "nudge-promised")
    shown = home.done("show", "interviewer")
    assert "#   {{ colleagues }}  up to three others" in shown
    assert "{{ promised }}" not in shown
    assert "#   {{ text }}  your own words: always known here (in note, about" in home.done("show", "phrases")


def test_the_language_is_the_words_else_the_options_else_the_configs(tmp_path: Path) -> None:
    home = Home(tmp_path, language="de")
    assert home.done("show", "short").startswith("# de/short")
    assert home.done("show", "short", "--language", "nl").startswith("# nl/short")
    assert home.done("show", "fr/short.txt").startswith("# fr/short")
    assert "says fr and --language says nl" in home.wrong("show", "fr/short", "--language", "nl")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("interviewr", "there is no template “interviewr”: did you mean interviewer?"),
        ("../../etc/passwd", "there is no template “passwd”"),
        ("../interviewer", "there are no letters in “..”"),
        ("ger/short", "there are no letters in “ger”"),
        ("en-informal/short", "en serves for both"),
        ("", "there is no template “”"),
    ],
)
def test_a_word_that_names_no_file_is_told_with_what_there_is(home: Home, word: str, told: str) -> None:
    assert told in home.wrong("show", word)
    assert told in home.wrong("copy", word)
    assert not home.mine.exists()


def test_mistakes_are_mentioned_where_a_file_is_shown(home: Home) -> None:
    home.write("en/short.txt", "[opening]\n{company}\n")
    result = home.run("show", "short")
    assert "templates lint" in result.stderr
    assert "{company}" in result.stdout


# --- copy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["de/interviewer", "interviewer", "fr-informal/phrases"])
def test_a_copy_is_ours_as_it_is_and_without_problem(home: Home, word: str) -> None:
    told = home.done("copy", word)
    language, _, file = ("en/" * ("/" not in word) + word).rpartition("/")
    path = home.mine / language / f"{file}.txt"
    assert str(path) in told
    assert path.read_text("utf-8") == files_of(language)[path.name]
    assert load_wording(language, home.mine).sections == load_wording(language, None).sections
    assert home.done("lint") == "1 file, no problem.\n"


def test_one_section_is_copied_with_its_comment(home: Home) -> None:
    home.done("copy", "en/phrases", "[Note]")
    text = (home.mine / "en" / "phrases.txt").read_text("utf-8")
    assert text.startswith("# Around a note of yours")
    assert set(parse(text).sections) == {"note"}


def test_a_section_joins_the_file_that_is_there(home: Home) -> None:
    path = home.write("en/interviewer.txt", "# mine\n[closing]\nSee you.\n")
    home.done("copy", "interviewer", "opening")
    text = path.read_text("utf-8")
    assert text.startswith("# mine\n[closing]\nSee you.\n\n[opening]\n")
    assert not list(path.parent.glob("*.bak"))


@pytest.mark.parametrize("section", [(), ("closing",)])
def test_nothing_of_the_users_is_replaced_unless_forced_and_then_it_is_kept(
    home: Home, section: tuple[str, ...]
) -> None:
    mine = "[middle]\nWell.\n\n[closing]\nSee you.\n"
    path = home.write("en/interviewer.txt", mine)
    assert "nothing was copied" in home.wrong("copy", "interviewer", *section)
    assert path.read_text("utf-8") == mine
    home.done("copy", "interviewer", *section, "--force")
    home.done("copy", "interviewer", *section, "--force")
    assert "See you." not in path.read_text("utf-8")
    assert ("Well." in path.read_text("utf-8")) == bool(section)
    assert path.with_name("interviewer.txt.bak").read_text("utf-8") == mine
    assert "1 file" in home.done("lint", str(home.mine)) if not section else True


def test_a_file_that_is_no_text_is_left_alone(home: Home) -> None:
    path = home.write("en/short.txt", "")
    path.write_bytes(b"\xff\xfe")
    assert "can't be read as text" in home.wrong("copy", "short", "opening", "--force")
    assert path.read_bytes() == b"\xff\xfe"


def test_a_link_to_nowhere_and_a_file_in_the_folders_place_are_told(home: Home) -> None:
    (home.mine / "en").mkdir(parents=True)
    (home.mine / "en" / "short.txt").symlink_to(home.mine / "gone.txt")
    (home.mine / "fr").write_text("")
    assert "nothing was copied" in home.wrong("copy", "short")
    assert "can't be written" in home.wrong("copy", "fr/short")


def test_an_unknown_section_is_told_with_what_there_is(home: Home) -> None:
    assert "did you mean [closing]?" in home.wrong("copy", "interviewer", "closin")
    assert not home.mine.exists()


# --- lint: ours ---------------------------------------------------------------------------------


def test_our_own_files_are_without_problem(tmp_path: Path) -> None:
    for name in tones():
        (tmp_path / name).mkdir()
        for file, text in files_of(name).items():
            (tmp_path / name / file).write_text(text, "utf-8")
    found = lint(tmp_path)
    assert [str(one) for one in found.mistakes] == []
    assert found.files == len(tones()) * len(files_of("en"))


@pytest.mark.parametrize("file", sorted(name.removesuffix(".txt") for name in files_of("en")))
def test_every_file_has_a_letter_to_try_it_on(file: str) -> None:
    assert specimen(file) is not None or file == "phrases"
    assert set(may_be_named(file, "opening")) <= FACTS <= set(MEANINGS)


def test_a_section_is_cut_out_with_the_comment_right_above_it() -> None:
    head, blocks = cut("# file\n\n# one\n# two\n[a]\nA.\n\n# in a\n\n[b]\nB.\n")
    assert head == "# file"
    assert blocks == {"a": "# one\n# two\n[a]\nA.\n\n# in a", "b": "[b]\nB."}
    assert cut("# nothing\n") == ("# nothing", {})


# --- lint: the user's ---------------------------------------------------------------------------

LONG = "word " * 60
GOOD = "Thank you for {{ when }}.\nIt was good to speak with you on {{ when }}.\nMany thanks for your time.\n"


@pytest.mark.parametrize(
    ("name", "text", "line", "told"),
    [
        # What keeps a letter from being written.
        ("en/interviewer.txt", "[opening]\nAt {{ company.\n", 2, "can't be read as a template"),
        ("en/interviewer.txt", "[opening]\nAt {{ compny }}.\n", 2, "did you mean {{ company }}?"),
        ("en/interviewer.txt", "[opening]\nAt {company}.\n", 2, "{{ company }}, not {company}"),
        ("en/interviewer.txt", "[opening]\nAt {company.\n", 2, "leaves “{” in the letter"),
        ("en/interviewer.txt", "[openings]\nHello.\n", 1, "did you mean [opening]?"),
        ("en/interviewr.txt", "[opening]\nHello.\n", 1, "did you mean interviewer.txt?"),
        ("en/interviewer.txt", "[opening]\nAt {{ company }}.\n", 1, "for when the rest is unknown"),
        ("en/phrases.txt", "[slot]\none thing\n", 2, "must begin with"),
        ("en/phrases.txt", "[months]\nJan\n", 1, "needs 12 line(s), not 1"),
        # What the sandbox refuses.
        ("en/short.txt", "[opening]\n{% include 'x' %}.\n", 2, "takes in another file"),
        ("en/short.txt", "[opening]\n{% import 'x' as x %}Hi.\n", 2, "takes in another file"),
        ("en/short.txt", "[opening]\n{{ when.__class__ }}.\n", 2, "reaches into a fact"),
        ("en/short.txt", "[opening]\n{{ when['__class__'] }}.\n", 2, "reaches into a fact"),
        ("en/short.txt", "[opening]\n{{ range(9) }}.\n", 2, "calls a function"),
        ("en/short.txt", "[opening]\n{{ 1 / 0 }}.\n", 2, "“div” may not stand in it"),
        # What would never be said.
        (
            "en/relay.txt",
            "[opening]\nHi.\nFor {{ weekday }}.\n",
            3,
            "{{ weekday }} is never known in relay.txt",
        ),
        ("en/interviewer.txt", "[opening]\nHi.\nBy {{ promised }}.\n", 3, "{{ promised }} is never known in"),
        (
            "en/internal.txt",
            "[opening]\nHi.\nAt {{ company }}.\n",
            3,
            "{{ company }} is never known in internal",
        ),
        ("en/interviewer.txt", "[opening]\nHello.\nBye.\nHello.\n", 4, "says the same as line 2"),
        (
            "en/interviewer.txt",
            "[opening]\nHi.\nOf {{ company.split()[1] }}.\n",
            3,
            "reaches into a fact",
        ),
        (
            "en/interviewer.txt",
            "[opening]\nHi.\n{% if company == 'Acme' %}At Acme.{% endif %}\n",
            3,
            "comes to nothing with some names",
        ),
        # What a reader would see.
        (
            "en/interviewer.txt",
            "[opening]\nThank you for today.\n",
            2,
            "says “today”, which is true on one day",
        ),
        ("en/interviewer.txt", "[subject]\nYesterday's talk\n", 2, "says “Yesterday”"),
        ("en/phrases.txt", "[note]\nYesterday you said: {{ text }}.\n", 2, "says “Yesterday”"),
        ("de/short.txt", "[opening]\nIhnen Dank für das Gespräch von heute.\n", 2, "says “heute”"),
        ("de-informal/short.txt", "[opening]\nDir Dank für gestern.\n", 2, "says “gestern”"),
        ("fr/short.txt", "[opening]\nMerci pour aujourd’hui.\n", 2, "says “aujourd’hui”"),
        ("fr/short.txt", "[opening]\nMerci pour hier.\n", 2, "says “hier”"),
        ("es/short.txt", "[opening]\nGracias por la charla de ayer.\n", 2, "says “ayer”"),
        ("es/short.txt", "[opening]\nGracias por lo de hoy.\n", 2, "says “hoy”"),
        ("nl/short.txt", "[opening]\nDank voor gisteren.\n", 2, "says “gisteren”"),
        ("nl/short.txt", "[opening]\nDank voor vandaag.\n", 2, "says “vandaag”"),
        ("en/short.txt", "[opening]\nThank you for the the talk.\n", 2, "says “the the”"),
        ("fr/short.txt", "[opening]\nMerci pour l’entretien de {{ when }}.\n", 2, "says “de de”"),
        ("en/short.txt", "[opening]\nThank you , really.\n", 2, "has a space before"),
        ("en/short.txt", "[opening]\nThank you !\n", 2, "has a space before"),
        ("en/short.txt", "[opening]\nThank you..\n", 2, "has “..”"),
        ("en/short.txt", "[opening]\nThank you for your time\n", 2, "does not end like a sentence"),
        ("en/short.txt", "[opening]\nHi.\nThank you, {{ company }}\n", 3, "a full stop is missing"),
        ("en/phrases.txt", "[note]\nThis: {{ text }}\n", 2, "a full stop is missing"),
        ("en/short.txt", "[opening]\nHi {{ None }}.\n", 2, "leaves “None” in the letter"),
        ("en/short.txt", "[opening]\nHi {{ self }}.\n", 2, "leaves “<” in the letter"),
        ("en/short.txt", '[opening]\nHi.{{ "\\n\\n" }}You.\n', 2, "holds a line break"),
        ("en/short.txt", "[opening]\nHi \u202etrams.\n", 2, "that can't be seen"),
        (
            "en/short.txt",
            "[opening]\nHi {% if company is defined %}at {{ company }}{% endif %} you.\n",
            2,
            "has two spaces in a row",
        ),
        ("en/interviewer.txt", f"[opening]\n{LONG}.\n\n[middle]\n{LONG}{LONG}.\n", 4, "120 are enough"),
        # What is never looked at.
        ("en/interviewer.md", "[opening]\nHello.\n", 1, "is not read: the names of templates end in .txt"),
        ("en/interviewer.txt.txt", "[opening]\nHello.\n", 1, "did you mean interviewer.txt?"),
    ],
)
def test_a_mistake_is_told_with_its_line(home: Home, name: str, text: str, line: int, told: str) -> None:
    path = home.write(name, text)
    said = home.wrong("lint", code=1).splitlines()
    assert [one for one in said if one.startswith(f"{path}:{line}: ") and told in one], said


def test_a_panel_that_would_get_twins_is_told(home: Home) -> None:
    one = "Thank you for {{ when }}, it was a pleasure to meet."
    path = home.write(
        "en/interviewer.txt",
        f"[opening]\n{one}\n[middle]\nI would like this job.\n[closing]\nSee you soon.\n",
    )
    assert f"{path}:1: letters to the people of one panel would be too alike (1.00" in home.wrong(
        "lint", code=1
    )


def test_every_mistake_of_every_language_is_told_at_once(home: Home) -> None:
    home.write("short.txt", "[opning]\nHello.\n")
    home.write("en/short.txt", f"[opening]\n{GOOD}Thank you for today\n")
    home.write("de/short.txt", "[opening]\n{company}.\n[closing]\nBis gestern.\n")
    home.write("DE/short.txt", "[opening]\nHallo.\n")
    home.write("german letters/short.txt", "[opening]\nHallo.\n")
    said = home.wrong("lint", code=1).splitlines()
    assert said[-1] == "3 files, 8 problems."
    assert len([one for one in said if "en/short.txt:5: " in one]) == 2
    assert any(re.search(r"mine/DE: .*did you mean de\?", one) for one in said)
    assert any("german letters: no language has the name of this folder" in one for one in said)


def test_a_language_that_we_do_not_bring_must_be_whole(home: Home) -> None:
    for name, text in files_of("en").items():
        home.write(f"it/{name}", text)
    assert "no problem" in home.done("lint")
    (home.mine / "it" / "relay.txt").unlink()
    home.write("it/several.txt", "[opening]\nGrazie.\nMille.\nTante.\nSi.\n")
    said = home.wrong("lint", code=1)
    assert f"{home.mine}/it/relay.txt:1: [subject], [opening], [middle], [closing]" in said
    assert f"{home.mine}/it/several.txt:1: [subject] must be here too" in said


def test_what_lint_lets_through_loads_and_what_does_not_load_it_tells(home: Home) -> None:
    """Lint sees more than a cycle does, never less."""
    good(home)
    assert lint(home.mine).mistakes == ()
    load_wording("en", home.mine)
    home.write("en/short.txt", "[opening]\n{company}\n[opening]\n{{ x }}\nzz\n[zz]\n")
    told = {str(one) for one in lint(home.mine).mistakes}
    with pytest.raises(Exception, match="short") as caught:
        load_wording("en", home.mine)
    assert set(str(caught.value).splitlines()) <= told


def test_the_folder_of_one_language_can_be_named(home: Home) -> None:
    home.write("de/short.txt", "[opening]\nIhnen Dank für das Gespräch von gestern.\n")
    home.write("en/short.txt", "[opening]\nThank you for today.\n")
    said = home.wrong("lint", str(home.mine / "de"), code=1)
    assert "gestern" in said
    assert said.splitlines()[-1] == "1 file, 1 problem."


def test_backups_and_other_files_are_left_alone(home: Home) -> None:
    good(home)
    for name in ("README.md", "en/short.txt.bak", "en/short.txt~", "en/.short.txt.swp", ".git/config"):
        home.write(name, "{{{")
    assert home.done("lint") == "1 file, no problem.\n"


def test_a_folder_that_is_not_there_and_one_without_files(home: Home) -> None:
    assert "every word is ours" in home.done("lint")
    assert "there is no folder" in home.wrong("lint", str(home.mine))


def test_a_file_that_is_no_text_is_told(home: Home) -> None:
    home.write("en/short.txt", "").write_bytes(b"[opening]\n\xff\n")
    home.write("en/relay.txt/x", "")
    said = home.wrong("lint", code=1)
    assert said.count("can't be read as text: save it as UTF-8") == 2


@pytest.mark.parametrize(
    "text",
    [
        "He had had enough of it, and I saw that that was right.",
        "Die Kollegin, die die Fragen stellte, war sehr klar.",
        "We spoke about .NET, e.g., and about C++ (etc.), on {{ when }}.",
        "It was good: really good… Thank you for it!",
        "None of it was easy, and I liked it.",
        "Thank you “for everything”.",
        "{% if company is defined %}Thank you for the talk at {{ company }}.{% else %}Thank you.{% endif %}",
        "Thank you for {{ when | upper }}.",
    ],
)
def test_what_is_right_is_not_told(home: Home, text: str) -> None:
    home.write("en/short.txt", f"[opening]\n{GOOD}{text}\n")
    assert "no problem" in home.done("lint")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ihnen einen guten Morgen und Dank für das Gespräch, heutzutage selten."),
        ("es", "Gracias por la mañana que me dedicaron."),
        ("nl", "Goede morgen en dank voor het gesprek."),
        ("fr", "Merci : ce fut un plaisir !"),
    ],
)
def test_words_that_only_look_like_a_day_are_not_told(home: Home, language: str, text: str) -> None:
    ours = parse(files_of(language)["short.txt"]).sections["opening"].alternatives
    home.write(f"{language}/short.txt", "\n".join(["[opening]", *(one for _, one in ours), text, ""]))
    assert "no problem" in home.done("lint")
