"""Owns the table of audit events: written with the act, chained later by one sequencer."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base

ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys


class AuditEvent(Base):
    """One event. `body` is the truth; the columns before it repeat parts of it for queries.

    `pos`, `prev` and `hash` are empty until the sequencer places the row, and never change after.
    """

    __tablename__ = "audit_outbox"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(80), server_default="")  # kind:id
    case_id: Mapped[str | None] = mapped_column(String(64), index=True)
    body: Mapped[str] = mapped_column(Text)
    pos: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    prev: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)

    __table_args__ = (
        UniqueConstraint("prev"),  # two events with one predecessor are a fork: not storable
        CheckConstraint(
            "(pos IS NULL AND prev IS NULL AND hash IS NULL) OR "
            "(pos IS NOT NULL AND prev IS NOT NULL AND hash IS NOT NULL AND "
            "pos >= 1 AND length(prev) = 32 AND length(hash) = 32)",
            name="placed_whole",
        ),
        Index("ix_audit_outbox_action", "action", "id"),
        Index("ix_audit_outbox_actor", "actor", "id"),
        Index(
            "ix_audit_outbox_pending",
            "id",
            sqlite_where=text("pos IS NULL"),
            postgresql_where=text("pos IS NULL"),
        ),
        {"sqlite_autoincrement": True},
    )
