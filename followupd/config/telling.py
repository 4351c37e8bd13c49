"""What the config says about telling the user: addresses of pushes, a program, hours. As scalars.py has it."""

from __future__ import annotations

import re
import shlex
from datetime import time
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import BeforeValidator, Field

from followupd.config.problems import one_of, shown, suggestion
from followupd.config.scalars import hours
from followupd.core.tables import table
from followupd.providers.addresses import is_private

TOLD = ("letters", "reminders", "accounts", "answers", "mail", "people", "questions", "lost")

# Apprise's schemes, an allow-list. These go over https whatever they are written as:
_PUSHES = table("""
    discord flock gchat guilded join line notifiarr pover prowl revolt simplepush slack spush tgram twist webex
    workflow workflows wxteams zulip
    """)
# and these name a server, over https with an s at the end:
_PUSHES_TO = table("""
    bark form gotify hassio json matrix mmost ncloud nctalk ntfy rocket synology xml
    """)
_LETTERS = table("""
    apprise apprises azure brevo groundmail mailersend mailgun mailto mailtos o365 postmark resend sendgrid
    sendpulse ses smtp2go sparkpost 46elks atalk bulksms bulkvs burstsms clickatell clicksend d7sms elks httpsms
    kavenegar messagebird msgbird nexmo plivo signal signals sinch smseagle smseagles sns twilio voipms vonage
    whatsapp
    """)
_MAIL = re.compile(r"[^\s@/]+@[^\s@/]+\.[^\s@/]+\Z")
_PUSH = "Write one of Apprise's addresses, such as ntfys://ntfy.sh/a-word-that-nobody-guesses"


def push_url(value: object) -> str:
    """An address that a push goes to. It holds passwords, so no message shows more than its scheme."""
    if not isinstance(value, str):
        raise ValueError(f"must be text. {_PUSH}.")
    address = value.strip()
    scheme = address.partition("://")[0].casefold()
    if not re.fullmatch(r"[a-z0-9]+://\S+", address, re.IGNORECASE) or address.count("://") > 1:
        raise ValueError(f"is not one address. {_PUSH}.")
    if scheme in _LETTERS:
        raise ValueError(
            f"{scheme}:// can send e-mail or text messages, and followupd never sends any. {_PUSH}."
        )
    if scheme not in _PUSHES | _PUSHES_TO | {f"{name}s" for name in _PUSHES_TO}:
        near = suggestion(scheme, tuple(sorted(_PUSHES | _PUSHES_TO)))
        raise ValueError(f"{scheme}:// is no service that can be used here.{near} docs/notify.md lists them.")
    if problem := _push_problem(address, scheme):
        raise ValueError(problem)
    return address


def _push_problem(address: str, scheme: str) -> str:
    # As Apprise reads it: what is asked begins at the first "?", whatever stands before, and ";" parts it too.
    place, _, query = address.partition("?")
    asked = [(_key(part), _value(part)) for part in re.split("[&;]", query)]
    if scheme in _PUSHES_TO and not _is_here(place):
        return f"{scheme}:// is not encrypted. Write {scheme}s:// ({scheme}:// is for this machine alone)."
    if off := {"verify", "redirect"} & {name for name, _ in asked}:
        return f"{min(off)}= would let others read along. Take it out of the address."
    named = [unquote(word) for word in place.partition("://")[2].split("/")[1:]] + [
        value for _, value in asked
    ]
    if "email" in dict(asked) or any(_MAIL.match(word) for word in named):
        return f"the {scheme}:// address names an e-mail address, and followupd never sends any. Take it out."
    return ""


def _key(part: str) -> str:
    return unquote(part.partition("=")[0]).strip().casefold().lstrip("+-:")


def _value(part: str) -> str:
    return unquote(part.partition("=")[2]).strip()


def _is_here(place: str) -> bool:
    """Whether the server is this machine."""
    try:
        host = urlsplit(place).hostname or ""
        return is_private(f"http://[{host}]/" if ":" in host else f"http://{host}/")
    except ValueError:
        return False


def program(value: object) -> tuple[str, ...]:
    """A program and its arguments: a list of words, or one line split as a shell splits it. Empty: none."""
    try:
        words = shlex.split(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("has a quote that is not closed. Close it, or write a list of words.") from None
    if not isinstance(words, list | tuple):
        raise ValueError(f"must be a line or a list of words, not {shown(value)}.")
    if not all(isinstance(word, str) and "\0" not in word for word in words) or (words and not words[0]):
        raise ValueError("must be words, the program first. Put numbers in quotes.")
    return (str(Path(words[0]).expanduser()), *words[1:]) if words else ()


def hours_or_none(value: object) -> tuple[time, time] | None:
    """As `hours`; the word none stands for hours that are empty."""
    if value is None or (isinstance(value, str) and value.strip().casefold() == "none"):
        return None if value is None else (time(), time())
    return hours(value)


def switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {shown(value)}.")
    return value


def told(value: object) -> str:
    """One of the things that can be told."""
    if value not in TOLD:
        near = suggestion(value, TOLD) if isinstance(value, str) else ""
        raise ValueError(f"{shown(value)} is none of the choices: {one_of(TOLD)}.{near}")
    return str(value)


def _one_as_list(value: object) -> object:
    """One address stands for a list of one: a message about "no list" would show it."""
    return [value] if isinstance(value, str) else value


Addresses = Annotated[
    tuple[Annotated[str, BeforeValidator(push_url)], ...], BeforeValidator(_one_as_list), Field(repr=False)
]
HoursOrNone = Annotated[tuple[time, time] | None, BeforeValidator(hours_or_none)]
Program = Annotated[tuple[str, ...], BeforeValidator(program), Field(repr=False)]
Switch = Annotated[bool, BeforeValidator(switch)]
Told = Annotated[str, BeforeValidator(told)]
