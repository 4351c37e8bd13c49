"""The system's keyring: which count, and what is said when one does not answer."""

from __future__ import annotations

import base64
import errno
import sys
from pathlib import Path

import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from followupd.credentials import Vault
from followupd.errors import SignInNeeded
from tests.credentials.kit import NEW, OLD, PLAIN_RING, ROOT, SECRET, Plug, Ring, child, folder, kind_of_ring


class TestTheKeyring:
    def test_is_given_one_key_at_the_first_write(self, state: Path, ring: Ring) -> None:
        vault = Vault(state)
        assert (vault.read("work"), vault.where(), ring.held) == (None, "the keyring (SecretService)", {})
        vault.write("work", SECRET)
        vault.write("home", SECRET)
        ((service, user),) = ring.held
        key_id = (folder(state) / "id").read_text().strip()
        assert (service, user) == ("followupd", f"key:{key_id}")
        assert len(base64.b64decode(ring.held[service, user])) == 32
        assert Vault(state).read("home") == SECRET

    def test_has_a_key_for_each_state_folder(self, tmp_path: Path, ring: Ring) -> None:
        for name in ("one", "two"):
            Vault(tmp_path / name).write("work", name.encode())
        assert len(set(ring.held.values())) == 2
        assert Vault(tmp_path / "one").read("work") == b"one"

    def test_is_asked_once(self, state: Path, ring: Ring) -> None:
        Vault(state).write("work", SECRET)
        vault, before = Vault(state), ring.asked
        for _ in range(5):
            vault.read("work")
            vault.write("work", SECRET)
        assert ring.asked == before + 1

    def test_when_unlocked_again_serves_the_same_vault(self, state: Path, ring: Ring) -> None:
        Vault(state).write("work", SECRET)
        vault = Vault(state)
        ring.fails = keyring.errors.KeyringLocked("no")
        for act in (lambda: vault.read("work"), lambda: vault.write("work", NEW), vault.where):
            with pytest.raises(SignInNeeded, match=r"locked.*Unlock"):
                act()
        ring.fails = None
        assert vault.read("work") == SECRET

    def test_locked_at_the_first_write_keeps_nothing(self, state: Path, ring: Ring) -> None:
        vault = Vault(state)
        ring.fails = keyring.errors.KeyringLocked("no")
        with pytest.raises(SignInNeeded, match="Unlock"):
            vault.write("work", SECRET)
        assert vault.names() == []
        ring.fails = None
        vault.write("work", SECRET)
        assert vault.read("work") == SECRET

    @pytest.mark.parametrize(
        "error",
        [
            keyring.errors.KeyringError(SECRET.decode()),
            keyring.errors.PasswordSetError(SECRET.decode()),
            RuntimeError(SECRET.decode()),
            ConnectionResetError(errno.ECONNRESET, SECRET.decode()),
            UnicodeDecodeError("utf-8", SECRET, 0, 1, "bad"),
        ],
    )
    def test_that_fails_is_told_without_its_words(self, state: Path, ring: Ring, error: Exception) -> None:
        Vault(state).write("work", b"")
        ring.fails = error
        with pytest.raises(SignInNeeded, match=type(error).__name__) as told:
            Vault(state).read("work")
        assert "plain-and-secret" not in str(told.value)
        assert told.value.__cause__ is told.value.__context__ is None

    def test_that_gives_back_another_key_is_not_used(self, state: Path, plugged: Plug) -> None:
        plugged(kind_of_ring(Ring.__module__, get_password=lambda *_: None)())
        vault = Vault(state)
        with pytest.raises(SignInNeeded, match="did not give back"):
            vault.write("work", SECRET)
        assert vault.names() == []

    def test_that_lost_the_key_means_signing_in_again(self, state: Path, ring: Ring) -> None:
        Vault(state).write("my work", SECRET)
        ring.held.clear()
        vault = Vault(state)
        with pytest.raises(SignInNeeded, match="followupd login 'my work'"):
            vault.read("my work")
        with pytest.raises(SignInNeeded, match="followupd login ACCOUNT"):
            vault.where()
        assert ring.held == {}
        vault.write("my work", NEW)
        assert vault.read("my work") == NEW

    def test_whose_entry_is_no_key_means_signing_in_again(self, state: Path, ring: Ring) -> None:
        Vault(state).write("work", SECRET)
        ring.held = dict.fromkeys(ring.held, "hunter2")
        with pytest.raises(SignInNeeded, match="followupd login work") as told:
            Vault(state).read("work")
        assert "hunter2" not in str(told.value)

    @pytest.mark.parametrize("content", [b"", b"\xff" * 9, b"../../x\n", b"0" * 5_000_000])
    def test_id_that_was_damaged_means_signing_in_again(
        self, state: Path, ring: Ring, content: bytes
    ) -> None:
        Vault(state).write("work", SECRET)
        (folder(state) / "id").write_bytes(content)
        vault = Vault(state)
        with pytest.raises(SignInNeeded, match="followupd login work"):
            vault.read("work")
        vault.write("work", NEW)
        assert vault.read("work") == NEW

    def test_forgets_the_key_and_only_that(self, state: Path, ring: Ring) -> None:
        vault = Vault(state)
        ring.held["followupd", "key:of another"] = "kept"
        vault.write("work", SECRET)
        vault.forget_key()
        vault.forget_key()
        assert ring.held == {("followupd", "key:of another"): "kept"}
        with pytest.raises(SignInNeeded, match="followupd login work"):
            vault.read("work")

    def test_forgets_nothing_where_nothing_is(self, state: Path, ring: Ring) -> None:
        Vault(state).forget_key()
        assert (ring.asked, state.exists()) == (0, False)

    def test_that_is_locked_says_so_when_it_is_to_forget(self, state: Path, ring: Ring) -> None:
        vault = Vault(state)
        vault.write("work", SECRET)
        ring.fails = keyring.errors.KeyringLocked("no")
        with pytest.raises(SignInNeeded, match="Unlock"):
            vault.forget_key()
        ring.fails = None
        assert vault.read("work") == SECRET

    def test_key_that_another_process_made_anew_replaces_the_one_in_memory(
        self, state: Path, ring: Ring
    ) -> None:
        daemon, terminal = Vault(state), Vault(state)
        daemon.write("work", OLD)
        terminal.forget_key()
        terminal.write("work", NEW)
        daemon.write("home", OLD)
        assert (daemon.read("work"), Vault(state).read("home")) == (NEW, OLD)

    @pytest.mark.parametrize("name", ["SecretService", "libsecret", "kwallet", "macOS", "Windows"])
    def test_may_be_each_that_encrypts(self, state: Path, plugged: Plug, name: str) -> None:
        plugged(kind_of_ring(f"keyring.backends.{name}")())
        Vault(state).write("work", SECRET)
        assert Vault(state).where() == f"the keyring ({name})"

    @pytest.mark.parametrize(
        "refused",
        [
            keyring.backends.fail.Keyring(),
            keyring.backends.null.Keyring(),
            kind_of_ring("keyrings.alt.file")(),
            kind_of_ring("someone.vault")(),
            kind_of_ring("keyring.backends.SecretService.evil")(),
            kind_of_ring("keyring.backends.chainer", backends=[])(),
            kind_of_ring("keyring.backends.chainer", backends=[kind_of_ring("keyrings.alt.file")()])(),
        ],
        ids=lambda ring: type(ring).__module__,
    )
    def test_that_is_not_known_to_encrypt_is_refused(
        self, state: Path, plugged: Plug, refused: object
    ) -> None:
        plugged(refused)
        vault = Vault(state)
        for act in (lambda: vault.write("work", SECRET), vault.where):
            with pytest.raises(SignInNeeded, match=r"key_file: PATH.*LoadCredentialEncrypted"):
                act()
        assert vault.names() == []
        assert not getattr(refused, "held", None)

    def test_that_starts_later_is_found_by_the_same_vault(self, state: Path, plugged: Plug) -> None:
        vault = Vault(state)
        plugged(keyring.backends.fail.Keyring())
        with pytest.raises(SignInNeeded):
            vault.write("work", SECRET)
        plugged(Ring())
        vault.write("work", SECRET)
        assert vault.read("work") == SECRET

    @pytest.mark.skipif(sys.platform == "darwin", reason="macOS always has a keyring")
    def test_that_starts_later_is_found_though_the_library_remembers_that_there_was_none(
        self, state: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "ring.py").write_text(
            PLAIN_RING.format(module="keyring.backends.SecretService", store=tmp_path / "store")
        )
        code = f"""
from pathlib import Path
from followupd.credentials import Vault
from followupd.errors import SignInNeeded
vault = Vault(Path({str(state)!r}))
try:
    vault.write("work", b"secret")
except SignInNeeded as error:
    print("no keyring yet" if "There is no keyring here" in str(error) else error)
import ring
vault.write("work", b"secret")
print(vault.where(), vault.read("work"))
"""
        no_bus = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none", "XDG_CONFIG_HOME": str(tmp_path)}
        told = child(code, PYTHONPATH=f"{ROOT}:{tmp_path}", **no_bus)
        assert told == "no keyring yet\nthe keyring (SecretService) b'secret'\n"

    def test_of_several_in_a_chain_is_the_best_that_encrypts_and_works(
        self, state: Path, plugged: Plug
    ) -> None:
        def broken(_: object) -> float:
            raise RuntimeError("no bus")

        plain = kind_of_ring("keyrings.alt.file", priority=9)()
        idle = kind_of_ring("keyring.backends.libsecret", priority=0)()
        dead = kind_of_ring("keyring.backends.macOS", priority=property(broken))()
        good, spare = kind_of_ring("keyring.backends.kwallet")(), Ring()
        chain = [plain, idle, dead, good, spare]
        plugged(kind_of_ring("keyring.backends.chainer", backends=chain)())
        Vault(state).write("work", SECRET)
        assert [len(one.held) for one in chain] == [0, 0, 0, 1, 0]
        assert Vault(state).where() == "the keyring (kwallet)"
        good.held, spare.held = {}, good.held
        assert Vault(state).read("work") == SECRET

    @pytest.mark.parametrize(
        "named",
        [
            "keyring.backends.null.Keyring",
            "plain.Keyring",
            "nowhere.at.all.Keyring",
            "nonsense",
            "keyring.No",
        ],
    )
    def test_that_the_environment_names_is_held_to_the_same(
        self, state: Path, tmp_path: Path, named: str
    ) -> None:
        (tmp_path / "plain.py").write_text(PLAIN_RING.format(module="plain", store=tmp_path / "store"))
        code = f"""
from pathlib import Path
from followupd.credentials import Vault
from followupd.errors import SignInNeeded
try:
    Vault(Path({str(state)!r})).write("work", b"secret")
except SignInNeeded as error:
    print(error)
"""
        told = child(code, PYTHON_KEYRING_BACKEND=named, PYTHONPATH=f"{ROOT}:{tmp_path}")
        assert "key_file: PATH" in told
        assert not (tmp_path / "store").exists()
