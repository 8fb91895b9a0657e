"""Certificates made on the spot."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from june_runtime.tls import TlsFiles

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """Signs certificates; its own lies in `folder`."""

    folder: Path
    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def make(cls, folder: Path, name: str) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _builder(name, name, key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        authority = cls(folder, name, key, certificate.sign(key, hashes.SHA256()))
        authority.path.write_bytes(_pem(authority.certificate))
        return authority

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}.ca.pem"

    def issue(self, name: str) -> tuple[bytes, bytes]:
        """A certificate for 127.0.0.1 and its key, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        certificate = _builder(name, self.name, key).add_extension(
            x509.SubjectAlternativeName([address]), critical=False
        )
        return _pem(certificate.sign(self.key, hashes.SHA256())), key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def write(self, name: str) -> TlsFiles:
        """Files of a new certificate, over those that had the name before."""
        files = TlsFiles(cert=self.folder / f"{name}.cert.pem", key=self.folder / f"{name}.key.pem")
        assert files.cert is not None
        assert files.key is not None
        certificate, key = self.issue(name)
        files.cert.write_bytes(certificate)
        files.key.write_bytes(key)
        return files


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
