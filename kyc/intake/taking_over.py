"""Owns what a worker does with what intake sealed to it, and with customers who come anew."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.audit import SYSTEM, Action, record
from kyc.db import lock
from kyc.evidence import sealed_of
from kyc.fields import (
    open_text,
    read_details,
    rewrap_field_key,
    show_details,
    take_over_details,
)
from kyc.lifecycle import ArtifactState, Stage
from kyc.models import Artifact, Decision, VerificationSession
from kyc.seen import DETAILS, SeenKind, note_seen, person_hashes
from kyc.tokens import Lookup
from kyc.viewing import give_view, private_half_of, rewrap_view, show
from storage.boxes import PrivateHalf, is_box
from storage.vault import Vault


def take_over(db: Session, vault: Vault, lookup: Lookup, session_id: str, now: datetime) -> None:
    """Puts under the keys of epochs what the customer-facing process could only put into boxes.

    Raw files stay as they are, since their redaction ends them. The name is read here, so it is
    here that its keyed hash is noted. Idempotent.
    """
    session = db.get_one(VerificationSession, session_id)
    lock(db, session)
    rewrap_view(db, vault, session_id)
    _note(db, session_id, now)
    if session.field_key is None:
        return
    rewrap_field_key(vault, session)
    take_over_details(vault, session)
    _note_person(db, vault, lookup, session)
    for artifact in _pictures(db, session_id):
        assert artifact.wrapped_key is not None
        if is_box(artifact.wrapped_key):
            sealed = sealed_of(artifact)
            anew = vault.rewrap(
                sealed,
                session_id=session_id,
                artifact_id=artifact.id,
                epoch=sealed.key_epoch,
            )
            artifact.wrapped_key, artifact.key_epoch = anew.wrapped_key, anew.key_epoch


def _note_person(db: Session, vault: Vault, lookup: Lookup, session: VerificationSession) -> None:
    known = read_details(vault, session)
    names = (known.surname, known.given_names, known.date_of_birth) if known else None
    hashes = person_hashes(lookup, *names) if names else set()
    note_seen(db, session.id, SeenKind.PERSON, DETAILS, hashes)


def _note(db: Session, session_id: str, now: datetime) -> None:
    action = Action.SYSTEM_SESSION_TAKEN_OVER
    record(db, action, actor=SYSTEM, now=now, case=session_id)


def view_for_link(
    db: Session, vault: Vault, session: VerificationSession, now: datetime
) -> PrivateHalf:
    """The session's view, to be granted to a new link; made where the session has none yet."""
    found = private_half_of(db, vault, session.id)
    if found is not None:
        return found
    view = give_view(db, vault, session.id, now)
    for artifact in _pictures(db, session.id):
        names = {"session_id": session.id, "artifact_id": artifact.id}
        artifact.view_key = vault.share(sealed_of(artifact), view.public, **names)
    show_details(db, vault, session)
    message = _last_message(db, session)
    if message is not None:
        show(db, vault, session.id, "message", open_text(vault, session, "message", message))
    return view


def _pictures(db: Session, session_id: str) -> list[Artifact]:
    mine = (Artifact.session_id == session_id, Artifact.stage == Stage.REVIEW)
    stored = select(Artifact).where(*mine, Artifact.state == ArtifactState.STORED)
    return list(db.scalars(stored.where(Artifact.wrapped_key.is_not(None))))


def _last_message(db: Session, session: VerificationSession) -> bytes | None:
    if session.field_key is None:
        return None
    mine = select(Decision.message).where(Decision.session_id == session.id)
    return db.scalars(mine.order_by(Decision.attempt.desc()).limit(1)).one_or_none()
