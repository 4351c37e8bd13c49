"""The real notify-send, and a notification server of ours on a session bus of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("jeepney", reason="jeepney is not installed: no bus can be spoken to")
pytestmark = pytest.mark.skipif(
    not (shutil.which("notify-send") and shutil.which("dbus-run-session")) or sys.platform != "linux",
    reason="notify-send or dbus-run-session is missing (Debian: libnotify-bin, dbus-daemon)",
)

# Inside the session: takes the server's name, has the notice delivered, and prints what came by D-Bus.
PLAY = r"""
import json, sys, threading
from datetime import UTC, datetime
from jeepney import MessageType, DBusAddress, new_method_call, new_method_return
from jeepney.bus_messages import DBus, message_bus
from jeepney.io.blocking import open_dbus_connection
from followupd.notify import Notice, Settings, channels, deliver

settings = Settings()
notice = Notice(title=sys.argv[1], text=sys.argv[2], items=(), at=datetime(2026, 3, 4, tzinfo=UTC),
                channels=channels.present(settings))
failures = []
if sys.argv[3] == "served":
    bus = open_dbus_connection(bus="SESSION")
    bus.send_and_get_reply(message_bus.RequestName("org.freedesktop.Notifications"))
    teller = threading.Thread(target=lambda: failures.extend(deliver(notice, settings)))
    teller.start()
    told = None
    while told is None:
        message = bus.receive(timeout=20)
        if message.header.message_type is not MessageType.method_call:
            continue
        member = message.header.fields[3]
        if member == "Notify":
            told = message.body
            bus.send(new_method_return(message, "u", (1,)))
        elif member == "GetServerInformation":
            bus.send(new_method_return(message, "ssss", ("test", "followupd", "1", "1.2")))
        elif member == "GetCapabilities":
            bus.send(new_method_return(message, "as", (["body", "body-markup"],)))
    teller.join()
    print(json.dumps({"failures": failures, "app": told[0], "title": told[3], "body": told[4]}))
else:
    print(json.dumps({"failures": deliver(notice, settings)}))
"""


def delivered(tmp_path: Path, title: str, text: str, server: str = "served") -> dict[str, object]:
    play = tmp_path / "play.py"
    play.write_text(PLAY)
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, str(play), title, text, server],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_desktop_shows_the_words_as_they_are(tmp_path: Path) -> None:
    found = delivered(tmp_path, "-u 2 letters", "--hint=x\nSmith & <i>Sons</i> \\n C:\\temp Żółć")
    assert found == {
        "failures": [],
        "app": "followupd",
        "title": "-u 2 letters",
        "body": "--hint=x\nSmith &amp; &lt;i&gt;Sons&lt;/i&gt; \\n C:\\temp Żółć",
    }


def test_a_session_that_shows_no_notifications_is_a_failure_in_words(tmp_path: Path) -> None:
    found = delivered(tmp_path, "A letter waits", "Read it.", "none")
    assert found == {"failures": ["desktop: it ended with 1."]}
