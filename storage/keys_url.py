"""Owns the choice of a key provider by one address."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from storage.errors import KeyStoreError
from storage.keys import KeyProvider
from storage.keys_file import FileKeys

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_KNOWN = {
    "file": frozenset[str](),
    "awskms": frozenset({"region", "endpoint"}),
    "vault+https": frozenset({"mount", "prefix", "ca"}),
    "vault+http": frozenset({"mount", "prefix"}),
}


@dataclass(frozen=True)
class KeysAccess:
    """What an address may not hold: secrets, and where files go that it does not name."""

    store: Path
    token: Callable[[], str] = field(default=lambda: "", repr=False)
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)


def open_keys(url: str, access: KeysAccess) -> KeyProvider:
    """The provider of an address; connects to nothing yet. Raises KeyStoreError naming the fault.

    `file:///directory`, `awskms://alias/name?region=...&endpoint=...`,
    `vault+https://host:8200/transit?prefix=kyc&ca=/file.pem`.
    """
    parts = urlsplit(url)
    if parts.scheme not in _KNOWN:
        raise KeyStoreError("keys are at file://, awskms:// or vault+https://")
    options = _options(parts.scheme, parts.query)
    if parts.scheme == "file":
        return FileKeys(_absolute(parts.netloc + unquote(parts.path)))
    if parts.scheme == "awskms":
        return _kms(unquote(parts.netloc + parts.path), options, access)
    if parts.username or parts.password:
        raise KeyStoreError("no secret belongs into the address: give the token by its setting")
    if parts.scheme == "vault+http" and parts.hostname not in _LOOPBACK:
        raise KeyStoreError("vault+http:// is for this machine alone: use vault+https://")
    address = f"{parts.scheme.removeprefix('vault+')}://{parts.netloc}"
    return _vault(address, parts.path.strip("/"), options, access)


def directory_of(url: str) -> Path | None:
    """Where `file:` keeps keys that whoever reads the files has; None for another provider."""
    parts = urlsplit(url)
    return _absolute(parts.netloc + unquote(parts.path)) if parts.scheme == "file" else None


def _kms(root_key: str, options: dict[str, str], access: KeysAccess) -> KeyProvider:
    # boto3 and hvac are loaded where they are used, since most deployments use neither here.
    from storage.keys_kms import KmsKeys, KmsSettings  # noqa: PLC0415

    if not root_key:
        raise KeyStoreError("awskms:// names a root key: awskms://alias/name or an ARN")
    settings = KmsSettings(
        root_key=root_key,
        region=options.get("region"),
        endpoint_url=options.get("endpoint"),
        access_key=access.access_key or None,
        secret_key=access.secret_key or None,
    )
    return KmsKeys(access.store, settings)


def _vault(address: str, path: str, options: dict[str, str], access: KeysAccess) -> KeyProvider:
    from storage.keys_vault import VaultKeys, VaultSettings  # noqa: PLC0415 - as above

    return VaultKeys(
        VaultSettings(
            url=address,
            token=access.token,
            mount=options.get("mount") or path or "transit",
            prefix=options.get("prefix", "kyc"),
            authority=_absolute(options["ca"]) if "ca" in options else None,
        )
    )


def _options(scheme: str, query: str) -> dict[str, str]:
    found = {name: values[-1] for name, values in parse_qs(query).items()}
    strange = found.keys() - _KNOWN[scheme]
    if strange:
        raise KeyStoreError(f"{scheme}:// knows no {', '.join(sorted(strange))}")
    return found


def _absolute(path: str) -> Path:
    if not path.startswith("/"):
        raise KeyStoreError(f"{path or 'the path'} in the address of the keys is not absolute")
    return Path(path)
