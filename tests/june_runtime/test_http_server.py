"""The port that HTTP is served at."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from june_runtime.errors import SettingsError
from june_runtime.server import Server, ServerSettings
from june_runtime.testing import serving, serving_both
from june_runtime.tls import TlsFiles
from tests.june_runtime.certificates import Authority
from tests.june_runtime.doors import Hosted
from tests.june_runtime.test_tls import served_name


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.make(tmp_path, "ours")


async def status_of(address: str, authority: Authority, client: TlsFiles | None = None) -> int:
    """The HTTP status of a request over TLS."""
    context = ssl.create_default_context(cafile=str(authority.path))
    if client and client.cert:
        context.load_cert_chain(client.cert, client.key)
    async with httpx.AsyncClient(verify=context, trust_env=False) as http:
        return (await http.get(f"https://{address}/healthz")).status_code


async def test_the_port_is_told_and_closed_at_the_end() -> None:
    """A free one where 0 was asked for."""
    async with serving_both(Hosted()) as at:
        assert at.http != at.grpc
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"http://{at.http}/healthz")).status_code == 200
    host, port = at.http.split(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))


async def test_without_an_address_there_is_no_door() -> None:
    """As `serving` has it."""
    server = Server(ServerSettings(listen="127.0.0.1:0"), Hosted())
    await server.listen()
    assert server.http_address == ""
    await server.close(0)
    async with serving(Hosted()) as target:
        assert target


@pytest.mark.parametrize(
    ("listen", "reason"),
    [("127.0.0.1:{port}", "PORT_IN_USE"), ("192.0.2.1:0", "LISTEN_IMPOSSIBLE")],
)
async def test_a_port_that_cannot_be_had_is_told_in_one_line(listen: str, reason: str) -> None:
    """As for gRPC."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = listen.format(port=taken.getsockname()[1])
        server = Server(ServerSettings(listen="127.0.0.1:0", http_listen=listen), Hosted())
        with pytest.raises(SettingsError, match=f"cannot listen on {listen}") as refused:
            await server.listen()
        await server.close(0)
    assert refused.value.reason == reason


async def test_signals_are_left_to_june() -> None:
    """uvicorn would take them."""
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with serving_both(Hosted()):
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


async def test_a_header_has_a_bound() -> None:
    """Whoever sends more is refused."""
    async with serving_both(Hosted()) as at, httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"http://{at.http}/healthz", headers={"x": "x" * 100_000})
    assert (answer.status_code, answer.json()["code"]) == (431, 3)


async def test_half_a_request_does_not_hold_up_the_stop() -> None:
    """Its connection is cut when the time is up."""
    server = Server(ServerSettings(listen="127.0.0.1:0", http_listen="127.0.0.1:0"), Hosted())
    await server.listen()
    host, port = server.http_address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /api/streaming/configure HTTP/1.1\r\nhost: june\r\ncontent-length: 9\r\n\r\n"
    )
    async with asyncio.timeout(5):
        await writer.drain()
        await server.close(0.2)
        with suppress(ConnectionResetError):
            await reader.read()
        assert reader.at_eof() or reader.exception()
    writer.close()


async def test_where_grpc_has_tls_http_has_too(authority: Authority) -> None:
    """The same files; nothing is said in the clear."""
    files = authority.write("server")
    async with serving_both(Hosted(), tls_cert=files.cert, tls_key=files.key) as at:
        assert await status_of(at.http, authority) == 200
        async with httpx.AsyncClient(trust_env=False) as http:
            with pytest.raises(httpx.HTTPError):
                await http.get(f"http://{at.http}/healthz")


async def test_mutual_tls_asks_for_a_certificate(authority: Authority, tmp_path: Path) -> None:
    """One of the right authority is let in; none, or another's, is not."""
    server, client = authority.write("server"), authority.write("client")
    stranger = Authority.make(tmp_path, "theirs").write("stranger")
    tls = {"tls_cert": server.cert, "tls_key": server.key, "tls_client_ca": authority.path}
    async with serving_both(Hosted(), **tls) as at:
        assert await status_of(at.http, authority, client) == 200
        for refused in (None, stranger):
            with pytest.raises((httpx.HTTPError, ssl.SSLError)):
                await status_of(at.http, authority, refused)


async def test_new_certificates_and_authorities_are_taken_up(
    authority: Authority, tmp_path: Path
) -> None:
    """By the next connection, once the pair fits."""
    files, client = authority.write("server"), authority.write("client")
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(authority.path.read_bytes())
    assert files.cert is not None
    assert files.key is not None
    async with serving_both(Hosted(), tls_cert=files.cert, tls_key=files.key) as at:
        assert await served_name(at.http) == "CN=server"
        certificate, key = authority.issue("renewed")
        files.cert.write_bytes(certificate)
        assert await served_name(at.http) == "CN=server"
        files.key.write_bytes(key)
        assert await served_name(at.http) == "CN=renewed"
    tls = {"tls_cert": files.cert, "tls_key": files.key, "tls_client_ca": trusted}
    async with serving_both(Hosted(), **tls) as at:
        assert await status_of(at.http, authority, client) == 200
        trusted.write_bytes(Authority.make(tmp_path, "theirs").path.read_bytes())
        with pytest.raises((httpx.HTTPError, ssl.SSLError)):
            await status_of(at.http, authority, client)
