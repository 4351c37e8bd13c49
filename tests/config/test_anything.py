"""Whatever stands in the file, it is a config or a list of problems, never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followupd.config import load
from followupd.errors import ConfigError
from tests.config.test_config import CONTRACT

VALUES = re.findall(r"[\w@.*:~/-]+|\[[^\[\]]*\]|\{[^{}]*\}", CONTRACT)
SCALARS = st.sampled_from(
    ["", "~", "true", "-1", "0", "1e400", ".5", "[]", "{}", "[[]]", "[~]", "{a: {b: c}}"]
)
WORDS = st.one_of(SCALARS, st.sampled_from(VALUES), st.text(max_size=8))

many = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def try_to_load(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(path)
    except ConfigError as error:
        assert all(line.startswith(str(path)) for line in str(error).splitlines())  # noqa: PT017  it may load


@many
@given(st.integers(0, len(VALUES) - 1), WORDS)
def test_any_value_in_any_place_is_accepted_or_told(home: Path, place: int, word: str) -> None:
    found = list(re.finditer(r"[\w@.*:~/-]+|\[[^\[\]]*\]|\{[^{}]*\}", CONTRACT))[place]
    try_to_load(home / "config.yaml", CONTRACT[: found.start()] + word + CONTRACT[found.end() :])


@many
@given(st.integers(0, len(CONTRACT)), st.integers(0, 30), st.text(max_size=5))
def test_any_slip_of_the_pen_is_accepted_or_told(home: Path, place: int, gone: int, typed: str) -> None:
    try_to_load(home / "config.yaml", CONTRACT[:place] + typed + CONTRACT[place + gone :])
