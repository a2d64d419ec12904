"""Owns corrections: what a customer wants changed, what it becomes, and what it was before."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor
from kyc.db import lock
from kyc.desk.requests import VALUE_ASKED, note, opened
from kyc.desk.words import shown
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.fields import (
    Details,
    open_text,
    read_details,
    rewrite_details,
    seal_text,
    show_details,
)
from kyc.models import CorrectionItem, PrivacyRequest, VerificationSession
from kyc.policy.rights import UNANSWERED, Right
from kyc.seen import DETAILS, SeenKind, note_seen, person_hashes
from kyc.tokens import Lookup
from storage.boxes import is_box
from storage.vault import Vault

FIELDS = tuple(field.name for field in fields(Details) if field.name != "acting_for")
"""What can be corrected; for whom somebody acts is another verification."""

ASKED, ACCEPTED, REFUSED = VALUE_ASKED, "accepted", "refused"
LONGEST = 254


@dataclass(frozen=True)
class Correction:
    """One item with its values opened; a former one only once it was replaced.

    `held` is what the asked value is compared with: the former one, else the one of today.
    """

    item: CorrectionItem
    asked: str
    former: str
    held: str


def as_text(details: Details) -> dict[str, str]:
    """Each field that can be corrected as the text that it is typed as."""
    return {name: str(value) for name, value in asdict(details).items() if name in FIELDS}


def ask_corrections(
    db: Session,
    vault: Vault,
    request: PrivacyRequest,
    session: VerificationSession,
    wanted: Mapping[str, str],
) -> list[CorrectionItem]:
    """Keeps the values that somebody wants; works where nothing can be opened.

    Raises InvalidInputError when nothing is wanted, or a value has not the form of its field.
    """
    if not wanted:
        raise InvalidInputError("change at least one value")
    return [_item(db, vault, request, session, name, text) for name, text in wanted.items()]


def add_correction(
    db: Session,
    vault: Vault,
    request_id: str,
    name: str,
    text: str,
    *,
    by: Actor,
    now: datetime,
) -> CorrectionItem:
    """A value that somebody told staff. Raises NotFoundError, ConflictError, InvalidInputError."""
    request = opened(db, request_id)
    if request.kind != Right.CORRECTION or request.session_id is None:
        raise ConflictError("only a request for correction of a case has values to correct")
    session = db.get_one(VerificationSession, request.session_id)
    for row in (session, request):
        lock(db, row)
    if request.state not in UNANSWERED or session.details is None:
        raise ConflictError("there is nothing to correct any more: open the request anew")
    item = _item(db, vault, request, session, name, text)
    take_over_corrections(db, vault, request)
    request.version += 1
    note(db, Action.STAFF_CORRECTION_ASKED, request, by, now, {"item": name})
    return item


def corrections_of(
    db: Session, vault: Vault, session: VerificationSession, request_id: str | None = None
) -> list[Correction]:
    """Those of a case, or of one request, oldest first; values that are gone are empty."""
    found = select(CorrectionItem).where(CorrectionItem.session_id == session.id)
    if request_id is not None:
        found = found.where(CorrectionItem.request_id == request_id)
    items = db.scalars(found.order_by(CorrectionItem.decided_at, CorrectionItem.id)).all()
    details = read_details(vault, session) if items else None
    today = as_text(details) if details else {}
    return [_opened(vault, session, item, today) for item in items]


def accept(
    db: Session, vault: Vault, lookup: Lookup, item_id: str, *, by: Actor, now: datetime
) -> CorrectionItem:
    """The asked value takes the place of the claimed one, which stays as history.

    The hashes by which people are found again follow it, and the case's version rises, so that
    nobody decides on what they saw before. Raises NotFoundError, ConflictError.
    """
    item, request, session = _open_item(db, item_id)
    details = read_details(vault, session)
    if details is None or item.asked is None:
        raise ConflictError("the details of this case have been destroyed")
    asked, before = _text(vault, session, _name(item, "asked"), item.asked), as_text(details)
    item.former = seal_text(vault, session, _name(item, "former"), before[item.field])
    item.shown_former = shown(db, vault, session, _name(item, "former"), before[item.field])
    _put(db, vault, lookup, session, _changed(details, item.field, asked))
    session.version += 1
    _decide(db, item, request, ACCEPTED, by, now)
    return item


def decline(db: Session, item_id: str, *, by: Actor, now: datetime) -> CorrectionItem:
    """The claimed value stays. Raises as `accept`."""
    item, request, _session = _open_item(db, item_id)
    _decide(db, item, request, REFUSED, by, now)
    return item


def take_over_corrections(db: Session, vault: Vault, request: PrivacyRequest) -> None:
    """From boxes to the session's own key, when the case still has one."""
    for item in db.scalars(select(CorrectionItem).where(CorrectionItem.request_id == request.id)):
        session = db.get_one(VerificationSession, item.session_id)
        if session.field_key is not None and item.asked is not None and is_box(item.asked):
            text = _text(vault, session, _name(item, "asked"), item.asked)
            item.asked = seal_text(vault, session, _name(item, "asked"), text)


def checked(name: str, text: str) -> str:
    """The value as it is kept. Raises InvalidInputError when it has not the form of its field."""
    value = " ".join(text.split())
    if name not in FIELDS:
        raise InvalidInputError(f"{name} cannot be corrected")
    if len(value) > LONGEST or not value.isprintable():
        raise InvalidInputError(f"write at most {LONGEST} characters, all on one line")
    if name == "date_of_birth":
        return _day(value).isoformat()
    if name in {"nationality", "residence"} and not (len(value) == 2 and value.isupper()):
        raise InvalidInputError("a country is named by its two letters, such as EE")
    if name in {"surname", "given_names", "email", "phone"} and not value:
        raise InvalidInputError("this value cannot be empty")
    if name == "email" and "@" not in value:
        raise InvalidInputError("this is not an e-mail address")
    return value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError("a date is written as 1990-04-12") from None


def _item(
    db: Session,
    vault: Vault,
    request: PrivacyRequest,
    session: VerificationSession,
    name: str,
    text: str,
) -> CorrectionItem:
    value = checked(name, text)
    item = CorrectionItem(request_id=request.id, session_id=session.id, field=name, state=ASKED)
    db.add(item)
    db.flush()
    box = _name(item, "asked")
    item.asked = vault.box_text(session.id, box, value.encode(), request.field_key_epoch)
    item.shown_asked = shown(db, vault, session, box, value)
    return item


def _opened(
    vault: Vault, session: VerificationSession, item: CorrectionItem, today: Mapping[str, str]
) -> Correction:
    if session.field_key is None:
        return Correction(item, "", "", "")
    asked = _text(vault, session, _name(item, "asked"), item.asked)
    former = _text(vault, session, _name(item, "former"), item.former)
    return Correction(item, asked, former, former or today.get(item.field, ""))


def _text(vault: Vault, session: VerificationSession, name: str, blob: bytes | None) -> str:
    if blob is None:
        return ""
    if is_box(blob):
        return vault.open_boxed_text(session.id, name, blob).decode()
    return open_text(vault, session, name, blob)


def _open_item(
    db: Session, item_id: str
) -> tuple[CorrectionItem, PrivacyRequest, VerificationSession]:
    item = db.get(CorrectionItem, item_id)
    if item is None:
        raise NotFoundError("there is no such correction")
    session, request = (
        db.get_one(VerificationSession, item.session_id),
        opened(db, item.request_id),
    )
    for row in (session, request, item):
        lock(db, row)
    if item.state != ASKED or request.state not in UNANSWERED:
        raise ConflictError("this has been decided already: open the request anew")
    return item, request, session


def _changed(details: Details, name: str, text: str) -> Details:
    values = asdict(details)
    values[name] = date.fromisoformat(text) if name == "date_of_birth" else text
    return Details(**values)


def _put(
    db: Session, vault: Vault, lookup: Lookup, session: VerificationSession, details: Details
) -> None:
    """In place of what was claimed: the sealed details, the customer's copy, the hashes."""
    rewrite_details(vault, session, details)
    show_details(db, vault, session)
    session.email_hash = lookup.email(details.email)
    names = (details.surname, details.given_names, details.date_of_birth)
    note_seen(db, session.id, SeenKind.PERSON, DETAILS, person_hashes(lookup, *names))


def _decide(
    db: Session,
    item: CorrectionItem,
    request: PrivacyRequest,
    state: str,
    by: Actor,
    now: datetime,
) -> None:
    item.state, item.decided_at, item.decided_by = state, now, by.id
    request.version += 1
    action = Action(f"{by.kind}:correction:{state}")
    note(db, action, request, by, now, {"item": item.field})


def _name(item: CorrectionItem, what: str) -> str:
    return f"{item.id} {what}"
