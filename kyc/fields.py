"""Owns the personal fields of a session: their shape, and their sealing under its own key."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from kyc.clock import month_epoch
from kyc.errors import NotFoundError
from kyc.models import Staff, StaffInvitation, VerificationSession
from kyc.viewing import see, show
from storage.boxes import PrivateHalf, is_box
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


def write_details(
    db: Session, vault: Vault, session: VerificationSession, details: Details, now: datetime
) -> None:
    """In a box for workers, who take it over, and in one for the customer, who may see it again."""
    text = _written(details)
    session.details = vault.box_text(session.id, "details", text.encode(), month_epoch(now))
    show(db, vault, session.id, "details", text)


def rewrite_details(vault: Vault, session: VerificationSession, details: Details) -> None:
    """In place of what was there, under the session's own key: for workers and staff alone."""
    session.details = seal_text(vault, session, "details", _written(details))


def take_over_details(vault: Vault, session: VerificationSession) -> None:
    """From the box that the customer's typing came in to the session's own key."""
    if session.details is not None and is_box(session.details):
        text = _details_text(vault, session, session.details)
        session.details = seal_text(vault, session, "details", text)


def read_details(vault: Vault, session: VerificationSession) -> Details | None:
    """What the customer gave; None when they gave nothing yet or it has been destroyed.

    For workers and staff: raises SealOnlyError in the customer-facing process.
    """
    if session.details is None or session.field_key is None:
        return None
    return _parse(_details_text(vault, session, session.details))


def show_details(db: Session, vault: Vault, session: VerificationSession) -> None:
    """A copy for the customer of what they gave."""
    if session.details is not None and session.field_key is not None:
        show(db, vault, session.id, "details", _details_text(vault, session, session.details))


def rewrap_field_key(vault: Vault, session: VerificationSession) -> None:
    """Under the key of its epoch, when it came in a box."""
    wrapped = _key(session)
    if is_box(wrapped.blob):
        anew = vault.rewrap_field_key(wrapped, session.id, wrapped.epoch)
        session.field_key, session.field_key_epoch = anew.blob, anew.epoch


def see_details(
    db: Session, vault: Vault, view: PrivateHalf, session: VerificationSession
) -> Details | None:
    """As `read_details`, with what the customer's own request brought."""
    text = see(db, vault, view, session.id, "details")
    return _parse(text) if text is not None and session.details is not None else None


def _details_text(vault: Vault, session: VerificationSession, sealed: bytes) -> str:
    if is_box(sealed):
        return vault.open_boxed_text(session.id, "details", sealed).decode()
    return open_text(vault, session, "details", sealed)


def _written(details: Details) -> str:
    return json.dumps({**asdict(details), "date_of_birth": details.date_of_birth.isoformat()})


def _parse(text: str) -> Details:
    content = json.loads(text)
    content["date_of_birth"] = date.fromisoformat(content["date_of_birth"])
    return Details(**content)


def staff_key(owner: Staff | StaffInvitation) -> WrappedKey:
    return WrappedKey(owner.field_key_epoch, owner.field_key)


def _key(session: VerificationSession) -> WrappedKey:
    if session.field_key is None:
        raise NotFoundError("the details of this session have been destroyed")
    return WrappedKey(session.field_key_epoch, session.field_key)
