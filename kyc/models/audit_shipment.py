"""Owns the table of shipments: which events were copied to the audit bucket, and when."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.audit_event import ROW_NUMBER
from kyc.models.base import Base


class AuditShipment(Base):
    """The events from `first` to `last`, both included, with the signatures up to `last`."""

    __tablename__ = "audit_shipment"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    at: Mapped[datetime]
    first: Mapped[int] = mapped_column(BigInteger, unique=True)
    last: Mapped[int] = mapped_column(BigInteger, unique=True)

    __table_args__ = ({"sqlite_autoincrement": True},)
