"""One caller: speaks at real time, listens, and notes when everything happened."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from time import perf_counter

import grpc
from june.common.v1 import audio_pb2
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.orchestrator.v1 import orchestrator_service_pb2_grpc
from june.stt.v1 import stt_pb2

from bench.question import FORMAT, RATE

FRAME_SECONDS = 0.04
# What a person waits before speaking again.
PAUSE_SECONDS = 1.0
# A reply that does not come within this is counted as lost.
PATIENCE_SECONDS = 30.0


@dataclass
class Turn:
    """One turn as the caller saw it; seconds of perf_counter: an event loop tells ms only."""

    spoken_at: float
    # When the frame that ended the turn was sent, and its end was told.
    decided_at: float = 0.0
    confirmed_at: float = 0.0
    audible_at: float = 0.0
    record: pb.TurnRecord | None = None
    # By how much each run of audio came after the one before it had been played.
    late: list[float] = field(default_factory=list)

    @property
    def voice_to_voice(self) -> float:
        return self.audible_at - self.spoken_at

    @property
    def told_late(self) -> float:
        """From the deciding audio to the news of the turn's end: two hops and back."""
        return self.confirmed_at - self.decided_at

    @property
    def heard_late(self) -> float:
        """From the deciding audio to the first audio of the reply."""
        return self.audible_at - self.decided_at


class Caller:
    """Holds one session: question, reply, pause, question..."""

    def __init__(self, question: bytes, turns: int, sequential: bool = False) -> None:
        self.turns: list[Turn] = []
        self.lost = 0
        self._question = question
        self._wanted = turns
        self._sequential = sequential
        self._random = random.Random(turns)
        self._sent: list[float] = []
        self._ended = asyncio.Event()
        self._expected = 0.0
        self._over = False

    async def hold(self, channel: grpc.aio.Channel, delay: float = 0.0) -> None:
        """The whole session, begun `delay` seconds from now."""
        await asyncio.sleep(delay)
        stub = orchestrator_service_pb2_grpc.OrchestratorServiceStub(channel)
        call = stub.Converse(self._requests())
        try:
            async for response in call:
                self._take(response)
        finally:
            call.cancel()

    async def _requests(self) -> AsyncIterator[pb.ConverseRequest]:
        audio = audio_pb2.AudioFormat(
            encoding=audio_pb2.AUDIO_ENCODING_PCM_S16LE, sample_rate=RATE, channels=1
        )
        config = pb.SessionConfig(input=audio, output=audio, sequential=self._sequential)
        yield pb.ConverseRequest(config=config)
        async for pcm in self._microphone():
            yield pb.ConverseRequest(audio=audio_pb2.AudioFrame(pcm=pcm))

    async def _microphone(self) -> AsyncIterator[bytes]:
        """Frames at real time: the question, then silence until the reply is over."""
        now = perf_counter
        size = FORMAT.bytes_for(FRAME_SECONDS)
        silence = bytes(size)
        due = now()
        for _ in range(int(PAUSE_SECONDS / FRAME_SECONDS)):
            due += FRAME_SECONDS
            await asyncio.sleep(due - now())
            self._sent.append(now())
            yield silence
        for _ in range(self._wanted):
            # Never twice at the same place of a frame: that a frame must be full
            # before it is sent is part of what people wait for.
            lead = bytes(FORMAT.bytes_for(self._random.uniform(0, FRAME_SECONDS)))
            spoken = lead + self._question
            speech = spoken + bytes(-len(spoken) % size)
            frames = [speech[at : at + size] for at in range(0, len(speech), size)]
            quiet_until = 0.0
            self._ended.clear()
            while frames or now() < quiet_until:
                due += FRAME_SECONDS
                await asyncio.sleep(due - now())
                self._sent.append(now())
                yield frames.pop(0) if frames else silence
                if not frames and not quiet_until:
                    tail = (len(speech) - len(spoken)) / (FORMAT.frame_bytes * RATE)
                    self.turns.append(Turn(spoken_at=self._sent[-1] - tail))
                    quiet_until = now() + PATIENCE_SECONDS
                if self._ended.is_set():
                    self._ended.clear()
                    quiet_until = now() + PAUSE_SECONDS
                    self._over = True
            if not self._over:
                self.lost += 1
            self._over = False

    def _take(self, response: pb.ConverseResponse) -> None:
        now = perf_counter()
        if not self.turns:
            return
        turn = self.turns[-1]
        match response.WhichOneof("payload"):
            case "transcript":
                heard = response.transcript
                if heard.event == stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN:
                    turn.confirmed_at = now
                    turn.decided_at = self._sent_at(heard.audio_processed_ms)
            case "audio" if response.audio.pcm:
                seconds = FORMAT.seconds(response.audio.pcm)
                if not turn.audible_at:
                    turn.audible_at = self._expected = now
                turn.late.append(max(0.0, now - self._expected))
                self._expected = max(now, self._expected) + seconds
            case "turn_ended":
                turn.record = response.turn_ended
                self._ended.set()

    def _sent_at(self, position_ms: int) -> float:
        """When the frame that completed this much audio was sent."""
        frame = -(-position_ms // round(FRAME_SECONDS * 1000)) - 1
        return self._sent[max(0, min(frame, len(self._sent) - 1))]
