"""What existing users type, and what they read: at the services' own doors, through a
real Envoy, and over gRPC."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pool, json_format
from google.protobuf.message_factory import GetMessageClass
from google.rpc.status_pb2 import Status
from june.control.v1 import control_service_pb2  # noqa: F401  describes the service
from june.metrics.v1 import metrics_service_pb2  # noqa: F401
from june.orchestrator.v1 import orchestrator_service_pb2  # noqa: F401

from june_runtime.http_json import write_message
from tests.mesh import doors
from tests.mesh.golden import Golden, all_golden, differences

GOLDEN = all_golden()
GRPC = [golden for golden in GOLDEN if golden.command("grpcurl", dict.fromkeys(doors.SERVICES, ""))]
SECONDS = 20


def curl(program: Path, *arguments: str) -> tuple[int, str, str]:
    """HTTP status, content type and body."""
    told = "\n%{http_code} %{content_type}"
    done = subprocess.run(
        [program, "--silent", "--show-error", "--noproxy", "*", "--write-out", told, *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    body, _, (status) = done.stdout.rpartition("\n")
    assert done.returncode == 0, done.stderr
    code, _, content_type = status.partition(" ")
    return int(code), content_type, body


def check(golden: Golden, status: int, answer: Any) -> None:
    assert status == golden.status, answer
    assert not list(differences(golden.answer, answer))


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.name)
def test_curl_at_the_services_themselves(
    running: doors.Running, curl_program: Path, golden: Golden
) -> None:
    """As typed, with and without a Content-Type."""
    arguments = golden.command("curl", running.http)
    assert arguments
    status, content_type, body = curl(curl_program, *arguments)
    assert content_type == "application/json"
    check(golden, status, json.loads(body))


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.name)
def test_curl_through_envoy(
    through_envoy: doors.Addresses, curl_program: Path, golden: Golden
) -> None:
    """The same answers."""
    arguments = golden.command("curl", through_envoy)
    assert arguments
    status, content_type, body = curl(curl_program, *arguments)
    assert content_type == "application/json"
    check(golden, status, json.loads(body))


@pytest.mark.parametrize("golden", GRPC, ids=lambda golden: golden.name)
@pytest.mark.parametrize("way", ["grpc", "envoy"])
def test_grpcurl(
    request: pytest.FixtureRequest, running: doors.Running, grpcurl: Path, golden: Golden, way: str
) -> None:
    """The same answers over gRPC, which passes through Envoy's ports as it is."""
    hosts = running.grpc if way == "grpc" else request.getfixturevalue("through_envoy")
    arguments = golden.command("grpcurl", hosts)
    assert arguments
    done = subprocess.run(
        [grpcurl, "-format-error", *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if golden.status == 200:
        service, _, name = arguments[-1].partition("/")
        method = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
        message = json_format.Parse(done.stdout, GetMessageClass(method.output_type)())
    else:
        message = json_format.Parse(done.stderr, Status())
    check(golden, golden.status, json.loads(write_message(message)))


@pytest.mark.parametrize("way", ["own", "envoy"])
@pytest.mark.parametrize("service", doors.SERVICES)
def test_watching_is_a_line_at_a_time(
    request: pytest.FixtureRequest,
    running: doors.Running,
    curl_program: Path,
    service: str,
    way: str,
) -> None:
    """Each line comes when it is due, not when the answer ends."""
    hosts = running.http if way == "own" else request.getfixturevalue("through_envoy")
    path = "/streaming/metrics/watch?interval=0.1s"
    with subprocess.Popen(
        [
            curl_program,
            "-sN",
            "--noproxy",
            "*",
            "-m",
            str(SECONDS),
            f"http://{hosts[service]}{path}",
        ],
        stdout=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None
        lines = [json.loads(watching.stdout.readline()) for _ in range(3)]
        watching.kill()
    assert {line["metrics"]["service"] for line in lines} == {f"june_{service}"}


@pytest.mark.parametrize("way", ["own", "envoy"])
def test_a_body_too_large_is_a_typed_413(
    request: pytest.FixtureRequest,
    running: doors.Running,
    curl_program: Path,
    tmp_path: Path,
    way: str,
) -> None:
    """Before all of it is read."""
    hosts = running.http if way == "own" else request.getfixturevalue("through_envoy")
    large = tmp_path / "large.json"
    large.write_text(f'{{"voice": "{"x" * 2_000_000}"}}')
    url = f"http://{hosts['orchestrator']}/api/streaming/configure"
    status, _, body = curl(curl_program, "-H", "Expect:", "-d", f"@{large}", url)
    assert status == 413
    assert json.loads(body)["code"] == 3
    assert json.loads(body)["details"][0]["reason"] == "BODY_TOO_LARGE"


@pytest.mark.parametrize("service", doors.SERVICES)
def test_prometheus_reads_a_running_service(
    running: doors.Running, curl_program: Path, promtool: Path, service: str
) -> None:
    """As text without a fault, under its own name."""
    status, content_type, body = curl(curl_program, f"http://{running.http[service]}/metrics")
    assert (status, content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert f"# TYPE june_{service}_sessions_total counter" in body
    checked = subprocess.run(
        [promtool, "check", "metrics"],
        input=body,
        text=True,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_a_lost_orchestrator_is_told(curl_program: Path, envoy: Path, tmp_path: Path) -> None:
    """503 with when to try again; only the reason tells who noticed."""
    with doors.services() as started, doors.envoy(envoy, started, tmp_path) as addresses:
        started.processes["orchestrator"].send_signal(signal.SIGKILL)
        started.processes["orchestrator"].wait()
        for hosts, reason in (
            (started.http, "ORCHESTRATOR_UNAVAILABLE"),
            (addresses, "SERVICE_UNREACHABLE"),
        ):
            url = f"http://{hosts['tts']}/stream-to-room"
            status, _, body = curl(curl_program, "-d", '{"text": "Hello."}', url)
            told = json.loads(body)
            assert (status, told["code"], told["details"][0]["reason"]) == (503, 14, reason)
            assert told["details"][1]["retry_delay"] == "1s"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_the_services_own(
    running: doors.Running, through_envoy: doors.Addresses, curl_program: Path, path: str
) -> None:
    """What goes on behind Envoy is no business of those before it."""
    assert curl(curl_program, f"http://{running.http['tts']}{path}")[0] == 200
    assert curl(curl_program, f"http://{through_envoy['tts']}{path}")[0] == 404
