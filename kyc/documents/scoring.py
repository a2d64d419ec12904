"""Owns scoring redactions by hand-made labels: what was hidden, damaged, and let through."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kyc.documents.geometry import Mask, axis, mask_of, part
from kyc.documents.pages import Quad, Redaction, Size
from kyc.errors import InvalidInputError

HIDDEN, CELL_HIDDEN = 0.9, 0.6
"""A field is hidden when so many of its characters have so much of their area covered."""

DAMAGED, CELL_TOUCHED, PORTRAIT_TOUCHED = 0.1, 0.3, 0.05
"""A text to keep is damaged when more of its characters have more of their area covered."""

SLIM = 0.15
"""What is left out above and below a character, where labels are never exact."""

CHARACTERS = {"mrz": 40, "barcode": 20}
LEAST_CHARACTERS, MOST_CHARACTERS, PITCH = 4, 24, 0.55
HARD = frozenset({"perf", "vertical", "ghost", "micro"})
"""Kinds that are counted apart; a leak of one counts as every other."""


@dataclass(frozen=True)
class Field:
    kind: str
    is_sensitive: bool
    quad: Quad
    length: int


@dataclass(frozen=True)
class Label:
    """What a person says of one picture; quads in pixels of the upload after EXIF orientation."""

    file: str
    size: Size
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Score:
    """One picture: kinds of fields that were hidden or leaked, kept or damaged."""

    file: str
    hidden: tuple[str, ...]
    leaked: tuple[str, ...]
    kept: tuple[str, ...]
    damaged: tuple[str, ...]
    is_complete: bool


def parse_label(raw: Mapping[str, Any]) -> Label:
    """Raises InvalidInputError naming what is missing or wrong."""
    try:
        size = Size(int(raw["width"]), int(raw["height"]))
        return Label(str(raw["file"]), size, tuple(_field(one) for one in raw["fields"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInputError(f"the label is out of form: {error!r}") from error


def _field(raw: Mapping[str, Any]) -> Field:
    quad = np.array(raw["quad"], float)
    if quad.shape != (4, 2) or not np.isfinite(quad).all():
        raise ValueError("a quad is four corners")
    if raw["cls"] not in {"sensitive", "essential"}:
        raise ValueError(f"cls {raw['cls']!r} is neither sensitive nor essential")
    kind = str(raw["kind"])
    return Field(kind, raw["cls"] == "sensitive", quad, _length(kind, quad, raw.get("ocr_text")))


def _length(kind: str, quad: Quad, text: str | None) -> int:
    """How many characters a field has: as written, or guessed from its shape."""
    if kind in CHARACTERS:
        return CHARACTERS[kind]
    if text:
        return max(LEAST_CHARACTERS, len(text))
    box = axis(_lying(quad))
    guess = round(box.length / max(1.0, PITCH * box.height))
    return int(np.clip(guess, LEAST_CHARACTERS, MOST_CHARACTERS))


def _lying(quad: Quad) -> Quad:
    """The corners so that the first side is the longer one."""
    box = axis(quad)
    return quad if box.length >= box.height else np.roll(quad, -1, axis=0)


def score(label: Label, redaction: Redaction) -> Score:
    """Raises InvalidInputError when the label was made in another frame than the picture's."""
    if redaction.source != label.size:
        raise InvalidInputError(
            f"the label of {label.file} is for {label.size.width} x {label.size.height} pixels;"
            f" the picture has {redaction.source.width} x {redaction.source.height}"
        )
    quads = [region.quad for region in redaction.regions]
    return scored(label, quads, is_complete=redaction.status == "complete")


def scored(label: Label, covered: Sequence[Quad], *, is_complete: bool) -> Score:
    """The score of what is covered, in pixels of the label."""
    fills = mask_of(covered, label.size.height, label.size.width)
    sensitive = [(one.kind, _is_hidden(one, fills)) for one in label.fields if one.is_sensitive]
    essential = [(one.kind, _is_hurt(one, fills)) for one in label.fields if not one.is_sensitive]
    return Score(
        file=label.file,
        hidden=tuple(kind for kind, hidden in sensitive if hidden),
        leaked=tuple(kind for kind, hidden in sensitive if not hidden),
        kept=tuple(kind for kind, hurt in essential if not hurt),
        damaged=tuple(kind for kind, hurt in essential if hurt),
        is_complete=is_complete,
    )


def _is_hidden(field: Field, fills: Mask) -> bool:
    covered = [_covered(cell, fills) >= CELL_HIDDEN for cell in _cells(field)]
    return sum(covered) >= HIDDEN * len(covered)


def _is_hurt(field: Field, fills: Mask) -> bool:
    if field.kind == "portrait":
        return _covered(field.quad, fills) > PORTRAIT_TOUCHED
    touched = [_covered(cell, fills) > CELL_TOUCHED for cell in _cells(field)]
    return sum(touched) > DAMAGED * len(touched)


def _cells(field: Field) -> Iterator[Quad]:
    """One slim quad a character."""
    quad = _lying(field.quad)
    rise = np.array([quad[3] - quad[0], quad[2] - quad[1], quad[1] - quad[2], quad[0] - quad[3]])
    slim = quad + SLIM * rise
    for at in range(field.length):
        yield part(slim, at / field.length, (at + 1) / field.length)


def _covered(quad: Quad, fills: Mask) -> float:
    """Share of a quad that lies under the fills."""
    low = np.clip(np.floor(quad.min(axis=0)).astype(int), 0, None)
    high = np.ceil(quad.max(axis=0)).astype(int) + 1
    view = fills[low[1] : high[1], low[0] : high[0]]
    if not view.size:
        return 0.0
    shape = mask_of([quad - low], *view.shape) > 0
    return float((view[shape] > 0).mean()) if shape.any() else 0.0


def summary(scores: Sequence[Score]) -> Iterator[str]:
    """The figures as lines of text: recall, damage, and the leaks that nobody is asked about."""
    hidden, leaked = (Counter(_all(scores, name)) for name in ("hidden", "leaked"))
    kept, damaged = (Counter(_all(scores, name)) for name in ("kept", "damaged"))
    leaks = [one for one in scores if one.leaked]
    clean = [one for one in scores if not one.leaked]
    silent = [one for one in leaks if one.is_complete]
    asked = [one for one in clean if not one.is_complete]
    yield f"pictures                          {len(scores)}"
    yield f"fields covered (recall)           {_ratio(hidden, leaked, hard=False)}"
    yield f"hard fields covered               {_ratio(hidden, leaked, hard=True)}"
    yield f"fields to keep that were damaged  {_ratio(damaged, kept, hard=None)}"
    yield f"pictures with a leak              {len(leaks)}"
    yield f"leaks that end complete           {len(silent)}"
    yield f"pictures without, sent to a person  {len(asked)} of {len(clean)}"
    for kind in sorted(hidden | leaked):
        yield f"  covered {kind}: {hidden[kind]} of {hidden[kind] + leaked[kind]}"
    for kind in sorted(kept | damaged):
        yield f"  damaged {kind}: {damaged[kind]} of {kept[kind] + damaged[kind]}"
    for one in leaks:
        ends = "COMPLETE" if one.is_complete else "confirm"
        yield f"LEAK {one.file} {ends}: {' '.join(one.leaked)}"
    for one in scores:
        if one.damaged:
            yield f"DAMAGE {one.file}: {' '.join(one.damaged)}"


def _all(scores: Sequence[Score], name: str) -> Iterator[str]:
    for one in scores:
        yield from getattr(one, name)


def _ratio(yes: Counter[str], no: Counter[str], hard: bool | None) -> str:
    def count(kinds: Counter[str]) -> int:
        return sum(n for kind, n in kinds.items() if hard is None or (kind in HARD) is hard)

    total = count(yes) + count(no)
    return f"{count(yes) / total:.4f} ({count(yes)} of {total})" if total else "none labelled"
