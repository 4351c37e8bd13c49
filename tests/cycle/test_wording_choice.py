"""Which language a letter is in, what it calls the company, and which of the user's own words it carries.

Wed 4 March 2026, 15:00 to 16:00 with Dana; her thank-you is due at 16:45.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.core.model import LetterPolicy, Organisation, Rule
from followupd.cycle import Cycle
from followupd.observe import OpenAccount
from followupd.overview import status
from tests.world import World, policy, wording

DANA, KIM, MARIA = "dana@acme.example", "kim@acme.example", "recruiting@acme.example"
DUE = "2026-03-04 16:46"
HOURS = timedelta(hours=6)
GERMAN = (
    "Hallo Sam, wir freuen uns auf das Gespräch mit dir und zeigen dir danach das Büro und die Werkstatt."
)
ENGLISH = "Hi Sam, we are looking forward to the talk with you and will show you the office and the lab."
SPOKEN = {
    "Dear": "en",
    "Hello": "en",
    "Hi": "en",
    "Guten": "de",
    "Hallo": "de",
    "Bonjour": "fr",
    "Buenos": "es",
}
SPOKEN |= {"Hola,": "es", "Hola": "es", "Beste": "nl"}

Start = Callable[..., World]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    worlds: list[World] = []

    def begin(**more: Any) -> World:
        worlds.append(World(tmp_path / str(len(worlds)), policy(**more)))
        worlds[-1].begin("2026-03-02 09:00")
        return worlds[-1]

    yield begin
    for world in worlds:
        world.store.close()


def talk(world: World, *people: str, **more: Any) -> None:
    more.setdefault("uid", "talk")
    day = more.pop("day", "2026-03-04")
    world.event(f"{day} 15:00", f"{day} 16:00", people or (f"Dana Reyes <{DANA}>",), **more)
    world.cycle("2026-03-02 10:00")


def letter(world: World, to: str = DANA, at: str = DUE) -> str:
    """The text of the draft to this address at this moment."""
    world.cycle(at)
    return world.draft_to(to).text.rstrip()


def spoken(world: World, to: str = DANA) -> str:
    return SPOKEN[letter(world, to).split()[0]]


# --- language ---------------------------------------------------------------------------------------

ANY = Rule(title=r"\binterview\b")
FRENCH_RULE = Rule(hashtag="paris", language="fr")
DUTCH = (Organisation(name="Acme", domains=("acme.example",), language="nl"),)


def test_the_person_s_language_comes_first(start: Start) -> None:
    world = start(any=(FRENCH_RULE, ANY), organisations=DUTCH)
    talk(world, description=f"{GERMAN} #paris")
    world.orders().set_person(DANA, language="es")
    assert spoken(world) == "es"


def test_then_the_organisation_s(start: Start) -> None:
    world = start(any=(FRENCH_RULE, ANY), organisations=DUTCH)
    talk(world, description=f"{GERMAN} #paris")
    assert spoken(world) == "nl"


def test_then_that_of_the_first_rule_with_one_that_matches(start: Start) -> None:
    spanish = Rule(title="interview", language="es")
    never = Rule(hashtag="berlin", language="nl")
    world = start(any=(ANY, never, FRENCH_RULE, spanish))
    talk(world, description=f"{GERMAN} #paris")
    assert spoken(world) == "fr"


def test_then_the_event_s_own(start: Start) -> None:
    world = start()
    talk(world, description=GERMAN)
    assert spoken(world) == "de"


def test_then_its_title_s_where_one_language_alone_says_so(start: Start) -> None:
    world = start(any=(Rule(category="Interview"),))
    talk(world, title="Vorstellungsgespräch Sam Lee", categories=("Interview",))
    assert spoken(world) == "de"


@pytest.mark.parametrize("default", ["en", "fr"])
def test_an_english_title_says_nothing(start: Start, default: str) -> None:
    world = start(letters=LetterPolicy(language=default))
    talk(world, title="Interview with Acme")
    assert spoken(world) == default


def test_english_text_is_answered_in_english_whatever_the_default(start: Start) -> None:
    world = start(letters=LetterPolicy(language="de"))
    talk(world, description=ENGLISH)
    assert spoken(world) == "en"


def test_a_text_in_a_language_without_letters_gets_the_default(start: Start) -> None:
    world = start()
    talk(
        world,
        description="Olá Sam, confirmamos a entrevista com a Dana. Se tiver alguma dúvida, escreva-nos.",
    )
    assert spoken(world) == "en"


def test_the_default_s_region_stays_where_the_event_speaks_its_language(start: Start) -> None:
    asked: list[str] = []
    letters = LetterPolicy(language="en-GB", about_me=(("", "six years of boats"),))
    world = start(letters=letters)

    def listening(language: str) -> Any:
        asked.append(language)
        return wording(language)

    talk(world, description=ENGLISH)
    opened = {"personal": OpenAccount("personal", (("calendar:0", world.calendars["personal"]),),
                                      world.mailboxes["personal"])}  # fmt: skip
    Cycle(world.store, opened, world.policy, listening, None, "rules").run(world.time(DUE))
    assert {"en-GB"} == set(asked)
    assert "six years of boats" in world.draft_to(DANA).text


# --- the user's own texts ---------------------------------------------------------------------------


def letters_of(start: Start, description: str, **texts: tuple[tuple[str, str], ...]) -> str:
    world = start(letters=LetterPolicy(**texts))  # type: ignore[arg-type]
    talk(world, description=description)
    return letter(world)


def test_about_me_without_a_language_is_in_letters_of_the_default_language_only(start: Start) -> None:
    boats = (("", "six years of boats"),)
    assert "six years of boats" in letters_of(start, "", about_me=boats)
    assert "six years of boats" in letters_of(start, ENGLISH, about_me=boats)
    assert "boats" not in letters_of(start, GERMAN, about_me=boats)


def test_about_me_of_each_language_is_in_its_own_letters(start: Start) -> None:
    both = (("en", "six years of boats"), ("de", "sechs Jahre Bootsbau"))
    assert "six years of boats" in letters_of(start, ENGLISH, about_me=both)
    in_german = letters_of(start, GERMAN, about_me=both)
    assert "sechs Jahre Bootsbau" in in_german
    assert "boats" not in in_german


def test_a_signature_without_a_language_is_under_every_letter(start: Start) -> None:
    mine = (("", "Sam Lee\n+44 20 7946 0000"),)
    for description in (ENGLISH, GERMAN):
        assert letters_of(start, description, signature=mine).endswith("\nSam Lee\n+44 20 7946 0000")


def test_a_signature_of_another_language_gives_way_to_the_name(start: Start) -> None:
    german = (("de", "Viele Grüße aus Leeds\nSam"),)
    assert letters_of(start, GERMAN, signature=german).endswith("\n\nViele Grüße aus Leeds\nSam")
    assert letters_of(start, ENGLISH, signature=german).endswith("\nSam Lee")


def test_a_text_serves_the_regions_of_its_language(start: Start) -> None:
    austrian = (Organisation(name="Acme", domains=("acme.example",), language="de-AT"),)
    world = start(organisations=austrian, letters=LetterPolicy(signature=(("de", "Sam aus Leeds"),)))
    talk(world)
    assert letter(world).endswith("\nSam aus Leeds")


# --- what the notes are for -------------------------------------------------------------------------

PANEL = (f"Dana Reyes <{DANA}>", f"Kim Min-jun <{KIM}>", f"Maria Silva <{MARIA}>")
FIT, FORGOT, QUESTION = "my years of building boats", "I also speak Danish", "how the team plans its weeks"
ABOUT = (("", "a life on the water"),)


def noted(world: World, **words: str) -> None:
    for topic, text in words.items():
        world.orders("2026-03-04 16:10").note(
            world.store.interviews(world.process().key)[0].id, text, topic=topic
        )


def panel(world: World) -> list[str]:
    world.cycle(DUE)
    return [draft.text for draft in world.drafts()]


def test_what_fits_stands_in_place_of_about_me(start: Start) -> None:
    world = start(letters=LetterPolicy(about_me=ABOUT))
    talk(world)
    noted(world, fit=FIT)
    text = letter(world)
    assert FIT in text
    assert "a life on the water" not in text


def test_a_general_question_is_asked_of_one_of_a_panel_only(start: Start) -> None:
    world = start()
    talk(world, *PANEL)
    noted(world, question=QUESTION)
    texts = panel(world)
    assert len(texts) == 3
    assert len([text for text in texts if QUESTION in text]) == 1


@pytest.mark.parametrize("address", [DANA, KIM, MARIA])
def test_a_question_for_one_person_goes_to_them(start: Start, address: str) -> None:
    world = start()
    talk(world, *PANEL)
    world.cycle("2026-03-04 16:05")
    world.orders("2026-03-04 16:10").note(address, QUESTION, topic="question")
    world.cycle(DUE)
    assert [d.to[0].email for d in world.drafts() if QUESTION in d.text] == [address]


def test_what_was_forgotten_is_told_to_those_who_were_there_and_not_to_who_only_organised(
    start: Start,
) -> None:
    world = start()
    talk(world, f"Dana Reyes <{DANA}>", organizer="Ana Paz <ana@acme.example>")
    noted(world, forgot=FORGOT, question=QUESTION)
    world.cycle("2026-03-04 16:11")
    world.orders("2026-03-04 16:12").note("ana@acme.example", FORGOT, topic="forgot")
    world.orders("2026-03-04 16:12").note("ana@acme.example", QUESTION, topic="question")
    world.cycle(DUE)
    theirs = {d.to[0].email: d.text for d in world.drafts()}
    assert set(theirs) == {DANA, "ana@acme.example"}
    assert FORGOT in theirs[DANA]
    assert QUESTION in theirs[DANA]
    assert FORGOT not in theirs["ana@acme.example"]
    assert QUESTION not in theirs["ana@acme.example"]


def test_who_does_not_want_the_job_sells_and_asks_nothing(start: Start) -> None:
    world = start(letters=LetterPolicy(about_me=ABOUT))
    talk(world, *PANEL)
    noted(world, fit=FIT, forgot=FORGOT, question=QUESTION)
    world.orders("2026-03-04 16:12").note(
        world.store.interviews(world.process().key)[0].id, "", interest=False
    )
    told = "\n".join(panel(world))
    assert all(words not in told for words in (FIT, FORGOT, QUESTION, "a life on the water"))


def test_a_nudge_and_a_letter_on_request_carry_none_of_it(start: Start) -> None:
    world = start(letters=LetterPolicy(about_me=ABOUT))
    talk(world)
    noted(world, fit=FIT, forgot=FORGOT, question=QUESTION)
    world.cycle(DUE)
    world.send(world.draft_to(DANA), at="2026-03-04 17:00")
    world.cycles("2026-03-04 17:10", "2026-03-12 12:00", step=HOURS)
    nudge = world.draft_to(DANA).text
    world.delete(world.draft_to(DANA))
    world.orders("2026-03-12 12:10").stop(world.process().key, "rejected")
    world.cycle("2026-03-12 13:00")
    world.orders("2026-03-12 13:10").letter("thanks-after-rejection", world.process().key)
    asked = letter(world, at="2026-03-12 14:30")
    assert nudge != asked
    for text in (nudge, asked):
        assert all(words not in text for words in (FIT, FORGOT, QUESTION, "a life on the water"))


# --- the company's name -----------------------------------------------------------------------------

NAMED = (Organisation(name="Acme Holding", domains=("acme.example",)),)


def company(world: World) -> str:
    return world.process().organisation


def with_config(world: World, *organisations: Organisation) -> None:
    """The user writes companies into the config: the rules are new, every event is judged again."""
    world.policy = replace(world.policy, organisations=organisations)
    world.store.set_meta("rules", "before")


def answer(world: World, at: str, text: str, sender: str = f"Dana Reyes <{DANA}>") -> None:
    world.receive(sender, at=at, text=text)
    world.cycle(at)


def test_a_letter_calls_the_company_as_its_people_do_and_else_not_at_all(start: Start) -> None:
    world = start()
    talk(world, title="Interview with acme")
    assert company(world) == ""
    assert "cme" not in letter(world)
    world = start()
    talk(world, title="Interview with Acme", uid="other")
    assert company(world) == "Acme"
    assert status(world.folder, world.now)["processes"][0]["organisation"] == "Acme"


def test_a_name_is_learned_from_the_signature_of_a_later_mail_once(start: Start) -> None:
    world = start()
    talk(world)
    world.cycle(DUE)
    assert company(world) == ""
    answer(world, "2026-03-05 10:00", "Hi Sam,\nthanks for coming in.\n\nDana Reyes\nHead of Data, Acme\n")
    assert company(world) == "Acme"
    answer(world, "2026-03-05 11:00", "Hi Sam,\none more thing.\n\nKim Min-jun\nACME\n", f"Kim <{KIM}>")
    assert company(world) == "Acme"
    before = world.store.connection.total_changes
    world.cycle("2026-03-05 11:05")
    assert world.store.connection.total_changes == before


def test_nothing_is_learned_from_an_automatic_reply_or_from_what_was_quoted(start: Start) -> None:
    world = start()
    talk(world)
    world.cycle(DUE)
    world.away(
        f"Dana Reyes <{DANA}>", at="2026-03-05 10:00", text="I am away until Monday.\nDana Reyes, Acme"
    )
    world.cycle("2026-03-05 10:05")
    answer(
        world, "2026-03-05 11:00", "See below.\n\n> On Wed Sam Lee wrote:\n> I would love to work at Acme.\n"
    )
    assert company(world) == ""


def test_a_person_s_own_domain_does_not_name_a_company_after_them(start: Start) -> None:
    world = start()
    talk(world, "REYES, Dana <dana@reyes.example>")
    assert company(world) == ""
    answer(world, "2026-03-05 11:00", "Thanks!\nDana Reyes", "Reyes, Dana <dana@reyes.example>")
    assert company(world) == ""


def test_a_config_that_names_it_later_counts_and_the_user_s_name_counts_more(start: Start) -> None:
    world = start()
    talk(world, title="Interview with Acme")
    with_config(world, *NAMED)
    world.cycle("2026-03-02 11:00")
    assert (company(world), world.process().named_by) == ("Acme Holding", "config")
    world.orders("2026-03-02 11:30").name_process(world.process().key, "The Acme")
    with_config(world, Organisation(name="Acme AG", domains=("acme.example",)))
    talk(world, title="Interview with Acme, second round", uid="second", day="2026-03-05")
    answer(world, "2026-03-06 10:00", "Thanks!\nDana Reyes\nAcme")
    assert (company(world), world.process().named_by) == ("The Acme", "user")


@pytest.mark.parametrize(
    "organisations", [(), (*NAMED, Organisation(name="Foundry", domains=("foundry.example",)))]
)
def test_a_merged_process_keeps_one_name(start: Start, organisations: tuple[Organisation, ...]) -> None:
    world = start(organisations=organisations)
    talk(world, title="Interview with Acme")
    talk(world, "Ana Paz <ana@foundry.example>", title="Interview with Foundry", uid="f", day="2026-03-05")
    acme, foundry = sorted(world.store.processes(), key=lambda process: process.organisation)
    world.orders().merge(foundry.key, acme.key)
    names = set()
    for number in range(3):
        for uid, title in (("talk", "Interview with Acme"), ("f", "Interview with Foundry")):
            people = ("Ana Paz <ana@foundry.example>",) if uid == "f" else (f"Dana Reyes <{DANA}>",)
            talk(
                world,
                *people,
                title=f"{title} {number}",
                uid=uid,
                day="2026-03-05" if uid == "f" else "2026-03-04",
            )
            names.add(company(world))
    assert names == {acme.organisation}


def test_the_user_s_name_survives_a_merge(start: Start) -> None:
    world = start()
    talk(world, title="Interview with Acme")
    talk(world, "Ana Paz <ana@foundry.example>", title="Interview", uid="f", day="2026-03-05")
    acme = next(process for process in world.store.processes() if process.organisation)
    other = next(process for process in world.store.processes() if not process.organisation)
    world.orders().name_process(other.key, "Acme Foundries")
    world.orders().merge(other.key, acme.key)
    assert (company(world), world.process().named_by) == ("Acme Foundries", "user")
