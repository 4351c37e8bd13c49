"""Which organisation, and so which hiring process, an event belongs to."""

from __future__ import annotations

import pytest

from followupd.core.model import Organisation
from followupd.core.organisations import Belonging, belongs, employers, process_key
from tests.core.people_kit import ME, event, policy

ACME = Organisation(name="Acme", domains=("acme.example", "acme.de"))


def test_the_majority_of_the_others_tells_the_organisation() -> None:
    found = event(ME, "a@acme.example", "b@eu.acme.example", "c@other.example", organizer="c@other.example")
    assert belongs(found, policy()) == Belonging("", ("acme.example",), "", internal=False)


def test_the_organiser_tells_it_where_there_is_no_majority() -> None:
    found = event(ME, "z@zeta.example", "a@acme.example", organizer="a@acme.example")
    assert belongs(found, policy()).domains == ("acme.example",)
    assert belongs(event(ME, organizer="Dana@Acme.Example"), policy()).domains == ("acme.example",)


def test_the_same_guests_in_another_order_are_the_same_organisation() -> None:
    one = belongs(event("a@acme.example", "z@zeta.example"), policy())
    assert one == belongs(event("z@zeta.example", "a@acme.example"), policy())


def test_a_country_with_two_labels_is_one_organisation() -> None:
    assert belongs(event("a@mail.acme.co.uk"), policy()).domains == ("acme.co.uk",)


@pytest.mark.parametrize(
    "address",
    [
        "dana@gmail.com",
        "dana@yahoo.co.uk",
        "dana@hotmail.fr",
        "dana@nhs.net",
        "dana@cs.stanford.edu",
        "dana@ox.ac.uk",
        "dana@army.mil",
        "dana@nasa.gov",
        "dana@service.gov.uk",
        "dana@unimelb.edu.au",
        "notifications@calendly.com",
        "no-reply@us.greenhouse-mail.io",
        "acme@hire.lever.co",
        "fred@fireflies.ai",
        "c_1@group.calendar.google.com",
        "2_ge@imip.me.com",
        ME,
        "invalid:nomail",
        "",
    ],
)
def test_some_domains_say_nothing_about_an_employer(address: str) -> None:
    found = event(ME, address, organizer=address)
    assert belongs(found, policy()) == Belonging("", (), "", internal=False)
    assert process_key(belongs(found, policy()), found) != process_key(
        belongs(found, policy()), event(ME, uid="uid-2")
    )


@pytest.mark.parametrize(
    "domain", ["mygmail.com", "edu.example", "outlook.example", "ac.example", "lever.com"]
)
def test_look_alikes_of_such_domains_are_employers(domain: str) -> None:
    assert belongs(event(f"dana@{domain}"), policy()).domains == (domain,)


def test_a_recruiting_systems_organiser_does_not_outvote_the_interviewers() -> None:
    found = event(
        ME, "dana@acme.example", "x@calendly.com", "y@calendly.com", organizer="no-reply@greenhouse.io"
    )
    assert belongs(found, policy()).domains == ("acme.example",)


def test_my_assistant_and_ignored_robots_do_not_vote() -> None:
    rules = policy(ignore=("*@bots.example",), people_mine=("kim@home.example",))
    found = event("a@bots.example", "b@bots.example", "dana@acme.example", "kim@home.example")
    assert belongs(found, rules).domains == ("acme.example",)


def test_a_configured_organisation_has_all_its_domains_and_its_name() -> None:
    rules = policy(organisations=(ACME,))
    by_one, by_other = (belongs(event(ME, address), rules) for address in ("a@acme.example", "b@uk.acme.de"))
    assert by_one == by_other == Belonging("Acme", ("acme.de", "acme.example"), "", internal=False)
    assert process_key(by_one, event()) == process_key(by_other, event(uid="other"))


def test_votes_for_two_domains_of_one_organisation_are_added() -> None:
    found = event("a@acme.example", "b@acme.de", "c@other.example", organizer="c@other.example")
    assert belongs(found, policy(organisations=(ACME,))).name == "Acme"


def test_a_name_is_never_guessed() -> None:
    assert belongs(event("a@acme.example"), policy()).name == ""


def test_the_user_can_tell_one_employer_from_another_on_a_shared_domain() -> None:
    physics = Organisation(name="Physics", domains=("physics.uni.edu",))
    law = Organisation(name="Law", domains=("law.uni.edu",))
    rules = policy(organisations=(physics, law))
    one, other = belongs(event("a@physics.uni.edu"), rules), belongs(event("a@law.uni.edu"), rules)
    assert (one.name, other.name) == ("Physics", "Law")
    assert process_key(one, event()) != process_key(other, event())
    assert belongs(event("a@arts.uni.edu"), rules).domains == ()


def test_the_user_can_name_a_vendor_of_recruiting_software_as_an_employer() -> None:
    lever = Organisation(name="Lever", domains=("lever.co",))
    assert belongs(event("dana@lever.co"), policy(organisations=(lever,))).name == "Lever"


def test_my_own_company_is_internal() -> None:
    employed = policy(mine=("sam@uk.corp.example", "sam@gmail.com"))
    assert employers(employed) == {"corp.example"}
    assert belongs(event("sam@uk.corp.example", "dana@corp.example"), employed).internal
    assert not belongs(event("sam@uk.corp.example", "dana@acme.example"), employed).internal


@pytest.mark.parametrize("mine", ["*@corp.example", "@corp.example", "corp.example", "*@*.corp.example"])
def test_patterns_of_mine_name_my_company(mine: str) -> None:
    assert employers(policy(mine=(mine,))) == {"corp.example"}


def test_a_pattern_that_leaves_the_domain_open_names_no_company() -> None:
    assert employers(policy(mine=("sam@*", "*"))) == frozenset()


# --- agencies -----------------------------------------------------------------------------------


def test_with_only_agency_people_the_process_is_via_that_agency() -> None:
    found = event(ME, organizer="jo@agency.example")
    belonging = belongs(found, policy(agencies=("agency.example",)))
    assert belonging == Belonging("", (), "agency.example", internal=False)


def test_an_agency_beside_its_client_makes_one_process_of_both() -> None:
    found = event(ME, "dana@acme.example", organizer="jo@eu.agency.example")
    assert belongs(found, policy(agencies=("agency.example",))) == Belonging(
        "", ("acme.example",), "agency.example", internal=False
    )


def test_there_is_one_process_per_agency_and_client() -> None:
    rules = policy(agencies=("agency.example", "second.example"))
    acme = event("dana@acme.example", organizer="jo@agency.example", uid="1")
    again = event("kim@acme.example", organizer="bo@agency.example", uid="2")
    other_client = event("x@zeta.example", organizer="jo@agency.example", uid="3")
    other_agency = event("dana@acme.example", organizer="z@second.example", uid="4")
    direct = event("dana@acme.example", uid="5")
    unknown = [event(ME, organizer="jo@agency.example", uid=uid) for uid in ("6", "7")]
    keys = [process_key(belongs(e, rules), e) for e in (acme, other_client, other_agency, direct, *unknown)]
    assert len(set(keys)) == 6
    assert process_key(belongs(again, rules), again) == keys[0]


def test_an_agency_on_freemail_is_known_by_its_full_address() -> None:
    rules = policy(agencies=("jo.agent@gmail.com",))
    assert belongs(event(ME, organizer="Jo.Agent@gmail.com"), rules).via == "jo.agent@gmail.com"
    assert belongs(event(ME, organizer="other@gmail.com"), rules).via == ""


# --- keys ---------------------------------------------------------------------------------------


def test_a_key_is_stable_and_short() -> None:
    belonging = Belonging("Acme", ("acme.de", "acme.example"), "", internal=False)
    assert process_key(belonging, event()) == process_key(belonging, event(uid="x", title="y"))
    assert process_key(belonging, event()) == "b6ea91ffe0fa"


def test_people_whom_the_user_added_vote() -> None:
    assert belongs(event(ME), policy(), ["dana@acme.example"]).domains == ("acme.example",)


def test_strange_texts_do_no_harm() -> None:
    found = event("\x00", "@", "a@b", "/o=x/cn=y", organizer="\ud800", uid="\ud800")
    assert len(process_key(belongs(found, policy()), found)) == 12
