"""The small things a config says: durations, hours, weekdays, addresses, patterns, places.

Each function takes what YAML gave and returns the value, or raises ValueError with the sentence
that the user reads: what is wrong, and what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from stat import S_ISDIR
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator, ValidationInfo

from followupd.config.problems import one_of, shown, suggestion
from followupd.core.interviews import title_problem
from followupd.core.model import QuietRange
from followupd.providers.addresses import is_private

_DURATION = "Write a number and a unit: 45m, 20h, 7d or 48h"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_WORDS = re.compile(r"(\d+)\s*(second|minute|min|hour|hr|day|week)s?\.?\Z", re.IGNORECASE)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        raise ValueError(f"must be text, and {shown(value)} is not. Put it in quotes: '{shown(value)}'.")
    raise ValueError(f"must be text, not {shown(value)}.")


def line(value: object) -> str:
    """One line with something in it."""
    words = text(value).strip()
    if not words:
        raise ValueError("is empty. Write it in, or delete the line.")
    if not words.isprintable():
        raise ValueError("must be one line without control characters. Write it in one line.")
    return words


def or_blank(check: Callable[[object], str]) -> Callable[[object], str]:
    """As `check`, and "" for what is not known."""
    return lambda value: "" if value == "" else check(value)


def count(least: int, most: int, why_most: str) -> Callable[[object], int]:
    """A whole number from `least` to `most`."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"must be a whole number, not {shown(value)}. Write for instance {least + 1}.")
        if value < least:
            raise ValueError(f"is {value}, and the least is {least}.")
        if value > most:
            raise ValueError(f"is {value}, and the most is {most}{why_most}.")
        return value

    return check


def duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or not isinstance(value, str):
        minutes = (
            f"{value}m" if isinstance(value, int) and not isinstance(value, bool) and value > 0 else "45m"
        )
        raise ValueError(f"{shown(value)} has no unit. {_DURATION}. Did you mean {minutes}?")
    parts = re.findall(r"(\d+)\s*([smhdw])", value)
    if not re.fullmatch(r"\s*(\d+\s*[smhdw]\s*)+", value):
        raise ValueError(f"{shown(value)} is not a duration. {_DURATION}.{_meant(value)}")
    try:
        length = sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    except OverflowError:
        raise ValueError(f"{shown(value)} is longer than any wait. {_DURATION}.") from None
    if not length:
        raise ValueError(f"{shown(value)} is no time at all. {_DURATION}.")
    return length


def _meant(value: str) -> str:
    if found := _WORDS.match(value.strip()):
        return f' Did you mean "{found[1]}{found[2][0].lower()}"?'
    if re.fullmatch(r"\d{1,2}:\d{2}", value.strip()):
        return " A time of day is no duration."
    if value.strip().startswith("-"):
        return " It can't be negative."
    return ""


def poll(value: object) -> timedelta:
    length = duration(value)
    if length < timedelta(minutes=1):
        raise ValueError(f"{shown(value)} is too short: the least is 1m, and 5m is usual.")
    return length


_HOURS = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-\u2013]\s*(\d{1,2}):(\d{2})\s*\Z")


def hours(value: object) -> tuple[time, time]:
    """`09:00-11:00`; the end may lie before the start, over midnight."""
    if isinstance(value, tuple):
        return value
    found = _HOURS.match(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'{shown(value)} is not a span of hours. Write it as "09:00-11:00".')
    try:
        first, last = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError:
        raise ValueError(f"{shown(value)} names a time that no clock shows. Use 00:00 to 23:59.") from None
    if first == last:
        raise ValueError(f"{shown(value)} begins and ends at the same time. Write two different times.")
    return first, last


def window(value: object) -> tuple[time, time]:
    """Hours of one day."""
    first, last = hours(value)
    if last < first:
        raise ValueError(f"{shown(value)} ends before it begins. Write the earlier time first.")
    return first, last


def weekday(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f"{value} is not a weekday. Write the day's name: {one_of(_DAYS)}.")
    word = text(value).strip().casefold()
    for names in (_DAYS, _FULL_DAYS):
        if word in names:
            return names.index(word)
    near = suggestion(word, _DAYS + _FULL_DAYS)
    raise ValueError(f"{shown(value)} is not a weekday. Use {one_of(_DAYS)}.{near}")


def working_days(value: object) -> int:
    """`5 working days`, or 5."""
    found = re.fullmatch(r"\s*(\d{1,3})(\s+working\s+days?)?\s*", str(value), re.IGNORECASE)
    if isinstance(value, bool) or not found:
        number = re.match(r"\s*(\d+)", str(value))
        example = f"{number[1] if number else 5} working days"
        raise ValueError(
            f'{shown(value)} is not a wait: nudges wait for working days. Did you mean "{example}"?'
        )
    if int(found[1]) < 1:
        raise ValueError(f"{shown(value)} is no wait. Write 1 working day or more.")
    return int(found[1])


_QUIET = 'Write two days with ".." between: "12-24..01-01" for every year, "2026-12-24..2027-01-01" for one'


def quiet_range(value: object) -> QuietRange:
    if isinstance(value, QuietRange):
        return value
    ends = [re.fullmatch(r"(?:(\d{4})-)?(\d{2})-(\d{2})", end.strip()) for end in str(value).split("..")]
    if len(ends) != 2 or not ends[0] or not ends[1] or bool(ends[0][1]) != bool(ends[1][1]):
        raise ValueError(f"{shown(value)} is not a range of days. {_QUIET}.")
    first, last = (_day(found) for found in (ends[0], ends[1]))
    if first[0] and last < first:
        raise ValueError(f"{shown(value)} ends before it begins. Write the earlier day first.")
    return QuietRange(first, last)


def _day(found: re.Match[str]) -> tuple[int, int, int]:
    year, month, day = int(found[1] or 0), int(found[2]), int(found[3])
    try:
        date(year or 2000, month, day)  # 2000 has a 29 February: a range of every year may name it
    except ValueError:
        raise ValueError(f'"{found[0]}" is a day that no calendar has. {_QUIET}.') from None
    return year, month, day


_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"*]+@(?:[^\s@<>()\[\],;:\"*.]+\.)+[^\s@<>()\[\],;:\"*.]+\Z")


def address_pattern(value: object) -> str:
    """An address, or `*@domain` for all of a domain; in lower case."""
    word = line(value).lower()
    if _ADDRESS.match(word) or (word.startswith("*@") and _ADDRESS.match("x" + word[1:])):
        return word
    inside = re.search(r"<([^<>\s]+@[^<>\s]+)>", word)
    meant = f' Did you mean "{inside[1]}"?' if inside else ""
    raise ValueError(
        f"{shown(value)} is not an address. Write it like sam@example.com or *@example.com.{meant}"
    )


def address_or_domain(value: object) -> str:
    """For rules about people: `agency.example`, `*@agency.example` or `jo@agency.example`."""
    return address_pattern(value) if isinstance(value, str) and "@" in value else domain(value)


def domain(value: object) -> str:
    word = line(value).lower()
    if _ADDRESS.match("x@" + word):
        return word
    host = re.sub(r"\A(?:https?://)?(?:.*@)?(?:www\.)?|/.*", "", word)
    meant = f' Did you mean "{host}"?' if _ADDRESS.match("x@" + host) else ""
    raise ValueError(f"{shown(value)} is not a domain. Write it like acme.example.{meant}")


def pattern(value: object) -> str:
    """A regular expression that the rules will search titles for."""
    words = text(value)
    if "\b" in words:
        raise ValueError(
            "in double quotes \\b is a backspace and matches no title. "
            "Write the pattern in single quotes: '\\binterview\\b'."
        )
    if problem := title_problem(words):
        raise ValueError(
            f"{shown(words)} {problem}. To look for these very characters, "
            "put a backslash before each that is not a letter, digit or space."
        )
    return words


def hashtag(value: object) -> str:
    return line(value).lstrip("#").strip()


def place(value: object, info: ValidationInfo) -> Path:
    """A path, `~` opened; a relative one counts from the config's folder, never from where one stands."""
    if isinstance(value, Path):
        return value
    words = line(value)
    try:
        path = Path(words).expanduser()
    except RuntimeError:
        raise ValueError(f"{shown(words)} names a home folder that is not known. Write it out.") from None
    base: Path = (info.context or {}).get("folder", Path())
    return base / path


def folder_to_be(value: object, info: ValidationInfo) -> Path:
    """A folder that is made when it is needed."""
    path = place(value, info)
    if _mode(path) and not S_ISDIR(_mode(path)):
        raise ValueError(f"{path} is a file, and a folder is needed here. Name a folder.")
    return path


def folder(value: object, info: ValidationInfo) -> Path:
    """A folder that must be there."""
    path = place(value, info)
    if S_ISDIR(_mode(path)) or not (info.context or {}).get("must_exist", True):
        return path
    if _mode(path):
        raise ValueError(f"{path} is a file, and a folder is needed here. Name the folder it lies in.")
    raise ValueError(f"the folder {path} does not exist. Correct the path, or create the folder first.")


def file_to_be(value: object, info: ValidationInfo) -> Path:
    """A file that is read when it is needed."""
    path = place(value, info)
    if S_ISDIR(_mode(path)):
        raise ValueError(f"{path} is a folder, and a file is needed here. Name the file in it.")
    return path


def _has_possible_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:  # a digit too many
        return False


def endpoint(value: object) -> str:
    """The address below which a service answers."""
    address = line(value)
    parts = urlsplit(address)
    is_service = parts.scheme in {"https", "http"} and parts.hostname and _has_possible_port(parts)
    if not is_service or parts.query or parts.fragment:
        raise ValueError(f"{shown(address)} is not the address of a service. Write https://host/path/.")
    if not is_private(address):
        raise ValueError(
            f"{shown(address)} is not encrypted. Write https:// (http:// is for this machine alone)."
        )
    return address.rstrip("/") + "/"


def _mode(path: Path) -> int:
    """What `path` is, 0 where nothing is there."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        raise ValueError(
            f"{path} can't be looked at ({error.strerror}). Correct it, or its rights."
        ) from None


Line = Annotated[str, BeforeValidator(line)]
LineOrNone = Annotated[str, BeforeValidator(or_blank(line))]
Duration = Annotated[timedelta, BeforeValidator(duration)]
Poll = Annotated[timedelta, BeforeValidator(poll)]
Hours = Annotated[tuple[time, time], BeforeValidator(hours)]
Window = Annotated[tuple[time, time], BeforeValidator(window)]
Weekday = Annotated[int, BeforeValidator(weekday)]
WorkingDays = Annotated[int, BeforeValidator(working_days)]
Quiet = Annotated[QuietRange, BeforeValidator(quiet_range)]
AddressPattern = Annotated[str, BeforeValidator(address_pattern)]
AddressOrDomain = Annotated[str, BeforeValidator(address_or_domain)]
Domain = Annotated[str, BeforeValidator(domain)]
Pattern = Annotated[str, BeforeValidator(pattern)]
Hashtag = Annotated[str, BeforeValidator(hashtag)]
Folder = Annotated[Path, BeforeValidator(folder)]
FolderToBe = Annotated[Path, BeforeValidator(folder_to_be)]
FileToBe = Annotated[Path, BeforeValidator(file_to_be)]
FileOrNone = Annotated[
    Path | None, BeforeValidator(lambda v, info: None if v is None else file_to_be(v, info))
]
Endpoint = Annotated[str, BeforeValidator(endpoint)]
Several = Annotated[int, BeforeValidator(count(1, 1000, ""))]
