"""The key in the system's keyring: which keyrings count, and what is asked of them.

The keyring holds the key alone, since Windows caps a secret at 2,560 bytes.
keyring takes a while to load, so it is imported where it is first used.

A locked keyring may ask its user for a password, and wait for it without end. So every question has a
bound, and where nobody sits at a terminal the Secret Service is not made to ask at all.
Source: Secret Service API Draft 0.2, "Locking and Unlocking", "Prompts and Prompting".
"""

from __future__ import annotations

import base64
import secrets
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from followupd.credentials.bounded import NoAnswer, OneAtATime
from followupd.credentials.files import ID, Files
from followupd.credentials.keys import KEY, OTHER_WAYS, KeySource, key_from
from followupd.errors import SignInNeeded

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "followupd"
TRUSTED = frozenset(
    f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows")
)
CHAINER = "keyring.backends.chainer"
LOCKED = frozenset({"KeyringLocked", "LockedException", "PromptDismissedException"})  # keyring, secretstorage
SECONDS = 20.0  # for an answer, where nobody can be asked for a password
SECONDS_TO_TYPE = 120.0  # where somebody sits at the terminal
T = TypeVar("T")

_questions = OneAtATime()


def key_of_the_keyring(key_id: str) -> KeySource | None:
    """The key with this id; None where there is none. Raises SignInNeeded."""
    for ring in _keyrings():
        text = _text_in(ring, key_id) if key_id else None
        key = key_from(text.encode()) if text else None
        if key is not None:
            return KeySource(_words_for(ring), key, key_id)
    return None


def new_key(files: Files) -> KeySource:
    """Makes a key in the keyring, under a new id: an id never stands for two keys.

    The lock is held. The id comes first, so that a kill leaves no key that nobody knows of.
    """
    ring = _keyrings()[0]
    key_id = secrets.token_hex(16)
    files.replace(ID, f"{key_id}\n".encode())
    key = secrets.token_bytes(KEY)
    text = base64.b64encode(key).decode()
    _ask(ring, partial(ring.set_password, SERVICE, _user_name(key_id), text))
    if _text_in(ring, key_id) != text:
        files.remove(ID)
        raise SignInNeeded(
            f"{_words_for(ring)} did not give back the key that was put into it. Nothing was kept. "
            f"Try again, or do without it: {OTHER_WAYS}"
        )
    return KeySource(_words_for(ring), key, key_id)


def forget(key_id: str) -> None:
    """Takes the key with this id out of every keyring that has it. Raises SignInNeeded."""
    for ring in _keyrings():
        if _text_in(ring, key_id) is not None:
            _ask(ring, partial(ring.delete_password, SERVICE, _user_name(key_id)))


def where_new_keys_go() -> str:
    """The keyring that a new key is put into, in words for the user. Raises SignInNeeded."""
    return _words_for(_keyrings()[0])


def _user_name(key_id: str) -> str:
    return f"key:{key_id}"


def _words_for(ring: KeyringBackend) -> str:
    return f"the keyring ({_module(ring).rpartition('.')[2]})"


def _module(ring: KeyringBackend) -> str:
    return type(ring).__module__


def _keyrings() -> list[KeyringBackend]:
    """The keyrings to be asked, best first; at least one. Raises SignInNeeded.

    Only those that encrypt: others keep secrets as plain text (keyrings.alt), or nowhere (null).
    """
    found, trusted = _in_time("The keyring", _looked_for)
    if trusted:
        return trusted
    if found is None:
        what = "The keyring that is configured for Python's keyring can't be loaded"
    elif _module(found) in ("keyring.backends.fail", CHAINER):
        what = "There is no keyring here that keeps secrets encrypted"
    else:
        what = f"The keyring {_module(found)}.{type(found).__name__} is not one known to encrypt"
    raise SignInNeeded(f"{what}, so the key to your sign-ins can't be kept or read. {OTHER_WAYS}")


def _looked_for() -> tuple[KeyringBackend | None, list[KeyringBackend]]:
    """What the library picks, and what of it is to be asked."""
    found = _found(again=False)
    if trusted := _trusted(found):
        return found, trusted
    found = _found(again=True)
    return found, _trusted(found)


def _found(*, again: bool) -> KeyringBackend | None:
    """What the library picks, None where it fails (it imports what the environment names).

    With `again`, anew: it remembers what it found for as long as the process lives, and at the start of
    a session the daemon may be there before the keyring.
    """
    with suppress(Exception):
        import keyring.backend  # noqa: PLC0415  takes a while to load
        import keyring.core  # noqa: PLC0415  takes a while to load

        if again:
            with suppress(AttributeError, KeyError):
                keyring.backend.get_all_keyring.reset()
            keyring.core.init_backend()
        return keyring.get_keyring()
    return None


def _trusted(ring: KeyringBackend | None) -> list[KeyringBackend]:
    """The keyring, where it is one that encrypts. Of a chain, those members that do and that work here."""
    if ring is None:
        return []
    if _module(ring) != CHAINER:
        return [ring] if _module(ring) in TRUSTED else []
    return [one for one in getattr(ring, "backends", ()) if _module(one) in TRUSTED and _usable(one)]


def _usable(ring: KeyringBackend) -> bool:
    with suppress(Exception):  # a backend that can't work says so by raising
        return ring.priority > 0
    return False


def _text_in(ring: KeyringBackend, key_id: str) -> str | None:
    return _ask(ring, partial(ring.get_password, SERVICE, _user_name(key_id)))


def _ask(ring: KeyringBackend, question: Callable[[], T]) -> T:
    """What a keyring answers. Raises SignInNeeded.

    Backends raise errors of their own libraries, and those may quote the secret: only the kind of an
    error is told, and none is chained.
    """
    kind = ""
    try:
        return _in_time(_words_for(ring), partial(_unprompted, ring, question))
    except SignInNeeded:
        raise
    except Exception as error:
        kind = type(error).__name__
    if kind in LOCKED:
        raise SignInNeeded(
            f"{_words_for(ring)} is locked, so no sign-in can be opened. Unlock it; "
            "followupd tries again at every poll."
        )
    raise SignInNeeded(
        f"{_words_for(ring)} did not answer ({kind}), so no sign-in can be opened. Check that it runs and is "
        f"unlocked; followupd tries again at every poll. To do without it: {OTHER_WAYS}"
    )


def _in_time(words: str, question: Callable[[], T]) -> T:
    """The answer to a question, or its own error. Raises SignInNeeded where none comes."""
    seconds = SECONDS_TO_TYPE if _somebody_is_there() else SECONDS
    with suppress(NoAnswer):
        return _questions.ask(question, seconds)
    raise SignInNeeded(
        f"{words} does not answer, so no sign-in can be opened. It is probably locked, and waits for its password "
        f"on a screen. Unlock it; followupd tries again at every poll. To do without it: {OTHER_WAYS}"
    )


def _somebody_is_there() -> bool:
    """Whether this process has a terminal, at which somebody can be made to type a password."""
    with suppress(AttributeError, ValueError):  # no standard input, or a closed one
        return sys.stdin.isatty()
    return False


def _unprompted(ring: KeyringBackend, question: Callable[[], T]) -> T:
    """The answer; without opening a window of a keyring's where nobody is there to see it.

    A service would open one at every poll, also right after it was dismissed.
    """
    if not _somebody_is_there() and _would_prompt(ring):
        from keyring.errors import KeyringLocked  # noqa: PLC0415  takes a while to load

        raise KeyringLocked
    return question()


def _would_prompt(ring: KeyringBackend) -> bool:
    """Whether a Secret Service is locked, or has no keyring yet and would ask for a password for one."""
    from keyring.backends import SecretService  # noqa: PLC0415  takes a while to load

    if not isinstance(ring, SecretService.Keyring):
        return False
    import secretstorage  # noqa: PLC0415  takes a while to load, and is there on Linux only

    named = getattr(ring, "preferred_collection", "")  # by the environment; see keyring's documentation
    with closing(secretstorage.dbus_init()) as bus:
        try:
            if named:
                return bool(secretstorage.Collection(bus, named).is_locked())
            return bool(secretstorage.get_collection_by_alias(bus, "default").is_locked())
        except secretstorage.ItemNotFoundException:
            return True
