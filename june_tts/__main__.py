"""`python -m june_tts`: one text to speech service, set up by its settings."""

from __future__ import annotations

from june_runtime.server import serve
from june_runtime.starting import start
from june_tts.settings import OWNER, TtsSettings


async def main(settings: TtsSettings) -> None:
    # Not needed for checking settings, and the larger part of what there is to load.
    from june_tts.engine import load_engine
    from june_tts.service import TtsHost

    engine = load_engine(settings.engine, settings.script, settings)
    await serve(settings.server, TtsHost(engine, settings))


if __name__ == "__main__":
    start(main, TtsSettings, OWNER)
