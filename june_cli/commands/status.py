"""june status: what the three services are and do, once or all along."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import click
from june.control.v1.control_pb2 import GetStatusResponse
from june.metrics.v1.metrics_pb2 import Metrics
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from june_cli.board import Board, Lines
from june_cli.errors import CliError
from june_cli.output import Output, plain
from june_cli.peers import Peers, peers, run
from june_cli.services import ORCHESTRATOR, SERVICES, STT, TTS, Service
from june_cli.standing import age, mode, sessions, setting, settings, spread, state, verdict
from june_cli.tasks import together
from june_cli.unary import of_each, standing_of
from june_cli.watching import Watcher, follow

_COLUMNS = ("service", "address", "state", "mode", "engine", "sessions", "up for", "version")
# A terminal is drawn anew where nothing changes, too: what is new there fades.
_REDRAW_SECONDS = 1.0
Found = dict[Service, GetStatusResponse | CliError]


@click.command(short_help="Show the services, their settings and figures.")
@click.option("--watch", "watching", is_flag=True, help="Go on showing what changes, until Ctrl-C.")
@peers(ORCHESTRATOR, STT, TTS)
def command(watching: bool, peers: Peers, output: Output) -> None:
    """Show the three services: whether they are ready, whether they stream, whom they
    serve, how they are set, what they measured and whether that is what June
    promises.

    With --watch a table on the terminal follows them; in a pipe, and with --json, each
    change is a line. A service that goes away is said to have, and looked for until
    it is back.

    \b
    june status
    june status --watch
    june status --json | jq 'select(.service == "stt").status.ready'
    june status --watch --json | jq 'select(.kind == "status").status.config'
    """
    run(watch(peers, output) if watching else status(peers, output))


async def watch(peers: Peers, output: Output) -> None:
    """Shows every change of all three services until cancelled. Raises BadInput."""
    if not output.live:
        await _follow_all(peers, Lines(output, peers.addresses))
        return
    with Live(console=output.console, auto_refresh=False, vertical_overflow="crop") as screen:

        def draw() -> None:
            screen.update(board.drawn(), refresh=True)

        board = Board(peers.addresses, time.monotonic, draw)
        async with together() as tasks:
            tasks.create_task(_follow_all(peers, board))
            while True:
                draw()
                await asyncio.sleep(_REDRAW_SECONDS)


async def _follow_all(peers: Peers, watcher: Watcher) -> None:
    async with together() as tasks:
        for service in SERVICES:
            tasks.create_task(follow(peers, service, watcher))


async def status(peers: Peers, output: Output) -> None:
    """Shows all three services. Raises CliError unless all of them answer."""
    found: Found = await of_each(SERVICES, lambda service: standing_of(peers, service))
    for service, answer in found.items():
        _record(service, peers.address(service), answer, output)
    output.say(_services(found, peers))
    if (details := _details(found)).row_count:
        output.say("", details)
    silent = [service.title for service, answer in found.items() if isinstance(answer, CliError)]
    if silent:
        raise CliError(f"no status of: {', '.join(silent)}; start everything with `june up`")


def _record(
    service: Service, address: str, answer: GetStatusResponse | CliError, output: Output
) -> None:
    told: dict[str, object] = {"status": None, "streaming": None, "metrics": None, "error": None}
    if isinstance(answer, CliError):
        told["error"] = answer.message
    else:
        told |= plain(answer)
    output.record(service=service.name, address=address, **told)


def _services(found: Found, peers: Peers) -> Table:
    table = Table(
        *(Column(name, no_wrap=True) for name in _COLUMNS), box=None, padding=(0, 2, 0, 0)
    )
    now = datetime.now(UTC)
    for service, answer in found.items():
        address = peers.address(service)
        if isinstance(answer, CliError):
            table.add_row(service.name, address, Text("no answer", "red"))
            continue
        told = answer.status
        row = (told.engine, sessions(told), age(told.started_at.ToDatetime(UTC), now), told.version)
        table.add_row(service.name, address, state(told), mode(answer.streaming), *row)
    return table


def _details(found: Found) -> Table:
    """Settings and figures, one a row."""
    table = Table(box=None, show_header=False, padding=(0, 3, 0, 0))
    for service, answer in found.items():
        if isinstance(answer, CliError):
            continue
        title: Text | str = Text(service.name, "bold")
        for name, value in [*_settings(answer), *_figures(answer.metrics)]:
            table.add_row(title, name, value)
            title = ""
    return table


def _settings(answer: GetStatusResponse) -> Iterator[tuple[str, str]]:
    for name, value in settings(answer.status.config).items():
        if value != "":
            yield name, setting(value)


def _figures(metrics: Metrics) -> Iterator[tuple[str, str | Text]]:
    """What was measured: distributions, then counts, gauges and errors that are not 0."""
    for timing in metrics.timings:
        if timing.count:
            yield timing.name, f"{spread(timing)}   ({timing.count:,} measured)"
    numbers = {**metrics.counts, **metrics.gauges}
    for name in sorted(numbers):
        if numbers[name]:
            yield name, f"{numbers[name]:,.10g}"
    for reason in sorted(metrics.errors):
        yield f"errors {reason}", f"{metrics.errors[reason]:,}"
    for expected in metrics.expectations:
        yield expected.description, verdict(expected)
