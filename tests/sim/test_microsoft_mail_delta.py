"""The deltas of the simulated Outlook mail: rounds, pages, what left, what is lost, and what never ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sim.microsoft_mail import MOBILE
from tests.sim.microsoft_mail_alone import IMMUTABLE, KEY, Alone, letter

INBOX, DRAFTS, SENT = (f"mailFolders/{name}/messages/delta" for name in ("inbox", "drafts", "sentitems"))


@pytest.fixture(scope="module")
def server() -> Iterator[Alone]:
    alone = Alone()
    yield alone
    alone.close()


@pytest.fixture
def mail(server: Alone) -> Iterator[Alone]:
    server.renew()
    yield server
    assert server.violations == []


def receive(mail: Alone, count: int = 1) -> list[str]:
    """Letters, the usual id of each."""
    raws = [letter(subject=str(number), id_=f"<{number}@acme.example>") for number in range(1, count + 1)]
    return [mail.box.message(mail.box.receive(raw)).id for raw in raws]


def ids(items: list[Any]) -> set[str]:
    return {item["id"] for item in items}


def removed(items: list[Any]) -> set[str]:
    return {item["id"] for item in items if item.get("@removed") == {"reason": "deleted"}}


def test_a_first_round_tells_all_and_the_next_nothing(mail: Alone) -> None:
    known = receive(mail, 3)
    items, link = mail.round(INBOX)
    assert ids(items) == set(known)
    assert link.startswith(f"{mail.root}/me/mailFolders/")
    items, following = mail.round(link)
    assert items == []
    assert mail.round(following)[0] == []


def test_a_round_comes_in_pages_of_the_preferred_size(mail: Alone) -> None:
    known = receive(mail, 7)
    pages = list(mail.pages(INBOX, prefer="odata.maxpagesize=3"))
    assert [len(page["value"]) for page in pages] == [3, 3, 1]
    assert ["@odata.deltaLink" in page for page in pages] == [False, False, True]
    assert ids([item for page in pages for item in page["value"]]) == set(known)


def test_a_link_carries_what_was_selected(mail: Alone) -> None:
    _, link = mail.round(INBOX, select="subject,internetMessageHeaders")
    receive(mail)
    [item], _ = mail.round(link)
    assert set(item) == {"@odata.type", "@odata.etag", "id", "subject", "internetMessageHeaders"}


def test_a_property_can_be_expanded(mail: Alone) -> None:
    mail.draft()
    expand = f"singleValueExtendedProperties($filter=id eq '{KEY}')"
    [item], _ = mail.round(DRAFTS, expand=expand)
    assert item["singleValueExtendedProperties"][0]["value"] == "k1"
    mail.box.delta_expands = False
    [item], _ = mail.round(DRAFTS, expand=expand)
    assert "singleValueExtendedProperties" not in item


def test_a_folder_knows_of_itself_alone(mail: Alone) -> None:
    _, inbox = mail.round(INBOX)
    _, drafts = mail.round(DRAFTS)
    made = mail.draft()
    assert mail.round(inbox)[0] == []
    assert ids(mail.round(drafts)[0]) == {made["id"]}


def test_a_changed_draft_comes_whole(mail: Alone) -> None:
    made = mail.draft()
    _, link = mail.round(DRAFTS)
    mail.box.edit(made["id"], "Other words")
    [item], _ = mail.round(link)
    assert item["id"] == made["id"]
    assert "Other words" in item["body"]["content"]
    assert item["changeKey"] != made["changeKey"]


def test_a_mere_mark_comes_without_the_rest(mail: Alone) -> None:
    [id_] = receive(mail)
    _, link = mail.round(INBOX, select="subject,isRead,from")
    mail.box.mark(id_, read=True)
    [item], _ = mail.round(link)
    assert item == {
        "@odata.type": "#microsoft.graph.message",
        "@odata.etag": item["@odata.etag"],
        "id": id_,
        "isRead": True,
    }
    mail.box.delta_is_partial = False
    assert mail.round(link)[0][0]["subject"] == "1"


def test_a_message_that_was_also_changed_comes_whole(mail: Alone) -> None:
    made = mail.draft()
    _, link = mail.round(DRAFTS)
    mail.box.mark(made["id"], flagged=True)
    mail.box.edit(made["id"], "Other words")
    assert "body" in mail.round(link)[0][0]


def test_a_deleted_message_is_removed(mail: Alone) -> None:
    made = mail.draft()
    _, link = mail.round(DRAFTS)
    mail.ask("DELETE", f"messages/{made['id']}")
    items, _ = mail.round(link)
    assert removed(items) == {made["id"]}
    assert set(items[0]) == {"@odata.type", "id", "@removed"}


def test_a_moved_message_is_removed_here_and_new_there(mail: Alone) -> None:
    [id_] = receive(mail)
    folder = mail.box.add_folder("Acme")
    lasting = mail.box.message(id_).immutable_id
    _, here = mail.round(INBOX)
    _, there = mail.round(f"mailFolders/{folder}/messages/delta")
    mail.box.put(id_, folder)
    assert removed(mail.round(here)[0]) == {id_}
    [new], _ = mail.round(there)
    assert new["id"] != id_
    assert removed(mail.round(here, prefer=IMMUTABLE)[0]) == {lasting}
    assert ids(mail.round(there, prefer=IMMUTABLE)[0]) == {lasting}


def test_a_message_that_came_back_has_left_under_its_old_id(mail: Alone) -> None:
    [id_] = receive(mail)
    _, link = mail.round(INBOX)
    mail.box.put(id_, "junkemail")
    back = mail.box.message(mail.box.put(mail.box.messages("junkemail")[0].id, "inbox"))
    items, _ = mail.round(link)
    assert ids(items) == {id_, back.id}
    assert id_ in removed(items)
    assert back.id not in removed(items)
    assert removed(mail.round(link, prefer=IMMUTABLE)[0]) == set()


def test_what_came_and_went_between_two_rounds_is_removed_though_unknown(mail: Alone) -> None:
    _, link = mail.round(DRAFTS)
    made = mail.draft()
    mail.box.purge(made["id"])
    items, _ = mail.round(link)
    assert removed(items) == ids(items) == {made["id"]}


def test_one_kind_of_change_can_be_asked_for(mail: Alone) -> None:
    made, other = mail.draft(), mail.draft()
    links = {kind: mail.round(DRAFTS, changeType=kind)[1] for kind in ("created", "updated", "deleted")}
    mail.box.edit(made["id"], "x")
    mail.box.purge(other["id"])
    third = mail.draft()
    found = {kind: ids(mail.round(link)[0]) for kind, link in links.items()}
    assert found == {"created": {third["id"]}, "updated": {made["id"]}, "deleted": {other["id"]}}


def test_what_changes_in_the_middle_of_a_round_is_told_by_the_next_at_the_latest(mail: Alone) -> None:
    known = receive(mail, 4)
    page = mail.get(INBOX, prefer="odata.maxpagesize=2")
    mail.box.purge(known[0])
    [new] = receive(mail)
    items, link = mail.round(page["@odata.nextLink"], prefer="odata.maxpagesize=2")
    later, _ = mail.round(link)
    assert new in ids(items) | ids(later)
    assert known[0] in removed(items) | removed(later)


# 22: order and replays


def test_items_come_in_no_order(mail: Alone) -> None:
    known = receive(mail, 9)
    found = [item["id"] for item in mail.round(INBOX)[0]]
    assert found not in (known, known[::-1])
    mail.box.delta_is_shuffled = False
    assert [item["id"] for item in mail.round(INBOX)[0]] == known[::-1]


def test_a_round_may_tell_old_changes_again(mail: Alone) -> None:
    mail.box.delta_replays = True
    known = receive(mail, 2)
    _, link = mail.round(INBOX)
    assert ids(mail.round(link)[0]) == set(known)


def test_a_link_can_be_followed_twice(mail: Alone) -> None:
    _, link = mail.round(INBOX)
    receive(mail)
    assert mail.round(link)[0] == mail.round(link)[0] != []


# 21, 25: empty and endless pages


def test_empty_pages_may_come_before_the_items(mail: Alone) -> None:
    mail.box.delta_empty_pages = 3
    receive(mail)
    pages = list(mail.pages(INBOX))
    assert [len(page["value"]) for page in pages] == [0, 0, 0, 1]


def test_a_round_may_never_end(mail: Alone) -> None:
    mail.box.delta_is_endless = True
    receive(mail, 3)
    pages, links = [], set()
    for page in mail.pages(INBOX):
        pages.append(page["value"])
        links.add(page["@odata.nextLink"])
        if len(pages) == 20:
            break
    assert len(links) == 20
    assert all(page == pages[0] != [] for page in pages)


# 23: what a delta does not take


def test_only_the_time_of_receipt_can_be_filtered_and_sorted_by(mail: Alone) -> None:
    [id_] = receive(mail)
    text = "receivedDateTime ge 2026-03-02T00:00:00Z"
    assert ids(mail.round(INBOX, filter=text, orderby="receivedDateTime desc")[0]) == {id_}
    assert mail.round(INBOX, filter="receivedDateTime gt 2026-03-03T00:00:00Z")[0] == []
    for query in (
        {"filter": "isRead eq false"},
        {"search": '"x"'},
        {"orderby": "subject"},
        {"changeType": "new"},
    ):
        assert mail.refused("GET", INBOX, **query)[0] == 400
    assert mail.refused("GET", INBOX, filter="receivedDateTime le 2026-03-02T00:00:00Z")[0] == 400
    assert mail.refused("GET", INBOX, select="nonsense")[0] == 400


def test_a_filter_holds_in_later_rounds_too(mail: Alone) -> None:
    _, link = mail.round(INBOX, filter="receivedDateTime ge 2026-03-03T00:00:00Z")
    receive(mail)
    assert mail.round(link)[0] == []


def test_a_filtered_round_has_a_bound(mail: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.sim.microsoft_mail_delta.MOST_FILTERED", 2)
    receive(mail, 4)
    assert len(mail.round(INBOX, filter="receivedDateTime ge 2026-03-02T00:00:00Z")[0]) == 2
    assert len(mail.round(INBOX)[0]) == 4


def test_all_folders_at_once_have_no_delta(mail: Alone) -> None:
    assert mail.refused("GET", "messages/delta")[0] == 400


# 24: lost tokens


def test_a_lost_token_is_gone_and_says_where_to_begin_again(mail: Alone) -> None:
    known = receive(mail, 3)
    first = mail.get(INBOX, prefer="odata.maxpagesize=2")
    _, link = mail.round(INBOX)
    mail.box.lose_delta_tokens()
    for lost in (link, first["@odata.nextLink"]):
        answer = mail.ask("GET", lost)
        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")
        assert answer.headers["Location"].endswith("/messages/delta?$deltatoken=")
    items, _ = mail.round(answer.headers["Location"])
    assert ids(items) == set(known)


def test_the_token_of_another_folder_is_gone_too(mail: Alone) -> None:
    _, link = mail.round(INBOX)
    inbox, drafts = mail.box.well_known("inbox").id, mail.box.well_known("drafts").id
    assert mail.refused("GET", link.replace(inbox.replace("=", "%3D"), drafts)) == (410, "SyncStateNotFound")


def test_a_deleted_folder_has_no_delta(mail: Alone) -> None:
    folder = mail.box.add_folder("Acme")
    _, link = mail.round(f"mailFolders/{folder}/messages/delta")
    mail.box.delete_folder(folder)
    assert mail.refused("GET", link) == (404, "ErrorItemNotFound")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("prefer", ["", IMMUTABLE])
def test_a_client_that_merges_what_it_is_told_knows_the_folder(mail: Alone, seed: int, prefer: str) -> None:
    chance = random.Random(seed)
    mail.box.delta_replays, mail.box.delta_empty_pages = bool(seed % 2), seed % 3
    mail.box.delta_page_size = 2
    known: dict[str, Any] = {}
    link = DRAFTS
    for _ in range(6):
        for _ in range(chance.randrange(6)):
            happen(mail, chance)
        items, link = mail.round(link, prefer=prefer)
        for item in items:
            if "@removed" in item:
                known.pop(item["id"], None)
            else:
                known[item["id"]] = known.get(item["id"], {}) | item
    whole = mail.get("mailFolders/drafts/messages", prefer=prefer, top="100")["value"]
    names = ("subject", "isRead", "bodyPreview")
    assert {id_: [known[id_][name] for name in names] for id_ in known} == {
        item["id"]: [item[name] for name in names] for item in whole
    }


def happen(mail: Alone, chance: random.Random) -> None:
    """Something in the mailbox, by a program or by hand."""
    there = mail.box.messages()
    if len(there) < 2:
        mail.draft()
        return
    item = chance.choice(there)
    act = chance.choice(["draft", "edit", "mark", "move", "back", "purge", "send", "mobile"])
    match act:
        case "draft":
            mail.draft()
        case "edit":
            mail.box.edit(item.id, f"words {chance.random()}")
        case "mobile":
            mail.box.edit(item.id, client=MOBILE)
            mail.wait(minutes=chance.randrange(5))
        case "mark":
            mail.box.mark(item.id, read=chance.random() < 0.5)
        case "move":
            mail.box.put(item.id, chance.choice(["archive", "inbox", "deleteditems"]))
        case "back":
            mail.box.put(item.id, "drafts")
        case "purge":
            mail.box.purge(item.id)
        case "send":
            mail.box.send(item.id)


def test_what_is_sent_leaves_the_drafts_and_comes_to_the_sent_items(mail: Alone) -> None:
    made = mail.draft()
    _, drafts = mail.round(DRAFTS)
    _, sent = mail.round(SENT)
    mail.box.send(made["id"])
    assert removed(mail.round(drafts)[0]) == {made["id"]}
    [item], _ = mail.round(sent)
    assert (item["isDraft"], item["internetMessageId"]) == (False, made["internetMessageId"])
