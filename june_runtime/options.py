"""gRPC's channel arguments, the same at both ends of a connection. Pure."""

from __future__ import annotations

MIB = 1 << 20
MAX_RECEIVE_BYTES = MIB

Options = list[tuple[str, int]]

# A peer that vanished is noticed within 25 s; the server tolerates exactly the
# pings that our clients send (it would cut them off with too_many_pings).
KEEPALIVE: Options = [
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
]
# Without these a stream to a peer that reads nothing takes 129 s of audio before
# a write blocks: BDP probing widens the windows of a fast network by itself.
SMALL_WINDOWS: Options = [
    ("grpc.http2.bdp_probe", 0),
    ("grpc.http2.lookahead_bytes", 16_384),
]


def channel_options(*, mesh: bool, max_receive_bytes: int = MAX_RECEIVE_BYTES) -> Options:
    """What a client's channel is opened with.

    Args:
        mesh: small windows, for the hops between June's own services. The front
            door keeps ordinary ones: small ones would throttle a far client.
    """
    return [
        *KEEPALIVE,
        *(SMALL_WINDOWS if mesh else []),
        ("grpc.max_receive_message_length", max_receive_bytes),
        # Channels that share a connection share its fate and its one server
        # process.
        ("grpc.use_local_subchannel_pool", 1),
        # A service that was restarted is found again at once.
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.max_reconnect_backoff_ms", 2_000),
    ]


def server_options(*, mesh: bool, max_receive_bytes: int = MAX_RECEIVE_BYTES) -> Options:
    """What a server is started with; see `channel_options`."""
    return [
        *KEEPALIVE,
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        *(SMALL_WINDOWS if mesh else []),
        ("grpc.max_receive_message_length", max_receive_bytes),
        # A port in use is to be noticed, not shared.
        ("grpc.so_reuseport", 0),
    ]
