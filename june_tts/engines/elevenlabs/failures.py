"""What ElevenLabs refuses and why, as June's own errors. Pure.

Their messages are June's: what the far side says may repeat what it was sent.
"""

from __future__ import annotations

from june_runtime.errors import AtCapacity, InvalidInput, JuneError, Unavailable

RETRY_SECONDS = 1.0
# A quota comes back with a new month or a new plan.
QUOTA_SECONDS = 60.0


class Lost(Unavailable):
    """A socket that was open is gone, and said nothing that would hold on another."""


# The codes of error frames, by what they have in common.
_KEY = ("api_key", "authentic", "authoriz", "permission", "subscription", "forbidden")
_QUOTA = ("quota", "credit", "payment")
_BUSY = ("concurrent", "rate_limit", "busy", "too_many")
_VOICE = ("voice",)
_SOCKET = ("max_active_conversations", "input_timeout")
_TEXT = ("text", "input", "language", "content", "moderat", "invalid_request")


def refusal(code: str) -> JuneError:
    """The error behind an error frame's `error`, such as "quota_exceeded"."""
    code = code.casefold()
    if any(code.startswith(known) for known in _SOCKET):
        return lost()
    for words, failure in (
        (_QUOTA, quota), (_KEY, key_refused), (_BUSY, busy), (_VOICE, voice_unknown),
        (_TEXT, text_refused),
    ):  # fmt: skip
        if any(word in code for word in words):
            return failure()
    return Unavailable("ENGINE_FAILED", "ElevenLabs cannot speak now", retry_after=RETRY_SECONDS)


def closed(reason: str) -> JuneError:
    """The error behind the close of a socket: of its reason, a sentence for people, only
    what cannot be mistaken counts."""
    said = reason.casefold()
    if "quota" in said:
        return quota()
    if "api key" in said or "api_key" in said or "unauthorized" in said:
        return key_refused()
    if "voice" in said and "does not exist" in said:
        return voice_unknown()
    return lost()


def not_opened(status: int) -> JuneError:
    """The error behind an HTTP status that refuses a websocket."""
    match status:
        case 401 | 403:
            return key_refused()
        case 402:
            return quota()
        case 404 | 400:
            return voice_unknown()
        case 429:
            return busy()
    return unreachable()


def key_refused() -> JuneError:
    return Unavailable("ENGINE_KEY_REFUSED", "ElevenLabs refuses the key that it is given")


def quota() -> JuneError:
    return AtCapacity("ENGINE_QUOTA", "ElevenLabs' quota is used up", retry_after=QUOTA_SECONDS)


def busy() -> JuneError:
    return AtCapacity(
        "AT_CAPACITY", "ElevenLabs has no room for another sentence", retry_after=RETRY_SECONDS
    )


def voice_unknown() -> JuneError:
    fault = "ElevenLabs has no such voice, or not for this model"
    return InvalidInput.of({"config.voice": fault}, "VOICE_UNKNOWN")


def text_refused() -> JuneError:
    return InvalidInput("TEXT_REFUSED", "ElevenLabs refuses to speak this text")


def unreachable() -> JuneError:
    return Unavailable(
        "ENGINE_UNREACHABLE", "ElevenLabs cannot be reached", retry_after=RETRY_SECONDS
    )


def silent() -> JuneError:
    return Unavailable("ENGINE_SILENT", "ElevenLabs sends no audio", retry_after=RETRY_SECONDS)


def malformed() -> JuneError:
    return Unavailable(
        "ENGINE_MALFORMED", "what ElevenLabs sends cannot be read", retry_after=RETRY_SECONDS
    )


def lost() -> Lost:
    return Lost("ENGINE_FAILED", "the connection to ElevenLabs broke", retry_after=RETRY_SECONDS)
