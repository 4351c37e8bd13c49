"""What strangers write is data: no template, header, link or markup of theirs gets into a letter.

What the user noted stands as it was written, a link too, but in one line of the text and in no header.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from followupd.core.letters import Letter, Situation, Wording, write
from followupd.core.model import Kind, Part, Person, Purpose
from followupd.store import Store
from followupd.templates import load_wording
from tests.core.test_letters import NUDGE, THANKS
from tests.cycle.files import DANA, Files, Mail

BENT = "victim@evil.example"
TEXTS = {
    "an expression": "{{ 7*7 }} evil",
    "a statement": "{% for x in range(9) %}evil{% endfor %}",
    "a comment": "{# evil #}",
    "half an expression": "evil {{",
    "a format": "{company}{0.__class__} evil",
    "a header": f"evil\r\nBcc: {BENT}",
    "a header by a line feed": f"evil\nBcc: {BENT}",
    "a header by another end of line": f"evil\u2028Bcc: {BENT}",
    "a header by the next line": f"evil\x85Bcc:{BENT}",
    "an end of the headers": "evil\r\n\r\nevil evil",
    "a link": "https://evil.example/x",
    "a link without a scheme": "www.evil.example",
    "a link by mail": f"mailto:{BENT}",
    "a link by mail without an address": "mailto:evil",
    "an address": BENT,
    "a script": "javascript:evil()",
    "markup": "<b>evil</b>",
    "markup that is not closed": "<img src=x onerror=evil",
    "a link in Markdown": "[evil](evil.example)",
    "a picture in Markdown": "![evil](//evil.example/x.png)",
    "a text from right to left": "\u202eevil\u202c",
    "what can't be seen": "{\u200bevil\u2060}",
    "a control character": "<\x00evil\x1b[31m>",
    "a line without end": "evil " * 2_000,
    "a word without end": "evil" * 2_500,
}
"""Each has the word "evil": where it stands in a letter by a stranger, it got through."""

HARMLESS = {"a text from right to left", "an end of the headers"}
"""Words like any others, once what can't be seen is gone and the lines are one."""

SITUATIONS = {
    "thanks": THANKS,
    "agency": replace(THANKS, part=Part.AGENCY),
    "relay": replace(THANKS, relay=True),
    "nudge": replace(NUDGE, how="phone"),
    **{purpose.value: replace(NUDGE, kind=Kind.LETTER, purpose=purpose) for purpose in Purpose},
}


@cache
def wording_of(language: str) -> Wording:
    """Ours, without a user's files."""
    return load_wording(language, None)


def with_text(situation: Situation, text: str) -> Situation:
    """The situation in which a stranger wrote this text wherever strangers write."""
    everywhere: dict[str, Any] = dict.fromkeys(("company", "position", "client"), text)
    person = Person(address=text, name=text)
    return replace(situation, recipient=person, colleagues=(text, "Maya Chen"), **everywhere)


def letters(situation: Situation) -> list[Letter]:
    """In two languages, and by enough seeds that each fact is named by one of them."""
    return [write(situation, wording_of(one), f"seed {n}", ()) for one in ("en", "de") for n in range(8)]


@pytest.mark.parametrize("kind", TEXTS)
def test_nothing_by_strangers_gets_into_a_letter(kind: str) -> None:
    for situation in SITUATIONS.values():
        for made in letters(with_text(situation, TEXTS[kind])):
            told = f"{made.subject}\n{made.text}"
            assert kind in HARMLESS or "evil" not in told
            _is_plain(made)


def _is_plain(made: Letter) -> None:
    told = f"{made.subject}\n{made.text}"
    assert not re.search(r"[{}<>]|://|www\.|bcc:|mailto:|\]\(|\b49\b", told, re.IGNORECASE)
    lines = [made.subject, *made.text.split("\n")]
    assert not [
        c for line in lines for c in line if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    ]
    assert max(map(len, lines)) < 900
    assert made.text.endswith("\nSam Lee\n")


@pytest.mark.parametrize("topic", ["notes", "fit", "forgot", "question", "about_me"])
@pytest.mark.parametrize("kind", TEXTS)
def test_what_the_user_noted_is_one_line_and_no_template(kind: str, topic: str) -> None:
    text = f"about {TEXTS[kind]}"
    noted: dict[str, Any] = {topic: text if topic == "about_me" else (text,)}
    for made in letters(replace(THANKS, **noted)):
        assert "evil" not in made.subject
        assert not re.search(r"\b49\b|evilevil evil\b", made.text)
        assert not re.search(r"^bcc:", made.text, re.IGNORECASE | re.MULTILINE)
        shown = [piece for piece in made.pieces if "evil" in piece.text]
        assert all(piece.origin in {"your note", "letters.about_me"} for piece in shown)
        assert not [
            p for p in shown if [c for c in p.text if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}]
        ]
        assert len(made.text) < 3_500


@pytest.mark.parametrize("topic", ["notes", "fit", "forgot", "question"])
def test_a_link_of_the_users_own_stands_as_it_was_written(topic: str) -> None:
    link = "https://sam.example/talk?x={{ 1 }}"
    noted: dict[str, Any] = {topic: (f"my talk at {link}",)}
    assert all(link in made.text for made in letters(replace(THANKS, **noted)))


def test_a_signature_is_the_users_and_never_a_template_or_a_header() -> None:
    signature = f"Best,\nSam {{{{ 7*7 }}}}\r\nBcc: {BENT}\x00\u202e\nhttps://sam.example"
    for made in letters(replace(THANKS, signature=signature)):
        assert made.text.endswith(f"\n\nBest,\nSam {{{{ 7*7 }}}}\nBcc: {BENT}\nhttps://sam.example\n")
        assert BENT not in made.subject


# --- through a whole cycle, as it lies in the mailbox -------------------------------------------

FIELDS = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
}


def _lies_in_drafts(files: Files) -> Mail:
    """The letter to Dana: one recipient, no header but ours, one part of plain text."""
    draft = files.draft_to()
    assert {key.lower() for key in draft.parsed.keys()} <= FIELDS  # noqa: SIM118
    assert draft.to == [DANA]
    assert "\n" not in draft.subject
    assert not re.search(rb"(?im)^(?:bcc|cc|reply-to|x-[a-z-]+):", draft.raw.partition(b"\n\n")[0])
    assert not draft.parsed.is_multipart()
    assert draft.parsed.get_content_type() == "text/plain"
    assert all(len(line) <= 998 for line in draft.raw.split(b"\n"))
    return draft


def test_the_worst_of_all_at_once_makes_a_wholesome_draft(tmp_path: Path) -> None:
    """A title, a description, two names, what the user calls it, notes: one file, as the program leaves it."""
    bad = "\\n".join(
        text.replace("\n", "\\n").replace("\r", "") for text in TEXTS.values() if len(text) < 200
    )
    files = Files(tmp_path, more='letters:\n  signature: "Best,\\nSam {{ 7*7 }}\\r\\nBcc: x@evil.example"')
    people = [
        f"Dana Reyes <{DANA}>",
        '"{{ 7*7 }} evil" <tom@acme.example>',
        '"<b>evil</b>" <kim@acme.example>',
    ]
    title = "Interview for {{ 7*7 }} evil <b>evil</b> [evil](evil.example)"
    files.once("2026-03-04 08:00")
    files.event(
        "2026-03-04 14:00", "2026-03-04 15:00", people, title=title, extra=[f"DESCRIPTION:Position: {bad}"]
    )
    files.once("2026-03-04 14:30")
    for words in (
        ("process", "name", "acme", TEXTS["a link in Markdown"]),
        ("process", "set", "acme", "--position", TEXTS["markup"]),
        ("note", "dana@acme.example", f"the talk at https://sam.example/x {{{{ 7*7 }}}}\r\nBcc: {BENT}"),
    ):
        files.cli(*words)
    files.once("2026-03-04 15:46")
    draft = _lies_in_drafts(files)
    said = draft.text
    assert f"https://sam.example/x {{{{ 7*7 }}}} Bcc: {BENT}" in said
    assert said.endswith("\n\nBest,\nSam {{ 7*7 }}\nBcc: x@evil.example\n")
    rest = said.replace(f"Bcc: {BENT}", "").replace("Bcc: x@evil.example", "").replace("{{ 7*7 }}", "")
    assert not re.search(r"evil|49|[{}<>]|\]\(", rest)
    assert not re.search(r"evil|49|[{}<>]|sam\.example", draft.subject)
    assert said.startswith("Hello Dana Reyes,\n")
    assert [said] == [one.text for one in Store(files.state).follow_ups() if one.to == DANA and one.text]
    for one in files.drafts():
        assert {key.lower() for key in one.parsed.keys()} <= FIELDS  # noqa: SIM118
        assert len(one.to) == 1
