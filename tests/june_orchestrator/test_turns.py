"""Whose turn it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.ports import Event, Heard, Input, Interrupted, Judge, ReplyEnded, Typed
from june_orchestrator.turns import (
    JUDGE_SECONDS,
    Confirm,
    Forget,
    Interrupt,
    Pause,
    Prepare,
    Resume,
    Step,
    Turns,
    is_backchannel,
)

STARTED = Heard(Event.SPEECH_STARTED)
RESUMED = Heard(Event.RESUMED)
NOTHING = Heard(Event.SPEECH_ENDED)


def update(text: str, pause: float = 0.0) -> Heard:
    return Heard(Event.UPDATE, text=text, pause=pause)


def eager(text: str) -> Heard:
    return Heard(Event.EAGER_END, final_text=text, pause=0.2)


def end(text: str) -> Heard:
    return Heard(Event.END_OF_TURN, final_text=text, pause=0.5)


def kinds(steps: list[Step]) -> list[type]:
    return [type(step) for step in steps]


def talk(turns: Turns, *events: Input, speculate: bool = True) -> list[list[type]]:
    return [kinds(turns.take(event, 0.0, speculate=speculate)) for event in events]


def test_an_answer_is_prepared_at_the_pause_and_confirmed_at_the_end() -> None:
    """The same words, case and punctuation aside, keep what was prepared."""
    assert talk(Turns(), STARTED, update("hello you"), eager("Hello, you!"), end("hello you")) == [
        [], [], [Prepare], [Confirm],
    ]  # fmt: skip


def test_a_settled_partial_prepares_and_the_same_final_words_keep_it() -> None:
    assert talk(Turns(), update("hello", pause=0.13), eager("Hello."), end("Hello.")) == [
        [Prepare], [], [Confirm],
    ]  # fmt: skip


def test_other_words_drop_what_was_prepared() -> None:
    """At a new partial, at the eager end and at the end of the turn alike."""
    events = (eager("one"), update("one two"), eager("one two"), end("one two three"))
    assert talk(Turns(), *events) == [
        [Prepare], [Forget], [Prepare], [Forget, Prepare, Confirm],
    ]  # fmt: skip


def test_going_on_drops_what_was_prepared() -> None:
    assert talk(Turns(), eager("one"), RESUMED, eager("one two")) == [
        [Prepare], [Forget], [Prepare],
    ]  # fmt: skip


def test_without_speculation_only_the_end_counts() -> None:
    events = (update("one", pause=0.2), eager("one"), end("one"))
    assert talk(Turns(), *events, speculate=False) == [[], [], [Prepare, Confirm]]


def answering() -> Turns:
    """A reply is going."""
    turns = Turns()
    turns.take(end("hello"), 0.0)
    return turns


def test_speech_over_a_reply_pauses_it_and_words_interrupt_it() -> None:
    assert talk(answering(), STARTED, update(""), update("stop"), eager("stop"), end("stop")) == [
        [Pause], [], [Interrupt], [Prepare], [Confirm],
    ]  # fmt: skip


def test_a_cough_resumes_the_reply() -> None:
    """No words at the eager end, or none in the end."""
    assert talk(answering(), STARTED, eager(""), NOTHING) == [[Pause], [Resume], []]
    assert talk(answering(), STARTED, NOTHING) == [[Pause], [Resume]]


def test_a_backchannel_resumes_the_reply_and_is_not_answered() -> None:
    assert talk(answering(), STARTED, update("mm hm"), eager("Mm-hm."), end("Mm-hm.")) == [
        [Pause], [], [Resume], [],
    ]  # fmt: skip


def test_a_long_voice_without_words_interrupts_when_it_is_judged() -> None:
    """The judge comes half a second after the pause."""
    turns = answering()
    turns.take(STARTED, 10.0)
    assert turns.judge_at == 10.0 + JUDGE_SECONDS
    assert kinds(turns.take(Judge(), 10.5)) == [Interrupt]
    assert turns.judge_at is None


def test_a_voice_that_just_fell_silent_gets_a_moment_more() -> None:
    turns = answering()
    turns.take(STARTED, 10.0)
    turns.take(update("", pause=0.1), 10.4)
    assert kinds(turns.take(Judge(), 10.5)) == []
    assert turns.judge_at is not None
    assert kinds(turns.take(Judge(), turns.judge_at)) == [Interrupt]


def test_typing_interrupts_and_is_confirmed_at_once() -> None:
    assert talk(answering(), Typed("And you?")) == [[Interrupt, Prepare, Confirm]]


def test_a_reply_that_ended_is_not_interrupted() -> None:
    """And an old reply's end does not end the new one."""
    turns = answering()
    assert talk(turns, ReplyEnded(1), STARTED, eager("yes")) == [[], [], [Prepare]]
    assert talk(turns, end("yes"), ReplyEnded(1), STARTED) == [[Confirm], [], [Pause]]


def test_what_a_backchannel_is() -> None:
    assert is_backchannel("Mm-hm")
    assert is_backchannel("Yeah, ok.")
    assert not is_backchannel("")
    assert not is_backchannel("yeah but no")
    assert not is_backchannel("yes yes yes yes")


WORDS = st.sampled_from(["", "mm", "yes", "stop", "stop it", "what now"])
EVENTS = st.one_of(
    st.builds(
        Heard,
        event=st.sampled_from(Event),
        text=WORDS,
        final_text=WORDS,
        pause=st.sampled_from([0.0, 0.2]),
    ),
    st.builds(Typed, st.sampled_from(["a", "b"])),
    st.just(Interrupted()),
    st.just(Judge()),
    st.builds(ReplyEnded, st.integers(0, 3)),
)


@given(st.lists(st.tuples(EVENTS, st.booleans()), max_size=60))
def test_the_steps_are_always_legal(events: list[tuple[Input, bool]]) -> None:
    """Whatever is heard: at most one answer prepared and one going; only what was
    prepared is confirmed or forgotten; only what is going is paused, resumed or
    interrupted, each at its time; turns count without a gap."""
    turns, now = Turns(), 0.0
    prepared = going = paused = False
    confirmed = 0
    for event, speculate in events:
        now += 0.1
        if isinstance(event, ReplyEnded) and event.turn == confirmed:
            going = paused = False
        for step in turns.take(event, now, speculate=speculate):
            match step:
                case Prepare():
                    assert not prepared
                    assert not going
                    prepared = True
                case Confirm(turn):
                    assert prepared
                    prepared, going, paused = False, True, False
                    confirmed += 1
                    assert turn == confirmed
                case Forget():
                    assert prepared
                    prepared = False
                case Pause():
                    assert going
                    assert not paused
                    paused = True
                case Resume():
                    assert paused
                    paused = False
                case Interrupt():
                    assert going
                    going = paused = False
        assert (turns.judge_at is not None) == paused
