"""Which processes a message is linked to, and what the user said of its sender: one call each, on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.core.model import (
    Address,
    Arrival,
    ArrivalClass,
    Confidence,
    Folder,
    HiringProcess,
    Judgement,
    Message,
    Person,
    ProcessState,
)
from followupd.linking import Linking, domains_of, senders_of
from followupd.providers.mimetext import addresses
from followupd.store import Store
from tests.world import policy

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ME = Address("sam@example.com", "Sam Lee")
STRANGER = Address("pat@elsewhere.example", "Pat Moss")
SYSTEM = Address("no-reply@us.greenhouse-mail.io", "Acme Bakery")
MESSAGE = Message(
    id="1",
    folder=Folder.INBOX,
    date=NOW,
    received=NOW,
    sender=STRANGER,
    to=(ME,),
    subject="Hello",
    text="Hello",
)
HUMAN = Judgement(kind=ArrivalClass.HUMAN, reason="a person")
UNSURE = Judgement(kind=ArrivalClass.UNSURE, confidence=Confidence.DOUBTFUL, reason="who knows")


class Scene:
    """Three companies; what a message of some shape is linked to."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.linking = Linking(self.store, policy())
        self.process("acme", "Acme Bakery", "acme.example")
        self.process("globex", "Globex", "globex.example")
        self.process("initech", "Initech", "initech.example", state=ProcessState.CLOSED)

    def process(self, key: str, name: str, *domains: str, **more: object) -> None:
        """Stores a process; its only person is dana@ at its first domain."""
        people = (Person(address=f"dana@{domains[0]}"),) if domains else ()
        fields = {"key": key, "organisation": name, "domains": domains, "since": NOW, "people": people}
        with self.store.transaction():
            self.store.put_process(HiringProcess(**{**fields, **more}))  # type: ignore[arg-type]

    def link(self, process: str, kind: str, *values: str) -> None:
        with self.store.transaction():
            self.store.link(process, kind, values)

    def mark(
        self, said: str, sender: Address = STRANGER, day: int = 0, judgement: Judgement = UNSURE
    ) -> None:
        """An earlier message of that sender, of which the user said what it is."""
        with self.store.transaction():
            self.store.put_arrival(
                Arrival(
                    id=f"{said}-{day}-{sender.name}",
                    process="acme",
                    account="personal",
                    message_id="",
                    received=NOW - timedelta(days=day + 1),
                    sender=sender.email,
                    sender_name=sender.name,
                    judgement=judgement,
                    marked=said,
                )
            )

    def linked(self, judgement: Judgement = HUMAN, **changes: Any) -> tuple[list[str], bool]:
        return self.linking.of_arrival(replace(MESSAGE, **changes), judgement)

    def keys(self, judgement: Judgement = HUMAN, **changes: Any) -> list[str]:
        return self.linked(judgement, **changes)[0]

    def said(self, judgement: Judgement, process: str = "acme", **changes: Any) -> Judgement:
        return self.linking.as_said_before(replace(MESSAGE, **changes), judgement, process)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


class TestWhatComesIn:
    @pytest.mark.parametrize(
        "changes",
        [
            {"in_reply_to": ("letter@example.com",)},
            {"references": ("first@example.com", "letter@example.com", "last@example.com")},
            {"thread": "letter@example.com"},
        ],
    )
    def test_is_linked_by_what_it_answers_before_all_else(
        self, scene: Scene, changes: dict[str, Any]
    ) -> None:
        scene.link("globex", "reference", "letter@example.com")
        assert scene.linked(**changes, sender=Address("dana@acme.example")) == (["globex"], False)

    def test_is_linked_by_the_letter_that_it_returns(self, scene: Scene) -> None:
        scene.link("globex", "reference", "letter@example.com")
        judgement = Judgement(kind=ArrivalClass.BOUNCE, about="letter@example.com", reason="")
        assert scene.linked(judgement) == (["globex"], False)

    def test_that_answers_letters_of_two_is_in_no_doubt(self, scene: Scene) -> None:
        scene.link("globex", "reference", "letter@example.com")
        scene.link("acme", "reference", "other@example.com")
        assert scene.linked(in_reply_to=("letter@example.com", "other@example.com")) == (
            ["acme", "globex"],
            False,
        )

    def test_answers_a_process_though_it_is_closed(self, scene: Scene) -> None:
        scene.link("initech", "reference", "letter@example.com")
        assert scene.keys(in_reply_to=("letter@example.com",)) == ["initech"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"sender": Address("dana@globex.example")},
            {"sender": Address("Dana+jobs@Globex.example")},
            {"sender": Address("pat@globex.example")},
            {"sender": Address("pat@mail.globex.example")},
            {"reply_to": (Address("pat@globex.example"),)},
            {"reply_to": (ME, Address("dana@globex.example"))},
            {"sender": None, "reply_to": (Address("dana@globex.example"),)},
            {"sender": replace(SYSTEM, name="Globex")},
            {"sender": SYSTEM, "subject": "Your talk at Globex"},
        ],
    )
    def test_is_linked_by_whom_it_is_from(self, scene: Scene, changes: dict[str, Any]) -> None:
        if changes.get("subject"):
            changes = {**changes, "sender": replace(SYSTEM, name="Hiring")}
        assert scene.linked(**changes) == (["globex"], False)

    def test_is_linked_by_the_recipient_that_failed(self, scene: Scene) -> None:
        judgement = Judgement(kind=ArrivalClass.BOUNCE, bounced=("dana@globex.example",), reason="")
        assert scene.linked(judgement, sender=Address("mailer-daemon@mx.example")) == (["globex"], False)

    def test_is_not_linked_by_the_domain_of_a_recipient_that_failed(self, scene: Scene) -> None:
        judgement = Judgement(kind=ArrivalClass.BOUNCE, bounced=("kim@globex.example",), reason="")
        assert scene.keys(judgement, sender=Address("mailer-daemon@mx.example")) == []

    def test_is_linked_by_the_person_before_the_company(self, scene: Scene) -> None:
        scene.link("globex", "address", "pat@acme.example")
        assert scene.linked(sender=Address("pat@acme.example")) == (["globex"], False)

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"subject": "Globex", "text": "Globex"},
            {"sender": Address("dana@globex.example.net")},
            {"sender": Address("dana@notglobex.example")},
            {"sender": Address("dana@example")},
            {"sender": None},
            {"to": (Address("dana@globex.example"),)},
            {"sender": replace(SYSTEM, name="Globexia")},
            {"sender": replace(SYSTEM, name="Un-Globex")},
            {"sender": replace(SYSTEM, name="Hiring"), "text": "a " * 150 + "Globex"},
            {"sender": replace(SYSTEM, name="Hiring"), "text": "Hello\n> Globex wrote"},
        ],
    )
    def test_that_names_nobody_known_is_linked_to_none(self, scene: Scene, changes: dict[str, Any]) -> None:
        assert scene.linked(**changes) == ([], False)

    def test_of_a_system_is_linked_by_its_first_lines(self, scene: Scene) -> None:
        assert scene.keys(
            sender=replace(SYSTEM, name="Hiring"), text="Thank you for talking with Globex."
        ) == ["globex"]

    def test_of_a_scheduler_is_linked_by_nothing_that_it_names(self, scene: Scene) -> None:
        """They write for everybody, and are not watched where watching costs requests."""
        sender = Address("notifications@calendly.com", "Calendly")
        assert scene.keys(sender=sender, text="A time with Globex.") == []

    @pytest.mark.parametrize("text", ["By monday you know more.", "We saw globex, too."])
    def test_of_a_system_is_not_linked_by_a_word_that_is_no_name(self, scene: Scene, text: str) -> None:
        assert scene.keys(sender=replace(SYSTEM, name="Hiring"), subject=text, text=text) == []

    def test_of_a_system_whose_replies_go_elsewhere_concerns_nothing(self, scene: Scene) -> None:
        sender, reply_to = replace(SYSTEM, name="Globex"), (Address("ada@umbrella.example"),)
        assert scene.keys(sender=sender, reply_to=reply_to) == []

    def test_auto_hides_nothing_that_is_unclear_for_another_reason(self, scene: Scene) -> None:
        scene.mark("auto", judgement=replace(UNSURE, reason="it reads like an absence note"))
        assert scene.said(UNSURE) is UNSURE

    def test_of_a_system_is_linked_by_whom_it_answers_for_before_what_it_names(self, scene: Scene) -> None:
        sender, reply_to = replace(SYSTEM, name="Globex"), (Address("dana@acme.example"),)
        assert scene.linked(sender=sender, reply_to=reply_to) == (["acme"], False)

    def test_that_fits_two_is_in_doubt(self, scene: Scene) -> None:
        scene.link("acme", "address", "kim@agency.example")
        scene.link("globex", "address", "kim@agency.example")
        assert scene.linked(sender=Address("kim@agency.example")) == (["acme", "globex"], True)

    def test_concerns_the_living_before_the_closed(self, scene: Scene) -> None:
        scene.link("acme", "address", "kim@agency.example")
        scene.link("initech", "address", "kim@agency.example")
        assert scene.linked(sender=Address("kim@agency.example")) == (["acme"], False)
        assert scene.linked(sender=Address("dana@initech.example")) == (["initech"], False)

    def test_on_a_list_concerns_nobody_unless_it_is_written_to_me(self, scene: Scene) -> None:
        listed, dana = replace(HUMAN, sub_kind="list"), Address("dana@acme.example")
        everybody = Address("talk@lists.example")
        assert scene.keys(listed, sender=dana, to=(everybody,)) == []
        assert scene.keys(listed, sender=dana, to=(everybody,), cc=(ME,)) == ["acme"]
        assert scene.keys(listed, sender=dana, to=(ME,)) == ["acme"]
        assert scene.keys(HUMAN, sender=dana, to=(everybody,)) == ["acme"]

    def test_on_a_list_concerns_who_is_answered(self, scene: Scene) -> None:
        scene.link("acme", "reference", "letter@example.com")
        listed = replace(HUMAN, sub_kind="list")
        assert scene.keys(listed, in_reply_to=("letter@example.com",), to=()) == ["acme"]

    @pytest.mark.parametrize(
        ("changes", "keys"),
        [
            ({"subject": "The Head Baker role"}, ["mine"]),
            ({"text": "We spoke of the head baker today."}, ["mine"]),
            ({"text": "Lunch?"}, []),
        ],
    )
    def test_by_a_colleague_concerns_the_role_that_it_names(
        self, scene: Scene, changes: dict[str, Any], keys: list[str]
    ) -> None:
        scene.process("mine", "Example", "example.com", internal=True, position="Head Baker")
        assert scene.keys(sender=Address("kim@example.com"), **changes) == keys
        assert scene.keys(sender=Address("dana@example.com"), text="Lunch?") == ["mine"]

    def test_by_a_colleague_concerns_nothing_where_no_role_is_known(self, scene: Scene) -> None:
        scene.process("mine", "Example", "example.com", internal=True)
        assert scene.keys(sender=Address("kim@example.com")) == []


class TestMyLetter:
    def test_is_linked_by_thread_person_and_company(self, scene: Scene) -> None:
        scene.link("initech", "reference", "first@example.com")
        letter = replace(MESSAGE, message_id="own@example.com", references=("first@example.com",))
        scene.link("acme", "address", "kim@agency.example")
        found = scene.linking.of_letter(letter, ["kim@agency.example", "kim@mail.globex.example"])
        assert found == ["acme", "globex", "initech"]

    @pytest.mark.parametrize(
        "changes",
        [
            {"message_id": "first@example.com"},
            {"made_as": "first@example.com"},
            {"in_reply_to": ("first@example.com",)},
            {"references": ("first@example.com",)},
        ],
    )
    def test_is_linked_by_each_id_that_it_carries(self, scene: Scene, changes: dict[str, Any]) -> None:
        scene.link("initech", "reference", "first@example.com")
        assert scene.linking.of_letter(replace(MESSAGE, **changes), []) == ["initech"]

    def test_without_an_id_is_linked_to_none(self, scene: Scene) -> None:
        scene.link("initech", "reference", "")
        assert scene.linking.of_letter(MESSAGE, []) == []


class TestWhatTheUserSaid:
    NOTICE = Judgement(kind=ArrivalClass.NOTICE, reason="from an address that nobody reads")

    @pytest.mark.parametrize("before", [UNSURE, NOTICE, replace(UNSURE, sub_kind="offer")])
    def test_human_makes_a_person_of_who_is_in_doubt(self, scene: Scene, before: Judgement) -> None:
        scene.mark("human")
        found = scene.said(before)
        assert (found.kind, found.sub_kind, found.confidence) == ("human", before.sub_kind, Confidence.LIKELY)
        assert found.reason == "you said of an earlier message from this sender that it was human"

    @pytest.mark.parametrize("before", [UNSURE, NOTICE, replace(UNSURE, sub_kind="courtesy")])
    def test_auto_makes_an_acknowledgement_of_what_says_nothing(
        self, scene: Scene, before: Judgement
    ) -> None:
        scene.mark("auto", judgement=before)
        found = scene.said(before)
        assert (found.kind, found.sub_kind, found.confidence) == (
            "auto_reply",
            "acknowledgement",
            Confidence.LIKELY,
        )

    @pytest.mark.parametrize("sub_kind", ["offer", "rejection", "next_step"])
    def test_auto_hides_nothing_that_reads_like_an_answer(self, scene: Scene, sub_kind: str) -> None:
        scene.mark("auto")
        before = replace(UNSURE, sub_kind=sub_kind)
        assert scene.said(before) is before

    @pytest.mark.parametrize("said", ["human", "auto"])
    @pytest.mark.parametrize(
        "before",
        [
            *[
                replace(HUMAN, kind=kind)
                for kind in ArrivalClass
                if kind not in {ArrivalClass.UNSURE, ArrivalClass.NOTICE}
            ],
            replace(NOTICE, sub_kind="receipt"),
            replace(NOTICE, sub_kind="complaint"),
        ],
    )
    def test_changes_nothing_that_is_sure_or_settled(
        self, scene: Scene, said: str, before: Judgement
    ) -> None:
        scene.mark(said)
        assert scene.said(before) is before

    def test_the_newest_word_wins_over_what_was_remembered(self, scene: Scene) -> None:
        scene.mark("human", day=2)
        remembered = replace(
            UNSURE, reason="you said of an earlier message from this sender that it was human"
        )
        scene.mark("auto", day=1, judgement=remembered)
        assert scene.said(UNSURE).kind == "auto_reply"

    def test_bounce_is_said_of_one_message_only(self, scene: Scene) -> None:
        scene.mark("bounce")
        assert scene.said(UNSURE) is UNSURE

    def test_holds_for_the_sender_whatever_the_tag(self, scene: Scene) -> None:
        scene.mark("human")
        assert scene.said(UNSURE, sender=Address("Pat+x@Elsewhere.example")).kind == "human"
        assert scene.said(UNSURE, sender=Address("kim@elsewhere.example")) is UNSURE
        assert scene.said(UNSURE, sender=None) is UNSURE

    def test_is_the_latest_word(self, scene: Scene) -> None:
        scene.mark("auto", day=1)
        scene.mark("human", day=0)
        scene.mark("auto", day=2)
        assert scene.said(UNSURE).kind == "human"

    def test_of_a_system_holds_for_the_process_of_which_it_was_said(self, scene: Scene) -> None:
        scene.mark("auto", SYSTEM, judgement=self.NOTICE)
        assert scene.said(self.NOTICE, sender=SYSTEM).kind == "auto_reply"
        assert scene.said(self.NOTICE, sender=replace(SYSTEM, name="Acme")).kind == "auto_reply"
        assert scene.said(self.NOTICE, "globex", sender=SYSTEM) is self.NOTICE

    def test_of_a_person_holds_in_every_process(self, scene: Scene) -> None:
        scene.mark("human")
        assert scene.said(UNSURE, "globex").kind == "human"

    def test_of_a_person_holds_whatever_the_name(self, scene: Scene) -> None:
        scene.mark("human")
        assert scene.said(UNSURE, sender=replace(STRANGER, name="P. Moss")).kind == "human"


class TestAddresses:
    def test_of_a_message_are_those_of_from_and_reply_to_in_one_form(self) -> None:
        message = replace(
            MESSAGE, reply_to=(Address("Pat+x@Elsewhere.example"), Address("kim@acme.example"), Address("x"))
        )
        assert senders_of(message) == ("pat@elsewhere.example", "kim@acme.example")

    def test_lie_in_their_domain_and_those_above_but_for_the_top(self) -> None:
        assert domains_of(["a@mail.acme.example", "b@globex.example", "c"]) == [
            "mail.acme.example",
            "acme.example",
            "globex.example",
        ]

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("dana@acme.example", [("dana@acme.example", "")]),
            ("Dana Reyes <Dana@Acme.example>", [("dana@acme.example", "Dana Reyes")]),
            ('"Reyes, Dana" <dana@acme.example>', [("dana@acme.example", "Reyes, Dana")]),
            ("Reyes, Dana <dana@acme.example>", [("dana@acme.example", "Reyes, Dana")]),
            ("dana@acme.example (Dana Reyes)", [("dana@acme.example", "Dana Reyes")]),
            (
                "a@x.example, B <b@x.example>; c@x.example",
                [("a@x.example", ""), ("b@x.example", "B"), ("c@x.example", "")],
            ),
            ("Team: a@x.example, b@x.example;", [("a@x.example", ""), ("b@x.example", "")]),
            ("undisclosed-recipients:;", []),
            ("<@mx.example,@my.example:dana@acme.example>", [("dana@acme.example", "")]),
            ("<mailto:dana@acme.example>", [("dana@acme.example", "")]),
            ("=?utf-8?q?Jos=C3=A9?= <jose@acme.example>", [("jose@acme.example", "José")]),
            ('"a" b, c@x.example', [("c@x.example", "")]),
            ("MAILER-DAEMON", [("mailer-daemon", "")]),
            ("", []),
            ("<>", []),
        ],
    )
    def test_are_read_from_a_field(self, value: str, expected: list[tuple[str, str]]) -> None:
        assert [(found.email, found.name) for found in addresses(value)] == expected

    def test_are_bounded(self) -> None:
        assert len(addresses("a@x.example," * 5_000)) == 1_000
        assert len(addresses("a" * 5_000 + "@x.example")[0].email) == 320
