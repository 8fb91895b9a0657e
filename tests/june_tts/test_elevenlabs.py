"""A sentence through the whole service, spoken by ElevenLabs over its websocket."""

import numpy as np
import pytest
from june.tts.v1 import tts_pb2
from pydantic import SecretStr

from june_runtime.pcm import AudioFormat, decode
from june_tts.engine import load_engine
from june_tts.settings import ElevenLabsSettings
from tests.elevenlabs_server import KEY, RATE, Habit, elevenlabs_server
from tests.june_tts.wires import cancel, config, reason_of, said, served

pytest.importorskip("websockets")

TEXT = "It costs 5 euros."


async def test_a_sentence_is_spoken_cancelled_and_refused() -> None:
    """With the words as they were written, at the caller's format; the stream goes on
    after each."""
    async with elevenlabs_server() as far:
        far.habits |= {"long": Habit(pause=0.02), "bad": Habit(0, 0, "error:quota_exceeded")}
        engine = load_engine(
            "elevenlabs",
            elevenlabs=ElevenLabsSettings(
                elevenlabs_key=SecretStr(KEY),
                elevenlabs_voices=("anna=voiceA1",),
                elevenlabs_url=far.url,
            ),
        )
        async with served(engine) as service, service.line(config()) as line:
            await line.send(*said(1, TEXT))
            chunks = await line.sentence(1)
            await line.send(*said(2, f"A long one. {TEXT}"))
            assert await line.read()
            await line.send(cancel(2))
            assert (await line.sentence(2))[-1].end_reason == tts_pb2.END_REASON_CANCELLED
            await line.send(*said(3, "A bad one."))
            assert reason_of((await line.sentence(3))[-1].error) == "ENGINE_QUOTA"
            await line.send(*said(4, TEXT))
            assert (await line.sentence(4))[-1].end_reason == tts_pb2.END_REASON_COMPLETE
    assert chunks[-1].end_reason == tts_pb2.END_REASON_COMPLETE
    assert far.texts[0] == "It costs five euros."
    words = chunks[-1].words
    assert [word.text for word in words] == TEXT.split()
    assert not any(word.estimated for word in words)
    assert [word.start_ms for word in words] == pytest.approx([0, 350, 700, 1050], abs=25)
    samples = decode(b"".join(chunk.pcm for chunk in chunks), AudioFormat(sample_rate=RATE))
    assert len(samples) == 4 * 0.35 * RATE
    assert np.abs(samples).max() > 0.2
