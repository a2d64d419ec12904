"""Owns reading the boxes that a page has drawn, whoever drew them."""

from kyc.documents.pages import Box
from kyc.errors import InvalidInputError


def boxes_of(untrusted: object) -> list[Box]:
    """Boxes in image pixels from JSON. Raises InvalidInputError for anything else."""
    listed = untrusted.get("boxes") if isinstance(untrusted, dict) else None
    if not isinstance(listed, list):
        raise InvalidInputError("draw at least one box")
    return [_box(entry) for entry in listed]


def _box(untrusted: object) -> Box:
    if not isinstance(untrusted, dict):
        raise InvalidInputError("a box has x, y, width and height")
    sides = [untrusted.get(name) for name in ("x", "y", "width", "height")]
    if not all(isinstance(s, int | float) and 0 <= s <= 20_000 for s in sides):
        raise InvalidInputError("a box has x, y, width and height in pixels")
    x, y, width, height = (float(s) for s in sides if isinstance(s, int | float))
    if width < 1 or height < 1:
        raise InvalidInputError("a box is at least one pixel wide and high")
    return Box(x, y, width, height)
