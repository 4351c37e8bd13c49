"""What others chose (names, companies, titles) is never more than words in a notice; and docs/notify.md is true."""

from __future__ import annotations

import json
import re
from pathlib import Path
from unicodedata import category

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.config.model import NotifyBlock
from followupd.config.telling import _PUSHES, _PUSHES_TO, TOLD
from followupd.core.model import Attendee
from followupd.notify import Item, Settings, channels, deliver
from followupd.notify.notice import KINDS, LINES_AT_MOST, WISHES, clean, sentence, worded
from tests.notify.kit import Told

DOC = (Path(__file__).parents[2] / "docs/notify.md").read_text(encoding="utf-8")

HOSTILE = {
    "Dana\r\nBcc: all@acme.example": "Dana Bcc: all(at)acme.example",
    "{{ config }} {% x %}": "(( config )) (% x %)",
    "Dana\u202eseyeR\u2066": "DanaseyeR",
    "<script>alert(1)</script>": "(script)alert(1)(/script)",
    "--urgency=critical": "urgency=critical",
    "<!channel> @everyone": "(!channel) (at)everyone",
    "[Offer](https://evil.example)": "(Offer)(https: evil.example)",
    "\x00\x1b[2JDana\x07": "(2JDana",
    "x" * 500: "x" * 59 + "…",
    "Łukasz Żółć": "Łukasz Żółć",
    "O'Neil & Sons": "O'Neil & Sons",
    "\u200b\u2060": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_words(name: str) -> None:
    assert clean(name) == HOSTILE[name]


@given(st.text(max_size=400), st.integers(5, 80))
def test_any_name_is_one_bounded_line_without_marks(name: str, longest: int) -> None:
    words = clean(name, longest)
    assert len(words) <= longest
    assert not words.startswith("-")
    assert not any(category(char)[0] == "C" or char in "<>[]{}`@\\\n" for char in words)
    assert "://" not in words


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_lives_through_a_whole_notice(tmp_path: Path, name: str) -> None:
    seen = tmp_path / "seen"
    command = ("sh", "-c", f"cat > {seen}")
    told = Told(tmp_path / "state", detail=True, command=command)
    told.world.begin("2026-03-03 20:00")
    people = [Attendee("dana@acme.example", name), Attendee("jo@gmail.com", name)]
    told.world.event("2026-03-04 15:00", "2026-03-04 16:00", people, title=f"Interview {name}")
    told.cycle("2026-03-04 09:00")
    notice = told.cycle("2026-03-04 16:50")
    assert notice is not None
    assert deliver(notice, told.settings) == []
    given = json.loads(seen.read_text())
    texts = [notice.title, notice.text, *(item.text for item in notice.items)]
    assert [given["title"], given["text"], *(item["text"] for item in given["items"])] == texts
    for char in "<>[]{}`@\r\x00\x1b\u202e\u2066":
        assert char not in "".join(texts)
    assert len(notice.text.splitlines()) == len(notice.items) + 1


def test_many_things_are_cut_to_a_few_lines() -> None:
    items = [Item(kind="letter", text=f"Letter {n}", key=str(n)) for n in range(30)]
    title, text = worded(items, detail=True)
    assert title == "30 letters wait in your Drafts"
    assert text.splitlines()[LINES_AT_MOST] == f"And {30 - LINES_AT_MOST} more."
    assert len(text.splitlines()) == LINES_AT_MOST + 2


def test_the_most_urgent_comes_first_whatever_the_order() -> None:
    items = [Item(kind=kind, text=sentence(kind), key=kind) for kind in reversed(KINDS)]
    title, text = worded(items, detail=False)
    assert title == "An account needs you to sign in again"
    assert len(text.splitlines()) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_words_for_one_and_for_several(kind: str) -> None:
    for number in (1, 2):
        title, text = worded([Item(kind=kind, text="x", key=str(n)) for n in range(number)], detail=False)
        assert title
        assert text
        assert (str(number) in title) == (number > 1)
        assert "{" not in title + text


# --- the documentation --------------------------------------------------------------------------


def documented() -> list[object]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", DOC, re.DOTALL)]


def test_what_a_hook_gets_fits_the_documented_schema(tmp_path: Path) -> None:
    example, schema = documented()
    assert isinstance(schema, dict)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(example)
    seen = tmp_path / "seen"
    told = Told(tmp_path / "state", command=("sh", "-c", f"cat > {seen}"))
    told.world.begin("2026-03-03 20:00")
    told.interview()
    told.cycle("2026-03-04 09:00")
    notice = told.cycle("2026-03-04 16:50")
    assert notice is not None
    assert deliver(notice, told.settings) == []
    validator.validate(json.loads(seen.read_text()))
    kind = schema["properties"]["items"]["items"]["properties"]["kind"]
    assert sorted(kind["enum"]) == sorted(KINDS)


def test_the_document_lists_what_the_program_knows() -> None:
    assert set(TOLD) == set(WISHES)
    assert [word for word in TOLD if f"| `{word}` |" not in DOC] == []
    assert [kind for kind in KINDS if f"`{kind}`" not in DOC] == []
    listed = set(re.findall(r"`([a-z]+)`", DOC[DOC.index("Taken are") : DOC.index("Refused is")]))
    assert listed == _PUSHES | {f"{name}s" for name in _PUSHES_TO}
    assert [key for key in NotifyBlock.model_fields if f"  {key}:" not in DOC] == []
    assert f"{channels.COMMAND_BOUND:g} seconds" in DOC
    assert Settings().tell == set(WISHES)
