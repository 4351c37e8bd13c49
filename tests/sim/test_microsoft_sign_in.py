"""The simulator's own tests: Microsoft's sign-in by plain HTTP, without its library."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_client import ME, SCOPES, WAIT
from tests.sim.microsoft_sign_in_browser import Page
from tests.sim.microsoft_sign_in_directory import Registration
from tests.sim.microsoft_sign_in_errors import AADSTS
from tests.sim.microsoft_sign_in_tokens import PERSONAL_TENANT, RESOURCE

WORK = "kim@acme.example"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-43-128"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
REDIRECT = "http://localhost:4321"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ASKED = " ".join([*SCOPES, "openid", "profile", "offline_access"])


@pytest.fixture
def microsoft() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator() as simulator:
        simulator.user(ME, "Sam Lee")
        simulator.user(WORK, "Kim Min-jun", tenant="acme.example")
        yield simulator
        assert simulator.violations == []


class Visitor:
    """A program without the library, and its user's browser."""

    def __init__(self, microsoft: MicrosoftSimulator, place: str = "common") -> None:
        self.microsoft, self.place = microsoft, place
        self.session = requests.Session()
        self.session.trust_env = False  # the machine's own REQUESTS_CA_BUNDLE would come before `verify`
        self.session.verify = str(microsoft.ca_bundle)

    @property
    def root(self) -> str:
        return f"{self.microsoft.sign_in.url}/{self.place}"

    def configuration(self) -> requests.Response:
        return self.session.get(self.root + "/v2.0/.well-known/openid-configuration", timeout=WAIT)

    def page(self, **change: str | None) -> requests.Response:
        asked: dict[str, str | None] = {
            "client_id": self.microsoft.sign_in.client_id,
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "scope": ASKED,
            "state": "a-state",
            "nonce": "a-nonce",
            "response_mode": "form_post",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        given = {name: text for name, text in (asked | change).items() if text is not None}
        address = self.root + "/oauth2/v2.0/authorize"
        return self.session.get(address, params=given, timeout=WAIT, allow_redirects=False)

    def answer(self, **change: str | None) -> dict[str, str]:
        """What the page posts to the program."""
        page = Page()
        page.feed(self.page(**change).text)
        assert page.target in (REDIRECT, change.get("redirect_uri"))
        return page.fields

    def token(self, **form: str) -> requests.Response:
        given = {"client_id": self.microsoft.sign_in.client_id, **form}
        return self.session.post(self.root + "/oauth2/v2.0/token", data=given, timeout=WAIT)

    def exchange(self, code: str, **change: str) -> requests.Response:
        given = {"code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER, "scope": ASKED, **change}
        return self.token(grant_type="authorization_code", **given)

    def sign_in(self) -> Any:
        answer = self.exchange(self.answer()["code"])
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refresh(self, tokens: Mapping[str, Any], **change: str) -> requests.Response:
        given = {"refresh_token": tokens["refresh_token"], "scope": ASKED, **change}
        return self.token(grant_type="refresh_token", **given)

    def device(self) -> Any:
        form = {"client_id": self.microsoft.sign_in.client_id, "scope": ASKED}
        answer = self.session.post(self.root + "/oauth2/v2.0/devicecode", data=form, timeout=WAIT)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def poll(self, flow: Mapping[str, Any]) -> requests.Response:
        return self.token(grant_type=DEVICE, device_code=flow["device_code"])


@pytest.fixture
def visitor(microsoft: MicrosoftSimulator) -> Visitor:
    return Visitor(microsoft)


def problem(answer: requests.Response) -> tuple[int, str, list[int], str]:
    error = answer.json()
    assert error["error_description"].startswith(f"AADSTS{error['error_codes'][0]}: ")
    assert error["trace_id"]
    assert error["correlation_id"]
    return answer.status_code, error["error"], error["error_codes"], error.get("suberror", "")


def claims(token: str) -> Any:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


# --- the authority ------------------------------------------------------------------------------------------


def test_the_certificate_is_good_for_those_who_trust_it(microsoft: MicrosoftSimulator) -> None:
    place = microsoft.authority + "/v2.0/.well-known/openid-configuration"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(place, timeout=WAIT)
    for host in ("localhost", "127.0.0.1"):
        there = place.replace("localhost", host)
        assert requests.get(there, verify=str(microsoft.ca_bundle), timeout=WAIT).status_code == 200


@pytest.mark.parametrize(
    ("place", "issuer"),
    [("common", "{tenantid}"), ("organizations", "{tenantid}"), ("consumers", PERSONAL_TENANT)],
)
def test_the_configuration_of_an_authority(visitor: Visitor, place: str, issuer: str) -> None:
    visitor.place = place
    found = visitor.configuration().json()
    assert found["issuer"] == f"{visitor.microsoft.sign_in.url}/{issuer}/v2.0"
    assert found["token_endpoint"] == f"{visitor.root}/oauth2/v2.0/token"
    assert "form_post" in found["response_modes_supported"]


def test_a_tenant_by_name_or_id_an_unknown_and_a_disabled_one(visitor: Visitor) -> None:
    tenant = visitor.microsoft.sign_in.tenants["acme.example"]
    for visitor.place in ("acme.example", tenant.id):
        assert tenant.id in visitor.configuration().json()["issuer"]
    visitor.place = "nowhere.example"
    assert problem(visitor.configuration())[1:3] == ("invalid_tenant", [90002])
    tenant.disabled = True
    visitor.place = "acme.example"
    assert problem(visitor.configuration())[2] == [5000224]


def test_unknown_paths_of_the_authority(visitor: Visitor) -> None:
    assert visitor.session.get(visitor.root + "/oauth2/v2.0/else", timeout=WAIT).status_code == 404
    assert [each.method for each in visitor.microsoft.journal] == [""]
    assert visitor.microsoft.journal.requests() == 0


# --- the page in the browser --------------------------------------------------------------------------------


def test_the_page_posts_a_code_and_the_code_gives_tokens(visitor: Visitor) -> None:
    back = visitor.answer()
    assert back["state"] == "a-state"
    tokens = visitor.exchange(back["code"]).json()
    assert tokens["scope"].split() == sorted([*SCOPES, "openid", "profile"])
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3599)
    who = claims(tokens["id_token"])
    assert (who["preferred_username"], who["nonce"], who["tid"]) == (ME, "a-nonce", PERSONAL_TENANT)
    info = json.loads(base64.urlsafe_b64decode(tokens["client_info"] + "=="))
    assert info == {"uid": who["oid"], "utid": PERSONAL_TENANT}
    told = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = requests.get(visitor.microsoft.graph_root + "/me", headers=told, timeout=WAIT)
    assert answer.json()["displayName"] == "Sam Lee"
    assert [each.method for each in visitor.microsoft.journal] == ["oauth.authorize", "oauth.token", "me.get"]


@pytest.mark.parametrize(("mode", "sign"), [("query", "?"), ("fragment", "#")])
def test_other_ways_back_are_redirects(visitor: Visitor, mode: str, sign: str) -> None:
    page = visitor.page(response_mode=mode)
    assert page.status_code == 302
    assert page.headers["Location"].startswith(f"{REDIRECT}{sign}state=a-state&code=")


def test_a_fields_text_is_escaped_in_the_form(visitor: Visitor) -> None:
    state = '"><script>alert("x")</script>'
    assert "<script>alert" not in visitor.page(state=state).text
    assert visitor.answer(state=state)["state"] == state


def test_the_user_says_no(visitor: Visitor) -> None:
    visitor.microsoft.sign_in.denied = True
    back = visitor.answer()
    assert (back["error"], back["error_subcode"], back["state"]) == ("access_denied", "cancel", "a-state")
    assert "AADSTS65004" in back["error_description"]


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, 700016),
        ({"client_id": None}, 90014),
        ({"redirect_uri": "http://localhost.evil.example"}, 50011),
        ({"redirect_uri": "http://127.0.0.1:4321"}, 50011),
        ({"redirect_uri": "https://localhost:4321"}, 50011),
        ({"redirect_uri": "http://localhost:4321/else"}, 50011),
        ({"scope": None}, 90014),
        ({"scope": "openid Mail.Everything"}, 650053),
    ],
)
def test_a_wrong_request_ends_on_a_page_and_the_program_hears_nothing(
    visitor: Visitor, change: dict[str, str | None], number: int
) -> None:
    page = visitor.page(**change)
    assert f"AADSTS{number}" in unescape(page.text)
    assert "hiddenform" not in page.text
    assert "Location" not in page.headers


def test_a_sign_in_without_state_and_pkce_is_told(visitor: Visitor) -> None:
    assert visitor.page(state=None, code_challenge=None).status_code == 200
    assert visitor.page(code_challenge_method="plain").status_code == 200
    told = visitor.microsoft.violations
    assert len(told) == 3
    told.clear()


@pytest.mark.parametrize(
    ("place", "user", "audience", "number"),
    [
        ("organizations", ME, "all", 500208),
        ("consumers", WORK, "all", 500208),
        ("acme.example", ME, "all", 50020),
        ("common", ME, "organizations", 500208),
        ("common", WORK, "consumers", 500208),
        ("common", WORK, "acme.example", 50194),
        ("consumers", ME, "organizations", 700016),
    ],
)
def test_the_wrong_kind_of_account(
    visitor: Visitor, place: str, user: str, audience: str, number: int
) -> None:
    sign_in = visitor.microsoft.sign_in
    sign_in.user, visitor.place = user, place
    sign_in.registrations[sign_in.client_id].audience = audience
    assert f"AADSTS{number}" in visitor.page().text


@pytest.mark.parametrize(
    ("place", "user", "audience"),
    [
        ("common", ME, "all"),
        ("common", WORK, "all"),
        ("consumers", ME, "consumers"),
        ("organizations", WORK, "organizations"),
        ("acme.example", WORK, "acme.example"),
    ],
)
def test_the_right_kind_of_account(visitor: Visitor, place: str, user: str, audience: str) -> None:
    sign_in = visitor.microsoft.sign_in
    sign_in.user, visitor.place = user, place
    sign_in.registrations[sign_in.client_id].audience = audience
    assert claims(visitor.sign_in()["id_token"])["preferred_username"] == user


def test_disabled_users_and_tenants_and_policies_stop_the_page(visitor: Visitor) -> None:
    sign_in = visitor.microsoft.sign_in
    sign_in.user = WORK
    who = sign_in.identities[WORK]
    who.disabled = True
    assert "AADSTS50057" in visitor.page().text
    who.disabled, who.tenant.blocked_by = False, 53003
    assert "AADSTS53003" in visitor.page().text
    assert "code" in visitor.answer(claims='{"access_token":{}}')
    who.tenant.blocked_by, who.tenant.disabled = None, True
    assert "AADSTS5000224" in visitor.page().text


def test_an_administrator_must_agree_unless_the_consent_is_older(visitor: Visitor) -> None:
    sign_in = visitor.microsoft.sign_in
    sign_in.user = WORK
    sign_in.tenants["acme.example"].admin_consent_required = True
    assert "AADSTS90094" in visitor.page().text
    sign_in.tenants["acme.example"].approval_number = 90095
    assert "AADSTS90095" in visitor.page().text
    sign_in.approval_page_returns = True
    assert "AADSTS90095" in visitor.answer()["error_description"]
    assert "code" in visitor.answer(scope="openid User.Read")
    sign_in.tokens.consent(WORK, SCOPES, sign_in.client_id)
    assert "code" in visitor.answer()


# --- tokens -------------------------------------------------------------------------------------------------


def test_a_code_is_good_once_with_its_verifier_and_address(visitor: Visitor) -> None:
    code = visitor.answer()["code"]
    assert visitor.exchange(code).status_code == 200
    assert problem(visitor.exchange(code))[1:3] == ("invalid_grant", [54005])
    assert problem(visitor.exchange("made-up"))[1:3] == ("invalid_request", [9002313])
    wrong = visitor.exchange(visitor.answer()["code"], code_verifier="x" * 43)
    assert problem(wrong)[1:3] == ("invalid_grant", [501481])
    assert problem(visitor.exchange(visitor.answer()["code"], redirect_uri="http://localhost:1"))[2] == [
        50011
    ]
    late = visitor.answer()["code"]
    visitor.microsoft.clock.move(timedelta(minutes=11))
    assert problem(visitor.exchange(late))[2] == [70008]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"grant_type": "password"}, (400, "unsupported_grant_type", [70003], "")),
        ({}, (400, "invalid_request", [90014], "")),
        ({"grant_type": "refresh_token"}, (400, "invalid_request", [90014], "")),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, (400, "invalid_request", [9002313], "")),
        ({"grant_type": "refresh_token", "client_secret": "x"}, (401, "invalid_client", [700025], "")),
        ({"grant_type": "refresh_token", "client_id": "x"}, (400, "unauthorized_client", [700016], "")),
    ],
)
def test_errors_of_the_token_endpoint(
    visitor: Visitor, form: dict[str, str], expected: tuple[int, str, list[int], str]
) -> None:
    assert problem(visitor.token(**form)) == expected
    assert visitor.microsoft.journal[0].acted is False


def test_a_work_accounts_token_is_a_signed_jwt_and_a_personal_ones_is_opaque(visitor: Visitor) -> None:
    personal = visitor.sign_in()["access_token"]
    assert "." not in personal
    visitor.microsoft.sign_in.user = WORK
    work = visitor.sign_in()["access_token"]
    assert claims(work)["scp"].split() == sorted(SCOPES)
    assert claims(work)["tid"] == visitor.microsoft.sign_in.tenants["acme.example"].id
    (key,) = visitor.session.get(visitor.root + "/discovery/v2.0/keys", timeout=WAIT).json()["keys"]
    numbers = [int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big") for name in "en"]
    text, _, signature = work.rpartition(".")
    made = base64.urlsafe_b64decode(signature + "==")
    public = rsa.RSAPublicNumbers(*numbers).public_key()
    public.verify(made, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    visitor.microsoft.sign_in.tokens.personal_tokens_are_opaque = False
    visitor.microsoft.sign_in.user = ME
    assert claims(visitor.sign_in()["access_token"])["scp"].split() == sorted(SCOPES)


def test_an_earlier_consent_widens_a_token_and_may_hide_in_it(visitor: Visitor) -> None:
    sign_in = visitor.microsoft.sign_in
    sign_in.user = WORK
    sign_in.tokens.consent(WORK, ["Mail.Send"], sign_in.client_id)
    widened = visitor.sign_in()
    assert "Mail.Send" in widened["scope"].split()
    assert "Mail.Send" in claims(widened["access_token"])["scp"].split()
    sign_in.tokens.answer_tells_all_scopes = False
    hidden = visitor.sign_in()
    assert "Mail.Send" not in hidden["scope"].split()
    assert "Mail.Send" in claims(hidden["access_token"])["scp"].split()
    sign_in.tokens.earlier_consents_widen = False
    assert "Mail.Send" not in claims(visitor.sign_in()["access_token"])["scp"].split()


def test_scopes_may_be_told_and_asked_with_their_resource(visitor: Visitor) -> None:
    visitor.microsoft.sign_in.tokens.scopes_with_resource = True
    asked = f"{RESOURCE}Mail.ReadWrite openid offline_access"
    tokens = visitor.exchange(visitor.answer(scope=asked)["code"], scope=asked).json()
    assert tokens["scope"].split() == [f"{RESOURCE}Mail.ReadWrite", "openid"]


def test_roles_can_be_planted(microsoft: MicrosoftSimulator) -> None:
    tokens = microsoft.sign_in.sign_in(WORK, ["Mail.ReadWrite", "Mail.Send"], roles=["Mail.Send"])
    held = claims(tokens["access_token"])
    assert (held["scp"], held["roles"]) == ("Mail.ReadWrite Mail.Send", ["Mail.Send"])


def test_a_refresh_gives_a_new_refresh_token_and_the_old_one_lives(visitor: Visitor) -> None:
    first = visitor.sign_in()
    second = visitor.refresh(first).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert visitor.refresh(first).status_code == 200
    visitor.microsoft.sign_in.tokens.old_refresh_tokens_die = True
    assert visitor.refresh(second).status_code == 200
    assert problem(visitor.refresh(second))[1] == "invalid_grant"
    visitor.microsoft.sign_in.tokens.rotate_refresh_tokens = False
    third = visitor.sign_in()
    assert visitor.refresh(third).json()["refresh_token"] == third["refresh_token"]


def test_a_refresh_token_dies_after_ninety_days_without_use(visitor: Visitor) -> None:
    tokens = visitor.sign_in()
    for _ in range(3):
        visitor.microsoft.clock.move(timedelta(days=89))
        answer = visitor.refresh(tokens)
        assert answer.status_code == 200
        tokens = answer.json()
    visitor.microsoft.clock.move(timedelta(days=90))
    assert problem(visitor.refresh(tokens))[1:3] == ("invalid_grant", [700082])


@pytest.mark.parametrize(
    ("number", "error", "suberror"),
    [
        (50173, "invalid_grant", "bad_token"),
        (70000, "invalid_grant", ""),
        (50055, "invalid_grant", "user_password_expired"),
        (65001, "invalid_grant", "consent_required"),
        (50199, "interaction_required", ""),
    ],
)
def test_a_revoked_refresh_token(visitor: Visitor, number: int, error: str, suberror: str) -> None:
    tokens = visitor.sign_in()
    visitor.microsoft.sign_in.tokens.refuse(ME, number)
    assert problem(visitor.refresh(tokens)) == (400, error, [number], suberror)
    assert visitor.refresh(visitor.sign_in()).status_code == 200


def test_a_withdrawn_consent_and_a_scope_never_granted(visitor: Visitor) -> None:
    tokens = visitor.sign_in()
    assert problem(visitor.refresh(tokens, scope=f"{ASKED} Mail.Send"))[1:3] == ("invalid_grant", [65001])
    visitor.microsoft.sign_in.tokens.withdraw_consent(ME)
    assert problem(visitor.refresh(tokens))[3] == "consent_required"


def test_a_policy_answers_a_refresh_with_claims(visitor: Visitor) -> None:
    sign_in = visitor.microsoft.sign_in
    sign_in.user = WORK
    tokens = visitor.sign_in()
    sign_in.tenants["acme.example"].blocked_by = 50076
    refused = visitor.refresh(tokens)
    assert problem(refused) == (400, "invalid_grant", [50076], "basic_action")
    assert "access_token" in json.loads(refused.json()["claims"])
    sign_in.tenants["acme.example"].blocked_by = None
    sign_in.tenants["acme.example"].disabled = True
    assert problem(visitor.refresh(tokens))[2] == [5000224]


def test_too_many_equal_refreshes_are_a_loop(visitor: Visitor) -> None:
    visitor.microsoft.sign_in.tokens.loop_limit = 3
    tokens = visitor.sign_in()
    assert [visitor.refresh(tokens).status_code for _ in range(3)] == [200] * 3
    assert problem(visitor.refresh(tokens))[2] == [50196]
    visitor.microsoft.clock.move(timedelta(minutes=6))
    assert visitor.refresh(tokens).status_code == 200


def test_an_outage_of_the_token_endpoint_and_an_answer_lost_after_it_acted(visitor: Visitor) -> None:
    tokens = visitor.sign_in()
    visitor.microsoft.faults.fail("oauth.token", "status", status=503, retry_after=30)
    down = visitor.refresh(tokens)
    assert (down.status_code, down.headers["Retry-After"]) == (503, "30")
    assert down.json()["error"] == "temporarily_unavailable"
    visitor.microsoft.faults.fail("oauth.token", "drop", when="after")
    with pytest.raises(requests.ConnectionError):
        visitor.refresh(tokens)
    assert visitor.refresh(tokens).status_code == 200


def test_any_refusal_by_its_number(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = visitor.sign_in()
    visitor.microsoft.faults.fail("oauth.token", "sign_in_error", number=70012)
    assert problem(visitor.refresh(tokens))[:3] == (500, "server_error", [70012])
    monkeypatch.setitem(AADSTS, 53003, replace(AADSTS[53003], error="interaction_required"))
    visitor.microsoft.faults.fail("oauth.token", "sign_in_error", number=53003)
    assert problem(visitor.refresh(tokens))[1] == "interaction_required"
    visitor.microsoft.faults.fail("oauth.authorize", "sign_in_error", number=50053)
    assert "AADSTS50053" in visitor.page().text
    with pytest.raises(KeyError):
        visitor.microsoft.faults.fail("oauth.token", "sign_in_error", number=1)
    assert visitor.refresh(tokens).status_code == 200


# --- the device code ----------------------------------------------------------------------------------------


def test_a_device_code_waits_for_its_user(visitor: Visitor) -> None:
    flow = visitor.device()
    assert (flow["expires_in"], flow["interval"]) == (900, 5)
    assert flow["user_code"] in flow["message"]
    assert problem(visitor.poll(flow))[1:3] == ("authorization_pending", [70016])
    assert visitor.microsoft.sign_in.devices.pending == [flow["user_code"]]
    assert "signed in" in visitor.microsoft.sign_in.enter_code(flow["user_code"])
    assert claims(visitor.poll(flow).json()["id_token"])["preferred_username"] == ME
    assert problem(visitor.poll(flow))[1:3] == ("bad_verification_code", [70018])


def test_a_device_code_expires_or_is_declined(visitor: Visitor) -> None:
    flow, late = visitor.device(), visitor.device()
    visitor.microsoft.sign_in.denied = True
    visitor.microsoft.sign_in.enter_code(flow["user_code"])
    assert problem(visitor.poll(flow))[1] == "authorization_declined"
    visitor.microsoft.clock.move(timedelta(minutes=16))
    assert problem(visitor.poll(late))[1:3] == ("expired_token", [70019])


def test_polling_too_fast_is_slowed_down(visitor: Visitor) -> None:
    visitor.microsoft.sign_in.devices.slow_down_when_fast = True
    flow = visitor.device()
    assert [problem(visitor.poll(flow))[1] for _ in range(2)] == ["authorization_pending", "slow_down"]
    visitor.microsoft.clock.move(timedelta(seconds=5))
    assert problem(visitor.poll(flow))[1] == "authorization_pending"


def _block_devices(microsoft: MicrosoftSimulator) -> None:
    microsoft.sign_in.tenants["acme.example"].device_code_blocked = True


def _want_approval(microsoft: MicrosoftSimulator) -> None:
    microsoft.sign_in.tenants["acme.example"].admin_consent_required = True


@pytest.mark.parametrize(("policy", "number"), [(_block_devices, 53003), (_want_approval, 90094)])
@pytest.mark.parametrize("told", [False, True])
def test_a_policy_blocks_the_device_code_in_the_browser(
    visitor: Visitor, policy: Callable[[MicrosoftSimulator], None], number: int, told: bool
) -> None:
    policy(visitor.microsoft)
    visitor.microsoft.sign_in.devices.refusals_reach_the_program = told
    flow = visitor.device()
    assert f"AADSTS{number}" in visitor.microsoft.sign_in.enter_code(flow["user_code"], WORK)
    assert problem(visitor.poll(flow))[2] == [number if told else 70016]


def test_a_client_without_public_flows_has_no_device_code(visitor: Visitor) -> None:
    sign_in = visitor.microsoft.sign_in
    sign_in.registrations[sign_in.client_id] = Registration(sign_in.client_id, public_flows=False)
    flow = visitor.device()
    assert problem(visitor.poll(flow)) == (401, "invalid_client", [7000218], "")


# --- the browser --------------------------------------------------------------------------------------------


def test_the_browser_script_says_nothing_and_ends_on_a_page_with_an_error(
    microsoft: MicrosoftSimulator,
) -> None:
    environment = {**os.environ, **microsoft.environment()}
    command = [sys.executable, str(Path(__file__).with_name("microsoft_sign_in_browser.py"))]
    assert environment["BROWSER"] == " ".join([*command, "%s"])
    address = microsoft.authority + "/oauth2/v2.0/authorize?client_id=unknown"
    ran = subprocess.run([*command, address], env=environment, capture_output=True, timeout=WAIT, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    assert [each.method for each in microsoft.journal] == ["oauth.authorize"]
    assert parse_qs(urlsplit(address).query)["client_id"] == ["unknown"]
