"""The programs in which a user edits and sends, and what each leaves of a message's identity.

Reported: the default id changes when a draft is sent; the immutable one does in the web client (its last characters)
though one page of the documentation says that it lasts; the Message-ID lasts in the web client and is replaced by the
classic desktop program; another subject is another conversation. The two mobile clients are guesses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape

from tests.sim.microsoft_mail_format import inner, wrapped


@dataclass(frozen=True)
class Client:
    """What lasts when this client sends, and what it does to a text."""

    name: str
    style: str  # the class of its paragraphs
    keeps_immutable_id: bool = False
    keeps_internet_message_id: bool = True
    keeps_immutable_id_at_move: bool = True
    keeps_properties: bool | None = True  # and X- headers; None: `classic_keeps_properties` of the mailbox
    edits_subject: bool = False
    saves_anew: bool = False  # an edit makes another message too
    overlap: timedelta = timedelta(0)  # so long the old one is seen beside the new one
    schedules_in: str = ""  # a folder; "" for the mailbox's own way
    line: str = ""  # at the end of each letter
    guess: bool = False

    def composed(self, text: str) -> str:
        """A text as this client's HTML."""
        lines = text.replace("\r\n", "\n").strip("\n").split("\n")
        parts = (escape(line, quote=False) or "<br>" for line in lines)
        return self._closed("".join(f'<div class="{self.style}">{part}</div>' for part in parts))

    def saved_again(self, content: str) -> str:
        """HTML that the client opened and saved: other markup, the same text, and the client's line."""
        return self._closed(f'<div class="{self.style}" dir="ltr">{inner(content)}</div>')

    def _closed(self, content: str) -> str:
        closes = self.line and self.line not in content
        return wrapped(content + (f'<div dir="ltr">{self.line}</div>' if closes else ""))


WEB = Client("Outlook on the web", "elementToProof")
CLASSIC = Client(
    "classic Outlook for Windows",
    "MsoNormal",
    keeps_internet_message_id=False,
    keeps_immutable_id_at_move=False,
    keeps_properties=None,
    schedules_in="outbox",
)
SUBJECT_EDITED = replace(WEB, name="Outlook on the web, another subject", edits_subject=True)
IDEAL = replace(WEB, name="as the documentation has it", keeps_immutable_id=True)
MOBILE = Client(
    "Outlook for iOS and Android",
    "ms-outlook-mobile-body-text",
    keeps_internet_message_id=False,
    keeps_properties=False,
    saves_anew=True,
    overlap=timedelta(minutes=3),
    line='Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a>',
    guess=True,
)
IOS_MAIL = replace(MOBILE, name="Mail on iOS", style="AppleMail", line="Sent from my iPhone")
CLIENTS = (WEB, CLASSIC, SUBJECT_EDITED, IDEAL, MOBILE, IOS_MAIL)
