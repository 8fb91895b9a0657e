"""Captions grow by what two hypotheses agree on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_stt.caption import Caption, normalised, units

WORD = st.sampled_from(["go", "Go,", "forward", "ten", "meters", "metres", "don't"])


def after(*texts: str) -> Caption:
    caption = Caption()
    for text in texts:
        caption.take(text)
    return caption


def test_a_word_is_committed_once_two_hypotheses_agree_on_it() -> None:
    caption = after("go forward den", "go forward ten meters")
    assert (caption.committed_text, caption.unstable_text) == ("go forward", " ten meters")


def test_nothing_behind_a_disagreement_is_committed() -> None:
    caption = after("go for ten meters", "go four ten meters")
    assert caption.committed_text == "go"


def test_case_and_punctuation_do_not_disagree() -> None:
    """The newer spelling is kept."""
    assert after("hello, World", "Hello world, it").committed_text == "Hello world,"


def test_a_mark_at_the_end_of_the_audio_ends_nothing() -> None:
    """It is there because the audio ends: what is committed keeps it only where a word
    follows."""
    assert after("mister john.", "mister john.").committed_text == "mister"
    going_on = after("mister john.", "mister john.", "mister john dashwood")
    assert going_on.committed_text == "mister john"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (". And so", ["And", " so"]),
        ("go - forward ...", ["go -", " forward ..."]),
        ("すし。です", ["す", "し。", "で", "す"]),
        ("...", []),
    ],
)
def test_a_mark_that_stands_alone_is_no_word(text: str, words: list[str]) -> None:
    assert units(text) == words


def test_a_mark_before_the_first_word_hides_nothing() -> None:
    """Whisper begins with one where it has heard only a breath."""
    assert after(".", ".", "And so", "And so my").committed_text == "And so"


def test_the_two_parts_join_as_they_are() -> None:
    caption = after("go forward", "go forward ten")
    assert caption.committed_text + caption.unstable_text == "go forward ten"
    assert after("go").committed_text + after("go").unstable_text == "go"


def test_an_apostrophe_is_part_of_a_word() -> None:
    assert normalised("Don't!") == "don't"
    assert normalised("dont") != normalised("don't")


@given(st.lists(st.lists(WORD, max_size=6).map(" ".join), max_size=12))
def test_committed_text_only_grows(texts: list[str]) -> None:
    """Word by word, whatever the engine says next; stability stays a share."""
    caption, before = Caption(), ""
    for text in texts:
        caption.take(text)
        now = caption.committed_text
        assert now == before or now.startswith(f"{before} " if before else "")
        assert 0 <= caption.stability <= 1
        before = now


@given(st.lists(WORD.map(lambda word: word.strip(",")), min_size=1, max_size=8))
def test_what_is_said_twice_is_committed_whole(words: list[str]) -> None:
    text = " ".join(words)
    caption = after(text, text)
    assert (caption.committed_text, caption.unstable_text, caption.stability) == (text, "", 1.0)
