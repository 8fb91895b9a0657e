"""A caller of Transcribe, for tests."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from june.common.v1 import audio_pb2
from june.stt.v1 import stt_pb2, stt_service_pb2_grpc

from june_runtime.calls import ENDED, write
from june_runtime.errors import JuneError, from_rpc_error

PATIENCE_SECONDS = 30.0


def audio_format(
    rate: int = 16_000, channels: int = 1, encoding: Any = audio_pb2.AUDIO_ENCODING_PCM_S16LE
) -> audio_pb2.AudioFormat:
    return audio_pb2.AudioFormat(encoding=encoding, sample_rate=rate, channels=channels)


def config(audio: audio_pb2.AudioFormat | None = None, **fields: Any) -> stt_pb2.AudioIn:
    return stt_pb2.AudioIn(
        config=stt_pb2.TranscribeConfig(format=audio or audio_format(), **fields)
    )


def frame(pcm: bytes, first_sample: int | None = None) -> stt_pb2.AudioIn:
    return stt_pb2.AudioIn(frame=audio_pb2.AudioFrame(pcm=pcm, first_sample=first_sample))


def frames(pcm: bytes, size: int = 1_280) -> list[stt_pb2.AudioIn]:
    return [frame(pcm[at : at + size]) for at in range(0, len(pcm), size)]


async def transcribe(
    channel: grpc.aio.Channel, messages: list[stt_pb2.AudioIn]
) -> list[stt_pb2.TranscriptPartial]:
    """Everything that is said to these messages. Raises JuneError."""
    call: Any = stt_service_pb2_grpc.SttServiceStub(channel).Transcribe(None)

    async def send() -> None:
        try:
            for message in messages:
                await write(call, message)
            await call.done_writing()
        except ENDED:
            return

    try:
        async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as tasks:
            tasks.create_task(send())
            return [partial async for partial in call]
    except* grpc.aio.AioRpcError as failed:
        raise _told(failed) from None
    finally:
        call.cancel()


def _told(failed: BaseExceptionGroup[grpc.aio.AioRpcError]) -> JuneError:
    error = failed.exceptions[0]
    assert isinstance(error, grpc.aio.AioRpcError)
    return from_rpc_error(error)
