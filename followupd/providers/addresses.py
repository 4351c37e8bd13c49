"""Addresses of services: whether others could read along, and how they are shown."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_private(url: str) -> bool:
    """Whether nobody on the way can read it: https, or a connection within this machine."""
    address = urlsplit(url)
    return address.scheme == "https" or (address.scheme == "http" and is_loopback(address.hostname or ""))


def is_loopback(name: str) -> bool:
    """Whether a server of this name is this machine itself."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def host(url: str) -> str:
    """The server's name, for messages."""
    return urlsplit(url).hostname or "the server"


def shown(url: str) -> str:
    """The address without its query and fragment, which can hold codes and addresses."""
    address = urlsplit(url)
    return f"{address.scheme}://{address.hostname or ''}{address.path}"
