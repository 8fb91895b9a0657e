"""POST /stream-to-room, which text to speech passes on."""

from __future__ import annotations

import httpx
from june.orchestrator.v1.orchestrator_pb2 import StreamToRoomRequest
from june.orchestrator.v1.orchestrator_service_pb2_grpc import OrchestratorServiceStub

from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.channel import connect
from june_runtime.testing import serving, serving_both
from june_tts.engines.scripted import Script, ScriptedEngine
from june_tts.service import TtsHost
from june_tts.settings import TtsSettings

SPEAK = {"text": "Hello.", "exaggeration": 0.6}


def host(orchestrator: str) -> TtsHost:
    return TtsHost(ScriptedEngine(Script()), TtsSettings(orchestrator=orchestrator))


async def test_what_the_orchestrator_says_comes_back() -> None:
    """Its errors with their reasons."""
    front = Orchestrator(OrchestratorSettings(brain="scripted"))
    async with (
        serving(front) as address,
        serving_both(host(address)) as at,
        httpx.AsyncClient(base_url=f"http://{at.http}", trust_env=False) as http,
    ):
        none = await http.post("/stream-to-room", json=SPEAK)
        bad = await http.post("/stream-to-room", json={"text": ""})
    assert (none.status_code, bad.status_code) == (501, 400)
    assert none.json()["details"][0]["reason"] == "ROOM_NOT_CONFIGURED"
    assert bad.json()["details"][1]["field_violations"][0]["field"] == "text"


async def test_a_lost_orchestrator_may_come_back() -> None:
    """UNAVAILABLE, with when to try again."""
    async with (
        serving_both(host("127.0.0.1:1")) as at,
        httpx.AsyncClient(base_url=f"http://{at.http}", trust_env=False) as http,
    ):
        answer = await http.post("/stream-to-room", json=SPEAK)
    assert (answer.status_code, answer.json()["code"]) == (503, 14)
    assert answer.json()["details"][0]["reason"] == "ORCHESTRATOR_UNAVAILABLE"
    assert answer.json()["details"][1]["retry_delay"] == "1s"


async def test_over_grpc_text_to_speech_has_no_rooms() -> None:
    """Who speaks gRPC asks the orchestrator itself."""
    async with serving(host("127.0.0.1:1")) as target, connect(target) as channel:
        rooms = OrchestratorServiceStub(channel)
        status = await rooms.StreamToRoom(StreamToRoomRequest(text="Hello.")).code()
    assert status.name == "UNIMPLEMENTED"
