"""`python -m bench.speech_overhead`: what June adds to Google's client for Gemini Live.

Both ask the same far side on loopback, one after the other in turn: a question in
writing, and the time to the first sound of the answer. Then a minute of sound goes to it
both ways, and what that costs of the processor, the far side's part included in both.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter, process_time

import click
import uvloop
from google.genai import Client, live, types
from june.common.v1.audio_pb2 import AudioFrame
from june.orchestrator.v1 import orchestrator_pb2 as pb
from rich.console import Console
from rich.table import Table

from bench.measure import Spread
from june_orchestrator.brains.gemini.options import DEFAULT_SPEECH_MODEL
from tests.gemini_live_server import OVER, GeminiLiveServer, Link, gemini_live_server, spoken
from tests.gemini_server import KEY
from tests.mesh.caller import INPUT, Caller
from tests.mesh.live import calling_of, tone

QUESTION = "What will the weather be like in the north today?"
MINUTE = bytes(60 * 32_000)
PIECE = 1_280

Asks = Callable[[], Awaitable[float]]


def asked_more_than(questions: int) -> Callable[[Link], bool]:
    return lambda link: len(link.texts) > questions


async def answers(link: Link) -> None:
    """The far side: each question gets its answer at once."""
    for answered in itertools.count():
        await link.until(asked_more_than(answered))
        await link.say(spoken("It is mild and dry today.", tone(0.1)), OVER)


def raw(session: live.AsyncSession) -> Asks:
    """Google's client, used plainly."""

    async def asks() -> float:
        began, first = perf_counter(), 0.0
        await session.send_realtime_input(text=QUESTION)
        async for message in session.receive():
            content = message.server_content
            if not first and content and content.model_turn:
                first = perf_counter() - began
        return first

    return asks


def june(caller: Caller) -> Asks:
    """The same by a call of June's, from its first byte to its last."""

    async def asks() -> float:
        began = perf_counter()
        await caller.say(text=QUESTION)
        await caller.until("audio")
        first = perf_counter() - began
        await caller.until("turn_ended")
        return first

    return asks


async def minute_raw(session: live.AsyncSession, link: Link) -> None:
    for at in range(0, len(MINUTE), PIECE):
        blob = types.Blob(data=MINUTE[at : at + PIECE], mime_type="audio/pcm;rate=16000")
        await session.send_realtime_input(audio=blob)
    await link.until(lambda link: link.pieces >= len(MINUTE) // PIECE)


async def minute_june(caller: Caller, link: Link) -> None:
    for at in range(0, len(MINUTE), PIECE):
        await caller.say(audio=AudioFrame(pcm=MINUTE[at : at + PIECE]))
    await link.until(lambda link: link.pieces >= len(MINUTE) // PIECE)


async def measure(turns: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with gemini_live_server(Path(folder)) as far_side:
            os.environ["SSL_CERT_FILE"] = str(far_side.authority)
            await compare(far_side, turns)


async def compare(far_side: GeminiLiveServer, turns: int) -> None:
    client = Client(api_key=KEY, http_options=types.HttpOptions(base_url=far_side.url))
    config = types.LiveConnectConfig(response_modalities=[types.Modality.AUDIO])
    connecting = client.aio.live.connect(model=DEFAULT_SPEECH_MODEL, config=config)
    async with connecting as session, calling_of(far_side)() as caller:
        theirs = await far_side.link()
        await caller.say(config=pb.SessionConfig(input=INPUT))
        mine = await far_side.link()
        answering = [asyncio.ensure_future(answers(link)) for link in (theirs, mine)]
        asks = {"June": june(caller), "Google's client": raw(session)}
        took: dict[str, list[float]] = {name: [] for name in asks}
        for _ in range(turns):
            for name, ask in asks.items():
                took[name].append(await ask())
        for task in answering:
            task.cancel()
        before = process_time()
        await minute_june(caller, mine)
        between = process_time()
        await minute_raw(session, theirs)
        cost = (between - before, process_time() - between)
    _show(took, cost, turns)


def _show(took: dict[str, list[float]], cost: tuple[float, float], turns: int) -> None:
    console = Console(width=min(100, Console().width))
    table = Table(title=f"To the first sound, over loopback ({turns} turns)", title_justify="left")
    for column in ("ms", "p50", "p95", "p99"):
        table.add_column(column, justify="left" if column == "ms" else "right")
    added = [mine - theirs for mine, theirs in zip(*took.values(), strict=True)]
    for name, each in (took | {"June adds": added}).items():
        spread = Spread.of(each)
        table.add_row(name, *(f"{ms:.1f}" for ms in (spread.p50, spread.p95, spread.p99)))
    console.print(table)
    mine, theirs = cost
    console.print(f"A minute of sound: {mine:.2f} s of processor by June, {theirs:.2f} without")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--turns", type=click.IntRange(1), default=300, show_default=True)
def main(turns: int) -> None:
    """Measure what June adds to Google's client for Gemini Live."""
    uvloop.run(measure(turns))


if __name__ == "__main__":
    main()
