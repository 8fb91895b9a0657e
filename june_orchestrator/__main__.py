"""`python -m june_orchestrator`: one orchestrator, set up from the environment."""

from __future__ import annotations

from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OrchestratorSettings
from june_runtime import settings as environment
from june_runtime.options import MAX_RECEIVE_BYTES
from june_runtime.server import ServerSettings, run, serve
from june_runtime.telemetry import configure_logging


async def main() -> None:
    settings = environment.read(OrchestratorSettings, owner="JUNE_ORCH_")
    configure_logging(settings.log_format, settings.log_level)
    server = ServerSettings(
        listen=settings.listen,
        tls_cert=settings.tls_cert,
        tls_key=settings.tls_key,
        tls_client_ca=settings.tls_ca if settings.tls_client_auth else None,
        drain_seconds=settings.drain_seconds,
        # The front door keeps ordinary windows: small ones throttle a far caller.
        mesh=False,
        max_receive_bytes=MAX_RECEIVE_BYTES,
    )
    await serve(server, Orchestrator(settings))


if __name__ == "__main__":
    run(main)
