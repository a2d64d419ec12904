"""Owns what customers acknowledged: the wordings of the notice, and which one a case has."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.errors import NotFoundError
from kyc.models import NoticeText
from kyc.policy.notice import Section
from kyc.retention.naming import sessions_named


@dataclass(frozen=True)
class Acknowledged:
    """Of one verification; `sha256` is None where only the version was kept, or nothing."""

    case: str
    version: str | None
    at: datetime | None
    sha256: str | None


def wordings(db: Session) -> Sequence[NoticeText]:
    """The latest first."""
    return db.scalars(
        select(NoticeText).order_by(NoticeText.first_seen_at.desc(), NoticeText.sha256)
    ).all()


def wording(db: Session, sha256: str) -> NoticeText:
    """Raises NotFoundError."""
    found = db.get(NoticeText, sha256)
    if found is None:
        raise NotFoundError("no notice of this hash was acknowledged")
    return found


def sections_of(kept: NoticeText) -> tuple[Section, ...]:
    return tuple(Section(s["title"], tuple(s["paragraphs"])) for s in json.loads(kept.body))


def acknowledged_in(db: Session, name: str) -> list[Acknowledged]:
    """In each verification that bears this id or reference. Raises NotFoundError for none."""
    return [
        Acknowledged(s.id, s.notice_version, s.notice_seen_at, s.notice_sha256)
        for s in sessions_named(db, name)
    ]
