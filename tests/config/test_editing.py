"""A value of a config is changed; every other byte stays: comments, order, quotes, ends of lines."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.config import load, yaml12
from followupd.config.editing import edited, scalar
from followupd.errors import ConfigError

HAND_MADE = """\
# my own config
me:
    name:   'Sam Lee'      # as on my papers
    addresses:             # three of them
    - sam@example.com      # the first
    # the old one:
    - sam@old.example
    - '*@lee.example'
    timezone: Europe/London # home


accounts: [ {name: personal, calendar: {provider: local, path: ~/cal}, mailbox: {provider: local, path: ~/Mail }} ]
interviews:
  any:
    - title: '\\binterview\\b' # usual
    - {hashtag: interview}

letters:
  # nothing of mine yet
  #language: de
  # and this belongs to it

# the end
"""


def data(text: str) -> object:
    return yaml12.read(text).data


def changed_lines(before: str, after: str) -> list[str]:
    """What a diff shows: `-` lines and `+` lines."""
    found = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line.rstrip("\r\n") for line in found if line[0] in "+-"]


def one(at: tuple[str | int, ...], value: object, text: str = HAND_MADE) -> list[str]:
    return changed_lines(text, edited(text, {at: value}))


def test_nothing_to_change_changes_nothing() -> None:
    assert edited(HAND_MADE, {}) == HAND_MADE


def test_a_value_is_replaced_and_its_comment_stays() -> None:
    assert one(("me", "name"), "Sam O'Neil") == [
        "-     name:   'Sam Lee'      # as on my papers",
        '+     name:   "Sam O\'Neil"      # as on my papers',
    ]


def test_a_pattern_is_quoted_so_that_its_backslashes_stay() -> None:
    assert one(("interviews", "any", 0, "title"), r"\b(?:a|it's)\b") == [
        "-     - title: '\\binterview\\b' # usual",
        "+     - title: '\\b(?:a|it''s)\\b' # usual",
    ]


def test_a_missing_key_is_put_below_the_last_of_its_block() -> None:
    assert one(("me", "country"), "NO") == ['+     country: "NO"']


def test_a_missing_key_between_brackets_stays_between_them() -> None:
    (_, line) = one(("accounts", 0, "mailbox", "folders", "drafts"), "Entwürfe")
    assert line.endswith('mailbox: {provider: local, path: ~/Mail, folders: {drafts: "Entwürfe"} }} ]')


def test_a_section_whose_options_are_all_commented_out_gets_its_first_line() -> None:
    after = edited(HAND_MADE, {("letters", "language"): "de"})
    assert changed_lines(HAND_MADE, after) == ["+   language: de"]
    assert after.index("letters:\n  language: de\n  # nothing of mine yet") > 0


def test_a_new_section_comes_after_the_last_one() -> None:
    entries = [{"name": "Acme", "domains": ["acme.example"]}, {"name": "A, B", "domains": ["b.example"]}]
    after = edited(HAND_MADE, {("organisations",): entries})
    assert changed_lines(HAND_MADE, after) == [
        "+ ",
        "+ organisations:",
        "+   - {name: Acme, domains: [acme.example]}",
        '+   - {name: "A, B", domains: [b.example]}',
    ]
    again = edited(after, {("organisations", 2): {"name": "C", "domains": ["c.example"]}})
    assert changed_lines(after, again) == ["+   - {name: C, domains: [c.example]}"]


def test_of_a_list_only_what_goes_and_what_comes_is_touched() -> None:
    wanted = ["sam@example.com", "*@lee.example", "sam@new.example"]
    assert one(("me", "addresses"), wanted) == ["-     - sam@old.example", "+     - sam@new.example"]


@pytest.mark.parametrize(
    "wanted",
    [
        ["*@lee.example", "sam@example.com", "sam@old.example"],
        ["*@lee.example", "sam@example.com"],
        ["*@lee.example", "sam@example.com", "a@example.com", "b@example.com"],
    ],
)
def test_a_list_in_another_order_keeps_its_shape(wanted: list[str]) -> None:
    after = edited(HAND_MADE, {("me", "addresses"): wanted})
    assert data(after)["me"]["addresses"] == wanted  # type: ignore[index]
    assert "# the old one:\n" in after
    assert "timezone: Europe/London # home" in after


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("[a, b, c]", "[b, c]"),
        ("[a, b, c]", "[a, c]"),
        ("[a, b, c]", "[a, b]"),
        ("[ a , 'b' ]", "[ a , 'b', d ]"),
        ("[a]", "[d]"),
    ],
)
def test_a_list_between_brackets_keeps_its_brackets(written: str, wanted: str) -> None:
    text = f"me: {{list: {written}, x: 1}}  # c\n"
    values = data(f"x: {wanted}")["x"]  # type: ignore[index]
    assert edited(text, {("me", "list"): values}) == f"me: {{list: {wanted}, x: 1}}  # c\n"


def test_a_block_of_keys_can_give_way_to_another() -> None:
    text = (
        "a:\n  calendar:\n    provider: google   # there\n    calendars: [x]\n  # about mail\n  mailbox: y\n"
    )
    after = edited(text, {("a", "calendar"): {"provider": "local", "path": "/c a"}})
    assert after == 'a:\n  calendar:\n    {provider: local, path: "/c a"}\n  # about mail\n  mailbox: y\n'


def test_a_text_over_several_lines_is_replaced_whole_and_the_rest_stays() -> None:
    text = "letters:\n  signature: |\n    Sam\n    # 07\n\n# about\nme: x\n"
    assert edited(text, {("letters", "signature"): "Sam"}) == "letters:\n  signature: Sam\n\n# about\nme: x\n"
    after = edited(text, {("letters", "language"): "de"})
    assert after == "letters:\n  signature: |\n    Sam\n    # 07\n  language: de\n\n# about\nme: x\n"


def test_ends_of_lines_of_windows_and_a_mark_at_the_beginning_stay() -> None:
    text = "\ufeffme:\r\n  name: Sam  # me\r\nx: 1\r\n"
    assert edited(text, {("me", "name"): "Kim", ("me", "country"): "GB"}) == (
        "\ufeffme:\r\n  name: Kim  # me\r\n  country: GB\r\nx: 1\r\n"
    )


def test_a_file_without_an_end_of_its_last_line_is_changed_too() -> None:
    assert edited("me:\n  name: Sam", {("me", "country"): "GB"}) == "me:\n  name: Sam\n  country: GB"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("me: &one {name: Sam}\nyou: *one\n", ("me", "name")),  # it would change in two places
        ("me: &one Sam\nyou: *one\n", ("me",)),  # the other would mean nothing any more
        ("me: Sam\n", ("me", "name")),
        ("me: [1\n", ("me", 0)),
        ("", ("me",)),
    ],
)
def test_what_can_t_be_changed_alone_is_refused(text: str, at: tuple[str | int, ...]) -> None:
    with pytest.raises(ConfigError, match="begin anew"):
        edited(text, {at: "Kim"})


@pytest.mark.parametrize(
    "value", ["yes", "NO", "null", "~", "1", "1.5", "a: b", "a #b", "- a", "", " a", "é", "x\ty"]
)
def test_no_text_can_become_something_else(value: str) -> None:
    assert data(f"a: {scalar(value)} # c") == {"a": value}
    assert data(f"a: [{scalar(value)}, b]") == {"a": [value, "b"]}


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn", "Co"))))
def test_any_text_is_read_as_what_it_is(value: str) -> None:
    after = edited("a: 1  # c\nb: {c: 2, d: 3}\n", {("a",): value, ("b", "c"): value})
    assert data(after) == {"a": value, "b": {"c": value, "d": 3}}
    assert "  # c\n" in after


def test_the_whole_example_config_is_changed_in_the_lines_that_are_meant(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "config.example.yaml").read_text(encoding="utf-8")
    after = edited(
        text,
        {
            ("me", "name"): "Kim Min-jun",
            ("me", "addresses"): ["sam@example.com", "kim@example.com"],
            ("interviews", "any", 0, "title"): r"\btalk\b",
            ("letters", "language"): "en",
            ("organisations",): [{"name": "Acme", "domains": ["acme.example"]}],
            ("credentials", "key_file"): "/key",
        },
    )
    lines = changed_lines(text, after)
    assert len([line for line in lines if line[0] == "-"]) == 3
    assert len([line for line in lines if line[0] == "+"]) == 8
    (tmp_path / "config.yaml").write_text(after, encoding="utf-8")
    said = load(tmp_path / "config.yaml", folders_must_exist=False).document
    assert (said.me.name, said.organisations[0].name, said.credentials.key_file) == (
        "Kim Min-jun",
        "Acme",
        Path("/key"),
    )
