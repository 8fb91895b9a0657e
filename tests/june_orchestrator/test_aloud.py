"""What of a reply is said: code is left out, tables are read, and nothing waits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.aloud import LANGUAGES, Aloud
from june_orchestrator.apologies import LANGUAGES as APOLOGISING
from june_orchestrator.sentences import SentenceSplitter

PHRASE = "I am leaving out the code."


def said(text: str, language: str = "en") -> list[str]:
    """What is said of a reply that comes letter by letter, silence left out."""
    splitter, aloud = SentenceSplitter(), Aloud(language)
    sentences = [sentence for letter in text for sentence in splitter.push(letter)]
    sentences += splitter.finish()
    return [spoken for sentence in sentences if (spoken := aloud.push(sentence))]


def test_a_phrase_stands_for_a_block_of_code() -> None:
    text = "Try this:\n```python\nprint('Hello. You.')\n\nx = 1\n```\nThat was it."
    assert said(text) == ["Try this:", PHRASE, "That was it."]


@pytest.mark.parametrize(
    "block",
    [
        "~~~\ncode here\n~~~",
        "````md\n```\ncode here\n```\n````",
        "  ```sh\n  code here\n  ```",
        "> ```\n> code here\n> ```",
        "- ```\n  code here\n  ```",
        '```python title="a b"\ncode here\n```',
        "```\n~~~\ncode here\n```",
        "```\ncode here\n```py\nand more of it\n```",
    ],
)
def test_fences_of_all_kinds(block: str) -> None:
    """By the same marks, at least as many, is a block closed; others are part of it."""
    assert said(f"Before it.\n{block}\nAfter it.") == ["Before it.", PHRASE, "After it."]


def test_a_block_that_is_never_closed_stays_silent() -> None:
    """In a stream nobody knows whether it will be."""
    assert said("Look:\n```\nx = 1\ny = 2") == ["Look:", PHRASE]


def test_code_within_a_sentence_is_said() -> None:
    for text in ("Call `print` twice now.", "Use ```x = 1``` as it stands."):
        assert said(text) == [text]


def test_rows_of_a_table_are_said_one_by_one_and_its_line_is_not() -> None:
    """As cells: that is text to speech's business."""
    text = "| Place | Degrees |\n|:---|---:|\n| Rome | 20 |\n| Oslo | 5 |\n"
    assert said(text) == ["| Place | Degrees |", "| Rome | 20 |", "| Oslo | 5 |"]


@pytest.mark.parametrize("rule", ["---", "***", "===", "|---|", "--- | ---", "___", "| :-: |"])
def test_lines_that_are_drawn_are_silent(rule: str) -> None:
    assert not Aloud("en").push(rule)


@pytest.mark.parametrize("sentence", ["- 5", "|x|", "*a*", "+1", "😀", "≈", "?"])
def test_whatever_may_be_said_is_left_to_text_to_speech(sentence: str) -> None:
    assert Aloud("en").push(sentence) == sentence


def test_the_phrase_is_in_the_language_of_the_reply() -> None:
    """Where June has none it is silent rather than foreign; unknown counts as English."""
    assert {Aloud(language).push("```") for language in LANGUAGES} >= {
        PHRASE,
        "Den Code lese ich nicht vor.",
    }
    assert len({Aloud(language).push("```") for language in LANGUAGES}) == len(LANGUAGES)
    assert Aloud("de-AT").push("```") == Aloud("DE").push("```")
    assert Aloud("").push("```") == PHRASE
    assert Aloud("ja").push("```") == ""
    assert set(LANGUAGES) == set(APOLOGISING)


def test_the_plain_way_leaves_code_out_of_its_one_piece() -> None:
    """There a sentence may be many lines."""
    aloud = Aloud("en")
    assert aloud.push("One.\n```\ncode\n```\nTwo.\n---") == f"One.\n{PHRASE}\nTwo."
    assert aloud.push("Three.") == "Three."


LINES = st.lists(
    st.sampled_from(["```", "```py", "~~~", "x = 1.", "| a | b |", "|--|--|", "Well, yes.", ""]),
    max_size=20,
)


@given(LINES, st.integers(1, 5))
def test_how_the_text_came_does_not_matter(lines: list[str], size: int) -> None:
    """The same is said of a reply, however it was cut into tokens."""
    text = "\n".join(lines)
    splitter, aloud = SentenceSplitter(), Aloud("en")
    cut = [text[at : at + size] for at in range(0, len(text), size)]
    sentences = [sentence for token in cut for sentence in splitter.push(token)]
    sentences += splitter.finish()
    assert [s for sentence in sentences if (s := aloud.push(sentence))] == said(text)


@given(st.lists(st.text(max_size=60), max_size=20))
def test_nothing_is_said_that_was_not_written(sentences: list[str]) -> None:
    """But the one phrase."""
    aloud = Aloud("en")
    for sentence in sentences:
        for line in aloud.push(sentence).split("\n"):
            assert line in sentence or line == PHRASE
