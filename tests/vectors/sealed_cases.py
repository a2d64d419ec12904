"""Owns the cases of the sealed object: which bytes open, and which failure the others show."""

from collections.abc import Iterator
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.vectors.salamander import salamander_chunk
from tests.vectors.writer import (
    CHUNK,
    HEAD,
    STEP,
    Case,
    case,
    flipped,
    opened,
    recipe,
    refused,
    stream,
)


def good() -> Iterator[tuple[str, Case]]:
    for name, length in (
        ("empty", 0),
        ("one-byte", 1),
        ("one-byte-less-than-a-chunk", CHUNK - 1),
        ("one-full-chunk", CHUNK),
        ("one-byte-more-than-a-chunk", CHUNK + 1),
        ("three-full-chunks", 3 * CHUNK),
        ("three-and-a-half-chunks", 3 * CHUNK + 512),
    ):
        yield f"ok-{name}", opened(f"{length} bytes in chunks of {CHUNK}", recipe(length))
    usual = replace(recipe(100), chunk_size=2**20)
    yield "ok-usual-chunk-size", opened("the chunk size of the writer", usual)
    largest = replace(recipe(100), chunk_size=2**24)
    yield "ok-largest-chunk-size", opened("the largest chunk size", largest)
    longest = replace(recipe(10).binding, session_id="~" * 128, kind=" " * 128)
    yield "ok-longest-identifiers", opened("128 bytes each", replace(recipe(10), binding=longest))


def wrong_lengths() -> Iterator[tuple[str, Case]]:
    made = recipe(3 * CHUNK)
    whole = made.write()
    for name, failure, sealed in (
        ("nothing-at-all", "truncated", b""),
        ("only-the-head", "truncated", whole[:HEAD]),
        ("one-byte-short-of-the-least", "truncated", whole[:88]),
        ("cut-at-a-chunk", "truncated", whole[: HEAD + 2 * STEP]),
        ("cut-inside-a-chunk", "truncated", whole[: HEAD + STEP + 100]),
        ("cut-inside-the-last-tag", "truncated", whole[:-1]),
        ("dropped-chunk", "truncated", whole[: HEAD + STEP] + whole[HEAD + 2 * STEP :]),
        ("dropped-first-chunk", "truncated", whole[:HEAD] + whole[HEAD + STEP :]),
        ("appended-byte", "excess", whole + b"\0"),
        ("appended-chunk", "excess", whole + whole[HEAD : HEAD + STEP]),
        ("duplicated-chunk", "excess", whole[: HEAD + STEP] + whole[HEAD:]),
    ):
        yield f"{failure}-{name}", refused(name.replace("-", " "), failure, made, sealed)


def wrong_headers() -> Iterator[tuple[str, Case]]:
    made = recipe(CHUNK + 5)
    whole = made.write()
    yield "not-sealed-magic", refused("another magic", "not_sealed", replace(made, magic=b"KYC2"))
    for version in (0, 2, 255):
        other = replace(made, version=version)
        yield f"unsupported-version-{version}", refused("version", "unsupported_version", other)
    for size in (0, 512, 1025, 2**25, 2**32 - 1):
        sealed = whole[:5] + size.to_bytes(4, "big") + whole[9:]
        title = "a chunk size outside the list"
        yield f"wrong-chunk-size-{size}", refused(title, "wrong_chunk_size", made, sealed)
    for name, offset in (("salt", 9), ("salt-end", 40), ("commitment", 41), ("commitment-end", 72)):
        sealed = flipped(whole, offset)
        yield f"wrong-commitment-{name}", refused("one bit", "wrong_commitment", made, sealed)
    sealed = whole[:5] + (2 * CHUNK).to_bytes(4, "big") + whole[9:]
    title = "another chunk size of the list"
    yield "wrong-commitment-chunk-size", refused(title, "wrong_commitment", made, sealed)


def wrong_context() -> Iterator[tuple[str, Case]]:
    made = recipe(700)
    for name, value in (
        ("session_id", "ses_5kq3"),
        ("artifact_id", "art_81ac"),
        ("kind", "document_back"),
        ("stage", "raw"),
        ("content_type", "image/png"),
        ("plaintext_length", 699),
    ):
        binding = made.binding.__dict__ | {name: value}
        title = f"read as another {name}"
        yield (
            f"wrong-commitment-other-{name.replace('_', '-')}",
            refused(title, "wrong_commitment", made, binding=binding),
        )
    shifted = made.binding.__dict__ | {"session_id": "ses_5kq2a", "artifact_id": "rt_81ab"}
    title = "a letter moved from one identifier to the next"
    yield "wrong-commitment-shifted", refused(title, "wrong_commitment", made, binding=shifted)
    key = stream("another data key", 32).hex()
    title = "another data key"
    yield "wrong-commitment-data-key", refused(title, "wrong_commitment", made, data_key=key)


def wrong_chunks() -> Iterator[tuple[str, Case]]:
    made = recipe(3 * CHUNK)
    whole = made.write()
    head, parts = whole[:HEAD], [whole[HEAD + i * STEP : HEAD + (i + 1) * STEP] for i in range(3)]
    other = replace(made, salt=stream("another salt", 32), plaintext=stream("other", 3 * CHUNK))
    for name, sealed in (
        ("reordered", head + parts[1] + parts[0] + parts[2]),
        ("last-chunk-first", head + parts[2] + parts[0] + parts[1]),
        ("repeated-in-place", head + parts[0] + parts[0] + parts[2]),
        ("spliced-body-of-another-object-under-one-key", head + other.write()[HEAD:]),
        ("spliced-chunk-of-another-object", whole[:-STEP] + other.write()[-STEP:]),
        ("flipped-first-bit", flipped(whole, HEAD)),
        ("flipped-last-bit", flipped(whole, len(whole) - 1)),
        ("flipped-tag-of-the-first-chunk", flipped(whole, HEAD + CHUNK)),
    ):
        yield f"wrong-chunk-{name}", refused(name.replace("-", " "), "wrong_chunk", made, sealed)
    unfinished = replace(made, final_flag=0)
    title = "the last chunk is not marked as the last, by somebody who has the key"
    yield "wrong-chunk-no-last-mark", refused(title, "wrong_chunk", unfinished)
    title = "a short first chunk, by somebody who has the key"
    sealed = replace(made, plaintext=made.plaintext[:CHUNK]).write() + bytes(2 * STEP)
    yield "wrong-chunk-last-mark-too-early", refused(title, "wrong_chunk", made, sealed)


def salamander() -> Iterator[tuple[str, Case]]:
    """Under the first key all is well; the second one opens the same chunk, and is refused."""
    made, second = recipe(64), stream("second data key", 32)
    keys = [one.keys()[0] for one in (made, replace(made, data_key=second))]
    nonce = bytes(11) + b"\1"
    chunk = salamander_chunk(keys[0], keys[1], nonce, 4)
    texts = [AESGCM(key).decrypt(nonce, chunk, None) for key in keys]
    sealed = made.header() + made.keys()[1] + chunk
    title = "one ciphertext for two keys: the committed one"
    yield "ok-salamander-committed-key", case(title, "ok", made, sealed, plaintext=texts[0].hex())
    title = "one ciphertext for two keys: the other, which AES-GCM alone would accept"
    yield (
        "wrong-commitment-salamander",
        refused(title, "wrong_commitment", made, sealed, data_key=second.hex()),
    )
