"""Which process a message concerns, and what is remembered of what the user said of one. See test_arrivals.py."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from followupd.core.model import Folder, Me, Message, QuestionState, Stage
from followupd.providers.memory import MemoryMailbox
from tests.cycle.test_arrivals import (
    AUTOMATIC,
    AWAY,
    LETTER,
    NEXT_STEP,
    NUDGE,
    OFFER,
    OTHER,
    POST,
    REJECTION,
    STATUS,
    SYSTEM,
    Mail,
    Scene,
    address,
    away,
    nothing_happened,
    report,
)
from tests.world import ME, policy

GARY, IVAN = "gary@globex.example", "ivan@initech.example"
COMPANIES = ("acme", "globex", "initech")
LEVER = "no-reply@hire.lever.co"


@pytest.fixture
def dana(tmp_path: Path) -> Scene:
    """One process."""
    return Scene(tmp_path, "dana")


@pytest.fixture
def both(tmp_path: Path) -> Scene:
    """Two people of one talk; Dana is the first to be nudged."""
    return Scene(tmp_path, "dana kim")


@pytest.fixture
def three(tmp_path: Path) -> Scene:
    """Three companies at once."""
    return Scene(tmp_path, "dana", GARY, IVAN)


def states(scene: Scene) -> dict[str, str]:
    """The state of each company's process that is not active."""
    found = {company: scene.state(company) for company in COMPANIES}
    return {company: state for company, state in found.items() if state != "active"}


class TestAMessage:
    @pytest.mark.parametrize(
        "mail",
        [
            Mail(sender="stranger@gmail.com", about=GARY, thread=True),
            Mail(
                sender="stranger@gmail.com", about=GARY, headers=(("References", "<old@x.example> <LETTER>"),)
            ),
            Mail(sender=GARY),
            Mail(sender="Pat Moss <pat@globex.example>"),
            Mail(sender="Pat Moss <pat@mailer.example>", headers=(("Reply-To", "pat@globex.example"),)),
            Mail(sender="Pat Moss <pat@mail.globex.example>", folder=Folder.JUNK),
            Mail(sender="Pat Moss <pat@globex.example>", folder=Folder.TRASH),
            Mail(sender="Pat Moss <pat@globex.example>", folder=Folder.ARCHIVE),
            Mail(sender="Pat Moss <pat@globex.example>", folder=Folder.OTHER),
            Mail(
                sender="Pat Moss <x1@hire.lever.co>", headers=(("Reply-To", "Pat Moss <pat@globex.example>"),)
            ),
            Mail(sender=f"Pat Moss <{LEVER}>", headers=(("Reply-To", "Pat Moss <pat@globex.example>"),)),
        ],
        ids=[
            "In-Reply-To",
            "References",
            "a known sender",
            "the domain",
            "Reply-To",
            "junk, below the domain",
            "trash",
            "archive",
            "a folder",
            "a person through a relay",
            "a person through a relay that nobody reads",
        ],
    )
    def test_answers_the_process_that_it_names(self, three: Scene, mail: Mail) -> None:
        three.comes(mail)
        assert (states(three), three.asks()) == ({"globex": "answered"}, ["answer"])
        assert three.nudges("2026-03-13") == [NUDGE, f"Wed 2026-03-11 09:00 {IVAN}"]

    @pytest.mark.parametrize(
        "mail",
        [
            Mail(sender="Pat Moss <pat@stranger.example>", subject="Acme and your interview"),
            Mail(sender="Dana Reyes <dana@gmail.com>"),
            Mail(sender="Pat Moss <pat@notacme.example>"),
            Mail(sender="Pat Moss <pat@acme.example.phish.example>"),
            Mail(sender="Acme Hiring <pat@stranger.example>", headers=(("Reply-To", "pat@gmail.com"),)),
            Mail(sender=f"Umbrella Hiring Team <{LEVER}>", text=STATUS),
            Mail(sender=f"Acmetron Hiring Team <{LEVER}>", text=STATUS),
            Mail(
                sender=f"Hiring Team <{LEVER}>",
                text=f"{STATUS}\n\nOn 4 March 2026, Sam Lee wrote:\n> Dear Acme,",
            ),
            Mail(
                sender=f"Hiring Team <{LEVER}>",
                text=f"{STATUS}\n\n{'We hire for many. ' * 60}\n\nAcme, Globex",
            ),
            Mail(sender="stranger@gmail.com", headers=(("In-Reply-To", "<unknown@gmail.com>"),)),
        ],
        ids=[
            "a stranger who names the company",
            "freemail with a known name",
            "a domain that ends alike",
            "a domain that begins alike",
            "a display name alone",
            "a system for another company",
            "a system for a company that begins alike",
            "a system that quotes the name",
            "a system that names it far below",
            "a thread that is not ours",
        ],
    )
    def test_that_names_none_concerns_none(self, three: Scene, mail: Mail) -> None:
        three.comes(mail)
        assert (states(three), three.asks()) == ({}, [])
        assert three.nudges("2026-03-13") == [f"Wed 2026-03-11 09:00 {who}" for who in ("dana", GARY, IVAN)]

    @pytest.mark.parametrize(
        "mail",
        [
            Mail(sender=f"Globex Hiring Team <{LEVER}>", text=STATUS),
            Mail(
                sender="Hiring Team <notifications@us.greenhouse-mail.io>", subject="Your GLOBEX application"
            ),
            Mail(
                sender=f"Hiring Team <{LEVER}>",
                text=f"Dear Sam,\n\nthank you for your time at Globex. {STATUS}",
            ),
            Mail(sender=f"Hiring Team <{LEVER}>", text=STATUS, about=GARY, thread=True),
            Mail(sender=f"Globex Hiring Team <{LEVER}>", text=STATUS, folder=Folder.JUNK),
            Mail(
                sender=f"Hiring Team <{LEVER}>", text=STATUS, headers=(("Reply-To", "jobs@globex.example"),)
            ),
        ],
        ids=["display name", "subject", "first lines", "thread", "display name, in junk", "Reply-To"],
    )
    def test_of_a_recruiting_system_pauses_the_one_that_it_names(self, three: Scene, mail: Mail) -> None:
        three.comes(mail)
        assert (states(three), three.asks()) == ({"globex": "asking"}, ["arrival"])
        assert three.nudges("2026-03-13") == [NUDGE, f"Wed 2026-03-11 09:00 {IVAN}"]

    def test_in_the_conversation_of_a_letter_answers(self, tmp_path: Path) -> None:
        """By the provider's thread id alone: no field names the letter, and nobody knows the sender."""
        scene = Scene(tmp_path, "dana", GARY, mailbox=Threaded("dana"))
        scene.comes(Mail(sender="stranger@gmail.com", subject=f"Re: {scene.letters['dana'].subject}"))
        assert (scene.state("acme"), scene.state("globex"), scene.asks()) == (
            "answered",
            "active",
            ["answer"],
        )

    def test_of_freemail_is_linked_by_the_whole_address(self, tmp_path: Path) -> None:
        scene = Scene(tmp_path, "gary@gmail.com")
        scene.comes(Mail("2026-03-06 10:00", "stranger@gmail.com"))
        assert (scene.world.process().state.value, scene.asks()) == ("active", [])
        scene.comes(Mail("2026-03-06 11:00", "gary@gmail.com"))
        assert (scene.world.process().state.value, scene.asks()) == ("answered", ["answer"])

    def test_that_fits_two_processes_is_asked_about(self, tmp_path: Path) -> None:
        scene = Scene(tmp_path, "dana", GARY)
        scene.world.orders().name_process("globex", "Acme Labs")
        scene.comes(Mail(sender=f"Acme Labs at Acme <{LEVER}>", text=STATUS))
        assert (scene.state("acme.example"), scene.state("globex")) == ("asking", "asking")
        assert scene.asks() == ["arrival", "arrival"]
        assert all("more than one process" in question.text for question in scene.world.questions())
        assert scene.nudges("2026-03-13") == []

    def test_by_a_person_that_fits_two_processes_is_asked_about(self, tmp_path: Path) -> None:
        scene = Scene(tmp_path, "dana", GARY)
        headers = (("Reply-To", "Gary Flint <gary@globex.example>"),)
        scene.comes(Mail(headers=headers))
        assert (scene.state("acme"), scene.state("globex")) == ("asking", "asking")
        assert scene.asks() == ["arrival", "arrival"]
        assert scene.nudges("2026-03-13") == []

    @pytest.mark.parametrize("at", ["2026-03-03 10:00", "2026-03-04 14:59", "2026-03-04 15:40"])
    def test_that_came_before_the_talk_was_over_is_no_answer(self, tmp_path: Path, at: str) -> None:
        scene = Scene(tmp_path, "dana", before=(Mail(at),))
        nothing_happened(scene)

    def test_that_came_just_after_the_talk_is_one(self, tmp_path: Path) -> None:
        scene = Scene(tmp_path, "dana", before=(Mail("2026-03-04 15:51"),))
        assert (scene.state(), scene.asks(), scene.nudges()) == ("answered", ["answer"], [])


class Threaded(MemoryMailbox):
    """A mailbox whose provider says which messages are one conversation: by subject, with one person."""

    def __init__(self, local_part: str) -> None:
        super().__init__()
        self._local_part = local_part

    def _keep(self, message: Message) -> Message:
        one = message.subject.startswith("Re: ") or any(
            a.email.startswith(self._local_part) for a in message.to
        )
        return super()._keep(replace(message, thread="conversation-1" if one else f"alone-{message.id}"))


class TestABounce:
    """Two letters the same day, to two people: only the one that came back is closed."""

    @pytest.mark.parametrize("who", ["dana", "kim"])
    @pytest.mark.parametrize(
        ("recipient", "returned"),
        [("", True), ("", False), ("post@globex.example", True)],
        ids=["recipient and Message-ID", "recipient alone", "Message-ID, forwarded to another address"],
    )
    def test_is_linked_to_the_letter(self, both: Scene, who: str, recipient: str, returned: bool) -> None:
        to, about = recipient or who, who if returned else ""
        both.comes(report("2026-03-04 18:01", to, "failed", "5.1.1", about=about, returned=returned))
        stages = {name: both.stage(name) for name in ("dana", "kim")}
        assert stages == {"dana": Stage.SENT, "kim": Stage.SENT, who: Stage.BOUNCED}
        nothing_happened(both, OTHER if who == "dana" else NUDGE)

    def test_without_a_delivery_status_is_linked_by_the_letter_that_it_returns(self, both: Scene) -> None:
        """As mail systems wrote before RFC 3464, and some do today: a text and the letter."""
        letter = (("message/rfc822", "Message-ID: <LETTER>\nSubject: Thank you\n\nDear Dana,"),)
        both.comes(replace(report("2026-03-04 18:01", "dana", "failed", "5.1.1"), parts=letter, kind="mixed"))
        assert (both.stage("dana"), both.stage("kim")) == (Stage.BOUNCED, Stage.SENT)

    def test_of_one_of_two_recipients_closes_that_one(self, both: Scene) -> None:
        """RFC 3464: a report may name recipients who got the letter too."""
        failed = report("2026-03-04 18:01", "kim", "failed", "5.1.1", returned=False)
        (kind, fields), got = (
            failed.parts[0],
            "\nFinal-Recipient: rfc822; dana@acme.example\nAction: delivered\n",
        )
        both.comes(replace(failed, parts=((kind, f"{fields}{got}Status: 2.1.5\n"),)))
        assert (both.stage("dana"), both.stage("kim")) == (Stage.SENT, Stage.BOUNCED)

    def test_of_another_letter_concerns_none(self, three: Scene) -> None:
        three.comes(report("2026-03-04 18:01", "stranger@gmail.com", "failed", "5.1.1", returned=False))
        assert {three.stage(who) for who in three.letters} == {Stage.SENT}
        assert (states(three), three.asks()) == ({}, [])


class TestMyOwnMail:
    """From any of my addresses: never an answer. A letter of mine to the company moves the nudge, no more."""

    @pytest.mark.parametrize("sender", [ME, "Sam <s@lee.example>", "sam+jobs@example.com"])
    @pytest.mark.parametrize("folder", [Folder.INBOX, Folder.SENT, Folder.ARCHIVE])
    def test_is_no_answer(self, tmp_path: Path, sender: str, folder: Folder) -> None:
        me = Me(
            name="Sam Lee", addresses=(ME, "*@lee.example"), country="GB", region="ENG", zone="Europe/London"
        )
        scene = Scene(tmp_path, "dana", policy=policy(me=me))
        scene.comes(Mail(sender=sender, about="dana", thread=True, to=address("dana"), folder=folder))
        # Mon 9 + (10 11 12 13 16) = Mon 16 → Tue 17
        assert [nudge.due for nudge in scene.world.nudges()] == [scene.world.time("2026-03-17 09:00")]
        nothing_happened(scene, "Tue 2026-03-17 09:00 dana")

    def test_by_a_responder_is_nothing(self, dana: Scene) -> None:
        subject = "Automatic reply: Interview"
        nothing_happened(
            dana.comes(Mail("2026-03-09 10:00", ME, AWAY, subject, "dana", True, AUTOMATIC, address("dana")))
        )

    def test_that_is_not_sent_is_nothing(self, dana: Scene) -> None:
        nothing_happened(dana.comes(Mail(sender=ME, to="kim@acme.example", folder=Folder.DRAFTS)))


class TestAMailingList:
    LIST = (("List-Id", "<talk.lists.example>"), ("List-Post", "<mailto:talk@lists.example>"))

    @pytest.mark.parametrize("headers", [LIST, LIST[1:]], ids=["List-Id and List-Post", "List-Post"])
    def test_carries_no_answer_to_everybody(self, dana: Scene, headers: tuple[tuple[str, str], ...]) -> None:
        nothing_happened(dana.comes(Mail(to="talk@lists.example", headers=headers)))

    @pytest.mark.parametrize("thread", [True, False], ids=["in the thread", "in a new one"])
    def test_carries_one_that_is_to_me(self, dana: Scene, thread: bool) -> None:
        dana.comes(Mail(to=f"talk@lists.example, {ME}", headers=self.LIST, about="dana", thread=thread))
        assert (dana.state(), dana.asks()) == ("answered", ["answer"])


class TestAtMyOwnEmployer:
    """A colleague's mail is an answer in a letter's thread, or where it names the role."""

    BOSS = "boss@example.com"

    @pytest.fixture
    def internal(self, tmp_path: Path) -> Scene:
        scene = Scene(tmp_path, self.BOSS)
        scene.world.orders().set_process(
            scene.world.process().key, position="Data Lead", via=None, decision_by=None
        )
        return scene

    @pytest.mark.parametrize("sender", ["pat@example.com", BOSS])
    @pytest.mark.parametrize(
        ("subject", "text"),
        [("The Data Lead role", LETTER), ("Your interview", f"About the data lead job: {LETTER}")],
        ids=["subject", "text"],
    )
    def test_is_one_where_it_names_the_role(
        self, internal: Scene, sender: str, subject: str, text: str
    ) -> None:
        internal.comes(Mail(sender=sender, subject=subject, text=text))
        assert (internal.state("example.com"), internal.asks()) == ("answered", ["answer"])
        assert internal.nudges() == []

    def test_is_one_in_the_thread(self, internal: Scene) -> None:
        internal.comes(Mail(sender="pat@example.com", about=self.BOSS, thread=True))
        assert (internal.state("example.com"), internal.asks(), internal.nudges()) == (
            "answered",
            ["answer"],
            [],
        )

    @pytest.mark.parametrize(
        "sender",
        [
            "pat@example.com",
            BOSS,
        ],
    )
    def test_is_none_elsewhere(self, internal: Scene, sender: str) -> None:
        internal.comes(Mail(sender=sender, subject="Cake in the kitchen", text="Help yourselves."))
        assert (internal.state("example.com"), internal.asks()) == ("active", [])
        assert internal.nudges() == [f"Wed 2026-03-11 09:00 {self.BOSS}"]


class TestMark:
    DOUBTFUL = Mail("2026-03-06 10:00", text=AWAY, about="dana", thread=True, subject="Re: Thank you")
    NOTICE = Mail("2026-03-06 10:00", SYSTEM, STATUS)
    DONE = "2026-03-06 12:00"

    def mark(self, scene: Scene, what: str, at: str = DONE) -> None:
        """Sam answers the one open question."""
        scene.says(
            next(c for q in scene.world.questions() for c in q.answer_with.splitlines() if what in c), at
        )

    def test_human_makes_an_answer(self, dana: Scene) -> None:
        dana.comes(self.DOUBTFUL)
        self.mark(dana, "human")
        assert (dana.state(), dana.asks()) == ("answered", ["answer"])
        assert dana.nudges() == []

    def test_human_makes_an_answer_of_an_absence_note(self, dana: Scene) -> None:
        dana.comes(away(AWAY))
        dana.says("followupd mark human dana@acme.example")
        assert (dana.state(), dana.asks(), dana.nudges()) == ("answered", ["answer"], [])

    def test_auto_undoes_an_answer(self, dana: Scene) -> None:
        dana.comes(Mail("2026-03-06 10:00"))
        dana.says("followupd mark auto dana@acme.example", self.DONE)
        assert [q.state for q in dana.world.store.questions()] == [QuestionState.WITHDRAWN]
        nothing_happened(dana)

    @pytest.mark.parametrize(("who", "other"), [("dana", "Kim Novak"), ("kim", "Dana Reyes")])
    def test_auto_leaves_the_other_answer(self, dana: Scene, who: str, other: str) -> None:
        dana.comes(Mail("2026-03-06 10:00"), Mail("2026-03-06 11:00", "kim"))
        dana.says(f"followupd mark auto {who}@acme.example", self.DONE)
        assert (dana.state(), dana.asks()) == ("answered", ["answer"])
        assert dana.text().startswith(f"{other} answered")

    def test_auto_brings_back_what_silence_had_closed(self, dana: Scene) -> None:
        dana.comes(Mail("2026-03-06 10:00"))
        assert (dana.nudges("2026-03-23"), dana.state()) == ([], "closed")
        dana.says("followupd mark auto dana@acme.example", "2026-03-23 14:00")
        assert (dana.state(), dana.asks()) == ("active", [])
        assert dana.nudges("2026-03-25") == ["Tue 2026-03-24 09:00 dana"]

    def test_bounce_returns_the_letter_in_whose_thread_it_is(self, both: Scene) -> None:
        both.comes(self.DOUBTFUL)
        both.says("followupd mark bounce dana@acme.example", self.DONE)
        assert (both.stage("dana"), both.stage("kim")) == (Stage.BOUNCED, Stage.SENT)
        nothing_happened(both, OTHER)

    def test_auto_is_remembered_of_a_system(self, dana: Scene) -> None:
        dana.comes(self.NOTICE)
        self.mark(dana, "auto")
        dana.comes(Mail("2026-03-09 10:00", SYSTEM, STATUS))
        nothing_happened(dana)

    @pytest.mark.parametrize("text", [REJECTION, NEXT_STEP, OFFER], ids=["rejection", "next step", "offer"])
    def test_auto_never_hides_what_reads_like_an_answer(self, dana: Scene, text: str) -> None:
        dana.comes(self.NOTICE)
        self.mark(dana, "auto")
        dana.comes(Mail("2026-03-09 10:00", SYSTEM, text))
        assert (dana.state(), dana.asks(), dana.nudges()) == ("asking", ["arrival"], [])

    @pytest.mark.parametrize(
        "names",
        [
            (SYSTEM, SYSTEM.replace("Acme", "Globex")),
            (f"Hiring Team <{LEVER}>", f"Hiring Team <{LEVER}>"),
        ],
        ids=["another name", "the same name for both"],
    )
    def test_auto_is_remembered_for_one_company_of_a_system(
        self, tmp_path: Path, names: tuple[str, str]
    ) -> None:
        scene = Scene(tmp_path, "dana", GARY)
        scene.comes(Mail("2026-03-06 10:00", names[0], STATUS, "Acme: your application"))
        self.mark(scene, "auto")
        scene.comes(Mail("2026-03-09 10:00", names[1], STATUS, "Globex: your application"))
        assert (scene.state("acme"), scene.state("globex"), scene.asks()) == ("active", "asking", ["arrival"])

    def test_human_is_remembered(self, dana: Scene) -> None:
        dana.comes(self.NOTICE)
        self.mark(dana, "human")
        dana.obey(1, "2026-03-06 13:00")
        dana.comes(Mail("2026-03-09 10:00", SYSTEM, STATUS))
        assert (dana.state(), dana.asks(), dana.nudges()) == ("answered", ["answer"], [])

    def test_auto_is_not_remembered_of_what_a_person_surely_writes(self, dana: Scene) -> None:
        dana.comes(self.DOUBTFUL)
        self.mark(dana, "auto")
        dana.comes(Mail("2026-03-09 10:00", about="dana", thread=True))
        assert (dana.state(), dana.asks(), dana.nudges()) == ("answered", ["answer"], [])

    def test_human_is_not_remembered_of_what_is_surely_a_bounce(self, both: Scene) -> None:
        both.comes(
            Mail("2026-03-06 10:00", POST, "Your mailbox moves on Sunday.", "A note", "dana", thread=True)
        )
        self.mark(both, "human")
        both.obey(1, "2026-03-06 13:00")
        both.comes(report("2026-03-06 14:00", "dana", "failed", "5.1.1"))
        assert both.stage("dana") is Stage.BOUNCED
        nothing_happened(both, "Tue 2026-03-17 09:00 kim")  # Fri 6 + (9 10 11 12 13) = Fri 13 → Tue 17

    def test_human_is_not_remembered_of_what_is_surely_an_absence_note(self, dana: Scene) -> None:
        dana.comes(self.DOUBTFUL)
        self.mark(dana, "human")
        dana.obey(1, "2026-03-06 13:00")
        dana.comes(away("I am out of the office until 20 March.", "2026-03-06 14:00"))
        # until Fri 20 → back Mon 23 + (24 25)
        assert (dana.state(), dana.asks(), dana.nudges("2026-03-26")) == (
            "active",
            [],
            ["Wed 2026-03-25 09:00 dana"],
        )
