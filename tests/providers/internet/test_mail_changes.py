"""What moved, at the price of what moved: folders renamed, numbered anew, gone; lies; messages that can't be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta

import pytest

from followupd.core.model import Folder
from followupd.errors import CursorLost, Unavailable
from followupd.providers.base import MailChanges, Senders, Watched, Whereabouts
from followupd.providers.internet.imap import refusals
from followupd.providers.internet.imap.mailbox import ImapMailbox
from tests.contracts.test_imap import identity
from tests.contracts.test_mailboxes import DRAFT, NOW, SINCE, mail, watched
from tests.providers.internet.mailkit import Known, mailbox
from tests.providers.internet.scripted import Scripted, listing
from tests.servers import dovecot
from tests.servers.proxy import Break, Proxy

MINUTE = timedelta(minutes=1)


@pytest.fixture
def box() -> dovecot.Mailbox:
    return dovecot.shared().user()


@pytest.fixture
def proxy(box: dovecot.Mailbox) -> Iterator[Proxy]:
    with Proxy(box.server.port) as proxy:
        yield proxy


def opened(box: dovecot.Mailbox, port: int = 0) -> ImapMailbox:
    return mailbox(port or box.server.port, Known(box.user, box.password))


def put(box: dovecot.Mailbox, folder: str = "INBOX", at: datetime = NOW, **more: str) -> str:
    raw = mail(at=at, **more)
    box.hand.put(raw, folder, at)
    return identity(raw)


def subjects(changes: MailChanges) -> list[str]:
    return sorted(message.subject for message in changes.messages)


# --- the price ---


def test_at_rest_one_command_whatever_is_in_it(box: dovecot.Mailbox, proxy: Proxy) -> None:
    mine = opened(box, proxy.port)
    sizes = []
    for number in range(3):
        for one in range(20 * number):
            put(box, message_id=f"{number}.{one}@x.example")
        cursor = mine.changes(None, SINCE, watched()).cursor
        proxy.forget()
        assert mine.changes(cursor, SINCE, watched()) == MailChanges(cursor=cursor)
        assert [line[:10] for line in proxy.commands()] == [b'LIST "" "*']
        sizes.append(proxy.back.size)
    assert max(sizes) - min(sizes) < 30  # no more than longer numbers


def test_at_rest_one_status_for_each_watched_folder() -> None:
    with dovecot.own(dovecot.Kind(without=("LIST-STATUS", "CONDSTORE", "QRESYNC", "UNSELECT"))) as server:
        box = server.user()
        put(box)
        with Proxy(server.port) as proxy:
            mine = opened(box, proxy.port)
            cursor = mine.changes(None, SINCE, watched()).cursor
            proxy.forget()
            assert mine.changes(cursor, SINCE, watched()) == MailChanges(cursor=cursor)
            assert len(proxy.commands("STATUS")) == len(proxy.commands()) == len(box.hand.folders())


def test_only_what_moved_is_opened_and_only_what_is_wanted_is_read(
    box: dovecot.Mailbox, proxy: Proxy
) -> None:
    for number in range(10):
        put(box, "Archive", message_id=f"{number}@x.example")
    mine = opened(box, proxy.port)
    cursor = mine.changes(None, SINCE, watched()).cursor
    put(box, message_id="new@x.example", sender="news@shop.example", subject="Sale")
    put(box, message_id="answer@x.example", subject="An answer")
    proxy.forget()
    senders = Watched(messages=tuple, senders=lambda: Senders(domains=["acme.example"]))
    changes = mine.changes(cursor, SINCE, senders)
    assert subjects(changes) == ["An answer"]
    assert proxy.commands("EXAMINE", "SELECT") == [b'EXAMINE "INBOX"']
    assert [line.split()[:3] for line in proxy.commands("UID FETCH")] == [
        [b"UID", b"FETCH", b"1:2"],
        [b"UID", b"FETCH", b"2"],
    ]


def test_a_flag_costs_nothing(box: dovecot.Mailbox, proxy: Proxy) -> None:
    put(box)
    mine = opened(box, proxy.port)
    cursor = mine.changes(None, SINCE, watched()).cursor
    box.hand.flag(box.hand.letters("INBOX")[0], "\\Seen", "\\Flagged")
    proxy.forget()
    assert mine.changes(cursor, SINCE, watched()) == MailChanges(cursor=cursor)
    assert len(proxy.commands()) == 1


def test_reading_marks_nothing_as_read(box: dovecot.Mailbox) -> None:
    raw = mail()
    box.deliver(raw)
    mine = opened(box)
    assert subjects(mine.changes(None, SINCE, watched())) == ["Hello"]
    assert len(mine.messages_from([], ["acme.example"], SINCE).messages) == 1
    [letter] = box.hand.letters("INBOX")
    assert "\\Seen" not in letter.flags
    assert box.deeds("flag_change") == []


def test_a_long_message_is_read_in_part(box: dovecot.Mailbox, proxy: Proxy) -> None:
    put(box, text="words\n" + "x" * 70 + "\n" + ("y" * 76 + "\n") * 40_000)
    mine = opened(box, proxy.port)
    [message] = mine.changes(None, SINCE, watched()).messages
    assert message.text.startswith("words")
    assert proxy.back.size < 1_500_000


@pytest.mark.parametrize(
    ("known", "senders"),
    [
        (lambda ids: [i for i in ids if i == "thanks@example.com"], Senders()),
        (lambda ids: (), Senders(addresses=["kim@freemail.example"])),
        (lambda ids: (), Senders(domains=["freemail.example"])),
        (lambda ids: (), Senders(local_parts=["kim"])),
        (lambda ids: (), Senders(systems=["freemail.example"])),
    ],
    ids=["thread", "address", "domain", "local part", "system"],
)
def test_whose_mail_matters(
    box: dovecot.Mailbox, known: Callable[[Collection[str]], Collection[str]], senders: Senders
) -> None:
    put(box, sender="Kim <kim@freemail.example>", In_Reply_To="<thanks@example.com>", subject="Wanted")
    put(box, sender="news@shop.example", message_id="2@shop.example", subject="Not")
    asked = Watched(messages=tuple, known_threads=known, senders=lambda: senders)
    assert subjects(opened(box).changes(None, SINCE, asked)) == ["Wanted"]


def test_what_i_sent_is_told_while_a_draft_of_ours_lies_there(box: dovecot.Mailbox) -> None:
    mine = opened(box)
    cursor = mine.changes(None, SINCE, watched()).cursor
    put(box, "Sent", to="somebody@else.example", sender="sam@example.com", subject="Sent")
    for drafts, told in (((), []), (("a",), ["Sent"])):
        asked = Watched(messages=tuple, drafts=lambda drafts=drafts: drafts, senders=lambda: Senders())
        assert subjects(mine.changes(cursor, SINCE, asked)) == told


# --- folders ---


def test_a_folder_numbered_anew_is_read_again_and_nothing_in_it_is_new(box: dovecot.Mailbox) -> None:
    ids = [put(box, "Sent", message_id=f"{number}@example.com") for number in range(3)]
    old = put(box, "Sent", at=SINCE - timedelta(days=40), message_id="old@example.com")
    first = opened(box).changes(None, SINCE - timedelta(days=60), watched())
    assert len(first.messages) == 4
    gone = box.hand.letters("Sent")[0]
    box.hand.delete(gone)
    box.change_uid_validity("Sent")
    mine = opened(box)
    changes = mine.changes(first.cursor, SINCE, watched(*ids, old))
    assert (changes.messages, changes.complete) == ((), False)
    assert changes.moved == (Whereabouts(ids[0], None),)
    assert "numbered this folder anew" in changes.problems[0].what
    again = mine.changes(changes.cursor, SINCE, watched(*ids, old))
    assert again == MailChanges(cursor=changes.cursor)
    put(box, "Sent", message_id="later@example.com", subject="Later")
    assert subjects(mine.changes(changes.cursor, SINCE, watched())) == ["Later"]


def test_a_renamed_folder_takes_its_messages_along(box: dovecot.Mailbox) -> None:
    box.hand.make_folder("Jobs")
    it = put(box, "Jobs")
    cursor = opened(box).changes(None, SINCE, watched()).cursor
    box.hand.rename_folder("Jobs", "Work")
    changes = opened(box).changes(cursor, SINCE, watched(it))
    assert (changes.messages, changes.complete) == ((), True)
    assert changes.moved == (Whereabouts(it, Folder.OTHER, "Work"),)


def test_a_folder_that_vanished_is_waited_for_a_day(box: dovecot.Mailbox) -> None:
    box.hand.make_folder("Jobs")
    it = put(box, "Jobs")
    cursor = opened(box).changes(None, SINCE, watched()).cursor
    box.hand.delete_folder("Jobs")
    for later in (timedelta(0), timedelta(hours=23)):
        changes = opened(box).changes(cursor, SINCE + later, watched(it))
        assert (changes.moved, changes.complete) == ((), False)
        assert [problem.where for problem in changes.problems] == ["Jobs"]
        cursor = changes.cursor
    changes = opened(box).changes(cursor, SINCE + timedelta(days=1), watched(it))
    assert (changes.moved, changes.complete) == ((Whereabouts(it, None),), True)


def test_a_folder_that_vanished_with_nothing_of_ours_is_nobodys_loss(box: dovecot.Mailbox) -> None:
    box.hand.make_folder("Lists")
    put(box, "Lists")
    cursor = opened(box).changes(None, SINCE, watched()).cursor
    box.hand.delete_folder("Lists")
    changes = opened(box).changes(cursor, SINCE, watched())
    assert (changes.moved, changes.complete, changes.problems) == ((), True, ())


# --- what became of a message ---


def test_a_draft_marked_as_deleted_is_thrown_away(box: dovecot.Mailbox) -> None:
    made = opened(box).create_draft(DRAFT)
    cursor = opened(box).changes(None, SINCE, watched()).cursor
    [letter] = box.hand.letters("Drafts")
    box.hand.flag(letter, "\\Deleted")
    changes = opened(box).changes(cursor, SINCE, watched(made))
    assert changes.moved == (Whereabouts(made, Folder.TRASH, "Drafts"),)
    with box.hand.connected("Drafts") as client:
        client.remove_flags([letter.uid], "\\Deleted")
    back = opened(box).changes(changes.cursor, SINCE, watched(made))
    assert back.moved == (Whereabouts(made, Folder.DRAFTS, "Drafts"),)


def test_a_copy_elsewhere_does_not_move_what_stays(box: dovecot.Mailbox) -> None:
    made = opened(box).create_draft(DRAFT)
    cursor = opened(box).changes(None, SINCE, watched()).cursor
    with box.hand.connected("Drafts") as client:
        client.copy([1], "Archive")
    changes = opened(box).changes(cursor, SINCE, watched(made))
    assert (changes.messages, changes.moved) == ((), ())
    box.hand.delete(box.hand.letters("Drafts")[0])
    after = opened(box).changes(changes.cursor, SINCE, watched(made))
    assert after.moved == (Whereabouts(made, Folder.ARCHIVE, "Archive"),)


def test_a_copy_that_goes_too_is_no_place(box: dovecot.Mailbox) -> None:
    made = opened(box).create_draft(DRAFT)
    cursor = opened(box).changes(None, SINCE, watched()).cursor
    with box.hand.connected("Drafts") as client:
        client.copy([1], "Archive")
    cursor = opened(box).changes(cursor, SINCE, watched(made)).cursor
    box.hand.delete(box.hand.letters("Archive")[0])
    cursor = opened(box).changes(cursor, SINCE, watched(made)).cursor
    box.hand.delete(box.hand.letters("Drafts")[0])
    assert opened(box).changes(cursor, SINCE, watched(made)).moved == (Whereabouts(made, None),)


@pytest.mark.parametrize("first", ["seen before", "not seen before"])
def test_of_two_drafts_with_the_same_fields_the_last_saved_counts(box: dovecot.Mailbox, first: str) -> None:
    cursor = opened(box).changes(None, SINCE, watched()).cursor
    made = opened(box).create_draft(DRAFT)
    if first == "seen before":
        cursor = opened(box).changes(cursor, SINCE, watched(made)).cursor
    [letter] = box.hand.letters("Drafts")
    box.hand.put(letter.raw.replace(b"thank you", b"THANK YOU"), "Drafts", NOW, ("\\Draft",))
    changes = opened(box).changes(cursor, SINCE, watched(made))
    assert [("THANK YOU" in m.text, m.id == made) for m in changes.messages] == [(True, True)]
    box.hand.delete(letter)
    assert opened(box).changes(changes.cursor, SINCE, watched(made)).moved == ()


def test_a_draft_made_and_gone_between_two_looks_is_gone_and_noticed(box: dovecot.Mailbox) -> None:
    mine = opened(box)
    cursor = mine.changes(None, SINCE, Watched(messages=tuple, now=NOW - MINUTE)).cursor
    made = mine.create_draft(DRAFT)
    box.hand.delete(box.hand.letters("Drafts")[0])
    changes = mine.changes(
        cursor, SINCE, Watched(messages=lambda: [made], drafts=lambda: [made], now=NOW + MINUTE)
    )
    assert changes.moved == (Whereabouts(made, None),)
    assert mine.message(DRAFT.message_id, SINCE).vanished == NOW + MINUTE
    put(box)
    again = mine.changes(changes.cursor, SINCE, watched(made))
    assert again.moved == ()  # it is told once


def test_a_message_moved_while_we_look_is_not_gone(box: dovecot.Mailbox) -> None:
    it = put(box, message_id="a@x.example")
    other = put(box, message_id="b@x.example")
    cursor = opened(box).changes(None, SINCE, watched()).cursor
    box.hand.delete(next(one for one in box.hand.letters("INBOX") if "b@x" in one.message_id))

    def move() -> None:
        [letter] = box.hand.letters("INBOX")
        box.hand.move(letter, "Archive")

    with Proxy(box.server.port, Break(b"EXAMINE", "out", how="pass", then=move)) as proxy:
        changes = opened(box, proxy.port).changes(cursor, SINCE, watched(it, other))
    assert set(changes.moved) == {Whereabouts(it, Folder.ARCHIVE, "Archive"), Whereabouts(other, None)}


def test_a_message_removed_before_it_could_be_read_is_not_told(box: dovecot.Mailbox) -> None:
    put(box, message_id="a@x.example", subject="Stays")
    put(box, message_id="b@x.example", subject="Goes")

    def remove() -> None:
        box.hand.delete(box.hand.letters("INBOX")[1])
        with box.hand.connected("INBOX") as client:
            client.noop()

    with Proxy(box.server.port, Break(b"BODY.PEEK[]", "out", how="pass", then=remove)) as proxy:
        changes = opened(box, proxy.port).changes(None, SINCE, watched())
    assert subjects(changes) == ["Stays"]
    assert changes.problems == ()


def test_a_look_finds_what_is_moved_while_it_looks(box: dovecot.Mailbox) -> None:
    put(box, "Trash")
    put(box, message_id="keep@x.example", sender="other@x.example")

    def move() -> None:
        box.hand.move(box.hand.letters("Trash")[0], "INBOX")

    # INBOX is read before Trash.
    with Proxy(box.server.port, Break(b'EXAMINE "Trash"', "out", how="pass", then=move)) as proxy:
        found = opened(box, proxy.port).messages_from([], ["acme.example"], SINCE)
    assert [m.folder for m in found.messages] == [Folder.INBOX]
    assert found.complete


def test_a_connection_that_broke_meanwhile_is_opened_again(box: dovecot.Mailbox, proxy: Proxy) -> None:
    mine = opened(box, proxy.port)
    cursor = mine.changes(None, SINCE, watched()).cursor
    proxy.drop()
    assert mine.changes(cursor, SINCE, watched()) == MailChanges(cursor=cursor)
    assert proxy.connections == 2
    proxy.drop()
    proxy.refusing = True
    with pytest.raises(Unavailable):
        mine.changes(cursor, SINCE, watched())


# --- lies and oddities ---


@pytest.mark.parametrize(
    "garbled",
    [
        {b"RETURN (SPECIAL-USE STATUS": b"RETURN (SPECIAL-USE SNAFUS"},
        {b"RETURN (SPECIAL-USE": b"RETURN (SPECIAL-US"},
        {b"HIGHESTMODSEQ": b"HIGHESTMODSEX"},
        {b"UNSELECT": b"UNSELECX"},
        {b"NAMESPACE": b"NAMESPACX"},
    ],
    ids=lambda garbled: next(iter(garbled)).decode(),
)
def test_a_server_that_can_less_than_it_says(box: dovecot.Mailbox, garbled: dict[bytes, bytes]) -> None:
    it = put(box)
    with Proxy(box.server.port, garble=garbled) as proxy:
        mine = opened(box, proxy.port)
        first = mine.changes(None, SINCE, watched())
        assert [m.id for m in first.messages] == [it]
        assert first.complete
        proxy.forget()
        assert mine.changes(first.cursor, SINCE, watched()) == MailChanges(cursor=first.cursor)
        assert not any(
            word in line for line in proxy.commands() for word in garbled.values()
        )  # not asked twice


HEADS = "BODY[HEADER.FIELDS (FROM)]<0>"


def fetched(uid: int, head: str, *, flags: str = "") -> str:
    raw = f"{head}\r\n\r\n"
    date = '"04-Mar-2026 17:00:00 +0000"'
    items = f"UID {uid} FLAGS ({flags}) INTERNALDATE {date} RFC822.SIZE 99"
    return f"* {uid} FETCH ({items} {HEADS} {{{len(raw)}}}\r\n{raw})"


def scripted(*lines: str, messages: int = 3) -> dict[str, list[str]]:
    """A server whose inbox alone holds messages, of which it says this."""
    found = [
        f"* {messages} EXISTS",
        "* OK [UIDVALIDITY 7] x",
        f"* OK [UIDNEXT {messages + 1}] x",
        "{tag} OK [READ-ONLY] x",
    ]
    status = listing()
    status[1] = status[1].replace("UIDNEXT 1 MESSAGES 0", f"UIDNEXT {messages + 1} MESSAGES {messages}")
    return {
        "LIST": status,
        "EXAMINE": found,
        "UID SEARCH": ["* SEARCH " + " ".join(str(n + 1) for n in range(messages)), "{tag} OK x"],
        "UID FETCH": [*lines, "{tag} OK x"],
    }


def told(answers: dict[str, list[str]]) -> MailChanges:
    with Scripted(answers) as server:
        return mailbox(server.port).changes(None, SINCE, watched())


def test_what_nobody_asked_for_is_passed_over() -> None:
    lines = [
        "* 9 EXISTS",
        "* 1 FETCH (FLAGS (\\Seen))",
        "* OK [ALERT] Disk is nearly full",
        fetched(1, "Subject: one"),
        "* 2 EXPUNGE",
        "* VANISHED 17",
        fetched(77, "Subject: nobody asked"),
        fetched(3, "Subject: three\r\nFrom: \u00e9 <a@b.example>"),
        "* 3 FETCH (UID 3 FLAGS (\\Seen))",
    ]
    assert subjects(told(scripted(*lines))) == ["one", "three"]


@pytest.mark.parametrize(
    "broken",
    [
        "* 2 FETCH (UID 2 FLAGS (",
        '* 2 FETCH (UID 2 FLAGS () X "un)',
        "* 2 FETCH (UID 2 FLAGS)",
        "* 2 FETCH (UID x)",
        "* 2 FETCH",
        f"* 2 FETCH (UID 2 INTERNALDATE NIL RFC822.SIZE NIL FLAGS NIL {HEADS} NIL)",
    ],
)
def test_one_answer_that_cannot_be_read_hides_no_other(broken: str) -> None:
    changes = told(scripted(fetched(1, "Subject: one"), broken, fetched(3, "Subject: three")))
    assert subjects(changes) == ["one", "three"]
    assert changes.complete


def test_one_message_that_a_server_cannot_show_for_an_hour_hides_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = scripted()
    refused = ["{tag} NO [SERVERBUG] can't"]
    answers |= {
        "UID FETCH": refused,
        "UID FETCH 1 ": [fetched(1, "Subject: one"), "{tag} OK x"],
        "UID FETCH 3 ": [fetched(3, "Subject: three"), "{tag} OK x"],
    }
    with Scripted(answers) as server:
        mine = mailbox(server.port)
        for _ in range(3):  # it may be an answer, and the server may be well again soon
            with pytest.raises(Unavailable, match="can't be read just now"):
                mine.changes(None, SINCE, watched())
        monkeypatch.setattr(refusals, "PATIENCE", 0.0)
        changes = mine.changes(None, SINCE, watched())
    assert subjects(changes) == ["one", "three"]
    assert any("can't be read" in problem.what for problem in changes.problems)


@pytest.mark.parametrize(
    "end",
    [
        ["* 1 FETCH (UID 1 BODY[] {99999999999}", "{tag} OK x"],
        ["* 1 FETCH (UID 1 BODY[] {99999999}", "{tag} OK x"],
        ["* BYE shutting down", "DROP"],
        ["x1 OK that is somebody else's"],
        ["what?"],
        ["DROP"],
    ],
    ids=["huge", "large", "bye", "tag", "nonsense", "drop"],
)
def test_a_talk_that_breaks_is_a_look_that_failed(end: list[str]) -> None:
    answers = scripted()
    answers["UID FETCH"] = end
    with pytest.raises(Unavailable):
        told(answers)


def test_the_last_message_is_not_taken_for_a_new_one() -> None:
    """Of "n:*" a server always shows the last message, also when its UID is lower than n."""
    answers = scripted(fetched(1, "Subject: one"), fetched(2, "Subject: two"), fetched(3, "Subject: three"))
    with Scripted(answers) as server:
        mine = mailbox(server.port)
        cursor = mine.changes(None, SINCE, watched()).cursor
        lines = listing()
        lines[1] = lines[1].replace("UIDNEXT 1 MESSAGES 0", "UIDNEXT 4 MESSAGES 2")  # one was removed
        server.answers["LIST"] = [lines]
        server.forget()
        assert mine.changes(cursor, SINCE, watched()).messages == ()
        assert not any("*" in line for line in server.heard("UID"))


def test_a_folder_that_nobody_may_read_is_told_once() -> None:
    more = ['* LIST () "/" Secret', "* STATUS Secret (UIDVALIDITY 1 UIDNEXT 5 MESSAGES 4)"]
    answers = {"LIST": listing(0, *more), 'EXAMINE "Secret"': ["{tag} NO Permission denied"]}
    with Scripted(answers) as server:
        mine = mailbox(server.port)
        first = mine.changes(None, SINCE, watched())
        assert first.complete
        assert [problem.where for problem in first.problems] == ["Secret"]
        again = mine.changes(first.cursor, SINCE, watched())
        assert (again.complete, again.problems) == (True, ())


def test_a_folder_that_is_busy_leaves_the_look_incomplete() -> None:
    answers = {**scripted(), 'EXAMINE "INBOX"': ["{tag} NO [INUSE] Mailbox is locked"]}
    with Scripted(answers) as server:
        mine = mailbox(server.port)
        first = mine.changes(None, SINCE, watched())
        assert not first.complete
        assert not mine.messages_from([], ["acme.example"], SINCE).complete
        server.answers |= {'EXAMINE "INBOX"': [scripted()["EXAMINE"]]}
        server.answers["UID FETCH"] = [[fetched(1, "Subject: one"), "{tag} OK x"]]
        assert subjects(mine.changes(first.cursor, SINCE, watched())) == ["one"]


@pytest.mark.parametrize(
    "cursor",
    ["imap1 ", "imap1 {}", 'imap1 {"folders":[],"marks":{},"gone":{},"vanished":0,"copies":"","spots":"x"}'],
)
def test_a_broken_cursor_is_lost(cursor: str) -> None:
    with pytest.raises(CursorLost):
        mailbox(1).changes(cursor, SINCE, watched())


def test_no_password_and_no_word_of_a_message_is_logged(
    box: dovecot.Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    put(box, subject="Quite private")
    opened(box).changes(None, SINCE, watched())
    assert box.password not in caplog.text
    assert "Quite private" not in caplog.text
