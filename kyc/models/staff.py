"""Owns the tables of staff accounts: invitations, sessions, factors, mails to them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kyc.models.base import Base, new_id


class Staff(Base):
    """A named account; TOTP secret and e-mail address are sealed under the account's own key.

    `totp_secret` is empty where the person has no authenticator app. `email_hash` is the same keyed
    hash as a customer's, so that nobody is given their own case. What was reported as compromised
    opens nothing until a new invitation has been used.
    """

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
    email: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    password_set_at: Mapped[datetime | None]
    compromised_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    barred_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffInvitation(Base):
    """A single-use link that lets one person make the account it names a role for.

    With `staff_id`, the one whose account exists gets a new password and new factors by it.
    """

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
    staff_id: Mapped[str | None] = mapped_column(String(40))
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    challenge_at: Mapped[datetime | None]

    @property
    def key_owner(self) -> str:
        """Names the invitation in what its secret is bound to."""
        return "inv_" + self.token_hash.hex()[:30]


class StaffSession(Base):
    """A signed-in browser; the cookie holds the token, the row its hash.

    `second_factor_at` is when a factor was given last, `factor` which kind that was. `created_at`
    is when the password was given, also of a session that took the place of another.
    """

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    factor: Mapped[str | None] = mapped_column(String(20))
    client: Mapped[str | None] = mapped_column(String(60))
    locked_at: Mapped[datetime | None]
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    challenge_at: Mapped[datetime | None]


class SecurityKey(Base):
    """A WebAuthn credential of one person: a security key or a passkey.

    `public_key` is in COSE form; `sign_count` is what the authenticator said last.
    """

    __tablename__ = "security_key"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("key"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A single-use stand-in for the second factor; only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    used_at: Mapped[datetime | None]


class StaffMail(Base):
    """A mail that a member of staff is owed; its words are put in when it is sent.

    `address` is the account's sealed one of then, so that who is told of a change is who was there
    before; it is forgotten once the mail has gone.
    """

    __tablename__ = "staff_mail"

    id: Mapped[str] = mapped_column(String(40), primary_key=True, default=lambda: new_id("mail"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
