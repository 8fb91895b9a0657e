"""Why Gemini ends a live connection, as June's own errors. Pure.

Websockets know few codes, and Gemini closes with 1008 for a model that does not exist
as well as for a session that is too old. Its own words tell more, and they may change:
what they do not tell, the code does.
"""

from __future__ import annotations

from june_orchestrator.brains.gemini import failures
from june_orchestrator.direct.ports import SESSION_GONE
from june_runtime.errors import Forbidden, InvalidInput, JuneError, NotFound, Unavailable

# RFC 6455: what was sent is not what it should be; it goes against a rule of the peer's;
# the peer has failed.
INVALID_DATA, AGAINST_POLICY, FAILED = 1007, 1008, 1011

_KEY = ("api key", "api_key", "unauthenticated", "authentication", "permission", "denied")
_QUOTA = ("quota", "resource_exhausted", "resource has been exhausted", "rate limit")
_MODEL = ("is not found for api version", "not supported for bidigeneratecontent")
_SESSION = ("session not found", "session expired", "session has expired", "resumption")
# Of a turn's end: how it ends as it should, and where more is waited for.
_WELL = ("", "TURN_COMPLETE_REASON_UNSPECIFIED", "NEED_MORE_INPUT")


def closing(code: int, reason: str, model: str, *, resuming: bool = False) -> JuneError:
    """The error behind a connection that is closed with `code` and in these words.

    Args:
        resuming: it was to take up an earlier session, and was not accepted.
    """
    said = reason.casefold()
    if any(words in said for words in _QUOTA):
        return failures.refusal(429, {}, {}, model)
    if any(words in said for words in _KEY):
        return failures.refusal(401, {}, {}, model)
    if any(words in said for words in _MODEL):
        return failures.unknown_model(model)
    refused = code in (INVALID_DATA, AGAINST_POLICY)
    if any(words in said for words in _SESSION) or (resuming and refused):
        return NotFound(SESSION_GONE, "Gemini does not remember the session")
    if refused:
        return InvalidInput("BRAIN_REFUSED", f"Gemini refuses the session (code {code})")
    if code == FAILED:
        return Unavailable("BRAIN_UNAVAILABLE", f"Gemini cannot go on now (code {code})")
    return Unavailable("BRAIN_CUT", f"Gemini ended the connection (code {code})")


def turn_end(reason: str) -> JuneError | None:
    """What is wrong with a turn that ends so; None where nothing is."""
    if reason in _WELL:
        return None
    if reason == "MALFORMED_FUNCTION_CALL":
        return failures.ending(reason)
    return Forbidden("BRAIN_BLOCKED", f"Gemini does not go on with this answer ({reason})")
