"""Observe: asks calendars and mailboxes what moved, and stores it with the cursor that covers it.

The two are apart, so that accounts can be asked in threads of their own. It decides nothing about letters.
What it stores wakes the processes that it concerns; the planner thinks about those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from followupd.core import company_names, organisations, people, tables
from followupd.core import interviews as rules
from followupd.core.addresses import canonical, is_mine
from followupd.core.arrivals import judge
from followupd.core.fates import digest, normal_text
from followupd.core.model import (
    Arrival,
    ArrivalClass,
    Choice,
    Event,
    EventStatus,
    Folder,
    FollowUp,
    HiringProcess,
    Interview,
    Judgement,
    Message,
    OwnLetter,
    Policy,
    ProcessState,
    event_id,
)
from followupd.core.names import sure_name
from followupd.core.quotations import own_words
from followupd.errors import CursorLost
from followupd.linking import Linking
from followupd.providers.base import (
    Calendar,
    CalendarChanges,
    Mailbox,
    MailChanges,
    Problem,
    Senders,
    Watched,
    Whereabouts,
)
from followupd.store import Store

BACKWARD = timedelta(days=30)
FORWARD = timedelta(days=120)
STILL_OF_INTEREST = timedelta(days=60)
WORDS = 4096
MAIL_SYSTEMS = frozenset({"mailer-daemon", "mail-daemon", "mdaemon", "postmaster"})
MINE = frozenset({Folder.DRAFTS, Folder.SENT, Folder.SCHEDULED})


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """A configured account with its calendars (by source name) and its mailbox."""

    name: str
    calendars: tuple[tuple[str, Calendar], ...]
    mailbox: Mailbox


@dataclass(frozen=True, slots=True)
class CalendarLook:
    """What moved in a calendar, which of the missing are confirmed to be gone, and whether the cursor was lost."""

    source: str
    changes: CalendarChanges
    gone: tuple[tuple[str, str], ...]
    lost: bool


@dataclass(frozen=True, slots=True)
class AccountLook:
    """What an account showed. It holds for as long as no later look at the account has been filed."""

    account: str
    calendars: tuple[CalendarLook, ...]
    mail: MailChanges
    mail_lost: bool
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """How complete this cycle's look at an account was. After a `lost` cursor nothing may be drafted."""

    calendars: bool
    mailbox: bool
    lost: bool = False
    problems: tuple[Problem, ...] = ()


class Observer:
    """Looks at accounts and files what it sees."""

    def __init__(self, store: Store, policy: Policy, now: datetime) -> None:
        self.store = store
        self.policy = policy
        self.now = now
        self.linking = Linking(store, policy)

    def look(self, account: OpenAccount) -> AccountLook:
        """Asks an account what moved. Reads the store and writes nothing. Raises ProviderError."""
        calendars = tuple(self._calendar(account, source, calendar) for source, calendar in account.calendars)
        mail, lost = self._mailbox(account)
        notices = [account.mailbox.notice(self.now), *(one.notice(self.now) for _, one in account.calendars)]
        return AccountLook(
            account.name, calendars, mail, lost, " ".join(dict.fromkeys(filter(None, notices)))
        )

    def file(self, look: AccountLook) -> Seen:
        """Stores what an account showed, in one transaction with the cursors that cover it."""
        if self._moved(look):
            with self.store.transaction():
                for calendar in look.calendars:
                    self._file_calendar(look.account, calendar)
                self._file_mail(look.account, look.mail)
        whole = all(calendar.changes.complete for calendar in look.calendars)
        lost = look.mail_lost or any(calendar.lost for calendar in look.calendars)
        problems = [problem for calendar in look.calendars for problem in calendar.changes.problems]
        problems += look.mail.problems
        return Seen(whole and not lost, look.mail.complete and not lost, lost, tuple(problems))

    def _moved(self, look: AccountLook) -> bool:
        calendars = any(
            one.changes.cursor != self.store.cursor(look.account, one.source) for one in look.calendars
        )
        return calendars or look.mail.cursor != self.store.cursor(look.account, "mailbox")

    # --- calendars ---

    def _calendar(self, account: OpenAccount, source: str, calendar: Calendar) -> CalendarLook:
        cursor, lost = self.store.cursor(account.name, source), False
        since, until = self.now - BACKWARD, self.now + FORWARD
        try:
            changes = calendar.changes(cursor, since, until)
        except CursorLost:
            changes, lost = calendar.changes(None, since, until), True
        # A listing alone never cancels anything: each missing event is asked for once more.
        found = {key: calendar.event(*key) for key in changes.missing}
        back = tuple(event for event in found.values() if event is not None)
        gone = tuple(key for key, event in found.items() if event is None)
        return CalendarLook(source, replace(changes, events=changes.events + back), gone, lost)

    def _file_calendar(self, account: str, look: CalendarLook) -> None:
        for event in look.changes.events:
            self.file_event(account, look.source, event)
        for uid, recurrence_id in look.gone:
            self.file_removal(account, look.source, event_id(uid, recurrence_id))
        self.store.set_cursor(account, look.source, look.changes.cursor)

    def file_event(self, account: str, source: str, event: Event) -> Interview | None:
        """Stores an event as seen, and the interview that it is, if it is one."""
        name = event_id(event.uid, event.recurrence_id)
        self.store.sight(account, source, name, event, rules.judge(event, self.policy))
        return self.regroup(name)

    def file_removal(self, account: str, source: str, name: str) -> None:
        """An event that was confirmed to be gone from one calendar; gone from all, it is cancelled."""
        self.store.unsight(account, source, name)
        interview = self.store.interview(name)
        if self.store.sightings(name):
            self.regroup(name)
        elif interview and interview.cancelled is None:
            reason = "it was removed from your calendar"
            self.store.put_interview(replace(interview, cancelled=self.now, cancel_reason=reason))

    def regroup(self, name: str) -> Interview | None:
        """The same event in several calendars is one interview: the invited copy decides."""
        copies = self.store.sightings(name)
        if not copies:
            return None
        account, _, event = min(copies, key=lambda copy: not rules.invited_address(copy[2], self.policy))
        before = self.store.interview(name)
        verdict = rules.judge(event, self.policy)
        if before is None and verdict.choice is Choice.NO:
            return None
        interview = before or Interview(
            id=name,
            process="",
            account=account,
            invited="",
            event=event,
            verdict=verdict,
            recognised=self.now,
        )
        if before and before.verdict.choice is Choice.NO and verdict.choice is not Choice.NO:
            interview = replace(interview, recognised=self.now)
        invited = rules.invited_address(event, self.policy)
        interview = replace(interview, account=account, event=event, verdict=verdict, invited=invited)
        interview = self._called_off(before, interview)
        interview = replace(interview, process=self._process(interview))
        if interview != before:
            self.store.put_interview(interview)
            if before and before.process != interview.process:
                self.store.wake(before.process)
            self._link_people(interview)
        return interview

    def _called_off(self, before: Interview | None, interview: Interview) -> Interview:
        """Cancelled by its status, or no interview any more by the rules (declined, untagged)."""
        no_more = interview.verdict.choice is Choice.NO
        if interview.event.status is not EventStatus.CANCELLED and not no_more:
            return replace(interview, cancelled=None, cancel_reason="")
        same = before and (before.event, before.verdict) == (interview.event, interview.verdict)
        if same or interview.cancelled is not None:
            return interview  # known already; the user may have said since that it was held all the same
        reason = interview.verdict.reason if no_more else "the interview was cancelled"
        return replace(interview, cancelled=self.now, cancel_reason=reason)

    def _process(self, interview: Interview) -> str:
        """The process of an interview: the one it has, the organisation's, or a new one."""
        added = [person.address for person in interview.people if person.address]
        belonging = organisations.belongs(interview.event, self.policy, added)
        if interview.process:
            self._know_better(interview, belonging)
            return interview.process
        known = [] if belonging.via else self.store.linked("domain", belonging.domains)
        if known:
            return self._preferred(known)
        key = organisations.process_key(belonging, interview.event)
        if self.store.process(key) is None:
            new = HiringProcess(
                key=key,
                domains=belonging.domains,
                via=belonging.via,
                internal=belonging.internal,
                since=self.now,
            )
            self.store.put_process(self._named(new, belonging, interview.event))
        return key

    def _named(
        self, process: HiringProcess, belonging: organisations.Belonging, event: Event
    ) -> HiringProcess:
        """With the company's name: an event may spell it in its title, and behind the names of its people."""
        shown = [(guest.name, guest.email) for guest in event.attendees]
        shown += [(event.organizer.name, event.organizer.email)] if event.organizer else []
        people = [_person(name, address) for name, address in shown]
        texts = [event.title, *(name for name, _ in shown)]
        return company_names.named(process, belonging, self.policy, texts, people)

    def _know_better(self, interview: Interview, belonging: organisations.Belonging) -> None:
        """The domains of a process that had none, and its name, as config and people write it by now."""
        process = self.store.process(interview.process)
        if process is None:
            return
        better = process
        if not process.domains and belonging.domains and not process.via:
            better = replace(process, domains=belonging.domains)
        better = self._named(better, belonging, interview.event)
        if better != process:
            self.store.put_process(better)

    def _preferred(self, keys: list[str]) -> str:
        """An open process before a closed one."""
        found = [process for key in keys if (process := self.store.process(key))]
        return min(found, key=lambda p: (p.state is ProcessState.CLOSED, p.key)).key

    def _link_people(self, interview: Interview) -> None:
        process = self.store.process(interview.process)
        if process is None:
            return
        known = people.participants(interview, process, self.policy)
        addresses = [
            p.person.address for p in known if p.person.address and not is_mine(p.person.address, self.policy)
        ]
        usable = [p.person.address for p in known if p.verdict.choice is not Choice.NO]
        self.store.link(process.key, "address", [a for a in addresses if a in usable])

    def rejudge(self) -> None:
        """Judges every event again, after the rules of the config have changed."""
        for name in dict.fromkeys(row[0] for row in self.store.all_sightings()):
            for account, source, event in self.store.sightings(name):
                self.store.sight(account, source, name, event, rules.judge(event, self.policy))
            self.regroup(name)
        self.store.wake_all()

    # --- mail ---

    def _mailbox(self, account: OpenAccount) -> tuple[MailChanges, bool]:
        watched = Watched(
            messages=lambda: self.store.watched(account.name),
            drafts=lambda: self.store.watched_drafts(account.name),
            known_threads=lambda threads: self.store.known("reference", threads),
            senders=self._senders,
            now=self.now,
        )
        since = self.now - BACKWARD
        try:
            return account.mailbox.changes(self.store.cursor(account.name, "mailbox"), since, watched), False
        except CursorLost:
            return account.mailbox.changes(None, since, watched), True

    def _senders(self) -> Senders:
        """Whose new mail can mean anything; of colleagues only those who are known to a process."""
        since = self.now - STILL_OF_INTEREST
        domains = self.store.links_of_open("domain", since, internal=False)
        addresses = self.store.links_of_open("address", since)
        if not addresses and not domains:
            return Senders()
        return Senders(addresses, domains, tables.RECRUITING_SYSTEMS, MAIL_SYSTEMS)

    def _file_mail(self, account: str, changes: MailChanges) -> None:
        for message in changes.messages:
            self.file_message(account, message)
        for place in changes.moved:
            self._file_move(account, place)
        self.store.set_cursor(account, "mailbox", changes.cursor)

    def _file_move(self, account: str, place: Whereabouts) -> None:
        for letter in self.store.own_letters_by_id(account, place.id):
            moved = replace(
                letter,
                present=place.folder is not None,
                folder=place.folder or letter.folder,
                folder_name=place.folder_name if place.folder else letter.folder_name,
                was_draft=letter.was_draft or place.folder is Folder.DRAFTS,
            )
            self.store.put_own_letter(moved)

    def file_message(self, account: str, message: Message) -> list[Arrival]:
        """Stores a message for each process that it concerns. Returns the arrivals that are new."""
        judgement = judge(message, self.mine, self.policy.me.zone)
        if message.folder in MINE or judgement.kind is ArrivalClass.OWN:
            if judgement.kind is not ArrivalClass.OWN or judgement.sub_kind in {"letter", ""}:
                self._file_own(account, message)
            return []
        return self._file_arrival(account, message, judgement)

    def mine(self, address: str) -> bool:
        """Whether an address is the user's own."""
        return is_mine(address, self.policy)

    def _file_own(self, account: str, message: Message) -> None:
        recipients = recipients_of(message)
        others = tuple(address for address in recipients if not self.mine(address))
        was_draft = any(x.was_draft for x in self.store.own_letters_by_id(account, message.id))
        for key in self.linking.of_letter(message, others):
            letter = own_letter(account, key, message, others)
            self.store.put_own_letter(replace(letter, was_draft=letter.was_draft or was_draft))

    def _file_arrival(self, account: str, message: Message, judgement: Judgement) -> list[Arrival]:
        keys, shared = self.linking.of_arrival(message, judgement)
        made = []
        for key in keys:
            told_early = judgement.kind in {ArrivalClass.AUTO_REPLY, ArrivalClass.BOUNCE}
            if not told_early and not self._concerns(key, message):
                continue
            said = self.linking.as_said_before(message, judgement, key)
            arrival = self._arrival(account, key, message, said, shared=shared)
            self._learn_name(arrival, message)
            if all(known.process != key for known in self.store.arrival(arrival.id)):
                self.store.put_arrival(arrival)
                made.append(arrival)
        return made

    def _learn_name(self, arrival: Arrival, message: Message) -> None:
        """How its people write the company's name, where nobody has told it yet."""
        process = self.store.process(arrival.process)
        if process is None or process.organisation or arrival.judgement.kind is not ArrivalClass.HUMAN:
            return
        shown = message.sender.name if message.sender else ""
        people = (_person(shown, arrival.sender),)
        name = company_names.learned_name((shown, own_words(message.text)), process.domains, people)
        if name:
            self.store.put_process(replace(process, organisation=name))

    def _concerns(self, key: str, message: Message) -> bool:
        """What came before the first interview began says nothing about it."""
        starts = [interview.event.start for interview in self.store.interviews(key)]
        return bool(starts) and message.received >= min(starts)

    def _arrival(
        self, account: str, key: str, message: Message, judgement: Judgement, *, shared: bool
    ) -> Arrival:
        sender = message.sender
        return Arrival(
            id=arrival_id(account, message),
            process=key,
            account=account,
            message_id=message.message_id,
            received=message.received,
            sender=canonical(sender.email) if sender else "",
            sender_name=sender.name if sender else "",
            judgement=judgement,
            answers=answered_letter(self.store.follow_ups(key), message, judgement),
            shared=shared,
            names_role=self.linking.names_role(key, message),
        )


def _person(name: str, address: str) -> str:
    """A person's name: the one that is sure, else a directory's "Family, Given" as it stands."""
    return sure_name(name, address) or (name if "," in name else "")


def arrival_id(account: str, message: Message) -> str:
    """The id by which the user can name a message."""
    return sha256(f"{account}\n{message.message_id or message.id}".encode(errors="replace")).hexdigest()[:10]


def recipients_of(message: Message) -> tuple[str, ...]:
    """Canonical addresses of To, Cc and Bcc, each once."""
    listed = (canonical(a.email) for a in (*message.to, *message.cc, *message.bcc))
    return tuple(dict.fromkeys(address for address in listed if address))


def own_letter(account: str, process: str, message: Message, to: tuple[str, ...]) -> OwnLetter:
    """A message of mine as the store keeps it: enough to know it again, and no more."""
    return OwnLetter(
        id=message.id,
        process=process,
        account=account,
        folder=message.folder,
        folder_name=message.folder_name,
        message_id=message.message_id,
        to=to,
        sender=message.sender.email if message.sender else "",
        date=message.date,
        subject=message.subject,
        in_reply_to=message.in_reply_to,
        references=message.references,
        thread=message.thread,
        digest=digest(message.text, message.subject, to),
        words=normal_text(message.text)[:WORDS],
        text=message.text[:WORDS],
        attached=is_anything_attached(message),
        was_draft=message.folder is Folder.DRAFTS or message.unsent,
        made_as=message.made_as,
    )


def is_anything_attached(message: Message) -> bool | None:
    """Whether a file is attached, None where that can't be told: Graph tells the text alone."""
    kinds = [kind.partition(";")[0] for kind in message.structure if not kind.startswith("multipart/")]
    if len(kinds) > kinds.count("text/plain") + kinds.count("text/html") or kinds.count("text/plain") > 1:
        return True
    return None if message.message_class else False


def answered_letter(follow_ups: Iterable[FollowUp], message: Message, judgement: Judgement) -> str:
    """The key of the letter in whose thread a message is, the latest first; "" if none."""
    named = {*message.in_reply_to, *message.references, judgement.about} - {""}
    for follow_up in sorted(follow_ups, key=lambda f: f.ends, reverse=True):
        ids = {follow_up.message_id, *follow_up.former_ids}
        if follow_up.sent:
            ids.add(follow_up.sent.message_id)
        if named & (ids - {""}):
            return follow_up.key
    return ""
