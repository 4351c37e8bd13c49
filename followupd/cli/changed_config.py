"""A config that exists, as answers; and what of its text changes where they are answered differently."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from followupd.cli.questions import Answers, Files, Google
from followupd.config import AccountConfig, Config, yaml12
from followupd.config.accounts import GoogleCalendar, GoogleMailbox, LocalCalendar, LocalMailbox
from followupd.config.editing import edited
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
    )


def _source(account: AccountConfig) -> Files | Google | None:
    """None where several blocks, or two providers, were put together by hand."""
    mailbox, calendar = account.mailbox, account.calendars[0]
    if len(account.calendars) > 1:
        return None
    if isinstance(calendar, LocalCalendar) and isinstance(mailbox, LocalMailbox):
        return Files(calendar.path, mailbox.path, mailbox.folders.get("drafts", ""))
    if not (isinstance(calendar, GoogleCalendar) and isinstance(mailbox, GoogleMailbox)):
        return None
    same = calendar.client_file == mailbox.client_file
    return Google(calendar.client_file, calendar.calendars) if same else None


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
    changes: dict[At, object],
    data: Mapping[str, Any],
    at: At,
    before: Files | Google | None,
    after: Files | Google | None,
) -> None:
    if after is None or after == before:
        return
    if type(after) is not type(before):
        changes[*at, "calendar"], changes[*at, "mailbox"] = _blocks(after)
        return
    calendar: At = (*at, "calendar", *((0,) if isinstance(data["calendar"], list) else ()))
    mailbox: At = (*at, "mailbox")
    if isinstance(after, Files) and isinstance(before, Files):
        _set(changes, (*calendar, "path"), before.calendar, after.calendar)
        _set(changes, (*mailbox, "path"), before.mail, after.mail)
        if after.drafts and after.drafts != before.drafts:
            changes[*mailbox, "folders", "drafts"] = after.drafts
    elif isinstance(after, Google) and isinstance(before, Google):
        _set(changes, (*calendar, "client_file"), before.client_file, after.client_file)
        _set(changes, (*mailbox, "client_file"), before.client_file, after.client_file)
        if after.calendars != before.calendars:
            changes[*calendar, "calendars"] = list(after.calendars)
        _roots(changes, calendar, mailbox, after)


def _set(changes: dict[At, object], at: At, before: Path, after: Path) -> None:
    if after != before:
        changes[at] = str(after)


def _roots(changes: dict[At, object], calendar: At, mailbox: At, after: Google) -> None:
    if after.calendar_root:
        changes[*calendar, "calendar_root"] = after.calendar_root
    if after.gmail_root:
        changes[*mailbox, "gmail_root"] = after.gmail_root


def _blocks(source: Files | Google) -> tuple[object, object]:
    """Both blocks anew, for an account that moves to another provider."""
    if isinstance(source, Files):
        folders = {"folders": {"drafts": source.drafts}} if source.drafts else {}
        return (
            {"provider": "local", "path": str(source.calendar)},
            {"provider": "local", "path": str(source.mail), **folders},
        )
    common = {"provider": "google", "client_file": str(source.client_file)}
    calendar_root = {"calendar_root": source.calendar_root} if source.calendar_root else {}
    gmail_root = {"gmail_root": source.gmail_root} if source.gmail_root else {}
    return {**common, "calendars": list(source.calendars), **calendar_root}, {**common, **gmail_root}
