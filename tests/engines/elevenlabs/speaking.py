"""Speaks through the engine elevenlabs: the real websocket client, a local server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from june_runtime.errors import JuneError
from june_tts.engine import Sentence, Speech
from june_tts.engines.elevenlabs.engine import ElevenLabsEngine
from june_tts.engines.elevenlabs.options import ElevenLabsOptions, Patience
from tests.elevenlabs_server import KEY, RATE, ElevenLabsServer, elevenlabs_server

TEXT = "one two three four"
WORD = round(0.35 * RATE)
SAMPLES = 4 * WORD
# Long enough for a busy machine, where nothing is expected to be late.
PATIENT = Patience(refusal=0.05, first_audio=60, next_audio=60)


def options(far: ElevenLabsServer, **other: Any) -> ElevenLabsOptions:
    voices = {"anna": "voiceA1", "ben": "voiceB2", "nobody": "voiceZ9"}
    made = ElevenLabsOptions(far.url, SecretStr(KEY), "eleven_flash_v2_5", voices, 2, PATIENT)
    return replace(made, **other)


@asynccontextmanager
async def engine(**other: Any) -> AsyncGenerator[tuple[ElevenLabsEngine, ElevenLabsServer], None]:
    """A loaded engine over a server of its own."""
    async with elevenlabs_server() as server, asyncio.timeout(30):
        speaks = ElevenLabsEngine(options(server, **other))
        await speaks.load()
        try:
            yield speaks, server
        finally:
            await speaks.close()


def sentence(speaks: ElevenLabsEngine, text: str = TEXT, **wishes: Any) -> Sentence:
    name = wishes.pop("voice", speaks.default_voice)
    voice = next(voice for voice in speaks.voices if voice.name == name)
    return Sentence(text, voice, **wishes)


async def length(speaks: ElevenLabsEngine, text: str = TEXT, **wishes: Any) -> int:
    """How many samples a sentence has."""
    async with aclosing(speaks.synthesize(sentence(speaks, text, **wishes))) as speeches:
        return await heard(speeches)


async def heard(speeches: AsyncGenerator[Speech, None]) -> int:
    return sum([len(speech.samples) async for speech in speeches])


async def failure(speaks: ElevenLabsEngine, text: str = TEXT, **wishes: Any) -> JuneError:
    with pytest.raises(JuneError) as failed:
        await length(speaks, text, **wishes)
    return failed.value


async def begun(speaks: ElevenLabsEngine, text: str = TEXT) -> AsyncGenerator[Speech, None]:
    """A sentence that has begun to sound."""
    speeches = speaks.synthesize(sentence(speaks, text))
    await anext(speeches)
    return speeches


async def until(true: Callable[[], bool]) -> None:
    """Polls: what is waited for happens at the other end of a connection."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
