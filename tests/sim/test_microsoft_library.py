"""Microsoft's own library (msal) signs in at the simulator: what a program that uses it will see."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msal
import pytest
import requests

from tests.sim import microsoft_sign_in_browser as browser
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_client import ME, SCOPES, WAIT

WORK = "kim@acme.example"


@pytest.fixture
def microsoft(monkeypatch: pytest.MonkeyPatch) -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator() as simulator:
        simulator.user(ME, "Sam Lee")
        simulator.user(WORK, "Kim Min-jun", tenant="acme.example")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_bundle))
        monkeypatch.setattr(webbrowser, "open", _browse)
        yield simulator
        assert simulator.violations == []


def _browse(url: str, *_: Any) -> bool:
    """The user's browser: it looks at the page at once and posts the form while the program listens."""
    page = browser.visit(url)
    if page.target:
        threading.Thread(target=browser.submit, args=(page,), daemon=True).start()
    return True


class App:
    """One start of a program: its cache lasts, its memory does not."""

    def __init__(self, microsoft: MicrosoftSimulator, place: str = "common") -> None:
        self.microsoft, self.place = microsoft, place
        self.cache = msal.SerializableTokenCache()
        self.start()

    def start(self) -> None:
        self.library = msal.PublicClientApplication(
            self.microsoft.sign_in.client_id,
            authority=f"{self.microsoft.sign_in.url}/{self.place}",
            instance_discovery=False,
            token_cache=self.cache,
        )

    def interactive(self, timeout: int = WAIT, **options: Any) -> Any:
        return self.library.acquire_token_interactive(list(SCOPES), timeout=timeout, **options)

    def device(self) -> Any:
        return self.library.initiate_device_flow(list(SCOPES))

    def poll(self, flow: Any) -> Any:
        """Once: the library asks and does not wait."""
        flow["latest_attempt_at"] = 0
        return self.library.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)

    def silent(self, *, force: bool = False) -> Any:
        (account,) = self.library.get_accounts()
        return self.library.acquire_token_silent_with_error(list(SCOPES), account, force_refresh=force)


def test_the_library_signs_in_through_the_browser_and_stays_signed_in(microsoft: MicrosoftSimulator) -> None:
    app = App(microsoft)
    signed_in = app.interactive()
    assert set(SCOPES) <= set(signed_in["scope"].split())
    assert signed_in["id_token_claims"]["preferred_username"] == ME
    (account,) = app.library.get_accounts()
    assert account["username"] == ME
    assert app.silent()["access_token"] == signed_in["access_token"]
    refreshed = app.silent(force=True)
    assert refreshed["access_token"] != signed_in["access_token"]
    told = {"Authorization": f"Bearer {refreshed['access_token']}"}
    who = requests.get(microsoft.graph_root + "/me", headers=told, timeout=WAIT).json()
    assert who["displayName"] == "Sam Lee"
    methods = ["oauth.configuration", "oauth.authorize", "oauth.token", "oauth.token", "me.get"]
    assert [each.method for each in microsoft.journal] == methods


def test_a_real_program_signs_in_with_the_environment_of_the_simulator(
    microsoft: MicrosoftSimulator, tmp_path: Path
) -> None:
    program = (
        "import msal, sys; app = msal.PublicClientApplication(sys.argv[1], authority=sys.argv[2],"
        " instance_discovery=False);"
        " print(app.acquire_token_interactive(['Mail.ReadWrite'], timeout=10)['scope'])"
    )
    command = [sys.executable, "-c", program, microsoft.sign_in.client_id, microsoft.authority]
    environment = {**os.environ, **microsoft.environment()}
    ran = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=3 * WAIT, check=False
    )
    assert ran.stdout.split() == ["Mail.ReadWrite", "openid", "profile"], ran.stderr


def test_a_user_who_says_no_reaches_the_library(microsoft: MicrosoftSimulator) -> None:
    microsoft.sign_in.denied = True
    answer = App(microsoft).interactive()
    assert answer["error"] == "access_denied"
    assert "AADSTS65004" in answer["error_description"]


def test_a_page_with_an_error_leaves_the_library_waiting(microsoft: MicrosoftSimulator) -> None:
    microsoft.sign_in.user = WORK
    microsoft.sign_in.tenants["acme.example"].admin_consent_required = True
    with pytest.raises(RuntimeError, match="did not complete"):
        App(microsoft).interactive(timeout=1)
    assert microsoft.journal.of("oauth.token") == []


def test_the_library_signs_in_with_a_device_code(microsoft: MicrosoftSimulator) -> None:
    app = App(microsoft)
    flow = app.device()
    assert app.poll(flow)["error"] == "authorization_pending"
    microsoft.sign_in.enter_code(flow["user_code"], WORK)
    signed_in = app.poll(flow)
    assert signed_in["id_token_claims"]["tid"] == microsoft.sign_in.tenants["acme.example"].id
    assert app.silent()["access_token"] == signed_in["access_token"]


def test_a_blocked_or_expired_device_code_reaches_the_library(microsoft: MicrosoftSimulator) -> None:
    app = App(microsoft)
    microsoft.sign_in.tenants["acme.example"].device_code_blocked = True
    microsoft.sign_in.devices.refusals_reach_the_program = True
    flow, late = app.device(), app.device()
    microsoft.sign_in.enter_code(flow["user_code"], WORK)
    assert app.poll(flow)["error_codes"] == [53003]
    microsoft.clock.move(timedelta(minutes=16))
    assert app.poll(late)["error"] == "expired_token"


@pytest.mark.parametrize(
    ("number", "error", "classification"),
    [
        (50173, "invalid_grant", ""),
        (65001, "invalid_grant", "consent_required"),
        (50076, "invalid_grant", "basic_action"),
        (53003, "invalid_grant", "message_only"),
    ],
)
def test_a_revoked_sign_in_reaches_the_library(
    microsoft: MicrosoftSimulator, number: int, error: str, classification: str
) -> None:
    app = App(microsoft)
    flow = app.device()
    microsoft.sign_in.enter_code(flow["user_code"])
    app.poll(flow)
    microsoft.sign_in.tokens.refuse(ME, number)
    refused = app.silent(force=True)
    assert (refused["error"], refused["error_codes"]) == (error, [number])
    assert refused.get("classification") == classification
    assert ("claims" in refused) == (number in (50076, 53003))
    assert app.library.acquire_token_silent(list(SCOPES), None) is None


def test_the_library_keeps_the_rotated_refresh_token(microsoft: MicrosoftSimulator) -> None:
    microsoft.sign_in.tokens.old_refresh_tokens_die = True
    app = App(microsoft)
    flow = app.device()
    microsoft.sign_in.enter_code(flow["user_code"])
    app.poll(flow)
    for _ in range(3):
        app.start()
        assert "access_token" in app.silent(force=True)


def test_an_outage_reaches_the_library_as_an_exception(microsoft: MicrosoftSimulator) -> None:
    app = App(microsoft)
    flow = app.device()
    microsoft.sign_in.enter_code(flow["user_code"])
    app.poll(flow)
    microsoft.faults.fail("oauth.token", "status", status=503)
    with pytest.raises(msal.exceptions.MsalServiceError):
        app.silent(force=True)
    app.start()
    microsoft.faults.fail("oauth.token", "drop")
    with pytest.raises(requests.ConnectionError):
        app.silent(force=True)
    app.start()
    assert "access_token" in app.silent(force=True)


def test_the_library_asks_the_network_when_it_is_made(microsoft: MicrosoftSimulator) -> None:
    """A program that starts without a network makes it later."""
    microsoft.faults.fail("oauth.configuration", "drop", times=2)  # it tries a GET twice
    with pytest.raises(requests.ConnectionError):
        App(microsoft)
    with pytest.raises(ValueError, match="https"):
        msal.PublicClientApplication("x", authority=microsoft.url + "/common")


def test_the_authority_is_an_openid_provider_too(microsoft: MicrosoftSimulator) -> None:
    for place in ("common", "consumers", "organizations", "acme.example"):
        library = msal.PublicClientApplication(
            microsoft.sign_in.client_id, oidc_authority=f"{microsoft.sign_in.url}/{place}/v2.0"
        )
        assert library.initiate_device_flow(list(SCOPES))["user_code"]


def test_an_unknown_tenant_is_refused_when_the_library_is_made(microsoft: MicrosoftSimulator) -> None:
    with pytest.raises(ValueError, match="Unable to get authority configuration"):
        App(microsoft, "nowhere.example")
