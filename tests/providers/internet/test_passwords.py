"""Who the user is at a server: kept passwords, what commands print, access tokens; and the words of a refusal."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from followupd.errors import SignInNeeded
from followupd.providers.internet import command as commands
from followupd.providers.internet.command import CommandFailed, printed
from followupd.providers.internet.passwords import RESTS, PasswordProof, Passwords, TokenProof
from followupd.providers.internet.server import Command, Server
from followupd.providers.kept import Held

PASSWORD = "s3cret pässword "  # the last blank is part of it


def server(
    host: str = "imap.example.com", command: Command = (), user: str = "sam", port: int = 993
) -> Server:
    return Server(kind="imap", host=host, port=port, user=user, command=command)


class Desk:
    """One proof, the clock that it goes by, and where its password lies."""

    def __init__(self, at: Server | None = None, password: str = PASSWORD) -> None:
        self.server, self.now, self.kept = at or server(), 0.0, Held(b"")
        self.keep(password)
        self.proof = PasswordProof("personal", self.server, self.kept, lambda: self.now)

    def keep(self, password: str, signed_in: str = "") -> None:
        known = Passwords(signed_in=signed_in)
        known.set(self.server, password)
        self.kept.write(known.to_bytes())

    def refused(self, said: str = "Authentication failed.") -> str:
        """As a connection does it: twice asked, once tried."""
        first = self.proof.secret()
        assert self.proof.secret(renewed=True) == first
        return str(self.proof.refused(said))


# --- kept ---------------------------------------------------------------------------------------


def test_the_kept_password_is_given_to_its_server_and_user_alone() -> None:
    desk = Desk()
    assert (desk.proof.secret(), desk.proof.user, desk.proof.scheme) == (PASSWORD, "sam", "password")
    for other in (server("imap.evil.example"), server(user="kim"), server(port=143)):
        with pytest.raises(SignInNeeded, match=r"no password yet for .* Run `followupd login personal`"):
            PasswordProof("personal", other, desk.kept).secret()


def test_no_password_shows_where_objects_are_shown() -> None:
    desk = Desk(server(command=f"echo {PASSWORD}"))
    shown = repr([desk.server, desk.proof, Passwords({("a", "b"): PASSWORD})])
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    "data", [b"", b"x", b"[]", b"{}", b'{"passwords": [["a"]]}', b'{"passwords": 3}', b"\xff"]
)
def test_what_is_no_passwords_is_told(data: bytes) -> None:
    with pytest.raises(SignInNeeded, match=r"the kept passwords can't be understood\. `followupd login`"):
        Passwords.of(Held(data))


def test_a_refused_password_is_not_shown_to_the_server_again_for_an_hour() -> None:
    desk = Desk()
    words = desk.refused()
    for later in (0.0, 300.0, RESTS - 1):
        desk.now = later
        with pytest.raises(SignInNeeded) as error:
            desk.proof.secret()
        assert str(error.value) == words
    desk.now = RESTS
    assert desk.proof.secret() == PASSWORD


def test_another_password_is_tried_at_once() -> None:
    desk = Desk()
    desk.refused()
    desk.keep("another")
    assert desk.proof.secret() == "another"


def test_after_a_new_login_the_same_is_tried_at_once_for_it_may_be_right_now() -> None:
    desk = Desk()
    desk.refused()
    desk.keep(PASSWORD, signed_in="2026-03-05T10:00:00+00:00")
    assert desk.proof.secret() == PASSWORD
    desk.refused()
    with pytest.raises(SignInNeeded):
        desk.proof.secret()


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("imap.mail.me.com", "Apple wants an app-specific password here: https://account.apple.com"),
        ("caldav.icloud.com", "Apple wants an app-specific password here"),
        ("imap.gmail.com", "https://myaccount.google.com/apppasswords"),
        ("outlook.office365.com", "Microsoft takes no password by IMAP any more"),
    ],
)
def test_a_refusal_says_which_password_the_service_wants(host: str, wanted: str) -> None:
    words = Desk(server(host)).refused("[ALERT] Application-specific password required\r\n")
    assert words.startswith(
        f"{host} does not take the password of sam and says “[ALERT] Application-specific"
    )
    assert wanted in words
    assert words.endswith("Run `followupd login personal`.")


def test_a_refusal_of_an_unknown_server_is_short() -> None:
    assert Desk().refused("") == (
        "imap.example.com does not take the password of sam. Run `followupd login personal`."
    )


def test_a_server_that_repeats_the_password_is_not_quoted() -> None:
    assert "s3cret" not in Desk(password="s3cret").refused("bad: s3cret")


def test_what_a_server_says_is_one_short_line() -> None:
    words = Desk().refused("no\x1b[2J\r\n" + "long " * 100)
    assert "\x1b" not in words
    assert "\n" not in words
    assert len(words) < 300


# --- commands -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "password"),
    [
        ("printf 'one\\ntwo\\n'", "one"),
        ("printf 'no end'", "no end"),
        ("printf ' blanks stay \\r\\nx'", " blanks stay "),
        ("printf 'a\\nb\\nc\\n' | sed -n 2p", "b"),
        ("printf 'g\\303\\251h\\303\\251im\\n'", "géhéim"),
        (("printf", "%s\\n", "$HOME; `x`"), "$HOME; `x`"),
        ((sys.executable, "-c", "print('mine')"), "mine"),
        ("cat; echo after", "after"),
        ("echo loud >&2; echo out", "out"),
    ],
)
def test_the_first_line_is_the_password(command: Command, password: str) -> None:
    assert printed(command) == password


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("echo s3cret; exit 3", "ended with status 3"),
        ("no-such-program-anywhere show mail", "ended with status 127 (a program in it was not found)"),
        ("/dev/null", "ended with status 126 (a program in it can't be run)"),
        (("no-such-program-anywhere", "s3cret"), "can't be run: No such file or directory"),
        ("kill -9 $$", "was ended by signal 9"),
        ("true", "printed nothing in its first line"),
        ("echo; echo s3cret", "printed nothing in its first line"),
        ("printf 's3cret\\377\\n'", "printed something that is not text (UTF-8)"),
        ("yes s3cret", "prints more than any password is long"),
        ("ps -o tty= -p $$ | grep -q '?' && exit 9; test -t 0 || exit 8", "ended with status"),
    ],
)
def test_a_command_without_a_password_is_told_without_its_words(command: Command, why: str) -> None:
    desk = Desk(server(command=command))
    with pytest.raises(SignInNeeded) as error:
        desk.proof.secret()
    words = str(error.value)
    assert words.startswith(f"password_command of sam at imap.example.com {why}")
    assert "Run it yourself in a terminal" in words
    assert "s3cret" not in words
    assert error.value.__cause__ is None


def test_a_command_that_does_not_end_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(CommandFailed, match="did not end within 0 seconds"):
        printed(f"sleep 60 & sleep 60; touch {tmp_path}/after", 0.2)
    assert time.monotonic() - began < 30
    assert not (tmp_path / "after").exists()


def test_a_command_has_no_terminal_and_nothing_to_read() -> None:
    read, write = os.pipe()
    os.write(write, b"what is typed at the program\n")
    os.close(write)
    before = os.dup(0)
    os.dup2(read, 0)
    try:
        assert printed("test -t 0 && exit 1; read x && exit 1; (: </dev/tty) && exit 1; echo none") == "none"
    finally:
        os.dup2(before, 0)
        os.close(before)
        os.close(read)


def test_what_a_command_complains_of_reaches_no_log(capfd: pytest.CaptureFixture[str]) -> None:
    assert printed("echo s3cret >&2; echo out") == "out"
    assert capfd.readouterr() == ("", "")


def counted(folder: Path) -> str:
    """A command that prints the n-th line of a file at its n-th run, and notes that it ran."""
    return f"echo run >>{folder}/runs; sed -n $(wc -l <{folder}/runs)p {folder}/passwords"


def runs(folder: Path) -> int:
    return len((folder / "runs").read_text().splitlines()) if (folder / "runs").exists() else 0


def test_a_command_is_asked_once_until_a_server_refuses_what_it_printed(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("old\nnew\nnew\nnew\n")
    desk = Desk(server(command=counted(tmp_path)))
    assert runs(tmp_path) == 0
    assert [desk.proof.secret() for _ in range(3)] == ["old"] * 3
    assert runs(tmp_path) == 1
    assert desk.proof.secret(renewed=True) == "new"
    assert [desk.proof.secret() for _ in range(3)] == ["new"] * 3
    assert runs(tmp_path) == 2


def test_a_command_that_goes_on_printing_the_refused_one_is_asked_but_not_believed(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("wrong\nwrong\nwrong\nright\n")
    desk = Desk(server(command=counted(tmp_path)))
    assert "Correct what password_command prints" in desk.refused()
    with pytest.raises(SignInNeeded, match="does not take the password"):
        desk.proof.secret()
    assert desk.proof.secret() == "right"  # corrected: noticed at the next poll


def test_a_command_that_prints_ever_other_words_is_believed_three_times(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("".join(f"{number}\n" for number in range(99)))
    desk = Desk(server(command=counted(tmp_path)))
    for _ in range(3):
        desk.proof.secret()
        desk.proof.refused("no")
    with pytest.raises(SignInNeeded, match="does not take the password"):
        desk.proof.secret()


def test_what_a_command_prints_is_kept_nowhere(tmp_path: Path) -> None:
    desk = Desk(server(command=f"echo {PASSWORD}"), password="")
    before = desk.kept.secret
    desk.proof.secret()
    assert desk.kept.secret == before


def test_a_minute_is_given_for_a_window_that_asks() -> None:
    assert commands.SECONDS >= 30


# --- tokens -------------------------------------------------------------------------------------


def test_a_token_is_asked_for_each_time_and_anew_after_a_refusal() -> None:
    asked: list[bool] = []

    def tokens(*, renewed: bool) -> str:
        asked.append(renewed)
        return "token"

    proof = TokenProof("personal", server(), tokens)
    assert (proof.secret(), proof.secret(renewed=True)) == ("token", "token")
    assert asked == [False, True]
    assert (proof.scheme, proof.user) == ("token", "sam")
    words = str(proof.refused("[AUTHENTICATIONFAILED] Invalid credentials (Failure)"))
    assert words.startswith(
        "imap.example.com does not take the sign-in of sam and says “[AUTHENTICATIONFAILED]"
    )
    assert "`followupd login personal` signs in anew" in words


def test_an_agent_that_is_left_behind_and_holds_the_output_open_is_not_waited_for() -> None:
    begun = time.monotonic()
    assert printed("setsid sleep 20 & echo secret") == "secret"
    assert time.monotonic() - begun < 10
