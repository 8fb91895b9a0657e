"""What is measured, each as one function that returns figures."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import grpc
import numpy as np

from bench.caller import Caller, Turn
from bench.mesh import ZERO, Mesh, Said, Script, mesh

# One processor for the whole mesh; the callers have the other.
MESH_CORE = 0
# A mesh keeps up while news of a turn's end comes within this, and audio without gap.
LATENCY_LIMIT = 0.05
GAP_LIMIT = 0.1
# No speculation: the whole chain runs after the turn is confirmed.
PLAIN = {"PARTIAL_SUPPORT_ENABLED": "false"}


@dataclass(frozen=True)
class Spread:
    """Milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        if not seconds:
            return cls(float("nan"), float("nan"), float("nan"))
        p50, p95, p99 = (np.percentile(seconds, rank) * 1000 for rank in (50, 95, 99))
        return cls(float(p50), float(p95), float(p99))


async def callers(
    running: Mesh, said: Said, sessions: int, turns: int, *, sequential: bool = False
) -> list[Caller]:
    """So many sessions at once, begun one after another over a few seconds."""
    async with grpc.aio.insecure_channel(running.orchestrator) as channel:
        held = [Caller(said.pcm, turns, sequential) for _ in range(sessions)]
        spacing = min(0.2, 6.0 / sessions)
        async with asyncio.TaskGroup() as tasks:
            for place, caller in enumerate(held):
                tasks.create_task(caller.hold(channel, place * spacing))
    return held


def answered(held: Sequence[Caller]) -> list[Turn]:
    return [turn for caller in held for turn in caller.turns if turn.audible_at]


@dataclass(frozen=True)
class Overhead:
    """What the mesh adds to engines that take no time, per turn and per hop."""

    turn: Spread
    confirmation: Spread
    turns: int


async def overhead(said: Said, turns: int) -> Overhead:
    """From the audio that ends the turn to its news, and to the reply's first audio.

    Engines take no time and nothing is prepared ahead, so that all of it is the
    mesh's own: voice activity, three services, four hops.
    """
    script = Script(
        **{
            **vars(ZERO),
            "flags": PLAIN,
            "replies": ("It is mild and dry today.",),
            "reply_word_ms": 100,
        }
    )
    async with mesh(script, said) as running:
        found = answered(await callers(running, said, 1, turns))
    return Overhead(
        turn=Spread.of([turn.heard_late for turn in found]),
        confirmation=Spread.of([turn.told_late for turn in found]),
        turns=len(found),
    )


async def voice_to_voice(
    said: Said, turns: int, script: Script, *, sequential: bool = False
) -> Spread:
    """From the last sample of speech to the first audio at the caller."""
    async with mesh(script, said) as running:
        found = answered(await callers(running, said, 1, turns, sequential=sequential))
    return Spread.of([turn.voice_to_voice for turn in found])


@dataclass(frozen=True)
class Load:
    """How a mesh on one core bears a number of sessions."""

    sessions: int
    turns: int
    lost: int
    confirmation: Spread
    gaps: Spread
    # CPU seconds per session-minute, by service.
    cpu: dict[str, float]

    @property
    def sustained(self) -> bool:
        return (
            self.lost == 0
            and self.confirmation.p99 <= LATENCY_LIMIT * 1000
            and self.gaps.p99 <= GAP_LIMIT * 1000
        )


async def load(said: Said, sessions: int, turns: int, script: Script) -> Load:
    """Many sessions on a mesh that has one core to itself."""
    async with mesh(script, said, core=MESH_CORE) as running:
        before, began = running.cpu_seconds(), asyncio.get_running_loop().time()
        held = await callers(running, said, sessions, turns)
        after, minutes = running.cpu_seconds(), (asyncio.get_running_loop().time() - began) / 60
    found = answered(held)
    return Load(
        sessions=sessions,
        turns=len(found),
        lost=sum(caller.lost for caller in held),
        confirmation=Spread.of([turn.told_late for turn in found]),
        gaps=Spread.of([late for turn in found for late in turn.late]),
        cpu={name: (after[name] - before[name]) / (sessions * minutes) for name in after},
    )


async def sustained(said: Said, ladder: Sequence[int], turns: int, script: Script) -> list[Load]:
    """Ever more sessions on one core, until the mesh fails to keep up twice in a row:
    once may be the machine's doing."""
    steps: list[Load] = []
    for sessions in ladder:
        steps.append(await load(said, sessions, turns, script))
        if len(steps) > 1 and not any(step.sustained for step in steps[-2:]):
            break
    return steps
