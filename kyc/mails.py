"""Owns noting a mail in the transaction of what it tells of."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.models import OutgoingMail, VerificationSession


def owe_mail(db: Session, session: VerificationSession, kind: str, now: datetime) -> None:
    """The session's customer is owed a mail; a worker finds address and words when it sends it."""
    mail = OutgoingMail(session_id=session.id, kind=kind, created_at=now)
    db.add(mail)
    db.flush()
    owe(db, OwedJobName.MAIL, mail.id, now)
    record(
        db,
        Action.SYSTEM_MAIL_QUEUED,
        actor=SYSTEM,
        now=now,
        case=session.id,
        object_id=mail.id,
        detail={"kind": kind},
    )
