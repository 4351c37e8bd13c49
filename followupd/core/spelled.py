"""Names as people write them in running text, in lists and in directories; and the posts beside them."""

from __future__ import annotations

import re
from typing import Final

from followupd.core import describedtables as words_of
from followupd.core.names import sure_name

MOST_WORDS: Final = 5

_INSIDE = re.compile(r" ?\([^()]{0,300}\)?| ?\[[^][]{0,300}\]")
_ADDRESS = re.compile(r"<?\b[^\s<>@]{1,100}@[^\s<>@]{1,100}>?|\b(?:https?://|www\.)[^\s]{1,1000}")
_JOINER = re.compile(
    r"( ?[,;&+/•·] ?(?:(?:and|und|et|puis|y|e|en|och|og|then) )?"
    r"| (?:and|und|et|y|e|en|och|og|sowie|plus|then|puis|as well as|along with|together with) )"
)
_FAMILY_FIRST = re.compile(r"[^,;]{2,40},[^,;]{2,40}")
_JOINED_CAPITAL = re.compile(r"(?:[dl]|al|el|an|ash|abd)['’-](?=[^\W\d_])", re.IGNORECASE)


def people(
    text: str,
    *,
    listed: bool = False,
    singular: bool = False,
    entire: bool = False,
    prose: bool = False,
    strict: bool = False,
) -> list[str]:
    """The names that the text enumerates, family names last.

    `listed`: under a label; names in capitals and "Reyes, Dana" count too, also one alone where the label is
    `singular`. `entire`: nothing but a name stands between two separators. `prose`: the text goes on after
    the names. `strict`: names or posts throughout, or none.
    """
    is_titled = "(" in text
    text = _ADDRESS.sub(" ", without_brackets(text)).replace("–", " – ").replace("—", " — ")
    if listed and (turned := _directory(text, sure=singular or is_titled)):
        return turned
    found: list[str] = []
    parts = ["", *_JOINER.split(text)]
    for joiner, piece in zip(parts[::2], parts[1::2], strict=True):
        is_own_post = bool(found) and joiner.strip() in {",", ";"} and _begins_with_post(piece)
        name = (
            "" if is_own_post else _name(piece, loud=listed, entire=entire, after_post=strict or not entire)
        )
        if name:
            found.append(name)
        elif piece.strip() and not is_own_post and not is_post(piece, arranging=True):
            if prose and len(piece.split()) > 1:
                break
            if strict:
                return []
    return found


def whole(text: str) -> bool:
    """Whether the text is a name and nothing else."""
    return bool(_name(without_brackets(text), loud=False, entire=True))


def begins(words: list[str]) -> str:
    """The name that the words begin with, "" if they begin with none."""
    return _read(words, loud=False)[0]


def without_brackets(text: str) -> str:
    """The text without what stands in brackets."""
    return _INSIDE.sub("", text)


def is_post(text: str, *, arranging: bool = False, noun: bool = False) -> bool:
    """Whether the text is a post, as "VP, Engineering (EMEA)", or a field of work, as "Payments".

    `arranging`: posts that only arrange talks count too. `noun`: a field alone is none.
    """
    plain = text.strip(" .,:;()")
    if not noun and len(plain) < 6 and plain.isupper() and plain.isalpha():  # DRH, DSI, CHRO
        return True
    words = {word.strip(".,:;()").casefold() for word in text.split()[:8]}
    if not words_of.VACANCY.isdisjoint(words) or (not arranging and not words_of.ARRANGING.isdisjoint(words)):
        return False
    return not words.isdisjoint(
        words_of.POSTS | words_of.ARRANGING | (frozenset() if noun else words_of.FIELDS)
    )


def _begins_with_post(piece: str) -> bool:
    first = piece.split(maxsplit=1)[:1]
    return bool(first) and first[0].strip(".,:").casefold() in words_of.POSTS_AND_FIELDS


def _directory(text: str, *, sure: bool) -> list[str]:
    """The names of "Reyes, Dana; Novak, Kim"; [] unless all stand so."""
    chunks = [chunk.strip() for chunk in text.split(";") if chunk.strip()]
    if not chunks or not all(_FAMILY_FIRST.fullmatch(chunk) for chunk in chunks):
        return []
    names = [_turned(chunk, sure=sure or len(chunks) > 1) for chunk in chunks]
    return names if all(names) else []


def _turned(chunk: str, *, sure: bool) -> str:
    family, _, given = (part.strip() for part in chunk.partition(","))
    is_loud = family.isupper() and not given.isupper()
    particles = [word for word in family.split() if word.casefold() in words_of.PARTICLES]
    is_short = len(family.split()) - len(particles) == 1 and 1 <= len(given.split()) <= 2
    if not is_short or not (sure or is_loud):
        return ""
    return _name(f"{given} {family}", loud=True, entire=True)


def _name(piece: str, *, loud: bool, entire: bool, after_post: bool = False) -> str:
    """The name that the piece begins with, also after a post: "our CTO Dr. Dana Reyes joins"."""
    words = _from_name(piece.split())
    name, count = _read(words, loud=loud)
    if not name and after_post:
        last = max((place for place, word in enumerate(words[:8]) if _is_post_word(word)), default=-1)
        words = _from_name(words[last + 1 :]) if last >= 0 else []
        name, count = _read(words, loud=loud)
    return name if not entire or count == len(words) else ""


def _from_name(words: list[str]) -> list[str]:
    """The words from the name on; [] where an article stands before anything but a post or a title."""
    bare_noun = False
    for place, word in enumerate(words):
        plain = word.rstrip(".").casefold()
        if plain in words_of.ARTICLES:
            bare_noun = True
        elif plain in words_of.HONORIFICS:
            bare_noun = False
        elif plain not in words_of.FILLERS:
            return (
                [] if bare_noun and not any(map(_is_post_word, words[place : place + 5])) else words[place:]
            )
    return []


def _is_post_word(word: str) -> bool:
    return word.strip(".,:").casefold() in words_of.POSTS_AND_FIELDS


def _read(words: list[str], *, loud: bool) -> tuple[str, int]:
    """The name at the beginning, as it is to be written, and of how many words it is made."""
    name: list[str] = []
    for word in words[: MOST_WORDS + 2]:
        bare = word.rstrip(".,:;!?") if len(word) > 2 else word
        if not _continues(bare, name):
            break
        name.append(bare)
        if bare != word and not (len(bare) == 1 and word.endswith(".")):
            break
    while name and name[-1].casefold() in words_of.PARTICLES:
        name.pop()
    return (sure_name(" ".join(name), ""), len(name)) if _is_name(name, loud=loud) else ("", 0)


def _continues(word: str, name: list[str]) -> bool:
    folded = word.casefold()
    if folded in words_of.PARTICLES and name:
        return True
    return _is_capitalised(word) and not (name and folded in words_of.POSTS_AND_FIELDS)


def _is_capitalised(word: str) -> bool:
    letters = "".join(char for char in word if char not in "-'’.")
    if not letters.isalpha():
        return False
    return word[0].isupper() or (_JOINED_CAPITAL.match(word) is not None and any(map(str.isupper, word)))


def _is_name(words: list[str], *, loud: bool) -> bool:
    folded = [word.casefold() for word in words]
    counted = [word for word, plain in zip(words, folded, strict=True) if plain not in words_of.PARTICLES]
    if not 2 <= len(counted) <= MOST_WORDS or len(words) > MOST_WORDS + 2:
        return False
    if any(plain in words_of.NO_NAMES or plain in words_of.POSTS_AND_FIELDS for plain in folded):
        return False
    return _is_written(counted, loud=loud) and "".join(folded) not in words_of.NOT_PEOPLE


def _is_written(words: list[str], *, loud: bool) -> bool:
    """Whether they are written as names are: not as abbreviations, initials alone or capitals throughout."""
    spelled = [word for word in words if len(word.rstrip(".")) > 1]
    in_capitals = [word for word in spelled if len(word) > 1 and word.isupper()]
    if in_capitals and not loud and (len(in_capitals) == len(spelled) or in_capitals[0] is spelled[0]):
        return False
    initials_first = len(words[0].rstrip(".")) == 1
    return len(spelled) >= 2 or (len(spelled) == 1 and initials_first and len(spelled[0]) > 2)
