"""Owns which documents are accepted, and which pictures each of them takes."""

from kyc.lifecycle import ItemKind

DOCUMENT_TYPES = ("passport", "identity_card", "residence_permit", "driving_licence")
_WITH_BACK = frozenset({"identity_card", "residence_permit"})
"""A passport has no second side that matters; a licence's carries health codes (column 12)."""


def items_of(document_type: str | None) -> list[ItemKind]:
    """The items of a verification with this document, in the order they are asked for."""
    back = [ItemKind.DOCUMENT_BACK] if document_type in _WITH_BACK else []
    return [ItemKind.DOCUMENT_FRONT, *back, ItemKind.SELFIE_STATEMENT]
