"""`python -m june_orchestrator`: one orchestrator, set up by its settings."""

from __future__ import annotations

from june_orchestrator.settings import OWNER, OrchestratorSettings
from june_runtime.options import MAX_RECEIVE_BYTES
from june_runtime.server import ServerSettings, serve
from june_runtime.starting import start


async def main(settings: OrchestratorSettings) -> None:
    # Not needed for checking settings, and the larger part of what there is to load.
    from june_orchestrator.service import Orchestrator

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
    start(main, OrchestratorSettings, OWNER)
