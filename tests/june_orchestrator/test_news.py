"""What is told of a turn as it happens: once, in time, and never of what was forgotten."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from june_orchestrator.news import ConcurrentSynthesis, FellBack, FirstAudio, FirstToken, News
from june_orchestrator.ports import STREAMING_UNSUPPORTED, Event, Heard, Prompt, Usage
from tests.june_orchestrator.fakes import Brain, Told, Tts
from tests.june_orchestrator.scenes import Scene, eager_end, end_of_turn, question, resumed, started

LONG = "The weather is mild today. Tomorrow it rains a little. After that it is sunny."


def news_of(scene: Scene, turn: int = 1) -> list[Told]:
    return scene.room.all("news", turn)


def kinds(told: list[Told]) -> list[type[News]]:
    return [type(each.value) for each in told]


def test_each_is_told_once_with_its_time() -> None:
    scene = Scene(question(2.0), Brain((LONG,), first_token=0.3), Tts(first_audio=0.2)).hold()
    told = news_of(scene)
    assert kinds(told).count(FirstToken) == kinds(told).count(FirstAudio) == 1
    token = next(each.value for each in told if isinstance(each.value, FirstToken))
    audio = next(each.value for each in told if isinstance(each.value, FirstAudio))
    record = scene.room.records()[0]
    assert token.ms == record.first_token_ms == pytest.approx(300)
    assert audio.ms == record.first_audio_ms == pytest.approx(200)


def test_what_happened_before_the_turn_was_sure_is_told_when_it_is() -> None:
    """In the order in which it happened, and after the turn's start."""
    scene = Scene(question(2.0), Brain((LONG,), first_token=0.05)).hold()
    confirmed = scene.room.one("turn_started").at
    first = news_of(scene)[0]
    assert isinstance(first.value, FirstToken)
    assert first.at == confirmed


def test_what_happens_later_is_told_at_once() -> None:
    scene = Scene(question(2.0), Brain((LONG,), first_token=1.0)).hold()
    (token,) = [each for each in news_of(scene) if isinstance(each.value, FirstToken)]
    assert token.at == pytest.approx(scene.brain.asked[-1] + 1.0)


def test_nothing_is_told_of_words_that_changed() -> None:
    """The first answer was begun and forgotten."""
    script = [
        started(0.5), eager_end(1.0, "what is"), resumed(1.9),
        eager_end(3.0, "what is it"), end_of_turn(3.3, "what is it"),
    ]  # fmt: skip
    scene = Scene(script, Brain((LONG,), first_token=0.05)).hold()
    assert len(scene.brain.asked) == 2
    assert kinds(news_of(scene)).count(FirstToken) == 1
    assert {each.turn for each in scene.room.all("news")} == {1}


def test_every_sentence_begun_while_tokens_arrive_is_told() -> None:
    """As many as the record counts."""
    scene = Scene(question(2.0), Brain((LONG,), per_second=10), Tts(speed=50)).hold()
    told = [each.value for each in news_of(scene) if isinstance(each.value, ConcurrentSynthesis)]
    record = scene.room.records()[0]
    assert [each.sentence for each in told] == [0, 1]
    assert record.concurrent_sentences == 2
    assert record.concurrent_tts


def test_a_brain_that_cannot_stream_is_told_of_and_answers_all_the_same() -> None:
    """That turn comes in one piece from the brain, and streams from there on."""
    scene = Scene(question(2.0), Brain((LONG,), streams=False)).hold()
    record = scene.room.records()[0]
    assert FellBack(STREAMING_UNSUPPORTED) in [each.value for each in news_of(scene)]
    assert record.fallback == STREAMING_UNSUPPORTED
    assert record.reply_text == LONG
    assert record.tokens == 1
    assert len(scene.room.all("reply_text", 1)) == 3
    assert not record.concurrent_tts


def test_a_brain_that_is_asked_plainly_does_not_fall_back() -> None:
    """Streaming off: the whole reply is what was asked for."""
    scene = Scene(question(2.0), Brain((LONG,), streams=False))
    scene.with_options(streaming=False, concurrent_tts=False, speculate=False).hold()
    record = scene.room.records()[0]
    assert record.fallback == ""
    assert record.sequential
    assert scene.brain.asked == scene.brain.whole_asked


def test_a_turn_is_answered_by_the_terms_by_which_it_is_heard() -> None:
    """Whatever holds when it is confirmed."""
    heard = Heard(Event.END_OF_TURN, final_text="what now", pause=0.5, ended_at=0.5, terms=3)
    scene = Scene([(1.0, heard)], Brain((LONG,)))
    scene.by_terms = {3: scene.with_options(streaming=False, concurrent_tts=False).options}
    scene.with_options(streaming=True).hold()
    assert scene.room.records()[0].sequential


def test_a_brain_that_counts_its_tokens_is_believed() -> None:
    """Its count replaces that of the pieces, and is no word of the reply."""

    class Counting(Brain):
        async def reply(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
            async for token in self._tokens(prompt):
                yield token
            yield Usage(tokens_in=9, tokens_out=42)

    scene = Scene(question(2.0), Counting((LONG,))).hold()
    record = scene.room.records()[0]
    assert (record.tokens, record.reply_text) == (42, LONG)
