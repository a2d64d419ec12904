"""Owns telling whether a code ends where its place does: in quiet, on all four sides."""

import numpy as np
import numpy.typing as npt

from kyc.documents.geometry import axis
from kyc.documents.pages import Quad
from kyc.documents.scaling import laid_straight

GAP, WIDTH = 0.02, 0.2
"""Of a place's shorter side: from where to where its surroundings are looked at."""

STEEP, LEAST_INSIDE = 40, 0.3
"""An edge, and the share of edges that a code has when they can be told at all."""

QUIET = 0.3
"""Edges beside it, by those inside. Measured: where a fifth or more of a code was cut off, one side
has 0.34 or more.
"""

Grey = npt.NDArray[np.uint8]


def ends_in_quiet(quad: Quad, edges: Grey) -> bool:
    """Whether nothing of what fills a place goes on beyond it; `edges` is how steep pixels are."""
    box = axis(quad)
    length, height, short = box.length, box.height, min(box.length, box.height)
    gap, width = GAP * short, (GAP + WIDTH) * short
    inside = _share(quad, edges)
    sides = (
        (0.0, length, -width, -gap),
        (0.0, length, height + gap, height + width),
        (-width, -gap, 0.0, height),
        (length + gap, length + width, 0.0, height),
    )
    beside = (_share(box.box(*side), edges) for side in sides)
    return inside >= LEAST_INSIDE and all(share <= QUIET * inside for share in beside)


def _share(quad: Quad, edges: Grey) -> float:
    box = axis(quad)
    columns, rows = max(2, int(box.length)), max(2, int(box.height))
    return float((laid_straight(edges, quad, columns, rows) > STEEP).mean())
