"""Owns the receipts in the database: signing what is complete, finding them, counting the rest."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from kyc.audit.signer import Signer
from kyc.errors import NotFoundError
from kyc.models import Artifact, Receipt
from kyc.retention.receipt_format import Content, sign, write

SLICE = 500
LATE = timedelta(hours=1)
"""A receipt is signed within a minute of the proof of absence; one this old needs a look."""


def sign_complete(db: Session, signer: Signer, limit: int = SLICE) -> int:
    """Signs receipts of what is verified to be gone, oldest first; returns how many."""
    one = Receipt
    complete = db.execute(
        select(
            one.id,
            one.subject_id,
            one.kind,
            one.stage,
            one.rule,
            one.key_destroyed_at,
            one.absent_at,
            one.versions,
        )
        .where(one.signature.is_(None), one.absent_at.is_not(None))
        .order_by(one.absent_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    contents = [Content(*row) for row in complete]  # type: ignore[arg-type]  # none without a day
    signed = [{"id": content.id, "signature": sign(content, signer)} for content in contents]
    if signed:
        db.execute(update(Receipt), signed)
    return len(signed)


def unsigned(db: Session, now: datetime) -> int:
    """How many keys were destroyed long ago whose receipt is still not signed."""
    late = Receipt.key_destroyed_at < now - LATE
    query = select(func.count()).select_from(Receipt).where(Receipt.signature.is_(None), late)
    return db.scalar(query) or 0


def kept_by_store(db: Session) -> Sequence[Receipt]:
    """Of what is destroyed, but whose object the store does not give up; oldest first."""
    kept = Receipt.left.is_not(None)
    return db.scalars(select(Receipt).where(kept).order_by(Receipt.key_destroyed_at)).all()


def receipt_named(db: Session, name: str) -> Receipt:
    """By its own id or by that of what was destroyed. Raises NotFoundError."""
    query = select(Receipt).where(or_(Receipt.id == name, Receipt.subject_id == name))
    receipt = db.scalars(query).one_or_none()
    if receipt is None:
        raise NotFoundError(f"there is no receipt {name}")
    return receipt


def receipts_of_case(db: Session, session_id: str) -> Sequence[Receipt]:
    """Of every image of the case and of its record, oldest first."""
    images = select(Artifact.id).where(Artifact.session_id == session_id)
    mine = or_(Receipt.subject_id.in_(images), Receipt.subject_id == session_id)
    return db.scalars(
        select(Receipt).where(mine).order_by(Receipt.key_destroyed_at, Receipt.id)
    ).all()


def written(receipt: Receipt) -> str | None:
    """The line of the receipt file; None while it is not signed."""
    if receipt.signature is None:
        return None
    return write(_content(receipt), receipt.signature)


def receipt_file(receipts: Iterable[Receipt]) -> str:
    """The receipt file of those that are signed, a line each; empty when none is."""
    return "".join(f"{line}\n" for line in map(written, receipts) if line)


def _content(receipt: Receipt) -> Content:
    assert receipt.absent_at is not None
    return Content(
        id=receipt.id,
        subject=receipt.subject_id,
        kind=receipt.kind,
        stage=receipt.stage,
        rule=receipt.rule,
        key_destroyed_at=receipt.key_destroyed_at,
        absent_at=receipt.absent_at,
        versions=receipt.versions,
    )
