"""Owns the table of bundles: what a person is given of their data, once (GDPR Art. 15, 20)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Bundle(Base):
    """One zip for one customer; its bytes are the sealed artifact that `artifact_id` names.

    It is asked for, made by a worker, released by a second person, fetched once by the customer.
    `kind` is `access` or `portability`. What nobody releases or fetches ends with its artifact.
    """

    __tablename__ = "bundle"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("bndl"))
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), index=True)
    request_id: Mapped[str | None] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    artifact_id: Mapped[str | None] = mapped_column(String(40))
    asked_by: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(String(40))
    released_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    refused_by: Mapped[str | None] = mapped_column(String(40))
    refused_at: Mapped[datetime | None]
