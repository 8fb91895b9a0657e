"""Hard cases in many languages are cut where a speaker would."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.sentences import SentenceLimits, SentenceSplitter
from tests.june_orchestrator.sentence_corpus import Case, cases

BARE = SentenceLimits(min_chars=1, early_clause_words=0)
CASES = cases()


def cut(tokens: list[str], limits: SentenceLimits = BARE) -> list[str]:
    splitter = SentenceSplitter(limits)
    sentences = [sentence for token in tokens for sentence in splitter.push(token)]
    return sentences + splitter.finish()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hard_case_is_cut_right(case: Case) -> None:
    """All of them; nothing tells the splitter which language it reads."""
    assert cut([case.text]) == list(case.sentences)


def test_the_corpus_is_what_it_says() -> None:
    """At least 300 cases in 20 languages, none of them twice."""
    languages = Counter(case.language for case in CASES)
    assert len(CASES) >= 300
    assert len(languages) >= 20
    assert min(languages.values()) >= 15
    assert len({case.text for case in CASES}) == len(CASES)


LIMITS = st.builds(
    SentenceLimits,
    min_chars=st.integers(1, 40),
    max_chars=st.integers(40, 90),
    early_clause_words=st.integers(0, 6),
)
# Two cases after one another, so that what is left of one meets the other.
TEXTS = st.lists(st.sampled_from([case.text for case in CASES]), min_size=1, max_size=2).map(
    " ".join
)


@given(TEXTS, st.lists(st.integers(0, 200), max_size=12), LIMITS)
def test_tokens_do_not_matter_in_any_language(
    text: str, places: list[int], limits: SentenceLimits
) -> None:
    """Any division into tokens gives the same sentences."""
    edges = sorted({0, len(text), *(place for place in places if place < len(text))})
    tokens = [text[a:b] for a, b in pairwise(edges)]
    assert cut(tokens, limits) == cut([text], limits) == cut(list(text), limits)


@given(TEXTS, LIMITS)
def test_nothing_is_lost_and_nothing_said_twice(text: str, limits: SentenceLimits) -> None:
    """The sentences together are the text, white space aside."""
    assert "".join("".join(cut([text], limits)).split()) == "".join(text.split())


@given(TEXTS, LIMITS)
def test_no_sentence_says_more_than_allowed(text: str, limits: SentenceLimits) -> None:
    """By what its script says in a letter."""
    assert all(limits.size(sentence) <= limits.max_chars for sentence in cut([text], limits))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sentence_is_out_with_the_character_after_it(case: Case) -> None:
    """What follows is needed to its first character at most."""
    splitter, given_so_far, heard = SentenceSplitter(BARE), 0, 0
    ends = [sum(map(len, map(_bare, case.sentences[: n + 1]))) for n in range(len(case.sentences))]
    for character in case.text:
        given_so_far += not character.isspace()
        heard += len(splitter.push(character))
        assert heard >= sum(given_so_far > end for end in ends[:-1])


def _bare(text: str) -> str:
    return "".join(text.split())
