"""The words of followupd as frozen data. Everything else in the core is functions over these.

All datetimes are aware. Addresses are e-mail addresses in lower case. Identifiers given by a
provider are opaque strings. Nothing here knows a clock, a file or a network.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

# --- calendar: RFC 5545 -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322: an address in lower case and the display name, "" where there is none."""

    email: str
    name: str = ""


class EventStatus(StrEnum):
    """STATUS of RFC 5545 section 3.8.1.11."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class PartStat(StrEnum):
    """PARTSTAT of RFC 5545 section 3.2.12; DELEGATED counts as declined by the one who delegated."""

    NEEDS_ACTION = "needs-action"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    DELEGATED = "delegated"


class CalendarUserType(StrEnum):
    """CUTYPE of RFC 5545 section 3.2.3."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    RESOURCE = "resource"
    ROOM = "room"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attendee:
    """ATTENDEE of RFC 5545. `email` is "" where the calendar names none (no mailto, X.500)."""

    email: str
    name: str = ""
    partstat: PartStat = PartStat.NEEDS_ACTION
    cutype: CalendarUserType = CalendarUserType.INDIVIDUAL
    role: str = "req-participant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One occurrence of a VEVENT.

    `recurrence_id` is "" for an event that does not recur, else the original start of this
    occurrence as ISO 8601 in UTC ("2026-03-04T15:00:00+00:00"; a date for all-day series).
    `zone` is the IANA name in which the start is written, "" for UTC or unknown.
    `all_day` events run from midnight to midnight (end exclusive) in the user's zone.
    `attendees_hidden` is true where the provider says that others were invited but not shown.
    `from_mail` is true where the calendar made the event by reading a mail.
    """

    uid: str
    recurrence_id: str = ""
    calendar: str = ""
    calendar_name: str = ""
    title: str = ""
    description: str = ""
    location: str = ""
    start: datetime
    end: datetime
    all_day: bool = False
    zone: str = ""
    status: EventStatus = EventStatus.CONFIRMED
    organizer: Address | None = None
    attendees: tuple[Attendee, ...] = ()
    attendees_hidden: bool = False
    categories: tuple[str, ...] = ()
    colour: str = ""
    label: str = ""
    from_mail: bool = False


# --- mail: RFC 5322 -----------------------------------------------------------------------------


class Folder(StrEnum):
    """What a folder is for (RFC 6154). Folders of the user's own making are OTHER."""

    INBOX = "inbox"
    DRAFTS = "drafts"
    SENT = "sent"
    TRASH = "trash"
    JUNK = "junk"
    ARCHIVE = "archive"
    SCHEDULED = "scheduled"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The machine-readable part of a multipart/report (RFC 3464 delivery status, RFC 8098 receipt).

    `kind` is "delivery-status" or "disposition-notification", "" where nothing but a letter comes with the message,
    returned or forwarded. `recipients` are pairs of the final
    (or original) recipient's address and the words "action status diagnostic" in one string.
    """

    kind: str
    recipients: tuple[tuple[str, str], ...] = ()
    returned_message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of RFC 5322 as a mailbox shows it.

    `id` is the provider's handle (opaque; a draft's handle for drafts). `message_id`, `in_reply_to`
    and `references` are without angle brackets. `received` is when the mailbox got it, aware; the
    Date header where the mailbox does not say. `headers` are (lower-case name, decoded value) in
    order, bounded in number and length. `structure` lists the content types of its parts in order,
    bounded, a calendar's with its method ("text/calendar; method=request"). `text` is the readable text
    (text/plain, else HTML made plain), bounded; "" if none.
    `changed` is when a draft was last saved, where the mailbox says. `unsent` is true where the mailbox
    says that it never left, wherever it lies. `made_as` is the Message-ID under which we made it, where the
    mailbox keeps that beside the one it carries now. `message_class` is PidTagMessageClass (MS-OXCMSG
    2.2.1.3), "" outside Exchange.
    """

    id: str
    folder: Folder
    folder_name: str = ""
    message_id: str = ""
    thread: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime
    received: datetime
    changed: datetime | None = None
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    structure: tuple[str, ...] = ()
    report: Report | None = None
    text: str = ""
    unsent: bool = False
    made_as: str = ""
    message_class: str = ""

    def header(self, name: str) -> str:
        """The first value of the header, "" where it is missing. `name` in lower case."""
        return next((value for key, value in self.headers if key == name), "")

    def carries(self, message_ids: Collection[str]) -> bool:
        """Whether one of these Message-IDs is its own, or the one under which we made it."""
        return any(own in message_ids for own in (self.message_id, self.made_as) if own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A letter as it is to lie in Drafts: plain text, one recipient or none yet.

    `message_id` is without angle brackets. `in_reply_to` "" starts a conversation. `thread` is the
    provider's thread of the message answered, "" where unknown. `date` is aware and fixed when the
    intent is journalled, so that a repeated attempt makes the very same message.
    """

    message_id: str
    sender: Address
    to: Address | None
    subject: str
    text: str
    date: datetime
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    thread: str = ""


# --- people and letters -------------------------------------------------------------------------


class Part(StrEnum):
    """What a person is in a hiring process."""

    INTERVIEWER = "interviewer"
    RECRUITER = "recruiter"
    COORDINATOR = "coordinator"
    AGENCY = "agency"


class Choice(StrEnum):
    """A decision of the rules: yes, no, or only the user can say."""

    YES = "yes"
    NO = "no"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and why, in plain words. `topic` names the kind of question where choice is ASK."""

    choice: Choice
    reason: str
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in a hiring process, with what the user set. `address` is "" where nobody named it.

    `named_by` tells where the name comes from: "calendar", "description" or "user".
    `part_set` is true where the user said what part it is. `organiser` is true for the one who
    organised the event.
    """

    address: str
    name: str = ""
    part: Part = Part.INTERVIEWER
    part_set: bool = False
    organiser: bool = False
    named_by: str = "calendar"
    greeting: str = ""
    language: str = ""
    formal: bool | None = None
    zone: str = ""
    country: str = ""
    region: str = ""
    route: str = ""


@dataclass(frozen=True, slots=True)
class Participant:
    """A person on an event and whether a letter goes to them."""

    person: Person
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Note:
    """What the user wrote down. `person` is an address (a name where no address is known), "" for the whole interview.

    `topic` tells what it is for: "" something that was talked about, "fit" why I fit, "forgot" what I did
    not mention, "question" what I still would like to ask. `source` tells where it stands: "" said by
    `followupd note`, "file" in the notes file, "event" in an event of the user's own.
    """

    text: str
    at: datetime
    person: str = ""
    interest: bool = True
    topic: str = ""
    source: str = ""

    def concerns(self, address: str, name: str) -> bool:
        """Whether it may stand in a letter to this person."""
        return self.person in {"", address, name}


class Kind(StrEnum):
    """What a letter is for."""

    THANK_YOU = "thank_you"
    NUDGE = "nudge"
    LETTER = "letter"


class Purpose(StrEnum):
    """What a letter is for that the user asked for by `letter`: the name of its template file."""

    THANKS_AFTER_REJECTION = "thanks-after-rejection"
    WITHDRAW = "withdraw"
    THANKS_FOR_OFFER = "thanks-for-offer"
    KEEP_IN_TOUCH = "keep-in-touch"


class Stage(StrEnum):
    """Where a follow-up stands."""

    PLANNED = "planned"
    DUE = "due"
    DRAFTED = "drafted"
    EDITED = "edited"
    UNSURE = "unsure"
    SENT = "sent"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    DISCARDED = "discarded"
    WITHDRAWN = "withdrawn"
    BOUNCED = "bounced"
    EXPIRED = "expired"


IN_DRAFTS = frozenset({Stage.DRAFTED, Stage.EDITED, Stage.UNSURE})
OPEN_STAGES = frozenset({Stage.PLANNED, Stage.DUE}) | IN_DRAFTS
WAS_SENT = frozenset({Stage.SENT, Stage.ANSWERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The sent copy of a letter: the base of a nudge's thread. `message_id` is "" for `sent --how phone`."""

    at: datetime
    message_id: str = ""
    subject: str = ""
    sender: str = ""
    references: tuple[str, ...] = ()
    thread: str = ""
    how: str = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One letter owed.

    `key` is unique in the state folder. `revision` counts replacements of its draft; `generation`
    counts `again`. `digest` is that of the normalised text, subject and recipients which we wrote.
    `to` is the canonical address, `address` the address as it is to be written to (with its +tag).
    `ends` is the end of the (last) interview for a thank-you and the base date for a nudge.
    `held` names the question that holds it back, "" if none. `gone_since` is when its draft was
    first missed, `gone_looks` how many complete looks missed it since (the last of all looks at
    `gone_looked`). `attempts` counts failures to act since the last success,
    `retry_at` is when the next attempt may be made. `also` holds the key that
    an address learned later would have given: it is reserved too; of a letter to an agency's consultant or on request
    its Message-ID, by which another process knows it. `purpose` is what a letter of kind LETTER is
    for. `findings` are what proofreading found in the text that lies in Drafts (or was sent), in sentences, and
    `findings_since` since when they wait to be told (None: told, or nothing to tell); `proofread` is the digest of
    that text. `rewritten` tells of a model of the user's own choosing: by which one
    the middle was rewritten, or why the template stands; "" where none was asked.
    """

    key: str
    kind: Kind
    process: str
    account: str
    sender: str
    to: str
    address: str = ""
    name: str
    part: Part = Part.INTERVIEWER
    occasion: str
    generation: int = 0
    step: int = 1
    interviews: tuple[str, ...] = ()
    follows: str = ""
    ends: datetime
    due: datetime
    send_by: datetime | None = None
    stage: Stage = Stage.PLANNED
    since: datetime
    reason: str
    held: str = ""
    wanted: bool = False
    late: bool = False
    revision: int = 0
    replaced: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    choice: tuple[str, ...] = ()
    digest: str = ""
    message_id: str = ""
    draft_id: str = ""
    former_ids: tuple[str, ...] = ()
    also: str = ""
    drafted_at: datetime | None = None
    expires: datetime | None = None
    reminded: bool = False
    attempts: int = 0
    retry_at: datetime | None = None
    gone_since: datetime | None = None
    gone_looks: int = 0
    gone_looked: datetime | None = None
    sent: Sent | None = None
    purpose: Purpose | None = None
    findings: tuple[str, ...] = ()
    findings_since: datetime | None = None
    proofread: str = ""
    rewritten: str = ""


class ProcessState(StrEnum):
    """Where a hiring process stands."""

    ACTIVE = "active"
    ASKING = "asking"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HiringProcess:
    """One company's process. `key` is stable; letters never depend on it.

    `named_by` tells who gave `organisation` its name: "user", "config", "" where it was learned from what its people
    write (or nobody knows it). `reason` for CLOSED is one of rejected, offer, accepted, withdrawn, other (the
    user's words), quiet, unanswered. `settled` is the latest `decide`, `resume` or `mark`: what came before it
    is settled. `via` is the agency's address or domain, "" if direct. `released` lets the letters
    of an agency's interviewers go. `people` holds only what the user or an answer taught us.
    """

    key: str
    organisation: str = ""
    domains: tuple[str, ...] = ()
    via: str = ""
    internal: bool = False
    state: ProcessState = ProcessState.ACTIVE
    since: datetime
    reason: str = ""
    decision_by: date | None = None
    snoozed_until: date | None = None
    settled: datetime | None = None
    released: bool = False
    people: tuple[Person, ...] = ()
    dropped: tuple[str, ...] = ()
    closed_people: tuple[tuple[str, str], ...] = ()
    position: str = ""
    named_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """An event that the rules call one, and what the user said about it.

    `id` is a hash of uid and recurrence-id. `event` is the copy that decides (of the account that
    was invited). `ended_before` are ends that the event once had and that had passed before it
    was moved. `recognised` is when it was first seen as an interview. `cancelled` is when and
    `cancel_reason` why it will not be (or was not) held. `obeyed` are the lines of the notes file and of own events
    that were carried out as commands, each once. `notes_file` is the name of its notes file once that was
    made, also when the user has deleted it since.
    """

    id: str
    process: str
    account: str
    invited: str
    event: Event
    verdict: Verdict
    recognised: datetime
    cancelled: datetime | None = None
    cancel_reason: str = ""
    wanted: datetime | None = None
    skipped: datetime | None = None
    skip_people: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    notes: tuple[Note, ...] = ()
    obeyed: tuple[str, ...] = ()
    notes_file: str = ""


# --- what comes in ------------------------------------------------------------------------------


class ArrivalClass(StrEnum):
    """What an incoming message is."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    CALENDAR = "calendar"
    NOTICE = "notice"
    OWN = "own"
    LIST = "list"
    UNSURE = "unsure"


class Confidence(StrEnum):
    """How sure a judgement is: by a standard or by a field that only such software writes; by several
    conventions, or because nothing speaks against it; or not sure enough, so that the user is asked.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a message is, how sure that is, and why, in a sentence that also names the rule.

    `sub_kind`: for auto_reply "away", "left", "acknowledgement", "challenge"; for bounce "hard",
    "soft", "delayed"; for own "letter", "calendar", "automatic", "receipt"; for calendar
    "request", "reply", "cancel"; for notice "receipt", "complaint" or what it seems to say; for human
    "list" where it came through a mailing list, or what it seems to say: "offer", "rejection",
    "next_step", "courtesy" (`core.tidings`); else "". `returns` is the first day back at work by an absence
    ("back on" that day, the first day after "until"; whether it is a working day is not asked
    here), None where no date is named. `contact` is whom an absence names instead. `bounced` are the
    recipients that a bounce names and `about` the Message-ID it returns. `names_date` is a date that a
    human message names ("we will decide by ..."), None if none.
    """

    kind: ArrivalClass
    sub_kind: str = ""
    confidence: Confidence = Confidence.LIKELY
    reason: str
    returns: date | None = None
    contact: str = ""
    bounced: tuple[str, ...] = ()
    about: str = ""
    names_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An incoming message judged and linked to a process. `id` is account and message, hashed.

    `marked` is what the user said it is ("human", "auto", "bounce"), "" if nothing. `answers` is
    the key of the letter whose thread it is in, "" if none. `shared` is true where more than one
    process fits. `names_role`: it names the position, as colleagues' mail must to concern an internal process.
    """

    id: str
    process: str
    account: str
    message_id: str
    received: datetime
    sender: str
    sender_name: str = ""
    judgement: Judgement
    marked: str = ""
    answers: str = ""
    shared: bool = False
    names_role: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLetter:
    """A message of mine to somebody in a process: a sent copy or a draft, wherever it lies.

    `digest` is that of normalised text, subject and recipients (`core.fates.digest`); `words` is
    the normalised text, bounded, for likeness; `text` the same with its lines and spaces, for proofreading.
    `attached` tells whether a file is attached, None where the mailbox does not say. `was_draft` is true once it
    was seen in Drafts under this id, or its mailbox says so: moved to another folder it still is no sent letter.
    `made_as` is the Message-ID under which we made it, where the mailbox keeps it. `present` is false once it can't
    be found.
    """

    id: str
    process: str
    account: str
    folder: Folder
    folder_name: str = ""
    message_id: str
    to: tuple[str, ...]
    sender: str = ""
    date: datetime
    subject: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    thread: str = ""
    digest: str = ""
    words: str = ""
    text: str = ""
    attached: bool | None = None
    was_draft: bool = False
    made_as: str = ""
    present: bool = True

    def carries(self, message_ids: Collection[str]) -> bool:
        """Whether one of these Message-IDs is its own, or the one under which we made it."""
        return any(own in message_ids for own in (self.message_id, self.made_as) if own)


# --- questions ----------------------------------------------------------------------------------


class QuestionState(StrEnum):
    """Whether a question still waits."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What only the user can say.

    `id` is stable for the same topic and subject, so that it is asked once. `topic` is one of
    core.questions.TOPICS. `about` is the key of what it is about (process, interview, letter,
    arrival), `answer_with` the commands that answer it, one a line. `letters` are the keys that it holds back.
    """

    id: str
    process: str
    topic: str
    about: str
    text: str
    answer_with: str
    since: datetime
    state: QuestionState = QuestionState.OPEN
    letters: tuple[str, ...] = ()
    if_silent: str = ""


# --- policy: what the config asks for -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The user. Patterns such as `*@lee.example` are allowed in `addresses`."""

    name: str
    addresses: tuple[str, ...]
    country: str = ""
    region: str = ""
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of `interviews.any` or `none`: all that it names must match. "" names nothing.

    `language` is that of the letters about what it matches, and matches nothing itself.
    """

    title: str = ""
    category: str = ""
    hashtag: str = ""
    calendar: str = ""
    organiser_domain: str = ""
    colour: str = ""
    label: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRules:
    """Patterns of addresses (`*@talent.example`) and domains (`agency.example`)."""

    agencies: tuple[str, ...] = ()
    recruiters: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    unaddressed: str = "draft"
    at_most: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """What the user said about a company. `route` is direct, recruiter or none."""

    name: str
    domains: tuple[str, ...]
    country: str = ""
    region: str = ""
    language: str = ""
    route: str = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThankYouPolicy:
    """When a thank-you appears, is reminded of, is late, is given up."""

    ready_after: timedelta = timedelta(minutes=45)
    remind_after: timedelta = timedelta(hours=20)
    quiet_hours: tuple[time, time] = (time(21), time(8))
    late_after: timedelta = timedelta(hours=48)
    give_up_after: timedelta = timedelta(days=7)
    at_most: int = 25


@dataclass(frozen=True, slots=True)
class QuietRange:
    """Days without nudges, both ends included. A year of 0 means every year; it may cross new year."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgePolicy:
    """Waits in working days, caps, days (Monday is 0) and hours in the recipient's zone."""

    wait: tuple[int, ...] = (5, 7)
    at_most: int = 2
    days: tuple[int, ...] = (1, 2, 3)
    hours: tuple[time, time] = (time(9), time(11))
    quiet: tuple[QuietRange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPolicy:
    """How letters are worded. `slot` is "mark" or "none".

    `signature` and `about_me` are pairs of language and text; the language "" serves all letters (`signature`), or
    those in the default language (`about_me`: a sentence in another language than its letter is none).
    """

    language: str = "en"
    formality: str = "neutral"
    signature: tuple[tuple[str, str], ...] = ()
    about_me: tuple[tuple[str, str], ...] = ()
    slot: str = "mark"


class Reference(Protocol):
    """Tables about the world that the core needs and does not hold itself. Pure look-ups."""

    def holidays(self, country: str, region: str, year: int) -> frozenset[date]:
        """Public holidays; empty for an unknown country. region "" gives the national ones only."""

    def country_of(self, zone: str) -> str:
        """ISO 3166 code by tzdata's zone.tab, "" where the zone has none (UTC, Etc/*)."""

    def registrable(self, domain: str) -> str:
        """The organisation's part of a host name ("mail.acme.co.uk" → "acme.co.uk"), by the public suffix list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All that the planner may know of the config. `notes_before` is None where no notes files are made."""

    me: Me
    reference: Reference
    any: tuple[Rule, ...] = ()
    none: tuple[Rule, ...] = ()
    people: PeopleRules = field(default_factory=PeopleRules)
    organisations: tuple[Organisation, ...] = ()
    thank_you: ThankYouPolicy = field(default_factory=ThankYouPolicy)
    nudges: NudgePolicy = field(default_factory=NudgePolicy)
    letters: LetterPolicy = field(default_factory=LetterPolicy)
    look_back: timedelta = timedelta(hours=48)
    poll: timedelta = timedelta(minutes=5)
    notes_before: timedelta | None = None


def event_id(uid: str, recurrence_id: str) -> str:
    """The id of an interview: the same in every calendar and account that shows the event."""
    return sha256(f"{uid}\n{recurrence_id}".encode()).hexdigest()[:16]
