"""Everything speech to text counts and times, by name."""

from __future__ import annotations

import operator

from june_runtime.figures import counts, gauges, timings
from june_runtime.metrics import Metrics
from june_runtime.promises import Promise, judging, mean_of
from june_stt.transcript import Event, Transcript

FIGURES = (
    *counts(
        audio_in_seconds="Audio that was heard.",
        turns="Turns that ended with words.",
        wordless_sounds="Sounds that ended without.",
        partial_transcripts_sent="UPDATE events.",
        eager_ends="Pauses long enough to prepare an answer.",
        resumed="Of those, the ones after which the speaker went on.",
    ),
    *timings(
        partial_interval_ms="From one UPDATE of a turn to the next while speech goes on.",
        partial_queue_ms="What audio for a partial waited for the engine.",
        partial_infer_ms="What the engine took for a partial.",
        final_queue_ms="What an utterance's end waited for the engine.",
        final_infer_ms="What the engine took for final words.",
        end_of_turn_ms="How long a turn that was over waited for its words.",
    ),
    *gauges(
        turns_in_progress="Utterances that are heard, or wait for their words.",
        backlog_seconds="Audio that waits for the engine, over all streams.",
        voice_queue="Streams whose audio waits for voice activity.",
    ),
)

PROMISES = (
    Promise(
        "partial_interval_ms",
        "partials every 200 ms on average",
        200.0,
        mean_of("partial_interval_ms"),
        operator.le,
    ),
)
judge = judging(PROMISES)

_COUNTED = {
    Event.UPDATE: "partial_transcripts_sent",
    Event.EAGER_END: "eager_ends",
    Event.RESUMED: "resumed",
    Event.END_OF_TURN: "turns",
    Event.SPEECH_ENDED: "wordless_sounds",
}


class StreamMetrics:
    """What one stream adds to them."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._updated_at: float | None = None

    def heard(self, seconds: float) -> None:
        self._metrics.count("audio_in_seconds", seconds)

    def told(self, transcript: Transcript, now: float) -> None:
        """One event, at this time of the event loop."""
        if name := _COUNTED.get(transcript.event):
            self._metrics.count(name)
        if transcript.event is Event.UPDATE:
            if self._updated_at is not None:
                self._metrics.time("partial_interval_ms", (now - self._updated_at) * 1000)
            self._updated_at = now
        elif transcript.event is not Event.HEARTBEAT:
            self._updated_at = None

    def refused(self, reason: str) -> None:
        """A later config was answered with an error, which leaves the stream alone."""
        self._metrics.error(reason)

    def turn_ended(self, waited: float) -> None:
        """Its words came so many seconds after it was over."""
        self._metrics.time("end_of_turn_ms", waited * 1000)

    def decoded(self, *, final: bool, queue_ms: float, infer_ms: float) -> None:
        """The engine has answered."""
        kind = "final" if final else "partial"
        self._metrics.time(f"{kind}_queue_ms", queue_ms)
        self._metrics.time(f"{kind}_infer_ms", infer_ms)
