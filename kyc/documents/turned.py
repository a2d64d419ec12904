"""Owns pages that lie on their side or stand on their head: they are looked at upright."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kyc.documents.engine import Engine
from kyc.documents.geometry import axis
from kyc.documents.pages import Findings, Line, Pixels, Quad, Region
from kyc.documents.reading import read, whole
from kyc.documents.sight import Sight

SURE, LEAST_LETTERS, LEAST_LINES = 0.8, 4, 3
"""Of lines that tell which way is up."""

NEARLY_ALL = 0.9
"""Of all that was read with confidence: a spread with pages printed crosswise stays as it is."""


@dataclass(frozen=True)
class Turn:
    """Quarters against the clock by which a page is turned to stand upright, and its own size."""

    quarters: int
    width: int
    height: int

    def of(self, page: Pixels) -> Pixels:
        return np.ascontiguousarray(np.rot90(page, self.quarters))

    def turned(self, quad: Quad) -> Quad:
        """A place on the page as it stands on the upright one."""
        x, y = quad.T
        ways = (
            (x, y),
            (y, self.width - x),
            (self.width - x, self.height - y),
            (self.height - y, x),
        )
        return np.stack(ways[self.quarters], axis=1)

    def back(self, quad: Quad) -> Quad:
        """A place on the upright page as it stands on the page itself."""
        size = (self.width, self.height) if self.quarters == 2 else (self.height, self.width)
        return Turn(-self.quarters % 4, *size).turned(quad)

    def undone(self, findings: Findings) -> Findings:
        """What was found on the upright page, in pixels of the page itself."""
        return replace(
            findings,
            regions=tuple(map(self._undone, findings.regions)),
            shown=tuple(map(self._undone, findings.shown)),
        )

    def _undone(self, region: Region) -> Region:
        spare = None if region.spare is None else self.back(region.spare)
        return Region(region.cls, self.back(region.quad), spare)


def turn_of(page: Pixels, lines: Sequence[Line]) -> Turn | None:
    """How a page has to be turned by what was read on it; None where most of it runs upright."""
    quarters = _quarters(lines)
    height, width = page.shape[:2]
    return Turn(quarters, width, height) if quarters else None


def see_upright(engine: Engine, upright: Pixels, turn: Turn, glance: Sight) -> Sight:
    """The lines of a page read anew when it stands upright; its codes look the same either way.

    The detector was trained on upright print: of small print on its side it sees less, and makes
    lines of what is none.
    """
    lines = read(engine, upright, whole(upright))
    codes = tuple(replace(code, quad=turn.turned(code.quad)) for code in glance.codes)
    return replace(glance, lines=tuple(lines), codes=codes)


def _quarters(lines: Sequence[Line]) -> int:
    told = [line for line in lines if line.score >= SURE and len(line.text) >= LEAST_LETTERS]
    if len(told) < LEAST_LINES:
        return 0
    ways = np.array([_way(line) for line in told])
    weights = np.array([len(line.text) for line in told])
    counts = np.bincount(ways, weights, minlength=4)
    best = int(counts.argmax())
    return best if counts[best] >= NEARLY_ALL * counts.sum() else 0


def _way(line: Line) -> int:
    """0 for a line that reads to the right, 1 down, 2 to the left, 3 up the picture."""
    x, y = axis(line.quad).along.tolist()
    return round(float(np.arctan2(y, x)) / (np.pi / 2)) % 4
