"""Models behind an API like OpenAI's: Groq, vLLM, Ollama, llama.cpp, whichever speaks it.

The official client, with its own retries off: an answer that has begun is never asked
for again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

from june_orchestrator.brains.thoughts import Thoughts, spoken
from june_orchestrator.brains.wishes import Endpoint, Wishes
from june_orchestrator.ports import STREAMING_UNSUPPORTED, Prompt, Usage
from june_runtime.errors import (
    AtCapacity,
    Forbidden,
    InvalidInput,
    JuneError,
    NotFound,
    NotServed,
    Refused,
    SettingsError,
    TimedOut,
    Unavailable,
)  # fmt: skip

log = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
READ_SECONDS = 60.0
# Waits before asking again; a server that asks for more patience than the first is
# not waited for.
BACKOFF_SECONDS = (0.2, 0.6)


class OpenAiBrain:
    """Streams chat completions.

    Args:
        count: counts, by the name of a figure.
    """

    name = "openai"

    def __init__(self, endpoint: Endpoint, count: Callable[[str], None]) -> None:
        self.endpoint = endpoint
        self._client: Any = None
        self._wishes = Wishes(endpoint)
        self._count = count

    async def load(self) -> None:
        """Import, make and connect the client. Raises SettingsError: what is missing."""
        faults = {
            variable: f"must be set for the brain openai, such as {example}"
            for variable, value, example in (
                ("JUNE_ORCH_OPENAI_URL", self.endpoint.url, "http://127.0.0.1:11434/v1"),
                ("JUNE_ORCH_BRAIN_MODEL", self.endpoint.model, "the name that the server lists"),
            )
            if not value
        }
        if faults:
            raise SettingsError(
                "BRAIN_NOT_SET_UP", "the brain openai lacks settings", fields=faults
            )
        try:
            import openai
        except ImportError as missing:
            raise SettingsError(
                "BRAIN_NOT_INSTALLED", "the brain openai needs the extra june[openai]"
            ) from missing
        self._client = openai.AsyncOpenAI(
            base_url=self.endpoint.url,
            api_key=self.endpoint.key or "none",
            timeout=openai.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            max_retries=0,
        )
        await self._connect()

    async def _connect(self) -> None:
        """A server that is not up yet is no reason not to start."""
        import openai

        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._client.models.list()
        except (openai.OpenAIError, TimeoutError, ValueError) as failed:
            log.warning("the model's server does not list its models: %s", failed)

    async def close(self) -> None:
        if self._client:
            await self._client.close()

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """The answer as it comes, without its thoughts. Raises JuneError."""
        stream = await self._patiently(lambda: self._ask(prompt, stream=True))
        thoughts, said, ended = Thoughts(), False, ""
        usage: Usage | None = None
        try:
            async for chunk in _typed(stream):
                usage = _usage(chunk) or usage
                text, reason = _choice(chunk, "delta")
                ended = reason or ended
                if piece := thoughts.push(text):
                    said = said or bool(piece.strip())
                    yield piece
        finally:
            await stream.close()
        if rest := thoughts.finish():
            said = said or bool(rest.strip())
            yield rest
        _check_end(ended, said=said)
        if usage:
            yield usage

    async def whole(self, prompt: Prompt) -> tuple[str, Usage | None]:
        answer = await self._patiently(lambda: self._ask(prompt, stream=False))
        text, ended = _choice(answer, "message")
        text = spoken(text)
        _check_end(ended, said=bool(text))
        return text, _usage(answer)

    async def _patiently(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Ask, and ask again a few times while nothing came and that may help."""
        for wait in (*BACKOFF_SECONDS, None):
            try:
                return await ask()
            except (Unavailable, AtCapacity) as failed:
                if wait is None or not _worth_waiting(failed):
                    raise
                log.info("asking the model again after %s", failed.reason)
                await asyncio.sleep(failed.retry_after or wait)
        raise AssertionError("the last asking returns or raises")

    async def _ask(self, prompt: Prompt, *, stream: bool) -> Any:
        """Asks, and again without what the model refuses."""
        import openai

        while True:
            asked = self._wishes.of(prompt, stream=stream)
            try:
                return await self._client.chat.completions.create(**asked)
            except openai.OpenAIError as failed:
                if not _is_about_the_request(failed) or not self._wishes.lose(asked, str(failed)):
                    raise _june_error(failed, streaming=stream) from failed
                self._count("options_refused")
            except ValueError as failed:
                raise _malformed() from failed


async def _typed(stream: Any) -> AsyncGenerator[Any, None]:
    """The stream's chunks; what goes wrong with it, as a JuneError."""
    import openai

    from june_orchestrator.brains.web import WebFailure

    try:
        async for chunk in stream:
            yield chunk
    except (WebFailure, openai.APIConnectionError) as failed:
        raise _cut() from failed
    except openai.OpenAIError as failed:
        raise _june_error(failed, streaming=True) from failed
    except ValueError as failed:
        raise _malformed() from failed


def _choice(answer: Any, part: str) -> tuple[str, str]:
    """The text of an answer's first choice and why it ended, empty where it did not.

    Whatever else a choice holds, such as reasoning, is not to be spoken.
    """
    # The client does not check what it reads.
    choices = getattr(answer, "choices", None)
    if not isinstance(choices, list):
        raise _malformed()
    if not choices:
        return "", ""
    text = getattr(getattr(choices[0], part, None), "content", None)
    ended = getattr(choices[0], "finish_reason", None)
    if not isinstance(text, str | None) or not isinstance(ended, str | None):
        raise _malformed()
    return text or "", ended or ""


def _usage(chunk: Any) -> Usage | None:
    usage = getattr(chunk, "usage", None)
    counts = getattr(usage, "prompt_tokens", None), getattr(usage, "completion_tokens", None)
    match counts:
        case int(tokens_in), int(tokens_out):
            return Usage(tokens_in, tokens_out)
    return None


def _check_end(ended: str, *, said: bool) -> None:
    if not ended:
        raise _cut()
    if ended == "content_filter":
        raise Forbidden("BRAIN_BLOCKED", "the model's server withheld the answer")
    if not said:
        raise Unavailable("BRAIN_EMPTY", f"the model said nothing and ended by {ended}")


def _cut() -> Unavailable:
    return Unavailable("BRAIN_CUT", "the model's answer broke off")


def _malformed() -> Unavailable:
    return Unavailable("BRAIN_MALFORMED", "the model's server sent what is no chat completion")


def _worth_waiting(failed: JuneError) -> bool:
    if failed.reason not in ("BRAIN_GONE", "BRAIN_UNAVAILABLE", "BRAIN_QUOTA"):
        return False
    if failed.retry_after is None:
        return failed.reason != "BRAIN_QUOTA"
    return failed.retry_after <= BACKOFF_SECONDS[-1]


def _is_about_the_request(failed: Exception) -> bool:
    return getattr(failed, "status_code", 0) in (400, 422)


def _june_error(failed: Any, *, streaming: bool) -> JuneError:
    """The typed error for one of the client's."""
    import openai

    if isinstance(failed, openai.APITimeoutError):
        return TimedOut("BRAIN_SILENT", "the model's server fell silent")
    if isinstance(failed, openai.APIConnectionError):
        return Unavailable("BRAIN_GONE", "the model's server cannot be reached")
    status = getattr(failed, "status_code", 0)
    text = str(failed)
    if streaming and _cannot_stream(status, text.casefold()):
        return NotServed(STREAMING_UNSUPPORTED, "the model's server does not stream")
    response = getattr(failed, "response", None)
    wait = _retry_after(response.headers if response is not None else {})
    match status:
        case 401:
            return Refused("BRAIN_KEY", "the model's server refuses the key in OPENAI_API_KEY")
        case 403:
            return Forbidden("BRAIN_FORBIDDEN", f"the model's server forbids it: {text}")
        case 404:
            return NotFound("BRAIN_MODEL_UNKNOWN", f"no such model or path: {text}")
        case 429:
            return AtCapacity("BRAIN_QUOTA", "the model's quota is used up", retry_after=wait)
        case 400 | 413 | 422 if status == 413 or _too_long(failed, text.casefold()):
            return InvalidInput("BRAIN_CONTEXT_TOO_LONG", "the talk is too long for the model")
        case 400 | 422:
            return InvalidInput("BRAIN_REQUEST", f"the model's server refuses the request: {text}")
    return Unavailable("BRAIN_UNAVAILABLE", f"the model's server fails: {text}", retry_after=wait)


def _cannot_stream(status: int, text: str) -> bool:
    told = "not support" in text or "unsupported" in text or "not implemented" in text
    return status in (400, 405, 422, 501) and "stream" in text and told


def _too_long(failed: Any, text: str) -> bool:
    return getattr(failed, "code", None) == "context_length_exceeded" or (
        "context" in text and any(word in text for word in ("length", "exceed", "too long"))
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds; None where the server tells none, or a date."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None
