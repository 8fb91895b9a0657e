"""What was heard without speech to text, as callers of Converse know it. Pure."""

from __future__ import annotations

from june.stt.v1 import stt_pb2

from june_orchestrator.ports import Event, Heard

_EVENTS = {
    Event.SPEECH_STARTED: stt_pb2.TRANSCRIPT_EVENT_SPEECH_STARTED,
    Event.UPDATE: stt_pb2.TRANSCRIPT_EVENT_UPDATE,
    Event.EAGER_END: stt_pb2.TRANSCRIPT_EVENT_EAGER_END,
    Event.RESUMED: stt_pb2.TRANSCRIPT_EVENT_RESUMED,
    Event.END_OF_TURN: stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN,
    Event.SPEECH_ENDED: stt_pb2.TRANSCRIPT_EVENT_SPEECH_ENDED,
    Event.HEARTBEAT: stt_pb2.TRANSCRIPT_EVENT_HEARTBEAT,
}


class Captions:
    """Writes what speech to text would have written, as far as it is known: the words,
    all of which may change until the turn ends, and about where in the audio."""

    def __init__(self) -> None:
        self._turn = 0
        self._revision = 0
        self._text = ""
        self._started_ms = 0

    def write(self, heard: Heard, processed_ms: int) -> stt_pb2.TranscriptPartial:
        """`processed_ms`: the audio that has come from the caller so far."""
        if heard.event is Event.SPEECH_STARTED:
            self._revision, self._text, self._started_ms = 0, "", processed_ms
        over = heard.event is Event.END_OF_TURN
        text = heard.final_text if over else heard.text
        if text != self._text:
            self._text = text
            self._revision += 1
        partial = stt_pb2.TranscriptPartial(
            event=_EVENTS[heard.event],
            turn_index=self._turn,
            revision=self._revision,
            committed_text=text if over else "",
            unstable_text="" if over else text,
            final_text=heard.final_text,
            is_final=over,
            audio_processed_ms=processed_ms,
            speech_start_ms=self._started_ms,
            result_end_ms=processed_ms,
            language=heard.language,
        )
        self._turn += over
        return partial
