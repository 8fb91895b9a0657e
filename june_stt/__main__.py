"""`python -m june_stt`: one speech to text service, set up by its settings."""

from __future__ import annotations

from june_runtime.server import serve
from june_runtime.starting import start
from june_stt.settings import OWNER, SttSettings


async def main(settings: SttSettings) -> None:
    # Not needed for checking settings, and the larger part of what there is to load.
    from june_stt.service import Stt

    await serve(settings.server, Stt(settings))


if __name__ == "__main__":
    start(main, SttSettings, OWNER)
