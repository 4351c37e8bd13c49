"""How a notice leaves: real child processes, each bounded, none in the way of another."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from followupd.notify import Item, Notice, Settings, channels, deliver, findings

Script = Callable[[str, str], Path]
AT = datetime(2026, 3, 4, 17, tzinfo=UTC)


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Writes a program and puts its folder on PATH."""

    def _write(name: str, body: str) -> Path:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
        return path

    return _write


@pytest.fixture(autouse=True)
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Linux session whose programs are those of the test, before the system's."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")


def notice(
    settings: Settings, title: str = "A letter waits in your Drafts", text: str = "Read it."
) -> Notice:
    item = Item(kind="letter", text="A letter waits in your Drafts.", key="0a1b2c", process="acme")
    return Notice(title=title, text=text, items=(item,), at=AT, channels=channels.present(settings))


def sent(settings: Settings, **words: str) -> list[str]:
    return deliver(notice(settings, **words), settings)


PRINT_ARGUMENTS = 'printf "%s\\n" "$@" > "$(dirname "$0")/arguments"'


def test_the_desktop_is_told_by_notify_send_with_its_texts_behind_two_dashes(script: Script) -> None:
    program = script("notify-send", PRINT_ARGUMENTS)
    assert sent(Settings(), text="--urgency=critical\n$(touch x) `id` ; rm -rf") == []
    assert (program.parent / "arguments").read_text().splitlines() == [
        "--app-name=followupd", "--", "A letter waits in your Drafts",
        "--urgency=critical", "$(touch x) `id` ; rm -rf",
    ]  # fmt: skip


def test_markup_and_backslashes_reach_the_desktop_as_text(script: Script) -> None:
    program = script("notify-send", PRINT_ARGUMENTS)
    assert sent(Settings(), text=r"<b>Smith & Sons</b> \n") == []
    assert (program.parent / "arguments").read_text().splitlines()[3] == (
        r"&lt;b&gt;Smith &amp; Sons&lt;/b&gt; \\n"
    )


def test_a_mac_is_told_by_osascript_with_the_texts_as_arguments(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    program = script("osascript", PRINT_ARGUMENTS)
    assert sent(Settings(), text='" & (do shell script "id") & "') == []
    told = (program.parent / "arguments").read_text().splitlines()
    assert told[-2:] == ["A letter waits in your Drafts", '" & (do shell script "id") & "']
    assert "do shell script" not in " ".join(told[:-2])


def test_there_is_no_desktop_without_its_program_or_without_a_session(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert channels.present(Settings()) == ()
    script("notify-send", "")
    assert channels.present(Settings()) == ("desktop",)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert channels.present(Settings()) == ()
    (tmp_path / "bus").touch()
    assert channels.present(Settings()) == ("desktop",)
    assert channels.present(Settings(desktop=False)) == ()


def test_a_desktop_that_fails_is_told_and_nothing_counts_as_told(script: Script) -> None:
    script("notify-send", "exit 1")
    failures = sent(Settings())
    assert failures == ["desktop: it ended with 1."]
    assert not notice(Settings()).reached(failures)


def hook(script: Script, body: str, *arguments: str) -> Settings:
    return Settings(desktop=False, command=(str(script("hook", body)), *arguments))


def test_a_hook_gets_the_notice_as_json_and_its_arguments_without_a_shell(script: Script) -> None:
    settings = hook(script, f'cat > "$(dirname "$0")/given"\n{PRINT_ARGUMENTS}', "a b", "$HOME", "-x")
    assert sent(settings) == []
    folder = Path(settings.command[0]).parent
    assert json.loads((folder / "given").read_text()) == {
        "title": "A letter waits in your Drafts",
        "text": "Read it.",
        "items": [
            {"kind": "letter", "text": "A letter waits in your Drafts.", "key": "0a1b2c", "process": "acme"}
        ],
    }
    assert (folder / "arguments").read_text().splitlines() == ["a b", "$HOME", "-x"]


def test_a_hook_that_reads_nothing_or_prints_much_is_fine(script: Script) -> None:
    settings = hook(script, "yes | head -c 3000000; yes | head -c 3000000 >&2")
    assert sent(settings, text="x" * 1_000_000) == []


def test_a_hook_that_fails_or_is_not_there_is_told(script: Script) -> None:
    assert sent(hook(script, "exit 3")) == ["notify.command: it ended with 3."]
    missing = Settings(desktop=False, command=("/nowhere/hook",))
    assert sent(missing) == ["notify.command: it could not be started (No such file or directory)."]


def test_what_nobody_foresaw_is_a_failure_in_words(script: Script) -> None:
    strange = Settings(desktop=False, command=(str(script("hook", "")), "a\0b"))
    assert sent(strange) == ["notify.command: it failed (ValueError)."]


def test_a_hook_that_hangs_is_stopped_with_all_that_it_started(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "COMMAND_BOUND", 0.5)
    settings = hook(script, 'sleep 60 & echo $! > "$(dirname "$0")/started"; sleep 60')
    before = time.monotonic()
    assert sent(settings) == ["notify.command: it did not end within 0.5 seconds and was stopped."]
    assert time.monotonic() - before < 5
    assert is_gone(int((Path(settings.command[0]).parent / "started").read_text()))


def is_gone(process: int) -> bool:
    """Whether it ends soon; one that nobody has asked for how it ended is gone too."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            stands = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if stands == "Z":
            return True
        os.sched_yield()
    return False


def test_a_hook_does_not_get_what_systemd_hands_to_the_daemon(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NOTIFY_SOCKET", "CREDENTIALS_DIRECTORY", "WATCHDOG_USEC", "JOURNAL_STREAM"):
        monkeypatch.setenv(name, "1")
    settings = hook(script, 'env > "$(dirname "$0")/environment"')
    assert sent(settings) == []
    told = (Path(settings.command[0]).parent / "environment").read_text()
    assert "HOME=" in told
    assert [name for name in ("NOTIFY_", "CREDENTIALS_", "WATCHDOG_", "JOURNAL_") if name in told] == []


def test_one_channel_that_fails_stops_no_other(script: Script) -> None:
    script("notify-send", "exit 1")
    program = script("hook", 'cat > "$(dirname "$0")/given"')
    settings = Settings(command=(str(program),))
    failures = sent(settings)
    assert failures == ["desktop: it ended with 1."]
    assert (program.parent / "given").exists()
    assert notice(settings).reached(failures)


# --- pushes -------------------------------------------------------------------------------------


def apprise_is(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts another Apprise before the real one, for the child."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "apprise.py").write_text(body)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))


def test_where_apprise_is_missing_each_address_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apprise_is("raise ImportError", tmp_path, monkeypatch)
    settings = Settings(desktop=False, urls=("ntfys://ntfy.example/topic", "slack://a/b/c"))
    failures = sent(settings)
    assert [line.partition(":")[0] for line in failures] == ["notify.urls#1 (ntfys)", "notify.urls#2 (slack)"]
    assert all("pip install 'followupd[notify]'" in line for line in failures)
    assert not notice(settings).reached(failures)


HANGS = """
import time
class NotifyFormat: TEXT = "text"
class AppriseAsset:
    def __init__(self, **more): pass
class Service:
    def __init__(self, url): self.url = url
    def notify(self, **more):
        if "hangs" in self.url: time.sleep(60)
        if "raises" in self.url: raise ValueError(self.url)
        return True
class Apprise:
    instantiate = staticmethod(lambda url, asset: Service(url))
"""


def test_an_address_that_hangs_or_raises_is_told_and_the_others_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apprise_is(HANGS, tmp_path, monkeypatch)
    monkeypatch.setattr(channels, "PUSH_BOUND", 3.0)
    urls = ("ntfys://hangs/s3cret", "ntfys://fine/s3cret", "ntfys://raises/s3cret")
    settings = Settings(desktop=False, urls=urls)
    failures = sent(settings)
    assert failures == [
        "notify.urls#1 (ntfys): it did not answer in time.",
        "notify.urls#3 (ntfys): it failed (ValueError).",
    ]
    assert notice(settings).reached(failures)


def test_the_child_has_no_secret_in_its_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = f"""
import pathlib
given = pathlib.Path("/proc/self/cmdline").read_bytes() + pathlib.Path("/proc/self/environ").read_bytes()
pathlib.Path({str(tmp_path / "seen")!r}).write_bytes(given)
"""
    apprise_is(looks + HANGS, tmp_path, monkeypatch)
    assert sent(Settings(desktop=False, urls=("ntfys://fine/s3cret",))) == []
    seen = (tmp_path / "seen").read_bytes()
    assert b"followupd.notify.push" in seen
    assert b"s3cret" not in seen


def test_a_file_beside_the_daemon_is_not_taken_for_apprise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    apprise_is(HANGS, tmp_path, monkeypatch)
    assert sent(Settings(desktop=False, urls=("ntfys://fine/topic",))) == []


def test_settings_show_no_secrets() -> None:
    settings = Settings(urls=("ntfys://s3cret@ntfy.example/topic",), command=("hook", "s3cret"))
    assert "s3cret" not in repr(settings)


# --- what check says ----------------------------------------------------------------------------


def test_check_says_which_channels_there_are(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apprise_is(HANGS, tmp_path, monkeypatch)
    script("notify-send", "exit 1")
    settings = Settings(
        urls=("ntfys://fine/s3cret", "slack://a/b/c"), command=(str(script("hook", "exit 1")),)
    )
    found = list(findings(settings))
    assert [ok for ok, _ in found] == [True, True, True]
    assert "on the desktop" in found[0][1]
    assert "pushed by ntfys, slack" in found[1][1]
    assert str(tmp_path / "bin/hook") in found[2][1]


def test_check_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(channels, "find_spec", lambda name: None)
    settings = Settings(urls=("ntfys://fine/s3cret",), command=("/nowhere/hook",))
    found = list(findings(settings))
    assert [ok for ok, _ in found] == [True, False, False]
    assert "no desktop here" in found[0][1]
    assert "pip install 'followupd[notify]'" in found[1][1]
    assert "chmod +x" in found[2][1]
    assert "s3cret" not in str(found)


def test_check_says_that_nothing_is_told_where_no_channel_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for settings in (Settings(), Settings(desktop=False)):
        ((ok, text),) = findings(settings)
        assert ok
        assert "`followupd status` alone" in text
