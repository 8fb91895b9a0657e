"""Which requests lead to which RPCs."""

import pytest
from google.api import annotations_pb2, http_pb2
from google.protobuf import descriptor_pb2, descriptor_pool
from june.control.v1 import control_service_pb2  # noqa: F401  describes the service

from june_runtime.http_rules import rules_of

CONTROL = "june.control.v1.ControlService"


def test_every_binding_of_every_annotated_rpc_is_a_rule() -> None:
    """The additional ones too; an RPC without annotation is no door."""
    rules = rules_of([CONTROL])
    assert [(rule.verb, rule.path, rule.method.name, rule.body) for rule in rules] == [
        ("POST", "/api/streaming/configure", "Configure", "config"),
        ("POST", "/streaming/configure", "Configure", "config"),
        ("GET", "/api/streaming/status", "GetStatus", ""),
        ("GET", "/streaming/status", "GetStatus", ""),
        ("GET", "/", "GetStatus", ""),
        ("GET", "/api/streaming/status/watch", "WatchStatus", ""),
        ("GET", "/streaming/status/watch", "WatchStatus", ""),
    ]
    assert [rule.streams for rule in rules] == [False] * 5 + [True] * 2
    assert {rule.service for rule in rules} == {CONTROL}


@pytest.mark.parametrize("path", ["/things/{name}", ""])
def test_what_cannot_be_served_is_a_fault_of_the_proto(path: str) -> None:
    """Rather than a door that leads nowhere."""
    name = f"june.test.http.rules{len(path)}"
    file = descriptor_pb2.FileDescriptorProto(
        name=f"{name}.proto", package=name, dependency=["june/control/v1/control.proto"]
    )
    method = file.service.add(name="TestService").method.add(
        name="Get",
        input_type=".june.control.v1.GetStatusRequest",
        output_type=".june.control.v1.GetStatusResponse",
    )
    method.options.Extensions[annotations_pb2.http].CopyFrom(http_pb2.HttpRule(get=path))
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
    with pytest.raises(ValueError, match="cannot be served over HTTP"):
        rules_of([f"{name}.TestService"])
