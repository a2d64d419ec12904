"""Owns the table of deletion receipts."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Receipt(Base):
    """What was destroyed, when, under which rule; no personal data, so it may stay.

    `signature` comes after the absence is verified; docs/formats/receipt.md says over what. While
    the store keeps the object, `left` says what is left of it and why. `ledger_at` is when the
    destruction was written down outside the database (docs/formats/backup.md). `mail_id` is the
    mail that brings it to the customer: None until that is settled, empty when there is nobody.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        Index("ix_receipt_at", "key_destroyed_at"),
        Index(
            "ix_receipt_unsigned",
            "absent_at",
            sqlite_where=text("signature IS NULL"),
            postgresql_where=text("signature IS NULL"),
        ),
        Index(
            "ix_receipt_untold",
            "id",
            sqlite_where=text("mail_id IS NULL AND signature IS NOT NULL"),
            postgresql_where=text("mail_id IS NULL AND signature IS NOT NULL"),
        ),
        Index("ix_receipt_mail", "mail_id"),
        Index(
            "ix_receipt_left",
            "key_destroyed_at",
            sqlite_where=text('"left" IS NOT NULL'),
            postgresql_where=text('"left" IS NOT NULL'),
        ),
        Index(
            "ix_receipt_unledgered",
            "key_destroyed_at",
            "id",
            sqlite_where=text("ledger_at IS NULL"),
            postgresql_where=text("ledger_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("rcpt"))
    subject_id: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    stage: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(40))
    key_destroyed_at: Mapped[datetime]
    absent_at: Mapped[datetime | None]
    versions: Mapped[int] = mapped_column(default=0)
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    left: Mapped[str | None] = mapped_column(String(200))
    ledger_at: Mapped[datetime | None]
    mail_id: Mapped[str | None] = mapped_column(String(40))
