"""Nothing in a letter shows that a program wrote it, and nothing printed shows a letter (design.md, promise 5)."""

from __future__ import annotations

import base64
import os
import re
import stat
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from tests.cycle.files import ME, Files, Mail

FIELDS = [
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type",
    "content-transfer-encoding",
]  # fmt: skip
PEOPLE = [
    "Łukasz Żółć <lukasz@acme.example>",
    "김민준 <minjun@acme.example>",
    '"O\'Neil, Jr., Pat" <pat@acme.example>',
    "María José Carreño Quiñones de la Fuente y Ortega Villaseñor <maria@acme.example>",
]
WORDS = re.compile(
    r"followupd|follow-up-d|generated|automat|\bscript\b|python|x-|user-agent|mailer|daemon|template|bot\b|"
    r"https?://|<img|pixel|track|utm_",
    re.IGNORECASE,
)


@pytest.fixture(scope="module", params=["plain", "maildir++"])
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Thank-yous to four people and, later, a nudge to one of them; with an agency's and names without addresses."""
    lived = Files(tmp_path_factory.mktemp("shown"), layout=request.param)
    lived.event("2026-03-04 14:00", "2026-03-04 15:00", [p.replace('"', "").replace(",", "") for p in PEOPLE])
    lived.event("2026-03-05 14:00", "2026-03-05 15:00", ["Zoë Brontë <zoe@globex.example>"])
    lived.once("2026-03-04 08:00")
    lived.once("2026-03-04 15:46")
    lived.once("2026-03-05 15:46")
    lived.send(lived.draft_to("zoe@globex.example"), at="2026-03-05 16:00", client="thunderbird")
    lived.once("2026-03-05 16:05")
    lived.once("2026-03-06 16:00")
    lived.once("2026-03-12 09:05")
    assert len(lived.drafts()) == 5
    return lived


def test_there_is_a_nudge_among_them(files: Files) -> None:
    assert [one["kind"] for one in files.letters() if one["stage"] == "drafted"].count("nudge") == 1
    assert "in-reply-to" in files.draft_to("zoe@globex.example").parsed


def test_no_field_that_other_letters_lack(files: Files) -> None:
    for draft in files.drafts():
        names = [name.lower() for name in draft.parsed]
        assert set(names) <= set(FIELDS)
        assert len(names) == len(set(names))


def test_no_word_that_names_a_program(files: Files) -> None:
    for draft in files.drafts():
        known = draft.raw.decode()
        for text in (known, draft.text, str(make_header(decode_header(draft.parsed["subject"])))):
            assert not WORDS.search(text), WORDS.search(text)


def test_the_message_id_looks_like_any_other_of_the_mailbox(files: Files) -> None:
    ids = [draft.message_id for draft in files.drafts()]
    assert len(set(ids)) == len(ids)
    domain = ME.rpartition("@")[2]
    assert all(re.fullmatch(rf"<[0-9A-Za-z.-]{{16,80}}@{domain}>", one) for one in ids)


def test_bodies_are_seven_bits(files: Files) -> None:
    for draft in files.drafts():
        draft.raw.decode("ascii")
        assert draft.parsed.get_content_type() == "text/plain"
        assert draft.parsed["content-transfer-encoding"].lower() in {"7bit", "quoted-printable"}
        if draft.parsed["content-transfer-encoding"].lower() == "quoted-printable":
            assert draft.parsed.get_content_charset() == "utf-8"
        assert not draft.parsed.is_multipart()


def test_headers_are_encoded_words(files: Files) -> None:
    shown = {name: draft.to for draft in files.drafts() for name in [str(draft.parsed["to"])]}
    assert any("Łukasz Żółć" in name for name in shown)
    assert any("김민준" in name for name in shown)
    for draft in files.drafts():
        head = draft.raw.split(b"\n\n")[0].decode("ascii")
        for word in re.findall(r"=\?[^?\s]+\?[^?\s]\?[^?\s]*\?=", head):
            assert len(word) <= 75, "RFC 2047 section 2"
            charset, encoding, text = word[2:-2].split("?")
            assert charset.lower() == "utf-8"
            if encoding.lower() == "b":
                base64.b64decode(text, validate=True).decode("utf-8")  # no character is cut in two


def test_lines_are_short_and_end_as_they_should(files: Files) -> None:
    for draft in files.drafts():
        assert all(len(line) <= 998 for line in draft.raw.split(b"\n"))
        assert b"\r" not in draft.raw
        assert draft.raw.endswith(b"\n")
        assert not draft.raw.endswith(b"\n\n\n")


def test_the_text_is_whole(files: Files) -> None:
    for draft in files.drafts():
        assert "None" not in draft.text
        assert not re.search(r"[{}]|\btoday\b|\byesterday\b|\btomorrow\b", draft.text)
        assert re.match(r"[^\n]+,\n\n", draft.text), "a greeting"
        assert draft.text.rstrip().endswith("Sam Lee")
        assert len(draft.text.split()) <= 140


def test_file_names_do_not_name_a_program(files: Files) -> None:
    for path in files.everything():
        below = str(path.relative_to(files.folder)).lower()
        assert "follow" not in below
        assert re.fullmatch(r"\d+\.\w+\.[\w.-]+(,[\w=,]+)?(:2,[A-Z]*)?", path.name), path.name
    for root, _, names in os.walk(files.mail_root()):
        assert not any("follow" in name.lower() for name in names), root


def test_drafts_are_files_of_the_user_alone(files: Files) -> None:
    for draft in files.drafts():
        assert stat.S_IMODE(draft.path.stat().st_mode) == 0o600


def test_the_state_is_the_users_alone(files: Files) -> None:
    for path in [files.state, *files.state.rglob("*"), files.cache / "followupd"]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_nothing_is_left_in_tmp(files: Files) -> None:
    assert not [path for path in files.everything() if path.parent.name == "tmp"]


# --- what is printed ----------------------------------------------------------------------------


def sentences(draft: Mail) -> list[str]:
    """The sentences of a letter that would give it away; not its subject, which status may not show either."""
    paragraphs = draft.text.split("\n\n")[1:-1]
    return [s.strip() for p in paragraphs for s in re.split(r"[.?!]\s", p) if len(s.split()) >= 4]


def test_outputs_carry_no_bodies(tmp_path: Path) -> None:
    files = Files(tmp_path)
    secret = "They told me about Project Nightingale"
    files.event("2026-03-04 14:00", "2026-03-04 15:00", ["Dana Reyes <dana@acme.example>"])
    files.once("2026-03-04 08:00")
    files.receive(at="2026-03-04 15:30", subject="Confidential: salary band", text=f"{secret}.\n")
    out = ""
    for words, moment in (
        (("once", "--json"), "2026-03-04 15:46"),
        (("once",), "2026-03-04 15:50"),
        (("status", "--json"), "2026-03-04 15:50"),
        (("status",), "2026-03-04 15:50"),
        (("plan", "--json"), "2026-03-04 15:50"),
        (("explain", "dana"), "2026-03-04 15:50"),
    ):
        ended = files.program(*words, at=moment)
        assert "Traceback" not in ended.out
        out += ended.out
    said = sentences(files.draft_to())
    assert said
    assert not [one for one in said if one in out]
    assert "Nightingale" not in out
    assert "salary band" not in out


def test_a_failure_prints_no_bodies(tmp_path: Path) -> None:
    """Also when something can't be written or read."""
    files = Files(tmp_path)
    files.event("2026-03-04 14:00", "2026-03-04 15:00", ["Dana Reyes <dana@acme.example>"])
    files.once("2026-03-04 08:00")
    folder = files.mail_folder("Drafts")
    (folder / "cur").rename(files.folder / "aside")
    (folder / "cur").write_bytes(b"")
    ended = files.program("once", at="2026-03-04 15:46", fresh=True)
    assert str(folder) in ended.out, "it is told"
    assert "Hello Dana" not in ended.out
    assert "Thank you" not in ended.out
    assert "Traceback" not in ended.out
