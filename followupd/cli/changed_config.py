"""A config that exists, as answers; and what of its text changes where they are answered differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from followupd.cli.questions import Answers
from followupd.cli.source_internet import Internet
from followupd.cli.sources import Files, Google, Microsoft, Source
from followupd.config import AccountConfig, Config, yaml12
from followupd.config.accounts import (
    GoogleCalendar,
    GoogleMailbox,
    LocalCalendar,
    LocalMailbox,
    MicrosoftCalendar,
    MicrosoftMailbox,
)
from followupd.config.editing import edited
from followupd.config.internet import PORTS, CaldavCalendar, FeedCalendar, ImapMailbox
from followupd.config.problems import At

_INTERVIEW = r"\binterview\b"
_USUAL_RULES = ({"category": "Interview"}, {"hashtag": "interview"}, {"calendar": "Interviews"})


def known_answers(config: Config, account: AccountConfig) -> Answers:
    """What the config says now, as far as it is asked about."""
    said = config.document
    titles = [rule.title for rule in said.interviews.any if rule.title and rule.model_fields_set == {"title"}]
    return Answers(
        name=said.me.name,
        addresses=said.me.addresses,
        source=_source(account),
        title="" if not titles or titles[0] == _INTERVIEW else titles[0],
        language=said.letters.language,
        timezone=said.me.timezone,
        country=said.me.country,
        key_file=str(config.key_file or ""),
        listed=tuple(account.calendars) if len(account.calendars) > 1 else (),
    )


def _source(account: AccountConfig) -> Source | None:
    """None where several blocks, or two providers, were put together by hand, but for a mailbox by IMAP."""
    found = _of_one_provider(account) if len(account.calendars) == 1 else None
    mailbox = account.mailbox
    if found is None and isinstance(mailbox, ImapMailbox) and mailbox.auth == "password":
        return _mail(mailbox)
    return found


def _of_one_provider(account: AccountConfig) -> Source | None:
    match account.calendars[0], account.mailbox:
        case LocalCalendar() as calendar, LocalMailbox() as mailbox:
            return Files(calendar.path, mailbox.path, mailbox.folders.get("drafts", ""))
        case GoogleCalendar() as calendar, GoogleMailbox() as mailbox:
            same = calendar.client_file == mailbox.client_file
            return Google(calendar.client_file, calendar.calendars) if same else None
        case MicrosoftCalendar() as calendar, MicrosoftMailbox() as mailbox:
            same = calendar.sign_in_options() == mailbox.sign_in_options()
            return Microsoft(calendar.client_id, calendar.calendars) if same else None
        case (CaldavCalendar() | FeedCalendar()) as calendar, ImapMailbox() as mailbox:
            return _internet_source(calendar, mailbox)
    return None


def _internet_source(calendar: CaldavCalendar | FeedCalendar, mailbox: ImapMailbox) -> Internet | None:
    """None where it goes by another sign-in, or by an address that would be taken for one of the other kind."""
    calendars = calendar.calendars if isinstance(calendar, CaldavCalendar) else ()
    found = replace(_mail(mailbox), url=calendar.url, calendar_user=calendar.user, calendars=calendars)
    fits = mailbox.auth == "password" and found.is_feed == isinstance(calendar, FeedCalendar)
    return found if fits else None


def _mail(mailbox: ImapMailbox) -> Internet:
    """The mailbox alone: its calendars stay as they are."""
    command = mailbox.password_command if isinstance(mailbox.password_command, str) else ""
    return Internet(
        mailbox.host,
        mailbox.user,
        "",
        "",
        port=mailbox.port or 0,
        tls=mailbox.tls,
        password_command=command,
    )


def changed(text: str, account: int, before: Answers, after: Answers) -> str:
    """The text with what is answered differently, for the account of this number. Raises ConfigError."""
    data: Any = yaml12.read(text).data
    changes: dict[At, object] = {}
    _me(changes, before, after)
    _account(changes, data["accounts"][account], ("accounts", account), before.source, after.source)
    if after.title != before.title:
        _title(changes, data, after.title or _INTERVIEW)
    if after.language != before.language:
        changes["letters", "language"] = after.language
    if after.companies:
        _companies(changes, data, after.companies)
    if after.key_file and after.key_file != before.key_file:
        changes["credentials", "key_file"] = after.key_file
    return edited(text, changes) if changes else text


def _me(changes: dict[At, object], before: Answers, after: Answers) -> None:
    for key in ("name", "timezone", "country"):
        if getattr(after, key) != getattr(before, key):
            changes["me", key] = getattr(after, key)
    if after.addresses != before.addresses:
        changes["me", "addresses"] = list(after.addresses)


def _title(changes: dict[At, object], data: Any, pattern: str) -> None:
    rules = (data.get("interviews") or {}).get("any")
    if not rules:
        changes["interviews", "any"] = [{"title": pattern}, *_USUAL_RULES]
        return
    alone = [number for number, rule in enumerate(rules) if set(rule) == {"title"}]
    if alone:
        changes["interviews", "any", alone[0], "title"] = pattern
    else:
        changes["interviews", "any", len(rules)] = {"title": pattern}


def _companies(changes: dict[At, object], data: Any, companies: tuple[tuple[str, str], ...]) -> None:
    """A company that is there gets the name; another one is added."""
    there: list[Any] = data.get("organisations") or []
    known = {domain: number for number, one in enumerate(there) for domain in one.get("domains", ())}
    new: list[object] = []
    for domain, name in companies:
        if domain not in known:
            new.append({"name": name, "domains": [domain]})
        elif there[known[domain]].get("name") != name:
            changes["organisations", known[domain], "name"] = name
    if new and not there:
        changes["organisations",] = new
        return
    for number, entry in enumerate(new, len(there)):
        changes["organisations", number] = entry


# --- calendar and mail --------------------------------------------------------------------------


def _account(
    changes: dict[At, object], data: Mapping[str, Any], at: At, before: Source | None, after: Source | None
) -> None:
    if after is None or after == before:
        return
    calendar: At = (*at, "calendar", *((0,) if isinstance(data["calendar"], list) else ()))
    mailbox: At = (*at, "mailbox")
    match before, after:
        case Files(), Files():
            _files(changes, calendar, mailbox, before, after)
        case Google(), Google():
            _google(changes, calendar, mailbox, before, after)
        case Microsoft(), Microsoft():
            _microsoft(changes, calendar, mailbox, before, after)
        case Internet(), Internet():
            _imap(changes, mailbox, before, after)
            _by_address(changes, calendar, before, after)
        case _:
            changes[calendar], changes[mailbox] = _blocks(after)


def _files(changes: dict[At, object], calendar: At, mailbox: At, before: Files, after: Files) -> None:
    _set(changes, (*calendar, "path"), str(before.calendar), str(after.calendar))
    _set(changes, (*mailbox, "path"), str(before.mail), str(after.mail))
    if after.drafts and after.drafts != before.drafts:
        changes[*mailbox, "folders", "drafts"] = after.drafts


def _google(changes: dict[At, object], calendar: At, mailbox: At, before: Google, after: Google) -> None:
    for block in (calendar, mailbox):
        _set(changes, (*block, "client_file"), str(before.client_file), str(after.client_file))
    if after.calendars != before.calendars:
        changes[*calendar, "calendars"] = list(after.calendars)
    if after.calendar_root:
        changes[*calendar, "calendar_root"] = after.calendar_root
    if after.gmail_root:
        changes[*mailbox, "gmail_root"] = after.gmail_root


def _microsoft(
    changes: dict[At, object], calendar: At, mailbox: At, before: Microsoft, after: Microsoft
) -> None:
    for block in (calendar, mailbox):
        _set(changes, (*block, "client_id"), before.client_id, after.client_id)
        changes |= {(*block, key): address for key, address in _ends(after).items()}
    if after.calendars != before.calendars:
        changes[*calendar, "calendars"] = list(after.calendars)


def _imap(changes: dict[At, object], mailbox: At, before: Internet, after: Internet) -> None:
    for key in ("host", "user", "tls", "password_command"):
        if getattr(after, key) != getattr(before, key):
            changes[*mailbox, key] = getattr(after, key)
    port = after.port or (
        PORTS[after.tls] if before.port else 0
    )  # where one stands, the usual one is written out
    if port != before.port:
        changes[*mailbox, "port"] = port


def _by_address(changes: dict[At, object], calendar: At, before: Internet, after: Internet) -> None:
    if not after.url:
        return
    if not before.url or before.is_feed != after.is_feed:
        changes[calendar] = _internet_blocks(after)[0]
        return
    _set(changes, (*calendar, "url"), before.url, after.url)
    _set(changes, (*calendar, "user"), before.calendar_user, after.calendar_user)
    if after.password_command != before.password_command and not after.is_feed:
        changes[*calendar, "password_command"] = after.password_command
    if after.calendars != before.calendars:
        changes[*calendar, "calendars"] = list(after.calendars)


def _set(changes: dict[At, object], at: At, before: str, after: str) -> None:
    if after != before:
        changes[at] = after


def _ends(source: Microsoft) -> dict[str, str]:
    """Where another than Microsoft's public cloud is meant."""
    named = {"authority": source.authority, "graph_root": source.graph_root}
    return {key: address for key, address in named.items() if address}


def _blocks(source: Source) -> tuple[object, object]:
    """Both blocks anew, for an account that moves to another provider."""
    if isinstance(source, Files):
        folders = {"folders": {"drafts": source.drafts}} if source.drafts else {}
        return (
            {"provider": "local", "path": str(source.calendar)},
            {"provider": "local", "path": str(source.mail), **folders},
        )
    if isinstance(source, Microsoft):
        client = {"client_id": source.client_id} if source.client_id else {}
        both = {"provider": "microsoft", **client, **_ends(source)}
        return {**both, "calendars": list(source.calendars)}, both
    if isinstance(source, Internet):
        return _internet_blocks(source)
    common = {"provider": "google", "client_file": str(source.client_file)}
    calendar_root = {"calendar_root": source.calendar_root} if source.calendar_root else {}
    gmail_root = {"gmail_root": source.gmail_root} if source.gmail_root else {}
    return {**common, "calendars": list(source.calendars), **calendar_root}, {**common, **gmail_root}


def _internet_blocks(source: Internet) -> tuple[object, object]:
    command = {"password_command": source.password_command} if source.password_command else {}
    named = {"calendars": list(source.calendars)} if source.calendars else {}
    user = {"user": source.calendar_user} if source.calendar_user else {}
    port = {"port": source.port} if source.port else {}
    tls = {"tls": source.tls} if source.tls != "implicit" else {}
    calendar = (
        {"provider": "feed", "url": source.url, **user}
        if source.is_feed
        else {"provider": "caldav", "url": source.url, **user, **command, **named}
    )
    return calendar, {"provider": "imap", "host": source.host, **port, **tls, "user": source.user, **command}
