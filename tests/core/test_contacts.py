"""Whom an absence note names instead of its sender."""

from __future__ import annotations

import time

import pytest

from followupd.core.contacts import MAX_TEXT, REACH, contact_in

JO = "Jo Hale <jo.hale@acme.example>"
DANA, SAM = "dana@acme.example", "sam@example.com"


class TestTheContact:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Please contact Jo Hale at jo.hale@acme.example.", JO),
            ("Please contact my assistant, Jo Hale (jo.hale@acme.example).", JO),
            ("For urgent matters reach out to Jo Hale <jo.hale@acme.example>", JO),
            ("Get in touch with Jo Hale, jo.hale@acme.example, in the meantime.", JO),
            ("Please email Jo Hale: jo.hale@acme.example", JO),
            ("All mail is forwarded to jo.hale@acme.example", "jo.hale@acme.example"),
            ("Enquiries should be directed to Jo Hale.", "Jo Hale"),
            ("I am replaced by Jo Hale. Kim Novak helps.", "Jo Hale"),
            ("My successor is Jo Hale, jo.hale@acme.example.", JO),
            ("My tasks were taken over by Jo Hale and Kim Novak.", "Jo Hale"),
            ("Your new contact person is Jo Hale.", "Jo Hale"),
            ("In dringenden Fällen wenden Sie sich bitte an Jo Hale, jo.hale@acme.example.", JO),
            ("Meine Vertretung ist Jo Hale (jo.hale@acme.example).", JO),
            ("Ihr neuer Ansprechpartner ist Jo Hale.", "Jo Hale"),
            ("Meine Nachfolgerin ist Jo Hale.", "Jo Hale"),
            ("Merci de contacter Jo Hale : jo.hale@acme.example.", JO),
            ("Vous pouvez vous adresser à Jo Hale.", "Jo Hale"),
            ("Por favor contacte con Jo Hale, jo.hale@acme.example.", JO),
            ("Per urgenze rivolgersi a Jo Hale, jo.hale@acme.example", JO),
            ("Neem contact op met Jo Hale.", "Jo Hale"),
            ("Vänligen kontakta Jo Hale, jo.hale@acme.example.", JO),
            ("Skriv til Jo Hale.", "Jo Hale"),
            ("Ota yhteyttä: Jo Hale", "Jo Hale"),
            ("Proszę o kontakt z Jo Hale.", "Jo Hale"),
            (
                "Please contact Anna van der Berg, a.berg@acme.example",
                "Anna van der Berg <a.berg@acme.example>",
            ),
            ("Please contact jo.hale@acme.example. Kim Novak is away too.", "jo.hale@acme.example"),
            ("Please write to ...jo.hale@acme.example", "jo.hale@acme.example"),
            ("Please contact Human Resources at hr@acme.example", "hr@acme.example"),
            ("Please contact\n\n  Jo\n  Hale\n\n  jo.hale@acme.example", JO),
        ],
    )
    def test_is_read(self, text: str, expected: str) -> None:
        assert contact_in(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "I am away until Monday.",
            "Jo Hale is away too.",
            "jo.hale@acme.example",
            "Please contact my assistant.",
            "Please contact the front desk. Jo Hale is away too.",
            "Please contact us by telephone: +44 20 7946 0000.",
        ],
    )
    def test_is_nobody_where_none_is_named(self, text: str) -> None:
        assert contact_in(text) == ""

    def test_is_neither_the_sender_nor_the_user(self) -> None:
        text = f"Please contact Jo Hale. My address stays Dana@acme.example, yours is {SAM}."
        assert contact_in(text, DANA, SAM) == "Jo Hale"
        assert (
            contact_in(f"Please contact {DANA} or jo.hale@acme.example", DANA.upper())
            == "jo.hale@acme.example"
        )

    def test_is_not_the_sender_behind_dots(self) -> None:
        assert contact_in(f"Please write to ...{DANA}", DANA) == ""

    def test_is_the_name_nearest_to_the_address(self) -> None:
        assert contact_in("Please contact Kim Novak or Jo Hale jo.hale@acme.example") == JO

    def test_is_the_first_that_is_named(self) -> None:
        text = "Please contact Jo Hale. If she is away, contact Kim Novak."
        assert contact_in(text) == "Jo Hale"

    def test_may_follow_a_phrase_that_names_nobody(self) -> None:
        assert (
            contact_in("You can contact us all day." + " We bake." * 30 + " Please ask Jo Hale.") == "Jo Hale"
        )

    def test_stands_near_the_words_that_lead_to_it(self) -> None:
        lead = "Please contact"
        assert contact_in(lead + " " + "a" * (REACH - 23) + " jo.hale@acme.example") == "jo.hale@acme.example"
        assert contact_in(lead + " " + "a" * REACH + " jo.hale@acme.example") == ""

    def test_is_read_at_the_beginning_of_a_text_alone(self) -> None:
        assert contact_in("a " * (MAX_TEXT // 2) + "please contact Jo Hale") == ""


class TestHostileText:
    @pytest.mark.parametrize(
        "trigger",
        [
            "contact ",
            "contact Jo ",
            "contact Jo Hale ",
            "Aa van de ",
            "a.b@c.d ",
            "a" * 64 + "@",
            "a@" + "b." * 9,
            ". ",
            "A",
        ],
    )
    def test_of_64_kilobytes_costs_little(self, trigger: str) -> None:
        text = trigger * (64_000 // len(trigger))
        began = time.process_time()
        contact_in(text)
        contact_in("please contact " + text)
        assert time.process_time() - began < 0.3
