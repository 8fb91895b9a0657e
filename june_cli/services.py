"""June's three services as the command line knows them."""

from __future__ import annotations

from dataclasses import dataclass

PORT_BASE, HTTP_BASE = 50050, 8080


@dataclass(frozen=True, slots=True)
class Service:
    """One service: what people call it, how it starts and where it listens.

    `module` is started by `python -m`; it listens at the port base plus `offset`, for
    HTTP at the HTTP base plus `offset`, and reads settings that begin with `prefix`.
    """

    name: str
    title: str
    module: str
    grpc_name: str
    prefix: str
    offset: int


ORCHESTRATOR = Service(
    "orchestrator",
    "orchestrator",
    "june_orchestrator",
    "june.orchestrator.v1.OrchestratorService",
    "JUNE_ORCH_",
    0,
)
STT = Service("stt", "speech to text", "june_stt", "june.stt.v1.SttService", "JUNE_STT_", 1)
TTS = Service("tts", "text to speech", "june_tts", "june.tts.v1.TtsService", "JUNE_TTS_", 2)

SERVICES = (ORCHESTRATOR, STT, TTS)
NAMES = tuple(service.name for service in SERVICES)


def named(name: str) -> Service:
    return SERVICES[NAMES.index(name)]
