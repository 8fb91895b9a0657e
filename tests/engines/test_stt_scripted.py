"""The recogniser that hears what it was told to."""

from __future__ import annotations

import numpy as np
import pytest

from june_runtime.errors import Unavailable
from june_stt.engines.scripted import ScriptedEngine, SttScript
from tests.engines.ears import opened

STEP = 1_536


async def test_a_script_fails_when_it_says_so() -> None:
    """After so many pushes, of every stream for itself."""
    engine = ScriptedEngine(SttScript(fail_after=2))
    async with opened(engine) as ear:
        silence = np.zeros(STEP, np.float32)
        await ear.push(silence)
        await ear.push(silence)
        with pytest.raises(Unavailable) as failed:
            await ear.push(silence)
    assert failed.value.reason == "ENGINE_FAILED"
    assert engine.open_streams == 0


async def test_a_script_tells_the_language_of_each_utterance() -> None:
    """As surely as it says, and again from the first; whoever asks for one gets that."""
    engine = ScriptedEngine(SttScript(languages=(("de", 0.9), ("fr", 0.3)), final_ms=0))

    async def heard(language: str) -> list[tuple[str, float]]:
        found = []
        async with opened(engine, language) as ear:
            for _ in range(3):
                await ear.push(np.zeros(STEP, np.float32))
                last = await ear.finish()
                found.append((last.language, last.language_probability))
                await ear.reset()
        return found

    assert await heard("") == [("de", 0.9), ("fr", 0.3), ("de", 0.9)]
    assert await heard("en") == [("en", 1.0)] * 3
