"""Owns undoing a shake: a view of the page in which print that ran along a line stands again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.engine import Engine
from kyc.documents.geometry import share_covered, thickness
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.reading import brightest, whole
from kyc.documents.sight import Sight, see

SURE = 0.92
"""Mean confidence by character of a page that needs no such view; sharp ones have 0.95."""

LENGTHS = (5.0, 7.0, 9.0, 11.0, 14.0)
"""Of a shake in page pixels; from the longest on nothing is read that comes near."""

TURNS = (-0.2, -0.1, 0.0, 0.1, 0.2)
LEAST_GAIN = 0.03
LEAST_LETTERS, SAMPLE, MARGIN = 4, 8, 20
NOISE = 0.03
"""Of the signal's power: what a frequency that the shake took away is not raised above."""

STEPS = 8
"""Points of a shake to the pixel."""

GRAIN = 1.0
SAME, SAME_SIZE = 0.5, 2.0

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Shake:
    """Which way the camera moved, in radians from the picture's x axis, and how far in pixels."""

    angle: float
    length: float


@dataclass(frozen=True)
class _Trial:
    """How well some lines are read, with one shake undone and with another."""

    engine: Engine
    patches: Grey
    quads: Sequence[Quad]

    def best(self, shakes: Sequence[Shake]) -> tuple[float, Shake]:
        tried = [(self.of(undone(self.patches, shake)), shake) for shake in shakes]
        return max(tried, key=lambda one: one[0])

    def of(self, patches: Grey) -> float:
        """Mean confidence by line; what cannot be read at all counts nothing."""
        lines = self.engine.lines.read(patches, self.quads)
        return sum(line.score for line in lines) / len(self.quads)


def see_steadied(engine: Engine, page: Pixels, glance: Sight) -> tuple[Pixels, Sight]:
    """The page and what is seen on it, by a view without its shake where that is read better."""
    still = steadied(engine, page, glance.lines)
    if still is None:
        return page, glance
    again = see(engine, still, whole(page))
    lines = tuple(surest(again.lines, glance.lines))
    return still, replace(glance, lines=lines, codes=(*glance.codes, *again.codes))


def steadied(engine: Engine, page: Pixels, lines: Sequence[Line]) -> Pixels | None:
    """The page without its shake; None where it was read well, or is read no better without.

    The way is the one along which brightness changes least; the length is tried out on some lines,
    and the one counts with which they are read best. The view knows brightness alone.
    """
    sample = sorted(_legible(lines), key=lambda line: -len(line.text))[:SAMPLE]
    if not sample or _confidence(lines) >= SURE:
        return None
    grey = brightest(page)
    patches, quads = samples_of(grey, [line.quad for line in sample])
    trial = _Trial(engine, patches, quads)
    way = _way(patches)
    _, rough = trial.best([Shake(way, length) for length in LENGTHS])
    score, shake = trial.best([replace(rough, angle=way + turn) for turn in TURNS])
    if score < trial.of(patches) + LEAST_GAIN:
        return None
    return np.asarray(cv2.cvtColor(undone(grey, shake), cv2.COLOR_GRAY2RGB), np.uint8)


def surest(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    """Of two readings of a page each place's surer one, and lines that only one of them has."""
    kept: list[Line] = []
    for line in sorted((*lines, *others), key=lambda line: -line.score):
        alike = [one.quad for one in kept if _is_alike(one.quad, line.quad)]
        if share_covered(line.quad, alike) < SAME:
            kept.append(line)
    return kept


def undone(grey: Grey, shake: Shake) -> Grey:
    """A Wiener filter for a straight shake; what the edge mirrors is cut off again."""
    around = cv2.copyMakeBorder(grey, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_REFLECT)
    moved = np.fft.rfft2(_spread(around.shape, shake))
    power = np.abs(moved) ** 2
    seen = np.fft.rfft2(around.astype(np.float32))
    still = np.fft.irfft2(seen * np.conj(moved) * (1 + NOISE) / (power + NOISE), s=around.shape)
    inside = still[MARGIN:-MARGIN, MARGIN:-MARGIN]
    return np.clip(inside, 0, 255).astype(np.uint8)


def _legible(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if len(line.text) >= LEAST_LETTERS]


def _confidence(lines: Sequence[Line]) -> float:
    glyphs = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / max(1, glyphs)


def samples_of(grey: Grey, quads: Sequence[Quad]) -> tuple[Grey, list[Quad]]:
    """The places of some lines below each other in one small picture, and the quads in it."""
    cuts, moved, top = [], [], 0
    boxes = [_box(quad, grey) for quad in quads]
    width = max(x1 - x0 for x0, _, x1, _ in boxes)
    for (x0, y0, x1, y1), quad in zip(boxes, quads, strict=True):
        cut, missing = grey[y0:y1, x0:x1], width - (x1 - x0)
        cuts.append(cv2.copyMakeBorder(cut, 0, 0, 0, missing, cv2.BORDER_REPLICATE))
        moved.append(quad + np.array([-x0, top - y0], float))
        top += y1 - y0
    return np.vstack(cuts), moved


def _box(quad: Quad, grey: Grey) -> tuple[int, int, int, int]:
    height, width = grey.shape
    x0, y0 = np.floor(quad.min(axis=0)).astype(int) - MARGIN
    x1, y1 = np.ceil(quad.max(axis=0)).astype(int) + MARGIN
    left, upper = min(max(0, int(x0)), width - 1), min(max(0, int(y0)), height - 1)
    return left, upper, max(left + 1, min(width, int(x1))), max(upper + 1, min(height, int(y1)))


def _way(grey: Grey) -> float:
    """The direction of the least gradient: the smaller axis of the gradients' covariance."""
    fine = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), GRAIN)
    gx, gy = cv2.Sobel(fine, cv2.CV_32F, 1, 0), cv2.Sobel(fine, cv2.CV_32F, 0, 1)
    xx, yy, xy = (float((a * b).mean()) for a, b in ((gx, gx), (gy, gy), (gx, gy)))
    return (float(np.arctan2(2 * xy, xx - yy)) + np.pi) / 2 % np.pi


def _spread(shape: Sequence[int], shake: Shake) -> npt.NDArray[np.float32]:
    """Where the shake takes one point's light; before the first pixel is behind the last."""
    height, width = shape
    count = int(STEPS * shake.length)
    reach = (shake.length - 1) / 2
    steps = np.linspace(-reach, reach, count)
    y, x = steps * np.sin(shake.angle), steps * np.cos(shake.angle)
    row, column = np.floor(y), np.floor(x)
    spread = np.zeros((height, width), np.float32)
    for down in (0, 1):
        for right in (0, 1):
            share = (1 - abs(y - row - down)) * (1 - abs(x - column - right)) / count
            at = (row + down).astype(int) % height, (column + right).astype(int) % width
            np.add.at(spread, at, share)
    return spread


def _is_alike(one: Quad, other: Quad) -> bool:
    size = thickness(one) / max(thickness(other), 1.0)
    return 1 / SAME_SIZE < size < SAME_SIZE
