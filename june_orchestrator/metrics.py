"""Everything an orchestrator counts and times, by name."""

from __future__ import annotations

from june.metrics.v1 import metrics_pb2

from june_orchestrator.ports import Outcome, TurnRecord
from june_runtime.metrics import Metrics

# What users of the HTTP system were promised: name, what it says, its bound.
_PROMISES = (
    ("first_token_ms", "first token under 500 ms", 500.0),
    ("first_audio_ms", "first audio under 300 ms", 300.0),
    ("end_to_end_ms", "end to end under 1,500 ms", 1500.0),
)
_CONCURRENT_SHARE = 0.8


def note_turn(metrics: Metrics, record: TurnRecord) -> None:
    """One turn is over."""
    metrics.count("turns")
    metrics.count("turns_sequential", record.sequential)
    metrics.count("speculations_adopted", record.speculated)
    metrics.count("speculations_wasted", record.speculations_wasted)
    metrics.count("interruptions", record.outcome is Outcome.INTERRUPTED)
    metrics.count("failed_turns", record.outcome is Outcome.FAILED)
    metrics.count("fallbacks", bool(record.fallback))
    metrics.count("concurrent_tts_triggers", record.concurrent_sentences)
    metrics.count("audio_out_seconds", sum(said.audio_ms for said in record.sentences) / 1000)
    metrics.count("tokens", record.tokens)
    metrics.count("characters", sum(len(said.text) for said in record.sentences))
    for name, value in (
        ("first_token_ms", record.first_token_ms),
        ("first_audio_ms", record.first_audio_ms),
        ("end_to_end_ms", record.end_to_end_ms),
    ):
        if value is not None:
            metrics.time(name, value)
    if record.end_to_end_ms is not None:
        for stage, value in record.stages.items():
            metrics.time(f"stage_{stage}_ms", value)


def judge(present: metrics_pb2.Metrics) -> None:
    """Adds whether the promises are kept."""
    means = {timing.name: timing.mean for timing in present.timings}
    for name, said, bound in _PROMISES:
        promise = present.expectations.add(name=name, description=said, expected=bound)
        if name in means:
            promise.actual = means[name]
            promise.met = means[name] < bound
    turns = present.counts.get("turns", 0)
    promise = present.expectations.add(
        name="concurrent_tts_share",
        description="concurrent synthesis in over 80 % of turns",
        expected=_CONCURRENT_SHARE,
    )
    if turns:
        promise.actual = present.concurrent_tts_triggers / turns
        promise.met = promise.actual > _CONCURRENT_SHARE
