"""Owns the table of legal holds."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class LegalHold(Base):
    """Stops every clock of one case until `until`, or until it is lifted.

    `reason` is a code of `kyc.policy.holds`; what was written beside it, and on lifting, is sealed
    under the session's own key. `set_by` and `lifted_by` are a staff id or `console`.
    """

    __tablename__ = "legal_hold"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("hold"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), index=True)
    reason: Mapped[str] = mapped_column(String(30))
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    set_by: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]
    until: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(40))
    lift_note: Mapped[bytes | None] = mapped_column(LargeBinary)
