"""What scripts read is what docs/json.md and docs/json-schema.json promise."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from followupd.apply import told
from followupd.core import model
from followupd.core.asking import TOPICS
from tests.cli.kit import DUE, EARLY, data, life, machine, run, talk
from tests.world import World

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "json-schema.json").read_text())


def strict(schema: Any) -> Any:
    """The schema, with every field that it does not list forbidden: what is printed must be documented."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    return {"additionalProperties": False, **made} if "properties" in schema else made


def must_fit(found: object, name: str) -> None:
    schema = {"$ref": f"#/$defs/{name}", "$defs": strict(SCHEMA["$defs"])}
    jsonschema.Draft202012Validator(schema).validate(found)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A life with a bit of everything, and a second account that nobody configured any more."""
    machine(tmp_path)
    world = life(tmp_path)
    world.receive("Kim <kim@acme.example>", at="2026-03-05 17:00")
    world.orders("2026-03-05 17:58").decide("gamma", world.time("2026-03-20 12:00").date())
    world.orders("2026-03-05 17:58").skip("Beta")
    world.cycle("2026-03-05 17:59")
    return tmp_path


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("plan",),
        ("explain", "interview"),
        ("explain", "acme"),
        ("explain", "dana"),
        ("explain", "zzz"),
    ],
)
def test_real_output_fits(home: Path, arguments: tuple[str, ...]) -> None:
    must_fit(data(home, *arguments), arguments[0])


@pytest.mark.parametrize("arguments", [("status",), ("plan",), ("explain", "x")])
def test_the_output_of_an_empty_state_fits(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    machine(tmp_path)
    must_fit(data(tmp_path, *arguments), arguments[0])
    must_fit(json.loads(run(tmp_path, "export").stdout), "export")


def test_an_export_fits(home: Path) -> None:
    must_fit(json.loads(run(home, "export").stdout), "export")


def test_what_was_purged_still_fits(home: Path) -> None:
    world = World(home / "state")
    world.orders("2026-03-06 10:00").stop("acme", "rejected")
    run(home, "export", "--purge", "--older-than", "90d", now="2027-01-01T00:00:00+00:00")
    must_fit(json.loads(run(home, "export").stdout), "export")
    must_fit(data(home, "status"), "status")


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
def test_a_cycle_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    machine(tmp_path)
    talk(tmp_path)
    must_fit(data(tmp_path, "once", now=EARLY), "once")
    found = data(tmp_path, "once", *arguments, now=DUE)
    assert found["accounts"][0]["actions"]
    must_fit(found, "once")


def test_a_cycle_that_failed_fits(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    (home / "Mail").rename(home / "Gone")
    (home / "Mail").mkdir()
    (home / "calendars" / "broken.ics").write_text("BEGIN:VCALENDAR\r\nnonsense")
    found = data(home, "once")
    assert found["accounts"][0]["ok"] is False
    must_fit(found, "once")
    must_fit(data(home, "status"), "status")


def test_a_check_fits(home: Path) -> None:
    found = json.loads(run(home, "check", "--json", now="").stdout)
    must_fit(found, "check")


def test_how_the_service_stands_fits(home: Path) -> None:
    must_fit(json.loads(run(home, "service", "status", "--json", now="").stdout), "service_status")


@pytest.mark.parametrize("words", [(), ("acme",)])
def test_a_preview_fits(home: Path, words: tuple[str, ...]) -> None:
    found = json.loads(run(home, "preview", *words, "--json").stdout)
    assert found["letters"]
    must_fit(found, "preview")


# --- the fixed sets -----------------------------------------------------------------------------

SETS: dict[str, type[StrEnum]] = {
    "kind": model.Kind,
    "stage": model.Stage,
    "process_state": model.ProcessState,
    "part": model.Part,
    "choice": model.Choice,
    "question_state": model.QuestionState,
    "arrival_kind": model.ArrivalClass,
    "event_status": model.EventStatus,
}


@pytest.mark.parametrize("name", SETS)
def test_sets_are_those_of_the_model(name: str) -> None:
    assert set(SCHEMA["$defs"][name]["enum"]) == {str(member) for member in SETS[name]}


def test_topics_are_those_that_are_asked() -> None:
    assert set(SCHEMA["$defs"]["topic"]["enum"]) == TOPICS


def test_every_action_that_a_cycle_can_tell_is_listed() -> None:
    constants = {
        c for c in told.__code__.co_consts if isinstance(c, str) and c.isidentifier() and c.islower()
    }
    actions = set(SCHEMA["$defs"]["action"]["enum"])
    assert actions - constants == {"failed"}
    assert set(SCHEMA["$defs"]["history_action"]["enum"]) == actions | {"said"}


def members(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(members, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    own = {str(one) for one in schema.get("enum", ()) if one}
    return own.union(*(members(value) for key, value in schema.items() if key != "enum"))


def test_every_member_and_field_stands_in_the_docs() -> None:
    text = (DOCS / "json.md").read_text()
    missing = sorted(word for word in members(SCHEMA) if f"`{word}`" not in text)
    assert missing == []
    for command in ("once", "status", "plan", "explain", "check"):
        for field in SCHEMA["$defs"][command]["properties"]:
            assert f'"{field}"' in text or f"`{field}`" in text, (command, field)


def test_the_examples_of_the_docs_fit() -> None:
    text = (DOCS / "json.md").read_text()
    names = ("once", "status", "plan")
    examples = [part.split("```")[0] for part in text.split("```json\n")[1:]]
    assert len(examples) == len(names)
    for name, example in zip(names, examples, strict=True):
        must_fit(json.loads(example), name)
