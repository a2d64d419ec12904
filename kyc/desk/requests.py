"""Owns the life of a request: received, taken, extended, answered, refused or withdrawn."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.audit.values import Value
from kyc.db import lock
from kyc.desk.clocks import extended_due
from kyc.desk.words import LONGEST, seal_words, shown
from kyc.errors import ConflictError, InvalidInputError, NotFoundError
from kyc.intake.taking_over import view_for_link
from kyc.mails import owe_mail
from kyc.models import CorrectionItem, PrivacyRequest, VerificationSession
from kyc.policy.grounds import GROUNDS
from kyc.policy.retention import years_after
from kyc.policy.rights import (
    EXTENSION_REASONS,
    KEPT_YEARS,
    UNANSWERED,
    Outcome,
    RequestState,
    Right,
)
from storage.vault import Vault

ANSWER, EXTENSION = "answer", "extension"
VALUE_ASKED = "asked"


@dataclass(frozen=True)
class Reply:
    """What the officer decided; `words` go to the customer as they are.

    `version` is the request's as the officer saw it, None where it does not matter; `mail` is the
    kind of mail that tells of it.
    """

    words: str
    outcome: Outcome = Outcome.GRANTED
    ground: str | None = None
    version: int | None = None
    mail: str = "rights_answered"


def opened(db: Session, request_id: str) -> PrivacyRequest:
    """Raises NotFoundError."""
    found = db.get(PrivacyRequest, request_id)
    if found is None:
        raise NotFoundError("there is no such request")
    return found


def case_of(db: Session, request: PrivacyRequest) -> VerificationSession | None:
    return db.get(VerificationSession, request.session_id) if request.session_id else None


def requests_of(db: Session, session_id: str) -> list[PrivacyRequest]:
    """Those of one case, the newest first."""
    mine = select(PrivacyRequest).where(PrivacyRequest.session_id == session_id)
    return list(db.scalars(mine.order_by(PrivacyRequest.received_at.desc(), PrivacyRequest.id)))


def undecided(db: Session, request_id: str) -> bool:
    """Whether a value is left that somebody wants corrected and nobody has decided about."""
    mine = (CorrectionItem.request_id == request_id, CorrectionItem.state == VALUE_ASKED)
    return db.scalar(select(CorrectionItem.id).where(*mine).limit(1)) is not None


def assign(
    db: Session, request_id: str, officer_id: str | None, *, by: Actor, now: datetime
) -> PrivacyRequest:
    """To an officer, or back to everybody. Raises NotFoundError, ConflictError once answered."""
    request = _held_open(db, request_id)
    request.assigned_to = officer_id
    to: dict[str, Value] = {"officer": officer_id} if officer_id else {"returned": True}
    note(db, Action.STAFF_REQUEST_ASSIGNED, request, by, now, to)
    return request


def extend(
    db: Session,
    vault: Vault,
    request_id: str,
    reason: str,
    words: str,
    *,
    by: Actor,
    now: datetime,
) -> PrivacyRequest:
    """Two further months (GDPR Art. 12(3)); the customer is told the reason by mail.

    Raises InvalidInputError for another reason, ConflictError when the month is over, since the
    person must be told within it, when it was extended before, or when it is answered.
    """
    if reason not in EXTENSION_REASONS:
        raise InvalidInputError(f"the reason is one of {', '.join(EXTENSION_REASONS)}")
    _check_words(words, may_be_empty=True)
    request = _held_open(db, request_id)
    if request.extended_at is not None:
        raise ConflictError("its time has been extended already; the law allows it once")
    if now > request.due_at:
        raise ConflictError("its month is over: it can only be answered now")
    request.state, request.extended_at, request.extended_reason = RequestState.EXTENDED, now, reason
    request.due_at, request.reminded = extended_due(request.received_at), 0
    session = _with_view(db, vault, request, now)
    if words.strip():
        request.extension = seal_words(vault, request, EXTENSION, words.strip())
        request.shown_extension = shown(db, vault, session, shown_name(request, EXTENSION), words)
    _tell(db, session, f"extended_{reason}", now)
    note(db, Action.STAFF_REQUEST_EXTENDED, request, by, now, {"reason": reason})
    return request


def answer(
    db: Session, vault: Vault, request_id: str, reply: Reply, *, by: Actor, now: datetime
) -> PrivacyRequest:
    """Grants it, in whole or in part; for a part that is not, the ground must be named.

    Raises InvalidInputError for what the reply lacks, ConflictError when somebody else was first.
    """
    if reply.outcome == Outcome.PARTLY and not reply.ground:
        raise InvalidInputError("name the legal ground of the part that is refused")
    return _conclude(db, vault, request_id, reply, RequestState.ANSWERED, by, now)


def refuse(
    db: Session, vault: Vault, request_id: str, reply: Reply, *, by: Actor, now: datetime
) -> PrivacyRequest:
    """GDPR Art. 12(4): with the ground; the page tells of complaint and court beside it.

    Raises as `answer`, and InvalidInputError without a ground.
    """
    if not reply.ground:
        raise InvalidInputError("name the legal ground of the refusal")
    return _conclude(db, vault, request_id, reply, RequestState.REFUSED, by, now)


def withdraw(db: Session, request_id: str, *, by: Actor, now: datetime) -> PrivacyRequest:
    """What the person does not ask any more. Raises NotFoundError, ConflictError once answered."""
    request = _held_open(db, request_id)
    request.state, request.answered_at = RequestState.WITHDRAWN, now
    request.answered_by, request.destroy_at = by.id, years_after(now, KEPT_YEARS)
    note(db, Action(f"{by.kind}:request:withdrawn"), request, by, now, {})
    return request


def note(
    db: Session,
    action: Action,
    request: PrivacyRequest,
    by: Actor,
    now: datetime,
    detail: dict[str, Value],
) -> None:
    """The event of an act on a request, found by its case or, where it has none, by itself."""
    record(
        db,
        action,
        actor=by,
        now=now,
        case=request.session_id or request.id,
        object_id=request.id,
        detail={"kind": request.kind, **detail},
    )


def shown_name(request: PrivacyRequest, name: str) -> str:
    """What a text of the request is called in the customer's view."""
    return f"{request.id} {name}"


def _conclude(
    db: Session,
    vault: Vault,
    request_id: str,
    reply: Reply,
    state: RequestState,
    by: Actor,
    now: datetime,
) -> PrivacyRequest:
    _check_words(reply.words)
    request = _held_open(db, request_id, reply.version)
    _check_ground(request, reply.ground)
    if undecided(db, request.id):
        raise ConflictError("decide each value first: correct it or leave it as it is")
    request.state, request.answered_at, request.answered_by = state, now, by.id
    request.outcome = reply.outcome if state == RequestState.ANSWERED else None
    request.ground, request.destroy_at = reply.ground or None, years_after(now, KEPT_YEARS)
    session = _with_view(db, vault, request, now)
    request.answer = seal_words(vault, request, ANSWER, reply.words.strip())
    request.shown_answer = shown(
        db, vault, session, shown_name(request, ANSWER), reply.words.strip()
    )
    _tell(db, session, reply.mail, now)
    detail: dict[str, Value] = {"late": now > request.due_at}
    detail |= {"outcome": request.outcome} if request.outcome else {}
    detail |= {"reason": request.ground} if request.ground else {}
    note(db, Action(f"{by.kind}:request:{state}"), request, by, now, detail)
    return request


def _held_open(db: Session, request_id: str, version: int | None = None) -> PrivacyRequest:
    """The request under a lock, with its next version: of two that act at once, one is too late."""
    request = opened(db, request_id)
    session = case_of(db, request)
    if session is not None:
        lock(db, session)
    lock(db, request)
    if request.state not in UNANSWERED:
        raise ConflictError("it has been answered, refused or withdrawn already: open it anew")
    if version is not None and request.version != version:
        raise ConflictError("somebody else has worked on it since you opened it: open it anew")
    request.version += 1
    return request


def _check_words(words: str, *, may_be_empty: bool = False) -> None:
    if not words.strip() and not may_be_empty:
        raise InvalidInputError("write what the customer is told")
    if len(words) > LONGEST:
        raise InvalidInputError(f"write at most {LONGEST} characters")


def _check_ground(request: PrivacyRequest, ground: str | None) -> None:
    if ground and (ground not in GROUNDS or Right(request.kind) not in GROUNDS[ground].rights):
        raise InvalidInputError("this ground does not carry a refusal of such a request")


def _with_view(
    db: Session, vault: Vault, request: PrivacyRequest, now: datetime
) -> VerificationSession | None:
    """The case, if its customer still has a page to read on; one of before views gets its view."""
    session = case_of(db, request)
    if session is None or session.details is None or session.field_key is None:
        return None
    view_for_link(db, vault, session, now)
    return session


def _tell(db: Session, session: VerificationSession | None, mail: str, now: datetime) -> None:
    if session is not None:
        owe_mail(db, session, mail, now)
