"""The life of a whole process, from its start to its signals."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from june.control.v1 import control_pb2, control_service_pb2_grpc
from june.tts.v1 import tts_pb2

from june_runtime.channel import connect
from june_runtime.errors import from_rpc_error
from june_runtime.testing import serving
from tests.june_runtime.echo import Echo, ask, stub
from tests.june_runtime.test_server import NOT_SERVING, SERVING, health_of

ROOT = Path(__file__).parents[2]


class Process:
    """An echo service in a process of its own; its log lines as they come."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []

    async def told(self, message: str) -> dict[str, str]:
        """The next log line that says `message`."""
        assert self.process.stderr is not None
        while line := (await self.process.stderr.readline()).decode():
            self.lines.append(line)
            if f'"{message}' in line:
                parsed: dict[str, str] = json.loads(line)
                return parsed
        raise AssertionError(f"{message!r} was never logged: {self.lines}")

    async def ended(self) -> tuple[int, str]:
        """Exit status and everything logged."""
        _, rest = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, "".join(self.lines) + rest.decode()


@asynccontextmanager
async def started(
    listen: str = "127.0.0.1:0", drain_seconds: float = 30, mode: str = "well"
) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _CODE, listen, str(drain_seconds), mode),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(20):
            yield Process(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


_CODE = (
    f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'gen/python')!r}]; "
    "from tests.june_runtime.echo import main; "
    "from june_runtime.server import run; run(main)"
)


async def test_sigterm_drains() -> None:
    """Not ready at once, still alive; the session hears go_away, ends in peace, and the
    process leaves with status 0 long before its time is up."""
    async with started() as echo:
        address = (await echo.told("ready"))["address"]
        async with connect(address) as channel, connect(address) as prober:
            call = stub(channel).Synthesize()
            await ask(call)
            assert await health_of(prober, "") == SERVING
            echo.process.send_signal(signal.SIGTERM)
            assert (await call.read()).go_away.time_left.seconds > 20
            assert await health_of(prober, "") == NOT_SERVING
            assert await health_of(prober, "june.live") == SERVING
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await ask(stub(prober).Synthesize())
            assert from_rpc_error(refused.value).reason == "DRAINING"
            assert (await ask(call, sentence_id=9)).sentence_id == 9
            await call.done_writing()
            assert await call.code() is grpc.StatusCode.OK
            status, log = await echo.ended()
        assert status == 0
        assert "Traceback" not in log
        assert "stopped" in log


async def test_a_second_signal_stops_at_once() -> None:
    """Whoever cannot wait need not."""
    async with started() as echo:
        async with connect((await echo.told("ready"))["address"]) as channel:
            call = stub(channel).Synthesize()
            await ask(call)
            echo.process.send_signal(signal.SIGINT)
            await echo.told("draining")
            echo.process.send_signal(signal.SIGINT)
            status, log = await echo.ended()
            call.cancel()
        assert status == 0
        assert "stopping with sessions left" in log
        assert "Traceback" not in log


async def test_the_drain_rpc_ends_the_process() -> None:
    """As a signal would; it answers before that."""
    async with started() as echo:
        async with connect((await echo.told("ready"))["address"]) as channel:
            control = control_service_pb2_grpc.ControlServiceStub(channel)
            await control.Drain(control_pb2.DrainRequest())
            status, _ = await echo.ended()
        assert status == 0


async def test_a_signal_while_loading_ends_the_process() -> None:
    """Nobody waits for models that nobody wants any more."""
    async with started(mode="loading") as echo:
        address = (await echo.told("listening"))["address"]
        async with connect(address) as channel:
            assert await health_of(channel, "june.live") == SERVING
        echo.process.send_signal(signal.SIGTERM)
        status, log = await echo.ended()
        assert status == 0
        assert '"ready"' not in log


async def test_a_port_in_use_ends_the_process_with_one_line() -> None:
    """Status 2 and no traceback."""
    async with serving(Echo()) as target, started(listen=target) as echo:
        status, log = await echo.ended()
    assert status == 2
    assert f"cannot listen on {target}: the port is in use by another process\n" in log
    assert "Traceback" not in log


async def test_a_model_that_cannot_be_loaded_ends_the_process() -> None:
    """With the reason in its last lines and a status that is not 0."""
    async with started(mode="broken") as echo:
        status, log = await echo.ended()
    assert status == 1
    assert log.endswith("no model\n")
    assert "Traceback" not in log


async def test_a_process_is_reached_like_any_other() -> None:
    """A service in its own process answers."""
    async with started() as echo:
        async with connect((await echo.told("ready"))["address"]) as channel:
            voices = await stub(channel).ListVoices(tts_pb2.ListVoicesRequest(language="en"))
        assert voices.default_voice == "en"
