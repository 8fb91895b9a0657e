"""A caller that talks over the reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from time import perf_counter

import grpc
import numpy as np
from june.orchestrator.v1 import orchestrator_pb2 as pb

from bench.caller import FRAME_SECONDS, Caller
from bench.measure import Spread
from bench.mesh import Said, Script, mesh
from bench.question import FORMAT
from june_runtime.pcm import decode

# How long the reply is listened to before it is talked over: never the same part
# of a frame twice.
LISTEN_SECONDS = (1.0, 1.5)
PATIENCE_SECONDS = 10.0
_AUDIBLE = 0.02


class Interrupter(Caller):
    """Asks, listens a little, talks over the reply, and notes what happens when."""

    def __init__(self, question: bytes, turns: int, seed: int = 1) -> None:
        super().__init__(question, turns)
        self.paused: list[float] = []
        self.judged: list[float] = []
        self._listening = np.random.default_rng(seed)
        self._heard = asyncio.Event()
        self._cut = asyncio.Event()
        self._onset_at = 0.0
        onset = int(np.flatnonzero(np.abs(decode(question, FORMAT)) > _AUDIBLE)[0])
        self._onset = onset / FORMAT.sample_rate

    async def _microphone(self) -> AsyncIterator[bytes]:
        for _ in range(self._wanted):
            self._heard.clear()
            async for pcm in self._say(self._heard):
                yield pcm
            quiet = self._listening.uniform(*LISTEN_SECONDS)
            async for pcm in self._paced(bytes(FORMAT.bytes_for(quiet))):
                yield pcm
            self._cut.clear()
            self._onset_at = perf_counter() + self._onset
            async for pcm in self._say(self._cut):
                yield pcm

    async def _say(self, until: asyncio.Event) -> AsyncIterator[bytes]:
        """The question, then silence until something happens."""
        async for pcm in self._paced(self._question):
            yield pcm
        silence = bytes(FORMAT.bytes_for(FRAME_SECONDS))
        for _ in range(int(PATIENCE_SECONDS / FRAME_SECONDS)):
            if until.is_set():
                return
            async for pcm in self._paced(silence):
                yield pcm

    async def _paced(self, pcm: bytes) -> AsyncIterator[bytes]:
        now, size = perf_counter, FORMAT.bytes_for(FRAME_SECONDS)
        due = now()
        for at in range(0, len(pcm), size):
            due += FRAME_SECONDS
            await asyncio.sleep(due - now())
            yield pcm[at : at + size]

    def _take(self, response: pb.ConverseResponse) -> None:
        now = perf_counter()
        match response.WhichOneof("payload"):
            case "audio":
                self._heard.set()
            case "paused":
                self.paused.append(now - self._onset_at)
            case "interrupted":
                self.judged.append(now - self._onset_at)
                self._cut.set()


async def barge_in(said: Said, turns: int) -> tuple[Spread, Spread]:
    """From the onset of speech to the pause, and to the interruption."""
    async with (
        mesh(Script(), said) as running,
        grpc.aio.insecure_channel(running.orchestrator) as channel,
    ):
        caller = Interrupter(said.pcm, turns)
        await caller.hold(channel)
    return Spread.of(caller.paused), Spread.of(caller.judged)
