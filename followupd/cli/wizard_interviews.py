"""Set-up: which events are interviews, what companies are called, and a letter to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from followupd.cli import questions, reading
from followupd.cli.output import Clock, clean, print_lines
from followupd.cli.sources import Microsoft
from followupd.errors import ConfigError

if TYPE_CHECKING:
    from followupd.cli.wizard import Wizard
    from followupd.core.model import Event, Policy
    from followupd.core.proposals import Proposal
    from followupd.setup.events import Company, Looked, Sorted

_SHOWN = 12
_TITLE_AT_MOST = 48
_PEOPLE_SHOWN = 3
_COMPANIES_ASKED = 8
_WHY_A_NAME = (
    "Letters name the company where they know it. Enter takes what stands in brackets, - leaves it out."
)
_UNMATCHED = (
    "Some events look like interviews, but none of your rules matches them. These lines would let them count:"
)
_BY_HAND = "To let them count, put the lines under `interviews: any:` in your config."
_RIGHT = "Enter keeps what counts as an interview. Other words take its place, and the list is shown anew."


_BY_CATEGORY = (
    "In Outlook, give your interviews the category “Interview”: that is enough, whatever their titles say. A word "
    "in the title counts too."
)


def choose(wizard: Wizard, *, can_look: bool) -> None:
    """Shows what the rules find, and lets the user change the title's until it is right. Then the companies."""
    if wizard.asker.talks and isinstance(wizard.answers.source, Microsoft):
        click.echo(f"\n{_BY_CATEGORY}")
    looked = _look(wizard) if can_look else None
    if looked and looked.events:
        _until_right(wizard, looked)
        _propose(wizard, looked)
    else:
        if looked:
            print_lines(_nothing(looked))
        _ask_title(wizard)
    interviews = _sorted(wizard, looked).interviews if looked else ()
    _name(wizard, interviews)
    if wizard.asker.asks:
        show_letter(wizard, interviews)


def _look(wizard: Wizard) -> Looked:
    from followupd.setup.events import look

    config = wizard.config()
    return look(config.accounts, config.zone, wizard.vault(), wizard.clock())


def _until_right(wizard: Wizard, looked: Looked) -> None:
    """One question, again and again until nothing changes."""
    asker = wizard.asker
    is_decided = asker.given.get("--title") is not None or not asker.talks
    if is_decided or "--title" in asker.earlier:
        _ask_title(wizard)
        asker.earlier.pop("--title", None)
    print_lines(_told(wizard, looked))
    while not is_decided:
        click.echo(f"\n{_RIGHT}")
        before = wizard.answers.title
        _ask_title(wizard)
        is_decided = wizard.answers.title == before
        print_lines([] if is_decided else _told(wizard, looked))


def _ask_title(wizard: Wizard) -> None:
    wizard.answers = replace(wizard.answers, title=questions.title(wizard.asker, wizard.answers.title))


def _propose(wizard: Wizard, looked: Looked) -> None:
    """The rules that events speak for, in one question. Unasked, nothing is added."""
    from followupd.core.proposals import proposals

    found = proposals(looked.events, _policy(wizard))
    if not found:
        return
    print_lines(_proposed(wizard, found))
    is_wanted = wizard.asker.agrees("Add them to your rules?", given=None, usual=False)
    if is_wanted and _added(wizard, found):
        print_lines(_told(wizard, looked))
    elif is_wanted or not wizard.asker.talks:
        click.echo(_BY_HAND)


def _added(wizard: Wizard, found: Iterable[Proposal]) -> bool:
    """Whether the config takes the rules. One with a list that is written in an unusual way stays as it is."""
    wizard.rules = tuple(one.rule for one in found)
    try:
        wizard.text()
    except ConfigError as error:
        click.echo(str(error))
        wizard.rules = ()
    return bool(wizard.rules)


def _policy(wizard: Wizard) -> Policy:
    from followupd.reference import WorldReference

    return wizard.config().policy(WorldReference())


def _sorted(wizard: Wizard, looked: Looked) -> Sorted:
    from followupd.setup.events import sort

    return sort(looked.events, _policy(wizard))


def _nothing(looked: Looked) -> Iterator[str]:
    yield from (f"Could not be read: {problem}" for problem in looked.problems)
    if not looked.problems:
        yield (
            "Your calendars hold no event in the last and the next four weeks. "
            "If your interviews stand in another calendar, name it in the config."
        )


# --- what is shown ------------------------------------------------------------------------------


def _told(wizard: Wizard, looked: Looked) -> Iterator[str]:
    """One event a line, each line complete in itself."""
    found, policy = _sorted(wizard, looked), _policy(wizard)
    clock = Clock(policy.me.zone, wizard.clock())
    yield "The last and the next four weeks in your calendars:"
    yield from _listed("Interview", found.interviews, policy, clock)
    yield from _listed("Would be asked about", found.doubtful, policy, clock)
    yield from _listed("Looks like one, no rule matches", found.likely, policy, clock)
    yield from _listed("Nearly matches, gets no letter", found.nearly, policy, clock)
    if not found.interviews:
        yield "None of the events there counts as an interview."
    yield from (f"Could not be read: {problem}" for problem in looked.problems)


def _proposed(wizard: Wizard, found: Iterable[Proposal]) -> Iterator[str]:
    """Each rule as the config would have it; what it adds is a comment there."""
    from followupd.core.proposals import worded

    policy = _policy(wizard)
    clock = Clock(policy.me.zone, wizard.clock())
    yield _UNMATCHED
    for proposal in found:
        more = f", and {len(proposal.events) - 1} more" if len(proposal.events) > 1 else ""
        yield f"{worded(proposal.rule)} # {event_line(proposal.events[-1], policy, clock)}{more}"


def _listed(what: str, events: tuple[Event, ...], policy: Policy, clock: Clock) -> Iterator[str]:
    for event in events[-_SHOWN:]:
        yield f"{what}: {event_line(event, policy, clock)}"
    if len(events) > _SHOWN:
        yield f"{what}: and {len(events) - _SHOWN} earlier."


def event_line(event: Event, policy: Policy, clock: Clock) -> str:
    """Date, title, who: `Thu 12 Nov 15:00, “Interview”, with Dana Reyes`."""
    from followupd.setup.events import others

    at = clock.day(event.start.isoformat()) if event.all_day else clock.at(event.start.isoformat())
    title = clean(event.title)
    short = title if len(title) <= _TITLE_AT_MOST else f"{title[: _TITLE_AT_MOST - 1]}…"
    people = joined([clean(name) for name in others(event, policy)])
    return f"{at}, “{short}”, {f'with {people}' if people else 'names nobody'}"


def joined(names: list[str]) -> str:
    """`A`, `A and B`, `A, B, C and 2 more`."""
    if len(names) > _PEOPLE_SHOWN:
        names = [*names[:_PEOPLE_SHOWN], f"{len(names) - _PEOPLE_SHOWN} more"]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


# --- companies ----------------------------------------------------------------------------------


def _name(wizard: Wizard, events: Iterable[Event]) -> None:
    """What letters call the companies. Unasked, only a name is taken that somebody spelled on an event."""
    from followupd.setup.events import unnamed

    given = dict(pair.split("=", 1) for pair in (wizard.asker.given.get("--company") or "").splitlines())
    named = dict(given)
    waiting = [one for one in unnamed(events, _policy(wizard)) if one.domain not in named]
    for number, company in enumerate(waiting[:_COMPANIES_ASKED]):
        if name := _called(wizard, company, "" if number else _WHY_A_NAME):
            named[company.domain] = name
    wizard.answers = replace(wizard.answers, companies=tuple(named.items()))


def _called(wizard: Wizard, company: Company, why: str) -> str:
    asker = wizard.asker
    if not asker.asks:
        return ""
    usual = company.name if company.is_read or not asker.usual else reading.NONE
    option, question = f"company {company.domain}", f"What do you call {company.domain} in a letter?"
    name = asker.answer(option, question, reading.shown_name, usual, why=why)
    return "" if name.strip() == reading.NONE else name


# --- a letter -----------------------------------------------------------------------------------


def show_letter(wizard: Wizard, interviews: Iterable[Event]) -> None:
    """A letter for the latest interview, else for an invented one, on the screen."""
    from followupd.cli.preview import letter, wordings_of
    from followupd.preview import invented, of_events

    wordings, policy = wordings_of(wizard.config()), _policy(wizard)
    try:
        found = of_events(interviews, policy, wordings, wizard.clock())
        shown = found or invented(policy, wordings, wizard.clock())
    except ConfigError as error:
        click.echo(f"\nNo letter can be shown: {error}")
        return
    about = f"for “{clean(shown.interviews[-1].event.title)}”" if found else "after an invented interview"
    lines = "\n".join(f"  | {line}".rstrip() for line in letter(shown).splitlines())
    click.echo(f"\nA letter, {about}, as it would stand in Drafts:\n\n{lines}\n")
