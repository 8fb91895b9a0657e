"""`python -m bench`: the figures of the mesh, from one run on this machine.

Engines are scripted, so that what is measured is June and not a model.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
import uvloop
from rich.console import Console

from bench import report
from bench.barge_in import barge_in
from bench.compare import compare
from bench.measure import load, overhead, sustained, voice_to_voice
from bench.mesh import Script
from bench.news import news_of_changes
from bench.question import spoken_question
from june_cli.comparison import plain_row

# No partial is looked at: an answer is begun at the end of the turn.
FROM_END = {"PARTIAL_SUPPORT_ENABLED": "false"}
BRIEF = Script(reply_word_ms=100)
CLAUSE = (
    "Well, for most of today, the weather in the north is mild and dry. "
    "Tomorrow brings a little rain in the morning and sun after that.",
)


@click.command()
@click.option("--quick", is_flag=True, help="A tenth of the turns: to see that it works.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="Also write the figures as JSON."
)
def main(quick: bool, out: Path | None) -> None:
    """Measure June's mesh with scripted engines."""
    # As quick as the services: what is measured is them.
    figures = uvloop.run(measure(quick))
    if out:
        out.write_text(json.dumps(figures, indent=2))


async def measure(quick: bool) -> dict[str, Any]:
    console = Console()
    figures: dict[str, Any] = {}

    def keep(name: str, found: Any) -> Any:
        figures[name] = (
            [asdict(each) for each in found] if isinstance(found, list) else asdict(found)
        )
        return found

    console.print("speaking the question ...")
    question = await spoken_question()
    console.print("mesh overhead, one session ...")
    report.overhead(console, keep("overhead", await overhead(question, 3 if quick else 25)))
    console.print("voice to voice, 500 ms of confirming silence ...")
    turns = 2 if quick else 12
    found = {
        "streaming, answer begun at a stable partial": await voice_to_voice(question, turns, BRIEF),
        "streaming, first sentence has an early clause": await voice_to_voice(
            question, turns, replace(BRIEF, replies=CLAUSE)
        ),
        "streaming, answer begun at the end of the turn": await voice_to_voice(
            question, turns, replace(BRIEF, flags=FROM_END)
        ),
        "sequential": await voice_to_voice(question, turns, BRIEF, sequential=True),
    }
    for name, spread in found.items():
        keep(f"voice_to_voice: {name}", spread)
    report.voice_to_voice(console, found)
    console.print("the same conversation in both modes ...")
    rows = (await compare(question, 2 if quick else 8, BRIEF)).rows()
    figures["compare"] = [plain_row(row) for row in rows]
    report.compare(console, rows)
    console.print("news of a change of configuration ...")
    told = await news_of_changes(question, 5 if quick else 60)
    figures["news"] = {name: asdict(spread) for name, spread in told.items()}
    report.news(console, told)
    console.print("barge-in ...")
    pause, judged = await barge_in(question, 2 if quick else 12)
    keep("barge_in: paused", pause)
    keep("barge_in: judged", judged)
    report.barge_in(console, pause, judged)
    console.print("30 sessions on one core ...")
    report.cpu(console, keep("load", await load(question, 30, 1 if quick else 4, Script())))
    console.print("sessions sustained on one core ...")
    ladder = (10, 20) if quick else (40, 60, 80, 100, 120, 140)
    report.ladder(console, keep("ladder", await sustained(question, ladder, 2, Script())))
    return figures


if __name__ == "__main__":
    main()
