"""Following services that change, go away and come back, over real channels."""

import asyncio
import io
import json
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from june.control.v1.control_pb2 import Status, Streaming
from june.metrics.v1.metrics_pb2 import Metrics
from rich.console import Console

from june_cli.commands.status import watch
from june_cli.errors import BadInput, CliError
from june_cli.output import Output
from june_cli.peers import Peers
from june_cli.services import ORCHESTRATOR, STT, Service
from june_cli.tasks import together
from june_cli.watching import FIRST_RETRY, LAST_RETRY, Backoff, follow
from june_runtime.channel import TlsFiles
from june_runtime.testing import serving
from tests.june_cli.scripted import (
    Scripted,
    ScriptedOrchestrator,
    ScriptedStt,
    ScriptedTts,
    reachable,
)
from tests.june_cli.test_main import environment


class Seen:
    """A watcher that remembers, and can be waited for."""

    def __init__(self) -> None:
        self.statuses: list[Status] = []
        self.modes: list[Streaming] = []
        self.metrics: list[Metrics] = []
        self.losses: list[tuple[str, float]] = []
        self._changed = asyncio.Event()

    def stands(self, service: Service, status: Status, streaming: Streaming) -> None:
        self.statuses.append(status)
        self.modes.append(streaming)
        self._changed.set()

    def measured(self, service: Service, metrics: Metrics) -> None:
        self.metrics.append(metrics)
        self._changed.set()

    def lost(self, service: Service, why: CliError, retry_seconds: float) -> None:
        self.losses.append((why.message, retry_seconds))
        self._changed.set()

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not holds():
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def following(peers: Peers, service: Service) -> AsyncIterator[Seen]:
    seen = Seen()
    async with together() as tasks:
        task = tasks.create_task(follow(peers, service, seen))
        yield seen
        task.cancel()


async def change(service: Scripted, language: str) -> None:
    await service.live.change({"language": language})


async def test_a_change_is_told_when_it_is_made() -> None:
    """The status now, then anew after each change of the configuration."""
    service = ScriptedOrchestrator()
    async with reachable(service) as peers, following(peers, ORCHESTRATOR) as seen:
        await seen.until(lambda: seen.statuses)
        await change(service, "de")
        await seen.until(lambda: len(seen.statuses) > 1)
    assert [status.config.language for status in seen.statuses] == ["en", "de"]
    assert [mode.enabled for mode in seen.modes] == [True, True]
    assert not seen.losses


async def test_figures_are_told_all_along() -> None:
    """Every second, whether they changed or not."""
    service = ScriptedStt()
    async with reachable(service) as peers, following(peers, STT) as seen:
        await seen.until(lambda: seen.metrics)
        service.metrics.count("turns")
        await seen.until(lambda: seen.metrics[-1].counts["turns"] == 1)
    assert not seen.losses


async def test_a_service_that_goes_away_is_found_again() -> None:
    """Its end is told once it happens, and its return."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    peers = Peers({"stt": address}, patience=5)
    async with following(peers, STT) as seen:
        async with serving(ScriptedStt(), listen=address):
            await seen.until(lambda: seen.statuses)
            found = len(seen.losses)
        await seen.until(lambda: len(seen.losses) > found)
        async with serving(ScriptedStt(), listen=address):
            await seen.until(lambda: len(seen.statuses) > 1)
    assert seen.statuses[0].replica == seen.statuses[-1].replica


async def test_a_service_that_was_never_there_is_looked_for() -> None:
    """Each time after a longer wait."""
    async with following(Peers({"stt": "127.0.0.1:1"}), STT) as seen:
        await seen.until(lambda: len(seen.losses) == 2)
    assert [seconds for _, seconds in seen.losses] == [FIRST_RETRY, 2 * FIRST_RETRY]
    assert seen.losses[0][0].startswith("nothing answers at 127.0.0.1:1")


async def test_a_service_that_only_accepts_is_told() -> None:
    """Figures come every second: whoever says nothing for long is gone."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        async with following(Peers({"stt": address}, patience=0.3), STT) as seen:
            await seen.until(lambda: seen.losses)
    assert "accepts calls but said nothing" in seen.losses[0][0]


async def test_files_that_cannot_be_read_end_the_watch() -> None:
    """No waiting mends a certificate that is missing."""
    peers = Peers({"stt": "127.0.0.1:1"}, TlsFiles(ca="nowhere.pem"))  # type: ignore[arg-type]
    with pytest.raises(BadInput):
        async with asyncio.timeout(5):
            await follow(peers, STT, Seen())


def test_waits_grow_and_have_an_end() -> None:
    """A service that is there again makes the next wait a short one."""
    backoff = Backoff()
    assert [backoff.missed() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, LAST_RETRY, LAST_RETRY]
    backoff.met()
    assert backoff.missed() == FIRST_RETRY


class Told(io.StringIO):
    """A terminal or pipe; whoever waits is told of what is written."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = asyncio.Event()

    def write(self, text: str) -> int:
        self._changed.set()
        return super().write(text)

    async def until(self, *words: str) -> None:
        async with asyncio.timeout(20):
            while not all(word in self.getvalue() for word in words):
                self._changed.clear()
                await self._changed.wait()


@pytest.mark.parametrize("terminal", [False, True])
async def test_the_command_follows_all_three(terminal: bool) -> None:
    """As lines in a pipe, on a screen at a terminal; a change of settings shows."""
    services = ScriptedOrchestrator(), ScriptedStt(), ScriptedTts()
    told = Told()
    output = Output(console=Console(file=told, force_terminal=terminal, width=140))
    async with reachable(*services) as peers, asyncio.TaskGroup() as tasks:
        task = tasks.create_task(watch(peers, output))
        await told.until("orchestrator", "stt", "tts", "scripted", "ready")
        await change(services[1], "de")
        await told.until("language en → de")
        task.cancel()
    cursor_shown_again = told.getvalue().rfind("\x1b[?25h")
    assert (cursor_shown_again > 0) == terminal


def test_ctrl_c_ends_the_watch() -> None:
    """With 130 and without a word, although services are being looked for."""
    command = [sys.executable, "-m", "june_cli", "status", "--watch", "--json", "--port-base", "1"]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as watching:
        assert watching.stdout is not None
        lost = json.loads(watching.stdout.readline())
        watching.send_signal(signal.SIGINT)
        _, complaint = watching.communicate(timeout=20)
    assert (lost["kind"], lost["error"][:15]) == ("lost", "nothing answers")
    assert (watching.returncode, complaint) == (130, b"")
