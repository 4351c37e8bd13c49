"""The language model as the config names it, and where it answers. Light: every config is read with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from followupd.providers.addresses import host, is_private


class NoAnswer(Exception):
    """No usable answer came, with the words for it: they go on after the model's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The model as the config names it.

    `url` is the address below which the API answers, with a slash at its end. `elsewhere` is true where the config
    says that it may lie outside this machine. `key_command` prints the key, empty for none.
    """

    url: str
    name: str
    key_command: tuple[str, ...] = field(default=(), repr=False)
    timeout: timedelta = timedelta(seconds=20)
    elsewhere: bool = False


def is_here(url: str) -> bool:
    """Whether an address names this machine itself."""
    name = urlsplit(url).hostname or ""
    return is_private(f"http://[{name}]/" if ":" in name else f"http://{name}/")


def shown(url: str) -> str:
    """The server's name and port, for `status`."""
    port = urlsplit(url).port
    return f"{host(url)}:{port}" if port else host(url)
