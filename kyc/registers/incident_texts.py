"""Owns what people write about a breach: sealed, only ever added to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kyc.audit import Actor
from kyc.errors import InvalidInputError
from kyc.models import Incident, IncidentEntry, new_id
from kyc.policy.incidents import LONGEST_TEXT, TEXTS
from storage.keys import WrappedKey
from storage.vault import Vault


@dataclass(frozen=True)
class Written:
    """One text, opened."""

    kind: str
    words: str
    at: datetime
    by: str


def add_text(
    db: Session, vault: Vault, incident: Incident, kind: str, words: str, by: Actor, now: datetime
) -> None:
    """Seals it under the breach's own key. Raises InvalidInputError."""
    if kind not in TEXTS:
        raise InvalidInputError(f"a text is one of {', '.join(TEXTS)}")
    if not words.strip() or len(words) > LONGEST_TEXT:
        raise InvalidInputError(f"{TEXTS[kind]}: write it in at most {LONGEST_TEXT} characters")
    id_ = new_id("ine")
    key = WrappedKey(incident.field_key_epoch, incident.field_key)
    sealed = vault.seal_field(key, incident.id, id_, words.strip().encode())
    at = _after_the_last(db, incident, now)
    row = IncidentEntry(id=id_, incident_id=incident.id, kind=kind, words=sealed, at=at, by=by.id)
    db.add(row)
    db.flush()


def _after_the_last(db: Session, incident: Incident, now: datetime) -> datetime:
    """Texts of one moment, or of a clock that was put back, keep their order all the same."""
    newest = select(func.max(IncidentEntry.at)).where(IncidentEntry.incident_id == incident.id)
    last = db.scalar(newest)
    return now if last is None or last < now else last + timedelta(microseconds=1)


def written(db: Session, vault: Vault, incident: Incident) -> list[Written]:
    """Everything that was written, the oldest first; nothing once it was destroyed."""
    rows = db.scalars(
        select(IncidentEntry)
        .where(IncidentEntry.incident_id == incident.id)
        .order_by(IncidentEntry.at, IncidentEntry.id)
    )
    key = WrappedKey(incident.field_key_epoch, incident.field_key)
    return [
        Written(
            row.kind,
            vault.open_field(key, incident.id, row.id, row.words).decode(),
            row.at,
            row.by,
        )
        for row in rows
    ]
