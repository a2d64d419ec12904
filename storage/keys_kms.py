"""Owns epoch keys under a root key of AWS KMS, in files that can be destroyed at once.

KMS deletes a key only after 7 to 30 days, so the root key stays and what it encrypts goes: each
epoch's key lies in the key store as ciphertext (docs/formats/key-store.md).
"""

import re
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from storage.errors import KeyServiceError, KeyStoreError, WrongKeyError
from storage.keys import EPOCH_KEY_LENGTH
from storage.keys_file import FileKeys

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient

REMEMBERED_SECONDS = 300.0
"""So long an opened key is used without asking KMS again, while its file stands unchanged."""

_LINE = re.compile(rb"kyc-kms-1 ([a-z0-9_-]+) ([A-Za-z0-9+/]+={0,2})\n")
_WRONG = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


@dataclass(frozen=True)
class KmsSettings:
    """The root key by id, ARN or `alias/name`; without credentials those of the machine's role."""

    root_key: str
    region: str | None = None
    endpoint_url: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    timeout: float = 5.0
    attempts: int = 3


class KmsCover:
    """Encrypts each epoch's key by the root key, under the epoch's name as encryption context."""

    def __init__(self, settings: KmsSettings, ticks: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._ticks = ticks
        self._known: dict[bytes, tuple[float, bytes]] = {}
        self._lock = Lock()

    def cover(self, epoch: str, key: bytes) -> bytes:
        with _answered(epoch):
            answer = self._client.encrypt(
                KeyId=self._settings.root_key, Plaintext=key, EncryptionContext=_context(epoch)
            )
            blob = b64encode(answer["CiphertextBlob"]).decode("ascii")
        return f"kyc-kms-1 {epoch} {blob}\n".encode("ascii")

    def uncover(self, epoch: str, untrusted_line: bytes) -> bytes:
        match = _LINE.fullmatch(untrusted_line)
        if match is None or match[1].decode("ascii") != epoch:
            raise KeyStoreError(f"the key of {epoch} is damaged or belongs to another epoch")
        digest = sha256(untrusted_line).digest()
        with self._lock:
            opened_at, key = self._known.get(digest, (0.0, b""))
        if not key or self._ticks() - opened_at > REMEMBERED_SECONDS:
            key = self._decrypt(epoch, b64decode(match[2]))
            with self._lock:
                self._known = {digest: (self._ticks(), key), **self._fresh()}
        return key

    def probe(self) -> None:
        """Raises KeyServiceError when KMS does not answer for the root key, or it is disabled."""
        with _answered("any"):
            described = self._client.describe_key(KeyId=self._settings.root_key)
            is_enabled = described["KeyMetadata"]["Enabled"]
        if not is_enabled:
            raise KeyServiceError("the root key in KMS is disabled or about to be deleted")

    def _decrypt(self, epoch: str, blob: bytes) -> bytes:
        with _answered(epoch):
            answer = self._client.decrypt(
                # Named, so that a ciphertext under somebody else's root key is not accepted.
                KeyId=self._settings.root_key,
                CiphertextBlob=blob,
                EncryptionContext=_context(epoch),
            )
            key = answer["Plaintext"]
        if len(key) != EPOCH_KEY_LENGTH:
            raise WrongKeyError(f"what KMS gave for {epoch} is no key of ours")
        return key

    def _fresh(self) -> dict[bytes, tuple[float, bytes]]:
        oldest = self._ticks() - REMEMBERED_SECONDS
        return {digest: known for digest, known in self._known.items() if known[0] >= oldest}

    @cached_property
    def _client(self) -> "KMSClient":
        settings = self._settings
        return boto3.client(
            "kms",
            region_name=settings.region,
            endpoint_url=settings.endpoint_url,
            aws_access_key_id=settings.access_key,
            aws_secret_access_key=settings.secret_key,
            config=Config(
                connect_timeout=min(3.0, settings.timeout),
                read_timeout=settings.timeout,
                retries={"mode": "standard", "total_max_attempts": settings.attempts},
            ),
        )


class KmsKeys(FileKeys):
    """The file provider, whose files are of use to nobody without the root key."""

    def __init__(self, directory: Path, settings: KmsSettings) -> None:
        self._kms = KmsCover(settings)
        super().__init__(directory, self._kms)

    def check(self) -> None:
        self._kms.probe()
        super().check()


def _context(epoch: str) -> dict[str, str]:
    return {"kyc-use": "epoch-key", "kyc-epoch": epoch}


@contextmanager
def _answered(epoch: str) -> Iterator[None]:
    """Gives KMS's failures our names; what they say is not passed on, since it names accounts."""
    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code in _WRONG:
            raise WrongKeyError(f"the key of {epoch} is of another root key or epoch") from None
        raise KeyServiceError(f"KMS refused: {code}") from None
    except (BotoCoreError, KeyError) as error:
        raise KeyServiceError(f"KMS does not answer: {type(error).__name__}") from None


def _code(error: ClientError) -> str:
    details: dict[str, Any] = dict(error.response.get("Error", {}))
    return str(details.get("Code", "unknown"))
