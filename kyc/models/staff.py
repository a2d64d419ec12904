"""Owns the tables of staff accounts, their invitations, sessions and recovery codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Staff(Base):
    """A named account; the TOTP secret is sealed under the account's own key."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("usr"))
    login: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(30))
    password_hash: Mapped[str] = mapped_column(String(200))
    field_key: Mapped[bytes] = mapped_column(LargeBinary)
    field_key_epoch: Mapped[str] = mapped_column(String(40))
    totp_secret: Mapped[bytes] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    barred_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffInvitation(Base):
    """A single-use link that lets one person make the account it names a role for."""

    __tablename__ = "staff_invitation"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    role: Mapped[str] = mapped_column(String(30))
    invited_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    field_key: Mapped[bytes] = mapped_column(LargeBinary)
    field_key_epoch: Mapped[str] = mapped_column(String(40))
    totp_secret: Mapped[bytes] = mapped_column(LargeBinary)


class StaffSession(Base):
    """A signed-in browser; the cookie holds the token, the row its hash."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A single-use stand-in for the second factor; only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    used_at: Mapped[datetime | None]
