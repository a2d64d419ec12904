"""Owns how a request comes in: from the customer's page, or entered by staff for somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.audit import CUSTOMER, SYSTEM, Action, Actor
from kyc.audit.values import Value
from kyc.db import lock
from kyc.desk.clocks import due_by_law, target_of
from kyc.desk.corrections import ask_corrections, take_over_corrections
from kyc.desk.requests import note, shown_name
from kyc.desk.words import LONGEST, box_words, new_key, seal_words, shown, take_over_words
from kyc.errors import InvalidInputError, TooManyError
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.mails import owe_mail
from kyc.models import PrivacyRequest, VerificationSession
from kyc.policy.rights import BY_CUSTOMER, BY_STAFF, UNANSWERED, RequestState, Right
from kyc.retention.naming import session_named
from storage.vault import Vault

MOST_OPEN = 20
"""Unanswered requests of one case: beyond so many, one has to be answered or withdrawn first."""

WORDS, IDENTIFIED = "words", "identified"
NEEDS_WORDS = frozenset({Right.OBJECTION, Right.COMPLAINT})
"""Nobody could answer these without knowing what they are about."""


@dataclass(frozen=True)
class Entry:
    """What staff enter for somebody; `case` is an id or reference, empty where there is none.

    `identified` says in words how identity was shown. `received_at` may lie before today.
    """

    right: Right
    case: str
    words: str
    identified: str
    received_at: datetime
    language: str


def receive_from_customer(
    db: Session,
    vault: Vault,
    session: VerificationSession,
    right: Right,
    words: str,
    corrections: Mapping[str, str],
    *,
    now: datetime,
) -> PrivacyRequest:
    """From a customer whom the caller knows to be proven by their link and a mailed code.

    `corrections` are new values by field. Works where nothing can be opened. Raises
    InvalidInputError, TooManyError.
    """
    _check_words(words, must_be_there=right in NEEDS_WORDS)
    lock(db, session)
    if _unanswered(db, session.id) >= MOST_OPEN:
        raise TooManyError("answer or withdraw one of the open requests first")
    request = _began(vault, right, BY_CUSTOMER, CUSTOMER, now, session.locale, now)
    request.session_id = session.id
    if words.strip():
        request.words = box_words(vault, request, WORDS, words.strip())
        named = shown_name(request, WORDS)
        request.shown_words = shown(db, vault, session, named, words.strip())
    _keep(db, request, CUSTOMER, now, tuple(corrections))
    if right == Right.CORRECTION:
        ask_corrections(db, vault, request, session, corrections)
    owe(db, OwedJobName.TAKE_OVER_REQUEST, request.id, now)
    owe_mail(db, session, "rights_received", now)
    return request


def enter(db: Session, vault: Vault, entry: Entry, *, by: Actor, now: datetime) -> PrivacyRequest:
    """What came by letter, telephone or in person; its clock runs from the day it came.

    Raises NotFoundError or ConflictError for the case, InvalidInputError for the rest.
    """
    _check_words(entry.words, must_be_there=True)
    if not entry.identified.strip() or len(entry.identified) > LONGEST:
        raise InvalidInputError("say how the person showed who they are (GDPR Art. 12(6))")
    if entry.received_at > now:
        raise InvalidInputError("a request cannot have come in the future")
    session = session_named(db, entry.case.strip()) if entry.case.strip() else None
    language = session.locale if session else entry.language
    request = _began(vault, entry.right, BY_STAFF, by, entry.received_at, language, now)
    request.session_id = session.id if session else None
    request.words = seal_words(vault, request, WORDS, entry.words.strip())
    request.identified = seal_words(vault, request, IDENTIFIED, entry.identified.strip())
    named = shown_name(request, WORDS)
    request.shown_words = shown(db, vault, session, named, entry.words.strip())
    _keep(db, request, by, now)
    if session is not None and session.details is not None:
        owe_mail(db, session, "rights_received", now)
    return request


def take_over_request(db: Session, vault: Vault, request_id: str, now: datetime) -> None:
    """Puts under the key of an epoch what the customer-facing process could only box.

    Idempotent.
    """
    request = db.get_one(PrivacyRequest, request_id)
    lock(db, request)
    take_over_corrections(db, vault, request)
    if take_over_words(vault, request):
        note(db, Action.SYSTEM_REQUEST_TAKEN_OVER, request, SYSTEM, now, {})


def _began(
    vault: Vault,
    right: Right,
    how: str,
    by: Actor,
    received_at: datetime,
    language: str,
    now: datetime,
) -> PrivacyRequest:
    request_id, key = new_key(vault, now)
    return PrivacyRequest(
        id=request_id,
        kind=right,
        state=RequestState.OPEN,
        language=language,
        received_at=received_at,
        target_at=target_of(received_at),
        due_at=due_by_law(received_at),
        reminded=0,
        version=1,
        how_identified=how,
        entered_by=by.id,
        field_key=key.blob,
        field_key_epoch=key.epoch,
    )


def _keep(
    db: Session, request: PrivacyRequest, by: Actor, now: datetime, items: tuple[str, ...] = ()
) -> None:
    db.add(request)
    db.flush()
    detail: dict[str, Value] = {"items": items} if items else {}
    note(db, Action(f"{by.kind}:request:made"), request, by, now, detail)


def _check_words(words: str, *, must_be_there: bool) -> None:
    if must_be_there and not words.strip():
        raise InvalidInputError("say in words what it is about")
    if len(words) > LONGEST:
        raise InvalidInputError(f"write at most {LONGEST} characters")


def _unanswered(db: Session, session_id: str) -> int:
    mine = PrivacyRequest.session_id == session_id
    counted = select(func.count()).where(mine, PrivacyRequest.state.in_(UNANSWERED))
    return db.scalar(counted) or 0
