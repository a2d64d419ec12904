"""Owns the tables of personal-data breaches and of what was written down about them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Incident(Base):
    """One personal-data breach (GDPR Art. 4(12), 33(5)); codes are those of `kyc.policy.incidents`.

    The clocks run from `aware_at`. `alarmed` are the alarms that went out; `report` says which
    breach report belongs to it. What people wrote is in its entries, sealed under `field_key`.
    Since `destroyed_at` there are no entries, the key is empty, and nobody is named.
    """

    __tablename__ = "incident"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("inc"))
    role: Mapped[str] = mapped_column(String(20))
    natures: Mapped[list[str]] = mapped_column(JSON)
    classes: Mapped[list[str]] = mapped_column(JSON)
    persons: Mapped[int | None]
    records: Mapped[int | None]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    aware_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str] = mapped_column(String(40))
    risk: Mapped[str] = mapped_column(String(20))
    authority_told_at: Mapped[datetime | None]
    controller_told_at: Mapped[datetime | None]
    persons_decision: Mapped[str] = mapped_column(String(30))
    persons_told_at: Mapped[datetime | None]
    alarmed: Mapped[list[str]] = mapped_column(JSON)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(40))
    field_key: Mapped[bytes] = mapped_column(LargeBinary)
    field_key_epoch: Mapped[str] = mapped_column(String(40))
    destroyed_at: Mapped[datetime | None]


class IncidentEntry(Base):
    """One text about an incident; never edited: the newest of a kind counts, the others stay."""

    __tablename__ = "incident_entry"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("ine"))
    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(40))
