"""Owns the second factor as a whole: which kinds a person may give, and whether one is right."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from kyc.access import KEY_ROLES, Role
from kyc.errors import ConflictError, NotFoundError
from kyc.models import SecurityKey, Staff, StaffInvitation
from kyc.staff import second_factor, security_keys
from kyc.staff.security_keys import Site
from kyc.tokens import Lookup
from storage.vault import Vault


class Factor(StrEnum):
    """What was given at the second step."""

    APP = "totp"
    KEY = "security_key"
    RECOVERY = "recovery_code"


@dataclass(frozen=True)
class Means:
    """What factors are checked with. `site` is None where browsers offer no security keys."""

    vault: Vault = field(repr=False)
    lookup: Lookup = field(repr=False)
    site: Site | None = None
    keys_required: bool = False

    def demands_key(self, role: str) -> bool:
        return self.keys_required and Role(role) in KEY_ROLES


@dataclass(frozen=True)
class Given:
    """What somebody gave: a code, or what a security key answered to `challenge`."""

    code: str = field(default="", repr=False)
    assertion: str = field(default="", repr=False)
    challenge: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Offered:
    """What a person may give: `app` and `keys`; a recovery code stands in for either."""

    app: bool
    keys: Sequence[SecurityKey]


def offered(db: Session, means: Means, person: Staff) -> Offered:
    """Who must use a key and has one is not asked for a code: a code can be phished."""
    keys = security_keys.keys_of(db, person.id) if means.site else []
    app = bool(person.totp_secret) and not (keys and means.demands_key(person.role))
    return Offered(app, keys)


def owes_key(means: Means, person: Staff, factor: str | None) -> bool:
    """Whether this person came in otherwise than by the key that their role must use."""
    return means.demands_key(person.role) and factor != Factor.KEY


def right_factor(
    db: Session, means: Means, person: Staff, given: Given, now: datetime
) -> tuple[Factor | None, str]:
    """The kind that was right, used up by this; or None and a code that says what was wrong."""
    if given.assertion:
        if means.site is None:
            return None, "no_site"
        refused = security_keys.why_refused(
            db, means.site, person, given.challenge, given.assertion, now
        )
        return (Factor.KEY, "") if refused is None else (None, refused)
    digits = "".join(given.code.split())
    app = offered(db, means, person).app
    if app and second_factor.use_code(db, means.vault, person, digits, now):
        return Factor.APP, ""
    if second_factor.use_recovery_code(db, means.lookup, person, given.code, now):
        return Factor.RECOVERY, ""
    return None, "code"


def remove_key(db: Session, means: Means, person: Staff, key_id: str) -> None:
    """Raises NotFoundError for somebody else's key, ConflictError for the last factor."""
    key = db.get(SecurityKey, key_id)
    if key is None or key.staff_id != person.id:
        raise NotFoundError("you have no such key")
    is_last = len(security_keys.keys_of(db, person.id)) == 1
    if is_last and means.demands_key(person.role):
        raise ConflictError("your role needs a security key: add another one first")
    if is_last and not person.totp_secret:
        raise ConflictError("this is your last factor: add another one first")
    db.delete(key)
    db.flush()


def remove_app(db: Session, person: Staff) -> None:
    """Raises ConflictError when no security key would be left to sign in with."""
    if not security_keys.keys_of(db, person.id):
        raise ConflictError("this is your last factor: add a security key first")
    person.totp_secret, person.totp_last_step = b"", 0


def owner_of(invitation: StaffInvitation) -> str:
    """Names the invitation in what its secret is bound to."""
    return "inv_" + invitation.token_hash.hex()[:30]
