"""The `Tts` port over gRPC: a pool of warm Synthesize streams across replicas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import TypeAlias

import grpc
from june.tts.v1 import tts_pb2, tts_service_pb2_grpc

from june_orchestrator.clients.places import Place, Places
from june_orchestrator.ports import Speech, Voice, WordAt
from june_runtime.channel import TlsFiles
from june_runtime.errors import (
    AtCapacity,
    InvalidInput,
    JuneError,
    TimedOut,
    Unavailable,
    from_rpc_error,
    from_status,
)  # fmt: skip
from june_runtime.wire import write_format

# A sentence is begun at most so often before the caller is told.
ATTEMPTS = 3
FIRST_AUDIO_SECONDS = 10.0
NEXT_AUDIO_SECONDS = 5.0
BORROW_SECONDS = 5.0
# A whole reply in one chunk, as the plain way asks for it.
MAX_RECEIVE_BYTES = 16 << 20
# A replica that asks to be left alone is not waited for longer than this.
MAX_RETRY_SECONDS = 0.5
# Every replica is kept ready for so many sentences at once.
WARM_STREAMS = 2

TtsPlace: TypeAlias = "Place[tts_service_pb2_grpc.TtsServiceAsyncStub]"
Call: TypeAlias = "grpc.aio.StreamStreamCall[tts_pb2.Text, tts_pb2.AudioChunk]"


class TtsStream:
    """One Synthesize call, speaking one sentence at a time."""

    def __init__(self, place: TtsPlace) -> None:
        self.place = place
        self.reusable = True
        self._call: Call = place.stub.Synthesize(None)
        self._config: tts_pb2.SynthesizeConfig | None = None
        self._sentence = 0
        place.streams += 1

    def close(self) -> None:
        """Ends the call; the service drops what it was doing."""
        self._call.cancel()
        self.place.streams -= 1

    async def speak(
        self, text: str, config: tts_pb2.SynthesizeConfig
    ) -> AsyncGenerator[tts_pb2.AudioChunk, None]:
        """The sentence's chunks, the last of them final. Raises JuneError."""
        self._sentence += 1
        try:
            async with asyncio.timeout(FIRST_AUDIO_SECONDS):
                await self._ask(text, config)
                chunk = await self._read()
            yield chunk
            while not chunk.final:
                async with asyncio.timeout(NEXT_AUDIO_SECONDS):
                    chunk = await self._read()
                yield chunk
        except TimeoutError:
            raise TimedOut("TTS_SILENT", f"{self.place.address} sent no audio in time") from None
        except grpc.aio.AioRpcError as failed:
            raise from_rpc_error(failed) from failed
        except (grpc.aio.UsageError, asyncio.InvalidStateError) as gone:
            raise Unavailable("TTS_GONE", f"{self.place.address} closed the stream") from gone

    async def _ask(self, text: str, config: tts_pb2.SynthesizeConfig) -> None:
        if config != self._config:
            await self._call.write(tts_pb2.Text(config=config))
            self._config = config
        await self._call.write(tts_pb2.Text(sentence_id=self._sentence, text=text))
        await self._call.write(tts_pb2.Text(sentence_id=self._sentence, flush=tts_pb2.Flush()))

    async def _read(self) -> tts_pb2.AudioChunk:
        while True:
            chunk = await self._call.read()
            if not isinstance(chunk, tts_pb2.AudioChunk):
                raise Unavailable("TTS_GONE", f"{self.place.address} ended the stream")
            if chunk.HasField("go_away"):
                self.reusable = False
                self.place.avoid(chunk.go_away.time_left.ToMilliseconds() / 1000 + 1.0)
            if chunk.sentence_id == self._sentence:
                return chunk


class TtsPool:
    """Implements `ports.Tts`.

    A stream serves one sentence at a time and goes back to the pool; one that was
    cut short is cancelled, which frees the engine at once. A sentence whose
    replica fails is spoken on by another from where it broke off.

    Args:
        max_streams: sentences synthesised at once, over all sessions.
    """

    def __init__(
        self, addresses: Sequence[str], max_streams: int = 256, tls: TlsFiles | None = None
    ) -> None:
        self._places = Places(
            addresses, tts_service_pb2_grpc.TtsServiceStub, tls, MAX_RECEIVE_BYTES
        )
        self._idle: list[TtsStream] = []
        self._slots = asyncio.Semaphore(max_streams)

    @property
    def busy_streams(self) -> int:
        return sum(place.streams for place in self._places.all) - len(self._idle)

    def warm(self) -> None:
        """Opens streams ahead of need."""
        for place in self._places.all:
            self._idle.extend(TtsStream(place) for _ in range(WARM_STREAMS))

    async def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
        await self._places.close()

    async def synthesize(self, sentence: str, voice: Voice) -> AsyncGenerator[Speech, None]:
        """See `ports.Tts`."""
        config, frame_bytes = config_of(voice), voice.format.frame_bytes
        delivered = 0
        async with self._slot():
            for attempts_left in reversed(range(ATTEMPTS)):
                try:
                    async with aclosing(self._attempt(sentence, config)) as chunks:
                        async for chunk in chunks:
                            speech = speech_of(chunk, delivered, frame_bytes)
                            delivered += len(speech.pcm) // frame_bytes
                            yield speech
                except InvalidInput:
                    raise
                except JuneError as failed:
                    if not attempts_left:
                        raise
                    await asyncio.sleep(min(failed.retry_after or 0.0, MAX_RETRY_SECONDS))
                else:
                    return

    async def _attempt(
        self, sentence: str, config: tts_pb2.SynthesizeConfig
    ) -> AsyncGenerator[tts_pb2.AudioChunk, None]:
        """The chunks of one try on one replica."""
        stream = self._take()
        whole = False
        try:
            async with aclosing(stream.speak(sentence, config)) as chunks:
                async for chunk in chunks:
                    whole = chunk.final
                    if chunk.HasField("error"):
                        raise from_status(chunk.error)
                    yield chunk
        except (Unavailable, TimedOut, AtCapacity):
            self._avoid(stream.place)
            raise
        finally:
            if whole and stream.reusable:
                self._idle.append(stream)
            else:
                stream.close()

    @asynccontextmanager
    async def _slot(self) -> AsyncGenerator[None, None]:
        try:
            async with asyncio.timeout(BORROW_SECONDS):
                await self._slots.acquire()
        except TimeoutError:
            raise AtCapacity("TTS_BUSY", "all synthesis streams are in use") from None
        try:
            yield
        finally:
            self._slots.release()

    def _take(self) -> TtsStream:
        place = self._places.choose()
        for stream in reversed(self._idle):
            if stream.place is place:
                self._idle.remove(stream)
                return stream
        return TtsStream(place)

    def _avoid(self, place: TtsPlace) -> None:
        """What was warm at a place that failed is stale as well."""
        place.avoid()
        for stream in [idle for idle in self._idle if idle.place is place]:
            self._idle.remove(stream)
            stream.close()


def config_of(voice: Voice) -> tts_pb2.SynthesizeConfig:
    """What a stream is told so that it sounds like `voice`."""
    config = tts_pb2.SynthesizeConfig(
        language=voice.language,
        format=write_format(voice.format),
        streaming=voice.streaming,
        first_chunk_ms=voice.first_chunk_ms,
        chunk_ms=voice.chunk_ms,
    )
    if voice.name:
        config.voice = voice.name
    if voice.exaggeration is not None:
        config.exaggeration = voice.exaggeration
    if voice.cfg_weight is not None:
        config.cfg_weight = voice.cfg_weight
    return config


def speech_of(chunk: tts_pb2.AudioChunk, delivered: int, frame_bytes: int) -> Speech:
    """The chunk without what the caller already has, as after a change of replica."""
    had = max(0, delivered - chunk.start_sample) * frame_bytes
    rate = chunk.format.sample_rate
    words = [
        WordAt(word.text, word.start_ms * rate // 1000, word.end_ms * rate // 1000)
        for word in chunk.words
    ]
    return Speech(chunk.pcm[had:] if had else chunk.pcm, words)
