"""Owns the small secret files of a deployment, packed for a backup and put back."""

import base64
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kyc.backup.manifest import BackupError
from kyc.settings import Settings

_KEK = "kek/"
_MOST = 2**20


def pack(settings: Settings) -> Iterator[dict[str, Any]]:
    """Each file of the key store and beside it; a destroyed key's tombstone too."""
    for name, path in sorted(_present(settings).items()):
        content = path.read_bytes()
        if len(content) > _MOST:
            raise BackupError(f"{path} is too large for a key: it does not belong there")
        yield {"name": name, "content": base64.b64encode(content).decode()}
    yield {"end": True}


def unpack(lines: Iterable[dict[str, Any]]) -> dict[str, bytes]:
    """Contents by name. Raises BackupError when the end is missing or a name leads elsewhere."""
    found, has_end = dict[str, bytes](), False
    for line in lines:
        has_end = bool(line.get("end"))
        if not has_end:
            name = str(line["name"])
            if Path(name).is_absolute() or ".." in Path(name).parts:
                raise BackupError("a file of the backup's keys leads out of its place")
            found[name] = base64.b64decode(line["content"], validate=True)
    if not has_end:
        raise BackupError("the backup's keys are not whole")
    return found


def has_keys(settings: Settings) -> bool:
    """Whether this place has a key store of its own, which is then the one that counts."""
    return settings.kek_dir.is_dir() and any(settings.kek_dir.glob("[!.]*"))


def put_back(settings: Settings, contents: dict[str, bytes]) -> int:
    """Writes what is not there yet, each 0600; returns how many."""
    written = 0
    for name, content in sorted(contents.items()):
        path = _place(settings, name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists():
            continue
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        written += 1
    return written


def _named(settings: Settings) -> dict[str, Path]:
    audit = settings.audit_key_file
    return {
        "web.key": settings.secret_key_file,
        "lookup.key": settings.lookup_key_file,
        "audit.pem": audit,
        "audit.pem.pub": audit.with_name(audit.name + ".pub"),
    }


def _present(settings: Settings) -> dict[str, Path]:
    found = {name: path for name, path in _named(settings).items() if path.is_file()}
    for path in sorted(settings.kek_dir.glob("[!.]*")):
        if path.is_file():
            found[_KEK + path.name] = path
    embedded = settings.data_dir / "keys"
    for name in ("embedded.json", "seaweedfs.crt", "seaweedfs.key"):
        if (embedded / name).is_file():
            found[f"embedded/{name}"] = embedded / name
    return found


def _place(settings: Settings, name: str) -> Path:
    if name.startswith(_KEK):
        return settings.kek_dir / name.removeprefix(_KEK)
    if name.startswith("embedded/"):
        return settings.data_dir / "keys" / name.removeprefix("embedded/")
    known = _named(settings)
    if name not in known:
        raise BackupError(f"the backup's keys hold an unknown file {name}")
    return known[name]
