"""A session's ear over gRPC: one long-lived Transcribe stream.

A replica that dies or leaves is replaced: the audio of the turn in progress is
kept until the turn is over and heard again by another one, and what was already
told is not told twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import grpc
from june.common.v1 import audio_pb2
from june.stt.v1 import stt_pb2, stt_service_pb2_grpc

from june_orchestrator.clients.configs import Configs
from june_orchestrator.clients.places import Place, Places
from june_orchestrator.clients.progress import EVENTS, TURN_OVER, Progress
from june_orchestrator.hearing import Arrivals, Coalescer, Replay
from june_orchestrator.ports import Event, Heard, Trouble
from june_runtime.calls import ENDED, write
from june_runtime.errors import (
    InvalidInput,
    JuneError,
    NotServed,
    OutOfOrder,
    Refused,
    TimedOut,
    Unavailable,
    from_rpc_error,
    from_status,
)  # fmt: skip
from june_runtime.pcm import AudioFormat

# The service sends something in every second.
SILENT_SECONDS = 3.0
# Replicas that are tried in a row before the caller is told; one that served for a
# while did not fail for the reason that those before it did.
ATTEMPTS = 3
RETRY_SECONDS = 0.2
GOOD_SECONDS = 10.0
FRAME_SECONDS = 0.04

SttPlaces: TypeAlias = "Places[stt_service_pb2_grpc.SttServiceAsyncStub]"
SttPlace: TypeAlias = "Place[stt_service_pb2_grpc.SttServiceAsyncStub]"
Call: TypeAlias = "grpc.aio.StreamStreamCall[stt_pb2.AudioIn, stt_pb2.TranscriptPartial]"
Tell: TypeAlias = Callable[[Heard | Trouble], Awaitable[None]]

# What no other replica would take any better.
_OUR_FAULT = (InvalidInput, OutOfOrder, NotServed, Refused)
_END_TURN = stt_pb2.AudioIn(control=stt_pb2.TRANSCRIBE_CONTROL_END_TURN)


class _Left(Unavailable):
    """The replica asked to be left, and this is a good moment."""


class SttStream:
    """One Transcribe call; `base` is the session's sample that it counts from."""

    def __init__(self, place: SttPlace, session_id: str, silent_seconds: float) -> None:
        self.place = place
        self.base = 0
        self.leaving = False
        self._silent_seconds = silent_seconds
        self._call: Call = place.stub.Transcribe(None, metadata=(("june-session", session_id),))
        place.streams += 1

    def close(self) -> None:
        self._call.cancel()
        self.place.streams -= 1

    async def write(self, message: stt_pb2.AudioIn) -> None:
        """Raises nothing: a stream that broke is found out by whoever reads it."""
        with _broken_or_not(self._call):
            await write(self._call, message)

    async def frame(self, start: int, pcm: bytes) -> None:
        frame = audio_pb2.AudioFrame(pcm=pcm, first_sample=start - self.base)
        await self.write(stt_pb2.AudioIn(frame=frame))

    async def done_writing(self) -> None:
        with _broken_or_not(self._call):
            await self._call.done_writing()

    async def read(self) -> stt_pb2.TranscriptPartial | None:
        """The next message; None once the service is done. Raises JuneError."""
        try:
            async with asyncio.timeout(self._silent_seconds):
                partial = await self._call.read()
        except TimeoutError:
            raise TimedOut("STT_SILENT", f"{self.place.address} fell silent") from None
        except grpc.aio.AioRpcError as failed:
            raise from_rpc_error(failed) from failed
        if not isinstance(partial, stt_pb2.TranscriptPartial):
            return None
        if partial.HasField("go_away"):
            # Meant for us: the caller may stay.
            self.leaving = True
            partial.ClearField("go_away")
        return partial


@contextmanager
def _broken_or_not(call: Call) -> Iterator[None]:
    """Writing to a call that ended, or that its reader gave up, is no error."""
    try:
        yield
    except ENDED:
        return
    except asyncio.CancelledError:
        # So gRPC tells a writer that the call was cancelled, which the task was not.
        task = asyncio.current_task()
        if not call.cancelled() or task is None or task.cancelling():
            raise


class SttLine:
    """What one session says, turned into what was heard."""

    def __init__(
        self,
        places: SttPlaces,
        session_id: str,
        audio: AudioFormat,
        config: stt_pb2.AudioIn,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._places = places
        self._session_id = session_id
        self._audio = audio
        self._configs = Configs(config)
        self._silent_seconds = silent_seconds
        self._replay = Replay(audio.sample_rate, audio.frame_bytes)
        self._arrivals = Arrivals(audio.sample_rate)
        least = round(FRAME_SECONDS * audio.sample_rate)
        self._coalescer = Coalescer(least, audio.frame_bytes)
        # One writer at a time: what is said now must not overtake what was said.
        self._writing = asyncio.Lock()
        # The stream that knows all that was said, and the last run that it was given.
        self._stream: SttStream | None = None
        self._written = 0
        # The run after which the user said that they were done.
        self._turn_ends_after: int | None = None
        self._finished = False
        self._progress = Progress()

    async def send(self, pcm: bytes, first_sample: int | None = None) -> None:
        """More audio, in the session's input format."""
        for piece, start in self._coalescer.push(pcm, first_sample):
            await self._send(piece, start)

    async def _send(self, pcm: bytes, first_sample: int | None) -> None:
        run = self._replay.add(pcm, first_sample)
        self._arrivals.arrived(self._replay.end, asyncio.get_running_loop().time())
        async with self._writing:
            # A stream opened since then was given this run with the others.
            if self._stream and run.number > self._written:
                self._written = run.number
                await self._stream.frame(run.start, run.pcm)

    async def configure(self, config: stt_pb2.AudioIn) -> None:
        """From the next turn on the user is heard so."""
        async with self._writing:
            self._configs.give(config)
            if self._stream:
                await self._stream.write(config)

    async def end_turn(self) -> None:
        """The user says that they are done."""
        await self._flush()
        async with self._writing:
            self._turn_ends_after = self._replay.last_number
            if self._stream:
                await self._stream.write(_END_TURN)

    async def finish(self) -> None:
        """The user says no more; `hear` ends once everything was understood."""
        await self._flush()
        async with self._writing:
            self._finished = True
            if self._stream:
                await self._stream.done_writing()

    async def _flush(self) -> None:
        for piece, start in self._coalescer.finish():
            await self._send(piece, start)

    async def hear(self, tell: Tell) -> None:
        """Tells what is heard, until the end. Raises JuneError: STT_UNAVAILABLE when
        every replica failed, and whatever the service refuses."""
        failures, now = 0, asyncio.get_running_loop().time
        while True:
            opened_at = now()
            stream = SttStream(self._places.choose(), self._session_id, self._silent_seconds)
            self._progress.start_over()
            try:
                failed = await self._follow(stream, tell)
            finally:
                self._stream = None
                stream.close()
            if failed is None:
                return
            if isinstance(failed, _OUR_FAULT):
                raise failed
            stream.place.avoid()
            if isinstance(failed, _Left):
                continue
            failures = 1 if now() - opened_at >= GOOD_SECONDS else failures + 1
            if failures == ATTEMPTS:
                message = f"speech cannot be heard: {failed}"
                raise Unavailable("STT_UNAVAILABLE", message, retry_after=1.0) from failed
            await asyncio.sleep(RETRY_SECONDS * (failures - 1))

    async def _follow(self, stream: SttStream, tell: Tell) -> JuneError | None:
        """One replica, until it ends; returns why, None where all is understood."""
        async with asyncio.TaskGroup() as tasks:
            # Beside reading: a replica that is not read stops reading in its turn.
            catching_up = tasks.create_task(self._catch_up(stream))
            try:
                while (partial := await stream.read()) is not None:
                    heard = self._understood(partial, stream.base)
                    if heard is not None:
                        await tell(heard)
                    if stream.leaving and self._may_move():
                        return _Left("STT_LEAVING", f"{stream.place.address} is leaving")
                if not self._finished:
                    return Unavailable("STT_GONE", f"{stream.place.address} ended the stream")
            except JuneError as failed:
                return failed
            finally:
                catching_up.cancel()
        return None

    def _may_move(self) -> bool:
        """Whether another replica can take over without anything being heard twice."""
        return not (self._progress.in_turn or self._finished) and len(self._places.all) > 1

    async def _catch_up(self, stream: SttStream) -> None:
        """Tell the stream everything that is not yet understood."""
        async with self._writing:
            runs = self._replay.runs()
            stream.base = runs[0].start if runs else self._replay.end
            configs = self._configs
            # A turn that began by an older config is heard to its end by it.
            first = configs.of_turn if self._progress.in_turn else configs.newest
            await stream.write(first)
            for run in runs:
                await stream.frame(run.start, run.pcm)
                if run.number == self._turn_ends_after:
                    await stream.write(_END_TURN)
            if configs.newest is not first:
                await stream.write(configs.newest)
            if self._finished:
                await stream.done_writing()
            self._stream, self._written = stream, self._replay.last_number

    def _understood(self, partial: stt_pb2.TranscriptPartial, base: int) -> Heard | Trouble | None:
        if partial.HasField("error"):
            self._configs.refused(partial.config_number)
            return Trouble(from_status(partial.error))
        event = EVENTS.get(partial.event)
        base_ms = base * 1000 // self._audio.sample_rate
        partial.audio_processed_ms += base_ms
        if event is None or not self._progress.take(event, partial):
            return None
        if event is Event.HEARTBEAT and not self._progress.in_turn:
            self._replay.acknowledge(partial.audio_processed_ms)
        if event in TURN_OVER:
            self._replay.turn_over(partial.audio_processed_ms)
            self._turn_ends_after = None
        if event is not Event.HEARTBEAT:
            self._configs.heard_by(partial.config_number)
            partial.speech_start_ms += base_ms
            partial.result_end_ms += base_ms
        pause_ms = partial.audio_processed_ms - partial.result_end_ms
        return Heard(
            event=event,
            text=partial.committed_text + partial.unstable_text,
            final_text=partial.final_text,
            pause=max(0, pause_ms) / 1000 if partial.result_end_ms else 0.0,
            language=partial.language,
            language_probability=partial.language_probability,
            ended_at=self._arrivals.time_of(partial.result_end_ms),
            terms=partial.config_number,
            message=partial,
        )
