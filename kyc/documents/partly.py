"""Owns numbers that are covered but for their last characters, where a policy asks for that."""

from collections.abc import Sequence
from dataclasses import replace

from kyc.documents.burn import padded
from kyc.documents.coverage import RedactionPolicy, Rule
from kyc.documents.dates import Span
from kyc.documents.geometry import axis, grow_by_height
from kyc.documents.pages import Cls, Line, Quad, Region
from kyc.documents.spans import tail_of

SPARED = 3
LEAST_LENGTH, MOST_LENGTH = 7, 9
"""Shorter numbers leave too few candidates; no document number of ICAO 9303 part 3 is longer, but
national numbers and licence numbers that hold the name or the date of birth are."""

AROUND = 0.5


def with_spare(region: Region, line: Line, span: Span) -> Region:
    """A document number's region with the place of its last three characters."""
    length = sum(glyph.isalnum() for glyph in line.text[slice(*span)])
    if region.cls != Cls.DOCUMENT_NUMBER or not LEAST_LENGTH <= length <= MOST_LENGTH:
        return region
    return replace(region, spare=tail_of(line, span, SPARED))


def hidden(region: Region, policy: RedactionPolicy) -> Region:
    """What is burnt of a region that the policy covers, its margin included."""
    wide = padded(region)
    if policy.rules.get(region.cls) is not Rule.LAST_THREE or region.spare is None:
        return Region(wide.cls, wide.quad)
    box = axis(wide.quad)
    along, _ = box.place(region.spare)
    return Region(wide.cls, box.box(0, float(along.min()), 0, box.height), region.spare)


def settled(regions: Sequence[Region]) -> list[Quad]:
    """Where nothing more is to be found: under the fills, and in what was spared on purpose."""
    spared = (region.spare for region in regions if region.spare is not None)
    return [
        *(region.quad for region in regions),
        *(grow_by_height(quad, AROUND, AROUND) for quad in spared),
    ]
