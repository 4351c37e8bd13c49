"""What may leave on an IMAP connection: a list of commands, compared with each as it leaves.

Reading, and the few that put a draft down and take it back. None that sends (RFC 4467 and 4468 have such), none that
takes parts of a message from an address (RFC 4469), none that marks a message as read (BODY without PEEK), none that
removes what it does not name (EXPUNGE, and CLOSE behind a SELECT). A literal stands as `{}` in these patterns.

Sources: RFC 9051 and 3501 (commands), 4315 (UID EXPUNGE), 6851 (MOVE), 5258 and 5819 (LIST), 2177 (IDLE).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from followupd.providers.http import NotAllowed

_STRING = rb'(?:"(?:[^"\\\x80-\xff]|\\["\\]){0,1000}"|\{\})'
_UIDS = rb"[0-9:,]{1,9000}"
_ITEM = (
    rb"(?:UID|FLAGS|INTERNALDATE|RFC822\.SIZE"
    rb"|BODY\.PEEK\[(?:HEADER\.FIELDS \([A-Z -]{1,300}\))?\](?:<0\.[0-9]{1,8}>)?)"
)
_ALLOWED = tuple(
    re.compile(pattern)
    for pattern in (
        rb"CAPABILITY|STARTTLS|NAMESPACE|IDLE|UNSELECT|CLOSE",
        rb'ID \("name" "[a-z]{1,20}"\)',
        rb"LOGIN " + _STRING + rb" " + _STRING,
        rb"AUTHENTICATE (?:PLAIN|XOAUTH2|OAUTHBEARER)",
        rb'LIST "" "\*"(?: RETURN \([A-Z () -]{1,100}\))?',
        rb"STATUS " + _STRING + rb" \([A-Z ]{1,100}\)",
        rb"(?:EXAMINE|SELECT) " + _STRING,
        rb"UID SEARCH (?:ALL|(?:UID [0-9:,]{1,9000} ?)?(?:SINCE [0-9]{1,2}-[A-Z][a-z]{2}-[0-9]{4})?)",
        rb"UID SEARCH HEADER MESSAGE-ID " + _STRING,
        rb"UID FETCH " + _UIDS + rb" \(" + _ITEM + rb"(?: " + _ITEM + rb"){0,9}\)",
        rb"APPEND " + _STRING + rb' \(\\Draft \\Seen\) "[A-Za-z0-9 :+-]{20,30}" \{\}',
        rb"UID STORE [0-9]{1,10} \+FLAGS\.SILENT \(\\Deleted\)",
        rb"UID EXPUNGE [0-9]{1,10}",
        rb"UID MOVE [0-9]{1,10} " + _STRING,
    )
)
_NO_LINE = re.compile(rb"[\r\n\x00]")


class Literal(bytes):
    """Bytes that are sent as a literal (RFC 9051 section 4.3): nothing in them can be read as a command."""

    __slots__ = ()


class Gate:
    """The last thing before the wire. `drafts` and `trash` are the only folders into which anything is put."""

    def __init__(self) -> None:
        self.drafts: bytes | None = None
        self.trash: bytes | None = None
        self._examined = False

    def check(self, words: Sequence[bytes]) -> None:
        """Raises NotAllowed for a command that is not on the list; then nothing of it was sent."""
        line = b" ".join(b"{}" if isinstance(word, Literal) else word for word in words)
        known = any(pattern.fullmatch(line) for pattern in _ALLOWED)
        if not known or _NO_LINE.search(line) or not self._is_harmless(words):
            raise NotAllowed(
                f"followupd does not give this command to a mail server: {_shown(line)}. Nothing was sent."
            )
        if words[0] in {b"EXAMINE", b"SELECT"}:
            self._examined = words[0] == b"EXAMINE"

    def _is_harmless(self, words: Sequence[bytes]) -> bool:
        """Whether it acts, if it acts, on the folders that are ours to act on."""
        if words[0] in {b"APPEND", b"SELECT"}:
            return words[1] == self.drafts
        if tuple(words[:2]) == (b"UID", b"MOVE"):
            return words[3] == self.trash
        return words[0] != b"CLOSE" or self._examined


def _shown(line: bytes) -> str:
    """The command without its words, which may quote a password or somebody's mail."""
    name = b" ".join(line.split(b" ")[: 2 if line.startswith(b"UID ") else 1])
    return re.sub(r"[^A-Za-z0-9 ]", "", name.decode("ascii", "replace"))[:30]
