"""Replies on their way to an ear and a file."""

import asyncio
from pathlib import Path

import soundfile

from june_cli.player import ClockSpeaker, Player
from june_cli.recordings import WavFile
from june_runtime.pcm import AudioFormat
from june_runtime.testing import run_virtual

RATE = 8_000
FORMAT = AudioFormat(sample_rate=RATE)


def player(wav: WavFile | None = None) -> Player:
    return Player(FORMAT, ClockSpeaker(RATE), wav)


def sound(samples: int, level: int = 1) -> bytes:
    return level.to_bytes(2, "little") * samples


def test_each_reply_counts_from_its_own_first_sample() -> None:
    """Reports are about the present turn."""
    plays = player()
    plays.begin(1, 0.0)
    plays.push(sound(RATE), 0.0)
    assert plays.report(0.5) == (1, RATE // 2)
    plays.begin(2, 2.0)
    plays.push(sound(RATE), 2.0)
    assert plays.report(2.25) == (2, RATE // 4)


def test_a_report_is_made_where_there_is_news() -> None:
    """Nobody is told twice of the same place."""
    plays = player()
    plays.begin(1, 0.0)
    assert plays.report(0.0) is None
    plays.push(sound(RATE), 0.0)
    assert plays.report(2.0) == (1, RATE)
    assert plays.report(3.0) is None


def test_a_held_reply_stands_still_and_goes_on() -> None:
    """What was held is played later, not lost."""
    plays = player()
    plays.begin(1, 0.0)
    plays.push(sound(RATE), 0.0)
    plays.hold(0.25)
    assert plays.played(9.0) == RATE // 4
    assert plays.playing(9.0)
    plays.go_on(9.0)
    assert plays.played(9.5) == RATE * 3 // 4


def test_the_file_holds_what_was_heard(tmp_path: Path) -> None:
    """The part of an interrupted reply that was dropped is not written."""
    with WavFile(tmp_path / "a.wav") as wav:
        plays = player(wav)
        plays.begin(1, 0.0)
        plays.push(sound(RATE, 1), 0.0)
        plays.drop(0.25)
        plays.begin(2, 0.5)
        plays.push(sound(RATE, 2), 0.5)
        assert not plays.playing(1.5)
    samples, _ = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert samples.tolist() == [1] * (RATE // 4) + [2] * RATE


def test_heard_out_returns_when_all_was_audible() -> None:
    """The process does not end in the middle of a word."""

    async def listen() -> tuple[float, bool]:
        loop = asyncio.get_running_loop()
        plays = Player(FORMAT, ClockSpeaker(RATE), clock=loop.time)
        plays.begin(1, loop.time())
        plays.push(sound(RATE * 2), loop.time())
        await plays.heard_out()
        return loop.time(), plays.playing(loop.time())

    waited, playing = run_virtual(listen())
    assert not playing
    assert 2.0 <= waited < 2.2
