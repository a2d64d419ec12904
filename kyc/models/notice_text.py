"""Owns the table of the notices that customers acknowledged, word for word."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class NoticeText(Base):
    """One wording in one language; never edited, and kept once however many acknowledged it.

    `body` is canonical JSON (RFC 8785) of titles and paragraphs, and `sha256` the hash of version,
    language and body. It names the business and periods, and no customer.
    """

    __tablename__ = "notice_text"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    first_seen_at: Mapped[datetime]
