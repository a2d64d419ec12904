"""Owns the bar that offers to take the last verdict back."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from kyc.models import VerificationSession
from kyc.review.deciding import Outcome
from kyc.review.taking_back import TAKE_BACK, pending_verdict
from kyc.web.texts import _


def take_back_bar(db: Session, staff_id: str, moment: datetime) -> dict[str, Any] | None:
    """What it says and where its button goes; None when nothing can be taken back any more."""
    verdict = pending_verdict(db, staff_id, moment)
    if verdict is None:
        return None
    session = db.get_one(VerificationSession, verdict.session_id)
    said = {
        Outcome.APPROVE: _("%(case)s is approved.", case=session.reference),
        Outcome.REQUEST_INPUT: _("%(case)s is sent back to the customer.", case=session.reference),
        Outcome.REJECT: _("%(case)s is rejected.", case=session.reference),
        Outcome.ESCALATE: _("%(case)s goes to a senior reviewer.", case=session.reference),
    }
    until = verdict.at + TAKE_BACK
    return {
        "text": said[Outcome(verdict.outcome)],
        "url": url_for("review.take_back", verdict_id=verdict.id),
        "until": until,
        "seconds": max(1, round((until - moment).total_seconds())),
    }
