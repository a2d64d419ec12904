"""Owns the values that pass between the stages from untrusted bytes to a redacted picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Height x width x 3, RGB."""

Quad = NDArray[np.float64]
"""Four corners (x, y) in pixels: top left, top right, bottom right, bottom left as one reads."""

Status = Literal["complete", "confirm"]


class Kind(StrEnum):
    DOCUMENT_FRONT = "document_front"
    DOCUMENT_BACK = "document_back"
    SELFIE_STATEMENT = "selfie_statement"


class Cls(StrEnum):
    """What a region hides; the names are part of the report format."""

    MRZ = "mrz"
    DOCUMENT_NUMBER = "document_number"
    PERSONAL_NUMBER = "personal_number"
    CARD_ACCESS_NUMBER = "card_access_number"
    BARCODE = "barcode"
    SERIAL_NUMBER = "serial_number"
    OTHER_NUMBER = "other_number"
    SIGNATURE = "signature"
    PORTRAIT = "portrait"
    ADDRESS = "address"
    PERSONAL_DETAIL = "personal_detail"
    MANUAL = "manual"


class Shown(StrEnum):
    """What a place shows that nothing covers; a narrower copy keeps some of these and no more."""

    NAME = "name"
    DATE = "date"
    DOCUMENT = "document"
    """Its kind, and the issuing state."""
    CAPTION = "caption"
    STATEMENT = "statement"
    TEXT = "text"
    """A whole line of print, whatever it says."""
    COPY_MARK = "copy_mark"


@dataclass(frozen=True)
class Size:
    width: int
    height: int


@dataclass(frozen=True)
class Raw:
    """An upload as it came; nothing about it is known yet."""

    untrusted: bytes = field(repr=False)


@dataclass(frozen=True)
class Pages:
    """One decoded page, upright by its EXIF orientation.

    `page` has at most 2,016 px on its long side; `source` is the frame that it was reduced from.
    """

    page: Pixels = field(repr=False)
    count: int
    source: Size

    @property
    def size(self) -> Size:
        return Size(self.page.shape[1], self.page.shape[0])

    @property
    def scale(self) -> float:
        """Source pixels per page pixel."""
        return max(self.source.width, self.source.height) / max(self.size.width, self.size.height)


@dataclass(frozen=True)
class Line:
    """A line of text as read: memory only, never stored, never printed."""

    quad: Quad = field(repr=False)
    text: str = field(repr=False)
    positions: tuple[float, ...] = field(repr=False)
    score: float
    """Mean confidence of the characters, 0 to 1; positions are their centres, 0 to 1 along it."""


@dataclass(frozen=True)
class Region:
    """A place to cover; holds no text. `spare` is the part that a policy may leave readable."""

    cls: str
    quad: Quad
    spare: Quad | None = None

    def scaled(self, factor: float) -> "Region":
        spare = None if self.spare is None else self.spare * factor
        return Region(self.cls, self.quad * factor, spare)


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the picture that it is drawn on."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class CopyMark:
    """What makes the copy recognisable as one.

    `lines` are purpose, business, date and reference; `words` say `copy`, in English and in the
    languages of the document.
    """

    lines: tuple[str, ...]
    words: tuple[str, ...] = ("COPY",)


@dataclass(frozen=True)
class Claimed:
    """What the customer typed, to be compared with the document; `country` is alpha-3 or empty."""

    surname: str
    given_names: str
    date_of_birth: str
    country: str = ""
    document_type: str = ""


Facts = Mapping[str, str | bool | None]


@dataclass(frozen=True)
class Findings:
    """Where something has to be covered and what the document said about itself."""

    regions: tuple[Region, ...]
    reasons: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict)
    document_number: str | None = field(default=None, repr=False)
    shown: tuple[Region, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)
    """Figures of the picture itself, for the thresholds; they say nothing of what it shows."""


@dataclass(frozen=True)
class RedactedPages:
    """Pixels in which every region is overwritten; the only thing that may be encoded."""

    page: Pixels = field(repr=False)
    regions: tuple[Region, ...]


@dataclass(frozen=True)
class PolicyStamp:
    id: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Redaction:
    """The outcome of `redact`.

    `jpeg` carries no metadata; `regions` are in pixels of `source` (the upload after EXIF
    orientation), `shown` in pixels of the copy: where it keeps what (`Shown`). `document_number`
    lives in memory only, for the caller's keyed hash.
    """

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    source: Size
    status: Status
    reasons: tuple[str, ...]
    regions: tuple[Region, ...]
    facts: Facts
    document_number: str | None = field(repr=False)
    policy: PolicyStamp
    shown: tuple[Region, ...] = ()
    scale: float = 1.0
    """Source pixels per pixel of the copy."""
