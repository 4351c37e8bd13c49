"""Sealed files: what opens none of them, and what leaves them as they were."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from followupd.credentials import Vault
from followupd.errors import SignInNeeded, StoreError
from tests.credentials.kit import KEY, NEW, SECRET, Ring, folder, key_in


class TestAFile:
    def sealed(self, state: Path, vault: Vault) -> Path:
        vault.write("work", SECRET)
        return folder(state) / "work"

    def test_does_not_open_with_any_bit_of_it_changed(self, state: Path, vault: Vault) -> None:
        path = self.sealed(state, vault)
        good = path.read_bytes()
        for place in range(len(good)):
            path.write_bytes(good[:place] + bytes([good[place] ^ 1 << place % 8]) + good[place + 1 :])
            with pytest.raises(SignInNeeded, match=r"does not open.*followupd login work"):
                vault.read("work")
        path.write_bytes(good)
        assert vault.read("work") == SECRET

    def test_does_not_open_cut_short_or_with_more(self, state: Path, vault: Vault) -> None:
        path = self.sealed(state, vault)
        good = path.read_bytes()
        for content in (
            *(good[:end] for end in range(len(good))),
            good + b"\0",
            b"x" * (2 << 20),
            good + good,
        ):
            path.write_bytes(content)
            with pytest.raises(SignInNeeded, match="does not open") as told:
                vault.read("work")
            assert str(path) in str(told.value)

    def test_does_not_open_under_another_name(self, state: Path, vault: Vault) -> None:
        vault.write("home", NEW)
        self.sealed(state, vault).rename(folder(state) / "home")
        with pytest.raises(SignInNeeded, match="does not open"):
            vault.read("home")

    def test_does_not_open_with_another_key(self, state: Path, vault: Vault, tmp_path: Path) -> None:
        self.sealed(state, vault)
        with pytest.raises(SignInNeeded, match="does not open") as told:
            Vault(state, key_in(tmp_path / "other", KEY[::-1])).read("work")
        assert repr(KEY)[2:-1] not in str(told.value)

    def test_is_for_its_owner_alone_from_its_first_moment(
        self, state: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made, real = [], os.open

        def noted(path: str, flags: int, mode: int = 0o777, **more: int) -> int:
            number = real(path, flags, mode, **more)
            if flags & os.O_CREAT:
                made.append(stat.S_IMODE(os.fstat(number).st_mode))
            return number

        monkeypatch.setattr(os, "open", noted)
        before = os.umask(0)
        try:
            Vault(state).write("work", SECRET)
        finally:
            os.umask(before)
        assert set(made) == {0o600}
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder(state).iterdir()} == {0o600}
        assert [stat.S_IMODE(path.stat().st_mode) for path in (state, folder(state))] == [0o700, 0o700]

    def test_lies_in_a_folder_that_is_closed_again_when_it_was_opened(
        self, state: Path, vault: Vault
    ) -> None:
        self.sealed(state, vault)
        folder(state).chmod(0o755)
        vault.write("work", SECRET)
        assert stat.S_IMODE(folder(state).stat().st_mode) == 0o700

    def test_that_is_a_link_is_neither_read_nor_written_through(
        self, state: Path, vault: Vault, tmp_path: Path
    ) -> None:
        path = self.sealed(state, vault)
        elsewhere = path.rename(tmp_path / "elsewhere")
        good = elsewhere.read_bytes()
        path.symlink_to(elsewhere)
        with pytest.raises(StoreError, match="link") as told:
            vault.read("work")
        assert str(path) in str(told.value)
        vault.write("work", NEW)
        assert (vault.read("work"), elsewhere.read_bytes(), path.is_symlink()) == (NEW, good, False)

    @pytest.mark.parametrize("stray", [".work.new", "lock"])
    def test_of_ours_that_is_a_link_is_not_written_through(
        self, state: Path, vault: Vault, tmp_path: Path, stray: str
    ) -> None:
        self.sealed(state, vault)
        victim = key_in(tmp_path / "victim", b"precious")
        (folder(state) / stray).unlink(missing_ok=True)
        (folder(state) / stray).symlink_to(victim)
        if stray == "lock":
            with pytest.raises(StoreError, match="link"):
                vault.write("work", NEW)
        else:
            vault.write("work", NEW)
            assert vault.read("work") == NEW
        assert victim.read_bytes() == b"precious"

    def test_in_a_folder_that_is_a_link_is_neither_read_nor_written(
        self, state: Path, vault: Vault, tmp_path: Path
    ) -> None:
        self.sealed(state, vault)
        folder(state).rename(tmp_path / "elsewhere")
        folder(state).symlink_to(tmp_path / "elsewhere")
        before = sorted(path.name for path in (tmp_path / "elsewhere").iterdir())
        acts = (lambda: vault.read("work"), lambda: vault.write("new", SECRET), lambda: vault.delete("work"))
        for act in (*acts, vault.names, vault.where, vault.forget_key):
            with pytest.raises(StoreError):
                act()
        assert sorted(path.name for path in (tmp_path / "elsewhere").iterdir()) == before

    @pytest.mark.parametrize("kind", ["folder", "pipe"])
    def test_that_is_no_file_is_told_and_nothing_hangs(self, state: Path, vault: Vault, kind: str) -> None:
        path = self.sealed(state, vault)
        path.unlink()
        os.mkfifo(path) if kind == "pipe" else path.mkdir()
        with pytest.raises(StoreError, match=str(path)):
            vault.read("work")

    @pytest.mark.parametrize("call", ["write", "fsync", "rename", "open"])
    def test_on_a_full_disk_stays_as_it_was(
        self, state: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        self.sealed(state, vault)
        before = sorted(folder(state).iterdir())
        real = getattr(os, call)

        def full(*some: object, **more: object) -> object:
            if call == "open" and not (isinstance(some[1], int) and some[1] & os.O_EXCL):
                return real(*some, **more)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(os, call, full)
            with pytest.raises(StoreError, match="No space left") as told:
                vault.write("work", NEW)
            assert str(folder(state) / "work") in str(told.value)
        assert vault.read("work") == SECRET
        assert sorted(folder(state).iterdir()) == before

    def test_is_whole_where_the_disk_takes_a_few_bytes_at_a_time(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = os.write
        monkeypatch.setattr(os, "write", lambda number, content: real(number, content[:7]))
        vault.write("work", NEW)
        assert vault.read("work") == NEW

    def test_and_its_folder_are_on_the_disk_when_a_write_returns(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done: list[str] = []
        fsync, rename = os.fsync, os.rename

        def noted(number: int) -> None:
            done.append("folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file")
            fsync(number)

        def renamed(*some: str, **more: int) -> None:
            done.append("rename")
            rename(*some, **more)

        monkeypatch.setattr(os, "fsync", noted)
        monkeypatch.setattr(os, "rename", renamed)
        vault.write("work", SECRET)
        assert done == ["file", "rename", "folder"]

    def test_leaves_no_open_descriptor_behind(self, state: Path, vault: Vault) -> None:
        path = self.sealed(state, vault)
        (folder(state) / "a-folder").mkdir()
        open_before = len(os.listdir("/dev/fd"))
        path.write_bytes(b"damaged")
        for _ in range(5):
            for name, kind in (("work", SignInNeeded), ("a-folder", StoreError)):
                with pytest.raises(kind):
                    vault.read(name)
            vault.write("home", SECRET)
            vault.delete("home")
        assert len(os.listdir("/dev/fd")) == open_before
