"""Owns the key that signs checkpoints: made once, mode 0600, refused when others can read it."""

import base64
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from kyc.audit.verify import MalformedError, PublicKey
from kyc.errors import ConfigurationError
from kyc.keyfiles import write_once

ORIGIN = "kyc-audit"  # the first line of a checkpoint, and the key's name, as C2SP has it


@dataclass(frozen=True)
class Signer:
    """Signs checkpoints. `trusted` are the keys that signed earlier ones, this key among them."""

    key: Ed25519PrivateKey = field(repr=False)
    trusted: tuple[PublicKey, ...]

    @property
    def public(self) -> PublicKey:
        return PublicKey(ORIGIN, self.key.public_key().public_bytes_raw())

    def sign(self, size: int, root: bytes, now: datetime) -> str:
        """A C2SP signed note over a tlog-checkpoint, whose one extension line is the time."""
        at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\nat {at}\n"
        signature = self.public.key_id + self.key.sign(text.encode())
        return f"{text}\n— {ORIGIN} {base64.b64encode(signature).decode()}\n"


def load_or_make_signer(path: Path) -> Signer:
    """The Ed25519 key in the PEM file `path`, made when it is missing.

    Beside it stands `path` with `.pub` added: every verifier key so far, one a line, for
    whoever checks the log. To change keys, move the PEM file away and leave the `.pub` file.
    Raises ConfigurationError when others may read the key or the files are not what they should.
    """
    if not path.exists():
        _make(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"{path} can be read by others: run `chmod 600 {path}`")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise ConfigurationError(f"{path} holds no private key without a password") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"{path} holds a key that is not Ed25519")
    return Signer(key, _published(public_key_file(path), Signer(key, ()).public))


def public_key_file(path: Path) -> Path:
    """Where the verifier keys of the signing key in `path` are."""
    return path.with_name(path.name + ".pub")


def load_public_keys(path: Path) -> tuple[PublicKey, ...]:
    """The verifier keys in `path`. Raises ConfigurationError when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        keys = tuple(PublicKey.parse(line) for line in lines if line.strip())
    except (OSError, UnicodeError, MalformedError) as error:
        raise ConfigurationError(f"{path} holds no public keys of the audit log") from error
    if not keys:
        raise ConfigurationError(f"{path} is empty; it should hold a public key a line")
    return keys


def _published(path: Path, current: PublicKey) -> tuple[PublicKey, ...]:
    known = load_public_keys(path) if path.exists() else ()
    if current in known:
        return known
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{current}\n")
    return (*known, current)


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    write_once(path, pem)
