"""Owns what one look at a page tells."""

from dataclasses import dataclass

from kyc.documents.labelled import Found
from kyc.documents.mrz.parse import Mrz
from kyc.documents.mrz_rows import Row
from kyc.documents.pages import Line, Region
from kyc.documents.sight import Sight


@dataclass(frozen=True)
class Look:
    """One look's outcome; the lines are forgotten with it."""

    sight: Sight
    rows: tuple[Row, ...]
    mrz: Mrz | None
    regions: tuple[Region, ...]
    doubts: tuple[str, ...]
    details: Found

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.sight.lines
