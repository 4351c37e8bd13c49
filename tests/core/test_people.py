"""Who gets a letter after an interview, who does not, who is asked about, and why."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from followupd.core.model import Attendee, Choice, Event, Organisation, Part, Participant, Policy
from followupd.core.people import PASS_ON, everybody, names_in, participants
from tests.core.people_kit import ME, START, event, guest, interview, person, policy, process

ACME = "acme.example"
DANA = guest("dana@acme.example", "Dana Reyes")
KIM = guest("kim@acme.example", "Kim Min-jun")


def on(
    of: Event, rules: Policy | None = None, *, of_process: Any = None, **said: Any
) -> dict[str, Participant]:
    """Everybody on the event by address, or by name where there is none."""
    found = everybody(interview(of, **said), of_process or process(), rules or policy())
    by_key = {one.person.address or one.person.name: one for one in found}
    assert len(by_key) == len(found)
    return by_key


def choices(found: dict[str, Participant]) -> dict[str, str]:
    return {key: one.verdict.choice.value for key, one in found.items()}


def topics(found: dict[str, Participant]) -> dict[str, str]:
    return {key: one.verdict.topic for key, one in found.items() if one.verdict.choice is Choice.ASK}


# --- each attendee ------------------------------------------------------------------------------


def test_every_attendee_who_is_not_me_gets_a_letter() -> None:
    found = on(event(ME, DANA, KIM, organizer="dana@acme.example"))
    assert choices(found) == {ME: "no", "dana@acme.example": "yes", "kim@acme.example": "yes"}
    assert found[ME].verdict.reason == "that is you"
    assert found["dana@acme.example"].person.organiser
    assert found["dana@acme.example"].person.part is Part.INTERVIEWER
    assert not found["kim@acme.example"].person.organiser


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (guest("Sam+acme@example.com"), "that is you"),
        (guest("jobs@lee.example"), "that is you"),
        (guest("pat@home.example"), "your own people"),
        (guest("kim@acme.example", partstat="declined"), "declined"),
        (guest("kim@acme.example", partstat="delegated"), "declined"),
        (guest("oak@acme.example", cutype="room"), "a room"),
        (guest("beamer@acme.example", cutype="resource"), "a resource"),
        (guest("eng@acme.example", cutype="group"), "a group"),
        (guest("acme.example_1@resource.calendar.google.com", "Oak"), "a calendar"),
        (guest("c_1@group.calendar.google.com", "Acme Candidate Calendar"), "a calendar"),
        (guest("r4@acme.example", "Conference Room 4"), "a room"),
        (guest("r5@acme.example", "Besprechungsraum Elbe"), "a room"),
        (guest("oak@acme.example", "The Oak Room"), "a room"),
        (guest("panel@googlegroups.com"), "a group"),
        (guest("engineering-team@acme.example"), "a shared mailbox"),
        (guest("notifications@calendly.com"), "a scheduling program"),
        (guest("dana@calendly.com"), "a scheduling program"),
        (guest("acme@hire.lever.co"), "a recruiting system"),
        (guest("no-reply@us.greenhouse-mail.io"), "a recruiting system"),
        (guest("fred@fireflies.ai"), "a note-taking robot"),
        (guest("interview@metaview.ai"), "a note-taking robot"),
        (guest("notetaker@acme.example"), "nobody reads"),
        (guest("acmenotetaker@gmail.com"), "nobody reads"),
        (guest("x1@acme.example", "Otter Notetaker"), "a robot"),
        (guest("no-reply@acme.example"), "nobody reads"),
        (guest("noreply-jobs@acme.example"), "nobody reads"),
        (guest("do_not_reply@acme.example"), "nobody reads"),
        (guest("scheduling@acme.example"), "nobody reads"),
        (guest("x@bots.example"), "ignored"),
    ],
)
def test_some_who_stand_on_the_event_get_none(who: Any, why: str) -> None:
    rules = policy(people_mine=("pat@home.example",), ignore=("*@bots.example",))
    found = list(everybody(interview(event(DANA, who)), process(), rules))
    assert [p.verdict.choice for p in found] == [Choice.YES, Choice.NO]
    assert why in found[1].verdict.reason


@pytest.mark.parametrize("address", ["job.smit@acme.example", "noreen@acme.example", "bott@acme.example"])
def test_names_that_look_like_offices_or_robots_are_people(address: str) -> None:
    found = on(event(ME, address))
    assert found[address].verdict.choice is Choice.YES
    assert found[address].person.part is Part.INTERVIEWER


def test_the_user_may_name_a_vendor_as_an_employer() -> None:
    calendly = Organisation(name="Calendly", domains=("calendly.com",))
    found = on(event(ME, "dana@calendly.com", "no-reply@calendly.com"), policy(organisations=(calendly,)))
    assert choices(found) == {ME: "no", "dana@calendly.com": "yes", "no-reply@calendly.com": "no"}


def test_the_same_person_twice_is_one_and_was_there_if_they_accepted_once() -> None:
    twice = event(ME, guest("Dana+x@acme.example", "", "declined"), DANA, organizer="DANA@acme.example")
    found = on(twice)
    assert choices(found) == {ME: "no", "dana+x@acme.example": "yes"}
    assert found["dana+x@acme.example"].person.name == "Dana Reyes"
    assert found["dana+x@acme.example"].person.organiser


def test_a_display_name_that_repeats_an_address_is_none() -> None:
    assert on(event(guest("kim@acme.example", "kim@acme.example")))["kim@acme.example"].person.name == ""


# --- what the user said --------------------------------------------------------------------------


def test_people_set_aside_by_the_user_get_none_and_nobody_is_asked_instead() -> None:
    of = event(ME, DANA)
    skipped = interview(of, skip_people=("Dana+x@acme.example",))
    assert "skipped" in participants(skipped, process(), policy())[1].verdict.reason
    dropped = participants(interview(of), process(dropped=("dana@acme.example",)), policy())
    assert "dropped" in dropped[1].verdict.reason
    gone = process(closed_people=(("dana@acme.example", "left the company"),))
    assert participants(interview(of), gone, policy())[1].verdict.reason == "closed: left the company"


def test_people_whom_the_user_added_get_a_letter_whoever_they_are() -> None:
    added = (person("lee.park@gmail.com", "Lee Park"), person("", "Jo Ray"), person("kim@acme.example"))
    found = on(event(ME, DANA, guest("kim@acme.example", partstat="declined")), people=added)
    assert choices(found) == {
        ME: "no",
        "dana@acme.example": "yes",
        "kim@acme.example": "yes",
        "lee.park@gmail.com": "yes",
        "Jo Ray": "yes",
    }
    assert found["kim@acme.example"].person.named_by == "user"
    assert found["lee.park@gmail.com"].verdict.reason == "you named them"


def test_adding_me_or_somebody_dropped_changes_nothing() -> None:
    added = (person(ME), person("kim@acme.example"))
    found = on(event(DANA), of_process=process(dropped=("kim@acme.example",)), people=added)
    assert choices(found) == {"dana@acme.example": "yes", ME: "no", "kim@acme.example": "no"}


def test_what_the_user_set_for_a_person_overrides_the_calendar() -> None:
    known = person(
        "Dana@acme.example",
        "Dr. Dana Reyes",
        part=Part.RECRUITER,
        greeting="Dana",
        language="de",
        formal=False,
        zone="Europe/Berlin",
        country="DE",
        region="BE",
    )
    dana = on(event(ME, guest("dana+hr@acme.example", "dreyes")), of_process=process(people=(known,)))
    set_person = dana["dana+hr@acme.example"].person
    assert (set_person.name, set_person.part, set_person.greeting) == (
        "Dr. Dana Reyes",
        Part.RECRUITER,
        "Dana",
    )
    assert (set_person.language, set_person.formal, set_person.zone) == ("de", False, "Europe/Berlin")
    assert (set_person.country, set_person.region) == ("DE", "BE")


def test_a_setting_about_something_else_keeps_name_and_part() -> None:
    known = person("talent@acme.example", zone="Europe/Berlin")
    found = on(event(guest("talent@acme.example", "Robin Hale")), of_process=process(people=(known,)))
    assert found["talent@acme.example"].person.part is Part.RECRUITER
    assert found["talent@acme.example"].person.name == "Robin Hale"


# --- parts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "local",
    [
        "recruiting",
        "talent",
        "talent-team",
        "talent.acquisition",
        "hr",
        "hr.uk",
        "jobs",
        "careers",
        "people-ops",
        "people",
        "karriere",
        "acme-recruiting",
        "rh",
        "bewerbung",
        "candidates",
        "ta-team",
        "recruiting-coordinator",
        "campus-recruiting",
        "early-careers",
    ],
)
def test_recruiters_are_known_by_their_local_part(local: str) -> None:
    address = f"{local}@acme.example"
    assert on(event(ME, DANA, address))[address].person.part is Part.RECRUITER


def test_recruiters_are_known_by_rule() -> None:
    found = on(event(ME, DANA, "robin@talent.example"), policy(recruiters=("*@talent.example",)))
    assert found["robin@talent.example"].person.part is Part.RECRUITER
    assert found["robin@talent.example"].verdict.choice is Choice.YES


def test_an_organiser_who_is_the_only_other_party_is_the_interviewer() -> None:
    found = on(event(ME, organizer="Robin Hale robin@acme.example"))
    assert found["robin@acme.example"].person.part is Part.INTERVIEWER
    assert found["robin@acme.example"].person.organiser
    assert found["robin@acme.example"].person.name == "Robin Hale"
    beside_nobody = on(
        event(ME, guest("kim@acme.example", partstat="declined"), organizer="robin@acme.example")
    )
    assert beside_nobody["robin@acme.example"].person.part is Part.INTERVIEWER


def test_an_organiser_beside_listed_interviewers_and_not_listed_is_the_coordinator() -> None:
    found = on(event(ME, DANA, organizer="robin@acme.example"))
    assert found["robin@acme.example"].person.part is Part.COORDINATOR
    assert found["robin@acme.example"].verdict.choice is Choice.YES
    assert found["dana@acme.example"].person.part is Part.INTERVIEWER


def test_an_organiser_who_is_a_recruiter_or_an_agency_stays_one() -> None:
    assert (
        on(event(DANA, organizer="talent@acme.example"))["talent@acme.example"].person.part is Part.RECRUITER
    )
    found = on(event(DANA, organizer="jo@agency.example"), policy(agencies=("agency.example",)))
    assert found["jo@agency.example"].person.part is Part.AGENCY


def test_an_organiser_that_is_no_person_gets_none() -> None:
    found = on(event(ME, DANA, organizer="Acme c_1@group.calendar.google.com"))
    assert choices(found)["c_1@group.calendar.google.com"] == "no"


# --- outsiders ----------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["cand@gmail.com", "cand@zeta.example"])
def test_freemail_and_foreign_addresses_on_a_companys_event_are_asked_about(other: str) -> None:
    of = event(ME, DANA, KIM, other, organizer="dana@acme.example")
    found = on(of)
    assert topics(found) == {other: "outsider"}
    assert "fellow candidate" in found[other].verdict.reason
    assert choices(on(of, confirmed=(other.upper(),)))[other] == "yes"
    assert choices(on(of, of_process=process(people=(person(other, named_by="user"),))))[other] == "yes"
    assert choices(on(of, of_process=process(dropped=(other,))))[other] == "no"


def test_all_domains_of_the_process_and_what_lies_below_are_the_companys() -> None:
    of = event(ME, DANA, "kim@eu.acme.example", "lee@acme.de")
    assert topics(on(of)) == {"lee@acme.de": "outsider"}
    assert topics(on(of, of_process=process(domains=("acme.example", "acme.de")))) == {}


def test_where_all_have_private_addresses_nobody_is_an_outsider() -> None:
    assert topics(on(event(ME, "founder@gmail.com", "other@gmail.com"))) == {}


def test_private_addresses_beside_a_shared_employer_are_asked_about() -> None:
    assert topics(on(event(ME, "dr.reyes@nhs.net", "cand@gmail.com"))) == {"cand@gmail.com": "outsider"}


# --- hidden, too many ---------------------------------------------------------------------------


def test_where_attendees_are_hidden_the_organiser_is_asked_to_pass_it_on() -> None:
    found = on(event(ME, organizer="robin@acme.example", attendees_hidden=True))
    assert found["robin@acme.example"].verdict.choice is Choice.YES
    assert found["robin@acme.example"].verdict.reason == PASS_ON
    seen = on(event(ME, DANA, organizer="robin@acme.example", attendees_hidden=True))
    assert seen["robin@acme.example"].verdict.reason != PASS_ON


def test_more_people_than_the_limit_are_asked_about() -> None:
    guests = [f"p{n}@acme.example" for n in range(9)]
    assert set(topics(on(event(ME, *guests))).values()) == {"many"}
    assert topics(on(event(ME, *guests[:8]))) == {}
    assert topics(on(event(ME, *guests), wanted=START)) == {}
    assert topics(on(event(ME, *guests), policy(at_most=9))) == {}
    assert guests[0] not in topics(on(event(ME, *guests), confirmed=(guests[0],)))


# --- names in the description -------------------------------------------------------------------

PROSE = "You will meet Dana Reyes and Kim Min-jun."


def test_names_in_the_description_get_drafts_without_recipient() -> None:
    found = on(event(ME, organizer="no-reply@greenhouse.io", description=PROSE))
    assert choices(found) == {
        ME: "no",
        "no-reply@greenhouse.io": "no",
        "Dana Reyes": "yes",
        "Kim Min-jun": "yes",
    }
    dana = found["Dana Reyes"].person
    assert (dana.address, dana.named_by, dana.part) == ("", "description", Part.INTERVIEWER)


def test_or_they_are_asked_about() -> None:
    rules = policy(unaddressed="ask")
    assert topics(on(event(ME, description=PROSE), rules)) == {
        "Dana Reyes": "unaddressed",
        "Kim Min-jun": "unaddressed",
    }
    assert topics(on(event(ME, description=PROSE), rules, confirmed=("dana reyes",))) == {
        "Kim Min-jun": "unaddressed"
    }
    assert topics(on(event(ME, description=PROSE), rules, wanted=START)) == {}


def test_names_are_not_read_where_interviewers_are_invited() -> None:
    assert choices(on(event(ME, "lee.park@acme.example", description=PROSE))) == {
        ME: "no",
        "lee.park@acme.example": "yes",
    }


def test_an_organiser_who_is_not_among_the_names_arranged_the_talk() -> None:
    found = on(event(ME, organizer="Robin Hale robin@acme.example", description=PROSE))
    assert found["robin@acme.example"].person.part is Part.COORDINATOR
    assert {"Dana Reyes", "Kim Min-jun"} < set(found)


def test_an_organiser_who_is_among_the_names_is_not_named_twice() -> None:
    for organiser in ("Dana Reyes dana@acme.example", "dana.reyes@acme.example", "dreyes@acme.example"):
        assert "Dana Reyes" not in on(event(ME, organizer=organiser, description=PROSE))
    assert "Kim Min-jun" in on(event(ME, organizer="Reyes, Dana d@acme.example", description=PROSE))


def test_an_organiser_who_may_be_anybody_leaves_the_names_alone() -> None:
    assert set(on(event(ME, organizer="x17@acme.example", description=PROSE))) == {ME, "x17@acme.example"}


def test_an_address_learned_for_one_name_leaves_the_other_letters() -> None:
    added = (person("dana@acme.example", "Dana Reyes"),)
    assert set(on(event(ME, description=PROSE), people=added)) == {ME, "dana@acme.example", "Kim Min-jun"}


def test_an_address_learned_in_an_earlier_round_is_known_by_the_name() -> None:
    learned = process(people=(person("dana@acme.example", "Dana Reyes"),))
    found = on(event(ME, description=PROSE), of_process=learned)
    assert set(found) == {ME, "dana@acme.example", "Kim Min-jun"}
    two = process(people=(person("d1@acme.example", "Dana Reyes"), person("d2@acme.example", "Dana Reyes")))
    assert "Dana Reyes" in on(event(ME, description=PROSE), of_process=two)


def test_somebody_who_declined_is_not_brought_back_by_the_description() -> None:
    declined = guest("dana@acme.example", "Dana Reyes", "declined")
    assert "Dana Reyes" not in on(event(ME, declined, description=PROSE))


def test_my_own_name_and_the_companys_are_no_interviewers() -> None:
    text = "Interviewers: Sam Lee, Acme Widgetry, Dana Lee"
    found = on(event(ME, organizer="no-reply@acme.example", description=text))
    assert [key for key, one in found.items() if one.verdict.choice is Choice.YES] == ["Dana Lee"]


def test_names_may_be_skipped() -> None:
    found = on(event(ME, description=PROSE), skip_people=("Dana Reyes",))
    assert choices(found) == {ME: "no", "Dana Reyes": "no", "Kim Min-jun": "yes"}


def test_an_attendee_without_address_but_with_a_name_gets_a_draft_without_recipient() -> None:
    found = on(event(ME, guest("", "Dana Reyes"), guest("", "Sam Lee"), guest("", ""), guest("", "x")))
    assert choices(found) == {ME: "no", "Dana Reyes": "yes", "Sam Lee": "no"}


@pytest.mark.parametrize(
    "of",
    [
        event(),
        event(ME, organizer="no-reply@greenhouse.io"),
        event(ME, guest("oak@acme.example", cutype="room"), organizer=ME),
        event(ME, guest("dana@acme.example", partstat="declined")),
        event("/o=x/cn=dana", "", "\x00"),
    ],
)
def test_with_nobody_known_the_caller_asks(of: Event) -> None:
    assert participants(interview(of), process(), policy()) == ()


# --- agency -------------------------------------------------------------------------------------

AGENCIES = policy(agencies=("agency.example",))


def test_the_consultant_gets_a_letter_and_the_interviewers_wait() -> None:
    of = event(ME, DANA, "talent@acme.example", organizer="jo@agency.example")
    found = on(of, AGENCIES)
    assert choices(found)["jo@agency.example"] == "yes"
    assert topics(found) == {"dana@acme.example": "agency", "talent@acme.example": "agency"}
    assert topics(on(of, AGENCIES, of_process=process(released=True))) == {}
    assert topics(on(of, AGENCIES, confirmed=("dana@acme.example",))) == {"talent@acme.example": "agency"}


@pytest.mark.parametrize("via", ["jo@agency.example", "agency.example"])
def test_a_process_via_an_agency_holds_interviewers_back_everywhere(via: str) -> None:
    found = on(event(ME, DANA), of_process=process(via=via, domains=(ACME,)))
    assert found["dana@acme.example"].verdict.topic == "agency"
    colleague = on(event(ME, DANA, "bo@agency.example"), of_process=process(via=via))
    assert colleague["bo@agency.example"].person.part is Part.AGENCY
    assert colleague["bo@agency.example"].verdict.choice is Choice.YES


def test_the_thank_you_goes_to_the_absent_consultant() -> None:
    found = on(event(ME, DANA), of_process=process(via="jo@agency.example"))
    assert choices(found) == {ME: "no", "dana@acme.example": "ask", "jo@agency.example": "yes"}
    assert found["jo@agency.example"].person.part is Part.AGENCY
    set_by_user = process(via="agency.example", people=(person("jo@agency.example", "Jo", part=Part.AGENCY),))
    assert on(event(ME, DANA), of_process=set_by_user)["jo@agency.example"].person.name == "Jo"
    present = on(event(ME, DANA, "bo@agency.example"), of_process=set_by_user)
    assert "jo@agency.example" not in present


def test_an_agency_on_freemail_is_one_address() -> None:
    found = on(event(ME, "jo@gmail.com", "x@gmail.com"), of_process=process(via="jo@gmail.com"))
    assert found["jo@gmail.com"].person.part is Part.AGENCY
    assert found["x@gmail.com"].person.part is Part.INTERVIEWER


def test_names_in_an_agencys_invitation_wait_too() -> None:
    found = on(event(ME, organizer="jo@agency.example", description=PROSE), AGENCIES)
    assert topics(found) == {"Dana Reyes": "agency", "Kim Min-jun": "agency"}


# --- route --------------------------------------------------------------------------------------


def routed(route: str) -> Policy:
    return policy(organisations=(Organisation(name="Acme", domains=(ACME,), route=route),))


def test_letters_may_go_through_the_recruiter() -> None:
    found = on(event(ME, DANA, "talent@acme.example"), routed("recruiter"))
    assert choices(found) == {ME: "no", "dana@acme.example": "no", "talent@acme.example": "yes"}
    assert found["dana@acme.example"].verdict.reason == "goes through the recruiter"


def test_without_a_recruiter_there_the_user_is_asked() -> None:
    assert topics(on(event(ME, DANA), routed("recruiter"))) == {"dana@acme.example": "route"}
    assert topics(on(event(ME, DANA), routed("recruiter"), confirmed=("dana@acme.example",))) == {}


def test_a_company_may_get_no_letters_at_all() -> None:
    silent = participants(interview(event(ME, DANA)), process(), routed("none"))
    assert [one.verdict.choice for one in silent] == [Choice.NO, Choice.NO]
    assert "route: none" in silent[1].verdict.reason


def test_what_is_set_for_a_person_wins_over_the_companys_route() -> None:
    direct = process(people=(person("dana@acme.example", route="direct"),))
    assert choices(on(event(ME, DANA, KIM), routed("none"), of_process=direct)) == {
        ME: "no",
        "dana@acme.example": "yes",
        "kim@acme.example": "no",
    }
    none = process(people=(person("dana@acme.example", route="none"),))
    assert choices(on(event(ME, DANA, KIM), of_process=none))["dana@acme.example"] == "no"


def test_the_route_is_found_by_the_name_that_the_user_gave_the_process() -> None:
    found = on(event(ME, "dana@gmail.com"), routed("none"), of_process=process(organisation="Acme"))
    assert choices(found)["dana@gmail.com"] == "no"


# --- names_in -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("You will meet Dana Reyes and Kim Min-jun", ("Dana Reyes", "Kim Min-jun")),
        ("You'll be speaking with our CTO Dr. Dana Reyes.", ("Dana Reyes",)),
        ("Interviewers: Dana Reyes (CTO), Kim Min-jun", ("Dana Reyes", "Kim Min-jun")),
        ("With: Dana Reyes, VP Engineering", ("Dana Reyes",)),
        ("Interview with Dana O'Brien", ("Dana O'Brien",)),
        ("Interviewers:\n- Dana Reyes\n- Kim Min-jun\n\nJoin Zoom Meeting", ("Dana Reyes", "Kim Min-jun")),
        ("You will meet these people:\nDana Reyes\nKim Lee\nPlease be on time", ("Dana Reyes", "Kim Lee")),
        (
            "<ul><li>Dana Reyes – VP Sales</li><li>Kim Lee | Staff Engineer</li></ul>",
            ("Dana Reyes", "Kim Lee"),
        ),
        ("10:00 - 10:45 AM: Dana Reyes, Engineering Manager", ("Dana Reyes",)),
        ("Dana Reyes (Director) and Kim Lee (Engineer)", ("Dana Reyes", "Kim Lee")),
        ("Interviewer 1: Dana Reyes<br>Interviewer 2: Kim Lee", ("Dana Reyes", "Kim Lee")),
        ("Sie sprechen mit Frau Jana Müller und Herrn Jens Groß", ("Jana Müller", "Jens Groß")),
        ("Panel: Ludwig van der Berg / María de la Cruz", ("Ludwig van der Berg", "María de la Cruz")),
        ("Interviewers: Dana Reyes, Dana Reyes", ("Dana Reyes",)),
    ],
)
def test_names_that_stand_clearly_are_found(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You will interview with Acme Robotics",
        "You will meet the Hiring Team and a Senior Engineer",
        "You will meet in San Francisco",
        "You will meet Dana",
        "You will meet dana reyes",
        "You will meet Dana. Please bring your Passport Copy, Work Samples and Reference Letters",
        "Google Meet – Join with Product Team",
        "Backend System Design – Senior Engineer",
        "Robin Hale, Talent Partner",
        "Best regards,\nRobin Hale – Director",
        "Join Zoom Meeting\nMeeting ID: 123\nPasscode: Ab Cd",
        "I wrote to Dana Reyes about it",
        "Interviewers: {{first_name}} ${Last Name} <script>Dana Reyes",
        "Interviewers: One Two Three Four Five Six",
    ],
)
def test_what_is_not_clearly_a_persons_name_is_not(text: str) -> None:
    assert names_in(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "A" * 65536,
        "<" * 65536,
        "<br " * 16000,
        "Interviewers: " + "Dana Reyes, " * 6000,
        "You will meet " * 5000,
        "Interviewers:\n" + "Dana Reyes\n" * 6000,
        "- " * 32000,
        "1:00 " * 13000,
        "(&amp;" * 10000,
        "\x00\ud800\u202e" * 20000,
        "Dana Reyes – Engineer\n" * 200_000,
    ],
)
def test_no_description_takes_long(text: str) -> None:
    before = time.perf_counter()
    assert len(names_in(text)) <= 20
    assert time.perf_counter() - before < 1


# --- machines, rooms, mailboxes, and people who look like them -----------------------------------

MACHINES = """
    Fireflies.ai Notetaker <fred@fireflies.ai>
    fred@fireflies.ai
    notetaker@fireflies.ai
    notetaker@acme.example
    Zeta Notes <notetaker@zeta.example>
    acmenotetaker@gmail.com
    sams.notetaker@gmail.com
    acme-note-taker@acme.example
    meeting.bot@acme.example
    interview@metaview.ai
    support@read.ai
    read@assistant.read.ai
    Unknown Organizer <unknownorganizer@calendar.google.com>
    HQ-3-Oak (8) <c_188abcdefgh0@resource.calendar.google.com>
    acme.example_188a@resource.calendar.google.com
    Acme Interviews <abc123@group.calendar.google.com>
    abc123@import.calendar.google.com
    en.uk#holiday@group.v.calendar.google.com
    2_abc@imip.me.com
    Google Calendar <calendar-notification@google.com>
    Conference Room 1 <r1@acme.example>
    Conf Room Oak <r1@acme.example>
    Room 4.12 <r1@acme.example>
    Meeting Room Ada <r1@acme.example>
    Boardroom <r1@acme.example>
    Zoom Room 4 <r1@acme.example>
    Conference Room <conference.room@acme.example>
    Meeting Room <meeting.room@acme.example>
    Board Room <b.room@acme.example>
    Phone Booth <phone.booth@acme.example>
    Zoom Room <zoomroom4@acme.example>
    LON-3-Oak Room <r1@acme.example>
    Teams Room Oak <r1@acme.example>
    Huddle Space 3 <r1@acme.example>
    Phone Booth 2 <r1@acme.example>
    Salle de réunion Seine <r1@acme.example>
    Sala de reuniones 2 <r1@acme.example>
    Besprechungsraum Elbe <r1@acme.example>
    Konferenzraum 2 <r1@acme.example>
    Vergaderruimte Zuid <r1@acme.example>
    Mötesrum Ask <r1@acme.example>
    Konferensrum Ask <r1@acme.example>
    Sala riunioni Dante <r1@acme.example>
    Sala de reunião 3 <r1@acme.example>
    conf-room-4@acme.example
    meetingroom.oak@acme.example
    room-oak@acme.example
    Dana's Notetaker <r1@acme.example>
    Dana Reyes's Notetaker (Otter.ai) <r1@acme.example>
    Otter.ai <r1@acme.example>
    Otter Pilot <r1@acme.example>
    OtterPilot <r1@acme.example>
    Fathom Notetaker <r1@acme.example>
    Read.ai meeting notes <r1@acme.example>
    tl;dv <r1@acme.example>
    Fireflies.ai Notetaker Fred <r1@acme.example>
    MeetGeek Bot <r1@acme.example>
    Metaview Notetaker <r1@acme.example>
    BrightHire Notetaker <r1@acme.example>
    Gong Assistant <r1@acme.example>
    Acme AI Notes Assistant <r1@acme.example>
    Acme No-Reply <r1@acme.example>
    Do Not Reply <r1@acme.example>
    noreply+ab12cd@acme.example
    no-reply+hash@us.greenhouse-mail.io
    do-not-reply@us.greenhouse-mail.io
    noreply@acme.example
    no_reply@acme.example
    noreply.jobs@acme.example
    donotreply@acme.example
    reply+abc@acme.example
    jobs-noreply@linkedin.com
    notifications@calendly.com
    noreply@calendly.com
    no-reply@calendly.com
    notifications@acme.example
    notify@acme.example
    mailer-daemon@acme.example
    postmaster@acme.example
    bounces@acme.example
    bounce+abc@acme.example
    scheduling@acme.example
    scheduling-team@acme.example
    interview-scheduling@acme.example
    interviewscheduling@acme.example
    interview.scheduler@acme.example
    scheduler@acme.example
    calendar@acme.example
    Acme Candidate Calendar <candidate-calendar@acme.example>
    interview-calendar@acme.example
    interviews@acme.example
    interview@acme.example
    bookings@acme.example
    bot@acme.example
    robot@acme.example
    acme@hire.lever.co
    x@candidates.workablemail.com
    x@acme.teamtailor-mail.com
    x@ashbyhq.com
    x@myworkday.com
    Acme Workday <acme@myworkday.com>
    team@acme.example
    engineering-team@acme.example
    eng-all@acme.example
    all-hands@acme.example
    panel@googlegroups.com
    interview-panel@acme.example
    dev@groups.io
    info@acme.example
    office@acme.example
    hello@acme.example
    kontakt@acme.example
    contact@acme.example
    reception@acme.example
    frontdesk@acme.example
    support@acme.example
    it-helpdesk@acme.example
    admin@acme.example
"""
PEOPLE = """
    Anna Room <anna.room@acme.example>
    Sam Bot <sam.bot@acme.example>
    Bot Nguyen <bot.nguyen@acme.example>
    Max Robot <max.robot@acme.example>
    Peter Hall <peter.hall@acme.example>
    Jo Hall <hall@acme.example>
    Jo Group <jo.group@acme.example>
    Gerd Group <g.group@acme.example>
    Karl Schedule <karl.schedule@acme.example>
    Ute Schedler <schedler@acme.example>
    Calendar Jones <calendar.jones@acme.example>
    Cory Booker <booker@acme.example>
    robert@acme.example
    robertson@acme.example
    teams.jo@acme.example
    Job Smit <job@acme.example>
    Job Cohen <job.cohen@acme.example>
    Botho Strauss <botho@acme.example>
    Botho Braun <botho.braun@acme.example>
    noor@acme.example
    Noor Khan <noor.khan@acme.example>
    Norep Lim <norep@acme.example>
    Noreen Ply <noreen.ply@acme.example>
    Nora Reply <nora.reply@acme.example>
    Tal Bot <talbot@acme.example>
    Ann Abbot <abbot@acme.example>
    Jill Talbot <j.talbot@acme.example>
    Ann Staff <ann.staff@acme.example>
    Info Baro <info.baro@acme.example>
    All Bright <all.bright@acme.example>
    Mei All <m.all@acme.example>
    office.mann@acme.example
    Notker Balbo <notker@acme.example>
    Sven Otter <otter@acme.example>
    Sven Otter <sven.otter@acme.example>
    Fred Astor <fred.astor@acme.example>
    Fred <fred@acme.example>
    Lee Grain <grain@acme.example>
    Gong Li <gong.li@acme.example>
    Gong Wei <gong@acme.example>
    Herbert Read <read@acme.example>
    granola.smith@acme.example
    Ada Chorus <chorus@acme.example>
    Ben Zoom <zoom@acme.example>
    Ida Boardman <boardman@acme.example>
    Piet Roomans <roomans@acme.example>
    Liz Broome <broome@acme.example>
    Victor Vroom <vroom@acme.example>
    David Salle <salle@acme.example>
    Emiliano Sala <sala@acme.example>
    Elke Raum <raum@acme.example>
    Otto Saal <saal@acme.example>
    dana.conference@acme.example
    Rui Panela <panela@acme.example>
    Damon Hale <damon@acme.example>
    Robin <robin@acme.example>
    Bo Tran <bo.tran@acme.example>
    Ann Meeting <meeting@acme.example>
    Invitesh Rao <invitesh@acme.example>
    Alerta Rossi <alerta@acme.example>
    Hrund Jonsdottir <hrund@acme.example>
    Hrafn Olafsson <hr.olafsson@acme.example>
    recruitsa@acme.example
    Jo Personal <personal.jo@acme.example>
    people.jo@acme.example
    Marco Talenti <talenti@acme.example>
    Jobst Kern <jobst@acme.example>
    team.ok@acme.example
    John Booth <booth@acme.example>
    hellouin@acme.example
    contacta@acme.example
    kontakto@acme.example
    Admina Shah <admina@acme.example>
    Ann Helper <helper@acme.example>
    service.m@acme.example
    assistant.b@acme.example
    Tig Notaro <notaro@acme.example>
    Dana Reyes <dana@read.example>
    Dana Reyes <dana@otter.example>
    dana@grain.example
    Tom Huddleston <huddleston@acme.example>
    roomba.c@acme.example
    Dana Reyes <interviewer1@acme.example>
    Dana Reyes <support@acme.example>
    Dana Reyes <hello@acme.example>
"""


def listed(lines: str) -> list[Attendee]:
    """The guests of lines such as "Dana Reyes <dana@acme.example>"."""
    found = []
    for line in lines.strip().splitlines():
        name, sign, address = line.strip().rpartition(" <")
        found.append(guest(address.rstrip(">"), name if sign else ""))
    return found


def verdict_of(who: Attendee) -> Participant:
    """What is decided about somebody beside an interviewer."""
    return everybody(interview(event("kim@other.example", who)), process(), policy())[1]


@pytest.mark.parametrize("who", listed(MACHINES), ids=str)
def test_machines_rooms_and_shared_mailboxes_get_no_letter(who: Attendee) -> None:
    one = verdict_of(who)
    assert one.verdict.choice is Choice.NO
    assert "not a person" in one.verdict.reason


@pytest.mark.parametrize("who", listed(PEOPLE), ids=str)
def test_people_whose_names_look_like_machines_are_people(who: Attendee) -> None:
    one = on(event(ME, who))[who.email]
    assert one.verdict.choice is Choice.YES
    assert one.person.part is Part.INTERVIEWER


@pytest.mark.parametrize(
    "local",
    [
        "coordinator",
        "interview-coordinator",
        "candidate-experience",
        "candidateexperience",
        "candidate.experience.team",
    ],
)
def test_mailboxes_of_those_who_arrange_interviews_are_coordinators(local: str) -> None:
    address = f"{local}@acme.example"
    found = on(event(ME, DANA, address))[address]
    assert found.person.part is Part.COORDINATOR
    assert found.verdict.choice is Choice.YES


def test_a_guest_without_an_address_who_is_no_person_is_nobody() -> None:
    assert choices(on(event(ME, DANA, guest("invalid:nomail", "Conference Phone Room 2")))) == {
        ME: "no",
        "dana@acme.example": "yes",
    }


def test_my_own_name_in_another_order_or_with_an_initial_is_mine() -> None:
    text = "Interviewers: LEE, Sam T.; REYES, Dana"
    assert choices(on(event(ME, description=text))) == {ME: "no", "Sam T. Lee": "no", "Dana Reyes": "yes"}


# --- hostile ------------------------------------------------------------------------------------


def test_a_crowd_is_judged_in_bounded_time() -> None:
    crowd = event(ME, *(f"p{n}@acme.example" for n in range(2000)))
    before = time.perf_counter()
    found = participants(interview(crowd), process(), policy(agencies=("agency.example",)))
    assert len(found) == 2001
    assert time.perf_counter() - before < 3


@pytest.mark.parametrize(
    "name", ["\x00", "Dana\r\nBcc: x@evil.example", "{{name}}", "\u202edana", "x" * 10**6, "\ud800"]
)
def test_strange_names_stay_one_bounded_line(name: str) -> None:
    shown = on(event(guest("dana@acme.example", name)))["dana@acme.example"].person.name
    assert len(shown) <= 100
    assert shown.isprintable()
    assert "\n" not in shown


def test_the_day_of_the_event_changes_nothing() -> None:
    later: datetime = START + timedelta(days=9)
    assert choices(on(event(ME, DANA, start=later, end=later))) == choices(on(event(ME, DANA)))
