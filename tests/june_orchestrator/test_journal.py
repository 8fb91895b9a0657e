"""The lines that are written of a turn, as operators look for them."""

from __future__ import annotations

import logging

import pytest

from june_orchestrator.journal import Journal
from june_orchestrator.news import ConcurrentSynthesis, FellBack, FirstAudio, FirstToken, News


@pytest.mark.parametrize(
    ("news", "line"),
    [
        (FirstToken(312.4), "First token in 312 ms"),
        (FirstAudio(198.6), "First audio chunk in 199 ms"),
        (ConcurrentSynthesis(1), "Concurrent TTS triggered: sentence 2, reply still streaming"),
    ],
)
def test_news_are_lines_that_users_know(
    news: News, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    """At INFO, joined by the turn."""
    with caplog.at_level(logging.INFO):
        Journal().news(3, news)
    (written,) = caplog.records
    assert (written.getMessage(), written.levelname) == (line, "INFO")
    assert vars(written)["turn"] == 3


def test_a_fallback_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        Journal().news(1, FellBack("STREAMING_UNSUPPORTED"))
    assert [written.levelname for written in caplog.records] == ["WARNING"]


def test_a_partial_is_counted_and_timed_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        Journal().partial(2, 4, 780.2, "a secret")
    (written,) = caplog.records
    assert written.getMessage() == "Partial transcript 4 at 780 ms"
    assert vars(written)["turn"] == 2
    assert "secret" not in str(vars(written))


def test_words_are_told_where_they_were_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        Journal(words=True).partial(2, 4, 780.2, "the words")
    assert vars(caplog.records[0])["words"] == "the words"
