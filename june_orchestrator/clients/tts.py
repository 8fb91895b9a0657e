"""The `Tts` port over gRPC: a pool of warm Synthesize streams across replicas."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeAlias

import grpc
from june.tts.v1 import tts_pb2, tts_service_pb2_grpc

from june_orchestrator.clients.places import Place, Places
from june_orchestrator.lanes import CHARS_PER_SECOND
from june_orchestrator.ports import Speech, Voice, WordAt
from june_runtime.calls import ENDED, write
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
from june_runtime.pcm import AudioFormat
from june_runtime.wire import write_format

# A sentence is begun at most so often before the caller is told.
ATTEMPTS = 3
# A whole reply in one chunk, as the plain way asks for it.
MAX_RECEIVE_BYTES = 16 << 20
# A replica that asks to be left alone is not waited for longer than this.
MAX_RETRY_SECONDS = 0.5
# Every replica is kept ready for so many sentences at once...
WARM_STREAMS = 2
# ...and no more than so many of its places are held while nothing is said.
MAX_IDLE_STREAMS = 16

TtsPlaces: TypeAlias = "Places[tts_service_pb2_grpc.TtsServiceAsyncStub]"
TtsPlace: TypeAlias = "Place[tts_service_pb2_grpc.TtsServiceAsyncStub]"
Call: TypeAlias = "grpc.aio.StreamStreamCall[tts_pb2.Text, tts_pb2.AudioChunk]"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a replica may take, in seconds: to the first audio of a sentence and
    from one chunk to the next; `borrow` is the wait for a stream of our own."""

    first_audio: float = 10.0
    next_audio: float = 5.0
    borrow: float = 5.0

    def for_first(self, text: str, config: tts_pb2.SynthesizeConfig) -> float:
        """A sentence that comes in one piece may take as long as speaking it does."""
        at_once = config.HasField("streaming") and not config.streaming
        return self.first_audio + (len(text) / CHARS_PER_SECOND if at_once else 0.0)


class TtsStream:
    """One Synthesize call, speaking one sentence at a time."""

    def __init__(self, place: TtsPlace, patience: Patience) -> None:
        self.place = place
        self.leaving = False
        self._patience = patience
        self._call: Call = place.stub.Synthesize(None)
        self._config: tts_pb2.SynthesizeConfig | None = None
        self._sentence = 0
        place.streams += 1

    @property
    def broken(self) -> bool:
        """Whether the service has ended it."""
        return self._call.done()

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
            async with asyncio.timeout(self._patience.for_first(text, config)):
                await self._ask(text, config)
                chunk = await self._read()
            yield chunk
            while not chunk.final:
                async with asyncio.timeout(self._patience.next_audio):
                    chunk = await self._read()
                yield chunk
        except TimeoutError:
            raise TimedOut("TTS_SILENT", f"{self.place.address} sent no audio in time") from None
        except grpc.aio.AioRpcError as failed:
            raise from_rpc_error(failed) from failed

    async def _ask(self, text: str, config: tts_pb2.SynthesizeConfig) -> None:
        """Raises nothing: why a stream is over is told to whoever reads it."""
        number, requests = self._sentence, []
        if config != self._config:
            requests.append(tts_pb2.Text(config=config))
            self._config = config
        requests.append(tts_pb2.Text(sentence_id=number, text=text))
        requests.append(tts_pb2.Text(sentence_id=number, flush=tts_pb2.Flush()))
        with suppress(*ENDED):
            for request in requests:
                await write(self._call, request)

    async def _read(self) -> tts_pb2.AudioChunk:
        while True:
            chunk = await self._call.read()
            if not isinstance(chunk, tts_pb2.AudioChunk):
                raise Unavailable("TTS_GONE", f"{self.place.address} ended the stream")
            if chunk.HasField("go_away"):
                self.leaving = True
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
        self,
        addresses: Sequence[str],
        max_streams: int = 256,
        tls: TlsFiles | None = None,
        patience: Patience = Patience(),
    ) -> None:
        self.places: TtsPlaces = Places(
            addresses, tts_service_pb2_grpc.TtsServiceStub, tls, MAX_RECEIVE_BYTES
        )
        self._patience = patience
        self._idle: list[TtsStream] = []
        self._slots = asyncio.Semaphore(max_streams)
        # Sentences that wait for one.
        self.waiting = 0

    @property
    def busy_streams(self) -> int:
        return sum(place.streams for place in self.places.all) - len(self._idle)

    @property
    def idle_streams(self) -> int:
        return len(self._idle)

    def warm(self) -> None:
        """Opens streams ahead of need."""
        for place in self.places.all:
            self._idle.extend(TtsStream(place, self._patience) for _ in range(WARM_STREAMS))

    async def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
        await self.places.close()

    async def synthesize(self, sentence: str, voice: Voice) -> AsyncGenerator[Speech, None]:
        """See `ports.Tts`."""
        config = config_of(voice)
        delivered = 0
        async with self._slot():
            for attempts_left in reversed(range(ATTEMPTS)):
                try:
                    async with aclosing(self._attempt(sentence, config)) as chunks:
                        async for chunk in chunks:
                            speech = speech_of(chunk, delivered, voice.format)
                            delivered += len(speech.pcm) // voice.format.frame_bytes
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
            if whole:
                self._give_back(stream)
            else:
                stream.close()

    def _give_back(self, stream: TtsStream) -> None:
        """A stream that has spoken its sentence to the end."""
        if stream.leaving:
            # The others of that place are to go as well, but never were asked.
            self._drop_idle(stream.place)
            stream.close()
        elif sum(idle.place is stream.place for idle in self._idle) < MAX_IDLE_STREAMS:
            self._idle.append(stream)
        else:
            stream.close()

    @asynccontextmanager
    async def _slot(self) -> AsyncGenerator[None, None]:
        self.waiting += 1
        try:
            async with asyncio.timeout(self._patience.borrow):
                await self._slots.acquire()
        except TimeoutError:
            raise AtCapacity("TTS_BUSY", "all synthesis streams are in use") from None
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self._slots.release()

    def _take(self) -> TtsStream:
        place = self.places.choose()
        while (warm := self._warm_at(place)) is not None:
            self._idle.remove(warm)
            if not warm.broken:
                return warm
            warm.close()
        return TtsStream(place, self._patience)

    def _warm_at(self, place: TtsPlace) -> TtsStream | None:
        """The stream used last is the likeliest to be alive."""
        return next((idle for idle in reversed(self._idle) if idle.place is place), None)

    def _avoid(self, place: TtsPlace) -> None:
        """What was warm at a place that failed is stale as well."""
        place.avoid()
        self._drop_idle(place)

    def _drop_idle(self, place: TtsPlace) -> None:
        for stream in [idle for idle in self._idle if idle.place is place]:
            self._idle.remove(stream)
            stream.close()


def config_of(voice: Voice) -> tts_pb2.SynthesizeConfig:
    """What a stream is told so that it sounds like `voice`."""
    config = tts_pb2.SynthesizeConfig(
        language=voice.language,
        format=write_format(voice.format),
        first_chunk_ms=voice.first_chunk_ms,
        chunk_ms=voice.chunk_ms,
    )
    if not voice.streaming:
        # Said only where it is so: else the service's own switch decides.
        config.streaming = False
    if voice.name:
        config.voice = voice.name
    if voice.exaggeration is not None:
        config.exaggeration = voice.exaggeration
    if voice.cfg_weight is not None:
        config.cfg_weight = voice.cfg_weight
    return config


def speech_of(chunk: tts_pb2.AudioChunk, delivered: int, audio: AudioFormat) -> Speech:
    """The chunk without what the caller already has, as after a change of replica."""
    had = max(0, delivered - chunk.start_sample) * audio.frame_bytes
    rate = audio.sample_rate
    words = [
        WordAt(word.text, word.start_ms * rate // 1000, word.end_ms * rate // 1000)
        for word in chunk.words
    ]
    return Speech(chunk.pcm[had:] if had else chunk.pcm, words)
