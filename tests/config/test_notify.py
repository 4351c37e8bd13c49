"""The block `notify:`: how it is read, and how each mistake in it is told."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

import pytest

from followupd.config import load
from followupd.notify import Settings
from tests.config.sample import RIGHT, Write, problems
from tests.config.test_example import EXAMPLE, every_option_on

SECRET = "s3cret"


def notified(write: Write, block: str) -> Settings:
    return Settings.of(load(write(f"{RIGHT}notify: {block}\n")))


def test_without_the_block_the_desktop_is_told_in_the_usual_hours(write: Write) -> None:
    told = Settings.of(load(write(RIGHT)))
    assert told == Settings(addresses=("sam@example.com",))
    assert not told.detail


def test_the_quiet_hours_are_those_of_the_reminders_unless_others_are_named(write: Write) -> None:
    path = write(RIGHT + 'thank_you: {quiet_hours: "22:00-07:00"}\n')
    assert Settings.of(load(path)).quiet_hours == (time(22), time(7))
    assert notified(write, '{quiet_hours: "23:00-06:30"}').quiet_hours == (time(23), time(6, 30))
    assert notified(write, "{quiet_hours: none}").quiet_hours == (time(), time())


def test_a_program_is_a_list_of_words_or_a_line(write: Write, home: Path) -> None:
    assert notified(write, "{command: [~/bin/tell, 'a b', $HOME]}").command == (
        f"{home}/bin/tell",
        "a b",
        "$HOME",
    )
    assert notified(write, "{command: \"tell 'a b' --x\"}").command == ("tell", "a b", "--x")
    assert notified(write, "{command: []}").command == ()


@pytest.mark.parametrize(
    "url",
    [
        f"ntfys://{SECRET}",
        f"ntfys://sam:{SECRET}@ntfy.example/topic?priority=high",
        "ntfy://localhost:8080/topic",
        "json://127.0.0.1/hook",
        "xml://[::1]:8080/hook",
        f"slack://{SECRET}/b/c/#general",
        f"tgram://{SECRET}/12315544",
        f"matrixs://sam:{SECRET}@matrix.example/#room/@sam:matrix.example",
        f"GOTIFYS://gotify.example/{SECRET}",
    ],
)
def test_addresses_of_pushes_are_taken_as_they_are(write: Write, url: str) -> None:
    assert notified(write, f'{{urls: ["{url}"]}}').urls == (url,)
    assert notified(write, f'{{urls: "{url}"}}').urls == (url,)


REFUSED_URLS = {
    f"mailto://sam:{SECRET}@gmail.com": "mailto:// can send e-mail or text messages, and followupd never",
    f"mailtos://sam:{SECRET}@smtp.example?to=dana@acme.example": "mailtos:// can send e-mail",
    f"ses://{SECRET}/x": "ses:// can send e-mail",
    f"sendgrid://{SECRET}:sam@example.com": "sendgrid:// can send e-mail",
    f"twilio://{SECRET}:x@447911123456": "twilio:// can send e-mail or text messages",
    f"signal://localhost/{SECRET}": "signal:// can send e-mail or text messages",
    f"apprises://apprise.example/{SECRET}": "apprises:// can send e-mail",
    f"ntfys://ntfy.sh/{SECRET}?email=dana@acme.example": "the ntfys:// address names an e-mail address",
    f"ntfys://ntfy.sh/{SECRET}?email=yes": "the ntfys:// address names an e-mail address",
    f"ntfys://ntfy.sh/{SECRET}?to=dana%40acme.example": "the ntfys:// address names an e-mail address",
    f"slack://{SECRET}/b/c/dana@acme.example": "the slack:// address names an e-mail address",
    f"ntfy://ntfy.example/{SECRET}": "ntfy:// is not encrypted. Write ntfys://",
    f"json://localhost@evil.example/{SECRET}": "json:// is not encrypted",
    f"json://127.0.0.1.evil.example/{SECRET}": "json:// is not encrypted",
    f"ntfys://ntfy.example/{SECRET}?verify=no": "verify= would let others read along",
    f"ntfys://ntfy.example/{SECRET}?Redirect=yes": "redirect= would let others read along",
    f"https://hooks.slack.com/services/{SECRET}": "https:// is no service that can be used here",
    f"ntfs://ntfy.example/{SECRET}": 'Did you mean "ntfy"?',
    f"syslog://{SECRET}": "syslog:// is no service",
    f"ntfys://a/{SECRET},mailto://sam:x@gmail.com": "is not one address",
    f"ntfys://a/{SECRET} b": "is not one address",
    f"{SECRET}": "is not one address",
    f"ntfys://ntfy.example/{SECRET}?verify=": "verify= would let others read along",
    f"ntfys://ntfy.example/{SECRET}?priority=low;%76erify=no": "verify= would let others read along",
    f"slack://{SECRET}/b/c/#general?redirect=yes": "redirect= would let others read along",
    f"ntfy://[{SECRET}": "ntfy:// is not encrypted",
}


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_an_address_that_is_refused_is_told_with_its_line_and_without_its_secret(
    write: Write, url: str
) -> None:
    for form in (f'["{url}"]', f'"{url}"'):
        (line,) = problems(write(f"{RIGHT}notify:\n  urls: {form}\n"))
        assert line.startswith("10: notify.urls#1: ")
        assert REFUSED_URLS[url] in line
        assert SECRET not in line


WRONG = {
    "{desktop: maybe}": '9: notify.desktop: must be true or false, not "maybe"',
    "{detail: 1}": "9: notify.detail: must be true or false, not 1",
    "{detials: true}": '9: notify.detials: there is no such key. Did you mean "detail"?',
    "{urls: 5}": "9: notify.urls: must be a list, not 5",
    "{urls: [5]}": "9: notify.urls#1: must be text",
    "{urls: {a: b}}": "9: notify.urls: must be a list, not a block",
    "{command: 5}": "9: notify.command: must be a line or a list of words, not 5",
    "{command: [5]}": "9: notify.command: must be words, the program first",
    "{command: ['']}": "9: notify.command: must be words, the program first",
    "{command: \"tell 'x\"}": "9: notify.command: has a quote that is not closed",
    "{quiet_hours: 21-8}": "9: notify.quiet_hours: * is not a span of hours",
    "{quiet_hours: \"08:00-08:00\"}": "9: notify.quiet_hours: * begins and ends at the same time",
    "{tell: [letter]}": '9: notify.tell#1: "letter" is none of the choices: letters, * Did you mean "letters"?',
    "{tell: [5]}": "9: notify.tell#1: 5 is none of the choices",
    "{tell: letters}": "9: notify.tell: must be a list",
    "desktop": "9: notify: must be a block of keys",
}  # fmt: skip


@pytest.mark.parametrize("block", WRONG)
def test_a_mistake_is_told_with_its_line_its_key_and_what_to_do(write: Write, block: str) -> None:
    (line,) = problems(write(f"{RIGHT}notify: {block}\n"))
    assert re.match(r".*".join(map(re.escape, WRONG[block].split("*"))), line), line


def test_the_options_of_the_example_that_are_commented_out_are_the_defaults(write: Write) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    plain, full = (Settings.of(load(write(one))) for one in (text, every_option_on(text)))
    assert plain == full


def test_the_config_shows_no_address_when_it_is_printed(write: Write) -> None:
    config = load(write(f"{RIGHT}notify: {{urls: ['ntfys://{SECRET}'], command: [tell, {SECRET}]}}\n"))
    assert SECRET not in repr(config)
