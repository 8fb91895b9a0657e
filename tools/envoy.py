"""Writes what deploy/envoy must know of the protos.

    python -m tools.envoy [FOLDER]

gen/descriptors/june.binpb, from which Envoy translates, and gen/envoy/doors.lua, from
which deploy/envoy/strict.lua knows each path with its parameters and fields.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from june.control.v1 import control_service_pb2
from june.metrics.v1 import metrics_service_pb2
from june.orchestrator.v1 import orchestrator_service_pb2

from june_runtime import http_json
from june_runtime.http import FOREIGN, NO_PATH, NOT_ALLOWED, allowed
from june_runtime.http_rules import Rule, rules_of

ROOT = Path(__file__).resolve().parents[1]
DESCRIPTORS = Path("gen", "descriptors", "june.binpb")
DOORS = Path("gen", "envoy", "doors.lua")
FILES = (control_service_pb2, metrics_service_pb2, orchestrator_service_pb2)
# How an error is told, which no RPC's own messages bring along.
DETAILS = "third_party/google/rpc/error_details.proto"


def write(folder: Path) -> None:
    """Both files, below `folder`."""
    for path in (DESCRIPTORS, DOORS):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            *("buf", "build", "--path", "proto/june", "--path", DETAILS),
            *("--as-file-descriptor-set", "--exclude-source-info"),
            *("-o", str(folder / DESCRIPTORS)),
        ],
        cwd=ROOT,
        check=True,
    )
    (folder / DOORS).write_text("".join(doors()))


def doors() -> Iterator[str]:
    """The lines of doors.lua."""
    yield "-- Written by `make gen` from the google.api.http annotations in proto/.\nreturn {\n"
    texts = {
        "unknown": http_json.UNKNOWN,
        "twice": http_json.TWICE,
        "not_json": http_json.NOT_JSON,
        "not_an_object": http_json.NOT_AN_OBJECT,
        "no_path": NO_PATH,
        "foreign": FOREIGN,
        "not_allowed": NOT_ALLOWED,
    }
    for name, text in texts.items():
        yield f"  {name} = {_lua(text)},\n"
    yield f"  faults = {_lua(http_json.FAULTS)},\n"
    yield f"  ranges = {_lua(http_json.RANGES)},\n"
    yield "  services = {\n"
    for file in FILES:
        for service in file.DESCRIPTOR.services_by_name.values():
            yield f"    [{_lua(service.full_name)}] = {{\n"
            rules = rules_of([service.full_name])
            for rule in rules:
                verbs = {other.verb for other in rules if other.path == rule.path}
                yield f"      {_lua(_rule(rule, verbs))},\n"
            yield "    },\n"
    yield "  },\n}\n"


def _rule(rule: Rule, verbs: set[str]) -> dict[str, Any]:
    request = rule.method.input_type
    bound = request.fields_by_name.get(rule.body)
    query = {} if rule.body == "*" else _kinds(request, rule.body)
    told: dict[str, Any] = {
        "path": rule.path,
        "verb": rule.verb,
        "allow": allowed(verbs),
        "streams": rule.streams,
        "query": query,
    }
    if rule.body:
        told["prefix"] = f"{bound.name}." if bound else ""
        told["body"] = _kinds(bound.message_type if bound else request)
    return told


def _kinds(message: Any, but: str = "") -> dict[str, str]:
    """Field -> kind of value. strict.lua looks at no deeper messages, so there may be none."""
    for field in message.fields:
        deep = field.message_type is not None and field.message_type.file.package[:6] != "google"
        if field.name != but and (deep or field.is_repeated):
            raise ValueError(f"{message.full_name}.{field.name}: teach deploy/envoy/strict.lua")
    return {field.name: http_json.kind_of(field) for field in message.fields if field.name != but}


def _lua(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return f"{{{', '.join(f'{key} = {_lua(inner)}' for key, inner in value.items())}}}"
        case tuple():
            return f"{{{', '.join(map(_lua, value))}}}"
        case str():
            return f'"{value}"'
    return str(value)


def main(arguments: list[str]) -> int:
    write(Path(arguments[0]) if arguments else ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
