"""The dates that are read in absence notes and promises."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.core.absences import returns_on
from followupd.core.promises import decision_date

TODAY = date(2026, 3, 4)  # a Wednesday


class TestTheDayOfReturn:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("until 5 May", date(2026, 5, 6)),
            ("until May 5th, 2026", date(2026, 5, 6)),
            ("until the 5th of May", date(2026, 5, 6)),
            ("until 5/5", date(2026, 5, 6)),
            ("until 12/05", date(2026, 12, 6)),
            ("until 2026-05-05", date(2026, 5, 6)),
            ("up to and including 5 May", date(2026, 5, 6)),
            ("until 9am on Monday 4 May", date(2026, 5, 5)),
            ("until Monday", date(2026, 3, 10)),
            ("until June", date(2026, 6, 1)),
            ("until the 20th", date(2026, 3, 21)),
            ("back on 5 May", date(2026, 5, 5)),
            ("back on Monday", date(2026, 3, 9)),
            ("back next Monday", date(2026, 3, 9)),
            ("back next Friday", date(2026, 3, 13)),
            ("back this Friday", date(2026, 3, 6)),
            ("back on Wednesday", date(2026, 3, 11)),
            ("back in June", date(2026, 6, 1)),
            ("back in the office on Tue, 5 May", date(2026, 5, 5)),
            ("returning on May 5", date(2026, 5, 5)),
            ("I will return to the office on Monday, May 4th.", date(2026, 5, 4)),
            ("I am out of the office from 5 May to 9 May", date(2026, 5, 10)),
            ("I am away from 5 to 9 May", date(2026, 5, 10)),
            ("out from 5 May until 9 May, back on 12 May", date(2026, 5, 12)),
            ("Ich bin bis einschließlich 18. September im Urlaub", date(2026, 9, 19)),
            ("bis 14.09. nicht im Büro", date(2026, 9, 15)),
            ("hasta el 14 de septiembre", date(2026, 9, 15)),
            ("until the end of the month", date(2026, 4, 1)),
            ("until end of next week", date(2026, 3, 14)),
            ("until the end of May", date(2026, 6, 1)),
            ("bis Ende August nicht da", date(2026, 9, 1)),
            ("back next week", date(2026, 3, 9)),
            ("from Monday 9 March I am back at my desk", date(2026, 3, 9)),
            ("ab Montag wieder im Büro", date(2026, 3, 9)),
            ("wieder erreichbar ab dem 9.3.", date(2026, 3, 9)),
            ("vom 5. bis zum 9. März", date(2026, 3, 10)),
            ("de retour le lundi 9 mars", date(2026, 3, 9)),
            ("du 5 au 9 mars inclus", date(2026, 3, 10)),
            ("estaré de vuelta el lunes 9 de marzo", date(2026, 3, 9)),
            ("rientro il 9 marzo", date(2026, 3, 9)),
            ("volto dia 9 de março", date(2026, 3, 9)),
            ("tot en met 9 maart", date(2026, 3, 10)),
            ("ik ben maandag terug", date(2026, 3, 9)),
            ("från och med 5 mars till och med 9 mars", date(2026, 3, 10)),
            ("jag är åter den 9 mars", date(2026, 3, 9)),
            ("jeg er tilbake mandag 9. mars", date(2026, 3, 9)),
            ("palaan töihin 9.3.", date(2026, 3, 9)),
            ("jestem na urlopie do 9 marca", date(2026, 3, 10)),
            ("wracam 9 marca", date(2026, 3, 9)),
            ("3月9日に戻ります", date(2026, 3, 9)),
            ("3月9日まで不在です", date(2026, 3, 10)),
            ("休暇中(3月5日~3月9日)", date(2026, 3, 10)),
            ("我将于3月9日返回", date(2026, 3, 9)),
            ("3월 9일까지 휴가입니다", date(2026, 3, 10)),
            ("3월 9일부터 출근합니다", date(2026, 3, 9)),
        ],
    )
    def test_is_read(self, text: str, day: date) -> None:
        assert returns_on(text, TODAY) == day

    @pytest.mark.parametrize(
        "text",
        [
            "until further notice",
            "until 17:00",
            "until 31/02",
            "until 5 pm",
            "5 May",
            "Room 5/5",
            "",
            "back",
            "until",
        ],
    )
    def test_is_none_where_no_day_is_named(self, text: str) -> None:
        assert returns_on(text, TODAY) is None

    def test_is_next_years_where_this_years_is_over(self) -> None:
        assert returns_on("back on 5 January", date(2026, 12, 20)) == date(2027, 1, 5)
        assert returns_on("back on 29 February", TODAY) is None

    def test_is_not_next_years_where_a_note_was_never_removed(self) -> None:
        assert returns_on("until 27 February", TODAY) == date(2026, 2, 28)

    def test_may_be_the_day_of_receipt(self) -> None:
        assert returns_on("back on 4 March", TODAY) == TODAY


class TestTheDayOfTheDecision:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("We will get back to you by Friday.", date(2026, 3, 6)),
            ("We will decide by 3 December.", date(2026, 12, 3)),
            ("By Friday we will have a decision.", date(2026, 3, 6)),
            ("Reply by Friday and we will let you know by 12 March.", date(2026, 3, 12)),
            ("I will be in touch on Thursday.", date(2026, 3, 5)),
            ("You should hear from us no later than March 13th.", date(2026, 3, 13)),
            ("We will decide next week.", date(2026, 3, 13)),
            ("You will hear from us within two weeks.", date(2026, 3, 18)),
            ("I will get back to you in the next 3-5 business days.", date(2026, 3, 11)),
            ("Wir entscheiden bis zum 13. März.", date(2026, 3, 13)),
            ("Wir melden uns bis Freitag bei Ihnen.", date(2026, 3, 6)),
            ("Nous reviendrons vers vous avant le 13 mars.", date(2026, 3, 13)),
            ("Vi återkommer senast den 13 mars.", date(2026, 3, 13)),
        ],
    )
    def test_is_read(self, text: str, day: date) -> None:
        assert decision_date(text, TODAY) == day

    @pytest.mark.parametrize(
        "text",
        [
            "See you next week.",
            "Send the form by Friday. We decide soon.",
            "We decided on 2 February 2026.",
            "",
        ],
    )
    def test_is_none_where_no_promise_names_one(self, text: str) -> None:
        assert decision_date(text, TODAY) is None


class TestHostileInput:
    @given(
        st.from_regex(
            r"(until|back on|by|from) [0-9]{1,4}[ ./-][0-9]{1,3}([ ./-][0-9]{1,5})?", fullmatch=True
        )
    )
    def test_impossible_dates_are_no_dates(self, text: str) -> None:
        returns_on(text, TODAY)
        decision_date(f"we decide {text}", TODAY)
