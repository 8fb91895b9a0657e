"""`python -m june_stt`: one speech to text service, set up from the environment."""

from __future__ import annotations

from june_runtime import settings as environment
from june_runtime.options import MAX_RECEIVE_BYTES
from june_runtime.server import ServerSettings, run, serve
from june_runtime.telemetry import configure_logging
from june_stt.service import Stt
from june_stt.settings import SttSettings


async def main() -> None:
    settings = environment.read(SttSettings, owner="JUNE_STT_")
    configure_logging(settings.log_format, settings.log_level)
    server = ServerSettings(
        listen=settings.listen,
        tls_cert=settings.tls_cert,
        tls_key=settings.tls_key,
        tls_client_ca=settings.tls_ca if settings.tls_client_auth else None,
        drain_seconds=settings.drain_seconds,
        mesh=True,
        max_receive_bytes=MAX_RECEIVE_BYTES,
    )
    await serve(server, Stt(settings))


if __name__ == "__main__":
    run(main)
