"""Chooses the brain, each imported only when it is the one, and asks it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING

from june_orchestrator.direct.ports import SpeechModel
from june_orchestrator.ports import STREAMING_UNSUPPORTED, Brain, Piece, Prompt, Usage
from june_orchestrator.settings import OrchestratorSettings
from june_orchestrator.tools import HttpTool, McpServer, read_tools
from june_runtime.errors import NotServed, SettingsError, TimedOut

if TYPE_CHECKING:
    from june_orchestrator.brains.toolbox import Toolbox, ToolServer
    from june_orchestrator.brains.web import WebClient

log = logging.getLogger(__name__)

# A brain that sends nothing for so long has failed.
FIRST_TOKEN_SECONDS = 15.0
NEXT_TOKEN_SECONDS = 10.0
WHOLE_SECONDS = 60.0

# Counts, by the name of a figure.
Count = Callable[[str], None]

BRAINS = ("auto", "gemini", "offline", "openai", "scripted")


def uncounted(name: str) -> None:
    """For whoever has no figures."""


def load_brain(name: str, settings: OrchestratorSettings, count: Count = uncounted) -> Brain:
    """The brain of that name; "auto" is the best one that is set up.

    Args:
        count: counts what a brain does beside answering.

    Raises:
        SettingsError: BRAIN_UNKNOWN, BRAIN_SCRIPT, BRAIN_SETTINGS, BRAIN_KEY_MISSING,
            BRAIN_NOT_INSTALLED or TOOLS_NOT_INSTALLED.
    """
    match name:
        case "auto":
            return _best(settings, count)
        case "gemini":
            return _gemini(settings, count)
        case "offline":
            from june_orchestrator.brains.offline import OfflineBrain

            return OfflineBrain()
        case "openai":
            return _openai(settings, count)
        case "scripted":
            from june_orchestrator.brains.scripted import ScriptedBrain, read_script

            return ScriptedBrain(read_script(settings.brain_script))
        case unknown:
            raise SettingsError(
                "BRAIN_UNKNOWN",
                f"there is no brain {unknown!r}; choose one of {', '.join(BRAINS)}",
            )


def _best(settings: OrchestratorSettings, count: Count) -> Brain:
    """Gemini where there is a key for it and what it needs; a server that is named; else
    what needs nothing."""
    if settings.gemini_key or settings.google_key or settings.vertex:
        try:
            return _gemini(settings, count)
        except SettingsError as missing:
            if missing.reason != "BRAIN_NOT_INSTALLED":
                raise
            log.warning("there is a key for Gemini, but %s", missing.message)
    return load_brain("openai" if settings.openai_url else "offline", settings, count)


def _openai(settings: OrchestratorSettings, count: Count) -> Brain:
    from june_orchestrator.brains.openai import OpenAiBrain
    from june_orchestrator.brains.wishes import Endpoint

    return OpenAiBrain(
        Endpoint(
            url=settings.openai_url,
            model=settings.openai_model or settings.brain_model,
            key=settings.openai_key.get_secret_value() if settings.openai_key else "",
            effort=settings.reasoning_effort,
        ),
        count,
    )


def load_speech_model(settings: OrchestratorSettings) -> SpeechModel:
    """The model that hears and speaks by itself.

    Raises:
        SettingsError: BRAIN_SETTINGS, BRAIN_KEY_MISSING, BRAIN_NOT_INSTALLED or
            TOOLS_NOT_INSTALLED.
    """
    with _needing_gemini():
        from june_orchestrator.brains.gemini.options import speech_options_of
        from june_orchestrator.brains.gemini.speech import GeminiLive
        from june_orchestrator.brains.web import web_client

    options, web = speech_options_of(settings), web_client()
    return GeminiLive(options, _toolbox(settings, web), web)


def _gemini(settings: OrchestratorSettings, count: Count) -> Brain:
    with _needing_gemini():
        from june_orchestrator.brains.gemini.brain import GeminiBrain
        from june_orchestrator.brains.gemini.options import options_of
        from june_orchestrator.brains.web import web_client

    options, web = options_of(settings), web_client()
    return GeminiBrain(options, _toolbox(settings, web), web, count)


@contextmanager
def _needing_gemini() -> Iterator[None]:
    try:
        yield
    except ImportError as missing:
        raise SettingsError(
            "BRAIN_NOT_INSTALLED",
            f"the extra `gemini` is not installed: {missing.name} is missing",
        ) from missing


def _toolbox(settings: OrchestratorSettings, web: WebClient) -> Toolbox:
    from june_orchestrator.brains.toolbox import Toolbox

    declared = read_tools(settings.tools.get_secret_value() if settings.tools else "")
    tools = [each for each in declared if isinstance(each, HttpTool)]
    servers = _tool_servers([each for each in declared if isinstance(each, McpServer)])
    return Toolbox(tools, web, servers, clock=settings.clock_tools)


def _tool_servers(declared: Sequence[McpServer]) -> Sequence[ToolServer]:
    if not declared:
        return ()
    try:
        from june_orchestrator.brains.mcp_tools import McpTools
    except ImportError as missing:
        raise SettingsError(
            "TOOLS_NOT_INSTALLED",
            f"tools of {declared[0].mcp} need the extra `mcp`: {missing.name} is missing",
        ) from missing
    return [McpTools(server) for server in declared]


async def tokens_of(
    brain: Brain, prompt: Prompt, fell_back: Callable[[str], None], share: float = 1.0
) -> AsyncGenerator[Piece, None]:
    """The brain's answer as it comes, or in one piece where it is not to stream.

    Where the model's API cannot stream, `fell_back` is called with the reason and
    the whole answer comes in one piece. `share` is the part of the usual time that the
    brain has for its first piece.

    Raises:
        JuneError: the brain's own, or TimedOut (BRAIN_SILENT).
    """
    if prompt.streaming:
        try:
            async with aclosing(_streamed(brain, prompt, share)) as tokens:
                async for token in tokens:
                    yield token
        except NotServed as unable:
            if unable.reason != STREAMING_UNSUPPORTED:
                raise
            fell_back(unable.reason)
        else:
            return
    text, usage = await _whole(brain, prompt, share)
    yield text
    if usage:
        yield usage


async def _streamed(brain: Brain, prompt: Prompt, share: float) -> AsyncGenerator[Piece, None]:
    seconds = FIRST_TOKEN_SECONDS * share
    async with aclosing(brain.reply(prompt)) as tokens:
        while True:
            try:
                async with asyncio.timeout(seconds):
                    token = await anext(tokens, None)
            except TimeoutError:
                raise _silent(brain) from None
            if token is None:
                return
            yield token
            seconds = NEXT_TOKEN_SECONDS


async def _whole(brain: Brain, prompt: Prompt, share: float) -> tuple[str, Usage | None]:
    try:
        async with asyncio.timeout(WHOLE_SECONDS * share):
            return await brain.whole(prompt)
    except TimeoutError:
        raise _silent(brain) from None


def _silent(brain: Brain) -> TimedOut:
    return TimedOut("BRAIN_SILENT", f"the brain {brain.name} fell silent")
