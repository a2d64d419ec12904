"""Owns the unambiguous joining of items into associated data."""

MAX_TEXT = 128


def item(value: bytes) -> bytes:
    """u32 length, then the bytes."""
    return len(value).to_bytes(4, "big") + value


def text_item(value: str) -> bytes:
    """An identifier or label: 1 to 128 bytes of printable ASCII.

    Raises ValueError otherwise: a forgotten or composed name is a mistake of the caller.
    """
    if not 1 <= len(value) <= MAX_TEXT or not all(" " <= letter <= "~" for letter in value):
        raise ValueError("an identifier is 1 to 128 characters of printable ASCII")
    return item(value.encode("ascii"))
