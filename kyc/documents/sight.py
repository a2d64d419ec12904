"""Owns what a look sees: lines are read while codes and punched bands are looked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kyc.documents.codes import Code, Suspects, codes_among, enlargement, suspects
from kyc.documents.dots import dotted_bands
from kyc.documents.engine import Engine
from kyc.documents.geometry import share_covered
from kyc.documents.pages import Line, Pixels, Quad
from kyc.documents.reading import Frame, read
from kyc.documents.text_boxes import SIDE

READ_SHARE = 0.3
"""Small print can look like dots; what is read as text is no band of holes."""

MUCH_CLOSER = 1.5
"""Pixels of a code, by those of the look before, that make a new search worth its time."""


@dataclass(frozen=True)
class Sight:
    """Lines, codes and bands of holes in page pixels; `growth` is the scale of the code search."""

    lines: tuple[Line, ...]
    codes: tuple[Code, ...]
    bands: tuple[Quad, ...]
    growth: float


def see(
    engine: Engine,
    page: Pixels,
    frame: Frame,
    *,
    side: int = SIDE,
    known: Sequence[Line] = (),
    before: Sight | None = None,
) -> Sight:
    """One look at a frame of the page, at lines not among `known`.

    After a look `before`, where everything but fills is as it was, the same search would come to
    the same end. So codes are searched for again where they were found, to see that none is left,
    and where the frame is much closer; bands of holes, whose search knows one scale, where some
    were found.
    """
    growth = enlargement(frame.side)
    codes = before is None or bool(before.codes) or growth > MUCH_CLOSER * before.growth
    bands = before is None or bool(before.bands)
    searched = engine.aside.submit(suspects, frame.cut(page)) if codes else None
    punched = engine.aside.submit(lambda: list(dotted_bands(page))) if bands else None
    lines = read(engine, page, frame, side, known, in_black=before is not None)
    text = [line.quad for line in lines]
    return Sight(
        lines=tuple(lines),
        codes=tuple(_codes(searched.result(), [*lines, *known], frame)) if searched else (),
        bands=tuple(
            quad
            for quad in (punched.result() if punched else ())
            if share_covered(quad, text) < READ_SHARE
        ),
        growth=growth,
    )


def _codes(suspected: Suspects, lines: Sequence[Line], frame: Frame) -> list[Code]:
    moved = [replace(line, quad=line.quad - frame.corner) for line in lines]
    found = codes_among(suspected, moved)
    return [replace(code, quad=code.quad + frame.corner) for code in found]
