"""What holds of every conversation, whatever is said when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from june_orchestrator.playout import LEAD_SECONDS
from june_orchestrator.ports import Input, Interrupted, Message, Played, Prompt, Role, Typed
from june_orchestrator.turns import words_of
from tests.june_orchestrator.fakes import RATE, Brain, Tts, audio_of
from tests.june_orchestrator.scenes import (
    Scene,
    eager_end,
    end_of_turn,
    resumed,
    speech_ended,
    started,
    update,
)


def answer_to(text: str) -> list[str]:
    """The sentences of an answer that no other question has."""
    asked = " ".join(words_of(text))
    return [f"You asked about {asked}.", "There is a bit more to say.", f"So much for {asked}."]


@dataclass
class Echo(Brain):
    """Answers each question in its own words, slowly enough to be cut anywhere."""

    asked_for: list[Sequence[Message]] = field(default_factory=list)

    async def _tokens(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        self.asked_for.append(prompt.messages)
        await asyncio.sleep(0.2)
        for word in " ".join(answer_to(prompt.messages[-1].text)).split(" "):
            await asyncio.sleep(0.03)
            yield f"{word} "


TIMES = st.floats(0.0, 8.0, allow_nan=False)
TEXTS = st.sampled_from(["", "mm-hm", "stop", "what now", "What now?", "what now then"])
STEPS = st.one_of(
    st.builds(started, TIMES),
    st.builds(resumed, TIMES),
    st.builds(speech_ended, TIMES),
    st.builds(update, TIMES, TEXTS, pause=st.sampled_from([0.0, 0.2])),
    st.builds(eager_end, TIMES, TEXTS),
    st.builds(end_of_turn, TIMES, TEXTS),
    st.tuples(TIMES, st.sampled_from([Interrupted(), Typed("hm"), Typed("what now")])),
    st.tuples(TIMES, st.builds(Played, st.integers(0, 3), st.integers(0, 30_000))),
)
SCRIPTS = st.lists(STEPS, max_size=14)
SCENES = st.builds(
    lambda script, options, first_audio, until: Scene(
        script, Echo(), Tts(first_audio=first_audio), until=until
    ).with_options(**options),
    SCRIPTS,
    st.fixed_dictionaries(
        {},
        optional={
            "speak": st.just(False),
            "concurrent_tts": st.just(False),
            "speculate": st.just(False),
            "streaming": st.just(False),
        },
    ),
    st.sampled_from([0.1, 0.7]),
    st.sampled_from([None, 10.0, 20.0]),
)


@settings(max_examples=150, deadline=None)
@given(SCENES)
def test_the_caller_is_told_a_legal_story(scene: Scene) -> None:
    """Of each turn: its start, then text and audio, pauses in pairs, and exactly one
    record, last; the turns one after another; and nothing is left running."""
    scene.hold()
    told = [each for each in scene.room.told if each.kind != "caption"]
    turns = sorted({each.turn for each in told})
    assert turns == list(range(1, len(turns) + 1))
    assert [each.turn for each in told] == sorted(each.turn for each in told)
    for turn in turns:
        kinds = [each.kind for each in told if each.turn == turn]
        assert kinds[0] == "turn_started"
        assert kinds[-1] == "turn_ended"
        assert kinds.count("turn_started") == kinds.count("turn_ended") == 1
        floor = [kind for kind in kinds if kind in ("paused", "resumed")]
        assert floor == ["paused", "resumed"] * (len(floor) // 2) + ["paused"] * (len(floor) % 2)
        assert "interrupted" not in kinds[:-2]


@settings(max_examples=150, deadline=None)
@given(SCENES)
def test_nothing_of_an_unconfirmed_revision_escapes(scene: Scene) -> None:
    """All that is told of a turn is the answer to its own words: in order, without gap
    or overlap, and never before the turn was confirmed."""
    scene.hold()
    for turn_started in scene.room.all("turn_started"):
        turn, sentences = turn_started.turn, answer_to(turn_started.value)
        written = [told.value for told in scene.room.all("reply_text", turn)]
        assert written == list(enumerate(sentences))[: len(written)]
        audio = b"".join(audio_of(sentence) for sentence in sentences)
        assert audio.startswith(scene.room.pcm(turn))
        frames = scene.room.frames(turn)
        places = [(frame.start_sample, len(frame.pcm) // 2) for frame in frames]
        assert all(one + count == other for (one, count), (other, _) in pairwise(places))
        assert [frame.sentence for frame in frames] == sorted(frame.sentence for frame in frames)
        assert all(told.at >= turn_started.at for told in scene.room.told if told.turn == turn)


@settings(max_examples=100, deadline=None)
@given(SCENES)
def test_the_brain_is_asked_with_what_was_heard_and_nothing_else(scene: Scene) -> None:
    """Every prompt is the records of the turns before it, and a question."""
    scene.hold()
    assert isinstance(scene.brain, Echo)
    talk = []
    for record in scene.room.records():
        talk.append(Message(Role.USER, record.user_text))
        if record.reply_text:
            talk.append(Message(Role.ASSISTANT, record.reply_text))
    for messages in scene.brain.asked_for:
        assert list(messages[:-1]) == talk[: len(messages) - 1]


@settings(max_examples=100, deadline=None)
@given(SCENES)
def test_records_add_up(scene: Scene) -> None:
    """No stage is negative, together they are the whole; and what was heard of a reply
    is how it begins."""
    scene.hold()
    for record in scene.room.records():
        assert all(ms >= 0 for ms in record.stages.values())
        if record.end_to_end_ms is not None:
            assert sum(record.stages.values()) == pytest.approx(record.end_to_end_ms)
        assert " ".join(answer_to(record.user_text)).startswith(record.reply_text)


@settings(max_examples=100, deadline=None)
@given(SCRIPTS.map(lambda script: [step for step in script if not isinstance(step[1], Played)]))
def test_audio_never_leaves_further_ahead_than_the_lead(script: list[tuple[float, Input]]) -> None:
    """Whatever pauses and resumes: 400 ms of unheard audio are the most there is."""
    scene = Scene(script, Echo(), Tts(first_audio=0.1)).hold()
    for turn in {told.turn for told in scene.room.told if told.turn}:
        unheard, since, paused = 0.0, 0.0, False
        for told in [told for told in scene.room.told if told.turn == turn]:
            unheard -= 0.0 if paused else min(unheard, told.at - since)
            since = told.at
            match told.kind:
                case "paused" | "resumed":
                    paused = told.kind == "paused"
                case "audio":
                    assert not (paused and told.value.pcm)
                    unheard += len(told.value.pcm) / 2 / RATE
                    assert unheard <= LEAD_SECONDS + 1e-3
