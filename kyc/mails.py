"""Owns noting a mail in the transaction of what it tells of."""

from datetime import datetime

from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.models import OutgoingMail, Staff, StaffMail, VerificationSession
from kyc.origins import HONEY


def owe_mail(
    db: Session, session: VerificationSession, kind: str, now: datetime
) -> OutgoingMail | None:
    """The session's customer is owed a mail; a worker finds address and words when it sends it.

    Whom the program invented gets none.
    """
    if session.origin == HONEY:
        return None
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
    return mail


def owe_staff_mail(db: Session, person: Staff, kind: str, now: datetime) -> None:
    """As `owe_mail`, for a member of staff; who has given no address is told on their page only."""
    if person.email is None:
        return
    mail = StaffMail(staff_id=person.id, kind=kind, address=person.email, created_at=now)
    db.add(mail)
    db.flush()
    owe(db, OwedJobName.STAFF_MAIL, mail.id, now)
    detail = {"kind": kind}
    record(db, Action.SYSTEM_MAIL_QUEUED, actor=SYSTEM, now=now, object_id=mail.id, detail=detail)
