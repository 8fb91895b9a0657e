"""A whole mesh of real servers over scripted engines, in one process."""

from __future__ import annotations

import json
import wave
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from pydantic import SecretStr

from june_orchestrator.service import Orchestrator
from june_orchestrator.settings import BrainName, OrchestratorSettings
from june_runtime.channel import connect
from june_runtime.testing import serving
from june_stt.engines.scripted import ScriptedEngine as ScriptedEar
from june_stt.engines.scripted import SttScript
from june_stt.service import Stt
from june_stt.settings import SttSettings
from june_tts.engines.scripted import Script as TtsScript
from june_tts.engines.scripted import ScriptedEngine as ScriptedVoice
from june_tts.service import TtsHost
from tests.gemini_live_server import GeminiLiveServer, gemini_live_server
from tests.gemini_server import KEY
from tests.mesh import doors
from tests.mesh.live import Calling, calling_of

QUICK_BRAIN = {
    "replies": ["It is mild and dry today. Tomorrow it rains a little. Then it is sunny again."],
    "first_token_ms": 5,
    "tokens_per_second": 500,
}


@dataclass
class Mesh:
    """A running mesh; `channel` leads to its orchestrator."""

    channel: grpc.aio.Channel
    orchestrator: Orchestrator
    stt: Stt
    tts: TtsHost
    addresses: dict[str, str]


MakeMesh = Callable[..., AbstractAsyncContextManager[Mesh]]


@pytest.fixture(autouse=True)
def _with_ears(hearing: None) -> None:
    """Every mesh has speech to text in it."""


@pytest.fixture
def make_mesh() -> MakeMesh:
    """Starts a mesh: `async with make_mesh(stt=..., tts=..., brain=...) as mesh`."""
    return mesh


@asynccontextmanager
async def mesh(
    stt: dict[str, Any] | None = None,
    tts: dict[str, Any] | None = None,
    brain: dict[str, Any] | None = None,
    stt_at: str = "",
    brains: tuple[BrainName, ...] = ("scripted",),
    gemini: str = "",
    **settings: Any,
) -> AsyncGenerator[Mesh, None]:
    """Scripted engines, all quick unless they are told otherwise. `stt_at` is where the
    orchestrator looks for speech to text, if not at the mesh's own (with commas between
    several); `brains` are asked in
    turn; `gemini` is the URL of one that thinks instead of them."""
    ear = Stt(SttSettings(), ScriptedEar(SttScript(**{"final_ms": 5} | (stt or {}))))
    voice = TtsHost(ScriptedVoice(TtsScript(**{"first_audio_ms": 5, "word_ms": 60} | (tts or {}))))
    async with serving(ear) as stt_address, serving(voice) as tts_address:
        front = Orchestrator(
            OrchestratorSettings(
                stt=tuple((stt_at or stt_address).split(",")),
                tts=(tts_address,),
                brain=("gemini",) if gemini else brains,
                gemini_url=gemini,
                gemini_key=SecretStr(KEY) if gemini else None,
                brain_script=json.dumps(QUICK_BRAIN | (brain or {})),
                **settings,
            )
        )
        async with (
            serving(front, mesh=False) as address,
            connect(address, mesh=False) as channel,
        ):
            yield Mesh(
                channel=channel,
                orchestrator=front,
                stt=ear,
                tts=voice,
                addresses={"stt": stt_address, "tts": tts_address, "orchestrator": address},
            )


@pytest.fixture
async def gemini_live(
    gemini_extra: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[GeminiLiveServer, None]:
    """The far side of a model that hears and speaks by itself."""
    async with gemini_live_server(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        yield server


@pytest.fixture
def calling(gemini_live: GeminiLiveServer) -> Calling:
    """Calls an orchestrator that asks it."""
    return calling_of(gemini_live)


@pytest.fixture
def question(speech: Callable[[str], Path]) -> bytes:
    """Two seconds of a person asking for the weather: PCM_S16LE, 16 kHz."""
    with wave.open(str(speech("weather-en.wav"))) as recording:
        frames: bytes = recording.readframes(recording.getnframes())
    return frames


@pytest.fixture(scope="module")
def running() -> Iterator[doors.Running]:
    with doors.services() as started:
        yield started


@pytest.fixture(scope="module")
def through_envoy(
    running: doors.Running, envoy: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[doors.Addresses]:
    with doors.envoy(envoy, running, tmp_path_factory.mktemp("envoy")) as addresses:
        yield addresses
