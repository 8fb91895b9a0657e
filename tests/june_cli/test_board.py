"""What june status --watch shows of what it is told."""

import io
import json

from june.control.v1.control_pb2 import Config, ConfigStore, Status, Streaming
from june.metrics.v1.metrics_pb2 import Expectation, Metrics, Timing
from rich.console import Console

from june_cli.board import FRESH_SECONDS, Board, Lines
from june_cli.errors import Unreachable
from june_cli.output import Output
from june_cli.services import ORCHESTRATOR, STT

ADDRESSES = {"orchestrator": "here:1", "stt": "here:2", "tts": "here:3"}
STREAMS = Streaming(enabled=True, concurrent_tts=True, partial_support=True)
GONE = Unreachable("nothing answers at here:1")


def status(*, sessions: int = 0, draining: bool = False, **config: object) -> Status:
    return Status(
        ready=not draining,
        draining=draining,
        engine="offline",
        active_sessions=sessions,
        max_sessions=8,
        config=Config(**({"streaming_enabled": True} | config)),  # type: ignore[arg-type]
        config_store=ConfigStore(kind="memory", reachable=True),
    )


def figures(turns: int = 1, first_token: float = 412) -> Metrics:
    return Metrics(
        avg_first_token_ms=first_token,
        concurrent_tts_triggers=turns,
        counts={"turns": turns},
        timings=[
            Timing(name="confirm_ms", count=turns, p50=501, p95=502),
            Timing(name="first_token_ms", count=turns, p50=410, p95=498),
            Timing(name="unused_ms"),
        ],
        expectations=[
            Expectation(description="first token under 500 ms", actual=first_token, met=True),
            Expectation(description="end to end under 1,500 ms"),
        ],
    )


class Screen:
    """A board on a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.draws = 0
        self.board = Board(ADDRESSES, lambda: self.now, self._draw)

    def _draw(self) -> None:
        self.draws += 1

    def text(self, *, colours: bool = False) -> str:
        told = io.StringIO()
        console = Console(file=told, width=160, color_system="standard" if colours else None)
        console.print(self.board.drawn())
        return told.getvalue()


def test_the_screen_has_a_row_for_each_service() -> None:
    """Those that have not answered yet as well."""
    screen = Screen()
    screen.board.stands(ORCHESTRATOR, status(sessions=2), STREAMS)
    rows = [line.split() for line in screen.text().splitlines()]
    assert rows[1] == ["orchestrator", "here:1", "ready", "streaming", "offline", "2", "of", "8"]
    assert rows[2] == ["stt", "here:2", "asked"]
    assert screen.draws == 1


def test_the_screen_shows_the_figures_that_users_know() -> None:
    """Averages, stages with the best known first, and what June promises."""
    screen = Screen()
    screen.board.stands(ORCHESTRATOR, status(), STREAMS)
    screen.board.measured(ORCHESTRATOR, figures())
    text = screen.text()
    assert "first token 412 ms   concurrent syntheses 1" in text
    stages = [line.split() for line in text.splitlines() if "orchestrator " in line][1:]
    assert stages == [
        ["orchestrator", "first_token", "410", "498", "1"],
        ["orchestrator", "confirm", "501", "502", "1"],
    ]
    assert "first token under 500 ms    412, met" in text
    assert "end to end under 1,500 ms   nothing measured yet" in text
    assert "unused" not in text


def test_what_is_switched_off_shows() -> None:
    """A service on its plain path, and one that streams but for something."""
    screen = Screen()
    screen.board.stands(ORCHESTRATOR, status(), Streaming(concurrent_tts=False))
    screen.board.stands(STT, status(), Streaming(enabled=True, partials=False))
    text = screen.text()
    assert "sequential" in text
    assert "streaming, no partials" in text


def test_a_change_of_settings_stands_out_for_a_moment() -> None:
    """And stays readable after it."""
    screen = Screen()
    screen.board.stands(ORCHESTRATOR, status(), STREAMS)
    screen.board.stands(ORCHESTRATOR, status(streaming_enabled=False), STREAMS)
    line, highlighted = "orchestrator: streaming_enabled on → off", "\x1b[1;7;33m"
    assert highlighted + line in screen.text(colours=True)
    screen.now += FRESH_SECONDS
    text = screen.text(colours=True)
    assert line in text
    assert highlighted not in text


def test_a_service_that_is_gone_is_red_until_it_is_back() -> None:
    """With why, and when it is looked for again."""
    screen = Screen()
    screen.board.stands(ORCHESTRATOR, status(), STREAMS)
    screen.board.lost(ORCHESTRATOR, GONE, 2.0)
    assert "orchestrator: nothing answers at here:1; looked for again in 2 s" in screen.text()
    screen.board.stands(ORCHESTRATOR, status(), STREAMS)
    assert "gone" not in screen.text()


def lines(*, as_json: bool = False) -> tuple[Lines, io.StringIO]:
    told = io.StringIO()
    return Lines(Output(as_json=as_json, console=Console(file=told)), ADDRESSES), told


def test_each_change_is_a_line() -> None:
    """How it stands, then only what is other than before."""
    watcher, told = lines()
    watcher.stands(ORCHESTRATOR, status(), STREAMS)
    watcher.stands(ORCHESTRATOR, status(sessions=1, streaming_enabled=False), STREAMS)
    watcher.stands(ORCHESTRATOR, status(sessions=1, streaming_enabled=False), STREAMS)
    watcher.stands(ORCHESTRATOR, status(sessions=1, draining=True), STREAMS)
    assert told.getvalue().splitlines() == [
        "orchestrator: ready · streaming · offline · 0 of 8 sessions",
        "orchestrator: sessions 0 of 8 → 1 of 8, streaming_enabled on → off",
        "orchestrator: state ready → draining, streaming_enabled off → on",
    ]


def test_figures_are_a_line_where_they_changed() -> None:
    """Not every second."""
    watcher, told = lines()
    for turns in (1, 1, 2):
        watcher.measured(ORCHESTRATOR, figures(turns))
    assert told.getvalue().splitlines() == [
        "orchestrator: 1 turns · first token 412 ms · concurrent syntheses 1",
        "orchestrator: 2 turns · first token 412 ms · concurrent syntheses 2",
    ]


def test_a_service_that_is_gone_is_told_once() -> None:
    """However often it is looked for, and that it is back."""
    watcher, told = lines()
    for seconds in (0.5, 1.0, 2.0):
        watcher.lost(ORCHESTRATOR, GONE, seconds)
    watcher.stands(ORCHESTRATOR, status(), STREAMS)
    assert told.getvalue().splitlines() == [
        "orchestrator: gone: nothing answers at here:1; it is looked for until it is back",
        "orchestrator: back: ready · streaming · offline · 0 of 8 sessions",
    ]


def test_as_json_each_change_is_an_object() -> None:
    """With the service, its address and the proto's own names."""
    watcher, told = lines(as_json=True)
    watcher.stands(ORCHESTRATOR, status(), STREAMS)
    watcher.measured(ORCHESTRATOR, figures())
    watcher.measured(ORCHESTRATOR, figures())
    watcher.lost(ORCHESTRATOR, GONE, 0.5)
    records = [json.loads(line) for line in told.getvalue().splitlines()]
    assert [record["kind"] for record in records] == ["status", "metrics", "lost"]
    assert {(record["service"], record["address"]) for record in records} == {
        ("orchestrator", "here:1")
    }
    assert records[0]["status"]["config"]["streaming_enabled"] is True
    assert records[0]["streaming"]["concurrent_tts"] is True
    assert records[1]["metrics"]["avg_first_token_ms"] == 412
    assert records[2]["retry_seconds"] == 0.5
