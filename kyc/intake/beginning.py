"""Owns the beginning of a verification session."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kyc.audit import Action, Actor, record
from kyc.fields import give_field_key
from kyc.flows import bind, flow_in_force
from kyc.lifecycle import Status
from kyc.models import VerificationSession, new_id
from kyc.viewing import give_view
from storage.boxes import PrivateHalf
from storage.vault import Vault


def begin_session(  # noqa: PLR0913 - each differs between the ways to begin
    db: Session,
    vault: Vault,
    *,
    actor: Actor,
    origin: str,
    lasts: timedelta,
    now: datetime,
    locale: str = "en",
    client_reference_id: str | None = None,
    view: PrivateHalf | None = None,
) -> VerificationSession:
    """A new session in status `created`, with its own key, under the flow in force.

    It is open until `now + lasts`. Who lets its first browser in brings the `view`.
    """
    session = VerificationSession(
        id=new_id("vs"),
        status=Status.CREATED,
        origin=origin,
        locale=locale,
        client_reference_id=client_reference_id,
        created_at=now,
        expires_at=now + lasts,
    )
    bind(session, flow_in_force(db))
    give_field_key(vault, session, session.id, now)
    db.add(session)
    db.flush()
    give_view(db, vault, session.id, now, view)
    record(
        db,
        Action.SYSTEM_SESSION_CREATED,
        actor=actor,
        now=now,
        case=session.id,
        detail={"channel": origin},
    )
    return session
