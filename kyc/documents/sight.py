"""Owns what a look sees: lines are read while codes are looked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kyc.documents.codes import Code, Suspects, codes_among, enlargement, suspects
from kyc.documents.engine import Engine
from kyc.documents.pages import Line, Pixels
from kyc.documents.reading import Frame, read
from kyc.documents.text_boxes import SIDE

READ_SHARE = 0.3
"""Of a line: what is covered so far is settled."""

MUCH_CLOSER = 1.5
"""Pixels of a code, by those of the look before, that make a new search worth its time."""


@dataclass(frozen=True)
class Sight:
    """Lines and codes in page pixels; `growth` is the scale of the code search."""

    lines: tuple[Line, ...]
    codes: tuple[Code, ...]
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
    and where the frame is much closer.
    """
    growth = enlargement(frame.side)
    codes = before is None or bool(before.codes) or growth > MUCH_CLOSER * before.growth
    searched = engine.aside.submit(suspects, frame.cut(page)) if codes else None
    lines = read(engine, page, frame, side, known, in_black=before is not None)
    return Sight(
        lines=tuple(lines),
        codes=tuple(_codes(searched.result(), [*lines, *known], frame)) if searched else (),
        growth=growth,
    )


def _codes(suspected: Suspects, lines: Sequence[Line], frame: Frame) -> list[Code]:
    moved = [replace(line, quad=line.quad - frame.corner) for line in lines]
    found = codes_among(suspected, moved)
    return [replace(code, quad=code.quad + frame.corner) for code in found]
