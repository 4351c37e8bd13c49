"""Refusals of Microsoft's sign-in: who must do what now, in the daemon's life and at a login."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from followupd.errors import Refused, SignInNeeded, Unavailable
from followupd.providers.microsoft import denials
from tests.providers.microsoft.kit import ALL, ME, Kept, kept_with, open_api
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_sign_in_errors import AADSTS, SignInError

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)

# the number, what the words must hold: what it is, and who does what
WORDS: dict[int, tuple[str, ...]] = {
    50011: ("Mobile and desktop applications", "http://localhost"),
    50020: ("authority", "/consumers", "Supported account types"),
    50053: ("locked", "Wait"),
    50055: ("password has expired", "Set a new one"),
    50057: ("disabled", "administrator"),
    50076: ("multi-factor", "when you sign in"),
    50078: ("multi-factor",),
    50079: ("multi-factor", "Set it up"),
    50173: ("password was changed",),
    50194: ("one organisation alone", "authority"),
    50199: ("confirm",),
    53000: ("computers", "administrator"),
    53001: ("domain", "administrator"),
    53003: ("Conditional Access", "administrator"),
    65001: ("consent",),
    65004: ("consent was refused",),
    70008: ("90 days",),
    70011: ("permission", "graph_root"),
    70019: ("not entered in time",),
    70043: ("sign in again every so often",),
    90002: ("directory", "authority"),
    90094: ("administrator to approve", "docs/microsoft.md", "personal Microsoft account"),
    90095: ("administrator to approve",),
    500208: ("kind of account", "authority"),
    530035: ("security defaults", "administrator"),
    650053: ("permission",),
    700016: ("client id", "client_id"),
    700025: ("Allow public client flows",),
    700082: ("90 days",),
    700084: ("Single-page application", "Mobile and desktop applications"),
    5000224: ("directory", "administrator"),
    7000218: ("Allow public client flows",),
}
PASSING = (70012, 50196)


def told(number: int) -> dict[str, Any]:
    """The answer of the token endpoint."""
    return SignInError(number).answer(NOW)


@pytest.mark.parametrize(("number", "words"), WORDS.items())
def test_a_refusal_says_what_it_means_and_who_must_do_what(number: int, words: tuple[str, ...]) -> None:
    during, at_login = denials.as_ours(told(number), "work"), denials.at_login(told(number))
    assert (type(during), type(at_login)) == (SignInNeeded, Refused)
    for error in (during, at_login):
        assert all(word in str(error) for word in words), error
        assert f"(AADSTS{number})" in str(error)
        assert "Trace ID" not in str(error)
    assert "`followupd login work`" in str(during)
    assert "nothing is lost meanwhile" in str(during)


@pytest.mark.parametrize("number", PASSING)
def test_trouble_of_microsofts_own_passes(number: int) -> None:
    for error in (denials.as_ours(told(number), "work"), denials.at_login(told(number))):
        assert isinstance(error, Unavailable)
        assert error.retry_after
        assert error.retry_after >= 60


def test_every_number_that_the_simulator_knows_has_words_or_is_for_no_user() -> None:
    ours = {16000, 50058, 50059, 54005, 70000, 70003, 70016, 70018, 90014, 500571, 501481, 900432, 9002313}
    assert set(AADSTS) == set(WORDS) | set(PASSING) | ours


@pytest.mark.parametrize(
    ("answer", "word", "reference"),
    [
        ({"error": "invalid_grant", "suberror": "basic_action"}, "multi-factor", "invalid_grant"),
        ({"error": "invalid_grant", "suberror": "message_only"}, "Conditional Access", "invalid_grant"),
        ({"error": "invalid_grant", "suberror": "consent_required"}, "consent", "invalid_grant"),
        ({"error": "invalid_grant", "suberror": "new_word"}, "does not take this sign-in", "invalid_grant"),
        ({"error": "invalid_grant", "error_codes": [99999999]}, "does not take", "AADSTS99999999"),
        (
            {"error": "invalid_grant", "suberror": "message_only", "error_codes": [1]},
            "Conditional",
            "AADSTS1",
        ),
        ({"error": "interaction_required"}, "sign in again", "interaction_required"),
        ({"error": "access_denied", "error_description": "AADSTS90094: Admin"}, "approve", "AADSTS90094"),
        ({"error": "authorization_declined"}, "refused", "authorization_declined"),
        ({"error": "new_error"}, "does not know", "new_error"),
        ({"error": "<b>new\x1b[1m"}, "does not know", "(bnew1m)"),
        ({"error": "new_error", "error_codes": "53003"}, "does not know", "new_error"),
        ({}, "does not know", "no code"),
    ],
)
def test_the_words_follow_the_error_where_the_number_is_unknown(
    answer: dict[str, Any], word: str, reference: str
) -> None:
    assert word in denials.said(answer)
    assert reference in denials.said(answer)


def test_the_words_for_pages_name_what_does_not_come_back() -> None:
    for number in (
        "Need admin approval",
        "90094",
        "53003",
        "530035",
        "50020",
        "500208",
        "50194",
        "50011",
        "700016",
    ):
        assert number in denials.PAGES


def test_an_error_at_the_keyboard_promises_no_later_cycle() -> None:
    again = "Nothing was kept. Run `followupd login work` again."
    error = denials.nothing_kept(Unavailable("It is down. The next cycle tries again.", 7.0), again)
    assert isinstance(error, Unavailable)
    assert (str(error), error.retry_after) == (f"It is down. {again}", 7.0)
    assert str(denials.nothing_kept(SignInNeeded("No."), again)) == f"No. {again}"
    assert str(denials.nothing_kept(Refused(f"No.\n{denials.PAGES}"), again)).endswith(
        f"`client_id` in the config.\n{again}"
    )


# --- by the simulator, over HTTP ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def microsoft() -> Iterator[MicrosoftSimulator]:
    with pytest.MonkeyPatch.context() as environment, MicrosoftSimulator() as simulator:
        environment.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_bundle))
        yield simulator
        assert simulator.violations == []


def over(microsoft: MicrosoftSimulator) -> Kept:
    kept = kept_with(microsoft, microsoft.sign_in.sign_in(ME, ALL))
    microsoft.sign_in.tokens.expire_access_tokens()
    return kept


@pytest.mark.parametrize(
    ("number", "error"),
    [
        *((number, SignInNeeded) for number in (50055, 50076, 50173, 53003, 65001, 700016, 700082, 7000218)),
        *((number, Unavailable) for number in PASSING),
    ],
)
def test_a_renewal_that_is_refused_stops_the_account_or_waits(
    microsoft: MicrosoftSimulator, number: int, error: type[Exception]
) -> None:
    kept = over(microsoft)
    before = json.loads(kept.secret or b"{}")
    microsoft.faults.fail("oauth.token", "sign_in_error", number=number)
    with pytest.raises(error):
        open_api(microsoft, kept).get("me")
    after = json.loads(kept.secret or b"{}")
    assert after.pop("claims") == ("" if error is Unavailable else told(number).get("claims", ""))
    assert {**before, "claims": ""} == {**after, "claims": ""}  # the tokens stay: the rule may be lifted
    assert open_api(microsoft, kept).get("me")["mail"] == ME


def test_a_registration_for_personal_accounts_alone_is_named_by_its_words() -> None:
    description = "The request is not valid for the application's 'userAudience' configuration."
    told = denials.said({"error": "invalid_request", "error_description": description})
    assert "/consumers" in told
