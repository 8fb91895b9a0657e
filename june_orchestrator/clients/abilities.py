"""What the services behind can do, and whether it is what a configuration asks for."""

from __future__ import annotations

import asyncio
import logging

import grpc
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.tts.v1 import tts_pb2

from june_orchestrator.clients.stt import SttPlaces
from june_orchestrator.clients.tts import TtsPlaces
from june_orchestrator.settings import OrchestratorConfig
from june_orchestrator.voices import Voices
from june_runtime.errors import InvalidInput

log = logging.getLogger(__name__)

# Configure answers within this, whatever the services do.
ASK_SECONDS = 1.0
# How often is looked what voices there are: once they are known, and until then.
LOOK_SECONDS, LOOK_AGAIN_SECONDS = 30.0, 1.0


class Abilities:
    """Asks one replica of each service; replicas are alike.

    `voices` are those that text to speech had when it was last asked.
    """

    def __init__(self, stt: SttPlaces, tts: TtsPlaces) -> None:
        self.voices = Voices()
        self._stt = stt
        self._tts = tts

    async def keep_looking(self) -> None:
        """Learns what voices there are, again and again, until cancelled."""
        while True:
            try:
                answer = await self._list_voices("")
                self.voices = Voices(
                    {voice.name: tuple(voice.languages) for voice in answer.voices},
                    answer.default_voice,
                )
            except grpc.aio.AioRpcError as silent:
                log.debug("voices are not known: %s", silent.code().name)
            await asyncio.sleep(LOOK_SECONDS if self.voices.tags else LOOK_AGAIN_SECONDS)

    async def check(self, wanted: OrchestratorConfig, changed: frozenset[str]) -> None:
        """Refuses what would spoil every turn from now on. A service that does not answer
        is given the benefit of the doubt: sessions are told where it matters.

        Raises:
            InvalidInput: LANGUAGE_UNKNOWN or VOICE_UNKNOWN.
        """
        if not changed & {"language", "voice"}:
            return
        try:
            if "language" in changed:
                await self._check_hearing(wanted.language)
            await self._check_speaking(wanted.voice, wanted.language)
        except grpc.aio.AioRpcError as silent:
            log.warning("voice and language could not be checked: %s", silent.code().name)

    async def _check_hearing(self, language: str) -> None:
        known = (await _status_of(self._stt)).languages
        primary = language.partition("-")[0].lower()
        if language and known and primary not in known:
            fault = f"is {language!r}; speech to text knows {', '.join(known)}"
            raise InvalidInput.of({"config.language": fault}, "LANGUAGE_UNKNOWN")

    async def _check_speaking(self, voice: str, language: str) -> None:
        names = [voice.name for voice in (await self._list_voices(language)).voices]
        if not names:
            fault = f"is {language!r}, which no voice of text to speech speaks"
            raise InvalidInput.of({"config.language": fault}, "LANGUAGE_UNKNOWN")
        if voice and voice not in names:
            fault = f"is {voice!r}; there are {', '.join(names[:20])}"
            raise InvalidInput.of({"config.voice": fault}, "VOICE_UNKNOWN")

    async def _list_voices(self, language: str) -> tts_pb2.ListVoicesResponse:
        request = tts_pb2.ListVoicesRequest(language=language)
        return await self._tts.choose().stub.ListVoices(request, timeout=ASK_SECONDS)


async def _status_of(places: SttPlaces) -> control_pb2.Status:
    stub = control_service_pb2_grpc.ControlServiceStub(places.choose().channel)
    answer = await stub.GetStatus(control_pb2.GetStatusRequest(), timeout=ASK_SECONDS)
    return answer.status
