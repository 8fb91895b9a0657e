"""`python -m june_stt`: one speech to text service, set up from the environment."""

from __future__ import annotations

from june_runtime import settings as environment
from june_runtime.server import run, serve
from june_runtime.telemetry import configure_logging
from june_stt.service import Stt
from june_stt.settings import SttSettings


async def main() -> None:
    settings = environment.read(SttSettings, owner="JUNE_STT_")
    configure_logging(settings.log_format, settings.log_level)
    await serve(settings.server, Stt(settings))


if __name__ == "__main__":
    run(main)
