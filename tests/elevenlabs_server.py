"""ElevenLabs' multi-context websocket on loopback, with its limits and its habits.

What it keeps to, so that a client that does otherwise fails here too: five contexts a
socket, of which one counts until it was closed and its audio has gone; `voice_settings`
in the first message alone; errors that name no context, followed by the end of the
socket; times that count from their own frame; frames that end within a sample; an
`alignment` that begins anew with each frame.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

KEY = "a-key-that-nobody-may-see"
VOICES = ("voiceA1", "voiceB2")
RATE = 24_000
FRAME = RATE // 10
MAX_CONTEXTS = 5
_PITCHES = (180.0, 220.0, 260.0, 300.0, 340.0)
_SETTINGS_TWICE = (
    "voice_settings field must be provided in the first message and then either be not "
    "provided or not change."
)


@dataclass
class Habit:
    """What it does about a sentence; frames are counted before anything goes wrong.

    Attributes:
        pause: seconds before each frame.
        frames: so many are sent; None: all.
        then: what follows them: "final", "silence", "cut" (the connection breaks),
            "garbage", "error:CODE" (of the whole socket), "own error:CODE" (of the
            context alone).
        times: for so many sentences; after them all is well.
    """

    pause: float = 0.0
    frames: int | None = None
    then: str = "final"
    times: int = 1_000


@dataclass
class Call:
    """One socket: how it was opened, and everything that came on it."""

    voice: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    messages: list[dict[str, Any]] = field(default_factory=list)
    contexts: set[str] = field(default_factory=set)
    most: int = 0

    @property
    def texts(self) -> list[str]:
        return [text.strip() for m in self.messages if (text := m.get("text", "")).strip()]

    def closed(self) -> list[str]:
        return [m["context_id"] for m in self.messages if m.get("close_context")]


class ElevenLabsServer:
    """Speaks tones, as `habits` say for texts that contain their keys.

    Attributes:
        refuse: an HTTP status that answers whoever connects; 0: none.
        held: while it is clear, no `isFinal` leaves.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.habits: dict[str, Habit] = {}
        self.refuse = 0
        self.held = asyncio.Event()
        self.held.set()
        self.connected = asyncio.Event()
        self.live: list[ServerConnection] = []
        self.url = ""

    @property
    def texts(self) -> list[str]:
        return [text for call in self.calls for text in call.texts]

    def drop(self, voice: str = "") -> None:
        """Breaks every connection, or a voice's, without a word."""
        for connection in self.live:
            if connection.request and voice in connection.request.path:
                connection.transport.abort()
        self.connected.clear()

    def judge(self, connection: ServerConnection, request: Request) -> Response | None:
        if self.refuse:
            return connection.respond(HTTPStatus(self.refuse), "refused\n")
        return None

    async def serve(self, connection: ServerConnection) -> None:
        """One socket, from its first message to its end."""
        assert connection.request
        parts = urlsplit(connection.request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        call = Call(parts.path.split("/")[3], query, dict(connection.request.headers))
        self.calls.append(call)
        self.live.append(connection)
        self.connected.set()
        try:
            await self._converse(connection, call)
        except* ConnectionClosed:
            pass
        finally:
            self.live.remove(connection)

    async def _converse(self, connection: ServerConnection, call: Call) -> None:
        async with asyncio.TaskGroup() as tasks:
            talking: dict[str, _Talk] = {}
            async for frame in connection:
                message = json.loads(frame)
                call.messages.append(message)
                if wrong := _wrong(call, message):
                    await _end(connection, *wrong)
                    break
                name = message["context_id"]
                if name not in call.contexts:
                    call.contexts.add(name)
                    talking[name] = _Talk()
                    tasks.create_task(self._talk(connection, call, name, talking[name]))
                talk = talking[name]
                talk.text += message.get("text", "")
                if message.get("flush"):
                    talk.flushed.set()
                if message.get("close_context"):
                    talk.closed.set()
                call.most = max(call.most, len(call.contexts))
            raise ConnectionClosed(None, None)

    async def _talk(self, connection: ServerConnection, call: Call, name: str, talk: _Talk) -> None:
        await talk.flushed.wait()
        text = talk.text.strip()
        habit = self._habit(text)
        settings = call.messages[0].get("voice_settings", {})
        speed = settings.get("speed", 1.0)
        for frame in audio_frames(text, speed, int(call.query["seed"]))[: habit.frames]:
            await asyncio.sleep(habit.pause)
            await connection.send(json.dumps(frame | {"contextId": name}))
        kind, _, code = habit.then.partition(":")
        match kind:
            case "final":
                await talk.closed.wait()
                await self.held.wait()
                call.contexts.discard(name)
                await connection.send(json.dumps({"isFinal": True, "contextId": name}))
            case "cut":
                connection.transport.abort()
            case "garbage":
                await connection.send('{"audio": 7}')
            case "error":
                await _end(connection, code, f"no: {code}")
            case "own error":
                call.contexts.discard(name)
                refused = {"error": code, "message": text, "code": 1008, "contextId": name}
                await connection.send(json.dumps(refused))

    def _habit(self, text: str) -> Habit:
        for key, habit in self.habits.items():
            if key in text and habit.times > 0:
                habit.times -= 1
                return habit
        return Habit()


class _Talk:
    def __init__(self) -> None:
        self.text = ""
        self.flushed = asyncio.Event()
        self.closed = asyncio.Event()


def _wrong(call: Call, message: dict[str, Any]) -> tuple[str, str] | None:
    """The code and the words of what the real one would refuse."""
    if call.headers.get("xi-api-key") != KEY:
        return "invalid_api_key", "Invalid API key"
    if call.voice not in VOICES:
        return "voice_id_does_not_exist", f"A voice with voice_id {call.voice} does not exist."
    if "voice_settings" in message and message is not call.messages[0]:
        return "invalid_request", _SETTINGS_TWICE
    if message["context_id"] not in call.contexts and len(call.contexts) >= MAX_CONTEXTS:
        return "max_active_conversations", "Maximum simultaneous contexts exceeded (5)."
    return None


async def _end(connection: ServerConnection, code: str, words: str) -> None:
    await connection.send(json.dumps({"message": words, "error": code, "code": 1008}))
    await connection.close(1008, words[:100])


def audio_frames(text: str, speed: float = 1.0, seed: int = 1) -> list[dict[str, Any]]:
    """A tone for each word, 0.35 s long, in frames of 0.1 s with their characters."""
    length = round(0.35 * RATE / speed)
    tones: list[Any] = []
    timed: list[tuple[str, int, int]] = []
    for word in text.split():
        at, step = sum(map(len, tones)), round(0.8 * length) / len(word)
        timed += [(letter, at + round(i * step), round(step)) for i, letter in enumerate(word)]
        timed.append((" ", at + round(0.8 * length), length - round(0.8 * length)))
        times = np.arange(length) / RATE
        pitch = _PITCHES[(len(word) + seed) % len(_PITCHES)]
        sounding = np.arange(length) < 0.8 * length
        tones.append(0.3 * np.sin(2 * np.pi * pitch * times) * sounding)
    timed = timed[:-1]  # no space follows the last word
    audio = np.concatenate(tones or [np.zeros(0)])
    pcm = (audio * 32_767).astype("<i2").tobytes()
    return [
        {
            "audio": base64.b64encode(pcm[max(0, 2 * at - 1) : 2 * (at + FRAME) - 1]).decode(),
            "isFinal": None,
            "normalizedAlignment": _aligned([t for t in timed if at <= t[1] < at + FRAME], at),
            "alignment": _aligned(timed, 0),
        }
        for at in range(0, len(audio) + 1, FRAME)
    ]


def _aligned(timed: list[tuple[str, int, int]], start: int) -> dict[str, Any] | None:
    if not timed:
        return None
    return {
        "chars": [letter for letter, _, _ in timed],
        "charStartTimesMs": [round((at - start) * 1_000 / RATE) for _, at, _ in timed],
        "charDurationsMs": [round(length * 1_000 / RATE) for _, _, length in timed],
    }


@asynccontextmanager
async def elevenlabs_server() -> AsyncGenerator[ElevenLabsServer, None]:
    """One that is listening, until the block ends."""
    far = ElevenLabsServer()
    listening: Server
    async with serve(
        far.serve, "127.0.0.1", 0, process_request=far.judge, ping_interval=None, close_timeout=1
    ) as listening:
        port = next(iter(listening.sockets)).getsockname()[1]
        far.url = f"ws://127.0.0.1:{port}"
        yield far
