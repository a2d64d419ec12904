"""Owns what of people's requests is destroyed with their case, and what of them stays."""

from collections.abc import Collection

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kyc.models import CorrectionItem, PrivacyRequest, RightsCode

VALUES = ("asked", "shown_asked", "former", "shown_former")
COPIES = ("shown_words", "shown_extension", "shown_answer")


def forget_asked(db: Session, session_ids: Collection[str]) -> None:
    """Corrected values, codes and the customer's copies go with the record of the case.

    The request stays under its own key and clock: that somebody asked, and what they were told.
    """
    items = CorrectionItem.session_id.in_(session_ids)
    db.execute(update(CorrectionItem).where(items).values(dict.fromkeys(VALUES)))
    db.execute(delete(RightsCode).where(RightsCode.session_id.in_(session_ids)))
    requests = PrivacyRequest.session_id.in_(session_ids)
    db.execute(update(PrivacyRequest).where(requests).values(dict.fromkeys(COPIES)))


def clear(row: CorrectionItem | PrivacyRequest, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(row, name, None)
