"""A short phrase while a tool takes its time, on virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, cast

import pytest

from june_orchestrator.chain import Chain
from june_orchestrator.fillers import USUAL, checked, filler
from june_orchestrator.ports import Frame, Interrupted, Outcome, Piece, Prompt, ToolUse
from june_runtime.errors import Unavailable
from tests.june_orchestrator.fakes import Brain, Tts, audio_of
from tests.june_orchestrator.scenes import (
    Scene,
    eager_end,
    end_of_turn,
    question,
    resumed,
    started,
)

PHRASE = "One moment."
ANSWER = "It is mild and dry in the north."
FAULT = Unavailable("TTS_GONE", "no")


def scene(*tools: float, script: Any = None, tts: Tts | None = None, **brain: Any) -> Scene:
    """A question at 2.0, asked of the brain at 2.2 and confirmed at 2.5, whose tools take
    so long; a filler is due after 600 ms of one."""
    made = Scene(script or question(2.0), Brain((ANSWER,), tools=tools, **brain), tts or Tts())
    return made.with_options(filler_after=0.6)


def fillers_of(held: Scene, turn: int = 1) -> list[Frame]:
    return [frame for frame in held.room.frames(turn) if frame.filler]


def said(held: Scene) -> list[str]:
    """What was synthesised, heard or not."""
    return [synthesis.text for synthesis in held.tts.said]


def test_a_slow_tool_is_bridged() -> None:
    """600 ms after it began and 200 to the first audio; then the answer, without a gap in
    the count of samples."""
    held = scene(3.0).hold()
    assert held.room.pcm(1) == audio_of(PHRASE) + audio_of(ANSWER)
    assert b"".join(frame.pcm for frame in fillers_of(held)) == audio_of(PHRASE)
    assert held.room.all("audio")[0].at == pytest.approx(2.2 + 0.6 + 0.2)
    starts = [frame.start_sample for frame in held.room.frames(1)]
    lengths = [len(frame.pcm) // 2 for frame in held.room.frames(1)]
    assert starts == [sum(lengths[:at]) for at in range(len(lengths))]


def test_it_is_no_part_of_the_answer() -> None:
    """Neither told as text, nor remembered, nor counted: all figures are those of the same
    turn without it."""
    twice = [*question(2.0), *question(12.0)]
    held = scene(3.0, script=twice).hold()
    without = scene(3.0, script=twice).with_options(filler_after=0.0).hold()
    assert [told.value for told in held.room.all("reply_text", 1)] == [(0, ANSWER)]
    assert [message.text for message in held.brain.prompts[1].messages][1] == ANSWER
    for one, other in zip(held.room.records(), without.room.records(), strict=True):
        assert one.milestones.pop("filler") > 0
        assert one == other
    news = [told.value for told in held.room.told if told.kind == "news"]
    assert news == [told.value for told in without.room.told if told.kind == "news"]


def test_it_is_off_unless_it_is_asked_for() -> None:
    held = scene(3.0).with_options(filler_after=0.0).hold()
    assert said(held) == [ANSWER]


@pytest.mark.parametrize(
    ("tools", "times"),
    [((), 0), ((0.55,), 0), ((0.55, 0.55, 0.55), 0), ((0.55, 3.0), 1), ((3.0, 3.0, 3.0), 1)],
)
def test_it_is_said_once_and_only_where_one_tool_is_slow(
    tools: tuple[float, ...], times: int
) -> None:
    """Quick ones do not add up."""
    held = scene(*tools).hold()
    assert said(held).count(PHRASE) == times
    assert held.room.pcm(1) == audio_of(PHRASE) * times + audio_of(ANSWER)


def test_nothing_of_it_is_made_before_the_turn_is_confirmed() -> None:
    """Then it is due at once, as the tool has been slow already."""
    script = [eager_end(2.2, "hello"), end_of_turn(9.0, "hello")]
    held = scene(8.0, script=script).hold()
    assert held.tts.said[0].text == PHRASE
    assert held.tts.said[0].begun == pytest.approx(9.0)


def test_a_turn_that_never_was_leaves_none() -> None:
    """The user went on."""
    script = [started(0.5), eager_end(2.2, "turn on"), resumed(9.0)]
    assert said(scene(8.0, script=script).hold()) == []


def test_where_there_are_words_already_none_is_said() -> None:
    """The brain has said itself what it is about to do."""
    held = scene(3.0, foreword="Let me look. ").hold()
    assert PHRASE not in said(held)


def test_an_answer_that_is_faster_takes_its_place() -> None:
    """Once there is a word of it; the phrase is not made to its end."""
    held = scene(0.7, tts=Tts(first_audio=1.0), first_token=0.05).hold()
    assert said(held) == [PHRASE, ANSWER]
    assert held.tts.said[0].stopped == pytest.approx(2.2 + 0.7 + 0.05)
    assert held.room.pcm(1) == audio_of(ANSWER)


def test_an_answer_that_comes_while_it_sounds_waits_for_its_end() -> None:
    """It is short."""
    held = scene(0.9, first_token=0.01).hold()
    assert held.room.pcm(1) == audio_of(PHRASE) + audio_of(ANSWER)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_phrase_that_fails_fails_no_turn(share: float) -> None:
    """What there is of it is said."""
    held = scene(3.0, tts=Tts(fails={PHRASE: (share, FAULT)})).hold()
    record = held.room.one("turn_ended").value
    assert (record.outcome, record.error) == (Outcome.COMPLETE, None)
    assert held.room.pcm(1).endswith(audio_of(ANSWER))
    assert bool(fillers_of(held)) == (share > 0)


class Breaks(Brain):
    """Fails while its tool runs."""

    async def reply(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        yield ToolUse(running=True)
        await asyncio.sleep(0.3)
        raise Unavailable("BRAIN_CUT", "no")


def test_a_brain_that_takes_over_has_no_tool_of_the_others() -> None:
    """It may think for long, and that is no tool."""
    chain = Chain([Breaks(), Brain((ANSWER,), first_token=3.0)])
    held = Scene(question(2.0), cast(Brain, chain)).with_options(filler_after=0.6).hold()
    assert said(held) == [ANSWER]


def test_a_turn_without_an_answer_ends() -> None:
    """Whether or not a filler was said."""
    for tools in ((), (3.0,)):
        held = scene(*tools, fails={0: (0, Unavailable("BRAIN_CUT", "no"))}).hold()
        assert held.room.one("turn_ended").value.outcome is Outcome.FAILED
        assert said(held) == [PHRASE] * len(tools)


def test_it_is_interrupted_like_anything_else() -> None:
    """Nothing of the turn was heard then; the tool is let go."""
    script = [*question(2.0), (3.2, Interrupted()), *question(12.0)]
    held = scene(8.0, script=script).hold()
    assert held.room.one("interrupted").value == ""
    assert sum(len(frame.pcm) for frame in held.room.frames(1)) < len(audio_of(PHRASE))
    assert held.room.records()[0].outcome is Outcome.INTERRUPTED
    assert [message.text for message in held.brain.prompts[0].messages] == [
        "what is the weather like"
    ] * 2


def test_what_was_heard_of_the_answer_is_counted_without_it() -> None:
    """An interruption in the answer finds the words that it finds without a filler."""
    script = [*question(2.0), (7.0, Interrupted())]
    heard = scene(3.0, script=script).hold().room.one("interrupted").value
    plain = scene(3.0, script=script).with_options(filler_after=0.0).hold()
    assert heard == plain.room.one("interrupted").value
    assert 0 < len(heard) < len(ANSWER)


def test_who_is_not_spoken_to_hears_none() -> None:
    assert said(scene(3.0).with_options(speak=False).hold()) == []


@pytest.mark.parametrize(
    ("language", "phrase"),
    [("", PHRASE), ("en-GB", PHRASE), ("de", "Einen Moment."), ("de_AT", "Einen Moment.")],
)
def test_it_is_said_in_the_language_of_the_talk(language: str, phrase: str) -> None:
    held = scene(3.0).with_options(language=language).hold()
    assert said(held) == [phrase, ANSWER]


def test_where_there_is_no_phrase_in_the_language_none_is_said() -> None:
    """Better than one in another."""
    assert said(scene(3.0).with_options(language="ja").hold()) == [ANSWER]


def test_phrases_take_turns() -> None:
    """By the number of the turn."""
    several = {"en": ("One moment.", "Let me look.")}
    assert [filler(several, "en", turn) for turn in (1, 2, 3)] == [
        "Let me look.", "One moment.", "Let me look.",
    ]  # fmt: skip
    assert filler({}, "en", 1) == ""


def test_the_usual_phrases_can_be_said() -> None:
    assert checked(USUAL) is USUAL
