"""The consent at Google: in the browser of this machine, or of another.

The answer comes to an address of this machine that listens for it alone (RFC 8252 section 7.3, with
PKCE, RFC 7636), or is pasted by the user where the browser runs elsewhere. The client is the user's
own, of the type "Desktop app".

Source: "OAuth 2.0 for iOS & Desktop Apps" of Google.
"""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from google_auth_oauthlib.flow import InstalledAppFlow
from oauthlib.oauth2 import OAuth2Error
from requests import RequestException

from followupd.errors import ProviderError, Refused
from followupd.providers.base import SignInWay, Terminal
from followupd.providers.google.grant import Client
from followupd.providers.http import Allowed, guard, not_data, unavailable
from followupd.providers.loopback import listening

PASTES = 3

_PASTE = """\
Open this address in a browser, on any machine:

{url}

After the consent the browser goes to an address that begins with http://127.0.0.1 and shows an error: that is as
it should be. Copy that whole address from the browser's address bar.
(Or sign in through a tunnel: `ssh -L {port}:127.0.0.1:{port} THIS-MACHINE`, then `followupd login {account} \
--port {port}`.)
"""
_NOT_IT = (
    "That is not the address from the address bar: it begins with http://127.0.0.1 and holds “state=” and “code=”, of "
    "this very sign-in. Paste the whole of it."
)
_OPEN = "Open this address in your browser:\n\n{url}\n"
_OPENED = "Your browser opens for the sign-in. If it does not, open this address:\n\n{url}\n"


def consent(
    client: Client, wanted: tuple[str, ...], terminal: Terminal, way: SignInWay, account: str, again: str
) -> Mapping[str, Any]:
    """What Google's token address answers to the user's consent. Raises ProviderError, ending with `again`."""
    flow = _flow(client, wanted)
    ask = _in_browser if way.browser or way.port else _pasted
    try:
        with _lenient(client):
            answer = ask(flow, terminal, way, account)
            # The library wants https here; the address is only read, never opened.
            flow.fetch_token(authorization_response="https://" + answer.partition("://")[2])
    except Refused as error:
        raise Refused(f"{error} {again}") from error
    except OAuth2Error as error:
        raise _failed(error, again, client) from error
    except RequestException as error:
        raise unavailable(error, client.token_uri) from error
    token: Mapping[str, Any] = flow.oauth2session.token
    return token


def _flow(client: Client, wanted: tuple[str, ...]) -> Any:
    names = ("client_id", "client_secret", "auth_uri", "token_uri")
    installed = {name: getattr(client, name) for name in names} | {"redirect_uris": ["http://localhost"]}
    flow = InstalledAppFlow.from_client_config({"installed": installed}, scopes=list(wanted))
    guard(flow.oauth2session, [Allowed("POST", client.token_uri)])
    return flow


_CONSENT = {"access_type": "offline", "prompt": "consent"}  # Google gives a lasting token only on consent


def _in_browser(flow: Any, terminal: Terminal, way: SignInWay, account: str) -> str:
    """Opens the browser, and waits for what it brings back to a port of this machine."""
    with listening(way.port) as listener:
        flow.redirect_uri = listener.address
        url, state = flow.authorization_url(**_CONSENT)
        listener.expect(state)
        terminal.say(_OPENED.format(url=url) if way.browser else _OPEN.format(url=url))
        if way.browser and not webbrowser.open(url):
            terminal.say(
                f"No browser could be opened here. `followupd login {account} --no-browser` needs none."
            )
        return listener.answer(way.seconds)


def _pasted(flow: Any, terminal: Terminal, _: SignInWay, account: str) -> str:
    """Shows the address, and takes the one to which the browser was sent afterwards."""
    with listening() as listener:
        port = urlsplit(listener.address).port
    flow.redirect_uri = f"http://127.0.0.1:{port}/"
    url, state = flow.authorization_url(**_CONSENT)
    terminal.say(_PASTE.format(url=url, port=port, account=account))
    for _again in range(PASTES):
        answer = terminal.ask("The address").strip()
        if answer.startswith("http") and parse_qs(urlsplit(answer).query).get("state") == [state]:
            return answer
        terminal.say(_NOT_IT)
    raise Refused("the address from the address bar was not pasted.")


@contextmanager
def _lenient(client: Client) -> Iterator[None]:
    """Boxes that were not ticked are for us to name; and a token address on this machine needs no TLS."""
    wanted = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"}
    if client.token_uri.startswith("http://"):
        wanted["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({name: value} if value is not None else {})


def _failed(error: OAuth2Error, again: str, client: Client) -> ProviderError:
    """The words for a sign-in that Google did not bring to its end."""
    code = str(error.error or "")
    if code == "missing_token":
        return not_data(client.token_uri)
    other = f"the sign-in did not come to its end ({code})."
    return Refused(f"{_CODES.get(code, other)} {again}")


_UNKNOWN_CLIENT = (
    "Google does not know the client in your client file. Download it again from the Google Cloud console, under "
    "Clients; it must be of the type “Desktop app”."
)
_CODES = {
    "access_denied": "the consent was refused in the browser.",
    "invalid_client": _UNKNOWN_CLIENT,
    "unauthorized_client": _UNKNOWN_CLIENT,
    "admin_policy_enforced": "the administrator of this Google account does not allow followupd. Ask them.",
}
