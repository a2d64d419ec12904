"""Owns the tables about looking: break-glass, looks counted, alarms, conflicts of interest."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class BreakGlass(Base):
    """One person's request to see one case outside of their own claim, and what became of it.

    `reason` is sealed under the session's own key. Images are open from `granted_at` to `ends_at`.
    """

    __tablename__ = "break_glass"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("glass"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    granted_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    acknowledged_at: Mapped[datetime | None]


class ImageLook(Base):
    """One image shown to one person: what the view budget counts, for a day."""

    __tablename__ = "image_look"
    __table_args__ = (Index("ix_look_budget", "staff_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class StaffAlarm(Base):
    """Something about one person's use of the console that a privacy officer must look into."""

    __tablename__ = "staff_alarm"
    __table_args__ = (Index("ix_alarm_person", "staff_id", "kind", "at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("alarm"))
    kind: Mapped[str] = mapped_column(String(30))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("verification_session.id"))
    at: Mapped[datetime]
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    acknowledged_at: Mapped[datetime | None]


class Conflict(Base):
    """A member of staff who declared to be related to the person of a case."""

    __tablename__ = "conflict"

    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    declared_at: Mapped[datetime]
