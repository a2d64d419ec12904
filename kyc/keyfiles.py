"""Owns the small secret files: made once with mode 0600, refused when others can read them."""

import os
import secrets
import stat
from pathlib import Path

from kyc.errors import ConfigurationError


def load_or_make(path: Path, length: int = 32) -> bytes:
    """The secret in `path` (hex), made when the file is missing.

    Raises ConfigurationError when group or others may read it, or when it is too short.
    """
    if not path.exists():
        write_once(path, secrets.token_hex(length).encode("ascii"))
    return load_secret(path, length)


def load_secret(path: Path, length: int = 32) -> bytes:
    """As `load_or_make`, for a file that must be there."""
    if not path.exists():
        raise ConfigurationError(f"there is no file {path}")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"{path} can be read by others: run `chmod 600 {path}`")
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise ConfigurationError(f"{path} must hold {length} bytes in hexadecimal") from error
    if len(secret) < length:
        raise ConfigurationError(f"{path} holds {len(secret)} bytes; {length} are needed")
    return secret


def write_once(path: Path, content: bytes) -> None:
    """Writes aside, then links: of two processes that start at once, one wins, both read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
