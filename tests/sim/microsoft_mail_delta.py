"""Deltas of a folder's messages: rounds of pages, tokens that are opaque and can be lost.

Sources: delta-query-messages and delta-query-overview of Graph's documentation: one folder at a time; replays, empty
pages and any order are possible; a token that is not known any more is answered by 410 and where to begin again.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from tests.sim.microsoft_answers import gone
from tests.sim.microsoft_mail_filter import Filter, bad_request, moment, parse
from tests.sim.microsoft_mail_reading import Reading
from tests.sim.microsoft_mail_store import Change, Folder, Item, MailStore
from tests.sim.microsoft_mail_view import Asked, answered, context, message
from tests.sim.server import Reply

MOST_FILTERED = 5000
KINDS = ("created", "updated", "deleted")
KEPT = ("$select", "$filter", "$orderby", "$expand", "$top", "changeType")
_RECEIVED = re.compile(r"\s*receivedDateTime\s+(ge|gt)\s+\S+\s*")


@dataclass(frozen=True)
class Round:
    """What a token stands for: a place in a round of one folder, or the place where the next one begins."""

    folder: str
    since: int  # number of the last change told before this round; -1: all is told
    until: int  # the last one that this round tells
    query: tuple[tuple[str, str], ...]
    todo: tuple[int, ...] | None = None  # numbers of messages still to tell; None before the first page
    empty: int = 0  # empty pages still to come
    turn: int = 0  # so that each token of an endless round is another


class Deltas:
    """messages/delta of every folder."""

    def __init__(self, box: MailStore, reading: Reading) -> None:
        self.box, self.reading = box, reading
        self.tokens: dict[str, Round] = {}

    def forget(self) -> None:
        """Every token given so far is lost."""
        self.tokens.clear()

    def answer(self, one: Asked) -> Reply:
        folder = self.reading.folder(one)
        place = self._place(one, folder)
        # A link carries what was asked; what is put beside it is ignored.
        one = replace(one, query=dict(place.query))
        page, following = self._page(one, place, folder)
        values = [shown for number in page for shown in self._told(one, place, number)]
        if self.box.delta_is_shuffled:
            values.sort(key=lambda shown: sha256(shown["id"].encode()).digest())
        name = "$skiptoken" if following.todo is not None else "$deltatoken"
        link = one.link(("mailFolders", folder.id, "messages", "delta"), {name: self._token(following)})
        kind = "@odata.nextLink" if following.todo is not None else "@odata.deltaLink"
        answer = {"@odata.context": context(one, self.box, f"mailFolders('{folder.id}')/messages/$delta")}
        return answered(one, 200, {**answer, "value": values, kind: link})

    # Where a request stands

    def _place(self, one: Asked, folder: Folder) -> Round:
        """Of a token; a request without one, or with an empty one, begins anew."""
        token = one.query.get("$skiptoken") or one.query.get("$deltatoken") or ""
        if not token:
            return self._first(one, folder)
        place = self.tokens.get(token)
        if place is None or place.folder != folder.id:
            path = ("mailFolders", folder.id, "messages", "delta")
            raise gone(one.link(path, {"$deltatoken": ""}))
        if place.todo is not None:
            return place
        return self._begun(replace(place, until=len(self.box.log)))

    def _first(self, one: Asked, folder: Folder) -> Round:
        _refuse(one)
        kept = [name for name in KEPT if self.box.delta_expands or name != "$expand"]
        query = tuple((name, one.query[name]) for name in kept if name in one.query)
        return self._begun(Round(folder.id, -1, len(self.box.log), query))

    def _begun(self, place: Round) -> Round:
        """A round at its start: which messages it will tell."""
        box, query = self.box, dict(place.query)
        if place.since < 0:
            folder = box.folders[place.folder]
            told = [item.number for item in box.held(folder)]
        else:
            told = list(dict.fromkeys(change.item for change in self._changes(place)))
        wanted = parse(query["$filter"]) if query.get("$filter") else None
        if wanted is not None:
            told = [number for number in told if self._passes(number, wanted)][:MOST_FILTERED]
        return replace(place, todo=tuple(told), empty=box.delta_empty_pages)

    def _passes(self, number: int, wanted: Filter) -> bool:
        item = self.box.items.get(number)
        return item is None or wanted.holds(item)

    def _changes(self, place: Round) -> Iterable[Change]:
        """Of this round; by switch those of the round before once more."""
        since = place.since - 3 if self.box.delta_replays else place.since
        return (
            each
            for each in self.box.log
            if since < each.number <= place.until and each.folder == place.folder
        )

    def _page(self, one: Asked, place: Round, folder: Folder) -> tuple[tuple[int, ...], Round]:
        """The messages of this page, and where the next one stands."""
        todo = place.todo or ()
        if place.empty:
            return (), replace(place, empty=place.empty - 1, turn=place.turn + 1)
        size = one.page_size(self.box.delta_page_size)
        if self.box.delta_is_endless:
            return todo[:size], replace(place, todo=todo, turn=place.turn + 1)
        if len(todo) > size:
            return todo[:size], replace(place, todo=todo[size:])
        return todo, Round(folder.id, place.until, place.until, place.query)

    def _token(self, place: Round) -> str:
        digest = sha256(f"{self.box.address}/{place}".encode()).digest()
        token = urlsafe_b64encode(digest * 2).decode().rstrip("=")
        self.tokens[token] = place
        return token

    # What is told of a message

    def _told(self, one: Asked, place: Round, number: int) -> list[dict[str, Any]]:
        """The message as it is now, the ids under which it left, or both, where it came back under another."""
        box = self.box
        item = box.items.get(number)
        here = item is not None and item.folder == place.folder
        history = [each for each in self._changes(place) if each.item == number] if place.since >= 0 else []
        now = item and (item.immutable_id if one.immutable else item.id)
        ids = (each.immutable_id if one.immutable else each.id for each in history)
        left = {id_ for id_ in ids if not here or id_ != now}
        asked = one.query.get("changeType", ",".join(KINDS)).split(",")
        told = [_removed(id_) for id_ in sorted(left)] if "deleted" in asked else []
        added = place.since < 0 or any(each.kind == "added" for each in history)
        if item is not None and here and ("created" if added else "updated") in asked:
            marks = [] if added else history
            told.append(self._shown(one, item, marks))
        return told

    def _shown(self, one: Asked, item: Item, history: list[Change]) -> dict[str, Any]:
        """Whole; or the changed properties alone, where Graph tells no more of mere marks."""
        shown = message(self.box, item, one)
        if history and self.box.delta_is_partial and all(each.kind == "marked" for each in history):
            told = {"id", "parentFolderId"}.union(*(each.fields for each in history))
            shown = {name: value for name, value in shown.items() if name in told or name[0] == "@"}
        return {"@odata.type": "#microsoft.graph.message", **shown}


def _removed(id_: str) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.message", "id": id_, "@removed": {"reason": "deleted"}}


def _refuse(one: Asked) -> None:
    """What a delta of messages does not take."""
    one.check()
    given = one.query.get("$filter", "")
    if "$search" in one.query:
        raise bad_request(
            "The query parameter '$search' is not supported with change tracking.", "ErrorInvalidUrlQuery"
        )
    if given:
        if not _RECEIVED.fullmatch(given):
            raise bad_request(
                "Change tracking takes no other $filter than by receivedDateTime.", "ErrorInvalidUrlQuery"
            )
        moment(given.split()[-1])
    order = " ".join(one.query.get("$orderby", "receivedDateTime desc").split())
    if order != "receivedDateTime desc":
        raise bad_request(
            "Change tracking takes no other $orderby than receivedDateTime desc.", "ErrorInvalidUrlQuery"
        )
    for kind in one.query.get("changeType", "created").split(","):
        if kind not in KINDS:
            raise bad_request(f"Invalid value '{kind}' for changeType.", "ErrorInvalidUrlQuery")
