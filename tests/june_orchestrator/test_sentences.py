"""Sentences are cut at the same places however the text arrives."""

from __future__ import annotations

import sys
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
        ("Wait... what? No.", ["Wait... what?", "No."]),
        ("It costs 1,299.99 dollars. Cheap.", ["It costs 1,299.99 dollars.", "Cheap."]),
        ("Version 2.0.1 is out. Get it.", ["Version 2.0.1 is out.", "Get it."]),
        ("The answer is 42. Why?", ["The answer is 42.", "Why?"]),
        ("Das ist am 3. Mai. Gut.", ["Das ist am 3. Mai.", "Gut."]),
        ("Bis zum 12. Juni, z.B. hier. Gut.", ["Bis zum 12. Juni, z.B. hier.", "Gut."]),
        ("Das gilt bzw. galt. Ja.", ["Das gilt bzw. galt.", "Ja."]),
        ("M. Dupont et Mme. Petit. Bien.", ["M. Dupont et Mme. Petit.", "Bien."]),
        ("La Sra. López llegó. ¿Ya?", ["La Sra. López llegó.", "¿Ya?"]),
        ("It orbits the sun. Mars too.", ["It orbits the sun.", "Mars too."]),
        ("The answer is no. Sorry.", ["The answer is no.", "Sorry."]),
        ("See No. 5 and Fig. 3 there. Good.", ["See No. 5 and Fig. 3 there.", "Good."]),
        ("On Sat. Jan. 5 we go. Good.", ["On Sat. Jan. 5 we go.", "Good."]),
        ("So do I. You too.", ["So do I.", "You too."]),
        ("Apples, pears, etc. are fruit. Yes.", ["Apples, pears, etc. are fruit.", "Yes."]),
        ("The U.S. and the U.K. agree. Good.", ["The U.S. and the U.K. agree.", "Good."]),
        ("Smith et al. found it. Good.", ["Smith et al. found it.", "Good."]),
        ("She has a Ph.D. in law. Good.", ["She has a Ph.D. in law.", "Good."]),
        ("Acme Inc. and Beta Ltd. merged. Good.", ["Acme Inc. and Beta Ltd. merged.", "Good."]),
        ("What?! No!!! Yes.", ["What?!", "No!!!", "Yes."]),
        ("**Bold.** Then plain.", ["**Bold.**", "Then plain."]),
        ("“Stop.” He left.", ["“Stop.”", "He left."]),
        ("«Assez.» Il part.", ["«Assez.»", "Il part."]),
        ("# Title\nText here.", ["# Title", "Text here."]),
        ("- one\n- two\n\nDone.", ["- one", "- two", "Done."]),
        ("a) red\nb) blue", ["a) red", "b) blue"]),
        ("12) red. 13) blue", ["12) red.", "13) blue"]),
        ("「行こう。」彼は言った。", ["「行こう。」", "彼は言った。"]),
        ("你好！你好吗？好。", ["你好！", "你好吗？", "好。"]),
        ("アイス500円。安い！", ["アイス500円。", "安い！"]),
        ("آپ کیسے ہیں؟ ٹھیک ہوں۔ شکریہ", ["آپ کیسے ہیں؟", "ٹھیک ہوں۔", "شکریہ"]),
        ("안녕하세요. 반갑습니다.", ["안녕하세요.", "반갑습니다."]),
        ("Nice 😀. Very 😀😀! Yes.", ["Nice 😀.", "Very 😀😀!", "Yes."]),
        ("No end at all", ["No end at all"]),
        (". . . and then?", [". . . and then?"]),
        (f"Odd.{'_' * 99} So.", [f"Odd.{'_' * 99}", "So."]),
        ("", []),
        ("  \n ", []),
    ],
)
def test_a_text_is_cut_where_a_speaker_would_pause(text: str, sentences: list[str]) -> None:
    """Abbreviations, decimals, initials, addresses and lists hold together."""
    assert cut([text]) == sentences


TEXTS = st.lists(
    st.sampled_from(
        [*"ab Dr.,;!?…\n\"')1 。，」«»(—*กर।好", "e.g. ", "Mr. ", "3.5", "— ", "ครับ ", "г. ", " »"]
    ),
    max_size=200,
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


def test_a_first_clause_may_go_early_without_spaces_too() -> None:
    """Where no spaces part words, two characters count as one."""
    tokens = ["今日はとても暖かく、", "明日は雨になります。", "傘を、お持ちください。"]
    assert cut(tokens, SentenceLimits(min_chars=1)) == [
        "今日はとても暖かく、",
        "明日は雨になります。",
        "傘を、お持ちください。",
    ]


def test_short_sentences_are_joined_to_the_next() -> None:
    """What is shorter than `min_chars` is not worth a synthesis of its own."""
    limits = SentenceLimits(min_chars=12, early_clause_words=0)
    assert cut(["Yes. I do. We all do."], limits) == ["Yes. I do. We all do."]
    assert cut(["Yes. I do indeed. We all do."], limits) == ["Yes. I do indeed.", "We all do."]


def test_a_text_without_end_is_cut_at_a_clause() -> None:
    """The last clause within reach, if it is not too short."""
    limits = SentenceLimits(min_chars=1, max_chars=40, early_clause_words=0)
    text = "one two three four, five six seven eight nine ten eleven"
    assert cut([text], limits)[0] == "one two three four,"


def test_a_text_without_clauses_is_cut_between_words() -> None:
    """Never within a word that would fit."""
    limits = SentenceLimits(min_chars=1, max_chars=20, early_clause_words=0)
    pieces = cut(["word " * 30], limits)
    assert {word for piece in pieces for word in piece.split()} == {"word"}


def test_a_word_longer_than_allowed_is_cut() -> None:
    """Nothing is longer than the limit, and nothing is lost."""
    limits = SentenceLimits(min_chars=1, max_chars=20, early_clause_words=0)
    pieces = cut(["x" * 50], limits)
    assert [len(piece) for piece in pieces] == [20, 20, 10]


def test_what_is_no_letter_counts_for_more() -> None:
    """Four Chinese characters or six kana say as much as twelve Latin letters."""
    limits = SentenceLimits(min_chars=12, early_clause_words=0)
    assert cut(["好的。我知道了。走吧。"], limits) == ["好的。我知道了。", "走吧。"]
    assert cut(["はい。わかりました。では。"], limits) == ["はい。わかりました。", "では。"]


def test_a_long_text_without_spaces_is_cut_sooner() -> None:
    """93 Chinese characters are as much as is spoken at once."""
    whole = SentenceLimits(early_clause_words=0)
    assert [len(piece) for piece in cut(["好" * 200], whole)] == [93, 93, 14]
    same = SentenceLimits(early_clause_words=0, by_script=False)
    assert [len(piece) for piece in cut(["好" * 300], same)] == [280, 20]


def test_a_letter_is_not_parted_from_its_vowel() -> None:
    """Where a word must be cut, it is cut before a letter and not within one."""
    limits = SentenceLimits(min_chars=1, max_chars=5, early_clause_words=0)
    assert cut(["किकिकिकि"], limits) == ["किकि", "किकि"]


def test_a_thai_space_is_a_clause_at_first() -> None:
    """Thai has no comma: its first phrase may go at a space, later ones not."""
    text = "เมื่อเช้านี้อากาศค่อนข้างเย็น แต่ตอนนี้ร้อนแล้ว และคืนนี้ฝนจะตก"
    assert cut([text], SentenceLimits(min_chars=1)) == [
        "เมื่อเช้านี้อากาศค่อนข้างเย็น",
        "แต่ตอนนี้ร้อนแล้ว และคืนนี้ฝนจะตก",
    ]
    assert cut([text]) == [text]


def test_a_long_thai_phrase_ends_at_its_space() -> None:
    """Without a particle that ends it, a phrase of some length is a sentence."""
    phrase = "ห้องสมุดแห่งนี้เปิดให้บริการทุกวันตั้งแต่เช้าจนถึงเย็น"
    assert cut([f"{phrase} {phrase}"]) == [phrase, phrase]


def test_many_spaces_are_not_waited_out() -> None:
    """Whether a sentence goes on is told by what comes soon, or by nothing."""
    splitter = SentenceSplitter(WHOLE)
    assert splitter.push("Bread, milk, etc.  ") == []
    assert splitter.push(" ") == ["Bread, milk, etc."]


def work(text: str, limits: SentenceLimits, letters: int) -> int:
    """What it costs to cut the text, in tokens of so many letters: the calls that are
    made, and the letters that each look at the text may have to read."""
    calls = read = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    class Counting(SentenceSplitter):
        def _next_end(self) -> int | None:
            nonlocal read
            read += len(self._text)
            return super()._next_end()

    splitter = Counting(limits)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for at in range(0, len(text), letters):
            splitter.push(text[at : at + letters])
    finally:
        sys.setprofile(before)
    return calls + read


@pytest.mark.parametrize("letters", [1, 7, 100_000])
@pytest.mark.parametrize(
    "text",
    [
        "Yes it is, I think. ",
        "word ",
        "x",
        ". ",
        " \n",
        "1. a\n",
        "e.g. ",
        "« (a. ",
        "好。",
        "ครับ ",
    ],
)
def test_the_cost_grows_with_the_text_and_no_faster(text: str, letters: int) -> None:
    """Four times the text is at most about four times the work, in tokens of any size."""
    few, many = ((text * length)[:length] for length in (4_000, 16_000))
    limits = SentenceLimits(min_chars=1)
    assert work(many, limits, letters) <= 4.5 * work(few, limits, letters)
