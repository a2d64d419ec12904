"""Owns what a reviewer ticks before an approval: the flow's lines, and the covering's in doubt."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.models import Upload, VerificationSession
from kyc.policy.checklist import CHECKLIST
from kyc.policy.flow import Flow
from kyc.review.filters import doubtful

COVERING = "numbers_covered"
Lines = tuple[tuple[str, str], ...]


def lines_of(db: Session, session: VerificationSession, flow: Flow) -> Lines:
    """Keys and texts, in order.

    A picture that the program was not sure to have covered is never taken as finished: after the
    customer staff say so too, whatever a flow's own checklist asks.
    """
    if COVERING in flow.check_keys or not _is_in_doubt(db, session):
        return flow.checklist
    return (*flow.checklist, (COVERING, dict(CHECKLIST)[COVERING]))


def _is_in_doubt(db: Session, session: VerificationSession) -> bool:
    query = select(Upload.id).where(Upload.session_id == session.id, doubtful()).limit(1)
    return db.scalar(query) is not None
