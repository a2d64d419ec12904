"""Owns what lines of text say: straightened crops, which way is up, the recogniser."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kyc.documents.geometry import axis
from kyc.documents.pages import Line, Quad
from kyc.documents.scaling import laid_straight
from kyc.documents.text_boxes import View, normalised

HEIGHT = 48
LEAST_WIDTH, MOST_WIDTH = 16, 1600
VERTICAL = 1.5
LEAST_SCORE = 0.3

TURNER_WIDTH = 192
TURN_SAMPLE, TURN_WIDTH_LIKED, TURN_LEAST_WIDTH = 5, 320, 96


@dataclass(frozen=True)
class Crop:
    """A line cut out and straightened; the quad's corners follow the reading direction."""

    quad: Quad
    pixels: View
    vertical: bool

    def turned(self) -> "Crop":
        return Crop(np.roll(self.quad, 2, axis=0), cv2.rotate(self.pixels, 1), self.vertical)


class TextLines:
    """Reads lines with a single-thread recogniser, `readers` of them side by side, batch 1."""

    def __init__(self, recogniser: Any, turner: Any, readers: int = 2) -> None:
        self.recogniser, self.turner = recogniser, turner
        self._turner_input = turner.get_inputs()[0].name
        listed = recogniser.get_modelmeta().custom_metadata_map["character"]
        self._glyphs = ["", *listed.split("\n")]
        self._pool = ThreadPoolExecutor(readers, thread_name_prefix="reader")

    def read(self, view: View, quads: Sequence[Quad], alike: Sequence[Quad] = ()) -> list[Line]:
        """Lines with their text, in the order of the quads; what cannot be read is left out.

        `alike` are lines that were read on this page before: these run the same way.
        """
        crops = [straightened(view, quad) for quad in quads]
        read: dict[int, Line] = {}
        for vertical in (False, True):
            group = [at for at, crop in enumerate(crops) if crop.vertical is vertical]
            turned = is_turned(alike, vertical=vertical)
            if turned is None:
                turned, sampled = self._upside_down(crops, group)
                read |= sampled
            if turned:
                crops = [crop.turned() if at in group else crop for at, crop in enumerate(crops)]
        left = [at for at in range(len(crops)) if at not in read]
        read |= zip(left, self._side_by_side([crops[at] for at in left]), strict=True)
        lines = (read[at] for at in range(len(crops)))
        return [line for line in lines if line.text and line.score >= LEAST_SCORE]

    def _side_by_side(self, crops: Sequence[Crop]) -> list[Line]:
        """Begun with the longest, so that no reader is left with a long one at the end."""
        order = sorted(range(len(crops)), key=lambda at: -crops[at].pixels.shape[1])
        read = self._pool.map(lambda at: self._read_one(crops[at]), order)
        by_place = dict(zip(order, read, strict=True))
        return [by_place[at] for at in range(len(crops))]

    def _upside_down(
        self, crops: Sequence[Crop], group: Sequence[int]
    ) -> tuple[bool, dict[int, Line]]:
        """Read up to five lines of middling width both ways when the classifier doubts two.

        What was read the right way comes back by its place, for it need not be read again.
        """
        width = {at: crops[at].pixels.shape[1] for at in group}
        wide = [at for at in group if width[at] >= TURN_LEAST_WIDTH]
        sample = sorted(wide, key=lambda at: abs(width[at] - TURN_WIDTH_LIKED))[:TURN_SAMPLE]
        upright = [crops[at] for at in sample]
        if not sample or sum(self._doubts(upright)) < min(2, len(sample)):
            return False, {}
        both = self._side_by_side([*upright, *(crop.turned() for crop in upright)])
        ways = both[: len(sample)], both[len(sample) :]
        first, second = (sum(line.score for line in way) for way in ways)
        turned = second > first
        return turned, dict(zip(sample, ways[turned], strict=True))

    def _doubts(self, crops: Sequence[Crop]) -> list[bool]:
        batch = np.zeros((len(crops), 3, HEIGHT, TURNER_WIDTH), np.float32)
        for at, crop in enumerate(crops):
            width = min(TURNER_WIDTH, crop.pixels.shape[1])
            batch[at, :, :, :width] = normalised(cv2.resize(crop.pixels, (width, HEIGHT)))
        answer = self.turner.run(None, {self._turner_input: batch})[0]
        return [bool(turned > 0.5) for turned in answer[:, 1]]

    def _read_one(self, crop: Crop) -> Line:
        answer = self.recogniser.run(None, {"x": normalised(crop.pixels)[None]})[0][0]
        return self._decode(crop.quad, answer)

    def _decode(self, quad: Quad, answer: npt.NDArray[np.float32]) -> Line:
        """Greedy CTC: repeated classes collapse, class 0 is the gap between two characters."""
        best = answer.argmax(axis=1)
        starts = np.flatnonzero((best != 0) & (best != np.concatenate(([0], best[:-1]))))
        text = "".join(self._glyphs[at] for at in best[starts].tolist())
        positions = tuple(((starts + 0.5) / len(best)).tolist())
        score = float(answer[starts, best[starts]].mean()) if len(starts) else 0.0
        return Line(quad, text, positions, score)


def is_turned(quads: Sequence[Quad], *, vertical: bool) -> bool | None:
    """Whether most lines that lie, or stand, were read upside down; None where none tells."""
    steps = [(quad[1] - quad[0]).tolist() for quad in quads]
    ways = [step[vertical] for step in steps if (abs(step[1]) > abs(step[0])) == vertical]
    backwards = sum(1 if way < 0 else -1 for way in ways)
    return backwards > 0 if backwards else None


def straightened(view: View, quad: Quad) -> Crop:
    """The line cut out at 48 px height; an upright one is turned to lie, reading downwards."""
    box = axis(quad)
    vertical = box.height >= VERTICAL * box.length
    if vertical:
        quad = np.roll(quad, -1, axis=0)
        box = axis(quad)
    width = int(np.clip(round(HEIGHT * box.length / max(box.height, 1)), LEAST_WIDTH, MOST_WIDTH))
    method = cv2.INTER_CUBIC if box.height < 40 else cv2.INTER_LINEAR
    return Crop(quad, laid_straight(view, quad, width, HEIGHT, method), vertical)
