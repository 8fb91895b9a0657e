"""Gemini's Live API on loopback, for tests: each test says what the far side does.

The wire format of `BidiGenerateContent`: JSON over a websocket, over TLS, for the client
knows no other. Whoever looks a model up by HTTP is answered too.
"""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.june_runtime.certificates import Authority

LIVE_PATH = "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
PATIENCE_SECONDS = 10.0


@dataclass
class Link:
    """One connection, set up by `setup`; `received` is all that came since."""

    socket: ServerConnection
    setup: dict[str, Any]
    received: list[dict[str, Any]] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def say(self, *messages: dict[str, Any] | str) -> None:
        for message in messages:
            text = message if isinstance(message, str) else json.dumps(message)
            await self.socket.send(text)

    async def until(self, holds: Callable[[Link], Any]) -> Any:
        """Waits until `holds` is true of what has come; returns what it says."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._came:
            while not (found := holds(self)):
                await self._came.wait()
        return found

    async def hang_up(self, code: int = 1000, reason: str = "") -> None:
        await self.socket.close(code, reason)

    def cut(self) -> None:
        """The connection breaks without a word."""
        self.socket.transport.abort()

    async def listen(self) -> None:
        with suppress(ConnectionClosed):
            async for message in self.socket:
                async with self._came:
                    self.received.append(json.loads(message))
                    self._came.notify_all()
        self.ended.set()

    @property
    def sound(self) -> bytes:
        """The audio that came so far."""
        given = (each["audio"]["data"] for each in self._inputs if "audio" in each)
        return b"".join(map(base64.urlsafe_b64decode, given))

    @property
    def pieces(self) -> int:
        """In how many pieces."""
        return sum("audio" in each for each in self._inputs)

    @property
    def texts(self) -> list[str]:
        return [given["text"] for given in self._inputs if "text" in given]

    @property
    def sound_ended(self) -> bool:
        return any(
            "audioStreamEnd" in given or "audio_stream_end" in given for given in self._inputs
        )

    @property
    def tool_responses(self) -> list[dict[str, Any]]:
        return [
            each
            for message in self.received
            if "tool_response" in message
            for each in message["tool_response"]["functionResponses"]
        ]

    @property
    def _inputs(self) -> list[dict[str, Any]]:
        return [
            message["realtime_input"] for message in self.received if "realtime_input" in message
        ]


class GeminiLiveServer:
    """Takes connections; `refusals` are done to the next ones, one each: a HTTP status
    and body, or (code, reason) of a close instead of a set-up, or a message instead of
    `setupComplete`, or None: silence."""

    def __init__(self, authority: Path) -> None:
        self.authority = authority
        self.refusals: list[tuple[int, str] | dict[str, Any] | str | None] = []
        self.model_status = 200
        self.requests: list[Request] = []
        self.links: list[Link] = []
        self.url = ""
        self._new = asyncio.Queue[Link]()

    async def link(self) -> Link:
        """The next connection that is set up."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._new.get()

    def respond(self, _: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        if "BidiGenerateContent" not in request.path:
            return _http(self.model_status, '{"name": "models/any"}')
        refusal = self.refusals[0] if self.refusals else None
        if isinstance(refusal, tuple) and refusal[0] < 1000:
            self.refusals.pop(0)
            return _http(*refusal)
        return None

    async def serve(self, socket: ServerConnection) -> None:
        setup = json.loads(await socket.recv())["setup"]
        if self.refusals:
            match self.refusals.pop(0):
                case int(code), str(reason):
                    await socket.close(code, reason)
                case None:
                    await socket.wait_closed()
                case message:
                    await socket.send(message if isinstance(message, str) else json.dumps(message))
                    await socket.wait_closed()
            return
        link = Link(socket, setup)
        self.links.append(link)
        await link.say({"setupComplete": {}})
        self._new.put_nowait(link)
        await link.listen()


def heard(text: str, **more: Any) -> dict[str, Any]:
    """Words of the user's."""
    return content(inputTranscription={"text": text}, **more)


def spoken(text: str = "", pcm: bytes = b"", **more: Any) -> dict[str, Any]:
    """Words and sound of the reply's."""
    said: dict[str, Any] = {"outputTranscription": {"text": text}} if text else {}
    if pcm:
        data = base64.b64encode(pcm).decode()
        part = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": data}}
        said["modelTurn"] = {"role": "model", "parts": [part]}
    return content(**said, **more)


def content(**fields: Any) -> dict[str, Any]:
    return {"serverContent": fields}


def calls(*named: tuple[str, str], **arguments: Any) -> dict[str, Any]:
    """Tools that are to be used: (id, name) of each."""
    each = [{"id": id, "name": name, "args": arguments} for id, name in named]  # noqa: A001
    return {"toolCall": {"functionCalls": each}}


def resumable(handle: str) -> dict[str, Any]:
    return {"sessionResumptionUpdate": {"newHandle": handle, "resumable": bool(handle)}}


OVER = content(generationComplete=True, turnComplete=True)
INTERRUPTED = content(interrupted=True)
GOING_AWAY = {"goAway": {"timeLeft": "10s"}}


@asynccontextmanager
async def gemini_live_server(folder: Path) -> AsyncGenerator[GeminiLiveServer, None]:
    """One that is listening, until the block ends. Whoever trusts `authority` trusts it."""
    authority = Authority.make(folder, "google")
    files = authority.write("server")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(str(files.cert), str(files.key))
    gemini = GeminiLiveServer(authority.path)
    server = await serve(
        gemini.serve, "127.0.0.1", 0, ssl=tls, process_request=gemini.respond, close_timeout=0.2
    )
    gemini.url = f"https://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
    try:
        yield gemini
    finally:
        server.close()
        await server.wait_closed()


def _http(status: int, body: str) -> Response:
    headers = Headers({"content-type": "application/json", "content-length": str(len(body))})
    headers["connection"] = "close"
    return Response(status, HTTPStatus(status).phrase, headers, body.encode())
