"""A conversation in time: virtual, so that every moment is exact.

The line to June is a script; what is proved is when the caller sends what.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from june.common.v1.session_pb2 import GoAway
from june.orchestrator.v1 import orchestrator_pb2 as orch
from june.stt.v1.stt_pb2 import TranscriptPartial

from june_cli.conversation import Conversation
from june_cli.errors import CliError, Unanswered
from june_cli.player import ClockSpeaker, Player
from june_cli.recordings import Recording, recording
from june_runtime.errors import Unavailable, to_status
from june_runtime.pcm import AudioFormat
from june_runtime.testing import run_virtual

RATE = 24_000
REPLY = AudioFormat(sample_rate=RATE)
Script = Callable[["Line"], AsyncIterator[orch.ConverseResponse]]


class Line:
    """Stands for the stream: notes what is sent when, and answers by a script."""

    patience = 10.0

    def __init__(self, script: Script) -> None:
        self.sent: list[tuple[float, orch.ConverseRequest]] = []
        self.closed = asyncio.Event()
        self._script = script

    async def send(self, request: orch.ConverseRequest) -> None:
        self.sent.append((now(), request))

    async def half_close(self) -> None:
        self.closed.set()

    async def answers(self, patience: float) -> AsyncIterator[orch.ConverseResponse]:
        async for answer in self._script(self):
            yield answer
        await self.closed.wait()

    def pieces(self) -> list[tuple[float, bytes]]:
        return [(at, sent.audio.pcm) for at, sent in self.sent if sent.HasField("audio")]

    def reports(self) -> list[tuple[float, int, int]]:
        return [
            (round(at, 2), sent.playback.turn, sent.playback.played_samples)
            for at, sent in self.sent
            if sent.HasField("playback")
        ]


class Shown:
    """A display that remembers."""

    def __init__(self) -> None:
        self.questions: list[tuple[float, str]] = []
        self.without_words: list[str] = []

    def question(self, recording: Recording) -> None:
        self.questions.append((now(), recording.path.name))

    def show(self, response: orch.ConverseResponse) -> None: ...

    def unheard(self, recording: Recording) -> None:
        self.without_words.append(recording.path.name)


def now() -> float:
    return asyncio.get_running_loop().time()


def said(tmp_path: Path, name: str = "a.wav", seconds: float = 1.0) -> Recording:
    soundfile.write(tmp_path / name, np.full(round(seconds * 16_000), 0.1), 16_000)
    return recording(tmp_path / name)


def response(turn: int, **payload: object) -> orch.ConverseResponse:
    return orch.ConverseResponse(turn=turn, **payload)  # type: ignore[arg-type]


def heard(event: str) -> orch.ConverseResponse:
    return response(0, transcript=TranscriptPartial(event=f"TRANSCRIPT_EVENT_{event}"))


def audio(turn: int, seconds: float) -> orch.ConverseResponse:
    return response(turn, audio=orch.ReplyAudio(pcm=b"\1\0" * round(seconds * RATE)))


async def answered(turn: int, seconds: float = 1.0) -> AsyncIterator[orch.ConverseResponse]:
    """A whole turn, whose reply lasts so long and ends when it was played."""
    yield response(turn, turn_started=orch.TurnStarted(user_text="hello"))
    yield audio(turn, seconds)
    await asyncio.sleep(seconds)
    yield response(turn, turn_ended=orch.TurnRecord())


async def after(seconds: float, turn: int = 1) -> AsyncIterator[orch.ConverseResponse]:
    """A turn that is answered so long after the beginning."""
    await asyncio.sleep(seconds)
    async for answer in answered(turn):
        yield answer


def held(script: Script, *questions: Recording, speed: float = 1.0) -> tuple[Line, Shown, float]:
    """Holds the conversation; returns what was sent, shown, and how long it took."""

    async def hold() -> tuple[Line, Shown, float]:
        line, shown = Line(script), Shown()
        player = Player(REPLY, ClockSpeaker(RATE, speed))
        conversation = Conversation(line, "here", player, shown, questions[0].format, speed)  # type: ignore[arg-type]
        async with asyncio.timeout(600):
            await conversation.ask(questions)
        return line, shown, now()

    return run_virtual(hold())


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


def test_fast_is_four_times_as_fast(tmp_path: Path) -> None:
    """Question, silence and reply all pass in a quarter of the time."""
    line, _, _ = held(lambda line: after(0.4), said(tmp_path), speed=4.0)
    assert line.pieces()[50][0] == pytest.approx(0.25)


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


async def microphone(seconds: float) -> AsyncIterator[bytes]:
    """What somebody says for so long, in pieces of 20 ms."""
    for _ in range(round(seconds / 0.02)):
        await asyncio.sleep(0.02)
        yield b"\1\0" * 320


def spoken(script: Script, seconds: float) -> Line:
    """Holds a conversation through a microphone that is switched off in the end."""

    async def hold() -> Line:
        line = Line(script)
        player = Player(REPLY, ClockSpeaker(RATE))
        conversation = Conversation(line, "here", player, Shown(), AudioFormat())  # type: ignore[arg-type]
        async with asyncio.timeout(600):
            await conversation.talk(microphone(seconds))
        return line

    return run_virtual(hold())


def test_what_the_microphone_hears_is_sent_at_once() -> None:
    """Every piece, when it comes, and June is told of her reply's playing all along."""
    line = spoken(lambda line: after(1.0), 4.0)
    assert len(line.pieces()) == 200
    assert line.reports()[-1][2] == RATE
    assert line.closed.is_set()


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
