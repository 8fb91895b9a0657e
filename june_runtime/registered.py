"""What servicers a server has, for those who look beyond gRPC: reflection and HTTP."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import grpc


class Registered:
    """Passes registrations on to a server and notes them.

    Args:
        server: the gRPC server; None: what is registered is only noted.

    Attributes:
        handlers: full service name -> name of an RPC -> what serves it.
    """

    def __init__(self, server: grpc.aio.Server | None) -> None:
        self.handlers: dict[str, Mapping[str, grpc.RpcMethodHandler[Any, Any]]] = {}
        self._server: Any = server

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.handlers)

    def copy(self) -> Registered:
        """The same services, and room for more that the server knows nothing of."""
        copied = Registered(None)
        copied.handlers |= self.handlers
        return copied

    def add_generic_rpc_handlers(self, handlers: Any) -> None:
        if self._server is not None:
            self._server.add_generic_rpc_handlers(handlers)

    def add_registered_method_handlers(self, service: str, handlers: Any) -> None:
        self.handlers[service] = handlers
        _import_descriptor(service)
        if self._server is not None:
            self._server.add_registered_method_handlers(service, handlers)


def _import_descriptor(service: str) -> None:
    """Brings the description of a service of ours: its stubs import those of its messages
    only. june.stt.v1.SttService is described in june/stt/v1/stt_service.proto."""
    package = service.rpartition(".")[0]
    if package.startswith("june."):
        importlib.import_module(f"{package}.{package.split('.')[1]}_service_pb2")
