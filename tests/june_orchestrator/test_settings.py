"""What an orchestrator is started with."""

from typing import get_args

import pytest

from june_orchestrator.brain import BRAINS, load_brain
from june_orchestrator.chain import load_chain
from june_orchestrator.settings import (
    OWNER,
    BrainName,
    OrchestratorConfig,
    OrchestratorSettings,
)
from june_runtime import settings
from june_runtime.errors import SettingsError

FLAGS = {
    "ORCH_STREAMING_ENABLED": "streaming_enabled",
    "CONCURRENT_TTS_ENABLED": "concurrent_tts",
    "PARTIAL_SUPPORT_ENABLED": "partial_support",
}
SAFETY = '{"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"}'
VALUES = {
    "min_sentence_chars": ("JUNE_ORCH_MIN_SENTENCE_CHARS", "30", 30),
    "max_output_tokens": ("JUNE_ORCH_MAX_OUTPUT_TOKENS", "99", 99),
    "tts_first_chunk_ms": ("JUNE_ORCH_TTS_FIRST_CHUNK_MS", "60", 60),
    "tts_chunk_ms": ("JUNE_ORCH_TTS_CHUNK_MS", "120", 120),
    "end_silence_ms": ("JUNE_ORCH_END_SILENCE_MS", "700", 700),
    "eager_end_silence_ms": ("JUNE_ORCH_EAGER_END_SILENCE_MS", "300", 300),
    "max_turn_ms": ("JUNE_ORCH_MAX_TURN_MS", "20000", 20_000),
    "voice": ("JUNE_ORCH_VOICE", "rms", "rms"),
    "language": ("JUNE_ORCH_LANGUAGE", "de-AT", "de-AT"),
    "exaggeration": ("JUNE_ORCH_EXAGGERATION", "0.7", 0.7),
    "cfg_weight": ("JUNE_ORCH_CFG_WEIGHT", "0", 0.0),
    "follow_language": ("JUNE_ORCH_FOLLOW_LANGUAGE", "off", False),
    "brain_model": ("JUNE_ORCH_BRAIN_MODEL", "small", "small"),
    "temperature": ("JUNE_ORCH_TEMPERATURE", "0.3", 0.3),
    "thinking_level": ("JUNE_ORCH_THINKING_LEVEL", "low", "low"),
    "safety_settings": ("JUNE_ORCH_SAFETY_SETTINGS", SAFETY, SAFETY),
    "history_tokens": ("JUNE_ORCH_HISTORY_TOKENS", "900", 900),
    "filler_after_ms": ("JUNE_ORCH_FILLER_AFTER_MS", "600", 600),
    "system_instruction": ("JUNE_ORCH_SYSTEM_INSTRUCTION", "Be brief.", "Be brief."),
}


def read(**environ: str) -> OrchestratorSettings:
    return settings.read(OrchestratorSettings, environ, OWNER)


def test_nothing_needs_to_be_set() -> None:
    """The usual port, everything on."""
    chosen = read()
    assert chosen.listen == "127.0.0.1:50050"
    assert chosen.live() == OrchestratorConfig()


def test_the_flags_that_users_know_switch_the_live_ones() -> None:
    """Each its own."""
    for flag, field in FLAGS.items():
        changed = OrchestratorConfig().model_copy(update={field: False})
        assert read(**{flag: "false"}).live() == changed


@pytest.mark.parametrize("field", VALUES)
def test_whatever_can_be_changed_live_can_be_set_at_start(field: str) -> None:
    """By a variable that changes nothing else."""
    variable, written, meant = VALUES[field]
    changed = OrchestratorConfig().model_copy(update={field: meant})
    assert read(**{variable: written}).live() == changed


def test_nothing_can_be_changed_live_alone() -> None:
    """Every field is a flag or has its variable."""
    assert OrchestratorConfig.model_fields.keys() == VALUES.keys() | FLAGS.values()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JUNE_ORCH_MIN_SENTENCE_CHARS", "0"),
        ("JUNE_ORCH_MAX_OUTPUT_TOKENS", "8193"),
        ("JUNE_ORCH_LANGUAGE", "x" * 36),
        ("JUNE_ORCH_EXAGGERATION", "nan"),
        ("JUNE_ORCH_BRAIN", "hal"),
        ("JUNE_ORCH_BRAIN", "offline,hal"),
        ("JUNE_ORCH_BRAIN", ","),
        ("JUNE_ORCH_OPENAI_URL", "localhost:8000"),
        ("JUNE_ORCH_HISTORY_TOKENS", "0"),
        ("JUNE_ORCH_FILLER_AFTER_MS", "8001"),
        ("JUNE_ORCH_FILLERS", "One moment."),
        ("JUNE_ORCH_FILLERS", '{"en": ["..."]}'),
        ("JUNE_ORCH_FILLERS", f'{{"en": ["{"so " * 30}"]}}'),
        ("JUNE_ORCH_FILLERS", '{"en-GB": ["One moment."]}'),
        ("JUNE_ORCH_LISTEN", "somewhere"),
        ("JUNE_ORCH_DRAIN_SECONDS", "1e9"),
        ("JUNE_ORCH_STALL_SECONDS", "1e9"),
        ("JUNE_ORCH_IDLE_SECONDS", "inf"),
    ],
)
def test_what_cannot_be_is_refused_by_name(variable: str, value: str) -> None:
    """Before anything is loaded."""
    with pytest.raises(SettingsError) as wrong:
        read(**{variable: value})
    assert set(wrong.value.fields) == {variable}


def test_silences_that_do_not_fit_are_told_by_their_variables() -> None:
    """Where the eager end would come after the end."""
    with pytest.raises(SettingsError) as wrong:
        read(JUNE_ORCH_END_SILENCE_MS="300", JUNE_ORCH_EAGER_END_SILENCE_MS="400")
    assert wrong.value.fields == {
        "JUNE_ORCH_EAGER_END_SILENCE_MS": "is '400'; must not exceed JUNE_ORCH_END_SILENCE_MS,"
        " which is 300 (environment)"
    }


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JUNE_ORCH_SAFETY_SETTINGS", "{"),
        ("JUNE_ORCH_SAFETY_SETTINGS", '{"HARM_CATEGORY_BOREDOM": "BLOCK_NONE"}'),
        ("JUNE_ORCH_GEMINI_URL", "somewhere"),
        ("JUNE_ORCH_THINKING_LEVEL", "deeply"),
        ("JUNE_ORCH_TEMPERATURE", "3"),
        ("JUNE_ORCH_TOOLS", '[{"name": "hidden"}]'),
    ],
)
def test_what_gemini_cannot_be_told_is_refused_by_name(variable: str, value: str) -> None:
    """And what may hold a password is not shown."""
    with pytest.raises(SettingsError) as wrong:
        read(**{variable: value})
    assert set(wrong.value.fields) == {variable}
    assert "hidden" not in wrong.value.message


def test_keys_are_never_shown() -> None:
    """Neither where settings are printed nor where others beside them are wrong."""
    keys = {"GEMINI_API_KEY": "hidden-1", "GOOGLE_API_KEY": "hidden-2"}
    assert "hidden" not in repr(read(**keys))
    with pytest.raises(SettingsError) as wrong:
        read(JUNE_ORCH_BRAIN="hal", **keys)
    assert "hidden" not in str(wrong.value)


def test_every_brain_that_can_be_chosen_exists() -> None:
    """The legal values are those that are known where it is loaded."""
    assert set(get_args(BrainName)) == set(BRAINS)
    for name in get_args(BrainName):
        assert load_brain(name, read(GEMINI_API_KEY="k"))


def test_brains_are_asked_in_the_order_in_which_they_are_named() -> None:
    assert load_chain(read(JUNE_ORCH_BRAIN="scripted, offline")).name == "scripted,offline"


def test_a_brain_that_is_set_up_goes_before_the_one_that_needs_nothing() -> None:
    """Where the choice is left to June."""
    assert load_chain(read()).name == "offline"
    assert load_chain(read(JUNE_ORCH_OPENAI_URL="http://127.0.0.1:1/v1")).name == "openai"


def test_a_model_that_hears_and_speaks_by_itself_stands_alone() -> None:
    """There is nothing in a chain that it could fall back to."""
    assert read(JUNE_ORCH_BRAIN="gemini-live").brain == ("gemini-live",)
    with pytest.raises(SettingsError) as wrong:
        read(JUNE_ORCH_BRAIN="gemini-live,offline")
    assert set(wrong.value.fields) == {"JUNE_ORCH_BRAIN"}
