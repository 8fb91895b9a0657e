"""The figures as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bench.measure import Load, Overhead, Spread
from june_cli.comparison import Row, table


def _spread(spread: Spread) -> tuple[str, str, str]:
    return f"{spread.p50:.1f}", f"{spread.p95:.1f}", f"{spread.p99:.1f}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(columns[0])
    for column in columns[1:]:
        table.add_column(column, justify="right")
    return table


def overhead(console: Console, found: Overhead) -> None:
    table = _table(
        f"Mesh overhead over engines that take no time ({found.turns} turns)",
        "ms", "p50", "p99", "target",
    )  # fmt: skip
    turn, told = _spread(found.turn), _spread(found.confirmation)
    table.add_row("whole turn: deciding audio to first audio", turn[0], turn[2], "3 / 15")
    table.add_row("the turn's end: to STT and back", told[0], told[2], "")
    table.add_row("per hop (four there and back)", f"{found.confirmation.p50 / 4:.2f}",
                  f"{found.confirmation.p99 / 4:.2f}", "")  # fmt: skip
    console.print(table)


def voice_to_voice(console: Console, found: Mapping[str, Spread]) -> None:
    table = _table("Voice to voice (first audio at the caller)", "ms", "p50", "p95", "x sequential")
    base = found["sequential"].p50
    for name, spread in found.items():
        table.add_row(name, f"{spread.p50:.0f}", f"{spread.p95:.0f}", f"{spread.p50 / base:.2f}")
    console.print(table)


def compare(console: Console, rows: Sequence[Row]) -> None:
    console.print("Streaming beside one step after another")
    console.print(table(rows))


def news(console: Console, found: Mapping[str, Spread]) -> None:
    table = _table("From Configure to the news on WatchStatus", "ms", "p50", "p95", "p99", "target")
    for name, spread in found.items():
        table.add_row(name, *_spread(spread), "50")
    console.print(table)


def cpu(console: Console, found: Load) -> None:
    table = _table(
        f"CPU at {found.sessions} sessions on one core",
        "service",
        "CPU s per session-minute",
        "target",
    )
    targets = {"june_orchestrator": "0.4"}
    for name, seconds in found.cpu.items():
        table.add_row(name, f"{seconds:.3f}", targets.get(name, ""))
    table.add_row("whole mesh", f"{sum(found.cpu.values()):.3f}", "1.0")
    console.print(table)


def ladder(console: Console, steps: Sequence[Load]) -> None:
    table = _table(
        "Sessions on one core (p99: turn's end <= 50 ms, audio gaps <= 100 ms)",
        "sessions", "turns", "lost", "told p50", "told p99", "gap p99", "CPU", "sustained",
    )  # fmt: skip
    for step in steps:
        busy = sum(step.cpu.values()) * step.sessions / 60
        table.add_row(
            str(step.sessions), str(step.turns), str(step.lost), f"{step.confirmation.p50:.1f}",
            f"{step.confirmation.p99:.1f}", f"{step.gaps.p99:.1f}", f"{busy:.0%}",
            "yes" if step.sustained else "no",
        )  # fmt: skip
    console.print(table)


def barge_in(console: Console, pause: Spread, judged: Spread) -> None:
    table = _table("Barge-in, from the onset of speech over a reply", "ms", "p50", "p95", "target")
    table.add_row("reply paused", f"{pause.p50:.0f}", f"{pause.p95:.0f}", "150")
    table.add_row("judged an interruption", f"{judged.p50:.0f}", f"{judged.p95:.0f}", "650")
    console.print(table)
