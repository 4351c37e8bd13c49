"""Questions that may never be answered: the bound, and what is left behind. Played without a clock to wait for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from followupd.credentials import Vault
from followupd.credentials import ring as keyrings
from followupd.credentials.bounded import NoAnswer, OneAtATime
from followupd.errors import SignInNeeded
from tests.credentials.kit import SECRET, Plug, Ring

NOT_LONG = 0.05  # seconds: for what never answers
LONG = 20.0


@pytest.fixture
def questions() -> OneAtATime:
    return OneAtATime()


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    """Set to let what hangs go on."""
    event = threading.Event()
    yield event
    event.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(LONG)


def asking() -> int:
    return sum(thread.name == "keyring" for thread in threading.enumerate())


class TestAQuestion:
    def test_returns_its_answer_and_raises_its_error(self, questions: OneAtATime) -> None:
        def fails() -> None:
            raise ValueError("its own")

        assert questions.ask(lambda: 7, LONG) == 7
        with pytest.raises(ValueError, match="its own"):
            questions.ask(fails, LONG)
        assert questions.ask(lambda: None, LONG) is None

    def test_its_own_error_of_time_is_not_taken_for_no_answer(self, questions: OneAtATime) -> None:
        def fails() -> None:
            raise TimeoutError

        with pytest.raises(TimeoutError):
            questions.ask(fails, LONG)

    def test_without_an_answer_leaves_one_thread_however_often_it_is_asked(
        self, questions: OneAtATime, stuck: threading.Event
    ) -> None:
        asked: list[int] = []

        def hangs() -> None:
            asked.append(1)
            stuck.wait(LONG)

        for _ in range(50):
            with pytest.raises(NoAnswer):
                questions.ask(hangs, NOT_LONG)
        assert (len(asked), asking()) == (1, 1)

    def test_is_asked_again_when_the_one_before_has_ended_at_last(
        self, questions: OneAtATime, stuck: threading.Event
    ) -> None:
        with pytest.raises(NoAnswer):
            questions.ask(lambda: stuck.wait(LONG), NOT_LONG)
        (thread,) = (one for one in threading.enumerate() if one.name == "keyring")
        stuck.set()
        thread.join(LONG)
        assert questions.ask(lambda: "answered", LONG) == "answered"

    def test_waits_for_its_turn_while_the_one_before_is_in_time(
        self, questions: OneAtATime, stuck: threading.Event
    ) -> None:
        begun = threading.Event()
        answers: list[str] = []

        def slow() -> str:
            begun.set()
            stuck.wait(LONG)
            return "first"

        first = threading.Thread(target=lambda: answers.append(questions.ask(slow, LONG)))
        second = threading.Thread(target=lambda: answers.append(questions.ask(lambda: "second", LONG)))
        first.start()
        begun.wait(LONG)
        second.start()
        assert answers == []
        stuck.set()
        first.join(LONG)
        second.join(LONG)
        assert sorted(answers) == ["first", "second"]

    def test_that_finds_no_thread_does_not_keep_the_next_from_being_asked(
        self, questions: OneAtATime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:

            def none_left(_: threading.Thread) -> None:
                raise RuntimeError("can't start new thread")

            patched.setattr(threading.Thread, "start", none_left)
            with pytest.raises(RuntimeError):
                questions.ask(lambda: 1, LONG)
        assert questions.ask(lambda: 2, LONG) == 2


class TestAKeyringThatHangs:
    def test_is_told_as_probably_locked_and_noticed_when_it_answers(
        self, state: Path, plugged: Plug, stuck: threading.Event, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Hanging(Ring):
            __module__ = Ring.__module__
            hangs = False

            def get_password(self, service: str, user: str) -> str | None:
                if self.hangs:
                    stuck.wait(LONG)
                return super().get_password(service, user)

        keyring = Hanging()
        plugged(keyring)
        Vault(state).write("work", SECRET)
        keyring.hangs, before = True, keyring.asked
        vault = Vault(state)
        monkeypatch.setattr(keyrings, "SECONDS", NOT_LONG)
        for _ in range(10):
            with pytest.raises(SignInNeeded, match=r"does not answer.*probably locked"):
                vault.read("work")
        assert asking() == 1
        (thread,) = (one for one in threading.enumerate() if one.name == "keyring")
        monkeypatch.setattr(keyrings, "SECONDS", LONG)
        stuck.set()
        thread.join(LONG)
        assert vault.read("work") == SECRET
        assert keyring.asked == before + 2

    def test_is_given_longer_where_somebody_can_type_a_password(
        self, state: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given: list[float] = []
        ask = keyrings._questions.ask

        def noted(question: object, seconds: float) -> object:
            given.append(seconds)
            return ask(question, seconds)  # type: ignore[arg-type]  any question

        monkeypatch.setattr(keyrings._questions, "ask", noted)
        Vault(state).where()
        assert set(given) == {20.0}
        given.clear()
        monkeypatch.setattr("sys.stdin", Terminal())
        Vault(state).where()
        assert set(given) == {120.0}

    @pytest.mark.parametrize("stdin", [None, "closed"])
    def test_is_given_the_shorter_time_where_there_is_no_standard_input(
        self, state: Path, ring: Ring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stdin: str | None
    ) -> None:
        if stdin:
            with (tmp_path / "in").open("w+") as closed:
                pass
        monkeypatch.setattr("sys.stdin", closed if stdin else None)
        assert Vault(state).where() == "the keyring (SecretService)"


class Terminal:
    @staticmethod
    def isatty() -> bool:
        return True
