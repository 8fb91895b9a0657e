"""Streams of a recogniser, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from june_stt.engine import SttEngine, SttOptions, SttSession


@asynccontextmanager
async def opened(engine: SttEngine, language: str = "en") -> AsyncIterator[SttSession]:
    ear = await engine.open(SttOptions(language))
    try:
        yield ear
    finally:
        await ear.close()
