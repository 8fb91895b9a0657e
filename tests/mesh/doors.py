"""The three services as processes with their HTTP doors, and a real Envoy before them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.mesh import free_ports

ROOT = Path(__file__).resolve().parents[2]
ENVOY = ROOT / "deploy" / "envoy" / "envoy.yaml"
SERVICES = {
    "orchestrator": ("ORCH", 50050, 8080),
    "stt": ("STT", 50051, 8081),
    "tts": ("TTS", 50052, 8082),
}
START_SECONDS = 20.0

Addresses = Mapping[str, str]


@dataclass(frozen=True)
class Running:
    """Addresses of each service: its gRPC and HTTP doors, and Envoy's."""

    grpc: Addresses
    http: Addresses
    processes: Mapping[str, subprocess.Popen[str]]


@contextmanager
def services() -> Iterator[Running]:
    """All three over scripted engines, ready."""
    ports = free_ports(2 * len(SERVICES))
    at = dict(zip(SERVICES, (f"127.0.0.1:{port}" for port in ports[:3]), strict=True))
    http = dict(zip(SERVICES, (f"127.0.0.1:{port}" for port in ports[3:]), strict=True))
    environment = {
        **os.environ,
        "JUNE_LOG_FORMAT": "json",
        "JUNE_STT_ENGINE": "scripted",
        "JUNE_TTS_ENGINE": "scripted",
        "JUNE_ORCH_BRAIN": "scripted",
        "JUNE_ORCH_STT": at["stt"],
        "JUNE_ORCH_TTS": at["tts"],
        "JUNE_TTS_ORCHESTRATOR": at["orchestrator"],
    }
    for name, (prefix, _, _) in SERVICES.items():
        environment[f"JUNE_{prefix}_LISTEN"] = at[name]
        environment[f"JUNE_{prefix}_HTTP_LISTEN"] = http[name]
    with ExitStack() as stack:
        started = {
            name: stack.enter_context(_process([sys.executable, "-m", f"june_{name}"], environment))
            for name in SERVICES
        }
        for process in started.values():
            _until_ready(process)
        yield Running(at, http, started)


@contextmanager
def envoy(program: Path, running: Running, folder: Path) -> Iterator[Addresses]:
    """deploy/envoy/envoy.yaml with other ports, before these services."""
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    config = ENVOY.read_text().replace("address: 0.0.0.0", "address: 127.0.0.1")
    for name, (_, grpc, http) in SERVICES.items():
        upstream = running.grpc[name].rpartition(":")[2]
        config = config.replace(f"port_value: {grpc}}}", f"port_value: {upstream}}}")
        config = config.replace(f"port_value: {http}}}", f"port_value: {ports[name]}}}")
    path = folder / "envoy.yaml"
    path.write_text(config)
    command = [str(program), "-c", str(path), "--use-dynamic-base-id", "--concurrency", "1"]
    with _process([*command, "--log-level", "error"], os.environ) as process:
        for port in ports.values():
            _until_open(port, process)
        yield {name: f"127.0.0.1:{port}" for name, port in ports.items()}


@contextmanager
def _process(command: list[str], environ: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(environ), stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def _until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    lines: list[str] = []
    for line in process.stderr:
        lines.append(line)
        if json.loads(line)["message"] == "ready":
            return
    raise AssertionError(f"{process.args!r} is not ready: {lines}")


def _until_open(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    process.kill()
    assert process.stderr is not None
    raise AssertionError(f"{process.args!r} does not listen: {process.stderr.read()}")
