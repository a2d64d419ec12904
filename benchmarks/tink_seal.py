"""Owns what is run in Tink's own environment: seconds a call of its streaming AEAD, as JSON.

python tink_seal.py BYTES REPEATS ROUNDS
"""

import io
import json
import os
import sys
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import Any


def main() -> None:
    # Of the environment that this file is run in, and of no other.
    tink: Any = import_module("tink")
    streaming_aead: Any = import_module("tink.streaming_aead")
    size, repeats, rounds = map(int, sys.argv[1:])
    streaming_aead.register()
    template = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
    handle = tink.new_keyset_handle(template)
    primitive = handle.primitive(streaming_aead.StreamingAead)
    plaintext, bound = os.urandom(size), b"ses_1 art_1"

    def seal() -> bytes:
        out = io.BytesIO()
        out.close = lambda: None  # type: ignore[method-assign]  # it is read after Tink closed it
        with primitive.new_encrypting_stream(out, bound) as stream:
            stream.write(plaintext)
        return out.getvalue()

    sealed = seal()

    def open_sealed() -> bytes:
        with primitive.new_decrypting_stream(io.BytesIO(sealed), bound) as stream:
            return bytes(stream.read())

    assert open_sealed() == plaintext
    answer = {
        name: median(_seconds(call, repeats) for _ in range(rounds))
        for name, call in (("seal", seal), ("open", open_sealed))
    }
    print(json.dumps(answer))


def _seconds(call: Any, repeats: int) -> float:
    begin = perf_counter()
    for _ in range(repeats):
        call()
    return (perf_counter() - begin) / repeats


if __name__ == "__main__":
    main()
