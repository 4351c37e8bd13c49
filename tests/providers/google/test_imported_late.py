"""Google's libraries are loaded only where an account uses them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("googleapiclient", "google.auth", "google_auth_oauthlib", "requests", "keyring", "cryptography")
LOCAL = """\
me: {{name: Sam Lee, addresses: [sam@example.com], timezone: Europe/London, country: GB}}
accounts:
  - name: personal
    calendar: {{provider: local, path: {folder}/calendars}}
    mailbox: {{provider: local, path: {folder}/Mail}}
interviews: {{any: [{{title: interview}}]}}
"""


CODE = """\
import atexit, runpy, sys
sys.argv = ["followupd", *{words!r}]
atexit.register(lambda: print("LOADED", *(name for name in {heavy!r} if name in sys.modules)))
runpy.run_module("followupd", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("command", ["once", "check", "status", "plan", "login --help", "--help"])
def test_a_local_account_loads_nothing_of_google(tmp_path: Path, command: str) -> None:
    (tmp_path / "calendars").mkdir()
    for sub in ("cur", "new", "tmp", ".Drafts/cur", ".Drafts/new", ".Drafts/tmp"):
        (tmp_path / "Mail" / sub).mkdir(parents=True)
    config = tmp_path / "config.yaml"
    config.write_text(LOCAL.format(folder=tmp_path), encoding="utf-8")
    words = ["-c", str(config), "--state", str(tmp_path / "state"), *command.split()]
    code = CODE.format(words=words, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(tmp_path), "PATH": ""},
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]
