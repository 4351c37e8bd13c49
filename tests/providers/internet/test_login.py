"""Signing in with passwords: what is asked for, offered and kept, at servers that only take or refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from followupd.errors import ProviderError, Refused, SignInNeeded, Unavailable, UsageError
from followupd.providers.base import SignInWay
from followupd.providers.internet.login import ATTEMPTS, PasswordSignIn
from followupd.providers.internet.passwords import Passwords
from followupd.providers.internet.proof import Proof
from followupd.providers.internet.server import Server

NOW = datetime(2026, 3, 5, 10, tzinfo=UTC)
RIGHT = "right"


def imap(host: str = "imap.fastmail.com", user: str = "sam@fastmail.com", command: str = "") -> Server:
    return Server(kind="imap", host=host, port=993, user=user, command=command)


def caldav(host: str = "caldav.fastmail.com", user: str = "sam@fastmail.com", command: str = "") -> Server:
    return Server(kind="caldav", host=host, port=443, user=user, command=command)


class Kept:
    """Where the passwords lie."""

    def __init__(self) -> None:
        self.secret: bytes | None = None

    def read(self) -> bytes | None:
        return self.secret

    def write(self, secret: bytes) -> None:
        self.secret = secret

    def delete(self) -> bool:
        was_there, self.secret = self.secret is not None, None
        return was_there


class Person:
    """Somebody who types these passwords, one after the other."""

    def __init__(self, *typed: str) -> None:
        self.typing: Iterator[str] = iter(typed)
        self.told: list[str] = []
        self.asked: list[str] = []

    def say(self, words: str) -> None:
        self.told.append(words)

    def ask(self, question: str) -> str:
        raise AssertionError(f"a password must be hidden: {question}")

    def ask_hidden(self, question: str) -> str:
        self.asked.append(question)
        try:
            return next(self.typing)
        except StopIteration:
            raise UsageError("no password came.") from None

    def agrees(self, question: str) -> bool:
        raise AssertionError(question)


class Desk:
    """An account with these servers. `takes` is the password that all take; `tried` is what was shown to whom."""

    def __init__(self, *servers: Server, takes: str = RIGHT) -> None:
        self.servers, self.takes, self.kept = servers, takes, Kept()
        self.tried: list[tuple[str, str]] = []
        self.broken: dict[str, ProviderError] = {}

    def tries(self, server: Server, proof: Proof, now: datetime) -> Iterator[str]:
        assert now == NOW
        password = proof.secret()
        self.tried.append((server.host, password))
        if server.host in self.broken:
            raise self.broken[server.host]
        if password != self.takes:
            raise proof.refused("Authentication failed.")
        yield f"{server.host} lets {server.user} in."

    def sign_in(self) -> PasswordSignIn:
        return PasswordSignIn(
            account="personal",
            secret=self.kept,
            uses=["calendar", "mailbox"],
            servers=self.servers,
            tries=self.tries,
        )

    def login(self, *typed: str, taken: tuple[str, ...] = ()) -> Person:
        person = Person(*typed)
        self.sign_in().login(person, SignInWay(), taken, NOW)
        assert all(RIGHT not in words for words in (*person.told, *person.asked))
        return person

    def known(self, server: Server) -> str:
        return Passwords.of(self.kept).get(server)


def test_a_password_is_tried_at_its_server_and_kept() -> None:
    desk = Desk(imap())
    person = desk.login(RIGHT)
    assert person.asked == ["Password of sam@fastmail.com at imap.fastmail.com"]
    assert any("Fastmail wants an app password here" in words for words in person.told)
    assert person.told[-1] == "imap.fastmail.com lets sam@fastmail.com in."
    assert desk.known(imap()) == RIGHT
    assert desk.sign_in().is_kept()
    assert desk.sign_in().check(NOW) == ["imap.fastmail.com lets sam@fastmail.com in."]


def test_mail_is_asked_for_first_and_enter_takes_its_password_for_the_calendar_of_the_same_house() -> None:
    desk = Desk(caldav(), imap())
    person = desk.login(RIGHT, "")
    assert [host for host, _ in desk.tried] == ["imap.fastmail.com", "caldav.fastmail.com"]
    assert person.asked[1] == (
        "Password of sam@fastmail.com at caldav.fastmail.com (Enter: the same as at imap.fastmail.com)"
    )
    assert desk.known(caldav()) == RIGHT


@pytest.mark.parametrize(
    ("mail", "calendar"),
    [
        (imap("imap.mail.me.com"), caldav("caldav.icloud.com")),  # one service, two domains
        (imap("imap.lee.example"), caldav("dav.lee.example")),
        (imap("mail.lee.example"), caldav("mail.lee.example")),
    ],
)
def test_the_same_is_offered_within_one_house(mail: Server, calendar: Server) -> None:
    desk = Desk(mail, calendar)
    desk.login(RIGHT, "")
    assert desk.known(calendar) == RIGHT


@pytest.mark.parametrize(
    ("mail", "calendar"),
    [
        (imap("imap.lee.example"), caldav("dav.kim.example")),
        (imap("imap.lee.example"), caldav("dav.lee.example", user="somebody else")),
        (imap("sam.github.io"), caldav("kim.github.io")),  # each is somebody else's
    ],
)
def test_another_house_is_never_offered_the_password(mail: Server, calendar: Server) -> None:
    desk = Desk(mail, calendar)
    with pytest.raises(UsageError):
        desk.login(RIGHT, "", "")
    assert [host for host, _ in desk.tried] == [mail.host]
    assert desk.kept.secret is None


def test_a_wrong_one_may_be_typed_again_and_after_three_nothing_is_kept() -> None:
    desk = Desk(imap())
    person = desk.login("wrong", "", RIGHT)
    assert (
        "does not take the password of sam@fastmail.com and says “Authentication failed.”" in person.told[-3]
    )
    assert "followupd login" not in person.told[-3]  # that is what runs just now
    desk = Desk(imap())
    with pytest.raises(SignInNeeded, match=r"imap\.fastmail\.com does not take the password"):
        desk.login(*["wrong"] * ATTEMPTS, RIGHT)
    assert len(desk.tried) == ATTEMPTS
    assert desk.kept.secret is None


def test_nothing_typed_three_times_is_told() -> None:
    with pytest.raises(Refused, match=r"no password was given for sam@fastmail.com at .*Nothing was kept"):
        Desk(imap()).login("", "", "")


@pytest.mark.parametrize("kind", [Refused, Unavailable])
def test_what_fails_at_the_second_server_keeps_nothing_of_the_first(kind: type[ProviderError]) -> None:
    desk = Desk(imap(), caldav())
    desk.broken["caldav.fastmail.com"] = kind("the certificate is wrong.")
    with pytest.raises(kind, match=r"the certificate is wrong. Nothing was kept\."):
        desk.login(RIGHT, "")
    assert desk.kept.secret is None


def test_one_that_is_kept_and_still_taken_is_not_asked_for() -> None:
    desk = Desk(imap())
    desk.login(RIGHT)
    before = desk.kept.secret
    desk.servers = (imap(), caldav())
    assert not desk.sign_in().is_kept()
    person = desk.login(RIGHT)
    assert [question.partition(" (")[0] for question in person.asked] == [
        "Password of sam@fastmail.com at caldav.fastmail.com"
    ]
    assert desk.sign_in().is_kept()
    assert before != desk.kept.secret
    assert Passwords.of(desk.kept).signed_in == NOW.isoformat()  # so that one that rests is tried again


def test_one_that_is_kept_and_refused_is_asked_for_anew() -> None:
    desk = Desk(imap())
    desk.login(RIGHT)
    desk.takes = "new"
    person = desk.login("new")
    assert any(
        words.startswith("The password that is kept: imap.fastmail.com does not") for words in person.told
    )
    assert desk.known(imap()) == "new"


def test_a_server_that_is_gone_from_the_config_loses_its_password() -> None:
    desk = Desk(imap(), caldav())
    desk.login(RIGHT, "")
    desk.servers = (imap(),)
    desk.login()
    assert desk.known(caldav()) == ""


def test_two_calendars_of_one_server_need_one_password() -> None:
    other = Server(kind="feed", host="caldav.fastmail.com", port=443, user="sam@fastmail.com")
    desk = Desk(caldav(), other)
    assert len(desk.login(RIGHT).asked) == 1
    assert len(desk.tried) == 2  # each is asked for what it has


def test_a_command_is_run_and_nothing_is_asked_for_or_kept() -> None:
    desk = Desk(imap(command=f"echo {RIGHT}"), caldav(command=f"echo {RIGHT}"))
    assert desk.sign_in().is_kept()
    person = desk.login()
    assert person.asked == []
    assert desk.kept.secret is None
    assert [host for host, _ in desk.tried] == ["imap.fastmail.com", "caldav.fastmail.com"]


def test_the_mailbox_of_another_account_is_refused_before_anything_is_asked() -> None:
    desk = Desk(imap("Mail.Example", user="Sam"))
    assert desk.sign_in().who() == "sam@mail.example"
    with pytest.raises(Refused, match="is the mailbox of another account"):
        desk.login(RIGHT, taken=("sam@mail.example",))
    assert desk.tried == []
    assert Desk(imap()).sign_in().who() == "sam@fastmail.com"
    assert Desk(caldav()).sign_in().who() == ""


def test_a_logout_says_what_it_did() -> None:
    desk = Desk(imap())
    assert desk.sign_in().logout() == "No password was kept here."
    desk.login(RIGHT)
    assert desk.sign_in().logout().startswith("Its passwords were deleted here.")
    assert desk.kept.secret is None


def test_passwords_that_can_t_be_opened_any_more_are_replaced() -> None:
    desk = Desk(imap())
    desk.kept.secret = b"of another version"
    desk.login(RIGHT)
    assert desk.known(imap()) == RIGHT
