"""Processes that are killed at a write, or write at the same time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from followupd.credentials import Vault
from tests.credentials.kit import NEW, OLD, PLAIN_RING, ROOT, SECRET, Plug, Ring, child, folder

KILLED = """
import os, signal, sys
from pathlib import Path
from followupd.credentials import Vault

left = int(sys.argv[3])

def counted(name):
    real = getattr(os, name)
    def call(*some, **more):
        global left
        left -= 1
        if left == 0:
            if name == "write":
                real(some[0], some[1][:len(some[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*some, **more)
    setattr(os, name, call)

vault = Vault(Path(sys.argv[1]), Path(sys.argv[2]))
vault.where()
vault._path.parent.mkdir(exist_ok=True)
import cryptography.hazmat.primitives.ciphers.aead
for name in ("open", "write", "fsync", "rename", "unlink", "close"):
    counted(name)
vault.write("work", b"new-plain-secret " * 40)
"""

FIRST_WRITE = """
import fcntl, sys
from pathlib import Path
import keyring
sys.path.insert(0, sys.argv[1])
import ring
keyring.get_keyring = ring.Keyring
real = fcntl.flock
def flock(*some):
    print("at the lock", flush=True)
    return real(*some)
fcntl.flock = flock
from followupd.credentials import Vault
Vault(Path(sys.argv[2])).write(sys.argv[3], sys.argv[3].encode())
print("done", flush=True)
"""


class TestAProcess:
    @pytest.mark.parametrize("first", [False, True], ids=["a later write", "the first write"])
    def test_killed_at_any_call_of_a_write_leaves_the_old_or_the_new(
        self, tmp_path: Path, key_file: Path, first: bool
    ) -> None:
        for step in range(1, 40):
            state = tmp_path / f"life-{step}"
            vault = Vault(state, key_file)
            if not first:
                vault.write("work", OLD)
            words = [sys.executable, "-c", KILLED, str(state), str(key_file), str(step)]
            code = subprocess.run(words, cwd=ROOT, check=False).returncode
            assert vault.read("work") in ((None, NEW) if first else (OLD, NEW))
            for path in state.rglob("*"):
                assert path.is_dir() or b"plain-secret" not in path.read_bytes()
                assert not path.stat().st_mode & 0o077
            vault.write("work", OLD)
            assert vault.read("work") == OLD
            assert sorted(path.name for path in folder(state).iterdir()) == ["lock", "work"]
            if code == 0:
                break
            assert code == -9
        assert 8 < step < 39

    def test_and_another_at_the_first_write_end_with_one_key(
        self, state: Path, tmp_path: Path, plugged: Plug
    ) -> None:
        store = tmp_path / "store"
        (tmp_path / "ring.py").write_text(
            PLAIN_RING.format(module="keyring.backends.SecretService", store=store)
        )

        def start(name: str, waits: str) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, "-c", FIRST_WRITE, str(tmp_path), str(state), name],
                cwd=ROOT,
                env={**os.environ, "WAITS": waits},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )

        with start("one", "yes") as one:
            assert one.stdout.readline() == "at the lock\n"
            assert one.stdout.readline() == "making a key\n"
            with start("two", "") as two:
                assert two.stdout.readline() == "at the lock\n"
                one.communicate("\n")
                two.communicate()
        assert (one.returncode, two.returncode) == (0, 0)
        assert len(json.loads(store.read_text())) == 1
        held = Ring()
        held.held = {("followupd", user): text for user, text in json.loads(store.read_text()).items()}
        plugged(held)
        assert [Vault(state).read(name) for name in ("one", "two")] == [b"one", b"two"]

    def test_with_many_threads_writes_with_one_key(self, state: Path, ring: Ring) -> None:
        vaults = [Vault(state) for _ in range(8)]
        threads = [
            threading.Thread(target=vault.write, args=(f"account-{n % 4}", SECRET))
            for n, vault in enumerate(vaults)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ring.held) == 1
        assert [Vault(state).read(f"account-{n}") for n in range(4)] == [SECRET] * 4

    def test_that_imports_the_module_loads_neither_keyring_nor_cryptography(self) -> None:
        code = (
            "import sys, followupd.credentials; print(sorted({'keyring', 'cryptography'} & {*sys.modules}))"
        )
        assert child(code) == "[]\n"
