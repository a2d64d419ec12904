"""Owns the tables of what people ask of their data, and of each value that they want corrected."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class PrivacyRequest(Base):
    """One request under GDPR Art. 15 to 22 or a complaint, from its receipt to its answer.

    Words are sealed under the request's own key, so that the case may be destroyed before them;
    what begins with `shown_` is the same for the customer's view alone. `entered_by` is `customer`
    or a staff id. `reminded` counts the alarms of the clock in force. After `destroy_at` key, words
    and the way to the case are gone, and what is left says that somebody asked and was answered.
    """

    __tablename__ = "privacy_request"
    __table_args__ = (
        Index("ix_request_open", "state", "due_at", "id"),
        Index("ix_request_received", "received_at", "id"),
        Index("ix_request_end", "destroy_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("pr"))
    session_id: Mapped[str | None] = mapped_column(
        ForeignKey("verification_session.id"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime]
    target_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reminded: Mapped[int] = mapped_column(default=0)
    how_identified: Mapped[str] = mapped_column(String(30))
    entered_by: Mapped[str] = mapped_column(String(40))
    assigned_to: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))

    field_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    field_key_epoch: Mapped[str] = mapped_column(String(40))
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown_words: Mapped[bytes | None] = mapped_column(LargeBinary)
    identified: Mapped[bytes | None] = mapped_column(LargeBinary)

    extended_at: Mapped[datetime | None]
    extended_reason: Mapped[str | None] = mapped_column(String(40))
    extension: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown_extension: Mapped[bytes | None] = mapped_column(LargeBinary)

    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(20))
    ground: Mapped[str | None] = mapped_column(String(40))
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown_answer: Mapped[bytes | None] = mapped_column(LargeBinary)

    destroy_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]


class CorrectionItem(Base):
    """One value that a customer wants corrected, and what it was before it was.

    `asked` and `former` are sealed under the session's key and go with the case.
    """

    __tablename__ = "correction_item"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("fix"))
    request_id: Mapped[str] = mapped_column(ForeignKey("privacy_request.id"), index=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), index=True)
    field: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(10))
    asked: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown_asked: Mapped[bytes | None] = mapped_column(LargeBinary)
    former: Mapped[bytes | None] = mapped_column(LargeBinary)
    shown_former: Mapped[bytes | None] = mapped_column(LargeBinary)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(40))


class RightsCode(Base):
    """A code mailed to the address of a case: who types it in the browser that asked is proven.

    A worker makes the code as it sends the mail, and only its keyed hash is here. `browser_hash` is
    the hash of that browser's cookie.
    """

    __tablename__ = "rights_code"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("code"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), index=True)
    mail_id: Mapped[str] = mapped_column(String(40), index=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    proven_until: Mapped[datetime | None]
