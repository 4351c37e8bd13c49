"""What the units let the program do, and what not, as the kernel answers it under a real systemd."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.systemd import probe
from tests.systemd.headless import Headless
from tests.systemd.person import Person

pytestmark = pytest.mark.slow

NEEDED = {
    "write state",
    "write cache",
    "write notes",
    "write Drafts",
    "read config",
    "read calendar",
    "run a program",
    "a password by a command",
    "the internet",
}
OF_ONE_UNIT = {"the session's bus", "a key in the keyring", "a key of systemd's"}
FORBIDDEN = set(probe.ATTEMPTS) - NEEDED - OF_ONE_UNIT
WORST = {"user": 2.0, "system": 1.5}  # systemd-analyze's exposure, of 10


def possible(tried: dict[str, str]) -> set[str]:
    return {words for words, why in tried.items() if not why}


def exposure(person: Person) -> float:
    """The figure of systemd-analyze(1), "security", for the unit as the manager has loaded it."""
    where = ("--user",) if "--user" in person.manager else ()
    said = person.machine.run(
        "systemd-analyze", *where, "security", "--no-pager", person.unit, user=bool(where)
    )
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said.stdout)
    assert found, said.stdout + said.stderr
    print(f"{person.unit}: systemd-analyze security {found[1]}")
    return float(found[1])


def test_outside_of_a_unit_all_of_this_is_possible(sam: Person) -> None:
    sam.install_service()
    tried = sam.tries_freely()
    assert possible(tried) == {*NEEDED, *FORBIDDEN, "the session's bus"}, tried


def test_the_user_unit_lets_it_do_what_it_needs_and_no_more(sam: Person) -> None:
    sam.install_service()
    tried = sam.attempts()
    # The session's bus is the way to a desktop's keyring and to its notices.
    assert possible(tried) == {*NEEDED, "the session's bus"}, tried


@pytest.mark.skipif(not shutil.which("gnome-keyring-daemon"), reason="gnome-keyring is not installed")
def test_the_user_unit_reaches_the_keyring_of_the_desktop(sam: Person) -> None:
    sam.unlocks_the_keyring()
    sam.install_service()
    assert sam.attempts()["a key in the keyring"] == ""


def test_the_system_unit_lets_it_do_what_it_needs_and_no_more(headless: Headless) -> None:
    headless.seal_key()
    tried = headless.attempts()
    assert possible(tried) == {*NEEDED, "a key of systemd's"}, tried


def test_the_kernel_holds_the_user_unit_to_it(sam: Person) -> None:
    sam.install_service()
    said = sam.kernel_says()
    assert (said["NoNewPrivs"], said["Seccomp"], int(said["CapEff"], 16)) == ("1", "2", 0)
    assert exposure(sam) <= WORST["user"]


def test_the_kernel_holds_the_system_unit_to_it(headless: Headless) -> None:
    headless.seal_key()
    headless.start()
    said = headless.kernel_says()
    assert (said["NoNewPrivs"], said["Seccomp"], int(said["CapEff"], 16)) == ("1", "2", 0)
    assert exposure(headless) <= WORST["system"]
