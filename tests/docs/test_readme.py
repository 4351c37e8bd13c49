"""What README and docs promise is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from followupd.cli.commands import TABLE, followupd
from followupd.cli.demo import demo
from followupd.config import load

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
]


def block(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```sh\n(.+?)\n```", README, re.DOTALL)
    assert found, f"README has no {mark}"
    return found[1]


def test_two_commands_do_all_the_set_up() -> None:
    assert block("demo command").endswith("followupd demo")
    assert ".venv/bin/pytest" in block("test command")
    assert "\n" not in block("demo command") + block("test command")


def test_every_command_stands_in_the_readme() -> None:
    missing = [name for name in TABLE if f"`{name}" not in README and f"followupd {name}" not in README]
    assert not missing


def test_every_command_that_the_readme_names_exists() -> None:
    named = set(re.findall(r"followupd ([a-z]+)\b", README)) - {"once, process"}
    context = click.Context(followupd)
    for name in named & set(re.findall(r"`followupd ([a-z]+)", README)):
        assert followupd.get_command(context, name), name


def test_the_config_in_the_readme_is_complete(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(.+?)\n```", README, re.DOTALL)
    assert found
    for name in ("calendars", "Mail"):
        (tmp_path / name).mkdir()
    path = tmp_path / "config.yaml"
    path.write_text(found[1].replace("~/", f"{tmp_path}/"), encoding="utf-8")
    assert load(path).accounts[0].name == "personal"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_the_source_map_names_files_that_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text[text.index("| You want to change") : text.index("## Who may import whom")]
    for name in re.findall(r"`([\w/.]+\.py)`", table):
        tail = name.removeprefix("followupd/")
        assert (ROOT / "followupd" / tail).exists(), name


def test_the_demo_s_timeline_is_what_the_readme_shows(tmp_path: Path) -> None:
    told = CliRunner().invoke(demo, ["--keep", str(tmp_path / "demo")])
    assert told.exit_code == 0, told.output
    shown = re.search(r"shortened:\n\n```\n(.+?)\n```", README, re.DOTALL)
    assert shown
    for line in shown[1].splitlines():
        words = re.sub(r" …|   \(.*\)$", "", line[11:])
        assert words in told.output, line
    letter = re.search(r"```\n(To: .+?)\n```", README, re.DOTALL)
    assert letter
    for line in letter[1].splitlines():
        assert line in told.output, line
