"""The consent at Microsoft: in the browser of this machine or, where there is none, by a code typed elsewhere.

The browser's answer comes as a form to an address of this machine that listens for it alone (RFC 8252
section 7.3, with PKCE, RFC 7636). The code is the device authorization grant (RFC 8628); many organisations
block it. Sources: these, and MSAL for Python.
"""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from followupd.errors import Refused, Unavailable
from followupd.providers.base import SignInWay, Terminal
from followupd.providers.loopback import NobodyCame, listening
from followupd.providers.microsoft.denials import PAGES, Denied, at_login, is_passing, said

Answer = Mapping[str, Any]

_WAITS = (
    "followupd waits for the browser to come back, {minutes:.0f} minutes at most. Where Microsoft's page shows an "
    "error instead, it does not come back: end with Ctrl-C; docs/microsoft.md says what each error wants.\n"
)
_OPEN = "Open this address in your browser:\n\n{url}\n\n" + _WAITS
_OPENED = "Your browser opens for the sign-in. If it does not, open this address:\n\n{url}\n\n" + _WAITS
_CODE = """\
Open this address in a browser, on any machine, and enter the code {code}:

{url}

Enter it only because you have just asked for it here. followupd waits until you have signed in, for at most \
{minutes} minutes.
"""
_TUNNEL = (
    "Many organisations block sign-ins by a code. Sign in through a tunnel instead: "
    "`ssh -L 8400:127.0.0.1:8400 THIS-MACHINE` on the machine with your browser, then "
    "`followupd login {account} --port 8400` here; or run followupd on a machine with a browser."
)
_WAITING = ("authorization_pending", "slow_down")
_DECLINED = ("authorization_declined", "access_denied")


class Asker:
    """One consent. `make` makes MSAL's application; `claims` is what Microsoft wants to be proven, "" mostly.

    `sleep` waits for so many seconds.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        wanted: tuple[str, ...],
        terminal: Terminal,
        account: str,
        *,
        claims: str,
        sleep: Callable[[float], None],
    ) -> None:
        self._make, self._wanted = make, list(wanted)
        self._terminal, self._account = terminal, account
        self._claims, self._sleep = claims or None, sleep

    def consent(self, way: SignInWay) -> Answer:
        """What Microsoft's token address answers to the user's consent. Raises ProviderError."""
        ask = self._in_browser if way.browser or way.port else self._by_code
        try:
            answer = ask(self._make(), way)
        except Denied as denied:
            raise at_login(denied.answer) from denied
        except (ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
            # The library's own words could hold parts of tokens.
            raise Refused("Microsoft's answer is not what was asked for.") from error
        if not answer.get("access_token"):
            raise at_login(answer)
        return answer

    # --- in the browser ---------------------------------------------------------------------------------

    def _in_browser(self, application: Any, way: SignInWay) -> Answer:
        """Opens the browser, and waits for what it brings back to a port of this machine."""
        with listening(way.port) as listener:
            flow = application.initiate_auth_code_flow(
                self._wanted,
                # Registered without a port, "localhost" stands for every port of it; "127.0.0.1" does not.
                redirect_uri=f"http://localhost:{listener.port}",
                prompt="select_account",
                response_mode="form_post",
                claims_challenge=self._claims,
            )
            listener.expect(flow["state"])
            self._show(flow["auth_uri"], way)
            try:
                brought = listener.answer(way.seconds)
            except NobodyCame as error:
                raise Refused(f"{error}\n{PAGES}") from error
        told = dict(parse_qsl(urlsplit(brought).query))
        answer: Answer = application.acquire_token_by_auth_code_flow(flow, told)
        return answer

    def _show(self, url: str, way: SignInWay) -> None:
        words = _OPENED if way.browser else _OPEN
        self._terminal.say(words.format(url=url, minutes=way.seconds / 60))
        if way.browser and not webbrowser.open(url):
            self._terminal.say(
                f"No browser could be opened here. `followupd login {self._account} --no-browser` needs none."
            )

    # --- by a code --------------------------------------------------------------------------------------

    def _by_code(self, application: Any, _: SignInWay) -> Answer:
        """Shows a code, and asks Microsoft from time to time whether it was entered."""
        flow = application.initiate_device_flow(self._wanted, claims_challenge=self._claims)
        if "user_code" not in flow:
            denied: Answer = flow
            return denied
        lives = int(flow["expires_in"])
        self._terminal.say(
            _CODE.format(code=flow["user_code"], url=flow["verification_uri"], minutes=lives // 60)
        )
        answer = self._polled(application, flow, lives)
        if answer.get("access_token") or answer.get("error") in _DECLINED or is_passing(answer):
            return answer
        pages = f"\n{PAGES}" if answer.get("error") == "expired_token" else ""
        raise Refused(f"{said(answer)} {_TUNNEL.format(account=self._account)}{pages}")

    def _polled(self, application: Any, flow: dict[str, Any], lives: int) -> Answer:
        """The answer, once there is one. MSAL makes `interval` longer where Microsoft says so (section 3.5)."""
        waited, answer = 0, {"error": "authorization_pending"}
        trouble: Unavailable | None = None
        while waited < lives and answer.get("error") in _WAITING:
            flow["interval"] = min(60, max(1, flow["interval"]))
            self._sleep(flow["interval"])
            waited += flow["interval"]
            flow["latest_attempt_at"] = 0  # MSAL warns of haste by a clock of its own
            try:
                answer = application.acquire_token_by_device_flow(
                    flow, claims_challenge=self._claims, exit_condition=lambda _: True
                )
                trouble = None
            except Unavailable as error:
                trouble = error
                flow["interval"] *= 2
        if trouble is not None:
            raise trouble
        return answer if answer.get("error") not in _WAITING else {"error": "expired_token"}
