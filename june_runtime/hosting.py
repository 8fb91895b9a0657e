"""What a server hosts, and how it is to be reached."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from june_runtime.interceptors import STALL_SECONDS
from june_runtime.options import MAX_RECEIVE_BYTES
from june_runtime.tls import TlsFiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import grpc

    from june_runtime.metrics import Metrics
    from june_runtime.sessions import Sessions


class Hosted(Protocol):
    """What a server hosts: one service with its engine.

    One that also has `metrics: Metrics` finds its RPCs and errors counted there; one
    that has `attend()` has it run beside everything else, as long as it serves; one
    that has `add_http_to(server)` registers with it what is served over HTTP only.

    Attributes:
        names: full gRPC service names, such as "june.stt.v1.SttService", whose
            health is told.
        sessions: who is served; drained when the server leaves.
    """

    @property
    def names(self) -> Sequence[str]: ...
    @property
    def sessions(self) -> Sessions: ...
    def add_to(self, server: grpc.aio.Server) -> None:
        """Registers its servicers."""

    async def load(self) -> None:
        """Loads and warms its models; readiness follows."""

    async def close(self) -> None:
        """Frees what `load` took; called even if that failed or never ran."""


@runtime_checkable
class Measured(Protocol):
    @property
    def metrics(self) -> Metrics: ...


@runtime_checkable
class Attending(Protocol):
    async def attend(self) -> None:
        """What the service does of its own accord, from when it is loaded until it is
        cancelled."""


@runtime_checkable
class HttpToo(Protocol):
    def add_http_to(self, server: grpc.aio.Server) -> None: ...


class ServerSettings(BaseModel):
    """How a service is reached and how it leaves.

    Attributes:
        listen: "host:port"; port 0 takes any free one.
        http_listen: likewise, for HTTP/JSON; empty: none.
        tls_cert, tls_key: PEM files; None serves in the clear.
        tls_client_ca: who signs the certificates that clients must show.
        drain_seconds: how long sessions have to end once the server leaves.
        stall_seconds: how long an answer may wait for a caller that does not read.
        max_receive_bytes: the largest message that is accepted.
        mesh: small windows, for hops between June's own services.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen: str = Field(default="127.0.0.1:50051", pattern=r"^.+:\d{1,5}$")
    http_listen: str = Field(default="", pattern=r"^(.+:\d{1,5})?$")
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    drain_seconds: float = Field(default=30, ge=0, le=86_400)
    stall_seconds: float = Field(default=STALL_SECONDS, gt=0, le=3_600)
    max_receive_bytes: int = Field(default=MAX_RECEIVE_BYTES, ge=1_024, le=256 << 20)
    mesh: bool = True

    @property
    def tls(self) -> TlsFiles | None:
        if self.tls_cert is None and self.tls_key is None and self.tls_client_ca is None:
            return None
        return TlsFiles(ca=self.tls_client_ca, cert=self.tls_cert, key=self.tls_key)
