"""Owns the mailed code: a customer who came by link or cookie shows that the address is theirs."""

import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kyc.audit import CUSTOMER, Action, record
from kyc.db import lock
from kyc.errors import NotFoundError
from kyc.mails import owe_mail
from kyc.models import RightsCode, VerificationSession
from kyc.tokens import Lookup

MAIL = "rights_code"
LASTS = timedelta(minutes=15)
"""From the moment the mail is made."""
MAILED_WITHIN = timedelta(hours=1)
"""So long a code that is not mailed yet may still become one."""
PROVEN = timedelta(minutes=30)
"""How long the browser is then known to belong to whoever reads that address."""
TRIES = 5
PAUSE = timedelta(minutes=1)
DAY = timedelta(days=1)
MOST_A_DAY = 8
KEPT = timedelta(days=2)
DIGITS = 8


class Sent(StrEnum):
    """What became of asking for a code."""

    ON_ITS_WAY = "on_its_way"
    WAIT = "wait"
    TOO_MANY = "too_many"
    NO_ADDRESS = "no_address"


def ask_for_code(
    db: Session, session: VerificationSession, browser_hash: bytes, now: datetime
) -> Sent:
    """Owes a mail with a code for this browser; those asked for before are good no more."""
    lock(db, session)
    if session.details is None:
        return Sent.NO_ADDRESS
    latest, asked = _asked_lately(db, session.id, now)
    if asked >= MOST_A_DAY:
        return Sent.TOO_MANY
    if latest is not None and now - latest < PAUSE:
        return Sent.WAIT
    mail = owe_mail(db, session, MAIL, now)
    if mail is None:
        return Sent.NO_ADDRESS
    _end_others(db, session.id, now)
    code = RightsCode(
        session_id=session.id,
        mail_id=mail.id,
        browser_hash=browser_hash,
        asked_at=now,
        expires_at=now + MAILED_WITHIN,
    )
    db.add(code)
    db.flush()
    action = Action.CUSTOMER_CODE_ASKED
    record(db, action, actor=CUSTOMER, now=now, case=session.id, object_id=code.id)
    return Sent.ON_ITS_WAY


def make_code(db: Session, lookup: Lookup, mail_id: str, now: datetime) -> str | None:
    """The code for the mail that is being sent, of which only the keyed hash is kept.

    None when it is asked for no more. A second try to send makes another one.
    """
    found = db.scalars(select(RightsCode).where(RightsCode.mail_id == mail_id)).one_or_none()
    if found is None or found.used_at is not None or found.expires_at <= now:
        return None
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    found.code_hash = _hash(lookup, found, code)
    found.expires_at, found.tries = now + LASTS, 0
    return code


def prove(
    db: Session,
    lookup: Lookup,
    session: VerificationSession,
    browser_hash: bytes,
    untrusted_code: str,
    now: datetime,
) -> bool:
    """Uses the code up; False for a wrong, old or used one, and for any after five wrong ones.

    A wrong try counts only when the caller commits, so they must, whatever this returns.
    """
    lock(db, session)
    found = _waiting(db, session.id, browser_hash, now)
    digits = "".join(letter for letter in untrusted_code if letter.isdecimal())
    if found is None or not _is_right(lookup, found, digits):
        if found is not None:
            found.tries += 1
        _note(db, Action.CUSTOMER_CODE_REFUSED, session.id, found, now)
        return False
    found.used_at, found.proven_until, found.code_hash = now, now + PROVEN, None
    _note(db, Action.CUSTOMER_CODE_ACCEPTED, session.id, found, now)
    return True


def is_proven(db: Session, session_id: str, browser_hash: bytes, now: datetime) -> bool:
    """Whether whoever uses this browser gave a code of this case a while ago."""
    mine = (RightsCode.session_id == session_id, RightsCode.browser_hash == browser_hash)
    proven = select(RightsCode.id).where(*mine, RightsCode.proven_until > now)
    return db.scalar(proven.limit(1)) is not None


def require_proven(db: Session, session_id: str, browser_hash: bytes, now: datetime) -> None:
    """Raises NotFoundError."""
    if not is_proven(db, session_id, browser_hash, now):
        raise NotFoundError("give the code from your mail first")


def awaits_code(db: Session, session_id: str, browser_hash: bytes, now: datetime) -> bool:
    """Whether a code is on its way to this browser's customer, or with them."""
    return _waiting(db, session_id, browser_hash, now) is not None


def forget_old_codes(db: Session, now: datetime) -> None:
    db.execute(delete(RightsCode).where(RightsCode.asked_at < now - KEPT))


def _asked_lately(db: Session, session_id: str, now: datetime) -> tuple[datetime | None, int]:
    mine = (RightsCode.session_id == session_id, RightsCode.asked_at > now - DAY)
    row = db.execute(select(func.max(RightsCode.asked_at), func.count()).where(*mine)).one()
    return row[0], row[1]


def _end_others(db: Session, session_id: str, now: datetime) -> None:
    open_ones = (RightsCode.session_id == session_id, RightsCode.used_at.is_(None))
    db.execute(update(RightsCode).where(*open_ones).values(expires_at=now, code_hash=None))


def _waiting(db: Session, session_id: str, browser_hash: bytes, now: datetime) -> RightsCode | None:
    return db.scalars(
        select(RightsCode)
        .where(
            RightsCode.session_id == session_id,
            RightsCode.browser_hash == browser_hash,
            RightsCode.used_at.is_(None),
            RightsCode.expires_at > now,
            RightsCode.tries < TRIES,
        )
        .order_by(RightsCode.asked_at.desc())
        .limit(1)
    ).one_or_none()


def _is_right(lookup: Lookup, found: RightsCode, digits: str) -> bool:
    kept = found.code_hash or b""
    return len(digits) == DIGITS and hmac.compare_digest(_hash(lookup, found, digits), kept)


def _hash(lookup: Lookup, found: RightsCode, digits: str) -> bytes:
    """Bound to the case and to the one mail: it opens nothing else."""
    return lookup.hash("rights_code", f"{found.session_id}/{found.id}/{digits}")


def _note(
    db: Session, action: Action, session_id: str, found: RightsCode | None, now: datetime
) -> None:
    object_id = found.id if found else None
    record(db, action, actor=CUSTOMER, now=now, case=session_id, object_id=object_id)
