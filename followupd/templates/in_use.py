"""The wordings that a cycle writes with: the user's as their files stand now, ours while theirs can't be used.

A slip in one template must not keep letters from being written, and nudges from being taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from followupd.core.situation import Wording
from followupd.errors import ConfigError
from followupd.templates import DEFAULT, files_of, from_general_to_special, load_wording

_Stamp = tuple[tuple[str, int, int], ...]


class WordingsInUse:
    """Reads a language when it is first asked for, and again when a file of the user's in it has changed."""

    def __init__(self, folder: Path, tell: Callable[[str], None] = lambda _: None) -> None:
        self._folder = folder.expanduser()
        self._tell = tell
        self._known: dict[str, tuple[_Stamp, Wording]] = {}
        self._troubles: dict[str, str] = {}

    def __call__(self, language: str) -> Wording:
        """The wording of a language. Never raises for a mistake in the user's files: `notice` tells it."""
        try:
            stamp = self._stamp(language)
        except OSError as error:  # no right to look, or a folder of the network that is away
            stamp = (("", 0, error.errno or 1),)
        known = self._known.get(language)
        if known is None or known[0] != stamp:
            known = self._known[language] = stamp, self._read(language)
        return known[1]

    def notice(self) -> str:
        """What keeps the user's words from being used, with what to do, "" mostly."""
        for language in tuple(self._troubles):
            self(language)  # it may have been mended
        return " ".join(self._troubles.values())

    def _read(self, language: str) -> Wording:
        self._troubles.pop(language, None)
        try:
            return load_wording(language, self._folder)
        except OSError as error:
            return self._instead(language, f"{self._folder} can't be read: {error.strerror}")
        except ConfigError as error:
            first, *more = str(error).splitlines()
            return self._instead(language, f"{first} (and {len(more)} more)" if more else first)

    def _instead(self, language: str, why: str) -> Wording:
        ours = [name for name in from_general_to_special(language) if files_of(name)]
        instead = language if ours else DEFAULT
        self._troubles[language] = (
            f"your templates for {language} can't be used, so its letters are in our words ({instead}): {why}. "
            "`followupd templates lint` lists every mistake."
        )
        self._tell(self._troubles[language])
        return load_wording(instead, None)

    def _stamp(self, language: str) -> _Stamp:
        """What tells that a file has come, gone or changed."""
        folders = [self._folder / name for name in from_general_to_special(language)]
        places = [self._folder, *folders] if folders[0].name == DEFAULT else folders
        paths = (path for place in places for path in place.glob("*.txt"))
        return tuple(sorted(_of(path) for path in paths))


def _of(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size
