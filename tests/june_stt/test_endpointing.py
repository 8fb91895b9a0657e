"""Speech begins, pauses, goes on and ends where it should."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_stt.endpointing import Boundary, Endpointer, Patience
from june_stt.intake import WINDOW_MS

VOICE, MAYBE, HUSH = 0.65, 0.4, 0.02
LETTERS = {
    Boundary.STARTED: "S",
    Boundary.SETTLED: "q",
    Boundary.EAGER_END: "E",
    Boundary.RESUMED: "R",
    Boundary.END: "T",
    Boundary.TOO_LONG: "L",
}
STORY = re.compile(r"(S(q?|q?E|q?ER)*[TL])*(S(q?|q?E|q?ER)*)?")


def crossed(
    probabilities: list[float], patience: Patience | None = None
) -> list[tuple[str, float]]:
    """Each boundary's letter and the position, in ms, at which it was told."""
    endpointer = Endpointer(patience or Patience())
    return [
        (LETTERS[boundary], endpointer.position_ms)
        for probability in probabilities
        for boundary in endpointer.push(probability)
    ]


def letters(probabilities: list[float], patience: Patience | None = None) -> str:
    return "".join(letter for letter, _ in crossed(probabilities, patience))


def place(letter: str, probabilities: list[float], patience: Patience | None = None) -> float:
    return next(at for found, at in crossed(probabilities, patience) if found == letter)


def test_a_voice_is_told_within_two_windows() -> None:
    """64 ms after its onset, which leaves room for the way to whoever must pause."""
    assert place("S", [HUSH] * 10 + [VOICE] * 5) == 10 * WINDOW_MS + 64


def test_a_voice_that_is_sure_is_told_within_one() -> None:
    assert place("S", [HUSH] * 10 + [0.9] * 5) == 10 * WINDOW_MS + 32


def test_one_likely_window_is_no_voice() -> None:
    assert letters([HUSH, VOICE, HUSH] * 30) == ""


def test_speech_begins_where_the_voice_did_and_not_where_it_was_noticed() -> None:
    endpointer = Endpointer(Patience())
    for probability in [HUSH] * 10 + [VOICE] * 5:
        endpointer.push(probability)
    assert endpointer.started_ms == 10 * WINDOW_MS


def test_speech_at_the_very_beginning_begins_at_zero() -> None:
    endpointer = Endpointer(Patience())
    endpointer.push(0.99)
    assert endpointer.started_ms == 0


@pytest.mark.parametrize("silence", [60, 200, 640, 1_000])
def test_each_silence_is_heard_in_full_and_at_most_one_window_more(silence: int) -> None:
    patience = Patience(eager_end_silence_ms=silence, end_silence_ms=silence + 100)
    speech = [VOICE] * 10
    eager = place("E", speech + [HUSH] * 60, patience) - 10 * WINDOW_MS
    end = place("T", speech + [HUSH] * 60, patience) - 10 * WINDOW_MS
    assert silence <= eager < silence + WINDOW_MS
    assert silence + 100 <= end < silence + 100 + WINDOW_MS


def test_speech_goes_on_while_a_voice_is_not_unlikely() -> None:
    """What would not begin speech does not end it either."""
    assert letters([VOICE] * 3 + [MAYBE] * 60) == "S"


def test_one_likely_window_in_a_pause_does_not_void_it() -> None:
    """A click after the last word; only the next window waits for what it was."""
    clean, click = [HUSH] * 20, [HUSH] * 9 + [VOICE] + [HUSH] * 10
    assert letters([VOICE] * 10 + click) == letters([VOICE] * 10 + clean) == "SqET"


def test_the_end_waits_for_a_window_that_may_be_a_voice() -> None:
    """Silence that is just long enough, and then someone goes on: one turn."""
    assert letters([VOICE] * 10 + [HUSH] * 15 + [VOICE] * 5) == "SqER"


def test_going_on_before_the_eager_end_is_not_worth_a_word() -> None:
    assert letters([VOICE] * 10 + [HUSH] * 5 + [VOICE] * 10) == "Sq"


def test_speech_is_cut_at_its_longest_and_a_voice_that_goes_on_begins_anew() -> None:
    told = crossed([VOICE] * 65, Patience(max_turn_ms=1_000))
    assert "".join(letter for letter, _ in told) == "SLSL"
    starts = [at - 2 * WINDOW_MS for letter, at in told if letter == "S"]
    cuts = [at for letter, at in told if letter == "L"]
    for start, cut in zip(starts, cuts, strict=True):
        assert 1_000 <= cut - start < 1_000 + WINDOW_MS


def test_an_end_at_the_longest_turn_is_one_end() -> None:
    """The silence is confirmed in the very window in which the time is up."""
    longest = (10 + 16) * WINDOW_MS
    assert letters([VOICE] * 10 + [HUSH] * 16, Patience(max_turn_ms=int(longest))) == "SqET"


@given(
    st.lists(st.sampled_from([0.0, 0.3, 0.4, 0.55, 0.69, 0.7, 0.99]), max_size=300),
    st.integers(60, 500),
    st.integers(0, 800),
    st.sampled_from([1_000, 60_000]),
)
def test_whatever_is_heard_the_order_holds(
    probabilities: list[float], eager: int, more: int, longest: int
) -> None:
    told = letters(probabilities, Patience(eager, eager + more, longest))
    assert STORY.fullmatch(told), told


@given(st.lists(st.floats(0, 1), max_size=200))
def test_places_never_leave_the_audio(probabilities: list[float]) -> None:
    """Started before the voice's last end, and that not after what was heard."""
    endpointer = Endpointer(Patience())
    for probability in probabilities:
        endpointer.push(probability)
        if endpointer.speaking:
            assert 0 <= endpointer.started_ms < endpointer.voiced_end_ms <= endpointer.position_ms
