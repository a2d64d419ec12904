"""Owns the second factor: TOTP (RFC 6238), each code once, and single-use recovery codes."""

import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kyc.db import changed_one
from kyc.fields import staff_key
from kyc.models import RecoveryCode, Staff, StaffInvitation
from kyc.tokens import Lookup
from storage.vault import Vault

STEP_SECONDS = 30
RECOVERY_CODES = 8
_FIELD = "totp"


def seal_secret(vault: Vault, owner: Staff | StaffInvitation, owner_id: str, secret: str) -> bytes:
    return vault.seal_field(staff_key(owner), owner_id, _FIELD, secret.encode())


def open_secret(vault: Vault, owner: Staff | StaffInvitation, owner_id: str) -> str:
    return vault.open_field(staff_key(owner), owner_id, _FIELD, owner.totp_secret).decode()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step that `code` belongs to: this one or a neighbour, for clocks that differ."""
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in (current, current - 1, current + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None


def use_code(db: Session, vault: Vault, person: Staff, code: str, now: datetime) -> bool:
    """True once for a right code; the step is used up by one conditional statement."""
    if not person.totp_secret:
        return False
    step = matching_step(open_secret(vault, person, person.id), code, now)
    if step is None:
        return False
    use = (
        update(Staff)
        .where(Staff.id == person.id, Staff.totp_last_step < step)
        .values(totp_last_step=step)
    )
    return changed_one(db, use)


def make_recovery_codes(db: Session, lookup: Lookup, person: Staff) -> list[str]:
    """Eight codes to be shown once, in place of any before; only their hashes are kept."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == person.id))
    codes = [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(RECOVERY_CODES)]
    db.add_all(
        RecoveryCode(code_hash=_hash(lookup, person, code), staff_id=person.id) for code in codes
    )
    return codes


def use_recovery_code(db: Session, lookup: Lookup, person: Staff, code: str, now: datetime) -> bool:
    use = (
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == _hash(lookup, person, code),
            RecoveryCode.staff_id == person.id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return changed_one(db, use)


def _hash(lookup: Lookup, person: Staff, code: str) -> bytes:
    return lookup.hash("recovery_code", f"{person.id}:{code.strip().lower()}")
