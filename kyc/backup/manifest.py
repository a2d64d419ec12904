"""Owns the manifest of a backup: what belongs to it, signed by the key of the audit log."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kyc.audit.signer import Signer
from kyc.audit.verify import PublicKey
from kyc.errors import KycError

NAME = "manifest.json"
_DOMAIN = b"kyc/backup/v1\n"
_KEY_ID = 4
_BLOCK = 2**20


class BackupError(KycError):
    """A backup that is not whole, not ours, or not for this place; nothing was changed."""

    code = "backup"


@dataclass(frozen=True)
class Manifest:
    """Names, lengths and hashes of the files, and what to expect in them; no secret, no person."""

    backup: str
    made_at: datetime
    release: str
    files: dict[str, dict[str, Any]]
    objects: int
    has_objects: bool
    rows: dict[str, int]
    epochs: list[str] = field(default_factory=list)

    def members(self) -> dict[str, Any]:
        at = self.made_at.astimezone(UTC).isoformat(timespec="seconds")
        return {**self.__dict__, "made_at": at, "v": 1}


def write(manifest: Manifest, signer: Signer, directory: Path) -> None:
    message = _DOMAIN + rfc8785.dumps(manifest.members())
    signature = signer.public.key_id + signer.key.sign(message)
    whole = {
        "manifest": manifest.members(),
        "signature": base64.b64encode(signature).decode(),
    }
    (directory / NAME).write_text(json.dumps(whole, indent=1, sort_keys=True), encoding="utf-8")


def read(directory: Path) -> tuple[Manifest, bytes]:
    """The manifest and its signature, not checked yet. Raises BackupError."""
    try:
        whole = json.loads((directory / NAME).read_text(encoding="utf-8"))
        members, signature = dict(whole["manifest"]), base64.b64decode(whole["signature"])
        if members.pop("v") != 1:
            raise BackupError("a newer version of kyc made this backup")
        members["made_at"] = datetime.fromisoformat(members["made_at"])
        return Manifest(**members), signature
    except OSError as error:
        raise BackupError(f"{directory} holds no backup: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{directory / NAME} is no manifest of a backup") from error


def check_signature(manifest: Manifest, signature: bytes, keys: Iterable[PublicKey]) -> None:
    """Raises BackupError unless one of the keys of the audit log signed it."""
    message = _DOMAIN + rfc8785.dumps(manifest.members())
    key = next((key for key in keys if key.key_id == signature[:_KEY_ID]), None)
    if key is None:
        raise BackupError("the backup is not signed by an audit key that is known here")
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[_KEY_ID:], message)
    except InvalidSignature:
        raise BackupError("the backup's manifest was altered") from None


def described(path: Path) -> dict[str, Any]:
    digest, length = sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            length += len(block)
    return {"bytes": length, "sha256": digest.hexdigest()}


def check_file(manifest: Manifest, name: str, path: Path) -> None:
    """Raises BackupError when it is not there, or not what the manifest says."""
    if not path.is_file():
        raise BackupError(f"{path} is missing from the backup")
    if manifest.files.get(name) != described(path):
        raise BackupError(f"{path} is not the file that the manifest names")
