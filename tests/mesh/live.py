"""A caller of an orchestrator whose model hears and speaks by itself, for tests."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import numpy as np
from pydantic import SecretStr

from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.channel import connect
from june_runtime.testing import serving
from tests.gemini_live_server import GeminiLiveServer, Link
from tests.gemini_server import KEY
from tests.mesh.caller import Caller

Calling = Callable[..., AbstractAsyncContextManager[Caller]]


def calling_of(gemini: GeminiLiveServer) -> Calling:
    """Calls an orchestrator that asks `gemini`: `async with calling(voice="Puck")`."""

    @asynccontextmanager
    async def calling(**settings: Any) -> AsyncGenerator[Caller, None]:
        usual = {"brain": "gemini-live", "gemini_key": SecretStr(KEY), "gemini_url": gemini.url}
        front = Orchestrator(OrchestratorSettings(**usual | settings))
        async with (
            serving(front, mesh=False) as address,
            connect(address, mesh=False) as channel,
            Caller(channel, address) as caller,
        ):
            yield caller

    return calling


async def ask(caller: Caller, link: Link, text: str) -> None:
    """A question in writing, which the far side has before we go on."""
    asked = len(link.texts)
    await caller.say(text=text)
    await link.until(lambda link: len(link.texts) > asked)


def tone(seconds: float, hertz: float = 440.0) -> bytes:
    """A tone as the model would speak it: 24 kHz."""
    at = np.arange(round(seconds * 24_000)) / 24_000
    pcm: bytes = (np.sin(2 * np.pi * hertz * at) * 8_000).astype("<i2").tobytes()
    return pcm


def loud(seconds: float) -> bytes:
    """What a voice is to a microphone at 16 kHz, as far as loudness tells."""
    at = np.arange(round(seconds * 16_000)) / 16_000
    pcm: bytes = (np.sin(2 * np.pi * 200 * at) * 6_000).astype("<i2").tobytes()
    return pcm
