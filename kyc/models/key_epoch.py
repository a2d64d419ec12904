"""Owns the table of key epochs: since when each is needed by no row, and when it was destroyed."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class KeyEpoch(Base):
    """What the database remembers of one key of the key store; the key itself is never here.

    `made_at` is when it was first seen, within an hour of its making. `idle_since` is when the last
    row that needed it was gone, empty while there is one. `destroy_begun_at` stays when a
    destruction was cut short, so that the next run ends it.
    """

    __tablename__ = "key_epoch"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime]
    idle_since: Mapped[datetime | None]
    destroy_begun_at: Mapped[datetime | None]
    destroyed_at: Mapped[datetime | None]
