"""Turns whose reply holds code or a table: shown whole, said in part."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from june_orchestrator.ports import Interrupted, Outcome, Prompt, Typed
from tests.june_orchestrator.fakes import Brain, Tts
from tests.june_orchestrator.scenes import Scene

PHRASE = "I am leaving out the code."
REPLY = "This is how.\n```python\nx = 1\nprint(x)\n```\nThat was all of it."
SHOWN = ["This is how.", "```python", "x = 1", "print(x)", "```", "That was all of it."]


class Lines(Brain):
    """A brain whose tokens are letters: line ends count."""

    async def _tokens(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        self.prompts.append(prompt)
        for letter in self.replies[0]:
            yield letter


def test_code_is_shown_and_not_said() -> None:
    """Every line reaches the caller as text; text to speech never hears of it."""
    scene = Scene([(1.0, Typed("How?"))], Lines((REPLY,))).hold()
    assert [told.value[1] for told in scene.room.all("reply_text")] == SHOWN
    assert [said.text for said in scene.tts.said] == ["This is how.", PHRASE, "That was all of it."]
    record = scene.room.records()[0]
    assert record.outcome is Outcome.COMPLETE
    assert record.reply_text == " ".join(SHOWN)
    assert [sentence.audio_ms > 0 for sentence in record.sentences] == [
        *(True, True, False, False, False, True)
    ]


def test_what_follows_code_is_not_held_up_by_it() -> None:
    """The silent sentences cost no time between those that are said."""
    scene = Scene([(1.0, Typed("How?"))], Lines((REPLY,)), Tts(first_audio=0.0)).hold()
    frames = [told for told in scene.room.all("audio") if told.value.pcm]
    playing = frames[0].at
    for told in frames:
        assert told.at <= playing + 1e-6
        playing += len(told.value.pcm) / 2 / 8_000


def test_a_reply_of_nothing_but_silence_ends() -> None:
    scene = Scene([(1.0, Typed("How?"))], Lines(("---\n***\n",))).hold()
    assert not scene.tts.said
    assert scene.room.records()[0].outcome is Outcome.COMPLETE


def test_code_that_was_not_reached_is_not_remembered() -> None:
    """An interruption leaves what was heard before it."""
    scene = Scene([(1.0, Typed("How?")), (1.5, Interrupted())], Lines((REPLY,))).hold()
    record = scene.room.records()[0]
    assert record.outcome is Outcome.INTERRUPTED
    assert "```" not in record.reply_text
