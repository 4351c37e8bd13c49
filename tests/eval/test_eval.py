"""The evaluation: what is wrong is seen, what is broken is told, and the run goes on.

The samples are written here. Where FOLLOWUPD_SAMPLES names a folder of real ones, they are evaluated too.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from followupd.core.model import Event, Judgement, Message, Policy, Verdict
from followupd.providers.ics import ParsedCalendar, read_calendar
from tests.eval import __main__ as command
from tests.eval import calendars, events, judging, trying
from tests.eval.judging import judgement_of
from tests.eval.labels import Standing, expected
from tests.eval.manifest import NoManifestError, read_samples
from tests.eval.samples import AWAY, DANA, GOOD, INVITATION, LETTER, NEWS, World, calendar, line, page, report
from tests.eval.targets import Target

# --- a folder on which all is right ----------------------------------------------------------------


def test_what_is_right_meets_every_target(good: World) -> None:
    code, out = good.evaluate()
    assert code == 0, out
    assert "MISSED" not in out
    assert not page(out, "misjudged")
    assert not page(out, "unsure")
    assert not page(out, "left out")
    assert len(page(out, "slowest messages")) == command.SHOWN
    assert {row[2] for row in page(out, "slowest .ics files")} == {"ics/half.ics", "ics/two.ics"}
    assert (
        line(out, "targets", "people taken for people")
        == "people taken for people 1 of 1 100.00 % at least 99.50 % ok"
    )
    assert line(out, "targets", "delayed and success") == (
        "delayed and success reports taken for failed 0 of 2 0.00 % at most 0.00 % ok"
    )
    assert line(out, ".ics files", "valid_expected") == "valid_expected 1 1 1 2 6 0"
    assert line(out, ".ics files", "invalid_expected").startswith("invalid_expected 1 0 0 ")


def test_the_order_of_the_manifest_changes_nothing(good: World) -> None:
    def untimed(out: str) -> str:
        return out.partition("== slowest")[0] + out.partition("== targets")[2]

    assert untimed(good.evaluate()[1]) == untimed(good.evaluate(reverse=True)[1])


def test_the_table_says_what_each_label_was_taken_for(good: World) -> None:
    good.add("human", "second.eml", "human_reply", LETTER)
    rows = page(good.evaluate()[1], "what each label was taken for")
    columns = rows[0]
    taken = {
        row[0]: {c: n for c, n in zip(columns[1:-1], row[1:-1], strict=True) if n != "·"} for row in rows[1:]
    }
    assert taken["human_reply"] == {"human": "2"}
    assert taken["autoreply"] == {"auto_reply/away": "1"}
    assert taken["bounce_failed"] == {"bounce/hard": "1"}
    assert taken["dsn_delayed"] == {"bounce/delayed": "1"}
    assert taken["calendar_request"] == {"calendar/request": "1"}
    assert [row[-1] for row in rows[1:] if row[0] == "human_reply"] == ["2"]


def test_the_rules_are_counted_by_label(good: World) -> None:
    good.add("autoreply", "wrong.eml", "autoreply", LETTER)
    rule = judgement_of(LETTER.encode()).reason
    told = line(good.evaluate()[1], "which rule decides", rule)
    assert told == f"{rule} 3 1 autoreply 1, human_reply 1, plain_not_bounce 1"


def test_every_sample_is_told_when_asked(good: World) -> None:
    assert not page(good.evaluate()[1], "all messages")
    out = good.evaluate("--verbose")[1]
    assert [row[2] for row in page(out, "all messages")] == sorted(
        f"{g}/{n}" for g, n, *_ in GOOD if g != "ics"
    )
    assert [row[1] for row in page(out, "all .ics files")] == ["ics/half.ics", "ics/two.ics"]


# --- what is wrong is seen -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "label", "text", "taken", "target"),
    [
        ("human", "human_reply", AWAY, "auto_reply/away", "people taken for people"),
        ("human", "human_new", NEWS, "list", "people taken for people"),
        ("autoreply", "autoreply_ack", LETTER, "human", "automatic replies recognised"),
        ("autoreply", "autoreply", LETTER, "human", "automatic replies and bounces taken for people"),
        ("bounce", "bounce_failed", LETTER, "human", "automatic replies and bounces taken for people"),
        ("bounce", "bounce_failed", report("delivered", "2.0.0"), "notice/receipt", "bounces recognised"),
        (
            "other",
            "dsn_delayed",
            report("failed", "5.1.1"),
            "bounce/hard",
            "delayed and success reports taken",
        ),
        (
            "other",
            "dsn_success",
            report("failed", "4.4.1"),
            "bounce/soft",
            "delayed and success reports taken",
        ),
        ("other", "postmaster_spam", report("failed", "5.1.1"), "bounce/hard", "spam from postmaster@"),
        ("other", "postmaster_spam", AWAY, "auto_reply/away", ""),
        ("other", "feedback_report", LETTER, "human", ""),
        ("other", "read_receipt", report("failed", "5.1.1"), "bounce/hard", ""),
        ("other", "notice", LETTER, "human", ""),
        ("other", "calendar_reply", LETTER, "human", ""),
        ("other", "plain_not_bounce", report("delayed", "4.4.1"), "bounce/delayed", ""),
        ("other", "list", LETTER, "human", ""),
    ],
)
def test_a_wrong_label_is_seen(
    good: World, group: str, label: str, text: str, taken: str, target: str
) -> None:
    good.add(group, "wrong.eml", label, text)
    code, out = good.evaluate()
    (told,) = page(out, "misjudged")
    assert told[:3] == [label, taken, f"{group}/wrong.eml"]
    assert " ".join(told[3:]) == judgement_of(text.encode()).reason
    if target:
        assert line(out, "targets", target).endswith("MISSED")
    assert code == bool(target)


def test_recall_and_precision(good: World) -> None:
    good.add("autoreply", "wrong.eml", "autoreply", LETTER)
    out = good.evaluate()[1]
    assert line(out, "recall", "autoreply") == "autoreply 1 1 0 50.00 %"
    assert line(out, "precision", "human") == "human 2 1 0 66.67 %"


def test_unsure_is_neither_right_nor_wrong(good: World) -> None:
    for number in range(2):
        good.add("human", f"nameless{number}.eml", "human_new", LETTER.replace(DANA, ""))
    code, out = good.evaluate()
    assert [row[2] for row in page(out, "unsure")] == ["human/nameless0.eml", "human/nameless1.eml"]
    assert line(out, "targets", "people taken for people") == (
        "people taken for people 1 of 1 100.00 % 33.33 % at least 99.50 % ok"
    )
    assert (
        line(out, "targets", "unsure among people's mail")
        == "unsure among people's mail 2 of 3 66.67 % below 3.00 % MISSED"
    )
    assert (
        line(out, "targets", "unsure among all")
        == "unsure among all messages 2 of 12 16.67 % below 8.00 % MISSED"
    )
    assert not page(out, "misjudged")
    assert code == 1


def test_a_target_that_nothing_measures_is_not_told(world: World) -> None:
    world.add("human", "letter.eml", "human_reply", LETTER)
    code, out = world.evaluate()
    assert code == 0
    assert "bounces recognised" not in out
    assert ".ics" not in out


def test_where_all_are_unsure_nothing_is_met_that_asks_for_a_share(world: World) -> None:
    world.add("human", "nameless.eml", "human_new", LETTER.replace(DANA, ""))
    code, out = world.evaluate()
    assert line(out, "targets", "people taken").endswith("0 of 0 all unsure 0.00 % at least 99.50 % MISSED")
    assert code == 1


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target("at least", 199, 200, 0.995, least=True), True),
        (Target("at least", 198, 200, 0.995, least=True), False),
        (Target("at most", 2, 100, 0.02), True),
        (Target("at most", 3, 100, 0.02), False),
        (Target("below", 3, 100, 0.03, below=True), False),
        (Target("below", 2, 100, 0.03, below=True), True),
    ],
)
def test_a_bound_is_reached_or_not(target: Target, met: bool) -> None:
    assert target.met is met


@pytest.mark.parametrize(
    "label",
    [
        "human_x",
        "human_list",
        "autoreply",
        "bounce_failed",
        "dsn_delayed",
        "notice",
        "plain_not_bounce",
        "spam",
    ],
)
def test_a_crash_is_wrong_and_unsure_is_neither_whatever_the_label(label: str) -> None:
    found = expected(label)
    assert found is not None
    assert found.standing("crash") is Standing.WRONG
    assert found.standing("unsure") is Standing.UNSURE


def test_a_person_on_a_list_may_be_taken_for_the_list() -> None:
    listed, written = expected("human_list"), expected("human_reply")
    assert listed is not None
    assert written is not None
    assert listed.standing("list") is Standing.RIGHT
    assert written.standing("list") is Standing.WRONG


# --- what is broken is told, and the run goes on ----------------------------------------------------


def breaking(
    judge: Callable[..., Judgement], subject: str, act: Callable[[], None]
) -> Callable[..., Judgement]:
    """The judge, but `act` happens on messages with this subject."""

    def broken(message: Message, *arguments: object) -> Judgement:
        if message.subject == subject:
            act()
        return judge(message, *arguments)

    return broken


def test_a_crash_is_told_by_name_and_the_rest_is_judged(good: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> None:
        raise LookupError("unknown\nencoding: x-odd")

    good.add("human", "odd.eml", "human_new", LETTER.replace("Re: Thank you", "Odd"))
    monkeypatch.setattr(judging, "judge", breaking(judging.judge, "Odd", crash))
    code, out = good.evaluate()
    (told,) = page(out, "misjudged")
    assert told[:3] == ["human_new", "crash", "human/odd.eml"]
    assert " ".join(told[3:]).startswith("LookupError: unknown encoding: x-odd (test_eval.py:")
    assert "crash" not in [row[0] for row in page(out, "precision")]
    assert (
        line(out, "targets", "messages that crash")
        == "messages that crash 1 of 11 9.09 % at most 0.00 % MISSED"
    )
    assert line(out, "targets", "people taken for people").startswith(
        "people taken for people 1 of 2 50.00 %"
    )
    assert line(out, "targets", "bounces recognised").endswith("1 of 1 100.00 % at least 98.00 % ok")
    assert code == 1


@pytest.mark.skipif(not hasattr(trying.signal, "setitimer"), reason="needs an alarm of Unix")
def test_what_never_ends_is_ended(good: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless() -> None:
        for _ in range(10**9):
            pass

    good.add("human", "endless.eml", "human_new", LETTER.replace("Re: Thank you", "Odd"))
    monkeypatch.setattr(trying, "LIMIT", 0.05)
    monkeypatch.setattr(judging, "judge", breaking(judging.judge, "Odd", endless))
    code, out = good.evaluate()
    assert page(out, "misjudged") == [
        ["human_new", "crash", "human/endless.eml", "was", "ended", "after", "0.05", "s"]
    ]
    assert code == 1


def test_what_takes_more_than_a_second_is_told(good: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def slow() -> None:
        now[0] += 1.5

    for number in range(command.SHOWN + 1):
        good.add("human", f"slow{number}.eml", "human_new", LETTER.replace("Re: Thank you", "Odd"))
    monkeypatch.setattr(trying, "perf_counter", lambda: now[0])
    monkeypatch.setattr(judging, "judge", breaking(judging.judge, "Odd", slow))
    code, out = good.evaluate()
    assert page(out, "slowest messages") == [
        ["1.500", "s", f"human/slow{n}.eml"] for n in range(command.SHOWN + 1)
    ]
    assert line(out, "targets", "samples that take").endswith("4 of 16 25.00 % at most 0.00 % MISSED")
    assert code == 1


def test_what_can_not_be_used_is_left_out_and_told(good: World) -> None:
    good.add("human", "gone.eml", "human_reply", None)
    good.add("weather", "rain.eml", "human_reply", LETTER)
    good.add("other", "odd1.eml", "sunny", LETTER)
    good.add("other", "odd2.eml", "sunny", LETTER)
    good.add("ics", "odd.ics", "human_reply", calendar("one"))
    good.rows.append(("human", "", ""))
    code, out = good.evaluate()
    assert sorted(" ".join(words) for words in page(out, "left out")) == [
        f"line {len(good.rows) + 1} of the manifest is too short (1 left out)",
        "missing file: human/gone.eml (1 left out)",
        "unknown class: weather (1 left out)",
        "unknown label: human_reply in class ics (1 left out)",
        "unknown label: sunny in class other (2 left out)",
    ]
    assert code == 0
    assert line(out, "targets", "unsure among all").endswith("0 of 10 0.00 % below 8.00 % ok")


def test_a_manifest_of_another_system_can_be_read(world: World) -> None:
    world.add("human", "letter.eml", "human_reply", LETTER)
    text = "\ufeffclass\tlabel\tsource\tfile\r\n\r\nhuman\thuman_reply\t-\tletter.eml\r\nhuman\tshort"
    (world.folder / "manifest.tsv").write_bytes(text.encode())
    found = read_samples(world.folder)
    assert [(one.group, one.name, one.label) for one in found.found] == [
        ("human", "letter.eml", "human_reply")
    ]
    assert found.left_out == ("line 4 of the manifest is too short (1 left out)",)


@pytest.mark.parametrize("content", [None, b"", b"class\tlabel\nhuman\thuman_reply\n", b"\xff\x00\n\n"])
def test_without_a_manifest_there_is_one_line(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "manifest.tsv").write_bytes(content)
    assert command.main([str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert f"{tmp_path}" in err
    assert "manifest.tsv" in err
    with pytest.raises(NoManifestError):
        read_samples(tmp_path)


def test_a_folder_of_which_nothing_can_be_used_is_not_green(world: World) -> None:
    world.add("human", "gone.eml", "human_reply", None)
    code, out = world.evaluate()
    assert code == 2
    assert "missing file: human/gone.eml" in out


def test_as_a_program_it_ends_with_the_same_code(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.eval", str(tmp_path / "nowhere")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


# --- calendars ----------------------------------------------------------------------------------------


def test_a_reader_that_finds_fewer_events_than_icalendar_is_seen(
    good: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(raw: bytes, *, zone: str) -> tuple[ParsedCalendar, tuple[str, ...]]:
        found, problems = read_calendar(raw, zone=zone)
        return ParsedCalendar(parts=found.parts[:1]), problems

    monkeypatch.setattr(calendars, "read_calendar", forgetful)
    code, out = good.evaluate()
    assert page(out, ".ics files that count as not read") == [
        ["valid_expected", "ics/two.ics", "1", "events,", "icalendar", "alone", "2"]
    ]
    assert line(out, "targets", ".ics: valid files read, beside").endswith(
        "0 of 1 0.00 % at least 100.00 % MISSED"
    )
    assert code == 1


def test_a_reader_that_crashes_is_told(good: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(raw: bytes, *, zone: str) -> tuple[ParsedCalendar, tuple[str, ...]]:
        raise RecursionError(f"{len(raw)} bytes in {zone}")

    monkeypatch.setattr(calendars, "read_calendar", crash)
    code, out = good.evaluate()
    assert [row[1:3] for row in page(out, ".ics files that crash")] == [
        ["ics/half.ics", "RecursionError:"],
        ["ics/two.ics", "RecursionError:"],
    ]
    assert line(out, "targets", ".ics: files that crash").endswith("2 of 2 100.00 % at most 0.00 % MISSED")
    assert code == 1


def test_what_icalendar_alone_can_not_read_counts_for_the_reader(world: World) -> None:
    twice = calendar("one") + calendar("two")  # a valid stream (RFC 5545 section 3.4), too much for from_ical
    world.add("ics", "twice.ics", "valid_expected", twice)
    code, out = world.evaluate()
    assert line(out, ".ics files", "valid_expected") == "valid_expected 1 1 0 2 6 0"
    assert line(out, "targets", ".ics: valid files read, beside").endswith(
        "1 of 1 100.00 % at least 0.00 % ok"
    )
    assert code == 0


def test_a_part_left_unread_counts_where_icalendar_reads_nothing(world: World) -> None:
    without_start = calendar("two").replace("DTSTART:20260304T140000Z\n", "")
    world.add("ics", "twice.ics", "valid_expected", calendar("one") + without_start)
    code, out = world.evaluate()
    assert page(out, ".ics files that count as not read")[0][-5:] == [
        "1",
        "events,",
        "icalendar",
        "alone",
        "fails",
    ]
    assert code == 1


def test_what_the_reader_takes_for_no_calendar_is_not_read(world: World) -> None:
    world.add("ics", "note.ics", "valid_expected", "BEGIN:X-NOTE\nSUMMARY:Talk\nEND:X-NOTE\n")
    code, out = world.evaluate()
    assert line(out, ".ics files", "valid_expected") == "valid_expected 1 0 1 0 0 0"
    assert code == 1


def test_a_half_written_file_that_nobody_can_read_is_not_read(world: World) -> None:
    world.add("ics", "half.ics", "valid_expected", calendar("one")[:120])
    code, out = world.evaluate()
    assert page(out, ".ics files that count as not read")[0][1] == "ics/half.ics"
    assert code == 1


def test_the_calendar_in_a_mail_is_read(world: World) -> None:
    mail = INVITATION.partition("BEGIN:")[0] + calendar("one")
    world.add("ics", "mail.eml", "from_invite_mail", mail)
    code, out = world.evaluate()
    assert line(out, ".ics files", "from_invite_mail") == "from_invite_mail 1 1 1 1 3 0"
    assert code == 0


# --- event titles -------------------------------------------------------------------------------------

TITLES = """\
title\torganizer_kind\tlabel
Job interview with Acme\temployer\tinterview
Team standup\tcolleague\tnot
"""


def with_titles(world: World, text: str) -> tuple[int, list[str], str]:
    """The code, the page on titles and all that is printed."""
    (world.folder / "event_titles.tsv").write_text(text, encoding="utf-8")
    code, out = world.evaluate()
    return code, [" ".join(words) for words in page(out, "event titles")], out


def test_titles_are_judged_where_there_are_some(good: World) -> None:
    assert not page(good.evaluate()[1], "event titles")
    code, told, out = with_titles(good, TITLES)
    assert told == [
        "2 titles; proposed: 1, of these interviews: 1",
        "interviews not proposed: 0, and unsure: 0; others unsure: 0",
        "precision 100.00%, recall 100.00% (an unsure one is not proposed)",
    ]
    assert line(out, "targets", "event titles").endswith("0 of 2 0.00 % at most 0.00 % ok")
    assert code == 0


def test_a_title_with_a_wrong_label_is_told(good: World) -> None:
    turned = TITLES.replace("interview\n", "NOT\n").replace("not\n", "interview\n").replace("NOT\n", "not\n")
    _, told, _ = with_titles(good, turned)
    assert told[0] == "2 titles; proposed: 1, of these interviews: 0"
    assert told[2].startswith("precision 0.00%, recall 0.00%")
    assert told[3].startswith("misjudged: interview, from colleague: Team standup (no: ")
    assert told[4].startswith("misjudged: not, from employer: Job interview with Acme (yes: ")


def test_a_title_that_crashes_is_told_and_the_rest_is_judged(
    good: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(event: Event, policy: Policy) -> Verdict:
        if event.title == "Odd":
            raise ValueError("odd")
        return appraise(event, policy)

    appraise = events.appraise
    monkeypatch.setattr(events, "appraise", broken)
    code, told, out = with_titles(good, TITLES + "Odd\temployer\tnot\n")
    assert told[0] == "3 titles; proposed: 1, of these interviews: 1"
    assert told[3].startswith("crash: Odd: ValueError: odd (test_eval.py:")
    assert line(out, "targets", "event titles").endswith("1 of 3 33.33 % at most 0.00 % MISSED")
    assert code == 1


def test_rows_of_titles_that_can_not_be_used_are_told(good: World) -> None:
    _, told, out = with_titles(good, TITLES + "Sunny\temployer\tperhaps\nShort\n")
    assert told[0].startswith("2 titles")
    assert [" ".join(words[:2]) for words in page(out, "left out")] == ["line 4", "line 5"]
    code, told, out = with_titles(good, "title\tlabel\nInterview\tinterview\n")
    assert not told
    assert page(out, "left out")[0][0] == "event_titles.tsv"
    assert code == 0


# --- the real ones ------------------------------------------------------------------------------------

SAMPLES = os.environ.get("FOLLOWUPD_SAMPLES", "")


@pytest.mark.skipif(not SAMPLES, reason="FOLLOWUPD_SAMPLES names no folder of labelled samples")
def test_the_samples_meet_every_target(capsys: pytest.CaptureFixture[str]) -> None:
    code = command.main([SAMPLES])
    assert code == 0, capsys.readouterr().out
