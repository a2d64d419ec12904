"""Owns the layouts: where each field stands (ICAO 9303 parts 4 to 7, and two kinds beside it)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """`composite` lists what the last check digit covers; visas have none.

    `opening` is how the first row starts, so that no zone is read by another kind's layout;
    `wider` is what a field's check digit covers where that is more than the field.
    """

    name: str
    rows: int
    width: int
    opening: re.Pattern[str]
    fields: Mapping[str, Place]
    composite: tuple[Place, ...]
    wider: Mapping[str, Place] = field(default_factory=dict)


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

_FRENCH_CARD = MappingProxyType(
    {
        "code": Place(0, 0, 2),
        "issuer": Place(0, 2, 5),
        "names": Place(0, 5, 30),
        "number": Place(1, 0, 12),
        "number_check": Place(1, 12, 13),
        "given": Place(1, 13, 27),
        "birth": Place(1, 27, 33),
        "birth_check": Place(1, 33, 34),
        "sex": Place(1, 34, 35),
        "composite_check": Place(1, 35, 36),
    }
)
"""Cards of 1988 to 2021: the surname above, the given names below, no expiry; behind the surname
stand the department and office that issued it."""

_LICENCE = MappingProxyType(
    {"code": Place(0, 0, 1), "issuer": Place(0, 2, 5), "composite_check": Place(0, 29, 30)}
)
"""One row (ISO/IEC 18013-3): D, the chip's configuration, the state, what the state chooses."""

_FRENCH_LICENCE = MappingProxyType(
    {
        **_LICENCE,
        "number": Place(0, 5, 14),
        "number_check": Place(0, 14, 15),
        "expiry": Place(0, 15, 21),
        "names": Place(0, 21, 29),
    }
)
"""Licences since 2013, on the front: of the name eight letters of the surname."""

_TRAVEL = re.compile("[^VD]")
_VISA = re.compile("V")

LAYOUTS = (
    Layout(
        "TD3",
        2,
        44,
        _TRAVEL,
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
        _TRAVEL,
        _TD1,
        (Place(0, 5, 30), Place(1, 0, 7), Place(1, 8, 15), Place(1, 18, 29)),
    ),
    Layout(
        "TD2",
        2,
        36,
        _TRAVEL,
        _two_rows(36, optional=Place(1, 28, 35), composite_check=Place(1, 35, 36)),
        (Place(1, 0, 10), Place(1, 13, 20), Place(1, 21, 35)),
    ),
    Layout("MRV-A", 2, 44, _VISA, _two_rows(44, optional=Place(1, 28, 44)), ()),
    Layout("MRV-B", 2, 36, _VISA, _two_rows(36, optional=Place(1, 28, 36)), ()),
    Layout(
        "French card",
        2,
        36,
        re.compile("[I1]DFRA"),
        _FRENCH_CARD,
        (Place(0, 0, 36), Place(1, 0, 35)),
    ),
    Layout(
        "French licence",
        1,
        30,
        re.compile("D[A-Z0-9<]FRA"),
        _FRENCH_LICENCE,
        (Place(0, 0, 29),),
        wider={"number": Place(0, 0, 14)},
    ),
    Layout(
        "licence",
        1,
        30,
        re.compile(r"D[A-Z0-9<](?!FRA)[A-Z][A-Z<]{2}(?=(?:\D*\d){8})"),
        _LICENCE,
        (Place(0, 0, 29),),
    ),
)

DIGITS = ("birth", "expiry", "number_check", "birth_check", "expiry_check", "optional_check")
LETTERS = ("code", "issuer", "names", "given", "nationality", "sex")
CHECKED = ("number", "birth", "expiry", "optional")
"""Fields that may have a check digit of their own."""
