"""How Gemini is reached and asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import SecretStr

from june_orchestrator.manner import read_safety
from june_orchestrator.settings import OrchestratorSettings
from june_runtime.errors import SettingsError

# Answers soonest of those that are sold today; `brain_model` names another.
DEFAULT_MODEL = "gemini-3.5-flash-lite"
# The same of those that hear and speak by themselves.
DEFAULT_SPEECH_MODEL = "gemini-3.8-live"


@dataclass(frozen=True, slots=True)
class GeminiOptions:
    """`url` is empty for Google's own; `thinking` a level, or "auto" for the least."""

    key: SecretStr | None = None
    vertex: bool = False
    project: str = ""
    location: str = ""
    url: str = ""
    thinking: str = "auto"
    safety: Mapping[str, str] = field(default_factory=dict)
    temperature: float | None = None
    model: str = DEFAULT_MODEL


def speech_options_of(settings: OrchestratorSettings) -> GeminiOptions:
    """The same for the model that hears and speaks by itself."""
    return replace(options_of(settings), model=settings.brain_model or DEFAULT_SPEECH_MODEL)


def options_of(settings: OrchestratorSettings) -> GeminiOptions:
    """Raises SettingsError (BRAIN_KEY_MISSING) where nothing lets June in."""
    key = settings.gemini_key or settings.google_key
    if key is None and not (settings.vertex and settings.vertex_project):
        raise SettingsError(
            "BRAIN_KEY_MISSING",
            "Gemini needs a key in GEMINI_API_KEY, or GOOGLE_GENAI_USE_VERTEXAI=true and "
            "GOOGLE_CLOUD_PROJECT",
        )
    return GeminiOptions(
        key=key,
        vertex=settings.vertex,
        project=settings.vertex_project,
        location=settings.vertex_location,
        url=settings.gemini_url,
        thinking=settings.thinking_level,
        safety=read_safety(settings.safety_settings),
        temperature=settings.temperature,
        model=settings.brain_model or DEFAULT_MODEL,
    )
