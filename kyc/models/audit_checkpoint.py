"""Owns the table of signed checkpoints of the audit log."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.audit_event import ROW_NUMBER
from kyc.models.base import Base


class AuditCheckpoint(Base):
    """One signed statement: the first `size` events have the RFC 6962 tree root `root`.

    `note` is the whole C2SP signed note. `frontier` holds the roots of the full subtrees at that
    size, 32 bytes each, largest first, so that the next checkpoint need not read the whole log.
    """

    __tablename__ = "audit_checkpoint"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, unique=True)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = ({"sqlite_autoincrement": True},)
