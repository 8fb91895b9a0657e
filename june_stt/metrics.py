"""Everything speech to text counts and times, by name."""

from __future__ import annotations

from june_runtime.metrics import Metrics
from june_stt.transcript import Event, Transcript


def note_transcript(metrics: Metrics, transcript: Transcript) -> None:
    """One event was told."""
    match transcript.event:
        case Event.UPDATE:
            metrics.count("partial_transcripts_sent")
        case Event.EAGER_END:
            metrics.count("eager_ends")
        case Event.RESUMED:
            metrics.count("resumed")
        case Event.END_OF_TURN:
            metrics.count("turns")
        case Event.SPEECH_ENDED:
            metrics.count("wordless_sounds")
        case _:
            pass


def note_decoding(metrics: Metrics, *, final: bool, queue_ms: float, infer_ms: float) -> None:
    """The engine has answered."""
    kind = "final" if final else "partial"
    metrics.time(f"{kind}_queue_ms", queue_ms)
    metrics.time(f"{kind}_infer_ms", infer_ms)
