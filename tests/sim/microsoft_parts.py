"""The parts of Graph below /me: who answers which path, and which permissions open it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from tests.sim.microsoft_answers import VERSION, GraphError, access_denied, graph_reply, unknown_path
from tests.sim.microsoft_sign_in_tokens import Access, Identity
from tests.sim.server import Reply, Request

MAIL, CALENDARS = ("messages", "mailFolders"), ("calendar", "calendars", "calendarView", "events")
SENDING = ("/send", "/sendMail", "/reply", "/replyAll", "/forward", "/$batch")
# Which permissions open which part, for reading and for writing; one of them is enough.
READING = {
    "me": {"User.Read", "User.ReadWrite"},
    "calendar": {"Calendars.Read", "Calendars.ReadWrite"},
    "mail": {"Mail.Read", "Mail.ReadWrite"},
    "settings": {"MailboxSettings.Read", "MailboxSettings.ReadWrite"},
}
WRITING = {"calendar": {"Calendars.ReadWrite"}, "mail": {"Mail.ReadWrite"}}


class Part(Protocol):
    """A part of Graph for one user. It raises GraphError, or answers it."""

    def handle(self, request: Request) -> Reply: ...


@dataclass
class Account:
    """A user of Outlook: who it is, his mail and his calendars. `refusal` answers every mailbox request."""

    identity: Identity
    mail: Any
    calendars: Any
    refusal: GraphError | None = None
    time_zone: str = "UTC"


def part_for(request: Request, account: Account, access: Access) -> Part:
    """Who answers a request, once it was looked at whether the token may ask."""
    path = request.path.removeprefix(VERSION)
    kind, part = _found(path, account)
    if access.scopes.isdisjoint(_wanted(request.http_method, path, kind)):
        raise _refused(kind)
    if account.refusal is not None and kind != "me":
        raise account.refusal
    return part


def _wanted(http_method: str, path: str, kind: str) -> set[str]:
    if path.endswith(SENDING):
        return {"Mail.Send"}
    return READING[kind] if http_method == "GET" else WRITING.get(kind, set())


def _found(path: str, account: Account) -> tuple[str, Part]:
    root, me, *rest = path.split("/")
    if root or me != "me":
        raise unknown_path(me)
    match rest:
        case []:
            return "me", Me(account)
        case [name, *_] if name in MAIL or name == "sendMail":
            return "mail", account.mail
        case [name, *_] if name in CALENDARS:
            return "calendar", account.calendars
        case ["outlook", "masterCategories", *_]:
            return "settings", account.calendars
        case ["mailboxSettings"]:
            return "settings", Settings(account)
    raise unknown_path(rest[0])


def _refused(kind: str) -> GraphError:
    if kind != "me":
        return access_denied()
    text = "Insufficient privileges to complete the operation."
    return GraphError(403, "Authorization_RequestDenied", text)


@dataclass(frozen=True)
class Me:
    """GET /me: who is signed in."""

    account: Account

    def handle(self, request: Request) -> Reply:
        who = self.account.identity
        given, _, family = who.name.partition(" ")
        shown = {
            "id": who.object_id,
            "displayName": who.name,
            "givenName": given,
            "surname": family or None,
            "mail": None if who.mail_unknown else who.email,
            "userPrincipalName": who.user_principal_name,
            "preferredLanguage": "en-GB",
        }
        selected = dict(request.query).get("$select")
        if selected is not None:
            shown = {name: shown.get(name) for name in selected.split(",")}
        context = "https://graph.microsoft.com/v1.0/$metadata#users/$entity"
        return graph_reply(200, {"@odata.context": context, **shown})


@dataclass(frozen=True)
class Settings:
    """GET /me/mailboxSettings."""

    account: Account

    def handle(self, request: Request) -> Reply:
        language = {"locale": "en-GB", "displayName": "English (United Kingdom)"}
        shown: dict[str, Any] = {"timeZone": self.account.time_zone, "language": language}
        shown |= {"dateFormat": "dd/MM/yyyy", "timeFormat": "HH:mm"}
        return graph_reply(200, shown)
