"""What opens an account is found nowhere: not in logs, state, exports, environment, arguments, or what broke."""

from __future__ import annotations

from pathlib import Path

from tests.cycle.google import DANA, ME
from tests.daemon.homes import GoogleHome
from tests.sim.google import GoogleSimulator

DUE = "2026-03-04 11:46"


def all_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_secret_is_found_after_a_whole_run(google: GoogleHome, simulator: GoogleSimulator) -> None:
    """A letter, a renewal, an answer that is no data, a sign-in that ends and a new one, a reload, a debug run."""
    daemon = google.place.ready(environment={"FOLLOWUPD_DEBUG": "1"})
    daemon.step(DUE)
    simulator.oauth.expire_access_tokens()
    daemon.step("2026-03-04 12:00")
    for kind in ("truncated", "html", "unauthorized", "invalid_grant"):
        simulator.oauth.expire_access_tokens()
        simulator.faults.fail("oauth.token" if kind != "unauthorized" else "gmail.", kind, times=2)
        daemon.step(f"2026-03-04 13:{len(daemon.events) % 60:02}", seconds=30)
        simulator.faults.clear()
    google.signed_in()
    daemon.step("2026-03-04 15:00")
    assert len(google.drafts(DANA)) == 1

    proc = Path(f"/proc/{daemon.pid}")
    running = {name: (proc / name).read_bytes() for name in ("environ", "cmdline")}
    exported = google.program("export", **google.place.clock.environment())
    daemon.stop()
    oauth = simulator.oauth
    secrets = {*oauth.grants, *oauth.tokens, oauth.client_secret}
    secrets |= {entry.headers.get("authorization", "").partition(" ")[2] for entry in simulator.journal} - {
        ""
    }
    assert len(secrets) > 4

    kept_by_the_user = {str(google.folder / "google-client.json")}
    places = {
        **all_of(google.folder),
        **running,
        "export": (exported.out + exported.err).encode(),
        "status": str([one.fields for one in daemon.notify.told]).encode(),
    }
    for where, content in places.items():
        for secret in secrets:
            if where not in kept_by_the_user:
                assert secret.encode() not in content, f"{secret[:8]}… in {where}"
    assert ME not in daemon.said
    assert DANA not in daemon.said
    google.must_be_sound()
