"""Owns the reasons of negative outcomes: those with translated words, and a flow's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from kyc.lifecycle import ItemKind

FRONT, BACK, SELFIE = (
    ItemKind.DOCUMENT_FRONT,
    ItemKind.DOCUMENT_BACK,
    ItemKind.SELFIE_STATEMENT,
)


@dataclass(frozen=True)
class Reason:
    """`label` is for staff, in English; `text` for the customer, in theirs.

    `item` is what to send again, if any.

    `retryable` codes may ask again, others only reject; `internal` ones are never told. Some say
    nothing without a message. Those that pass a case on to a senior are for nothing else, and for
    colleagues alone. A flow's own has its `words` by language, and no `text` for the catalogues.
    """

    code: str
    label: str
    text: str
    item: ItemKind | None = None
    retryable: bool = True
    internal: bool = False
    needs_message: bool = False
    passes_on: bool = False
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)


def _on(code: str, label: str) -> Reason:
    """Why a senior should decide."""
    return Reason(code, label, "", retryable=False, internal=True, passes_on=True)


def _l(text: str) -> str:
    """Marks a text for translation; it is translated where it is shown."""
    return text


REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("document_unreadable", "Document unreadable",
               _l("The document could not be read. Please take a sharper photo in good light."),
               FRONT),
        Reason("document_glare", "Glare on the document",
               _l("Light reflects on the document. Please tilt it a little and try again."), FRONT),
        Reason("document_cropped", "Document cut off",
               _l("Part of the document is outside the photo. All four corners must be visible."),
               FRONT),
        Reason("document_damaged", "Document damaged",
               _l("The document is damaged where it must be read. Please use another document."),
               FRONT),
        Reason("document_back_missing", "Back unusable",
               _l("The back of the document is missing or could not be read."), BACK),
        Reason("document_not_original", "Not the original document",
               _l("Please photograph the document itself, not a copy or a screen."), FRONT),
        Reason("document_required_field_hidden", "Required field hidden",
               _l("A name or date is hidden. Only numbers should be covered."), FRONT),
        Reason("document_expired", "Document expired",
               _l("The document has expired. Please use one that is valid."), FRONT),
        Reason("document_type_not_supported", "Document type not accepted",
               _l("This kind of document is not accepted here."), FRONT),
        Reason("document_name_mismatch", "Name differs",
               _l("The name on the document differs from the name you gave."), FRONT),
        Reason("document_dob_mismatch", "Date of birth differs",
               _l("The date of birth on the document differs from the one you gave."), FRONT),
        Reason("selfie_unreadable", "Photo unusable",
               _l("The photo of you is too dark, too small or not sharp."), SELFIE),
        Reason("selfie_face_covered", "Face covered",
               _l("Your face must be fully visible in the photo."), SELFIE),
        Reason("selfie_document_missing", "Document missing in photo",
               _l("Please hold the document next to your face in the photo."), SELFIE),
        Reason("selfie_document_differs", "Different document in photo",
               _l("The document in your hand must be the one you uploaded."), SELFIE),
        Reason("selfie_person_mismatch", "Different person, by eye",
               _l("The photo and the document do not appear to show the same person."), SELFIE),
        Reason("statement_missing", "Statement missing",
               _l("The handwritten statement is missing from the photo."), SELFIE),
        Reason("statement_illegible", "Statement illegible",
               _l("The handwritten statement could not be read."), SELFIE),
        Reason("statement_text_mismatch", "Statement text wrong",
               _l("The statement must have exactly the words we ask for."), SELFIE),
        Reason("statement_code_mismatch", "Statement code wrong",
               _l("The code on your statement is not the one we showed you."), SELFIE),
        Reason("statement_outdated", "Statement outdated",
               _l("The statement is too old. Please write a new one."), SELFIE),
        Reason("document_suspected_altered", "Suspected alteration",
               _l("The document could not be verified."), retryable=False, internal=True),
        Reason("duplicate_account", "Second account",
               _l("The verification could not be completed."), retryable=False, internal=True),
        Reason("country_not_supported", "Country not served",
               _l("Documents from this country are not accepted here."), retryable=False),
        Reason("under_supported_age", "Under age",
               _l("You must be of age to use this service."), retryable=False),
        Reason("document_unverified_other", "Other problem with the document",
               _l("The document could not be verified. The message below says why."), FRONT,
               needs_message=True),
        Reason("other", "Other (write a message)",
               _l("Please read the message below."), None, needs_message=True),
        _on("unsure_of_document", "Unsure about the document"),
        _on("unsure_of_person", "Unsure whether it is the same person"),
        _on("unsure_of_duplicate", "May be a second account"),
        _on("unsure_of_rule", "The rules do not say"),
    )
}  # fmt: skip

ITEM_TITLES: dict[str, str] = {
    FRONT: "Front of the document",
    BACK: "Back of the document",
    SELFIE: "Photo of you with the statement",
}


def offered_reasons(
    chosen: Iterable[str] | None, own: Iterable[Mapping[str, Any]]
) -> Mapping[str, Reason]:
    """What reviewers choose from, in the order of the page; nothing chosen of these is all."""
    codes = REASONS.keys() if chosen is None else set(chosen)
    some = [reason for code, reason in REASONS.items() if code in codes]
    return MappingProxyType({one.code: one for one in (*some, *map(_own, own))})


def _own(raw: Mapping[str, Any]) -> Reason:
    """A flow's own, as it is written there."""
    return Reason(
        code=raw["code"],
        label=raw["label"],
        text="",
        item=ItemKind(raw["item"]) if raw.get("item") else None,
        retryable=not raw.get("final", False) and not raw.get("passes_on", False),
        internal=bool(raw.get("passes_on", False)),
        passes_on=bool(raw.get("passes_on", False)),
        words=MappingProxyType(dict(raw.get("words", {}))),
    )
