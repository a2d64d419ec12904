"""Owns the cases of the key store: docs/formats/key-store.md, by a second writer."""

from collections.abc import Iterator
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.vectors.writer import Case, flipped, item, stream

EPOCH_KEY = stream("epoch key", 32)
CONTEXT = item(b"artifact") + item(b"ses_5kq2") + item(b"art_81ab")


def wrapped(epoch: str, context: bytes, key: bytes = EPOCH_KEY) -> bytes:
    aad = b"kyc/wrap/v1" + item(epoch.encode("ascii")) + item(context)
    nonce = stream("nonce", 12)
    return nonce + AESGCM(key).encrypt(nonce, stream("data key", 32), aad)


def wrappings() -> Iterator[tuple[str, Case]]:
    blob = wrapped("2033-11", CONTEXT)
    other_row = item(b"artifact") + item(b"ses_5kq2") + item(b"art_81ac")
    for name, epoch, context, given in (
        ("ok", "2033-11", CONTEXT, blob),
        ("wrong-key-other-row", "2033-11", other_row, blob),
        ("wrong-key-other-use", "2033-11", item(b"fields") + item(b"ses_5kq2"), blob),
        ("wrong-key-epoch-renamed", "2033-12", CONTEXT, blob),
        ("wrong-key-epoch-key", "2033-11", CONTEXT, wrapped("2033-11", CONTEXT, stream("k", 32))),
        ("wrong-key-flipped-nonce", "2033-11", CONTEXT, flipped(blob, 0)),
        ("wrong-key-flipped-key", "2033-11", CONTEXT, flipped(blob, 12)),
        ("wrong-key-flipped-tag", "2033-11", CONTEXT, flipped(blob, 59)),
        ("wrong-key-short", "2033-11", CONTEXT, blob[:-1]),
        ("wrong-key-long", "2033-11", CONTEXT, blob + b"\0"),
        ("wrong-key-empty", "2033-11", CONTEXT, b""),
    ):
        yield (
            f"wrapped-{name}",
            {
                "expect": "ok" if name == "ok" else "wrong_key",
                "epoch": epoch,
                "epoch_key": EPOCH_KEY.hex(),
                "context": context.hex(),
                "blob": given.hex(),
                "data_key": stream("data key", 32).hex() if name == "ok" else None,
            },
        )


def key_line(epoch: str, key: bytes) -> bytes:
    check = sha256(b"kyc/key-check/v1" + item(epoch.encode("ascii")) + key).hexdigest()[:16]
    return f"kyc-key-1 {epoch} {key.hex()} {check}\n".encode("ascii")


def key_files() -> Iterator[tuple[str, Case]]:
    line = key_line("2033-11", EPOCH_KEY)
    for name, content in (
        ("ok", line),
        ("of-another-epoch", key_line("2033-12", EPOCH_KEY)),
        ("epoch-edited", line.replace(b"2033-11", b"2033-10")),
        ("empty", b""),
        ("zeros", bytes(len(line))),
        ("cut", line[:-20]),
        ("no-newline", line[:-1]),
        ("two-lines", line + line),
        ("upper-case", line.upper()),
        ("carriage-return", line[:-1] + b"\r\n"),
        ("other-version", line.replace(b"kyc-key-1", b"kyc-key-2")),
        ("key-digit-changed", line[:20] + (b"0" if line[20:21] != b"0" else b"1") + line[21:]),
        ("check-digit-changed", line[:-2] + (b"0" if line[-2:-1] != b"0" else b"1") + b"\n"),
    ):
        yield (
            f"file-{'ok' if name == 'ok' else 'damaged-' + name}",
            {
                "expect": "ok" if name == "ok" else "key_store",
                "epoch": "2033-11",
                "file": content.hex(),
                "key": EPOCH_KEY.hex() if name == "ok" else None,
            },
        )
