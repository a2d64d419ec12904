"""Owns the table of the versions of flows."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class FlowVersion(Base):
    """One version, never edited: proposed, then approved by another, or refused or withdrawn.

    `body` is canonical JSON (RFC 8785). The people are a staff id, `console` for the command line,
    or `shipped` for what came with the program. The approved version that came into force last is
    in force.
    """

    __tablename__ = "flow_version"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[str] = mapped_column(String(40))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(String(40))
    approved_at: Mapped[datetime | None]
    in_force_from: Mapped[datetime | None]
    closed_as: Mapped[str | None] = mapped_column(String(20))
    closed_by: Mapped[str | None] = mapped_column(String(40))
    closed_at: Mapped[datetime | None]

    @property
    def state(self) -> str:
        """`proposed`, `approved`, `refused` or `withdrawn`."""
        if self.closed_as is not None:
            return self.closed_as
        return "proposed" if self.approved_at is None else "approved"
