"""The chart of a comparison: that it can be opened, and shows what the table says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from june_cli.comparison import Comparison, Mode, Row
from tests.june_cli.turns import sequential_turn, streaming_turn

pytest.importorskip("matplotlib", reason="no matplotlib: the extra `chart` is not installed")

from june_cli.chart import DPI, SIZE, draw, figure

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def comparison() -> Comparison:
    return Comparison(
        {
            Mode.SEQUENTIAL: [sequential_turn(late) for late in (0, 100, 200)],
            Mode.STREAMING: [streaming_turn(early) for early in (0, 100, 200)],
        }
    )


def shown(row: Row) -> list[str]:
    """The figures of a row, as the table prints them."""
    return [f"{row.measure.published:,.0f}", *(f"{each.p50:,.0f}" for each in row.spreads.values())]


def test_a_png_can_be_opened_and_has_its_size(comparison: Comparison, tmp_path: Path) -> None:
    """And is no blank sheet."""
    from PIL import Image

    draw(comparison, tmp_path / "compare.png")
    with Image.open(tmp_path / "compare.png") as picture:
        assert picture.format == "PNG"
        assert picture.size == (round(SIZE[0] * DPI), round(SIZE[1] * DPI))
        assert len(picture.convert("RGB").getcolors(1 << 24) or ()) > 100


@pytest.mark.parametrize(("suffix", "head"), [(".svg", b"<?xml"), (".pdf", b"%PDF-")])
def test_the_suffix_chooses_the_kind(
    comparison: Comparison, tmp_path: Path, suffix: str, head: bytes
) -> None:
    """Vectors for print and the web."""
    path = tmp_path / f"compare{suffix}"
    draw(comparison, path)
    assert path.read_bytes().startswith(head)


def test_the_bars_are_the_figures_of_the_table(comparison: Comparison) -> None:
    """Each bar is as long as its figure, which stands beside it."""
    rows = comparison.rows()
    panel = figure(comparison).axes[-1]
    widths = [bar.get_width() for container in panel.containers for bar in container]
    assert widths == [
        figure
        for row in rows
        for figure in (row.measure.published, *(each.p50 for each in row.spreads.values()))
    ]
    labels = [text.get_text() for text in panel.texts]
    assert labels == [label for row in rows for label in shown(row)]
    assert [tick.get_text() for tick in panel.get_yticklabels()] == [
        row.measure.title for row in rows
    ]


def test_the_headline_is_the_median_of_the_table(comparison: Comparison) -> None:
    """What is claimed in large letters is the p50 of end to end."""
    head = figure(comparison).texts[0].get_text()
    assert head == "June is heard after 800 ms; one step after another, 1,900 ms"


def test_both_waterfalls_have_one_axis(comparison: Comparison) -> None:
    """Of two turns, what is longer looks longer."""
    above, below, _ = figure(comparison).axes
    assert above.get_xlim() == below.get_xlim()
    assert above.get_xlim()[0] < -200 < 1900 < above.get_xlim()[1]


def test_the_waterfall_shows_the_turn_in_the_middle(comparison: Comparison) -> None:
    """Brain, then sentences from their beginning; what is out of sight has no lane."""
    above, below, _ = figure(comparison).axes
    lanes = [tick.get_text() for tick in below.get_yticklabels()]
    assert lanes == ["makes sure", "brain", "voice 1", "voice 2", "you hear"]
    assert [tick.get_text() for tick in above.get_yticklabels()] == [
        "makes sure", "brain", "voice", "you hear",
    ]  # fmt: skip
    assert [text.get_text() for text in above.texts] == ["heard after 1,900 ms"]
    spans = {
        (bar.get_x(), bar.get_x() + bar.get_width())
        for container in below.containers
        for bar in container
    }
    assert {(-200, 100), (100, 900), (600, 800), (800, 900), (800, 1000)} <= spans


def test_the_users_own_style_does_not_matter(comparison: Comparison, tmp_path: Path) -> None:
    """Nor is anything said, where no cache can be kept and the style is a strange one."""
    (tmp_path / "matplotlibrc").write_text("font.size: 40\naxes.facecolor: black\n")
    code = (
        "from pathlib import Path; import sys; from june_cli.chart import draw;"
        "from june_cli.comparison import Comparison, Mode;"
        "from tests.june_cli.turns import sequential_turn, streaming_turn;"
        "draw(Comparison({Mode.SEQUENTIAL: [sequential_turn(l) for l in (0, 100, 200)],"
        " Mode.STREAMING: [streaming_turn(e) for e in (0, 100, 200)]}), Path(sys.argv[1]))"
    )
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen/python'}",
        "HOME": str(tmp_path / "nowhere"),
        "MPLCONFIGDIR": "/dev/null/nowhere",
    }
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "theirs.svg")],
        cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=50,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
    draw(comparison, tmp_path / "ours.svg")
    assert (tmp_path / "theirs.svg").read_bytes() == (tmp_path / "ours.svg").read_bytes()


def test_a_place_that_cannot_be_written_is_an_error(comparison: Comparison, tmp_path: Path) -> None:
    """Whoever called says so in a line."""
    with pytest.raises(OSError, match="nowhere"):
        draw(comparison, tmp_path / "nowhere" / "compare.png")
