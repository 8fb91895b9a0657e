"""What was told of the turn in progress, whichever replica hears it. Pure."""

from __future__ import annotations

from june.stt.v1 import stt_pb2

from june_orchestrator.ports import Event

EVENTS = {
    stt_pb2.TRANSCRIPT_EVENT_SPEECH_STARTED: Event.SPEECH_STARTED,
    stt_pb2.TRANSCRIPT_EVENT_UPDATE: Event.UPDATE,
    stt_pb2.TRANSCRIPT_EVENT_EAGER_END: Event.EAGER_END,
    stt_pb2.TRANSCRIPT_EVENT_RESUMED: Event.RESUMED,
    stt_pb2.TRANSCRIPT_EVENT_END_OF_TURN: Event.END_OF_TURN,
    stt_pb2.TRANSCRIPT_EVENT_SPEECH_ENDED: Event.SPEECH_ENDED,
    stt_pb2.TRANSCRIPT_EVENT_HEARTBEAT: Event.HEARTBEAT,
}
TURN_OVER = (Event.END_OF_TURN, Event.SPEECH_ENDED)


class Progress:
    """Puts what each replica tells into one order of the session's own.

    Turns and revisions count on from one replica to the next, nothing that was told
    is told again, and committed text only grows. `in_turn`: speech is in progress.
    """

    def __init__(self) -> None:
        self.in_turn = False
        self._turns = 0
        self._turn_offset = 0
        self._revision = 0
        self._revision_offset = 0
        self._committed = ""
        # The audio up to which the turn was told, and up to which another replica
        # hears it again.
        self._told_ms = 0
        self._again_ms = 0

    def start_over(self) -> None:
        """Another replica hears the turn in progress again from its start."""
        self._turn_offset = self._turns
        self._revision_offset = self._revision + 1 if self.in_turn else 0
        self._again_ms = self._told_ms if self.in_turn else 0

    def take(self, event: Event, partial: stt_pb2.TranscriptPartial) -> bool:
        """Puts the message into the session's own counts; False where it is no news."""
        partial.turn_index += self._turn_offset
        if event is Event.HEARTBEAT:
            return True
        partial.revision += self._revision_offset
        if event is Event.SPEECH_STARTED:
            again, self.in_turn = self.in_turn, True
            return not again
        if event in TURN_OVER:
            self._end(event, partial)
            return True
        return self._go_on(event, partial)

    def _go_on(self, event: Event, partial: stt_pb2.TranscriptPartial) -> bool:
        if partial.audio_processed_ms <= self._again_ms:
            return False
        if not partial.committed_text.startswith(self._committed):
            if event is Event.UPDATE:
                return False
            self._keep_caption(partial)
        self._committed = partial.committed_text
        self._told_ms, self._revision = partial.audio_processed_ms, partial.revision
        return True

    def _end(self, event: Event, partial: stt_pb2.TranscriptPartial) -> None:
        if not partial.committed_text.startswith(self._committed):
            self._keep_caption(partial)
        self._turns += event is Event.END_OF_TURN
        self.in_turn, self._committed = False, ""
        self._revision = self._revision_offset = 0
        self._told_ms = self._again_ms = 0

    def _keep_caption(self, partial: stt_pb2.TranscriptPartial) -> None:
        """This replica heard it otherwise; what was shown as certain stays."""
        partial.committed_text, partial.unstable_text = self._committed, ""
