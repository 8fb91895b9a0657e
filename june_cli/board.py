"""What `june status --watch` shows: one screen that follows the services, or a line a
change."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from june.control.v1.control_pb2 import Status, Streaming
from june.metrics.v1.metrics_pb2 import Metrics, Timing
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from june_cli.errors import CliError
from june_cli.output import Output, plain
from june_cli.services import SERVICES, Service
from june_cli.standing import averages, changes, config_changes, mode, sessions, state, verdict

# How long a change of configuration stands out.
FRESH_SECONDS = 5.0
_CHANGES_KEPT = 5
# What fits one screen beside everything else: these first, as they are best known.
_STAGES_EACH = 6
_FIRST = ("end_to_end_ms", "first_token_ms", "first_audio_ms")


@dataclass(slots=True)
class Sight:
    """What is known of one service; `lost` says why it is not there."""

    status: Status | None = None
    streaming: Streaming = field(default_factory=Streaming)
    metrics: Metrics = field(default_factory=Metrics)
    lost: str = ""


class Board:
    """All services on one screen. A `Watcher`; `redraw` is called at every change."""

    def __init__(
        self,
        addresses: Mapping[str, str],
        clock: Callable[[], float],
        redraw: Callable[[], None],
    ) -> None:
        self._addresses, self._now, self._redraw = addresses, clock, redraw
        self._sights = {service: Sight() for service in SERVICES}
        self._changed: deque[tuple[float, Text]] = deque(maxlen=_CHANGES_KEPT)

    def stands(self, service: Service, status: Status, streaming: Streaming) -> None:
        sight = self._sights[service]
        if sight.status is not None:
            for key, old, new in config_changes(sight.status.config, status.config):
                line = Text(f"{service.name}: {key} {old} → {new}")
                self._changed.append((self._now(), line))
        sight.status, sight.streaming, sight.lost = status, streaming, ""
        self._redraw()

    def measured(self, service: Service, metrics: Metrics) -> None:
        self._sights[service].metrics = metrics
        self._redraw()

    def lost(self, service: Service, why: CliError, retry_seconds: float) -> None:
        self._sights[service].lost = f"{why.message}; looked for again in {retry_seconds:g} s"
        self._redraw()

    def drawn(self) -> RenderableType:
        """The screen as it is now."""
        parts: list[RenderableType] = [self._services()]
        lost = {service: sight.lost for service, sight in self._sights.items() if sight.lost}
        parts += [Text(f"{service.name}: {why}", "red") for service, why in lost.items()]
        for table in (self._stages(), self._promises()):
            if table.row_count:
                parts += ["", table]
        if self._changed:
            parts += ["", *self._news()]
        return Group(*parts)

    def _services(self) -> Table:
        columns = ("service", "address", "state", "mode", "engine", "sessions", "averages")
        table = Table(*columns, box=None, padding=(0, 2, 0, 0))
        for service, sight in self._sights.items():
            address = self._addresses[service.name]
            if sight.lost:
                table.add_row(service.name, address, Text("gone", "red"))
            elif sight.status is None:
                table.add_row(service.name, address, Text("asked", "dim"))
            else:
                told = sight.status
                known = "   ".join(f"{label} {value}" for label, value in averages(sight.metrics))
                table.add_row(
                    service.name, address, state(told), mode(sight.streaming),
                    told.engine, sessions(told), known,
                )  # fmt: skip
        return table

    def _stages(self) -> Table:
        table = Table("ms", box=None, padding=(0, 3, 0, 0))
        for column in ("p50", "p95", "measured"):
            table.add_column(column, justify="right")
        for service, sight in self._sights.items():
            for timing in _main(sight.metrics):
                table.add_row(
                    Text.assemble((f"{service.name} ", "dim"), timing.name.removesuffix("_ms")),
                    f"{timing.p50:,.0f}", f"{timing.p95:,.0f}", f"{timing.count:,}",
                )  # fmt: skip
        return table

    def _promises(self) -> Table:
        table = Table(box=None, show_header=False, padding=(0, 3, 0, 0))
        for sight in self._sights.values():
            for expected in sight.metrics.expectations:
                table.add_row(expected.description, verdict(expected))
        return table

    def _news(self) -> Iterator[Text]:
        """The last changes of configuration; the fresh ones stand out."""
        now = self._now()
        for at, line in self._changed:
            fresh = now - at < FRESH_SECONDS
            yield Text(line.plain, "bold reverse yellow" if fresh else "dim")


class Lines:
    """Each change as a line, or as a JSON object. A `Watcher`."""

    def __init__(self, output: Output, addresses: Mapping[str, str]) -> None:
        self._output, self._addresses = output, addresses
        self._sights = {service: Sight() for service in SERVICES}

    def stands(self, service: Service, status: Status, streaming: Streaming) -> None:
        before, sight = self._sights[service].status, self._sights[service]
        self._record("status", service, status=plain(status), streaming=plain(streaming))
        if before is None or sight.lost:
            engine = status.engine or "no engine yet"
            standing = (state(status).plain, mode(streaming).plain, engine, sessions(status))
            again = "back: " if sight.lost else ""
            self._say(service, f"{again}{' · '.join(standing)} sessions")
        elif told := ", ".join(
            f"{what} {old} → {new}" for what, old, new in changes(before, status)
        ):
            self._say(service, told)
        sight.status, sight.streaming, sight.lost = status, streaming, ""

    def measured(self, service: Service, metrics: Metrics) -> None:
        sight = self._sights[service]
        if metrics == sight.metrics:
            return
        self._record("metrics", service, metrics=plain(metrics))
        before, now = (list(averages(each)) for each in (sight.metrics, metrics))
        if now != before:
            turns = f"{metrics.counts.get('turns', 0):,.0f} turns"
            self._say(service, " · ".join([turns, *(f"{name} {value}" for name, value in now)]))
        sight.metrics = metrics

    def lost(self, service: Service, why: CliError, retry_seconds: float) -> None:
        sight = self._sights[service]
        self._record("lost", service, error=why.message, retry_seconds=retry_seconds)
        if sight.lost != why.message:
            self._say(service, f"gone: {why.message}; it is looked for until it is back")
        sight.lost = why.message

    def _record(self, kind: str, service: Service, **told: object) -> None:
        address = self._addresses[service.name]
        self._output.record(kind=kind, service=service.name, address=address, **told)

    def _say(self, service: Service, what: str) -> None:
        self._output.say(f"{service.name}: {what}")


def _main(metrics: Metrics) -> list[Timing]:
    """The stages that are shown, the best known first."""
    measured = {timing.name: timing for timing in metrics.timings if timing.count}
    known = [measured.pop(name) for name in _FIRST if name in measured]
    return [*known, *measured.values()][:_STAGES_EACH]
