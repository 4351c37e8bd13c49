"""How `followupd preview` looks: as plain lines, and beside one another in a wide terminal.

`FOLLOWUPD_GOLDEN=1` writes the golden file anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from rich.cells import cell_len

from followupd.cli.context import Settings
from followupd.core.fates import normal_text
from tests.cycle.files import Files

GOLDEN = Path(__file__).parent / "golden" / "preview.txt"
AT = "2026-03-04 15:10"
# Words of this test's own: what is shown here does not change with the words of our letters.
TEMPLATES = {
    "interviewer.txt": """\
[subject]
Thank you
Many thanks
With thanks

[opening]
Thank you for the conversation on {{ when }}.
It was good to meet you and to hear about the team.
I enjoyed our talk about plans, people and tools.

[middle]
The work is what I look for.
What you told me about the next year made me curious.
I would like to help with all of it.

[closing]
I look forward to the next step.
If anything is open, please ask.
Until soon, I hope.
""",
    "phrases.txt": """\
[signoff]
Kind regards,

[note]
I remember this: {{ text }}.

[slot]
FILL IN: one thing that we talked about
""",
}


@pytest.fixture
def world(tmp_path: Path) -> Files:
    """A panel of three, one without a name; the user has noted something for Dana."""
    templates = tmp_path / "templates"
    templates.mkdir()
    for name, text in TEMPLATES.items():
        (templates / name).write_text(text)
    world = Files(tmp_path, more=f"letters: {{templates: {templates}}}")
    panel = ["Dana Reyes <dana@acme.example>", "김민준 <kim@acme.example>", "<tom@acme.example>"]
    world.event("2026-03-04 14:00", "2026-03-04 15:00", panel, title="Interview, the panel")
    world.once("2026-03-04 10:00")
    world.cli("note", "dana", "your move to Rust", at=AT)
    return world


def shown(world: Files, monkeypatch: pytest.MonkeyPatch, columns: int, *words: str) -> list[str]:
    """The lines of a terminal of that width; that it is one is all that is played."""
    monkeypatch.setattr(Settings, "plain", False)
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out = world.cli("preview", "panel", *words, at=AT)
    assert code == 0, out
    return out.splitlines()


def test_plain_lines_are_these(world: Files) -> None:
    code, out = world.cli("preview", "panel", "--origins", at=AT)
    assert code == 0
    if os.environ.get("FOLLOWUPD_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(out, encoding="utf-8")
    assert out == GOLDEN.read_text("utf-8")


def test_origins_are_shown_when_they_are_asked_for(world: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    _, plain = world.cli("preview", "panel", at=AT)
    assert "en/interviewer" not in plain
    assert not any("interviewer." in line for line in shown(world, monkeypatch, 120))
    asked = " ".join(shown(world, monkeypatch, 200, "--origins"))
    assert asked.count("en/interviewer.opening.") == 3


@pytest.mark.parametrize(("columns", "across"), [(60, 1), (80, 1), (99, 1), (100, 2), (140, 3), (250, 3)])
def test_as_many_stand_beside_one_another_as_there_is_room_for(
    world: Files, monkeypatch: pytest.MonkeyPatch, columns: int, across: int
) -> None:
    lines = shown(world, monkeypatch, columns)
    assert max(line.count("╭") for line in lines) == across
    assert max(cell_len(line) for line in lines) <= columns


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
def test_every_word_of_every_letter_is_there(
    world: Files, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    found = " ".join(shown(world, monkeypatch, columns)).translate(dict.fromkeys(map(ord, "│╭╮╰╯─▶"), " "))
    words = set(normal_text(found).split())
    monkeypatch.undo()
    _, plain = world.cli("preview", "panel", at=AT)
    assert {word.rstrip(",") for word in plain.split()} - {word.rstrip(",") for word in words} <= {"<-"}


def test_a_line_to_fill_in_is_marked_in_words(world: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(world, monkeypatch, 80)
    marked = [
        place for place, line in enumerate(lines) if "▶ FILL IN: one thing that we talked about" in line
    ]
    assert len(marked) == 2
    assert all("yours to fill in or delete" in lines[place + 1] for place in marked)


def test_a_terminal_that_lacks_the_signs_gets_plain_lines(
    world: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followupd.cli.preview_text._encoding", lambda: "ascii")
    lines = shown(world, monkeypatch, 120)
    assert "2 of 3: thank-you to ???, to be put into Drafts on Wed 4 Mar 15:45" in lines


def test_what_a_panel_with_few_words_was_made_of_is_still_known(world: Files) -> None:
    people = [f"Person {name} <{name}@beta.example>" for name in ("ann", "ben", "cem", "dee", "eva")]
    world.event("2026-03-04 16:00", "2026-03-04 17:00", people, title="Interview, five people")
    world.once("2026-03-04 16:30")

    def pieces(at: str) -> dict[str, list[dict[str, str]]]:
        _, out = world.cli("preview", "five people", "--json", at=at)
        return {one["to"]: one["pieces"] for one in json.loads(out)["letters"]}

    coming = pieces("2026-03-04 16:35")
    world.once("2026-03-04 17:46")
    assert pieces("2026-03-04 18:00") == coming
    assert all(coming.values())
