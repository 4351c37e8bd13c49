"""The systemd units of an installation, from the templates beside this page."""

from __future__ import annotations

import os
import pwd
from importlib import resources
from pathlib import Path

from followupd.service.installation import Installation
from followupd.service.quoting import Home, arguments, assignments, command_line, path_list
from followupd.service.written import OPEN_SEAL, sealed

_NAMESPACES = "# In namespaces of its own"


def user_unit(found: Installation, *, namespaces: bool = True) -> str:
    """The user's own service. Without `namespaces` it runs where users may not have any, less confined.

    Raises UsageError for a path that can't stand in a unit.
    """
    home = Home(Path.home(), "%h")
    text = _filled("user.service", found, home)
    if not namespaces:
        paragraphs = text.split("\n\n")
        text = "\n\n".join(part for part in paragraphs if not part.startswith(_NAMESPACES))
    return sealed(text)


def system_unit(found: Installation) -> str:
    """The template for a machine without a desktop; its instance is the user's name. Raises UsageError."""
    user = pwd.getpwuid(os.getuid()).pw_name
    usual = Path("/home") / user
    home = Home(usual, "/home/%i") if Path.home() == usual else Home(Path.home(), str(Path.home()))
    return sealed(_filled("system.service", found, home))


def _filled(template: str, found: Installation, home: Home) -> str:
    text = (resources.files(__package__) / template).read_text(encoding="utf-8")
    return text.format(
        seal=f"# {OPEN_SEAL}",
        folders=arguments(map(str, found.own), home),
        command=command_line(found.command, home),
        environment=assignments(found.environment, home),
        writable=path_list((*found.own, *found.mail), home),
        private_tmp="" if found.uses_temporary_folders else "PrivateTmp=yes\n",
    )
