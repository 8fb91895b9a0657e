"""Cutting long texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_cli.text import pieces

_words = st.text(st.sampled_from('ab .!?。\n"é'), max_size=300)


@given(_words, st.integers(1, 40))
def test_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    """All characters arrive, in order, in pieces that are not blank and not too long."""
    found = pieces(text, limit)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(0 < len(piece) <= limit and piece == piece.strip() for piece in found)


@given(_words)
def test_a_text_that_fits_stays_whole(text: str) -> None:
    """Nothing is cut without need."""
    assert pieces(text, 300) == ([text.strip()] if text.strip() else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One two. Three four. Five", ["One two. Three four.", "Five"]),
        ('He said "no." Then he left us.', ['He said "no."', "Then he left us."]),
        (
            "一二三四五六七八九。十十十十十十十十十十十十",
            ["一二三四五六七八九。", "十十十十十十十十十十十十"],
        ),
        ("no end of a sentence in here", ["no end of a", "sentence in here"]),
        ("x" * 45, ["x" * 21, "x" * 21, "xxx"]),
    ],
)
def test_cuts_are_where_a_speaker_would_pause(text: str, found: list[str]) -> None:
    """At the last end of a sentence that fits, else between words, else anywhere."""
    assert pieces(text, 21 if "no end" not in text else 16) == found
