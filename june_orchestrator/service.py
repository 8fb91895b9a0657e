"""The orchestrator's RPCs and what serves them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Any, NoReturn

import grpc
from june.control.v1.control_pb2 import Streaming
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.orchestrator.v1 import orchestrator_service_pb2_grpc
from june.stt.v1 import stt_service_pb2_grpc

from june_orchestrator.brain import load_speech_model
from june_orchestrator.chain import Chain, load_chain
from june_orchestrator.clients.abilities import Abilities
from june_orchestrator.clients.caller import Caller
from june_orchestrator.clients.places import Places
from june_orchestrator.clients.stt import SttLine
from june_orchestrator.clients.tts import TtsPool
from june_orchestrator.conversation import Parts, converse
from june_orchestrator.direct.conversation import DirectParts, converse_directly
from june_orchestrator.direct.line import SpeechLine
from june_orchestrator.direct.ports import SpeechModel
from june_orchestrator.expectations import judge
from june_orchestrator.fillers import USUAL
from june_orchestrator.front import FrontSession, Talk
from june_orchestrator.history import History
from june_orchestrator.journal import Journal
from june_orchestrator.metrics import FIGURES
from june_orchestrator.requests import SessionOptions, check_room, read_config
from june_orchestrator.settings import SPEECH_MODEL, OrchestratorConfig, OrchestratorSettings
from june_orchestrator.sharing import Sharing
from june_orchestrator.terms import Terms
from june_orchestrator.voices import Voices
from june_runtime.channel import TlsFiles
from june_runtime.control import About, ControlServicer
from june_runtime.errors import NotServed, OutOfOrder, TimedOut
from june_runtime.live import Live
from june_runtime.metrics import Metrics, MetricsServicer
from june_runtime.outbox import Outbox, emitted
from june_runtime.sessions import Session, Sessions

NAME = "june_orchestrator"


class Orchestrator(orchestrator_service_pb2_grpc.OrchestratorServiceServicer):
    """What `serve` hosts: conversations, control and metrics."""

    names = (
        "june.orchestrator.v1.OrchestratorService",
        "june.control.v1.ControlService",
        "june.metrics.v1.MetricsService",
    )

    def __init__(self, settings: OrchestratorSettings) -> None:
        self._settings = settings
        self.metrics = Metrics(NAME, FIGURES, judge)
        self._sharing = Sharing(settings, self.metrics)
        self.live = Live(settings.live(), self._sharing.store, check=self._check)
        self.sessions = Sessions(settings.max_sessions)
        # Three services in a row, or one model in their place.
        self._brain: Chain | None = None
        self._speech_model: SpeechModel | None = None
        self._fronts: set[FrontSession] = set()
        self._stt: Places[stt_service_pb2_grpc.SttServiceAsyncStub] | None = None
        self._tts: TtsPool | None = None
        self._abilities: Abilities | None = None
        self._tell_figures()

    def add_to(self, server: grpc.aio.Server) -> None:
        orchestrator_service_pb2_grpc.add_OrchestratorServiceServicer_to_server(self, server)
        metrics = MetricsServicer(self.metrics, together=self._sharing.together)
        metrics.add_to(server)
        about = About(
            NAME,
            engine=self._engine,
            streaming=_streaming,
            turns=self._turns_in_progress,
        )
        ControlServicer(about, self.live, self.sessions, metrics).add_to(server)

    def _tell_figures(self) -> None:
        metrics = self.metrics
        metrics.reads_sessions(self.sessions)
        metrics.reads("turns_in_progress", self._turns_in_progress)
        metrics.reads("inbox_depth", lambda: sum(front.inbox_depth for front in self._fronts))
        metrics.reads("outbox_depth", lambda: sum(front.outbox_depth for front in self._fronts))
        metrics.reads("tts_streams_busy", lambda: self._tts.busy_streams if self._tts else 0)
        metrics.reads("tts_streams_idle", lambda: self._tts.idle_streams if self._tts else 0)
        metrics.reads("tts_waiting", lambda: self._tts.waiting if self._tts else 0)

    def _turns_in_progress(self) -> int:
        return sum(front.in_turn for front in self._fronts)

    async def load(self) -> None:
        if SPEECH_MODEL in self._settings.brain:
            self._speech_model = load_speech_model(self._settings)
            await self._speech_model.load()
        else:
            await self._load_mesh()
        await self.live.catch_up()

    async def _load_mesh(self) -> None:
        settings = self._settings
        self._brain = load_chain(settings, self.metrics.count)
        await self._brain.load()
        tls = TlsFiles(ca=settings.tls_ca, cert=settings.tls_cert, key=settings.tls_key)
        mesh_tls = tls if settings.tls_ca else None
        self._stt = Places(settings.stt, stt_service_pb2_grpc.SttServiceStub, mesh_tls)
        self._tts = TtsPool(settings.tts, settings.max_tts_streams, mesh_tls)
        self._tts.warm()
        self._abilities = Abilities(self._stt, self._tts.places)

    async def attend(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._sharing.attend(self.live))
            if self._abilities:
                tasks.create_task(self._abilities.keep_looking())

    @property
    def voices(self) -> Voices:
        """What text to speech can say, as far as is known."""
        return self._abilities.voices if self._abilities else Voices()

    async def close(self) -> None:
        await self._sharing.close()
        for model in (self._brain, self._speech_model):
            if model:
                await model.close()
        if self._tts:
            await self._tts.close()
        if self._stt:
            await self._stt.close()

    async def Converse(
        self, request_iterator: AsyncIterator[pb.ConverseRequest], context: Any
    ) -> AsyncGenerator[pb.ConverseResponse, None]:
        settings = self._settings
        with self.sessions.admit() as session:
            options = await _first(request_iterator, settings.idle_seconds)
            outbox = Outbox[pb.ConverseResponse](stall_seconds=settings.stall_seconds)

            async def hold() -> None:
                await self._hold(session, options, outbox, request_iterator)

            async with aclosing(emitted(outbox, hold)) as responses:
                async for response in responses:
                    yield response

    async def _hold(
        self,
        session: Session,
        options: SessionOptions,
        outbox: Outbox[pb.ConverseResponse],
        requests: AsyncIterator[pb.ConverseRequest],
    ) -> None:
        caller = Caller(outbox, self.metrics, Journal(words=self._settings.log_words))
        terms = Terms(options, self.live)
        if self._speech_model:
            talk = self._direct_talk(self._speech_model, options, caller, terms)
        else:
            talk = self._mesh_talk(self._line(session, options, terms), caller, terms)
        front = FrontSession(session, options, talk, caller, terms)
        self._fronts.add(front)
        try:
            await front.hold(requests, self._settings.idle_seconds)
        finally:
            self._fronts.discard(front)

    def _mesh_talk(self, line: SttLine | None, caller: Caller, terms: Terms) -> Talk:
        """Speech to text, brain and text to speech."""
        assert self._brain is not None
        assert self._tts is not None
        parts = Parts(
            self._brain,
            self._tts,
            caller,
            terms.reply_options,
            lambda: self.voices,
            apologises=self._settings.apologises,
            fillers=self._settings.fillers or USUAL,
        )
        return Talk(line, partial(converse, parts=parts))

    def _direct_talk(
        self, model: SpeechModel, options: SessionOptions, caller: Caller, terms: Terms
    ) -> Talk:
        """One model in the place of all three."""
        history = History()
        line = SpeechLine(model, options.input, terms.wishes, history)
        parts = DirectParts(line, caller, terms.reply_options, history)
        return Talk(line, partial(converse_directly, parts=parts))

    async def StreamToRoom(self, request: pb.StreamToRoomRequest, context: Any) -> NoReturn:
        check_room(request)
        raise NotServed("ROOM_NOT_CONFIGURED", "no LiveKit room is configured")

    def _line(self, session: Session, options: SessionOptions, terms: Terms) -> SttLine | None:
        if options.input is None:
            return None
        assert self._stt is not None
        return SttLine(self._stt, session.id, options.input, terms.hearing(terms.present()))

    async def _check(self, wanted: OrchestratorConfig, changed: frozenset[str]) -> None:
        if self._abilities:
            await self._abilities.check(wanted, changed)

    def _engine(self) -> str:
        model = self._brain or self._speech_model
        return model.name if model else ""


def _streaming(live: OrchestratorConfig) -> Streaming:
    enabled = live.streaming_enabled
    return Streaming(
        enabled=enabled,
        concurrent_tts=enabled and live.concurrent_tts,
        partial_support=enabled and live.partial_support,
    )


async def _first(
    requests: AsyncIterator[pb.ConverseRequest], idle_seconds: float
) -> SessionOptions:
    """The config that every session begins with."""
    try:
        async with asyncio.timeout(idle_seconds):
            request = await anext(requests, None)
    except TimeoutError:
        raise TimedOut("SESSION_IDLE", "no config came from the caller") from None
    if request is None or request.WhichOneof("payload") != "config":
        raise OutOfOrder("CONFIG_MISSING", "the first message must be config")
    return read_config(request.config)
