"""Owns the second stage: of a stored copy only what is known to be kept stays to be seen.

The copy is not searched for what must go. A portrait, its ghost or a signature that a search
misses would stay without anybody noticing; a name that was not located is merely covered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kyc.documents.burn import FILL, burn, encode
from kyc.documents.coverage import Moment, RedactionPolicy
from kyc.documents.geometry import mask_of
from kyc.documents.pages import Box, Kind, Pixels, Quad, Redaction, Region, Shown
from kyc.documents.stored import manual_regions, stored_pixels
from kyc.errors import InvalidInputError

StoredRegion = Mapping[str, Any]
"""What an artifact keeps of a place: `class`, `quad`, and `shown` where nothing covers it."""


@dataclass(frozen=True)
class Narrowed:
    """A narrower copy; `regions` as an artifact keeps them, in its pixels.

    `shows` is empty when nothing that may stay was located: then the copy is a black picture with
    its copy mark, of no use to anybody, and the caller destroys the picture instead.
    """

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    regions: tuple[dict[str, Any], ...]
    shows: frozenset[Shown]


def stored_regions(redaction: Redaction) -> list[dict[str, Any]]:
    """A redaction's places in pixels of its copy: what it covers, and what it shows where."""
    covered = [_stored(region.scaled(1 / redaction.scale)) for region in redaction.regions]
    return [*covered, *(_stored(region, shown=True) for region in redaction.shown)]


def narrow(
    jpeg: bytes,
    regions: Iterable[StoredRegion],
    *,
    policy: RedactionPolicy,
    moment: Moment,
    kind: Kind,
    boxes: Sequence[Box] = (),
) -> Narrowed | None:
    """The copy that stays after a moment, or None when the policy covers nothing more then.

    `jpeg` is a stored copy, `regions` what its artifact keeps; `boxes` are drawn by a person on
    this copy and covered as well. No model is loaded and nothing is read. Raises
    InvalidInputError for a box outside the picture or regions that are out of form.
    """
    shows = policy.shows_after(moment, kind)
    if shows is None:
        return None
    page = stored_pixels(jpeg)
    known = list(regions)
    kept = [region for region in known if region.get("shown") and region["class"] in shows]
    narrowed = _only(page, [_quad(region) for region in kept])
    narrowed = burn(narrowed, manual_regions(boxes, page)).page if boxes else narrowed
    return Narrowed(
        jpeg=encode(narrowed),
        width=page.shape[1],
        height=page.shape[0],
        regions=tuple(
            dict(region) for region in known if not region.get("shown") or region in kept
        ),
        shows=frozenset(Shown(region["class"]) for region in kept) - {Shown.COPY_MARK},
    )


def _only(page: Pixels, quads: Sequence[Quad]) -> Pixels:
    """Everything outside of the quads filled; what lay there has no influence on the result."""
    narrowed = np.empty_like(page)
    narrowed[:] = FILL
    open_ = mask_of(quads, *page.shape[:2]) > 0
    narrowed[open_] = page[open_]
    return narrowed


def _stored(region: Region, shown: bool = False) -> dict[str, Any]:
    place = {"class": str(region.cls), "quad": region.quad.round(1).tolist()}
    return {**place, "shown": True} if shown else place


def _quad(region: StoredRegion) -> Quad:
    quad = np.array(region["quad"], float)
    if quad.shape != (4, 2) or not np.isfinite(quad).all():
        raise InvalidInputError("a stored region is no quad of four corners")
    return quad
