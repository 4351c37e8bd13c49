"""The `fields` parameter: a partial answer, and a 400 for a field that the discovery document does not know."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from tests.sim.wire import ApiError

Mask = dict[str, "Mask"]  # an empty mask selects everything below


@cache
def schemas() -> dict[str, Any]:
    folder = files("googleapiclient.discovery_cache.documents")
    document: dict[str, Any] = json.loads((folder / "calendar.v3.json").read_text("utf-8"))
    found: dict[str, Any] = document["schemas"]
    return found


def masked(answer: Any, fields: str | None, schema: str) -> Any:
    """The selected part of an answer; `schema` names the discovery schema of the whole."""
    if fields is None:
        return answer
    mask = _Parser(fields).mask()
    _check(mask, {"$ref": schema})
    return _select(answer, mask)


class _Parser:
    """list := item ("," item)*; item := name ("/" name)* ["(" list ")"]."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = re.findall(r"[A-Za-z0-9_*-]+|\S", text)
        self._at = 0

    def mask(self) -> Mask:
        result = self._list()
        if self._peek():
            raise self._wrong()
        return result

    def _list(self) -> Mask:
        result: Mask = {}
        while True:
            name, below = self._item()
            result[name] = _union(result[name], below) if name in result else below
            if self._peek() != ",":
                return result
            self._at += 1

    def _item(self) -> tuple[str, Mask]:
        name = self._peek()
        if not re.fullmatch(r"[A-Za-z0-9_*-]+", name):
            raise self._wrong()
        self._at += 1
        if self._peek() == "/":
            self._at += 1
            below, mask = self._item()
            return name, {below: mask}
        if self._peek() != "(":
            return name, {}
        self._at += 1
        mask = self._list()
        if self._peek() != ")":
            raise self._wrong()
        self._at += 1
        return name, mask

    def _peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _wrong(self) -> ApiError:
        return ApiError(400, "invalidParameter", f"Invalid field selection {self._text}")


def _union(one: Mask, other: Mask) -> Mask:
    if not one or not other:
        return {}
    both = {**one}
    for name, below in other.items():
        both[name] = _union(one[name], below) if name in one else below
    return both


def _check(mask: Mask, schema: dict[str, Any]) -> None:
    if "$ref" in schema:
        schema = schemas()[schema["$ref"]]
    if "items" in schema:
        return _check(mask, schema["items"])
    known = schema.get("properties", {})
    for name, below in mask.items():
        part = known.get(name, schema.get("additionalProperties"))
        if name == "*":
            for each in known.values():
                _check(below, each)
        elif part is None:
            raise ApiError(400, "invalidParameter", f"Invalid field selection {name}")
        else:
            _check(below, part)
    return None


def _select(value: Any, mask: Mask) -> Any:
    if not mask:
        return value
    if isinstance(value, list):
        return [_select(each, mask) for each in value]
    if not isinstance(value, dict):
        return value
    wild = mask.get("*")
    chosen = {name: mask.get(name, wild) for name in value}
    return {name: _select(value[name], below) for name, below in chosen.items() if below is not None}
