"""Which events look like interviews though no rule matches them, and the rules that are proposed for them."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from followupd.core.interviews import judge, title_problem
from followupd.core.model import Address, Choice, Event, EventStatus, Rule
from followupd.core.proposals import MOST_RULES, Proposal, appraise, proposals, worded
from tests.core.people_kit import ME, START, event, guest, policy

DANA = "dana@acme.example"
NO_RULES = policy(rules=(), agencies=("agency.example",))
EMPLOYED = policy(mine=("sam@work.example",), rules=())


def invitation(title: str, organizer: str = DANA, **fields: object) -> Event:
    """From somebody outside, with the user as a guest."""
    return event(ME, organizer, organizer=organizer, title=title, uid=title, **fields)


def own(title: str) -> Event:
    return event(title=title, uid=title)


def proposed(*events: Event, rules: tuple[Rule, ...] = ()) -> list[str]:
    return [worded(one.rule) for one in proposals(events, replace(NO_RULES, any=rules))]


# --- titles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Phone screen with Globex",
        "Recruiter screen: Sam Lee",
        "Hiring manager chat",
        "Coffee with your hiring team",
        "Technical round 2",
        "Virtual onsite",
        "Superday, analyst programme",
        "Panel with the data team",
        "Case study presentation",
        "Take-home walkthrough",
        "System design with Kim",
        "Meet our platform team",
        "Intro call (Senior Data Engineer)",
        "Chat about the analyst position",
        "2nd round, Globex",
        "Vorstellungsgespräch Muster GmbH",
        "VORSTELLUNGSGESPRAECH",
        "Kennenlerngespräch mit Muster",
        "Zweites Gespräch",
        "Gespräch: Stelle als Controllerin",
        "Entretien d’embauche",
        "Entretien RH",
        "Deuxième entretien",
        "Entretien chez Dupont",
        "Entrevista de trabajo",
        "Segunda entrevista",
        "Entrevista de emprego",
        "Colloquio di lavoro",
        "Colloquio tecnico",
        "Sollicitatiegesprek",
        "Kennismakingsgesprek",
        "Anställningsintervju",
        "Jobsamtale",
        "Jobbintervju",
        "Rozmowa kwalifikacyjna",
        "Rozmowa z HR",
        "二次面接",
        "面试",
        "면접",
    ],
)
def test_an_invitation_from_outside_that_says_so_looks_like_an_interview(title: str) -> None:
    verdict = appraise(invitation(title), NO_RULES)
    assert verdict.choice is Choice.YES, verdict
    assert "in its title" in verdict.reason


@pytest.mark.parametrize(
    "title",
    [
        "30 Mins",
        "Call",
        "Chat with Dana",
        "Meeting",
        "Intro",
        "Coffee",
        "Intro call with the CFO",
        "Gespräch",
        "",
    ],
)
def test_a_talk_that_says_nothing_more_is_never_proposed(title: str) -> None:
    assert appraise(invitation(title), NO_RULES).choice is not Choice.YES
    assert proposed(invitation(title)) == []


@pytest.mark.parametrize(
    "title",
    [
        "Phone screen protector, collect",
        "Interview debrief",
        "Technical interview debrief",
        "Mock technical interview",
        "Interview preparation",
        "Exit interview",
        "Usability interview",
        "Interviews with users",
        "Visa interview",
        "Admissions interview",
        "Podcast interview",
        "Interview questions",
        "Interview tips and tricks",
        "Hiring sync",
        "Recruiting software demo",
        "Sales call",
        "Daily standup",
        "Offer call",
        "Onboarding with HR",
        "Reference call",
        "Job fair: meet our hiring team",
        "Final round, pub quiz",
        "Cancelled: Phone screen",
        "[Hold] Phone screen",
        "Mitarbeitergespräch",
        "Elterngespräch",
        "Entretien de la chaudière",
        "Entretien annuel",
        "Préparation entretien d'embauche",
        "Entrevista de radio",
        "Colloquio con gli insegnanti",
        "Functioneringsgesprek",
        "Medarbetarsamtal",
        "面接練習",
    ],
)
def test_what_speaks_against_it_is_no_interview_whoever_invites(title: str) -> None:
    for one in (invitation(title), invitation(title, "no-reply@eu.greenhouse.io"), own(title)):
        assert appraise(one, NO_RULES).choice is Choice.NO
    assert proposed(invitation(title), invitation(title, "no-reply@eu.greenhouse.io")) == []


@pytest.mark.parametrize(
    ("title", "choice"),
    [
        ("Interview with Dana", Choice.YES),
        ("Interview with the head of design", Choice.YES),
        ("Interview with the survivors", Choice.ASK),
        ("Interview on local radio", Choice.ASK),
        ("Interview with parents", Choice.ASK),
        ("Free case study session", Choice.ASK),
        ("Job interview at a radio station", Choice.YES),
        ("Interview, Senior Sound Engineer, city radio", Choice.YES),
    ],
)
def test_a_word_of_another_trade_takes_from_a_hint_and_not_from_plain_words(
    title: str, choice: Choice
) -> None:
    assert appraise(invitation(title), NO_RULES).choice is choice


# --- who invites --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("organizer", "hint", "plain", "nothing"),
    [
        (DANA, "yes", "yes", "ask"),
        ("no-reply@eu.greenhouse.io", "yes", "yes", "yes"),
        ("scheduling@goodtime.io", "yes", "yes", "yes"),
        ("sarah@agency.example", "yes", "yes", "ask"),
        ("notifications@calendly.com", "yes", "yes", "ask"),
        ("hr@bamboohr.com", "yes", "yes", "ask"),
        ("jo@gmail.com", "ask", "yes", "ask"),
        ("c_1@group.calendar.google.com", "ask", "yes", "ask"),
        ("noreply@shop.example", "ask", "yes", "no"),
        ("fred@fireflies.ai", "no", "no", "no"),
        (ME, "ask", "yes", "ask"),
    ],
)
def test_the_same_words_weigh_by_who_invites(organizer: str, hint: str, plain: str, nothing: str) -> None:
    titles = {"Panel with Kim": hint, "Phone screen": plain, "Chat": nothing}
    found = {
        title: appraise(event(ME, organizer=organizer, title=title), NO_RULES).choice.value
        for title in titles
    }
    assert found == titles


def test_an_entry_of_one_s_own_counts_by_plain_words_alone() -> None:
    titles = {
        "Phone screen Globex": Choice.YES,
        "Interview at Globex": Choice.YES,
        "Interview, Senior Accountant": Choice.YES,
        "Interview": Choice.ASK,
        "Panel with Kim": Choice.ASK,
        "Interview at an office": Choice.ASK,
        "Prepare phone screen": Choice.NO,
        "Write to Globex after phone screen": Choice.NO,
        "Dentist": Choice.NO,
    }
    assert {title: appraise(own(title), NO_RULES).choice for title in titles} == titles


def test_colleagues_alone_and_the_user_s_own_invitations_are_none_of_it() -> None:
    me, al, jo = "sam@work.example", "al@work.example", "jo@beta.example"
    title = {"title": "Technical interview"}
    assert appraise(event(me, al, organizer=al, **title), EMPLOYED).choice is Choice.NO
    assert appraise(event(me, al, **title), EMPLOYED).choice is Choice.NO
    assert appraise(event(me, jo, organizer=me, **title), EMPLOYED).choice is Choice.NO
    assert appraise(event(me, jo, organizer=al, **title), EMPLOYED).choice is Choice.ASK
    assert appraise(event(me, al, jo, **title), EMPLOYED).choice is Choice.ASK
    assert appraise(event(me, al, jo, organizer=jo, **title), EMPLOYED).choice is Choice.ASK
    robot = guest("fred@fireflies.ai")
    assert appraise(event(me, al, robot, organizer=al, **title), EMPLOYED).choice is Choice.NO
    room = guest("room@beta.example", cutype="room")
    assert appraise(event(me, al, room, organizer=al, **title), EMPLOYED).choice is Choice.NO
    assert appraise(event(me, jo, organizer=jo, **title), EMPLOYED).choice is Choice.YES


def test_without_an_organiser_the_guests_tell() -> None:
    assert appraise(event(ME, DANA, title="Panel with Kim"), NO_RULES).choice is Choice.YES
    assert appraise(event(ME, "jo@gmail.com", title="Panel with Kim"), NO_RULES).choice is Choice.ASK


def test_names_in_the_description_are_shown_and_make_no_interview_alone() -> None:
    said = {"description": "Interviewers:\nDana Reyes\nKim Min-jun"}
    verdict = appraise(invitation("45 minutes", **said), NO_RULES)
    assert verdict.choice is Choice.ASK
    assert "its description names whom you will meet" in verdict.reason
    assert appraise(invitation("45 minutes"), NO_RULES).choice is Choice.NO
    far_below = {"description": "x" * 5000 + "\n" + said["description"]}
    assert appraise(invitation("45 minutes", **far_below), NO_RULES).choice is Choice.NO
    assert (
        appraise(event(ME, organizer="x@calendly.com", title="Sam / Dana", **said), NO_RULES).choice
        is Choice.ASK
    )


@pytest.mark.parametrize(
    ("changes", "choice", "reason"),
    [
        ({"status": EventStatus.CANCELLED}, Choice.NO, "it was cancelled"),
        ({"attendees": (guest(ME, partstat="declined"),)}, Choice.NO, "you declined it"),
        ({"attendees": (guest("lou@family.example"),)}, Choice.ASK, ""),
    ],
)
def test_what_the_judge_would_not_take_is_not_proposed(
    changes: dict[str, Any], choice: Choice, reason: str
) -> None:
    one = replace(invitation("Phone screen"), **changes)
    verdict = appraise(one, NO_RULES)
    assert verdict.choice is choice
    assert verdict.reason.startswith(reason)
    assert proposed(one) == []


def test_what_the_user_excludes_stays_excluded() -> None:
    excluding = replace(NO_RULES, none=(Rule(title="globex"),))
    one = invitation("Phone screen Globex")
    assert appraise(one, excluding).choice is Choice.NO
    assert proposals([one], excluding) == ()


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (invitation("PHONE SCREEN: Sam"), r"- title: '\bphone screen\b'"),
        (invitation("Take-home review"), r"- title: '\btake-home review\b'"),
        (invitation("Entretien d’embauche"), r"- title: '\bentretien d[''’]embauche\b'"),
        (invitation("Entretien d'embauche"), r"- title: '\bentretien d[''’]embauche\b'"),
        (invitation("Acme 面试 (二面)"), "- title: '面试'"),
        (invitation("Interview"), r"- title: '\binterview\b'"),
        (own("Phone screen"), r"- title: '\bphone screen\b'"),
        (
            invitation("Panel with Kim", "dana@mail.acme.example"),
            r"- {title: '\bpanel with\b', organiser_domain: acme.example}",
        ),
        (invitation("Sam / Dana", "no-reply@mail.eu.greenhouse.io"), "- organiser_domain: greenhouse.io"),
        (invitation("Sam / Dana", "x@goodtime.io"), "- organiser_domain: goodtime.io"),
    ],
)
def test_a_rule_is_worded_as_the_user_would_write_it(one: Event, line: str) -> None:
    assert proposed(one) == [line]


def test_a_hint_is_no_rule_of_its_own() -> None:
    """It holds only with a domain: none that all share, and not the user's."""
    post = "Panel with Kim, Senior Data Engineer"
    for organizer in ("jo@gmail.com", "c_1@group.calendar.google.com", ME):
        one = event(ME, organizer=organizer, title=post)
        assert appraise(one, NO_RULES).choice is Choice.YES
        assert proposed(one) == []
    assert proposed(replace(invitation(post), from_mail=True)) == []


def test_nothing_is_proposed_for_what_the_rules_match_already() -> None:
    rules = (Rule(title=r"\binterview\b"), Rule(organiser_domain="acme.example"))
    assert (
        proposed(invitation("Phone screen"), invitation("Technical interview", "a@beta.example"), rules=rules)
        == []
    )


def test_each_proposal_names_the_events_that_it_adds_by_time() -> None:
    late = replace(invitation("A phone screen, Globex"), start=START + timedelta(days=2))
    early = invitation("Phone screen Initech")
    (found,) = proposals([late, invitation("Dentist"), early], NO_RULES)
    assert found == Proposal(
        Rule(title=r"\bphone screen\b"),
        (early, late),
    )


def test_a_rule_that_would_take_in_what_speaks_against_it_is_not_proposed() -> None:
    good = invitation("Phone screen")
    assert proposed(good) == [r"- title: '\bphone screen\b'"]
    for against in (invitation("Phone screen debrief"), own("Book phone screen")):
        assert proposed(good, against) == []
    hosted = event(ME, "jo@beta.example", organizer=ME, title="Phone screen", uid="hosted")
    assert proposed(good, hosted) == []
    uninvited = event("lou@family.example", organizer=DANA, title="Phone screen", uid="not invited")
    assert proposed(good, uninvited) == []


def test_the_rule_with_most_events_comes_first() -> None:
    system = "no-reply@greenhouse.io"
    events = [
        invitation("Phone screen", system),
        invitation("Sam / Dana", system),
        invitation("Phone screen, Beta", "a@beta.example"),
        invitation("Coding interview", system),
    ]
    assert proposed(*events) == ["- organiser_domain: greenhouse.io", r"- title: '\bphone screen\b'"]


def test_what_another_rule_covers_is_not_proposed_again() -> None:
    both = invitation("Technical interview, phone screen")
    assert proposed(both) == [r"- title: '\btechnical interview\b'"]
    assert proposed(both, invitation("Phone screen")) == [r"- title: '\bphone screen\b'"]


def test_a_rule_with_events_that_are_not_sure_comes_after_one_without() -> None:
    own_panel = replace(invitation("Panel with Kim, free demo"), uid="unsure")
    sure = [invitation(f"Panel with {name}") for name in ("Kim", "Jo", "Al")]
    assert proposed(*sure, own_panel, invitation("Bar raiser")) == [
        r"- title: '\bbar raiser\b'",
        r"- {title: '\bpanel with\b', organiser_domain: acme.example}",
    ]


def test_there_are_never_more_than_a_few() -> None:
    events = [invitation("Panel with Kim", f"dana@{letter}corp.example") for letter in "abcdefghijkl"]
    events = [replace(one, uid=str(number)) for number, one in enumerate(events)]
    assert len(proposed(*events)) == MOST_RULES


# --- strangers' texts ---------------------------------------------------------------------------

_PIECES = (
    "phone screen", "Entretien d’embauche", "(", "'", "\\b", "[Hold]", "面接", "İNTERVIEW", "meet the team", "debrief",
    "interview", "ß", "Vorstellungsgespra\u0308ch", "\n", "{x}", "#", ": ", "take-home review",
)  # fmt: skip


def test_every_rule_is_one_that_the_config_takes_and_the_judge_confirms() -> None:
    titles = [f"{one} {two}" for one in _PIECES for two in _PIECES]
    for title in titles:
        for found in proposals([invitation(title)], NO_RULES):
            assert not title_problem(found.rule.title)
            with_rule = replace(NO_RULES, any=(found.rule,))
            assert [judge(one, with_rule).choice for one in found.events] == [Choice.YES]


@pytest.mark.parametrize(
    "piece", ["interview ", "call about the ", "a-", "entretien avec ", "software ", "(", "面"]
)
def test_a_hostile_title_is_read_in_no_time(piece: str) -> None:
    one = invitation(piece * 20000, description="You will meet " + "Dana " * 20000)
    one = replace(one, organizer=Address(DANA, "D" * 10000))
    began = time.perf_counter()
    for _ in range(10):
        appraise(one, NO_RULES)
    assert time.perf_counter() - began < 2
