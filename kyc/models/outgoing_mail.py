"""Owns the table of outgoing mails."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class OutgoingMail(Base):
    """A mail that a session's customer is owed; address and words are put in when it is sent."""

    __tablename__ = "outgoing_mail"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("mail"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
