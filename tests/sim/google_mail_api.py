"""The reading half of the Gmail API: profile, messages, threads, labels, history, sendAs."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from tests.sim.google_mail_format import base64url, metadata, payload, snippet
from tests.sim.google_mail_search import parse
from tests.sim.google_mail_store import HIDDEN, SYSTEM, Alias, Change, MailStore, Stored, entity
from tests.sim.wire import ApiError, Call, Handlers

PAGE, LARGEST_PAGE = 100, 500
CHANGE_KINDS = {
    "messageAdded": "messagesAdded",
    "messageDeleted": "messagesDeleted",
    "labelAdded": "labelsAdded",
    "labelRemoved": "labelsRemoved",
}

Position = tuple[int, int]
T = TypeVar("T")


def not_found() -> ApiError:
    return ApiError(404, "notFound", "Requested entity was not found.")


def invalid(message: str) -> ApiError:
    return ApiError(400, "invalidArgument", message)


class Reading:
    """Answers that change nothing, and the two calls that trash and delete."""

    def __init__(self, box: MailStore) -> None:
        self.box = box

    def handlers(self) -> Handlers:
        return {
            "gmail.users.getProfile": self.profile,
            "gmail.users.messages.list": self.list_messages,
            "gmail.users.messages.get": self.get_message,
            "gmail.users.messages.trash": self.trash_message,
            "gmail.users.messages.delete": self.delete_message,
            "gmail.users.threads.list": self.list_threads,
            "gmail.users.threads.get": self.get_thread,
            "gmail.users.labels.list": self.list_labels,
            "gmail.users.history.list": self.list_history,
            "gmail.users.settings.sendAs.list": self.list_send_as,
        }

    def profile(self, _call: Call) -> dict[str, Any]:
        entries = self.box.stored.values()
        return {
            "emailAddress": self.box.address,
            "messagesTotal": len(entries),
            "threadsTotal": len({m.thread for m in entries}),
            "historyId": str(self.box.history_id),
        }

    # Messages

    def list_messages(self, call: Call) -> dict[str, Any]:
        found = self.found(call)
        page, following = paged(call, found, lambda m: m.age)
        items = [{"id": m.id, "threadId": m.thread} for m in page]
        return entity(messages=items, nextPageToken=following, resultSizeEstimate=len(found))

    def get_message(self, call: Call) -> dict[str, Any]:
        return self.shown(self._entry(call), call)

    def trash_message(self, call: Call) -> dict[str, Any]:
        return self.shown(self.box.to_trash(self._entry(call).id), call, form="minimal")

    def delete_message(self, call: Call) -> None:
        self.box.remove(self._entry(call).id)

    def _entry(self, call: Call) -> Stored:
        found = self.box.stored.get(call.get("id", ""))
        if found is None:
            raise not_found()
        return found

    def found(self, call: Call) -> list[Stored]:
        """What messages.list and threads.list filter by, the newest first."""
        box, query = self.box, parse(call.get("q") or "")
        wanted = set(call.get("labelIds") or ())
        for label in wanted:
            if label not in SYSTEM and label not in box.label_names:
                raise invalid(f"Invalid label: {label}")
        # Without a query the lists are read from the mailbox itself, not from the index.
        held = box.search(query) if call.get("q") else [(m, m.labels) for m in box.stored.values()]
        hidden = HIDDEN - query.reaches - wanted
        if call.get("includeSpamTrash"):
            hidden = frozenset()
        shown = (m for m, labels in held if wanted <= labels and not labels & hidden)
        return sorted(shown, key=lambda m: m.age, reverse=True)

    def shown(self, m: Stored, call: Call, form: str = "") -> dict[str, Any]:
        """A message in the format that the call asks for."""
        form = form or call.get("format") or "full"
        found = entity(
            id=m.id,
            threadId=m.thread,
            labelIds=sorted(m.labels),
            snippet=snippet(m.raw),
            sizeEstimate=len(m.raw),
            historyId=str(m.history),
            internalDate=str(m.age[0]),
        )
        decoded = self.box.headers_are_decoded
        if form == "full":
            found["payload"] = payload(m.raw, m.id, decoded=decoded)
        elif form == "metadata":
            found["payload"] = metadata(m.raw, call.get("metadataHeaders"), decoded=decoded)
        elif form == "raw":
            found["raw"] = base64url(m.raw)
        elif form != "minimal":
            raise invalid(f"Invalid value at 'format': {form}")
        return found

    # Threads

    def list_threads(self, call: Call) -> dict[str, Any]:
        newest: dict[str, Stored] = {}
        for m in self.found(call):
            newest.setdefault(m.thread, m)
        found = list(newest.values())
        page, following = paged(call, found, lambda m: m.age)
        items = [
            {"id": m.thread, "snippet": snippet(m.raw), "historyId": self._thread_history(m)} for m in page
        ]
        return entity(threads=items, nextPageToken=following, resultSizeEstimate=len(found))

    def _thread_history(self, m: Stored) -> str:
        return str(max((other.history for other in self.box.thread(m.thread)), default=m.history))

    def get_thread(self, call: Call) -> dict[str, Any]:
        if call.get("format") == "raw":
            raise invalid("Invalid value at 'format': raw")
        entries = self.box.thread(call.get("id", ""))
        if not entries:
            raise not_found()
        return {
            "id": entries[0].thread,
            "historyId": self._thread_history(entries[0]),
            "messages": [self.shown(m, call) for m in entries],
        }

    # Labels and addresses

    def list_labels(self, _call: Call) -> dict[str, Any]:
        system = [{"id": name, "name": name, "type": "system"} for name in SYSTEM]
        own = [{"id": id_, "name": name, "type": "user"} for id_, name in self.box.label_names.items()]
        return {"labels": system + own}

    def list_send_as(self, _call: Call) -> dict[str, Any]:
        return {"sendAs": [self._send_as(alias) for alias in self.box.aliases]}

    def _send_as(self, alias: Alias) -> dict[str, Any]:
        box, found = self.box, {"sendAsEmail": alias.email, "displayName": alias.display_name}
        flags = {
            "isPrimary": alias.email == box.address,
            "isDefault": alias.email == box.default_alias,
        }
        status = {"verificationStatus": "accepted" if alias.verified else "pending"}
        if not box.send_as_states_all:
            # The discovery document: the status is one of custom addresses; false flags are left out (guess).
            status = {} if flags["isPrimary"] else status
            flags = {name: flag for name, flag in flags.items() if flag}
        return {**found, "replyToAddress": "", "signature": alias.signature, **flags, **status}

    # History

    def list_history(self, call: Call) -> dict[str, Any]:
        start, now = self._start(call), self.box.history_id
        kinds = {CHANGE_KINDS.get(kind, "") for kind in call.get("historyTypes") or CHANGE_KINDS}
        label = call.get("labelId")
        found = [
            change
            for change in self.box.changes
            if change.id > start
            and change.kind in kinds
            and (label is None or label in change.labels or label in change.changed)
        ]
        # The newest come first in the other lists; history runs forward.
        page, following = paged(call, found, lambda change: (-change.id, 0))
        return entity(history=[self._record(c) for c in page], nextPageToken=following, historyId=str(now))

    def _start(self, call: Call) -> int:
        given = call.get("startHistoryId")
        if given in (None, ""):
            raise invalid("Missing required parameter: startHistoryId")
        start = int(given) if str(given).isdecimal() else 0
        if start == 0 or not self.box.oldest_history <= start <= self.box.history_id:
            raise not_found()
        return start

    def _record(self, change: Change) -> dict[str, Any]:
        bare: dict[str, Any] = {"id": change.message, "threadId": change.thread}
        full = {**bare, "labelIds": sorted(change.labels)}
        named: dict[str, Any] = {"message": full if self.box.history_carries_labels else bare}
        if change.changed:
            named["labelIds"] = list(change.changed)
        return {"id": str(change.id), "messages": [bare], change.kind: [named]}


def paged(call: Call, found: list[T], place: Callable[[T], Position]) -> tuple[list[T], str | None]:
    """One page and the token of the next. A token is a place in the order, so no arrival shifts the pages."""
    size = min(call.get("maxResults") or PAGE, LARGEST_PAGE)
    token = call.get("pageToken")
    left = found
    if token:
        after = _position(token)
        left = [item for item in found if place(item) < after]
    page = left[:size]
    return page, _token(place(page[-1])) if len(left) > size else None


def _token(position: Iterable[int]) -> str:
    return base64url(" ".join(map(str, position)).encode()).rstrip("=")


def _position(token: str) -> Position:
    try:
        first, second = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii").split()
        return int(first), int(second)
    except ValueError:
        raise invalid("Invalid pageToken") from None
