"""Owns the table of what is left of somebody who was erased: a keyed hash, for a while."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Tombstone(Base):
    """Says that somebody with this address, document number or name was erased, until `ends_at`.

    It names no case, and its hash is under a purpose of its own: it meets no other table's.
    """

    __tablename__ = "tombstone"
    __table_args__ = (Index("ix_tombstone_hash", "hash"), Index("ix_tombstone_end", "ends_at"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("tomb"))
    kind: Mapped[str] = mapped_column(String(20))
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
