"""Keys in files: which are taken, which are refused, and what is said then."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from followupd.credentials import Vault
from followupd.errors import SignInNeeded
from tests.credentials.kit import KEY, NEW, OLD, SECRET, Ring, key_in


class TestAKeyFile:
    @pytest.mark.parametrize(
        "content",
        [
            KEY,
            b" \n" + KEY[2:-1] + b"\n",
            KEY.hex().encode(),
            b"\n " + KEY.hex().upper().encode() + b"\r\n",
            base64.b64encode(KEY),
            base64.b64encode(KEY) + b"\n",
        ],
    )
    def test_may_be_raw_hexadecimal_or_base64(self, state: Path, tmp_path: Path, content: bytes) -> None:
        vault = Vault(state, key_in(tmp_path / "key", content))
        vault.write("work", SECRET)
        assert vault.read("work") == SECRET

    def test_means_the_same_key_in_each_form(self, state: Path, tmp_path: Path) -> None:
        Vault(state, key_in(tmp_path / "raw")).write("work", SECRET)
        for form in (KEY.hex().encode(), base64.b64encode(KEY) + b"\n"):
            assert Vault(state, key_in(tmp_path / "form", form)).read("work") == SECRET

    @pytest.mark.parametrize(
        "content",
        [b"", KEY[:31], KEY + b"x", b"hunter2\n", KEY.hex().encode()[:-1], b"g" * 64, b"=" * 44, KEY * 1000],
    )
    def test_of_another_form_is_refused(self, state: Path, tmp_path: Path, content: bytes) -> None:
        vault = Vault(state, key_in(tmp_path / "key", content))
        with pytest.raises(SignInNeeded, match="32 raw bytes") as told:
            vault.write("work", SECRET)
        assert "hunter2" not in str(told.value)
        assert vault.names() == []

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o602, 0o777])
    def test_open_to_others_is_refused_with_the_command_to_run(
        self, state: Path, tmp_path: Path, mode: int
    ) -> None:
        path = key_in(tmp_path / "my key", mode=mode)
        with pytest.raises(SignInNeeded) as told:
            Vault(state, path).where()
        assert f"chmod 600 '{path}'" in str(told.value)

    def test_of_another_user_is_refused(
        self, vault: Vault, key_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: key_file.stat().st_uid + 1)
        with pytest.raises(SignInNeeded, match="another user"):
            vault.where()

    @pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "link"])
    def test_that_is_no_regular_file_is_refused(self, state: Path, tmp_path: Path, kind: str) -> None:
        path = tmp_path / kind
        if kind == "folder":
            path.mkdir(mode=0o700)
        elif kind == "pipe":
            os.mkfifo(path, 0o600)
        elif kind == "link":
            path.symlink_to(key_in(tmp_path / "key"))
        with pytest.raises(SignInNeeded, match=str(path)):
            Vault(state, path).write("work", SECRET)

    def test_comes_before_systemd_and_keyring_even_where_it_fails(
        self, state: Path, tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key_in(tmp_path / "followupd-key")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
        with pytest.raises(SignInNeeded, match="absent"):
            Vault(state, tmp_path / "absent").write("work", SECRET)
        assert (ring.asked, ring.held) == (0, {})

    def test_is_kept_in_memory_once_read(self, vault: Vault, key_file: Path) -> None:
        vault.write("work", SECRET)
        key_file.unlink()
        assert vault.read("work") == SECRET

    def test_that_was_mended_is_read_by_the_same_vault(self, vault: Vault, key_file: Path) -> None:
        vault.write("work", SECRET)
        vault = Vault(vault._path.parent, key_file)
        key_file.chmod(0o644)
        with pytest.raises(SignInNeeded):
            vault.read("work")
        key_file.chmod(0o600)
        assert vault.read("work") == SECRET

    def test_that_was_replaced_is_read_anew(self, state: Path, vault: Vault, key_file: Path) -> None:
        vault.write("work", OLD)
        key_in(key_file, KEY[::-1])
        Vault(state, key_file).write("work", NEW)
        assert vault.read("work") == NEW

    def test_is_never_forgotten(self, vault: Vault, key_file: Path) -> None:
        vault.write("work", SECRET)
        vault.forget_key()
        assert key_file.read_bytes() == KEY
        assert vault.read("work") == SECRET

    def test_is_named_for_check(self, vault: Vault, key_file: Path) -> None:
        assert vault.where() == f"the key file {key_file}"


class TestASystemdCredential:
    @pytest.mark.parametrize("mode", [0o400, 0o440, 0o600])
    def test_is_the_key_in_whatever_mode_systemd_gives(
        self, state: Path, tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch, mode: int
    ) -> None:
        path = key_in(tmp_path / "followupd-key", base64.b64encode(KEY), mode)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
        vault = Vault(state)
        vault.write("work", SECRET)
        vault.forget_key()
        assert vault.where() == "the systemd credential followupd-key"
        assert Vault(state, key_in(tmp_path / "key")).read("work") == SECRET
        assert (ring.asked, ring.held, path.exists()) == (0, {}, True)

    def test_of_another_name_leaves_it_to_the_keyring(
        self, state: Path, tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key_in(tmp_path / "database-password")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
        Vault(state).write("work", SECRET)
        assert len(ring.held) == 1

    def test_that_is_no_key_is_refused(
        self, state: Path, tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        key_in(tmp_path / "followupd-key", b"hunter2")
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
        with pytest.raises(SignInNeeded, match="32 raw bytes"):
            Vault(state).write("work", SECRET)
        assert ring.held == {}
