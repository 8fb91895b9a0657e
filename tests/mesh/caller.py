"""A caller of Converse, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing, suppress
from typing import Any

import grpc
from june.common.v1 import audio_pb2
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.orchestrator.v1 import orchestrator_service_pb2_grpc

from june_runtime.calls import ENDED, write

INPUT = audio_pb2.AudioFormat(
    encoding=audio_pb2.AUDIO_ENCODING_PCM_S16LE, sample_rate=16_000, channels=1
)
FRAME_BYTES = 1_280
PATIENCE_SECONDS = 20.0


class Caller:
    """One Converse stream; every wait has a deadline. `address` is where it leads to."""

    def __init__(self, channel: grpc.aio.Channel, address: str = "") -> None:
        self.channel, self.address = channel, address
        stub = orchestrator_service_pb2_grpc.OrchestratorServiceStub(channel)
        self.call: Any = stub.Converse(None)
        self.seen: list[pb.ConverseResponse] = []

    async def __aenter__(self) -> Caller:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.call.cancel()

    async def say(self, **payload: Any) -> None:
        with suppress(*ENDED):  # whoever reads learns why
            await write(self.call, pb.ConverseRequest(**payload))

    async def begin(self, **config: Any) -> None:
        """The config, with audio both ways unless told otherwise."""
        await self.say(config=pb.SessionConfig(**{"input": INPUT, "output": INPUT} | config))

    async def speak(self, pcm: bytes, *, pace: float = 0.0) -> None:
        """Audio in frames of 40 ms, each after `pace` seconds."""
        for at in range(0, len(pcm), FRAME_BYTES):
            await self.say(audio=audio_pb2.AudioFrame(pcm=pcm[at : at + FRAME_BYTES]))
            if pace:
                await asyncio.sleep(pace)

    async def hush(self, seconds: float) -> None:
        """Silence, as a microphone in a quiet room gives it."""
        await self.speak(bytes(int(seconds * 32_000)))

    async def answers(self) -> AsyncGenerator[pb.ConverseResponse, None]:
        while True:
            async with asyncio.timeout(PATIENCE_SECONDS):
                response = await self.call.read()
            if not isinstance(response, pb.ConverseResponse):
                return
            self.seen.append(response)
            yield response

    async def until(
        self, wanted: str, holds: Callable[[Any], bool] = lambda _: True
    ) -> pb.ConverseResponse:
        """The next answer of that kind for which `holds` is true of its payload."""
        async with aclosing(self.answers()) as answers:
            async for response in answers:
                if response.WhichOneof("payload") == wanted and holds(getattr(response, wanted)):
                    return response
        raise AssertionError(f"the stream ended without {wanted}: {kinds(self.seen)}")

    async def rest(self) -> list[pb.ConverseResponse]:
        """Everything until the stream ends."""
        return [response async for response in self.answers()]

    def of(self, kind: str) -> list[Any]:
        """The payloads of that kind seen so far."""
        return [getattr(r, kind) for r in self.seen if r.WhichOneof("payload") == kind]


def kinds(responses: Iterable[pb.ConverseResponse]) -> list[str]:
    return [response.WhichOneof("payload") or "" for response in responses]
