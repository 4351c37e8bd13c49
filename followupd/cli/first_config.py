"""The text of the config that `init` writes: short, commented, in the order in which people read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from followupd.core.model import Folder

if TYPE_CHECKING:
    from followupd.cli.init import Answers

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
    calendar: {{provider: local, path: {calendar}}}
    mailbox:
      provider: local
      path: {mail}
      folders: {folders}    # what your folders are called

# An event is an interview when one of these matches. In a calendar program that is a word in the title,
# a category, #interview in the description, or a calendar of that name.
interviews:
  any:
    - title: {title}
    - category: Interview
    - hashtag: interview
    - calendar: Interviews
  none:
    - title: '\\bmock\\b'

letters:
  language: {language}
"""

_WRITTEN = (Folder.DRAFTS, Folder.SENT)


def text(answers: Answers, found: Mapping[Folder, str]) -> str:
    """The config for these answers, with the folders that were found."""
    names = (f"{kind}: {_quoted(found[kind])}" for kind in _WRITTEN if kind in found)
    return _TEXT.format(
        name=_quoted(answers.name),
        addresses=f"[{', '.join(map(_quoted, answers.addresses))}]",
        country=_quoted(answers.country),
        timezone=answers.timezone,
        calendar=_quoted(str(answers.calendar)),
        mail=_quoted(str(answers.mail)),
        folders=_block(names),
        title=_single(answers.title or r"\binterview\b"),
        language=answers.language,
    )


def _block(pairs: Iterable[str]) -> str:
    return f"{{{', '.join(pairs)}}}"


def _quoted(value: str) -> str:
    # A JSON string is a YAML string in double quotes: no answer can become a key, a number or a comment.
    return json.dumps(value, ensure_ascii=False)


def _single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
