"""Whom an absence note names instead: shown to the user, never written to by itself.

"For urgent matters please contact my assistant" names no new recipient, and an address is never guessed.
"""

from __future__ import annotations

import re
from typing import Final

from followupd.core.conventions import any_of
from followupd.core.names import sure_name

MAX_TEXT: Final = 20_000
REACH: Final = 160

_INSTEAD = any_of(
    r"\b(?:contact|reach out to|get in touch with|write to|e-?mail(?: to)?|forward(?:ed)? to|direct(?:ed)? to"
    r"|addressed to)\b",
    r"\b(?:replaced by|successor is|taken over by|new contact(?: person)? is|please ask|speak to)\b",
    r"\b(?:wenden sie sich(?: bitte)? an|kontaktieren sie|schreiben sie an|vertretung|nachfolger(?:in)?"
    r"|ansprechpartner(?:in)?)\b",
    r"\b(?:contacter|vous adresser à|écrire à|contacte|contactar|contattare|rivolgersi a|scrivere a|contate"
    r"|contactar)\b",
    r"\b(?:contact op(?:nemen)? met|kontakta|kontakt(?:e)?|skriv til|ota yhteyttä|kontakt z"
    r"|skontaktować się z)\b",
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_NAME = re.compile(
    r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'\u2019-]{1,30}(?: (?:(?:van|von|de|der|den|la|di|da|del|bin|al) ){0,2}"
    r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'\u2019-]{1,30}){1,3}"
)


def contact_in(text: str, *known: str) -> str:
    """The person whom a note names to write to, as `Jo Hale <jo@acme.example>`, name or address alone; "" if none.

    `known` are addresses that stand there anyway: its sender's, the user's.
    """
    flat = " ".join(text[:MAX_TEXT].split())
    for phrase in _INSTEAD.finditer(flat):
        found = _named(flat[phrase.end() : phrase.end() + REACH], {address.lower() for address in known})
        if found:
            return found
    return ""


def _named(following: str, known: set[str]) -> str:
    addresses = (match for match in _ADDRESS.finditer(following))
    address = next((match for match in addresses if match.group().lower().strip(".") not in known), None)
    before = following[: address.start()] if address else following.partition(". ")[0]
    names = [name for found in _NAME.findall(before) if (name := sure_name(found, ""))]
    name = names[-1] if names and address else next(iter(names), "")
    if address is None:
        return name
    written = address.group().strip(".")
    return f"{name} <{written}>" if name else written
