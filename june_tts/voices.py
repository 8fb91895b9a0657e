"""Which of an engine's voices speaks. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from june_runtime.errors import InvalidInput
from june_tts.engine import Voice


def speaks(voice: Voice, language: str) -> bool:
    """Whether a voice speaks a language; the variety does not matter."""
    return any(_primary(tag) == _primary(language) for tag in voice.languages)


def choose(
    voices: Sequence[Voice], default: str, name: str = "", language: str = ""
) -> tuple[Voice, str]:
    """The voice to speak with, and the language it is to speak.

    Args:
        default: the voice that is taken if it can be.
        name: the voice that was asked for; empty takes one for the language.
        language: BCP-47; empty follows the voice.

    Raises:
        InvalidInput: VOICE_UNKNOWN or LANGUAGE_UNKNOWN, naming the field.
    """
    if name:
        voice = _named(voices, name)
        if language and not speaks(voice, language):
            raise _language_unknown(language, f"voice {name} does not speak it")
        return voice, language or voice.languages[0]
    if not language:
        voice = _named(voices, default)
        return voice, voice.languages[0]
    preferred = sorted(voices, key=lambda voice: voice.name != default)
    for match in (_exactly, speaks):
        for voice in preferred:
            if match(voice, language):
                return voice, language
    raise _language_unknown(language, "no voice speaks it; ListVoices shows which there are")


def _named(voices: Sequence[Voice], name: str) -> Voice:
    for voice in voices:
        if voice.name == name:
            return voice
    fault = f"{name[:40]!r} is unknown; ListVoices shows which there are"
    raise InvalidInput.of({"config.voice": fault}, "VOICE_UNKNOWN")


def _exactly(voice: Voice, language: str) -> bool:
    wanted = language.replace("_", "-").lower()
    return any(tag.lower() == wanted for tag in voice.languages)


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()


def _language_unknown(language: str, fault: str) -> InvalidInput:
    return InvalidInput.of({"config.language": f"{language[:40]!r}: {fault}"}, "LANGUAGE_UNKNOWN")
