"""The sign-in on an IMAP connection: by password or by access token, tried a second time with a renewed one.

Sources: RFC 9051 sections 6.2.2 and 6.2.3, RFC 4616 (PLAIN), RFC 7628 (OAUTHBEARER), "SASL XOAUTH2" by Google.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection

from followupd.errors import ProviderError, Refused, Unavailable
from followupd.providers.internet.imap.criteria import string
from followupd.providers.internet.imap.refusals import passes, shown
from followupd.providers.internet.imap.said import Answer, Status
from followupd.providers.internet.imap.wire import Wire
from followupd.providers.internet.proof import Proof

_NOT_TAKEN = frozenset({"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED"})


def admitted(wire: Wire, proof: Proof, capabilities: Collection[str], host: str) -> Answer:
    """Signs in; the server's answer. Raises SignInNeeded where it does not take password or token."""
    secret = proof.secret()
    answer = _attempt(wire, proof, secret, capabilities, host)
    if not answer.good and _is_not_taken(answer.end):
        renewed = proof.secret(renewed=True)
        if renewed != secret:
            answer = _attempt(wire, proof, renewed, capabilities, host)
    if not answer.good:
        raise _refused(answer.end, proof, host)
    return answer


def _attempt(wire: Wire, proof: Proof, secret: str, capabilities: Collection[str], host: str) -> Answer:
    if proof.scheme == "token":
        return _by_token(wire, proof.user, secret, capabilities, host)
    if "AUTH=PLAIN" in capabilities:
        return _by_sasl(wire, b"PLAIN", f"\0{proof.user}\0{secret}".encode())
    if "LOGINDISABLED" in capabilities:
        raise Refused(
            f"the mail server {host} takes no password here. It may want encryption first (tls: starttls or implicit "
            "in the config), or a sign-in of another kind."
        )
    return wire.command(b"LOGIN", string(proof.user), string(secret))


def _by_token(wire: Wire, user: str, token: str, capabilities: Collection[str], host: str) -> Answer:
    if "AUTH=OAUTHBEARER" in capabilities:
        name = user.replace("=", "=3D").replace(",", "=2C")
        said = f"n,a={name},\x01auth=Bearer {token}\x01\x01"
        return _by_sasl(wire, b"OAUTHBEARER", said.encode(), b"\x01")
    if "AUTH=XOAUTH2" in capabilities:
        return _by_sasl(wire, b"XOAUTH2", f"user={user}\x01auth=Bearer {token}\x01\x01".encode())
    raise Refused(f"the mail server {host} takes no access tokens (XOAUTH2): use a password in the config.")


def _by_sasl(wire: Wire, mechanism: bytes, said: bytes, last: bytes = b"") -> Answer:
    """Says it once. A further question is how servers tell what they did not like; `last` ends the talk then."""
    replies = iter([b64encode(said)])
    return wire.command(b"AUTHENTICATE", mechanism, replies=lambda _: next(replies, b64encode(last)))


def _is_not_taken(status: Status) -> bool:
    return status.kind == "NO" and (status.code in _NOT_TAKEN or not passes(status))


def _refused(status: Status, proof: Proof, host: str) -> ProviderError:
    said = shown(status.text)
    if status.code == "PRIVACYREQUIRED":
        return Refused(
            f"the mail server {host} takes no password without encryption: tls: starttls in the config."
        )
    if _is_not_taken(status):
        return proof.refused(said)
    return Unavailable(f"the mail server {host} lets nobody in just now: “{said}”. It is tried again.")
