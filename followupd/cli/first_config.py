"""The text of the config that `init` writes: short, commented, in the order in which people read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from followupd.cli.questions import Answers, Files, Google
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
      calendars: {calendars}
    mailbox:
      provider: google
      client_file: {client_file}"""

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

_WRITTEN = (Folder.DRAFTS, Folder.SENT)


def text(answers: Answers, found: Mapping[Folder, str]) -> str:
    """The config for these answers, with the folders that were found."""
    source = answers.source
    rules = _RULES_OF_GOOGLE if isinstance(source, Google) else _RULES_OF_FILES
    return _TEXT.format(
        name=_quoted(answers.name),
        addresses=_list(answers.addresses),
        country=_quoted(answers.country),
        timezone=answers.timezone,
        account=_google(source) if isinstance(source, Google) else _files(source, found),
        rules=rules.format(title=_single(answers.title or r"\binterview\b")),
        language=answers.language,
    )


def _files(source: Files, found: Mapping[Folder, str]) -> str:
    names = (f"{kind}: {_quoted(found[kind])}" for kind in _WRITTEN if kind in found)
    calendar, mail = _quoted(str(source.calendar)), _quoted(str(source.mail))
    return _FILES.format(calendar=calendar, mail=mail, folders=_block(names))


def _google(source: Google) -> str:
    return _GOOGLE.format(client_file=_quoted(str(source.client_file)), calendars=_list(source.calendars))


def _block(pairs: Iterable[str]) -> str:
    return f"{{{', '.join(pairs)}}}"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"


def _quoted(value: str) -> str:
    # A JSON string is a YAML string in double quotes: no answer can become a key, a number or a comment.
    return json.dumps(value, ensure_ascii=False)


def _single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
