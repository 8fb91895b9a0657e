"""What holds of turns whatever is heard, and how an interruption is judged."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from june_orchestrator.ports import (
    Event,
    Heard,
    Input,
    Interrupted,
    Judge,
    Played,
    ReplyEnded,
    Typed,
)
from june_orchestrator.turns import (
    GRACE_SECONDS,
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
    words_of,
)

STARTED = Heard(Event.SPEECH_STARTED)
ENDED = Heard(Event.SPEECH_ENDED, pause=0.5)
HEARTBEAT = Heard(Event.HEARTBEAT)


def partial(text: str, pause: float = 0.0) -> Heard:
    return Heard(Event.UPDATE, text=text, pause=pause, ended_at=1.0)


def final(text: str) -> Heard:
    return Heard(Event.END_OF_TURN, final_text=text, pause=0.5, ended_at=1.0)


def paused_at(now: float) -> Turns:
    turns = Turns()
    turns.take(final("what"), 0.0)
    assert turns.take(STARTED, now) == [Pause()]
    return turns


def test_a_voice_that_lasts_is_judged_after_half_a_second() -> None:
    """Whoever still speaks after 500 ms means to, words or not."""
    turns = paused_at(1.0)
    turns.take(partial("", 0.0), 1.2)
    assert turns.judge_at == 1.0 + JUDGE_SECONDS
    assert turns.take(Judge(), 1.5) == [Interrupt()]
    assert turns.judge_at is None


def test_a_voice_that_is_gone_gets_one_respite() -> None:
    """What has fallen silent is given 250 ms to be understood, once."""
    turns = paused_at(1.0)
    turns.take(partial("", 0.1), 1.4)
    assert turns.take(Judge(), 1.5) == []
    assert turns.judge_at == 1.5 + GRACE_SECONDS
    turns.take(partial("", 0.3), 1.6)
    assert turns.take(Judge(), 1.75) == [Interrupt()]


def test_the_respite_is_given_anew_for_another_sound() -> None:
    """Each sound is judged by itself."""
    turns = paused_at(1.0)
    turns.take(partial("", 0.1), 1.4)
    turns.take(Judge(), 1.5)
    assert turns.take(ENDED, 1.6) == [Resume()]
    assert turns.take(STARTED, 3.0) == [Pause()]
    turns.take(partial("", 0.1), 3.4)
    assert turns.take(Judge(), 3.5) == []


def test_a_heartbeat_does_not_make_a_voice_last() -> None:
    """A heartbeat tells nothing of whether someone speaks."""
    turns = paused_at(1.0)
    turns.take(partial("", 0.1), 1.3)
    turns.take(HEARTBEAT, 1.4)
    assert turns.take(Judge(), 1.5) == []


def test_an_early_judge_finds_nothing_to_judge() -> None:
    """A judge that comes when nothing is paused does nothing."""
    turns = Turns()
    assert turns.take(Judge(), 1.0) == []
    turns.take(final("what"), 2.0)
    assert turns.take(Judge(), 3.0) == []


@pytest.mark.parametrize(
    "text",
    ["mm", "Mm-hm.", "uh-huh", "Yeah, yeah!", "OK okay ok", "ja genau", "oui", "हाँ", "嗯", "うん"],
)
def test_backchannels(text: str) -> None:
    """What listeners say to show that they listen."""
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text", ["", "...", "yeah but", "okay okay okay okay", "no", "stop", "mm hm mm hm"]
)
def test_not_backchannels(text: str) -> None:
    """Anything else means something, and nothing means nothing."""
    assert not is_backchannel(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What's up?", "whats up"),
        ("दिन", "दान"),
        ("ไป", "ปา"),
        ("5 plus 3", "5 plus 8"),
        ("can", "can't"),
    ],
)
def test_words_that_differ(one: str, other: str) -> None:
    """Vowel signs, apostrophes and figures make a difference."""
    assert words_of(one) != words_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What's up?", "what’s  up"),
        ("Straße", "STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
        ("'hello', he said", "Hello he said."),
        ("well-known", "well known"),
    ],
)
def test_words_that_do_not_differ(one: str, other: str) -> None:
    """Case, punctuation, spacing and how a letter is composed do not."""
    assert words_of(one) == words_of(other)


# Laws, over any order of events at all.

TEXTS = st.sampled_from(["", "...", "mm-hm", "yeah", "what", "What?", "what time", "stop it"])
EVENTS = st.one_of(
    st.builds(
        Heard,
        event=st.sampled_from(Event),
        text=TEXTS,
        final_text=TEXTS,
        pause=st.sampled_from([0.0, 0.1, 0.2, 0.5]),
        ended_at=st.sampled_from([0.0, 1.0]),
    ),
    st.builds(Typed, TEXTS.filter(bool)),
    st.just(Interrupted()),
    st.just(Judge()),
    st.builds(Played, st.integers(0, 3), st.integers(0, 1000)),
    st.builds(ReplyEnded, st.integers(0, 6)),
)
TIMED = st.lists(st.tuples(st.sampled_from([0.0, 0.05, 0.2, 0.6]), EVENTS, st.booleans()))


@dataclass
class Automaton:
    """Accepts what `Turns` may ever say, and nothing else."""

    turn: int = 0
    prepared: bool = False
    going: bool = False
    paused: bool = False

    def event(self, event: Input) -> None:
        if isinstance(event, ReplyEnded) and event.turn == self.turn:
            self.going = self.paused = False

    def step(self, step: Step) -> None:
        match step:
            case Prepare():
                assert not self.prepared, "at most one answer is prepared"
                assert not self.going, "nothing is prepared while a reply is going"
                self.prepared = True
            case Confirm(turn):
                assert self.prepared, "only what is prepared can be confirmed"
                assert turn == self.turn + 1, "turns count one by one"
                self.turn, self.prepared, self.going = turn, False, True
            case Forget():
                assert self.prepared, "only what is prepared can be forgotten"
                self.prepared = False
            case Pause():
                assert self.going, "only a reply that is going pauses"
                assert not self.paused, "a reply pauses once"
                self.paused = True
            case Resume():
                assert self.paused, "only what is paused resumes"
                self.paused = False
            case Interrupt():
                assert self.going, "only a reply that is going is interrupted"
                self.going = self.paused = False


@given(TIMED)
def test_any_events_give_legal_steps(events: list[tuple[float, Input, bool]]) -> None:
    """Whatever is heard in whatever order, the steps make sense; judged while paused only."""
    turns, automaton, now = Turns(), Automaton(), 10.0
    for wait, event, speculate in events:
        now += wait
        automaton.event(event)
        for step in turns.take(event, now, speculate=speculate):
            automaton.step(step)
        assert (turns.judge_at is not None) == automaton.paused


@given(TIMED)
def test_a_pause_is_judged_in_time(events: list[tuple[float, Input, bool]]) -> None:
    """However events fall, 750 ms after a pause the reply is going on or interrupted."""
    turns, now = Turns(), 10.0
    since: float | None = None

    def take(event: Input, at: float, speculate: bool) -> None:
        nonlocal since
        for step in turns.take(event, at, speculate=speculate):
            since = at if isinstance(step, Pause) else since
        since = since if turns.judge_at is not None else None

    for wait, event, speculate in events:
        now += wait
        while turns.judge_at is not None and turns.judge_at <= now:
            take(Judge(), turns.judge_at, speculate)
        take(event, now, speculate)
        assert since is None or now <= since + JUDGE_SECONDS + GRACE_SECONDS + 1e-9


@given(
    st.lists(
        st.builds(
            Heard,
            event=st.sampled_from(Event),
            text=st.sampled_from(["", "mm", "uh-huh", "Yeah.", "okay okay"]),
            final_text=st.sampled_from(["", "mm-hm", "Right!", "ja"]),
            pause=st.sampled_from([0.0, 0.3]),
        )
    )
)
def test_backchannels_never_interrupt(heard: list[Heard]) -> None:
    """Nothing that only shows listening ends a reply, however it is told."""
    turns = Turns()
    turns.take(Typed("tell me a story"), 0.0)
    for event in heard:
        assert not any(isinstance(step, Interrupt) for step in turns.take(event, 1.0))
