"""Owns the signing of the log's state: every minute or every 1,000 events."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kyc.audit.events import Action
from kyc.audit.recording import SYSTEM, record
from kyc.audit.sequencer import chain_pending, head, is_alone
from kyc.audit.signer import Signer
from kyc.audit.verify import GENESIS, MalformedError, Tree, link, open_note
from kyc.errors import KycError
from kyc.models.audit_checkpoint import AuditCheckpoint
from kyc.models.audit_event import AuditEvent

EVERY = timedelta(seconds=60)
MOST_UNSIGNED = 1000
MOST_AT_ONCE = 5000

_NOTHING = AuditCheckpoint(size=0, root=b"", at=datetime.min.replace(tzinfo=UTC), frontier=b"")


class BrokenLogError(KycError):
    """The stored log contradicts itself: nothing is signed until a person has looked."""

    code = "audit_broken"


@dataclass(frozen=True)
class Lag:
    """How far chain and signatures are behind; `oldest` is the age of the first unsigned event."""

    pending: int
    unsigned: int
    oldest: timedelta


def advance(db: Session, signer: Signer, now: datetime, *, at_once: bool = False) -> int:
    """Place what waits and sign what is due; return the number of checkpoints signed.

    The caller commits, and only then exports.
    """
    chain_pending(db, MOST_AT_ONCE)
    return checkpoint(db, signer, now, at_once=at_once)


def checkpoint(db: Session, signer: Signer, now: datetime, *, at_once: bool = False) -> int:
    """Sign each full 1,000 events, and the rest when the last signature is 60 s old or `at_once`.

    Raises BrokenLogError when the last checkpoint or the events since do not verify.
    """
    if not is_alone(db):
        return 0
    last, (newest, _), signed = last_checkpoint(db), head(db), 0
    while size := _next_size(last or _NOTHING, newest, now, at_once=at_once):
        last = _signed(signer, _grown(db, last, signer, size), now)
        db.add(last)
        signed += 1
    return signed


def last_checkpoint(db: Session) -> AuditCheckpoint | None:
    return db.scalar(select(AuditCheckpoint).order_by(AuditCheckpoint.size.desc()).limit(1))


def lag(db: Session, now: datetime) -> Lag:
    """What is not yet placed or signed; readiness and alarms judge by it."""
    signed = (last_checkpoint(db) or _NOTHING).size
    open_events = or_(AuditEvent.pos.is_(None), AuditEvent.pos > signed)
    unsigned, oldest = db.execute(
        select(func.count(), func.min(AuditEvent.at)).where(open_events)
    ).one()
    pending = db.scalar(select(func.count()).where(AuditEvent.pos.is_(None))) or 0
    return Lag(pending, unsigned, now - oldest if unsigned else timedelta(0))


def heartbeat(db: Session, now: datetime) -> None:
    """Record that the log is alive; asked for every 5 minutes, so that silence shows."""
    behind = lag(db, now)
    detail = {"pending": behind.pending, "unsigned": behind.unsigned}
    record(db, Action.SYSTEM_HEARTBEAT_SENT, actor=SYSTEM, now=now, detail=detail)


def _next_size(last: AuditCheckpoint, newest: int, now: datetime, *, at_once: bool) -> int | None:
    new = newest - last.size
    if new >= MOST_UNSIGNED:
        return last.size + MOST_UNSIGNED
    # abs: a clock that was put back must not stop the signatures
    return newest if new and (at_once or abs(now - last.at) >= EVERY) else None


def _grown(db: Session, last: AuditCheckpoint | None, signer: Signer, size: int) -> Tree:
    """The tree of the last checkpoint and the events since, each checked against the one before."""
    tree = _trusted_tree(last, signer)
    prev = db.scalar(select(AuditEvent.hash).where(AuditEvent.pos == tree.size)) or GENESIS
    rows = db.execute(
        select(AuditEvent.pos, AuditEvent.hash, AuditEvent.body)
        .where(AuditEvent.pos > tree.size, AuditEvent.pos <= size)
        .order_by(AuditEvent.pos)
    )
    for pos, stored, body in rows:
        if pos != tree.size + 1 or stored is None or link(prev, body.encode()) != stored:
            raise BrokenLogError(f"the audit log is broken at event {tree.size + 1}")
        tree.append(stored)
        prev = stored
    if tree.size != size:
        raise BrokenLogError(f"the audit log lacks event {tree.size + 1}")
    return tree


def _trusted_tree(last: AuditCheckpoint | None, signer: Signer) -> Tree:
    if last is None:
        return Tree()
    try:
        signed = open_note(last.note, signer.trusted)
        tree = Tree(
            signed.size, [last.frontier[i : i + 32] for i in range(0, len(last.frontier), 32)]
        )
    except MalformedError as error:
        raise BrokenLogError(f"the checkpoint at event {last.size} is unusable: {error}") from error
    if (signed.size, signed.root) != (last.size, tree.root()):
        raise BrokenLogError(f"the checkpoint at event {last.size} is not the one that was signed")
    return tree


def _signed(signer: Signer, tree: Tree, now: datetime) -> AuditCheckpoint:
    root = tree.root()
    return AuditCheckpoint(
        size=tree.size,
        root=root,
        at=now,
        note=signer.sign(tree.size, root, now),
        frontier=b"".join(tree.frontier),
    )
