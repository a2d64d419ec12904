"""Owns overwriting: solid fill on decoded pixels, and encoding without metadata."""

import io
from collections.abc import Iterable

from PIL import Image

from kyc.documents.geometry import axis, fill, grow
from kyc.documents.pages import Cls, Pixels, RedactedPages, Region

FILL = (0, 0, 0)
LEAST_PADDING = 6.0
PADDING_SHARE = 0.15
QUALITY = 88


def padded(region: Region) -> Region:
    """A region with its safety margin: 15 % of its height, at least 6 px.

    An earlier JPEG leaves ringing around a glyph; the margin covers it. A person's own box is
    taken as drawn.
    """
    if region.cls == Cls.MANUAL:
        return region
    box = axis(region.quad)
    margin = max(LEAST_PADDING, PADDING_SHARE * min(box.height, box.length))
    return Region(region.cls, grow(region.quad, margin, margin))


def burn(page: Pixels, regions: Iterable[Region]) -> RedactedPages:
    """Overwrite every region; what lay beneath has no influence on the result."""
    kept = tuple(regions)
    pixels = page.copy()
    fill((region.quad for region in kept), pixels, FILL)
    return RedactedPages(pixels, kept)


def encode(pixels: Pixels) -> bytes:
    """A JPEG of raw RGB: no EXIF, profile, comment or thumbnail can be carried over."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=QUALITY, subsampling=1)
    return out.getvalue()
