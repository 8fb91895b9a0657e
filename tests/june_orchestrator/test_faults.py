"""What goes wrong in a turn: told once, and the rest goes on."""

from __future__ import annotations

import pytest

from june_orchestrator.ports import Outcome, Typed
from june_runtime.errors import AtCapacity, InvalidInput, TimedOut, Unavailable
from tests.june_orchestrator.fakes import Brain, Tts, audio_of
from tests.june_orchestrator.scenes import Scene, eager_end, end_of_turn, question, resumed

SENTENCES = ["It is mild and dry.", "Tomorrow brings rain.", "The rest stays warm."]
REPLY = " ".join(SENTENCES)
BROKEN = Unavailable("BRAIN_GONE", "gone")
GONE = Unavailable("TTS_GONE", "gone")
NOTHING = InvalidInput("NOTHING_TO_SAY", "nothing")


def told_once(scene: Scene, error: Exception) -> None:
    """The fault is told once, before the record, which holds it too."""
    assert scene.room.one("notice").value is error
    assert scene.room.kinds(1)[-2:] == ["notice", "turn_ended"]
    record = scene.room.one("turn_ended", 1).value
    assert record.outcome is Outcome.FAILED
    assert record.error is error


def test_a_brain_that_fails_at_once_is_told_once() -> None:
    scene = Scene(question(2.0), Brain((REPLY,), fails={0: (0, BROKEN)})).hold()
    told_once(scene, BROKEN)
    assert not scene.room.pcm(1)
    assert scene.room.records()[0].end_to_end_ms is None


def test_a_brain_that_fails_behind_the_gate_is_told_when_it_opens() -> None:
    """And not at all where it never does."""
    script = [eager_end(2.2, "what"), end_of_turn(5.0, "what")]
    scene = Scene(script, Brain((REPLY,), fails={0: (0, BROKEN)})).hold()
    assert scene.room.one("notice").at == pytest.approx(5.0)
    script = [eager_end(2.2, "what"), resumed(4.0), end_of_turn(6.0, "what now")]
    scene = Scene(script, Brain((REPLY,), fails={0: (0, BROKEN)})).hold()
    assert not scene.room.all("notice")
    assert scene.room.records()[0].outcome is Outcome.COMPLETE


@pytest.mark.parametrize("after", [1, 4, 5, 6, 9])
def test_what_a_brain_said_before_it_failed_is_spoken(after: int) -> None:
    """Up to its last word, and remembered."""
    scene = Scene(question(2.0), Brain((REPLY,), fails={0: (after, BROKEN)})).hold()
    told_once(scene, BROKEN)
    said = " ".join(REPLY.split()[:after])
    assert scene.room.one("turn_ended").value.reply_text == said
    written = [told.value[1] for told in scene.room.all("reply_text")]
    assert scene.room.pcm(1) == b"".join(map(audio_of, written))


def test_after_a_failed_turn_the_next_one_is_answered() -> None:
    script = [(1.0, Typed("one")), (9.0, Typed("two"))]
    scene = Scene(script, Brain((REPLY,), fails={0: (0, BROKEN)})).hold()
    assert [record.outcome for record in scene.room.records()] == [
        Outcome.FAILED,
        Outcome.COMPLETE,
    ]


def test_a_brain_that_falls_silent_fails() -> None:
    """No turn waits for ever."""
    scene = Scene(question(2.0), Brain((REPLY,), first_token=1_000.0)).hold()
    error = scene.room.one("notice").value
    assert isinstance(error, TimedOut)
    assert error.reason == "BRAIN_SILENT"
    assert scene.ended < 30


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_sentence_that_fails_costs_only_itself(which: int, share: float) -> None:
    """What there is of it is heard, the others whole; remembered is what was heard."""
    tts = Tts(fails={SENTENCES[which]: (share, GONE)})
    scene = Scene(question(2.0), Brain((REPLY,)), tts).hold()
    told_once(scene, GONE)
    audio = [audio_of(sentence) for sentence in SENTENCES]
    audio[which] = audio[which][: round(len(audio[which]) // 2 * share) * 2]
    assert scene.room.pcm(1) == b"".join(audio)
    heard = scene.room.records()[0].reply_text
    for place, sentence in enumerate(SENTENCES):
        assert (sentence in heard) == (place != which)


def test_two_faults_are_told_as_one() -> None:
    """The first of them."""
    other = AtCapacity("TTS_BUSY", "busy")
    tts = Tts(fails={SENTENCES[0]: (0.0, GONE), SENTENCES[1]: (0.0, other)})
    told_once(Scene(question(2.0), Brain((REPLY,)), tts).hold(), GONE)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_sentence_without_words_is_skipped_in_silence(which: int) -> None:
    """An emoji is no failure, and is remembered as said."""
    tts = Tts(fails={SENTENCES[which]: (0.0, NOTHING)})
    scene = Scene(question(2.0), Brain((REPLY,)), tts).hold()
    others = [sentence for at, sentence in enumerate(SENTENCES) if at != which]
    assert scene.room.pcm(1) == b"".join(map(audio_of, others))
    assert not scene.room.all("notice")
    record = scene.room.records()[0]
    assert record.outcome is Outcome.COMPLETE
    assert record.reply_text == REPLY


def test_a_reply_of_nothing_but_emoji_is_complete() -> None:
    scene = Scene(question(2.0), Brain(("🙂",)), Tts(fails={"🙂": (0.0, NOTHING)})).hold()
    record = scene.room.records()[0]
    assert record.outcome is Outcome.COMPLETE
    assert record.end_to_end_ms is None
    assert scene.room.frames(1)[-1].last


def test_an_empty_reply_is_complete() -> None:
    scene = Scene(question(2.0), Brain(("",))).hold()
    assert scene.room.records()[0].outcome is Outcome.COMPLETE


def test_a_silent_synthesis_is_cut_short_by_the_user() -> None:
    """Nothing is stuck: the next question is answered."""
    script = [(1.0, Typed("one")), (5.0, Typed("two"))]
    scene = Scene(script, Brain((REPLY, "Yes.")), Tts(first_audio=2.9))
    scene.hold()
    assert scene.room.pcm(2) == audio_of("Yes.")
