"""Messages of the Gmail API as messages of the model.

The API gives a message as a tree of parts without the attachments' bodies ("full"); it is put
together again as MIME, so that one reader (`providers.mime`) understands the mail of all providers.

Source: Gmail API v1, resource users.messages.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from followupd.core.model import Folder, Message
from followupd.providers.mime import parse_message

MAX_DEPTH = 30
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The first that a message carries says where it is. SCHEDULED is not documented.
_FOLDERS = {
    "TRASH": Folder.TRASH,
    "SPAM": Folder.JUNK,
    "DRAFT": Folder.DRAFTS,
    "SCHEDULED": Folder.SCHEDULED,
    "SENT": Folder.SENT,
    "INBOX": Folder.INBOX,
}


def folder_of(labels: Collection[str]) -> tuple[Folder, str]:
    """The folder that a mail program would show, and the id of the user's own label if it is that."""
    for label, folder in _FOLDERS.items():
        if label in labels:
            return folder, ""
    own = sorted(label for label in labels if label.startswith("Label_"))
    return (Folder.OTHER, own[0]) if own else (Folder.ARCHIVE, "")


def read_message(data: dict[str, Any], zone: str, draft_id: str = "") -> Message:
    """The message in an answer of messages.get or drafts.get with format=full."""
    folder, name = folder_of(data.get("labelIds") or ())
    received = EPOCH + timedelta(milliseconds=int(data.get("internalDate") or 0))
    message = parse_message(
        as_mime(data.get("payload") or {}),
        id=draft_id or str(data["id"]),
        folder=folder,
        folder_name=name,
        received=received,
        zone=zone,
    )
    # A draft's internalDate is when it was last saved: each saving makes a new message.
    changed = received if folder is Folder.DRAFTS else None
    return replace(message, thread=str(data.get("threadId") or ""), changed=changed)


def as_mime(part: dict[str, Any], depth: int = 0) -> bytes:
    """The part and what is below it as MIME, without encodings and without attachments' bodies."""
    parts = part.get("parts") or [] if depth < MAX_DEPTH else []
    kind = str(part.get("mimeType") or "text/plain")
    inner = [as_mime(each, depth + 1) for each in parts]
    if kind.startswith("multipart/"):
        boundary = f"=_{sha256(b''.join(inner)).hexdigest()[:24]}"
        mark = b"--" + boundary.encode()
        body = b"".join(mark + b"\n" + each + b"\n" for each in inner) + mark + b"--\n"
        return _head(part, boundary) + body
    if kind.startswith("message/") and inner:
        return _head(part) + inner[0]
    return _head(part) + _data(part)


def _head(part: dict[str, Any], boundary: str = "") -> bytes:
    lines = []
    for field in part.get("headers") or ():
        name, value = str(field.get("name", "")), str(field.get("value", ""))
        if name.lower() == "content-type" and boundary:
            value = f'{_without_boundary(value)}; boundary="{boundary}"'
        if name.lower() != "content-transfer-encoding":  # the API has decoded the body
            lines.append(f"{name}: {_one_field(value)}\n")
    return ("".join(lines) + "\n").encode("utf-8", "replace")


def _one_field(value: str) -> str:
    """A line break in a value that does not go on with white space would begin another field."""
    return re.sub(r"\r?\n(?![ \t])|\r(?!\n)", " ", value)


def _without_boundary(value: str) -> str:
    return re.sub(r';\s*boundary\*?\d*\*?\s*=\s*("[^"]*"|[^;\s]*)', "", value, flags=re.IGNORECASE).rstrip(
        "; \t"
    )


def _data(part: dict[str, Any]) -> bytes:
    text = str((part.get("body") or {}).get("data") or "")
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
