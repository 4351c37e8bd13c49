"""A draft is put down once or not at all, and what is not known to have happened is never said to have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from followupd.core.model import Address, Draft, Folder, Message
from followupd.errors import Conflict, NotDone, ProviderError, Refused, Unavailable
from tests.providers.internet.mailkit import Known, mailbox
from tests.providers.internet.scripted import CAPABILITIES, Lines, Scripted
from tests.servers import dovecot
from tests.servers.proxy import Break, Proxy

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
DRAFT = Draft(
    message_id="aa11bb22@example.com",
    sender=Address("sam@example.com", "Sam Lee"),
    to=Address("dana@acme.example", "Dana Reyes"),
    subject="Thank you",
    text="Dear Dana,\n\nthank you.\n\nSam\n",
    date=NOW,
)


def same(message: Message) -> bool:
    return message.text.split() == DRAFT.text.split()


def failure(*answers: Lines) -> tuple[ProviderError, list[bytes]]:
    """What becomes of an APPEND, and what of it the server has got."""
    with Scripted({"APPEND": list(answers)}) as server, pytest.raises(ProviderError) as caught:
        mailbox(server.port).create_draft(DRAFT)
    return caught.value, server.literals


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            "NO [OVERQUOTA] Quota exceeded (mailbox for user is full)",
            Refused,
            "is full, so it takes no draft",
        ),
        ("NO [TRYCREATE] no such mailbox", Refused, "the folder Drafts for drafts is not there any more"),
        ("NO [INUSE] locked", NotDone, "takes no draft just now"),
        ("NO [SERVERBUG] internal", NotDone, "It is tried again"),
        ("BAD what", NotDone, "It is tried again"),
        ("NO [ALERT] Read\u202e this\x07: no", Refused, "Read this: no"),
    ],
)
@pytest.mark.parametrize("begun", [True, False], ids=["after the literal", "before the literal"])
def test_a_refusal_is_certain(answer: str, kind: type[ProviderError], words: str, begun: bool) -> None:
    lines = ["+ go on"] if begun else []
    said = answer.encode().decode("latin-1")
    error, _ = failure([*lines, f"{{tag}} {said}"])
    assert type(error) is kind
    assert words in str(error)


def test_a_connection_lost_before_the_literal_has_done_nothing() -> None:
    error, literals = failure(None)
    assert isinstance(error, NotDone)
    assert literals == []


def test_a_connection_lost_after_the_literal_is_unclear() -> None:
    error, literals = failure(["+ go on", "DROP"])
    assert isinstance(error, Unavailable)
    assert not isinstance(error, NotDone)
    assert len(literals) == 1


def test_a_server_that_is_away_has_done_nothing() -> None:
    with Scripted() as server:
        port = server.port
    with pytest.raises(NotDone):
        mailbox(port).create_draft(DRAFT)


def test_a_connection_that_broke_meanwhile_is_opened_again_and_one_draft_is_made() -> None:
    box = dovecot.shared().user()
    with Proxy(box.server.port) as proxy:
        mine = mailbox(proxy.port, Known(box.user, box.password))
        mine.letters_to([], NOW)
        proxy.drop()
        made = mine.create_draft(DRAFT)
        assert [m.id for m in mine.message(DRAFT.message_id, NOW).messages] == [made]
    assert len(box.deeds("save")) == 1


def test_a_lost_answer_is_found_by_the_next_look() -> None:
    box = dovecot.shared().user()
    lost = Break(b"APPENDUID", "back", how="drop")
    with Proxy(box.server.port, lost) as proxy:
        mine = mailbox(proxy.port, Known(box.user, box.password))
        with pytest.raises(Unavailable) as caught:
            mine.create_draft(DRAFT)
        assert not isinstance(caught.value, NotDone)
        [found] = mine.message(DRAFT.message_id, NOW).messages
        assert found.folder is Folder.DRAFTS
        assert found.changed == NOW


def test_it_lies_there_as_it_was_written_and_is_no_news_to_anybody() -> None:
    box = dovecot.shared().user()
    mailbox(box.server.port, Known(box.user, box.password)).create_draft(DRAFT)
    [letter] = box.hand.letters("Drafts")
    assert letter.flags >= {"\\Draft", "\\Seen"}
    assert letter.saved == NOW
    assert letter.message_id == f"<{DRAFT.message_id}>"


@pytest.mark.parametrize("capabilities", [CAPABILITIES, CAPABILITIES.replace("UIDPLUS ", "")])
def test_the_id_is_that_of_what_the_server_has_made_of_it(capabilities: str) -> None:
    head = "From: sam@example.com\r\nSubject: rewritten\r\nMessage-ID: <aa11bb22@example.com>\r\n\r\n"
    size = len(head)
    items = 'UID 5 FLAGS (\\Draft) INTERNALDATE "04-Mar-2026 17:00:00 +0000" RFC822.SIZE 300'
    told = f"* 1 FETCH ({items} BODY[HEADER.FIELDS (MESSAGE-ID)]<0> {{{size}}}\r\n{head})"
    opened = ["* 1 EXISTS", "* OK [UIDVALIDITY 7] x", "* OK [UIDNEXT 6] x", "{tag} OK done"]
    answers = {
        "APPEND": ["+ go on", "{tag} OK [APPENDUID 7 5] x" if "UIDPLUS" in capabilities else "{tag} OK x"],
        "EXAMINE": opened,
        "UID FETCH": [told, "{tag} OK done"],
    }
    with Scripted(answers, capabilities=capabilities) as server:
        made = mailbox(server.port).create_draft(DRAFT)
        assert server.heard("UID FETCH")[0].startswith(
            "UID FETCH 5 " if "UIDPLUS" in capabilities else "UID FETCH 1:5 "
        )
    with Scripted() as server:
        assert mailbox(server.port).create_draft(DRAFT) != made


# --- taking back ---


@pytest.mark.parametrize(
    ("without", "garbled", "left"),
    [
        ((), {}, {"Drafts": [], "Trash": []}),
        ((), {b"UID EXPUNGE": b"UID EXPUNGX"}, {"Drafts": [], "Trash": []}),
        (("UIDPLUS",), {}, {"Drafts": [], "Trash": [""]}),
        (("UIDPLUS", "MOVE"), {}, {"Drafts": ["\\Deleted"], "Trash": []}),
        (("UIDPLUS",), {b"UID MOVE": b"UID MOVX"}, {"Drafts": ["\\Deleted"], "Trash": []}),
    ],
    ids=["UIDPLUS", "UIDPLUS is a lie", "MOVE", "neither", "MOVE is a lie"],
)
def test_only_our_draft_is_taken_back(
    without: tuple[str, ...], garbled: dict[bytes, bytes], left: dict[str, list[str]]
) -> None:
    """What the user has marked as deleted in Drafts stays, whatever the server can."""
    with dovecot.own(dovecot.Kind(without=without)) as server:
        box = server.user()
        box.hand.put(b"Subject: mine\n\nkeep me\n", "Drafts", NOW, ("\\Deleted",))
        with Proxy(server.port, garble=garbled) as proxy:
            mine = mailbox(proxy.port, Known(box.user, box.password))
            made = mine.create_draft(DRAFT)
            assert mine.withdraw_draft(made, DRAFT.message_id, same, NOW + timedelta(minutes=1))
            assert not mine.withdraw_draft(made, DRAFT.message_id, same, NOW + timedelta(minutes=1))
            kinds = {m.folder for m in mine.message(DRAFT.message_id, NOW).messages}
        with box.hand.connected("Drafts") as client:
            flags = client.get_flags(client.search("ALL"))
        drafts = [one for uid, one in sorted(flags.items()) if uid != 1]
        assert b"\\Deleted" in flags[1]
        assert [b"\\Deleted" in one for one in drafts] == [True for _ in left["Drafts"]]
        assert len(box.hand.letters("Trash")) == len(left["Trash"])
        assert kinds <= {Folder.TRASH}


def test_a_read_only_folder_is_said_to_be_one() -> None:
    raw = "Message-ID: <aa11bb22@example.com>\r\nDate: Wed, 04 Mar 2026 17:00:00 +0000\r\n\r\nx"
    head = f"BODY[HEADER.FIELDS (DATE)]<0> {{{len(raw)}}}\r\n{raw}"
    items = 'UID 1 FLAGS (\\Draft) INTERNALDATE "04-Mar-2026 17:00:00 +0000" RFC822.SIZE 90'
    answers = {
        "EXAMINE": ["* 1 EXISTS", "* OK [UIDVALIDITY 7] x", "* OK [UIDNEXT 2] x", "{tag} OK done"],
        "SELECT": ["* 1 EXISTS", "{tag} OK [READ-ONLY] done"],
        "UID SEARCH": ["* SEARCH 1", "{tag} OK done"],
        "UID FETCH": [f"* 1 FETCH ({items} {head})", "{tag} OK done"],
    }
    with Scripted(answers) as server:
        with pytest.raises(Refused, match="the draft can't be removed"):
            mailbox(server.port).withdraw_draft(
                "", "aa11bb22@example.com", lambda _: True, NOW + timedelta(days=1)
            )
        assert server.heard("UID STORE", "UID EXPUNGE") == []


def test_what_the_user_saves_meanwhile_stays() -> None:
    """Between our reading and our removing it: their copy is another message."""
    box = dovecot.shared().user()

    def save_again() -> None:
        [letter] = box.hand.letters("Drafts")
        box.hand.put(letter.raw.replace(b"thank you", b"THANK YOU"), "Drafts", NOW, ("\\Draft",))

    meanwhile = Break(b"UID STORE", "out", how="pass", then=save_again)
    with Proxy(box.server.port, meanwhile) as proxy:
        mine = mailbox(proxy.port, Known(box.user, box.password))
        made = mine.create_draft(DRAFT)
        assert mine.withdraw_draft(made, DRAFT.message_id, same, NOW + timedelta(minutes=1))
        assert b"THANK YOU" in box.hand.letters("Drafts")[0].raw
        with pytest.raises(Conflict):
            mine.withdraw_draft(made, DRAFT.message_id, same, NOW + timedelta(days=1))
    assert len(box.hand.letters("Drafts")) == 1


@pytest.mark.parametrize(("minutes", "taken"), [(9, False), (11, True)])
def test_a_draft_that_somebody_saved_again_as_it_was_is_left_for_ten_minutes(
    minutes: int, taken: bool
) -> None:
    box = dovecot.shared().user()
    mine = mailbox(box.server.port, Known(box.user, box.password))
    made = mine.create_draft(DRAFT)
    [letter] = box.hand.letters("Drafts")
    box.hand.save_again(letter, letter.raw, NOW + timedelta(hours=1))
    now = NOW + timedelta(hours=1, minutes=minutes)
    if taken:
        assert mine.withdraw_draft(made, DRAFT.message_id, same, now)
    else:
        with pytest.raises(Conflict):
            mine.withdraw_draft(made, DRAFT.message_id, same, now)
    assert len(box.hand.letters("Drafts")) == (0 if taken else 1)


def test_a_copy_that_is_marked_as_deleted_does_not_hide_the_other() -> None:
    box = dovecot.shared().user()
    mine = mailbox(box.server.port, Known(box.user, box.password))
    made = mine.create_draft(DRAFT)
    [letter] = box.hand.letters("Drafts")
    box.hand.put(letter.raw, "Drafts", NOW, ("\\Draft", "\\Deleted"))
    assert mine.withdraw_draft(made, DRAFT.message_id, same, NOW + timedelta(minutes=1))
    assert box.hand.letters("Drafts") == []
