"""The comparison as a picture. The one importer of matplotlib.

Above, the turn in the middle of each mode as a waterfall, both on one axis of time;
below, every row of the table as bars.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from june.orchestrator.v1.orchestrator_pb2 import TurnRecord

from june_cli.comparison import Comparison, Mode, Row, speaking_of, thinking_of

# It would report fonts and folders that it looks for, on standard error.
logging.getLogger("matplotlib").setLevel(logging.ERROR)

import matplotlib as mpl  # noqa: E402
from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.patches import Patch  # noqa: E402

# Inches, and dots in one of them: 1,800 by 1,440 as PNG.
SIZE, DPI = (12.0, 9.6), 150
# The same picture everywhere, whatever the user's matplotlibrc says: its own font, and
# no date in the file.
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.edgecolor": "#8a93a0",
    "axes.labelcolor": "#3d4654",
    "text.color": "#232a36",
    "xtick.color": "#5a6472",
    "ytick.color": "#232a36",
    "svg.hashsalt": "june",
}
_TITLES = {Mode.SEQUENTIAL: "One step after another", Mode.STREAMING: "Streaming"}
_PUBLISHED = "HTTP system, as published"
_INKS = {_PUBLISHED: "#c3cad4", Mode.SEQUENTIAL: "#e3a13b", Mode.STREAMING: "#14808a"}
_SURE = "#d5dae1"
_BRAIN = ("#cbbcec", "#6d4fb8")
_VOICE = ("#f5cf9f", "#d97b24")
_HEARD = "#2f9e6e"
_END = "#b3263c"
_WORK = {
    "makes sure that you are done": _SURE,
    "brain thinks": _BRAIN[0],
    "brain writes": _BRAIN[1],
    "voice begins": _VOICE[0],
    "voice goes on": _VOICE[1],
    "you hear": _HEARD,
}
_MOST_SENTENCES = 4
_LANE, _BAR = 0.62, 0.26


def draw(comparison: Comparison, path: Path) -> None:
    """Writes the picture; its kind follows from the suffix. Raises OSError."""
    metadata = {"Date": None} if path.suffix.lower() == ".svg" else None
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        figure(comparison).savefig(path, dpi=DPI, metadata=metadata, facecolor="white")


def figure(comparison: Comparison) -> Figure:
    """The picture, not yet drawn: two waterfalls and the bars."""
    medians = {mode: comparison.median(mode) for mode in Mode}
    heard = {mode: record.end_to_end_ms for mode, record in medians.items()}
    right = 1.3 * max(heard.values())
    lanes = {mode: _lanes(record, right) for mode, record in medians.items()}
    whole = Figure(figsize=SIZE)
    FigureCanvasAgg(whole)
    heights = [*(len(each) + 0.6 for each in lanes.values()), 8.0]
    panels = whole.subplots(
        3, 1, gridspec_kw={"height_ratios": heights, "hspace": 0.42, "left": 0.11, "right": 0.96,
                           "top": 0.885, "bottom": 0.06},
    )  # fmt: skip
    left = min(0.0, *(start for each in lanes.values() for _, bars in each for start, _, _ in bars))
    for panel, mode in zip(panels, Mode, strict=False):
        _waterfall(panel, mode, lanes[mode], heard[mode])
        panel.set_xlim(left - 0.01 * right, right)
    rows = comparison.rows()
    _bars(panels[-1], rows)
    _headline(whole, rows)
    return whole


# A lane: its name, and its bars: start, end, ink.
_Lane = tuple[str, list[tuple[float, float, str]]]


def _lanes(record: TurnRecord, right: float) -> list[_Lane]:
    """What happened in the turn, one thing under the other, as far as it is in sight."""
    at = {milestone.name: milestone.at_ms for milestone in record.milestones}
    lanes: list[_Lane] = [("makes sure", [(0.0, at.get("confirmed", 0.0), _SURE)])]
    if thinking := thinking_of(record):
        first = min(max(at.get("first_token", thinking[1]), thinking[0]), thinking[1])
        lanes.append(("brain", [(thinking[0], first, _BRAIN[0]), (first, thinking[1], _BRAIN[1])]))
    said = [each for each in record.sentences if each.synthesised_ms]
    for number, ((begun, made), sentence) in enumerate(
        zip(speaking_of(record), said, strict=True), 1
    ):
        if begun < right and number <= _MOST_SENTENCES:
            first = sentence.first_audio_ms or made
            name = f"voice {number}" if len(said) > 1 else "voice"
            lanes.append((name, [(begun, first, _VOICE[0]), (first, made, _VOICE[1])]))
    lanes.append(("you hear", [(record.end_to_end_ms, 4 * right, _HEARD)]))
    return lanes


def _waterfall(panel: Any, mode: Mode, lanes: list[_Lane], heard: float) -> None:
    for row, (_, bars) in enumerate(lanes):
        for start, end, ink in bars:
            # What took next to no time leaves a mark all the same.
            panel.barh(row, end - start, left=start, height=_LANE, color=ink, edgecolor=ink)
    panel.set_yticks(range(len(lanes)), [name for name, _ in lanes])
    panel.set_ylim(len(lanes) - 0.4, -0.6)
    panel.axvline(0, color="#5a6472", linewidth=1)
    panel.axvline(heard, color=_END, linewidth=1.4)
    label = f"heard after {heard:,.0f} ms"
    panel.annotate(
        label, (heard, 0), xytext=(6, 0), textcoords="offset points", va="center",
        color=_END, fontweight="bold",
    )  # fmt: skip
    panel.set_title(_TITLES[mode], loc="left", fontweight="bold", color=_INKS[mode], fontsize=12)
    panel.set_title("ms since you stopped speaking; the turn in the middle", loc="right",
                    fontsize=9, color="#5a6472")  # fmt: skip
    _plain(panel)


def _bars(panel: Any, rows: list[Row]) -> None:
    """Published, sequential and streaming side by side; a thin line reaches to p95."""
    for place, row in enumerate(rows):
        measured: dict[str, tuple[float, float]] = {
            _PUBLISHED: (row.measure.published, row.measure.published),
            **{mode: (spread.p50, spread.p95) for mode, spread in row.spreads.items()},
        }
        for offset, (name, (middle, most)) in enumerate(measured.items(), -1):
            at = place + offset * _BAR
            label = name if place == 0 else None
            panel.barh(at, middle, height=_BAR * 0.9, color=_INKS[name], label=label)
            panel.plot([middle, most], [at, at], color="#3d4654", linewidth=1)
            panel.annotate(
                f"{middle:,.0f}", (most, at), xytext=(4, 0), textcoords="offset points",
                va="center", fontsize=8.5, fontweight="bold" if name == Mode.STREAMING else None,
            )  # fmt: skip
    panel.set_yticks(range(len(rows)), [row.measure.title for row in rows])
    panel.set_ylim(len(rows) - 0.5, -0.5)
    title = "All turns: the bar is p50, the line goes to p95 (ms)"
    panel.set_title(title, loc="left", fontweight="bold", fontsize=12)
    panel.legend(loc="center right", frameon=False)
    panel.margins(x=0.08)
    panel.set_xlim(left=0)
    _plain(panel)


def _headline(whole: Figure, rows: list[Row]) -> None:
    heard = next(row for row in rows if row.measure.name == "end_to_end_ms").spreads
    streaming, sequential = (heard[mode].p50 for mode in (Mode.STREAMING, Mode.SEQUENTIAL))
    head = f"June is heard after {streaming:,.0f} ms; one step after another, {sequential:,.0f} ms"
    whole.text(0.02, 0.955, head, fontsize=18, fontweight="bold")
    whole.legend(
        handles=[Patch(color=ink, label=name) for name, ink in _WORK.items()],
        loc="upper left", bbox_to_anchor=(0.012, 0.95), ncols=len(_WORK), frameon=False,
        handlelength=1, columnspacing=1.6, fontsize=9.5,
    )  # fmt: skip


def _plain(panel: Any) -> None:
    """Nothing around the data but a light grid under it."""
    panel.set_axisbelow(True)
    panel.grid(axis="x", color="#e8ebef", linewidth=0.8)
    panel.tick_params(length=0)
    panel.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)
