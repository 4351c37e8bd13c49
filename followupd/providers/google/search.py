"""Gmail's search terms for people and domains.

How `from:` and `to:` match is not documented in detail, so they are asked for more than is needed,
and what comes back is compared exactly (`providers.matching`). Sources: "Refine searches in Gmail";
messages.list, parameter q.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from urllib.parse import quote

from followupd.providers.base import Senders
from followupd.providers.matching import base_address

# The library turns an address of more than 2,048 characters into a POST, which we do not let out.
MAX_ENCODED = 1_750
MARGIN = timedelta(days=1)


def letters_to(addresses: Collection[str], since: datetime, message_id: str) -> list[str]:
    """Queries for letters to any of the addresses: by the local part, since a tag hides the address."""
    names = sorted({base_address(email).rpartition("@")[0] for email in addresses})
    terms = [_term(field, name) for name in names for field in ("to", "cc", "bcc")]
    terms += [_term("rfc822msgid", message_id)]
    return list(_queries(terms, f"in:anywhere after:{_second(since)}"))


def with_message_id(message_id: str) -> str:
    """The query for one message."""
    return f"in:anywhere rfc822msgid:{_quoted(message_id)}"


def messages_from(addresses: Collection[str], domains: Collection[str], since: datetime) -> list[str]:
    """Queries for messages from them; the bare words are for Reply-To and Sender, which have no operator."""
    words = [*_wanted(addresses, domains), *sorted(addresses)]
    terms = [term for word in words for term in (_term("from", word), _quoted(word))]
    terms += [_term("from", base_address(email).rpartition("@")[0]) for email in sorted(addresses)]
    return list(_queries(terms, f"in:anywhere -in:drafts -in:sent after:{_second(since)}"))


def concerning(senders: Senders, since: datetime) -> list[str]:
    """Queries for messages in both directions, and for those that systems send."""
    words = _wanted(senders.addresses, senders.domains)
    terms = [_term(field, word) for word in words for field in ("from", "to")]
    terms += [_term("from", word) for word in sorted({*senders.systems, *senders.local_parts})]
    return list(_queries(terms, f"in:anywhere after:{_second(since)}"))


def drafts_before(since: datetime) -> str:
    """The query for drafts that were last saved before then."""
    return f"in:drafts before:{_second(since)}"


def everything(since: datetime) -> list[str]:
    """The query for all that came since, in every folder; drafts are listed otherwise."""
    return [f"in:anywhere -in:drafts after:{_second(since)}"]


def _wanted(addresses: Collection[str], domains: Collection[str]) -> list[str]:
    """The domains, and the addresses that lie in none of them."""
    asked = sorted({domain.strip().lower().lstrip("@.") for domain in domains} - {""})
    outside = [email for email in sorted(addresses) if not any(_below(email, domain) for domain in asked)]
    return asked + outside


def _below(email: str, domain: str) -> bool:
    host = email.rpartition("@")[2].lower()
    return host == domain or host.endswith("." + domain)


def _term(field: str, word: str) -> str:
    """The condition, "" where nothing of the word is left to ask for."""
    quoted = _quoted(word)
    return f"{field}:{quoted}" if quoted else ""


def _quoted(word: str) -> str:
    """The word so that it can't be read as an operator. Quotation marks have no escape: they are left out."""
    clean = re.sub(r'[\s"(){}\\]+', " ", word).strip()
    if not clean:
        return ""
    return clean if re.fullmatch(r"[\w.@+-]+", clean) and not clean.startswith("-") else f'"{clean}"'


def _second(since: datetime) -> int:
    """Gmail compares with when it got the message, we with the message's own date too: a day to spare."""
    return max(0, int((since - MARGIN).timestamp()))


def _queries(terms: Iterable[str], rest: str) -> Iterator[str]:
    """The terms, any of which may match, in as few queries as their length allows."""
    group: list[str] = []
    for term in dict.fromkeys(filter(None, terms)):
        if group and len(quote(" ".join([rest, *group, term]))) > MAX_ENCODED:
            yield f"{rest} {{{' '.join(group)}}}"
            group = []
        group.append(term)
    if group:
        yield f"{rest} {{{' '.join(group)}}}"
