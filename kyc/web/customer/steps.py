"""Owns the order of the customer's steps and the words for each item."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from kyc.intake.items import missing, needed, standing
from kyc.lifecycle import OPEN, ItemKind, Status, UploadState
from kyc.models import VerificationSession
from kyc.web.texts import _
from kyc.web.words import kind_name


def hint(kind: str, document_type: str | None) -> str:
    if kind == ItemKind.SELFIE_STATEMENT:
        return _(
            "Write the statement by hand on paper. Hold it and your document beside your face,"
            " so that all three are sharp. Cover no part of your face."
        )
    if kind == ItemKind.DOCUMENT_BACK:
        return _("Lay it on a dark surface, in good light, all four corners in the picture.")
    if document_type == "passport":
        return _("Open the page with your photo. All four corners in the picture, no glare.")
    return _("The side with your photo. All four corners in the picture, no glare.")


def next_url(db: Session, session: VerificationSession) -> str:
    """Where the customer goes on, whatever page they came to."""
    if session.status not in OPEN:
        return url_for("customer.status")
    if session.details is None or session.notice_version is None:
        return url_for("customer.details")
    if session.document_type is None:
        return url_for("customer.document")
    found = standing(db, session)
    left = missing(db, session)
    if not left:
        return url_for("customer.submit")
    current = found.get(left[0])
    if current is not None:
        return url_for("customer.upload_page", upload_id=current.id)
    return url_for("customer.item", kind=left[0])


def steps(db: Session, session: VerificationSession, current: str) -> list[dict[str, Any]]:
    """What the progress line shows; `current` is details, document, an item kind or submit."""
    names = [("details", _("Your details")), ("document", _("Your document"))]
    names += [(kind, kind_name(kind)) for kind in needed(session)]
    names += [("submit", _("Check and send"))]
    done = _done(db, session)
    return [
        {"title": text, "state": "current" if key == current else "done" if key in done else "todo"}
        for key, text in names
    ]


def _done(db: Session, session: VerificationSession) -> set[str]:
    done: set[str] = set()
    if session.details is not None:
        done.add("details")
    if session.document_type is not None:
        done.add("document")
    if session.status not in {Status.CREATED, Status.REQUIRES_INPUT}:
        done.add("submit")
    confirmed = standing(db, session).items()
    return done | {kind for kind, upload in confirmed if upload.state == UploadState.CONFIRMED}
