"""Which hiring processes a message concerns, and what the user has said of its sender before.

By what it names (thread, In-Reply-To, References, the letter that a bounce returns), else by who sent it or
which recipient failed, else by the organisation that a recruiting system's mail names. Never by its time alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from followupd.core import tables
from followupd.core.addresses import canonical, domain_of, is_mine
from followupd.core.model import (
    ArrivalClass,
    Confidence,
    Judgement,
    Message,
    Policy,
    ProcessState,
)
from followupd.core.notices import is_recruiting_system
from followupd.core.organisations import is_named_in, is_word_in
from followupd.core.quotations import own_words
from followupd.core.tidings import COURTESY
from followupd.store import Store

FIRST_LINES = 300
SAID_BEFORE = "you said of an earlier message from this sender that it was"
# What nobody is asked about needs no memory either.
SETTLED = frozenset({"receipt", "complaint"})


class Linking:
    """Links messages to the processes in a store. Reads it and writes nothing."""

    def __init__(self, store: Store, policy: Policy) -> None:
        self.store = store
        self.policy = policy

    def of_letter(self, message: Message, recipients: Collection[str]) -> list[str]:
        """The processes that a letter of mine to these addresses concerns."""
        references = (message.message_id, message.made_as, *message.in_reply_to, *message.references)
        found = set(self.store.linked("reference", [r for r in references if r]))
        found.update(self.store.linked("address", recipients))
        found.update(self.store.linked("domain", domains_of(recipients)))
        return sorted(found)

    def of_arrival(self, message: Message, judgement: Judgement) -> tuple[list[str], bool]:
        """The processes that an incoming message concerns, and whether that is in doubt: more than one fits."""
        references = (*message.in_reply_to, *message.references, judgement.about, message.thread)
        by_thread = self.store.linked("reference", [r for r in references if r])
        if by_thread:
            return by_thread, False
        if judgement.sub_kind == "list" and not self._is_to_me(message):
            return [], False  # a letter to everybody on a mailing list
        found = self._of_people(message, judgement) or self._of_organisations(message)
        alive = {
            key for key in found if (p := self.store.process(key)) and p.state is not ProcessState.CLOSED
        }
        keys = sorted(alive or found)
        return keys, len(keys) > 1

    def names_role(self, key: str, message: Message) -> bool:
        """Whether a message names the position that a process is about."""
        process = self.store.process(key)
        role = process.position.casefold() if process else ""
        return is_word_in(role, f"{message.subject}\n{message.text}".casefold())

    def as_said_before(self, message: Message, judgement: Judgement, process: str) -> Judgement:
        """The judgement for a process, or what the user has said of this sender where it is not sure.

        Never of what reads like an answer by the company: that is asked about each time.
        """
        asked = judgement.kind in {ArrivalClass.UNSURE, ArrivalClass.NOTICE}
        if not asked or judgement.sub_kind in SETTLED or message.sender is None:
            return judgement
        said = self._said_of(message, judgement, process)
        if said == "human":
            kind, sub_kind = ArrivalClass.HUMAN, judgement.sub_kind
        elif said == "auto" and judgement.sub_kind in {"", COURTESY}:
            kind, sub_kind = ArrivalClass.AUTO_REPLY, "acknowledgement"
        else:
            return judgement
        reason = f"{SAID_BEFORE} {said}"
        return replace(judgement, kind=kind, sub_kind=sub_kind, confidence=Confidence.LIKELY, reason=reason)

    # --- how ---

    def _of_people(self, message: Message, judgement: Judgement) -> set[str]:
        senders = senders_of(message)
        found = set(self.store.linked("address", [*senders, *judgement.bounced]))
        if found:
            return found
        by_domain = self.store.linked("domain", domains_of(senders))
        return {key for key in by_domain if self._speaks(key, message)}

    def _of_organisations(self, message: Message) -> set[str]:
        """A recruiting system writes for many companies, from addresses of its own."""
        sender = message.sender
        if sender is None or not is_recruiting_system(message) or self._is_of_another(message):
            return set()
        title, text = f"{sender.name}\n{message.subject}", own_words(message.text)[:FIRST_LINES]
        return {process.key for process in self.store.open_processes() if is_named_in(title, text, process)}

    def _is_of_another(self, message: Message) -> bool:
        """Whether replies go to an organisation: a known one was found by that already, so it is none of ours."""
        domains = [domain_of(address.email) for address in message.reply_to]
        return any(domain and not tables.machinery(domain) for domain in domains)

    def _speaks(self, key: str, message: Message) -> bool:
        """A colleague's mail concerns an internal process only when it names the role."""
        process = self.store.process(key)
        return process is None or not process.internal or self.names_role(key, message)

    def _is_to_me(self, message: Message) -> bool:
        return any(is_mine(address.email, self.policy) for address in (*message.to, *message.cc))

    def _said_of(self, message: Message, judgement: Judgement, process: str) -> str:
        """The user's word on the latest message of the same sender that was as unclear as this one, "" if none."""
        marked = self.store.marked_of(canonical(message.sender.email)) if message.sender else []
        alike = (judgement.reason, SAID_BEFORE)
        marked = [one for one in marked if one.marked == "human" or one.judgement.reason.startswith(alike)]
        if is_recruiting_system(message):  # one address writes for many companies
            marked = [arrival for arrival in marked if arrival.process == process]
        return marked[-1].marked if marked else ""


def senders_of(message: Message) -> tuple[str, ...]:
    """Canonical addresses of From and Reply-To."""
    listed = [message.sender, *message.reply_to]
    return tuple(dict.fromkeys(c for a in listed if a and (c := canonical(a.email))))


def domains_of(addresses: Iterable[str]) -> list[str]:
    """Each address's domain and the domains above it."""
    found: list[str] = []
    for address in addresses:
        labels = domain_of(address).split(".")
        found += [".".join(labels[i:]) for i in range(len(labels) - 1)]
    return found
