"""Owns the five layouts: where each field stands (ICAO 9303 parts 4 to 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Place:
    """Characters start to end of a row, counted from 0."""

    row: int
    start: int
    end: int

    def of(self, rows: tuple[str, ...]) -> str:
        return rows[self.row][self.start : self.end]


@dataclass(frozen=True)
class Layout:
    """`composite` lists what the last check digit covers; visas have none."""

    name: str
    rows: int
    width: int
    visa: bool
    fields: Mapping[str, Place]
    composite: tuple[Place, ...]


def _two_rows(width: int, **last: Place) -> Mapping[str, Place]:
    """What TD2, TD3 and both visas share."""
    return MappingProxyType(
        {
            "code": Place(0, 0, 2),
            "issuer": Place(0, 2, 5),
            "names": Place(0, 5, width),
            "number": Place(1, 0, 9),
            "number_check": Place(1, 9, 10),
            "nationality": Place(1, 10, 13),
            "birth": Place(1, 13, 19),
            "birth_check": Place(1, 19, 20),
            "sex": Place(1, 20, 21),
            "expiry": Place(1, 21, 27),
            "expiry_check": Place(1, 27, 28),
        }
        | last
    )


_TD1 = MappingProxyType(
    {
        "code": Place(0, 0, 2),
        "issuer": Place(0, 2, 5),
        "number": Place(0, 5, 14),
        "number_check": Place(0, 14, 15),
        "optional": Place(0, 15, 30),
        "birth": Place(1, 0, 6),
        "birth_check": Place(1, 6, 7),
        "sex": Place(1, 7, 8),
        "expiry": Place(1, 8, 14),
        "expiry_check": Place(1, 14, 15),
        "nationality": Place(1, 15, 18),
        "optional_2": Place(1, 18, 29),
        "composite_check": Place(1, 29, 30),
        "names": Place(2, 0, 30),
    }
)

LAYOUTS = (
    Layout(
        "TD3",
        2,
        44,
        False,
        _two_rows(
            44,
            optional=Place(1, 28, 42),
            optional_check=Place(1, 42, 43),
            composite_check=Place(1, 43, 44),
        ),
        (Place(1, 0, 10), Place(1, 13, 20), Place(1, 21, 43)),
    ),
    Layout(
        "TD1",
        3,
        30,
        False,
        _TD1,
        (Place(0, 5, 30), Place(1, 0, 7), Place(1, 8, 15), Place(1, 18, 29)),
    ),
    Layout(
        "TD2",
        2,
        36,
        False,
        _two_rows(36, optional=Place(1, 28, 35), composite_check=Place(1, 35, 36)),
        (Place(1, 0, 10), Place(1, 13, 20), Place(1, 21, 35)),
    ),
    Layout("MRV-A", 2, 44, True, _two_rows(44, optional=Place(1, 28, 44)), ()),
    Layout("MRV-B", 2, 36, True, _two_rows(36, optional=Place(1, 28, 36)), ()),
)

DIGITS = ("birth", "expiry", "number_check", "birth_check", "expiry_check", "optional_check")
LETTERS = ("code", "issuer", "names", "nationality", "sex")
