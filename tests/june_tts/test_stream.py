"""The order of things on a Synthesize stream."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_runtime.errors import JuneError, OutOfOrder
from june_tts.stream import (
    MAX_WAITING,
    Action,
    Answer,
    Append,
    Cancel,
    Configure,
    Done,
    EndReason,
    Flush,
    Message,
    Speak,
    Stop,
    SynthesisStream,
)

Stream = SynthesisStream[str]


def configured(max_characters: int = 100) -> Stream:
    stream = Stream(max_characters)
    assert stream.push(Configure("first")) == []
    return stream


def flushed(stream: Stream, sentence_id: int, text: str = "words") -> list[Action[str]]:
    assert stream.push(Append(sentence_id, text)) == []
    return stream.push(Flush(sentence_id, at=sentence_id))


def refused(take: Callable[[], object]) -> str:
    with pytest.raises(OutOfOrder) as error:
        take()
    return error.value.reason


def test_a_flushed_sentence_is_spoken() -> None:
    """Its text is what was appended, in order, and it knows when it was flushed."""
    stream = configured()
    stream.push(Append(1, "Hello "))
    stream.push(Append(1, "there."))
    assert stream.push(Flush(1, at=2.5)) == [Speak(1, "Hello there.", "first", 2.5)]


def test_sentences_are_spoken_one_after_another() -> None:
    """The next one starts when the one before it is answered."""
    stream = configured()
    flushed(stream, 1)
    assert flushed(stream, 2) == []
    assert stream.answered(1) == [Speak(2, "words", "first", 2)]


def test_nothing_may_come_before_the_first_config() -> None:
    """Neither text nor flush; a cancel of what never was is ignored."""
    stream = Stream(100)
    assert stream.push(Cancel(1)) == []
    assert refused(lambda: stream.push(Append(1, "words"))) == "CONFIG_MISSING"
    assert refused(lambda: stream.push(Flush(1))) == "CONFIG_MISSING"


def test_a_config_holds_from_the_next_sentence() -> None:
    """What was opened before it keeps the one it was opened with."""
    stream = configured()
    flushed(stream, 1)
    flushed(stream, 2)
    stream.push(Configure("second"))
    flushed(stream, 3)
    assert stream.answered(1) == [Speak(2, "words", "first", 2)]
    assert stream.answered(2) == [Speak(3, "words", "second", 3)]


def test_a_config_within_a_sentence_is_refused() -> None:
    """Between two sentences only."""
    stream = configured()
    stream.push(Append(1, "words"))
    assert refused(lambda: stream.push(Configure("second"))) == "CONFIG_MISPLACED"


@pytest.mark.parametrize("late", [Append(1, "more"), Flush(1), Append(0, "older"), Flush(0)])
def test_a_sentence_that_goes_back_is_refused(late: Message[str]) -> None:
    """A flushed sentence takes nothing more, and numbers grow."""
    stream = configured()
    flushed(stream, 1)
    assert refused(lambda: stream.push(late)) == "SENTENCE_OUT_OF_ORDER"


def test_a_sentence_is_flushed_before_the_next_one() -> None:
    """Two sentences are never open at once."""
    stream = configured()
    stream.push(Append(1, "words"))
    assert refused(lambda: stream.push(Append(2, "words"))) == "SENTENCE_OUT_OF_ORDER"


def test_one_sentence_too_many_is_refused_alone() -> None:
    """It is answered at once with SENTENCES_WAITING; those in line keep their places."""
    stream = configured()
    for number in range(1 + MAX_WAITING):
        flushed(stream, number)
    [refusal] = flushed(stream, 9)
    assert isinstance(refusal, Answer)
    assert refusal.error is not None
    assert (refusal.sentence_id, refusal.error.reason) == (9, "SENTENCES_WAITING")
    assert refusal.error.retry_after is not None
    assert stream.answered(0) == [Speak(1, "words", "first", 1)]


def test_text_too_long_is_that_sentences_error() -> None:
    """It is answered when it grows too long; the rest of it is ignored, the next one
    welcome."""
    stream = configured(max_characters=10)
    stream.push(Append(1, "12345"))
    [answer] = stream.push(Append(1, "678901"))
    assert isinstance(answer, Answer)
    assert answer.error is not None
    assert (answer.reason, answer.error.reason) == (EndReason.ERROR, "TEXT_TOO_LONG")
    assert stream.push(Append(1, "more")) == []
    assert stream.push(Flush(1)) == []
    assert flushed(stream, 2) == [Speak(2, "words", "first", 2)]


def test_a_sentence_of_exactly_the_limit_is_spoken() -> None:
    """The limit itself is allowed."""
    assert flushed(configured(max_characters=5), 1, "12345") == [Speak(1, "12345", "first", 1)]


def test_cancelling_the_spoken_sentence_stops_it_once() -> None:
    """Whoever speaks it answers it."""
    stream = configured()
    flushed(stream, 1)
    assert stream.push(Cancel(1)) == [Stop(1)]
    assert stream.push(Cancel(1)) == []
    assert stream.answered(1) == []


def test_a_cancelled_sentence_in_line_keeps_its_place() -> None:
    """It is answered in its turn, without being spoken."""
    stream = configured()
    for number in (1, 2, 3):
        flushed(stream, number)
    assert stream.push(Cancel(2)) == []
    assert stream.answered(1) == [
        Answer(2, EndReason.CANCELLED),
        Speak(3, "words", "first", 3),
    ]


def test_an_open_sentence_can_be_cancelled() -> None:
    """It is answered, and what comes of it afterwards is ignored."""
    stream = configured()
    stream.push(Append(1, "words"))
    assert stream.push(Cancel(1)) == [Answer(1, EndReason.CANCELLED)]
    assert stream.push(Append(1, "more")) == []
    assert stream.push(Flush(1)) == []
    assert stream.push(Cancel(1)) == []


def test_cancelling_what_was_answered_or_never_opened_is_ignored() -> None:
    """No action follows."""
    stream = configured()
    flushed(stream, 1)
    stream.answered(1)
    assert stream.push(Cancel(1)) == []
    assert stream.push(Cancel(7)) == []
    assert flushed(stream, 7) == [Speak(7, "words", "first", 7)]


def test_half_closing_flushes_what_is_open() -> None:
    """The stream is done when that is answered."""
    stream = configured()
    stream.push(Append(1, "words"))
    assert stream.finish(at=4) == [Speak(1, "words", "first", 4)]
    assert stream.answered(1) == [Done()]


def test_an_empty_stream_ends_at_once() -> None:
    """Nothing was asked for, nothing is owed."""
    assert Stream(100).finish() == [Done()]


MESSAGES = st.lists(
    st.one_of(
        st.just("config"),
        st.tuples(st.sampled_from(["open", "append", "long", "flush", "answered"]), st.just(0)),
        st.tuples(st.just("cancel"), st.integers(0, 4)),
    ),
    max_size=60,
)


class Caller:
    """A caller that keeps to the contract, and whoever speaks; both driven by chance."""

    def __init__(self) -> None:
        self.stream = configured(max_characters=20)
        self.ids = -1
        self.open = False
        self.spoken: list[int] = []  # started, not answered
        self.flushed_or_cancelled: set[int] = set()
        self.finals: list[tuple[int, JuneError | None]] = []
        self.done = 0

    def step(self, step: object) -> None:
        match step:
            case "config":
                if not self.open:
                    self.see(self.stream.push(Configure("again")))
            case ("open", _) if not self.open:
                self.ids += 1
                self.open = True
                self.see(self.stream.push(Append(self.ids, "words")))
            case ("append" | "long" as size, _) if self.open:
                text = "x" * 30 if size == "long" else "x"
                if size == "long":
                    self.flushed_or_cancelled.add(self.ids)
                self.see(self.stream.push(Append(self.ids, text)))
            case ("flush", _) if self.open:
                self.open = False
                self.flushed_or_cancelled.add(self.ids)
                self.see(self.stream.push(Flush(self.ids)))
            case ("cancel", int(back)):
                self.cancel(self.ids - back)
            case ("answered", _) if self.spoken:
                self.answer()

    def cancel(self, sentence_id: int) -> None:
        if sentence_id < 0:
            return
        self.flushed_or_cancelled.add(sentence_id)
        self.see(self.stream.push(Cancel(sentence_id)))

    def answer(self) -> None:
        sentence_id = self.spoken.pop(0)
        self.finals.append((sentence_id, None))
        self.see(self.stream.answered(sentence_id))

    def see(self, actions: list[Action[str]]) -> None:
        for action in actions:
            match action:
                case Speak():
                    self.spoken.append(action.sentence_id)
                case Answer():
                    self.finals.append((action.sentence_id, action.error))
                case Done():
                    self.done += 1
        assert len(self.spoken) <= 1
        assert self.stream.waiting <= MAX_WAITING

    def finish(self) -> None:
        if self.open:
            self.flushed_or_cancelled.add(self.ids)
        self.see(self.stream.finish())
        while self.spoken:
            self.answer()


@given(MESSAGES)
def test_every_sentence_gets_exactly_one_final_in_order(steps: list[object]) -> None:
    """Whatever is flushed or cancelled is answered once; those that found room in the
    order they were opened; and then the stream is done, once."""
    caller = Caller()
    for step in steps:
        caller.step(step)
    caller.finish()
    answered = [sentence_id for sentence_id, _ in caller.finals]
    assert sorted(answered) == sorted(caller.flushed_or_cancelled)
    assert caller.done == 1


@given(MESSAGES)
def test_sentences_are_answered_in_the_order_they_were_opened(steps: list[object]) -> None:
    """All but those that were answered at once because the line was full."""
    caller = Caller()
    ahead: set[int] = set()
    see = caller.see

    def watched(actions: list[Action[str]]) -> None:
        if caller.stream.waiting >= MAX_WAITING and caller.spoken:
            ahead.update(action.sentence_id for action in actions if isinstance(action, Answer))
        see(actions)

    caller.see = watched  # type: ignore[method-assign]
    for step in steps:
        caller.step(step)
    caller.finish()
    in_line = [sentence_id for sentence_id, _ in caller.finals if sentence_id not in ahead]
    assert in_line == sorted(in_line)
