"""`python -m bench.brain_overhead`: what June's Gemini brain adds to Google's client.

Both ask the same server on loopback, one after the other in turn, for the same words.
Then a whole mesh asks it, at the pace of a real model, and one turn's waterfall is drawn.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from time import perf_counter

import click
import uvloop
from google.genai import Client, types
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bench.measure import Spread, answered, callers
from bench.mesh import Said, Script, mesh
from bench.question import spoken_question
from june_cli.waterfall import waterfall
from june_orchestrator.brain import load_brain
from june_orchestrator.brains.gemini.options import DEFAULT_MODEL
from june_orchestrator.ports import Brain, Message, Prompt, Role
from june_orchestrator.settings import OrchestratorSettings
from tests.gemini_server import KEY, Answer, GeminiServer, gemini_server, said

AIM_MS = 3.0
FIRST_TOKEN_SECONDS, TOKENS_PER_SECOND = 0.3, 50
QUESTION = "What will the weather be like in the north today?"
INSTRUCTION = "You are June. Answer in one or two short sentences."

Asks = Callable[[], Awaitable[float]]


def raw(url: str) -> Asks:
    """Google's client, used plainly; each call takes so many seconds to the first words."""
    client = Client(api_key=KEY, http_options=types.HttpOptions(base_url=url))
    config = types.GenerateContentConfig(
        system_instruction=INSTRUCTION,
        max_output_tokens=512,
        thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel.MINIMAL),
    )

    async def asks() -> float:
        began = perf_counter()
        first = 0.0
        async for response in await client.aio.models.generate_content_stream(
            model=DEFAULT_MODEL, contents=QUESTION, config=config
        ):
            if not first and response.text:
                first = perf_counter() - began
        return first

    return asks


def june(brain: Brain) -> Asks:
    """The same through June's brain, with its tools declared."""
    prompt = Prompt([Message(Role.USER, QUESTION)], system_instruction=INSTRUCTION)

    async def asks() -> float:
        began = perf_counter()
        first = 0.0
        async with aclosing(brain.reply(prompt)) as pieces:
            async for _ in pieces:
                first = first or perf_counter() - began
        return first

    return asks


async def overhead(server: GeminiServer, turns: int) -> dict[str, Spread | float]:
    """Seconds to the first words of both, and what June's very first turn took."""
    server.answers = [Answer(said(*["word "] * 10))]
    settings = OrchestratorSettings(
        brain="gemini", gemini_key=SecretStr(KEY), gemini_url=server.url
    )
    brain = load_brain("gemini", settings)
    await brain.load()
    try:
        asks = {"June's brain": june(brain), "Google's client": raw(server.url)}
        # Google's is not told: June has gone through the client's first use before.
        first, _ = [await ask() for ask in asks.values()]
        took: dict[str, list[float]] = {name: [] for name in asks}
        for _ in range(turns):
            for name, ask in asks.items():
                took[name].append(await ask())
    finally:
        await brain.close()
    both = zip(*took.values(), strict=True)
    found: dict[str, Spread | float] = {name: Spread.of(each) for name, each in took.items()}
    found["June's brain adds"] = Spread.of([mine - theirs for mine, theirs in both])
    return found | {"June's brain, its first turn": first * 1000}


def paced(words: str) -> Answer:
    """These words as a model writes them: a wait, then so many tokens a second."""
    *tokens, end = said(*(f"{word} " for word in words.split()))
    body = [event for token in tokens for event in (1 / TOKENS_PER_SECOND, token)]
    return Answer([FIRST_TOKEN_SECONDS, *body[1:], end])


async def one_turn(server: GeminiServer, question: Said, console: Console) -> None:
    """Draws a spoken turn that Gemini answers, in processes of their own."""
    script = Script(
        reply_word_ms=100,
        flags={
            "JUNE_ORCH_BRAIN": "gemini",
            "GEMINI_API_KEY": KEY,
            "JUNE_ORCH_GEMINI_URL": server.url,
        },
    )
    server.answers = [paced(script.replies[0])]
    async with mesh(script, question) as running:
        *_, turn = answered(await callers(running, question, 1, 2))
    assert turn.record
    for line in waterfall(2, turn.record, console.width):
        console.print(line)


async def measure(turns: int) -> None:
    console = Console(width=min(100, Console().width))
    question = await spoken_question()
    async with gemini_server() as server:
        console.print(_table(await overhead(server, turns), turns))
        await one_turn(server, question, console)


def _table(found: dict[str, Spread | float], turns: int) -> Table:
    table = Table(title=f"To the first words, over loopback ({turns} turns)", title_justify="left")
    for column in ("ms", "p50", "p95", "p99", "aim"):
        table.add_column(column, justify="left" if column == "ms" else "right")
    for name, took in found.items():
        if isinstance(took, Spread):
            aim = f"{AIM_MS:g}" if "adds" in name else ""
            table.add_row(name, f"{took.p50:.1f}", f"{took.p95:.1f}", f"{took.p99:.1f}", aim)
        else:
            table.add_row(name, f"{took:.1f}", "", "", "")
    return table


@click.command()
@click.option("--turns", default=300, show_default=True)
def main(turns: int) -> None:
    """Measure June's Gemini brain beside Google's own client."""
    uvloop.run(measure(turns))


if __name__ == "__main__":
    main()
