"""Owns bringing signed receipts to the customer: one mail a case, for all that is signed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kyc.lifecycle import FINAL, Stage
from kyc.mails import owe_mail
from kyc.models import Artifact, Receipt, VerificationSession

NOBODY = ""
"""In place of a mail's id: the address is gone, or there never was anybody."""

Row = tuple[Receipt, VerificationSession | None]


def tell_of_receipts(db: Session, now: datetime) -> int:
    """Owes one mail to each customer of whom receipts were signed since; returns how many.

    What was destroyed of a case that is not decided waits for the decision, so that nobody gets a
    mail for each picture that they send. A receipt is settled in the transaction that owes its
    mail, so it is brought once.
    """
    mails = 0
    for session, receipts in _by_case(_untold(db)):
        is_news = session is not None and session.details is not None and _of_pictures(receipts)
        mail = owe_mail(db, session, "receipts", now) if session and is_news else None
        for receipt in receipts:
            receipt.mail_id = mail.id if mail else NOBODY
        mails += bool(mail)
    return mails


def _of_pictures(receipts: Sequence[Receipt]) -> bool:
    """Whoever fetched a bundle knows that it is gone: its receipt is on their page."""
    return any(receipt.stage != Stage.BUNDLE for receipt in receipts)


def receipts_of_mail(db: Session, mail_id: str) -> Sequence[Receipt]:
    """Those that a mail brings, oldest first."""
    mine = select(Receipt).where(Receipt.mail_id == mail_id)
    return db.scalars(mine.order_by(Receipt.key_destroyed_at, Receipt.id)).all()


def _untold(db: Session) -> Sequence[Row]:
    """A receipt of a record has no case here: with the record the address is gone."""
    session = VerificationSession
    found = db.execute(
        select(Receipt, session)
        .outerjoin(Artifact, Artifact.id == Receipt.subject_id)
        .outerjoin(session, session.id == Artifact.session_id)
        .where(
            Receipt.mail_id.is_(None),
            Receipt.signature.is_not(None),
            or_(session.id.is_(None), session.status.in_(FINAL), session.details.is_(None)),
        )
        .order_by(session.id)
        .with_for_update(of=Receipt, skip_locked=True)
    )
    return [(receipt, case) for receipt, case in found]


def _by_case(rows: Sequence[Row]) -> Iterator[tuple[VerificationSession | None, list[Receipt]]]:
    for _, mine in groupby(rows, key=lambda row: row[1] and row[1].id):
        some = list(mine)
        yield some[0][1], [receipt for receipt, _ in some]
