"""The language of replies: what is heard, what is answered in, and what holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from june_orchestrator.apologies import apology
from june_orchestrator.ports import Event, Heard, Input, Typed, Voice
from june_orchestrator.reply_options import ReplyOptions
from june_orchestrator.tongue import SURE, Tongue
from june_orchestrator.voices import Voices
from june_runtime.errors import Unavailable
from tests.june_orchestrator.fakes import OPTIONS, VOICE, Brain
from tests.june_orchestrator.scenes import Scene

VOICES = Voices({"tone": ("en-US", "de-DE"), "luc": ("fr-FR",)}, "tone")
GERMAN = "Heute ist es mild und trocken."
ENGLISH = "It is mild and dry today."
FRENCH = "Il fait doux dans le nord et sec dans le sud."


def said(
    at: float, language: str, sure: float = 0.9, text: str = "wie ist das wetter"
) -> list[tuple[float, Input]]:
    """A turn in a language, with its pause."""

    def heard(event: Event, place: float) -> tuple[float, Input]:
        return place, Heard(
            event, final_text=text, pause=0.2, language=language, language_probability=sure
        )

    return [
        (at - 1.0, Heard(Event.SPEECH_STARTED)),
        heard(Event.EAGER_END, at),
        heard(Event.END_OF_TURN, at + 0.3),
    ]


def held(
    script: Sequence[tuple[float, Input]],
    *replies: str,
    voices: Voices = VOICES,
    **options: Any,
) -> Scene:
    scene = Scene(script, Brain(replies or (GERMAN,)), voices=voices)
    return scene.with_options(**{"follows": True} | options).hold()


def languages(scene: Scene) -> list[str]:
    """In which each sentence was spoken."""
    return [voice.language for voice in scene.tts.voices]


def test_a_reply_is_spoken_in_the_language_that_was_heard() -> None:
    """By the tag that the voice has it by; the brain is told too."""
    scene = held(said(2.0, "de"))
    assert languages(scene) == ["de-DE"]
    assert [prompt.language for prompt in scene.brain.prompts] == ["de-DE"]


def test_each_turn_follows_anew() -> None:
    scene = held([*said(2.0, "de"), *said(12.0, "en"), *said(22.0, "fr")], GERMAN, ENGLISH, FRENCH)
    assert languages(scene) == ["de-DE", "en-US", "fr-FR"]


@pytest.mark.parametrize("sure", [0.0, SURE - 0.01])
def test_a_language_that_was_heard_badly_leaves_the_one_before(sure: float) -> None:
    scene = held([*said(2.0, "de"), *said(12.0, "fr", sure)], "Gut.", "So.")
    assert languages(scene) == ["de-DE", "de-DE"]


def test_without_a_voice_for_it_the_one_before_stays() -> None:
    scene = held([*said(2.0, "de"), *said(12.0, "ja")], "Gut.", "So.")
    assert languages(scene) == ["de-DE", "de-DE"]
    assert languages(held(said(2.0, "ja"), "OK.")) == [""]


def test_a_yes_is_no_reason_to_change() -> None:
    """One word of agreement sounds alike in many languages."""
    scene = held([*said(2.0, "de"), *said(12.0, "fr", text="oui")], "Gut.", "So.")
    assert languages(scene) == ["de-DE", "de-DE"]


def test_what_is_typed_is_answered_in_the_language_heard_last() -> None:
    scene = held([*said(2.0, "de"), (12.0, Typed("und morgen"))], "Gut.", "So.")
    assert languages(scene) == ["de-DE", "de-DE"]


def test_words_that_were_taken_back_leave_the_language_before() -> None:
    """Only a turn that came to its end counts for those after it."""
    given_up = [event for event in said(12.0, "fr") if event[0] < 12.1]
    script = [
        *said(2.0, "de"),
        *given_up,
        (12.2, Heard(Event.RESUMED)),
        (13.0, Heard(Event.SPEECH_ENDED)),
        (14.0, Typed("x")),
    ]
    scene = held(script, "Gut.", "So.", "Ja.")
    assert languages(scene)[-1] == "de-DE"


def test_the_first_sentence_settles_it_where_the_brain_answers_otherwise() -> None:
    """The offline brain knows English only; a voice of another language would garble it."""
    scene = held(said(2.0, "de"), f"{ENGLISH} {GERMAN}")
    assert languages(scene) == ["en-US", "en-US"]


def test_a_reply_does_not_change_its_language() -> None:
    scene = held(said(2.0, "de"), f"{GERMAN} {ENGLISH} {FRENCH}")
    assert languages(scene) == ["de-DE"] * 3


def test_what_is_heard_while_the_brain_thinks_counts() -> None:
    """An answer begun by a caption alone has no language yet."""
    script = [
        (1.0, Heard(Event.SPEECH_STARTED)),
        (2.0, Heard(Event.UPDATE, text="wie ist das", pause=0.15)),
        *said(2.1, "de", text="wie ist das")[1:],
    ]
    scene = held(script, "Gut.")
    assert scene.brain.asked == [pytest.approx(2.0)]
    assert languages(scene) == ["de-DE"]


@pytest.mark.parametrize(
    ("options", "language"),
    [
        ({"follows": False}, ""),
        ({"voice": Voice(VOICE.format, name="tone")}, "de-DE"),
        ({"voice": Voice(VOICE.format, name="luc")}, ""),
    ],
)
def test_what_is_fixed_holds(options: dict[str, Any], language: str) -> None:
    """A voice that was chosen speaks what it can; switched off, nothing follows."""
    scene = held(said(2.0, "de"), **options)
    assert languages(scene) == [language]
    assert {voice.name for voice in scene.tts.voices} == {getattr(options.get("voice"), "name", "")}


def test_a_voice_that_was_chosen_keeps_to_its_own_languages() -> None:
    """Whatever the reply turns out to be in: another voice would have spoken it."""
    tone = Voice(VOICE.format, name="tone")
    assert languages(held(said(2.0, "de"), FRENCH, voice=tone)) == ["de-DE"]
    assert languages(held(said(2.0, "de"), FRENCH)) == ["fr-FR"]


def test_nothing_follows_before_the_voices_are_known() -> None:
    assert languages(held(said(2.0, "de"), voices=Voices())) == [""]


def test_the_apology_is_in_the_language_heard() -> None:
    brain = Brain(fails={0: (0, Unavailable("BRAIN_GONE", "gone"))})
    scene = Scene(said(2.0, "fr"), brain, voices=VOICES, apologises=True)
    scene.with_options(follows=True).hold()
    assert [said.text for said in scene.tts.said] == [apology("fr")]
    assert languages(scene) == ["fr-FR"]


def test_the_filler_is_in_the_language_heard() -> None:
    scene = Scene(said(2.0, "de"), Brain((GERMAN,), tools=(3.0,)), voices=VOICES)
    scene = scene.with_options(follows=True, filler_after=0.6).hold()
    assert [each.text for each in scene.tts.said] == ["Einen Moment.", GERMAN]
    assert languages(scene) == ["de-DE", "de-DE"]


def test_code_is_left_out_in_the_language_heard() -> None:
    scene = held(said(2.0, "de"), "``` x")
    assert [said.text for said in scene.tts.said] == ["Den Code lese ich nicht vor."]


def test_by_itself_a_tongue_knows_nothing() -> None:
    tongue = Tongue(Voices)
    assert tongue.tag(Voice()) == ""
    assert tongue.speaking(Voice(), GERMAN) == Voice()
    assert ReplyOptions().follows is OPTIONS.follows is False
