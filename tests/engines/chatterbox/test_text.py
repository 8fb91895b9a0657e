"""Spelling, clauses, the guard and words' places: all that is pure about texts."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from june_tts.engines.chatterbox.clauses import clauses
from june_tts.engines.chatterbox.guard import STUCK_TOKENS, Guard, Verdict, bounds
from june_tts.engines.chatterbox.placing import SAMPLES_PER_TOKEN, Placing
from june_tts.engines.chatterbox.spelling import Traced, decomposed, tidied, word_spans
from tests.engines.conftest import MakesCheckpoint

TEXT = "The quick brown fox jumps over the lazy dog, and nobody knows why it does so."
TEXTS = st.text(st.sampled_from("abZß .,;:!?…—–“”‘’-\n\téİσςΣ中"), min_size=1, max_size=60)


@pytest.mark.parametrize("variant", ["english", "multilingual", "turbo"])
@given(text=TEXTS)
@example(text="ßa : b ,c")
def test_texts_are_tidied_as_the_library_does(
    make_checkpoint: MakesCheckpoint, variant: str, text: str
) -> None:
    """To the letter; and each letter has a place in the text, in order."""
    from chatterbox import mtl_tts, tts, tts_turbo

    library = {"english": tts, "multilingual": mtl_tts, "turbo": tts_turbo}[variant]
    made = tidied(text, variant)
    assert made.text == library.punc_norm(text)
    assert len(made.places) == len(made.text)
    assert list(made.places) == sorted(made.places)
    assert all(0 <= place < len(text) for place in made.places)


@given(TEXTS)
def test_accents_come_apart_as_the_library_has_them(text: str) -> None:
    import unicodedata

    made = decomposed(Traced.of(text))
    assert made.text == unicodedata.normalize("NFKD", text.lower())
    assert len(made.places) == len(made.text)


@given(st.text(max_size=300), st.integers(5, 80))
def test_clauses_leave_nothing_out(text: str, longest: int) -> None:
    """Every letter and digit is in exactly one, at its place; none is too long."""
    pieces = clauses(text, longest)
    for piece in pieces:
        assert len(piece.text) <= longest
        assert text[piece.start : piece.start + len(piece.text)] == piece.text
    said = "".join(piece.text for piece in pieces)
    assert [c for c in said if c.isalnum()] == [c for c in text if c.isalnum()]
    assert [piece.start for piece in pieces] == sorted(piece.start for piece in pieces)


def test_clauses_end_where_one_breathes() -> None:
    """At a sentence's end rather than a comma, at a comma rather than a word's end."""
    text = "One two three. Four five, six seven eight nine ten"
    assert [piece.text for piece in clauses(text, 26)] == [
        "One two three.", "Four five, six seven eight", "nine ten",
    ]  # fmt: skip
    assert [piece.text for piece in clauses("aaaa bbbb, cccc dddd", 15)] == [
        "aaaa bbbb,", "cccc dddd",
    ]  # fmt: skip
    assert [piece.text for piece in clauses("x" * 25, 10)] == ["x" * 10, "x" * 10, "x" * 5]


@pytest.mark.parametrize(
    ("seconds", "limit", "verdict"),
    [(5.0, False, Verdict.GOOD), (0.5, False, Verdict.SHORT), (30.0, False, Verdict.LONG),
     (5.0, True, Verdict.LONG)],
)  # fmt: skip
def test_length_tells_what_went_wrong(seconds: float, limit: bool, verdict: Verdict) -> None:
    guard = Guard(bounds(TEXT, "en-GB"))
    for token in range(round(seconds * 25)):
        guard.push(token)
    assert guard.verdict(limit) is verdict


@pytest.mark.parametrize("cycle", [1, 2, 4])
def test_a_sound_over_and_over_is_found(cycle: int) -> None:
    """One or a few tokens again and again; a pause of a second is none of it."""
    guard = Guard(bounds(TEXT, "en"))
    for token in (*range(100), *[7] * 25, *range(100)):
        guard.push(token)
    assert not guard.stuck
    for number in range(STUCK_TOKENS + cycle):
        guard.push(1_000 + number % cycle)
    assert guard.stuck
    assert guard.verdict(False) is Verdict.STUCK


def test_scripts_take_their_own_time() -> None:
    """A Chinese character takes longer than a letter; the tag's region says nothing."""
    assert bounds("你好你好你好", "zh-CN").least > bounds("hihihi", "en").least
    assert bounds("", "en").least == 1


@given(st.lists(st.integers(0, len(TEXT) + 20), max_size=150))
def test_words_lie_in_order_whatever_attention_does(positions: list[int]) -> None:
    """Each word once, each after the other, in the end all of them."""
    placing = Placing(TEXT, range(len(TEXT)), 10)
    words = [word for position in positions for word in placing.push(position)]
    words += placing.finish()
    spans = [(start + 10, end + 10) for start, end in word_spans(TEXT)]
    assert [(word.start, word.end) for word in words] == (spans if positions else [])
    places = [place for word in words for place in (word.start_sample, word.end_sample)]
    assert places == sorted(places)
    assert not places or (places[0] == 0 and places[-1] == len(positions) * SAMPLES_PER_TOKEN)
    assert all(word.estimated for word in words)


def test_a_word_begins_when_it_is_attended_to() -> None:
    placing = Placing("one two three", range(13), 0)
    words = [word for at in (0, 1, 2, 4, 5, 5, 8, 9) for word in placing.push(at)]
    words += placing.finish()
    assert [word.start_sample // SAMPLES_PER_TOKEN for word in words] == [0, 3, 6]
    assert words[-1].end_sample == 8 * SAMPLES_PER_TOKEN


def test_nothing_is_known_where_nothing_is_told() -> None:
    placing = Placing("one two", range(7), 0)
    assert not [word for _ in range(9) for word in placing.push(None)]
    assert not placing.finish()
