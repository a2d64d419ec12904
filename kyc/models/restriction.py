"""Owns the table of restrictions of processing (GDPR Art. 18)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id

IN_FORCE = text("lifted_at IS NULL")


class Restriction(Base):
    """While it is in force nobody looks at the case or decides it; a case has one at a time.

    `ground` is a code of `kyc.policy.restrictions`. Where the person asked for keeping, `hold_id`
    is the hold that stops the clocks. `mail_id` is the mail that says it will be lifted
    (Art. 18(3)). The words are sealed under the session's own key: why it was set, why it is to
    be lifted, how the customer was told where no mail could be sent.
    """

    __tablename__ = "restriction"
    __table_args__ = (
        Index(
            "uq_restriction_in_force", "session_id",
            unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE,
        ),
        Index("ix_restriction_session", "session_id"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("rstr"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"))
    request_id: Mapped[str | None] = mapped_column(String(40))
    ground: Mapped[str] = mapped_column(String(30))
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    hold_id: Mapped[str | None] = mapped_column(ForeignKey("legal_hold.id"))
    set_by: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    announced_by: Mapped[str | None] = mapped_column(String(40))
    lift_reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    mail_id: Mapped[str | None] = mapped_column(String(40))
    told_how: Mapped[bytes | None] = mapped_column(LargeBinary)
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None] = mapped_column(String(40))
