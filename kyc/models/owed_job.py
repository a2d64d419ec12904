"""Owns the table of jobs owed: the queue of record."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class OwedJob(Base):
    """Work that must be done once; whoever holds the lease with the highest fence may commit it."""

    __tablename__ = "owed_job"
    __table_args__ = (
        UniqueConstraint("name", "subject_id"),
        Index("ix_owed_job_due", "state", "due_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("job"))
    name: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="owed")
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
