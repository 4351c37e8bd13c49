"""The simulated Gmail against the fidelity checklist (facts, section D, points 13 to 22), call by call."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.sim.google_mail import GmailBox
from tests.sim.google_mail_format import MAX_DEPTH, read
from tests.sim.wire import ApiError, Call, Clock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ME = "dana@post.example"
KIM = "Kim Lee <kim@mail.acme.example>"
DOCUMENT = json.loads(
    Path(str(files("googleapiclient") / "discovery_cache" / "documents" / "gmail.v1.json")).read_text("utf-8")
)
PYTHON_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list}


def conforms(value: Any, schema: dict[str, Any], where: str) -> None:
    """Only properties of the schema, each of its type."""
    if "$ref" in schema:
        schema = DOCUMENT["schemas"][schema["$ref"]]
    if schema["type"] == "object":
        assert isinstance(value, dict), where
        assert set(value) <= set(schema["properties"]), where
        for name, inner in value.items():
            conforms(inner, schema["properties"][name], f"{where}.{name}")
        return
    assert type(value) is PYTHON_TYPES[schema["type"]], where
    assert value in schema.get("enum", [value]), where
    if schema.get("format") in {"uint64", "int64"}:
        assert str(value).isdecimal(), where
    if isinstance(value, list):
        assert value, f"{where} is empty, and Google leaves empty lists out"
        for index, item in enumerate(value):
            conforms(item, schema["items"], f"{where}[{index}]")


def methods(resource: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {method["id"]: method for method in resource.get("methods", {}).values()}
    for inner in resource.get("resources", {}).values():
        found |= methods(inner)
    return found


METHODS = methods(DOCUMENT)


class World:
    """A mailbox, its clock, and calls whose answers are checked against the discovery document."""

    def __init__(self) -> None:
        self.clock = Clock(START)
        self.box = GmailBox(ME, self.clock)
        self.handlers = self.box.handlers()

    def call(self, method: str, body: dict[str, Any] | None = None, **params: Any) -> Any:
        name = f"gmail.users.{method}"
        answer = self.handlers[name](Call(name, {"userId": "me", **params}, body))
        if "response" in METHODS[name]:
            conforms(answer, METHODS[name]["response"], name)
            json.dumps(answer, ensure_ascii=False).encode()
        else:
            assert answer is None
        return answer

    def refused(self, method: str, body: dict[str, Any] | None = None, **params: Any) -> tuple[int, str]:
        with pytest.raises(ApiError) as caught:
            self.call(method, body, **params)
        return caught.value.status, caught.value.reason

    def create(self, raw: bytes, thread: str = "") -> Any:
        return self.call("drafts.create", body_of(raw, thread))

    def found(self, query: str, **params: Any) -> list[str]:
        return [m["id"] for m in self.call("messages.list", q=query, **params).get("messages", [])]

    def history(self, start: str, **params: Any) -> list[dict[str, Any]]:
        answer = self.call("history.list", startHistoryId=start, **params)
        assert answer["historyId"] == self.now
        return list(answer.get("history", []))

    @property
    def now(self) -> str:
        return str(self.call("getProfile")["historyId"])


@pytest.fixture
def world() -> World:
    return World()


def letter(
    subject: str = "Interview",
    sender: str = ME,
    to: str = KIM,
    text: str = "Hello",
    id_: str = "",
    reply_to: str = "",
    extra: str = "",
) -> bytes:
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    lines += [f"Message-ID: {id_}"] if id_ else []
    lines += [f"In-Reply-To: {reply_to}", f"References: {reply_to}"] if reply_to else []
    lines += [extra] if extra else []
    return "\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", text]).encode()


def body_of(raw: bytes, thread: str = "") -> dict[str, Any]:
    message = {"raw": urlsafe_b64encode(raw).decode()} | ({"threadId": thread} if thread else {})
    return {"message": message}


def inbound(world: World, **fields: Any) -> str:
    return world.box.receive(letter(**{"sender": KIM, "to": ME, "id_": "<a@acme.example>", **fields}))


def kinds(records: list[dict[str, Any]]) -> list[str]:
    return [key for record in records for key in record if key not in {"id", "messages"}]


# 13: the draft and its message


def test_a_new_draft_answers_with_its_message_alone(world: World) -> None:
    answer = world.create(letter(id_="<mine@x.example>"))
    assert set(answer) == {"id", "message"}
    assert set(answer["message"]) == {"id", "threadId", "labelIds"}
    assert answer["message"]["labelIds"] == ["DRAFT"]
    assert answer["message"]["threadId"] == answer["message"]["id"]
    assert len(answer["message"]["id"]) == 16
    int(answer["message"]["id"], 16)
    assert answer["id"].startswith("r")
    int(answer["id"][1:])


def test_update_keeps_the_draft_id_and_rotates_the_message_id(world: World) -> None:
    made = world.create(letter())
    seen = {made["message"]["id"]}
    for number in range(3):
        answer = world.call("drafts.update", body_of(letter(text=str(number))), id=made["id"])
        assert answer["id"] == made["id"]
        seen.add(answer["message"]["id"])
    assert len(seen) == 4
    assert world.box.count() == 1
    assert world.refused("messages.get", id=made["message"]["id"]) == (404, "notFound")


@pytest.mark.parametrize("moves", [True, False])
def test_update_without_a_thread(world: World, moves: bool) -> None:
    world.box.update_without_thread_moves = moves
    thread = world.box.message(inbound(world)).thread
    reply = letter(subject="Re: Interview", reply_to="<a@acme.example>")
    made = world.create(reply, thread)
    answer = world.call("drafts.update", body_of(reply), id=made["id"])
    assert (answer["message"]["threadId"] != thread) is moves
    assert world.call("drafts.update", body_of(reply, thread), id=made["id"])["message"]["threadId"] == thread


@pytest.mark.parametrize("keeps", [True, False])
def test_the_message_id_of_a_draft(world: World, keeps: bool) -> None:
    world.box.drafts_keep_message_id = keeps
    made = world.create(letter(id_="<mine@x.example>", extra="X-Mark: 1"))
    [draft] = world.box.drafts()
    assert (draft.message_id_header == "<mine@x.example>") is keeps
    assert b"X-Mark: 1\r\n" in draft.raw
    world.call("drafts.update", body_of(letter(id_="<mine@x.example>")), id=made["id"])
    assert (world.box.drafts()[0].message_id_header == "<mine@x.example>") is keeps


def test_a_missing_message_id_is_added_and_the_rest_kept(world: World) -> None:
    raw = letter(text="straight\r\nthrough ä")
    world.create(raw)
    [draft] = world.box.drafts()
    assert draft.message_id_header.startswith("<CA")
    assert draft.message_id_header.endswith("@mail.gmail.com>")
    assert draft.raw.endswith(raw)


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"message": {}},
        *({"message": {"raw": raw}} for raw in ("", "not base64!", "abcde", "ab+/", 7)),
    ],
)
def test_bodies_that_are_no_letter(world: World, body: dict[str, Any] | None) -> None:
    assert world.refused("drafts.create", body) == (400, "invalidArgument")
    assert world.box.count() == 0


def test_a_letter_too_large(world: World) -> None:
    assert world.refused("drafts.create", body_of(b"x" * (35 * 1024 * 1024 + 1))) == (400, "invalidArgument")


def test_a_full_mailbox_takes_no_draft(world: World) -> None:
    made = world.create(letter())
    world.box.over_quota = True
    assert world.refused("drafts.create", body_of(letter())) == (403, "quotaExceeded")
    assert world.refused("drafts.update", body_of(letter()), id=made["id"]) == (403, "quotaExceeded")
    assert world.box.count() == 1


# 14: the user's hand on a draft


def test_an_edit_rotates_the_message_in_the_same_thread(world: World) -> None:
    made = world.create(letter(id_="<mine@x.example>", extra="X-Mark: 1"))
    start = world.now
    later = START + timedelta(hours=2)
    new = world.box.ui_edit(made["id"], body="Other <text>", at=later)
    [draft] = world.box.drafts()
    assert (draft.id, draft.message, draft.thread) == (made["id"], new, made["message"]["threadId"])
    assert (draft.text.strip(), draft.to, draft.at) == ("Other <text>", KIM, later)
    assert b"X-Mark" not in draft.raw
    records = world.history(start)
    assert kinds(records) == ["messagesDeleted", "messagesAdded"]
    assert records[0]["messagesDeleted"][0]["message"]["id"] == made["message"]["id"]
    assert records[1]["messagesAdded"][0]["message"] == {"id": new, "threadId": draft.thread}


@pytest.mark.parametrize("keeps", [True, False])
def test_what_survives_an_edit(world: World, keeps: bool) -> None:
    world.box.edit_keeps_message_id = world.box.ui_keeps_x_headers = keeps
    made = world.create(letter(id_="<mine@x.example>", extra="X-Mark: 1"))
    world.box.ui_edit(made["id"], raw=letter(text="new", extra="X-Mark: 1"))
    [draft] = world.box.drafts()
    assert (draft.message_id_header == "<mine@x.example>") is keeps
    assert (b"X-Mark" in draft.raw) is keeps
    assert draft.text == "new"


@pytest.mark.parametrize("html", [True, False])
def test_what_the_composer_writes(world: World, html: bool) -> None:
    world.box.ui_writes_html = html
    made = world.create(letter())
    world.box.ui_edit(made["id"], body="Grüße")
    root = world.call("drafts.get", id=made["id"])["message"]["payload"]
    assert root["mimeType"] == ("multipart/alternative" if html else "text/plain")
    assert world.box.drafts()[0].text.strip() == "Grüße"


def test_an_autosave_storm(world: World) -> None:
    made, start = world.create(letter()), world.now
    world.box.ui_autosave_storm(made["id"], 5)
    assert kinds(world.history(start)) == ["messagesDeleted", "messagesAdded"] * 5
    assert world.box.count() == 1
    assert world.box.drafts()[0].text.strip() == "Hello....."


def test_another_subject_is_another_thread(world: World) -> None:
    made = world.create(letter())
    new = world.box.ui_edit_subject(made["id"], "Ganz anders: Größe")
    [draft] = world.box.drafts()
    assert (draft.id, draft.thread, draft.message) == (made["id"], new, new)
    assert draft.subject == "Ganz anders: Größe"
    assert draft.text == "Hello"


@pytest.mark.parametrize("edited", [None, "Other words"])
@pytest.mark.parametrize("keeps", [True, False])
def test_sending_ends_the_draft(world: World, edited: str | None, keeps: bool) -> None:
    world.box.send_keeps_message_id = world.box.edit_keeps_message_id = keeps
    made = world.create(letter(id_="<mine@x.example>", extra="X-Mark: 1"))
    start = world.now
    sent = world.box.ui_send(made["id"], edited=edited)
    assert world.refused("drafts.get", id=made["id"]) == (404, "notFound")
    assert world.refused("messages.get", id=made["message"]["id"]) == (404, "notFound")
    answer = world.call("messages.get", id=sent, format="minimal")
    assert (answer["labelIds"], answer["threadId"]) == (["SENT"], made["message"]["threadId"])
    view = world.box.message(sent)
    assert (view.message_id_header == "<mine@x.example>") is keeps
    assert b"X-Mark" not in view.raw
    assert view.text.strip() == (edited or "Hello")
    assert "labelsAdded" not in kinds(world.history(start))


def test_a_scheduled_letter_is_neither_draft_nor_sent(world: World) -> None:
    made = world.create(letter())
    waiting = world.box.ui_schedule_send(made["id"])
    assert world.box.drafts() == []
    assert world.box.sent() == []
    assert world.call("drafts.list") == {"resultSizeEstimate": 0}
    assert world.found("in:scheduled") == [waiting]
    sent = world.box.ui_send_scheduled(waiting)
    assert sent != waiting
    assert [m.id for m in world.box.sent()] == [sent]
    assert world.box.scheduled() == []


def test_discard_undo_and_imap(world: World) -> None:
    first = world.create(letter())
    world.box.ui_discard(first["id"])
    assert world.box.count() == 0
    second = world.create(letter())
    back = world.box.ui_undo_send(world.box.ui_send(second["id"]))
    [draft] = world.box.drafts()
    assert draft.id == back != second["id"]
    assert draft.thread == second["message"]["threadId"]
    assert world.box.sent() == []
    again = world.box.imap_resave(back, letter(text="from elsewhere"))
    [draft] = world.box.drafts()
    assert draft.id == again != back
    assert draft.text == "from elsewhere"
    assert world.refused("drafts.get", id=back) == (404, "notFound")


def test_drafts_the_user_began(world: World) -> None:
    first = inbound(world)
    begun = world.box.ui_new_draft(letter(subject="Re: Interview", reply_to="<a@acme.example>"))
    put = world.box.put(letter(), ["DRAFT"])
    by_id = {draft.id: draft for draft in world.box.drafts()}
    assert by_id[begun].thread == first
    assert {draft.message for draft in by_id.values()} >= {put}
    assert len(world.call("drafts.list")["drafts"]) == 2
    world.box.archive(first)
    assert world.box.inbox() == []


@pytest.mark.parametrize("stays", [True, False])
def test_a_draft_in_the_trash(world: World, stays: bool) -> None:
    world.box.trashed_draft_stays_a_draft = stays
    made = world.create(letter())
    assert world.box.ui_trash_draft(made["id"]) == made["message"]["id"]
    assert world.box.drafts() == []
    assert "drafts" not in world.call("drafts.list")
    assert ("drafts" in world.call("drafts.list", includeSpamTrash=True)) is stays
    assert ("drafts" in world.call("drafts.list", q="in:trash")) is stays
    labels = world.call("messages.get", id=made["message"]["id"], format="minimal")["labelIds"]
    assert labels == (["DRAFT", "TRASH"] if stays else ["TRASH"])
    if stays:
        assert world.call("drafts.get", id=made["id"])["message"]["labelIds"] == labels
    else:
        assert world.refused("drafts.get", id=made["id"]) == (404, "notFound")


# 15: threads


def test_a_reply_nests_with_thread_and_headers(world: World) -> None:
    thread = world.box.message(inbound(world)).thread
    reply = letter(subject="Re: Interview", reply_to="<a@acme.example>")
    assert world.create(reply, thread)["message"]["threadId"] == thread
    assert world.create(reply)["message"]["threadId"] != thread
    assert world.box.ghosts == []


@pytest.mark.parametrize("suffices", [True, False])
@pytest.mark.parametrize("reply_to", ["<a@acme.example>", ""])
def test_headers_or_subject_that_do_not_match(world: World, suffices: bool, reply_to: str) -> None:
    world.box.thread_id_suffices = suffices
    thread = world.box.message(inbound(world)).thread
    answer = world.create(letter(subject="Something else", reply_to=reply_to), thread)
    assert (answer["message"]["threadId"] == thread) is suffices


@pytest.mark.parametrize(
    ("is_400", "expected"), [(False, (404, "notFound")), (True, (400, "invalidArgument"))]
)
def test_an_unknown_thread(world: World, is_400: bool, expected: tuple[int, str]) -> None:
    world.box.invalid_thread_is_400 = is_400
    assert world.refused("drafts.create", body_of(letter(), "18c0000000000000")) == expected
    assert world.box.count() == 0


def test_ghosts(world: World) -> None:
    box = world.box
    first = inbound(world)
    thread = box.message(first).thread
    silent = world.create(letter(), thread)["id"]
    assert box.ghosts == [(silent, "no reply headers in a thread")]
    second = world.create(letter(reply_to="<a@acme.example>"), thread)["id"]
    assert box.ghosts[1:] == [(second, "a second draft in the thread")]
    for draft in box.drafts():
        box.ui_discard(draft.id)
    box.ghosts.clear()
    box.trash(first)
    third = world.create(letter(reply_to="<a@acme.example>"), thread)["id"]
    assert box.ghosts == [(third, "a reply to a message in the trash")]
    box.ghosts.clear()
    fourth = world.create(letter(reply_to=box.drafts()[0].message_id_header))["id"]
    assert box.ghosts == [(fourth, "a reply to a draft")]


@pytest.mark.parametrize("covers", [True, False])
def test_a_reply_to_nothing_known(world: World, covers: bool) -> None:
    world.box.ghosts_cover_unknown_parents = covers
    thread = world.box.message(inbound(world)).thread
    world.create(letter(reply_to="<unknown@x.example>"), thread)
    assert bool(world.box.ghosts) is covers


def test_updating_the_only_draft_of_a_thread_makes_no_ghost(world: World) -> None:
    thread = world.box.message(inbound(world)).thread
    reply = letter(subject="AW: Interview", reply_to="<a@acme.example>")
    made = world.create(reply, thread)
    world.call("drafts.update", body_of(reply, thread), id=made["id"])
    alone = world.create(letter())
    world.call("drafts.update", body_of(letter(), alone["message"]["threadId"]), id=alone["id"])
    assert world.box.ghosts == []


# 16: drafts.delete, drafts.list


def test_delete_is_for_good(world: World) -> None:
    made = world.create(letter())
    assert world.call("drafts.delete", id=made["id"]) is None
    assert world.box.count() == 0
    assert world.refused("drafts.delete", id=made["id"]) == (404, "notFound")
    assert world.refused("drafts.get", id="r1") == (404, "notFound")
    assert world.refused("drafts.update", body_of(letter()), id="r1") == (404, "notFound")


def test_drafts_come_in_pages_the_newest_first(world: World) -> None:
    assert world.call("drafts.list") == {"resultSizeEstimate": 0}
    made = []
    for number in range(5):
        made.append(world.create(letter(subject=f"Number {number}"))["id"])
        world.clock.move(timedelta(seconds=1))
    seen: list[str] = []
    token: dict[str, Any] = {}
    sizes = []
    while True:
        page = world.call("drafts.list", maxResults=2, **token)
        assert page["resultSizeEstimate"] == 5
        assert set(page["drafts"][0]["message"]) == {"id", "threadId"}
        sizes.append(len(page["drafts"]))
        seen += [draft["id"] for draft in page["drafts"]]
        if "nextPageToken" not in page:
            break
        token = {"pageToken": page["nextPageToken"]}
    assert (seen, sizes) == (made[::-1], [2, 2, 1])
    found = world.call("drafts.list", q='subject:"number 3"')["drafts"]
    assert [draft["id"] for draft in found] == [made[3]]
    assert world.refused("drafts.list", pageToken="???") == (400, "invalidArgument")


def test_a_page_is_a_hundred_and_five_hundred_at_most(world: World) -> None:
    for _ in range(501):
        world.box.put(letter(), ["INBOX"])
    assert len(world.call("messages.list")["messages"]) == 100
    assert len(world.call("messages.list", maxResults=9999)["messages"]) == 500


def test_a_lagging_search_finds_a_draft_by_what_it_was(world: World) -> None:
    world.box.search_lag = timedelta(minutes=10)
    made = world.create(letter(subject="Fresh"))
    assert "drafts" not in world.call("drafts.list", q="subject:fresh")
    assert len(world.call("drafts.list")["drafts"]) == 1
    world.clock.move(timedelta(minutes=11))
    new = world.box.ui_edit(made["id"], body="later")
    [found] = world.call("drafts.list", q="subject:fresh")["drafts"]
    assert (found["id"], found["message"]["id"]) == (made["id"], new)
    world.box.ui_discard(made["id"])
    assert "drafts" not in world.call("drafts.list", q="subject:fresh")


# 17: history


def test_history_runs_forward_with_gaps(world: World) -> None:
    start = world.now
    assert world.call("history.list", startHistoryId=start) == {"historyId": start}
    first = inbound(world)
    world.box.mark_read(first)
    world.box.trash(first)
    world.box.untrash(first)
    world.box.delete(first)
    records = world.history(start)
    expected = ["messagesAdded", "labelsRemoved", "labelsAdded", "labelsRemoved", "labelsRemoved"]
    assert kinds(records) == [*expected, "messagesDeleted"]
    ids = [int(record["id"]) for record in records]
    assert ids == sorted(set(ids))
    assert ids[-1] - int(start) > len(ids)
    assert records[2]["labelsAdded"][0]["labelIds"] == ["TRASH"]
    assert all(set(record["messages"][0]) == {"id", "threadId"} for record in records)
    assert world.refused("messages.get", id=records[0]["messages"][0]["id"]) == (404, "notFound")


@pytest.mark.parametrize("carries", [True, False])
def test_whether_history_carries_labels(world: World, carries: bool) -> None:
    world.box.history_carries_labels = carries
    start = world.now
    world.box.star(inbound(world))
    added, starred = world.history(start)
    assert ("labelIds" in added["messagesAdded"][0]["message"]) is carries
    assert ("labelIds" in starred["labelsAdded"][0]["message"]) is carries
    assert starred["labelsAdded"][0]["labelIds"] == ["STARRED"]


def test_history_filters_and_pages(world: World) -> None:
    start = world.now
    first = inbound(world)
    world.create(letter(subject="Other"))
    world.box.star(first)
    assert kinds(world.history(start, historyTypes=["labelAdded"])) == ["labelsAdded"]
    both = world.history(start, historyTypes=["labelAdded", "messageAdded"])
    assert kinds(both) == ["messagesAdded", "messagesAdded", "labelsAdded"]
    assert len(world.history(start, labelId="DRAFT")) == 1
    assert len(world.history(start, labelId="INBOX")) == 2
    page = world.call("history.list", startHistoryId=start, maxResults=2)
    rest = world.call("history.list", startHistoryId=start, pageToken=page["nextPageToken"])
    assert kinds(page["history"] + rest["history"]) == kinds(both)
    assert "nextPageToken" not in rest


def test_history_that_is_no_more(world: World) -> None:
    assert world.refused("history.list") == (400, "invalidArgument")
    start = world.now
    inbound(world)
    ahead = str(int(world.now) + 1)
    for bad in ("0", "1", "abc", "-5", ahead):
        assert world.refused("history.list", startHistoryId=bad) == (404, "notFound")
    assert world.history(start)
    last = world.now
    world.box.expire_history()
    for old in (start, last):
        assert world.refused("history.list", startHistoryId=old) == (404, "notFound")
    fresh = world.now
    assert world.history(fresh) == []


# 18: search


def test_operators(world: World) -> None:
    box = world.box
    kim = inbound(world, subject="Re: Interview on Monday", text="See you at noon")
    jobs = box.receive(
        letter(sender="no-reply@notacme.example", to="dana+jobs@post.example", subject="Weekly list"),
        labels=("INBOX",),
    )
    sent = box.ui_send_new(
        letter(to="Eve <eve@other.example>", extra="Cc: kim@mail.acme.example\r\nList-Id: <x.lists.example>")
    )
    found = world.found
    assert found("from:acme.example") == [kim]
    assert found("from:kim") == found('from:"Kim Lee"') == found("from:kim@mail.acme.example") == [kim]
    assert found("to:dana@post.example") == [kim]
    assert found("from:me") == [sent]
    assert found("to:eve OR from:kim") == found("{to:eve from:kim}") == [sent, kim]
    assert found("from:(kim OR no-reply)") == found("from:{kim notacme}") == [jobs, kim]
    assert found("-from:kim") == found("-{from:kim}") == found("-(from:kim to:dana)") == [sent, jobs]
    assert found("subject:interview -subject:monday") == [sent]
    assert found('subject:"on monday"') == found("subject:(monday interview)") == [kim]
    assert found("in:sent") == [sent]
    assert found("in:inbox is:unread") == found("label:unread") == [kim]
    assert found("is:read in:inbox") == [jobs]
    assert found("rfc822msgid:<a@acme.example>") == found("rfc822msgid:a@acme.example") == [kim]
    assert found("list:lists.example") == [sent]
    assert found("noon") == found('"at noon"') == found("see you AND noon") == [kim]
    assert found('"noon at"') == found("is:nonsense") == found("label:nowhere") == []
    assert found("subject: weekly") == [jobs]
    box.add_label(jobs, "Job hunt/2026")
    assert found("label:job-hunt-2026") == found('in:"Job hunt/2026"') == [jobs]
    assert found("foo:weekly") == []
    assert found("x:y OR weekly:list") == [jobs]


def test_or_binds_its_neighbours(world: World) -> None:
    first = inbound(world, subject="alpha one")
    second = inbound(world, subject="beta one", id_="<b@acme.example>")
    inbound(world, subject="alpha two", id_="<c@acme.example>")
    assert world.found("subject:alpha OR subject:beta one") == [second, first]


def test_times(world: World) -> None:
    days = {n: world.box.receive(letter(), at=START - timedelta(days=n)) for n in (1, 3, 10, 400)}
    assert world.found("newer_than:7d") == [days[1], days[3]]
    assert world.found("older_than:7d") == [days[10], days[400]]
    assert world.found("older_than:1y") == [days[400]]
    assert world.found("newer_than:4d older_than:2d") == [days[3]]
    epoch = int((START - timedelta(days=3)).timestamp())
    assert world.found(f"after:{epoch}") == [days[1], days[3]]
    assert world.found(f"before:{epoch}") == [days[10], days[400]]
    assert world.found("after:2026/02/21 before:2026/03/01") == [days[3]]
    assert world.found("after:2026/13/45") == []


def test_days_in_queries_are_californian(world: World) -> None:
    at = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # still the first of March there
    first = world.box.receive(letter(), at=at)
    assert world.found("after:2026/03/02") == []
    world.box.query_zone = UTC
    assert world.found("after:2026/03/02") == [first]


def test_trash_and_spam_are_found_when_named(world: World) -> None:
    shown, trashed, spam = (inbound(world, id_=f"<{n}@acme.example>") for n in "abc")
    world.box.trash(trashed)
    world.box.spam(spam)
    ids = [m["id"] for m in world.call("messages.list")["messages"]]
    assert ids == world.found("from:kim") == [shown]
    assert world.found("from:kim in:anywhere") == [spam, trashed, shown]
    assert world.found("in:trash") == [trashed]
    assert world.found("in:spam") == [spam]
    assert world.found("kim", includeSpamTrash=True) == [spam, trashed, shown]
    assert world.found("kim -in:trash") == [shown]
    by_label = world.call("messages.list", labelIds=["TRASH"])["messages"]
    assert [m["id"] for m in by_label] == [trashed]
    assert world.refused("messages.list", labelIds=["NONE"]) == (400, "invalidArgument")


@pytest.mark.parametrize("covers", [True, False])
def test_whether_to_covers_cc_and_bcc(world: World, covers: bool) -> None:
    world.box.to_covers_cc_bcc = covers
    world.box.ui_send_new(letter(to="eve@x.example", extra="Cc: max@x.example\r\nBcc: ada@x.example"))
    assert bool(world.found("to:max")) is bool(world.found("to:ada")) is covers
    assert world.found("to:eve")
    assert world.found("cc:max bcc:ada")


@pytest.mark.parametrize("cover", [True, False])
def test_whether_words_cover_reply_to(world: World, cover: bool) -> None:
    world.box.words_cover_reply_to = cover
    inbound(world, extra="Reply-To: panel@else.example\r\nSender: robot@else.example")
    assert bool(world.found("panel@else.example")) is bool(world.found("robot")) is cover


@pytest.mark.parametrize("lists_deleted", [True, False])
def test_the_search_lags(world: World, lists_deleted: bool) -> None:
    box = world.box
    box.search_lag, box.index_lists_deleted = timedelta(minutes=5), lists_deleted
    first = inbound(world)
    assert world.found("from:kim") == []
    assert [m["id"] for m in world.call("messages.list")["messages"]] == [first]
    world.clock.move(timedelta(minutes=5))
    assert world.found("from:kim is:unread") == [first]
    box.mark_read(first)
    assert world.found("is:unread") == [first]
    assert world.call("messages.list", labelIds=["UNREAD"]) == {"resultSizeEstimate": 0}
    box.delete(first)
    assert world.found("from:kim") == ([first] if lists_deleted else [])
    world.clock.move(timedelta(minutes=5))
    assert world.found("from:kim") == []


ODD = [
    "(",
    ")",
    "{",
    "}",
    '"',
    "-",
    "--a",
    "from:",
    "-from:",
    "from:(",
    "from:)",
    "a OR",
    "OR",
    "OR OR a",
    "((a",
]
ODD += [
    "}a{",
    '"a',
    "in:",
    "after:",
    "after:99999999999999999999",
    "newer_than:x",
    "newer_than:99999y",
    "{-}",
]
ODD += [
    "(" * 3000,
    "-(" * 3000,
    "from: " * 3000,
    "\x00",
    "ä:ö",
    "rfc822msgid:",
    "has:",
    'from:"',
    "AND",
    "()",
]


ODD += ["after:0001/01/01", "before:9999/12/31", "after:0", "older_than:0d"]


@pytest.mark.parametrize("query", ODD)
def test_no_query_raises(world: World, query: str) -> None:
    inbound(world)
    world.found(query)
    world.call("drafts.list", q=query)
    world.call("threads.list", q=query)


def test_attachments_are_found(world: World) -> None:
    first = world.box.receive(MIXED)
    inbound(world)
    assert world.found("has:attachment") == [first]


# 19: formats

MIXED = b"""From: =?utf-8?Q?Doe=2C_J=C3=B6rg?= <joerg@acme.example>
To: dana@post.example
Subject: =?iso-8859-1?Q?Gr=FC=DFe?=
 and more
Received: one
Received: two
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe & <more>
--c
Content-Type: text/html

<p>Hi</p>
--c--
--b
Content-Type: text/calendar
Content-Disposition: attachment; filename="invite.ics"

BEGIN:VCALENDAR
--b
Content-Type: application/pdf; name=big.pdf
Content-Transfer-Encoding: base64

"""
MIXED += urlsafe_b64encode(b"x" * 3000) + b"\n--b--\n"


def test_full_is_the_tree(world: World) -> None:
    answer = world.call("messages.get", id=world.box.receive(MIXED))
    root = answer["payload"]
    assert (root["partId"], root["mimeType"], root["filename"]) == ("", "multipart/mixed", "")
    assert root["body"] == {"size": 0}
    values = {header["name"]: header["value"] for header in root["headers"]}
    assert values["Subject"] == "Grüße and more"
    assert values["From"] == '"Doe, Jörg" <joerg@acme.example>'
    alternative, invite, pdf = root["parts"]
    assert [part["partId"] for part in alternative["parts"]] == ["0.0", "0.1"]
    text = alternative["parts"][0]["body"]
    assert urlsafe_b64decode(text["data"]) == "Grüße & <more>".encode("latin-1")
    assert text["size"] == 14
    assert (invite["partId"], invite["filename"]) == ("1", "invite.ics")
    assert set(invite["body"]) == {"attachmentId", "size"}
    assert (pdf["filename"], pdf["body"]["size"]) == ("big.pdf", 3000)
    assert answer["snippet"] == "Grüße &amp; &lt;more&gt;"
    assert answer["sizeEstimate"] == len(MIXED)
    assert answer["internalDate"] == str(int(START.timestamp() * 1000))


def test_headers_as_they_stand(world: World) -> None:
    world.box.headers_are_decoded = False
    answer = world.call("messages.get", id=world.box.receive(MIXED), format="metadata")
    values = {header["name"]: header["value"] for header in answer["payload"]["headers"]}
    assert values["Subject"] == "=?iso-8859-1?Q?Gr=FC=DFe?= and more"


def test_metadata_minimal_raw(world: World) -> None:
    first = world.box.receive(MIXED)
    wanted = ["sUBJECT", "received", "X-None"]
    some = world.call("messages.get", id=first, format="metadata", metadataHeaders=wanted)["payload"]
    assert [header["name"] for header in some["headers"]] == ["Subject", "Received", "Received"]
    assert "parts" not in some
    none = world.call("messages.get", id=first, format="metadata", metadataHeaders=["X-None"])["payload"]
    assert "headers" not in none
    every = world.call("messages.get", id=first, format="metadata")["payload"]
    assert len(every["headers"]) == 7
    minimal = world.call("messages.get", id=first, format="minimal")
    assert not {"payload", "raw"} & set(minimal)
    raw = world.call("messages.get", id=first, format="raw")
    assert urlsafe_b64decode(raw["raw"]) == MIXED
    assert "payload" not in raw
    assert world.refused("messages.get", id=first, format="other") == (400, "invalidArgument")
    assert world.refused("messages.get", id="0" * 16) == (404, "notFound")


def test_a_letter_without_labels_has_no_label_ids(world: World) -> None:
    first = inbound(world)
    world.box.set_labels(first)
    assert "labelIds" not in world.call("messages.get", id=first)


def _nested(levels: int) -> bytes:
    heads = [f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels)]
    return ("From: a@x.example\n" + "".join(heads) + "Content-Type: text/plain\n\ndeep\n").encode()


BROKEN = [
    b"",
    b"\n",
    b"\x00\xff\xfe" * 500,
    b"no headers at all",
    b"Subject: \xff\xfe raw \xe4\nFrom: J\xf6rg <j@x.example>\n\nbody \xff",
    "Subject: ä bare UTF-8\n\n".encode(),
    b"Content-Type: text/plain; charset=klingon\n\n\xe4",
    b"Content-Type: text/plain; charset=hex\n\n\xe4",
    b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
    b"Subject: =?utf-7?Q?+2AA-?= =?klingon?B?!!!?= =?utf-8?B?abc?=\n\n",
    b"Content-Type: multipart/mixed\n\nno boundary",
    b"Content-Type: multipart/mixed; boundary=x\n\n--x",
    b"Content-Type: \xff/\xff; name*=klingon'en'%ff\nContent-Disposition: attachment; filename*0*=u'\n\nx",
    b"Content-Transfer-Encoding: base64\n\n!!!a",
    b"Content-Transfer-Encoding: x-uuencode\n\nbegin 6\xff\n",
    b"Content-Type: message/rfc822\n\nSubject: inner\n\ntext",
    b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nStatus: 5.1.1\n",
    b"X" * 100_000,
    b"A: " + b"b\n " * 5000,
    _nested(300),
    _nested(3000),
]


@pytest.mark.parametrize("raw", BROKEN, ids=range(len(BROKEN)))
def test_broken_letters_are_shown(world: World, raw: bytes) -> None:
    id_ = world.box.receive(raw)
    for form in ("full", "metadata", "minimal", "raw"):
        world.call("messages.get", id=id_, format=form)
    world.found("anything OR from:x OR has:attachment")
    world.call("threads.get", id=id_)
    if raw:
        made = world.create(raw)
        world.box.ui_edit(made["id"], body="repaired")
        assert world.box.drafts()[0].text.strip() == "repaired"
        world.box.ui_send(made["id"])


def test_a_deep_tree_ends(world: World) -> None:
    part = world.call("messages.get", id=world.box.receive(_nested(300)))["payload"]
    depth = 0
    while "parts" in part:
        part, depth = part["parts"][0], depth + 1
    assert depth == MAX_DEPTH + 1


# Threads, labels, profile


def test_a_thread_holds_drafts_and_trash(world: World) -> None:
    first = inbound(world)
    world.clock.move(timedelta(minutes=1))
    second = inbound(world, subject="Re: Interview", reply_to="<a@acme.example>", id_="<b@acme.example>")
    world.clock.move(timedelta(minutes=1))
    draft = world.create(letter(subject="Re: Interview", reply_to="<b@acme.example>"), first)
    world.box.trash(second)
    answer = world.call("threads.get", id=first, format="metadata", metadataHeaders=["from"])
    assert [m["id"] for m in answer["messages"]] == [first, second, draft["message"]["id"]]
    assert answer["historyId"] == world.now
    assert world.refused("threads.get", id="0" * 16) == (404, "notFound")
    assert world.refused("threads.get", id=first, format="raw") == (400, "invalidArgument")
    [listed] = world.call("threads.list", q="subject:interview")["threads"]
    assert (listed["id"], listed["historyId"]) == (first, world.now)


def test_labels_and_profile(world: World) -> None:
    label = world.box.add_label_name("Jobs")
    inbound(world)
    labels = {entry["id"]: entry for entry in world.call("labels.list")["labels"]}
    assert labels[label] == {"id": label, "name": "Jobs", "type": "user"}
    assert labels["INBOX"]["type"] == "system"
    profile = world.call("getProfile")
    assert (profile["emailAddress"], profile["messagesTotal"], profile["threadsTotal"]) == (ME, 1, 1)


def test_only_one_user(world: World) -> None:
    assert world.call("getProfile", userId=ME.upper())["emailAddress"] == ME
    assert world.refused("getProfile", userId="eve@post.example") == (403, "forbidden")


def test_trash_and_delete_by_the_api(world: World) -> None:
    first = inbound(world)
    assert world.call("messages.trash", id=first)["labelIds"] == ["TRASH", "UNREAD"]
    world.call("messages.delete", id=first)
    assert world.refused("messages.delete", id=first) == (404, "notFound")
    made = world.create(letter())
    world.call("messages.delete", id=made["message"]["id"])
    assert world.refused("drafts.get", id=made["id"]) == (404, "notFound")


# 20: the calls that must never happen work, so that tests can tell


def test_sending_by_the_api(world: World) -> None:
    made = world.create(letter(id_="<mine@x.example>"))
    sent = world.call("drafts.send", {"id": made["id"]})
    assert (sent["labelIds"], sent["threadId"]) == (["SENT"], made["message"]["threadId"])
    assert world.box.drafts() == []
    assert world.box.sent()[0].message_id_header != "<mine@x.example>"
    assert world.refused("drafts.send", {"id": made["id"]}) == (404, "notFound")
    other = world.call("messages.send", body_of(letter())["message"])
    assert [m.id for m in world.box.sent()] == [other["id"], sent["id"]]


# 21: what comes in


def test_where_incoming_letters_go(world: World) -> None:
    sent = world.box.ui_send(world.create(letter(subject="Thank you"))["id"])
    ours = world.box.message(sent)
    answers: dict[str, Callable[[], str]] = {
        "human": lambda: inbound(
            world, subject="RE: Thank you", reply_to=ours.message_id_header, id_="<h@x>"
        ),
        "vacation": lambda: inbound(
            world,
            subject="Re: Thank you",
            reply_to=ours.message_id_header,
            extra="Auto-Submitted: auto-replied",
            id_="<v@x>",
        ),
        "other address": lambda: inbound(
            world,
            sender="k@home.example",
            subject="Re: Thank you",
            reply_to=ours.message_id_header,
            id_="<o@x>",
        ),
        "other subject": lambda: inbound(world, subject="New", reply_to=ours.message_id_header, id_="<s@x>"),
        "new thread": lambda: inbound(world, subject="Re: Thank you", id_="<n@x>"),
    }
    together = {name: world.box.message(act()).thread == ours.thread for name, act in answers.items()}
    assert together == {
        "human": True,
        "vacation": True,
        "other address": True,
        "other subject": False,
        "new thread": False,
    }


def test_a_bounce_keeps_its_parts(world: World) -> None:
    raw = b"""From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
X-Failed-Recipients: kim@acme.example
Content-Type: multipart/report; boundary=r; report-type=delivery-status

--r
Content-Type: text/plain

Address not found
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com

Final-Recipient: rfc822; kim@acme.example
Status: 5.1.1

--r
Content-Type: message/rfc822

Subject: Thank you

Hello
--r--
"""
    text, status, original = world.call("messages.get", id=world.box.receive(raw))["payload"]["parts"]
    assert urlsafe_b64decode(text["body"]["data"]) == b"Address not found"
    assert b"Status: 5.1.1" in urlsafe_b64decode(status["body"]["data"])
    assert "parts" not in status
    assert original["parts"][0]["headers"] == [{"name": "Subject", "value": "Thank you"}]


# 22: addresses


def test_an_unknown_sender_is_rewritten(world: World) -> None:
    box = world.box
    box.add_alias("jobs@dana.example", default=True, signature="<b>D</b>")
    box.add_alias("new@dana.example", verified=False)
    senders = {
        "Dana <JOBS@dana.example>": "Dana <JOBS@dana.example>",
        "Dana <new@dana.example>": f"Dana <{ME}>",
        "eve@x.example": ME,
        ME: ME,
    }
    for given, expected in senders.items():
        world.create(letter(sender=given))
        assert box.drafts()[0].sender == expected
    assert [given for _, given in box.rewritten] == ["Dana <new@dana.example>", "eve@x.example"]
    world.create(b"To: kim@acme.example\n\nno sender")
    assert box.drafts()[0].sender == "jobs@dana.example"


@pytest.mark.parametrize("states_all", [True, False])
def test_send_as(world: World, states_all: bool) -> None:
    box = world.box
    box.send_as_states_all = states_all
    box.set_signature("<i>Dana</i>", "Dana Doe")
    box.add_alias("jobs@dana.example", default=True)
    box.add_alias("new@dana.example", verified=False)
    primary, jobs, new = world.call("settings.sendAs.list")["sendAs"]
    assert (primary["sendAsEmail"], primary["isPrimary"], primary["signature"]) == (ME, True, "<i>Dana</i>")
    assert ("isDefault" in primary) is ("verificationStatus" in primary) is states_all
    assert (jobs["isDefault"], jobs["verificationStatus"]) == (True, "accepted")
    assert new["verificationStatus"] == "pending"


# The whole


def test_ids_repeat_from_run_to_run() -> None:
    one, other = World(), World()
    other.clock.move(timedelta(days=3))
    assert [one.create(letter()), inbound(one), one.now] == [
        other.create(letter()),
        inbound(other),
        other.now,
    ]


def test_threads_of_the_server_do_not_collide(world: World) -> None:
    workers = [Thread(target=lambda: [world.create(letter()) for _ in range(20)]) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(world.call("drafts.list", maxResults=500)["drafts"]) == len(world.box.drafts()) == 160
    assert read(world.box.drafts()[0].raw).subject == "Interview"
