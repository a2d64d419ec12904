"""Owns the tables of a customer's links, and of the browsers that followed one."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class CustomerLink(Base):
    """A single-use link into one session; only the hash of its token is kept."""

    __tablename__ = "customer_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CustomerBrowser(Base):
    """A browser that followed a link; the cookie holds the token, the row its hash."""

    __tablename__ = "customer_browser"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("verification_session.id"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
