"""Protobuf as JSON: a request out of a body and a query, an answer into text. Pure.

Every fault of a request is told at once, each with the path of its field: what
protobuf's own parser would accept in silence, or refuse one at a time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message_factory import GetMessageClass

from june_runtime.errors import InvalidInput

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from june_runtime.http_rules import Rule

NOT_JSON = "the body is not valid JSON"
NOT_AN_OBJECT = "the body must be a JSON object"
UNKNOWN = "is unknown"
TWICE = "is given twice"
# Kind of value -> what is said where it is another one.
FAULTS = {
    "bool": "must be true or false",
    "string": "must be text",
    "number": "must be a number",
    "int32": "must be a whole number from -2147483648 to 2147483647",
    "uint32": "must be a whole number from 0 to 4294967295",
    "duration": "must be seconds with an s, such as 1.5s",
    "list": "must be a list",
    "object": "must be an object",
}
_KINDS = {
    FieldDescriptor.TYPE_BOOL: "bool",
    FieldDescriptor.TYPE_STRING: "string",
    FieldDescriptor.TYPE_FLOAT: "number",
    FieldDescriptor.TYPE_DOUBLE: "number",
    FieldDescriptor.TYPE_INT32: "int32",
    FieldDescriptor.TYPE_UINT32: "uint32",
}
RANGES = {"int32": (-(1 << 31), (1 << 31) - 1), "uint32": (0, (1 << 32) - 1)}
_DURATION = re.compile(r"-?[0-9]+(\.[0-9]*)?s")
# Numbers that come as text.
_WHOLE = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# Numbers beyond it are no float32.
_LARGEST = 3.4028235e38


class Pairs(list[tuple[str, Any]]):
    """A JSON object as it was written: names in order, twice where they came twice."""


# What protobuf's own parser takes: proto name -> value.
Plain = dict[str, Any]
# Path of a field -> what is wrong with it.
Faults = dict[str, str]


def read_request(rule: Rule, query: Sequence[tuple[str, str]], body: bytes) -> Message:
    """The request that a caller means.

    Args:
        rule: where the request came in.
        query: the query's names and values.
        body: JSON in UTF-8; none at all is an empty message.

    Raises:
        InvalidInput: BODY_MALFORMED; FIELD_UNKNOWN or BAD_INPUT, naming each field.
    """
    kind, faults = rule.method.input_type, Faults()
    values = _from_query(kind, query, rule.body, faults)
    if rule.body and body:
        written = _parsed(body)
        if rule.body == "*":
            values = _object(kind, written, "", faults)
        else:
            bound = kind.fields_by_name[rule.body]
            values[bound.name] = _object(bound.message_type, written, f"{bound.name}.", faults)
    if faults:
        unknown = UNKNOWN in faults.values()
        raise InvalidInput.of(faults, "FIELD_UNKNOWN" if unknown else "BAD_INPUT")
    try:
        request: Message = json_format.ParseDict(values, GetMessageClass(kind)())
    except (json_format.ParseError, ValueError) as wrong:
        raise InvalidInput("BAD_INPUT", f"the request cannot be read: {wrong}") from wrong
    return request


def write_message(message: Message) -> bytes:
    """The message under its proto names, in one line and in the proto's order; what has
    no presence always shows."""
    values = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    ordered = _ordered(message.DESCRIPTOR, values)
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()


def _ordered(kind: Any, values: Plain) -> Plain:
    """protobuf puts what is empty last, wherever the proto has it."""
    ordered = Plain()
    for field in kind.fields:
        if field.name not in values:
            continue
        value, message = values[field.name], _message_of(field)
        if message and isinstance(value, list):
            value = [_ordered(message, item) for item in value]
        elif message and not message.GetOptions().map_entry:
            value = _ordered(message, value)
        ordered[field.name] = value
    return ordered


def kind_of(field: Any) -> str:
    """One of FAULTS for what is checked here; "" for what protobuf's parser judges."""
    message = field.message_type
    if message is not None and message.full_name == "google.protobuf.Duration":
        return "duration"
    return _KINDS.get(field.type, "")


def _parsed(body: bytes) -> Pairs:
    try:
        found = json.loads(body.decode(), object_pairs_hook=Pairs, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InvalidInput("BODY_MALFORMED", NOT_JSON) from None
    if not isinstance(found, Pairs):
        raise InvalidInput("BODY_MALFORMED", NOT_AN_OBJECT)
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _object(kind: Any, written: Pairs, prefix: str, faults: Faults) -> Plain:
    """A JSON object as a message of `kind`; `prefix` leads to it."""
    values = Plain()
    for name, value in written:
        field = _field(kind, name)
        if field is None:
            faults[f"{prefix}{name}"] = UNKNOWN
        elif field.name in values:
            faults[f"{prefix}{field.name}"] = TWICE
        else:
            values[field.name] = _value(field, value, f"{prefix}{field.name}", faults)
    return values


def _value(field: Any, value: Any, path: str, faults: Faults) -> Any:
    if value is None:
        return None
    entry = field.message_type
    if entry is not None and entry.GetOptions().map_entry:
        return _map(entry.fields_by_name["value"], value, path, faults)
    if not field.is_repeated:
        return _one(field, value, path, faults)
    if not isinstance(value, list) or isinstance(value, Pairs):
        faults[path] = FAULTS["list"]
        return None
    return [_one(field, item, f"{path}[{index}]", faults) for index, item in enumerate(value)]


def _map(field: Any, value: Any, path: str, faults: Faults) -> Plain | None:
    if not isinstance(value, Pairs):
        faults[path] = FAULTS["object"]
        return None
    return {key: _one(field, item, f"{path}[{key}]", faults) for key, item in value}


def _one(field: Any, value: Any, path: str, faults: Faults) -> Any:
    """One value of a field, which may be one of several."""
    if message := _message_of(field):
        if isinstance(value, Pairs):
            return _object(message, value, f"{path}.", faults)
        faults[path] = FAULTS["object"]
        return None
    kind = kind_of(field)
    if kind and not _is_kind(kind, value):
        faults[path] = FAULTS[kind]
    return dict(value) if isinstance(value, Pairs) else value


def _is_kind(kind: str, value: Any) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str)
    if kind == "duration":
        return isinstance(value, str) and _DURATION.fullmatch(value) is not None
    written = _DECIMAL if kind == "number" else _WHOLE
    if isinstance(value, str) and written.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if kind == "number":
        return abs(value) <= _LARGEST
    least, most = RANGES[kind]
    return least <= value <= most and value == int(value)


def _from_query(kind: Any, query: Sequence[tuple[str, str]], body: str, faults: Faults) -> Plain:
    """The query as a message; "a.b" is the field b of the field a. What the body holds
    is nothing that the query may set."""
    values = Plain()
    for path, text in query:
        *parents, last = path.split(".")
        holder, inner = kind, values
        for parent in parents:
            field = _field(holder, parent)
            holder = None if field is None or field.is_repeated else _message_of(field)
            inner = inner.setdefault(field.name, Plain()) if holder else Plain()
        field = _field(holder, last)
        top = _field(kind, path.partition(".")[0])
        if field is None or top is None or body in ("*", top.name):
            faults[path] = UNKNOWN
        elif field.is_repeated:
            inner.setdefault(field.name, []).append(_from_text(field, text, path, faults))
        elif field.name in inner:
            faults[path] = TWICE
        else:
            inner[field.name] = _from_text(field, text, path, faults)
    return values


def _from_text(field: Any, text: str, path: str, faults: Faults) -> Any:
    """A query's value as it would stand in JSON."""
    words = {"true": True, "false": False} if kind_of(field) == "bool" else {}
    return _one(field, words.get(text, text), path, faults)


def _message_of(field: Any) -> Any:
    """The field's kind of message; None for those that JSON writes in a way of their
    own, such as Duration, and for plain values."""
    message = field.message_type
    return None if message is None or message.file.package == "google.protobuf" else message


def _field(kind: Any, name: str) -> Any:
    """By its proto name or its JSON name; None where there is none such."""
    if kind is None:
        return None
    return kind.fields_by_name.get(name) or kind.fields_by_camelcase_name.get(name)
