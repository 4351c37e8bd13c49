"""How a request over HTTP says who the user is: Basic, Digest where nothing else is offered, or a bearer token.

Sources: RFC 7617 (Basic, in UTF-8), RFC 7616 (Digest), RFC 6750 section 2.1 (Bearer).
"""

from __future__ import annotations

import re
from base64 import b64encode

import requests
from requests.auth import AuthBase, HTTPDigestAuth

from followupd.errors import SignInNeeded
from followupd.providers.internet.proof import Proof
from followupd.providers.mimetext import one_line

_SCHEME = re.compile(r"(?:^|,)\s*(basic|digest|bearer|negotiate|ntlm)\b", re.IGNORECASE)


class SignedIn(AuthBase):
    """Puts the user's proof on requests, and learns from refusals. The secret is asked for when first used."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof
        self._secret: str | None = None
        self._digest: HTTPDigestAuth | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        secret = self._known()
        if self._digest is not None:
            self._digest(request)
        else:
            request.headers["Authorization"] = self._header(secret)
        return request

    def learns(self, answer: requests.Response) -> bool:
        """Whether a refused request (401) may be taken when it is made again: by Digest, or with a renewed secret."""
        offered = {one.lower() for one in _SCHEME.findall(answer.headers.get("WWW-Authenticate", "")[:2000])}
        by_password = self._proof.scheme == "password"
        if by_password and self._digest is None and "digest" in offered and "basic" not in offered:
            self._digest = HTTPDigestAuth(self._proof.user, self._known())
            return True
        before, self._secret = self._known(), self._proof.secret(renewed=True)
        if self._digest is not None:
            self._digest = HTTPDigestAuth(self._proof.user, self._secret)
        return self._secret != before

    def refused(self, answer: requests.Response) -> SignInNeeded:
        """The words for a server that does not take it. The next request asks for the secret again."""
        self._secret = self._digest = None
        return self._proof.refused(one_line(f"{answer.status_code} {answer.reason or ''}")[:100])

    def forget(self) -> None:
        """The secret is asked for again before the next request: a token may have run out meanwhile."""
        if self._digest is None:
            self._secret = None

    def _known(self) -> str:
        if self._secret is None:
            self._secret = self._proof.secret()
        return self._secret

    def _header(self, secret: str) -> str:
        if self._proof.scheme == "token":
            return f"Bearer {secret}"
        return "Basic " + b64encode(f"{self._proof.user}:{secret}".encode()).decode("ascii")
