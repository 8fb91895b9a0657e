"""The messages of ElevenLabs' multi-context websocket. Pure.

As its API reference has them (multi-stream-input): text goes up as JSON, per context,
audio comes down as base64 with the time of each character. What the reference leaves
open follows what others found at work: a context ends with `isFinal` only once it was
closed; `voice_settings` may stand in a socket's first message alone; errors name no
context and end the socket; names are written in both cases.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import AliasChoices, BaseModel, Field, ValidationError, model_validator

SAMPLE_RATE = 24_000
# Contexts that a socket may have: 5, of which one keeps it open.
MAX_SENTENCES = 4
# The longest that the far side agrees to wait for the next message, in seconds.
INACTIVITY_SECONDS = 180
SLOWEST, FASTEST = 0.7, 1.2
_KEEPER = "keep"


@dataclass(frozen=True, slots=True)
class Route:
    """What a socket is for: all of it is fixed once the socket is open.

    `language` is an ISO 639-1 code; empty lets the model find out by the text.
    """

    voice_id: str
    language: str
    speed: float
    seed: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Characters, and when each begins and ends: ms from the start of its own audio."""

    characters: Sequence[str]
    starts: Sequence[float]
    ends: Sequence[float]


@dataclass(frozen=True, slots=True)
class Received:
    """What came for a context; `error` is the code of a failure, which may name none."""

    context: str = ""
    pcm: bytes = b""
    alignment: Alignment | None = None
    final: bool = False
    error: str = ""


def address(base: str, route: Route, model: str) -> str:
    query = {
        "model_id": model,
        "output_format": f"pcm_{SAMPLE_RATE}",
        "auto_mode": "true",
        "sync_alignment": "true",
        "inactivity_timeout": str(INACTIVITY_SECONDS),
        "seed": str(route.seed),
    }
    if route.language:
        query["language_code"] = route.language
    voice = quote(route.voice_id, safe="")
    return f"{base.rstrip('/')}/v1/text-to-speech/{voice}/multi-stream-input?{urlencode(query)}"


def greeting(route: Route) -> str:
    """A socket's first message: begins the context that keeps it open."""
    message: dict[str, Any] = {"text": " ", "context_id": _KEEPER}
    if route.speed != 1.0:
        message["voice_settings"] = {"speed": route.speed}
    return json.dumps(message)


def sign_of_life() -> str:
    return json.dumps({"text": "", "context_id": _KEEPER})


def sentence(context: str, text: str) -> list[str]:
    """Says a sentence and no more: the context is closed once its text is flushed, which
    lets the audio come to its end, and then says so."""
    messages: list[dict[str, Any]] = [
        {"text": f"{text} ", "context_id": context},
        {"context_id": context, "flush": True},
        {"context_id": context, "close_context": True},
    ]
    return [json.dumps(message) for message in messages]


class _Characters(BaseModel):
    chars: list[str]
    starts: list[float] = Field(alias="charStartTimesMs")
    lengths: list[float] = Field(alias="charDurationsMs")

    @model_validator(mode="after")
    def _of_one_length(self) -> _Characters:
        if not len(self.chars) == len(self.starts) == len(self.lengths):
            raise ValueError("lists differ in length")
        return self

    def aligned(self) -> Alignment:
        ends = [start + length for start, length in zip(self.starts, self.lengths, strict=True)]
        return Alignment(self.chars, self.starts, ends)


class _Frame(BaseModel):
    """Whatever the far side sends; what June has no use for is passed over."""

    context: str | None = Field(None, validation_alias=AliasChoices("contextId", "context_id"))
    audio: str | None = None
    final: bool | None = Field(None, validation_alias=AliasChoices("isFinal", "is_final"))
    alignment: _Characters | None = Field(None, alias="normalizedAlignment")
    error: str | None = None
    message: Any = None
    code: Any = None


def read(frame: str | bytes) -> Received:
    """What a frame tells.

    The alignment is that of the normalized text: Flash sends the other one twice, the
    second time from the beginning.

    Raises:
        ValueError: it is no message of this wire.
    """
    try:
        told = _Frame.model_validate_json(frame)
        pcm = base64.b64decode(told.audio or "", validate=True)
    except ValidationError as invalid:
        raise ValueError(f"{invalid.error_count()} faults in a frame") from None
    return Received(
        context=told.context or "",
        pcm=pcm,
        alignment=told.alignment.aligned() if told.alignment else None,
        final=bool(told.final),
        error=told.error or (str(told.message or told.code) if told.code else ""),
    )
