"""Which HTTP requests lead to which RPC: the google.api.http annotations. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from google.api import annotations_pb2
from google.protobuf import descriptor_pool

# An annotation names its verb by the field that holds the path.
_VERBS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True, slots=True)
class Rule:
    """One request line and the RPC behind it.

    Attributes:
        verb: GET, POST...
        path: such as "/api/streaming/status"; without variables.
        method: the RPC's descriptor.
        body: which field of the request the body holds; "*" for all of it, "" for none.
    """

    verb: str
    path: str
    method: Any
    body: str

    @property
    def service(self) -> str:
        """The full name of the gRPC service."""
        name: str = self.method.containing_service.full_name
        return name

    @property
    def streams(self) -> bool:
        """Whether the answer is many messages."""
        return bool(self.method.server_streaming)


def rules_of(services: Iterable[str]) -> list[Rule]:
    """The rules of gRPC services, by their full names.

    Raises:
        ValueError: an annotation that this door cannot serve.
    """
    return [rule for service in services for rule in _rules_of(service)]


def _rules_of(service: str) -> Iterator[Rule]:
    for method in descriptor_pool.Default().FindServiceByName(service).methods:
        options = method.GetOptions()
        if not options.HasExtension(annotations_pb2.http):
            continue
        annotation = options.Extensions[annotations_pb2.http]
        for http in (annotation, *annotation.additional_bindings):
            verb = http.WhichOneof("pattern")
            path = getattr(http, verb) if verb in _VERBS else ""
            if method.client_streaming or not path or "{" in path:
                raise ValueError(f"{method.full_name} cannot be served over HTTP as annotated")
            yield Rule(verb.upper(), path, method, http.body)
