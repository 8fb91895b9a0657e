"""Streaming beside one step after another: the figures of turns, row by row. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from june.orchestrator.v1.orchestrator_pb2 import TurnOutcome, TurnRecord
from rich.table import Table


class Mode(StrEnum):
    """How a turn is answered: each step after the one before it, or side by side."""

    SEQUENTIAL = "sequential"
    STREAMING = "streaming"


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: its name in JSON, its title, what it counts, and the milliseconds that
    the old HTTP system published of itself."""

    name: str
    title: str
    meaning: str
    published: float


MEASURES = (
    Measure(
        "total_ms",
        "total",
        "end of speech until the whole reply is synthesised, without the time in which"
        " nothing is done because enough of it lies ahead of the listener",
        4_900,
    ),
    Measure(
        "tts_ms",
        "TTS",
        "while any sentence is synthesised; work side by side counts once",
        2_300,
    ),
    Measure("ai_ms", "AI", "brain asked until the whole reply is written", 2_600),
    Measure(
        "first_audio_ms", "first audio", "first sentence handed over until its first audio", 2_300
    ),
    Measure("first_token_ms", "first token", "brain asked until its first token", 2_600),
    Measure("end_to_end_ms", "end to end", "end of speech until the reply is audible", 4_900),
)
# Milliseconds since the end of speech; negative before it.
Span = tuple[float, float]


def figures_of(record: TurnRecord) -> dict[str, float] | None:
    """The milliseconds of each measure; None of a turn that was not answered to its
    end, aloud."""
    thinking, speaking = thinking_of(record), speaking_of(record)
    complete = record.outcome == TurnOutcome.TURN_OUTCOME_COMPLETE
    if thinking is None or not speaking or not complete or not record.HasField("end_to_end_ms"):
        return None
    heard, made = record.end_to_end_ms, max(end for _, end in speaking)
    rest = (made - heard) - covered([thinking, *speaking], since=heard) if made > heard else 0.0
    return {
        # What was ready before the user was done cost nobody any waiting.
        "total_ms": max(0.0, made - rest),
        "tts_ms": covered(speaking),
        "ai_ms": thinking[1] - thinking[0],
        "first_audio_ms": record.first_audio_ms,
        "first_token_ms": record.first_token_ms,
        "end_to_end_ms": record.end_to_end_ms,
    }


def thinking_of(record: TurnRecord) -> Span | None:
    """When the brain was at work."""
    at = {milestone.name: milestone.at_ms for milestone in record.milestones}
    return (at["brain_asked"], at["thought"]) if {"brain_asked", "thought"} <= at.keys() else None


def speaking_of(record: TurnRecord) -> list[Span]:
    """When each sentence was being synthesised, of those that were."""
    # 0 is what never happened; older services do not tell when they began.
    return [
        (said.begun_ms or said.flushed_ms, said.synthesised_ms)
        for said in record.sentences
        if said.synthesised_ms
    ]


def covered(spans: Sequence[Span], since: float = -math.inf) -> float:
    """How long at least one of the spans lasts, counted from `since` on."""
    total, until = 0.0, since
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        p50, p95 = np.percentile(values, (50, 95))
        return cls(round(float(p50), 1), round(float(p95), 1))


@dataclass(frozen=True, slots=True)
class Row:
    """One measure, in each mode. `ratio` is what streaming takes of sequential."""

    measure: Measure
    spreads: Mapping[Mode, Spread]

    @property
    def ratio(self) -> float | None:
        if len(self.spreads) < len(Mode) or not self.spreads[Mode.SEQUENTIAL].p50:
            return None
        return round(self.spreads[Mode.STREAMING].p50 / self.spreads[Mode.SEQUENTIAL].p50, 3)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The turns that were measured, of each mode those that were answered aloud."""

    records: Mapping[Mode, Sequence[TurnRecord]]

    @property
    def complete(self) -> bool:
        """Whether there is something to tell of each mode."""
        return all(self._figures(mode) for mode in self.records)

    def rows(self) -> list[Row]:
        """Every measure; `complete` must hold."""
        figures = {mode: self._figures(mode) for mode in self.records}
        return [
            Row(
                measure,
                {
                    mode: Spread.of([turn[measure.name] for turn in turns])
                    for mode, turns in figures.items()
                },
            )
            for measure in MEASURES
        ]

    def median(self, mode: Mode) -> TurnRecord:
        """The turn in the middle by its end to end; the quicker of two."""
        told = sorted(
            (record for record in self.records[mode] if figures_of(record)),
            key=lambda record: record.end_to_end_ms,
        )
        return told[(len(told) - 1) // 2]

    def _figures(self, mode: Mode) -> list[dict[str, float]]:
        return [found for record in self.records[mode] if (found := figures_of(record))]


def table(rows: Sequence[Row]) -> Table:
    """The rows for people: where both modes were measured, beside what was published."""
    modes = list(rows[0].spreads)
    compared = len(modes) == len(Mode)
    drawn = Table("ms, p50 (p95)", box=None, padding=(0, 3, 0, 0))
    columns = ["HTTP system, published"] if compared else []
    for column in [*columns, *modes, *(["streaming / sequential"] if compared else [])]:
        drawn.add_column(column, justify="right")
    for row in rows:
        cells = [f"{row.measure.published:,.0f}"] if compared else []
        cells += [f"{spread.p50:,.0f} ({spread.p95:,.0f})" for spread in row.spreads.values()]
        if compared:
            cells.append("" if row.ratio is None else f"{row.ratio:.2f}")
        drawn.add_row(row.measure.title, *cells)
    return drawn


def plain_row(row: Row) -> dict[str, object]:
    """The row as JSON-ready values."""
    return {
        "name": row.measure.name,
        "title": row.measure.title,
        "meaning": row.measure.meaning,
        "published": row.measure.published,
        **{
            str(mode): {"p50": spread.p50, "p95": spread.p95}
            for mode, spread in row.spreads.items()
        },
        "ratio": row.ratio,
    }
