"""A caller over a real channel: sends june.tts.v1 messages and reads the answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import grpc
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from june.common.v1 import audio_pb2
from june.tts.v1 import tts_pb2, tts_service_pb2_grpc

from june_runtime.calls import ENDED, write
from june_runtime.errors import JuneError, from_rpc_error
from june_runtime.testing import running
from june_tts.engine import TtsEngine
from june_tts.engines.scripted import Script, ScriptedEngine
from june_tts.service import TtsHost
from june_tts.settings import TtsSettings

# Quick, so that no test waits: real time counts here.
QUICK = Script(first_audio_ms=1, speed=0)
SECONDS = 10.0

S16LE = audio_pb2.AUDIO_ENCODING_PCM_S16LE
F32LE = audio_pb2.AUDIO_ENCODING_PCM_F32LE
MULAW = audio_pb2.AUDIO_ENCODING_MULAW


def config(**fields: Any) -> tts_pb2.Text:
    return tts_pb2.Text(config=tts_pb2.SynthesizeConfig(**fields))


def text(sentence_id: int, words: str) -> tts_pb2.Text:
    return tts_pb2.Text(sentence_id=sentence_id, text=words)


def flush(sentence_id: int) -> tts_pb2.Text:
    return tts_pb2.Text(sentence_id=sentence_id, flush=tts_pb2.Flush())


def cancel(sentence_id: int) -> tts_pb2.Text:
    return tts_pb2.Text(sentence_id=sentence_id, cancel=tts_pb2.Cancel())


def said(sentence_id: int, words: str) -> list[tts_pb2.Text]:
    return [text(sentence_id, words), flush(sentence_id)]


class Line:
    """One open Synthesize stream."""

    def __init__(self, call: Any) -> None:
        self.call = call

    async def send(self, *messages: tts_pb2.Text) -> None:
        for message in messages:
            with suppress(*ENDED):  # whoever reads learns why
                await write(self.call, message)

    async def read(self) -> tts_pb2.AudioChunk | None:
        """The next chunk; None at the end of a stream that ended well.

        Raises:
            JuneError: what ended it otherwise.
        """
        try:
            async with asyncio.timeout(SECONDS):
                chunk = await self.call.read()
                if chunk is grpc.aio.EOF:  # type: ignore[attr-defined]
                    code = await self.call.code()
                    assert code is grpc.StatusCode.OK, code
                    return None
        except grpc.aio.AioRpcError as failed:
            raise from_rpc_error(failed) from None
        assert isinstance(chunk, tts_pb2.AudioChunk)
        return chunk

    async def sentence(self, sentence_id: int) -> list[tts_pb2.AudioChunk]:
        """Its chunks up to the final one."""
        chunks: list[tts_pb2.AudioChunk] = []
        while chunk := await self.read():
            if chunk.sentence_id == sentence_id:
                chunks.append(chunk)
                if chunk.final:
                    return chunks
        raise AssertionError(f"no final chunk of sentence {sentence_id}")

    async def rest(self) -> list[tts_pb2.AudioChunk]:
        """Half-closes; everything that still comes."""
        await self.call.done_writing()
        chunks: list[tts_pb2.AudioChunk] = []
        while chunk := await self.read():
            chunks.append(chunk)
        return chunks

    async def error(self) -> JuneError:
        """What ends the stream; chunks before it are passed over."""
        try:
            while await self.read():
                pass
        except JuneError as error:
            return error
        raise AssertionError("the stream ended well")


class Service:
    """A running service and a channel to it."""

    def __init__(self, host: TtsHost, channel: grpc.aio.Channel) -> None:
        self.host = host
        self.channel = channel
        # The stubs know nothing of gRPC's asyncio side.
        self.stub: Any = tts_service_pb2_grpc.TtsServiceStub(channel)

    @asynccontextmanager
    async def line(self, *messages: tts_pb2.Text) -> AsyncIterator[Line]:
        """A stream on which `messages` have been sent; cancelled at the end."""
        line = Line(self.stub.Synthesize())
        try:
            await line.send(*messages)
            yield line
        finally:
            line.call.cancel()

    async def idle(self) -> None:
        """Returns when no stream is left."""
        async with asyncio.timeout(SECONDS):
            await self.host.sessions.ended()


@asynccontextmanager
async def served(
    engine: TtsEngine | None = None, script: Script = QUICK, **settings: Any
) -> AsyncIterator[Service]:
    chosen = TtsSettings(**settings)
    host = TtsHost(engine or ScriptedEngine(script), chosen)
    server = chosen.server.model_dump(include={"max_receive_bytes", "stall_seconds"})
    async with running(host, **server) as channel:
        yield Service(host, channel)


def reason_of(status: Status) -> str:
    """The reason that a chunk's error gives."""
    info = ErrorInfo()
    assert status.details[0].Unpack(info)
    return str(info.reason)
