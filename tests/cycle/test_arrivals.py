"""What comes in after a thank-you was sent, and what it leads to: state, questions, the nudge and its day.

All talks are on Wednesday 4 March 2026, and their thank-yous were sent at 18:00. With nothing else the nudge
is due on the fifth working day: Wednesday 11 March, 09:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from followupd.core.model import Folder, HiringProcess, Message, Policy, Stage
from followupd.providers.memory import MemoryMailbox
from tests.cycle.etiquette import person, short
from tests.world import ME, World

NUDGE = "Wed 2026-03-11 09:00 dana"
OTHER = "Wed 2026-03-11 09:00 kim"
HOURS = ("15", "12", "09")
LETTER = "We are still talking to others and will come back to you."
DECIDING = "We are still talking to others. We will decide by 13 March."
COURTESY = "You're very welcome, Sam. It was nice to meet you too!"
REJECTION = "We regret to inform you that we will not be moving forward with your application."
OFFER = "We are delighted to offer you the job."
NEXT_STEP = "We would like to invite you to a second interview with the rest of the team."
AWAY = "I am out of the office until 13 March. In urgent cases please contact the front desk."
AUTOMATIC = (("Auto-Submitted", "auto-replied"),)
SYSTEM = "Acme Hiring Team <no-reply@us.greenhouse-mail.io>"
POST = "Mail Delivery System <mailer-daemon@mx.example.com>"
STATUS = "The status of your application has changed. Sign in to see it."
INVITED = "BEGIN:VCALENDAR\nMETHOD:{}\nBEGIN:VEVENT\nUID:next\nEND:VEVENT\nEND:VCALENDAR\n"


@dataclass(frozen=True)
class Mail:
    """Something that comes in. `about` is whose letter "<LETTER>" stands for in headers and parts; `thread`
    says that it answers that letter. `parts` are (type, text) beside the text, in a multipart of this `kind`."""

    at: str = "2026-03-09 10:00"
    sender: str = "dana"
    text: str = LETTER
    subject: str = "Your application"
    about: str = ""
    thread: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    to: str = ME
    folder: Folder = Folder.INBOX
    kind: str = "mixed"
    parts: tuple[tuple[str, str], ...] = ()

    def raw(self, number: int, letter: str, date_field: str) -> bytes:
        """The bytes as they would lie in a mailbox."""
        fields = [
            ("From", person(self.sender)),
            ("To", self.to),
            ("Subject", self.subject),
            ("Date", date_field),
        ]
        fields += [("Message-ID", f"<came-{number}@mx.example>"), *self.headers]
        fields += [("In-Reply-To", "<LETTER>"), ("References", "<LETTER>")] if self.thread else []
        body = self.text
        if self.parts:
            fields.append(("Content-Type", f"multipart/{self.kind}; boundary=next"))
            parts = (("text/plain", self.text), *self.parts)
            body = "".join(f"--next\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts) + "--next--\n"
        head = "".join(f"{name}: {value}\n" for name, value in fields)
        return f"{head}\n{body}".replace("<LETTER>", f"<{letter}>").encode()


def report(at: str, to: str, action: str, status: str, *, about: str = "", returned: bool = True) -> Mail:
    """RFC 3464: what a mail system says of a letter to this person; the letter itself comes back if `returned`."""
    fields = f"Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; {address(to)}\n"
    fields += f"Action: {action}\nStatus: {status}\n"
    parts: tuple[tuple[str, str], ...] = (("message/delivery-status", fields),)
    parts += (("text/rfc822-headers", "Message-ID: <LETTER>\nSubject: Thank you\n"),) if returned else ()
    subject = "Undelivered Mail Returned to Sender"
    text = "I'm sorry to have to inform you that your message could not be delivered to a recipient."
    if action != "failed":
        subject, text = (
            f"Delivery Status Notification ({action.title()})",
            "This is the state of your message.",
        )
    kind, path = "report; report-type=delivery-status", (("Return-Path", "<>"),)
    about = (about or to) if returned else ""
    return Mail(at, POST, text, subject, about, kind=kind, parts=parts, headers=path)


def calendar(method: str, subject: str, at: str = "2026-03-09 10:00") -> Mail:
    """A calendar's message (RFC 6047) in Dana's name."""
    parts = ((f"text/calendar; method={method}", INVITED.format(method)),)
    return Mail(at, "dana", "Sam Lee, Dana Reyes", subject, kind="alternative", parts=parts)


def away(text: str, at: str = "2026-03-04 18:01", sender: str = "dana", about: str = "dana") -> Mail:
    """An automatic reply to the letter to somebody."""
    return Mail(at, sender, text, "Automatic reply: Thank you", about, thread=True, headers=AUTOMATIC)


def address(who: str) -> str:
    """ "dana@acme.example" for "dana"."""
    return person(who).rpartition("<")[2].rstrip(">")


class Scene:
    """Sam had a talk with each of the companies, thanked everybody, and lives on."""

    def __init__(
        self,
        folder: Path,
        *companies: str,
        policy: Policy | None = None,
        send: bool = True,
        mailbox: MemoryMailbox | None = None,
        before: tuple[Mail, ...] = (),
    ) -> None:
        self.world = World(folder / "state", policy)
        if mailbox:
            self.world.mailboxes["personal"] = mailbox
        self.letters: dict[str, Message] = {}
        self.count = 0
        self.world.begin("2026-03-02 09:00")
        for hour, people in zip(HOURS, companies, strict=False):
            self.world.event(
                f"2026-03-04 {hour}:00", f"2026-03-04 {hour}:50", [person(p) for p in people.split()]
            )
        self.world.cycle("2026-03-03 09:00")
        self.comes(*before)
        self.world.cycle("2026-03-04 16:45")
        if send:
            for draft in sorted(self.world.drafts(), key=lambda m: m.to[0].email):
                self.letters[short(draft.to[0].email)] = self.world.send(draft, at="2026-03-04 18:00")
            self.world.cycle("2026-03-04 18:00")

    def comes(self, *mails: Mail) -> Scene:
        """Each comes in, and a cycle runs a minute later."""
        for mail in mails:
            self.count += 1
            at = self.world.time(mail.at)
            letter = self.letters[mail.about].message_id if mail.about else ""
            raw = mail.raw(self.count, letter, format_datetime(at))
            self.world.mailboxes["personal"].put(raw, mail.folder, at)
            self.world.cycle(at + timedelta(minutes=1))
        return self

    def says(self, command: str, at: str = "2026-03-09 12:00") -> None:
        """Sam gives a command, as a question offers it; a cycle runs at once."""
        orders = self.world.orders(at)
        match command.split()[1:]:
            case ["decide", process, day]:
                orders.decide(process, date.fromisoformat(day))
            case ["resume", process]:
                orders.resume(process)
            case ["stop", process, "--because", why]:
                orders.stop(process, why)
            case ["mark", what, message]:
                orders.mark_message(message, what)
            case _:
                raise AssertionError(f"no such command: {command}")
        self.world.cycle(at)

    def nudges(self, until: str = "2026-03-20") -> list[str]:
        """The nudges that appear from now on, each with its moment; two cycles a morning, one after noon."""
        seen, known = [], {m.message_id for m in self.world.drafts()}
        first, last = self.world.now.astimezone(self.world.zone).date(), date.fromisoformat(until)
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            for hour in ("08:59", "09:00", "13:00"):
                if (at := self.world.time(f"{day} {hour}")) > self.world.now:
                    self.world.cycle(at)
                    fresh = [m for m in self.world.drafts() if m.message_id not in known]
                    seen += sorted(f"{day:%a %Y-%m-%d} {hour} {short(m.to[0].email)}" for m in fresh)
                    known |= {m.message_id for m in fresh}
        return seen

    def process(self, organisation: str = "acme") -> HiringProcess:
        found = [
            p for p in self.world.store.processes() if organisation in f"{p.organisation} {p.domains}".lower()
        ]
        assert len(found) == 1, found
        return found[0]

    def state(self, organisation: str = "acme") -> str:
        return self.process(organisation).state.value

    def stage(self, who: str) -> Stage:
        return self.world.thank_you(address(who)).stage

    def asks(self) -> list[str]:
        """The topics of the open questions."""
        return [question.topic for question in self.world.questions()]

    def text(self) -> str:
        """The text of the one open question."""
        (question,) = self.world.questions()
        return question.text

    def commands(self) -> list[str]:
        """What the one open question offers, with KEY for the process."""
        (question,) = self.world.questions()
        return question.answer_with.replace(question.process, "KEY").splitlines()

    def obey(self, number: int, at: str = "2026-03-09 12:00") -> None:
        """Sam gives the command that the one open question offers there."""
        (question,) = self.world.questions()
        self.says(question.answer_with.splitlines()[number], at)

    def told(self, words: str) -> int:
        """How often the user was told something with these words."""
        return sum(words in reason for _, _, _, reason in self.world.store.history(self.process().key))


def nothing_happened(scene: Scene, nudge: str = NUDGE) -> None:
    """The waiting goes on as if nothing had come in."""
    assert (scene.state(), scene.asks()) == ("active", [])
    assert scene.nudges() == [nudge]
    assert scene.asks() == []


@pytest.fixture
def dana(tmp_path: Path) -> Scene:
    return Scene(tmp_path, "dana")


@pytest.fixture
def both(tmp_path: Path) -> Scene:
    """Two people of one talk; Dana is the first to be nudged."""
    return Scene(tmp_path, "dana kim")


class TestALetter:
    @pytest.mark.parametrize(
        "mail",
        [
            Mail(about="dana", thread=True),
            Mail(),
            Mail(sender="kim"),
            Mail(sender="dr@gmail.com", about="dana", thread=True),
        ],
        ids=["in the thread", "in a new one", "by a colleague", "in the thread from a private address"],
    )
    def test_answers_and_is_asked_about_once(self, dana: Scene, mail: Mail) -> None:
        dana.comes(mail)
        assert (dana.state(), dana.asks()) == ("answered", ["answer"])
        assert dana.commands() == [
            "followupd decide KEY DATE",
            "followupd resume KEY",
            "followupd stop KEY --because other",
        ]
        assert dana.nudges("2026-03-22") == []
        assert (dana.state(), dana.asks()) == ("answered", ["answer"])
        assert dana.nudges("2026-03-24") == []  # Mon 9 + ten working days = Mon 23
        assert (dana.state(), dana.process().reason, dana.asks()) == ("closed", "unanswered", [])

    @pytest.mark.parametrize(
        ("command", "state", "nudges"),
        [
            (0, "active", ["Wed 2026-03-18 09:00 dana"]),  # Fri 13 + (16 17 18)
            (1, "active", ["Tue 2026-03-17 09:00 dana"]),  # Mon 9 + (10 11 12 13 16) = Mon 16 → Tue 17
            (2, "closed", []),
        ],
    )
    def test_is_settled_by_each_command_that_its_question_offers(
        self, dana: Scene, command: int, state: str, nudges: list[str]
    ) -> None:
        dana.comes(Mail(text=DECIDING))
        assert dana.commands()[0] == "followupd decide KEY 2026-03-13"
        dana.obey(command)
        asks = ["letter"] if state == "closed" else []  # whether one is wanted now that it is over
        assert (dana.state(), dana.asks()) == (state, asks)
        assert dana.nudges() == nudges
        assert dana.asks() == asks

    def test_of_thanks_alone_is_called_so_and_going_on_is_offered_first(self, dana: Scene) -> None:
        dana.comes(Mail(text=COURTESY, about="dana", thread=True))
        assert (dana.state(), dana.asks()) == ("answered", ["answer"])
        assert "thanks and no more" in dana.text()
        assert dana.commands()[0] == "followupd resume KEY"

    @pytest.mark.parametrize(
        ("text", "words", "first"),
        [
            (REJECTION, "It reads like a rejection.", "followupd stop KEY --because rejected"),
            (OFFER, "It reads like an offer.", "followupd stop KEY --because offer"),
            (NEXT_STEP, "next step", "followupd decide KEY DATE"),
            (LETTER, "", "followupd decide KEY DATE"),
        ],
        ids=["rejection", "offer", "next step", "neither"],
    )
    def test_shows_what_it_seems_to_say_and_nothing_is_done_by_it(
        self, tmp_path: Path, text: str, words: str, first: str
    ) -> None:
        scene = Scene(tmp_path, "dana", send=False)  # the thank-you still lies in Drafts: it is owed
        (before,), (draft,) = scene.world.follow_ups(), scene.world.drafts()
        scene.comes(Mail(text=text, at="2026-03-04 17:00"))
        assert (scene.state(), scene.asks()) == ("answered", ["answer"])
        assert words in scene.text()
        assert ("reads like" in scene.text()) == bool(words)
        assert scene.commands()[0] == first
        assert "because rejected" in first or not any("because rejected" in c for c in scene.commands())
        assert scene.world.follow_ups() == [before]
        assert scene.world.drafts() == [draft]

    @pytest.mark.parametrize(
        ("texts", "words", "first"),
        [
            ((COURTESY, REJECTION), "rejection", "followupd stop KEY --because rejected"),
            ((REJECTION, COURTESY), "rejection", "followupd stop KEY --because rejected"),
            ((LETTER, OFFER), "offer", "followupd stop KEY --because offer"),
            ((NEXT_STEP, REJECTION), "rejection", "followupd stop KEY --because rejected"),
            ((COURTESY, DECIDING), "", "followupd decide KEY 2026-03-13"),
            ((LETTER, COURTESY), "", "followupd decide KEY DATE"),
            ((DECIDING, "We will decide by 16 March."), "", "followupd decide KEY 2026-03-16"),
        ],
    )
    def test_changes_the_open_question_where_it_says_more(
        self, dana: Scene, texts: tuple[str, str], words: str, first: str
    ) -> None:
        dana.comes(Mail(text=texts[0]), Mail("2026-03-10 10:00", "kim", texts[1]))
        assert [q.topic for q in dana.world.store.questions()] == ["answer"]
        assert words in dana.text()
        assert "thanks and no more" not in dana.text()
        assert dana.commands()[0] == first

    def test_is_settled_by_a_talk_that_is_put_into_the_calendar_when_it_is_over(self, dana: Scene) -> None:
        dana.comes(Mail())
        dana.world.event("2026-03-10 15:00", "2026-03-10 15:50")
        dana.world.cycle("2026-03-10 16:00")
        assert (dana.state(), dana.asks()) == ("active", [])

    def test_gets_a_question_of_its_own_once_the_one_before_was_answered(self, dana: Scene) -> None:
        dana.comes(Mail("2026-03-05 10:00"))
        dana.obey(1, "2026-03-05 12:00")
        dana.comes(Mail("2026-03-06 10:00", text=REJECTION))
        assert (dana.state(), dana.asks()) == ("answered", ["answer"])
        assert "rejection" in dana.text()


class TestAnAutomaticReply:
    @pytest.mark.parametrize(
        ("text", "nudge", "until"),
        [
            # until Fri 13 → back Mon 16 + (17 18)
            ("I am out of the office until 13 March.", "Wed 2026-03-18", "2026-03-20"),
            # no date: Wed 11 + (12 13 16 17 18)
            ("I am currently out of the office with no access to e-mail.", "Wed 2026-03-18", "2026-03-27"),
            # back Wed 1 April + (2 [Fri 3, Mon 6: Easter] 7)
            ("I am out of the office until April.", "Tue 2026-04-07", "2026-04-08"),
            # back Thu 26, the eleventh working day after Wed 11; + (27 30) → Tue 31
            ("I am on leave and will be back on 26 March.", "Tue 2026-03-31", "2026-04-01"),
        ],
        ids=["a date", "no date", "a month", "long, and nobody else was thanked"],
    )
    def test_of_somebody_away_delays_the_nudge(self, dana: Scene, text: str, nudge: str, until: str) -> None:
        dana.comes(away(text))
        assert (dana.state(), dana.asks()) == ("active", [])
        assert dana.nudges(until) == [f"{nudge} 09:00 dana"]
        assert dana.asks() == []

    def test_of_somebody_away_for_long_lets_the_next_be_nudged(self, both: Scene) -> None:
        nothing_happened(both.comes(away("I am on leave and will be back on 26 March.")), OTHER)

    @pytest.mark.parametrize("sender", ["d.reyes@acme.example", "dana.reyes@gmail.com"])
    def test_in_the_thread_is_theirs_though_it_comes_from_another_address(
        self, both: Scene, sender: str
    ) -> None:
        nothing_happened(both.comes(away(AWAY, sender=sender)), "Wed 2026-03-18 09:00 dana")

    def test_of_somebody_else_who_was_thanked_delays_nothing(self, both: Scene) -> None:
        nothing_happened(both.comes(away(AWAY, sender="kim", about="dana")))

    @pytest.mark.parametrize(
        "people", ["dana kim", "dana"], ids=["two were thanked", "nobody else was thanked"]
    )
    def test_of_somebody_who_left_closes_the_person(self, tmp_path: Path, people: str) -> None:
        scene = Scene(tmp_path, people)
        scene.comes(away("I am no longer with the company."))
        assert (scene.state(), scene.asks()) == ("active", [])
        assert [who for who, _ in scene.process().closed_people] == ["dana@acme.example"]
        assert scene.nudges() == ([OTHER] if "kim" in people else [])
        assert scene.stage("dana") is Stage.SENT

    def test_of_somebody_who_left_moves_a_nudge_that_lies_in_drafts(self, both: Scene) -> None:
        assert both.nudges("2026-03-11") == [NUDGE]
        both.comes(away("I have left the company.", at="2026-03-11 15:00"))
        assert [m.to[0].email for m in both.world.drafts()] == [
            "kim@acme.example"
        ]  # the same day, before 17:00

    def test_that_names_a_successor_is_told_once_and_nobody_writes_there(self, both: Scene) -> None:
        text = "I am no longer with the company. Please contact Jo Hale at jo@acme.example."
        both.comes(away(text))
        assert both.nudges("2026-03-11") == [OTHER]
        both.world.send(both.world.draft_to("kim@acme.example"), at="2026-03-11 10:00")
        both.nudges("2026-04-10")
        assert both.told("jo@acme.example") == 1
        assert {f.to for f in both.world.follow_ups()} == {"dana@acme.example", "kim@acme.example"}

    @pytest.mark.parametrize(
        "text",
        [
            "Thank you for contacting Acme. We have received your message. Do not reply to this e-mail.",
            "Your message is being held until you verify that you are a real person.",
        ],
        ids=["acknowledgement", "challenge"],
    )
    def test_of_a_mailbox_or_a_filter_means_nothing(self, dana: Scene, text: str) -> None:
        nothing_happened(dana.comes(away(text)))


class TestAReport:
    def test_of_failure_closes_the_person_and_the_next_is_nudged(self, both: Scene) -> None:
        both.comes(report("2026-03-04 18:01", "dana", "failed", "5.1.1"))
        assert (both.stage("dana"), both.stage("kim")) == (Stage.BOUNCED, Stage.SENT)
        assert [who for who, _ in both.process().closed_people] == ["dana@acme.example"]
        nothing_happened(both, OTHER)

    def test_of_failure_leaves_nobody_to_nudge(self, dana: Scene) -> None:
        dana.comes(report("2026-03-04 18:01", "dana", "failed", "5.1.1"))
        assert (dana.stage("dana"), dana.asks(), dana.nudges()) == (Stage.BOUNCED, [], [])

    @pytest.mark.parametrize(
        "mail",
        [
            report("2026-03-04 18:01", "dana", "failed", "4.2.2"),
            report("2026-03-04 18:01", "dana", "delayed", "4.4.1"),
            report("2026-03-04 18:01", "dana", "delivered", "2.0.0"),
            report("2026-03-04 18:01", "dana", "relayed", "2.0.0"),
            Mail(
                "2026-03-09 10:00",
                text="Your message was displayed.",
                subject="Read: Thank you",
                about="dana",
                thread=True,
                kind="report; report-type=disposition-notification",
                parts=(
                    (
                        "message/disposition-notification",
                        "Final-Recipient: rfc822; dana@acme.example\nOriginal-Message-ID: <LETTER>\n"
                        "Disposition: manual-action/MDN-sent-manually; displayed\n",
                    ),
                ),
            ),
            Mail(
                "2026-03-09 10:00",
                "abuse@acme.example",
                "This is an abuse report for a message received on 4 March.",
                "Abuse report",
                "dana",
                kind="report; report-type=feedback-report",
                parts=(
                    ("message/feedback-report", "Feedback-Type: abuse\nVersion: 1\n"),
                    ("text/rfc822-headers", "Message-ID: <LETTER>\n"),
                ),
            ),
        ],
        ids=["soft", "delayed", "delivered", "relayed", "read", "complaint"],
    )
    def test_of_anything_less_means_nothing(self, dana: Scene, mail: Mail) -> None:
        dana.comes(mail)
        assert dana.stage("dana") is Stage.SENT
        assert dana.process().closed_people == ()
        nothing_happened(dana)


class TestAMachine:
    """What reads like an answer is asked about, though a program wrote it: silence is the safe end."""

    @pytest.mark.parametrize(
        ("sender", "headers", "thread"),
        [
            (SYSTEM, (), False),
            (SYSTEM, (), True),
            (SYSTEM, (("Auto-Submitted", "auto-generated"),), True),
            ("dana", (("Return-Path", "<>"), ("Precedence", "bulk")), False),
            ("dana", (("List-Unsubscribe", "<https://acme.example/u>"), ("Precedence", "bulk")), False),
        ],
        ids=["of its own accord", "in the thread", "generated", "bulk", "to subscribers"],
    )
    def test_that_rejects_pauses_and_asks(
        self, dana: Scene, sender: str, headers: tuple[tuple[str, str], ...], thread: bool
    ) -> None:
        text = (
            f"Thank you for your interest. {REJECTION}\n\nThis is an automated message, please do not reply."
        )
        dana.comes(Mail(sender=sender, text=text, headers=headers, about="dana", thread=thread))
        assert (dana.asks(), "reads like a rejection" in dana.text(), dana.nudges()) == (
            ["arrival"],
            True,
            [],
        )

    def test_under_a_subject_of_automatic_replies_pauses_and_asks(self, dana: Scene) -> None:
        dana.comes(Mail(subject="Out of office - but good news", text=OFFER))
        assert (dana.asks(), dana.nudges()) == (["arrival"], [])

    def test_is_no_calendar_because_its_subject_begins_as_calendars_do(self, dana: Scene) -> None:
        dana.comes(Mail(subject="Absage: Ihre Bewerbung", text=""))
        assert (dana.state(), dana.nudges()) == ("answered", [])

    def test_that_is_away_and_tells_of_somebody_who_left_closes_nobody(self, dana: Scene) -> None:
        note = "I am out of the office until 10 March. Kim Novak is no longer with Acme."
        dana.comes(away(note))
        assert dana.process().closed_people == ()

    @pytest.mark.parametrize("sender", ["Pat Moss <pat@acme.example>", "Ann Poe <office@acme.example>"])
    def test_of_a_colleague_closes_the_colleague(self, tmp_path: Path, sender: str) -> None:
        """Pat got a copy; Ann did not, and is nobody else under another address."""
        scene = Scene(tmp_path, "dana", send=False)
        (draft,) = scene.world.drafts()
        both = "dana@acme.example, pat@acme.example"
        scene.letters["dana"] = scene.world.send(draft, at="2026-03-04 18:00", to=both)
        scene.world.cycle("2026-03-04 18:00")
        scene.comes(away("I am no longer with Acme.", sender=sender))
        closed = [who for who, _ in scene.process().closed_people]
        assert "dana@acme.example" not in closed
        assert len(scene.nudges()) == 1


class TestAnInvitation:
    def test_says_what_to_do_where_it_is_another_interview(self, dana: Scene) -> None:
        dana.comes(calendar("REQUEST", "Invitation: Talk"))
        assert "put it into your calendar" in dana.text()

    def test_moves_the_process_on_and_is_asked_about(self, dana: Scene) -> None:
        dana.comes(calendar("REQUEST", "Invitation: Final talk"))
        assert dana.asks() == ["answer"]
        assert "invitation" in dana.text()
        assert dana.nudges() == []
        assert dana.asks() == ["answer"]

    def test_asks_nothing_while_an_interview_lies_ahead(self, dana: Scene) -> None:
        dana.world.event("2026-03-18 15:00", "2026-03-18 16:00")
        dana.comes(calendar("REQUEST", "Invitation: Interview"))
        assert (dana.asks(), dana.nudges("2026-03-17")) == ([], [])
        assert dana.world.store.questions() == []
        dana.world.cycle("2026-03-18 16:45")
        assert [m.to[0].email for m in dana.world.drafts()] == ["dana@acme.example"]
        assert dana.state() == "active"

    def test_to_the_talk_that_was_held_is_none(self, tmp_path: Path) -> None:
        scene = Scene(tmp_path, "dana", send=False)
        scene.comes(calendar("REQUEST", "Updated invitation: Interview", "2026-03-04 15:30"))
        assert (scene.state(), scene.asks()) == ("active", [])

    @pytest.mark.parametrize(
        ("method", "subject"),
        [
            ("REPLY", "Accepted: Interview"),
            ("REPLY", "Declined: Interview"),
            ("CANCEL", "Canceled: Interview"),
            ("REPLY", "Interview"),
            ("CANCEL", "Interview"),
            ("COUNTER", "Interview"),
            ("DECLINECOUNTER", "Interview"),
            ("REFRESH", "Interview"),
        ],
    )
    def test_is_not_what_a_calendar_sends_otherwise(self, dana: Scene, method: str, subject: str) -> None:
        nothing_happened(dana.comes(calendar(method, subject)))

    @pytest.mark.parametrize(("method", "asks"), [("REQUEST", ["answer"]), ("REPLY", []), ("CANCEL", [])])
    def test_may_be_all_that_a_message_holds(self, dana: Scene, method: str, asks: list[str]) -> None:
        kind = (("Content-Type", f"text/calendar; method={method}"),)
        dana.comes(Mail(subject="Interview", text=INVITED.format(method), headers=kind))
        assert dana.asks() == asks


class TestDoubt:
    @pytest.mark.parametrize(
        "mail",
        [
            Mail(sender=SYSTEM, text=STATUS),
            Mail(text=AWAY, about="dana", thread=True, subject="Re: Thank you"),
        ],
        ids=["a recruiting system's notice", "an absence note that no machine signed"],
    )
    def test_pauses_and_asks_and_silence_closes(self, dana: Scene, mail: Mail) -> None:
        dana.comes(mail)
        assert (dana.state(), dana.asks()) == ("asking", ["arrival"])
        assert [c.rpartition(" ")[0] for c in dana.commands()] == [
            "followupd mark human",
            "followupd mark auto",
        ]
        assert dana.nudges("2026-03-22") == []
        assert (dana.state(), dana.asks()) == ("asking", ["arrival"])
        assert dana.nudges("2026-03-24") == []  # Mon 9 + ten working days = Mon 23
        assert (dana.state(), dana.process().reason, dana.asks()) == ("closed", "unanswered", [])

    @pytest.mark.parametrize(
        ("text", "words", "first"),
        [
            (REJECTION, "It reads like a rejection.", "followupd stop KEY --because rejected"),
            (OFFER, "It reads like an offer.", "followupd stop KEY --because offer"),
            (NEXT_STEP, "next step", "followupd mark human"),
        ],
        ids=["rejection", "offer", "next step"],
    )
    def test_shows_what_a_notice_seems_to_say(self, dana: Scene, text: str, words: str, first: str) -> None:
        dana.comes(Mail(sender=SYSTEM, text=text))
        assert (dana.state(), dana.asks()) == ("asking", ["arrival"])
        assert words in dana.text()
        assert dana.commands()[0].startswith(first)
        assert dana.nudges() == []
        assert dana.state() == "asking"

    def test_asks_nothing_while_an_interview_lies_ahead(self, dana: Scene) -> None:
        dana.world.event("2026-03-25 15:00", "2026-03-25 16:00")
        dana.comes(Mail("2026-03-06 10:00", SYSTEM, STATUS))
        assert (dana.asks(), dana.nudges("2026-03-24"), dana.state() == "closed") == ([], [], False)

    def test_beside_an_answer_is_not_asked_about(self, dana: Scene) -> None:
        dana.comes(Mail(), Mail("2026-03-10 10:00", SYSTEM, STATUS))
        assert (dana.state(), dana.asks()) == ("answered", ["answer"])
