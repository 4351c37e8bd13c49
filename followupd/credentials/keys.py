"""Keys, and the files that hold them: one that the config names, or a credential of systemd.

Source: $CREDENTIALS_DIRECTORY is systemd.exec(5), "Credentials".
"""

from __future__ import annotations

import base64
import binascii
import errno
import os
import re
import shlex
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from followupd.credentials.files import closed_after, first_bytes
from followupd.errors import SignInNeeded

KEY = 32  # bytes: AES-256
CREDENTIAL = "followupd-key"
OTHER_WAYS = (
    "Make a key file ((umask 077; head -c 32 /dev/urandom > PATH)) and name it in the config "
    f"(credentials: {{key_file: PATH}}), or run under systemd with LoadCredentialEncrypted={CREDENTIAL}."
)


@dataclass(frozen=True, slots=True)
class KeySource:
    """A key and where it comes from, in words for the user: "the keyring (SecretService)"."""

    where: str
    key: bytes = field(repr=False)
    key_id: str = ""
    """What the keyring knows it by. A key from a file has none."""


def key_of_a_file(key_file: Path | None) -> KeySource | None:
    """The key that the config or else systemd names; None where neither does. Raises SignInNeeded."""
    if key_file is not None:
        key = _key_in(key_file, of_the_user=True)
        return KeySource(f"the key file {key_file}", key)
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder or not os.path.lexists(path := Path(folder) / CREDENTIAL):
        return None  # a unit may have credentials for other things
    return KeySource(f"the systemd credential {CREDENTIAL}", _key_in(path, of_the_user=False))


def _key_in(path: Path, *, of_the_user: bool) -> bytes:
    """The key in a file. Raises SignInNeeded, also where it can't be read: only the user can go on.

    With `of_the_user`, nobody else may own or read it. systemd guards its credentials itself, and
    gives them modes of its own.
    """
    link = os.O_NOFOLLOW if of_the_user else 0
    try:
        with closed_after(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | link)) as number:
            wrong = _wrong_with(path, os.fstat(number), of_the_user=of_the_user)
            content = b"" if wrong else first_bytes(number, 1024)
    except OSError as error:
        if error.errno == errno.ENOENT and of_the_user:
            raise SignInNeeded(
                f"There is no key file {path}. To make one: {_how_to_make(path)}. If you had one, put it back: "
                "without it no sign-in opens."
            ) from error
        words = "it is a link; name the file itself" if error.errno == errno.ELOOP else error.strerror
        raise SignInNeeded(
            f"The key file {path} can't be read: {words}. Without it no sign-in opens. "
            "Put it back, or correct the config; followupd tries again at every poll."
        ) from error
    key = None if wrong else key_from(content)
    if key is None:
        wrong = wrong or (
            "it must hold 32 raw bytes, 64 hexadecimal digits, or the base64 of 32 bytes. To make a new "
            f"one (every account then signs in again): {_how_to_make(path)}"
        )
        raise SignInNeeded(f"The key file {path} is refused: {wrong}")
    return key


def _how_to_make(path: Path) -> str:
    return f"(umask 077; head -c 32 /dev/urandom > {shlex.quote(str(path))})"


def _wrong_with(path: Path, status: os.stat_result, *, of_the_user: bool) -> str:
    """Why a file is refused as a key file, "" where it is not."""
    if not stat.S_ISREG(status.st_mode):
        return "it is not a regular file."
    if of_the_user and status.st_uid != os.geteuid():
        return f"it belongs to another user. Run: sudo chown $USER {shlex.quote(str(path))}"
    if of_the_user and status.st_mode & 0o077:
        return f"others may read or change it. Run: chmod 600 {shlex.quote(str(path))}"
    return ""


def key_from(content: bytes) -> bytes | None:
    """The key that a file's content stands for."""
    if len(content) == KEY:
        return content
    text = content.strip()
    if re.fullmatch(rb"[0-9a-fA-F]{64}", text):
        return bytes.fromhex(text.decode())
    with suppress(binascii.Error):
        key = base64.b64decode(text, validate=True)
        return key if len(key) == KEY else None
    return None
