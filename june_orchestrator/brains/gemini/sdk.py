"""Gemini's API as June uses it; with `speech_sdk.py` the only importer of google.genai."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any

from google.auth.exceptions import GoogleAuthError, TransportError
from google.genai import Client, errors, types

from june_orchestrator.brains.gemini import failures
from june_orchestrator.brains.gemini.options import GeminiOptions
from june_orchestrator.brains.gemini.thinking import Thinking
from june_orchestrator.brains.toolbox import Call, Declaration
from june_orchestrator.brains.web import Held, NotConnected, WebClient, WebFailure
from june_orchestrator.ports import Message, Role, Usage

log = logging.getLogger(__name__)

# It tells of each request at INFO.
logging.getLogger("google_genai").setLevel(logging.WARNING)

_ROLES = {Role.USER: "user", Role.ASSISTANT: "model"}
# What the client may raise over an answer that is not what it should be.
UNREADABLE = (ValueError, TypeError, AttributeError, KeyError)

# Of the talk, as the client wants it back: with what the model must find again.
Content = types.Content
Part = types.Part


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked in one call.

    `tools` may be called where `may_call`; where not, they are only known.
    """

    model: str
    contents: Sequence[Content]
    system_instruction: str
    max_output_tokens: int
    thinking: Thinking | None
    temperature: float | None
    safety: Mapping[str, str]
    tools: Sequence[Declaration]
    may_call: bool = True


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of an answer.

    `parts` is all of it as it came, `finish` why the answer ends, where it does, and
    `blocked` why the question is not answered at all.
    """

    text: str
    calls: Sequence[Call]
    parts: Sequence[Part]
    finish: str
    blocked: str
    usage: Usage | None


class GeminiSdk:
    """One client over one pool of connections. Its calls raise JuneError.

    Raises:
        ValueError: the options are not what the client takes.
    """

    def __init__(
        self,
        options: GeminiOptions,
        web: WebClient,
        sockets: Mapping[str, Any] | None = None,
    ) -> None:
        """`sockets`: how websockets are opened."""
        self._options = options
        http = types.HttpOptions(
            base_url=options.url or None,
            httpx_async_client=web,
            async_client_args=dict(sockets) if sockets else None,
            # June tries again itself, and never once a word has come.
            retry_options=types.HttpRetryOptions(attempts=1),
        )
        key = options.key.get_secret_value() if options.key else None
        if options.vertex and options.project:
            client = Client(
                vertexai=True,
                project=options.project,
                location=options.location,
                http_options=http,
            )
        else:
            client = Client(vertexai=options.vertex, api_key=key, http_options=http)
        self._client = client.aio

    async def look_up(self, model: str) -> None:
        """Asks whether there is such a model, which proves the key and opens a connection."""
        with self._typed(model):
            await self._client.models.get(model=model)

    async def ask(self, request: Request, *, streaming: bool) -> AsyncGenerator[Chunk, None]:
        """The answer while it is made or, where not `streaming`, in one chunk."""
        config = self._config(request)
        asked: dict[str, Any] = {"model": request.model, "config": config}
        asked["contents"] = list(request.contents)
        with self._typed(request.model):
            if not streaming:
                yield _chunk(await self._client.models.generate_content(**asked))
                return
            stream = await self._client.models.generate_content_stream(**asked)
            async with aclosing(_held_on_to(stream)) as responses:
                async for response in responses:
                    yield _chunk(response)

    def _config(self, request: Request) -> types.GenerateContentConfig:
        return types.GenerateContentConfig(
            system_instruction=request.system_instruction or None,
            max_output_tokens=request.max_output_tokens,
            temperature=request.temperature,
            thinking_config=_thinking_config(request.thinking),
            safety_settings=safety_settings(request.safety) or None,
            tools=[tool(request.tools)] if request.tools else None,
            tool_config=_no_calls() if request.tools and not request.may_call else None,
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        )

    @contextmanager
    def _typed(self, model: str) -> Iterator[None]:
        """Whatever the client raises, as June's own errors, which tell nothing of the key."""
        try:
            yield
        except errors.APIError as refused:
            self._tell(refused)
            headers = getattr(refused.response, "headers", None) or {}
            raise failures.refusal(refused.code or 0, refused.details, headers, model) from None
        except TransportError:
            raise failures.unreachable() from None
        except GoogleAuthError:
            raise failures.refusal(401, {}, {}, model) from None
        except NotConnected:
            raise failures.unreachable() from None
        except WebFailure:
            raise failures.cut() from None
        except UNREADABLE:
            raise failures.malformed() from None

    def _tell(self, refused: errors.APIError) -> None:
        """Google's own words, for finding faults: they may repeat what they were sent."""
        said = str(refused.message)
        if self._options.key:
            said = said.replace(self._options.key.get_secret_value(), "(the key)")
        log.debug("Gemini refuses", extra={"status": refused.status, "said": said})


async def _held_on_to(
    stream: AsyncIterator[types.GenerateContentResponse],
) -> AsyncGenerator[types.GenerateContentResponse, None]:
    """The same; closing it hangs up."""
    held = Held()
    try:
        while True:
            with held.taking():
                response = await anext(stream, None)
            if response is None:
                return
            yield response
    finally:
        await held.close()


def words(message: Message) -> Content:
    return Content(role=_ROLES[message.role], parts=[Part(text=message.text)])


def called(parts: Sequence[Part]) -> Content:
    """What the model said when it called tools, its signatures included."""
    return Content(role="model", parts=list(parts))


def results(found: Sequence[tuple[Call, Mapping[str, Any]]]) -> Content:
    """What came of the calls."""
    responses = [
        types.FunctionResponse(id=call.id or None, name=call.name, response=dict(result))
        for call, result in found
    ]
    return Content(role="user", parts=[Part(function_response=each) for each in responses])


def safety_settings(safety: Mapping[str, str]) -> list[types.SafetySetting]:
    """Of names that manner.py knows."""
    return [
        types.SafetySetting(
            category=types.HarmCategory[category], threshold=types.HarmBlockThreshold[threshold]
        )
        for category, threshold in safety.items()
    ]


def tool(declared: Sequence[Declaration]) -> types.Tool:
    return types.Tool(
        function_declarations=[
            types.FunctionDeclaration(
                name=each.name,
                description=each.description,
                parameters_json_schema=dict(each.parameters),
            )
            for each in declared
        ]
    )


def _no_calls() -> types.ToolConfig:
    none = types.FunctionCallingConfig(mode=types.FunctionCallingConfigMode.NONE)
    return types.ToolConfig(function_calling_config=none)


def _thinking_config(thinking: Thinking | None) -> types.ThinkingConfig | None:
    if thinking is None:
        return None
    if thinking.budget is not None:
        return types.ThinkingConfig(thinking_budget=thinking.budget)
    return types.ThinkingConfig(thinking_level=types.ThinkingLevel(thinking.level.upper()))


def _chunk(response: types.GenerateContentResponse) -> Chunk:
    candidate = response.candidates[0] if response.candidates else None
    content = candidate.content if candidate else None
    parts = content.parts or [] if content else []
    calls = [part.function_call for part in parts if part.function_call]
    feedback = response.prompt_feedback
    return Chunk(
        text="".join(part.text for part in parts if part.text and not part.thought),
        calls=[Call(call.id or "", call.name or "", call.args or {}) for call in calls],
        parts=parts,
        finish=_name(candidate.finish_reason if candidate else None),
        blocked=_name(feedback.block_reason if feedback else None),
        usage=_usage(response.usage_metadata),
    )


def _name(reason: Any) -> str:
    """A reason by its name, also one that this client does not know yet."""
    return str(getattr(reason, "value", reason) or "")


def _usage(told: types.GenerateContentResponseUsageMetadata | None) -> Usage | None:
    if told is None:
        return None
    written = (told.candidates_token_count or 0) + (told.thoughts_token_count or 0)
    asked = (told.prompt_token_count or 0) + (told.tool_use_prompt_token_count or 0)
    return Usage(tokens_in=asked, tokens_out=written)
