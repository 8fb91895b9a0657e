"""What a Transcribe stream answers, as june.stt.v1 tells it."""

from __future__ import annotations

from typing import Any

from google.protobuf.duration_pb2 import Duration
from june.common.v1 import session_pb2
from june.stt.v1 import stt_pb2

from june_runtime.errors import to_status
from june_stt.engine import RATE
from june_stt.stream import Answer, GoAway, Refusal
from june_stt.transcript import EndReason, Event, Transcript

_EVENTS: dict[Event, Any] = {
    event: stt_pb2.TranscriptEvent.Value(f"TRANSCRIPT_EVENT_{event.name}") for event in Event
}
_REASONS: dict[EndReason, Any] = {
    reason: stt_pb2.EndReason.Value(f"END_REASON_{reason.name}") for reason in EndReason
}


def write_answer(answer: Answer) -> stt_pb2.TranscriptPartial:
    if isinstance(answer, GoAway):
        left = Duration()
        left.FromMilliseconds(int(answer.seconds * 1000))
        return stt_pb2.TranscriptPartial(go_away=session_pb2.GoAway(time_left=left))
    if isinstance(answer, Refusal):
        return stt_pb2.TranscriptPartial(
            error=to_status(answer.error), config_number=answer.config_number
        )
    told = answer.transcript
    return stt_pb2.TranscriptPartial(
        event=_EVENTS[told.event],
        turn_index=told.turn_index,
        revision=told.revision,
        committed_text=told.committed_text,
        unstable_text=told.unstable_text,
        final_text=told.final_text,
        is_final=told.event is Event.END_OF_TURN,
        stability=told.stability,
        end_of_turn_confidence=told.end_of_turn_confidence,
        end_reason=_REASONS[told.end_reason] if told.end_reason else None,
        audio_processed_ms=told.audio_processed_ms,
        speech_start_ms=told.speech_start_ms,
        result_end_ms=told.result_end_ms,
        words=_words(told),
        language=told.language,
        language_probability=told.language_probability,
        queue_ms=answer.queue_ms,
        infer_ms=answer.infer_ms,
        config_number=told.config_number,
    )


def _words(told: Transcript) -> list[session_pb2.Word]:
    return [
        session_pb2.Word(
            text=word.text,
            start_ms=told.audio_start_ms + word.start * 1000 // RATE,
            end_ms=told.audio_start_ms + word.end * 1000 // RATE,
            confidence=word.confidence,
        )
        for word in told.words
    ]
