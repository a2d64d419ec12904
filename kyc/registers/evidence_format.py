"""Owns the evidence pack of docs/formats/evidence-pack.md: a zip file, its manifest, its check."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kyc.audit.signer import Signer
from kyc.audit.verify import PublicKey
from kyc.errors import KycError

DOMAIN = b"kyc/evidence/v1\n"
VERSION = 1
MANIFEST, SIGNATURE, PEM = "MANIFEST", "MANIFEST.sig", "PUBLIC_KEY.pem"
SUMS = "SHA256SUMS"
LARGEST = 50_000_000
"""Bytes of all files together: a pack that claims more is refused before it is unpacked."""
MOST_FILES = 2000


class EvidenceError(KycError):
    """A pack that proves nothing; `code` is the finding's name in docs/formats/evidence-pack.md."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Checked:
    """What a sound pack says of itself."""

    id: str
    business: str
    made_at: str
    files: int


def pack(
    files: Mapping[str, bytes], signer: Signer, *, id_: str, business: str, now: datetime
) -> bytes:
    """A zip file of `files` and of what proves them."""
    whole = {**files, SUMS: _sums(files)}
    manifest = _manifest(whole, signer, id_, business, now)
    pem = signer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [
            (MANIFEST, manifest),
            (SIGNATURE, signer.key.sign(manifest)),
            (PEM, pem),
            *sorted(whole.items()),
        ]:
            archive.writestr(zipfile.ZipInfo(name, now.astimezone(UTC).timetuple()[:6]), content)
    return out.getvalue()


def check(untrusted: bytes, keys: Iterable[PublicKey]) -> Checked:
    """What the pack says. Raises EvidenceError unless one of `keys` signed it and all is there."""
    files = _opened(untrusted)
    manifest, signature = files.pop(MANIFEST, b""), files.pop(SIGNATURE, b"")
    files.pop(PEM, None)  # whoever alters a pack can put their own key into it
    content = _content(manifest)
    key = next((one for one in keys if one.key_id.hex() == content["key"]), None)
    if key is None:
        raise EvidenceError("unknown_key", "it is not signed by a key that is trusted here")
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, manifest)
    except InvalidSignature:
        raise EvidenceError("wrong_signature", "the signature does not fit") from None
    _compare(content["files"], files)
    return Checked(content["id"], content["business"], content["made_at"], len(files))


def _sums(files: Mapping[str, bytes]) -> bytes:
    """As `sha256sum --check` reads it."""
    lines = (f"{_hash(content)}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode()


def _manifest(
    files: Mapping[str, bytes], signer: Signer, id_: str, business: str, now: datetime
) -> bytes:
    content: dict[str, Any] = {
        "v": VERSION,
        "id": id_,
        "business": business,
        "made_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "key": signer.public.key_id.hex(),
        "files": {
            name: {"sha256": _hash(content), "size": len(content)}
            for name, content in files.items()
        },
    }
    return DOMAIN + rfc8785.dumps(content) + b"\n"


def _opened(untrusted: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            if len(names) != len(infos) or len(infos) > MOST_FILES:
                raise EvidenceError("malformed", "a name comes twice, or there are too many files")
            if sum(info.file_size for info in infos) > LARGEST:
                raise EvidenceError("malformed", "it claims to be larger than any pack")
            return {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise EvidenceError("malformed", "this is no evidence pack") from error


def _content(manifest: bytes) -> dict[str, Any]:
    """Raises EvidenceError for what is no manifest of this version."""
    try:
        content = json.loads(manifest.removeprefix(DOMAIN))
        whole = DOMAIN + rfc8785.dumps(content) + b"\n"
        told = {one["sha256"] for one in content["files"].values()}
        fits = whole == manifest and content["v"] == VERSION and told
        texts = all(isinstance(content[name], str) for name in ("id", "business", "made_at", "key"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        fits, texts = False, False
    if not fits or not texts:
        raise EvidenceError("malformed", "this is no evidence pack of version 1")
    return dict(content)


def _compare(told: Mapping[str, Mapping[str, Any]], files: Mapping[str, bytes]) -> None:
    for name in told.keys() - files.keys():
        raise EvidenceError("missing", f"{name} is missing")
    for name in files.keys() - told.keys():
        raise EvidenceError("surplus", f"{name} is not in the manifest")
    for name, content in files.items():
        if _hash(content) != told[name]["sha256"]:
            raise EvidenceError("altered", f"{name} was altered")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
