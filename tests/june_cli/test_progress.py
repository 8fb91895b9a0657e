"""Where a conversation stands."""

import pytest
from june.common.v1.session_pb2 import GoAway
from june.orchestrator.v1.orchestrator_pb2 import (
    ConverseResponse,
    Paused,
    Resumed,
    TurnOutcome,
    TurnRecord,
    TurnStarted,
)
from june.stt.v1.stt_pb2 import TranscriptPartial

from june_cli.progress import Progress
from june_runtime.errors import Unavailable, to_status


def heard(event: str) -> ConverseResponse:
    return ConverseResponse(transcript=TranscriptPartial(event=f"TRANSCRIPT_EVENT_{event}"))


STARTED = ConverseResponse(turn=1, turn_started=TurnStarted())
ENDED = ConverseResponse(turn=1, turn_ended=TurnRecord())


def after(*responses: ConverseResponse) -> Progress:
    progress = Progress(0.0)
    for response in responses:
        progress.take(response, 0.0)
    return progress


@pytest.mark.parametrize(
    ("responses", "busy"),
    [
        ([], False),
        ([heard("HEARTBEAT")], False),
        ([heard("SPEECH_STARTED")], True),
        ([heard("SPEECH_STARTED"), heard("SPEECH_ENDED")], False),
        ([heard("UPDATE"), heard("END_OF_TURN")], True),
        ([STARTED], True),
        ([heard("END_OF_TURN"), STARTED, ENDED], False),
        ([STARTED, ENDED, ConverseResponse(paused=Paused())], True),
        ([ConverseResponse(paused=Paused()), ConverseResponse(resumed=Resumed())], False),
    ],
)
def test_june_is_busy_from_the_first_sound_to_the_end_of_the_turn(
    responses: list[ConverseResponse], busy: bool
) -> None:
    """Hearing and answering are both work in progress."""
    assert after(*responses).busy is busy


def test_turns_are_counted_at_their_end() -> None:
    """A turn that has begun is not answered yet."""
    assert after(STARTED).ended == 0
    assert after(STARTED, ENDED).ended == 1


def test_a_failed_turn_is_kept() -> None:
    """Its error decides the exit status."""
    record = TurnRecord(
        outcome=TurnOutcome.TURN_OUTCOME_FAILED, error=to_status(Unavailable("X_Y", "gone"))
    )
    failures = after(STARTED, ConverseResponse(turn=1, turn_ended=record)).failures
    assert [failure.reason for failure in failures] == ["X_Y"]


def test_any_message_breaks_the_silence() -> None:
    """Silence is counted from the last message."""
    progress = Progress(1.0)
    assert progress.silent_for(3.0) == 2.0
    progress.take(heard("HEARTBEAT"), 3.0)
    assert progress.silent_for(3.5) == 0.5


def test_june_tells_that_she_leaves() -> None:
    """After go_away no new question is put."""
    assert after(ConverseResponse(go_away=GoAway())).leaving
