"""The page of `followupd preview --html`: whole in itself, everything by others escaped, for the user alone."""

from __future__ import annotations

import json
import re
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from followupd.cli.output import Clock
from followupd.cli.page import page
from followupd.core.letters import Piece
from followupd.core.model import Me, Policy
from followupd.preview import Preview, invented
from followupd.reference import WorldReference
from followupd.templates import load_wording
from tests.cycle.files import Files

AT = "2026-03-04 15:10"
NOW = datetime(2026, 3, 4, 15, 10, tzinfo=UTC)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "article", "div", "p"),
    *("h1", "h2", "dl", "dt", "dd", "bdi", "br", "span", "mark", "details", "summary", "ol", "li", "small"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "dir", "open", "scope", "role"),
    *("aria-labelledby", "aria-label", "tabindex"),
}
VOID = {"meta", "br"}
HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "<a href=https://evil.example>Dana</a>",
    "<iframe src=//evil.example></iframe>",
    "<!-- comment",
    "]]><![CDATA[x",
    "&lt;b&gt; &amp;amp; &#x3c;script&#x3e;",
    "{{ 7*7 }} {% for x in y %}",
    "{# no comment #}",
    "a\u202eb\u2066c",
    "\u200b\u200f\u200e zero",
    "a\x00b\x1b[31mc\x7f\x85",
    "half \ud800 a pair",
    "Tom & Jerry; Dana < Kim > Jo",
    "x" * 3000,
    "<body onload=alert(1)><p lang=de></bdi></article></main>",
    "\\u003cscript\\u003e",
    "ﷺ مرحبا שלום",
)


class Page(HTMLParser):
    """What a page is made of: tags, attributes, and the paragraphs of each letter's text with its language."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.text: dict[str, str] = {}
        self.letters: list[tuple[str, list[str]]] = []
        self.slots: list[str] = []
        self.odd: list[str] = []
        self.in_letter = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        given = dict(attrs)
        if given.get("class") == "body":
            self.letters.append((given.get("lang") or "", []))
        if tag == "p":
            self.in_letter = given.get("dir") == "auto"
            if self.in_letter:
                self.letters[-1][1].append("")
        if tag == "mark":
            self.slots.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.odd.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.text[tag] = self.text.get(tag, "") + data
        if "p" in self.open and self.in_letter:
            self.letters[-1][1][-1] += data
        if "mark" in self.open:
            self.slots[-1] += data

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def unknown_decl(self, data: str) -> None:
        self.odd.append(data)

    def texts(self) -> list[str]:
        return ["\n\n".join(paragraphs) for _, paragraphs in self.letters]


def must_be_harmless(text: str) -> Page:
    found = Page(text)
    assert (found.open, found.odd) == ([], [])
    assert set(found.tags) <= TAGS
    assert {name for _, name, _ in found.attributes} <= ATTRIBUTES
    assert not re.search(r"url\(|@import|expression\(", found.text["style"])
    policy = [value for tag, _, value in found.attributes if tag == "meta" and "default-src" in value]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    return found


@cache
def a_letter() -> Preview:
    policy = Policy(me=Me(name="Sam Lee", addresses=("sam@example.com",)), reference=WorldReference())
    return invented(policy, lambda language: load_wording(language, None), NOW)


def hostile(words: str) -> Preview:
    """A letter in which every text is this one; nothing of the core has seen it."""
    one = a_letter()
    event = replace(one.interviews[-1].event, title=words)
    kept = replace(one.letter, name=words, address=words, sender=words, reason=words, rewritten=words)
    return replace(
        one,
        interviews=(replace(one.interviews[-1], event=event),),
        letter=kept,
        subject=words,
        text=f"Hello {words},\n\nFILL IN: {words}\n\n{words}\nSam",
        language=words,
        pieces=(Piece("greeting", words, f"Hello {words},"), Piece(words, words, words)),
        due=NOW + timedelta(hours=1),
    )


def as_a_page_holds_it(text: str) -> str:
    return "".join(
        "\ufffd" if re.match(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", c) else c for c in text
    )


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A panel of four in two languages; one name tries to be a tag, one note is known."""
    world = Files(tmp_path_factory.mktemp("panel"))
    people = ["Dana Reyes <dana@acme.example>", "Jörg Müller <joerg@acme.example>"]
    people += ["Kim Min-jun <kim@acme.example>", '"\\<img src=x> & مرحبا" <x@acme.example>']
    world.event("2026-03-04 14:00", "2026-03-04 15:00", people, title="Interview <b>A</b> & panel")
    world.once("2026-03-04 10:00")
    world.cli("people", "set", "joerg", "--language", "de")
    world.cli("note", "dana", "your <i>move</i> to Rust", at=AT)
    return world


def written(world: Files, file: Path, *words: str) -> Page:
    code, out = world.cli("preview", "panel", "--html", str(file), *words, at=AT)
    assert (code, out) == (0, f"{file}\n")
    return must_be_harmless(file.read_text("utf-8"))


# --- the page -----------------------------------------------------------------------------------


def test_every_letter_is_there_whole_and_in_its_language(panel: Files, tmp_path: Path) -> None:
    found = written(panel, tmp_path / "page.html")
    _, out = panel.cli("preview", "panel", "--json", at=AT)
    letters = json.loads(out)["letters"]
    assert found.texts() == [one["text"].rstrip("\n") for one in letters]
    assert [language for language, _ in found.letters] == ["en", "de", "en", "en"]
    slots = [line for one in letters for line in one["text"].splitlines() if line.startswith("FILL IN:")]
    assert found.slots == slots != []
    for one in letters:
        for field in ("subject", "name", "to", "from"):
            assert one[field] in found.text["dl"]


def test_origins_and_likeness_are_there(panel: Files, tmp_path: Path) -> None:
    found = written(panel, tmp_path / "page.html")
    _, out = panel.cli("preview", "panel", "--json", at=AT)
    data = json.loads(out)
    for one in data["letters"]:
        assert one["pieces"]
        assert all(piece["origin"] in found.text["details"] for piece in one["pieces"])
    assert f"{data['likeness']['highest']:.2f}" in found.text["table"]
    assert "most alike" in found.text["table"]
    middle = re.search(r"pairs: (\d\.\d\d) \(median\)", found.text["section"])
    assert middle is not None
    assert float(middle[1]) == pytest.approx(data["likeness"]["median"], abs=0.006)
    assert len(re.findall(r"\d\.\d\d", found.text["tbody"])) == 6
    assert not any(name == "open" for _, name, _ in found.attributes)
    assert any(name == "open" for _, name, _ in written(panel, tmp_path / "o.html", "--origins").attributes)


def test_it_has_a_title_a_language_and_a_width(panel: Files, tmp_path: Path) -> None:
    found = written(panel, tmp_path / "page.html")
    assert found.text["title"] == "4 letters after “Interview <b>A</b> & panel”"
    assert ("html", "lang", "en") in found.attributes
    assert ("meta", "content", "width=device-width, initial-scale=1") in found.attributes
    assert "prefers-color-scheme: dark" in found.text["style"]
    assert "@media print" in found.text["style"]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_text_by_others_stays_text(words: str) -> None:
    one = hostile(words)
    text = page([one, hostile(f"{words} 2")], Clock("UTC", NOW), origins=True, is_invented=False)
    text.encode()  # a half of a pair would not be written
    found = must_be_harmless(text)
    assert found.texts()[0] == as_a_page_holds_it(one.text)
    assert len(found.letters) == 2


@pytest.mark.parametrize("words", ["a\u202eb", "مرحبا", "<b>"])
def test_a_name_that_turns_directions_turns_nothing_around_it(words: str) -> None:
    one = replace(hostile(words), pieces=(Piece("greeting", "en/a.b.1", f"Hello {words},"),))
    text = page([one, hostile("Dana")], Clock("UTC", NOW), origins=True, is_invented=False)
    name = Page(text).text["h2"].removeprefix("Thank-you to ").split("Thank-you")[0]
    bare = re.sub(
        r"<bdi[^>]*>.*?</bdi>|<p dir=\"auto\">.*?</p>|<title>.*?</title>|<p class=.*?</p>",
        "",
        text,
        flags=re.DOTALL,
    )
    assert name
    assert name not in Page(bare).text["body"]


def test_a_letter_that_is_too_alike_is_told_in_words() -> None:
    one = a_letter()
    other = replace(one, letter=replace(one.letter, key="other", name="Kim"))
    found = Page(page([one, other], Clock("UTC", NOW), origins=False, is_invented=False))
    assert "1.00too alike" in found.text["td"]
    assert "Dana Reyes and Kim, 1.00 of 1, too alike; 0.8 would be too alike." in found.text["section"]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def light(colour: str) -> float:
        full = colour if len(colour) == 6 else "".join(2 * c for c in colour)
        parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_colour_can_be_read() -> None:
    text = page([a_letter()], Clock("UTC", NOW), origins=False, is_invented=True)
    palettes = [
        dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", part)) for part in text.split(":root {")[1:]
    ]
    assert len(palettes) == 3
    for colours in palettes:
        for ink, ground in (
            ("ink", "card"),
            ("ink", "paper"),
            ("quiet", "card"),
            ("quiet", "paper"),
            ("bad", "card"),
        ):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        assert contrast(colours["slot-ink"], colours["slot"]) >= 4.5
        assert contrast(colours["slot-line"], colours["slot"]) >= 3


# --- the file -----------------------------------------------------------------------------------


def test_the_usual_place_is_the_state_folder_and_private(panel: Files) -> None:
    for _ in range(2):  # the second is written over the first
        code, out = panel.cli("preview", "--html", at=AT)
        path = Path(out.strip())
        assert (code, path) == (0, panel.state / "preview.html")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(Page(path.read_text("utf-8")).letters) == 4
    assert not list(panel.state.glob(".followupd-*"))


def test_before_there_is_a_state_it_lies_elsewhere(tmp_path: Path) -> None:
    world = Files(tmp_path)
    code, out = world.cli("preview", "--html", at=AT)
    path = Path(out.strip())
    assert code == 0
    assert not world.state.exists()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    found = must_be_harmless(path.read_text("utf-8"))
    assert found.text["h1"] == "A letter after an invented interview"
    path.unlink()
    path.parent.rmdir()


@pytest.mark.parametrize("words", [("--html", "dana"), ("dana", "--html")])
def test_a_word_that_is_no_page_is_the_person(panel: Files, words: tuple[str, ...]) -> None:
    usual = panel.state / "preview.html"
    assert panel.cli("preview", *words, at=AT) == (0, f"{usual}\n")
    assert len(Page(usual.read_text("utf-8")).letters) == 1


def test_a_page_of_ours_is_written_over_and_nothing_else(panel: Files, tmp_path: Path) -> None:
    file = tmp_path / "mine.html"
    written(panel, file)
    written(panel, file)
    file.write_text("<p>something of my own</p>")
    code, out = panel.cli("preview", "panel", "--html", str(file), at=AT)
    assert code == 1
    assert f"{file} is there already and is no page of `followupd preview`" in out
    assert file.read_text() == "<p>something of my own</p>"
    written(panel, file, "--force")


def test_no_link_is_followed_and_no_folder_replaced(panel: Files, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    link, folder = tmp_path / "link.html", tmp_path / "folder.html"
    link.symlink_to(precious)
    folder.mkdir()
    for file, words in ((link, ()), (folder, ()), (folder, ("--force",))):
        assert panel.cli("preview", "panel", "--html", str(file), *words, at=AT)[0] == 1
    written(panel, link, "--force")
    assert precious.read_text() == "precious"
    to_a_page = tmp_path / "to-a-page.html"
    to_a_page.symlink_to(link)
    assert panel.cli("preview", "panel", "--html", str(to_a_page), at=AT)[0] == 1
    assert folder.is_dir()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("panel", "--html", "letters.txt"), 2, "“letters.txt” is no name for a page: let it end in .html."),
        (("panel", "--html", "/no/such/place/a.html"), 1, "can't be written: No such file or directory"),
        (("panel", "--html", "--json"), 2, "choose one"),
        (("panel", "--force"), 2, "give --html with it"),
    ],
)
def test_mistakes_are_told(panel: Files, words: tuple[str, ...], code: int, told: str) -> None:
    found, out = panel.cli("preview", *words, at=AT)
    assert found == code
    assert told in out
