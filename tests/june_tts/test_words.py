"""Where written words lie in the audio."""

from hypothesis import given
from hypothesis import strategies as st

from june_tts.engine import SpokenWord
from june_tts.text import speakable
from june_tts.words import placed

RATE = 1_000  # a sample is a millisecond


def spoken_words(text: str, word_ms: int = 100) -> list[SpokenWord]:
    """Every word of the spoken text takes `word_ms`, as an engine would tell."""
    words, at = [], 0
    for number, word in enumerate(text.split()):
        start = text.index(word, at)
        at = start + len(word)
        words.append(SpokenWord(start, at, number * word_ms, (number + 1) * word_ms))
    return words


def test_words_lie_where_the_engine_says() -> None:
    """Plain words have the engine's own places."""
    spoken = speakable("Hello my friend.")
    words = placed(spoken, spoken_words(spoken.text), RATE, 300, trimmed=0)
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("Hello", 0, 100),
        ("my", 100, 200),
        ("friend.", 200, 300),
    ]
    assert not any(word.estimated for word in words)


def test_a_sum_lasts_as_long_as_its_words() -> None:
    """ "$5.20" is one written word of five spoken ones."""
    spoken = speakable("Pay $5.20 now")
    words = placed(spoken, spoken_words(spoken.text), RATE, 700, trimmed=0)
    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        ("Pay", 0, 100),
        ("$5.20", 100, 600),
        ("now", 600, 700),
    ]


def test_words_move_with_the_silence_that_was_cut() -> None:
    """Places count from the first sample that is sent."""
    spoken = speakable("Hello there")
    known = [SpokenWord(0, 5, 250, 400), SpokenWord(6, 11, 400, 600)]
    words = placed(spoken, known, RATE, 700, trimmed=230)
    assert [(word.start_ms, word.end_ms) for word in words] == [(20, 170), (170, 370)]


def test_words_put_into_words_together_are_estimated() -> None:
    """Nobody knows where in "March third, twenty twenty-four" the written comma lies."""
    spoken = speakable("On March 3, 2024")
    words = placed(spoken, spoken_words(spoken.text), RATE, 500, trimmed=0)
    assert [word.estimated for word in words] == [False, True, True, True]
    assert words[-1].end_ms == 500


def test_without_the_engines_places_words_share_the_audio_by_length() -> None:
    """And say that they are estimated."""
    spoken = speakable("aa aaaa")
    words = placed(spoken, [], RATE, 700, trimmed=0)
    assert [(word.start_ms, word.end_ms) for word in words] == [(0, 200), (300, 700)]
    assert all(word.estimated for word in words)


@given(st.text(st.sampled_from("ab 5$.,-3/🙂é\n"), max_size=60), st.integers(0, 200))
def test_words_never_go_back_or_leave_the_audio(text: str, trimmed: int) -> None:
    """Places grow and stay between the first and the last sample."""
    spoken = speakable(text)
    known = spoken_words(spoken.text)
    total = max(trimmed, 100 * len(known))
    words = placed(spoken, known, RATE, total, trimmed)
    places = [ms for word in words for ms in (word.start_ms, word.end_ms)]
    assert places == sorted(places)
    assert all(0 <= ms <= total - trimmed for ms in places)
    assert [word.text for word in words] == [word.text for word in spoken.words]
