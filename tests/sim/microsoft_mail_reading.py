"""The reading half of Outlook mail: messages listed, fetched, as MIME; folders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tests.sim.microsoft_answers import GraphError, not_found
from tests.sim.microsoft_mail_filter import Filter, bad_request, ordered, parse, search
from tests.sim.microsoft_mail_format import mime
from tests.sim.microsoft_mail_store import HIDDEN, Folder, Item, MailStore
from tests.sim.microsoft_mail_view import Asked, answered, context, folder, message
from tests.sim.server import Reply

MOST_FOUND = 1000  # by one $search
T = TypeVar("T")


class Reading:
    """Answers that change nothing."""

    def __init__(self, box: MailStore) -> None:
        self.box = box

    # Messages

    def get(self, one: Asked) -> Reply:
        item = self.item(one, one.path[-1])
        if one.path[0] == "mailFolders" and not self.box.is_in(item, self.folder(one)):
            raise not_found()
        shown = {"@odata.context": context(one, self.box, "messages/$entity"), **message(self.box, item, one)}
        return answered(one, 200, shown)

    def value(self, one: Asked) -> Reply:
        return Reply(200, mime(self.item(one, one.path[1])), {"Content-Type": "text/plain"})

    def list(self, one: Asked) -> Reply:
        box = self.box
        one.check()
        if one.path[0] == "mailFolders":
            held = box.held(self.folder(one))
        else:
            held = [item for item in box.items.values() if not box.is_hidden(item)]
            held.sort(key=lambda item: (item.received, item.number), reverse=True)
        found = self._searched(one, held) if "$search" in one.query else self._filtered(one, held)
        page, link = self._page(one, found, "$skiptoken" if "$search" in one.query else "$skip")
        answer = {"@odata.context": context(one, box, "messages")}
        if one.query.get("$count") == "true":
            answer["@odata.count"] = len(found)
        answer["value"] = [message(box, item, one) for item in page]
        return answered(one, 200, answer | link)

    def _filtered(self, one: Asked, held: Sequence[Item]) -> Sequence[Item]:
        given = one.query.get("$filter", "")
        wanted: Filter | None = None
        if given:
            wanted = parse(given, recipients=self.box.recipients_can_be_filtered)
            held = [item for item in held if wanted.holds(item)]
        return ordered(held, one.query["$orderby"], wanted) if "$orderby" in one.query else held

    def _searched(self, one: Asked, held: Sequence[Item]) -> Sequence[Item]:
        """By the index, which lags; by the date of sending, and never with a filter or an order."""
        for other, code in (("$filter", "SearchWithFilter"), ("$orderby", "SearchWithOrderBy")):
            if other in one.query:
                raise bad_request(f"The query parameter '{other}' is not supported with '$search'.", code)
        test, known = search(one.query["$search"]), self.box.clock.now - self.box.search_lag
        found = [item for item in held if item.modified <= known or not self.box.search_lag]
        found = [
            item for item in found if (self.box.search_covers_drafts or not item.is_draft) and test(item)
        ]
        return sorted(found, key=lambda item: item.sent_at, reverse=True)[:MOST_FOUND]

    def _page(self, one: Asked, found: Sequence[T], name: str) -> tuple[Sequence[T], dict[str, str]]:
        """A page, and the link to the next. Pages are counted by place: what comes in between shifts them."""
        size, start = one.page_size(self.box.page_size), one.number(name, 0)
        if start + size >= len(found):
            return found[start:], {}
        query = {**one.query, name: str(start + size)}
        return found[start : start + size], {"@odata.nextLink": one.link(one.path, query)}

    # Folders

    def get_folder(self, one: Asked) -> Reply:
        shown = folder(self.box, self.folder(one), one)
        return answered(one, 200, {"@odata.context": context(one, self.box, "mailFolders/$entity"), **shown})

    def list_folders(self, one: Asked) -> Reply:
        """Those of one level. Hidden ones are not simulated as listed."""
        top = len(one.path) == 1
        parent = self.box.well_known("msgfolderroot") if top else self.folder(one)
        found = [each for each in self.box.children(parent) if each.well_known not in HIDDEN]
        given = one.query.get("$filter", "")
        if given:
            name = given.removeprefix("displayName eq ")
            if name == given:
                raise GraphError(400, "ErrorInvalidUrlQueryFilter", "The query filter is not supported.")
            found = [each for each in found if each.name == name.strip("'").replace("''", "'")]
        page, link = self._page(one, found, "$skip")
        answer = {"@odata.context": context(one, self.box, "mailFolders")}
        return answered(one, 200, {**answer, "value": [folder(self.box, each, one) for each in page], **link})

    # What the path names

    def folder(self, one: Asked) -> Folder:
        found = self.box.find_folder(one.path[1])
        if found is None:
            raise self._missing(one.path[1])
        return found

    def item(self, one: Asked, wanted: str) -> Item:
        """The message of an id of the kind that the request prefers."""
        box = self.box
        for item in box.items.values():
            ids = {item.immutable_id if one.immutable else item.id}
            if box.path_takes_either_id:
                ids = {item.id, item.immutable_id}
            if wanted in ids and (box.deleted_can_be_fetched or not box.is_hidden(item)):
                return item
        raise self._missing(wanted)

    def _missing(self, wanted: str) -> GraphError:
        """An id that was once given is not found; anything else is none."""
        if wanted in self.box.issued or len(wanted) > 100:
            return not_found()
        return GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")
