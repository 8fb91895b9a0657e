"""Laws of making text speakable, whatever the text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_tts.text import MAX_CHARACTERS, speakable
from june_tts.wording.language import KNOWN

LANGUAGES = st.sampled_from([*KNOWN, "ja", ""])
# Without "v", as "vs" is an abbreviation.
WORDS = st.lists(
    st.from_regex(r"[a-uw-z]{1,8}('[a-z]{1,2})?", fullmatch=True), min_size=1, max_size=20
)
# Text made of the very things that rules look for.
PARTS = [
    *"$ € 5 12 1,000 3.14 2024 -03- / : . , * _ ` [ ] ( ) < > & # @ % km °C Dr. St. e.g.".split(),
    *"a.m. PM March www. https:// example.com | --- – — … ’ “ ” 😀 é 今 ½ ² + = ~ ^ VIII".split(),
    *["\u200d", "\\", " ", "\n", "word"],
]
SIGNS = st.lists(st.sampled_from(PARTS), max_size=40).map("".join)


@given(st.one_of(st.text(max_size=300), SIGNS), LANGUAGES)
def test_nothing_makes_it_fail(text: str, language: str) -> None:
    """Any text in any language is put into words without an error."""
    spoken = speakable(text, language)
    assert "  " not in spoken.text
    assert spoken.text == spoken.text.strip()


@given(WORDS, st.sampled_from(".!?"), LANGUAGES)
def test_plain_sentences_pass_unchanged(words: list[str], stop: str, language: str) -> None:
    """Words without signs are said as they stand, each where it was written."""
    # "max." or "ca." at the end would be abbreviations.
    sentence = " ".join([*words, "indeed"]) + stop
    spoken = speakable(sentence, language)
    assert spoken.text == sentence
    assert [spoken.text[word.start : word.end] for word in spoken.words] == sentence.split()
    assert all(word.exact for word in spoken.words)


@given(SIGNS, LANGUAGES)
def test_words_lie_in_order_within_the_spoken_text(text: str, language: str) -> None:
    """Each written word has a stretch of what is said, none before the one ahead of it."""
    spoken = speakable(text, language)
    places = [place for word in spoken.words for place in (word.start, word.end)]
    assert places == sorted(places)
    assert all(place >= 0 for place in places)


@pytest.mark.parametrize(
    "sentence",
    [
        "I paid $5.20 for 3 apples on 3/4/2021 at 3:45 PM.",
        "Dr. Smith, e.g., lives at 12 Main St. in St. Louis.",
        "**Visit** https://example.com/docs — it's 50% off!",
        "# Title\n- one\n- two (maybe)",
    ],
)
def test_what_is_in_words_stays_so(sentence: str) -> None:
    """Putting the outcome into words again changes nothing."""
    once = speakable(sentence).text
    assert speakable(once).text == once


def test_written_words_know_what_is_said_for_them() -> None:
    """A sum is one written word and many spoken ones; a date shares out its words."""
    spoken = speakable("Pay **$5.20** on March 3 (please).")
    said = {word.text: (spoken.text[word.start : word.end], word.exact) for word in spoken.words}
    assert said["$5.20"] == ("five dollars and twenty cents", True)
    assert said["(please)."] == ("please.", True)
    assert not said["March"][1]


@pytest.mark.parametrize("text", ["", " ", "***", "😀👍", "...", "---\n---", "“”", "<br/>", "~~"])
def test_some_text_says_nothing(text: str) -> None:
    """Without a letter or a digit there is nothing to say."""
    assert not speakable(text).says_something


@pytest.mark.parametrize("text", ["a", "5", "今", "&", "C++"])
def test_a_letter_or_number_says_something(text: str) -> None:
    """One letter or number is enough."""
    assert speakable(text).says_something


@pytest.mark.parametrize(
    "unit",
    "1 1, - a. * [ < <a $ 1/ ( a@ a_ www. 1.1 A.B. |a &# 1:1: Jan. ` [a]( [^1 \\* 10,000, http://a "
    "St. <!-- ** __ ![ 1- % °".split(" "),
)
@pytest.mark.timeout(20)
def test_no_text_takes_for_ever(unit: str) -> None:
    """What a pattern could stumble over again and again costs milliseconds, not minutes."""
    text = (unit * MAX_CHARACTERS)[:MAX_CHARACTERS]
    started = time.process_time()
    speakable(text)
    assert time.process_time() - started < 5
