"""Owns the table of claims: who works which case now."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class Claim(Base):
    """A reviewer's exclusive hold on a case; one case a person, one person a case."""

    __tablename__ = "claim"

    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), unique=True)
    claimed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
