"""What Gemini refuses and why, as June's own errors. Pure.

Their messages are June's: what the far side says may repeat what it was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from june_orchestrator.ports import STREAMING_UNSUPPORTED
from june_runtime.errors import (
    AtCapacity,
    Forbidden,
    InvalidInput,
    JuneError,
    NotServed,
    Unavailable,
)

# How an answer ends that is as it should be, or only shorter.
WHOLE = ("STOP", "MAX_TOKENS", "FINISH_REASON_UNSPECIFIED")
_BLOCKED = (
    "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "MODEL_ARMOR",
)  # fmt: skip
# What trying again may mend.
PASSING = frozenset({"BRAIN_UNAVAILABLE", "BRAIN_UNREACHABLE", "BRAIN_CUT"})


class ThinkingRefused(InvalidInput):
    """A refusal that is, or may be, about how much was to be thought."""


def refusal(code: int, body: Any, headers: Mapping[str, str], model: str) -> JuneError:
    """The error behind an answer of HTTP status `code`.

    Args:
        body: its JSON, {"error": {"code", "message", "status", "details"}}, or anything.
    """
    said = _said(body)
    message = str(said.get("message", "")).casefold()
    if code in (401, 403) or "api key" in message or "api_key" in message:
        return Unavailable("BRAIN_KEY_REFUSED", "Gemini refuses the key or account it is given")
    if code == 404:
        return unknown_model(model)
    if code == 429:
        wait = _retry_after(said, headers)
        return AtCapacity("BRAIN_QUOTA", "Gemini's quota is used up", retry_after=wait)
    if code == 501 or ("stream" in message and "not support" in message):
        return NotServed(STREAMING_UNSUPPORTED, f"{model} has no streaming call")
    if code >= 500 or code == 408:
        return Unavailable("BRAIN_UNAVAILABLE", f"Gemini cannot answer now (status {code})")
    # Some models do not name what they refuse.
    about_thinking = "thinking" in message or "contains an invalid argument" in message
    refused = ThinkingRefused if about_thinking else InvalidInput
    return refused("BRAIN_REFUSED", f"Gemini refuses the request (status {code})")


def blocked(reason: str) -> JuneError:
    """The question itself may not be answered."""
    return Forbidden("BRAIN_BLOCKED", f"Gemini does not answer this question ({reason})")


def ending(reason: str) -> JuneError | None:
    """What is wrong with an answer that ends so; None where nothing is."""
    if reason in WHOLE:
        return None
    if not reason:
        return Unavailable("BRAIN_CUT", "Gemini's answer broke off")
    if reason in _BLOCKED:
        return Forbidden("BRAIN_BLOCKED", f"Gemini does not go on with this answer ({reason})")
    return Unavailable("BRAIN_MALFORMED", f"Gemini's answer went wrong ({reason})")


def unknown_model(model: str) -> JuneError:
    return NotServed("BRAIN_MODEL_UNKNOWN", f"Gemini has no model {model!r}")


def cut() -> JuneError:
    return Unavailable("BRAIN_CUT", "Gemini's answer broke off")


def unreachable() -> JuneError:
    return Unavailable("BRAIN_UNREACHABLE", "Gemini cannot be reached")


def malformed() -> JuneError:
    return Unavailable("BRAIN_MALFORMED", "Gemini's answer cannot be read")


def empty() -> JuneError:
    return Unavailable("BRAIN_EMPTY", "Gemini answered nothing")


def _said(body: Any) -> Mapping[str, Any]:
    """The error that a body tells of."""
    if isinstance(body, list) and body:
        body = body[0]
    error = body.get("error", body) if isinstance(body, Mapping) else {}
    return error if isinstance(error, Mapping) else {}


def _retry_after(said: Mapping[str, Any], headers: Mapping[str, str]) -> float | None:
    """Seconds, as google.rpc.RetryInfo or the header Retry-After tells them."""
    details = said.get("details")
    for detail in details if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, Mapping) else None
        if found := re.fullmatch(r"(\d+(?:\.\d+)?)s", str(delay)):
            return float(found[1])
    found = re.fullmatch(r"\d+", headers.get("retry-after", "").strip())
    return float(found[0]) if found else None
