"""What an Outlook mailbox does with letters, copies, folders and hostile mail, on the simulator by HTTP."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from followupd.core.arrivals import judge
from followupd.core.model import Address, ArrivalClass, Draft, Folder, Message
from followupd.errors import Conflict, Refused, Unavailable
from followupd.providers.base import MailChanges, Senders, Watched
from followupd.providers.microsoft import outlook
from followupd.providers.microsoft.mail import OutlookMailbox
from followupd.providers.microsoft.messages import MADE_AS, read_item, read_message
from tests.providers.microsoft import kit
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_mail import CLASSIC, OutlookMail
from tests.sim.microsoft_mail_alone import letter

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
SINCE = NOW - timedelta(days=7)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DANA = "dana@acme.example"
DRAFT = Draft(
    message_id="aa11bb22@example.com",
    sender=Address(kit.ME, "Sam Lee"),
    to=Address(DANA, "Dana Reyes"),
    subject="Thank you",
    text="Dear Dana,\n\nthank you for your time on Wednesday.\n\nSam\n",
    date=NOW,
)
ACME = Senders(addresses=(DANA,), domains=("acme.example",))


class Box:
    """A signed-in mailbox, and the hands on it."""

    def __init__(self, simulator: MicrosoftSimulator, language: str = "en") -> None:
        self.simulator = simulator
        account = simulator.user(kit.ME, "Sam Lee")
        if language != "en":
            account.mail = OutlookMail(simulator.clock, kit.ME, "Sam Lee", language)
        self.mail: OutlookMail = account.mail
        simulator.sign_in.tokens.access_life = timedelta(days=3650)
        self.kept = kit.sign_in(simulator)
        self.cursor: str | None = None

    def open(self) -> OutlookMailbox:
        """A provider that remembers nothing but what cursors say."""
        return kit.open_mailbox(self.simulator, self.kept)

    def look(self, *drafts: str, known: tuple[str, ...] = (), senders: Senders | None = ACME) -> MailChanges:
        """What moved since the last look."""
        watched = Watched(
            messages=lambda: drafts,
            drafts=lambda: drafts,
            known_threads=lambda names: {name for name in names if name in known},
            senders=lambda: senders,
            now=self.simulator.clock.now,
        )
        changes = self.open().changes(self.cursor, self.simulator.clock.now - timedelta(days=30), watched)
        self.cursor = changes.cursor
        return changes

    def new(self, *drafts: str, **more: Any) -> list[Message]:
        return list(self.look(*drafts, **more).messages)

    def idle(self) -> None:
        """Nothing more is told, and the place stays the same."""
        before = self.cursor
        assert self.look() == MailChanges(cursor=before or "")

    def waits(self, minutes: float) -> None:
        self.simulator.clock.move(minutes * MINUTE)

    def sent(self, subject: str = "Thank you", **how: Any) -> str:
        """A letter to Dana, made by us, sent by the user; its immutable id."""
        made = self.open().create_draft(DRAFT)
        self.waits(10)
        return self.mail.send(made, subject=None if subject == DRAFT.subject else subject, **how)


@pytest.fixture
def simulator() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator(NOW) as running:
        yield running
        assert running.violations == []
        assert running.journal.sends() == []


@pytest.fixture
def box(simulator: MicrosoftSimulator) -> Box:
    return Box(simulator)


# --- what is written ------------------------------------------------------------------------------------

NAMES = [
    "Zoë O’Neil-Grünwald",
    "李 小龍",
    "Reyes, Dana",
    'Dana "the Boss" Reyes',
    "Dana <Talent> Reyes",
    "Dana \\ Reyes",
    "Dana 🚀 Reyes",
    "Łukasz (he/him)",
    "Dana & Co; Reyes",
]
TEXTS = [
    "Dear Dana,\n\nthank you.\n\nSam\n",
    "Größe, naïve, Łódź, 李, 🚀 and “quotes”.\n",
    "Less < more > both & neither; &amp; stays, <b>too</b>, </p>, <script>x</script>\n",
    "One\nTwo\nThree\n\n- a\n- b\n\n    indented\n",
    "https://acme.example/?a=1&b=2\n",
    "> not a quote of anybody\n\nFILL IN: one thing that we talked about\n",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_survives_as_recipient_and_as_sender(box: Box, name: str) -> None:
    made = box.open().create_draft(_with(to=Address(DANA, name)))
    (found,) = box.open().message(DRAFT.message_id, SINCE).messages
    assert found.to == (Address(DANA, name),)
    assert box.mail.hold(made).to == [(name, DANA)]
    box.mail.receive(letter(sender="x@y.example"), at=NOW)
    item = box.mail.hold(box.mail.receive(letter(sender=DANA, id_="<b@acme.example>"), at=NOW))
    item.sender, item.raw, item.headers = (name, DANA), None, []
    (theirs,) = box.open().messages_from([DANA], [], SINCE).messages
    assert theirs.sender == Address(DANA, name)


SUBJECTS = [
    "Thank you 🚀",
    "Größe & “Łódź”",
    'A "quoted" <subject> with: colons; and, commas',
    "Re: Re: AW: Thank you",
    "x" * 200,
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_survives(box: Box, subject: str) -> None:
    box.open().create_draft(_with(subject=subject))
    (found,) = box.open().message(DRAFT.message_id, SINCE).messages
    assert found.subject == subject


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_survives_in_minimal_html(box: Box, text: str) -> None:
    made = box.open().create_draft(_with(text=text))
    (found,) = box.open().message(DRAFT.message_id, SINCE).messages
    assert found.text.split() == text.split()
    lines = [" ".join(line.split()) for line in text.strip().split("\n")]
    assert [" ".join(line.split()) for line in found.text.strip().split("\n")] == lines
    (posted,) = (one.body for one in box.simulator.journal.of("messages.create"))
    assert posted["body"]["contentType"] == "html"
    assert set(re.findall(r"<[^>]*>", posted["body"]["content"])) <= {"<p>", "</p>", "<br>"}
    assert box.mail.message(made).is_draft


def test_a_line_break_in_a_name_or_subject_makes_no_header(box: Box) -> None:
    wicked = "Dana\r\nBcc: evil@x.example\u2028\u202e"
    box.open().create_draft(_with(to=Address(DANA, wicked), subject=f"Hello {wicked}"))
    (draft,) = box.mail.drafts()
    assert (draft.to, draft.cc, draft.bcc) == ((DANA,), (), ())
    assert re.search(r"[\r\n\u2028\u202e]", draft.subject + box.mail.hold(draft.id).to[0][0]) is None
    (found,) = box.open().letters_to([DANA], SINCE).messages
    assert found.bcc == ()


@pytest.mark.parametrize("address", ["dana@acme.example\r\nBcc: evil@x.example", "no address", "a@b, c@d"])
def test_an_address_that_is_none_is_refused_before_anything_is_made(box: Box, address: str) -> None:
    with pytest.raises(Refused, match="people set"):
        box.open().create_draft(_with(to=Address(address, "Dana")))
    assert len(box.simulator.journal) == 0


def test_a_letter_without_recipient_stands_without_one(box: Box) -> None:
    made = box.open().create_draft(_with(to=None))
    (found,) = box.open().letters_to([], SINCE).messages
    assert (found.id, found.to, found.made_as) == (made, (), DRAFT.message_id)


@pytest.mark.parametrize("shown", [False, True])
def test_a_draft_shows_its_owner_as_sender(box: Box, *, shown: bool) -> None:
    box.mail.drafts_have_sender = shown
    box.open().create_draft(DRAFT)
    box.mail.new_draft(b"To: dana@acme.example\nSubject: Mine\n\nhello")
    for found in box.new():
        assert found.sender == Address(kit.ME, "Sam Lee")


def _with(**fields: Any) -> Draft:
    return replace(DRAFT, **fields)


# --- replies --------------------------------------------------------------------------------------------

REPLIES: dict[str, dict[str, Any]] = {
    "as it is thought to be": {},
    "it takes no message": {"reply_takes_message": False},
    "it takes no properties": {"reply_takes_properties": False},
    "it takes neither": {"reply_takes_message": False, "reply_takes_properties": False},
    "the quote stays": {"reply_keeps_quote": True},
    "it goes to the one who was written to": {"reply_to_own_is_self": False},
    "a PATCH does not look at the etag": {"reply_takes_message": False, "patch_honours_if_match": False},
    "a path takes either id": {"path_takes_either_id": True},
    "drafts show their sender": {"drafts_have_sender": True, "reply_keeps_quote": True},
    "German": {"reply_prefix": "AW: ", "reply_takes_message": False},
    "text stays text": {"text_stays_text": True, "reply_takes_message": False},
}


def reply_to(letter_of_mine: Any, **more: Any) -> Draft:
    """The nudge that follows a sent copy."""
    fields = {
        "message_id": "cc33@example.com",
        "subject": f"Re: {letter_of_mine.subject}",
        "text": "Dear Dana,\n\nis there any news?\n\nSam\n",
        "in_reply_to": letter_of_mine.internet_message_id.strip("<>"),
        "references": (letter_of_mine.internet_message_id.strip("<>"),),
        "thread": letter_of_mine.conversation,
    }
    return _with(**fields | more)


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_is_whole_however_outlook_begins_it(box: Box, name: str) -> None:
    for switch, value in REPLIES[name].items():
        assert getattr(box.mail, switch) != value
        setattr(box.mail, switch, value)
    sent = box.mail.message(box.sent())
    nudge = reply_to(sent)
    made = box.open().create_draft(nudge)
    (draft,) = box.mail.drafts()
    assert draft.immutable_id == made
    assert (draft.to, draft.cc, draft.bcc, draft.subject) == ((DANA,), (), (), nudge.subject)
    assert draft.text.split() == nudge.text.split()
    assert draft.internet_message_id == f"<{nudge.message_id}>"
    assert nudge.message_id in draft.properties.values()
    assert draft.conversation == sent.conversation
    assert draft.parents == (sent.internet_message_id,)
    (found,) = box.open().message(nudge.message_id, SINCE).messages
    assert (found.in_reply_to, found.references) == ((nudge.in_reply_to,), nudge.references)
    assert found.thread == sent.conversation


@pytest.mark.parametrize("kind", ["drop", "truncated", "status", "html"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("request_", ["messages.createReply", "messages.update", "messages.get"])
def test_a_reply_that_was_interrupted_is_completed_and_not_made_twice(
    box: Box, request_: str, when: str, kind: str
) -> None:
    """The caller looks before it tries again; here it found nothing that names the letter."""
    box.mail.reply_takes_message = False
    nudge = reply_to(box.mail.message(box.sent()), date=NOW + 15 * MINUTE)
    box.waits(5)
    box.simulator.faults.fail(request_, kind, times=3 if request_ == "messages.get" else 1, when=when)
    with pytest.raises(Unavailable):
        box.open().create_draft(nudge)
    box.simulator.faults.clear()
    if not box.open().letters_to([DANA], box.simulator.clock.now, nudge.message_id).messages:
        box.open().create_draft(nudge)
    (draft,) = box.mail.drafts()
    assert (draft.to, draft.subject, draft.text.split()) == ((DANA,), nudge.subject, nudge.text.split())
    assert draft.internet_message_id == f"<{nudge.message_id}>"


def test_a_reply_that_the_user_has_begun_is_left_to_the_user(box: Box) -> None:
    box.mail.reply_takes_message = False
    nudge = reply_to(box.mail.message(box.sent()))
    box.simulator.faults.fail("messages.update", "drop")
    with pytest.raises(Unavailable):
        box.open().create_draft(nudge)
    (begun,) = box.mail.drafts()
    box.mail.edit(begun.id, "My own words")
    with pytest.raises(Conflict, match="Send or delete"):
        box.open().create_draft(nudge)
    (draft,) = box.mail.drafts()
    assert draft.text.strip() == "My own words"


def test_a_reply_that_the_user_changes_at_that_very_moment_is_left(box: Box) -> None:
    box.mail.reply_takes_message = False
    nudge = reply_to(box.mail.message(box.sent()))

    def hand(_: object) -> None:
        box.mail.edit(box.mail.drafts()[0].id, "My own words")

    box.simulator.on("messages.update", hand)
    with pytest.raises(Conflict):
        box.open().create_draft(nudge)
    (draft,) = box.mail.drafts()
    assert draft.text.strip() == "My own words"


def test_a_reply_follows_the_sent_copy_and_not_another_that_carries_its_name(box: Box) -> None:
    """A letter of which the user sent themselves a copy lies in the inbox too."""
    sent = box.mail.message(box.sent(to=[DANA, kit.ME]))
    assert (
        len([one for one in box.mail.messages() if one.internet_message_id == sent.internet_message_id]) == 2
    )
    box.open().create_draft(reply_to(sent))
    (asked,) = box.simulator.journal.of("messages.createReply")
    assert sent.immutable_id[:40] in asked.url


@pytest.mark.parametrize("gone", ["purged", "moved away meanwhile"])
def test_a_reply_whose_letter_is_gone_is_told_or_stands_alone(box: Box, gone: str) -> None:
    sent = box.mail.message(box.sent())
    nudge = reply_to(sent)
    if gone == "purged":
        box.mail.purge(sent.id)
        box.open().create_draft(nudge)
        (found,) = box.open().message(nudge.message_id, SINCE).messages
        assert (found.in_reply_to, found.to) == ((nudge.in_reply_to,), (nudge.to,))
        return
    box.simulator.on("messages.createReply", lambda _: box.mail.purge(sent.id))
    with pytest.raises(Conflict):
        box.open().create_draft(nudge)
    assert box.mail.drafts() == []


# --- what recipients see --------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [False, True])
def test_what_marks_our_draft_never_leaves_the_mailbox(box: Box, *, reply: bool) -> None:
    sent = box.sent()
    if reply:
        sent = box.mail.send(box.open().create_draft(reply_to(box.mail.message(sent))))
    assert box.mail.message(sent).properties
    raw = kit.open_api(box.simulator, box.kept).text(f"me/messages/{sent}/$value").decode().lower()
    fields = {line.partition(":")[0] for line in raw.partition("\r\n\r\n")[0].split("\r\n") if line[0] > " "}
    standard = {"to", "from", "subject", "date", "message-id", "mime-version", "content-type"}
    assert fields <= standard | {"in-reply-to", "references"}
    assert not any(word in raw for word in ("followupd", "madeas", MADE_AS[8:44], "x-mailer"))


def test_a_draft_is_made_with_no_more_than_a_letter_needs(box: Box) -> None:
    box.open().create_draft(DRAFT)
    (posted,) = (one.body for one in box.simulator.journal.of("messages.create"))
    assert set(posted) == {
        "subject",
        "body",
        "toRecipients",
        "ccRecipients",
        "internetMessageId",
        "singleValueExtendedProperties",
    }
    assert "followupd" not in json.dumps(posted).lower()


# --- what is read of a message --------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [True, False])
def test_a_sent_reply_is_known_by_what_it_answers_though_its_headers_are_not_told(
    box: Box, *, missing: bool
) -> None:
    box.mail.sent_headers_missing = missing
    first = box.mail.message(box.sent())
    box.look()
    nudge = reply_to(first)
    made = box.open().create_draft(nudge)
    box.waits(5)
    sent = box.mail.send(made, CLASSIC)
    (found,) = [one for one in box.new(made) if one.folder is Folder.SENT]
    assert found.id == sent
    assert found.in_reply_to == (nudge.in_reply_to,)
    assert found.references == nudge.references
    assert (found.made_as, found.message_id != nudge.message_id) == (nudge.message_id, True)
    assert (found.to, found.unsent) == ((nudge.to,), False)
    assert found.sender is not None
    assert found.sender.email == kit.ME
    assert found.text.split() == nudge.text.split()


CLASSES = {
    "IPM.Note": ArrivalClass.HUMAN,
    "IPM.Note.SMIME.MultipartSigned": ArrivalClass.HUMAN,
    "IPM.Note.Rules.OofTemplate.Microsoft": ArrivalClass.AUTO_REPLY,
    "IPM.Note.Rules.ReplyTemplate.Microsoft": ArrivalClass.AUTO_REPLY,
    "ipm.note.rules.replytemplate.microsoft": ArrivalClass.AUTO_REPLY,
    "IPM.Schedule.Meeting.Request": ArrivalClass.CALENDAR,
    "IPM.Schedule.Meeting.Canceled": ArrivalClass.CALENDAR,
    "IPM.Schedule.Meeting.Resp.Pos": ArrivalClass.CALENDAR,
}


@pytest.mark.parametrize("message_class", CLASSES)
def test_the_message_class_reaches_the_judge(box: Box, message_class: str) -> None:
    box.look()
    box.mail.receive(letter(text="We will come back to you next week."), message_class=message_class)
    (found,) = box.new()
    assert found.message_class == message_class
    assert judge(found, lambda email: email == kit.ME, kit.ZONE).kind is CLASSES[message_class]


def test_a_report_is_read_whole(box: Box) -> None:
    sent = box.mail.message(box.sent())
    box.look()
    box.mail.bounce(sent.id)
    (found,) = box.new()
    assert found.report is not None
    assert found.report.recipients[0][0] == DANA
    assert found.report.returned_message_id == sent.internet_message_id.strip("<>")
    assert judge(found, lambda email: email == kit.ME, kit.ZONE).kind is ArrivalClass.BOUNCE


@pytest.mark.parametrize("subject", ["Thank you", "Re: Thank you"])
def test_an_unrelated_mail_that_shares_a_conversation_carries_no_thread(box: Box, subject: str) -> None:
    sent = box.mail.message(box.sent())
    box.look()
    unrelated = letter(subject, "News <news@shop.example>", id_="<n@shop.example>", text="Buy!")
    box.mail.receive(unrelated, conversation=sent.conversation)
    strangers = [one for one in box.new(known=(sent.conversation,)) if one.thread]
    assert strangers == []


@pytest.mark.parametrize(
    "raw",
    [
        letter("Hello", "Kim <kim@freemail.example>", extra="In-Reply-To: <{}>"),
        letter("Hello", "Kim <kim@freemail.example>", extra="References: <x@y.example> <{}>"),
    ],
    ids=["by In-Reply-To", "by References"],
)
def test_an_answer_in_the_conversation_carries_its_thread_whoever_wrote_it(box: Box, raw: bytes) -> None:
    sent = box.mail.message(box.sent())
    box.look()
    answer = raw.replace(b"{}", sent.internet_message_id.strip("<>").encode())
    box.mail.receive(answer, conversation=sent.conversation)
    (found,) = box.new(known=(sent.conversation,))
    assert found.thread == sent.conversation


@pytest.mark.parametrize("field", ["In-Reply-To", "References"])
def test_an_answer_in_a_new_conversation_is_known_by_what_it_names(box: Box, field: str) -> None:
    sent = box.mail.message(box.sent())
    name = sent.internet_message_id.strip("<>")
    box.look()
    answer = letter("Hello", "Kim <kim@freemail.example>", extra=f"{field}: <{name}>")
    box.mail.receive(answer, conversation="")
    (found,) = box.new(known=(name,))
    assert name in (*found.in_reply_to, *found.references)
    assert box.new(known=(name,)) == []


# --- folders --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize(
    ("above", "folder"),
    [
        ("deleteditems", Folder.TRASH),
        ("junkemail", Folder.JUNK),
        ("inbox", Folder.OTHER),
        ("archive", Folder.OTHER),
        ("msgfolderroot", Folder.OTHER),
    ],
)
def test_a_folder_is_what_it_lies_in(box: Box, above: str, folder: Folder, depth: int) -> None:
    place = above
    for level in range(depth):
        place = box.mail.add_folder(f"Jobs {level}", place)
    box.mail.receive(letter(), place)
    (found,) = box.new()
    assert (found.folder, found.folder_name) == (folder, f"Jobs {depth - 1}")


WELL_KNOWN = {
    "inbox": Folder.INBOX,
    "drafts": Folder.DRAFTS,
    "sentitems": Folder.SENT,
    "deleteditems": Folder.TRASH,
    "junkemail": Folder.JUNK,
    "outbox": Folder.SCHEDULED,
    "archive": Folder.ARCHIVE,
}


@pytest.mark.parametrize("language", ["de", "fr"])
def test_folders_are_known_whatever_they_are_called(simulator: MicrosoftSimulator, language: str) -> None:
    box = Box(simulator, language)
    for name in ("sentitems", "archive"):
        box.mail.rename_folder(name, "Drafts")
    expected = {box.mail.receive(letter(), name): kind for name, kind in WELL_KNOWN.items()}
    assert {one.id: one.folder for one in box.new()} == expected
    made = box.open().create_draft(DRAFT)
    assert [one.immutable_id for one in box.mail.drafts() if one.is_draft] == [made]


def test_a_mailbox_without_an_archive_is_read_all_the_same(box: Box) -> None:
    box.mail.archive_exists = False
    id_ = box.mail.receive(letter())
    (found,) = box.new()
    assert (found.id, found.folder) == (id_, Folder.INBOX)


def test_a_folder_that_is_made_later_is_known_at_once(box: Box) -> None:
    box.mail.receive(letter())
    box.look()
    place = box.mail.add_folder("Acme", box.mail.add_folder("Bin", "deleteditems"))
    box.mail.receive(letter(id_="<a2@acme.example>"), place)
    (found,) = box.new()
    assert (found.folder, found.folder_name) == (Folder.TRASH, "Acme")


# --- what is new, and what is not -----------------------------------------------------------------------


def test_marks_are_no_news_however_old_the_message(box: Box) -> None:
    old = box.mail.receive(letter(id_="<old@acme.example>"), at=NOW - timedelta(days=20))
    ancient = box.mail.receive(letter(id_="<ancient@acme.example>"), at=NOW - timedelta(days=400))
    recent = box.mail.receive(letter())
    box.look()
    for minutes in (1, 45, 600):
        box.waits(minutes)
        for id_ in (old, ancient, recent):
            box.mail.mark(id_, read=True, flagged=True, categories=["Red"])
            box.mail.touch(id_)
        found = box.look(senders=None)
        assert (found.messages, found.moved, found.complete) == ((), (), True)


def test_an_old_message_that_is_filed_away_is_no_news(box: Box) -> None:
    old = box.mail.receive(letter(), at=NOW - timedelta(days=20))
    box.look()
    for place in (box.mail.add_folder("Jobs"), "archive", "deleteditems"):
        box.waits(50)
        old = box.mail.put(old, place)
        assert box.new(senders=None) == []


def test_a_copy_is_another_message_with_the_same_name_and_date(box: Box) -> None:
    id_ = box.mail.receive(letter(), at=NOW - timedelta(days=2))
    box.look()
    box.waits(60)
    item = box.mail.hold(id_)
    copy = box.mail.copy_of(item, "archive", box.simulator.clock.now)
    (found,) = box.new()
    assert (found.id, found.message_id) == (copy.immutable_id, "a1@acme.example")
    assert found.received == NOW - timedelta(days=2)
    box.idle()


def test_mail_that_was_fetched_from_another_mailbox_is_new_though_it_is_old(box: Box) -> None:
    """Imported, or moved in by a program: it came now, whatever its date says."""
    box.look()
    box.waits(60)
    item = box.mail.hold(box.mail.receive(letter(), at=box.simulator.clock.now))
    item.received = item.sent_at = NOW - timedelta(days=3)
    (found,) = box.new()
    assert found.received == NOW - timedelta(days=3)


def test_a_message_that_is_shown_late_is_told_when_it_is_shown(box: Box) -> None:
    box.mail.receive(letter(id_="<a0@acme.example>"))
    box.look()
    box.waits(20)
    box.mail.receive(letter(id_="<a1@acme.example>"), at=box.simulator.clock.now)
    assert len(box.new()) == 1
    late = box.mail.receive(letter(id_="<late@acme.example>"), at=box.simulator.clock.now - 15 * MINUTE)
    box.waits(5)
    assert [one.id for one in box.new()] == [late]
    box.idle()


@pytest.mark.parametrize("shows", [True, False], ids=["the outbox shows it", "it is nowhere meanwhile"])
def test_a_sent_copy_that_is_shown_five_minutes_later_is_told_then(box: Box, *, shows: bool) -> None:
    box.mail.outbox_shows, box.mail.sent_delay = shows, 5 * MINUTE
    made = box.open().create_draft(DRAFT)
    box.look(made)
    box.waits(10)
    sent = box.mail.send(made, CLASSIC)
    box.waits(1)
    first = box.look(made)
    assert first.messages == ()
    assert [(one.id, one.folder) for one in first.moved] == [(made, Folder.SCHEDULED if shows else None)]
    box.waits(5)
    (copy,) = box.new(made)
    assert (copy.id, copy.folder, copy.made_as) == (sent, Folder.SENT, DRAFT.message_id)
    assert box.new(made) == []


# --- what was made and removed --------------------------------------------------------------------------


@pytest.mark.parametrize("fetched", [False, True], ids=["not by its id", "by its id"])
def test_what_was_made_and_deleted_for_good_counts_as_made_while_it_can_be_recovered(
    box: Box, *, fetched: bool
) -> None:
    box.mail.deleted_can_be_fetched = fetched
    made = box.open().create_draft(DRAFT)
    box.mail.put(made, "recoverableitemsdeletions")
    look = box.open().letters_to([DANA], SINCE, DRAFT.message_id)
    assert look.complete
    assert [(one.made_as, one.folder) for one in look.messages] == [(DRAFT.message_id, Folder.TRASH)]


def test_a_draft_in_deleted_items_counts_as_made(box: Box) -> None:
    box.mail.delete(box.open().create_draft(DRAFT))
    (found,) = box.open().letters_to([DANA], SINCE, DRAFT.message_id).messages
    assert (found.made_as, found.folder, found.unsent) == (DRAFT.message_id, Folder.TRASH, True)


# --- very much at once ----------------------------------------------------------------------------------


def test_six_hundred_messages_of_one_second_are_all_seen(box: Box) -> None:
    box.look()
    box.waits(60)
    wanted = set()
    for number in range(600):
        sender = "Dana <dana@acme.example>" if number % 150 == 149 else f"News <n{number}@shop.example>"
        id_ = box.mail.receive(letter(sender=sender, id_=f"<m{number}@x.example>"), conversation="")
        wanted |= {id_} if number % 150 == 149 else set()
    assert {one.id for one in box.new()} == wanted
    box.idle()


@pytest.mark.parametrize("meanwhile", ["modified", "deleted", "arrived"])
@pytest.mark.parametrize("same_second", [False, True])
def test_paging_loses_nothing_while_the_mailbox_changes(
    box: Box, monkeypatch: pytest.MonkeyPatch, meanwhile: str, *, same_second: bool
) -> None:
    monkeypatch.setitem(outlook._TOLD, "top", "4")
    box.look()
    box.waits(60)
    ids = [
        box.mail.receive(
            letter(id_=f"<m{number}@acme.example>"),
            at=box.simulator.clock.now + timedelta(seconds=0 if same_second else number),
            conversation="",
        )
        for number in range(19)
    ]
    acts: list[Callable[[], object]] = [lambda id_=id_: box.mail.touch(id_) for id_ in ids[:3]]  # type: ignore[misc]
    if meanwhile == "deleted":
        acts = [lambda id_=id_: box.mail.purge(id_) for id_ in ids[:3]]  # type: ignore[misc]
    if meanwhile == "arrived":
        acts = [
            lambda: box.mail.receive(letter(id_="<more@acme.example>"), conversation="") for _ in range(3)
        ]
    box.simulator.clock.move(timedelta(seconds=60))
    box.simulator.on("messages.list", lambda _: acts and acts.pop(0)(), when="after")
    first = {one.id for one in box.new()}
    told = first | {one.id for _ in range(2) for one in box.new()}
    assert acts == []
    assert set(ids[3:]) <= (told if same_second else first)
    assert meanwhile == "deleted" or set(ids) <= told


def test_a_list_that_leads_in_circles_ends(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outlook._TOLD, "top", "2")
    for number in range(9):
        box.mail.new_draft(letter(id_=f"<d{number}@example.com>"))
    endless = json.dumps({"value": [], "@odata.nextLink": f"{box.simulator.graph_root}/me/messages?$skip=2"})
    real = box.mail.handle

    def in_circles(request: Any) -> Any:
        answer = real(request)
        return replace(answer, body=endless.encode()) if "/messages?" in request.target else answer

    monkeypatch.setattr(box.mail, "handle", in_circles)
    with pytest.raises(Unavailable, match="does not end"):
        box.look()
    assert len(box.simulator.journal) < 30


# --- hostile and broken ---------------------------------------------------------------------------------

OWNER = Address(kit.ME, "Sam Lee")
PLACE = (Folder.INBOX, "Inbox")


def whole() -> dict[str, Any]:
    """A message with every property that is asked for."""
    someone = {"emailAddress": {"address": DANA, "name": "Dana Reyes"}}
    return {
        "id": "AAkALgAAAA=",
        "changeKey": "CQAAABYAAAD",
        "createdDateTime": "2026-03-04T17:00:00Z",
        "lastModifiedDateTime": "2026-03-04T17:00:00Z",
        "receivedDateTime": "2026-03-04T17:00:00Z",
        "sentDateTime": "2026-03-04T17:00:00Z",
        "parentFolderId": "AQMk=",
        "conversationId": "AQQk=",
        "internetMessageId": "<a1@acme.example>",
        "isDraft": False,
        "subject": "Hello",
        "from": someone,
        "sender": someone,
        "replyTo": [someone],
        "toRecipients": [{"emailAddress": {"address": kit.ME, "name": "Sam"}}],
        "ccRecipients": [],
        "bccRecipients": [],
        "body": {"contentType": "html", "content": "<p>Hello</p>"},
        "internetMessageHeaders": [{"name": "X-One", "value": "1"}],
        "singleValueExtendedProperties": [{"id": "String 0x1a", "value": "IPM.Note"}],
    }


def read(data: dict[str, Any]) -> Message:
    return read_message(data, PLACE, OWNER, kit.ZONE)


@pytest.mark.parametrize("name", sorted(set(whole()) - {"id"}))
def test_any_property_may_be_missing_or_null(name: str) -> None:
    for data in ({**whole(), name: None}, {key: value for key, value in whole().items() if key != name}):
        found = read(data)
        assert (found.id, found.unsent) == ("AAkALgAAAA=", False)
        assert found.received.tzinfo is not None
        assert name in {"from", "sender"} or (found.sender and found.sender.email) == DANA


INNER: dict[str, list[Any]] = {
    "from": [
        {},
        {"emailAddress": None},
        {"emailAddress": {}},
        {"emailAddress": {"address": None, "name": None}},
    ],
    "toRecipients": [
        [None],
        [{}],
        [{"emailAddress": None}],
        [{"emailAddress": {"address": "", "name": "Sam"}}],
    ],
    "replyTo": [[{"emailAddress": {"name": "Dana"}}]],
    "body": [{}, {"contentType": None, "content": None}, {"contentType": "text"}, {"content": "hello"}],
    "internetMessageHeaders": [[{}], [{"name": None, "value": None}], [{"name": "X-One"}], [{"value": "1"}]],
    "singleValueExtendedProperties": [[{}], [{"id": None, "value": None}], [{"id": "String 0x1a"}]],
    "receivedDateTime": ["", "0001-01-01T00:00:00Z", "tomorrow", "9999-12-31T23:59:59Z"],
    "createdDateTime": ["0001-01-01T00:00:00Z"],
}


@pytest.mark.parametrize("name", INNER)
def test_what_a_property_holds_may_be_missing_or_null(name: str) -> None:
    for value in INNER[name]:
        for draft in (False, True):
            found = read({**whole(), name: value, "isDraft": draft})
            assert found.id == "AAkALgAAAA="
            assert read_item({**whole(), name: value}).came.tzinfo is not None


X500 = "/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=0A1B-DANA"


def test_an_address_of_exchange_s_own_is_none_and_takes_nobody_else_s_place() -> None:
    inside = {"emailAddress": {"address": X500, "name": "Dana Reyes"}}
    found = read(
        {**whole(), "from": inside, "sender": inside, "toRecipients": [inside, *whole()["toRecipients"]]}
    )
    assert (found.sender, [one.email for one in found.to]) == (None, [kit.ME])
    assert read_item({**whole(), "from": inside, "sender": inside, "replyTo": []}).senders == frozenset()


WICKED = [
    "Dana\r\nBcc: evil@x.example",
    "Dana\nTo: evil@x.example\n\nbody",
    "Dana\r\n\r\nbody",
    "Dana\x00\x1b[31m\u0085\u2028Reyes",
    "\u202edana\u202c",
    'Dana" <evil@x.example>, "',
    "Dana\\",
    "<evil@x.example>",
    "evil@x.example",
    "a" * 100_000,
]


@pytest.mark.parametrize("text", WICKED, ids=range(len(WICKED)))
def test_a_hostile_name_or_subject_adds_nobody_and_ends_no_header(text: str) -> None:
    someone = {"emailAddress": {"address": DANA, "name": text}}
    data = {**whole(), "from": someone, "toRecipients": [someone], "ccRecipients": [someone], "subject": text}
    for headers in ([], [{"name": "Subject", "value": text}, {"name": "X-One", "value": text}]):
        found = read({**data, "internetMessageHeaders": headers})
        assert found.sender is not None
        people = [found.sender, *found.reply_to, *found.to, *found.cc, *found.bcc]
        assert {one.email for one in people} == {DANA}
        assert (found.bcc, found.text, found.message_id) == ((), "Hello", "a1@acme.example")
        shown = found.subject + "".join(one.name for one in people)
        assert re.search(r"[\x00-\x1f\u0085\u2028\u202e]", shown) is None


@pytest.mark.parametrize(
    "address",
    ["dana@acme.example\r\nBcc: evil@x.example", "dana@acme.example, evil@x.example", "<x@y.example"],
)
def test_a_hostile_address_adds_nobody(address: str) -> None:
    someone = {"emailAddress": {"address": address, "name": "Dana"}}
    found = read({**whole(), "toRecipients": [someone], "ccRecipients": [someone]})
    assert "evil@x.example" not in {one.email for one in (*found.to, *found.cc, *found.bcc)}


BOMBS = {
    "a long one": "<p>" + "x " * 3_000_000,
    "nested": "<div>" * 300_000,
    "unclosed": "<" * 500_000,
    "comments": "<!--" * 300_000,
    "entities": "&lt;" * 300_000,
    "quotes": "<blockquote>" * 100_000 + "x",
    "hidden": "<style>" * 200_000,
    "attributes": "<a " + 'x="' * 300_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_huge_body_is_read_in_bounds(name: str) -> None:
    begun = time.process_time()
    found = read({**whole(), "body": {"contentType": "html", "content": BOMBS[name]}})
    assert len(found.text) <= 64 * 1024
    assert time.process_time() - begun < 5


def test_a_huge_text_is_cut_and_the_mailbox_goes_on(box: Box) -> None:
    box.look()
    box.mail.receive(letter(text="word " * 600_000))
    small = box.mail.receive(letter(id_="<small@acme.example>"))
    found = {one.id: one for one in box.new()}
    assert len(found) == 2
    assert max(len(one.text) for one in found.values()) <= 64 * 1024
    assert found[small].text == "Hello"


def test_one_broken_message_stops_nothing_and_is_no_deletion(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item of nonsense among good ones, as an answer may hold it."""
    made = box.open().create_draft(DRAFT)
    box.look(made)
    box.mail.receive(letter())
    good = box.mail.receive(letter(id_="<good@acme.example>"))
    real = box.mail.handle

    def nonsense(request: Any) -> Any:
        answer = real(request)
        if "/messages?" not in request.target or answer.status != 200:
            return answer
        told = json.loads(answer.body)
        told["value"].insert(0, {"id": "", "from": "Dana", "toRecipients": "x", "receivedDateTime": 7})
        told["value"].insert(1, None)
        return replace(answer, body=json.dumps(told).encode())

    monkeypatch.setattr(box.mail, "handle", nonsense)
    changes = box.look(made)
    box.simulator.violations.clear()
    assert good in {one.id for one in changes.messages}
    assert changes.moved == ()
