"""A conversation in time: virtual, so that every moment is exact.

What is proved is when the caller sends what.
"""

import asyncio
from collections.abc import AsyncIterator
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pytest
from june.orchestrator.v1 import orchestrator_pb2 as orch

from june_cli.conversation import Conversation
from june_cli.player import ClockSpeaker, Player
from june_runtime.testing import run_virtual
from tests.june_cli.lines import (
    RATE,
    REPLY,
    Line,
    Shown,
    after,
    answered,
    audio,
    heard,
    held,
    response,
    said,
    spoken,
)


def test_a_question_is_sent_at_the_speed_of_life(tmp_path: Path) -> None:
    """Piece n leaves at n times 20 ms, and together they are the recording."""
    question = said(tmp_path)
    line, _, _ = held(lambda line: after(1.5), question)
    first = line.pieces()[:50]
    assert [round(at, 3) for at, _ in first] == [round(n * 0.02, 3) for n in range(50)]
    assert b"".join(pcm for _, pcm in first) == b"".join(question.pieces(10))


def test_silence_follows_without_a_gap_until_the_turn_is_over(tmp_path: Path) -> None:
    """The end of a turn is found in silence, so it must be heard: a piece every 20 ms."""
    line, _, _ = held(lambda line: after(1.5), said(tmp_path))
    times = [at for at, _ in line.pieces()]
    assert np.allclose(np.diff(times), 0.02)
    assert times[-1] > 2.4
    assert not any(any(pcm) for _, pcm in line.pieces()[50:])


def test_the_next_question_waits_until_the_reply_has_been_heard(tmp_path: Path) -> None:
    """Nobody is interrupted: the second file begins when the first reply is over."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        async for answer in after(1.5):
            yield answer
        async for answer in after(2.0, turn=2):
            yield answer

    questions = said(tmp_path), said(tmp_path, "b.wav")
    _, shown, _ = held(script, *questions)
    (first, _), (second, name) = shown.questions
    assert (first, name) == (0.0, "b.wav")
    assert 2.5 <= second < 2.6


def test_june_is_told_every_100_ms_how_much_was_heard(tmp_path: Path) -> None:
    """While audio plays, and once more when it has been played to its end."""
    line, _, _ = held(lambda line: after(1.5), said(tmp_path))
    reports = line.reports()
    assert {turn for _, turn, _ in reports} == {1}
    assert [samples for _, _, samples in reports] == sorted({s for _, _, s in reports})
    assert reports[-1][2] == RATE
    assert np.allclose(np.diff([at for at, _, _ in reports[:-1]]), 0.1)
    for at, _, samples in reports:
        assert samples == pytest.approx(min(RATE, (at - 1.5) * RATE), abs=0.03 * RATE)


def test_a_paused_reply_is_not_reported_as_heard(tmp_path: Path) -> None:
    """While June is paused the place stands still; the rest is played afterwards."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        await asyncio.sleep(1.5)
        yield response(1, turn_started=orch.TurnStarted())
        yield audio(1, 1.0)
        await asyncio.sleep(0.5)
        yield response(1, paused=orch.Paused())
        await asyncio.sleep(3)
        yield response(1, resumed=orch.Resumed())
        await asyncio.sleep(0.5)
        yield response(1, turn_ended=orch.TurnRecord())

    line, _, _ = held(script, said(tmp_path))
    while_paused = [samples for at, _, samples in line.reports() if 2.2 < at < 5.0]
    assert while_paused == []
    assert line.reports()[-1][2] == RATE


def test_an_interrupted_reply_is_dropped(tmp_path: Path) -> None:
    """Nothing more of it is heard, and the turn is over."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        await asyncio.sleep(1.5)
        yield response(1, turn_started=orch.TurnStarted())
        yield audio(1, 10.0)
        await asyncio.sleep(0.5)
        yield response(1, interrupted=orch.Interrupted())
        yield response(1, turn_ended=orch.TurnRecord())

    line, _, took = held(script, said(tmp_path))
    assert line.reports()[-1][2] == pytest.approx(0.5 * RATE, abs=0.03 * RATE)
    assert took < 3


def test_a_question_in_two_breaths_is_waited_for(tmp_path: Path) -> None:
    """A turn that ends before the recording does is not the answer to all of it."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        async for answer in answered(1, 0.1):
            yield answer
        await asyncio.sleep(3)
        yield heard("SPEECH_STARTED")
        await asyncio.sleep(1)
        async for answer in answered(2, 0.1):
            yield answer

    line, _, took = held(script, said(tmp_path, seconds=3.5))
    assert line.closed.is_set()
    assert took >= 4.2


def test_conversations_that_share_a_floor_take_turns(tmp_path: Path) -> None:
    """Each is silent, but never mute, until the other's question has been answered."""

    async def script(line: Line) -> AsyncIterator[orch.ConverseResponse]:
        for turn in (1, 2):
            asked = turn * 50
            while sum(any(pcm) for _, pcm in line.pieces()) < asked:  # noqa: ASYNC110 - the script's own clock is virtual
                await asyncio.sleep(0.02)
            async for answer in answered(turn, 0.5):
                yield answer

    async def hold() -> list[Line]:
        floor, question = asyncio.Lock(), said(tmp_path)
        lines = [Line(script), Line(script)]
        async with asyncio.timeout(600), asyncio.TaskGroup() as tasks:
            for line in lines:
                player = Player(REPLY, ClockSpeaker(RATE))
                asking = Conversation(line, "", player, Shown(), question.format)  # type: ignore[arg-type]
                tasks.create_task(asking.ask([question, question], floor))
        return lines

    lines = run_virtual(hold())
    speaking = sorted(
        (at, who) for who, line in enumerate(lines) for at, pcm in line.pieces() if any(pcm)
    )
    assert [who for who, _ in groupby(who for _, who in speaking)] == [0, 1, 0, 1]
    for line in lines:
        times = [at for at, _ in line.pieces()]
        assert max(later - at for at, later in pairwise(times)) == pytest.approx(0.02)


def test_fast_is_four_times_as_fast(tmp_path: Path) -> None:
    """Question, silence and reply all pass in a quarter of the time."""
    line, _, _ = held(lambda line: after(0.4), said(tmp_path), speed=4.0)
    assert line.pieces()[50][0] == pytest.approx(0.25)


def test_what_the_microphone_hears_is_sent_at_once() -> None:
    """Every piece, when it comes, and June is told of her reply's playing all along."""
    line = spoken(lambda line: after(1.0), 4.0)
    assert len(line.pieces()) == 200
    assert line.reports()[-1][2] == RATE
    assert line.closed.is_set()
