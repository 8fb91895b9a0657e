"""Nothing that was said is left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_stt.engines.whisper.coverage import in_segments, leaves_out
from june_stt.engines.whisper.mel import Frames, Matrix
from june_stt.engines.whisper.work import DecodedWord

SPEECH, PAUSE = 0.1, 0.002


def words(*places: tuple[int, int]) -> list[DecodedWord]:
    return [DecodedWord(f" w{at}", start, end, 0.9) for at, (start, end) in enumerate(places)]


def level(frames: int, *speech: tuple[int, int]) -> Matrix:
    loud = np.full(frames, PAUSE, np.float32)
    for start, end in speech:
        loud[start:end] = SPEECH
    return loud


def test_words_for_all_that_was_said() -> None:
    said = [(10, 60), (70, 130), (400, 460)]
    assert not leaves_out(words(*said), level(600, *said))


def test_a_sentence_behind_a_pause_is_missed() -> None:
    assert leaves_out(words((10, 60), (70, 130)), level(600, (10, 130), (200, 350)))


def test_a_sentence_between_two_others_is_missed() -> None:
    assert leaves_out(words((10, 130), (400, 460)), level(600, (10, 130), (170, 350), (400, 460)))


def test_a_word_that_is_stretched_over_it_hides_nothing() -> None:
    """Alignment has to put each frame somewhere."""
    assert leaves_out(words((10, 60), (70, 580)), level(600, (10, 130), (200, 580)))


def test_a_cough_or_noise_below_the_speech_is_nothing() -> None:
    said = [(10, 60), (70, 130)]
    assert not leaves_out(words(*said), level(600, *said, (300, 360)))
    coughs = [(start, start + 40) for start in range(60, 600, 100)]
    several = words((0, 55), (105, 155), (205, 255), (305, 355), (405, 455), (505, 555))
    assert not leaves_out(several, level(600, (0, 55), (505, 555), *coughs))
    noise = level(600, *said)
    noise[140:] = 0.25 * SPEECH
    assert not leaves_out(words(*said), noise)


def test_without_words_there_is_nothing_to_measure_speech_by() -> None:
    assert not leaves_out([], level(600, (100, 500)))
    assert not leaves_out(words((0, 0)), level(0))


class Segments:
    """A recogniser that hears one segment at a time; tokens are the frames they stand on."""

    def __init__(self, ends: Sequence[int]) -> None:
        self._ends, self.asked = list(ends), 0

    def heard(self, frames: Frames) -> tuple[list[int], int | None]:
        self.asked += 1
        begin = int(frames.level[0])
        end = next(end for end in self._ends if end > begin)
        return list(range(begin, end)), None if end == self._ends[-1] else end - begin


@given(st.lists(st.integers(60, 400), min_size=1, max_size=8))
def test_segment_by_segment_all_is_heard_once(lengths: list[int]) -> None:
    ends = [int(end) for end in np.cumsum(lengths)]
    counted = np.arange(ends[-1], dtype=np.float32)
    segments = Segments(ends)
    assert in_segments(Frames(counted[None], counted), segments.heard) == list(range(ends[-1]))
    assert segments.asked == len(ends)


@pytest.mark.parametrize("answer", [([], 100), ([1], 0), ([1], None)])
def test_a_recogniser_that_does_not_get_on_is_not_asked_for_ever(
    answer: tuple[list[int], int | None],
) -> None:
    frames = Frames(np.zeros((1, 900), np.float32), np.zeros(900, np.float32))
    asked: list[Frames] = []

    def heard(part: Frames) -> tuple[list[int], int | None]:
        asked.append(part)
        return answer

    assert in_segments(frames, heard) == answer[0]
    assert len(asked) == 1
