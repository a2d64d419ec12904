"""Owns epoch keys in the transit engine of HashiCorp Vault or OpenBao: they never leave it.

One transit key an epoch, with key derivation; docs/formats/key-store.md tells names and contexts.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import hvac
import requests
from hvac import exceptions as refusals
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from storage.encoding import item
from storage.errors import KeyGoneError, KeyServiceError, MissingKeyError, WrongKeyError
from storage.keys import EPOCH_KEY_LENGTH, WrappedKey, check_epoch

PREFIX = b"vault:v"
_WRAP = b"kyc/wrap/v1"
_DERIVE = b"kyc/derive/v1"
_DOWN = (
    refusals.VaultDown,
    refusals.BadGateway,
    refusals.InternalServerError,
    refusals.RateLimitExceeded,
    refusals.VaultNotInitialized,
)


@dataclass(frozen=True)
class VaultSettings:
    """`token` is asked before each call, so that an agent may renew it in its file."""

    url: str
    token: Callable[[], str]
    mount: str = "transit"
    prefix: str = "kyc"
    authority: Path | None = None
    timeout: float = 5.0
    retries: int = 2


class VaultKeys:
    """`PREFIX-EPOCH` names an epoch's key, `PREFIX.gone.EPOCH` the tombstone of a destroyed one.

    A tombstone is a transit key that nothing is ever encrypted with; its presence alone decides.
    """

    def __init__(self, settings: VaultSettings) -> None:
        self._settings = settings
        self._session = requests.Session()
        again = Retry(
            total=settings.retries,
            status_forcelist=(500, 502, 503),
            allowed_methods=None,  # each call may be repeated: none adds to what it did before
            backoff_factor=0.2,
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=again))

    def create(self, epoch: str) -> None:
        self._refuse_gone(check_epoch(epoch))
        if self._read(self._name(epoch)) is None:
            self._make(self._name(epoch))
            self._refuse_gone(epoch)  # destroyed meanwhile: the tombstone counts, not the new key

    def wrap(self, data_key: bytes, epoch: str, context: bytes) -> WrappedKey:
        self.create(epoch)
        answer = self._call(
            "encrypt_data",
            name=self._name(epoch),
            plaintext=_text(data_key),
            context=_text(_associated(epoch, context)),
        )
        return WrappedKey(epoch, _field(answer, "ciphertext").encode("ascii"))

    def unwrap(self, wrapped: WrappedKey, context: bytes) -> bytes:
        epoch = check_epoch(wrapped.epoch)
        self._require(epoch)
        if not wrapped.blob.startswith(PREFIX) or not wrapped.blob.isascii():
            raise WrongKeyError(f"a key of epoch {epoch} was not wrapped by this service")
        try:
            answer = self._call(
                "decrypt_data",
                name=self._name(epoch),
                ciphertext=wrapped.blob.decode("ascii"),
                context=_text(_associated(epoch, context)),
            )
        except refusals.InvalidRequest:
            self._require(epoch)  # it was destroyed in between
            raise WrongKeyError(f"a key of epoch {epoch} does not open") from None
        return b64decode(_field(answer, "plaintext"))

    def derive(self, epoch: str, purpose: bytes) -> bytes:
        self._require(check_epoch(epoch))
        asked = _DERIVE + item(epoch.encode("ascii")) + item(purpose)
        answer = self._call(
            "generate_hmac",
            name=self._name(epoch),
            hash_input=_text(asked),
            key_version=1,  # else a key that somebody rotated would give another secret
            algorithm="sha2-256",
        )
        secret = b64decode(_field(answer, "hmac").rpartition(":")[2])
        return hmac.digest(secret, asked, sha256)[:EPOCH_KEY_LENGTH]

    def destroy(self, epoch: str) -> None:
        name = self._name(check_epoch(epoch))
        if self._read(self._tombstone(epoch)) is None:
            # The tombstone comes first: a crash in between leaves a key that nobody uses.
            self._make(self._tombstone(epoch))
        if self._read(name) is not None:
            self._call("update_key_configuration", name=name, deletion_allowed=True)
            self._call("delete_key", name=name)

    def epochs(self) -> list[str]:
        try:
            names = _field(self._call("list_keys"), "keys")
        except refusals.InvalidPath:
            return []  # no key at all
        mine = f"{self._settings.prefix}-"
        return sorted(name.removeprefix(mine) for name in names if name.startswith(mine))

    def check(self) -> None:
        self.epochs()

    def _require(self, epoch: str) -> None:
        self._refuse_gone(epoch)
        if self._read(self._name(epoch)) is None:
            raise MissingKeyError(f"the key service has no key for epoch {epoch}")

    def _refuse_gone(self, epoch: str) -> None:
        if self._read(self._tombstone(epoch)) is not None:
            raise KeyGoneError(f"the key of epoch {epoch} was destroyed")

    def _make(self, name: str) -> None:
        self._call(
            "create_key",
            name=name,
            key_type="aes256-gcm96",
            derived=True,
            exportable=False,
            allow_plaintext_backup=False,
        )

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            found = self._call("read_key", name=name)
        except refusals.InvalidPath:
            return None
        _field(found, "keys")
        return found

    def _call(self, method: str, **values: Any) -> dict[str, Any]:
        """What the service answers. InvalidPath and InvalidRequest are left to the caller."""
        with _answered():
            transit = self._client().secrets.transit
            answer = getattr(transit, method)(mount_point=self._settings.mount, **values)
        if (
            isinstance(answer, requests.Response)
            and answer.status_code == requests.codes.no_content
        ):
            return {}
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict | None):
            raise KeyServiceError("what answers is no transit engine: look at the address")
        return dict(answer.get("data") or {})

    def _client(self) -> Any:
        settings = self._settings
        return hvac.Client(
            url=settings.url,
            token=settings.token(),
            timeout=settings.timeout,
            verify=str(settings.authority) if settings.authority else True,
            allow_redirects=False,  # a token is sent where the setting says, and nowhere else
            session=self._session,
        )

    def _name(self, epoch: str) -> str:
        return f"{self._settings.prefix}-{epoch}"

    def _tombstone(self, epoch: str) -> str:
        return f"{self._settings.prefix}.gone.{epoch}"


def _field(answer: dict[str, Any], name: str) -> Any:
    """What must be in an answer; one without it is not from the service that we mean."""
    if name not in answer:
        raise KeyServiceError("what answers is no transit engine: look at the address")
    return answer[name]


def _associated(epoch: str, context: bytes) -> bytes:
    return _WRAP + item(epoch.encode("ascii")) + item(context)


def _text(value: bytes) -> str:
    return b64encode(value).decode("ascii")


@contextmanager
def _answered() -> Iterator[None]:
    """Gives the service's failures our names; its own words may hold what was sent."""
    try:
        yield
    except (refusals.Forbidden, refusals.Unauthorized):
        raise KeyServiceError("the key service refuses our token") from None
    except _DOWN as error:
        raise KeyServiceError(f"the key service is down: {type(error).__name__}") from None
    except (refusals.InvalidPath, refusals.InvalidRequest):
        raise
    except (requests.RequestException, refusals.VaultError) as error:
        raise KeyServiceError(f"the key service does not answer: {type(error).__name__}") from None
