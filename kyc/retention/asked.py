"""Owns what of people's requests is destroyed with their case, and what of them stays."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kyc.models import CorrectionItem, PrivacyRequest, RightsCode

VALUES = ("asked", "shown_asked", "former", "shown_former")
COPIES = ("shown_words", "shown_extension", "shown_answer")


def forget_asked(db: Session, session_id: str) -> None:
    """Corrected values, codes and the customer's copies go with the record of the case.

    The request stays under its own key and clock: that somebody asked, and what they were told.
    """
    for item in db.scalars(select(CorrectionItem).where(CorrectionItem.session_id == session_id)):
        clear(item, VALUES)
    db.execute(delete(RightsCode).where(RightsCode.session_id == session_id))
    mine = select(PrivacyRequest).where(PrivacyRequest.session_id == session_id)
    for request in db.scalars(mine):
        clear(request, COPIES)


def clear(row: CorrectionItem | PrivacyRequest, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(row, name, None)
