"""Owns the table of certificates of destruction."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Certificate(Base):
    """One a month: `line` is the signed file (docs/formats/certificate.md), never made twice."""

    __tablename__ = "certificate"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("cert"))
    month: Mapped[str] = mapped_column(String(7), unique=True)
    made_at: Mapped[datetime]
    line: Mapped[str] = mapped_column(Text)
