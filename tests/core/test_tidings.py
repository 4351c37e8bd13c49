"""What a company's letter seems to say, in the languages that it may come in."""

from __future__ import annotations

import time

import pytest

from followupd.core.tidings import COURTESY_AT_MOST, MAX_TEXT, tidings

OFFERS = [
    "We are pleased to offer you the position of pastry chef.",
    "I'm delighted to extend an offer to you!",
    "We would like to make you an offer and will call tomorrow.",
    "Attached you find the formal offer; please sign it by Friday.",
    "Your offer letter is on its way.",
    "Wir freuen uns, Ihnen die Stelle anzubieten.",
    "Im Anhang finden Sie den Vertragsentwurf.",
    "Ihr Arbeitsvertrag liegt bei, bitte unterschreiben Sie ihn.",
    "Vous trouverez ci-joint notre proposition d'embauche.",
    "Te enviamos la oferta de trabajo.",
    "Le inviamo la nostra proposta di assunzione.",
    "Hierbij ontvang je het arbeidscontract.",
    "Här kommer ditt anställningserbjudande.",
    "貴殿の内定をお知らせします。",
]
REJECTIONS = [
    "We regret to inform you that we will not be continuing.",
    "I'm sorry to say that you were not among those chosen.",
    "We will not be moving forward at this time.",
    "We are unable to take your application further, I am afraid: we won't proceed with your application.",
    "We have decided to move forward with another person.",
    "We decided not to fill it.",
    "The team has chosen another candidate.",
    "You are no longer under consideration for the role.",
    "You have not been selected.",
    "Your application has been unsuccessful.",
    "The position has been filled.",
    "We wish you the best in your search.",
    "Good luck with your job search!",
    "Leider müssen wir Ihnen heute absagen.",
    "Leider haben wir uns für einen anderen Bewerber entschieden.",
    "Wir haben uns für eine andere Kandidatin entschieden.",
    "Wir bedauern, Ihnen dies mitteilen zu müssen.",
    "Für Ihren weiteren beruflichen Weg alles Gute.",
    "Votre candidature n'a pas été retenue.",
    "Nous avons choisi un autre candidat.",
    "Nous ne pouvons pas donner suite.",
    "Hemos elegido a otros candidatos.",
    "Lamentamos decirle que no ha sido seleccionado.",
    "Abbiamo scelto altri candidati.",
    "Lei non è stato selezionato.",
    "We gaan helaas met andere kandidaten door.",
    "Vi har valt andra sökande.",
    "慎重に検討した結果、今回はお見送りとなりました。",
]
NEXT_STEPS = [
    "We'd like to invite you for a talk with the founders.",
    "The next step is a second interview.",
    "There will be a final round in April.",
    "I would love to schedule a call.",
    "Please share your availability.",
    "Are you free on Thursday?",
    "Please pick a time that suits you.",
    "When could you come by?",
    "Wir möchten Sie gern zu einem weiteren Termin einladen.",
    "Ein weiteres Gespräch führen Sie mit der Leitung.",
    "Hier sind drei Terminvorschläge.",
    "Nous souhaitons vous rencontrer à nouveau.",
    "Merci de m'envoyer vos disponibilités.",
    "La segunda entrevista será en mayo.",
    "Pasas a la siguiente fase.",
    "Il secondo colloquio sarà a maggio.",
    "We willen je graag uitnodigen.",
    "Het volgende gesprek is met de directie.",
    "Nu är det dags för din andra intervju.",
    "次回の面接についてご連絡します。",
]
COURTESIES = [
    "Thank you, Sam!",
    "Thanks, it was great to meet you.",
    "It was a pleasure speaking with you.",
    "You are very welcome.",
    "Likewise!",
    "I appreciate it.",
    "Gern geschehen!",
    "Vielen Dank, es hat mich gefreut.",
    "Merci, avec plaisir.",
    "Gracias, igualmente.",
    "Grazie, è stato un piacere.",
    "Graag gedaan.",
    "Tack!",
    "ありがとうございます。",
]
NOTHING = [
    "I will ask the others and write again.",
    "The team meets on Friday to talk it over.",
    "Thank you. We will let you know soon.",
    "Thanks! Unfortunately the panel is slow.",
    "Thank you! Could you send the drawings?",
    "Danke, wir melden uns nächste Woche.",
    "Merci, la décision viendra plus tard.",
    "Gracias, la decisión tarda un poco.",
    "Thank you, your form is attached.",
    "Thanks, see https://acme.example/bread",
    "Thanks, at 10:30 then.",
    "The offices have moved to the harbour.",
    "What a good question: we bake with rye.",
    "I put you in copy.",
    "Our other site is in Leeds.",
    "Your references reached us.",
    "The role is new, so nobody did it before.",
    "Here is the paper that I spoke of.",
    "Wir haben gestern lange darüber gesprochen.",
    "Die Unterlagen liegen bei der Leitung.",
    "Nous en parlons lundi.",
    "",
]


class TestWhatItSeemsToSay:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (text, expected)
            for expected, texts in (
                ("offer", OFFERS),
                ("rejection", REJECTIONS),
                ("next_step", NEXT_STEPS),
                ("courtesy", COURTESIES),
                ("", NOTHING),
            )
            for text in texts
        ],
    )
    def test_is_read_in_its_words(self, text: str, expected: str) -> None:
        assert tidings("Re: Thank you", text) == expected

    @pytest.mark.parametrize(
        ("subject", "expected"),
        [("Your offer letter", "offer"), ("Second interview", "next_step"), ("Thank you", ""), ("Danke", "")],
    )
    def test_is_read_in_the_subject_too_but_for_thanks(self, subject: str, expected: str) -> None:
        assert tidings(subject, "See below.") == expected

    def test_is_a_rejection_though_it_names_an_offer_or_a_step(self) -> None:
        text = "We cannot make a formal offer: another candidate was hired, we have chosen another candidate."
        assert tidings("Second interview", text) == "rejection"

    def test_is_an_offer_though_it_names_a_step(self) -> None:
        assert tidings("", "We are happy to offer you the role. Are you free on Thursday?") == "offer"

    def test_may_be_broken_over_lines(self) -> None:
        assert tidings("", "We are pleased\nto   offer\n you the role.") == "offer"

    def test_says_no_more_than_thanks_only_where_it_is_short(self) -> None:
        short = "Thank you " + "a" * (COURTESY_AT_MOST - len("Thank you "))
        assert (tidings("", short), tidings("", short + "a")) == ("courtesy", "")

    def test_is_read_at_the_beginning_alone(self) -> None:
        offer = " We are pleased to offer you the role."
        assert tidings("", "a" * (MAX_TEXT - len(offer)) + offer) == "offer"
        assert tidings("", "a" * MAX_TEXT + offer) == ""
        assert tidings("a" * 300 + " offer letter", "") == ""


class TestHostileText:
    @pytest.mark.parametrize(
        "trigger",
        [
            "we regret to inform ",
            "sorry to say ",
            "offered ",
            "leider ",
            "bedauern ",
            "n'avons ",
            "möchten sie ",
            "great ",
            "your share ",
            "pick a ",
            "luck in your ",
            "another ",
            "thank ",
            "\n",
            "a",
        ],
    )
    def test_of_64_kilobytes_costs_little(self, trigger: str) -> None:
        text = trigger * (64_000 // len(trigger))
        began = time.process_time()
        tidings(text, text)
        assert time.process_time() - began < 0.3
