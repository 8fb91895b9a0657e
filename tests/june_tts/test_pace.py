"""Speech at another tempo: words move with their audio, nothing is lost."""

import numpy as np
import pytest

from june_runtime.pcm import Samples
from june_tts.engine import Speech, SpokenWord
from june_tts.pace import Pace
from june_tts.tempo import Tempo

RATE = 24_000
SAMPLES = np.sin(np.arange(30_000) / 20).astype(np.float32)
WORDS = (SpokenWord(0, 5, 0, 12_000, True), SpokenWord(6, 9, 12_001, 30_000))


def paced(rate: float, *speeches: Speech) -> list[Speech]:
    pace = Pace(rate, RATE)
    return [speech for speech in (*map(pace.push, speeches), pace.finish()) if speech is not None]


def joined(speeches: list[Speech]) -> Samples:
    return np.concatenate([speech.samples for speech in speeches])


@pytest.mark.parametrize("rate", [0.5, 0.83, 1.25, 2.0])
def test_words_lie_where_their_audio_is(rate: float) -> None:
    """The last one ends with it; what else is known of them stays."""
    heard = paced(rate, Speech(SAMPLES[:20_000], WORDS[:1]), Speech(SAMPLES[20_000:], WORDS[1:]))
    words = [word for speech in heard for word in speech.words]
    assert [(word.start, word.end, word.estimated) for word in words] == [
        (0, 5, True),
        (6, 9, False),
    ]
    assert [word.start_sample for word in words] == [0, round(12_001 / rate)]
    assert [word.end_sample for word in words] == [round(12_000 / rate), len(joined(heard))]
    tempo = Tempo(rate, RATE)
    assert np.array_equal(joined(heard), [*tempo.push(SAMPLES), *tempo.finish()])


def test_words_without_audio_are_passed_on() -> None:
    heard = paced(1.5, Speech(SAMPLES[:10], WORDS[:1]))
    assert [len(speech.words) for speech in heard] == [1, 0]


@pytest.mark.parametrize("rate", [0.5, 1.25])
def test_what_was_truncated_says_so_last(rate: float) -> None:
    """Once, after all of the audio."""
    heard = paced(rate, Speech(SAMPLES, truncated=True), Speech(SAMPLES[:0]))
    assert [speech.truncated for speech in heard] == [False] * (len(heard) - 1) + [True]
    assert len(joined(heard)) == round(len(SAMPLES) / rate)
    assert not any(speech.truncated for speech in paced(rate, Speech(SAMPLES)))


def test_its_own_tempo_changes_nothing() -> None:
    """Each speech is passed on as it is, an empty one too."""
    speeches = [Speech(SAMPLES, WORDS), Speech(SAMPLES[:0], truncated=True)]
    heard = paced(1.0, *speeches)
    assert all(one is other for one, other in zip(heard, speeches, strict=True))
