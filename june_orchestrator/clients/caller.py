"""The `Speaker` port over gRPC: the caller of a Converse stream."""

from __future__ import annotations

import asyncio

from google.protobuf.duration_pb2 import Duration
from june.common.v1 import session_pb2
from june.orchestrator.v1 import orchestrator_pb2 as pb
from june.stt.v1 import stt_pb2

from june_orchestrator.clients.captions import Captions
from june_orchestrator.journal import Journal
from june_orchestrator.metrics import note_turn
from june_orchestrator.news import News
from june_orchestrator.ports import Event, Frame, Heard, Outcome, TurnRecord
from june_runtime.errors import JuneError, to_status
from june_runtime.metrics import Metrics
from june_runtime.outbox import Outbox
from june_runtime.pcm import AudioFormat
from june_runtime.wire import write_format

_OUTCOMES = {
    Outcome.COMPLETE: pb.TURN_OUTCOME_COMPLETE,
    Outcome.INTERRUPTED: pb.TURN_OUTCOME_INTERRUPTED,
    Outcome.FAILED: pb.TURN_OUTCOME_FAILED,
}


class Caller:
    """Turns what a conversation does into ConverseResponses, figures and lines."""

    def __init__(
        self, outbox: Outbox[pb.ConverseResponse], metrics: Metrics, journal: Journal
    ) -> None:
        self._outbox = outbox
        self._metrics = metrics
        self._journal = journal
        self._speaking = False
        self._answering = 0
        self._last_turn = 0
        self._captions = Captions()
        self._taken_seconds = 0.0
        # Captions of what is being said, and when the last one came.
        self._partials = 0
        self._captioned_at: float | None = None
        # Whether this counts as a conversation yet, and as one with concurrent synthesis.
        self._answered = self._concurrent = False

    @property
    def depth(self) -> int:
        """Messages that the caller has not read yet."""
        return self._outbox.depth

    @property
    def in_turn(self) -> bool:
        """Whether the user is speaking, or an answer is not yet over."""
        return self._speaking or self._answering > 0

    async def started(
        self, session_id: str, heard: AudioFormat | None, spoken: AudioFormat
    ) -> None:
        started = pb.SessionStarted(session_id=session_id, output=write_format(spoken))
        if heard is not None:
            started.input.CopyFrom(write_format(heard))
        await self._outbox.put(pb.ConverseResponse(started=started))

    async def go_away(self, seconds: float) -> None:
        left = Duration()
        left.FromMilliseconds(int(seconds * 1000))
        away = session_pb2.GoAway(time_left=left)
        await self._outbox.put(pb.ConverseResponse(go_away=away))

    def hears(self, heard: Heard) -> None:
        if heard.event is not Event.HEARTBEAT:
            self._speaking = heard.event not in (Event.END_OF_TURN, Event.SPEECH_ENDED)

    def took(self, seconds: float) -> None:
        """So much audio came from the caller."""
        self._taken_seconds += seconds
        self._metrics.count("audio_in_seconds", seconds)

    async def caption(self, heard: Heard) -> None:
        if heard.event is Event.HEARTBEAT:
            return
        told = heard.message
        if not isinstance(told, stt_pb2.TranscriptPartial):
            told = self._captions.write(heard, int(self._taken_seconds * 1000))
        if heard.event is Event.UPDATE:
            self._note_partial(heard, told)
        else:
            self._captioned_at = None
        await self._outbox.put(pb.ConverseResponse(transcript=told))
        if not self._speaking:
            self._partials = 0

    def _note_partial(self, heard: Heard, told: stt_pb2.TranscriptPartial) -> None:
        self._partials += 1
        self._metrics.count("partial_transcripts_received")
        now = asyncio.get_running_loop().time()
        if self._captioned_at is not None:
            self._metrics.time("partial_interval_ms", (now - self._captioned_at) * 1000)
        self._captioned_at = now
        ms = told.audio_processed_ms - told.speech_start_ms
        self._journal.partial(self._last_turn + 1, self._partials, ms, heard.text)

    def news(self, turn: int, news: News) -> None:
        self._journal.news(turn, news)

    async def turn_started(self, turn: int, user_text: str) -> None:
        self._answering += 1
        self._last_turn = turn
        started = pb.TurnStarted(user_text=user_text)
        await self._outbox.put(pb.ConverseResponse(turn=turn, turn_started=started))

    async def reply_text(self, turn: int, sentence: int, text: str) -> None:
        said = pb.ReplyText(sentence=sentence, text=text)
        await self._outbox.put(pb.ConverseResponse(turn=turn, reply_text=said))

    async def audio(self, turn: int, frame: Frame) -> None:
        audio = pb.ReplyAudio(
            sentence=frame.sentence,
            start_sample=frame.start_sample,
            pcm=frame.pcm,
            sent_ms=frame.sent_ms,
            last=frame.last,
            filler=frame.filler,
        )
        await self._outbox.put(pb.ConverseResponse(turn=turn, audio=audio))

    async def paused(self, turn: int) -> None:
        await self._outbox.put(pb.ConverseResponse(turn=turn, paused=pb.Paused()))

    async def resumed(self, turn: int) -> None:
        self._metrics.count("false_interruptions")
        await self._outbox.put(pb.ConverseResponse(turn=turn, resumed=pb.Resumed()))

    async def interrupted(self, turn: int, heard_text: str) -> None:
        cut = pb.Interrupted(heard_text=heard_text)
        await self._outbox.put(pb.ConverseResponse(turn=turn, interrupted=cut))

    async def notice(self, turn: int, error: JuneError) -> None:
        self._metrics.error(error.reason)
        notice = pb.Notice(status=to_status(error))
        await self._outbox.put(pb.ConverseResponse(turn=turn, notice=notice))

    async def turn_ended(self, turn: int, record: TurnRecord) -> None:
        self._answering -= 1
        self._note_conversation(record)
        note_turn(self._metrics, record)
        self._journal.turn_ended(turn, record)
        await self._outbox.put(pb.ConverseResponse(turn=turn, turn_ended=record_message(record)))

    def _note_conversation(self, record: TurnRecord) -> None:
        """A session counts once, at its first turn of the kind; a turn that failed does
        not make it one."""
        if record.outcome is Outcome.FAILED:
            return
        self._metrics.count("conversations", not self._answered)
        self._answered = True
        self._metrics.count(
            "conversations_concurrent", record.concurrent_tts and not self._concurrent
        )
        self._concurrent = self._concurrent or record.concurrent_tts


def record_message(record: TurnRecord) -> pb.TurnRecord:
    """The record as protobuf tells it."""
    return pb.TurnRecord(
        outcome=_OUTCOMES[record.outcome],
        user_text=record.user_text,
        reply_text=record.reply_text,
        stages=pb.TurnStages(**{f"{name}_ms": value for name, value in record.stages.items()}),
        end_to_end_ms=record.end_to_end_ms,
        hidden_ms=record.hidden_ms,
        first_token_ms=record.first_token_ms,
        first_audio_ms=record.first_audio_ms,
        milestones=[pb.Milestone(name=name, at_ms=at) for name, at in record.milestones.items()],
        sentences=[
            pb.SentenceRecord(
                text=said.text,
                flushed_ms=said.flushed_ms,
                first_audio_ms=said.first_audio_ms,
                synthesised_ms=said.synthesised_ms,
                played_ms=said.played_ms,
                audio_ms=said.audio_ms,
                begun_ms=said.begun_ms,
            )
            for said in record.sentences
        ],
        speculated=record.speculated,
        speculations_wasted=record.speculations_wasted,
        concurrent_tts=record.concurrent_tts,
        error=to_status(record.error) if record.error else None,
        sequential=record.sequential,
        fallback=record.fallback,
        concurrent_sentences=record.concurrent_sentences,
        tokens=record.tokens,
    )
