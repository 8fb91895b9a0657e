"""What other people's tools see of each service."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.mesh.conftest import MakeMesh

SERVICES = {
    "stt": "june.stt.v1.SttService",
    "tts": "june.tts.v1.TtsService",
    "orchestrator": "june.orchestrator.v1.OrchestratorService",
}


async def run(*command: str | Path) -> tuple[int, str]:
    """Exit status and output of a program."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(20):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


@pytest.mark.parametrize("service", SERVICES)
async def test_grpcurl_lists_every_service(
    make_mesh: MakeMesh, grpcurl: Path, service: str
) -> None:
    """Reflection names the service itself, control, metrics and health."""
    async with make_mesh() as mesh:
        status, output = await run(grpcurl, "-plaintext", mesh.addresses[service], "list")
    assert status == 0, output
    assert {
        SERVICES[service],
        "june.control.v1.ControlService",
        "june.metrics.v1.MetricsService",
        "grpc.health.v1.Health",
    } <= set(output.split())


@pytest.mark.parametrize("service", SERVICES)
async def test_grpcurl_configures_one_thing(
    make_mesh: MakeMesh, grpcurl: Path, service: str
) -> None:
    """A bare field changes itself alone, and the reply is the whole configuration."""
    async with make_mesh() as mesh:
        status, output = await run(
            grpcurl, "-plaintext", "-d", '{"config": {"language": "en"}}',
            mesh.addresses[service], "june.control.v1.ControlService/Configure",
        )  # fmt: skip
    assert status == 0, output
    assert '"language": "en"' in output
    assert '"etag"' in output


@pytest.mark.parametrize("service", SERVICES)
async def test_health_probe_finds_each_service_serving(
    make_mesh: MakeMesh, grpc_health_probe: Path, service: str
) -> None:
    """As Kubernetes would ask: the whole server, its service, and its mere life."""
    async with make_mesh() as mesh:
        for name in ("", SERVICES[service], "june.live"):
            status, output = await run(
                grpc_health_probe, "-addr", mesh.addresses[service], "-service", name
            )
            assert status == 0, output
