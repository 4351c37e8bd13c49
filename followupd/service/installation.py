"""This installation, as a service manager must know it: what to start, with what, and what it may write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from followupd import paths
from followupd.config import Config, load
from followupd.core.model import Folder
from followupd.errors import Unavailable, UsageError
from followupd.providers.local.maildir import find_folders

_XDG = {"XDG_CONFIG_HOME": ".config", "XDG_STATE_HOME": ".local/state", "XDG_CACHE_HOME": ".cache"}
_OF_THE_SHELL = (
    "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy",
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "PYTHON_KEYRING_BACKEND", "GNUPGHOME", "PASSWORD_STORE_DIR", "TZ",
)  # fmt: skip
_TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108  asked about, nothing is put there


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What is to be started, and the places that it uses. All paths are absolute.

    `own` are folders that followupd makes; `mail` are the user's, which may be on a disk that is not there.
    """

    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    own: tuple[Path, ...]
    mail: tuple[Path, ...]
    read: tuple[Path, ...]

    @property
    def uses_temporary_folders(self) -> bool:
        """Whether something of it lies in /tmp or /var/tmp, which a private /tmp would hide."""
        places = [Path(self.command[0]), *self.own, *self.mail, *self.read]
        return any(place.is_relative_to(folder) for place in places for folder in _TEMPORARY)


def installation(config_path: Path, state: Path) -> Installation:
    """Reads the config for the places. Raises ConfigError, and UsageError where it can't be installed."""
    config_path, state = _absolute(config_path), _absolute(state)
    # Once it has run, a folder that is missing may be a disk that is not mounted.
    config = load(config_path, state, folders_must_exist=not (state / "followupd.db").exists())
    return Installation(
        command=(*program(), *_arguments(config_path, state)),
        environment=tuple(_environment(os.environ)),
        own=_without_inner([state, paths.cache_folder(), _absolute(config.notes_folder)]),
        mail=tuple(dict.fromkeys(_mail(config))),
        read=(config_path, *_read(config)),
    )


def program() -> tuple[str, ...]:
    """How this followupd is started. A link, such as pipx's, is kept: it outlives an update.

    Raises UsageError where it runs from a place that may be emptied, or for somebody else.
    """
    if os.geteuid() == 0 and os.environ.get("SUDO_USER"):
        raise UsageError(
            "the service belongs to you, not to root. Run it again without sudo. Nothing was written."
        )
    called, beside = Path(sys.argv[0]), Path(sys.executable).with_name("followupd")
    for found in (called, beside):
        if found.name == "followupd" and found.is_file() and os.access(found, os.X_OK):
            return (str(_lasting(_absolute(found))),)
    return (str(_lasting(_absolute(Path(sys.executable)))), "-m", "followupd")


def left_in_the_shell(known: Mapping[str, str]) -> list[str]:
    """Variables that count here and that the service will not have, by name. `known` is what it will have."""
    return [name for name in _OF_THE_SHELL if name in os.environ and known.get(name) != os.environ[name]]


def _lasting(found: Path) -> Path:
    if {".cache", "Caches"} & {*found.parts, *found.resolve().parts}:
        raise UsageError(
            f"this followupd runs from {found.parent}, which may be emptied at any time (by `uvx` or `pipx run`). "
            "Install it first, in the project's folder: `pipx install .` or `uv tool install .`. Nothing was written."
        )
    return found


def _absolute(path: Path) -> Path:
    """Without `..` and not through links: what a link leads to may change with an update."""
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100  Path.absolute keeps `..`


def _arguments(config_path: Path, state: Path) -> Iterator[str]:
    yield "run"
    if config_path != paths.config_file():
        yield from ("-c", str(config_path))
    if state != paths.state_folder():
        yield from ("--state", str(state))


def _environment(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The XDG variables that lead elsewhere than usual. The service does not get them from the shell."""
    for name, usual in _XDG.items():
        folder = Path(variables.get(name, ""))
        if folder.is_absolute() and (sys.platform == "darwin" or folder != Path.home() / usual):
            yield name, str(folder)


def _mail(config: Config) -> Iterator[Path]:
    """The Maildirs; and where their Drafts really are, if a link leads out."""
    for account in config.accounts:
        if account.mailbox.provider == "local":
            root = _absolute(account.mailbox.path)
            yield root
            yield from _drafts_elsewhere(root, account.mailbox.folders)


def _drafts_elsewhere(root: Path, named: Mapping[str, str]) -> Iterator[Path]:
    try:
        drafts = find_folders(str(root), named).of(Folder.DRAFTS)
    except Unavailable:
        return
    for folder in drafts[:1]:
        real = Path(folder.path).resolve()
        if not real.is_relative_to(root.resolve()):
            yield real


def _read(config: Config) -> Iterator[Path]:
    """Places that are only read: calendars, clients, templates, a key file."""
    for account in config.accounts:
        for block in (*account.calendars, account.mailbox):
            if block.provider == "google" or (block.provider == "imap" and block.auth == "google"):
                yield _absolute(block.client_file)
        yield from (_absolute(one.path) for one in account.calendars if one.provider == "local")
    yield _absolute(config.templates)
    if config.key_file is not None:
        yield _absolute(config.key_file)


def _without_inner(folders: Sequence[Path]) -> tuple[Path, ...]:
    """Each folder once, and none that lies in another one."""
    found = list(dict.fromkeys(folders))
    return tuple(
        one for one in found if not any(one != other and one.is_relative_to(other) for other in found)
    )
