"""What an incoming message is taken for, and the dates that are read in it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.core.arrivals import judge
from followupd.core.model import Address, ArrivalClass, Folder, Judgement, Message, Report
from followupd.core.quotations import own_words
from followupd.providers.mimetext import addresses

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()
ME = Address("sam@example.com", "Sam Lee")
DANA = Address("dana@acme.example", "Dana Reyes")
DAEMON = Address("mailer-daemon@mx.acme.example", "Mail Delivery System")
LETTER = "Hi Sam,\n\nthank you for the kind words. I will ask the others and tell you soon.\n\nDana"
AWAY = "I am out of the office until 13 March. For urgent matters please contact Jo."

PLAIN = Message(
    id="1",
    folder=Folder.INBOX,
    date=NOW,
    received=NOW,
    sender=DANA,
    to=(ME,),
    subject="Re: Thank you",
    in_reply_to=("letter@example.com",),
    structure=("text/plain",),
    text=LETTER,
)


def is_mine(address: str) -> bool:
    return address == ME.email or address.endswith("@lee.example")


def judged(**changes: object) -> Judgement:
    headers = changes.pop("headers", {})
    assert isinstance(headers, dict)
    message = replace(PLAIN, headers=tuple(headers.items()), **changes)  # type: ignore[arg-type]
    return judge(message, is_mine, "Europe/London")


def kind(**changes: object) -> str:
    judgement = judged(**changes)
    return f"{judgement.kind} {judgement.sub_kind}".strip()


def dsn(*recipients: tuple[str, str], returned: str = "letter@example.com") -> dict[str, object]:
    return {
        "sender": DAEMON,
        "subject": "Undelivered Mail Returned to Sender",
        "in_reply_to": (),
        "structure": ("multipart/report", "text/plain", "message/delivery-status", "message/rfc822"),
        "report": Report(kind="delivery-status", recipients=recipients, returned_message_id=returned),
    }


class TestAPerson:
    def test_is_one_where_nothing_says_otherwise(self) -> None:
        assert kind() == "human"

    @pytest.mark.parametrize(
        "headers",
        [
            {"auto-submitted": "no"},
            {"x-auto-response-suppress": "DR, RN, NRN, OOF, AutoReply"},
            {"x-auto-response-suppress": "All"},
            {"precedence": "bulk"},
            {"x-ms-exchange-inbox-rules-loop": "dana@acme.example"},
            {"list-unsubscribe": "<https://mail.example/u>"},
            {"x-autoreply": "no"},
        ],
    )
    def test_is_one_whatever_single_header_a_mail_server_added(self, headers: dict[str, str]) -> None:
        assert kind(headers=headers) == "human"

    @pytest.mark.parametrize(
        "text",
        [
            "Sorry for the delay, I was on holiday! Can we talk on Friday?",
            "I will be travelling next week, so let us speak before.",
            "Jo is no longer with the company; I am your new contact. Shall we talk?",
            "We reply automatically to most people, but I wanted to tell you myself.",
            "Your message was not delivered to Jo, so she asked me to answer.",
        ],
    )
    def test_may_speak_of_what_machines_say(self, text: str) -> None:
        assert kind(text=text) == "human"

    def test_may_answer_an_automatic_reply(self) -> None:
        assert kind(subject="Re: Automatic reply: Thank you", text="I am back now. Let us talk.") == "human"

    def test_may_attach_a_calendar_file(self) -> None:
        assert kind(structure=("multipart/mixed", "text/plain", "text/calendar")) == "human"

    def test_may_forward_a_delivery_report(self) -> None:
        structure = ("multipart/mixed", "text/plain", "message/rfc822", "message/delivery-status")
        report = Report(kind="delivery-status", recipients=(("jo@acme.example", "failed 5.1.1"),))
        assert kind(subject="Fwd: Undelivered", structure=structure, report=report) == "human"

    def test_may_write_through_a_recruiting_system(self) -> None:
        assert kind(sender=Address("dana@hire.lever.co", "Dana Reyes (Acme)")) == "human"

    def test_may_be_away_and_ask_though_a_server_suppresses_automatic_replies(self) -> None:
        headers = {"x-auto-response-suppress": "All"}
        assert kind(headers=headers, text="I am out of the office today. Can we talk tomorrow?") == "human"

    def test_may_name_the_day_of_the_decision(self) -> None:
        text = "Thanks! We will decide by 13 March.\n\nOn 3 March 2026, Sam Lee wrote:\n> tell me by 6 March"
        assert judged(text=text).names_date == date(2026, 3, 13)


class TestDoubt:
    @pytest.mark.parametrize(
        "changes",
        [
            {"sender": None},
            {"text": AWAY},
            {"subject": "Out of office next week", "text": "I am away next week, could we move our chat?"},
            {"sender": Address("postmaster@spam.example"), "subject": "Cheap loans", "text": "Buy now"},
            {"subject": "Undeliverable", "text": "Your message could not be delivered."},
            {"in_reply_to": (), "subject": "News", "headers": {"return-path": "<>"}},
            {
                "in_reply_to": (),
                "subject": "News",
                "headers": {"list-unsubscribe-post": "List-Unsubscribe=One-Click"},
            },
            {"in_reply_to": (), "sender": Address("dana@hire.lever.co", "Dana Reyes")},
            {"sender": Address("no-reply@greenhouse.io", "Dana Reyes")},
            {
                "in_reply_to": (),
                "structure": (
                    "multipart/mixed",
                    "multipart/alternative",
                    "text/plain",
                    "text/html",
                    "text/calendar",
                ),
            },
        ],
    )
    def test_is_told(self, changes: dict[str, object]) -> None:
        judgement = judged(**changes)
        assert judgement.kind == ArrivalClass.UNSURE
        assert judgement.reason


class TestMyOwn:
    @pytest.mark.parametrize("address", ["sam@example.com", "interviews@lee.example"])
    def test_letters_are_letters(self, address: str) -> None:
        assert kind(sender=Address(address), folder=Folder.SENT) == "own letter"

    def test_letters_sent_by_me_for_somebody_are_mine(self) -> None:
        assert kind(headers={"sender": "Sam Lee <Sam@Example.com>"}) == "own letter"

    def test_answers_to_invitations_are_a_calendars(self) -> None:
        structure = ("multipart/alternative", "text/plain", "text/calendar")
        assert kind(sender=ME, structure=structure) == "own calendar"
        assert kind(sender=ME, subject="Accepted: Interview", text="") == "own calendar"
        assert kind(sender=ME, subject="Mit Vorbehalt: Gespräch", text="") == "own calendar"

    def test_automatic_replies_are_automatic(self) -> None:
        assert kind(sender=ME, headers={"auto-submitted": "auto-replied"}) == "own automatic"
        assert kind(sender=ME, subject="Automatic reply: Interview", text=AWAY) == "own automatic"

    def test_receipts_are_receipts(self) -> None:
        assert kind(sender=ME, report=Report(kind="disposition-notification")) == "own receipt"

    def test_letters_may_forward_a_delivery_report(self) -> None:
        structure = ("multipart/mixed", "text/plain", "message/rfc822", "message/delivery-status")
        assert kind(sender=ME, structure=structure, report=Report(kind="delivery-status")) == "own letter"

    def test_letters_may_carry_a_calendar_file(self) -> None:
        assert kind(sender=ME, structure=("multipart/mixed", "text/plain", "text/calendar")) == "own letter"

    def test_mail_system_is_not_me_though_my_pattern_fits(self) -> None:
        changes = dsn(("dana@acme.example", "failed 5.1.1"))
        assert kind(**{**changes, "sender": Address("mailer-daemon@lee.example")}) == "bounce hard"


class TestABounce:
    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("failed 5.1.1 smtp; 550 user unknown", "bounce hard"),
            ("Failed 4.4.7 expired", "bounce soft"),
            ("failed", "bounce hard"),
            ("failed smtp; 452 mailbox full", "bounce soft"),
            ("delayed 4.4.1", "bounce delayed"),
            ("delivered 2.0.0", "notice receipt"),
            ("relayed", "notice receipt"),
            ("expanded", "notice receipt"),
            ("success 2.1.5", "notice receipt"),
        ],
    )
    def test_is_hard_soft_delayed_or_none_by_its_report(self, status: str, expected: str) -> None:
        assert kind(**dsn(("dana@acme.example", status))) == expected

    def test_says_which_recipients_failed_and_which_letter_came_back(self) -> None:
        judgement = judged(
            **dsn(("Dana@acme.example", "failed 5.1.1"), ("jo@acme.example", "delivered 2.0.0"))
        )
        assert judgement.bounced == ("dana@acme.example",)
        assert judgement.about == "letter@example.com"

    def test_outweighs_a_delivery_in_the_same_report(self) -> None:
        both = (("a@acme.example", "delivered"), ("b@acme.example", "failed 5.0.0"))
        assert kind(**dsn(*both)) == "bounce hard"

    @pytest.mark.parametrize(
        "changes",
        [
            {"sender": DAEMON, "subject": "failure notice", "text": "Hi. This is the qmail-send program."},
            {"sender": DAEMON, "subject": "주소를 찾을 수 없음", "text": ""},
            {
                "sender": Address("postmaster@acme.example"),
                "subject": "Undeliverable: Hi",
                "text": "It could not be delivered.",
            },
            {"subject": "Returned mail", "text": "User unknown", "headers": {"return-path": "<>"}},
            {"subject": "Hm", "text": "Hm", "headers": {"x-failed-recipients": "dana@acme.example"}},
            {"headers": {"content-type": "multipart/report; report-type=delivery-status"}},
        ],
    )
    def test_may_follow_no_standard(self, changes: dict[str, object]) -> None:
        assert kind(**changes) == "bounce hard"

    def test_may_warn_of_a_delay_in_words(self) -> None:
        text = "Your message has not yet been delivered. You do not need to resend it."
        assert kind(sender=DAEMON, subject="Warning: message delayed", text=text) == "bounce delayed"

    def test_may_be_for_a_time_in_words(self) -> None:
        text = "Could not be delivered: mailbox is full. Giving up."
        assert kind(sender=DAEMON, subject="Returned mail", text=text) == "bounce soft"

    def test_is_read_for_the_recipient_and_the_letter_where_it_has_no_report(self) -> None:
        copy = "From: sam@example.com\nMessage-ID: <first@example.com>\nReferences: <none@example.com>\n"
        text = f"<dana@acme.example>: user unknown\n\n--- copy ---\n{copy}"
        judgement = judged(sender=DAEMON, subject="failure notice", text=text, in_reply_to=())
        assert (judgement.bounced, judgement.about) == (("dana@acme.example",), "first@example.com")

    def test_is_one_though_it_answers_my_letter_automatically(self) -> None:
        changes = dsn(("dana@acme.example", "failed 5.1.1"))
        assert (
            kind(**changes, headers={"auto-submitted": "auto-replied", "return-path": "<>"}) == "bounce hard"
        )


class TestReceiptsAndComplaints:
    def test_are_notices_about_which_nothing_is_asked(self) -> None:
        assert kind(report=Report(kind="disposition-notification")) == "notice receipt"
        report = ("multipart/report", "text/plain", "message/feedback-report")
        assert kind(structure=report) == "notice complaint"


class TestACalendar:
    ALTERNATIVE = ("multipart/alternative", "text/plain", "text/html", "text/calendar")

    @pytest.mark.parametrize(
        ("subject", "expected"),
        [
            ("Invitation: Interview", "calendar request"),
            ("Accepted: Interview", "calendar reply"),
            ("Tentatively Accepted: Interview", "calendar reply"),
            ("Zugesagt: Gespräch", "calendar reply"),
            ("Canceled: Interview", "calendar cancel"),
            ("Cancelled event: Interview @ Tue", "calendar cancel"),
        ],
    )
    def test_says_what_it_wants_in_its_subject(self, subject: str, expected: str) -> None:
        assert kind(subject=subject, structure=self.ALTERNATIVE, in_reply_to=()) == expected

    @pytest.mark.parametrize(
        ("method", "expected"),
        [
            ("REQUEST", "request"),
            ("REPLY", "reply"),
            ("CANCEL", "cancel"),
            ("COUNTER", "reply"),
            ("PUBLISH", "request"),
        ],
    )
    def test_says_it_better_by_its_method(self, method: str, expected: str) -> None:
        headers = {"content-type": f'text/calendar; charset=utf-8; method="{method}"'}
        assert kind(headers=headers, structure=("text/calendar",)) == f"calendar {expected}"
        structure = ("multipart/mixed", "text/plain", f"text/calendar; method={method}")
        assert kind(structure=structure) == f"calendar {expected}"

    def test_is_one_though_it_says_that_a_program_made_it(self) -> None:
        headers = {
            "sender": "Google Calendar <calendar-notification@google.com>",
            "auto-submitted": "auto-generated",
        }
        assert kind(headers=headers, in_reply_to=(), subject="Updated invitation: Talk") == "calendar request"

    def test_is_one_by_its_only_part(self) -> None:
        assert kind(structure=("text/calendar",), subject="Interview") == "calendar request"

    def test_is_one_among_alternatives_beside_a_file(self) -> None:
        alternatives = ("multipart/alternative", "text/plain", "text/html", "text/calendar")
        assert kind(structure=("multipart/mixed", *alternatives, "application/ics")) == "calendar request"
        assert kind(structure=("multipart/mixed", "multipart/alternative", "text/html", "text/calendar")) == (
            "calendar request"
        )

    def test_is_one_by_outlooks_class(self) -> None:
        headers = {"content-class": "urn:content-classes:calendarmessage"}
        assert kind(headers=headers, subject="Declined: Interview") == "calendar reply"

    def test_answers_without_a_word(self) -> None:
        assert kind(subject="Accepted: Interview", text="", in_reply_to=()) == "calendar reply"
        assert kind(subject="Accepted: your proposal", text=LETTER, in_reply_to=()) == "human"


class TestAnAutomaticReply:
    @pytest.mark.parametrize(
        "headers",
        [
            {"auto-submitted": "auto-replied"},
            {"auto-submitted": "Auto-Replied (vacation)"},
            {"auto-submitted": "vacation"},
            {"x-autoreply": "yes"},
            {"x-autorespond": "Thank you"},
            {"x-autogenerated": "Reply"},
            {"precedence": "auto_reply"},
            {"delivered-to": "Autoresponder"},
            {"x-fc-machinegenerated": "true"},
            {"x-post-messageclass": "9; Autoresponder"},
            {"x-apple-action": "VACATION/1.0"},
            {"return-path": "<>"},
            {
                "x-ms-exchange-generated-message-source": "Mailbox Rules Agent",
                "x-ms-exchange-inbox-rules-loop": "dana@acme.example",
            },
            {"auto-submitted": "auto-generated", "x-auto-response-suppress": "All"},
        ],
    )
    def test_is_told_by_its_headers(self, headers: dict[str, str]) -> None:
        judgement = judged(headers=headers, text=AWAY)
        assert (judgement.kind, judgement.sub_kind) == (ArrivalClass.AUTO_REPLY, "away")
        assert judgement.returns == date(2026, 3, 14)

    @pytest.mark.parametrize(
        "subject",
        [
            "Automatic reply: Thank you",
            "Out of Office: Thank you",
            "Out of office Re: Thank you",
            "Auto: Thank you",
            "Automatische Antwort: Danke",
            "Réponse automatique : Merci",
            "Respuesta automática: Gracias",
            "自動応答: Thank you",
            "AUTO: Dana Reyes is out of the office (returning 16/03/2026)",
            "Acme Autoreply",
            "Automatic Response",
        ],
    )
    def test_is_told_by_the_subject_that_vendors_give_it(self, subject: str) -> None:
        assert judged(subject=subject, text="Thank you for your mail.").kind == ArrivalClass.AUTO_REPLY

    @pytest.mark.parametrize(
        ("subject", "text"),
        [
            ("Away until 13 March", "I am away until 13 March."),
            ("Away until 13 March", ""),
            ("Dana Reyes/HR/Acme is out of the office", "I will return on 16 March."),
            ("Urlaub", "Ich bin bis 13. März im Urlaub."),
        ],
    )
    def test_is_told_by_subject_and_text_together(self, subject: str, text: str) -> None:
        assert kind(subject=subject, text=text) == "auto_reply away"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Dana is no longer with Acme. Please contact Jo.", "left"),
            ("I have left the company.", "left"),
            ("This mailbox is no longer monitored.", "left"),
            ("Ich bin nicht mehr bei Acme tätig.", "left"),
            ("I have left the office and am back on Monday.", "away"),
            ("Heute bin ich nicht mehr für Sie erreichbar.", "away"),
            ("Please confirm that you are a human.", "challenge"),
            ("We have received your application.", "acknowledgement"),
            ("Thank you for contacting Acme. This mailbox is not monitored.", "acknowledgement"),
            ("Thank you for your email. I am on annual leave.", "away"),
            ("", "away"),
        ],
    )
    def test_is_of_a_kind_that_matters(self, text: str, expected: str) -> None:
        assert kind(headers={"auto-submitted": "auto-replied"}, text=text) == f"auto_reply {expected}"

    def test_by_a_shared_mailbox_is_an_acknowledgement(self) -> None:
        changes = {"sender": Address("careers@acme.example"), "headers": {"auto-submitted": "auto-replied"}}
        assert kind(**changes, text="Hello.") == "auto_reply acknowledgement"

    def test_names_no_day_of_return_in_what_it_quotes(self) -> None:
        text = "I am on leave.\n\n-----Original Message-----\nI am back on 10 March."
        assert judged(headers={"auto-submitted": "auto-replied"}, text=text).returns is None

    def test_reads_the_day_of_receipt_in_the_zone_asked_for(self) -> None:
        late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
        message = replace(
            PLAIN, received=late, text="I am away. Back tomorrow.", subject="Automatic reply: Hi"
        )
        assert judge(message, is_mine, "Europe/London").returns == date(2026, 3, 5)
        assert judge(message, is_mine, "Europe/Berlin").returns == date(2026, 3, 6)
        assert judge(message, is_mine, "Mars/Olympus").returns == date(2026, 3, 5)


class TestListsAndNotices:
    def test_list_needs_its_name_and_its_precedence(self) -> None:
        headers = {"list-id": "<news.acme.example>", "precedence": "bulk"}
        assert kind(headers=headers, in_reply_to=()) == "list"

    @pytest.mark.parametrize(
        "sender",
        [
            "no-reply@acme.example",
            "donotreply@acme.example",
            "jobs-noreply@linkedin.example",
            "notifications@calendly.com",
        ],
    )
    def test_address_that_nobody_reads_gives_notice(self, sender: str) -> None:
        assert kind(sender=Address(sender, "Acme Careers"), in_reply_to=()) == "notice"

    def test_recruiting_system_gives_notice(self) -> None:
        assert (
            kind(sender=Address("acme@us.greenhouse-mail.io", "Acme Recruiting"), in_reply_to=()) == "notice"
        )

    def test_program_gives_notice(self) -> None:
        assert (
            kind(headers={"auto-submitted": "auto-generated"}, in_reply_to=(), subject="Your application")
            == "notice"
        )


class TestOwnWords:
    @pytest.mark.parametrize(
        "quotation",
        [
            "> quoted",
            "On 3 March 2026, Sam Lee wrote:\nquoted",
            "On Tue, 3 Mar 2026 at 10:00, Sam Lee\n<sam@example.com> wrote:\n\nquoted",
            "Am 03.03.2026 um 10:00 schrieb Sam Lee:\nquoted",
            "-----Original Message-----\nquoted",
            "From: Sam Lee\nSent: Tuesday\nTo: Dana\n\nquoted",
        ],
    )
    def test_end_where_a_quotation_begins(self, quotation: str) -> None:
        assert own_words(f"Mine.\n\n{quotation}").strip() == "Mine."

    def test_may_begin_as_an_attribution_does(self) -> None:
        text = "On Friday we will decide.\nFrom: my phone"
        assert own_words(text) == text


class TestHostileInput:
    @pytest.mark.parametrize(
        "piece",
        [
            "a",
            " ",
            "\n",
            "> ",
            "On wrote ",
            "until ",
            "back on ",
            "from 5 to ",
            "by 5 we decide ",
            "a@",
            "auto-",
            "1/",
            "<" * 9,
            ".A ",
        ],
    )
    def test_costs_little(self, piece: str) -> None:
        long = piece * (200_000 // len(piece))
        message = replace(
            PLAIN,
            subject=long[:4000],
            text=long,
            headers=tuple(
                (name, long[:4000]) for name in ("sender", "return-path", "auto-submitted", "precedence")
            )
            * 50,
            sender=Address(long[:1000].lower() + "@acme.example", long[:1000]),
            structure=("multipart/mixed",) * 100,
        )
        start = time.process_time()
        judge(message, is_mine, "Europe/London")
        assert time.process_time() - start < 2

    @given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=40), st.text(max_size=20))
    def test_never_raises(self, text: str, subject: str, sender: str, header: str) -> None:
        headers = {"auto-submitted": header, "sender": sender, "return-path": header, "precedence": header}
        assert judged(text=text, subject=subject, sender=Address(sender), headers=headers).reason


class TestMessageClass:
    """Exchange says what a message is; it wins over what the words say."""

    @pytest.mark.parametrize(
        ("named", "expected"),
        [
            ("IPM.Note", "human"),
            ("", "human"),
            ("IPM.Note.Rules.OofTemplate.Microsoft", "auto_reply"),
            ("ipm.note.rules.replytemplate.microsoft", "auto_reply"),
            ("REPORT.IPM.Note.NDR", "bounce hard"),
            ("REPORT.IPM.Note.DR", "notice"),
            ("REPORT.IPM.Note.IPNRN", "notice"),
            ("REPORT.IPM.Note.IPNNRN", "notice"),
            ("IPM.Schedule.Meeting.Request", "calendar request"),
            ("IPM.Schedule.Meeting.Resp.Pos", "calendar reply"),
            ("IPM.Schedule.Meeting.Canceled", "calendar cancel"),
            ("IPM.Note.SMIME", "human"),
        ],
    )
    def test_of_what_comes_in(self, named: str, expected: str) -> None:
        assert kind(message_class=named).startswith(expected)

    @pytest.mark.parametrize(
        ("named", "sub_kind"),
        [
            ("IPM.Note", "letter"),
            ("IPM.Schedule.Meeting.Resp.Pos", "calendar"),
            ("IPM.Note.Rules.OofTemplate.Microsoft", "automatic"),
            ("REPORT.IPM.Note.IPNRN", "receipt"),
        ],
    )
    def test_of_what_is_mine(self, named: str, sub_kind: str) -> None:
        mine = judged(message_class=named, sender=ME, to=(DANA,), subject="Thank you", in_reply_to=())
        assert (mine.kind, mine.sub_kind) == (ArrivalClass.OWN, sub_kind)


def test_who_answers_an_automatic_reply_with_one_is_in_doubt() -> None:
    assert kind(subject="Re: Automatic reply: Hi", text="I am on leave next week.") == "unsure"
    assert kind(subject="Re: Automatic reply: Hi", text="Welcome back! Let us talk.") == "human"


def test_a_list_of_names_without_an_end_costs_little() -> None:
    start = time.process_time()
    assert len(addresses("a," * 32_000)) <= 1_000
    assert time.process_time() - start < 1
