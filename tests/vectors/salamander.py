"""Owns an invisible salamander: one AES-GCM ciphertext that two keys open, to two texts.

Multiplication in GF(2^128) is that of NIST SP 800-38D, 6.3.
"""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.vectors.writer import stream


def multiply(x: int, y: int) -> int:
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return product


def power(x: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = multiply(result, x)
        x, exponent = multiply(x, x), exponent >> 1
    return result


def block(key: bytes, data: bytes) -> int:
    # One block of AES is what the attack computes with; nothing is kept secret by it.
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - see above
    return int.from_bytes(encryptor.update(data), "big")


def salamander_chunk(first: bytes, second: bytes, nonce: bytes, blocks: int) -> bytes:
    """A ciphertext and a tag that AES-GCM accepts under both keys."""
    body = [int.from_bytes(stream(f"salamander/{i}", 16), "big") for i in range(blocks)]
    hashes_of = [block(key, bytes(16)) for key in (first, second)]
    masks = [block(key, nonce + b"\0\0\0\1") for key in (first, second)]

    def all_but_last(h: int) -> int:
        total = multiply(blocks * 128, h)
        for index in range(blocks - 1):
            total ^= multiply(body[index], power(h, blocks + 1 - index))
        return total

    sums = [all_but_last(h) for h in hashes_of]
    factor = power(hashes_of[0], 2) ^ power(hashes_of[1], 2)
    difference = sums[0] ^ sums[1] ^ masks[0] ^ masks[1]
    body[-1] = multiply(difference, power(factor, 2**128 - 2))
    tag = sums[0] ^ multiply(body[-1], power(hashes_of[0], 2)) ^ masks[0]
    return b"".join(value.to_bytes(16, "big") for value in (*body, tag))
