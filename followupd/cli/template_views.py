"""What `followupd templates` prints: the languages, the files of one, and a file as it is used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from followupd.cli.output import Block
from followupd.errors import ConfigError
from followupd.templates import DEFAULT, INFORMAL, files_of, load_wording
from followupd.templates.pages import SUFFIX, Page, cut, own_pages, owners
from followupd.templates.parse import parse
from followupd.templates.specimens import MEANINGS, PHRASES, may_be_named

Row = dict[str, Any]


# --- list ---------------------------------------------------------------------------------------


def row(name: str, folder: Path) -> Row:
    """One language as `--json` has it."""
    files = {*files_of(name), *(f"{page.file}{SUFFIX}" for page in own_pages(name, folder))}
    known = [file.removesuffix(SUFFIX) for file in files_of(DEFAULT) if file in files]
    return {
        "name": name,
        "language": name.removesuffix(INFORMAL),
        "informal": name.endswith(INFORMAL),
        "ours": bool(files_of(name)),
        "usable": not problems(name, folder),
        "files": [file_row(name, file, folder) for file in known],
    }


def problems(name: str, folder: Path) -> bool:
    """Whether no letter can be written with the user's files of a language."""
    try:
        load_wording(name, folder)
    except ConfigError:
        return True
    return False


def file_row(name: str, file: str, folder: Path) -> Row:
    """One file as `--json` has it."""
    own = owners(name, file, folder)
    used = parse(files_of(name).get(f"{file}{SUFFIX}", "")).sections
    used |= {section: page.parsed.sections[section] for section, page in own.items()}
    return {
        "file": file,
        "about": about(file),
        "sections": [
            {"section": section, "alternatives": len(one.alternatives), "yours": section in own}
            for section, one in used.items()
        ],
    }


def about(file: str) -> str:
    """What a file is for: its first line says it."""
    return files_of(DEFAULT)[f"{file}{SUFFIX}"].partition("\n")[0].strip("# :.")


def summary(rows: list[Row]) -> Block:
    """A line for each language."""
    told = [(one["name"], *_counts(one), _yours(one)) for one in rows]
    lines = tuple(
        f"{name}: {files} files, {alternatives} alternatives, yours: {yours or 'none'}"
        for name, files, alternatives, yours in told
    )
    return Block("Templates", ("language", "files", "alternatives", "yours"), tuple(told), lines)


def _counts(one: Row) -> tuple[str, str]:
    sections = [section for file in one["files"] for section in file["sections"]]
    return str(len(one["files"])), str(sum(section["alternatives"] for section in sections))


def _yours(one: Row) -> str:
    if not one["usable"]:
        return "with mistakes, see `followupd templates lint`"
    own = [
        f"{file['file']}.{section['section']}"
        for file in one["files"]
        for section in file["sections"]
        if section["yours"]
    ]
    return " ".join(own)


def of_language(one: Row) -> Block:
    """A line for each file of one language, with its sections and the number of their alternatives."""
    told = [
        (file["file"], file["about"], ", ".join(map(_section, file["sections"]))) for file in one["files"]
    ]
    lines = tuple(f"{one['name']}/{file}: {about_}: {sections}" for file, about_, sections in told)
    return Block(f"Templates in {one['name']}", ("file", "for", "alternatives"), tuple(told), lines)


def _section(one: Row) -> str:
    return f"{one['section']} {one['alternatives']}" + (" (yours)" if one["yours"] else "")


# --- show ---------------------------------------------------------------------------------------


def page(name: str, file: str, folder: Path) -> str:
    """A file as it is used, each section as it was written, whoever wrote it: a template again."""
    head, ours = cut(files_of(name).get(f"{file}{SUFFIX}", ""))
    own = owners(name, file, folder)
    parts = [
        _marked(section, own[section]) if section in own else ours[section] for section in {**ours, **own}
    ]
    return "\n\n".join(filter(None, ("\n".join(_facts_told(name, file)), head, *parts)))


def _marked(section: str, own: Page) -> str:
    return f"# Yours: {own.path}:{own.line_of(section)}\n{cut(own.text)[1][section]}"


def _facts_told(name: str, file: str) -> Iterator[str]:
    yield f"# {name}/{file}, as it is used. What it may name:"
    for one in facts(file):
        where = f" (in {', '.join(one['sections'])})" if one["sections"] else ""
        yield f"#   {{{{ {one['fact']} }}}}  {one['meaning']}{where}"


def facts(file: str) -> list[Row]:
    """The facts that a file may name, and in which sections; [] stands for all of its sentences."""
    where: dict[str, list[str]] = {fact: [] for fact in may_be_named(file, "opening")}
    if file == "phrases":
        for section, names in PHRASES.items():
            for fact in names:
                where.setdefault(fact, []).append(section)
    return [
        {"fact": fact, "meaning": MEANINGS[fact], "sections": sections} for fact, sections in where.items()
    ]


def carried(text: str) -> str:
    """The text as the terminal or pipe can carry it; blanks that do not break stay."""
    encoding = getattr(sys.stdout, "encoding", "") or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
