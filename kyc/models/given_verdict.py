"""Owns the table of verdicts: what each reviewer thought, before and after it took effect."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id

STANDS = text("state <> 'taken_back'")
FILLS_A_SEAT = text("state <> 'taken_back' AND outcome <> 'escalate'")


class GivenVerdict(Base):
    """One reviewer's verdict of one attempt, from one seat; note and message are sealed.

    The two unique indexes decide races: a person has one verdict an attempt, a seat one that
    stands. `lane`, `claimed_at` and `claim_expires_at` are what taking it back restores.
    """

    __tablename__ = "given_verdict"
    __table_args__ = (
        Index(
            "uq_given_verdict_person", "session_id", "attempt", "staff_id",
            unique=True, sqlite_where=STANDS, postgresql_where=STANDS,
        ),
        Index(
            "uq_given_verdict_seat", "session_id", "attempt", "seat",
            unique=True, sqlite_where=FILLS_A_SEAT, postgresql_where=FILLS_A_SEAT,
        ),
        Index("ix_given_verdict_staff", "staff_id", "state", "at"),
        Index("ix_given_verdict_at", "at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("ver"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"))
    attempt: Mapped[int]
    seat: Mapped[str] = mapped_column(String(10))
    lane: Mapped[str] = mapped_column(String(10))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    checklist: Mapped[list[str]] = mapped_column(JSON, default=list)
    items: Mapped[list[str]] = mapped_column(JSON, default=list)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    waiting_since: Mapped[datetime | None]
    claimed_at: Mapped[datetime]
    claim_expires_at: Mapped[datetime]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
