"""Owns the table of verifications: when the whole log was checked, and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.audit_event import ROW_NUMBER
from kyc.models.base import Base


class AuditVerification(Base):
    """One walk over the log: `events` in the chain, the first `signed` of them under a signature.

    `findings` are the first ones, each with kind, first, last and text; empty when it is sound.
    """

    __tablename__ = "audit_verification"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    at: Mapped[datetime]
    events: Mapped[int] = mapped_column(BigInteger)
    signed: Mapped[int] = mapped_column(BigInteger)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    __table_args__ = ({"sqlite_autoincrement": True},)
