"""Spelling: what the real reader finds in letters, and a reader that is not there, hangs, dies or lies.

The real child is started twice; the others are a line of Python each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from followupd.core.letters import write
from followupd.core.proof import Misspelling, Proof
from followupd.core.proof_layout import laid_out
from followupd.core.proof_spelling import is_english, worth_telling
from followupd.core.proofread import findings
from followupd.spelling import ANSWER_AT_MOST, RESTS, Speller
from tests.core.proof_kit import BLIND, GOOD, PLANTED, Planted, proof
from tests.core.test_letters import SITUATIONS, WORDING

MISSING = "the extra `proofread` (harper-py) is not installed"
real = pytest.mark.skipif(find_spec("harper") is None, reason=MISSING)
BRITISH = (
    "I organised the programme at the centre and favoured the behaviour of its colour; whilst travelling I practised "
    "modelling, licensed by my neighbour, and learnt to analyse cheques in grey ink, in good humour and by judgement."
)
AMERICAN = (
    "I organized the program at the center and favored the behavior of its color; while traveling I practiced "
    "modeling, licensed by my neighbor, and learned to analyze checks in gray ink, in good humor and by my judgment."
)


@pytest.fixture(scope="module")
def speller() -> Iterator[Speller]:
    told: list[str] = []
    made = Speller(bound=60.0, tell=told.append)
    yield made
    made.close()
    assert told == []


def read(speller: Speller, text: str, about: Proof) -> tuple[Misspelling, ...]:
    """As the cycle does it, see core.proofreading."""
    body = laid_out(text, about.me).body
    known = (*about.names, *about.others, *about.addresses, about.company, about.me, *about.companies)
    return worth_telling(speller(body, "en"), body, known) if is_english(body) else ()


def is_found(speller: Speller, one: Planted) -> bool:
    misspelt = read(speller, one.text, proof(**one.about))
    return one.kind in {found.kind for found in findings(one.text, proof(**one.about, misspelt=misspelt))}


# --- the real reader ----------------------------------------------------------------------------


@real
def test_of_forty_planted_faults_at_least_38_are_found_with_the_extra(speller: Speller) -> None:
    missed = [one.name for one in PLANTED if not is_found(speller, one)]
    assert len(PLANTED) - len(missed) >= 38, missed
    assert [one.name for one in BLIND if not is_found(speller, one)] == []


@real
def test_in_good_letters_there_are_at_most_two_false_alarms_in_sixty(speller: Speller) -> None:
    house = [write(one, WORDING, seed, ()).text for one in SITUATIONS.values() for seed in ("one", "two")]
    good = [(one.text, proof(**one.about)) for one in GOOD] + [
        (text, proof(others=("Maya Chen", "Tom Okafor"))) for text in house
    ]
    assert len(good) >= 60
    alarms = [found for text, about in good for found in read(speller, text, about)]
    assert len(alarms) <= 2, alarms
    assert [one for one in alarms if one.problem] == []


@real
@pytest.mark.parametrize("text", [BRITISH, AMERICAN], ids=["British", "American"])
def test_what_is_right_on_one_side_of_the_ocean_is_right(speller: Speller, text: str) -> None:
    assert speller(text, "en") == ()


@real
@pytest.mark.parametrize(
    ("text", "words", "better"),
    [
        ("Their is one more thing that I wanted to say to you.", "Their", "There"),
        ("I could of done that in a better way, to be honest.", "could of", "could have"),
        ("The company lost it's data, as you told me then.", "it's", "its"),
        ("It was better then expected, and I liked it a lot.", "then", "than"),
        ("I am looking forward to meet you and all of the team.", "meet", "meeting"),
    ],
)
def test_a_word_that_is_sure_to_be_the_wrong_one_is_told(
    speller: Speller, text: str, words: str, better: str
) -> None:
    (found,) = speller(text, "en")
    assert (found.words, found.better[0]) == (words, better)
    assert words in found.problem


@real
def test_its_is_let_be_where_it_is_right(speller: Speller) -> None:
    assert speller("The calendar suddenly lists none of its known events, and lets us know.", "en") == ()


def test_no_other_language_is_read(speller: Speller) -> None:
    """Not even begun: where Harper is missing this passes too."""
    quiet = Speller(words=("/nowhere",), tell=pytest.fail)
    assert quiet("Das ist nicht falsch geschriben.", "de") == ()
    assert quiet("  \n", "en") == ()


# --- a reader that fails ------------------------------------------------------------------------


def python(script: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", script)


READY = "import sys, json; print('\"ready\"', flush=True); line = sys.stdin.readline(); "
FAILURES = {
    "is not there": (("/nowhere/python",), "failed"),
    "is not installed": (python("raise SystemExit(3)"), "followupd[proofread]"),
    "hangs at once": (python("import time; time.sleep(60)"), "more than"),
    "hangs when asked": (python(f"{READY} import time; time.sleep(60)"), "more than"),
    "drips": (
        python(
            f"{READY} import time; [(print('[', end='', flush=True), time.sleep(0.05)) for _ in range(999)]"
        ),
        "more than",
    ),
    "dies": (python(f"{READY} raise SystemExit(1)"), "too early"),
    "dies of a signal": (python(f"{READY} import os; os.kill(os.getpid(), 9)"), "too early"),
    "prints nonsense": (python(f"{READY} print('hello')"), "failed"),
    "prints another form": (python(f"{READY} print(json.dumps(dict(a=1)))"), "no list"),
    "prints other entries": (python(f"{READY} print(json.dumps([1]))"), "form"),
    "prints without end": (python(f"{READY} print('[' * {4 * ANSWER_AT_MOST})"), "too much"),
    "says no ready": (python("print('[]')"), "ready"),
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_reader_that_fails_finds_nothing_and_is_told_once(how: str) -> None:
    words, expected = FAILURES[how]
    told: list[str] = []
    failing = Speller(words=words, bound=0.4 if "hang" in how or "drip" in how else 20.0, tell=told.append)
    assert failing("I recieved it.", "en") == ()
    assert failing("I recieved it again.", "en") == ()
    assert failing._child is None
    assert len(told) == 1
    assert expected in told[0]
    failing.close()


def test_after_a_failure_nobody_is_asked_for_an_hour(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = tmp_path / "begun"
    told: list[str] = []
    words = python(f"open({str(mark)!r}, 'a').write('x')")
    failing = Speller(words=words, tell=told.append)
    for _ in range(3):
        assert failing("I recieved it.", "en") == ()
    assert mark.read_text() == "x"
    now = failing._rests_until - RESTS
    monkeypatch.setattr("followupd.spelling.time.monotonic", lambda: now + RESTS + 1)
    assert failing("I recieved it.", "en") == ()
    assert mark.read_text() == "xx"
    assert len(told) == 1


def test_the_reader_is_given_no_secrets_and_the_text_not_in_its_arguments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/bus")
    told = "dict(words=' '.join(sorted(os.environ)), better=sys.argv, problem=line)"
    script = f"{READY} import os; print(json.dumps([{told}]))"
    speller = Speller(words=python(script))
    (seen,) = speller("a text of mine", "en")
    speller.close()
    assert set(seen.words.split()) <= {
        "HOME",
        "PYTHONPATH",
        "PYTHONHOME",
        "PYTHONUSERBASE",
        "LD_LIBRARY_PATH",
        "PYTHONUTF8",
        "LC_CTYPE",
    }
    assert seen.better == ("-c",)
    assert "a text of mine" in seen.problem


def test_one_reader_serves_a_cycle_and_a_text_is_asked_once(tmp_path: Path) -> None:
    mark = tmp_path / "begun"
    script = f"""
import sys
def note(what):
    with open({str(mark)!r}, "a") as file:
        file.write(what)
note("x")
print('"ready"', flush=True)
for line in sys.stdin:
    note(".")
    print("[]", flush=True)
"""
    speller = Speller(words=python(script))
    for text in ("one", "two", "one", "two"):
        assert speller(text, "en") == ()
    speller.close()
    assert mark.read_text() == "x.."
    assert speller("one", "en") == ()
    speller.close()
    assert mark.read_text() == "x..x."


def test_an_answer_is_cut_to_what_can_be_shown() -> None:
    script = (
        f"{READY} print(json.dumps([dict(words='w' * 999, better=['b' * 999] * 9, problem='p' * 999)] * 4))"
    )
    speller = Speller(words=python(script))
    found = speller("text", "en")
    speller.close()
    assert len(found) <= 100
    assert (len(found[0].words), len(found[0].better), len(found[0].better[0]), len(found[0].problem)) == (
        100,
        4,
        100,
        300,
    )


def test_strange_characters_reach_the_reader() -> None:
    speller = Speller(words=python(f"{READY} print('[]', flush=True); sys.stdin.read()"))
    assert speller("a \ud800 b \x00 \u2028 c " + "é" * 9000, "en") == ()
    assert speller._told is False
    speller.close()


@real
def test_once_it_has_begun_the_reader_opens_nothing() -> None:
    script = """
import json, socket, sys
from followupd import spelling_reader
spelling_reader.close_the_doors()
left = []
for name, act in (("file", lambda: open("/etc/hostname")), ("socket", socket.socket)):
    try:
        act()
        left.append(name)
    except OSError:
        pass
print(json.dumps("ready"), flush=True)
sys.stdin.readline()
print(json.dumps([dict(words=" ".join(left), better=[])]), flush=True)
"""
    speller = Speller(words=(sys.executable, "-c", script))
    (open_still,) = speller("text", "en")
    speller.close()
    assert open_still.words == ""
