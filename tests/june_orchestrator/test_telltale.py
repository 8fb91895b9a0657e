"""What language a sentence is in: the guess, unless the sentence speaks against it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.telltale import language_of
from tests.june_orchestrator.sentence_corpus import cases

ALL = frozenset("en de fr es it pt nl pl ja zh ru el ar hi th ko he uk tr sv vi".split())
FIRST = [(case.language, case.sentences[0]) for case in cases()]


@pytest.mark.parametrize(
    ("text", "guess", "language"),
    [
        ("It is mild and dry today.", "de", "en"),
        ("It is mild and dry today.", "", "en"),
        ("Heute ist es mild und trocken.", "en", "de"),
        ("Aujourd'hui il fait doux et sec dans le nord.", "en", "fr"),
        ("Hoy el tiempo está muy seco.", "en", "es"),
        ("Oggi è mite e non piove.", "en", "it"),
        ("Hoje não chove em Lisboa.", "es", "pt"),
        ("今日は晴れです。", "en", "ja"),
        ("今天天气很好。", "en", "zh"),
        ("今日晴天。", "ja", "ja"),
        ("Сьогодні сухо.", "uk", "uk"),
        ("Сегодня сухо.", "en", "ru"),
        ("The word is 東京.", "ja", "en"),
        ("Hello there!", "de", "de"),
        ("El menú della casa di Roma.", "es", "es"),
        ("OK.", "", ""),
        ("", "de", "de"),
        ("Det är en bra dag.", "sv", "sv"),
        ("He said the and of.", "tr", "tr"),
    ],
)
def test_a_sentence_tells_by_its_small_words_and_letters(
    text: str, guess: str, language: str
) -> None:
    assert language_of(text, guess, ALL) == language


@pytest.mark.parametrize(("language", "text"), FIRST)
def test_a_right_guess_is_never_doubted(language: str, text: str) -> None:
    """In none of the languages that sentences are tested in."""
    assert language_of(text, language, ALL) == language


@pytest.mark.parametrize(("language", "text"), FIRST)
def test_a_wrong_guess_is_kept_or_put_right(language: str, text: str) -> None:
    """Nothing third comes out, but for languages that share their letters."""
    if language == "uk":
        assert language_of(text, "en", ALL - {"ru"}) in ("en", "uk")
        return
    for guess in ("", "en", "de", "pt"):
        assert language_of(text, guess, ALL) in (guess, language)


def test_a_language_without_a_voice_does_not_come_out() -> None:
    german = frozenset({"de"})
    assert language_of("It is mild and dry today.", "de", german) == "de"
    assert language_of("今日は晴れです。", "de", german) == "de"


@given(st.text(max_size=200), st.sampled_from(["", *ALL]), st.frozensets(st.sampled_from([*ALL])))
def test_it_is_the_guess_or_one_that_may_come_out(
    text: str, guess: str, among: frozenset[str]
) -> None:
    assert language_of(text, guess, among) in among | {guess}
