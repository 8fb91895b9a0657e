"""june status, health, voices and drain against scripted services."""

import asyncio
import io
import json

import pytest
from june.metrics.v1.metrics_pb2 import Metrics
from rich.console import Console

from june_cli.commands.drain import drain_all
from june_cli.commands.health import health
from june_cli.commands.status import status
from june_cli.commands.voices import voices
from june_cli.errors import CliError
from june_cli.output import Output
from june_cli.peers import Peers
from june_cli.services import SERVICES, STT, TTS
from tests.june_cli.scripted import (
    ScriptedOrchestrator,
    ScriptedStt,
    ScriptedTts,
    reachable,
)


def output(*, as_json: bool = False) -> tuple[Output, io.StringIO]:
    text = io.StringIO()
    return Output(as_json=as_json, console=Console(file=text, width=120)), text


async def test_health_is_good_where_all_three_serve() -> None:
    """Each service's line says so."""
    told, text = output()
    async with reachable(ScriptedOrchestrator(), ScriptedStt(), ScriptedTts()) as peers:
        await health(peers, told)
    assert [line.split()[-1] for line in text.getvalue().splitlines()] == ["serving"] * 3


async def test_health_is_bad_where_one_does_not() -> None:
    """The absent one is named, in the table and in the error."""
    told, text = output(as_json=True)
    async with reachable(ScriptedOrchestrator(), ScriptedTts()) as peers:
        with pytest.raises(CliError, match="not serving: speech to text"):
            await health(peers, told)
    found = {
        record["service"]: record["serving"]
        for record in map(json.loads, text.getvalue().splitlines())
    }
    assert found == {"orchestrator": True, "stt": False, "tts": True}


async def test_a_service_that_drains_does_not_serve() -> None:
    """It lives, but takes nobody new."""
    told, text = output()
    leaving = ScriptedStt()
    async with reachable(ScriptedOrchestrator(), leaving, ScriptedTts()) as peers:
        leaving.sessions.drain(60)
        with pytest.raises(CliError, match="not serving: speech to text"):
            await health(peers, told)
    assert "not ready: loading, draining or failed" in text.getvalue()


async def test_health_may_wait() -> None:
    """A service that becomes ready in time is a good answer."""
    told, _ = output()
    late = ScriptedStt()
    async with reachable(ScriptedOrchestrator(), late, ScriptedTts()) as peers:
        late.sessions.load()
        asyncio.get_running_loop().call_later(0.3, late.sessions.loaded)
        await health(peers, told, wait=20)


async def test_status_shows_settings_and_figures_of_each() -> None:
    """State, engine, sessions, configuration, counts and timings."""
    told, text = output()
    hears = ScriptedStt()
    hears.metrics.count("turns", 3)
    hears.metrics.time("infer_ms", 12)
    async with reachable(ScriptedOrchestrator(), hears, ScriptedTts()) as peers:
        await status(peers, told)
    shown = text.getvalue()
    for expected in ("ready", "scripted", "0 of 4", "language", "turns", "infer_ms", "p95"):
        assert expected in shown


async def test_status_tells_who_streams() -> None:
    """In the table, and in JSON with the contract's own names."""
    plainly = ScriptedOrchestrator()
    plainly.streams = False
    told, text = output()
    as_json, objects = output(as_json=True)
    async with reachable(plainly, ScriptedStt(), ScriptedTts()) as peers:
        await status(peers, told)
        await status(peers, as_json)
    modes = [line.split()[3] for line in text.getvalue().splitlines()[1:4]]
    assert modes == ["sequential", "streaming", "streaming"]
    records = [json.loads(line) for line in objects.getvalue().splitlines()]
    assert [record["streaming"]["enabled"] for record in records] == [False, True, True]


async def test_status_tells_whether_promises_are_kept() -> None:
    """Those that nothing was measured for as well."""
    told, text = output()
    front = ScriptedOrchestrator()
    front.metrics.time("first_token_ms", 800)
    front.metrics.judge = judge
    async with reachable(front, ScriptedStt(), ScriptedTts()) as peers:
        await status(peers, told)
    assert "first token under 500 ms    800, NOT met" in text.getvalue()
    assert "end to end under 1,500 ms   nothing measured yet" in text.getvalue()


def judge(present: Metrics) -> None:
    promise = present.expectations.add(description="first token under 500 ms")
    promise.actual = present.avg_first_token_ms
    present.expectations.add(description="end to end under 1,500 ms")


async def test_status_as_json_is_one_object_a_service() -> None:
    """With the proto's own names."""
    told, text = output(as_json=True)
    async with reachable(ScriptedOrchestrator(), ScriptedStt(), ScriptedTts()) as peers:
        await status(peers, told)
    records = [json.loads(line) for line in text.getvalue().splitlines()]
    assert [record["service"] for record in records] == [service.name for service in SERVICES]
    assert all(record["status"]["ready"] and record["error"] is None for record in records)
    assert all(record["status"]["max_sessions"] == 4 for record in records)
    assert {record["metrics"]["service"] for record in records} == {
        service.module for service in SERVICES
    }


async def test_status_of_a_service_that_is_not_there_is_an_error() -> None:
    """The others are shown nevertheless."""
    told, text = output()
    async with reachable(ScriptedStt()) as peers:
        with pytest.raises(CliError, match="no status of: orchestrator, text to speech"):
            await status(peers, told)
    assert "ready" in text.getvalue()


async def test_voices_are_listed() -> None:
    """Name, languages, rate, and which one is used where none is named."""
    told, text = output(as_json=True)
    async with reachable(ScriptedTts()) as peers:
        await voices("", peers, told)
    voice = json.loads(text.getvalue())
    assert voice == {
        "name": "ada",
        "languages": ["en"],
        "description": "",
        "sample_rate": 24_000,
        "default": True,
    }


async def test_a_language_without_voices_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty table would leave people guessing."""
    told, _ = output()
    async with reachable(ScriptedTts()) as peers:
        await voices("xx", peers, told)
    assert capsys.readouterr().err == "june: no voice speaks xx\n"


async def test_drain_reaches_the_service() -> None:
    """It is asked to leave, and the user learns how many sessions are left."""
    told, text = output()
    speaks = ScriptedTts()
    async with reachable(speaks) as peers:
        await drain_all((TTS,), peers, told)
    assert speaks.sessions.leave_asked.is_set()
    assert text.getvalue() == "text to speech is draining; 0 sessions are left\n"


async def test_another_service_at_the_address_is_told_apart() -> None:
    """Two addresses swapped are a common mistake."""
    told, _ = output()
    async with reachable(ScriptedStt()) as peers:
        swapped = dict(peers.addresses) | {"tts": peers.address(STT)}
        with pytest.raises(CliError, match="answers, but is not June's text to speech service"):
            await voices("", Peers(swapped, patience=2), told)
