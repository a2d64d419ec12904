"""Owns the table of artifacts: one sealed object each."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Artifact(Base):
    """One stored version of one image, sealed under its own data key.

    `wrapped_key` is that key for workers and staff, `view_key` the same in a box for the customer;
    without both the object is noise.
    What was made for the customer and never uploaded, a bundle, has no `upload_id`.
    `regions` are classes and boxes, never text. What did not open as it was stored is quarantined:
    `quarantine_code` says how it failed, nobody is shown it, and it is destroyed on its day.
    """

    __tablename__ = "artifact"
    __table_args__ = (
        Index("ix_artifact_due", "state", "destroy_at", "id"),
        Index(
            "ix_artifact_purging",
            "object_name",
            sqlite_where=text("state = 'purging'"),
            postgresql_where=text("state = 'purging'"),
        ),
        Index(
            "ix_artifact_key_epoch",
            "key_epoch",
            "id",
            sqlite_where=text("wrapped_key IS NOT NULL"),
            postgresql_where=text("wrapped_key IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("art"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), index=True)
    upload_id: Mapped[str | None] = mapped_column(ForeignKey("upload.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    stage: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))

    object_name: Mapped[str] = mapped_column(String(80), unique=True)
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_epoch: Mapped[str] = mapped_column(String(40))
    view_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    ciphertext_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext_length: Mapped[int]
    plaintext_length: Mapped[int]
    content_type: Mapped[str] = mapped_column(String(60))

    width: Mapped[int | None]
    height: Mapped[int | None]
    policy_id: Mapped[str | None] = mapped_column(String(60))
    policy_version: Mapped[str | None] = mapped_column(String(20))
    policy_sha256: Mapped[str | None] = mapped_column(String(64))
    regions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    created_at: Mapped[datetime]
    destroy_at: Mapped[datetime | None]
    destroy_rule: Mapped[str | None] = mapped_column(String(40))
    purged_at: Mapped[datetime | None]
    quarantined_at: Mapped[datetime | None]
    quarantine_code: Mapped[str | None] = mapped_column(String(40))
