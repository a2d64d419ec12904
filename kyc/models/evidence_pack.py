"""Owns the table of evidence packs that were asked for in the console."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class EvidencePack(Base):
    """One signed pack for an audit; a worker makes it, since web processes have no signing key.

    It holds no personal data. `content`, a zip file, is forgotten after a week; `sha256` stays.
    """

    __tablename__ = "evidence_pack"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("evp"))
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
