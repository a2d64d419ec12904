"""Owns the table of uploads: one try at one item."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Upload(Base):
    """One file that a customer sent for one item; its stored versions are artifacts."""

    __tablename__ = "upload"
    __table_args__ = (
        Index("ix_upload_session", "session_id", "kind", "created_at"),
        UniqueConstraint("session_id", "request_key"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("up"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"))
    kind: Mapped[str] = mapped_column(String(30))
    attempt: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    page: Mapped[int] = mapped_column(default=1)
    size: Mapped[int]
    raw_artifact_id: Mapped[str | None] = mapped_column(String(40))
    artifact_id: Mapped[str | None] = mapped_column(String(40))
    refusal: Mapped[str | None] = mapped_column(String(40))
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    request_key: Mapped[str | None] = mapped_column(String(64))
    """What the browser sent with every try of one file, so that a retry finds this row."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
