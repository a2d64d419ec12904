"""Owns the table of what each case has shown: keyed hashes, so that it is noticed elsewhere."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class SeenHash(Base):
    """One file, document number or person that a session showed, as a keyed hash and no more.

    `source` is the upload that it comes from, or `details`; `kind` is a `SeenKind`.
    """

    __tablename__ = "seen_hash"
    __table_args__ = (Index("ix_seen_hash", "hash", "session_id"),)

    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
