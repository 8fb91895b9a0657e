"""`python -m june_tts`: text to speech as a process of its own."""

from __future__ import annotations

from june_runtime import settings
from june_runtime.server import run, serve
from june_runtime.telemetry import configure_logging
from june_tts.engine import load_engine
from june_tts.service import TtsHost
from june_tts.settings import OWNER, TtsSettings


async def main() -> None:
    chosen = settings.read(TtsSettings, owner=OWNER)
    configure_logging(chosen.log_format, chosen.log_level)
    await serve(chosen.server, TtsHost(load_engine(chosen.engine, chosen.script), chosen))


if __name__ == "__main__":
    run(main)
