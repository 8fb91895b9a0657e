"""Turns' records, as the orchestrator writes them."""

from june.orchestrator.v1.orchestrator_pb2 import Milestone, SentenceRecord, TurnOutcome, TurnRecord


def milestones(**at: float) -> list[Milestone]:
    return [Milestone(name=name, at_ms=ms) for name, ms in at.items()]


def sequential_turn(late: float = 0) -> TurnRecord:
    """One step after another; `late` ms are lost before the brain is asked."""
    return TurnRecord(
        outcome=TurnOutcome.TURN_OUTCOME_COMPLETE,
        end_to_end_ms=1800 + late,
        first_token_ms=300,
        first_audio_ms=400,
        sequential=True,
        milestones=milestones(
            confirmed=500 + late,
            brain_asked=500 + late,
            first_token=800 + late,
            thought=1400 + late,
        ),
        sentences=[
            SentenceRecord(
                text="It is mild. It is dry.",
                flushed_ms=1400 + late,
                begun_ms=1400 + late,
                first_audio_ms=1800 + late,
                synthesised_ms=1800 + late,
            )
        ],
    )


def streaming_turn(early: float = 0) -> TurnRecord:
    """The brain is asked before the turn is confirmed; the third sentence waits until
    the listener has use for it."""
    return TurnRecord(
        outcome=TurnOutcome.TURN_OUTCOME_COMPLETE,
        end_to_end_ms=900 - early,
        first_token_ms=300,
        first_audio_ms=200,
        speculated=True,
        milestones=milestones(
            brain_asked=-100 - early, first_token=200 - early, confirmed=500, thought=1000 - early
        ),
        sentences=[
            _sentence("It is mild.", 700 - early, 700 - early, 900 - early, 1000 - early),
            _sentence("It is dry.", 800 - early, 900 - early, 1100 - early, 1200 - early),
            _sentence("It is calm.", 1000 - early, 6000 - early, 6200 - early, 6300 - early),
        ],
    )


def _sentence(
    text: str, flushed: float, begun: float, first_audio: float, synthesised: float
) -> SentenceRecord:
    return SentenceRecord(
        text=text,
        flushed_ms=flushed,
        begun_ms=begun,
        first_audio_ms=first_audio,
        synthesised_ms=synthesised,
    )
