"""Conversations that do not come to a good end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from june.common.v1.session_pb2 import GoAway
from june.orchestrator.v1 import orchestrator_pb2 as orch

from june_cli.errors import CliError, Unanswered
from june_runtime.errors import Unavailable, to_status
from tests.june_cli.lines import (
    Line,
    after,
    answered,
    heard,
    held,
    response,
    said,
    spoken,
)


def test_a_recording_without_words_is_given_up_soon_where_june_tells_what_she_hears(
    tmp_path: Path,
) -> None:
    """Three seconds of nothing after the end are enough, and the exit status is not 0."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        yield heard("SPEECH_STARTED")
        await asyncio.sleep(1)
        yield heard("SPEECH_ENDED")

    with pytest.raises(CliError, match=r"June heard no words in .*a\.wav$"):
        held(script, said(tmp_path))


def test_without_captions_the_whole_patience_is_waited(tmp_path: Path) -> None:
    """June may be hearing without saying so."""
    _, shown, _ = held(lambda line: after(8.0), said(tmp_path))
    assert shown.without_words == []


def test_the_other_questions_are_asked_even_if_one_had_no_words(tmp_path: Path) -> None:
    """Each recording gets its chance; which one failed is said."""
    lines: list[Line] = []

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        lines.append(line)
        yield heard("HEARTBEAT")
        async for answer in after(6.0):
            yield answer

    questions = said(tmp_path, "noise.wav"), said(tmp_path, "b.wav")
    with pytest.raises(CliError, match=r"no words in .*noise\.wav$"):
        held(script, *questions)
    assert lines[0].closed.is_set()


def test_a_turn_that_failed_is_the_commands_failure(tmp_path: Path) -> None:
    """The reason in the record decides."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        await asyncio.sleep(1.5)
        yield response(1, turn_started=orch.TurnStarted())
        yield response(
            1,
            turn_ended=orch.TurnRecord(
                outcome=orch.TURN_OUTCOME_FAILED,
                error=to_status(Unavailable("TTS_UNAVAILABLE", "no voice")),
            ),
        )

    with pytest.raises(CliError, match=r"no voice \(TTS_UNAVAILABLE\)"):
        held(script, said(tmp_path))


def test_a_turn_that_is_never_answered_ends_in_an_error(tmp_path: Path) -> None:
    """A server that hangs in the middle of a turn is not waited for for ever."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        yield response(1, turn_started=orch.TurnStarted())
        await asyncio.sleep(10_000)

    with pytest.raises(Unanswered, match="said nothing for 30 s"):
        held(script, said(tmp_path))


def test_a_server_that_does_not_hang_up_is_left(tmp_path: Path) -> None:
    """After the half-close the end of the stream is due."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        async for answer in after(1.5):
            yield answer
        await asyncio.sleep(10_000)

    with pytest.raises(Unanswered):
        held(script, said(tmp_path))


def test_no_question_is_put_to_a_server_that_leaves(tmp_path: Path) -> None:
    """The turn in progress is finished; the next would be lost."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        yield response(0, go_away=GoAway())
        async for answer in after(1.5):
            yield answer

    questions = said(tmp_path), said(tmp_path, "b.wav")
    with pytest.raises(CliError, match=r"being stopped; .*b.wav was not asked"):
        held(script, *questions)


def test_a_conversation_by_microphone_ends_when_june_leaves() -> None:
    """The turn in progress is heard out first."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        yield response(0, go_away=GoAway())
        async for answer in answered(1, 2.0):
            yield answer

    with pytest.raises(CliError, match="June is being stopped"):
        spoken(script, 60.0)


def test_a_june_that_hangs_is_not_spoken_to_for_ever() -> None:
    """The microphone never ends by itself."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        yield heard("SPEECH_STARTED")
        await asyncio.sleep(10_000)

    with pytest.raises(Unanswered):
        spoken(script, 300.0)
