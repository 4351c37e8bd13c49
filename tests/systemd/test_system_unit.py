"""The templated system unit under a real systemd, with a key that systemd keeps sealed."""

from __future__ import annotations

import pytest

from tests.systemd.headless import Headless
from tests.systemd.person import HOME, ONE_EACH

pytestmark = pytest.mark.slow

PYTHON = f"{HOME}/venv/bin/python"
SEAL = "from followupd.credentials import Vault; from pathlib import Path; Vault(Path('{state}')).write('a', b'token')"
OPEN = "from followupd.credentials import Vault; from pathlib import Path; print(Vault(Path('{state}')).read('a'))"
STATE = HOME / ".local/state/followupd"


def test_it_is_ready_as_the_user_that_it_is_named_after(headless: Headless) -> None:
    headless.seal_key()
    headless.start()
    assert headless.show("ActiveState") == "active"
    assert "waits" in headless.show("StatusText")
    user = headless.machine.run("stat", "--format=%U", f"/proc/{headless.pid()}").stdout.strip()
    assert user == "sam"


def test_the_letters_of_an_interview_are_drafted_and_belong_to_the_user(headless: Headless) -> None:
    headless.seal_key()
    headless.invited(ends_in=3)
    headless.start()
    headless.wait_for(lambda: headless.letters() == ONE_EACH, "one letter for each in Drafts")
    owners = {path.stat().st_uid for path in headless.mail.rglob("*")}
    assert owners == {headless.mail.stat().st_uid}


def test_what_was_sealed_at_the_sign_in_opens_in_the_service(headless: Headless) -> None:
    headless.seal_key()
    sealed = headless.with_key(PYTHON, "-c", SEAL.format(state=STATE))
    assert sealed.returncode == 0, sealed.stderr
    headless.drop_in(f'ExecStartPre={PYTHON} -c "{OPEN.format(state=STATE)}"', name="open")
    headless.start()
    assert "b'token'" in headless.log()
    assert headless.says(PYTHON, "-c", OPEN.format(state=STATE)).returncode != 0  # nor does it open without


def test_a_key_that_was_sealed_under_another_name_does_not_start_it(headless: Headless) -> None:
    headless.seal_key(name="another")
    assert headless.systemctl("start", headless.unit).returncode != 0
    assert "status=243/CREDENTIALS" in headless.log()  # systemd.exec(5), "Process Exit Codes"
