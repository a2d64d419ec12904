"""Owns the check digit of ICAO 9303 part 3, section 4.9."""

WEIGHTS = (7, 3, 1)


def value(glyph: str) -> int:
    """Digits count as themselves, A to Z as 10 to 35, the filler as 0. Raises ValueError."""
    if glyph == "<":
        return 0
    if glyph.isascii() and (glyph.isdigit() or ("A" <= glyph <= "Z")):
        return int(glyph, 36)
    raise ValueError("not a character of the machine-readable zone")


def check_digit(text: str) -> str:
    """The digit that belongs behind a field."""
    return str(sum(value(glyph) * WEIGHTS[at % 3] for at, glyph in enumerate(text)) % 10)


def agrees(text: str, digit: str) -> bool:
    """Whether a field carries its check digit; an empty field may carry a filler instead."""
    if digit == "<":
        return not text.strip("<")
    return check_digit(text) == digit
