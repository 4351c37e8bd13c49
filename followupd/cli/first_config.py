"""The text of the config that `init` writes: short, commented, in the order in which people read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from followupd.cli.questions import Answers
from followupd.cli.source_internet import Internet
from followupd.cli.sources import Files, Google, Microsoft, Source
from followupd.core.model import Folder

_TEXT = """\
# The config of followupd, written by `followupd init`. `followupd check` tells what is wrong with it.
# All options, each with its usual value: config.example.yaml

me:
  name: {name}
  addresses: {addresses}
  country: {country}    # public holidays; two letters
  timezone: {timezone}

# Calendars are only read. Letters are put into Drafts; nothing is ever sent.
accounts:
  - name: personal
{account}

# An event is an interview when one of these matches. {rules}
  none:
    - title: '\\bmock\\b'

letters:
  language: {language}
"""

_COMPANIES = """
# What letters call a company; without an entry they do not name it.
organisations:
{entries}
"""

_KEY_FILE = """
# Sign-ins are kept encrypted in the state folder; this file holds the key to them.
credentials: {{key_file: {key_file}}}
"""

_FILES = """\
    calendar: {{provider: local, path: {calendar}}}
    mailbox:
      provider: local
      path: {mail}
      folders: {folders}    # what your folders are called"""

_GOOGLE = """\
    calendar:
      provider: google
      client_file: {client_file}
      # By their ids: primary is your own. Another's stands in Google Calendar, in the settings of that
      # calendar, under “Integrate calendar”.
      calendars: {calendars}{calendar_root}
    mailbox:
      provider: google
      client_file: {client_file}{gmail_root}"""

_MICROSOFT = """\
    calendar:
      provider: microsoft
      {client}
      # As they are called in Outlook; primary is your own.
      calendars: {calendars}{ends}
    mailbox:
      provider: microsoft
      {client}{ends}"""

_CALDAV = """\
    calendar:
      provider: caldav
      url: {url}
      user: {user}{command}
      # As they are called in your calendar program; without this line all of them.
      {calendars}
"""

_FEED = """\
    calendar:
      provider: feed
      url: {url}    # keep it to yourself: who knows it can read the calendar
"""

_IMAP = """\
    mailbox:
      provider: imap
      host: {host}{connection}
      user: {user}{command}
      # Passwords are not written here: `followupd login personal` asks for them.
      # Where folders are not found by themselves: folders: {{drafts: Entwürfe, sent: Gesendet}}"""

_CLIENT_TO_COME = """\
# The Application (client) ID of your registration (docs/microsoft.md), the same in both blocks:
      #client_id: 00000000-0000-0000-0000-000000000000"""

_RULES_OF_FILES = """\
In a calendar program that is a word in the title,
# a category, #interview in the description, or a calendar of that name.
interviews:
  any:
    - title: {title}
    - category: Interview
    - hashtag: interview
    - calendar: Interviews"""

_RULES_OF_GOOGLE = """\
In Google Calendar that is a word in the title,
# #interview in the description, one of the calendars above by its name, or a colour or label.
interviews:
  any:
    - title: {title}
    - hashtag: interview
    - calendar: Interviews
    #- colour: tomato    # Google Calendar's name of it, in English
    #- label: ID         # `followupd explain` shows the label of an event"""

_RULES_OF_MICROSOFT = """\
In Outlook that is the category “Interview”, a word in
# the title, #interview in the title or the text, or one of the calendars above by its name.
interviews:
  any:
    - category: Interview
    - title: {title}
    - hashtag: interview
    - calendar: Interviews"""

_RULES: dict[type[Source], str] = {
    Files: _RULES_OF_FILES,
    Google: _RULES_OF_GOOGLE,
    Microsoft: _RULES_OF_MICROSOFT,
    Internet: _RULES_OF_FILES,
}
_WRITTEN = (Folder.DRAFTS, Folder.SENT)


def text(answers: Answers, found: Mapping[Folder, str]) -> str:
    """The config for these answers, with the folders that were found."""
    source = answers.source
    assert source is not None, "only a config that exists already has an account that no question fits"
    rules = _RULES[type(source)]
    return _TEXT.format(
        name=_quoted(answers.name),
        addresses=_list(answers.addresses),
        country=_quoted(answers.country),
        timezone=answers.timezone,
        account=_account(source, found),
        rules=rules.format(title=_single(answers.title or r"\binterview\b")),
        language=answers.language,
    ) + _more(answers)


def _account(source: Source, found: Mapping[Folder, str]) -> str:
    if isinstance(source, Google):
        return _google(source)
    if isinstance(source, Internet):
        return _internet(source)
    return _microsoft(source) if isinstance(source, Microsoft) else _files(source, found)


def _more(answers: Answers) -> str:
    entries = (f"  - {{name: {_quoted(name)}, domains: [{domain}]}}" for domain, name in answers.companies)
    companies = _COMPANIES.format(entries="\n".join(entries)) if answers.companies else ""
    key_file = _KEY_FILE.format(key_file=_quoted(answers.key_file)) if answers.key_file else ""
    return companies + key_file


def _files(source: Files, found: Mapping[Folder, str]) -> str:
    named = {**found, **({Folder.DRAFTS: source.drafts} if source.drafts else {})}
    names = (f"{kind}: {_quoted(named[kind])}" for kind in _WRITTEN if kind in named)
    calendar, mail = _quoted(str(source.calendar)), _quoted(str(source.mail))
    return _FILES.format(calendar=calendar, mail=mail, folders=_block(names))


def _google(source: Google) -> str:
    return _GOOGLE.format(
        client_file=_quoted(str(source.client_file)),
        calendars=_list(source.calendars),
        calendar_root=_key("calendar_root", source.calendar_root),
        gmail_root=_key("gmail_root", source.gmail_root),
    )


def _microsoft(source: Microsoft) -> str:
    client = f"client_id: {_quoted(source.client_id)}" if source.client_id else _CLIENT_TO_COME
    ends = _key("authority", source.authority) + _key("graph_root", source.graph_root)
    return _MICROSOFT.format(client=client, calendars=_list(source.calendars), ends=ends)


def _internet(source: Internet) -> str:
    command = _key("password_command", source.password_command)
    named = f"calendars: {_list(source.calendars)}" if source.calendars else "#calendars: []"
    calendar = (
        _FEED.format(url=_quoted(source.url))
        + (f"      user: {_quoted(source.calendar_user)}\n" * bool(source.calendar_user))
        if source.is_feed
        else _CALDAV.format(
            url=_quoted(source.url), user=_quoted(source.calendar_user), command=command, calendars=named
        )
    )
    port = f"\n      port: {source.port}" if source.port else ""
    connection = port + (f"\n      tls: {source.tls}" if source.tls != "implicit" else "")
    return calendar + _IMAP.format(
        host=_quoted(source.host), connection=connection, user=_quoted(source.user), command=command
    )


def _key(key: str, value: str) -> str:
    return f"\n      {key}: {_quoted(value)}" if value else ""


def _block(pairs: Iterable[str]) -> str:
    return f"{{{', '.join(pairs)}}}"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"


def _quoted(value: str) -> str:
    # A JSON string is a YAML string in double quotes: no answer can become a key, a number or a comment.
    return json.dumps(value, ensure_ascii=False)


def _single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
