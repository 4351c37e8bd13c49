"""A daemon loads the libraries of the providers that its config names, and no others."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.cycle.files import Files
from tests.daemon.kit import until
from tests.soak.at_google import AtGoogle
from tests.soak.month import BEGIN

GOOGLES = {"googleapiclient", "google", "google_auth_oauthlib", "httplib2", "oauthlib", "requests_oauthlib"}
NETWORK = {"requests", "urllib3"}
SIGN_INS = {"cryptography", "keyring"}
PUSH = {"apprise"}

TELLS = """
import atexit, runpy, sys
told = open(sys.argv.pop(1), "w")
atexit.register(lambda: print(*sys.modules, sep="\\n", file=told, flush=True))
sys.argv[0] = "followupd"
runpy.run_module("followupd", run_name="__main__", alter_sys=True)
"""


def loaded(files: Files) -> set[str]:
    """What `followupd run` had loaded when it had looked."""
    told, state = files.folder / "modules", files.state
    words = ["-c", str(files.config), "--state", str(state), "run"]
    with (files.folder / "said").open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-c", TELLS, str(told), *words],
            env={**files.environment(), "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
            stderr=said,
        )
    try:
        until(lambda: list(state.glob("cycle-*")), "the first look", 30, (files.folder / "said").read_text)
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0
    finally:
        child.kill()
        child.wait()
    return set(told.read_text(encoding="utf-8").split())


def test_local_files_need_no_library_of_the_network(tmp_path: Path) -> None:
    assert loaded(Files(tmp_path)) & (GOOGLES | NETWORK | SIGN_INS | PUSH) == set()


def test_google_needs_its_own(tmp_path: Path) -> None:
    files = Files(tmp_path)
    place = AtGoogle("personal", "sam.lee@gmail.com", tmp_path)
    try:
        place.simulator.clock.now = BEGIN
        key = tmp_path / "key"
        key.write_bytes(bytes(range(32)))
        key.chmod(0o600)
        text = files.config.read_text(encoding="utf-8")
        accounts = text.index("  - name"), text.index("interviews:")
        more = text[: accounts[0]] + place.config + text[accounts[1] :] + "credentials: {key_file: key}\n"
        files.config.write_text(more, encoding="utf-8")
        place.sign_in(files.state, key)
        found = loaded(files)
    finally:
        place.close()
    assert {"googleapiclient", "google", "requests"} <= found
    assert not found & PUSH
