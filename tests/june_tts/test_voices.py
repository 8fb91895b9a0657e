"""Which voice speaks."""

import pytest

from june_runtime.errors import InvalidInput
from june_tts.engine import Voice
from june_tts.voices import choose, speaks

SLT = Voice("slt", ("en-US", "en"), "", 16_000)
AWB = Voice("awb", ("en-GB", "en"), "", 16_000)
ANNA = Voice("anna", ("de-DE",), "", 16_000)
VOICES = [SLT, AWB, ANNA]


@pytest.mark.parametrize(
    ("name", "language", "voice", "speaking"),
    [
        ("", "", SLT, "en-US"),
        ("awb", "", AWB, "en-GB"),
        ("", "de", ANNA, "de"),
        ("", "de-AT", ANNA, "de-AT"),
        ("", "en", SLT, "en"),
        ("", "en-GB", AWB, "en-GB"),
        ("", "EN_gb", AWB, "EN_gb"),
        ("", "en-AU", SLT, "en-AU"),
        ("slt", "en-GB", SLT, "en-GB"),
    ],
)
def test_a_voice_is_found(name: str, language: str, voice: Voice, speaking: str) -> None:
    """By name; else the variety that was asked for; else the default if it speaks the
    language; else the first that does."""
    assert choose(VOICES, "slt", name, language) == (voice, speaking)


@pytest.mark.parametrize(
    ("name", "language", "reason", "field"),
    [
        ("nobody", "", "VOICE_UNKNOWN", "config.voice"),
        ("nobody", "en", "VOICE_UNKNOWN", "config.voice"),
        ("", "fr", "LANGUAGE_UNKNOWN", "config.language"),
        ("", "not a tag", "LANGUAGE_UNKNOWN", "config.language"),
        ("slt", "de", "LANGUAGE_UNKNOWN", "config.language"),
    ],
)
def test_what_is_unknown_is_refused(name: str, language: str, reason: str, field: str) -> None:
    """With its reason and the field at fault."""
    with pytest.raises(InvalidInput) as refused:
        choose(VOICES, "slt", name, language)
    assert refused.value.reason == reason
    assert set(refused.value.fields) == {field}


def test_the_variety_does_not_decide_who_speaks_a_language() -> None:
    """An American voice speaks British English well enough."""
    assert speaks(SLT, "en-GB")
    assert not speaks(SLT, "e")
