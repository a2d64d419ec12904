"""Owns the tables of a customer's links, of the browsers that followed one, and what they open."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base


class CustomerLink(Base):
    """A single-use link into one session; only the hash of its token is kept.

    `view_grant` is the private half of the session's view in a box that the token opens.
    """

    __tablename__ = "customer_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("verification_session.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    view_grant: Mapped[bytes] = mapped_column(LargeBinary)


class CustomerBrowser(Base):
    """A browser that followed a link; the cookie holds the token, the row its hash.

    `view_grant` as in a link: only while a request brings the cookie can it be opened.
    """

    __tablename__ = "customer_browser"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("verification_session.id"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    view_grant: Mapped[bytes] = mapped_column(LargeBinary)


class CustomerView(Base):
    """The key pair to which is sealed what a session's customer may see again.

    The private half is here under the key of an epoch, for workers, who let new links in. The
    customer-facing process cannot open that, only the grants of those who come with a token.
    """

    __tablename__ = "customer_view"

    session_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("verification_session.id"), primary_key=True
    )
    public_half: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    key_epoch: Mapped[str] = mapped_column(String(64))


class CustomerText(Base):
    """A text that a session's customer may read again, in a box for their view alone."""

    __tablename__ = "customer_text"

    session_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("verification_session.id"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)
