"""Names that stay the same for ever: of letters, of their messages, of questions.

A key depends on kind, person and occasion alone, so that the same letter has the same name after a
lost state, in another account, or on another machine.
"""

from __future__ import annotations

from hashlib import sha256

from followupd.core.model import Kind

REVISIONS = 6  # a draft is replaced at most twice by us; `draft` and `again` may ask for a few more


def follow_up_key(kind: Kind, address: str, occasion: str) -> str:
    """The key of the letter of this kind to this person on this occasion."""
    return sha256(f"{kind}\n{address}\n{occasion}".encode()).hexdigest()[:20]


def nameless(name: str, uid: str) -> str:
    """What stands for the address in a key while nobody knows it."""
    return f"{name}\n{uid}"


def message_id(key: str, revision: int, sender: str) -> str:
    """The Message-ID of this revision of the letter: looks like a client's UUID at the sender's domain."""
    digest = sha256(f"{key}\n{revision}".encode()).hexdigest()
    groups = (digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])
    return f"{'-'.join(groups)}@{sender.rpartition('@')[2] or 'localhost'}"


def message_ids(key: str, sender: str) -> frozenset[str]:
    """Every Message-ID that a draft of this letter can have had."""
    return frozenset(message_id(key, revision, sender) for revision in range(REVISIONS))


def question_id(topic: str, *about: str) -> str:
    """The id of a question: the same topic about the same thing is asked once."""
    return sha256("\n".join((topic, *about)).encode()).hexdigest()[:10]
