"""gRPC's channel arguments."""

from pathlib import Path

import pytest
from grpc._cython import cygrpc  # type: ignore[attr-defined]

from june_runtime.options import Options, channel_options, server_options


@pytest.mark.parametrize("options", [channel_options(mesh=True), server_options(mesh=True)])
def test_grpc_knows_every_argument(options: Options) -> None:
    """It passes over a name that it does not know without a word."""
    core = Path(cygrpc.__file__).read_bytes()
    assert [name for name, _ in options if name.encode() not in core] == []


def test_the_server_tolerates_the_pings_of_our_clients() -> None:
    """Otherwise it would cut them off with too_many_pings."""
    client, server = dict(channel_options(mesh=True)), dict(server_options(mesh=True))
    tolerated = server["grpc.http2.min_ping_interval_without_data_ms"]
    assert tolerated < client["grpc.keepalive_time_ms"]


def test_only_the_mesh_has_small_windows() -> None:
    """They would throttle a far client of the front door."""
    small = {"grpc.http2.bdp_probe", "grpc.http2.lookahead_bytes"}
    for options in (channel_options, server_options):
        assert small <= dict(options(mesh=True)).keys()
        assert not small & dict(options(mesh=False)).keys()
