"""Owns the secrets of the embedded object store, made once, kept in one private file."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kyc.embedded import ports
from kyc.errors import ConfigurationError

PORT_COUNT = 10


@dataclass(frozen=True)
class Credentials:
    """Access keys, the keys that sign requests between SeaweedFS's own parts, and its ports."""

    access_key: str
    secret_key: str = field(repr=False)
    signing_keys: dict[str, str] = field(repr=False)
    ports: tuple[int, ...]


def load_or_make(file: Path) -> Credentials:
    """The credentials in `file` (0600), made at first start; new ports when the old are taken.

    Raises ConfigurationError when the file is readable by others or broken.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        return _save(file, _new())
    known = _load(file)
    if all(ports.is_free(port) for port in known.ports):
        return known
    fresh = {**asdict(known), "ports": tuple(ports.choose(PORT_COUNT))}
    return _save(file, Credentials(**fresh))


def _new() -> Credentials:
    names = ("SIGNING_KEY", "SIGNING_READ_KEY", "FILER_SIGNING_KEY", "FILER_SIGNING_READ_KEY")
    return Credentials(
        access_key="KYC" + secrets.token_hex(8).upper(),
        secret_key=secrets.token_urlsafe(32),
        signing_keys={f"WEED_JWT_{name}": secrets.token_hex(32) for name in names},
        ports=tuple(ports.choose(PORT_COUNT)),
    )


def _load(file: Path) -> Credentials:
    if file.stat().st_mode & 0o077:
        raise ConfigurationError(f"{file} can be read by others; run: chmod 600 {file}")
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return Credentials(**{**values, "ports": tuple(values["ports"])})
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(f"{file} is broken; restore it from the backup") from error


def _save(file: Path, value: Credentials) -> Credentials:
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(asdict(value), stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(file)
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return value
