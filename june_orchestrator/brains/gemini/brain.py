"""Asks Gemini, tries again where that may help, and lets it use tools."""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from pydantic import SecretStr

from june_orchestrator.brains.gemini import failures, sdk
from june_orchestrator.brains.gemini.options import GeminiOptions
from june_orchestrator.brains.gemini.sdk import Chunk, GeminiSdk, Part, Request
from june_orchestrator.brains.gemini.thinking import thinking
from june_orchestrator.brains.toolbox import Call, Toolbox
from june_orchestrator.brains.web import WebClient, rehearsing
from june_orchestrator.manner import Manner
from june_orchestrator.ports import Message, Piece, Prompt, Role, ToolUse, Usage
from june_runtime.errors import JuneError, SettingsError, Unavailable

log = logging.getLogger(__name__)

# How often a turn's tools may be used before the model has to answer.
MAX_ROUNDS = 3
# Pauses before the second and the third try; each is cut by chance, so that many who
# failed together do not come back together.
BACKOFF_SECONDS = (0.2, 0.6)
LOAD_SECONDS = 10.0
# A model's name is a part of the URL, and callers may choose it.
_MODEL = re.compile(r"\w[\w.@-]*(?:/\w[\w.@-]*)*")
_REHEARSAL = (
    b'data: {"candidates": [{"content": {"role": "model", "parts": [{"text": "."}]},'
    b' "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 1}}\r\n\r\n'
)
# Models that are remembered to take no orders about thinking.
_MAX_STUBBORN = 64


@dataclass(slots=True)
class _Heard:
    """What has come of one round, and whether any word of the turn has left."""

    spoken: bool = False
    calls: list[Call] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    finish: str = ""

    def takes(self, chunk: Chunk) -> None:
        self.spoken = self.spoken or bool(chunk.text)
        self.calls += chunk.calls
        self.parts += chunk.parts
        self.finish = chunk.finish or self.finish


class GeminiBrain:
    """A brain over one client, which `load` makes ready.

    Args:
        toolbox, web: closed with the brain.
        count: counts, by the name of a figure.
    """

    name = "gemini"

    def __init__(
        self, options: GeminiOptions, toolbox: Toolbox, web: WebClient, count: Callable[[str], None]
    ) -> None:
        self._options = options
        self._manner = Manner(options.temperature, options.thinking, options.safety)
        self._toolbox = toolbox
        self._web = web
        try:
            self._sdk = GeminiSdk(options, web)
        except ValueError as wrong:
            raise SettingsError("BRAIN_SETTINGS", f"Gemini's settings are wrong: {wrong}") from None
        self._count = count
        self._stubborn: set[str] = set()

    async def load(self) -> None:
        """Opens a connection, proves the key by it and goes once through a turn's steps;
        reaches the servers with tools.

        Raises:
            SettingsError: BRAIN_KEY_REFUSED; TOOL_SERVER_MISSING, TOOL_NAMES_CLASH.
                Whatever else goes wrong may pass.
        """
        await self._toolbox.load()
        try:
            await self._rehearse()
            async with asyncio.timeout(LOAD_SECONDS):
                await self._sdk.look_up(self._options.model)
        except Unavailable as refused:
            if refused.reason == "BRAIN_KEY_REFUSED":
                raise SettingsError(refused.reason, refused.message) from None
            _not_warm(refused.reason)
        except JuneError as failed:
            _not_warm(failed.reason)
        except TimeoutError:
            _not_warm("BRAIN_SILENT")

    async def _rehearse(self) -> None:
        """A turn that reaches nobody: much of the client is made when it is first used."""
        async with rehearsing(_REHEARSAL) as nobody:
            client = GeminiSdk(GeminiOptions(key=SecretStr("none")), nobody)
            request = self._request(Prompt([Message(Role.USER, "?")], system_instruction="."))
            async with aclosing(client.ask(request, streaming=True)) as chunks:
                async for _ in chunks:
                    pass

    async def close(self) -> None:
        await self._toolbox.close()
        await self._web.aclose()

    async def reply(self, prompt: Prompt) -> AsyncGenerator[Piece, None]:
        async with aclosing(self._answer(prompt, streaming=True)) as pieces:
            async for piece in pieces:
                yield piece

    async def whole(self, prompt: Prompt) -> tuple[str, Usage | None]:
        text, usage = "", None
        async with aclosing(self._answer(prompt, streaming=False)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Usage):
                    usage = piece
                elif isinstance(piece, str):
                    text += piece
        return text, usage

    async def _answer(self, prompt: Prompt, *, streaming: bool) -> AsyncGenerator[Piece, None]:
        """The turn's words over as many rounds as its tools take, then what it cost."""
        request, heard, cost = self._request(prompt), _Heard(), Usage(0, 0)
        for spent in range(MAX_ROUNDS + 1):
            request = replace(request, may_call=spent < MAX_ROUNDS)
            heard, usage = _Heard(spoken=heard.spoken), Usage(0, 0)
            async with aclosing(self._tried(request, heard, streaming=streaming)) as chunks:
                async for chunk in chunks:
                    usage = chunk.usage or usage
                    if chunk.text:
                        yield chunk.text
            cost = Usage(cost.tokens_in + usage.tokens_in, cost.tokens_out + usage.tokens_out)
            if not heard.calls or spent == MAX_ROUNDS:
                break
            yield ToolUse(running=True)
            found = await self._toolbox.use(heard.calls)
            yield ToolUse(running=False)
            so_far = [*request.contents, sdk.called(heard.parts), sdk.results(found)]
            request = replace(request, contents=so_far)
        if not heard.spoken:
            raise failures.empty()
        if cost != Usage(0, 0):  # nobody told
            yield cost

    async def _tried(
        self, request: Request, heard: _Heard, *, streaming: bool
    ) -> AsyncGenerator[Chunk, None]:
        """One round's chunks; asked for again where that may help and no word has left."""
        pauses, without = iter(BACKOFF_SECONDS), False
        while True:
            try:
                async with aclosing(self._asked(request, heard, streaming=streaming)) as chunks:
                    async for chunk in chunks:
                        yield chunk
            except failures.ThinkingRefused:
                if request.thinking is None or heard.parts:
                    raise
                request = replace(request, thinking=None)
                without = True
                self._count("options_refused")
            except JuneError as failed:
                pause = next(pauses, None)
                if pause is None or heard.spoken or failed.reason not in failures.PASSING:
                    raise
                log.info("asking Gemini again", extra={"reason": failed.reason})
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            else:
                if without:
                    self._remember_stubborn(request.model)
                return
            heard.calls, heard.parts, heard.finish = [], [], ""

    async def _asked(
        self, request: Request, heard: _Heard, *, streaming: bool
    ) -> AsyncGenerator[Chunk, None]:
        async with aclosing(self._sdk.ask(request, streaming=streaming)) as chunks:
            async for chunk in chunks:
                if chunk.blocked:
                    raise failures.blocked(chunk.blocked)
                heard.takes(chunk)
                yield chunk
        if wrong := failures.ending(heard.finish):
            raise wrong

    def _request(self, prompt: Prompt) -> Request:
        model = prompt.model or self._options.model
        if not is_model_name(model):
            raise failures.unknown_model(model)
        manner = prompt.manner or self._manner
        asked = None if model in self._stubborn else thinking(model, manner.thinking)
        return Request(
            model=model,
            contents=[sdk.words(message) for message in prompt.messages],
            system_instruction=prompt.system_instruction,
            max_output_tokens=prompt.max_output_tokens,
            thinking=asked,
            temperature=manner.temperature,
            safety=manner.safety,
            tools=self._toolbox.declarations,
        )

    def _remember_stubborn(self, model: str) -> None:
        """It was the thinking that the model refused: it is not asked for it again."""
        log.warning("the model takes no such thinking level", extra={"model": model})
        if len(self._stubborn) < _MAX_STUBBORN:
            self._stubborn.add(model)


def is_model_name(name: str) -> bool:
    return _MODEL.fullmatch(name) is not None


def _not_warm(reason: str) -> None:
    log.warning("Gemini could not be reached before the first turn", extra={"reason": reason})
