"""Owns the table of the wordings of the notice that are in force now."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class NoticeInForce(Base):
    """Since when a flow version's notice says in one language what it says now.

    Customers are told of a change only when it has stood for a day: a slip in the controller's
    file must not go out to everybody.
    """

    __tablename__ = "notice_in_force"

    flow_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    flow_version: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(10), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime]
