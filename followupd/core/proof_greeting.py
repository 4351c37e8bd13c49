"""Whether a letter greets the one it goes to.

A wrong name is the worst fault of a letter, and a false alarm about a right one costs trust. So a greeting is
compared with all that is known of the recipient: each part of the names, in any spelling of their letters, what the
user set, the address, short forms. Names in another script than the greeting's say nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from followupd.core.names import plain, sure_name
from followupd.core.proof import Finding, Proof
from followupd.core.proof_layout import greets
from followupd.core.proof_spelling import distance
from followupd.core.prooftables import JOINTS, NICKNAMES, NO_NAMES, NOBODY, OPENERS, PARTICLES

_TOKEN = re.compile(r"[^\W\d_]+(?:['\-\u2010][^\W\d_]+)*")
_NOTHING = re.compile(r"\b(?:None|null|nan|NaN|undefined|NULL)\b")
_HOLE = re.compile(r"[\[{<][^\]}>]*[\]}>]|\bX{3,}\b|_{2,}|\?{2,}")
_SPECIAL = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "\u0131": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_NAMES_AT_MOST = 6
_PREFIX = 3
_TAIL = 4


def in_greeting(line: str, following: str, about: Proof) -> Iterator[Finding]:
    """What is wrong with the greeting. `following` is the first line of the body."""
    if not line:
        return
    if hole := _HOLE.search(line) or _NOTHING.search(line):
        yield Finding("greeting", f"The greeting has no name in it: “{plain(line, 60)}”.", hole[0])
        return
    if greets(following) and _is_second(following):
        yield Finding(
            "greeting", f"There are two greetings: “{plain(following, 60)}” is the second.", following
        )
    wrong = _wrong_name(names_in(line), about)
    if wrong:
        yield Finding("greeting", _told(wrong, about), wrong)


def names_in(line: str) -> tuple[str, ...]:
    """The words of a greeting that are parts of names, () where it names nobody or goes on as a sentence."""
    words = _TOKEN.findall(line[:120])
    if not greets(line):
        named = words
    else:
        named = words[1:]
        while named and _bare(named[0]) in NO_NAMES:
            named = named[1:]
    named = [word for word in named if _bare(word) not in NO_NAMES | JOINTS | PARTICLES]
    is_name = all(word[:1].isupper() or not word[:1].islower() for word in named)
    if not named or len(named) > _NAMES_AT_MOST or not is_name or _bare(named[0]) in OPENERS:
        return ()
    return () if any(_bare(word) in NOBODY for word in named) else tuple(named)


def _is_second(line: str) -> bool:
    """Whether a line of the body is a greeting too: short, and ended as one."""
    return line.endswith((",", ":", "!")) and len(line.split()) <= _NAMES_AT_MOST and bool(names_in(line))


def _told(wrong: str, about: Proof) -> str:
    to = next((plain(name, 60) for name in about.names if name), "") or next(iter(about.addresses), "")
    known = f", and the letter goes to {to}" if to else ""
    return f"The greeting says “{plain(wrong, 60)}”{known}."


# --- comparing ----------------------------------------------------------------------------------


def _wrong_name(named: tuple[str, ...], about: Proof) -> str:
    """The name that is greeted and is not the recipient's, "" where it is or where that can't be told."""
    if not named or not all(_is_latin(word) for word in named):
        return ""
    known = _parts((*about.names, about.greeting, *map(_local, about.addresses)))
    right = [word for word in named if _is_one_of(word, known)]
    if right:
        return next((word for word in named if word not in right and _is_slip(word, about)), "")
    if any(_forms(word) & _parts(about.others) for word in named):
        return " ".join(named)
    sure = [name for name in about.names if sure_name(name, "") and _is_latin(name)]
    return " ".join(named) if sure else ""


def _is_slip(word: str, about: Proof) -> bool:
    """Whether it is the recipient's name with a letter or two wrong."""
    parts = _parts(about.names)
    far = 1 if len(word) < 6 else 2
    return len(word) > 3 and any(0 < distance(_fold(word), part) <= far for part in parts if len(part) > 3)


def _is_one_of(word: str, known: frozenset[str]) -> bool:
    forms = _forms(word)
    if forms & known or any(forms & NICKNAMES.get(part, frozenset()) for part in known):
        return True
    return any(_begins(form, part) or _ends(form, part) for form in forms for part in known)


def _begins(one: str, other: str) -> bool:
    """ "Alex" for "Alexander"."""
    short, long = sorted((one, other), key=len)
    return len(short) >= _PREFIX and long.startswith(short)


def _ends(word: str, part: str) -> bool:
    """ "rwhitfield" for "Whitfield"."""
    return len(word) >= _TAIL and part.endswith(word)


def _parts(names: Iterable[str]) -> frozenset[str]:
    words = (word for name in names for word in _TOKEN.findall(name[:200]))
    return frozenset(form for word in words for form in _forms(word) if form not in NO_NAMES or len(form) > 4)


def _forms(word: str) -> frozenset[str]:
    """A word as it is compared: without accents, with umlauts written out, whole and by its hyphens."""
    spelled = {_fold(word), _fold(word.casefold().translate(_UMLAUTS))}
    whole = {re.sub(r"[^a-z]", "", one) for one in spelled}
    return frozenset(part for one in spelled for part in re.split(r"[^a-z]+", one) if part) | frozenset(
        whole - {""}
    )


def _fold(word: str) -> str:
    low = unicodedata.normalize("NFKD", word.casefold().translate(_SPECIAL))
    return "".join(char for char in low if not unicodedata.combining(char))


def _bare(word: str) -> str:
    return word.casefold().strip(".")


def _local(address: str) -> str:
    return re.sub(r"[\d_.+]+", " ", address.partition("@")[0].partition("+")[0])


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(char, "").startswith("LATIN") for char in text if char.isalpha())
