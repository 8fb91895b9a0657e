"""What is remembered: whole exchanges, and of a reply what was heard."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.history import MESSAGE_TOKENS, History, heard_text, tokens_in
from june_orchestrator.lanes import Lane
from june_orchestrator.ports import Message, Role, Speech
from june_runtime.errors import InvalidInput, JuneError, Unavailable
from june_runtime.pcm import AudioFormat
from june_runtime.testing import run_virtual
from tests.june_orchestrator.fakes import RATE, audio_of, samples_of, words_of

AUDIO = AudioFormat(sample_rate=RATE)
SENTENCES = ["It is mild and dry.", "Tomorrow brings some rain.", "That is all."]


async def synthesis(
    text: str, share: float, error: JuneError | None, *, known: bool
) -> AsyncGenerator[Speech, None]:
    pcm = audio_of(text)
    yield Speech(pcm[: round(len(pcm) // 2 * share) * 2])
    if error:
        raise error
    if known:
        yield Speech(b"", words_of(text))


def lane(
    index: int, text: str, share: float = 1.0, error: JuneError | None = None, *, known: bool = True
) -> Lane:
    async def fill() -> Lane:
        way = Lane(index, text, AUDIO, 0.0)
        await way.fill(synthesis(text, share, error, known=known))
        return way

    return run_virtual(fill())


def waiting(index: int, text: str) -> Lane:
    async def make() -> Lane:
        return Lane(index, text, AUDIO, 0.0)

    return run_virtual(make())


WHOLE = [lane(index, text) for index, text in enumerate(SENTENCES)]
UNPLACED = [lane(index, text, known=False) for index, text in enumerate(SENTENCES)]
TOTAL = sum(samples_of(text) for text in SENTENCES)


@given(st.integers(0, TOTAL), st.booleans())
def test_what_was_heard_is_right_to_the_word(played: int, known: bool) -> None:
    """At any cut the words heard are the reply's first ones, at most one too many or few."""
    heard = heard_text(WHOLE if known else UNPLACED, played).split()
    words = " ".join(SENTENCES).split()
    assert heard == words[: len(heard)]
    ends, at = [], 0
    for text in SENTENCES:
        ends += [at + word.end for word in words_of(text)]
        at += samples_of(text)
    truly = sum(end <= played for end in ends)
    assert abs(len(heard) - truly) <= 1


@given(st.integers(0, TOTAL), st.integers(0, TOTAL))
def test_who_hears_longer_hears_no_less(one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert heard_text(WHOLE, more).startswith(heard_text(WHOLE, less))


def test_everything_is_heard_at_the_end_and_nothing_at_the_start() -> None:
    assert heard_text(WHOLE, TOTAL) == " ".join(SENTENCES)
    assert heard_text(WHOLE, 0) == ""


def test_a_sentence_without_sound_counts_once_what_is_before_it_was_heard() -> None:
    """An emoji is part of what was said."""
    emoji = lane(1, "🙂", 0.0, InvalidInput("NOTHING_TO_SAY", "nothing"))
    assert heard_text([WHOLE[0], emoji], samples_of(SENTENCES[0])) == f"{SENTENCES[0]} 🙂"
    assert heard_text([WHOLE[0], emoji], 10) == ""


def test_a_sentence_that_broke_off_counts_as_far_as_it_came() -> None:
    """And those after it, which were spoken, count too."""
    broken = lane(0, SENTENCES[0], 0.5, Unavailable("TTS_GONE", "gone"))
    heard = heard_text([broken, WHOLE[1]], broken.samples + samples_of(SENTENCES[1]))
    assert heard == f"It is mild {SENTENCES[1]}"


def test_a_sentence_that_is_not_made_yet_was_not_heard() -> None:
    lanes = [WHOLE[0], waiting(1, SENTENCES[1])]
    assert heard_text(lanes, samples_of(SENTENCES[0])) == SENTENCES[0]


def test_a_prompt_holds_the_talk_and_ends_with_the_question() -> None:
    history = History()
    history.add("Hi.", "Hello.")
    assert history.with_question("How are you?") == [
        Message(Role.USER, "Hi."),
        Message(Role.ASSISTANT, "Hello."),
        Message(Role.USER, "How are you?"),
    ]


def test_an_answer_of_which_nothing_was_heard_was_not_given() -> None:
    history = History()
    history.add("Hi.", "")
    assert [message.role for message in history.with_question("Hi?")] == [Role.USER, Role.USER]


WORDS = st.text(min_size=1, max_size=30)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=30), st.integers(1, 300))
def test_history_is_bounded_and_forgets_the_oldest_exchanges_whole(
    turns: list[tuple[str, str]], budget: int
) -> None:
    """What is kept is the end of the talk, within the bound save for the last exchange."""
    history = History(budget)
    for said, answered in turns:
        history.add(said, answered)
    kept = [message.text for message in history.with_question("?")][:-1]
    assert len(kept) >= 2
    assert kept == [text for turn in turns for text in turn][-len(kept) :]
    assert sum(map(tokens_in, kept)) <= max(budget, sum(map(tokens_in, turns[-1])))
    # Nothing is forgotten that there was room for.
    if forgotten := turns[: -len(kept) // 2]:
        assert sum(map(tokens_in, [*kept, *forgotten[-1]])) > budget


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=12), st.integers(1, 200))
def test_a_smaller_budget_holds_at_once(turns: list[tuple[str, str]], budget: int) -> None:
    """As if it had always been; a larger one later brings nothing back."""
    always, lately = History(budget), History(10_000)
    for said, answered in turns:
        always.add(said, answered)
        lately.add(said, answered)
    lately.keep_within(budget)
    assert lately.with_question("?") == always.with_question("?")
    lately.keep_within(10_000)
    assert lately.with_question("?") == always.with_question("?")


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(some: str, more: str) -> None:
    """And none is none."""
    assert tokens_in(some) <= tokens_in(some + more)
    assert tokens_in(some) <= MESSAGE_TOKENS + len(some)
    assert (tokens_in(some) == 0) == (not some)
