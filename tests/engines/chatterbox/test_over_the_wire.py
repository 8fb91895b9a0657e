"""A sentence in, audio out: Chatterbox behind the real service."""

import asyncio
from pathlib import Path

import grpc
import numpy as np
import pytest
from june.common.v1 import audio_pb2
from june.tts.v1 import tts_pb2

from june_runtime.health import LIVE
from june_tts.engine import Sentence
from june_tts.engines.chatterbox.engine import ChatterboxEngine
from june_tts.neural import Neural
from tests.engines.chatterbox import tiny
from tests.june_runtime.test_server import NOT_SERVING, SERVING, health_of, watched
from tests.june_tts.wires import S16LE, Line, cancel, config, reason_of, said, served

TEXT = "Nobody knows why the dog does so."


async def heard(line: Line, number: int) -> tuple[bytes, list[tts_pb2.AudioChunk]]:
    await line.send(*said(number, TEXT))
    chunks = await line.sentence(number)
    return b"".join(chunk.pcm for chunk in chunks), chunks


async def test_sentences_become_audio(checkpoint: Path) -> None:
    """Streamed or at once the same samples; words marked as estimates; a voice from the
    request; a cancel; a refusal that ends nothing."""
    engine = ChatterboxEngine(Neural(str(checkpoint), rows=4, waiting_seconds=60))
    async with served(engine) as service, service.line(config(seed=3)) as line:
        streamed, chunks = await heard(line, 1)
        assert len(chunks) > 3
        assert chunks[-1].end_reason == tts_pb2.END_REASON_COMPLETE
        assert [word.text for word in chunks[-1].words] == TEXT.split()
        assert all(word.estimated for word in chunks[-1].words)
        await line.send(config(seed=3, streaming=False))
        whole, once = await heard(line, 2)
        assert len(once) == 1
        assert len(whole) == len(streamed)
        one, other = (np.frombuffer(pcm, "<i2") for pcm in (whole, streamed))
        assert np.allclose(one, other, atol=4)
        pcm = (tiny.reference(2.0) * 32_767).astype("<i2").tobytes()
        spoken = audio_pb2.AudioFormat(encoding=S16LE, sample_rate=24_000, channels=1)
        await line.send(config(seed=3, reference=tts_pb2.VoiceReference(pcm=pcm, format=spoken)))
        imitated, _ = await heard(line, 3)
        assert imitated != streamed
        short = tts_pb2.VoiceReference(pcm=pcm[:9_600], format=spoken)
        await line.send(config(reference=short))
        _, refused = await heard(line, 4)
        assert refused[-1].end_reason == tts_pb2.END_REASON_ERROR
        assert refused[-1].error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
        await line.send(config(seed=3), *said(5, TEXT * 20), cancel(5))
        assert (await line.sentence(5))[-1].end_reason == tts_pb2.END_REASON_CANCELLED
        again, _ = await heard(line, 6)
        assert len(again) == len(streamed)
        assert engine.busy == (0, 4)


async def test_a_device_that_is_lost_is_told(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence gets a typed error, and whoever watches the service hears that it is
    neither ready nor alive."""
    engine = ChatterboxEngine(Neural(str(checkpoint), rows=1, waiting_seconds=60))
    async with served(engine) as service, service.line(config()) as line:
        assert engine._assembly is not None

        def broken() -> None:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

        life = watched(service.channel, LIVE)
        assert await anext(life) == SERVING
        await heard(line, 1)
        monkeypatch.setattr(engine._assembly.server._loop, "step", broken)
        _, chunks = await heard(line, 2)
        assert reason_of(chunks[-1].error) == "ENGINE_FAILED"
        async with asyncio.timeout(5):
            assert await anext(life) == NOT_SERVING
        assert await health_of(service.channel, "june.tts.v1.TtsService") == NOT_SERVING
        await life.aclose()  # type: ignore[attr-defined]


async def test_streamed_audio_is_as_long_as_the_librarys(checkpoint: Path) -> None:
    """Sample for sample at the same seed: no tail is lost and none is added."""
    import torch
    from chatterbox.tts import ChatterboxTTS

    model = ChatterboxTTS.from_local(checkpoint, "cpu")  # draws, too
    with torch.random.fork_rng():
        torch.manual_seed(5)
        library = model.generate(TEXT)
    engine = ChatterboxEngine(Neural(str(checkpoint), rows=1))
    await engine.load()
    sentence = Sentence(TEXT, engine.voices[0], seed=5)
    pieces = [speech.samples async for speech in engine.synthesize(sentence)]
    await engine.close()
    assert sum(map(len, pieces)) == library.shape[1]
