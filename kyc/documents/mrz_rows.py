"""Owns where the machine-readable zone is: rows recognised, bridged, extended, completed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kyc.documents.dates import date_spans
from kyc.documents.geometry import axis, gap_on_row, grow_by_height, tilt
from kyc.documents.pages import Line, Quad

ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")
FILLER_LIKE = re.compile("[«‹ヘへハ∧＜く＾^]|(?<=[<Λλ])[Λλ]|[Λλ](?=[<Λλ])")
"""What a recogniser takes fillers for; one Greek lambda among other letters is a word's."""

BIRTH_SEX_EXPIRY = re.compile(r"\d{6}[0-9O<][MFX<K]\d{6}")
MISREAD_FILLER = re.compile(r"[CKE<]{6,}")
FIRST_ROW = re.compile(r"[PIVAC][A-Z<][A-Z]{3}")
TD1_LENGTH = 30
ROW_LENGTHS = frozenset({TD1_LENGTH, 36, 44})
PARALLEL = 0.97
ROW_PITCH = 1.7
"""Distance of rows in text heights, where only one row was found."""


@dataclass(frozen=True)
class Row:
    """One row of the zone: its fragments from left to right and the quad around them."""

    quad: Quad
    fragments: tuple[Line, ...]

    @property
    def text(self) -> str:
        """What the row says; a lone letter beside a whole row is no part of it."""
        whole = max(self.fragments, key=lambda fragment: len(fragment.text))
        if len(as_mrz(whole.text)) in ROW_LENGTHS:
            return as_mrz(whole.text)
        return "".join(as_mrz(fragment.text) for fragment in self.fragments)


def as_mrz(text: str) -> str:
    """The line in the zone's alphabet as far as look-alikes of the filler go."""
    return FILLER_LIKE.sub("<", text.replace(" ", "").upper())


def _share(text: str) -> float:
    return sum(glyph in ALPHABET for glyph in text) / max(1, len(text))


def is_row(text: str) -> bool:
    """Whether a line looks like a row of an MRZ by its alphabet, fillers and digits."""
    packed = as_mrz(text)
    if len(packed) < 20 or _share(packed) < 0.85:
        return False
    if packed.count("<") >= 3 and len(packed) >= 24:
        return True
    if BIRTH_SEX_EXPIRY.search(packed):
        return True
    if len(packed) < 28:
        return False
    one_word = " " not in text.strip() and sum(glyph.isdigit() for glyph in packed) >= 8
    return one_word or bool(MISREAD_FILLER.search(packed))


def is_fragment(text: str) -> bool:
    packed = as_mrz(text)
    return len(packed) >= 5 and packed.count("<") >= 2 and _share(packed) >= 0.85


def find_rows(lines: Sequence[Line]) -> list[Row]:
    """Group the lines that belong to an MRZ by row, with what the detector split off."""
    seeds = [line for line in lines if is_row(line.text) or is_fragment(line.text)]
    groups: list[list[Line]] = []
    for line in sorted(seeds, key=lambda line: -axis(line.quad).length):
        for group in groups:
            if gap_on_row(group[0].quad, line.quad, 0.6) is not None:
                group.append(line)
                break
        else:
            groups.append([line])
    return [_row(group, lines) for group in groups]


def _row(group: Sequence[Line], lines: Sequence[Line]) -> Row:
    """Bridge the fragments of a row along a base line fitted through them."""
    lead = _slim(group[0])
    members = [*group, *(line for line in lines if _continues(lead, line, group))]
    box = axis(lead)
    members.sort(key=lambda line: float((axis(line.quad).centre - box.origin) @ box.along))
    along, _ = box.place(np.concatenate([line.quad for line in members]))
    start, end = float(along.min()), float(along.max())
    centres = np.array([axis(line.quad).centre for line in members])
    x, y = box.place(centres)
    slope, level = 0.0, float(y.mean())
    if len(members) > 1 and np.ptp(x) > 0.3 * (end - start):
        slope, level = (float(value) for value in np.polyfit(x, y, 1))
    half = box.across * box.height / 2
    left = box.origin + box.along * start + box.across * (slope * start + level)
    right = box.origin + box.along * end + box.across * (slope * end + level)
    quad = np.array([left - half, right - half, right + half, left + half])
    return Row(quad, tuple(members))


def _slim(line: Line) -> Quad:
    """The line's quad with a height that its number of characters allows (OCR-B pitch)."""
    box = axis(line.quad)
    height = min(box.height, 2.0 * box.length / max(8, len(as_mrz(line.text))))
    middle = box.height / 2
    return box.box(0, box.length, middle - height / 2, middle + height / 2)


def _continues(lead: Quad, line: Line, group: Sequence[Line]) -> bool:
    """Whether a line is the rest of the row beside it; beside a whole row that is next to it."""
    if any(line is member for member in group) or re.search("[a-z]{2}", line.text):
        return False
    if tilt(lead, line.quad) < PARALLEL or date_spans(line.text):
        return False
    gap = gap_on_row(lead, line.quad, 0.6)
    reach = 1.5 if len(as_mrz(group[0].text)) in ROW_LENGTHS else 5.0
    return gap is not None and gap < reach * axis(lead).height


def top_down(rows: Sequence[Row]) -> list[Row]:
    """Rows in reading order, whichever way the page is turned."""
    if not rows:
        return []
    base = max(rows, key=lambda row: axis(row.quad).length)
    return sorted(rows, key=lambda row: _offset(base.quad, row.quad))


def rows_to_cover(rows: Sequence[Row]) -> list[Quad]:
    """The rows, short ones as long as the longest, and those that the block must also have."""
    if not rows:
        return []
    longest = max(rows, key=lambda row: axis(row.quad).length)
    covered = [grow_by_height(row.quad, 0.6, 0.2) for row in rows]
    covered += [
        grow_by_height(_moved(longest.quad, _offset(longest.quad, row.quad)), 0.6, 0.3)
        for row in rows
        if _is_short(row, longest)
    ]
    return covered + [
        grow_by_height(_moved(longest.quad, offset), 0.6, 0.25)
        for offset in _missing_offsets(longest, rows)
    ]


def _offset(base: Quad, other: Quad) -> float:
    box = axis(base)
    return float((axis(other).centre - box.centre) @ box.across)


def _moved(quad: Quad, offset: float) -> Quad:
    return np.asarray(quad + axis(quad).across * offset)


def _is_short(row: Row, longest: Row) -> bool:
    box = axis(longest.quad)
    near = abs(_offset(longest.quad, row.quad)) < 6 * box.height
    parallel = tilt(row.quad, longest.quad) > 0.97
    return row is not longest and near and parallel and axis(row.quad).length < 0.9 * box.length


def _missing_offsets(longest: Row, rows: Sequence[Row]) -> list[float]:
    """Where rows of the block must be that were not found, in pixels across the longest row.

    TD1 has three rows of 30, TD2, TD3 and visas two of 36 or 44 (ICAO 9303-5, -6, -4, -7);
    a one-row zone starting with D is a driving licence's (ISO 18013-2).
    """
    height = axis(longest.quad).height
    text = longest.text
    wanted = 3 if len(text) <= TD1_LENGTH + 2 else 2
    have = [_offset(longest.quad, row.quad) for row in rows]
    if len(rows) >= wanted or (len(text) <= TD1_LENGTH + 1 and text.startswith("D")):
        return []
    apart = [abs(offset) for offset in have if abs(offset) > 0.5 * height]
    pitch = min(apart, default=ROW_PITCH * height)
    if wanted == 2:
        guesses = [pitch] if FIRST_ROW.match(text) else [-pitch]
    elif len(have) < 2:
        guesses = [-2 * pitch, -pitch, pitch, 2 * pitch]
    elif pitch > 1.5 * ROW_PITCH * height:
        guesses = [(min(have) + max(have)) / 2]
    else:
        guesses = [min(have) - pitch, max(have) + pitch]
    return [at for at in guesses if all(abs(at - offset) >= 0.6 * height for offset in have)]
