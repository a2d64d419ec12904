"""Owns the reading of the vectors: by the program, and by a reader made from the text alone."""

import hmac
import json
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage import envelope
from storage.envelope import Binding, open_sealed
from storage.errors import TamperedError

VECTORS = Path(__file__).parents[1] / "vectors"
CASES = sorted((VECTORS / "sealed-object").glob("*.json"))


class RefusedError(Exception):
    """By the second reader; its text is the failure's name."""


def read(data_key: bytes, binding: dict[str, str | int], sealed: bytes) -> bytes:
    """docs/formats/sealed-object.md and nothing else; HKDF is spelt out from RFC 5869."""
    require(len(sealed) >= 89, "truncated")
    require(sealed[0:4] == b"KYC1", "not_sealed")
    require(sealed[4] == 1, "unsupported_version")
    size = int.from_bytes(sealed[5:9], "big")
    require(size in [2**n for n in range(10, 25)], "wrong_chunk_size")
    key, commitment = derive(data_key, sealed[9:41], sealed[0:41] + associated_data(binding))
    require(commitment == sealed[41:73], "wrong_commitment")
    length = int(binding["plaintext_length"])
    whole = 73 + length + 16 * max(1, (length + size - 1) // size)
    require(len(sealed) >= whole, "truncated")
    require(len(sealed) <= whole, "excess")
    return read_chunks(key, sealed[73:], size)


def read_chunks(key: bytes, body: bytes, size: int) -> bytes:
    plaintext, index = b"", 0
    while body:
        chunk, body = body[: size + 16], body[size + 16 :]
        nonce = b"\0" * 7 + index.to_bytes(4, "big") + (b"\0" if body else b"\1")
        try:
            plaintext += AESGCM(key).decrypt(nonce, chunk, None)
        except InvalidTag:
            raise RefusedError("wrong_chunk") from None
        index += 1
    return plaintext


def derive(data_key: bytes, salt: bytes, rest: bytes) -> tuple[bytes, bytes]:
    secret = hmac.digest(salt, data_key, "sha256")
    info = b"kyc/seal/v1" + rest
    first = hmac.digest(secret, info + b"\1", "sha256")
    return first, hmac.digest(secret, first + info + b"\2", "sha256")


def associated_data(binding: dict[str, str | int]) -> bytes:
    names = ("session_id", "artifact_id", "kind", "stage", "content_type")
    items = [str(binding[name]).encode() for name in names]
    items.append(int(binding["plaintext_length"]).to_bytes(8, "big"))
    return b"".join(len(one).to_bytes(4, "big") + one for one in items)


def require(holds: bool, failure: str) -> None:
    if not holds:
        raise RefusedError(failure)


def read_by_program(data_key: bytes, binding: dict[str, str | int], sealed: bytes) -> bytes:
    try:
        return open_sealed(data_key, Binding(**binding), sealed)  # type: ignore[arg-type]  # JSON
    except TamperedError as error:
        raise RefusedError(error.code) from error


@pytest.mark.parametrize("reader", [read, read_by_program])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_each_reader_finds_what_the_vector_says(
    path: Path, reader: Callable[[bytes, dict[str, str | int], bytes], bytes]
) -> None:
    case = json.loads(path.read_text())
    key, sealed = bytes.fromhex(case["data_key"]), bytes.fromhex(case["sealed"])
    if case["expect"] == "ok":
        assert reader(key, case["binding"], sealed).hex() == case["plaintext"]
        return
    with pytest.raises(RefusedError, match=f"^{case['expect']}$"):
        reader(key, case["binding"], sealed)


@pytest.mark.parametrize(
    "path", [path for path in CASES if path.stem.startswith("ok") and "salam" not in path.stem],
    ids=lambda path: path.stem,
)  # fmt: skip
def test_the_writer_gives_the_vector_under_its_salt(path: Path) -> None:
    case = json.loads(path.read_text())
    sealed, plaintext = bytes.fromhex(case["sealed"]), bytes.fromhex(case["plaintext"])
    size = int.from_bytes(sealed[5:9], "big")
    binding = Binding(**case["binding"])
    key = bytes.fromhex(case["data_key"])
    assert envelope._seal(key, binding, plaintext, sealed[9:41], size) == sealed


def test_a_vector_is_named_for_its_failure() -> None:
    for path in CASES:
        expect = json.loads(path.read_text())["expect"].replace("_", "-")
        assert path.stem.startswith(expect), path.name


def test_every_failure_of_the_text_has_a_vector() -> None:
    text = (VECTORS.parents[1] / "docs/formats/sealed-object.md").read_text()
    table = text.split("## Reading")[1].split("No byte of plaintext")[0]
    failures = set(re.findall(r"^\| \d .* `(\w+)` \|$", table, re.MULTILINE))
    assert failures == {json.loads(path.read_text())["expect"] for path in CASES} - {"ok"}


def test_the_vectors_are_those_that_the_command_writes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.vectors.generate", str(tmp_path)]
    subprocess.run(command, check=True, cwd=VECTORS.parents[1])
    assert digests(tmp_path) == digests(VECTORS)


def digests(directory: Path) -> dict[str, str]:
    found = directory.glob("*/*.json")
    return {str(one.relative_to(directory)): sha256(one.read_bytes()).hexdigest() for one in found}
