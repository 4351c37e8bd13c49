"""Words as systemd reads them in a unit file.

Source: systemd.service(5) "Command lines", systemd.unit(5) "Specifiers", systemd.syntax(7) "Quoting". Lists of
paths (ReadWritePaths=) take the same quotes and backslashes, as tried with systemd 252.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from followupd.errors import UsageError

_PLAIN = re.compile(r"[\w@%+=:,./-]+\Z")


def command_line(words: Sequence[str], home: Home) -> str:
    """A command for ExecStart=. Raises UsageError where systemd could not start it."""
    program = words[0]
    if re.search(r"[\"'\\]", program):
        raise UsageError(
            f"{program} can't be started by systemd: its path holds a quote or a backslash. Install followupd "
            "at another place. Nothing was written."
        )
    # With a colon systemd leaves each dollar sign as it is.
    colon = ":" if any("$" in word for word in words) else ""
    return colon + " ".join(escaped(home.short(word)) for word in words)


def arguments(words: Iterable[str], home: Home) -> str:
    """Words behind a program's name. A dollar sign is doubled."""
    return " ".join(escaped(home.short(word)).replace("$", "$$") for word in words)


def assignments(variables: Iterable[tuple[str, str]], home: Home) -> str:
    """Lines of Environment=, each with its end. Dollar signs mean nothing there."""
    return "".join(
        "Environment=" + escaped(f"{name}={home.short(value)}") + "\n" for name, value in variables
    )


def path_list(paths: Iterable[Path], home: Home) -> str:
    """Paths for ReadWritePaths=; each may be missing."""
    return " ".join(escaped("-" + home.short(str(path))) for path in paths)


def escaped(word: str) -> str:
    """A word whose specifiers (%h) are already as they should be, quoted where it must be."""
    if _PLAIN.match(word):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Home:
    """The home folder, and the word that stands for it in the unit: %h, or /home/%i for a template."""

    def __init__(self, folder: Path, word: str) -> None:
        self._folder, self._word = str(folder), word

    def short(self, text: str) -> str:
        """The text with percent signs doubled, and with the word where it begins with the home folder.

        Raises UsageError for what no unit file can hold.
        """
        if not text.isprintable() or any("\ud800" <= char <= "\udfff" for char in text):
            raise UsageError(
                f"{text!r} holds a line break or another character that a unit file can't hold. Rename it, or "
                "name another place. Nothing was written."
            )
        if text == self._folder or text.startswith(self._folder + "/"):
            return self._word + text[len(self._folder) :].replace("%", "%%")
        return text.replace("%", "%%")
