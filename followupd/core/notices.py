"""Mail that programs send of their own accord: to lists of subscribers, by recruiting systems, from no-reply addresses.

A person who writes through such a system is a person: their name stands on it, and a reply goes to them.
"""

from __future__ import annotations

from followupd.core import conventions as known
from followupd.core import tables
from followupd.core.addresses import domain_of
from followupd.core.bounces import is_daemon
from followupd.core.model import Address, ArrivalClass, Confidence, Judgement, Message
from followupd.core.phrases import GENERATED
from followupd.core.replies import SHORT, Signs
from followupd.core.tidings import tidings


def judge_list(message: Message) -> Judgement | None:
    """RFC 2919 and 2369 with the old Precedence. A list to which people write (List-Post) carries their letters."""
    named = message.header("list-id") or message.header("list-unsubscribe")
    bulk = message.header("precedence").strip().lower() in {"bulk", "junk"}
    one_click = message.header("list-id") and message.header("list-unsubscribe-post")  # RFC 8058
    if not (named and (bulk or one_click)) or comes_through_a_list(message) or message.in_reply_to:
        return None
    return Judgement(
        kind=ArrivalClass.LIST,
        confidence=Confidence.CERTAIN,
        reason="sent to a list of subscribers (RFC 2369)",
    )


def comes_through_a_list(message: Message) -> bool:
    """Whether it came through a mailing list on which people write to one another."""
    post = message.header("list-post").strip().lower()
    if post.startswith("no"):  # RFC 2369 section 3.4: postings are not allowed
        return False
    by_precedence = message.header("precedence").strip().lower() == "list"  # Mailman's, and Google Groups'
    return bool(post) or by_precedence or any(message.header(name) for name in known.DISCUSSION_FIELDS)


def judge_notice(signs: Signs) -> Judgement | None:
    """A notice by its header, its words or its sender; None where a person may have written it."""
    message = signs.message
    if signs.generated:
        return notice("it says that a program made it (RFC 3834)", seems(signs), Confidence.CERTAIN)
    if GENERATED.search(signs.words[:SHORT]):
        return notice("it says in words that a program sent it", seems(signs))
    return _from_an_address(signs, message.sender) if message.sender else None


def _from_an_address(signs: Signs, sender: Address) -> Judgement | None:
    message, nobody = signs.message, _is_nobody(sender.email) and not is_daemon(signs.message)
    scheduler = tables.listed(domain_of(sender.email), tables.SCHEDULERS)
    if not nobody and not scheduler and not is_recruiting_system(message):
        return None
    if nobody and (message.header("list-unsubscribe") or message.header("list-id")):
        return notice("from an address that nobody reads, to subscribers (RFC 2369)", seems(signs))
    if not _is_person(sender.name):
        system = "from a scheduling program" if scheduler else "from a recruiting system"
        reason = "from an address that nobody reads" if nobody else system
        return notice(reason, seems(signs))
    relayed = (message.in_reply_to and not nobody) or _replies_go_to_a_person(message)
    return None if relayed else unsure("a person's name at a machine's address", signs)


def seems(signs: Signs) -> str:
    """What it seems to say (`core.tidings`)."""
    return tidings(signs.message.subject, signs.words)


def is_recruiting_system(message: Message) -> bool:
    """Whether its sender is a recruiting system's address (see `core.tables`)."""
    domain = domain_of(message.sender.email) if message.sender else ""
    return tables.listed(domain, tables.RECRUITING_SYSTEMS)


def _is_nobody(address: str) -> bool:
    """Whether nobody reads what is sent there."""
    return tables.is_robot_local(known.local_part(address.lower()))


def _replies_go_to_a_person(message: Message) -> bool:
    """A letter typed in a recruiting system comes from the system's address; answers go to who wrote it."""
    own = message.sender.email.rpartition("@")[2] if message.sender else ""
    family = own.split(".")[-2:]
    return any(
        not _is_nobody(address.email)
        and domain_of(address.email).split(".")[-2:] != family
        and not tables.machinery(domain_of(address.email))
        for address in message.reply_to
        if "@" in address.email
    )


def _is_person(name: str) -> bool:
    plain = name.partition(" via ")[0].partition(" (")[0].strip()
    return known.PERSON_NAME.match(plain) is not None and not known.OFFICE_NAME.search(name)


def notice(reason: str, sub_kind: str = "", confidence: Confidence = Confidence.LIKELY) -> Judgement:
    """What a program wrote of its own accord."""
    return Judgement(kind=ArrivalClass.NOTICE, sub_kind=sub_kind, confidence=confidence, reason=reason)


def unsure(reason: str, signs: Signs) -> Judgement:
    """What may be an answer by a person, or not: the user is asked."""
    return Judgement(
        kind=ArrivalClass.UNSURE,
        sub_kind=seems(signs),
        confidence=Confidence.DOUBTFUL,
        reason=reason,
    )
