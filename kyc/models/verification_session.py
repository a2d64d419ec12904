"""Owns the table of verification sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id

_NARROWED_BY = ("document_country", "document_type", "attempt")
"""At the end of an index a filter looks at these without a look at the row."""


class VerificationSession(Base):
    """One verification need of one customer, used again across attempts.

    What the customer typed is in `details`, sealed under the session's own key; nothing else
    in the row names a person. `email_hash` is a keyed hash for finding an open session again.
    """

    __tablename__ = "verification_session"
    __table_args__ = (
        Index("ix_session_queue", "status", "review_lane", "waiting_since", "id", *_NARROWED_BY),
        Index("ix_session_customer", "status", "created_at", "id", *_NARROWED_BY),
        Index("ix_session_done", "decided_at", "id", *_NARROWED_BY),
        Index("ix_session_expiry", "status", "expires_at"),
        Index(
            "ix_session_record",
            "record_destroy_at",
            "id",
            sqlite_where=text("record_destroyed_at IS NULL"),
            postgresql_where=text("record_destroyed_at IS NULL"),
        ),
        Index("ix_session_reference", "client_reference_id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("vs"))
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    origin: Mapped[str] = mapped_column(String(20))
    client_reference_id: Mapped[str | None] = mapped_column(String(100))
    locale: Mapped[str] = mapped_column(String(10), default="en")
    flow_name: Mapped[str] = mapped_column(String(40))
    flow_version: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    field_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    field_key_epoch: Mapped[str] = mapped_column(String(40))
    details: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)

    notice_version: Mapped[str | None] = mapped_column(String(20))
    notice_seen_at: Mapped[datetime | None]
    notice_sha256: Mapped[str | None] = mapped_column(String(64))
    notice_told_sha256: Mapped[str | None] = mapped_column(String(64))
    notice_told_at: Mapped[datetime | None]
    document_type: Mapped[str | None] = mapped_column(String(30))
    document_country: Mapped[str | None] = mapped_column(String(2))
    statement_code: Mapped[str | None] = mapped_column(String(12))
    statement_issued_at: Mapped[datetime | None]

    attempt: Mapped[int] = mapped_column(default=1)
    requested_items: Mapped[list[str]] = mapped_column(JSON, default=list)
    submitted_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    review_lane: Mapped[str] = mapped_column(String(10), default="first", server_default="first")
    review_seat: Mapped[str] = mapped_column(String(10), default="first", server_default="first")
    decided_at: Mapped[datetime | None]
    outcome_reason: Mapped[str | None] = mapped_column(String(60))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    relationship_ended_at: Mapped[datetime | None]

    record_destroy_at: Mapped[datetime | None]
    record_rule: Mapped[str | None] = mapped_column(String(40))
    record_destroyed_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """What people call the case: the business's own reference, else the start of the id."""
        return self.client_reference_id or self.id[:11]
