"""By what a session's turns are held, while configuration changes."""

from __future__ import annotations

import json

import pytest
from june.common.v1 import audio_pb2
from june.orchestrator.v1 import orchestrator_pb2 as pb

from june_orchestrator.direct.ports import Wishes
from june_orchestrator.manner import Manner
from june_orchestrator.requests import read_config
from june_orchestrator.settings import OrchestratorConfig
from june_orchestrator.terms import KEPT, Terms
from june_runtime.errors import InvalidInput
from june_runtime.live import Live

INPUT = audio_pb2.AudioFormat(encoding=audio_pb2.AUDIO_ENCODING_PCM_S16LE, sample_rate=16_000)


def terms(**asked: object) -> tuple[Terms, Live[OrchestratorConfig]]:
    live = Live(OrchestratorConfig())
    return Terms(read_config(pb.SessionConfig(input=INPUT, **asked)), live), live  # type: ignore[arg-type]


async def test_the_number_changes_with_the_configuration_only() -> None:
    held, live = terms()
    assert [held.present(), held.present()] == [1, 1]
    await live.change({"min_sentence_chars": 40})
    assert [held.present(), held.present()] == [2, 2]


async def test_a_change_to_what_was_there_is_none() -> None:
    held, live = terms()
    held.present()
    await live.change({"streaming_enabled": True})
    assert held.present() == 1


async def test_a_turn_keeps_the_terms_by_which_it_is_heard() -> None:
    """However often the configuration changes meanwhile."""
    held, live = terms()
    before = held.present()
    await live.change({"streaming_enabled": False})
    after = held.present()
    assert held.reply_options(before).streaming
    assert not held.reply_options(after).streaming
    assert not held.hearing(before).config.HasField("streaming")
    assert not held.hearing(after).config.streaming
    assert held.hearing(after).config.HasField("streaming")


async def test_how_a_model_is_to_answer_is_of_the_terms_too() -> None:
    """A turn keeps it, whatever is configured meanwhile."""
    held, live = terms()
    before = held.present()
    safety = '{"HARM_CATEGORY_HARASSMENT": "OFF"}'
    await live.change(
        {
            "temperature": 0.2,
            "thinking_level": "high",
            "safety_settings": safety,
            "history_tokens": 50,
        }
    )
    options = held.reply_options()
    assert options.manner == Manner(0.2, "high", {"HARM_CATEGORY_HARASSMENT": "OFF"})
    assert options.history_tokens == 50
    assert held.reply_options(before).manner == Manner()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", 2.1),
        ("thinking_level", "deeply"),
        ("safety_settings", '{"HARM_CATEGORY_BOREDOM": "OFF"}'),
        ("history_tokens", 0),
    ],
)
async def test_what_no_model_can_be_asked_is_refused(field: str, value: object) -> None:
    """By the field's name, and nothing changes."""
    held, live = terms()
    with pytest.raises(InvalidInput) as refused:
        await live.change({field: value})
    assert set(refused.value.fields) == {f"config.{field}"}
    assert held.present() == 1


async def test_the_number_goes_to_speech_to_text() -> None:
    held, live = terms()
    await live.change({"end_silence_ms": 900})
    number = held.present()
    config = held.hearing(number).config
    assert (config.config_number, config.endpointing.end_silence_ms) == (number, 900)


async def test_a_turn_without_a_number_goes_by_what_holds_now() -> None:
    """Typed, or heard by a service that does not know of numbers."""
    held, live = terms()
    held.present()
    await live.change({"voice": "anna"})
    assert held.reply_options().voice.name == "anna"


async def test_what_the_caller_asked_for_stays() -> None:
    held, live = terms(voice="bert", sequential=True)
    await live.change({"voice": "anna", "streaming_enabled": True})
    options = held.reply_options()
    assert (options.voice.name, options.streaming) == ("bert", False)


async def test_old_terms_are_forgotten() -> None:
    """What is kept is bounded; what is older goes by the oldest that is kept."""
    held, live = terms()
    held.present()
    for length in range(1, 3 * KEPT):
        await live.change({"min_sentence_chars": length})
        held.present()
    newest = held.present()
    oldest_kept = held.reply_options(newest - KEPT + 1)
    assert held.reply_options(1) == oldest_kept
    assert held.reply_options(newest).limits.min_chars == 3 * KEPT - 1


SAFETY = {"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"}


async def test_the_model_is_asked_for_by_name() -> None:
    held, live = terms()
    await live.change({"brain_model": "small"})
    assert held.reply_options().model == "small"


async def test_a_model_that_speaks_by_itself_is_wished_alike() -> None:
    """The caller's wishes go before the configuration's."""
    held, live = terms(voice="bert")
    await live.change({"voice": "anna", "language": "de", "system_instruction": "Be brief."})
    assert held.wishes() == Wishes(voice="bert", language="de", system_instruction="Be brief.")
    await live.change({"temperature": 0.5, "safety_settings": json.dumps(SAFETY)})
    assert (held.wishes().temperature, held.wishes().safety) == (0.5, SAFETY)
