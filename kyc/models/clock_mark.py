"""Owns the table of the last times that could be believed."""

from datetime import datetime

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class ClockMark(Base):
    """What a machine's clock said at its latest believed look, `uptime` seconds after its start.

    One row for each start of a machine (`boot`). `doubt` says why its time is not believed now
    (see `kyc.retention.clock_watch`), else it is empty.
    """

    __tablename__ = "clock_mark"

    boot: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]
    uptime: Mapped[float] = mapped_column(Float)
    doubt: Mapped[str] = mapped_column(String(10), default="")
