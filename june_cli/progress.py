"""Where a conversation stands, by what June has sent. Pure."""

from __future__ import annotations

from june.orchestrator.v1.orchestrator_pb2 import ConverseResponse, TurnOutcome
from june.stt.v1.stt_pb2 import TranscriptEvent

from june_runtime.errors import JuneError, from_status

# The user is being heard, and a turn may come of it.
_HEARING = frozenset(
    {
        TranscriptEvent.TRANSCRIPT_EVENT_SPEECH_STARTED,
        TranscriptEvent.TRANSCRIPT_EVENT_UPDATE,
        TranscriptEvent.TRANSCRIPT_EVENT_EAGER_END,
        TranscriptEvent.TRANSCRIPT_EVENT_RESUMED,
        TranscriptEvent.TRANSCRIPT_EVENT_END_OF_TURN,
    }
)


class Progress:
    """Follows the answers of one conversation. Times are of one monotonic clock.

    `turn`: the turn being answered, 0 between turns. `ended`: turns that came to
    their end. `captioned`: June tells what it hears, so its silence tells too.
    `leaving`: the server is about to stop.
    """

    def __init__(self, now: float) -> None:
        self.turn = 0
        self.ended = 0
        self.captioned = False
        self.leaving = False
        self.failures: list[JuneError] = []
        self._hearing = False
        self._last = now

    def take(self, response: ConverseResponse, now: float) -> None:
        self._last = now
        match response.WhichOneof("payload"):
            case "transcript":
                self.captioned = True
                self._hear(response.transcript.event)
            case "turn_started":
                self.turn, self._hearing = response.turn, False
            case "paused":
                self._hearing = True
            case "resumed":
                self._hearing = False
            case "go_away":
                self.leaving = True
            case "turn_ended":
                self._end(response)

    @property
    def busy(self) -> bool:
        """Whether June hears or answers something just now."""
        return self._hearing or self.turn > 0

    def silent_for(self, now: float) -> float:
        """Seconds since June last sent anything."""
        return now - self._last

    def _hear(self, event: TranscriptEvent) -> None:
        if event in _HEARING:
            self._hearing = True
        elif event == TranscriptEvent.TRANSCRIPT_EVENT_SPEECH_ENDED:
            self._hearing = False

    def _end(self, response: ConverseResponse) -> None:
        record = response.turn_ended
        self.turn = 0
        self.ended += 1
        if record.outcome == TurnOutcome.TURN_OUTCOME_FAILED:
            self.failures.append(from_status(record.error))
