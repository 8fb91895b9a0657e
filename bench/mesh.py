"""The three services as processes of their own, on a core of their own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

SERVICES = ("june_stt", "june_tts", "june_orchestrator")
START_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Script:
    """What the scripted engines take; times in ms.

    The defaults are the figures that the design names for its voice-to-voice
    target: a word visible 150 ms after it ends, the final 100 ms after it is asked
    for, the first token after 300 ms, 50 tokens a second, a first sentence of 12
    words, the first audio after 200 ms.
    """

    word_visible_ms: float = 150.0
    final_ms: float = 100.0
    first_token_ms: float = 300.0
    tokens_per_second: float = 50.0
    first_audio_ms: float = 200.0
    # How long a word of the reply sounds: a person's 350 ms for load, less where only
    # the time before the first of it counts.
    reply_word_ms: int = 350
    replies: tuple[str, ...] = (
        "The weather in the north is mild and dry all day today. "
        "Tomorrow brings a little rain in the morning and sun after that. "
        "The rest of the week stays warm.",
    )
    flags: Mapping[str, str] = field(default_factory=dict)


ZERO = Script(
    word_visible_ms=0.0, final_ms=0.0, first_token_ms=0.0, tokens_per_second=1e6, first_audio_ms=0.0
)


@dataclass(frozen=True)
class Said:
    """What the callers say: PCM_S16LE, 16 kHz, from its first to its last sound."""

    text: str
    pcm: bytes

    @property
    def milliseconds(self) -> float:
        return len(self.pcm) / 32


@dataclass(frozen=True)
class Mesh:
    """A running mesh: where it answers and which processes it is."""

    orchestrator: str
    stt: str
    tts: str
    pids: Mapping[str, int]

    def cpu_seconds(self) -> dict[str, float]:
        """User and system time of each service since it started, its children included."""
        return {name: cpu_of(pid) for name, pid in self.pids.items()}


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and its descendants, from /proc."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    tasks = Path(f"/proc/{pid}/task")
    children = {
        int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()
    }
    return own + sum(cpu_of(child) for child in children)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def environment(script: Script, ports: list[int], said: Said) -> dict[str, str]:
    stt, tts, orchestrator = (f"127.0.0.1:{port}" for port in ports)
    brain = {
        "replies": script.replies,
        "first_token_ms": script.first_token_ms,
        "tokens_per_second": script.tokens_per_second,
    }
    return {
        **os.environ,
        "JUNE_LOG_LEVEL": "WARNING",
        "JUNE_STT_LISTEN": stt,
        "JUNE_TTS_LISTEN": tts,
        "JUNE_ORCH_LISTEN": orchestrator,
        "JUNE_STT_HTTP_LISTEN": "off",
        "JUNE_TTS_HTTP_LISTEN": "off",
        "JUNE_ORCH_HTTP_LISTEN": "off",
        "JUNE_ORCH_STT": stt,
        "JUNE_ORCH_TTS": tts,
        "JUNE_ORCH_BRAIN": "scripted",
        "JUNE_ORCH_BRAIN_SCRIPT": json.dumps(brain),
        **engine_environment(script, said),
        **script.flags,
    }


def engine_environment(script: Script, said: Said) -> dict[str, str]:
    """Settings of the scripted speech engines."""
    words = said.text.split()
    stt: dict[str, Any] = {
        "utterances": [said.text],
        # The last word ends where the speech does.
        "word_ms": said.milliseconds / len(words),
        "word_visible_ms": script.word_visible_ms,
        "final_ms": script.final_ms,
    }
    tts: dict[str, Any] = {
        "first_audio_ms": script.first_audio_ms,
        "word_ms": script.reply_word_ms,
        "sample_rate": 16_000,
        "piece_ms": 100,
    }
    return {
        "JUNE_STT_ENGINE": "scripted",
        "JUNE_STT_SCRIPT": json.dumps(stt),
        "JUNE_TTS_ENGINE": "scripted",
        "JUNE_TTS_SCRIPT": json.dumps(tts),
    }


@asynccontextmanager
async def started(
    environ: Mapping[str, str],
    addresses: Mapping[str, str],
    core: int | None = None,
) -> AsyncGenerator[dict[str, int], None]:
    """Runs services until the block ends.

    Args:
        addresses: service -> "host:port" where it will answer.
        core: the one processor that all of them share; None: any.
    """
    pin = [] if core is None else ["taskset", "-c", str(core)]
    processes = {
        name: await asyncio.create_subprocess_exec(
            *pin, sys.executable, "-m", name, env=dict(environ), start_new_session=True
        )
        for name in addresses
    }
    try:
        async with asyncio.timeout(START_SECONDS):
            for address in addresses.values():
                await healthy(address)
        yield {name: process.pid for name, process in processes.items()}
    finally:
        for process in processes.values():
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
        for process in processes.values():
            await process.wait()


async def healthy(address: str) -> None:
    """Returns once the service says that it serves."""
    async with grpc.aio.insecure_channel(address) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check
        while True:
            try:
                answer = await check(health_pb2.HealthCheckRequest(), wait_for_ready=True)
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    return
            except grpc.aio.AioRpcError:
                pass
            await asyncio.sleep(0.05)


@asynccontextmanager
async def mesh(script: Script, said: Said, core: int | None = None) -> AsyncGenerator[Mesh, None]:
    """All three services over scripted engines."""
    ports = free_ports(3)
    addresses = dict(zip(SERVICES, (f"127.0.0.1:{port}" for port in ports), strict=True))
    async with started(environment(script, ports, said), addresses, core) as pids:
        yield Mesh(
            orchestrator=addresses["june_orchestrator"],
            stt=addresses["june_stt"],
            tts=addresses["june_tts"],
            pids=pids,
        )
