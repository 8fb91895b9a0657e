"""A local server of chat completions, for tests: it does what it is told on the wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

DONE = "[DONE]"


def delta(text: str = "", ended: str | None = None, **more: Any) -> dict[str, Any]:
    """A chunk of a streamed answer."""
    return {
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": {"content": text, **more}, "finish_reason": ended}],
    }  # fmt: skip


def usage(tokens_in: int, tokens_out: int) -> dict[str, Any]:
    """The last chunk, which has no choices."""
    counts = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
    return delta() | {"choices": [], "usage": counts | {"total_tokens": tokens_in + tokens_out}}


@dataclass
class Answer:
    """One answer: a stream of chunks, or a body where `chunks` is None.

    `cut` closes the connection after the chunks; `hold` leaves it open and silent.
    """

    chunks: Sequence[dict[str, Any] | str] | None = None
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hold: bool = False


def fault(status: int, message: str, code: str = "", **headers: str) -> Answer:
    body = {"error": {"message": message, "type": "t", "code": code or None}}
    return Answer(status=status, body=body, headers=headers)


@dataclass
class ChatServer:
    """Gives its answers one after another, the last one for ever after."""

    answers: list[Answer]
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    # Set once a question has come whole.
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    # Set once a caller has gone while its answer was held.
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(head.decode(), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.left.set()
        finally:
            writer.close()

    async def _answer(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        lines = head.split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
        if lines[0].startswith("GET"):
            _write_body(writer, Answer(body={"object": "list", "data": []}))
            return
        body = await reader.readexactly(int(headers["content-length"]))
        self.asked.append(json.loads(body))
        self.keys.append(headers["authorization"])
        self.reached.set()
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if answer.chunks is None:
            _write_body(writer, answer)
            return
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n")
        writer.write(b"transfer-encoding: chunked\r\n\r\n")
        for chunk in answer.chunks:
            data = f"data: {chunk if isinstance(chunk, str) else json.dumps(chunk)}\n\n".encode()
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await writer.drain()
        if answer.hold:
            await reader.read()
            raise ConnectionError
        if answer.cut:
            raise ConnectionError
        writer.write(b"0\r\n\r\n")


def _write_body(writer: asyncio.StreamWriter, answer: Answer) -> None:
    body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    kind = {"content-type": "application/json", "content-length": str(len(body.encode()))}
    lines = [
        f"{name.replace('_', '-')}: {value}" for name, value in (kind | answer.headers).items()
    ]
    writer.write("\r\n".join([f"HTTP/1.1 {answer.status} X", *lines, "", body]).encode())


@asynccontextmanager
async def chat_server(*answers: Answer) -> AsyncGenerator[ChatServer, None]:
    """A server on a free port that gives these answers."""
    chat = ChatServer(list(answers))
    server = await asyncio.start_server(chat.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    chat.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield chat
    finally:
        server.close()
