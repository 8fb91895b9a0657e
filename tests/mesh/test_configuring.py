"""What a change of configuration does to services and sessions, and what it may not."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack
from typing import Any

import grpc
import pytest
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.stt.v1 import stt_pb2

from june_runtime.errors import InvalidInput, from_rpc_error
from june_runtime.testing import serving
from june_stt.engines.scripted import ScriptedEngine, SttScript
from june_stt.service import Stt
from june_stt.settings import SttSettings
from tests.mesh.caller import Caller
from tests.mesh.conftest import MakeMesh
from tests.mesh.test_switching import ask, switch


async def refusal(call: Any) -> InvalidInput:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await call
    error = from_rpc_error(failed.value)
    assert isinstance(error, InvalidInput)
    return error


async def test_a_language_that_nobody_here_knows_is_refused(make_mesh: MakeMesh) -> None:
    """Every turn would fail by it."""
    async with make_mesh() as mesh:
        error = await refusal(switch(mesh.channel, language="tlh"))
        assert error.reason == "LANGUAGE_UNKNOWN"
        assert set(error.fields) == {"config.language"}
        assert mesh.orchestrator.live.current.language == ""
        await switch(mesh.channel, language="en")


async def test_a_voice_that_there_is_not_is_refused(make_mesh: MakeMesh) -> None:
    async with make_mesh() as mesh:
        error = await refusal(switch(mesh.channel, voice="nobody"))
        assert error.reason == "VOICE_UNKNOWN"
        voices = [voice.name for voice in mesh.tts.engine.voices]
        await switch(mesh.channel, voice=voices[0])


async def test_a_service_that_does_not_answer_holds_up_no_change(make_mesh: MakeMesh) -> None:
    """It gets the benefit of the doubt."""
    async with make_mesh(stt_at="127.0.0.1:1") as mesh, asyncio.timeout(5):
        answer = await switch(mesh.channel, language="en")
    assert answer.config.language == "en"


async def test_a_config_that_speech_to_text_refuses_costs_no_session(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """The session is told, and goes on as it was."""
    async with make_mesh() as mesh, Caller(mesh.channel) as caller:
        await caller.begin()
        await ask(caller, question)
        # Past the check, as by a replica that knows less than its kin.
        mesh.orchestrator.live.begin(
            mesh.orchestrator.live.current.model_copy(update={"language": "tlh"})
        )
        await caller.speak(question)
        await caller.hush(0.8)
        notice = (await caller.until("notice")).notice
        record = (await caller.until("turn_ended")).turn_ended
    assert "tlh" in notice.status.message
    assert record.outcome == pb.TURN_OUTCOME_COMPLETE


async def test_another_replica_is_not_asked_by_what_the_first_refused(
    make_mesh: MakeMesh, question: bytes
) -> None:
    """It would refuse it as well, and the session would be lost with the first."""
    async with AsyncExitStack() as first, serving(Stt(SttSettings(), quick_ear())) as second:
        address = await first.enter_async_context(serving(Stt(SttSettings(), quick_ear())))
        async with make_mesh(stt_at=f"{address},{second}") as mesh, Caller(mesh.channel) as caller:
            await caller.begin()
            await ask(caller, question)
            mesh.orchestrator.live.begin(
                mesh.orchestrator.live.current.model_copy(update={"language": "tlh"})
            )
            await caller.speak(question)
            await caller.hush(0.8)
            await caller.until("notice")
            await caller.until("turn_ended")
            await first.aclose()
            record = await ask(caller, question)
    assert record.outcome == pb.TURN_OUTCOME_COMPLETE


def quick_ear() -> ScriptedEngine:
    return ScriptedEngine(SttScript(final_ms=5))


async def test_a_restarted_speech_to_text_needs_no_telling(
    make_mesh: MakeMesh, question: bytes, free_address: str
) -> None:
    """The settings are in the config of every stream."""
    async with make_mesh(stt_at=free_address) as mesh:
        await switch(mesh.channel, end_silence_ms=300, eager_end_silence_ms=100)
        for _ in range(2):
            ear = Recorded(SttSettings(), ScriptedEngine(SttScript(final_ms=5)))
            async with serving(ear, listen=free_address), Caller(mesh.channel) as caller:
                await caller.begin()
                await ask(caller, question)
            assert [config.endpointing.end_silence_ms for config in ear.configs] == [300]
            assert ear.live.current.end_silence_ms == 500


async def test_a_running_stream_is_told_of_every_change(
    make_mesh: MakeMesh, question: bytes, free_address: str
) -> None:
    """Before the audio to which it applies."""
    ear = Recorded(SttSettings(), ScriptedEngine(SttScript(final_ms=5)))
    async with (
        serving(ear, listen=free_address),
        make_mesh(stt_at=free_address) as mesh,
        Caller(mesh.channel) as caller,
    ):
        await caller.begin()
        await ask(caller, question)
        await switch(mesh.channel, end_silence_ms=900)
        await ask(caller, question + bytes(len(question)))
    assert [config.endpointing.end_silence_ms for config in ear.configs] == [500, 900]


@pytest.fixture
def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        return f"127.0.0.1:{opened.getsockname()[1]}"


class Recorded(Stt):
    """Writes down by what it is asked to hear."""

    configs: list[stt_pb2.TranscribeConfig]

    def _configured(self, config: stt_pb2.TranscribeConfig) -> Any:
        self.configs = [*getattr(self, "configs", []), config]
        return super()._configured(config)
