"""Owns the table of published keys: what the customer-facing process seals to."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class IntakeKey(Base):
    """The public half of an epoch; `mac` proves that one of our own processes wrote the row."""

    __tablename__ = "intake_key"

    epoch: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_half: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
