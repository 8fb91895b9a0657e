# ruff: noqa: N802  RPCs are named as in the proto
"""A service to host in tests: it answers each text with a chunk, or does as told.

The texts "refuse", "many", "fail", "group", "cancel" and "wait" raise or hang in
the way that the code below shows; "flood" never stops answering. Run as a module
it is a process with the life of a real service.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import grpc
from google.protobuf.duration_pb2 import Duration
from june.common.v1 import session_pb2
from june.tts.v1 import tts_pb2, tts_service_pb2_grpc

from june_runtime.calls import ENDED, write
from june_runtime.control import About, ControlServicer
from june_runtime.errors import AtCapacity, InvalidInput, Unavailable
from june_runtime.live import Live, LiveConfig
from june_runtime.metrics import Metrics, MetricsServicer
from june_runtime.server import ServerSettings, run, serve
from june_runtime.sessions import Session, Sessions
from june_runtime.telemetry import configure_logging

NAME = "june.tts.v1.TtsService"


class EchoServicer(tts_service_pb2_grpc.TtsServiceServicer):
    def __init__(self, echo: Echo) -> None:
        self._echo = echo

    async def ListVoices(
        self, request: tts_pb2.ListVoicesRequest, context: Any
    ) -> tts_pb2.ListVoicesResponse:
        self._echo.peers.append(context.peer())
        await obey(request.language)
        return tts_pb2.ListVoicesResponse(default_voice=request.language)

    async def Synthesize(
        self, request_iterator: Any, context: Any
    ) -> AsyncIterator[tts_pb2.AudioChunk]:
        echo = self._echo
        with echo.sessions.admit() as session:
            echo.seen.append(session.id)
            if "cancel" in session.id:
                raise asyncio.CancelledError
            answers: asyncio.Queue[tts_pb2.AudioChunk | None] = asyncio.Queue(8)
            try:
                # A TaskGroup around a `yield`, as services have it.
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(read(request_iterator, answers))
                    farewell = tasks.create_task(say_goodbye(session, answers))
                    while (answer := await answers.get()) is not None:
                        yield answer
                        echo.yielded += 1
                    farewell.cancel()
            finally:
                echo.closed += 1


async def read(requests: Any, answers: asyncio.Queue[tts_pb2.AudioChunk | None]) -> None:
    async for request in requests:
        await obey(request.text)
        answer = tts_pb2.AudioChunk(sentence_id=request.sentence_id, pcm=bytes(640))
        await answers.put(answer)
        while request.text == "flood":
            await answers.put(answer)
    await answers.put(None)


async def say_goodbye(session: Session, answers: asyncio.Queue[tts_pb2.AudioChunk | None]) -> None:
    await session.leaving.wait()
    left = Duration()
    left.FromMilliseconds(int(session.time_left() * 1_000))
    await answers.put(tts_pb2.AudioChunk(go_away=session_pb2.GoAway(time_left=left)))


async def obey(text: str) -> None:
    if text == "refuse":
        raise InvalidInput.of({"text": "is silly", "voice": "is unknown"}, "TEXT_SILLY")
    if text == "many":
        raise InvalidInput.of({f"field_{n}": "ä" * 1_000 for n in range(200)})
    if text == "fail":
        raise ValueError("a secret")
    if text == "group":
        raise ExceptionGroup("tasks", [ValueError("x"), AtCapacity("FULL", "x", retry_after=2.5)])
    if text == "cancel":
        raise asyncio.CancelledError
    if text == "wait":
        await asyncio.Event().wait()


class Echo:
    """What `serve` and `running` host."""

    names = (NAME,)

    def __init__(self, limit: int = 1_000, fault: Exception | None = None) -> None:
        self.sessions = Sessions(limit)
        self.metrics = Metrics("june_tts")
        self.metrics.reads_sessions(self.sessions)
        self.may_load = asyncio.Event()
        self.may_load.set()
        self.fault = fault
        self.seen: list[str] = []
        self.peers: list[str] = []
        self.yielded = 0
        self.closed = 0
        self.shut = False

    def add_to(self, server: grpc.aio.Server) -> None:
        tts_service_pb2_grpc.add_TtsServiceServicer_to_server(EchoServicer(self), server)
        metrics = MetricsServicer(self.metrics)
        metrics.add_to(server)
        about: About[LiveConfig] = About("june_tts")
        ControlServicer(about, Live(LiveConfig()), self.sessions, metrics).add_to(server)

    async def load(self) -> None:
        await self.may_load.wait()
        if self.fault is not None:
            raise self.fault

    async def close(self) -> None:
        self.shut = True


def stub(channel: grpc.aio.Channel) -> Any:
    return tts_service_pb2_grpc.TtsServiceStub(channel)


async def ask(call: Any, text: str = "", sentence_id: int = 0) -> tts_pb2.AudioChunk:
    """One request, one answer, on an open stream."""
    with suppress(*ENDED):  # the answer tells why
        await write(call, tts_pb2.Text(text=text, sentence_id=sentence_id))
    answer: tts_pb2.AudioChunk = await call.read()
    return answer


async def main() -> None:
    configure_logging("json")
    listen, drain_seconds, mode = sys.argv[1:4]
    echo = Echo(fault=Unavailable("NO_MODEL", "no model") if mode == "broken" else None)
    if mode == "loading":
        echo.may_load.clear()
    await serve(ServerSettings(listen=listen, drain_seconds=float(drain_seconds)), echo)


if __name__ == "__main__":
    run(main)
