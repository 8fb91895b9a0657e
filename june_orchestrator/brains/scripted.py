"""A brain that says what it was told to, at a given pace. For tests and benches."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from june_orchestrator.ports import STREAMING_UNSUPPORTED, Prompt
from june_runtime.errors import NotServed, SettingsError

_DEFAULT_REPLY = (
    "The weather in the north is mild and dry for most of today. "
    "Tomorrow brings a little rain in the morning and sun after that. "
    "The rest of the week stays warm."
)


class BrainScript(BaseModel):
    """What to answer and how fast. The n-th question gets the n-th reply, in turn.

    `streams` false stands for a model whose API has no streaming call.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    replies: tuple[str, ...] = (_DEFAULT_REPLY,)
    first_token_ms: float = Field(300.0, ge=0)
    tokens_per_second: float = Field(50.0, gt=0)
    streams: bool = True


def read_script(text: str) -> BrainScript:
    """A script from JSON; the default one where there is no text. Raises SettingsError."""
    try:
        return BrainScript.model_validate_json(text or "{}")
    except ValidationError as invalid:
        raise SettingsError("BRAIN_SCRIPT", f"the brain's script is wrong: {invalid}") from invalid


class ScriptedBrain:
    """Answers from a script; a token is a word with the space before it."""

    name = "scripted"

    def __init__(self, script: BrainScript) -> None:
        self._script = script

    async def load(self) -> None: ...
    async def close(self) -> None: ...

    async def reply(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        if not self._script.streams:
            raise NotServed(STREAMING_UNSUPPORTED, "this brain's script does not stream")
        async with aclosing(self._tokens(prompt)) as tokens:
            async for token in tokens:
                yield token

    async def whole(self, prompt: Prompt) -> tuple[str, None]:
        async with aclosing(self._tokens(prompt)) as tokens:
            return "".join([token async for token in tokens]), None

    async def _tokens(self, prompt: Prompt) -> AsyncGenerator[str, None]:
        asked = sum(message.role.value == "user" for message in prompt.messages)
        text = self._script.replies[(asked - 1) % len(self._script.replies)]
        now = asyncio.get_running_loop().time
        due = now() + self._script.first_token_ms / 1000
        for token in re.findall(r"\s*\S+", text):
            # Paced by the clock, so that a late wake-up does not add up.
            # Late already, or due at once: an event loop's timers are no finer than 1 ms.
            if (wait := due - now()) > 0:
                await asyncio.sleep(wait)
            yield token
            due += 1 / self._script.tokens_per_second
