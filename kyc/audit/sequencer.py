"""Owns the order of events: one sequencer gives each its place and the hash that binds it."""

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from kyc.audit.verify import GENESIS, link
from kyc.models.audit_event import AuditEvent

_OUTBOX = AuditEvent.__table__
assert isinstance(_OUTBOX, Table)
_PLACE = update(_OUTBOX).where(
    _OUTBOX.c.id == bindparam("row")
)  # one by one: the guard asks for the one before
BATCH = 1000
LOCK = 0x6B79632E61756474  # "kyc.audt": the advisory lock of whoever extends the log


def chain_pending(db: Session, limit: int = BATCH) -> int:
    """Place up to `limit` waiting events behind the last one; return how many were placed.

    Waiting means without a place, not "newer than the last seen": transactions commit out of the
    order of their row numbers. Returns 0 while another sequencer works. Should two work all the
    same, the unique `prev` refuses the second one's commit (IntegrityError), so no fork is stored.
    """
    if not is_alone(db):
        return 0
    waiting = db.execute(
        select(AuditEvent.id, AuditEvent.body)
        .where(AuditEvent.pos.is_(None))
        .order_by(AuditEvent.id)
        .limit(limit)
    ).all()
    newest, prev = head(db)
    placed: list[dict[str, int | bytes]] = []
    for pos, (row, body) in enumerate(waiting, newest + 1):
        following = link(prev, body.encode())
        placed.append({"row": row, "pos": pos, "prev": prev, "hash": following})
        prev = following
    if placed:
        db.connection().execute(_PLACE, placed)
    return len(placed)


def head(db: Session) -> tuple[int, bytes]:
    """Position and hash of the last placed event; (0, GENESIS) for an empty log."""
    last = db.execute(
        select(AuditEvent.pos, AuditEvent.hash)
        .where(AuditEvent.pos.is_not(None))
        .order_by(AuditEvent.pos.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.pos is None or last.hash is None:
        return 0, GENESIS
    return last.pos, last.hash


def is_alone(db: Session) -> bool:
    """Whether this transaction may extend the log; it may until it ends.

    SQLite needs no lock of ours: kyc/db.py begins every writing transaction IMMEDIATE.
    """
    if db.get_bind().dialect.name != "postgresql":
        return True
    return bool(db.scalar(select(func.pg_try_advisory_xact_lock(LOCK))))
