"""Envoy's Lua and June's own door judge a request alike, whatever it is."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from june.metrics.v1 import metrics_pb2 as pb

from june_runtime.errors import Unavailable
from june_runtime.testing import serving_both
from tests.june_runtime.doors import Hosted
from tests.mesh import doors

# A stale etag: what is well is refused too, and nothing is changed.
CONFIGURE = "/api/streaming/configure?etag=0123456789abcdef"
NAMES = [
    "streaming_enabled", "streamingEnabled", "max_turn_ms", "maxTurnMs", "exaggeration", "voice",
]  # fmt: skip
NUMBERS = ["1", "-1", "0.5", "1e3", "1.", "007", "", "4294967296", "1e39"]
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
    | st.sampled_from(NUMBERS)
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
)
BODIES = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=80), VALUES) | VALUES
QUERY = st.lists(
    st.tuples(
        st.sampled_from(["etag", "foo", "config.voice", "a b", ""]), st.text("aä+&%= ", max_size=4)
    ),
    max_size=2,
)
EVERY = settings(
    deadline=None,
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Both:
    own: httpx.Client
    envoy: httpx.Client

    def agree_on(self, path: str, body: bytes) -> None:
        own, other = (
            client.post(path, content=body, headers={"content-type": "application/json"})
            for client in (self.own, self.envoy)
        )
        assert (own.status_code, own.json()) == (other.status_code, other.json())


@pytest.fixture(scope="module")
def both(running: doors.Running, through_envoy: doors.Addresses) -> Iterator[Both]:
    with (
        httpx.Client(base_url=f"http://{running.http['orchestrator']}", trust_env=False) as own,
        httpx.Client(base_url=f"http://{through_envoy['orchestrator']}", trust_env=False) as other,
    ):
        yield Both(own, other)


@EVERY
@given(BODIES)
def test_bodies(both: Both, body: Any) -> None:
    """JSON of any shape: the same faults, in the same order."""
    both.agree_on(CONFIGURE, json.dumps(body, ensure_ascii=False).encode())


@EVERY
@given(BODIES, st.integers(0, 60), st.text(' {}[]:,"\\x0', max_size=2))
def test_broken_bodies(both: Both, body: Any, at: int, instead: str) -> None:
    """JSON in which something is wrong somewhere, or is not after all."""
    text = json.dumps(body, ensure_ascii=False)
    both.agree_on(CONFIGURE, (text[:at] + instead + text[at + 1 :]).encode())


@EVERY
@given(QUERY)
def test_queries(both: Both, query: list[tuple[str, str]]) -> None:
    """Escaped or not, twice, empty, unknown."""
    path = CONFIGURE.partition("?")[0]
    both.agree_on(f"{path}?etag=0&{urlencode(query)}", b"{}")
    raw = "&".join(f"{name}={text}" for name, text in query).replace(" ", "%20")
    both.agree_on(f"{path}?etag=0&{raw}", b"{}")


def test_half_a_character_is_refused_by_both(both: Both) -> None:
    """Each in words of its own."""
    for client in (both.own, both.envoy):
        answer = client.post(CONFIGURE, content=b'{"voice": "\\ud800"}')
        assert (answer.status_code, answer.json()["code"]) == (400, 3)


async def test_a_stream_that_fails_later_just_ends(envoy: Path, tmp_path: Path) -> None:
    """A service's own door says why in a last line."""

    async def break_off(
        request: pb.WatchMetricsRequest,
    ) -> AsyncGenerator[pb.WatchMetricsResponse, None]:
        yield pb.WatchMetricsResponse()
        raise Unavailable("GONE", "it is gone")

    async with serving_both(Hosted(watch=break_off)) as at:
        upstream = doors.Running(dict.fromkeys(doors.SERVICES, at.grpc), {}, {})
        with doors.envoy(envoy, upstream, tmp_path) as addresses:
            found = {}
            async with httpx.AsyncClient(trust_env=False) as http:
                for way, host in (("own", at.http), ("envoy", addresses["stt"])):
                    answer = await http.get(f"http://{host}/streaming/metrics/watch")
                    kind = answer.headers["content-type"]
                    found[way] = (answer.status_code, kind, len(answer.text.splitlines()))
    assert found == {
        "own": (200, "application/x-ndjson", 2),
        "envoy": (200, "application/json", 1),
    }
