"""The sealed form of a secret: a line that says so, a nonce, and the secret under AES-256-GCM.

Source: AES-256-GCM with random 96-bit nonces is NIST SP 800-38D, 8.2.2.
cryptography takes a while to load, so it is imported where it is first used.
"""

from __future__ import annotations

import secrets

from followupd.credentials.files import name_bytes

MAGIC = b"followupd-sealed-1\n"
NONCE = 12  # bytes, as SP 800-38D recommends
TAG = 16  # bytes, the longest there is
OVERHEAD = len(MAGIC) + NONCE + TAG  # bytes that a sealed secret has more than the secret


def sealed(secret: bytes, name: str, key: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  takes a while to load

    nonce = secrets.token_bytes(NONCE)
    # The name is part of what is sealed: one account's file does not open as another's.
    return MAGIC + nonce + AESGCM(key).encrypt(nonce, secret, MAGIC + name_bytes(name))


def unsealed(content: bytes, name: str, key: bytes) -> bytes | None:
    """What was sealed under this name with this key, None where it was not."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  takes a while to load
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    start = len(MAGIC) + NONCE
    if len(content) < OVERHEAD:
        return None
    try:
        return AESGCM(key).decrypt(content[len(MAGIC) : start], content[start:], MAGIC + name_bytes(name))
    except InvalidTag:
        return None
