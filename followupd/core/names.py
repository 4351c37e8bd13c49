"""Which name a letter may greet with. A wrong name is worse than none: in doubt it is "".

Display names are written by others: directories ("Reyes, Dana (Acme)"), mail systems
("[External] 'Dana Reyes' via Greenhouse"), rooms and teams that look like people, and strangers
who try to put a header or a template into the letter.
"""

from __future__ import annotations

import re
import unicodedata

from followupd.core.nametables import (
    COMPANY_FORMS,
    CREDENTIALS,
    DROPPED_TITLES,
    KEPT_TITLES,
    NOT_PEOPLE,
    NOT_PEOPLE_ALONE,
    PARTICLES,
)

_WORDS_AT_MOST = 6
_AND = frozenset(
    {"e", "en", "i", "och", "og", "y"}
)  # as a second word it joins two people; "Ortega y Gasset" has it third
_LENGTH_AT_MOST = 60
_INVISIBLE_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
_QUOTES = "\"'`“”„‟‘’‚‛«»‹›"  # noqa: RUF001  such signs stand in names
_IN_WORDS = ".'’ʻʼ-‐·・"  # noqa: RUF001  such signs stand in names
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|（[^（）]*）|【[^【】]*】")  # noqa: RUF001  such signs stand in names
_NICKNAME = re.compile(r"(?<=\s)[\"“„‘'][^\"“”„‘’']+[\"”“’'](?=\s)")
_PRONOUNS = re.compile(r"\b(?:she|he|they|her|him|them)(?:/\w+)+\b", re.IGNORECASE)
_VIA = re.compile(r"\s+(?:via|über)\s+.*$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+(?:\||[-–—·•@]|at)\s+|\s*\|\s*", re.IGNORECASE)
_PLAIN_LETTERS = re.compile(r"[A-Za-zÀ-ÖØ-öø-ž.'’-]+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+")
_WORD = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f]*", re.UNICODE)


def plain(text: str, limit: int) -> str:
    """One line of visible text, at most `limit` characters: no control, bidi or zero-width characters."""
    kept = "".join(_visible(char) for char in unicodedata.normalize("NFC", text[: 8 * limit]))
    line = " ".join(kept.split())
    if len(line) <= limit:
        return line
    cut = line[: limit + 1].rpartition(" ")[0] or line[:limit]
    return cut.rstrip()


def sure_name(name: str, address: str) -> str:
    """The display name in reading order if it is surely a person's, else ""."""
    text = plain(name, 4 * _LENGTH_AT_MOST)
    if "{" in text or "}" in text or "://" in text:
        return ""
    whole = _unwrapped(text)
    text = _tidied(_in_reading_order(_own_part(_VIA.sub("", whole), address), address))
    bracketed = _BRACKETS.search(_PRONOUNS.sub(" ", name).replace("( )", ""))
    was_cut = bool(bracketed or _VIA.search(whole) or _BETWEEN.search(whole))
    return text if _is_person(text, address, was_cut=was_cut) else ""


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\t\r\n\v\f\x85" or category[0] == "Z":
        return " "
    hidden = category in {"Cc", "Cf", "Cs"} or char in _INVISIBLE_LETTERS or "\ufe00" <= char <= "\ufe0f"
    return "" if hidden else char


# --- cleaning -----------------------------------------------------------------------------------


def _unwrapped(text: str) -> str:
    """Without brackets, emoji, pronouns, a nickname in quotes, and quotes around it all."""
    text = "".join(" " if unicodedata.category(char) in {"So", "Co", "Sk"} else char for char in text)
    text = _NICKNAME.sub(" ", _PRONOUNS.sub(" ", _BRACKETS.sub(" ", text)))
    return " ".join(text.split()).strip(_QUOTES + " ,;")


def _own_part(text: str, address: str) -> str:
    """Of "Dana Reyes | Acme" the person, where the address or a word tells which part that is."""
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) < 2:
        return text
    told = [part for part in parts if _in_local_part(part, address)]
    left = told or [part for part in parts if not _is_other_thing(part, address)]
    return left[0] if len(left) == 1 else ""


def _in_reading_order(text: str, address: str) -> str:
    """ "Reyes, Dana" → "Dana Reyes"; "Dana Reyes, PhD" → "Dana Reyes"; "" where either may be meant."""
    first, *rest = [part.strip() for part in text.split(",")]
    if any(_bare(part) in COMPANY_FORMS for part in rest):
        return ""
    rest = [part for part in rest if part and not _is_credential(part) and not _is_other_thing(part, address)]
    if not rest or not first:
        return first
    if _bare(first.split()[0]) in DROPPED_TITLES | KEPT_TITLES:
        return ""
    if len(rest) > 1 or len(rest[0].split()) > 3 or _is_other_thing(first, address):
        return ""
    is_family = len(first.split()) == 1 or first.split()[0].casefold() in PARTICLES
    return f"{rest[0]} {first}" if is_family or _starts_local_part(rest[0], address) else ""


def _tidied(text: str) -> str:
    """Without titles that guess a gender and letters after the name; capitals as people write them."""
    tokens = text.strip(_QUOTES + " ,;").split()
    titled = bool(tokens) and _bare(tokens[0]) in DROPPED_TITLES
    while tokens and _bare(tokens[0]) in DROPPED_TITLES:
        tokens = tokens[1:]
    while len(tokens) > 2 and _is_credential(tokens[-1]):
        tokens = tokens[:-1]
    if titled and len(tokens) < 2:
        return ""
    return " ".join(_cased(tokens))


def _cased(tokens: list[str]) -> list[str]:
    if len(tokens) < 2 or not all(_PLAIN_LETTERS.fullmatch(token) for token in tokens):
        return tokens
    if all(token.islower() for token in tokens):
        return [_capitalised(token) for token in tokens]
    loud = all(token.isupper() for token in tokens)
    return [_capitalised(token) if _shouts(token, all_loud=loud) else token for token in tokens]


def _shouts(token: str, *, all_loud: bool) -> bool:
    """All capitals, and not initials such as "JD", "AJ" or "J.R."."""
    letters = [char for char in token if char.isalpha()]
    if len(letters) < 2 or not token.isupper() or _INITIALS.fullmatch(token):
        return False
    sounds = any(char in "AEIOUY" for char in letters) and letters[-1] != "J"
    return len(letters) > 2 or (all_loud and sounds)


def _capitalised(token: str) -> str:
    if token.casefold() in PARTICLES:
        return token.casefold()
    text = _WORD.sub(lambda found: found[0].capitalize(), token)
    return "Mc" + text[2:].capitalize() if text.startswith("Mc") and len(text) > 4 else text


# --- judging ------------------------------------------------------------------------------------


def _is_person(text: str, address: str, *, was_cut: bool) -> bool:
    tokens = text.split()
    counted = [token for token in tokens if token.casefold() not in PARTICLES]
    if not counted or len(counted) > _WORDS_AT_MOST or len(text) > _LENGTH_AT_MOST:
        return False
    if not all(_is_word(token) for token in tokens) or _is_other_thing(text, address):
        return False
    if len(tokens) > 2 and tokens[1].casefold() in _AND:
        return False
    return len(tokens) > 1 or _is_mononym(text, address, was_cut=was_cut)


def _is_word(token: str) -> bool:
    """Letters and marks; hyphens and apostrophes inside, a full stop only after what is shortened."""
    if not all(char in _IN_WORDS or unicodedata.category(char)[0] in "LM" for char in token):
        return False
    short = token.rstrip(".")
    return any(char.isalpha() for char in token) and ("." not in short or bool(_INITIALS.fullmatch(token)))


def _is_mononym(text: str, address: str, *, was_cut: bool) -> bool:
    """One word is a name if it is written like one: not a user name, an abbreviation or a title.

    What is left of "Acme (Greenhouse)", or stands before a careers@ address, may be a company.
    """
    if text.upper() == text.lower():
        return True
    if len(text) < 2 or text.islower() or text.isupper() or text.endswith("."):
        return False
    from_nobody = _bare(address.partition("@")[0]) in NOT_PEOPLE
    doubtful = was_cut or from_nobody
    return _bare(text) not in KEPT_TITLES and (not doubtful or _in_local_part(text, address))


def _is_other_thing(text: str, address: str) -> bool:
    """A role, a team, a room, a company, a machine."""
    bare = [_bare(word) for word in re.split(r"[\s/&-]+", text)]
    if any(word in NOT_PEOPLE for word in bare) or (len(bare) > 1 and bare[-1] in COMPANY_FORMS):
        return True
    if all(word in NOT_PEOPLE_ALONE for word in bare):
        return True
    return _in_domain(text, address) and not _in_local_part(text, address)


def _is_credential(text: str) -> bool:
    return all(_bare(word) in CREDENTIALS for word in re.split(r"[\s/]+", text))


def _bare(word: str) -> str:
    """A word without case, dots, quotes and accents, to look it up."""
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(char for char in letters if char.isalnum())


def _in_domain(text: str, address: str) -> bool:
    _, _, domain = address.casefold().partition("@")
    return _bare(text) != "" and _bare(text) in {_bare(label) for label in domain.split(".")[:-1]}


def _in_local_part(text: str, address: str) -> bool:
    """Whether the address names this person: dana.reyes, dreyes, dana."""
    local = _bare(address.partition("@")[0])
    parts = {_bare(part) for part in re.split(r"[._+-]", address.partition("@")[0])}
    tokens = [_bare(word) for word in text.split()]
    return bool(local) and any(
        word in parts or (len(word) > 3 and word in local) for word in tokens if len(word) > 1
    )


def _starts_local_part(text: str, address: str) -> bool:
    """Whether a given name begins the address: gabriel.garcia, ggarcia."""
    local = _bare(address.partition("@")[0])
    return bool(local) and bool(text) and (_in_local_part(text, address) or local[0] == _bare(text)[:1])
