"""What every test may ask for, and the rule on skips.

A test that lacks something it needs (a recording, a tool that this machine cannot
build, a GPU) skips and names it. Where CI_NO_SKIPS is set such a skip is a
failure, so that nothing goes untested unnoticed; only tests marked `gpu` may skip
even then.
"""

import os
import shutil
import sys
from collections.abc import Callable, Generator
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import pytest

from june_runtime.setting_names import BARE_KEYS
from tests.redis_server import RedisServer
from tools import outside

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "speech"

# Before any test imports onnxruntime, which would report that to its maker.
os.putenv("ORT_DISABLE_TELEMETRY", "1")

# How long an example takes says nothing on a machine that others share.
hypothesis.settings.register_profile("june", deadline=None)
hypothesis.settings.load_profile("june")

# No test reaches a language model, whatever keys this machine has.
for key in BARE_KEYS:
    os.environ.pop(key, None)

FindsRecording = Callable[[str], Path]


@pytest.fixture(scope="session")
def speech() -> FindsRecording:
    """Finds a recording of real speech by its file name."""

    def find(name: str) -> Path:
        path = RECORDINGS / name
        if not path.exists():
            pytest.skip(f"no recording ../shared/speech/{name}")
        return path

    return find


@pytest.fixture(scope="session")
def hearing() -> None:
    """What speech to text needs with any engine: silero's model and what runs it."""
    for package in ("onnxruntime", "faster_whisper"):
        if find_spec(package) is None:
            pytest.skip(f"no {package}: the extra `stt` is not installed")


@pytest.fixture(scope="session")
def gemini_extra() -> None:
    """What the brain Gemini needs."""
    if find_spec("google.genai") is None:
        pytest.skip("no google-genai: the extra `gemini` is not installed")


@pytest.fixture(scope="session")
def grpcurl() -> Path:
    """The program grpcurl, to look at a service from outside."""
    return _built(outside.GRPCURL)


@pytest.fixture(scope="session")
def grpc_health_probe() -> Path:
    """The program grpc-health-probe, as Kubernetes would run it."""
    return _built(outside.GRPC_HEALTH_PROBE)


@pytest.fixture(scope="session")
def promtool() -> Path:
    """The program promtool, which judges figures as Prometheus reads them."""
    return _built(outside.PROMTOOL)


@pytest.fixture
def redis_server(tmp_path: Path) -> Generator[RedisServer, None, None]:
    """A Redis that is running, empty, and ends with the test."""
    server = RedisServer(_built(outside.REDIS_SERVER), tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def curl_program() -> Path:
    """The program curl."""
    return _installed("curl")


@pytest.fixture(scope="session")
def envoy() -> Path:
    """The program Envoy, which the group `test` brings."""
    return _installed("envoy", os.pathsep.join((str(Path(sys.executable).parent), os.defpath)))


def _installed(name: str, path: str | None = None) -> Path:
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"no {name}: it is not installed")
    return Path(found)


def _built(tool: outside.Tool) -> Path:
    if not tool.path.exists():
        pytest.skip(f"no {tool.name}: {tool.absence()}")
    return tool.path


def _must_not_skip(node: pytest.Item | pytest.Collector) -> bool:
    return bool(os.environ.get("CI_NO_SKIPS")) and node.get_closest_marker("gpu") is None


def _fail_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped, and CI_NO_SKIPS allows no skip: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if _must_not_skip(item):
        _fail_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if _must_not_skip(collector):
        _fail_skip(report)
    return report
