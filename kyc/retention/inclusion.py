"""Owns the tree over a month's receipts (RFC 6962): its root, and the proof that one is in it."""

from collections.abc import Sequence
from hashlib import sha256


def root_of(lines: Sequence[str]) -> bytes:
    """The Merkle tree hash of the lines, each without its newline (RFC 6962, 2.1)."""
    return _root([_leaf(line) for line in lines])


def path_to(lines: Sequence[str], index: int) -> list[bytes]:
    """The audit path of the line at `index`, from the leaf upwards (RFC 6962, 2.1.1)."""
    return _path([_leaf(line) for line in lines], index)


def root_by(line: str, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that the path leads to; None for one of another length (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    node, place, last = _leaf(line), index, size - 1
    for beside in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = _node(beside, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _node(node, beside)
        place, last = place >> 1, last >> 1
    return node if last == 0 else None


def _root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return _node(_root(leaves[:half]), _root(leaves[half:]))


def _path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    if len(leaves) <= 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*_path(leaves[:half], index), _root(leaves[half:])]
    return [*_path(leaves[half:], index - half), _root(leaves[:half])]


def _half(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _leaf(line: str) -> bytes:
    return sha256(b"\x00" + line.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
