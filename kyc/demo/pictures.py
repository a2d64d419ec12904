"""Owns the pictures of the demonstration: drawn documents, photographed."""

import io

from kyc.demo.cast import Story
from kyc.lifecycle import ItemKind
from kyc.specimens import (
    Drawing,
    Person,
    draw_driving_licence,
    draw_identity_card,
    draw_passport,
    draw_residence_permit,
    draw_selfie,
    photograph,
)

ACROSS, UPRIGHT = (1600, 1200), (1500, 2000)


def picture(
    person: Person, story: Story, state: str, kind: ItemKind, lines: tuple[str, ...]
) -> bytes:
    """A JPEG as a phone would send it; `lines` are the statement, for the selfie."""
    document_type, seed = story.document_type, story.seed
    if kind == ItemKind.SELFIE_STATEMENT:
        front = _document(person, document_type, state, "front", seed)
        return _jpeg(draw_selfie(person, front, lines, seed=seed))
    side = "back" if kind == ItemKind.DOCUMENT_BACK else "front"
    drawn = _document(person, document_type, state, side, seed)
    return _jpeg(photograph(drawn, seed=seed, size=UPRIGHT if story.upright else ACROSS))


def _document(person: Person, document_type: str, state: str, side: str, seed: int) -> Drawing:
    if document_type == "passport":
        return draw_passport(person, state=state, seed=seed)
    if document_type == "driving_licence":
        return draw_driving_licence(person, state=state, seed=seed)
    if document_type == "residence_permit":
        return draw_residence_permit(person, side=side, state=state, seed=seed)
    return draw_identity_card(person, side=side, state=state, seed=seed)


def _jpeg(drawing: Drawing) -> bytes:
    out = io.BytesIO()
    drawing.image.convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()
