"""Owns the tables of disclosures: who got data of which cases, on which ground."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Disclosure(Base):
    """One handing over of data to somebody who is no processor (GDPR Art. 4(9), 15(1)(c), 19).

    `recipient` names a body and never a person; `kind`, `ground`, `classes`, `withheld_ground` and
    `struck_reason` are codes of `kyc.policy.disclosures`. Until `withheld_until` the customer is
    not told. An entry is never changed: what was entered wrongly is struck and stays readable.
    """

    __tablename__ = "disclosure"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("dscl"))
    kind: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    ground: Mapped[str] = mapped_column(String(30))
    classes: Mapped[list[str]] = mapped_column(JSON)
    disclosed_at: Mapped[datetime]
    withheld_until: Mapped[datetime | None]
    withheld_ground: Mapped[str | None] = mapped_column(String(30))
    entered_at: Mapped[datetime] = mapped_column(index=True)
    entered_by: Mapped[str] = mapped_column(String(40))
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[str | None] = mapped_column(String(40))
    struck_reason: Mapped[str | None] = mapped_column(String(30))


class DisclosureCase(Base):
    """One case that a disclosure was about.

    `words`, the recipient's reference and a note, are sealed under the session's own key, so that
    they are gone with the customer's details.
    """

    __tablename__ = "disclosure_case"

    disclosure_id: Mapped[str] = mapped_column(ForeignKey("disclosure.id"), primary_key=True)
    session_id: Mapped[str] = mapped_column(
        ForeignKey("verification_session.id"), primary_key=True, index=True
    )
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
