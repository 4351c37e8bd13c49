"""Names that a sentence or a post speaks for: "You will meet Dana Reyes", "Dana Reyes, VP Engineering"."""

from __future__ import annotations

import re
from typing import Final

from followupd.core import describedtables as words_of
from followupd.core.spelled import is_post, people, whole

MOST_WORDS: Final = 200  # of a sentence

_SENTENCE_END = re.compile(r"(?<=[^\s.]{3}[.!?]) (?=[A-ZÀ-Þ¿¡])")
_BRACKETS = re.compile(r"\(([^()]{3,200})\)[.;,]?$")
_ACTS = re.compile(
    r" (?:(?:will|may|might|is going to|are going to)(?: then| also)? (?:be )?"
    r"(?:interview(?:ing|er)?|your interviewers?|your panel"
    r"|(?:meet|speak|talk|chat)(?:ing)? (?:with|to)? ?you|join(?:ing)?|lead(?:ing)?|conduct(?:ing)?|call(?:ing)? you)"
    r"|(?:is|are) (?:interviewing you|your interviewers?"
    r"|(?:looking forward|excited|keen) to (?:meet|speak|talk|chat)(?:ing)? (?:with |to )?you)"
    r"|(?:wird|werden) (?:sie interviewen|sie anrufen|das gespräch|am gespräch|dabei)"
    r"|(?:vous (?:recevra|recevront|appellera|rencontrera|interviewera)|te (?:entrevistará|llamará)n?"
    r"|ti (?:intervisterà|chiamerà)|zal je|(?:vai|vão) (?:te )?entrevist|kommer att intervjua))\b",
    re.IGNORECASE,
)
# What stands behind a person and not behind a firm: "(CTO)", ", our CTO", "at Northwind", "who".
_FOLLOWING = re.compile(r"[^\W\d_](?: ?\(|, | (?:from|at|who|bei|chez|von|da|du) )")
_WITH_SIGN = re.compile(r"\bw/ ?(?=\w)")


# --- posts --------------------------------------------------------------------------------------


def titled(line: str, *, arranging: bool) -> list[str]:
    """The names in "Dana Reyes - VP Engineering" and "CTO: Dana Reyes"; not of those who only arrange."""
    if line.endswith((".", "!", "?")):
        return _bio(line)
    head, sign, rest = line.partition(": ")
    if (
        sign
        and is_post(head, noun=True)
        and not {"geschäftsführer", "vorstand"} & set(head.casefold().split())
    ):
        return people(rest, entire=True)
    if sign and len(head.split()) < 3 and not words_of.TALKS.isdisjoint(head.casefold().split()):
        line = rest
    pieces = re.split(r"; | (?:and|und|et|y|e|en|och|&) (?=[A-ZÀ-Þ])", line)
    return [name for piece in pieces for name in _before_post(piece, arranging=arranging)]


def _before_post(piece: str, *, arranging: bool) -> list[str]:
    sign = re.search(r" ?[–—|(,] ?| - |: ", piece)
    if not sign:
        return []
    post = piece[sign.end() :]
    if not is_post(post, arranging=arranging, noun=True) and "linkedin" not in post.casefold():
        return []
    return people(piece[: sign.start()], entire=True)


def _bio(line: str) -> list[str]:
    """ "Dana Reyes is our Director of Engineering.": who is described is met."""
    name, verb, rest = line.partition(" is our ")
    return people(name, entire=True) if verb and is_post(rest.split(".")[0], noun=True) else []


# --- sentences ----------------------------------------------------------------------------------


def sentences(line: str) -> list[str]:
    """The dots of titles ("Prof. Hale") end none."""
    found: list[str] = []
    for piece in _SENTENCE_END.split(line):
        last = found[-1].rpartition(" ")[2].rstrip(".").casefold() if found else ""
        if last in words_of.HONORIFICS:
            found[-1] += f" {piece}"
        else:
            found.append(piece)
    return found


def told(sentence: str, *, in_slot: bool) -> list[str]:
    """The names after the cues of a sentence, or before its verb: "Dana Reyes will interview you"."""
    words = _WITH_SIGN.sub("with ", sentence).split()[:MOST_WORDS]
    folded = [word.strip(".,:;!?()").casefold() for word in words]
    if not words_of.AT_THE_DOOR.isdisjoint(folded):
        return []
    if (act := _ACTS.search(sentence)) and words_of.OTHER_MATTERS.isdisjoint(folded):
        return people(_after_opening(sentence[: act.start()]), entire=True, strict=True)
    if words and folded[0] in words_of.WITH and (alone := _only(words[1:])):
        return alone
    found = [
        name
        for place, end in _cued(folded, in_slot=in_slot)
        for name in _behind(words, place, end, in_slot=in_slot)
    ]
    return found or _in_brackets(sentence, folded, in_slot=in_slot)


def _only(words: list[str]) -> list[str]:
    return people(" ".join(words), entire=True, strict=True)


def _cued(folded: list[str], *, in_slot: bool) -> list[tuple[int, int]]:
    """The places of the cues, each with the place of the next; none behind words about something else."""
    other = next((place for place, word in enumerate(folded) if word in words_of.OTHER_MATTERS), len(folded))
    places = [place for place in range(other) if _is_cue(folded, place, in_slot=in_slot)]
    return list(zip(places, [*places[1:], len(folded)], strict=False))


def _behind(words: list[str], place: int, end: int, *, in_slot: bool) -> list[str]:
    named = people(" ".join(words[place + 1 : end]), prose=True)
    return [] if not in_slot and len(named) == 1 and _may_be_firm(words, place) else named


def _after_opening(text: str) -> str:
    """Without "On Friday," and the like before the names."""
    first, sign, rest = text.partition(", ")
    return rest if sign and not whole(first) else text


def _is_cue(folded: list[str], place: int, *, in_slot: bool) -> bool:
    word, before = folded[place], folded[max(place - 6, 0) : place]
    last = before[-1] if before else ""
    if word in words_of.WITH:
        return in_slot or not words_of.TALKS.isdisjoint(
            folded[:place] if last in words_of.AND_THEN else before
        )
    if word == "to":
        you = last in words_of.SHOWN_TO or not words_of.YOU.isdisjoint(folded[:place])
        return you and last in words_of.TALK_TO
    if word in words_of.BY:
        held = last in words_of.HELD_TALK and not words_of.TALKS.isdisjoint(before)
        you = place < 3 or not words_of.YOU.isdisjoint(before)
        return held or (you and last in words_of.HELD) or last in words_of.ADDED
    if word in words_of.MEET_YOU:
        return not words_of.YOU.isdisjoint(before)
    return word in words_of.MEET


def _may_be_firm(words: list[str], place: int) -> bool:
    """Whether "interview with" is all that speaks for a name: of "your interview with Harper Quinn" too."""
    folded = [word.strip(".,:;!?()").casefold() for word in words]
    if place == 0 or folded[place - 1] not in words_of.INTERVIEWS:
        return False
    rest = words[place + 1 :]
    is_heading = place < 4 and (words_of.YOURS | words_of.YOU).isdisjoint(folded[:place])
    if is_heading and _only(rest):
        return False
    tells = _FOLLOWING.search(" ".join(rest)) is not None
    return not tells or not words_of.VACANCY.isdisjoint(folded[place:])


def _in_brackets(sentence: str, folded: list[str], *, in_slot: bool) -> list[str]:
    """Names alone in brackets behind a talk: "Presentation to the panel (Dana Reyes, Kim Novak)"."""
    if not in_slot and words_of.TALKS.isdisjoint(folded):
        return []
    return [name for inner in _BRACKETS.findall(sentence) for name in people(inner, entire=True, strict=True)]
