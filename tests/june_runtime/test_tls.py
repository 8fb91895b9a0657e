"""TLS and mutual TLS from files."""

import asyncio
import ssl
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from june.tts.v1 import tts_pb2

from june_runtime.channel import TlsFiles, connect
from june_runtime.errors import SettingsError
from june_runtime.server import ServerSettings
from june_runtime.testing import serving
from june_runtime.tls import client_credentials, server_credentials
from tests.june_runtime.certificates import Authority
from tests.june_runtime.echo import Echo, ask, stub


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.make(tmp_path, "ours")


async def call(target: str, tls: TlsFiles | None) -> None:
    async with connect(target, tls) as channel, asyncio.timeout(9):
        await stub(channel).ListVoices(tts_pb2.ListVoicesRequest(), timeout=5)


async def refused(target: str, tls: TlsFiles | None) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await call(target, tls)
    assert failed.value.code() is grpc.StatusCode.UNAVAILABLE


async def served_name(target: str) -> str:
    """The name in the certificate that the server shows now."""
    host, _, port = target.rpartition(":")
    pem = await asyncio.to_thread(ssl.get_server_certificate, (host, int(port)))
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return str(certificate.subject.rfc4514_string())


async def test_tls_is_spoken(authority: Authority) -> None:
    """A client that knows the authority is served, one in the clear is not."""
    files = authority.write("server")
    async with serving(Echo(), tls_cert=files.cert, tls_key=files.key) as target:
        await call(target, TlsFiles(ca=authority.path))
        await refused(target, None)


async def test_a_strangers_server_is_not_trusted(authority: Authority, tmp_path: Path) -> None:
    """A certificate of another authority is refused by the client."""
    files = Authority.make(tmp_path, "theirs").write("server")
    async with serving(Echo(), tls_cert=files.cert, tls_key=files.key) as target:
        await refused(target, TlsFiles(ca=authority.path))


async def test_mutual_tls_asks_clients_for_a_certificate(
    authority: Authority, tmp_path: Path
) -> None:
    """One of the right authority is let in; none, or another's, is not."""
    server, client = authority.write("server"), authority.write("client")
    stranger = Authority.make(tmp_path, "theirs").write("stranger")
    async with serving(
        Echo(), tls_cert=server.cert, tls_key=server.key, tls_client_ca=authority.path
    ) as target:
        await call(target, TlsFiles(ca=authority.path, cert=client.cert, key=client.key))
        await refused(target, TlsFiles(ca=authority.path))
        await refused(target, TlsFiles(ca=authority.path, cert=stranger.cert, key=stranger.key))


async def test_a_new_certificate_is_taken_up_while_streams_go_on(authority: Authority) -> None:
    """New connections see it; the running stream does not notice."""
    files = authority.write("server")
    async with (
        serving(Echo(), tls_cert=files.cert, tls_key=files.key) as target,
        connect(target, TlsFiles(ca=authority.path)) as channel,
        asyncio.timeout(9),
    ):
        stream = stub(channel).Synthesize()
        await ask(stream)
        assert await served_name(target) == "CN=server"
        certificate, key = authority.issue("renewed")
        assert files.cert is not None
        assert files.key is not None
        files.cert.write_bytes(certificate)
        # Between the two files nothing fits: the old pair stays in force.
        assert await served_name(target) == "CN=server"
        files.key.write_bytes(key)
        assert await served_name(target) == "CN=renewed"
        assert (await ask(stream, sentence_id=2)).sentence_id == 2
        stream.cancel()


async def test_a_certificate_that_vanishes_stays_in_force(authority: Authority) -> None:
    """A server does not fall silent because its files are being replaced."""
    files = authority.write("server")
    async with serving(Echo(), tls_cert=files.cert, tls_key=files.key) as target:
        assert files.cert is not None
        files.cert.unlink()
        await call(target, TlsFiles(ca=authority.path))


def test_files_that_are_missing_are_named(authority: Authority) -> None:
    """At start, in one line."""
    files = authority.write("server")
    assert files.key is not None
    files.key.unlink()
    with pytest.raises(SettingsError) as failed:
        server_credentials(files)
    assert failed.value.reason == "TLS_UNREADABLE"
    assert str(files.key) in failed.value.message
    with pytest.raises(SettingsError, match=r"nowhere\.pem"):
        client_credentials(TlsFiles(ca=Path("nowhere.pem")))


def test_a_key_that_does_not_fit_is_noticed_at_start(authority: Authority) -> None:
    """gRPC itself would only refuse connections later."""
    one, other = authority.write("one"), authority.write("other")
    with pytest.raises(SettingsError, match="cannot be used"):
        server_credentials(TlsFiles(cert=one.cert, key=other.key))


def test_half_a_pair_is_refused(authority: Authority) -> None:
    """A certificate without its key, or a client authority without either."""
    files = authority.write("server")
    with pytest.raises(SettingsError, match="go together"):
        TlsFiles(cert=files.cert)
    lonely = ServerSettings(tls_client_ca=authority.path).tls
    assert lonely is not None
    with pytest.raises(SettingsError, match="needs a certificate"):
        server_credentials(lonely)
