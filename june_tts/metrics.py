"""Every figure that text to speech keeps."""

from __future__ import annotations

from june_runtime.figures import counts, gauges, timings
from june_runtime.metrics import Metrics
from june_runtime.promises import Promise, judging, mean_of
from june_tts.stream import EndReason

FIGURES = (
    *counts(
        sentences="Sentences whose synthesis was begun.",
        characters="Their characters, as they were sent.",
        audio_out_seconds="Audio that was sent.",
        sentences_complete="Sentences that came to their end.",
        sentences_cancelled="Sentences that the caller gave up.",
        sentences_truncated="Sentences whose audio was cut by the engine.",
        sentences_error="Sentences that were answered with an error.",
    ),
    *timings(
        queue_ms="From a sentence's flush to the start of its synthesis.",
        first_audio_ms="From a sentence's flush to its first audio.",
        total_ms="From a sentence's flush to its last audio, of complete sentences.",
        real_time_factor="Seconds of work for a second of audio, of complete sentences.",
    ),
    *gauges(
        sentences_in_progress="Sentences that are made at this moment.",
        sentences_waiting="Sentences that stand in line behind those, on their streams.",
    ),
)

PROMISES = (
    Promise(
        "first_audio_ms",
        "first audio under 300 ms on average (the whole took 2,300 in the HTTP system)",
        300.0,
        mean_of("first_audio_ms"),
    ),
)
judge = judging(PROMISES)


class TtsMetrics:
    """What happens to sentences."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def sentence_started(self, characters: int, queue_ms: float) -> None:
        self._metrics.count("sentences")
        self._metrics.count("characters", characters)
        self._metrics.time("queue_ms", queue_ms)

    def first_audio(self, ms: float) -> None:
        """From a sentence's flush to its first audio."""
        self._metrics.time("first_audio_ms", ms)

    def sentence_ended(self, reason: EndReason, audio_seconds: float, total_ms: float) -> None:
        self._metrics.count(f"sentences_{reason.value}")
        self._metrics.count("audio_out_seconds", audio_seconds)
        if reason is EndReason.COMPLETE and audio_seconds:
            self._metrics.time("total_ms", total_ms)
            self._metrics.time("real_time_factor", total_ms / 1_000 / audio_seconds)

    def sentence_failed(self, reason: str) -> None:
        """A sentence answered with an error, which leaves its stream alone."""
        self._metrics.error(reason)
