"""Sentences are cut at the same places however the text arrives."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.sentences import SentenceLimits, SentenceSplitter

WHOLE = SentenceLimits(min_chars=1, early_clause_words=0)


def cut(tokens: list[str], limits: SentenceLimits = WHOLE) -> list[str]:
    splitter = SentenceSplitter(limits)
    sentences = [sentence for token in tokens for sentence in splitter.push(token)]
    return sentences + splitter.finish()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("Really? Yes! Good…", ["Really?", "Yes!", "Good…"]),
        ("Dr. Smith met Mrs. Jones. They spoke.", ["Dr. Smith met Mrs. Jones.", "They spoke."]),
        ("It is 3.5 km away. Go.", ["It is 3.5 km away.", "Go."]),
        ("At 3.30 p.m. we left. Fine.", ["At 3.30 p.m. we left.", "Fine."]),
        ("J. S. Bach wrote e.g. fugues. Listen.", ["J. S. Bach wrote e.g. fugues.", "Listen."]),
        (
            "See https://example.com/c.html for more. Bye.",
            ["See https://example.com/c.html for more.", "Bye."],
        ),
        ("Write to me@example.com today. Bye.", ["Write to me@example.com today.", "Bye."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("(It rained.) We stayed.", ["(It rained.)", "We stayed."]),
        ("1. First\n2. Second", ["1. First", "2. Second"]),
        ("Line one\nLine two", ["Line one", "Line two"]),
        ("今日は晴れです。明日は雨です。", ["今日は晴れです。", "明日は雨です。"]),
        ("नमस्ते दोस्तों। कैसे हो?", ["नमस्ते दोस्तों।", "कैसे हो?"]),
        ("هل أنت بخير؟ نعم.", ["هل أنت بخير؟", "نعم."]),
        ("Wait... what? No.", ["Wait...", "what?", "No."]),
        ("No end at all", ["No end at all"]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_a_text_is_cut_where_a_speaker_would_pause(text: str, sentences: list[str]) -> None:
    """Abbreviations, decimals, initials, addresses and lists hold together."""
    assert cut([text]) == sentences


TEXTS = st.lists(
    st.sampled_from([*"ab Dr.,;!?…\n\"')1 。", "e.g. ", "Mr. ", "3.5", "— "]), max_size=300
).map("".join)


@given(TEXTS, st.lists(st.integers(0, 400), max_size=20), st.integers(1, 30), st.integers(0, 4))
def test_the_cut_does_not_depend_on_the_tokens(
    text: str, places: list[int], least: int, words: int
) -> None:
    """Any division of the text into tokens gives the same sentences."""
    limits = SentenceLimits(min_chars=least, max_chars=60, early_clause_words=words)
    edges = sorted({0, len(text), *(place for place in places if place < len(text))})
    tokens = [text[a:b] for a, b in pairwise(edges)]
    assert cut(tokens, limits) == cut([text], limits) == cut(list(text), limits)


@given(TEXTS)
def test_no_word_is_lost(text: str) -> None:
    """The sentences together are the text, white space aside."""
    limits = SentenceLimits(max_chars=60)
    assert "".join("".join(cut([text], limits)).split()) == "".join(text.split())


@given(TEXTS)
def test_no_sentence_is_longer_than_allowed(text: str) -> None:
    assert all(len(sentence) <= 60 for sentence in cut([text], SentenceLimits(max_chars=60)))


def test_a_first_clause_may_go_early() -> None:
    """Only the first sentence is cut at a comma, and not before four words."""
    text = ["Well, ", "for most of today, ", "it is dry. ", "Yes, for us all, it is."]
    assert cut(text, SentenceLimits(min_chars=1)) == [
        "Well, for most of today,",
        "it is dry.",
        "Yes, for us all, it is.",
    ]


def test_a_sentence_is_known_with_the_token_after_it() -> None:
    """One token of look-ahead is enough."""
    splitter = SentenceSplitter(WHOLE)
    assert splitter.push("It rains.") == []
    assert splitter.push(" It") == ["It rains."]
