"""june status: what the three services are and do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import click
from june.control.v1.control_pb2 import Status
from june.metrics.v1.metrics_pb2 import Metrics
from rich.table import Column, Table
from rich.text import Text

from june_cli.errors import CliError
from june_cli.output import Output, plain
from june_cli.peers import Peers, peers, run
from june_cli.services import ORCHESTRATOR, SERVICES, STT, TTS, Service
from june_cli.unary import metrics_of, of_each, status_of

_COLUMNS = ("service", "address", "state", "engine", "sessions", "up for", "version")
Found = dict[Service, tuple[Status, Metrics] | CliError]


@click.command(short_help="Show the services, their settings and figures.")
@peers(ORCHESTRATOR, STT, TTS)
def command(peers: Peers, output: Output) -> None:
    """Show the three services: whether they are ready, whom they serve, how they are
    set and what they measured.

    \b
    june status
    june status --json | jq 'select(.service == "stt").status.ready'
    """
    run(status(peers, output))


async def status(peers: Peers, output: Output) -> None:
    """Shows all three services. Raises CliError unless all of them answer."""

    async def ask(service: Service) -> tuple[Status, Metrics]:
        return await status_of(peers, service), await metrics_of(peers, service)

    found: Found = await of_each(SERVICES, ask)
    for service, answer in found.items():
        _record(service, peers.address(service), answer, output)
    output.say(_services(found, peers))
    if (details := _details(found)).row_count:
        output.say("", details)
    silent = [service.title for service, answer in found.items() if isinstance(answer, CliError)]
    if silent:
        raise CliError(f"no status of: {', '.join(silent)}; start everything with `june up`")


def _record(
    service: Service, address: str, answer: tuple[Status, Metrics] | CliError, output: Output
) -> None:
    told: dict[str, object] = {"status": None, "metrics": None, "error": None}
    if isinstance(answer, CliError):
        told["error"] = answer.message
    else:
        told["status"], told["metrics"] = plain(answer[0]), plain(answer[1])
    output.record(service=service.name, address=address, **told)


def _services(found: Found, peers: Peers) -> Table:
    table = Table(
        *(Column(name, no_wrap=True) for name in _COLUMNS), box=None, padding=(0, 2, 0, 0)
    )
    for service, answer in found.items():
        address = peers.address(service)
        if isinstance(answer, CliError):
            table.add_row(service.name, address, Text("no answer", "red"))
            continue
        told = answer[0]
        sessions = f"{told.active_sessions} of {told.max_sessions}"
        since = _since(told.started_at.ToDatetime(UTC))
        row = (told.engine, sessions, since, told.version)
        table.add_row(service.name, address, _state(told), *row)
    return table


def _state(told: Status) -> Text:
    if told.draining:
        return Text("draining", "yellow")
    return Text("ready", "green") if told.ready else Text("loading", "yellow")


def _since(started: datetime) -> str:
    seconds = max(0, int((datetime.now(UTC) - started).total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def _details(found: Found) -> Table:
    """Settings and figures, one a row."""
    table = Table(box=None, show_header=False, padding=(0, 3, 0, 0))
    for service, answer in found.items():
        if isinstance(answer, CliError):
            continue
        title: Text | str = Text(service.name, "bold")
        for name, value in [*_settings(answer[0]), *_figures(answer[1])]:
            table.add_row(title, name, value)
            title = ""
    return table


def _settings(told: Status) -> Iterator[tuple[str, str]]:
    for name, value in plain(told.config).items():
        if value is not None and value != "":
            yield name, {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def _figures(metrics: Metrics) -> Iterator[tuple[str, str]]:
    """What was measured: distributions, then counts, gauges and errors that are not 0."""
    for timing in metrics.timings:
        if timing.count:
            spread = f"p50 {timing.p50:,.0f}   p95 {timing.p95:,.0f}   p99 {timing.p99:,.0f}"
            yield timing.name, f"{spread}   ({timing.count:,} measured)"
    numbers = {**metrics.counts, **metrics.gauges}
    for name in sorted(numbers):
        if numbers[name]:
            yield name, f"{numbers[name]:,.10g}"
    for reason in sorted(metrics.errors):
        yield f"errors {reason}", f"{metrics.errors[reason]:,}"
    for expected in metrics.expectations:
        if expected.HasField("actual"):
            verdict = "met" if expected.met else "NOT met"
            yield expected.description, f"{expected.actual:,.4g}, {verdict}"
