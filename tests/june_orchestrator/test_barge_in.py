"""Talking over June: paused at once, judged in time, remembered to the word."""

from __future__ import annotations

import pytest

from june_orchestrator.ports import Input, Interrupted, Outcome, Played, Role, Typed
from tests.june_orchestrator.fakes import CHARS_PER_SECOND, RATE, Brain, Told, Tts, audio_of
from tests.june_orchestrator.scenes import (
    Scene,
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
WHOLE = b"".join(audio_of(sentence) for sentence in SENTENCES)


def holding(*script: tuple[float, Input], tts: Tts | None = None) -> Scene:
    """The question, its answer, and what is said over that."""
    brain = Brain((LONG, "Fine.", "Good."))
    return Scene([*question(2.0), *script], brain, tts or Tts()).hold()


def heard_at(scene: Scene, at: float) -> float:
    """How much of the first reply was heard by then, in characters."""
    return max(0.0, at - scene.room.all("audio", 1)[0].at) * CHARS_PER_SECOND


@pytest.mark.parametrize("at", [2.95, 3.0, 3.77, 5.0, 6.5])
def test_a_voice_pauses_the_reply_in_the_very_moment(at: float) -> None:
    """Nothing leaves after it."""
    scene = holding(started(at))
    assert scene.room.one("paused", 1).at == pytest.approx(at)
    place = scene.room.told.index(scene.room.one("paused", 1))
    after = [told.kind for told in scene.room.told[place + 1 :] if told.turn == 1]
    assert after[0] == "resumed"


@pytest.mark.parametrize("at", [3.5, 5.0, 6.6])
@pytest.mark.parametrize("words", [True, False])
def test_words_cut_the_reply_and_what_was_heard_is_remembered(at: float, words: bool) -> None:
    """To the word, whether or not the synthesis tells where its words lie."""
    script = [started(at), update(at + 0.2, "stop"), *question(at + 2, "stop it")[2:]]
    scene = holding(*script, tts=Tts(words=words))
    cut = scene.room.one("interrupted", 1)
    assert cut.at == pytest.approx(at + 0.2)
    longest = max(map(len, LONG.split())) + 1
    assert LONG.startswith(cut.value)
    assert abs(len(cut.value) - heard_at(scene, at)) <= longest
    assert [told for told in scene.room.all("audio", 1) if told.at > at] == []
    remembered = scene.brain.prompts[1].messages
    assert [message.role for message in remembered] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert remembered[1].text == cut.value
    records = scene.room.records()
    assert [record.outcome for record in records] == [Outcome.INTERRUPTED, Outcome.COMPLETE]
    assert records[0].reply_text == cut.value


def test_an_interruption_stops_brain_and_synthesis_at_once() -> None:
    reply = " ".join(f"This is sentence number {n} of quite a few." for n in range(40))
    script = [*question(2.0), started(4.0), update(4.2, "stop")]
    scene = Scene(script, Brain((reply,), per_second=20), Tts(speed=0.7)).hold()
    assert scene.brain.closed == [pytest.approx(4.2)]
    stopped = [said for said in scene.tts.said if said.ended is None]
    assert stopped
    assert all(said.stopped == pytest.approx(4.2) for said in stopped)
    assert scene.ended == pytest.approx(4.2)


@pytest.mark.parametrize("sound", [eager_end(5.4, ""), eager_end(5.4, "mm-hm"), speech_ended(5.4)])
def test_a_cough_or_an_mm_hm_only_pauses(sound: tuple[float, Input]) -> None:
    """The reply goes on where it stood and is heard to its end."""
    scene = holding(started(5.0), sound)
    assert scene.room.one("paused").at == 5.0
    assert scene.room.one("resumed").at == 5.4
    assert scene.room.pcm(1) == WHOLE
    assert not [told for told in scene.room.all("audio") if 5.0 < told.at < 5.4]
    uninterrupted = holding()
    assert scene.ended - uninterrupted.ended == pytest.approx(0.4, abs=0.002)
    assert scene.room.records()[0].outcome is Outcome.COMPLETE


def test_an_mm_hm_is_neither_answered_nor_remembered() -> None:
    scene = holding(started(5.0), eager_end(5.4, "mm-hm"), end_of_turn(5.7, "mm-hm"))
    assert len(scene.brain.prompts) == 1


def test_a_voice_without_words_is_judged_after_half_a_second() -> None:
    """Whoever goes on speaking means to, understood or not."""
    scene = holding(started(5.0), update(5.2, ""), update(5.4, ""), speech_ended(7.0))
    assert scene.room.one("interrupted", 1).at == pytest.approx(5.5)


def test_a_voice_that_is_gone_is_judged_a_quarter_second_later() -> None:
    """It may yet be understood; but not for ever."""
    silent = [update(5.3 + n / 10, "", pause=0.1 + n / 10) for n in range(12)]
    scene = holding(started(5.0), *silent)
    assert scene.room.one("interrupted", 1).at == pytest.approx(5.75)


def test_a_cough_that_is_understood_in_the_respite_only_pauses() -> None:
    scene = holding(started(5.0), update(5.3, "", pause=0.1), eager_end(5.7, ""))
    assert scene.room.one("resumed").at == pytest.approx(5.7)
    assert not scene.room.all("interrupted")


def test_many_coughs_pause_many_times_and_lose_nothing() -> None:
    coughs = [(started(4 + n), speech_ended(4.3 + n)) for n in range(4)]
    scene = holding(*[event for cough in coughs for event in cough])
    assert len(scene.room.all("paused")) == len(scene.room.all("resumed")) == 4
    assert scene.room.pcm(1) == WHOLE


def test_an_mm_hm_that_goes_on_pauses_again() -> None:
    script = [started(4.0), eager_end(4.4, "mm-hm"), resumed(4.5), update(4.7, "mm-hm but no")]
    scene = holding(*script)
    assert [told.at for told in scene.room.all("paused")] == [4.0, 4.5]
    assert scene.room.one("interrupted", 1).at == pytest.approx(4.7)


def test_a_wish_to_stop_stops_at_once() -> None:
    scene = holding((4.0, Interrupted()))
    assert scene.room.one("interrupted", 1).at == 4.0
    assert scene.room.kinds(1)[-2:] == ["interrupted", "turn_ended"]


def test_before_anything_was_heard_nothing_is_remembered() -> None:
    """The user cuts in while the answer is still being made."""
    scene = holding((2.6, Interrupted()), (3.0, Typed("again")))
    assert scene.room.one("interrupted", 1).value == ""
    texts = [message.text for message in scene.brain.prompts[1].messages]
    assert texts == ["what is the weather like", "again"]


def test_a_turn_that_is_cut_before_its_work_began_is_told_whole() -> None:
    """Two questions in one moment: the first turn has a start and an end."""
    scene = Scene([(1.0, Typed("one")), (1.0, Typed("two"))], Brain(("First.", "Second."))).hold()
    assert scene.room.kinds(1) == ["turn_started", "interrupted", "turn_ended"]
    assert scene.room.kinds(2) == ["turn_started", "reply_text", "audio", "turn_ended"]


def test_a_pause_in_the_moment_of_the_start_comes_after_it() -> None:
    scene = Scene([end_of_turn(2.0, "one"), started(2.0), speech_ended(2.3)]).hold()
    assert scene.room.kinds(1)[:2] == ["turn_started", "paused"]


def test_the_caller_s_own_place_decides_what_was_heard() -> None:
    """A loudspeaker that is 1 s late has played 1 s less."""
    reports = [(3.0 + n / 10, Played(1, int(max(0, n - 10) * 0.1 * RATE))) for n in range(21)]
    late = holding(*reports, (5.01, Interrupted()))
    heard = late.room.one("interrupted", 1).value
    assert abs(len(heard) - 1.0 * CHARS_PER_SECOND) <= 8


def test_reports_of_another_turn_are_ignored() -> None:
    scene = holding((4.0, Played(7, 0)), (4.1, Played(0, 0)))
    assert scene.ended == holding().ended


@pytest.mark.parametrize("event", [Interrupted(), Typed("again"), started(0)[1]])
def test_a_reply_that_has_just_ended_is_not_ended_again(event: Input) -> None:
    """Something said in the very moment: one record, and nothing of the turn after it."""
    scene = Scene(question(2.0), Brain(("Fine.",)), until=9.0)
    inbox_events: list[Input] = [event]

    def say(told: Told) -> None:
        if told.kind == "turn_ended" and inbox_events:
            scene.say(inbox_events.pop())

    scene.room.listeners.append(say)
    scene.hold()
    assert len(scene.room.all("turn_ended", 1)) == 1
    assert scene.room.kinds(1)[-1] == "turn_ended"
    assert scene.room.one("turn_ended", 1).value.outcome is Outcome.COMPLETE


@pytest.mark.parametrize("shift", [n / 1000 for n in range(-6, 7)])
def test_an_interruption_around_the_end_ends_the_turn_once(shift: float) -> None:
    """However close to the last sample it comes."""
    end = holding().ended
    scene = holding((end + shift, Interrupted()), (end + 1, Typed("more")))
    assert len(scene.room.all("turn_ended", 1)) == 1
    heard = scene.room.one("turn_ended", 1).value.reply_text
    assert heard == LONG
    assert scene.brain.prompts[1].messages[1].text == heard


def test_a_written_reply_is_not_paused_but_can_be_cut() -> None:
    """Nobody talks over what is read."""
    script = [*question(2.0), started(2.6), update(2.8, "stop")]
    scene = Scene(script, Brain((LONG,), per_second=5)).with_options(speak=False).hold()
    assert not scene.room.all("paused")
    assert scene.room.one("interrupted").at == pytest.approx(2.8)


def test_an_answer_to_the_interruption_is_begun_in_the_same_moment() -> None:
    scene = holding(started(5.0), eager_end(5.6, "stop it"), end_of_turn(5.9, "stop it"))
    assert scene.brain.asked[1] == pytest.approx(5.6)
    assert scene.room.pcm(2) == audio_of("Fine.")
