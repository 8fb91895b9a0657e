"""A session's ear over gRPC: one long-lived Transcribe stream.

A replica that dies or leaves is replaced: the audio of the turn in progress is
kept until the turn is over and heard again by another one, and what was already
told is not told twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import TypeAlias

import grpc
from june.common.v1 import audio_pb2
from june.stt.v1 import stt_pb2, stt_service_pb2_grpc

from june_orchestrator.clients.places import Place, Places
from june_orchestrator.hearing import Arrivals, Coalescer, Replay
from june_orchestrator.ports import Event, Heard
from june_runtime.calls import ENDED, write
from june_runtime.errors import TimedOut, Unavailable, from_rpc_error, from_status
from june_runtime.pcm import AudioFormat

# The service sends something in every second.
SILENT_SECONDS = 3.0
# Replicas that are tried in a row before the caller is told.
ATTEMPTS = 3
RETRY_SECONDS = 0.2
FRAME_SECONDS = 0.04

SttPlaces: TypeAlias = "Places[stt_service_pb2_grpc.SttServiceAsyncStub]"
SttPlace: TypeAlias = "Place[stt_service_pb2_grpc.SttServiceAsyncStub]"
Call: TypeAlias = "grpc.aio.StreamStreamCall[stt_pb2.AudioIn, stt_pb2.TranscriptPartial]"

_EVENTS = {
    stt_pb2.TRANSCRIPT_EVENT_SPEECH_STARTED: Event.SPEECH_STARTED,
    stt_pb2.TRANSCRIPT_EVENT_UPDATE: Event.UPDATE,
    stt_pb2.TRANSCRIPT_EVENT_EAGER_END: Event.EAGER_END,
    stt_pb2.TRANSCRIPT_EVENT_RESUMED: Event.RESUMED,
    stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN: Event.END_OF_TURN,
    stt_pb2.TRANSCRIPT_EVENT_SPEECH_ENDED: Event.SPEECH_ENDED,
    stt_pb2.TRANSCRIPT_EVENT_HEARTBEAT: Event.HEARTBEAT,
}
_TURN_OVER = (Event.END_OF_TURN, Event.SPEECH_ENDED)


class _Leaving(Exception):
    """The replica asked to be left, and this is a good moment."""


class SttStream:
    """One Transcribe call; `base` is the session's sample that it counts from."""

    def __init__(self, place: SttPlace, session_id: str, base: int) -> None:
        self.place = place
        self.base = base
        self.leaving = False
        self._call: Call = place.stub.Transcribe(None, metadata=(("june-session", session_id),))
        place.streams += 1

    def close(self) -> None:
        self._call.cancel()
        self.place.streams -= 1

    async def write(self, message: stt_pb2.AudioIn) -> None:
        """Raises nothing: a stream that broke is found out by whoever reads it."""
        try:
            await write(self._call, message)
        except ENDED:
            return

    async def frame(self, start: int, pcm: bytes) -> None:
        frame = audio_pb2.AudioFrame(pcm=pcm, first_sample=start - self.base)
        await self.write(stt_pb2.AudioIn(frame=frame))

    async def done_writing(self) -> None:
        try:
            await self._call.done_writing()
        except ENDED:
            return

    async def read(self) -> stt_pb2.TranscriptPartial | None:
        """The next message; None once the service is done. Raises JuneError."""
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                partial = await self._call.read()
        except TimeoutError:
            raise TimedOut("STT_SILENT", f"{self.place.address} fell silent") from None
        except grpc.aio.AioRpcError as failed:
            raise from_rpc_error(failed) from failed
        if not isinstance(partial, stt_pb2.TranscriptPartial):
            return None
        if partial.HasField("error"):
            raise from_status(partial.error)
        self.leaving = self.leaving or partial.HasField("go_away")
        return partial


class SttLine:
    """What one session says, turned into what was heard."""

    def __init__(
        self, places: SttPlaces, session_id: str, audio: AudioFormat, config: stt_pb2.AudioIn
    ) -> None:
        self._places = places
        self._session_id = session_id
        self._audio = audio
        self._config = config
        self._replay = Replay(audio.sample_rate, audio.frame_bytes)
        self._arrivals = Arrivals(audio.sample_rate)
        least = round(FRAME_SECONDS * audio.sample_rate)
        self._coalescer = Coalescer(least, audio.frame_bytes)
        self._stream: SttStream | None = None
        # One writer at a time: a replay must not be overtaken.
        self._writing = asyncio.Lock()
        self._finished = False
        self._progress = Progress()

    async def send(self, pcm: bytes, first_sample: int | None = None) -> None:
        """More audio, in the session's input format."""
        for piece, start in self._coalescer.push(pcm, first_sample):
            await self._send(piece, start)

    async def _send(self, pcm: bytes, first_sample: int | None) -> None:
        stream = self._stream
        run = self._replay.add(pcm, first_sample)
        self._arrivals.arrived(self._replay.end, asyncio.get_running_loop().time())
        async with self._writing:
            # A stream opened since then was given this run with the others.
            if stream and stream is self._stream:
                await stream.frame(run.start, run.pcm)

    async def configure(self, config: stt_pb2.AudioIn) -> None:
        """From the next turn on the user is heard so."""
        self._config = config
        await self._order(config)

    async def end_turn(self) -> None:
        """The user says that they are done."""
        await self._flush()
        control = stt_pb2.TRANSCRIBE_CONTROL_END_TURN
        await self._order(stt_pb2.AudioIn(control=control))

    async def finish(self) -> None:
        """The user says no more; `heard` ends once everything was understood."""
        await self._flush()
        async with self._writing:
            self._finished = True
            if self._stream:
                await self._stream.done_writing()

    async def _flush(self) -> None:
        for piece, start in self._coalescer.finish():
            await self._send(piece, start)

    async def _order(self, message: stt_pb2.AudioIn) -> None:
        async with self._writing:
            if self._stream:
                await self._stream.write(message)

    async def heard(self) -> AsyncGenerator[Heard, None]:
        """What is heard, until the end. Raises JuneError: STT_UNAVAILABLE when every
        replica failed, and whatever the service refuses."""
        failures = 0
        while True:
            stream = await self._open()
            try:
                while (partial := await stream.read()) is not None:
                    failures = 0
                    heard = self._understood(partial, stream.base)
                    if heard is not None:
                        yield heard
                    if stream.leaving and not self._progress.in_turn:
                        raise _Leaving
                return
            except _Leaving:
                stream.place.avoid()
            except (Unavailable, TimedOut) as failed:
                failures += 1
                stream.place.avoid()
                if failures == ATTEMPTS:
                    message = f"speech cannot be heard: {failed}"
                    raise Unavailable("STT_UNAVAILABLE", message, retry_after=1.0) from failed
                await asyncio.sleep(RETRY_SECONDS * (failures - 1))
            finally:
                self._stream = None
                stream.close()

    async def _open(self) -> SttStream:
        """A stream that has been told everything that is not yet understood."""
        async with self._writing:
            runs = self._replay.runs()
            base = runs[0].start if runs else self._replay.end
            stream = SttStream(self._places.choose(), self._session_id, base)
            self._stream = stream
            self._progress.start_over()
            await stream.write(self._config)
            for run in runs:
                await stream.frame(run.start, run.pcm)
            if self._finished:
                await stream.done_writing()
            return stream

    def _understood(self, partial: stt_pb2.TranscriptPartial, base: int) -> Heard | None:
        event = _EVENTS.get(partial.event)
        base_ms = base * 1000 // self._audio.sample_rate
        partial.audio_processed_ms += base_ms
        if event is None or not self._progress.take(event, partial):
            return None
        if event is Event.HEARTBEAT and not self._progress.in_turn:
            self._replay.acknowledge(partial.audio_processed_ms)
        if event in _TURN_OVER:
            self._replay.turn_over(partial.audio_processed_ms)
        if event is not Event.HEARTBEAT:
            partial.speech_start_ms += base_ms
            partial.result_end_ms += base_ms
        pause_ms = partial.audio_processed_ms - partial.result_end_ms
        return Heard(
            event=event,
            text=partial.committed_text + partial.unstable_text,
            final_text=partial.final_text,
            pause=max(0, pause_ms) / 1000 if partial.result_end_ms else 0.0,
            language=partial.language,
            ended_at=self._arrivals.time_of(partial.result_end_ms),
            message=partial,
        )


class Progress:
    """What was told of the turn in progress, so that it is not told twice. Pure."""

    def __init__(self) -> None:
        self.in_turn = False
        self._turns = 0
        self._turn_offset = 0
        self._revision = 0
        self._revision_offset = 0
        self._committed = ""

    def start_over(self) -> None:
        """Another replica hears the turn in progress again from its start."""
        self._turn_offset = self._turns
        self._revision_offset = self._revision + 1 if self.in_turn else 0

    def take(self, event: Event, partial: stt_pb2.TranscriptPartial) -> bool:
        """Puts the message into the session's own counts; False where it is no news."""
        partial.turn_index += self._turn_offset
        if event is Event.HEARTBEAT:
            return True
        partial.revision += self._revision_offset
        if event is Event.SPEECH_STARTED:
            again, self.in_turn = self.in_turn, True
            return not again
        if event in _TURN_OVER:
            self._turns += event is Event.END_OF_TURN
            self.in_turn, self._committed = False, ""
            self._revision = self._revision_offset = 0
            return True
        if not partial.committed_text.startswith(self._committed):
            return event is not Event.UPDATE
        self._committed, self._revision = partial.committed_text, partial.revision
        return True
