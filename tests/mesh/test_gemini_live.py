"""Conversations with a model that hears and speaks by itself: a real caller over gRPC, a
real orchestrator, Google's real client, and a far side on loopback."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from june.orchestrator.v1 import orchestrator_pb2 as pb
from pydantic import SecretStr

from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.channel import connect
from june_runtime.testing import serving
from tests.gemini_live_server import (
    OVER,
    GeminiLiveServer,
    gemini_live_server,
    heard,
    spoken,
)  # fmt: skip
from tests.gemini_server import KEY
from tests.mesh.caller import Caller

Serves = Callable[..., AbstractAsyncContextManager[Caller]]


@pytest.fixture
async def gemini(
    gemini_extra: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[GeminiLiveServer, None]:
    async with gemini_live_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        yield server


@pytest.fixture
def calling(gemini: GeminiLiveServer) -> Serves:
    """A caller of an orchestrator; `async with calling(voice="Puck") as caller`."""

    @asynccontextmanager
    async def call(**settings: Any) -> AsyncGenerator[Caller, None]:
        usual = {"brain": "gemini-live", "gemini_key": SecretStr(KEY), "gemini_url": gemini.url}
        front = Orchestrator(OrchestratorSettings(**usual | settings))
        async with (
            serving(front, mesh=False) as address,
            connect(address, mesh=False) as channel,
            Caller(channel) as caller,
        ):
            yield caller

    return call


def tone(seconds: float, hertz: float = 440.0) -> bytes:
    """A tone as the model would speak it: 24 kHz."""
    at = np.arange(round(seconds * 24_000)) / 24_000
    return (np.sin(2 * np.pi * hertz * at) * 8_000).astype("<i2").tobytes()


async def test_a_whole_conversation(
    gemini: GeminiLiveServer, calling: Serves, question: bytes
) -> None:
    """Spoken twice, answered twice in voice: captions of what was said, the reply's words
    and sound, and a record of each turn whose stages add up."""
    async with calling() as caller:
        await caller.begin()
        link = await gemini.link()
        records = []
        for words, answer in (("What is the weather?", "It is mild."), ("And now?", "It rains.")):
            await caller.speak(question)
            await link.until(lambda link: len(link.sound) >= len(question) // 1_280 * 1_280)
            await link.say(heard(words[:6]), heard(words[6:]))
            await link.say(spoken(answer, tone(0.2)), spoken(pcm=tone(0.1)), OVER)
            records.append((await caller.until("turn_ended")).turn_ended)
        heard_back = caller.of("audio")

    assert [record.outcome for record in records] == [pb.TURN_OUTCOME_COMPLETE] * 2
    assert [record.user_text for record in records] == ["What is the weather?", "And now?"]
    assert [record.reply_text for record in records] == ["It is mild.", "It rains."]
    assert [said.text for said in caller.of("reply_text")] == ["It is mild.", "It rains."]
    assert sum(len(run.pcm) for run in heard_back) == 2 * round(0.3 * 16_000) * 2
    for record in records:
        stages = record.stages
        parts = [getattr(stages, field.name) for field in stages.DESCRIPTOR.fields]
        assert sum(parts) == pytest.approx(record.end_to_end_ms, abs=0.1)
    ends = [each for each in caller.of("transcript") if each.is_final]
    assert [end.final_text for end in ends] == ["What is the weather?", "And now?"]
