"""Every figure that text to speech keeps."""

from __future__ import annotations

from collections.abc import Callable

from june_runtime.metrics import Metrics
from june_tts.stream import EndReason


class TtsMetrics:
    """Names and meanings, in one place."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def watch(self, active: Callable[[], float]) -> None:
        """Streams that are open now."""
        self._metrics.gauge("active_sessions", active)

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
            # Seconds of work for a second of audio.
            self._metrics.time("real_time_factor", total_ms / 1_000 / audio_seconds)

    def sentence_failed(self, reason: str) -> None:
        """A sentence answered with an error, which leaves its stream alone."""
        self._metrics.error(reason)
