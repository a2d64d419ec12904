"""Owns the table of decisions."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Decision(Base):
    """What was decided of one attempt, once it has taken effect; note and message are sealed."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("session_id", "attempt"), Index("ix_decision_at", "at"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("dec"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"))
    attempt: Mapped[int]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    checklist: Mapped[list[str]] = mapped_column(JSON, default=list)
    items: Mapped[list[str]] = mapped_column(JSON, default=list)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]
