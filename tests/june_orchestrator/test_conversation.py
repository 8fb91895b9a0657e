"""Whole conversations on virtual time: what reaches the caller, and when."""

from __future__ import annotations

import pytest

from june_orchestrator.ports import Interrupted, Outcome, Typed
from tests.june_orchestrator.fakes import CHARS_PER_SECOND, Brain, Room, Told, Tts, audio_of
from tests.june_orchestrator.scenes import (
    Scene,
    eager_end,
    end_of_turn,
    question,
    resumed,
    started,
)

LONG = "The weather in the north is mild and dry all day today. Tomorrow brings some rain to us."
SENTENCES = [
    "The weather in the north is mild and dry all day today.",
    "Tomorrow brings some rain to us.",
]


def gapless(scene: Scene, turn: int) -> bool:
    """Whether the turn's audio follows on without gap or overlap."""
    expected = 0
    for frame in scene.room.frames(turn):
        if frame.start_sample != expected:
            return False
        expected += len(frame.pcm) // 2
    return True


def test_the_reply_is_spoken_in_order_and_whole() -> None:
    """Every sentence's own samples, one sentence after the other, then the record."""
    scene = Scene(question(2.0), Brain((LONG,))).hold()
    assert scene.room.pcm(1) == b"".join(audio_of(sentence) for sentence in SENTENCES)
    assert gapless(scene, 1)
    assert scene.room.frames(1)[-1].last
    record = scene.room.one("turn_ended").value
    assert record.outcome is Outcome.COMPLETE
    assert record.reply_text == LONG


def test_the_answer_is_begun_at_the_pause_and_heard_after_the_confirmation() -> None:
    """Brain and first sentence work behind the gate; nothing leaves before it opens."""
    scene = Scene(question(2.0), Brain((LONG,))).hold()
    assert scene.brain.asked == [pytest.approx(2.2)]
    assert min(told.at for told in scene.room.told if told.turn) >= 2.5
    # 200 ms of silence, 300 to the first token, 12 words and the token after them at
    # 20 ms, 200 to the first audio.
    assert scene.room.all("audio")[0].at - 2.0 == pytest.approx(0.94, abs=0.01)


def test_nothing_of_a_dropped_answer_is_heard_or_remembered() -> None:
    """The user goes on after the pause: the first answer leaves no trace but its count."""
    script = [
        *[started(0.5), eager_end(2.2, "turn on"), resumed(2.4)],
        *[eager_end(3.2, "turn on the light"), end_of_turn(3.5, "turn on the light")],
    ]
    scene = Scene(script, Brain(("Which one?", "It is on."))).hold()
    assert [told.value for told in scene.room.all("turn_started")] == ["turn on the light"]
    assert scene.room.pcm(1) == audio_of("It is on.")
    assert [message.text for message in scene.brain.prompts[1].messages] == ["turn on the light"]
    assert scene.room.one("turn_ended").value.speculations_wasted == 1


def test_only_the_first_sentence_is_synthesised_before_the_confirmation() -> None:
    """What may yet be dropped costs one sentence at most."""
    script = [eager_end(2.2, "hello"), end_of_turn(9.0, "hello")]
    scene = Scene(script, Brain((LONG,))).hold()
    assert [said.text for said in scene.tts.said if said.begun < 9.0] == SENTENCES[:1]


def test_the_next_sentence_is_synthesised_while_one_plays() -> None:
    """With 800 ms to first audio there is no gap between the sentences."""
    scene = Scene(question(2.0), Brain((LONG,)), Tts(first_audio=0.8)).hold()
    first, second = scene.tts.said
    assert second.begun < first.begun + 0.5
    at = [told for told in scene.room.all("audio") if told.value.pcm]
    playing = at[0].at
    for told in at:
        assert told.at <= playing + 1e-6
        playing += len(told.value.pcm) / 2 / 8_000


@pytest.mark.parametrize("first_audio", [0.05, 0.8])
@pytest.mark.parametrize("concurrent_tts", [True, False])
def test_no_sentence_is_begun_while_five_seconds_lie_unplayed(
    first_audio: float, concurrent_tts: bool
) -> None:
    """A slow listener never holds an engine, however fast the brain: and there is
    always the next sentence to play."""
    reply = " ".join(f"This is sentence number {n} of quite a few of them." for n in range(12))
    scene = Scene(question(2.0), Brain((reply,), per_second=5_000), Tts(first_audio=first_audio))
    scene.with_options(concurrent_tts=concurrent_tts).hold()
    played_from = scene.room.all("audio")[0].at
    before = 0.0
    for said in scene.tts.said:
        unplayed = before - max(0.0, said.begun - played_from)
        assert 1.0 < unplayed <= 5.001 or said is scene.tts.said[0]
        before += len(said.text) / CHARS_PER_SECOND
    assert len(scene.tts.said) == 12


def test_the_plain_way_waits_for_everything() -> None:
    """Whole reply, then its whole audio: the first audio comes after the last token."""
    scene = Scene(question(2.0), Brain((LONG,)))
    scene.with_options(streaming=False, concurrent_tts=False, speculate=False).hold()
    record = scene.room.records()[0]
    assert scene.room.all("audio")[0].at >= max(said.ended or 0 for said in scene.tts.said[:1])
    assert record.milestones["thought"] < record.milestones["first_audio"]
    assert not record.speculated


def test_a_typed_question_and_a_wish_to_stop() -> None:
    """Typing is answered at once; an interrupt ends the reply."""
    scene = Scene([(1.0, Typed("And now?")), (3.0, Interrupted())], Brain((LONG,))).hold()
    assert scene.brain.asked == [pytest.approx(1.0)]
    assert scene.room.records()[0].outcome is Outcome.INTERRUPTED


def test_without_a_voice_the_reply_is_text_only() -> None:
    scene = Scene(question(2.0), Brain((LONG,))).with_options(speak=False).hold()
    assert [told.value[1] for told in scene.room.all("reply_text")] == SENTENCES
    assert not scene.tts.said
    assert scene.room.records()[0].reply_text == LONG


def test_synthesis_may_wait_for_the_whole_reply() -> None:
    """With `concurrent_tts` off no sentence is begun before the last token."""
    scene = Scene(question(2.0), Brain((LONG,))).with_options(concurrent_tts=False).hold()
    record = scene.room.records()[0]
    assert not record.concurrent_tts
    assert min(said.begun for said in scene.tts.said) == pytest.approx(
        2.0 + record.milestones["thought"] / 1000
    )
    assert Scene(question(2.0), Brain((LONG,))).hold().room.records()[0].concurrent_tts


def test_the_plain_way_plays_nothing_before_all_of_it_is_made() -> None:
    """Even where the whole reply is more than one piece."""
    scene = Scene(question(2.0), Brain((LONG,)), Tts(speed=1.0))
    scene.with_options(streaming=False, concurrent_tts=False, speculate=False).hold()
    first = scene.tts.said[0]
    assert first.ended is not None
    assert scene.room.all("audio")[0].at >= first.ended
    assert scene.room.pcm(1) == b"".join(audio_of(sentence) for sentence in SENTENCES)


def test_without_partial_support_only_the_end_of_the_turn_counts() -> None:
    """No captions but the turn's words, and no answer before they are certain."""
    scene = Scene(question(2.0), Brain((LONG,)))
    scene.with_options(captions=False, speculate=False).hold()
    assert scene.brain.asked == [pytest.approx(2.5)]
    assert [told.value.event.name for told in scene.room.all("caption")] == ["END_OF_TURN"]
    record = scene.room.records()[0]
    assert record.stages["confirm"] == pytest.approx(500)
    assert not record.speculated


def test_captions_come_in_order_and_before_what_they_bring_about() -> None:
    script = question(2.0)
    scene = Scene(script).hold()
    assert [told.value for told in scene.room.all("caption")] == [event for _, event in script]
    kinds = [told.kind for told in scene.room.told]
    assert kinds.index("turn_started") == kinds.index("caption") + len(script)


def test_the_words_of_a_turn_are_the_final_ones() -> None:
    """Though the answer was begun for their first draft."""
    script = [eager_end(2.2, "what's the time"), end_of_turn(2.5, "What's the time?")]
    scene = Scene(script).hold()
    assert scene.brain.asked == [pytest.approx(2.2)]
    assert scene.room.one("turn_started").value == "What's the time?"
    assert scene.room.records()[0].user_text == "What's the time?"


def test_other_final_words_are_answered_instead() -> None:
    """An end of turn that differs from its pause drops the answer and begins another."""
    script = [eager_end(2.2, "turn it on"), end_of_turn(2.5, "turn it off")]
    scene = Scene(script, Brain(("It is on.", "It is off."))).hold()
    assert scene.brain.closed == [pytest.approx(2.5)]
    assert scene.brain.asked[1] == pytest.approx(2.5)
    assert scene.room.pcm(1) == audio_of("It is off.")


def test_going_on_stops_brain_and_synthesis_at_once() -> None:
    """RESUMED cancels what was begun: nobody works for nothing."""
    script = [eager_end(2.2, "well"), resumed(2.8), end_of_turn(4.0, "well now")]
    brain = Brain((f"So. {LONG}", "Yes."), per_second=20)
    scene = Scene(script, brain, Tts(first_audio=0.5)).hold()
    assert scene.brain.closed == [pytest.approx(2.8)]
    assert scene.tts.said[0].stopped == pytest.approx(2.8)
    assert scene.room.pcm(1) == audio_of("Yes.")


def test_each_turn_is_asked_with_what_was_said_before() -> None:
    script = [*question(2.0, "one"), (10.0, Typed("two")), (20.0, Typed("three"))]
    scene = Scene(script, Brain(("First.", "Second.", "Third."))).hold()
    texts = [[message.text for message in prompt.messages] for prompt in scene.brain.prompts]
    assert texts == [
        ["one"],
        ["one", "First.", "two"],
        ["one", "First.", "two", "Second.", "three"],
    ]
    assert [told.turn for told in scene.room.all("turn_ended")] == [1, 2, 3]


def test_options_that_change_hold_from_the_next_answer_on() -> None:
    """What is under way is finished as it was begun."""
    scene = Scene([(1.0, Typed("one")), (2.0, Typed("two"))], Brain((LONG, LONG)))

    def change(told: Told) -> None:
        if told.kind == "turn_started":
            scene.with_options(speak=False)

    scene.room.listeners.append(change)
    scene.hold()
    assert scene.room.pcm(1)
    assert not scene.room.pcm(2)


@pytest.mark.parametrize("ends", [2.6, 3.0, 5.0])
def test_whoever_hangs_up_hears_the_reply_out(ends: float) -> None:
    """The session lives until the last reply was played to its end."""
    scene = Scene(question(2.0), Brain((LONG,)), until=ends).hold()
    assert scene.room.pcm(1) == b"".join(audio_of(sentence) for sentence in SENTENCES)
    assert scene.room.records()[0].outcome is Outcome.COMPLETE
    assert scene.ended >= scene.room.all("audio")[0].at + len(scene.room.pcm(1)) / 2 / 8_000 - 0.01


def test_whoever_hangs_up_before_the_turn_is_over_hears_nothing() -> None:
    """An answer that nobody asked for is dropped with the session."""
    scene = Scene([eager_end(2.2, "what")], Brain((LONG,)), until=2.6).hold()
    assert not [told for told in scene.room.told if told.kind != "caption"]
    assert scene.brain.closed == [pytest.approx(2.6)]
    assert scene.ended == pytest.approx(2.6)


def test_whoever_hangs_up_while_the_reply_is_paused_hears_it_out() -> None:
    """Nobody is left to judge: the reply goes on."""
    scene = Scene([*question(2.0), started(4.0)], Brain((LONG,)), until=4.2).hold()
    assert scene.room.one("resumed").at == pytest.approx(4.2)
    assert scene.room.records()[0].outcome is Outcome.COMPLETE


def test_a_caller_that_reads_slowly_gets_everything_in_order() -> None:
    scene = Scene(question(2.0), Brain((LONG,)), room=Room(slow=0.15)).hold()
    assert scene.room.pcm(1) == b"".join(audio_of(sentence) for sentence in SENTENCES)
    assert gapless(scene, 1)
