"""Owns the tables of regulatory holds: what an order keeps, and who opened it for what."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class RegulatoryHold(Base):
    """What a hold under an order has beyond its row in `legal_hold`, which stops the clocks.

    `readers` are ids of staff, `purposes` codes of `kyc.policy.holds`. The reference of the order
    and the reason of the last extension are sealed under the session's own key.
    """

    __tablename__ = "regulatory_hold"

    hold_id: Mapped[str] = mapped_column(ForeignKey("legal_hold.id"), primary_key=True)
    starts_at: Mapped[datetime]
    order_reference: Mapped[bytes] = mapped_column(LargeBinary)
    readers: Mapped[list[str]] = mapped_column(JSON)
    purposes: Mapped[list[str]] = mapped_column(JSON)
    extension: Mapped[bytes | None] = mapped_column(LargeBinary)


class RegulatoryAccess(Base):
    """One reader may see the images for one purpose until `ends_at`."""

    __tablename__ = "regulatory_access"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("racc"))
    hold_id: Mapped[str] = mapped_column(ForeignKey("regulatory_hold.hold_id"), index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    purpose: Mapped[str] = mapped_column(String(30))
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
