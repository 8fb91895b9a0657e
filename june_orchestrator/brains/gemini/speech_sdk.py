"""Gemini's Live API as June uses it: one websocket, messages out and in."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from google.auth.exceptions import GoogleAuthError
from google.genai import errors, live, types
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from june_orchestrator.brains.gemini import failures
from june_orchestrator.brains.gemini.closings import closing, turn_end
from june_orchestrator.brains.gemini.options import GeminiOptions
from june_orchestrator.brains.gemini.sdk import (
    UNREADABLE,
    GeminiSdk,
    results,
    safety_settings,
    tool,
    words,
)
from june_orchestrator.brains.toolbox import Call, Toolbox
from june_orchestrator.brains.web import WebClient
from june_orchestrator.direct.ports import (
    HEARS,
    GoingAway,
    Item,
    Overruled,
    Received,
    ReplyOver,
    ReplySaid,
    ReplySounds,
    Resumable,
    Sound,
    SoundEnds,
    UserSaid,
    Whole,
    Wishes,
    Written,
)  # fmt: skip
from june_orchestrator.ports import Message, Usage
from june_runtime.errors import TimedOut

log = logging.getLogger(__name__)

# It tells of connections at INFO, and of all that goes over them at DEBUG.
logging.getLogger("websockets").setLevel(logging.WARNING)

# Where Google's pages say that the Live API is; the client's own default is another.
API_VERSION = "v1beta"
# A connection is there and set up within this, or there is none.
CONNECT_SECONDS = 8.0
# Longer than this no message may wait to be sent.
SEND_SECONDS = 5.0
_MIME = f"audio/pcm;rate={HEARS.sample_rate}"
# For websockets' connect: who is silent is noticed and left within seconds; sound in
# base64 is not worth compressing.
_SOCKETS: Mapping[str, Any] = {
    "open_timeout": CONNECT_SECONDS,
    "ping_interval": 5.0,
    "ping_timeout": 5.0,
    "close_timeout": 0.5,
    "max_size": 2**22,
    "compression": None,
}


@dataclass(frozen=True, slots=True)
class Calls:
    """The model wants tools used."""

    calls: Sequence[Call]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The model does not want the results of these calls any more."""

    ids: Sequence[str]


class SpeechSdk(GeminiSdk):
    """One client, whose connections each are a session's. Its calls raise JuneError.

    Args:
        toolbox: a connection knows of the tools that can be used when it is made.

    Raises:
        ValueError: the options are not what the client takes.
    """

    def __init__(self, options: GeminiOptions, web: WebClient, toolbox: Toolbox) -> None:
        super().__init__(options, web, sockets=_SOCKETS)
        self._toolbox = toolbox

    @asynccontextmanager
    async def connect(
        self, wishes: Wishes, handle: str, earlier: Sequence[Message]
    ) -> AsyncGenerator[Wire, None]:
        """A connection that is set up, to a model that knows of `earlier`."""
        model = wishes.model or self._options.model
        config = self.live_config(wishes, handle, seeded=bool(earlier))
        connecting = self._client.live.connect(model=model, config=config)
        async with AsyncExitStack() as stack:
            with _typed(model, resuming=bool(handle)):
                try:
                    async with asyncio.timeout(CONNECT_SECONDS):
                        session = await stack.enter_async_context(connecting)
                except TimeoutError:
                    raise TimedOut("BRAIN_SILENT", "Gemini does not answer") from None
            if session.setup_complete is None:
                raise failures.malformed()
            wire = Wire(session, model)
            if earlier:
                await wire.tell(earlier)
            yield wire

    def live_config(self, wishes: Wishes, handle: str, *, seeded: bool) -> types.LiveConnectConfig:
        """How a session is set up."""
        version = None if self._options.vertex else types.HttpOptions(api_version=API_VERSION)
        tools = self._toolbox.declarations
        return types.LiveConnectConfig(
            http_options=version,
            response_modalities=[types.Modality.AUDIO],
            temperature=wishes.temperature,
            speech_config=_speech_config(wishes),
            system_instruction=wishes.system_instruction or None,
            tools=[tool(tools)] if tools else None,
            safety_settings=safety_settings(wishes.safety) or None,
            input_audio_transcription=types.AudioTranscriptionConfig(),
            output_audio_transcription=types.AudioTranscriptionConfig(),
            session_resumption=types.SessionResumptionConfig(handle=handle or None),
            # Without it a session ends when its talk is as long as the model's memory.
            context_window_compression=types.ContextWindowCompressionConfig(
                sliding_window=types.SlidingWindow()
            ),
            history_config=types.HistoryConfig(initial_history_in_client_content=True)
            if seeded
            else None,
        )


class Wire:
    """One connection. Its calls raise JuneError."""

    def __init__(self, session: live.AsyncSession, model: str) -> None:
        self._session = session
        self._model = model

    async def give(self, item: Item) -> None:
        match item:
            case Sound(pcm):
                await self._send_input(audio=types.Blob(data=pcm, mime_type=_MIME))
            case Written(text):
                await self._send_input(text=text)
            case SoundEnds():
                await self._send_input(audio_stream_end=True)

    async def tell(self, earlier: Sequence[Message]) -> None:
        """What was said before the model was there; it answers nothing to that."""
        with self._sending():
            async with asyncio.timeout(SEND_SECONDS):
                await self._session.send_client_content(
                    turns=[words(message) for message in earlier], turn_complete=True
                )

    async def answer(self, found: Sequence[tuple[Call, Mapping[str, Any]]]) -> None:
        """What came of calls."""
        responses = [part.function_response for part in results(found).parts or ()]
        with self._sending():
            async with asyncio.timeout(SEND_SECONDS):
                await self._session.send_tool_response(
                    function_responses=[each for each in responses if each]
                )

    async def messages(self) -> AsyncGenerator[Received | Calls | Withdrawn, None]:
        """All that comes, in its order, until the connection ends with an error."""
        with _typed(self._model):
            while True:
                # The client's own iterator ends with each turn.
                async with aclosing(self._session.receive()) as messages:  # type: ignore[type-var]
                    try:
                        async for message in messages:
                            for event in _events(message):
                                yield event
                    except TypeError:
                        # So it tells of a kind of message that it does not know.
                        log.info("Gemini tells something that is not known here")

    async def _send_input(self, **payload: Any) -> None:
        with self._sending():
            async with asyncio.timeout(SEND_SECONDS):
                await self._session.send_realtime_input(**payload)

    @contextmanager
    def _sending(self) -> Iterator[None]:
        with _typed(self._model):
            try:
                yield
            except TimeoutError:
                raise TimedOut("BRAIN_SILENT", "Gemini takes no more") from None


@contextmanager
def _typed(model: str, *, resuming: bool = False) -> Iterator[None]:
    """Whatever the client raises, as June's own errors, which tell nothing of the key."""
    try:
        yield
    except errors.APIError as refused:
        if 400 <= (refused.code or 0) < 600:
            # Not how the connection was closed, but a message like an answer of HTTP's.
            raise failures.refusal(refused.code, refused.details, {}, model) from None
        said = refused.details if isinstance(refused.details, str) else refused.message or ""
        raise closing(refused.code or 0, said, model, resuming=resuming) from None
    except InvalidStatus as refused:
        answer = refused.response
        headers = {name.lower(): value for name, value in answer.headers.raw_items()}
        raise failures.refusal(answer.status_code, _json(answer.body), headers, model) from None
    except ConnectionClosed:
        raise failures.cut() from None
    except GoogleAuthError:
        raise failures.refusal(401, {}, {}, model) from None
    except (WebSocketException, OSError):
        raise failures.unreachable() from None
    except UNREADABLE:
        raise failures.malformed() from None


def _json(body: bytes | bytearray | None) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError:
        return {}


def _speech_config(wishes: Wishes) -> types.SpeechConfig | None:
    if not (wishes.voice or wishes.language):
        return None
    voice = types.PrebuiltVoiceConfig(voice_name=wishes.voice)
    return types.SpeechConfig(
        language_code=wishes.language or None,
        voice_config=types.VoiceConfig(prebuilt_voice_config=voice) if wishes.voice else None,
    )


def _events(message: types.LiveServerMessage) -> Iterator[Received | Calls | Withdrawn]:
    """What a message tells, in the order in which it counts."""
    if message.usage_metadata:
        yield _usage(message.usage_metadata)
    if message.tool_call_cancellation:
        yield Withdrawn(message.tool_call_cancellation.ids or ())
    if message.tool_call:
        called = message.tool_call.function_calls or ()
        yield Calls([Call(call.id or "", call.name or "", call.args or {}) for call in called])
    if message.server_content:
        yield from _content(message.server_content)
    if update := message.session_resumption_update:
        yield Resumable((update.new_handle or "") if update.resumable else "")
    if message.go_away:
        yield GoingAway()


def _content(content: types.LiveServerContent) -> Iterator[Received]:
    if content.interrupted:
        yield Overruled()
    if (heard := content.input_transcription) and heard.text:
        yield UserSaid(heard.text, heard.language_code or "")
    for part in (content.model_turn.parts or ()) if content.model_turn else ():
        blob = part.inline_data
        if blob and blob.data and (blob.mime_type or "").startswith("audio/"):
            yield ReplySounds(blob.data)
    if (said := content.output_transcription) and said.text:
        yield ReplySaid(said.text)
    if content.generation_complete:
        yield Whole()
    if content.turn_complete:
        reason = content.turn_complete_reason
        yield ReplyOver(turn_end(str(getattr(reason, "value", reason) or "")))


def _usage(told: types.UsageMetadata) -> Usage:
    written = (told.response_token_count or 0) + (told.thoughts_token_count or 0)
    asked = (told.prompt_token_count or 0) + (told.tool_use_prompt_token_count or 0)
    return Usage(tokens_in=asked, tokens_out=written)
