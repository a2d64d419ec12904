"""Owns what a case page shows: claimed details, statement, images, facts, history."""

from datetime import timedelta
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from kyc.fields import read_details
from kyc.intake.items import standing
from kyc.intake.statement import Statement, current_statement
from kyc.models import Artifact, VerificationSession
from kyc.policy.flow import Flow
from kyc.policy.reasons import ITEM_TITLES
from kyc.review.duplicates import cases_like
from kyc.review.ticks import lines_of
from kyc.settings import Settings
from kyc.web import countries
from kyc.web.texts import _
from kyc.web.words import document_name, reason_words
from storage.vault import Vault

_FACTS = {
    "mrz_check_digits": "MRZ check digits",
    "mrz_name_agrees": "MRZ name and claimed name",
    "mrz_birth_date_agrees": "MRZ and claimed date of birth",
    "printed_name_agrees": "Printed name",
    "printed_birth_date_agrees": "Printed date of birth",
    "printed_expiry_agrees": "MRZ and printed expiry date",
    "issuing_state_agrees": "MRZ and claimed issuing country",
    "document_type_agrees": "MRZ and claimed kind of document",
    "expired": "Expiry date",
}

_TITLES = {
    "document_front": "Document, front",
    "document_back": "Document, back",
    "selfie_statement": "Person with document and statement",
}

_DOUBTS = {
    "": "The program is not sure that every number is covered.",
    "nothing_found": "No number was found; the customer says that none is readable.",
    "mrz_missing": "The machine-readable lines that this document has were not found.",
    "still_readable": "After covering, something still looked like a number.",
    "blurred": "The picture is not sharp.",
    "glare": "Light reflects on the picture.",
    "small_text": "The writing is very small.",
    "perforated": "There may be a punched number.",
    "overwritten": "A large word is printed over it; a pale number may stand under that.",
    "undecodable_code": "There may be a barcode that could not be read.",
    "screen": "It looks like a picture of a screen.",
    "several_documents": "It seems to show more than one document, or both sides of one.",
    "field_not_located": "An address, birthplace or other personal detail was not found.",
}
"""Why the program asked the customer to check the covering by hand."""


def title_of(kind: str) -> str:
    return _TITLES.get(kind, kind)


def details_shown(vault: Vault, session: VerificationSession) -> list[tuple[str, str]]:
    known = read_details(vault, session)
    if known is None:
        return []
    rows = [
        (_("Surname"), known.surname),
        (_("Given names"), known.given_names),
        (_("Patronymic"), known.patronymic),
        (_("Date of birth"), known.date_of_birth.isoformat()),
        (_("Nationality"), countries.name(known.nationality)),
        (_("Residence"), countries.name(known.residence)),
        (_("Document"), document_name(session.document_type)),
        (_("Issued by"), countries.name(session.document_country or "")),
        (_("Organisation"), known.entity_name),
        (_("Registry code"), known.entity_registry_code),
        (_("Registered in"), countries.name(known.entity_country) if known.entity_country else ""),
        (_("Role"), known.entity_role),
    ]
    return [(label, value) for label, value in rows if value]


def statement_shown(
    db: Session, session: VerificationSession, settings: Settings
) -> Statement | None:
    lasts = timedelta(hours=settings.statement_hours)
    return current_statement(db, session, settings.business_name, lasts)


def checklist_shown(db: Session, session: VerificationSession, flow: Flow) -> list[dict[str, str]]:
    """The lines of the flow that the case began under, and the covering's where it is in doubt."""
    return [{"key": key, "label": _(text)} for key, text in lines_of(db, session, flow)]


def images_shown(db: Session, session: VerificationSession) -> list[dict[str, Any]]:
    return [
        {
            "artifact_id": artifact.id,
            "upload_id": upload.id,
            "kind": upload.kind,
            "title": title_of(upload.kind),
            "cover_url": url_for("review.cover_page", artifact_id=artifact.id),
            "url": url_for("review.image", artifact_id=artifact.id),
            "width": artifact.width,
            "height": artifact.height,
            "quarantined": artifact.quarantined_at is not None,
            "status": "confirm" if upload.reasons else "complete",
            "reasons": [_DOUBTS.get(code, _DOUBTS[""]) for code in upload.reasons],
        }
        for upload in standing(db, session).values()
        if upload.artifact_id is not None
        for artifact in [db.get_one(Artifact, upload.artifact_id)]
    ]


def facts_shown(db: Session, session: VerificationSession) -> list[tuple[str, str, str]]:
    """Facts as facts, never as verdicts: (label, value, ok | differs | unknown)."""
    front: dict[str, Any] = {}
    for kind in ("document_back", "document_front"):
        found = (session.facts or {}).get(kind, {})
        front |= {key: value for key, value in found.items() if value is not None}
    read = [_fact(key, label, front.get(key)) for key, label in _FACTS.items()]
    return [*read, _same_address(cases_like(db, session))]


def _same_address(others: int) -> tuple[str, str, str]:
    label = _("Other cases with this e-mail address")
    return label, str(others) if others else _("none"), "differs" if others else "ok"


def _fact(key: str, label: str, value: object) -> tuple[str, str, str]:
    if value is None:
        return _(label), _("could not be read"), "unknown"
    good = (not value) if key == "expired" else bool(value)
    if key == "expired":
        return _(label), _("not expired") if good else _("expired"), "ok" if good else "differs"
    return _(label), _("agree") if good else _("differ"), "ok" if good else "differs"


def reasons_shown(flow: Flow) -> list[dict[str, str]]:
    """Those of the flow that the case began under; what cannot be cured by a new try is marked."""
    return [
        {
            "code": reason.code,
            "label": _(reason.label),
            "item": str(reason.item or ""),
            "item_title": _(ITEM_TITLES[reason.item]) if reason.item else _("Anything else"),
            "text": "" if reason.passes_on else reason_words(flow, reason),
            "retryable": "yes" if reason.retryable else "",
            "needs_message": "yes" if reason.needs_message else "",
            "passes_on": "yes" if reason.passes_on else "",
        }
        for reason in flow.reasons.values()
    ]
