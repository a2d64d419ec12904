"""Owns the table of the lists of processors that were in force, one after the other."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class ProcessorList(Base):
    """What the controller's file said of processors from `since` to `until`; never edited.

    `body` is canonical JSON (RFC 8785), `sha256` its hash. The list in force has no `until`.
    """

    __tablename__ = "processor_list"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("prl"))
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
