"""Owns telling customers that the notice they acknowledged has changed: once, in their language."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.db import lock
from kyc.flows import flow_numbered
from kyc.intake.giving_details import keep_words
from kyc.mails import owe_mail
from kyc.models import NoticeInForce, NoticeText, VerificationSession
from kyc.origins import HONEY
from kyc.policy.notice import NoticeSaid
from kyc.privacy.controller import controller_of
from kyc.privacy.notice_words import notice_said
from kyc.settings import Settings

NOTICE_MAIL = "notice"
SETTLED = timedelta(days=1)
"""A wording must have stood for so long: a slip in the controller's file goes out to nobody."""
BATCH = 200

_case = VerificationSession
_language = func.coalesce(NoticeText.language, _case.locale)
_known = func.coalesce(_case.notice_told_sha256, _case.notice_sha256)


def note_wordings(db: Session, settings: Settings, now: datetime) -> None:
    """Since when each notice that somebody acknowledged says what it says now.

    Raises ConfigurationError for a controller's file out of form, and changes nothing then.
    """
    controller_of(settings)
    for name, version, language in db.execute(_spoken().distinct()).all():
        said = notice_said(flow_numbered(db, name, version), settings, language)
        known = db.get(NoticeInForce, (name, version, language), with_for_update=True)
        if known is None:
            key = {"flow_name": name, "flow_version": version, "language": language}
            db.add(NoticeInForce(**key, sha256=said.sha256, since=now))
        elif known.sha256 != said.sha256:
            known.sha256, known.since = said.sha256, now
            detail = {"version": said.version, "language": language, "sha": said.sha256}
            record(db, Action.SYSTEM_NOTICE_CHANGED, actor=SYSTEM, now=now, detail=detail)


def tell_changed(db: Session, settings: Settings, now: datetime, batch: int = BATCH) -> int:
    """Owes a mail to at most `batch` customers who know another wording; how many."""
    told = 0
    for row in _settled(db, now):
        said = notice_said(flow_numbered(db, row.flow_name, row.flow_version), settings,
                           row.language)  # fmt: skip
        if said.sha256 != row.sha256:
            continue  # it changed this very moment: it has to stand for a day first
        for session in db.scalars(_untold(row).limit(batch - told)).all():
            told += _tell(db, session, said, now)
        if told >= batch:
            break
    return told


def notice_told(db: Session, session: VerificationSession) -> dict[str, str]:
    """The words of the mail: what is new, and the whole as it stands."""
    now = _sections(db, session.notice_told_sha256)
    before = {text for _title, texts in _sections(db, session.notice_sha256) for text in texts}
    new = [text for _title, texts in now for text in texts if text not in before]
    whole = ["\n\n".join([title.upper(), *texts]) for title, texts in now]
    return {"changes": "\n\n".join(new) or "–", "notice": "\n\n".join(whole)}


def _spoken() -> Select[str, int, str]:
    """Flow, version and language of every notice that somebody with live data acknowledged."""
    return (
        select(_case.flow_name, _case.flow_version, _language)
        .outerjoin(NoticeText, NoticeText.sha256 == _case.notice_sha256)
        .where(_concerned())
    )


def _concerned() -> ColumnElement[bool]:
    return and_(
        _case.notice_version.is_not(None),
        _case.details.is_not(None),
        _case.record_destroyed_at.is_(None),
        _case.origin != HONEY,
    )


def _settled(db: Session, now: datetime) -> Iterator[NoticeInForce]:
    stood = select(NoticeInForce).where(NoticeInForce.since <= now - SETTLED)
    order = (NoticeInForce.flow_name, NoticeInForce.flow_version, NoticeInForce.language)
    yield from db.scalars(stood.order_by(*order)).all()


def _untold(row: NoticeInForce) -> Select[VerificationSession]:
    return (
        select(_case)
        .outerjoin(NoticeText, NoticeText.sha256 == _case.notice_sha256)
        .where(
            _concerned(),
            _case.flow_name == row.flow_name,
            _case.flow_version == row.flow_version,
            _language == row.language,
            or_(_known.is_(None), _known != row.sha256),
        )
        .order_by(_case.id)
    )


def _tell(db: Session, session: VerificationSession, said: NoticeSaid, now: datetime) -> int:
    """The lock waits for a purge that runs just now, after which there is nobody to tell."""
    lock(db, session)
    if session.details is None:
        return 0
    keep_words(db, said, now)
    session.notice_told_sha256, session.notice_told_at = said.sha256, now
    owe_mail(db, session, NOTICE_MAIL, now)
    return 1


def _sections(db: Session, sha256: str | None) -> list[tuple[str, list[str]]]:
    kept = db.get(NoticeText, sha256) if sha256 else None
    if kept is None:
        return []
    return [(one["title"], one["paragraphs"]) for one in json.loads(kept.body)]
