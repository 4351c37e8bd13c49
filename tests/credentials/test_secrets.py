"""Sign-ins on disk: what is kept, under which names."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from followupd.credentials import Vault
from followupd.credentials.sealing import MAGIC
from followupd.errors import StoreError
from tests.credentials.kit import KEY, SECRET, Ring, folder


class TestASecret:
    def test_comes_back_as_it_was_written(self, state: Path, vault: Vault, key_file: Path) -> None:
        vault.write("work", SECRET)
        assert vault.read("work") == SECRET == Vault(state, key_file).read("work")

    @pytest.mark.parametrize("secret", [b"", b"\0", bytes(range(256)) * 4000])
    def test_may_be_any_bytes_up_to_a_megabyte(self, vault: Vault, secret: bytes) -> None:
        vault.write("work", secret)
        assert vault.read("work") == secret

    def test_too_large_is_not_kept_and_the_old_one_is(self, vault: Vault) -> None:
        vault.write("work", SECRET)
        with pytest.raises(StoreError, match="larger"):
            vault.write("work", b"x" * (1 << 20))
        assert vault.read("work") == SECRET

    def test_that_never_was_is_none_and_asks_no_keyring(self, state: Path, ring: Ring) -> None:
        assert Vault(state).read("work") is None
        assert (ring.asked, state.exists()) == (0, False)

    def test_is_gone_once_deleted(self, vault: Vault) -> None:
        vault.write("work", SECRET)
        assert (vault.delete("work"), vault.delete("work")) == (True, False)
        assert vault.read("work") is None

    def test_deleted_where_nothing_is_makes_no_folder(self, state: Path, vault: Vault) -> None:
        assert not vault.delete("work")
        assert not state.exists()

    def test_has_a_handle_of_its_own(self, vault: Vault) -> None:
        secret = vault.of("work")
        secret.write(SECRET)
        assert (secret.read(), vault.read("work"), secret.delete(), secret.read()) == (
            SECRET,
            SECRET,
            True,
            None,
        )

    def test_is_found_nowhere_on_the_disk(self, tmp_path: Path, ring: Ring) -> None:
        Vault(tmp_path / "state").write("work", SECRET)
        held = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert held
        key = base64.b64decode(next(iter(ring.held.values())))
        for plain in (SECRET, SECRET[5:25], base64.b64encode(SECRET), key, base64.b64encode(key)):
            assert not any(plain in content for content in held)

    def test_is_sealed_anew_each_time(self, state: Path, vault: Vault) -> None:
        seen = set()
        for _ in range(20):
            vault.write("work", SECRET)
            seen.add((folder(state) / "work").read_bytes()[len(MAGIC) :][:12])
        assert len(seen) == 20

    def test_and_key_are_in_no_repr(self, vault: Vault) -> None:
        vault.write("work", SECRET)
        told = repr(vault) + repr(vault.of("work")) + repr(vault._kept)
        assert repr(KEY) not in told
        assert "plain-and-secret" not in told


class TestNames:
    NAMES = (
        *("work", "Work", "WORK", "id", "lock", ".", "..", "../../etc/passwd", "/etc/passwd", ".work.new"),
        *(
            "a_b",
            "a%5fb",
            "a b",
            "-",
            "Łukasz @ Zürich",
            "姓名",
            "line\nof text",
            "nul\0",
            "\udc80",
            "~",
            "_",
            "%",
        ),
    )

    def test_of_any_text_each_have_a_file_and_come_back(self, state: Path, vault: Vault) -> None:
        for name in self.NAMES:
            vault.write(name, name.encode(errors="surrogatepass"))
        assert vault.names() == sorted(self.NAMES)
        for name in self.NAMES:
            assert vault.read(name) == name.encode(errors="surrogatepass")
        assert sorted(path.name for path in state.parent.iterdir()) == ["key", "state"]
        assert sorted(path.name for path in state.iterdir()) == ["credentials"]

    def test_differ_on_file_systems_that_know_no_case(self, state: Path, vault: Vault) -> None:
        for name in self.NAMES:
            vault.write(name, b"")
        files = [path.name for path in folder(state).iterdir()]
        assert set("".join(files)) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
        assert len(files) == len(self.NAMES) + 1  # the lock

    @pytest.mark.parametrize("name", ["", "x" * 251, "Ü" * 60])
    def test_that_no_file_can_have_are_refused(self, vault: Vault, name: str) -> None:
        for act in (vault.read, vault.delete, lambda name: vault.write(name, SECRET)):
            with pytest.raises(StoreError, match="can't be called"):
                act(name)

    def test_leave_out_what_is_not_an_accounts_file(self, state: Path, vault: Vault) -> None:
        vault.write("work", SECRET)
        for stray in (".work.new", "Work", "a~", "_4A", "_zz", "_ff", "é"):
            (folder(state) / stray).write_bytes(b"")
        assert vault.names() == ["work"]

    def test_are_none_where_nothing_is(self, vault: Vault) -> None:
        assert vault.names() == []
