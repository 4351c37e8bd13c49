"""What Google itself says about its methods: the discovery documents bundled in google-api-python-client.

A request is resolved to a method, its parameters are converted, and both the request and the answer are
checked, recursively, against the schemas. What is wrong is told as a sentence; nothing is forgiven.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import googleapiclient

from tests.sim.wire import ApiError

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
Schema = Mapping[str, Any]
Tell = Callable[[str], None]
Mask = dict[str, "Mask"]

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}
RANGES: dict[str, tuple[int, int]] = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1)}
DIGITS = {"int64": re.compile(r"-?\d{1,19}"), "uint64": re.compile(r"\d{1,20}")}
WHEN = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?(?P<offset>[Zz]|[+-]\d\d:\d\d)?")


MINUTE = timedelta(minutes=1)
LIMITS = {"gmail": 6_000, "calendar": 600}  # units in a minute, for one user

# Prices since 2026-05-01 as far as they are known; a calendar request is 1, another Gmail method 5.
UNITS = {
    "gmail.users.getProfile": 1,
    "gmail.users.drafts.create": 10,
    "gmail.users.drafts.delete": 10,
    "gmail.users.drafts.get": 20,
    "gmail.users.drafts.list": 5,
    "gmail.users.drafts.send": 100,
    "gmail.users.drafts.update": 15,
    "gmail.users.history.list": 2,
    "gmail.users.labels.list": 1,
    "gmail.users.messages.get": 20,
    "gmail.users.messages.list": 5,
    "gmail.users.messages.send": 100,
    "gmail.users.settings.sendAs.list": 1,
    "gmail.users.threads.get": 40,
    "gmail.users.threads.list": 10,
}
OLD_UNITS = UNITS | {
    "gmail.users.drafts.get": 5,
    "gmail.users.messages.get": 5,
    "gmail.users.threads.get": 10,
}


@dataclass(frozen=True)
class Method:
    """One method of a discovery document, with the documents' words for its parameters and scopes."""

    id: str
    http_method: str
    segments: tuple[str, ...]
    parameters: Mapping[str, Schema]
    scopes: frozenset[str]
    request: str | None
    response: str | None
    uploads: tuple[tuple[str, ...], ...]
    service: Service

    @property
    def reads(self) -> bool:
        return self.http_method == "GET" or self.id == "calendar.freebusy.query"


class Service:
    """A discovery document: its methods, its schemas, its parameters that every method takes."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.name: str = document["name"]
        self.schemas: Mapping[str, Schema] = document["schemas"]
        self.parameters: Mapping[str, Schema] = document["parameters"]
        self.scopes = frozenset(document["auth"]["oauth2"]["scopes"])
        self.methods = [self._method(each, document["servicePath"]) for each in _methods(document)]

    def _method(self, raw: Mapping[str, Any], service_path: str) -> Method:
        uploads = raw.get("mediaUpload", {}).get("protocols", {}).values()
        return Method(
            id=raw["id"],
            http_method=raw["httpMethod"],
            segments=_segments("/" + service_path + raw["path"]),
            parameters=raw.get("parameters", {}),
            scopes=frozenset(raw.get("scopes", ())),
            request=raw.get("request", {}).get("$ref"),
            response=raw.get("response", {}).get("$ref"),
            uploads=tuple(_segments(each["path"]) for each in uploads),
            service=self,
        )


@dataclass(frozen=True)
class Found:
    method: Method
    path: Mapping[str, str]
    upload: bool = False


class Discovery:
    """All services together: from an HTTP method and a path to the method of the API."""

    def __init__(self, documents: Iterable[str] = ("gmail.v1", "calendar.v3")) -> None:
        read = (json.loads((DOCUMENTS / f"{each}.json").read_text("utf-8")) for each in documents)
        self.services = [Service(each) for each in read]
        methods = [method for service in self.services for method in service.methods]
        # drafts/send before drafts/{id}: the most literal path is the right one
        self.methods = sorted(methods, key=lambda each: sum(part.startswith("{") for part in each.segments))
        self.scopes = frozenset().union(*(each.scopes for each in self.services))

    def find(self, http_method: str, path: str) -> Found | None:
        asked = _segments(path)
        candidates = [each for each in self.methods if each.http_method == http_method]
        for method in candidates:
            if (values := _match(method.segments, asked)) is not None:
                return Found(method, values)
        for method in candidates:
            for template in method.uploads:
                if (values := _match(template, asked)) is not None:
                    return Found(method, values, upload=True)
        return None


def price(method: str, table: Mapping[str, int] = UNITS) -> int:
    name = method.removeprefix("upload:")
    return table.get(name, {"gmail": 5, "calendar": 1}.get(name.partition(".")[0], 0))


def _methods(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from resource.get("methods", {}).values()
    for each in resource.get("resources", {}).values():
        yield from _methods(each)


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def _match(template: tuple[str, ...], asked: tuple[str, ...]) -> dict[str, str] | None:
    if len(template) != len(asked):
        return None
    values = {}
    for part, raw in zip(template, asked, strict=True):
        # decoded segment by segment, so that no spelling of "send" hides it and %2F stays inside an id
        text = unquote(raw)
        if part.startswith("{") and text:
            values[part.strip("{}")] = text
        elif part != text:
            return None
    return values


def read_parameters(found: Found, query: Iterable[tuple[str, str]], tell: Tell) -> dict[str, Any]:
    """The parameters by name, converted; what Google refuses is told and raised as its 400."""
    method = found.method
    known = {**method.service.parameters, **method.parameters}
    values: dict[str, Any] = {}
    for name, text in [*found.path.items(), *query]:
        if name not in known:
            tell(f"{method.id}: unknown parameter {name!r}")
            raise ApiError(400, "invalidParameter", f"Unknown name {name!r}: Cannot bind query parameter.")
        value = _parameter(f"{method.id}: parameter {name}", text, known[name], tell)
        if known[name].get("repeated"):
            values.setdefault(name, []).append(value)
        elif name in values:
            tell(f"{method.id}: parameter {name} given twice")
            raise ApiError(400, "invalidParameter", f"Parameter {name!r} given twice.")
        else:
            values[name] = value
    for name, schema in method.parameters.items():
        if schema.get("required") and name not in values:
            tell(f"{method.id}: required parameter {name} is missing")
            raise ApiError(400, "required", f"Required parameter: {name}")
    return values


def _parameter(where: str, text: str, schema: Schema, tell: Tell) -> Any:
    value: Any = text
    if schema["type"] == "boolean" and text.lower() in ("true", "false"):
        value = text.lower() == "true"
    elif schema["type"] == "integer" and re.fullmatch(r"-?\d+", text):
        value = int(text)
    problem = _scalar(value, schema, offset=True)
    if problem is None:
        return value
    tell(f"{where}: {problem}")
    if schema.get("format") == "date-time":
        return text  # the calendar has its own words for a time without an offset
    raise ApiError(400, "invalidParameter", f"Invalid value {text!r}: {problem}")


def check_request(method: Method, body: Any, tell: Tell) -> None:
    if method.request is None:
        if body is not None:
            tell(f"{method.id}: takes no body, got {body!r}")
    elif body is None:
        tell(f"{method.id}: needs a {method.request} for a body")
    else:
        checker = _Checker(method, tell, offset=False)
        checker.value(f"{method.id} request", {"$ref": method.request}, body)


def check_answer(method: Method, answer: Any, tell: Tell) -> None:
    if (method.response is None) != (answer is None):
        tell(f"{method.id}: answers {method.response or 'nothing'}, the handler gave {answer!r}")
    elif answer is not None:
        checker = _Checker(method, tell, offset=True)
        checker.value(f"{method.id} answer", {"$ref": method.response}, answer)


@dataclass(frozen=True)
class _Checker:
    """Walks a value beside its schema. `offset` is True for answers: their times always carry an offset."""

    method: Method
    tell: Tell
    offset: bool

    def value(self, where: str, schema: Schema, value: Any) -> None:
        schema = self.method.service.schemas[schema["$ref"]] if "$ref" in schema else schema
        if value is None and not self.offset and self.method.http_method == "PATCH":
            return  # null removes a property
        kind = schema.get("type")
        if kind == "object":
            self._object(where, schema, value)
        elif kind == "array":
            self._array(where, schema, value)
        elif kind != "any" and (problem := _scalar(value, schema, offset=self.offset)):
            self.tell(f"{where}: {problem}")

    def _object(self, where: str, schema: Schema, value: Any) -> None:
        if not isinstance(value, dict):
            self.tell(f"{where}: no object: {value!r}")
            return
        properties, more = schema.get("properties", {}), schema.get("additionalProperties")
        for name, each in value.items():
            inner = properties.get(name, more)
            if inner is None:
                self.tell(f"{where}: unknown property {name!r}")
            else:
                self.value(f"{where}.{name}", inner, each)
        if not self.offset:
            self._required(where, properties, value)

    def _required(self, where: str, properties: Mapping[str, Schema], value: Mapping[str, Any]) -> None:
        for name, schema in properties.items():
            if self.method.id in schema.get("annotations", {}).get("required", ()) and name not in value:
                self.tell(f"{where}: required property {name!r} is missing")

    def _array(self, where: str, schema: Schema, value: Any) -> None:
        if not isinstance(value, list):
            self.tell(f"{where}: no list: {value!r}")
            return
        for index, each in enumerate(value):
            self.value(f"{where}[{index}]", schema["items"], each)


def _scalar(value: Any, schema: Schema, *, offset: bool) -> str | None:
    """What is wrong with a string, a number or a boolean; None if nothing is."""
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return f"no {kind}: {value!r}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is none of {', '.join(schema['enum'])}"
    form = schema.get("format", "")
    if isinstance(value, int) and form in RANGES and not RANGES[form][0] <= value <= RANGES[form][1]:
        return f"{value!r} is no {form}"
    if isinstance(value, str) and not _formatted(value, form, offset=offset):
        return f"{value!r} is no {form}"
    return None


def _formatted(text: str, form: str, *, offset: bool) -> bool:
    if form in DIGITS:
        return DIGITS[form].fullmatch(text) is not None
    try:
        if form == "date":
            date.fromisoformat(text)
            return len(text) == len("2026-03-04")
        if form in ("date-time", "google-datetime"):
            found = WHEN.fullmatch(text)
            datetime.fromisoformat(text.upper())
            return found is not None and bool(found["offset"] or not offset)
        if form == "byte":
            # both alphabets: Gmail writes the one for URLs, and reads either
            base64.b64decode(
                text.translate(str.maketrans("-_", "+/")) + "=" * (-len(text) % 4), validate=True
            )
    except (ValueError, binascii.Error):
        return False
    return True


def parse_mask(text: str) -> Mask:
    """`a,b(c,d),e/f` as nested names; an empty inner mask stands for the whole."""
    mask: Mask = {}
    rest = _items(text, mask)
    if rest:
        raise ValueError(f"Invalid field selection {text}")
    return mask


def _items(text: str, mask: Mask) -> str:
    while True:
        found = re.match(r"\s*([\w*-]+(?:/[\w*-]+)*)\s*", text)
        if found is None:
            raise ValueError(f"Invalid field selection {text}")
        here = mask
        for name in found[1].split("/"):
            here = here.setdefault(name, {})
        text = text[found.end() :]
        if text.startswith("("):
            text = _items(text[1:], here)
            if not text.startswith(")"):
                raise ValueError(f"Invalid field selection {text}")
            text = text[1:].lstrip()
        if not text.startswith(","):
            return text
        text = text[1:]


def read_mask(method: Method, text: str | None, tell: Tell) -> Mask:
    """The `fields` parameter, every name of it in the answer's schema."""
    if text is None or method.response is None:
        return {}
    try:
        mask = parse_mask(text)
        wrong = _unknown_field(mask, method.service, {"$ref": method.response})
    except ValueError:
        wrong = text
    if wrong is not None:
        tell(f"{method.id}: invalid field selection {wrong!r}")
        raise ApiError(400, "invalidParameter", f"Invalid field selection {wrong}")
    return mask


def _unknown_field(mask: Mask, service: Service, schema: Schema) -> str | None:
    """The first name of the mask that the answer cannot have."""
    while "$ref" in schema or "items" in schema:
        schema = service.schemas[schema["$ref"]] if "$ref" in schema else schema["items"]
    for name, inner in mask.items():
        if name == "*":
            continue
        below = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if below is None:
            return name
        if problem := _unknown_field(inner, service, below):
            return problem
    return None


def apply_mask(mask: Mask, value: Any) -> Any:
    if not mask:
        return value
    if isinstance(value, list):
        return [apply_mask(mask, each) for each in value]
    if not isinstance(value, dict):
        return value
    everything = mask.get("*")
    chosen = {name: mask.get(name, everything) for name in value}
    return {name: apply_mask(inner, value[name]) for name, inner in chosen.items() if inner is not None}
