"""What a whole turn leaves in the log."""

from __future__ import annotations

import logging
import re

import pytest

from june_runtime.telemetry import session_id
from tests.mesh.caller import Caller
from tests.mesh.conftest import MakeMesh
from tests.mesh.test_switching import ask


async def test_a_turns_lines_come_once_and_are_joined_by_session_and_turn(
    make_mesh: MakeMesh, question: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """First token, first audio, each caption and each concurrent sentence."""
    slow_brain = {"tokens_per_second": 60, "first_token_ms": 50}
    with caplog.at_level(logging.INFO):
        async with make_mesh(brain=slow_brain) as mesh, Caller(mesh.channel) as caller:
            await caller.begin()
            records = [await ask(caller, question, pace=0.01) for _ in range(2)]
    lines = [
        (vars(line)["turn"], line.getMessage())
        for line in caplog.records
        if line.name == "june_orchestrator.journal"
    ]
    for turn, record in enumerate(records, 1):
        told = [line for number, line in lines if number == turn]
        assert len([line for line in told if line.startswith("First token in ")]) == 1
        assert len([line for line in told if line.startswith("First audio chunk in ")]) == 1
        triggered = [line for line in told if line.startswith("Concurrent TTS triggered")]
        assert len(triggered) == record.concurrent_sentences > 0
        partials = [re.match(r"Partial transcript (\d+) at \d+ ms$", line) for line in told]
        numbers = [int(found[1]) for found in partials if found]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers
        assert told[-1] == "turn ended"
    assert "weather" not in caplog.text


class Sessions(logging.Handler):
    """Notes in which session each line was written."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(session_id.get())


async def test_every_line_of_a_turn_is_written_in_its_session(
    make_mesh: MakeMesh, question: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """The formatter puts the session's name into each line."""
    handler, journal = Sessions(), logging.getLogger("june_orchestrator.journal")
    journal.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO):
            async with make_mesh() as mesh, Caller(mesh.channel) as caller:
                await caller.begin()
                await ask(caller, question)
    finally:
        journal.removeHandler(handler)
    assert len(handler.seen) > 3
    assert set(handler.seen) == {caller.of("started")[0].session_id}
