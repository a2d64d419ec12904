"""Owns the certificate by which SeaweedFS's parts know each other, and strangers are told apart.

Its inner ports answer to any local process otherwise, and would let it delete objects.
"""

import os
from datetime import UTC, datetime
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PARTS = ("MASTER", "VOLUME", "FILER", "S3", "ADMIN", "WORKER", "CLIENT")

# It never leaves this machine and its key is as old as it is: no date makes it better or worse,
# and a clock that jumps must not stop the service.
_FROM, _TO = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def load_or_make(directory: Path) -> dict[str, str]:
    """The variables that tell each part its certificate; made at first start, the key in 0600."""
    file, key_file = directory / "seaweedfs.crt", directory / "seaweedfs.key"
    if not file.exists():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(file, key_file)
    variables = {"WEED_GRPC_CA": str(file)}
    for part in PARTS:
        variables |= {f"WEED_GRPC_{part}_CERT": str(file), f"WEED_GRPC_{part}_KEY": str(key_file)}
    return variables


def _make(file: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    key_file.unlink(missing_ok=True)
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    draft = file.with_suffix(".draft")
    draft.write_bytes(_signed(key).public_bytes(serialization.Encoding.PEM))
    draft.rename(file)  # last, since its presence says that the key is there


def _signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Its own authority, server and client in one: whoever holds the key is one of the parts."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kyc embedded object store")])
    uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_TO)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(uses, critical=False)
        .sign(key, hashes.SHA256())
    )
