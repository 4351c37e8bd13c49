"""How a company's name is learned: what its domain confirms, as its people spell it, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from followupd.core.company_names import learned_name, named
from followupd.core.model import HiringProcess, Organisation
from followupd.core.organisations import Belonging
from tests.world import policy

# A domain, a text, and the name that it teaches ("" for none).
SPELLED = [
    ("acme.example", "Interview with Acme", "Acme"),
    ("acme.example", "Interview with ACME", "ACME"),
    ("acme.co.uk", "Acme - Interview", "Acme"),
    ("acme.example", "Interview: Acme GmbH", "Acme"),
    ("acme.example", "Dana Reyes (Acme)", "Acme"),
    ("acme.example", "Reyes, Dana (Acme)", "Acme"),
    ("acme.example", "Dana Reyes | Acme", "Acme"),
    ("acme.example", "Dana Reyes – Acme", "Acme"),
    ("acme.example", "Interview @ Acme", "Acme"),
    ("acme.example", "Interview @Acme", "Acme"),
    ("acme.example", "Acme's interview", "Acme"),
    ("acme.example", "Acme’s interview", "Acme"),
    ("acme.example", "Interview\xa0(Acme).", "Acme"),
    ("placementpeople.example", "Call with Placement People", "Placement People"),
    ("placementpeople.example", "Call with PlacementPeople", "PlacementPeople"),
    ("placement-people.example", "Call with Placement People", "Placement People"),
    ("müller.example", "Gespräch bei Müller", "Müller"),
    ("mueller.example", "Gespräch bei Müller", "Müller"),
    ("muller.example", "Gespräch bei Müller", "Müller"),
    ("mueller.example", "Gespräch bei Mu\u0308ller", "Müller"),
    ("strasse.example", "Gespräch bei Straße", "Straße"),
    ("loreal.example", "Entretien L'Oréal", "L'Oréal"),
    ("att.example", "Interview with AT&T", "AT&T"),
    ("at-t.example", "Interview with AT&T", "AT&T"),
    ("marksandspencer.example", "Marks & Spencer interview", "Marks & Spencer"),
    ("marksandspencer.example", "Marks and Spencer interview", "Marks and Spencer"),
    ("coca-cola.example", "Coca-Cola interview", "Coca-Cola"),
    ("cocacola.example", "Coca-Cola interview", "Coca-Cola"),
    ("getacme.example", "Interview with Acme", "Acme"),
    ("acmehq.example", "Interview with Acme", "Acme"),
    ("acme-corp.example", "Interview with Acme", "Acme"),
    ("acme-corp.example", "Acme interview at Acme Corp", "Acme Corp"),
    ("acme-gmbh.example", "Gespräch bei Acme GmbH", "Acme GmbH"),
    ("datalabs.example", "Data Labs: data interview", "Data Labs"),
    ("thefoundry.example", "Interview at The Foundry", "The Foundry"),
    ("hellofresh.example", "HelloFresh interview", "HelloFresh"),
    ("ibm.example", "Interview IBM", "IBM"),
    ("n26.example", "N26 interview", "N26"),
    ("1password.example", "1Password interview", "1Password"),
    ("ebay.example", "eBay interview", "eBay"),
    ("foundry.example", "FOUNDRY interview, Foundry, Berlin", "Foundry"),
]
NOT_LEARNED = [
    # others, or written as nobody would want it in a letter
    ("acme.example", "Interview with Globex"),
    ("acme.example", "Interview with Acmeson"),
    ("acme.example", "interview with acme"),
    ("foundry.example", "FOUNDRY INTERVIEW"),
    ("placementpeople.example", "call with placement people"),
    ("placementpeople.example", "Call about a Placement. People will be there"),
    ("37signals.example", "37signals interview"),
    # addresses
    ("acme.example", "Dana <dana@acme.example>"),
    ("acme.example", "Dana@Acme.example"),
    ("acme.example", "https://Acme.example/jobs"),
    ("acme.example", "www.Acme.example"),
    ("acme.example", "https://jobs.example/Acme/12"),
    ("booking.example", "Interview Booking.com"),
    # names too short to be told from words
    ("3m.example", "3M interview"),
    ("o2.example", "O2 interview"),
    # words of the calendar and of offices
    ("monday.example", "Interview on Monday"),
    ("zoom.example", "Zoom interview"),
    ("talent.example", "Talent chat"),
    ("interview.example", "Interview"),
    ("career.example", "Career interview"),
    ("engineering.example", "Engineering interview"),
    # a common word is not the rest of a domain
    ("teamwork.example", "Work interview"),
    ("teamviewer.example", "Viewer interview"),
    ("hellofresh.example", "Fresh interview"),
    ("datalabs.example", "Data interview"),
    ("talentcorp.example", "Talent interview"),
    ("myers.example", "Ers interview"),
    ("2026.example", "Interview 2026"),
    # sentences that happen to run over a name
    ("meetme.example", "Meet me at the station"),
    ("acme.example", "Ac me"),
    # letters that only look so
    ("acme.example", "\u0410cme interview"),
    ("acme.example", "\uff21cme interview"),
    ("", "Interview with Acme"),
]


@pytest.mark.parametrize(("domain", "text", "name"), SPELLED)
def test_a_name_is_spelled_as_its_people_spell_it(domain: str, text: str, name: str) -> None:
    assert learned_name([text], [domain]) == name


@pytest.mark.parametrize(("domain", "text"), NOT_LEARNED)
def test_what_no_domain_confirms_is_left_out(domain: str, text: str) -> None:
    assert learned_name([text], [domain] if domain else []) == ""


@pytest.mark.parametrize(
    "text",
    [
        "<b>Acme</b>",
        "{{ Acme }}",
        "{% if Acme %}",
        "\u202eAcme\u202c",
        "A\u200bcme",
        "Acme\r\nBcc: a@evil.example",
    ],
)
def test_nothing_but_the_name_is_taken_from_a_hostile_text(text: str) -> None:
    assert learned_name([text], ["acme.example"]) == "Acme"


@pytest.mark.parametrize(
    "text", ["Dana Reyes", "Dana REYES", "Reyes, Dana", "REYES, Dana", "Interview with Reyes"]
)
def test_a_person_s_name_does_not_become_the_company_they_work_for(text: str) -> None:
    assert learned_name([text], ["reyes.example", "danareyes.example"], ["Dana Reyes"]) == ""


def test_one_person_s_name_hides_no_other_company() -> None:
    assert learned_name(["Dana Reyes (Acme)"], ["acme.example"], ["Dana Reyes", ""]) == "Acme"


def test_the_first_good_spelling_counts() -> None:
    texts = ["acme interview", "FOUNDRY", "Dana (Acme)", "ACME"]
    assert learned_name(texts, ["foundry.example", "acme.example"]) == "Acme"


def test_a_long_text_is_cut_and_not_read_for_ever() -> None:
    assert learned_name(["A " * 200_000 + "Acme"], ["acme.example"]) == ""
    assert learned_name(["a-" * 200_000], ["acme.example"]) == ""
    assert learned_name(["Acme " * 100_000], ["acme.example"]) == "Acme"


# --- whose word counts ------------------------------------------------------------------------------

PROCESS = HiringProcess(key="k", domains=("acme.example",), since=datetime(2026, 3, 2, tzinfo=UTC))
NOBODY = Belonging(name="", domains=("acme.example",), via="", internal=False)
CONFIG = replace(NOBODY, name="Acme Holding")
ACME = policy(organisations=(Organisation(name="Acme Holding", domains=("acme.example",)),))
OTHERS = policy(organisations=(Organisation(name="Foundry", domains=("foundry.example",)),))


def of(process: HiringProcess, belonging: Belonging, *texts: str) -> tuple[str, str]:
    """Name and who gave it."""
    after = named(process, belonging, ACME if belonging.name else policy(), texts, ["Dana Reyes"])
    return after.organisation, after.named_by


def test_the_config_s_name_beats_what_texts_teach() -> None:
    assert of(PROCESS, CONFIG, "Interview with Acme") == ("Acme Holding", "config")
    assert of(PROCESS, NOBODY, "Interview with Acme") == ("Acme", "")
    assert of(PROCESS, NOBODY, "Interview") == ("", "")


def test_a_config_that_names_it_later_beats_what_was_learned() -> None:
    learned = replace(PROCESS, organisation="Acme")
    assert of(learned, CONFIG, "Interview with Acme") == ("Acme Holding", "config")
    assert of(learned, NOBODY, "Interview with ACME") == ("Acme", "")


def test_the_user_s_name_stays() -> None:
    mine = replace(PROCESS, organisation="The Acme", named_by="user")
    assert of(mine, CONFIG, "Interview with Acme") == ("The Acme", "user")


def test_two_names_of_the_config_do_not_take_turns_in_a_merged_process() -> None:
    both = policy(organisations=(*ACME.organisations, *OTHERS.organisations))
    process = replace(PROCESS, domains=("acme.example", "foundry.example"))
    foundry = replace(NOBODY, name="Foundry", domains=("foundry.example",))
    first = named(process, CONFIG, both, (), ())
    assert named(first, foundry, both, (), ()) is first
    assert named(named(first, foundry, both, (), ()), CONFIG, both, (), ()) is first


def test_a_name_that_the_config_changed_is_changed() -> None:
    old = replace(PROCESS, organisation="Acme Ltd", named_by="config")
    assert of(old, CONFIG) == ("Acme Holding", "config")
    assert named(old, NOBODY, OTHERS, ("Interview with Acme",), ()).organisation == "Acme Ltd"


def test_nothing_new_makes_no_new_record() -> None:
    learned = replace(PROCESS, organisation="Acme")
    assert named(learned, NOBODY, policy(), ("Interview with ACME",), ()) is learned
