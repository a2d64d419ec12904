"""Owns saying what has changed since a reviewer opened a case."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.errors import ConflictError
from kyc.lifecycle import Status
from kyc.models import Claim, Staff, VerificationSession
from kyc.policy.seats import Lane


def require_unchanged(
    db: Session, session: VerificationSession, staff_id: str, version: int, now: datetime
) -> Claim:
    """The reviewer's live claim. Raises ConflictError, saying what is no longer as they saw it."""
    if session.status != Status.PROCESSING:
        raise ConflictError(
            _ENDED.get(session.status, "the case does not wait for review any more")
        )
    if session.review_lane == Lane.SETTLING:
        raise ConflictError("a verdict on this case has been given already")
    claim = db.get(Claim, session.id, populate_existing=True)
    if claim is None:
        raise ConflictError("you do not hold this case any more; it is back in the queue")
    if claim.staff_id != staff_id:
        holder = db.get_one(Staff, claim.staff_id).display_name
        raise ConflictError(f"you do not hold this case any more; {holder} has it now")
    if claim.expires_at <= now:
        ended = f"{claim.expires_at:%H:%M}"
        raise ConflictError(f"your claim on this case ended at {ended} UTC; claim it again")
    if session.version != version:
        raise ConflictError(
            "the case has changed since you opened it: it was judged, taken back or sent again"
            " meanwhile. Open it anew"
        )
    return claim


_ENDED: dict[str, str] = {
    Status.VERIFIED: "the case has been approved meanwhile",
    Status.REJECTED: "the case has been rejected meanwhile",
    Status.REQUIRES_INPUT: "the customer has been asked again meanwhile",
    Status.EXPIRED: "the case has lapsed meanwhile, as nobody decided it in time",
    Status.CANCELED: "the customer has withdrawn meanwhile",
}
