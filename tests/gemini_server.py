"""Gemini's wire format on loopback, for tests and benches: answers as it is told to.

Tools are answered too: a request that asks for no stream gets one JSON body.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

KEY = "a-key-that-nobody-may-see"
# Where accounts get a token, as at Google's servers.
TOKEN_PATH, TOKEN = "/token", "a-token-for-an-hour"
_REASONS = {200: "OK"}


@dataclass(frozen=True)
class Answer:
    """What one request gets.

    Attributes:
        body: the events of a stream, each a JSON value, a text that is sent as it is,
            or a number: seconds to wait. With another status than 200, or for a plain
            call, the first is the whole body.
        cut: the connection breaks after them, in the midst of the answer.
    """

    body: Sequence[Any] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class GeminiServer:
    """Answers one request after another from `answers`, the last one for ever; or, where
    that is set, as `choose` decides by the request's body.

    `models` is what it answers to whoever looks a model up.
    """

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer(said("Hello."))]
        self.models = Answer([{"name": "models/any"}])
        self.choose: Callable[[Any], Answer] | None = None
        self.asked: list[Asked] = []
        self.connections = 0
        # Seconds before it answers anything.
        self.late = 0.0
        # How many must have asked before the first is answered.
        self.together = 1
        self._all_there = asyncio.Event()
        # Set when a client hangs up in the midst of an answer.
        self.hung_up = asyncio.Event()
        self.url = ""
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def bodies(self) -> list[Any]:
        """Of all requests that ask for an answer."""
        return [asked.body for asked in self.asked if "enerateContent" in asked.path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first request to its last."""
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self._open[task] = writer
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            writer.close()
            del self._open[task]

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def leave(self) -> None:
        """Hangs up on everybody and is not there any more."""
        if self._server:
            self._server.close()
        for writer in self._open.values():
            writer.close()
        if self._open:
            await asyncio.wait(list(self._open))

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked = await _read(reader)
        self.asked.append(asked)
        if len(self.asked) >= self.together:
            self._all_there.set()
        await self._all_there.wait()
        if asked.path == TOKEN_PATH:
            await _send_whole(writer, Answer([{"access_token": TOKEN, "expires_in": 3600}]))
            return True
        if asked.method == "GET":
            await _send_whole(writer, self.models)
            return True
        answer = self._answer(asked.body)
        await _unless_hung_up(reader, self.late)
        if answer.status != 200 or ":streamGenerateContent" not in asked.path:
            await _send_whole(writer, answer)
            return True
        try:
            await _send_stream(reader, writer, answer)
        except ConnectionError:
            self.hung_up.set()
            raise
        return not answer.cut

    def _answer(self, body: Any) -> Answer:
        if self.choose:
            return self.choose(body)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def said(*texts: str, finish: str = "STOP") -> list[Any]:
    """Events that say these words, each in a chunk of its own, and what they cost."""
    events: list[Any] = [chunk([{"text": text}]) for text in texts]
    usage = {"promptTokenCount": 7, "candidatesTokenCount": len(texts)}
    return [*events, chunk([{"text": ""}], finish=finish) | {"usageMetadata": usage}]


def chunk(parts: Sequence[Any], finish: str = "") -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate]}


def error(code: int, message: str, status: str = "", details: Sequence[Any] = ()) -> list[Any]:
    """The body of a refusal."""
    return [
        {"error": {"code": code, "message": message, "status": status, "details": list(details)}}
    ]


@asynccontextmanager
async def gemini_server() -> AsyncGenerator[GeminiServer, None]:
    """One that is listening, until the block ends."""
    gemini = GeminiServer()
    await gemini.listen()
    try:
        yield gemini
    finally:
        await gemini.leave()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    is_json = headers.get("content-type") == "application/json"
    return Asked(method, path, headers, json.loads(raw) if raw and is_json else raw.decode())


async def _send_whole(writer: asyncio.StreamWriter, answer: Answer) -> None:
    first = answer.body[0] if answer.body else {}
    body = (first if isinstance(first, str) else json.dumps(first)).encode()
    head = {"content-type": "application/json", "content-length": str(len(body))}
    writer.write(_head(answer.status, head | dict(answer.headers)) + body)
    await writer.drain()


async def _send_stream(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer
) -> None:
    """Raises ConnectionError where the client hangs up before the end."""
    head = {"content-type": "text/event-stream", "transfer-encoding": "chunked"}
    writer.write(_head(200, head | dict(answer.headers)))
    for event in answer.body:
        if isinstance(event, int | float):
            await _unless_hung_up(reader, event)
            continue
        text = event if isinstance(event, str) else f"data: {json.dumps(event)}\r\n\r\n"
        writer.write(f"{len(text.encode()):x}\r\n{text}\r\n".encode())
        await writer.drain()
    if not answer.cut:
        writer.write(b"0\r\n\r\n")
        await writer.drain()


async def _unless_hung_up(reader: asyncio.StreamReader, seconds: float) -> None:
    """Waits so long. A client that asks nothing can only hang up."""
    if not seconds:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await reader.read(1)
            raise ConnectionResetError


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'No')}"]
    return "\r\n".join([*lines, *(f"{k}: {v}" for k, v in headers.items()), "", ""]).encode()
