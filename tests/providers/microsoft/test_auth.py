"""The access to Microsoft: tokens taken, renewed and kept, and what must not become of them.

After every test the same is looked at: the simulator saw nothing that it does not know, and nothing that sends.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from followupd.errors import ProviderError, Refused, SignInNeeded, Unavailable
from followupd.providers.microsoft.api import Api
from followupd.providers.microsoft.client import client_id_for
from followupd.providers.microsoft.grant import Grant, missing, scopes, too_much
from tests.providers.microsoft.kit import ALL, ME, Kept, kept_with, never, open_api, sign_in
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_answers import GraphError
from tests.sim.microsoft_sign_in_tokens import packed, signed
from tests.sim.server import Request

KIM = "kim@acme.example"
PAST = 1_000_000_000  # in 2001, in seconds since 1970
NEEDED = '{"access_token":{"nbf":{"essential":true,"value":"1772625600"}}}'
RENEWED = ["oauth.configuration", "oauth.token"]


@pytest.fixture
def microsoft(monkeypatch: pytest.MonkeyPatch) -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator() as simulator:
        simulator.user(ME, "Sam Lee")
        simulator.user(KIM, "Kim Min-jun", tenant="acme.example")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_bundle))
        yield simulator
        assert simulator.violations == []
        assert simulator.journal.sends() == []


def methods(microsoft: MicrosoftSimulator) -> list[str]:
    return [each.method for each in microsoft.journal]


def over(microsoft: MicrosoftSimulator, email: str = ME) -> Kept:
    """A sign-in whose access token is over by its own word."""
    kept = sign_in(microsoft, email)
    change(kept, lambda cache: one(cache, "AccessToken").update(expires_on=str(PAST)))
    return kept


def change(kept: Kept, alter: Callable[[Any], object]) -> None:
    """Changes MSAL's cache in what is kept."""
    grant = grant_in(kept)
    cache = json.loads(grant.cache)
    alter(cache)
    kept.secret = replace(grant, cache=json.dumps(cache)).to_bytes()


def one(cache: Any, kind: str) -> Any:
    (found,) = cache[kind].values()
    return found


def grant_in(kept: Kept) -> Grant:
    assert kept.secret is not None
    return Grant.from_bytes(kept.secret)


def tokens_in(kept: Kept, kind: str = "AccessToken") -> set[str]:
    return {each["secret"] for each in json.loads(grant_in(kept).cache)[kind].values()}


# --- without the network --------------------------------------------------------------------------------


def test_neither_construction_nor_a_good_token_asks_the_authority(microsoft: MicrosoftSimulator) -> None:
    kept = sign_in(microsoft)
    grant = replace(grant_in(kept), authority="https://localhost:1/common")  # where nobody answers
    kept.secret = grant.to_bytes()
    api = open_api(microsoft, kept)
    assert methods(microsoft) == []
    assert api.get("me")["mail"] == ME
    assert methods(microsoft) == ["me.get"]


def test_offline_is_unavailable_and_nothing_is_lost(microsoft: MicrosoftSimulator) -> None:
    kept = over(microsoft)
    before, authority = kept.secret, microsoft.authority
    api = open_api(microsoft, kept)
    grant = replace(grant_in(kept), authority="https://localhost:1/common")
    kept.secret = grant.to_bytes()
    with pytest.raises(Unavailable, match="localhost"):
        api.get("me")
    assert kept.secret == grant.to_bytes()
    kept.secret = before
    assert api.get("me")["mail"] == ME
    assert grant_in(kept).authority == authority


# --- renewing -------------------------------------------------------------------------------------------


def test_a_token_that_is_over_is_renewed_before_the_request_and_kept(microsoft: MicrosoftSimulator) -> None:
    kept = over(microsoft)
    was = tokens_in(kept, "RefreshToken")
    open_api(microsoft, kept).get("me")
    assert methods(microsoft) == [*RENEWED, "me.get"]
    assert tokens_in(kept, "RefreshToken").isdisjoint(was)
    open_api(microsoft, kept).get("me")  # another process
    assert methods(microsoft) == [*RENEWED, "me.get", "me.get"]


@pytest.mark.parametrize(("minutes", "renews"), [(4, True), (6, False)])
def test_a_token_is_renewed_some_minutes_before_its_end(
    microsoft: MicrosoftSimulator, minutes: int, renews: bool
) -> None:
    now = datetime.now(UTC)
    kept = sign_in(microsoft)
    end = int((now + timedelta(minutes=minutes)).timestamp())
    change(kept, lambda cache: one(cache, "AccessToken").update(expires_on=str(end)))
    Api("personal", kept, graph_root=microsoft.graph_root, sleep=never, clock=lambda: now).get("me")
    assert methods(microsoft) == [*(RENEWED if renews else []), "me.get"]


def test_permissions_told_with_their_resource_are_known_again(microsoft: MicrosoftSimulator) -> None:
    microsoft.sign_in.tokens.scopes_with_resource = True
    kept = over(microsoft)
    for _ in range(2):
        open_api(microsoft, kept).get("me")
    assert methods(microsoft) == [*RENEWED, "me.get", "me.get"]


def test_the_newest_of_several_tokens_is_used(microsoft: MicrosoftSimulator) -> None:
    kept = sign_in(microsoft)

    def older_and_dead(cache: Any) -> None:
        entry = one(cache, "AccessToken")
        old = {**entry, "secret": "dead", "target": "User.Read", "cached_at": "-1"}
        cache["AccessToken"] = {"old": old, "new": entry}

    change(kept, older_and_dead)
    open_api(microsoft, kept).get("me")
    assert methods(microsoft) == ["me.get"]


@pytest.mark.parametrize("meanwhile", [None, b"another login"])
def test_a_renewal_does_not_undo_a_logout_or_another_login(
    microsoft: MicrosoftSimulator, meanwhile: bytes | None
) -> None:
    kept = over(microsoft)
    renewed = microsoft.sign_in.tokens.issue

    def and_then(*told: Any, **more: Any) -> Any:
        kept.secret = meanwhile
        return renewed(*told, **more)

    microsoft.sign_in.tokens.issue = and_then  # type: ignore[method-assign]
    assert open_api(microsoft, kept).get("me")["mail"] == ME  # what had begun goes on
    assert kept.secret == meanwhile


def test_a_new_login_is_noticed_at_the_next_request(microsoft: MicrosoftSimulator) -> None:
    kept = Kept()
    api = open_api(microsoft, kept)
    with pytest.raises(SignInNeeded, match="not signed in"):
        api.get("me")
    kept.secret = sign_in(microsoft).secret
    assert api.get("me")["mail"] == ME
    kept.secret = sign_in(microsoft, KIM).secret
    assert api.get("me")["mail"] == KIM


def test_a_new_login_does_not_meet_the_refusal_of_the_one_before(microsoft: MicrosoftSimulator) -> None:
    kept = over(microsoft)
    api = open_api(microsoft, kept)
    microsoft.sign_in.tokens.refuse(ME, 50173)
    with pytest.raises(SignInNeeded):
        api.get("me")
    kept.secret = over(microsoft).secret
    assert api.get("me")["mail"] == ME


def test_a_new_login_is_renewed_with_its_own_tokens(microsoft: MicrosoftSimulator) -> None:
    kept = over(microsoft)
    api = open_api(microsoft, kept)
    assert api.get("me")["mail"] == ME
    kept.secret = over(microsoft, KIM).secret
    assert api.get("me")["mail"] == KIM
    assert kept.secret
    assert tokens_in(kept, "RefreshToken") <= {
        token for token, grant in microsoft.sign_in.tokens.grants.items() if grant.user == KIM
    }


def test_a_refusal_is_not_remembered_longer_than_it_lasts(microsoft: MicrosoftSimulator) -> None:
    kept = over(microsoft, KIM)
    api = open_api(microsoft, kept)
    microsoft.sign_in.tenants["acme.example"].blocked_by = 53003
    with pytest.raises(SignInNeeded, match="53003"):
        api.get("me")
    microsoft.sign_in.tenants["acme.example"].blocked_by = None
    assert api.get("me")["mail"] == KIM


def test_what_is_kept_and_can_not_be_read_needs_a_sign_in(microsoft: MicrosoftSimulator) -> None:
    good = grant_in(sign_in(microsoft))
    for wrong in (
        b"",
        b"[]",
        b'{"client_id": "x"}',
        replace(good, cache="{").to_bytes(),
        replace(good, cache="{}").to_bytes(),
    ):
        with pytest.raises(SignInNeeded, match="can't be understood"):
            open_api(microsoft, Kept(wrong)).get("me")
    assert "me.get" not in methods(microsoft)


def test_a_grant_survives_being_kept_and_shows_no_token() -> None:
    grant = Grant(
        client_id="c",
        authority="https://login.example/common",
        email=ME,
        name="Sam Lee",
        personal=True,
        scopes=ALL,
        signed_in=datetime(2026, 3, 1, 9, tzinfo=UTC),
        cache='{"AccessToken": "secret-1"}',
        claims='{"secret": 2}',
    )
    assert Grant.from_bytes(grant.to_bytes()) == grant
    assert "secret" not in repr(grant)


# --- a token that Graph does not take -------------------------------------------------------------------


def test_a_get_is_made_again_once_with_a_new_token(microsoft: MicrosoftSimulator) -> None:
    kept = sign_in(microsoft)
    microsoft.sign_in.tokens.expire_access_tokens()
    assert open_api(microsoft, kept).get("me")["mail"] == ME
    assert methods(microsoft) == ["me.get", *RENEWED, "me.get"]
    tokens = [each.headers["authorization"] for each in microsoft.journal.of("me.get")]
    assert tokens[0] != tokens[1]


def test_a_request_that_acts_is_not_made_again(microsoft: MicrosoftSimulator) -> None:
    api = open_api(microsoft, sign_in(microsoft))
    microsoft.sign_in.tokens.expire_access_tokens()
    body = {"subject": "Thank you"}
    with pytest.raises(Unavailable, match="the access had run out and was renewed"):
        api.act("POST", "me/messages", body)
    assert methods(microsoft) == ["messages.create", *RENEWED]
    api.act("POST", "me/messages", body)
    assert methods(microsoft) == ["messages.create", *RENEWED, "messages.create"]
    assert [each.acted for each in microsoft.journal.of("messages.create")] == [False, True]


def test_a_new_token_that_is_not_taken_either_needs_the_user(microsoft: MicrosoftSimulator) -> None:
    api = open_api(microsoft, sign_in(microsoft))
    microsoft.faults.fail("me.get", "unauthorized", times=None)
    with pytest.raises(SignInNeeded, match="has just renewed it"):
        api.get("me")
    assert methods(microsoft) == ["me.get", *RENEWED, "me.get"]


def test_a_claims_challenge_reaches_the_renewal(microsoft: MicrosoftSimulator) -> None:
    kept = sign_in(microsoft, KIM)
    microsoft.sign_in.tokens.challenge(KIM, NEEDED)
    assert open_api(microsoft, kept).get("me")["mail"] == KIM
    (token,) = microsoft.journal.of("oauth.token")
    assert token.body["claims"] == NEEDED
    assert grant_in(kept).claims == ""


@pytest.mark.parametrize("own", [True, False])
def test_claims_of_a_refusal_are_kept_for_the_next_login(microsoft: MicrosoftSimulator, own: bool) -> None:
    """The refusal's own claims, else those of Graph's challenge."""
    kept = sign_in(microsoft, KIM)
    microsoft.sign_in.tokens.challenge(KIM, NEEDED)
    microsoft.faults.fail("oauth.token", "sign_in_error", number=50076 if own else 50078, times=None)
    for _ in range(2):
        with pytest.raises(SignInNeeded, match="multi-factor"):
            open_api(microsoft, kept).get("me")
    found = grant_in(kept).claims
    assert ("capolids" in found) if own else (found == NEEDED)
    microsoft.faults.clear()
    open_api(microsoft, kept).get("me")
    assert grant_in(kept).claims == ""


def challenged(microsoft: MicrosoftSimulator, status: int, claims: str, times: int = 1) -> None:
    """Graph answers so many questions with a challenge that holds `claims` as they are."""
    told = {"WWW-Authenticate": f'Bearer realm="", error="insufficient_claims", claims="{claims}"'}
    answers = iter([GraphError(status, "InsufficientClaims", "No.", told)] * times)

    def refuse(_: Request) -> None:
        for answer in answers:
            raise answer

    microsoft.on("me.get", refuse)


PACKED = base64.b64encode(NEEDED.encode()).decode()


def test_a_step_up_that_is_forbidden_for_now_is_renewed_with_its_claims(
    microsoft: MicrosoftSimulator,
) -> None:
    challenged(microsoft, 403, PACKED.rstrip("="))
    assert open_api(microsoft, sign_in(microsoft)).get("me")["mail"] == ME
    assert microsoft.journal.of("oauth.token")[0].body["claims"] == NEEDED


@pytest.mark.parametrize("status", [401, 403])
def test_a_challenge_that_a_renewal_does_not_meet_is_kept_for_the_next_login(
    microsoft: MicrosoftSimulator, status: int
) -> None:
    kept = sign_in(microsoft)
    challenged(microsoft, status, PACKED, times=2)
    with pytest.raises(SignInNeeded if status == 401 else ProviderError):
        open_api(microsoft, kept).get("me")
    assert methods(microsoft) == ["me.get", *RENEWED, "me.get"]
    assert grant_in(kept).claims == NEEDED


@pytest.mark.parametrize("claims", ["not base64!", base64.b64encode(b"no JSON").decode(), "W10="])
def test_a_challenge_that_can_not_be_read_is_a_token_that_is_not_taken(
    microsoft: MicrosoftSimulator, claims: str
) -> None:
    kept = sign_in(microsoft)
    challenged(microsoft, 401, claims)
    assert open_api(microsoft, kept).get("me")["mail"] == ME
    assert "claims" not in microsoft.journal.of("oauth.token")[0].body


# --- what must not be able to send ----------------------------------------------------------------------

DANGEROUS = ["Mail.Send", "Mail.Send.Shared", "Calendars.ReadWrite"]


def refused(microsoft: MicrosoftSimulator, kept: Kept, name: str) -> None:
    """The account stops, says what to do, and the token goes nowhere."""
    before = kept.secret
    for _ in range(2):
        with pytest.raises(SignInNeeded) as caught:
            open_api(microsoft, kept).get("me")
        for words in (name, "app registration", "account.live.com/consent", "followupd login personal"):
            assert words in str(caught.value)
    assert "me.get" not in methods(microsoft)
    assert kept.secret == before


def test_the_account_goes_on_when_the_permission_was_removed(microsoft: MicrosoftSimulator) -> None:
    kept = over(microsoft)
    api = open_api(microsoft, kept)
    microsoft.sign_in.tokens.consent(ME, ["Mail.Send"], microsoft.sign_in.client_id)
    with pytest.raises(SignInNeeded, match=r"\(Mail\.Send\)"):
        api.get("me")
    microsoft.sign_in.tokens.earlier_consents_widen = False
    assert api.get("me")["mail"] == ME
    assert "Mail.Send" not in grant_in(kept).cache


@pytest.mark.parametrize("name", DANGEROUS)
@pytest.mark.parametrize("resource", [False, True])
def test_a_renewal_that_brings_the_right_to_send_is_refused(
    microsoft: MicrosoftSimulator, name: str, resource: bool
) -> None:
    kept = over(microsoft)
    microsoft.sign_in.tokens.scopes_with_resource = resource
    microsoft.sign_in.tokens.consent(ME, [name], microsoft.sign_in.client_id)
    refused(microsoft, kept, name)


def test_a_renewal_whose_token_alone_tells_that_it_can_send_is_refused(
    microsoft: MicrosoftSimulator,
) -> None:
    kept = over(microsoft, KIM)
    microsoft.sign_in.tokens.answer_tells_all_scopes = False
    microsoft.sign_in.tokens.consent(KIM, ["Mail.Send"], microsoft.sign_in.client_id)
    refused(microsoft, kept, "Mail.Send")


@pytest.mark.parametrize("planted", ["scope", "scp", "roles"])
def test_a_kept_token_that_can_send_is_not_used(microsoft: MicrosoftSimulator, planted: str) -> None:
    tokens = microsoft.sign_in.sign_in(KIM, ALL)
    if planted == "scope":
        tokens["scope"] += " Mail.Send"
    elif planted == "scp":
        tokens["access_token"] = signed({"scp": "Mail.ReadWrite Mail.Send"})
    else:
        tokens["access_token"] = signed({"scp": "Mail.ReadWrite", "roles": ["Mail.Send"]})
    refused(microsoft, kept_with(microsoft, tokens, KIM), "Mail.Send")
    assert methods(microsoft) == []


@pytest.mark.parametrize(
    "odd", ["a.b.c", f"a.{packed(b'[]')}.c", f"a.{packed(b'{')}.c", "EwB.x", "a.b.c.d.e"]
)
def test_a_token_that_is_no_jwt_is_not_taken_apart(microsoft: MicrosoftSimulator, odd: str) -> None:
    kept = kept_with(microsoft, {**microsoft.sign_in.sign_in(ME, ALL), "access_token": odd})
    assert open_api(microsoft, kept).get("me")["mail"] == ME
    assert methods(microsoft) == ["me.get", *RENEWED, "me.get"]


def test_what_is_too_much_and_what_is_missing() -> None:
    fine = ["openid", "profile", "User.Read", "Mail.ReadWrite", "Mail.Read.Shared", "Calendars.Read.Shared"]
    assert too_much(fine) == []
    bad = [
        "https://graph.microsoft.us/mail.send",
        "SMTP.Send",
        "Calendars.ReadWrite.Shared",
        "full_access_as_user",
    ]
    bad += ["https://outlook.office.com/EWS.AccessAsUser.All", "Group.ReadWrite.All", "Mail.Send"]
    assert len(too_much(bad)) == len(bad)
    assert missing(ALL, ["https://graph.microsoft.com/calendars.read", "USER.READ"]) == ["Mail.ReadWrite"]


# --- the authority --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", RENEWED)
@pytest.mark.parametrize(
    ("kind", "options", "seconds"),
    [
        ("html", {}, None),
        ("redirect", {}, None),
        ("drop", {}, None),
        ("truncated", {}, None),
        ("status", {"status": 503}, 60.0),
        ("status", {"status": 502, "body": "html"}, 60.0),
        ("status", {"status": 429, "retry_after": 120}, 120.0),
    ],
)
def test_no_answer_of_the_sign_in_is_unavailable_and_changes_nothing(
    microsoft: MicrosoftSimulator, method: str, kind: str, options: dict[str, Any], seconds: float | None
) -> None:
    kept = over(microsoft)
    before = kept.secret
    microsoft.faults.fail(method, kind, times=None, **options)
    with pytest.raises(Unavailable) as caught:
        open_api(microsoft, kept).get("me")
    assert caught.value.retry_after == seconds
    assert kept.secret == before
    microsoft.faults.clear()
    assert open_api(microsoft, kept).get("me")["mail"] == ME


def test_half_an_answer_of_the_sign_in_is_not_logged(
    microsoft: MicrosoftSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    kept = over(microsoft)
    microsoft.faults.fail("oauth.token", "truncated", when="after")
    with caplog.at_level(logging.DEBUG):
        open_api(microsoft, kept).get("me")
    assert len(microsoft.journal.of("oauth.token")) == 2
    assert [each for each in caplog.records if each.name.startswith("msal")] == []


@pytest.mark.parametrize("place", ["nowhere.example", "acme.example"])
def test_a_tenant_that_is_unknown_or_closed_needs_the_user(microsoft: MicrosoftSimulator, place: str) -> None:
    kept = over(microsoft, KIM)
    kept.secret = replace(grant_in(kept), authority=f"{microsoft.sign_in.url}/{place}").to_bytes()
    microsoft.sign_in.tenants["acme.example"].disabled = True
    with pytest.raises(SignInNeeded, match=r"directory.*AADSTS(90002|5000224)"):
        open_api(microsoft, kept).get("me")


@pytest.mark.parametrize(
    "authority",
    ["http://login.example/common", "http://localhost:1/common", "https://login.example", "login"],
)
def test_an_authority_that_is_no_https_address_is_refused_before_a_byte_leaves(
    microsoft: MicrosoftSimulator, authority: str
) -> None:
    kept = over(microsoft)
    kept.secret = replace(grant_in(kept), authority=authority).to_bytes()
    with pytest.raises(Refused, match="authority"):
        open_api(microsoft, kept).get("me")
    assert methods(microsoft) == []


AUTHORITY = "https://login.example/realms/x"
CONFIGURATION = AUTHORITY + "/v2.0/.well-known/openid-configuration"


def described(**other: str) -> dict[str, str]:
    ends = {
        "authorization_endpoint": "authorize",
        "token_endpoint": "token",
        "device_authorization_endpoint": "code",
    }
    return {"issuer": AUTHORITY, **{name: f"{AUTHORITY}/{end}" for name, end in ends.items()}, **other}


def elsewhere(microsoft: MicrosoftSimulator) -> Kept:
    """A sign-in at an authority that `responses` plays."""
    kept = over(microsoft)
    grant = replace(grant_in(kept), authority=AUTHORITY)
    kept.secret = replace(grant, cache=grant.cache.replace('"localhost"', '"login.example"')).to_bytes()
    return kept


@pytest.mark.parametrize(
    "endpoint",
    ["https://evil.example/token", "http://login.example/realms/x/token", "https://login.example:444/token"],
)
def test_an_endpoint_on_another_host_is_not_asked(microsoft: MicrosoftSimulator, endpoint: str) -> None:
    kept = elsewhere(microsoft)
    with responses.RequestsMock() as network:
        network.get(CONFIGURATION, json=described(token_endpoint=endpoint))
        with pytest.raises(Refused, match="which followupd does not do"):
            open_api(microsoft, kept).get("me")
        assert [call.request.method for call in network.calls] == ["GET"]


def test_any_https_authority_with_a_published_configuration_will_do(microsoft: MicrosoftSimulator) -> None:
    kept = elsewhere(microsoft)
    good = next(iter(tokens_in(kept)))
    with responses.RequestsMock() as network:
        network.add_passthru(microsoft.graph_root)
        network.get(CONFIGURATION, status=404, body="not here")
        network.get(AUTHORITY + "/.well-known/openid-configuration", json=described())
        network.post(
            AUTHORITY + "/token", json={"access_token": good, "expires_in": 3599, "scope": " ".join(ALL)}
        )
        assert open_api(microsoft, kept).get("me")["mail"] == ME
    assert tokens_in(kept) == {good}


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, {"token_type": "Bearer"}])
def test_an_answer_without_a_token_and_without_an_error_is_told(
    microsoft: MicrosoftSimulator, answer: dict[str, str]
) -> None:
    kept = elsewhere(microsoft)
    before = tokens_in(kept)
    with responses.RequestsMock() as network:
        network.get(CONFIGURATION, json=described())
        network.post(AUTHORITY + "/token", json=answer)
        with pytest.raises(Unavailable, match="instead of data"):
            open_api(microsoft, kept).act("POST", "me/messages", {})
    assert tokens_in(kept) == before


# --- the client -----------------------------------------------------------------------------------------


def test_without_a_client_id_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match=r"docs/microsoft\.md"):
        client_id_for("")
    assert client_id_for("mine") == "mine"
    monkeypatch.setattr("followupd.providers.microsoft.client.DISTRIBUTED_CLIENT_ID", "theirs")
    assert client_id_for("") == "theirs"
    assert client_id_for("mine") == "mine"


@pytest.mark.parametrize(
    ("root", "before"),
    [
        ("https://graph.microsoft.com/v1.0", ""),
        ("http://127.0.0.1:1/v1.0", ""),
        ("https://gateway.example/graph/v1.0/", ""),
        ("https://graph.microsoft.us/v1.0", "https://graph.microsoft.us/"),
        ("https://dod-graph.microsoft.us/v1.0/", "https://dod-graph.microsoft.us/"),
        ("https://microsoftgraph.chinacloudapi.cn/v1.0", "https://microsoftgraph.chinacloudapi.cn/"),
    ],
)
def test_permissions_are_asked_for_at_the_cloud_that_is_used(root: str, before: str) -> None:
    assert scopes(mail=True, calendar=True, graph_root=root) == tuple(before + name for name in ALL)
    assert scopes(mail=True, calendar=False, graph_root=root) == (
        before + "Mail.ReadWrite",
        before + "User.Read",
    )
    assert scopes(mail=False, calendar=True, graph_root=root) == (
        before + "Calendars.Read",
        before + "User.Read",
    )
