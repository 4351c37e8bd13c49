"""How a company writes its own name, learned from what its people write: titles, display names, signatures.

A word is taken for the name only where it is the company's domain too (acme.example and "Acme"): all that
is learned is its spelling. What no domain confirms is left out, and the letter does without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from unicodedata import normalize

from followupd.core.model import HiringProcess, Policy
from followupd.core.names import plain
from followupd.core.nametables import COMPANY_FORMS, NOT_PEOPLE
from followupd.core.organisations import LONGEST_NAME, SHORTEST_NAME, Belonging, is_everyday

LONGEST_TEXT: Final = 2_000
_MOST_WORDS: Final = 4
_LOUD_AT_MOST: Final = 5  # longer names in capitals are mostly shouted
_WORD: Final = re.compile(r"[^\W_]+(?:['’&+.-][^\W_]+){0,3}")
_BETWEEN: Final = re.compile(r"[ &+.'’-]{0,3}")
# What companies put around their name to get a domain; hello, team, my, group and labs are often the name's own.
_AROUND: Final = re.compile(r"^(?:get|try|join|use)-?(?=\w{4})|(?<=\w{4})-?(?:hq|app|inc|corp|gmbh)$")
_SPELLED_OUT: Final = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))


def named(
    process: HiringProcess, belonging: Belonging, policy: Policy, texts: Iterable[str], people: Iterable[str]
) -> HiringProcess:
    """The process with its company's name: the user's, else the config's, else what the texts teach."""
    configured = {one.name for one in policy.organisations}
    kept = process.named_by == "config" and process.organisation in configured
    if process.named_by == "user" or kept:
        return process
    if belonging.name:
        return replace(process, organisation=belonging.name, named_by="config")
    if process.organisation:
        return process
    return replace(process, organisation=learned_name(texts, process.domains, people))


def learned_name(texts: Iterable[str], domains: Iterable[str], people: Iterable[str] = ()) -> str:
    """The name as the first of the texts spells it that spells it well, "" where none names it.

    No word of the names of `people` is the company's: who writes from a domain with their own name may work for
    nobody. The whole first part of a domain is looked for before what is left of it.
    """
    own = {form for name in people for word in (name, *name.split()) for form in _bare(word[:LONGEST_NAME])}
    told = [plain(text, LONGEST_TEXT) for text in texts]
    whole = [domain.casefold().partition(".")[0] for domain in domains]
    for labels in (_usable(whole) - own, _usable(_AROUND.sub("", label) for label in whole) - own):
        found = (name for text in told for name in _named(text, labels) if not _is_doubtful(name))
        if labels and (name := next(found, "")):
            return name
    return ""


def _usable(labels: Iterable[str]) -> set[str]:
    """Labels as names are compared with them, without what is a word of offices or of the calendar."""
    bare = {label.replace("-", "") for label in labels}
    return {label for label in bare if len(label) >= SHORTEST_NAME and not _is_common(label)}


def _is_common(word: str) -> bool:
    return is_everyday(word) or word in NOT_PEOPLE or word in COMPANY_FORMS


def _named(text: str, labels: set[str]) -> Iterator[str]:
    """Runs of words that together are one of the labels."""
    words = list(_WORD.finditer(text))
    for start in range(len(words)):
        for end in range(start, min(start + _MOST_WORDS, len(words))):
            if end > start and not _BETWEEN.fullmatch(text, words[end - 1].end(), words[end].start()):
                break
            name = text[words[start].start() : words[end].end()]
            name = name[:-2] if name.endswith(("'s", "’s")) else name
            if _bare(name) & labels and not _is_address(text, words[start].start(), words[end].end()):
                yield name


def _bare(name: str) -> set[str]:
    """A name as a domain may write it: without spaces and marks, with its accents dropped or spelled out."""
    spelled = normalize("NFC", name.lower())
    for letter, letters in _SPELLED_OUT:
        spelled = spelled.replace(letter, letters)
    forms = (name.lower(), normalize("NFD", name.lower()), spelled, name.lower().replace("&", "and"))
    return {"".join(char for char in form if char.isalnum()) for form in forms}


def _is_address(text: str, start: int, end: int) -> bool:
    """Whether it is a part of an e-mail address or a web address, which spell no name."""
    before = text[max(start - 2, 0) : start]
    return (
        before[-1:] in {"/", "."}
        or (len(before) == 2 and before[1] == "@" and before[0] != " ")
        or text[end : end + 1] in {"@", "/"}
    )


def _is_doubtful(name: str) -> bool:
    letters = [char for char in name if char.isalpha()]
    words = name.split()
    if len(words) > 1 and any(words[place][0].islower() for place in (0, -1)):
        return True  # "Meet me": a sentence
    loud = name.isupper() and len(letters) > _LOUD_AT_MOST
    return loud or name == name.lower() or "." in name
