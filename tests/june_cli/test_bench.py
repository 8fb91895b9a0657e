"""june bench against scripted services, over real channels."""

import io
import json
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from june.orchestrator.v1 import orchestrator_pb2 as orch
from june.tts.v1 import tts_pb2 as tts
from rich.console import Console

from june_cli import __main__ as cli
from june_cli.benching import QUESTIONS
from june_cli.commands.bench import Wish, bench
from june_cli.errors import CliError
from june_cli.output import Output
from june_cli.services import ORCHESTRATOR
from june_runtime.pcm import AudioFormat
from june_runtime.wire import write_format
from tests.june_cli.scripted import (
    RATE,
    ScriptedOrchestrator,
    ScriptedTts,
    chunk,
    reachable,
    speech,
)
from tests.june_cli.turns import sequential_turn, streaming_turn

pytestmark = pytest.mark.timeout(40)


Answers = AsyncIterator[orch.ConverseResponse]


class Answering:
    """One session: a turn is answered in its mode once a question was heard to its end."""

    def __init__(self, log: list[str]) -> None:
        self._log = log
        self._sequential = False
        self._heard = 0
        self._turn = 0

    def __call__(self, request: orch.ConverseRequest | None) -> Iterable[orch.ConverseResponse]:
        if request is None:
            return
        if request.HasField("config"):
            self._sequential = request.config.sequential
            formats = {
                "input": write_format(AudioFormat()),
                "output": write_format(AudioFormat(sample_rate=RATE)),
            }
            yield orch.ConverseResponse(started=orch.SessionStarted(session_id="s", **formats))
        elif any(request.audio.pcm):
            self._heard += 1
            if self._heard % 5 == 0:
                yield from self._answer()

    def _answer(self) -> Iterable[orch.ConverseResponse]:
        self._turn += 1
        self._log.append("sequential" if self._sequential else "streaming")
        late = 100.0 * (self._turn - 1)
        record = sequential_turn(late) if self._sequential else streaming_turn(late)
        yield orch.ConverseResponse(turn=self._turn, turn_started=orch.TurnStarted(user_text="?"))
        yield orch.ConverseResponse(turn=self._turn, audio=orch.ReplyAudio(pcm=speech(240)))
        yield orch.ConverseResponse(turn=self._turn, turn_ended=record)


class Orchestrator(ScriptedOrchestrator):
    """Answers each session by a script of its own; `order` has the modes of the turns."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    async def Converse(self, request_iterator: Any, context: Any) -> Answers:  # noqa: N802
        script = Answering(self.order)
        async for request in request_iterator:
            for answer in script(request):
                yield answer


def said(folder: Path) -> Path:
    soundfile.write(folder / "said.wav", np.full(1600, 0.1), 16_000)
    return folder / "said.wav"


async def benched(
    folder: Path, service: Orchestrator, *, compare: bool = True, turns: int = 3,
    chart: str | None = "compare.svg", as_json: bool = False,
) -> str:  # fmt: skip
    told = io.StringIO()
    output = Output(as_json=as_json, console=Console(file=told))
    async with reachable(service, patience=5) as peers:
        path = folder / chart if chart else None
        await bench(Wish((said(folder),), compare, turns, path, peers, output))
    return told.getvalue()


@pytest.fixture
def charts() -> None:
    pytest.importorskip("matplotlib", reason="no matplotlib: the extra `chart` is not installed")


async def test_modes_take_turns(tmp_path: Path, charts: None) -> None:
    """So that what disturbs the machine disturbs both alike."""
    service = Orchestrator()
    await benched(tmp_path, service)
    assert len(service.order) == 6
    assert {service.order[0], service.order[1]} == {"sequential", "streaming"}
    assert service.order[2:] == service.order[:2] * 2


async def test_the_table_is_printed_and_the_chart_drawn(tmp_path: Path, charts: None) -> None:
    """A line a turn, the rows from the records, and where the chart is."""
    lines = (await benched(tmp_path, Orchestrator())).splitlines()
    assert sum("heard after" in line for line in lines) == 6
    rows = {line.split("  ")[0]: line.split() for line in lines}
    assert rows["end to end"][3:] == ["4,900", "1,900", "(1,990)", "800", "(890)", "0.42"]
    assert rows["total"][1:3] == ["4,900", "1,900"]
    assert lines[-1] == f"drawn: {tmp_path / 'compare.svg'}"
    chart = (tmp_path / "compare.svg").read_bytes()
    assert chart.startswith(b"<?xml")


async def test_json_has_all_figures(tmp_path: Path, charts: None) -> None:
    """Each turn with its record, each row, and the chart."""
    told = await benched(tmp_path, Orchestrator(), as_json=True)
    records = [json.loads(line) for line in told.splitlines()]
    assert [record["kind"] for record in records] == ["turn"] * 6 + ["row"] * 6 + ["chart"]
    turn = next(record for record in records if record.get("mode") == "sequential")
    assert turn["figures"]["total_ms"] == 1800
    assert turn["record"]["sequential"] is True
    row = records[6]
    assert row["name"] == "total_ms"
    assert row["published"] == 4900
    assert row["sequential"] == {"p50": 1900.0, "p95": 1990.0}
    assert row["ratio"] == round(row["streaming"]["p50"] / 1900, 3)


async def test_without_compare_one_mode_is_measured(tmp_path: Path) -> None:
    """The same rows in one column, and the waterfall of the turn in the middle."""
    service = Orchestrator()
    text = await benched(tmp_path, service, compare=False, chart=None)
    assert service.order == ["streaming"] * 3
    assert "4,900" not in text
    assert "the turn in the middle" in text
    assert "· 800 ms from the end of your words to June's voice" in text
    assert not (tmp_path / "compare.png").exists()


async def test_where_streaming_is_off_nothing_is_compared(tmp_path: Path) -> None:
    """Both columns would be sequential, and the table a lie."""
    service = Orchestrator()
    service.streams = False
    with pytest.raises(CliError, match="june configure streaming_enabled=on"):
        await benched(tmp_path, service)
    assert not service.order


async def test_a_switch_in_the_middle_ends_the_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turns of the other mode would stand in the wrong column."""
    monkeypatch.setattr("tests.june_cli.test_bench.streaming_turn", sequential_turn)
    with pytest.raises(CliError, match="a turn of the streaming conversation was sequential"):
        await benched(tmp_path, Orchestrator())


async def test_without_matplotlib_the_table_is_printed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing is said; it is a failure only where a chart was asked for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "june_cli.chart", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    text = await benched(tmp_path, Orchestrator(), turns=1, chart=None)
    assert "end to end" in text
    assert capsys.readouterr().err.startswith("june: no chart: matplotlib is not installed")
    with pytest.raises(CliError, match="matplotlib is not installed"):
        await benched(tmp_path, Orchestrator(), turns=1, chart="compare.png")


async def test_turns_that_were_not_answered_are_not_counted(tmp_path: Path) -> None:
    """A line says so; where none is left, that is an error."""

    class Mute(Orchestrator):
        async def Converse(self, request_iterator: Any, context: Any) -> Answers:  # noqa: N802
            async for answer in super().Converse(request_iterator, context):
                if answer.HasField("turn_ended"):
                    answer.turn_ended.ClearField("sentences")
                yield answer

    told = io.StringIO()
    output = Output(console=Console(file=told))
    async with reachable(Mute()) as peers:
        with pytest.raises(CliError, match="no turn was answered aloud"):
            await bench(Wish((said(tmp_path),), False, 1, None, peers, output))
    assert "not counted: it was not answered aloud to its end" in told.getvalue()


async def test_without_recordings_junes_own_voice_asks(tmp_path: Path) -> None:
    """The questions are synthesised, and nothing of it is printed."""

    def spoken(request: tts.Text | None) -> Iterable[tts.AudioChunk]:
        if request is not None and request.HasField("flush"):
            yield chunk(request.sentence_id, 2400, final=True)

    voice, told = ScriptedTts(spoken), io.StringIO()
    output = Output(console=Console(file=told))
    async with reachable(Orchestrator(), voice) as peers:
        await bench(Wish((), False, 2, None, peers, output))
    assert tuple(each.text for each in voice.heard if each.text) == QUESTIONS
    assert told.getvalue().splitlines()[0].startswith("streaming   turn 1")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--chart", "x.png"], "add --compare"),
        (["--compare", "--chart", "x.gif"], "draws .png, .svg, .pdf, not x.gif"),
        (["--compare", "--chart", "nowhere/x.png"], "no such folder"),
        (["--turns", "0"], "not in the range"),
    ],
)
def test_mistakes_are_told_before_minutes_are_spent(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2, although nothing answers there."""
    assert cli.main(["bench", *arguments, "--server", "127.0.0.1:1"]) == 2
    assert words in capsys.readouterr().err


async def test_nothing_listening_is_told(tmp_path: Path) -> None:
    """By the address of the orchestrator."""
    async with reachable() as peers:
        wish = Wish((said(tmp_path),), False, 1, None, peers, Output())
        with pytest.raises(CliError, match=f"nothing answers at {peers.address(ORCHESTRATOR)}"):
            await bench(wish)
