"""Owns the geometry of plots: bars in SVG units, from plain numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
_ROW, _BAR = 34, 20
_LEFT, _RIGHT = 220, 60
_HEIGHT, _FLOOR = 200, 170


@dataclass(frozen=True)
class Bar:
    """`x`, `y`, `width`, `height` in the units of the chart; `told` is the value in words."""

    label: str
    told: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """`lies` says whether the bars run to the right or stand."""

    bars: Sequence[Bar]
    width: int
    height: int
    lies: bool


def lying(rows: Sequence[tuple[str, float, str]], most: float = 0) -> Chart:
    """Bars to the right, one a row: label, value, and the value in words.

    The longest reaches the end, unless `most` says which value would.
    """
    most = most or max((value for _, value, _ in rows), default=0) or 1
    room = WIDTH - _LEFT - _RIGHT
    bars = [
        Bar(label, told, _LEFT, number * _ROW + (_ROW - _BAR) / 2, room * value / most, _BAR)
        for number, (label, value, told) in enumerate(rows)
    ]
    return Chart(bars, WIDTH, len(rows) * _ROW, lies=True)


def standing(rows: Sequence[tuple[str, float, str]]) -> Chart:
    """Bars side by side on a floor, as for the hours of a day."""
    most = max((value for _, value, _ in rows), default=0) or 1
    each = WIDTH / max(1, len(rows))
    bars = [
        Bar(
            label,
            told,
            number * each + each * 0.15,
            _FLOOR - (_FLOOR - 20) * value / most,
            each * 0.7,
            (_FLOOR - 20) * value / most,
        )
        for number, (label, value, told) in enumerate(rows)
    ]
    return Chart(bars, WIDTH, _HEIGHT, lies=False)
