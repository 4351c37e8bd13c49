"""Addresses that a CalDAV server tells, and which of them may be asked with the user's password.

A server may send on to other hosts of its own organisation (iCloud keeps each user's calendars on one of many).
Anything else it names is taken for the wrong name of itself, as servers behind a proxy tell it, and asked where
the first one is. Sources: RFC 3986 section 5 and 6, RFC 4918 section 8.3 (hrefs), the public suffix list.
"""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from followupd.providers.addresses import host, is_private
from followupd.reference import WorldReference

_PORTS = {"https": 443, "http": 80}
_SEGMENT = "!$&'()*+,;=:@-._~"


def origin(url: str) -> str:
    """Scheme, host and port in one spelling; no name and password. Raises ValueError for what is no address."""
    address = urlsplit(url)
    name = (address.hostname or "").lower()
    name = f"[{name}]" if ":" in name else name
    port = address.port or _PORTS.get(address.scheme)
    return f"{address.scheme}://{name}" + ("" if port == _PORTS.get(address.scheme) else f":{port}")


def path_of(href: str) -> str:
    """The path in one spelling: each segment decoded and encoded again, so that %40 and @ are the same."""
    segments = urlsplit(href).path.split("/")
    return "/".join(quote(unquote_to_bytes(one), safe=_SEGMENT) for one in segments) or "/"


def is_trusted(url: str, configured: str) -> bool:
    """Whether what the user gave for `configured` may go to this address: the same place, or the same organisation."""
    try:
        ours, theirs = origin(configured), origin(url)
    except ValueError:
        return False
    if ours == theirs:
        return is_private(url)
    if not (ours.startswith("https://") and theirs.startswith("https://")):
        return False
    registrable = WorldReference().registrable
    return registrable(host(url)) == registrable(host(configured))


def resolved(href: str, base: str, configured: str) -> str:
    """The address that an href in an answer of `base` means. Raises ValueError where it means none."""
    joined = urljoin(base, href.strip())
    path = path_of(joined)
    if not path.startswith("/") or any(one in {".", ".."} for one in path.split("/")):
        raise ValueError("not an address below a server")
    return (origin(joined) if is_trusted(joined, configured) else origin(base)) + path
