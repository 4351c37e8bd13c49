"""E-mail addresses: one written form of each, and the patterns that users write for them.

Addresses come from calendars and mail, written by strangers: RFC 5321 section 4.5.3.1 bounds their
length, and whatever is not plainly an address (X.500 names of Exchange, `invalid:nomail`) counts as none.
"""

from __future__ import annotations

from collections.abc import Collection

from followupd.core.model import Policy

LONGEST = 254  # RFC 5321 4.5.3.1.3 (256 for the path with its angle brackets)
_NEVER_BARE = frozenset('@<>()[],;:\\" ')  # RFC 5322 3.2.3 "specials"; quoted local parts are not supported


def clean(email: str) -> str:
    """The address in lower case with its +tag, "" if it isn't one. A letter goes to this form."""
    start, end = 0, min(len(email), LONGEST * 2)
    while start < end and _is_wrapping(email[start]):
        start += 1
    while end > start and _is_wrapping(email[end - 1]):
        end -= 1
    bare = email[start:end].lower().removeprefix("mailto:").rstrip(".")
    local, _, domain = bare.rpartition("@")
    return f"{local}@{domain}" if len(bare) <= LONGEST and _is_local(local) and _is_domain(domain) else ""


def canonical(email: str) -> str:
    """The form in which addresses are compared: `clean` without +tag. "" if it isn't an address."""
    local, _, domain = clean(email).rpartition("@")
    untagged = local.split("+", 1)[0] or local
    return f"{untagged}@{domain}" if domain else ""


def domain_of(email: str) -> str:
    """The host part in lower case, "" if it isn't an address."""
    return clean(email).rpartition("@")[2]


def matches(email: str, patterns: Collection[str]) -> bool:
    """Whether one of the patterns names the address.

    A pattern is a full address, a domain (that one and all below), or anything with `*`.
    """
    address = canonical(email)
    if not address:
        return False
    forms = (address, clean(email))
    return any(_matches(forms, pattern.strip().lower()) for pattern in patterns)


def is_mine(email: str, policy: Policy) -> bool:
    """Whether the address is one of the user's own."""
    return matches(email, policy.me.addresses)


def is_below(domain: str, parent: str) -> bool:
    """Whether the domain is `parent` or lies below it."""
    return bool(parent) and (domain == parent or domain.endswith("." + parent))


def _is_wrapping(char: str) -> bool:
    return char in "<>" or char.isspace() or not char.isprintable()


def _is_local(local: str) -> bool:
    # "/o=Org/cn=Dana" is the X.500 name of an Exchange user, whatever follows an @ in it.
    return bool(local) and local[0] != "/" and local.isprintable() and not _NEVER_BARE & set(local)


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return all(label and label.replace("-", "").replace("_", "").isalnum() for label in labels)


def _matches(forms: tuple[str, str], pattern: str) -> bool:
    address = forms[0]
    if "*" in pattern:
        return any(_glob(form, pattern) for form in (*forms, address.rpartition("@")[2]))
    if pattern.startswith("@"):
        return address.endswith(pattern)
    if "@" in pattern:
        return address == canonical(pattern)
    return is_below(address.rpartition("@")[2], pattern)


def _glob(text: str, pattern: str) -> bool:
    """`*` stands for anything. Taking the first fit of each piece is enough, so this is never slow."""
    first, *middle, last = pattern.split("*")
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    place, limit = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, place, limit)
        if found < 0:
            return False
        place = found + len(piece)
    return True
