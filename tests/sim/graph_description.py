"""What Microsoft itself says about Graph: its OpenAPI description, cut to what is simulated (`graph.yaml`).

Requests and answers are checked against it, recursively. It is read more strictly than it is written: a property
that it does not name is wrong, unless it is an annotation (`@odata.type`), and "an object or null" beside a schema
means null. What the documentation describes and the file lacks is named in `LACKING` and `MORE_PARAMETERS`.

`server.py` of the simulator asks `find` what a request is called, and calls `check_request` and `check_answer`.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from jsonschema import Draft202012Validator

from tests.sim.server import Reply, Request

Tell = Callable[[str], None]
Schema = dict[str, Any]

FILE = Path(__file__).with_name("graph.yaml")
MESSAGE, MESSAGES = "microsoft.graph.message", "microsoft.graph.messageCollectionResponse"
FOLDERS = "microsoft.graph.mailFolderCollectionResponse"

# In the documentation, not in the file: (method, path) → the schemas of the request and of the answer.
LACKING: dict[tuple[str, str], tuple[Schema | None, str]] = {
    ("POST", "/me/messages/{message-id}/move"): (
        {
            "type": "object",
            "required": ["destinationId"],
            "properties": {"destinationId": {"type": "string"}},
        },
        MESSAGE,
    ),
    ("POST", "/me/messages/{message-id}/permanentDelete"): (None, ""),
    ("GET", "/me/mailFolders/{mailFolder-id}/childFolders"): (None, FOLDERS),
    ("GET", "/me/mailFolders/{mailFolder-id}/messages/{message-id}"): (None, MESSAGE),
}
# What sends. Only the first is in the file; all are known, so that a journal can tell of them.
SENDING = {
    ("POST", "/me/messages/{message-id}/send"),
    ("POST", "/me/messages/{message-id}/reply"),
    ("POST", "/me/messages/{message-id}/replyAll"),
    ("POST", "/me/messages/{message-id}/forward"),
    ("POST", "/me/sendMail"),
}
PAGING = {"$skiptoken", "$skip", "$top"}
MORE_PARAMETERS = {
    "mailFolders.messages.delta": {"$skiptoken", "$deltatoken", "changeType", "$expand"},
    "calendarView.delta": {"$skiptoken", "$deltatoken"},
    "calendars.calendarView.delta": {"$skiptoken", "$deltatoken"},
    "calendarView.list": {"$skiptoken"},
    "messages.list": {"$skiptoken"},
    "mailFolders.messages.list": {"$skiptoken"},
    "calendars.calendarView.list": {"$skiptoken", "$expand"},
    "events.list": {"$skiptoken"},
    "events.instances.list": {"$skiptoken"},
    "mailFolders.childFolders.list": {*PAGING, "$select", "$filter", "$count", "includeHiddenFolders"},
    "mailFolders.messages.get": {"$select", "$expand"},
}
MIME_TAKING = {
    "messages.create",
    "mailFolders.messages.create",
    "messages.createReply",
    "messages.createReplyAll",
}
ACTIONS = {"delta", "move", "permanentDelete", "send", "sendMail", "reply", "replyAll", "forward", "$value"}
ACTIONS |= {"createReply", "createReplyAll"}
SINGLE = {"me", "calendar", "mailboxSettings"}
VERBS = {"GET": "list", "POST": "create", "PATCH": "update", "DELETE": "delete", "PUT": "replace"}
PREFERENCES = re.compile(
    r'IdType="ImmutableId"|outlook\.body-content-type="?(text|html)"?|outlook\.timezone="[^"]+"'
    r"|odata\.maxpagesize=[1-9]\d*|outlook\.allow-unsafe-html|return=(minimal|representation)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Operation:
    """One method of one path. `name` is like "messages.createReply", for journals and faults."""

    name: str
    http_method: str
    template: str
    request: Schema | None
    answer: Schema | None
    parameters: Mapping[str, Mapping[str, Any]]
    sends: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Found:
    """The operation of a request, and the ids in its path, decoded."""

    operation: Operation
    path: Mapping[str, str]


def find(http_method: str, path: str) -> Found | None:
    """What is called; None where neither the file nor the documentation knows it. The version may stand in front."""
    below = _below_root(path)
    for operation in operations():
        held = operation.pattern.fullmatch(below) if operation.http_method == http_method else None
        if held:
            names = re.findall(r"\{([^}]+)\}", operation.template)
            return Found(operation, dict(zip(names, map(unquote, held.groups()), strict=True)))
    return None


def check_request(request: Request, tell: Tell) -> None:
    """Tells every way in which a request does not fit."""
    found = find(request.http_method, request.path)
    if found is None:
        tell(f"{request.http_method} {request.path}: Graph does not know this request")
        return
    name = found.operation.name
    _check_parameters(found.operation, request, tell)
    _check_preferences(name, request, tell)
    if request.body or found.operation.request is not None:
        _check_body(found.operation, request, tell)


def check_answer(request: Request, reply: Reply, tell: Tell) -> None:
    """Tells every way in which an answer does not fit. A request that is unknown has no wrong answer but an error."""
    found = find(request.http_method, request.path)
    where = f"the answer {reply.status} to {found.operation.name if found else request.path}"
    if reply.status >= 400:
        _check(_schema_of("microsoft.graph.ODataErrors.ODataError"), _json(reply.body), where, tell)
    elif found is not None and found.operation.answer is not None:
        _check(found.operation.answer, _json(reply.body), where, tell)
    elif reply.body and not (found and found.operation.name.endswith("$value")):
        tell(f"{where}: a body where none is described")


def properties(schema: str = MESSAGE) -> frozenset[str]:
    """The names of the properties of a schema ("microsoft.graph.message")."""
    return frozenset(_schema_of(schema)["properties"])


def _below_root(path: str) -> str:
    return path[path.index("/me") :] if "/me" in path else path


def _check_parameters(operation: Operation, request: Request, tell: Tell) -> None:
    extra = MORE_PARAMETERS.get(operation.name, set())
    names = [name for name, _ in request.query]
    for name, value in request.query:
        schema = operation.parameters.get(name, {}).get("schema", {})
        if name not in operation.parameters and name not in extra:
            tell(f"{operation.name}: no parameter {name!r} is described")
        elif schema.get("type") == "integer" and not value.isdecimal():
            tell(f"{operation.name}: {name} is {value!r}, not a number")
        elif schema.get("type") == "boolean" and value not in ("true", "false"):
            tell(f"{operation.name}: {name} is {value!r}, not true or false")
    for name in {name for name in names if names.count(name) > 1}:
        tell(f"{operation.name}: {name} stands more than once")
    continued = {"$deltatoken", "$skiptoken"} & set(names)
    for name, parameter in operation.parameters.items():
        wanted = parameter["in"] == "query" and parameter.get("required") and not continued
        if wanted and name not in names:
            tell(f"{operation.name}: {name} is missing")


def _check_preferences(name: str, request: Request, tell: Tell) -> None:
    for one in request.headers.get("prefer", "").split(","):
        if one.strip() and not PREFERENCES.fullmatch(one.strip()):
            tell(f"{name}: no preference {one.strip()!r} is described")


def _check_body(operation: Operation, request: Request, tell: Tell) -> None:
    """A JSON body, or MIME where the documentation allows it. A body that is described is never needed."""
    if operation.request is None:
        tell(f"{operation.name}: a body where none is described")
    elif request.body and request.content_type == "text/plain" and operation.name in MIME_TAKING:
        return
    elif request.body:
        if request.content_type != "application/json":
            tell(f"{operation.name}: a body of type {request.content_type!r}")
        _check(operation.request, _json(request.body), operation.name, tell)


def _check(schema: Schema, value: Any, where: str, tell: Tell) -> None:
    for error in _validator(json.dumps(schema)).iter_errors(value):
        tell(f"{where}: {error.json_path}: {error.message[:200]}")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


# --- the file, as JSON Schema ----------------------------------------------------------------------------


@functools.cache
def _description() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader)
    return found


@functools.cache
def _validator(schema: str) -> Draft202012Validator:
    names = _description()["components"]["schemas"]
    return Draft202012Validator({**json.loads(schema), "$defs": {name: _schema_of(name) for name in names}})


@functools.cache
def _schema_of(name: str) -> Schema:
    return _converted(_description()["components"]["schemas"][name])


def _converted(schema: Mapping[str, Any]) -> Schema:
    """An OpenAPI 3.0 schema as JSON Schema, its `allOf` drawn into one object."""
    if "$ref" in schema:
        return {"$ref": f"#/$defs/{schema['$ref'].rpartition('/')[2]}"}
    if "anyOf" in schema:
        return {"anyOf": [_converted(each) for each in schema["anyOf"]]}
    if schema == {"type": "object", "nullable": True}:
        return {"type": "null"}
    found = {
        name: schema[name] for name in ("type", "enum", "pattern", "minimum", "maximum") if name in schema
    }
    inner = dict(_properties(schema))
    if inner:
        names = {name: _converted(each) for name, each in inner.items()}
        annotations = {"@": True}
        found |= {"type": "object", "properties": names, "patternProperties": annotations}
        found["additionalProperties"] = False
    if "items" in schema:
        found["items"] = _converted(schema["items"])
    if schema.get("required"):
        found["required"] = schema["required"]
    if schema.get("nullable"):
        found["type"] = [found["type"], "null"]
    return found


def _properties(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if "$ref" in schema:
        schema = _description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for part in schema.get("allOf", ()):
        yield from _properties(part)
    yield from schema.get("properties", {}).items()


@functools.cache
def operations() -> list[Operation]:
    """Fixed paths before those with ids, so that `delta` is never taken for an id."""
    described = {
        (method.upper(), template): operation
        for template, methods in _description()["paths"].items()
        for method, operation in methods.items()
    }
    found = [_described(method, template, each) for (method, template), each in described.items()]
    for (method, template), (body, answer) in LACKING.items():
        reference = {"$ref": f"#/$defs/{answer}"} if answer else None
        found.append(_operation(method, template, body, reference, {}))
    for method, template in SENDING - set(described):
        found.append(_operation(method, template, {}, None, {}))
    return sorted(found, key=lambda each: each.template.count("{"))


def _described(method: str, template: str, operation: Mapping[str, Any]) -> Operation:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    request = _converted(body) if body else None
    if request and "Message" in request.get("properties", {}):
        # The documentation and its samples write these two in lower case.
        request["properties"] |= {name.lower(): each for name, each in request["properties"].items()}
    success = _resolved(operation["responses"]["2XX"]).get("content", {})
    answer = success.get("application/json", {}).get("schema")
    parameters = [_resolved(each) for each in operation.get("parameters", ())]
    named = {each["name"]: each for each in parameters if each["in"] == "query"}
    return _operation(method, template, request, _converted(answer) if answer else None, named)


def _operation(
    method: str, template: str, request: Schema | None, answer: Schema | None, parameters: Mapping[str, Any]
) -> Operation:
    pattern = re.compile(re.sub(r"\\\{[^}]+\\\}", "([^/]+)", re.escape(template)))
    sends, name = (method, template) in SENDING, _name(method, template)
    return Operation(name, method, template, request, answer, parameters, sends, pattern)


def _resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    found: Mapping[str, Any] = _description()["components"][kind][name]
    return found


def _name(method: str, template: str) -> str:
    """ "POST /me/messages/{message-id}/createReply" is "messages.createReply"; actions have no verb behind them."""
    parts = template.strip("/").split("/")
    words = [part for part in parts[1:] if not part.startswith("{")] or ["me"]
    if words[-1] in ACTIONS:
        return ".".join(words)
    single = parts[-1].startswith("{") or words[-1] in SINGLE
    return ".".join([*words, "get" if method == "GET" and single else VERBS[method]])
