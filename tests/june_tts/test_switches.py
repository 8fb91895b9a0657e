"""The flag of text to speech, and what it does to streams that say nothing."""

from typing import Any

import pytest
from june.common.v1 import audio_pb2
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.tts.v1 import tts_pb2

from june_runtime import settings
from june_tts.settings import OWNER, TtsSettings
from tests.june_tts.wires import S16LE, config, said, served

WORDS = "a sentence of some words"


def flag(value: str) -> dict[str, Any]:
    return settings.read(TtsSettings, {"TTS_STREAMING_ENABLED": value}, OWNER).model_dump(
        exclude_unset=True
    )


async def spoken(value: str) -> list[list[tts_pb2.AudioChunk]]:
    """The chunks of two sentences."""
    audio = audio_pb2.AudioFormat(encoding=S16LE, sample_rate=24_000)
    async with (
        served(**flag(value)) as service,
        service.line(config(format=audio), *said(1, WORDS), *said(2, WORDS)) as line,
    ):
        return [await line.sentence(1), await line.sentence(2)]


async def test_off_one_chunk_is_a_sentence() -> None:
    """Final, with its words; its audio is what would have been streamed."""
    whole, streamed = await spoken("false"), await spoken("true")
    assert [len(chunks) for chunks in whole] == [1, 1]
    for [chunk], chunks in zip(whole, streamed, strict=True):
        assert chunk.final
        assert len(chunk.words) == len(WORDS.split())
        assert chunk.pcm == b"".join(piece.pcm for piece in chunks)


async def test_on_audio_leaves_as_it_is_made() -> None:
    """Many chunks a sentence."""
    assert all(len(chunks) > 5 for chunks in await spoken("true"))


async def test_a_stream_may_ask_for_the_other_way() -> None:
    """The flag is for those that say nothing."""
    async with (
        served(**flag("false")) as service,
        service.line(config(streaming=True), *said(1, WORDS)) as line,
    ):
        assert len(await line.sentence(1)) > 5


@pytest.mark.parametrize(("value", "enabled"), [("true", True), ("false", False)])
async def test_status_says_which_way_it_goes(value: str, *, enabled: bool) -> None:
    async with served(**flag(value)) as service:
        control = control_service_pb2_grpc.ControlServiceStub(service.channel)
        status = await control.GetStatus(control_pb2.GetStatusRequest(), timeout=10)
    assert status.streaming.enabled is enabled
    assert status.status.config.tts_streaming is enabled
