"""Owns the personal fields of a session: their shape, and their sealing under its own key."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from kyc.clock import month_epoch
from kyc.errors import NotFoundError
from kyc.models import Staff, StaffInvitation, VerificationSession
from storage.keys import WrappedKey
from storage.vault import Vault


@dataclass(frozen=True)
class Details:
    """What the customer says of themselves; countries are ISO 3166-1 alpha-2."""

    surname: str
    given_names: str
    patronymic: str
    email: str
    phone: str
    date_of_birth: date
    nationality: str
    residence: str
    acting_for: str
    entity_name: str = ""
    entity_registry_code: str = ""
    entity_country: str = ""
    entity_role: str = ""

    @property
    def full_name(self) -> str:
        return " ".join(n for n in (self.given_names, self.patronymic, self.surname) if n)


def give_field_key(
    vault: Vault, owner: VerificationSession | Staff | StaffInvitation, owner_id: str, now: datetime
) -> None:
    """Makes the key under which the owner's fields are sealed; only its wrapped form is kept."""
    wrapped = vault.new_field_key(owner_id, month_epoch(now))
    owner.field_key, owner.field_key_epoch = wrapped.blob, wrapped.epoch


def seal_text(vault: Vault, session: VerificationSession, field: str, text: str) -> bytes:
    return vault.seal_field(_key(session), session.id, field, text.encode())


def open_text(vault: Vault, session: VerificationSession, field: str, blob: bytes) -> str:
    return vault.open_field(_key(session), session.id, field, blob).decode()


def write_details(vault: Vault, session: VerificationSession, details: Details) -> None:
    content = {**asdict(details), "date_of_birth": details.date_of_birth.isoformat()}
    session.details = seal_text(vault, session, "details", json.dumps(content))


def read_details(vault: Vault, session: VerificationSession) -> Details | None:
    """What the customer gave; None when they gave nothing yet or it has been destroyed."""
    if session.details is None or session.field_key is None:
        return None
    content = json.loads(open_text(vault, session, "details", session.details))
    content["date_of_birth"] = date.fromisoformat(content["date_of_birth"])
    return Details(**content)


def staff_key(owner: Staff | StaffInvitation) -> WrappedKey:
    return WrappedKey(owner.field_key_epoch, owner.field_key)


def _key(session: VerificationSession) -> WrappedKey:
    if session.field_key is None:
        raise NotFoundError("the details of this session have been destroyed")
    return WrappedKey(session.field_key_epoch, session.field_key)
