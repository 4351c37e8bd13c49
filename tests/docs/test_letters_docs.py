"""What docs/letters.md says of templates is what they do; its example is one that works."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from followupd.cli.commands import followupd
from followupd.core.letters import write
from followupd.core.likeness import TOO_ALIKE
from followupd.core.remarks import WORDS_AT_MOST as REMARK_AT_MOST
from followupd.templates import files_of, load_wording
from followupd.templates.pages import tones
from followupd.templates.parse import OPTIONAL, parse
from followupd.templates.specimens import MEANINGS, may_be_named, specimen
from followupd.templates.trials import WORDS_AT_MOST

TEXT = (Path(__file__).parents[2] / "docs" / "letters.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    found = re.search(rf"<!-- {re.escape(mark)} -->\n```text\n(.+?)```", TEXT, re.DOTALL)
    assert found, mark
    return found[1]


def written(folder: Path, mark: str) -> Path:
    path = folder / mark.partition(": ")[2]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block(mark), "utf-8")
    return path


def lint(folder: Path) -> click.testing.Result:
    return CliRunner().invoke(followupd, ["templates", "lint", str(folder)])


def rows(heading: str) -> list[list[str]]:
    part = TEXT[TEXT.index(heading) :].split("\n\n")[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines()[2:]]


def test_the_example_is_without_problem_and_ends_letters(tmp_path: Path) -> None:
    written(tmp_path, "example: en/interviewer.txt")
    result = lint(tmp_path)
    assert (result.exit_code, result.output) == (0, "1 file, no problem.\n")
    wording, situation = load_wording("en", tmp_path), specimen("interviewer")
    assert situation
    endings = wording.sections["interviewer.closing"]
    assert len(endings) == 5
    letters = [write(situation, wording, f"seed {number}", ()) for number in range(60)]
    chosen = {piece.origin for letter in letters for piece in letter.pieces if piece.part == "closing"}
    assert chosen == {f"your en/interviewer.closing.{number}" for number in range(1, 6)}


def test_the_mistakes_are_told_as_shown(tmp_path: Path) -> None:
    written(tmp_path, "mistakes: en/short.txt")
    result = lint(tmp_path)
    assert result.exit_code == 1
    assert sorted(result.output.replace(f"{tmp_path}/", "").splitlines()) == sorted(
        block("told").splitlines()
    )


def test_every_file_and_section_is_described() -> None:
    described = {name for row in rows("### The files") for name in re.findall(r"`([\w-]+)`", row[0])}
    assert {f"{name}.txt" for name in described} == set(files_of("en"))
    sections = {s for text in files_of("en").values() for s in parse(text).sections} | OPTIONAL
    assert [s for s in sections if f"[{s}]" not in TEXT and not s.endswith("-no-interest")] == []


def test_every_fact_is_described_where_it_may_be_named() -> None:
    table = {fact: row[2] for row in rows("### The facts") for fact in re.findall(r"\{\{ (\w+) \}\}", row[0])}
    assert set(table) == set(MEANINGS)
    for file in (name.removesuffix(".txt") for name in files_of("en")):
        known = may_be_named(file, "opening")
        assert ("company" in known) == (file not in {"internal", "phrases"})
        assert ("promised" in known) == (f"`{file}`" in table["promised"]), file


@pytest.mark.parametrize("number", [WORDS_AT_MOST, REMARK_AT_MOST, TOO_ALIKE])
def test_numbers_are_those_of_the_program(number: float) -> None:
    assert f" {number} " in TEXT


def test_commands_and_options_exist() -> None:
    context = click.Context(followupd)
    for line in re.findall(r"(?:`|^)followupd ([a-z][^`\n#]*)", TEXT, re.MULTILINE):
        name, *words = line.split()
        command = followupd.get_command(context, name)
        assert command, line
        if isinstance(command, click.Group):
            command = command.commands[words[0]]
        options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_all_languages_are_spoken_of() -> None:
    assert "nine folders" in TEXT
    assert len(tones()) == 9
