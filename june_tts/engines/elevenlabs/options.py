"""How ElevenLabs is reached, what it speaks with and how long it is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from june_runtime.errors import SettingsError
from june_tts.settings import ElevenLabsSettings


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for a socket to open; for a refusal to follow, where it opened; for a
    sentence's first audio, the opening of its socket included; for more of it; and
    between two signs of life on a socket that has nothing to say."""

    opening: float = 4.0
    refusal: float = 1.0
    first_audio: float = 6.0
    next_audio: float = 5.0
    silence: float = 60.0


@dataclass(frozen=True, slots=True)
class ElevenLabsOptions:
    """
    Attributes:
        url: of the API, ws:// or wss://, without a path.
        voices: the name that callers use -> the voice's id at ElevenLabs.
        sockets: the most at once.
    """

    url: str
    key: SecretStr
    model: str
    voices: Mapping[str, str]
    sockets: int
    patience: Patience = field(default_factory=Patience)


def options_of(settings: ElevenLabsSettings) -> ElevenLabsOptions:
    """Raises SettingsError: ENGINE_KEY_MISSING, ENGINE_VOICES_MISSING."""
    if settings.elevenlabs_key is None:
        raise SettingsError(
            "ENGINE_KEY_MISSING", "ElevenLabs needs a key: set ELEVENLABS_API_KEY to it"
        )
    if not settings.elevenlabs_voices:
        raise SettingsError(
            "ENGINE_VOICES_MISSING",
            "ElevenLabs speaks with the voices of your account: name them in "
            "JUNE_TTS_ELEVENLABS_VOICES, as in anna=VOICE_ID,ben=VOICE_ID",
        )
    return ElevenLabsOptions(
        url=settings.elevenlabs_url,
        key=settings.elevenlabs_key,
        model=settings.elevenlabs_model,
        voices=dict(voice.split("=", 1) for voice in settings.elevenlabs_voices),
        sockets=settings.elevenlabs_sockets,
    )
