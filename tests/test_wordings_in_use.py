"""A slip in a template of the user's costs their words until it is mended, and never a letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.templates import load_wording
from followupd.templates.in_use import WordingsInUse

GOOD = "[closing]\nSee you.\n"
BAD = "[closing]\nAt {company}.\n"


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.mark.parametrize("name", ["short.txt", "en/short.txt"])
def test_what_is_saved_while_it_runs_counts_from_the_next_letter_on(tmp_path: Path, name: str) -> None:
    wordings = WordingsInUse(tmp_path)
    assert wordings("en") == load_wording("en", None)
    write(tmp_path, name, GOOD)
    assert wordings("en").sections["short.closing"] == ("See you.",)
    assert wordings("en") is wordings("en")


def test_a_mistake_costs_the_users_words_and_no_letter(tmp_path: Path) -> None:
    write(tmp_path, "en/short.txt", GOOD)
    wordings = WordingsInUse(tmp_path)
    wordings("en")
    write(tmp_path, "en/relay.txt", BAD)
    assert wordings("en") == load_wording("en", None)
    assert "relay.txt:2: a fact stands in two braces" in wordings.notice()
    assert wordings("de") == load_wording("de", None)
    (tmp_path / "en" / "relay.txt").unlink()
    assert wordings.notice() == ""
    assert wordings("en").sections["short.closing"] == ("See you.",)


def test_a_language_that_is_not_whole_is_worded_in_the_one_that_always_is(tmp_path: Path) -> None:
    write(tmp_path, "it/short.txt", GOOD)
    wordings = WordingsInUse(tmp_path)
    assert wordings("it").language == "en"
    assert "for it can't be used" in wordings.notice()


def test_first_name_terms_and_regions_fall_back_on_their_language(tmp_path: Path) -> None:
    write(tmp_path, "en-informal/short.txt", GOOD)
    write(tmp_path, "de/short.txt", GOOD)
    wordings = WordingsInUse(tmp_path)
    assert wordings("en-informal").sections["short.closing"] == ("See you.",)
    assert wordings("en-informal").sections["relay.closing"] == wordings("en").sections["relay.closing"]
    assert wordings("de-AT").sections["short.closing"] == ("See you.",)
    ours = load_wording("de-informal", None)
    assert wordings("de-informal").sections["short.closing"] == ours.sections["short.closing"]
    assert wordings.notice() == ""


def test_a_folder_that_cannot_be_read_costs_the_users_words_and_no_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, usual = load_wording("en", None), Path.is_dir

    def is_dir(path: Path) -> bool:
        if path.is_relative_to(tmp_path):
            raise PermissionError(13, "Permission denied")
        return usual(path)

    wordings = WordingsInUse(tmp_path)
    monkeypatch.setattr(Path, "is_dir", is_dir)
    monkeypatch.setattr(Path, "glob", lambda path, _: [is_dir(path)])
    assert wordings("en").sections == ours.sections
    assert "can't be read: Permission denied" in wordings.notice()
    monkeypatch.undo()
    assert wordings.notice() == ""
