"""Whole conversations on virtual time: what reaches the caller, and when."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from june_orchestrator.ports import Input, Interrupted, Outcome, Role, Typed
from june_runtime.errors import InvalidInput, Unavailable
from tests.june_orchestrator.fakes import (
    Brain,
    Scene,
    Tts,
    audio_of,
    eager_end,
    end_of_turn,
    question,
    resumed,
    speech_ended,
    started,
    update,
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
    assert scene.left_running == 0


def test_the_answer_is_begun_at_the_pause_and_heard_after_the_confirmation() -> None:
    """Brain and first sentence work behind the gate; nothing leaves before it opens."""
    scene = Scene(question(2.0), Brain((LONG,))).hold()
    assert scene.brain.asked == [pytest.approx(2.2)]
    assert min(told.at for told in scene.room.told if told.turn) >= 2.5
    # 200 ms of silence, 300 to the first token, 12 words and the token after them at
    # 20 ms, 200 to the first audio.
    assert scene.room.all("audio")[0].at - 2.0 == pytest.approx(0.94, abs=0.01)


def test_a_stable_partial_is_quicker_than_the_final_words() -> None:
    """The last word is visible 150 ms after it ends: within 920 ms June speaks."""
    script = [started(0.5), update(2.15, "what now", pause=0.15), eager_end(2.3, "what now"),
              end_of_turn(2.5, "what now")]  # fmt: skip
    scene = Scene(script, Brain((LONG,))).hold()
    assert scene.room.all("audio")[0].at - 2.0 <= 0.9


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


def test_no_sentence_is_begun_while_five_seconds_lie_unplayed() -> None:
    """A slow listener never holds an engine: the look-ahead is bounded."""
    reply = " ".join(f"This is sentence number {n} of quite a few of them." for n in range(12))
    scene = Scene(question(2.0), Brain((reply,), per_second=5_000)).hold()
    each = len(scene.tts.said[0].text) / 15
    playing_from = scene.room.all("audio")[0].at
    for place, said in enumerate(scene.tts.said):
        ahead = place * each - max(0.0, said.begun - playing_from)
        # A run of 100 ms is on its way at each end.
        assert ahead <= 5.0 + 0.2


def test_words_over_the_reply_cut_it_and_history_keeps_what_was_heard() -> None:
    """Paused at the onset, interrupted at the first word, remembered to the word."""
    script = [*question(2.0), started(5.0), update(5.2, "stop"), *question(6.5, "stop it")[2:]]
    scene = Scene(script, Brain((LONG, "Fine."))).hold()
    assert scene.room.one("paused").at == pytest.approx(5.0)
    assert scene.room.one("interrupted", 1).at == pytest.approx(5.2)
    heard = scene.room.one("interrupted", 1).value
    assert LONG.startswith(heard)
    began = scene.room.all("audio", 1)[0].at
    assert abs(len(heard) - (5.0 - began) * 15) <= 10
    assert not [told for told in scene.room.all("audio", 1) if told.at > 5.0]
    remembered = scene.brain.prompts[1].messages
    assert [message.role for message in remembered] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert remembered[1].text == heard
    assert [record.outcome for record in scene.room.records()] == [
        Outcome.INTERRUPTED, Outcome.COMPLETE,
    ]  # fmt: skip


@pytest.mark.parametrize("sound", [eager_end(5.4, ""), eager_end(5.4, "mm-hm"), speech_ended(5.4)])
def test_a_cough_or_an_mm_hm_only_pauses(sound: tuple[float, Input]) -> None:
    """The reply goes on where it stood and is heard to its end."""
    scene = Scene([*question(2.0), started(5.0), sound], Brain((LONG,))).hold()
    assert scene.room.one("paused").at == pytest.approx(5.0)
    assert scene.room.one("resumed").at == pytest.approx(5.4)
    assert gapless(scene, 1)
    assert scene.room.pcm(1) == b"".join(audio_of(sentence) for sentence in SENTENCES)
    assert not [told for told in scene.room.all("audio") if 5.0 < told.at < 5.4]


def test_a_sentence_that_fails_is_told_and_skipped() -> None:
    """The rest is spoken; the turn counts as failed."""
    gone = Unavailable("TTS_GONE", "gone")
    scene = Scene(question(2.0), Brain((LONG,)), Tts(fails={SENTENCES[0]: (0.0, gone)})).hold()
    assert scene.room.pcm(1) == audio_of(SENTENCES[1])
    assert scene.room.one("notice").value is gone
    assert scene.room.records()[0].outcome is Outcome.FAILED


def test_a_sentence_without_words_is_skipped_in_silence() -> None:
    """An emoji is no failure."""
    nothing = InvalidInput("NOTHING_TO_SAY", "nothing")
    scene = Scene(question(2.0), Brain((LONG,)), Tts(fails={SENTENCES[0]: (0.0, nothing)})).hold()
    assert scene.room.pcm(1) == audio_of(SENTENCES[1])
    assert not scene.room.all("notice")


def test_a_brain_that_breaks_off_is_told_once_and_what_it_said_is_spoken() -> None:
    broken = Unavailable("BRAIN_GONE", "gone")
    scene = Scene(question(2.0), Brain((LONG,), fails={0: (14, broken)})).hold()
    assert scene.room.pcm(1).startswith(audio_of(SENTENCES[0]))
    assert scene.room.one("notice").value is broken


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


TIMES = st.floats(0.0, 8.0, allow_nan=False)
TEXTS = st.sampled_from(["", "yes", "stop", "what now", "what now then"])
STEPS = st.one_of(
    st.builds(started, TIMES),
    st.builds(resumed, TIMES),
    st.builds(speech_ended, TIMES),
    st.builds(update, TIMES, TEXTS, pause=st.sampled_from([0.0, 0.2])),
    st.builds(eager_end, TIMES, TEXTS),
    st.builds(end_of_turn, TIMES, st.sampled_from(["what now", "stop"])),
    st.tuples(TIMES, st.sampled_from([Interrupted(), Typed("hm")])),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_whatever_is_heard_the_caller_is_told_a_legal_story(
    script: list[tuple[float, Input]],
) -> None:
    """Of each turn: started, then text and gapless audio, pauses in pairs, and exactly
    one record, last; no turn after or before its time; nothing left running."""
    scene = Scene(script, Brain((LONG,)), Tts(first_audio=0.1)).hold()
    told = [each for each in scene.room.told if each.kind != "caption"]
    turns = sorted({each.turn for each in told})
    assert turns == list(range(1, len(turns) + 1))
    assert [each.turn for each in told] == sorted(each.turn for each in told)
    for turn in turns:
        kinds = scene.room.kinds(turn)
        assert kinds[0] == "turn_started"
        assert kinds[-1] == "turn_ended"
        assert len(scene.room.all("turn_ended", turn)) == 1
        assert gapless(scene, turn)
        paused = len(scene.room.all("paused", turn)) - len(scene.room.all("resumed", turn))
        assert paused in (0, 1)
        record = scene.room.one("turn_ended", turn).value
        assert all(stage >= 0 for stage in record.stages.values())
        if record.end_to_end_ms is not None:
            assert sum(record.stages.values()) == pytest.approx(record.end_to_end_ms)
    assert scene.left_running == 0
