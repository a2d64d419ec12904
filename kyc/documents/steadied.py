"""Owns undoing a shake: a view of the page in which print that ran along a line stands again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.engine import Engine
from kyc.documents.geometry import axis, share_covered, thickness
from kyc.documents.levels import cut
from kyc.documents.mrz_rows import is_fragment, is_row
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.reading import brightest, whole
from kyc.documents.sight import Sight, see

SURE = 0.92
"""Mean confidence by character of a page that needs no such view; sharp ones have 0.95."""

LENGTHS = (5.0, 7.0, 9.0, 11.0, 14.0)
"""Of a shake in page pixels; from the longest on nothing is read that comes near."""

MIDDLING = 9.0
"""A length with which print of a shorter or longer shake stands out enough to be found."""

TURNS = (-0.2, -0.1, 0.0, 0.1, 0.2)
LEAST_GAIN = 0.03
LEAST_LETTERS, SAMPLE, LEAST_SAMPLE, MARGIN = 4, 8, 3, 20
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
    and the one counts with which they are read best. A zone, which is in large print, shows the
    way, but that it was read says nothing of the other lines. The view knows brightness alone.
    """
    zone = [line for line in lines if _is_of_zone(line)]
    others = [line for line in lines if not _is_of_zone(line)]
    if not lines or _confidence(others) >= SURE:
        return None
    grey = brightest(page)
    if zone and len(_legible(others)) < LEAST_SAMPLE:
        places = _hidden(engine, grey, [line.quad for line in zone])
    else:
        longest = sorted(_legible(lines), key=lambda line: -len(line.text))
        places = [line.quad for line in longest[:SAMPLE]]
    shake = _shake(engine, grey, places) if places else None
    if shake is None:
        return None
    return np.asarray(cv2.cvtColor(undone(grey, shake), cv2.COLOR_GRAY2RGB), np.uint8)


def _shake(engine: Engine, grey: Grey, places: Sequence[Quad]) -> Shake | None:
    """The one without which some places are read best, if that is better than with it."""
    patches, quads = samples_of(grey, places)
    trial = _Trial(engine, patches, quads)
    way = _way(patches)
    _, rough = trial.best([Shake(way, length) for length in LENGTHS])
    score, shake = trial.best([replace(rough, angle=way + turn) for turn in TURNS])
    return shake if score >= trial.of(patches) + LEAST_GAIN else None


def _hidden(engine: Engine, grey: Grey, zone: Sequence[Quad]) -> list[Quad]:
    """Where lines stand that the shake hid from the detector: the zone tells which way it went."""
    patches, _ = samples_of(grey, zone)
    found = engine.boxes.find(undone(grey, Shake(_way(patches), MIDDLING)))
    beside = [quad for quad in found if share_covered(quad, zone) < SAME]
    return sorted(beside, key=lambda quad: -axis(quad).length / thickness(quad))[:SAMPLE]


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


def _is_of_zone(line: Line) -> bool:
    return is_row(line.text) or is_fragment(line.text)


def _legible(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if len(line.text) >= LEAST_LETTERS]


def _confidence(lines: Sequence[Line]) -> float:
    glyphs = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / max(1, glyphs)


def samples_of(grey: Grey, quads: Sequence[Quad]) -> tuple[Grey, list[Quad]]:
    """The places of some lines below each other in one small picture, and the quads in it."""
    views, moved, top = [], [], 0
    cuts = [cut(np.array([quad.min(0) - MARGIN, quad.max(0) + MARGIN]), grey) for quad in quads]
    width = max(view.shape[1] for view, _ in cuts)
    for (view, corner), quad in zip(cuts, quads, strict=True):
        missing = width - view.shape[1]
        views.append(cv2.copyMakeBorder(view, 0, 0, 0, missing, cv2.BORDER_REPLICATE))
        moved.append(quad + np.array([0, top], float) - corner)
        top += view.shape[0]
    return np.vstack(views), moved


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
