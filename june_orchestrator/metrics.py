"""Everything an orchestrator counts and times, by name."""

from __future__ import annotations

from june_orchestrator.ports import STAGES, Outcome, TurnRecord
from june_runtime.figures import counts, gauges, timings
from june_runtime.metrics import Metrics

_STAGES = {
    "confirm": "Waiting to be sure that the user is done",
    "final_words": "From there to the final words",
    "first_token": "From the final words to the brain's first token",
    "first_sentence": "To the first whole sentence",
    "first_audio": "To the first audio of it",
    "delivery": "To its being audible",
}

FIGURES = (
    *counts(
        conversations="Sessions with at least one turn that was answered.",
        conversations_concurrent="Of those, with synthesis while tokens still arrived.",
        turns="Turns that ended, however they did.",
        turns_sequential="Of those, turns that went the plain way.",
        failed_turns="Turns that ended in an error.",
        interruptions="Replies that the user cut short.",
        false_interruptions="Replies that were paused and went on.",
        speculations_adopted="Answers begun before their turn was sure, and given.",
        speculations_wasted="Answers begun for words that then changed.",
        fallbacks="Turns that another brain answered, or in another way than it was asked.",
        options_refused="Options of a request, such as a level of thinking, that a model refused"
        " and was asked again without.",
        concurrent_tts_triggers="Sentences whose synthesis began while tokens still arrived.",
        partial_transcripts_received="Captions that came from speech to text.",
        audio_in_seconds="Audio that came from callers.",
        audio_out_seconds="Audio of replies.",
        tokens="Tokens of replies, or pieces where the brain does not count them.",
        characters="Characters of replies.",
    ),
    *timings(
        first_token_ms="From asking the brain to its first token.",
        first_audio_ms="From the first whole sentence to its first audio.",
        end_to_end_ms="From the end of speech to the first audible sample.",
        partial_interval_ms="From one caption to the next while speech goes on.",
        **{f"stage_{name}_ms": f"{_STAGES[name]}, a part of end_to_end_ms." for name in STAGES},
    ),
    *gauges(
        turns_in_progress="Sessions in which someone speaks or is answered.",
        tts_streams_busy="Streams to text to speech that make a sentence.",
        tts_streams_idle="Streams to text to speech that are kept ready.",
        tts_waiting="Sentences that wait for a stream to text to speech.",
        inbox_depth="Events that sessions have not handled yet.",
        outbox_depth="Messages that callers have not read yet.",
    ),
)


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
