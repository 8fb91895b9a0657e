"""TLS from files: certificates for gRPC and for HTTP, reread when they change."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import grpc

from june_runtime.errors import SettingsError

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files of one end of a connection.

    Attributes:
        ca: who signs the other end's certificate. A client without it trusts the
            system's authorities; a server with it asks every client for a
            certificate (mutual TLS).
        cert: this end's certificate chain; a server must have one.
        key: the certificate's private key.
    """

    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        if (self.cert is None) != (self.key is None):
            raise SettingsError("TLS_INCOMPLETE", "a TLS certificate and its key go together")


def client_credentials(files: TlsFiles) -> grpc.ChannelCredentials:
    """Credentials of a channel. To take up new files, open a new channel.

    Raises:
        SettingsError: TLS_UNREADABLE, a file is missing or does not fit.
    """
    _check_pair(files)
    return grpc.ssl_channel_credentials(
        _read(files.ca), private_key=_read(files.key), certificate_chain=_read(files.cert)
    )


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Credentials of a server; each new connection sees the files as they then are.

    Raises:
        SettingsError: TLS_UNREADABLE, a file is missing or does not fit.
    """
    reread = _Reread(files, _grpc_configuration)
    return grpc.dynamic_ssl_server_credentials(
        reread.load(),
        reread.fetch,  # type: ignore[arg-type]  # None means no change
        require_client_authentication=files.ca is not None,
    )


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """The same for a server that takes Python's own TLS.

    Raises:
        SettingsError: TLS_UNREADABLE, a file is missing or does not fit.
    """
    reread = _Reread(files, _python_context)
    present = first = reread.load()

    def renew(connection: ssl.SSLObject, name: str | None, old: ssl.SSLContext) -> None:
        nonlocal present
        present = reread.fetch() or present
        connection.context = present

    # Called for each new connection, also for one that names no server.
    first.sni_callback = renew
    return first


def _grpc_configuration(files: TlsFiles) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(_read(files.key) or b"", _read(files.cert) or b"")], root_certificates=_read(files.ca)
    )


def _python_context(files: TlsFiles) -> ssl.SSLContext:
    assert files.cert is not None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.cert, files.key)
    if files.ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(files.ca)
    return context


class _Reread(Generic[T]):
    """The server's certificate configuration, made anew when a file changed."""

    def __init__(self, files: TlsFiles, make: Callable[[TlsFiles], T]) -> None:
        if files.cert is None:
            raise SettingsError("TLS_INCOMPLETE", "a TLS server needs a certificate and its key")
        self._files = files
        self._make = make
        self._seen: tuple[tuple[int, int], ...] = ()

    def load(self) -> T:
        self._seen = self._stamps()
        _check_pair(self._files)
        return self._make(self._files)

    def fetch(self) -> T | None:
        """For each new connection: the new configuration, or None for the old one."""
        try:
            if self._stamps() == self._seen:
                return None
            configuration = self.load()
        except SettingsError as error:
            # Files are replaced one after another: a pair that does not fit yet
            # leaves the old one in force, and the next connection looks again.
            self._seen = ()
            log.warning("the TLS files cannot be used, keeping the ones before: %s", error)
            return None
        log.info("TLS certificate reloaded")
        return configuration

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        files = self._files
        return tuple(_stamp(path) for path in (files.ca, files.cert, files.key) if path)


def _stamp(path: Path) -> tuple[int, int]:
    """Changes whenever the file does; zeros while there is none."""
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_ino


def _read(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(
            "TLS_UNREADABLE", f"cannot read the TLS file {path}: {error.strerror}"
        ) from error


def _check_pair(files: TlsFiles) -> None:
    """gRPC would only say later, and only in its log, that a key does not fit."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        if files.cert is not None:
            context.load_cert_chain(files.cert, files.key)
        if files.ca is not None:
            context.load_verify_locations(files.ca)
    except OSError as error:  # ssl.SSLError is one too
        names = ", ".join(str(path) for path in (files.cert, files.key, files.ca) if path)
        raise SettingsError(
            "TLS_UNREADABLE", f"the TLS files {names} cannot be used: {error}"
        ) from error
