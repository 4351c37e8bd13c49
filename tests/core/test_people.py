"""Who gets a letter after an interview, who does not, who is asked about, and why."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from followupd.core.model import Choice, Event, Organisation, Part, Participant, Policy
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
