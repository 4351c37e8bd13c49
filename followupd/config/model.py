"""The config as pydantic models: every key of the contract, its default, and how it is read.

The models read and check; the core gets its own frozen records (`Config.policy`). Keys are a
contract: later ones are only added. `description` is what the user reads when a key is missing.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from followupd import paths
from followupd.config.accounts import AccountBlock
from followupd.config.blocks import Block
from followupd.config.language_model import ModelBlock
from followupd.config.scalars import (
    AddressOrDomain,
    AddressPattern,
    Domain,
    Duration,
    FileOrNone,
    FolderToBe,
    Hashtag,
    Hours,
    Line,
    LineOrNone,
    Pattern,
    Poll,
    Quiet,
    Several,
    Weekday,
    Window,
    WorkingDays,
    count,
)
from followupd.config.telling import TOLD, Addresses, HoursOrNone, Program, Switch, Told
from followupd.config.world import CountryOrNone, Language, LanguageOrNone, Texts, Timezone
from followupd.core.model import QuietRange


def _some(what: str) -> BeforeValidator:
    def check(value: object) -> object:
        if value == []:
            raise ValueError(f"is empty. {what}")
        return value

    return BeforeValidator(check)


class MeBlock(Block):
    """Who writes."""

    name: Line = Field(description="your name as it stands under your letters")
    addresses: Annotated[tuple[AddressPattern, ...], _some("Add your own address.")] = Field(
        description="the addresses at which you are invited, for instance [sam@example.com]"
    )
    country: CountryOrNone = ""
    region: LineOrNone = ""
    timezone: Timezone = Field(default="", validate_default=True)

    @property
    def zone(self) -> str:
        """The core's word for the time zone."""
        return self.timezone


class RuleBlock(Block):
    """One rule: all that it names must match. "" names nothing."""

    title: Pattern = ""
    category: Line = ""
    hashtag: Hashtag = ""
    calendar: Line = ""
    organiser_domain: Domain = ""
    colour: Line = ""
    label: Line = ""
    language: LanguageOrNone = ""


def _says_something(rule: RuleBlock) -> RuleBlock:
    if not any(getattr(rule, key) for key in RuleBlock.model_fields if key != "language"):
        raise ValueError(
            "this rule is empty and would match every event. Name a title, category or hashtag in it, or "
            "delete it. (In YAML a # begins a comment: write `hashtag: interview`.)"
        )
    return rule


Rule = Annotated[RuleBlock, AfterValidator(_says_something)]
_INTERVIEW = (
    RuleBlock(title=r"\binterview\b"),
    RuleBlock(category="Interview"),
    RuleBlock(hashtag="interview"),
    RuleBlock(calendar="Interviews"),
)


class InterviewsBlock(Block):
    """Which events are interviews."""

    any: Annotated[
        tuple[Rule, ...],
        _some("Without a rule no event is an interview. Add one, or delete the key for the usual ones."),
    ] = _INTERVIEW
    none: tuple[Rule, ...] = (RuleBlock(title=r"\bmock\b"),)


class PeopleBlock(Block):
    """Who gets letters."""

    agencies: tuple[AddressOrDomain, ...] = ()
    recruiters: tuple[AddressOrDomain, ...] = ()
    ignore: tuple[AddressOrDomain, ...] = ()
    mine: tuple[AddressOrDomain, ...] = ()
    unaddressed: Literal["draft", "ask"] = "draft"
    at_most: Several = 8


class OrganisationBlock(Block):
    """What the user says about one company."""

    name: Line = Field(description="the company's name as your letters should write it")
    domains: Annotated[tuple[Domain, ...], _some("Add the company's domain.")] = Field(
        description="the domains it writes from, for instance [acme.example]"
    )
    country: CountryOrNone = ""
    region: LineOrNone = ""
    language: LanguageOrNone = ""
    route: Literal["direct", "recruiter", "none"] = "direct"


class ThankYouBlock(Block):
    """When thank-yous appear."""

    ready_after: Duration = timedelta(minutes=45)
    remind_after: Duration = timedelta(hours=20)
    quiet_hours: Hours = (time(21), time(8))
    late_after: Duration = timedelta(hours=48)
    give_up_after: Duration = timedelta(days=7)
    at_most: Several = 25


class NudgesBlock(Block):
    """When nudges appear. `at_most` stands before `wait`, which is checked against it."""

    at_most: Annotated[int, BeforeValidator(count(0, 3, ": more nudges in one round do harm"))] = 2
    wait: tuple[WorkingDays, ...] = Field(default=(5, 7), validate_default=True)
    days: Annotated[tuple[Weekday, ...], _some("Name at least one weekday.")] = (1, 2, 3)
    hours: Window = (time(9), time(11))
    quiet: tuple[Quiet, ...] = (QuietRange((0, 12, 24), (0, 1, 1)),)

    @field_validator("wait")
    @classmethod
    def _one_for_each(cls, wait: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        at_most = info.data.get("at_most", 0)
        if len(wait) < at_most:
            raise ValueError(
                f"there are {len(wait)} waits for {at_most} nudges. "
                "Add one for each nudge, such as 7 working days, or lower nudges.at_most."
            )
        return wait

    @field_validator("days")
    @classmethod
    def _in_order(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if set(days) <= {5, 6}:
            raise ValueError("names only the weekend, when nobody is nudged. Add a day from mon to fri.")
        return tuple(sorted(set(days)))


class LettersBlock(Block):
    """How letters are worded."""

    language: Language = "en"
    formality: Literal["neutral", "formal", "informal"] = "neutral"
    signature: Texts = ()
    about_me: Texts = ()
    slot: Literal["mark", "none"] = "mark"
    spelling: Switch = True
    templates: FolderToBe = Field(default_factory=lambda: paths.config_file().parent / "templates")
    model: ModelBlock | None = None


class NotesBlock(Block):
    """The notes file that appears shortly before an interview."""

    folder: FolderToBe | None = None
    before: Duration = timedelta(minutes=30)


class NotifyBlock(Block):
    """How the user is told what waits. Without `quiet_hours` those of thank_you count."""

    desktop: Switch = True
    urls: Addresses = ()
    command: Program = ()
    detail: Switch = False
    quiet_hours: HoursOrNone = None
    tell: tuple[Told, ...] = TOLD


class CredentialsBlock(Block):
    """Where the key to the kept sign-ins is, if not in the system's keyring."""

    key_file: FileOrNone = None


class Document(Block):
    """The whole file."""

    me: MeBlock = Field(description="who you are: name and addresses")
    accounts: Annotated[tuple[AccountBlock, ...], _some("Add one, with a calendar and a mailbox.")] = Field(
        description="the calendar that is read and the mailbox that gets the drafts"
    )
    interviews: InterviewsBlock = InterviewsBlock()
    people: PeopleBlock = PeopleBlock()
    organisations: tuple[OrganisationBlock, ...] = ()
    thank_you: ThankYouBlock = ThankYouBlock()
    nudges: NudgesBlock = NudgesBlock()
    letters: LettersBlock = Field(default_factory=LettersBlock)
    notes: NotesBlock = NotesBlock()
    notify: NotifyBlock = NotifyBlock()
    credentials: CredentialsBlock = CredentialsBlock()
    poll: Poll = timedelta(minutes=5)
    look_back: Duration = timedelta(hours=48)
