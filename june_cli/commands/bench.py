"""june bench: how long a conversation's turns take, and what streaming makes of them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from june.orchestrator.v1.orchestrator_pb2 import TurnRecord

from june_cli.benching import play, spoken_questions
from june_cli.comparison import (
    Comparison,
    Mode,
    figures_of,
    plain_row,
    table,
)  # fmt: skip
from june_cli.errors import BadInput, CliError
from june_cli.output import ChangingLine, Output, plain
from june_cli.peers import Peers, peers, run
from june_cli.services import ORCHESTRATOR, TTS
from june_cli.waterfall import waterfall

DEFAULT_CHART = Path("compare.png")
CHARTS = (".png", ".svg", ".pdf")
MAX_TURNS = 1_000
_WIDEST = 100


@click.command(short_help="Measure a conversation; streaming beside sequential.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--compare", is_flag=True, help="The same sequentially too; a table, and a chart of both."
)
@click.option(
    "--turns",
    type=click.IntRange(1, MAX_TURNS),
    default=4,
    show_default=True,
    metavar="N",
    help="Turns of each mode.",
)
@click.option(
    "--chart",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"Where to draw the comparison: .png, .svg or .pdf.  [default: {DEFAULT_CHART}]",
)
@peers(ORCHESTRATOR, TTS)
def command(**options: Any) -> None:
    """Hold a conversation with the running services and tell where its time went.

    Each FILE is a question; without one June's own voice asks. With --compare two
    sessions take turns, one of them sequential as the HTTP system was: the whole
    transcript, then the whole reply, then its whole audio.

    \b
    total        end of speech until the whole reply is synthesised, but for the
                 time in which enough of it lies ahead of the listener already
    TTS          while any sentence is synthesised; side by side counts once
    AI           brain asked until the whole reply is written
    first audio  first sentence handed over until its first audio
    first token  brain asked until its first token
    end to end   end of speech until the reply is audible

    \b
    june bench question.wav
    june bench --compare --turns 10 --chart compare.svg
    june bench --compare --json | jq 'select(.kind == "row")'
    """
    run(bench(Wish(**options)))


@dataclass(frozen=True, slots=True)
class Wish:
    """What `june bench` was asked for."""

    files: tuple[Path, ...]
    compare: bool
    turns: int
    chart: Path | None
    peers: Peers
    output: Output

    @property
    def modes(self) -> Sequence[Mode]:
        return tuple(Mode) if self.compare else (Mode.STREAMING,)


async def bench(wish: Wish) -> None:
    """Plays the conversation and tells its figures. Raises CliError."""
    _check_chart(wish)
    with tempfile.TemporaryDirectory(prefix="june-bench-") as folder:
        files = wish.files or await spoken_questions(Path(folder), wish.peers)
        with ChangingLine(wish.output) as line:
            shown = Progress(wish, line)
            found = await play(wish.peers, files, wish.turns, wish.modes, shown.take)
    if not found.complete:
        raise CliError("no turn was answered aloud to its end; there is nothing to compare")
    _tell(found, wish.output)
    if wish.compare:
        _draw(found, wish)


def _check_chart(wish: Wish) -> None:
    """Whatever is wrong with --chart is said before minutes are spent."""
    if wish.chart is None:
        return
    if not wish.compare:
        raise BadInput("--chart draws a comparison; add --compare")
    if wish.chart.suffix.lower() not in CHARTS:
        raise BadInput(f"--chart draws {', '.join(CHARTS)}, not {wish.chart.name}")
    if not wish.chart.absolute().parent.is_dir():
        raise BadInput(f"cannot write {wish.chart}: no such folder")


class Progress:
    """Shows how far the conversation is."""

    def __init__(self, wish: Wish, line: ChangingLine) -> None:
        self._wish, self._line = wish, line
        self._asked = 0

    def take(self, mode: Mode, turn: int, record: TurnRecord | None) -> None:
        if record is None:
            self._asked += 1
            whole = self._wish.turns * len(self._wish.modes)
            self._line.hint(f"turn {self._asked} of {whole}, {mode} ...")
            return
        self._line.clear()
        figures = figures_of(record)
        self._wish.output.record(
            kind="turn", mode=str(mode), turn=turn, figures=figures, record=plain(record)
        )
        name = f"{mode:<10}  turn {turn}"
        if figures is None:
            self._wish.output.say(f"{name}  not counted: it was not answered aloud to its end")
            return
        if record.fallback:
            name += f" (fell back: {record.fallback})"
        heard, whole_reply = figures["end_to_end_ms"], figures["total_ms"]
        self._wish.output.say(
            f"{name}  heard after {heard:6,.0f} ms, synthesised after {whole_reply:6,.0f} ms"
        )


def _tell(found: Comparison, output: Output) -> None:
    rows = found.rows()
    for row in rows:
        output.record(kind="row", **plain_row(row))
    output.say("", table(rows))
    if Mode.SEQUENTIAL not in found.records:
        width = min(output.console.width, _WIDEST)
        median = found.median(Mode.STREAMING)
        output.say("", "the turn in the middle", *waterfall(1, median, width))


def _draw(found: Comparison, wish: Wish) -> None:
    """Raises CliError where a chart that was asked for by name cannot be drawn."""
    path = wish.chart or DEFAULT_CHART
    try:
        from june_cli.chart import draw
    except ImportError:
        absent = "no chart: matplotlib is not installed (uv pip install -e '.[chart]')"
        if wish.chart is not None:
            raise CliError(absent) from None
        wish.output.warn(absent)
        return
    try:
        draw(found, path)
    except OSError as failed:
        raise CliError(f"cannot write {path}: {failed.strerror}") from failed
    wish.output.record(kind="chart", path=str(path))
    wish.output.say("", f"drawn: {path}")
