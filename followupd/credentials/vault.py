"""The vault: each account's sign-in in a sealed file of its own."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from followupd.credentials.files import (
    FOLDER,
    ID,
    LARGEST,
    Files,
    being_written,
    file_name,
    id_in,
    locked,
    name_of,
    opened,
)
from followupd.credentials.keys import KeySource, key_of_a_file
from followupd.credentials.ring import forget, key_of_the_keyring, new_key, where_new_keys_go
from followupd.credentials.sealing import MAGIC, OVERHEAD, sealed, unsealed
from followupd.errors import SignInNeeded, StoreError


@dataclass(frozen=True, slots=True)
class Secret:
    """The sealed file of one name. Errors are those of the Vault."""

    vault: Vault
    name: str

    def read(self) -> bytes | None:
        return self.vault.read(self.name)

    def write(self, secret: bytes) -> None:
        self.vault.write(self.name, secret)

    def delete(self) -> bool:
        return self.vault.delete(self.name)


class Vault:
    """The sealed files of one state folder: <state>/credentials/<name>, AES-256-GCM under one key.

    Raises SignInNeeded where only the user can go on: a keyring that is locked or not to be trusted, a
    key file that is missing or open to others, a key that is lost, a file that does not open. Nothing of
    a failure is remembered, so trying again at the next poll is enough. Raises StoreError, with the
    path, where the disk says no. Neither ever carries a key or a secret.
    """

    def __init__(self, folder: Path, key_file: Path | None = None) -> None:
        self._path = folder / FOLDER
        self._key_file = key_file
        self._kept: KeySource | None = None

    def __repr__(self) -> str:
        return f"Vault({str(self._path)!r})"

    def of(self, name: str) -> Secret:
        return Secret(self, name)

    def read(self, name: str) -> bytes | None:
        """The secret of this name, None where there is none (and then no key is asked for)."""
        file = file_name(name)
        with opened(self._path) as files:
            content = files.read(file) if files else None
            if files is None or content is None:
                return None
            if len(content) > LARGEST or not content.startswith(MAGIC):
                raise SignInNeeded(_does_not_open(self._path / file, name))
            from_memory = self._kept
            secret = unsealed(content, name, self._needed_key(files, name))
            if secret is None and self._kept is from_memory:
                # The key file may have been replaced since; a keyring key goes by its id.
                self._kept = None
                secret = unsealed(content, name, self._needed_key(files, name))
        if secret is None:
            raise SignInNeeded(_does_not_open(self._path / file, name))
        return secret

    def write(self, name: str, secret: bytes) -> None:
        """Keeps the secret, all of it or (when this raises) the one before.

        The first write makes the key, where it is to be in the keyring.
        """
        file = file_name(name)
        if len(secret) > LARGEST - OVERHEAD:
            raise StoreError(f"the sign-in of {name} is larger than {LARGEST:,} bytes. It was not kept.")
        with locked(self._path) as files:
            source = self._key(files)
            if source is None:
                self._kept = source = new_key(files)
            files.replace(file, sealed(secret, name, source.key))

    def delete(self, name: str) -> bool:
        """Removes the secret of this name. Whether there was one. Needs no key."""
        file = file_name(name)
        if not self._is_there():
            return False
        with locked(self._path) as files:
            files.remove(being_written(file))
            return files.remove(file)

    def names(self) -> list[str]:
        """Whose secrets there are, sorted. Needs no key."""
        with opened(self._path) as files:
            found = files.all() if files else []
        return sorted(name for file in found if (name := name_of(file)) is not None)

    def where(self) -> str:
        """Where the key is, or where the first write will put it. Raises SignInNeeded as `read` does."""
        with opened(self._path) as files:
            source = self._key(files)
        if source is not None:
            return source.where
        if self.names():
            raise SignInNeeded(_key_is_lost("ACCOUNT"))
        return where_new_keys_go()

    def forget_key(self) -> None:
        """Takes the key out of the keyring; what it sealed never opens again.

        A key file of the user's and a credential of systemd stay as they are.
        """
        self._kept = None
        if not self._is_there():
            return
        with locked(self._path) as files:
            key_id = id_in(files)
            if not key_id:
                return
            forget(key_id)
            files.remove(ID)

    def _is_there(self) -> bool:
        with opened(self._path) as files:
            return files is not None

    def _needed_key(self, files: Files, name: str) -> bytes:
        source = self._key(files)
        if source is None:
            raise SignInNeeded(_key_is_lost(name))
        return source.key

    def _key(self, files: Files | None) -> KeySource | None:
        """The key, from memory where it is still the one. None where the keyring has none of ours."""
        key_id = id_in(files)
        # Another process may have forgotten the key and made a new one: what is written under the
        # old one would never open again.
        kept = self._kept
        if kept is None or kept.key_id not in ("", key_id):
            self._kept = None
            self._kept = kept = key_of_a_file(self._key_file) or key_of_the_keyring(key_id)
        return kept


# What is said more than once.


def _login(name: str) -> str:
    """The command for the account; a secret is named after it and its provider: `personal.google`."""
    return f"`followupd login {shlex.quote(name.rpartition('.')[0] or name)}`"


def _key_is_lost(name: str) -> str:
    return (
        "The keyring holds no key for the sign-ins in this state folder, so they can't be opened. "
        f"If you changed keyrings, go back to the old one; otherwise sign in again: {_login(name)}."
    )


def _does_not_open(path: Path, name: str) -> str:
    return (
        f"{path} does not open: it is damaged, or was sealed with another key. The sign-in in it "
        f"can't be used. Put the right key back, or sign in again: {_login(name)}."
    )
