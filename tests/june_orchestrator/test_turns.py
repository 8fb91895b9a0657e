"""Whose turn it is: the table of what is heard and what is done about it."""

from __future__ import annotations

import pytest

from june_orchestrator.ports import (
    Event,
    Heard,
    Input,
    Interrupted,
    Played,
    ReplyEnded,
    Typed,
)
from june_orchestrator.turns import (
    SETTLED_PAUSE,
    Confirm,
    Forget,
    Prepare,
    Step,
    Turns,
)

STARTED = Heard(Event.SPEECH_STARTED)
RESUMED = Heard(Event.RESUMED)
ENDED = Heard(Event.SPEECH_ENDED, pause=0.5)
HEARTBEAT = Heard(Event.HEARTBEAT)


def partial(text: str, pause: float = 0.0) -> Heard:
    return Heard(Event.UPDATE, text=text, pause=pause, ended_at=1.0)


def eager(text: str) -> Heard:
    return Heard(Event.EAGER_END, final_text=text, pause=0.2, ended_at=1.0)


def final(text: str) -> Heard:
    return Heard(Event.END_OF_TURN, final_text=text, pause=0.5, ended_at=1.0)


def brief(step: Step) -> str:
    """A step in one word, with what is prepared or confirmed."""
    match step:
        case Prepare(text):
            return f"prepare {text}"
        case Confirm(turn, text):
            return f"confirm {turn} {text}"
        case _:
            return type(step).__name__.lower()


def steps_of(events: list[Input], *, speculate: bool = True) -> list[str]:
    turns = Turns()
    return [
        brief(step)
        for at, event in enumerate(events)
        for step in turns.take(event, 10.0 + at, speculate=speculate)
    ]


ANSWERED: list[Input] = [eager("what time is it"), final("what time is it")]
GOING = ["prepare what time is it", "confirm 1 what time is it"]

TABLE: dict[str, tuple[list[Input], list[str]]] = {
    "a voice alone is nothing yet": ([STARTED], []),
    "words alone are nothing yet": ([STARTED, partial("what time")], []),
    "words and a pause prepare": ([partial("what time", SETTLED_PAUSE)], ["prepare what time"]),
    "a pause without words prepares nothing": ([partial("", 0.5)], []),
    "the same words prepare once": (
        [partial("what time", 0.2), partial("what time", 0.3), eager("What time?")],
        ["prepare what time"],
    ),
    "other words are prepared anew": (
        [partial("what time", 0.2), eager("what time is it")],
        ["prepare what time", "forget", "prepare what time is it"],
    ),
    "words that go on forget": (
        [partial("what time", 0.2), partial("what time is it")],
        ["prepare what time", "forget"],
    ),
    "a voice that goes on forgets": (
        [eager("what time"), RESUMED],
        ["prepare what time", "forget"],
    ),
    "the end confirms what was prepared": (ANSWERED, GOING),
    "the end confirms though the case differs": (
        [eager("What time is it?"), final("what time is it")],
        ["prepare What time is it?", "confirm 1 what time is it"],
    ),
    "the end with other words prepares them first": (
        [eager("what time"), final("what time is it")],
        ["prepare what time", "forget", *GOING],
    ),
    "the end without a pause before it prepares": ([final("what time is it")], GOING),
    "an end without words is none": ([eager("what"), final("...")], ["prepare what", "forget"]),
    "a sound without words forgets": ([eager("hm what"), ENDED], ["prepare hm what", "forget"]),
    "a heartbeat is nothing": ([eager("what time is it"), HEARTBEAT], GOING[:1]),
    "what is typed is answered at once": ([Typed("2+2")], ["prepare 2+2", "confirm 1 2+2"]),
    "signs can be typed": ([Typed("?!")], ["prepare ?!", "confirm 1 ?!"]),
    "typing forgets what was prepared": (
        [eager("what"), Typed("how")],
        ["prepare what", "forget", "prepare how", "confirm 1 how"],
    ),
    "turns are counted": (
        [Typed("a"), ReplyEnded(1), Typed("b")],
        ["prepare a", "confirm 1 a", "prepare b", "confirm 2 b"],
    ),
    "typing interrupts": (
        [Typed("a"), Typed("b")],
        ["prepare a", "confirm 1 a", "interrupt", "prepare b", "confirm 2 b"],
    ),
    "a voice over the reply pauses it": ([*ANSWERED, STARTED], [*GOING, "pause"]),
    "a cough resumes": ([*ANSWERED, STARTED, ENDED], [*GOING, "pause", "resume"]),
    "mm-hm resumes": ([*ANSWERED, STARTED, eager("Mm-hm.")], [*GOING, "pause", "resume"]),
    "mm-hm is no turn": (
        [*ANSWERED, STARTED, eager("Mm-hm."), final("Mm-hm.")],
        [*GOING, "pause", "resume"],
    ),
    "mm-hm in a partial decides nothing": (
        [*ANSWERED, STARTED, partial("mm-hm")],
        [*GOING, "pause"],
    ),
    "silence in an eager end resumes": (
        [*ANSWERED, STARTED, eager("")],
        [*GOING, "pause", "resume"],
    ),
    "an end without words resumes": ([*ANSWERED, STARTED, final("")], [*GOING, "pause", "resume"]),
    "words interrupt": (
        [*ANSWERED, STARTED, partial("no stop")],
        [*GOING, "pause", "interrupt"],
    ),
    "words at the eager end interrupt and prepare": (
        [*ANSWERED, STARTED, eager("no stop")],
        [*GOING, "pause", "interrupt", "prepare no stop"],
    ),
    "words at the end interrupt and are answered": (
        [*ANSWERED, STARTED, final("no stop")],
        [*GOING, "pause", "interrupt", "prepare no stop", "confirm 2 no stop"],
    ),
    "words interrupt though no voice was told of": (
        [*ANSWERED, partial("no stop")],
        [*GOING, "interrupt"],
    ),
    "mm-hm that goes on pauses again": (
        [*ANSWERED, STARTED, eager("mm-hm"), RESUMED, partial("mm-hm but why")],
        [*GOING, "pause", "resume", "pause", "interrupt"],
    ),
    "a wish interrupts": ([*ANSWERED, Interrupted()], [*GOING, "interrupt"]),
    "a wish without a reply is nothing": ([Interrupted()], []),
    "a reply that ended is not interrupted": ([*ANSWERED, ReplyEnded(1), Interrupted()], GOING),
    "a reply that ended is not paused": ([*ANSWERED, ReplyEnded(1), STARTED], GOING),
    "an end of an earlier reply is old news": (
        [*ANSWERED, Typed("b"), ReplyEnded(1), STARTED],
        [*GOING, "interrupt", "prepare b", "confirm 2 b", "pause"],
    ),
    "playing changes nothing": ([*ANSWERED, Played(1, 100)], GOING),
}


@pytest.mark.parametrize("name", TABLE)
def test_table(name: str) -> None:
    """What is done about what is heard."""
    events, expected = TABLE[name]
    assert steps_of(events) == expected


def test_without_speculation_only_the_end_of_turn_counts() -> None:
    """With `speculate` off nothing is prepared before the turn is confirmed."""
    events: list[Input] = [partial("what time", 0.3), eager("what time is it")]
    assert steps_of(events, speculate=False) == []
    assert steps_of([*events, final("what time is it")], speculate=False) == GOING


def test_without_speculation_words_still_interrupt() -> None:
    """Talking over June works whatever the switches."""
    events: list[Input] = [*ANSWERED, STARTED, eager("no stop")]
    assert steps_of(events, speculate=False)[-1] == "interrupt"


def test_speculation_that_is_switched_off_is_forgotten() -> None:
    """What was prepared before the switch does not linger."""
    turns = Turns()
    turns.take(eager("what"), 1.0)
    assert turns.take(eager("what time"), 2.0, speculate=False) == [Forget()]


def test_adopted_tells_whether_the_answer_was_begun_before() -> None:
    """An answer begun at the very end of the turn is not a speculation."""
    early, late = Turns(), Turns()
    early.take(eager("what"), 1.0)
    assert early.take(final("what"), 2.0) == [Confirm(1, "what", 1.0, adopted=True)]
    assert late.take(final("what"), 2.0) == [
        Prepare("what", 1.0),
        Confirm(1, "what", 1.0, adopted=False),
    ]


def test_speech_whose_end_is_unknown_ended_now() -> None:
    """A turn is never counted from the beginning of time."""
    turns = Turns()
    steps = turns.take(Heard(Event.END_OF_TURN, final_text="what"), 7.0)
    assert steps == [Prepare("what", 7.0), Confirm(1, "what", 7.0, adopted=False)]
