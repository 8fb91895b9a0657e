# ruff: noqa: N802  RPCs are named as in the proto
"""June's three services with everything but the gRPC scripted away.

Each is a real server that answers as it is told. Run as a module it is a process
as `june up` starts them: `python -m tests.june_cli.scripted NAME HOST:PORT`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import grpc
from june.control.v1.control_pb2 import Streaming
from june.orchestrator.v1 import orchestrator_pb2 as orch
from june.orchestrator.v1 import orchestrator_service_pb2_grpc
from june.stt.v1 import stt_pb2 as stt
from june.stt.v1 import stt_service_pb2_grpc
from june.tts.v1 import tts_pb2 as tts
from june.tts.v1 import tts_service_pb2_grpc

from june_cli.peers import Peers
from june_cli.services import ORCHESTRATOR, STT, TTS, Service, named
from june_runtime.control import About, ControlServicer
from june_runtime.figures import counts, timings
from june_runtime.live import Live, LiveConfig
from june_runtime.metrics import Metrics, MetricsServicer
from june_runtime.pcm import AudioFormat
from june_runtime.server import ServerSettings, run, serve
from june_runtime.sessions import Sessions
from june_runtime.testing import serving
from june_runtime.wire import write_format

RATE = 24_000
# One script for each kind of stream: a request goes in, answers come out; None
# stands for the caller's half-close.
SttScript = Callable[[stt.AudioIn | None], Iterable[stt.TranscriptPartial]]
TtsScript = Callable[[tts.Text | None], Iterable[tts.AudioChunk]]
OrchScript = Callable[[orch.ConverseRequest | None], Iterable[orch.ConverseResponse]]


FIGURES = (*counts(turns="Turns."), *timings(infer_ms="Work.", first_token_ms="Token."))


class Config(LiveConfig):
    language: str = "en"


class Scripted:
    """What all three have in common. An answer of None hangs for ever."""

    def __init__(self, service: Service, script: Callable[[Any], Iterable[Any]] | None) -> None:
        self.service = service
        self.script = script or (lambda request: ())
        self.heard: list[Any] = []
        self.sessions = Sessions(4)
        self.metrics = Metrics(service.module, FIGURES)
        self.live = Live(Config())
        self.streams = True

    @property
    def names(self) -> tuple[str, ...]:
        return (self.service.grpc_name,)

    def add_to(self, server: grpc.aio.Server) -> None:
        metrics = MetricsServicer(self.metrics)
        metrics.add_to(server)
        about: About[Config] = About(
            self.service.module,
            engine=lambda: "scripted",
            streaming=lambda _: Streaming(enabled=self.streams),
        )
        ControlServicer(about, self.live, self.sessions, metrics).add_to(server)

    async def load(self) -> None: ...
    async def close(self) -> None: ...

    async def answer(self, requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
        with self.sessions.admit():
            async for request in requests:
                self.heard.append(request)
                async for answer in self._scripted(request):
                    yield answer
            async for answer in self._scripted(None):
                yield answer

    async def _scripted(self, request: Any) -> AsyncIterator[Any]:
        for answer in self.script(request):
            if answer is None:
                await asyncio.Event().wait()
            if isinstance(answer, Exception):
                raise answer
            yield answer


class ScriptedStt(Scripted, stt_service_pb2_grpc.SttServiceServicer):
    def __init__(self, script: SttScript | None = None) -> None:
        super().__init__(STT, script)

    def add_to(self, server: grpc.aio.Server) -> None:
        super().add_to(server)
        stt_service_pb2_grpc.add_SttServiceServicer_to_server(self, server)

    async def Transcribe(
        self, request_iterator: Any, context: Any
    ) -> AsyncIterator[stt.TranscriptPartial]:
        async for partial in self.answer(request_iterator):
            yield partial


class ScriptedTts(Scripted, tts_service_pb2_grpc.TtsServiceServicer):
    def __init__(self, script: TtsScript | None = None) -> None:
        super().__init__(TTS, script)
        self.voices = [tts.Voice(name="ada", languages=["en"], sample_rate=RATE)]

    def add_to(self, server: grpc.aio.Server) -> None:
        super().add_to(server)
        tts_service_pb2_grpc.add_TtsServiceServicer_to_server(self, server)

    async def Synthesize(
        self, request_iterator: Any, context: Any
    ) -> AsyncIterator[tts.AudioChunk]:
        async for chunk in self.answer(request_iterator):
            yield chunk

    async def ListVoices(
        self, request: tts.ListVoicesRequest, context: Any
    ) -> tts.ListVoicesResponse:
        fitting = [
            voice
            for voice in self.voices
            if not request.language or request.language in voice.languages
        ]
        return tts.ListVoicesResponse(voices=fitting, default_voice="ada")


class ScriptedOrchestrator(Scripted, orchestrator_service_pb2_grpc.OrchestratorServiceServicer):
    def __init__(self, script: OrchScript | None = None) -> None:
        super().__init__(ORCHESTRATOR, script)

    def add_to(self, server: grpc.aio.Server) -> None:
        super().add_to(server)
        orchestrator_service_pb2_grpc.add_OrchestratorServiceServicer_to_server(self, server)

    async def Converse(
        self, request_iterator: Any, context: Any
    ) -> AsyncIterator[orch.ConverseResponse]:
        async for response in self.answer(request_iterator):
            yield response

    async def StreamToRoom(self, request: Any, context: Any) -> orch.StreamToRoomResponse:
        raise NotImplementedError


KINDS: dict[str, Callable[[], Scripted]] = {
    "orchestrator": ScriptedOrchestrator,
    "stt": ScriptedStt,
    "tts": ScriptedTts,
}


@asynccontextmanager
async def reachable(*services: Scripted, patience: float = 5.0) -> AsyncIterator[Peers]:
    """Runs the services; the others' addresses lead nowhere."""
    async with AsyncExitStack() as running:
        addresses = dict.fromkeys(KINDS, "127.0.0.1:1")
        for hosted in services:
            addresses[hosted.service.name] = await running.enter_async_context(serving(hosted))
        yield Peers(addresses, patience=patience)


def speech(samples: int, rate: int = RATE, level: int = 1000) -> bytes:
    """PCM_S16LE that is not silence."""
    return level.to_bytes(2, "little", signed=True) * samples


def chunk(sentence: int, samples: int, *, seq: int = 0, final: bool = False) -> tts.AudioChunk:
    return tts.AudioChunk(
        sentence_id=sentence,
        seq=seq,
        pcm=speech(samples),
        format=write_format(AudioFormat(sample_rate=RATE)),
        final=final,
        end_reason=tts.END_REASON_COMPLETE if final else tts.END_REASON_UNSPECIFIED,
    )


async def _main(name: str, listen: str) -> None:
    sys.stdout.write(f"{named(name).module} listens\n")
    await serve(ServerSettings(listen=listen, drain_seconds=1), KINDS[name]())


if __name__ == "__main__":
    run(lambda: _main(*sys.argv[1:]))
