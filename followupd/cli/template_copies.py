"""Puts a template of ours, or a section of it, into the user's folder. What the user wrote there is never lost."""

from __future__ import annotations

from pathlib import Path

from followupd.errors import UsageError
from followupd.templates import files_of, languages
from followupd.templates.pages import SUFFIX, cut, read
from followupd.templates.parse import suggest


def copied(folder: Path, language: str, file: str, section: str | None, *, force: bool) -> Path:
    """Copies it, and gives where it lies now. Raises UsageError when that would replace something, unless `force`."""
    text = files_of(language).get(f"{file}{SUFFIX}", "")
    if not text:
        raise UsageError(
            f"there are no letters of ours in {language}. Copy those of another language: {', '.join(languages())}."
        )
    path = folder.expanduser() / language / f"{file}{SUFFIX}"
    wanted = _block(text, section) if section else text.rstrip("\n")
    try:
        _put(path, wanted, section.strip("[] ").casefold() if section else "", force=force)
    except OSError as error:
        raise UsageError(
            f"{path} can't be written ({error.strerror}). Correct its rights, or name another folder in the config: "
            "`letters: {templates: …}`."
        ) from error
    return path


def _block(text: str, section: str) -> str:
    """One section with the comment above it."""
    blocks = cut(text)[1]
    name = section.strip("[] ").casefold()
    if name not in blocks:
        raise UsageError(suggest(f"there is no section [{name}] in it", name, blocks, frame="[{}]"))
    return blocks[name]


def _put(path: Path, wanted: str, section: str, *, force: bool) -> None:
    if path.is_symlink() or path.exists():
        _change(path, wanted, section, force=force)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as new:
        new.write(f"{wanted}\n")


def _change(path: Path, wanted: str, section: str, *, force: bool) -> None:
    """Into a file that is there: a section that it lacks goes to its end, all else replaces only when forced."""
    page = read(path) if section else None
    if section and page is None:
        raise UsageError(f"{path} can't be read as text, so nothing was put into it. Save it as UTF-8.")
    there = page.line_of(section) if page else 0
    if not force and (page is None or there):
        raise UsageError(_taken(path, section, there))
    text = _with(page.text, section, wanted) if page else f"{wanted}\n"
    if (page is None or there) and path.read_bytes() != text.encode():
        path.with_name(f"{path.name}.bak").write_bytes(path.read_bytes())
    path.write_text(text, "utf-8")


def _taken(path: Path, section: str, line: int) -> str:
    if line:
        what = f"[{section}] stands in {path}:{line} already: nothing was copied. Change it there"
    else:
        what = (
            f"{path} is there already, and it is yours: nothing was copied. Name a section to add one to it"
        )
    return f"{what}, or say --force to have ours instead (yours is kept as {path.name}.bak)."


def _with(text: str, section: str, wanted: str) -> str:
    """The user's text with a section of ours in the place of theirs, or at its end."""
    theirs = cut(text)[1].get(section)
    if theirs is None:
        return f"{text.rstrip()}\n\n{wanted}\n"
    lines = text.removeprefix("\ufeff").splitlines()
    return "\n".join(lines).replace(theirs, wanted, 1) + "\n"
