"""Owns the table of purge runs, for the retention page."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.audit_event import ROW_NUMBER
from kyc.models.base import Base


class PurgeRun(Base):
    """One run that destroyed something; or so many in a row, up to `last_at`, that did nothing.

    `halt` says why a run was stopped (see `kyc.retention.guard`), else it is empty. The audit log
    tells what was destroyed: this is only how the runs went.
    """

    __tablename__ = "purge_run"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    at: Mapped[datetime]
    last_at: Mapped[datetime]
    runs: Mapped[int] = mapped_column(default=1)
    images: Mapped[int] = mapped_column(default=0)
    records: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    halt: Mapped[str] = mapped_column(String(20), default="")
