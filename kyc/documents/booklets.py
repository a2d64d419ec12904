"""Owns the geometry of an open passport: where its fold is, and what lies behind what."""

from collections.abc import Sequence
from dataclasses import dataclass

from kyc.documents.geometry import Vector, axis
from kyc.documents.mrz.parse import Mrz
from kyc.documents.mrz_rows import Row, top_down
from kyc.documents.pages import Line, Quad

LAYOUT = "TD3"
ROW_MM, ROW_TO_FOLD_MM, PAGE_MM = 113.0, 78.0, 88.0
"""A row of 44 characters at ten an inch with half a gap more; from the middle of the lower row up
to the fold; the height of a page (ICAO 9303 part 4, section 3 and 4)."""

ZONE_MM, ROWS_MM = 65.0, 68.5
"""From the fold down to the zone, which takes up the last 23 mm, and to its upper row."""

LEAST_LINES = 2
WITHIN = 8.0
"""Millimetres: print so close above the fold may be the data page's own, in a bent book."""


@dataclass(frozen=True)
class Booklet:
    """A data page by its zone, and the page beyond the fold; lengths are in page pixels."""

    origin: Vector
    """On the fold."""
    along: Vector
    up: Vector
    millimetre: float
    row: Quad
    """Of the zone: the way in which all lines run."""

    @property
    def lies(self) -> bool:
        """Whether its lines run across the picture, not up or down."""
        return bool(abs(self.along[0]) >= abs(self.along[1]))

    def above(self, point: Vector) -> float:
        """Millimetres from the fold up to a point; below zero on the data page."""
        return float((point - self.origin) @ self.up) / self.millimetre

    def is_beyond(self, quad: Quad) -> bool:
        return self.above(axis(quad).centre) > 0

    def is_printed_on(self, quad: Quad) -> bool:
        """Whether a place is on the data page above the zone's rows."""
        return -ROWS_MM < self.above(axis(quad).centre) <= 0

    def is_zone(self, quad: Quad) -> bool:
        """Whether a place is as low as the zone's rows."""
        return self.above(axis(quad).centre) <= -ROWS_MM

    def reach(self, *, beyond: bool) -> tuple[float, float]:
        """From where to where one of the pages goes without the zone, in millimetres up."""
        return (0.0, PAGE_MM) if beyond else (-ZONE_MM, 0.0)

    def is_open(self, lines: Sequence[Line]) -> bool:
        """Whether lines stand on the page beyond the fold."""
        heights = (self.above(axis(line.quad).centre) for line in lines)
        return sum(WITHIN < height < PAGE_MM for height in heights) >= LEAST_LINES

    def behind(self, quad: Quad) -> Quad:
        """Where holes in a place come out on the other page, its corners as they come out."""
        heights = (quad - self.origin) @ self.up
        return quad - 2 * heights[:, None] * self.up


def booklet_of(rows: Sequence[Row], mrz: Mrz | None) -> Booklet | None:
    """The booklet whose zone this is; None where it is no passport's."""
    if mrz is None or mrz.layout != LAYOUT or not rows:
        return None
    lowest, longest = top_down(rows)[-1], max(rows, key=lambda row: axis(row.quad).length)
    box, base = axis(longest.quad), axis(lowest.quad)
    millimetre = box.length / ROW_MM
    up = -box.across
    origin = base.centre + up * ROW_TO_FOLD_MM * millimetre
    return Booklet(origin, box.along, up, millimetre, longest.quad)
