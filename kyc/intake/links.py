"""Owns a customer's way in: single-use links, and the browsers that followed one."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kyc.audit import CUSTOMER, Action, record
from kyc.db import changed_one
from kyc.errors import KycError
from kyc.mails import owe_mail
from kyc.models import CustomerBrowser, CustomerLink, VerificationSession
from kyc.tokens import Lookup, new_token
from kyc.viewing import grant, granted
from storage.boxes import Boxes, PrivateHalf

BROWSER_LIFE = timedelta(days=14)


class DeadLinkError(KycError):
    """A link that does not open anything; `code` is unknown, expired or used."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make_link(
    db: Session,
    boxes: Boxes,
    lookup: Lookup,
    session: VerificationSession,
    *,
    view: PrivateHalf,
    lasts: timedelta,
    now: datetime,
) -> str:
    """A new token, which opens the view; links that nobody followed yet die with it."""
    db.execute(
        update(CustomerLink)
        .where(CustomerLink.session_id == session.id, CustomerLink.used_at.is_(None))
        .values(expires_at=now)
    )
    token = new_token()
    link = CustomerLink(
        token_hash=lookup.token(token),
        session_id=session.id,
        created_at=now,
        expires_at=now + lasts,
        view_grant=grant(boxes, view, session.id, token),
    )
    db.add(link)
    return token


def check_link(db: Session, lookup: Lookup, untrusted_token: str, now: datetime) -> None:
    """Raises DeadLinkError saying what is wrong with a link that cannot be followed."""
    link = db.get(CustomerLink, lookup.token(untrusted_token))
    if link is None:
        raise DeadLinkError("unknown")
    if link.used_at is not None:
        raise DeadLinkError("used")
    if link.expires_at <= now:
        raise DeadLinkError("expired")


def follow_link(
    db: Session, boxes: Boxes, lookup: Lookup, untrusted_token: str, now: datetime
) -> str:
    """Uses the link up and returns the token for this browser's cookie."""
    check_link(db, lookup, untrusted_token, now)
    digest = lookup.token(untrusted_token)
    use = (
        update(CustomerLink)
        .where(CustomerLink.token_hash == digest, CustomerLink.used_at.is_(None))
        .values(used_at=now)
    )
    if not changed_one(db, use):
        raise DeadLinkError("used")
    link = db.get_one(CustomerLink, digest)
    view = granted(boxes, link.session_id, untrusted_token, link.view_grant)
    return let_browser_in(db, boxes, lookup, link.session_id, view=view, now=now)


def let_browser_in(
    db: Session,
    boxes: Boxes,
    lookup: Lookup,
    session_id: str,
    *,
    view: PrivateHalf,
    now: datetime,
) -> str:
    """A token for a cookie that opens this session and its view, and these only."""
    token = new_token()
    browser = CustomerBrowser(
        token_hash=lookup.token(token),
        session_id=session_id,
        created_at=now,
        expires_at=now + BROWSER_LIFE,
        view_grant=grant(boxes, view, session_id, token),
    )
    db.add(browser)
    record(db, Action.CUSTOMER_SESSION_LINKED, actor=CUSTOMER, now=now, case=session_id)
    return token


def session_of_browser(
    db: Session, lookup: Lookup, untrusted_token: str, now: datetime
) -> VerificationSession | None:
    browser = db.get(CustomerBrowser, lookup.token(untrusted_token))
    if browser is None or browser.expires_at <= now:
        return None
    return db.get(VerificationSession, browser.session_id)


def view_of_browser(
    db: Session, boxes: Boxes, lookup: Lookup, untrusted_token: str
) -> PrivateHalf | None:
    """What opens the customer's view, for as long as the request that brought the token lasts."""
    browser = db.get(CustomerBrowser, lookup.token(untrusted_token))
    if browser is None:
        return None
    return granted(boxes, browser.session_id, untrusted_token, browser.view_grant)


def ask_for_new_link(db: Session, lookup: Lookup, untrusted_email: str, now: datetime) -> int:
    """Owes a mail with a new link to each session that holds details of this address.

    Also when it has ended: as long as something is held about them, people must be able to come
    back, see it and make requests about it (GDPR Art. 12(2)). Answers alike always.
    """
    found = db.scalars(
        select(VerificationSession).where(
            VerificationSession.email_hash == lookup.email(untrusted_email),
            VerificationSession.details.is_not(None),
        )
    ).all()
    for session in found:
        owe_mail(db, session, "link", now)
    return len(found)
