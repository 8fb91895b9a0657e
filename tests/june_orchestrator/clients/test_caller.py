"""What a session leaves in the figures."""

from __future__ import annotations

import pytest
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_orchestrator.clients.caller import Caller
from june_orchestrator.journal import Journal
from june_orchestrator.metrics import FIGURES
from june_orchestrator.ports import STAGES, Outcome, TurnRecord
from june_runtime.metrics import Metrics
from june_runtime.outbox import Outbox
from june_runtime.testing import run_virtual

COMPLETE, FAILED = Outcome.COMPLETE, Outcome.FAILED


def record(outcome: Outcome, *, concurrent: bool) -> TurnRecord:
    return TurnRecord(
        outcome=outcome,
        user_text="",
        reply_text="",
        stages=dict.fromkeys(STAGES, 0.0),
        end_to_end_ms=None,
        hidden_ms=0.0,
        first_token_ms=None,
        first_audio_ms=None,
        milestones={},
        sentences=(),
        speculated=False,
        speculations_wasted=0,
        concurrent_tts=concurrent,
    )


@pytest.mark.parametrize(
    ("turns", "conversations"),
    [
        ([], (0, 0)),
        ([(COMPLETE, False)], (1, 0)),
        ([(COMPLETE, False), (COMPLETE, True), (COMPLETE, True)], (1, 1)),
        ([(Outcome.INTERRUPTED, True)], (1, 1)),
        ([(FAILED, True)], (0, 0)),
        ([(FAILED, True), (COMPLETE, False)], (1, 0)),
    ],
)
def test_a_session_is_a_conversation_once_it_was_answered(
    turns: list[tuple[Outcome, bool]], conversations: tuple[int, int]
) -> None:
    """It counts once, and as one with concurrent synthesis once; failed turns do not."""
    metrics = Metrics("june_orchestrator", FIGURES)

    async def session() -> None:
        caller = Caller(Outbox[pb.ConverseResponse](), metrics, Journal(words=False))
        for number, (outcome, concurrent) in enumerate(turns, 1):
            await caller.turn_started(number, "")
            await caller.turn_ended(number, record(outcome, concurrent=concurrent))

    run_virtual(session())
    counts = metrics.counts()
    assert (counts["conversations"], counts["conversations_concurrent"]) == conversations
