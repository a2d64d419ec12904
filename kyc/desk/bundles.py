"""Owns bundles: asked for by one person, made by a worker, released by another, fetched once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kyc.audit import CUSTOMER, SYSTEM, Action, Actor, record
from kyc.audit.values import Value
from kyc.db import changed_one, lock
from kyc.desk.bundle_contents import contents_of, provided_by
from kyc.desk.requests import case_of, opened
from kyc.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from kyc.evidence import Announced, announce_bundle, destroy, now_stored
from kyc.intake.taking_over import view_for_link
from kyc.jobs import OwedJobName
from kyc.leases import owe
from kyc.lifecycle import SEEN_BY_STAFF, ArtifactState
from kyc.mails import owe_mail
from kyc.models import Artifact, Bundle, VerificationSession
from kyc.policy.bundles import BUNDLE, FETCHED_WITHIN, MADE_WITHIN, RELEASED_WITHIN
from kyc.policy.rights import RequestState, Right
from kyc.settings import Settings
from storage.vault import Vault

MAIL = "bundle"


class BundleState(StrEnum):
    MAKING = "making"
    MADE = "made"
    RELEASED = "released"
    FETCHED = "fetched"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Plan:
    """What goes into a zip: what is said, and the pictures that are held."""

    bundle: Bundle
    contents: dict[str, Any]
    pictures: Sequence[Artifact]


@dataclass(frozen=True)
class Standing:
    """A bundle and how it stands; `until` is when it is destroyed if nobody acts."""

    bundle: Bundle
    state: BundleState
    until: datetime | None
    size: int


def ask_for_bundle(db: Session, request_id: str, *, by: Actor, now: datetime) -> Bundle:
    """Owes it. Raises NotFoundError, InvalidInputError for a request of another kind, ConflictError
    where nothing is left, or one is being made or waits."""
    request = opened(db, request_id)
    if request.kind not in {Right.ACCESS, Right.PORTABILITY}:
        raise InvalidInputError("this request does not ask for a copy of data")
    if request.state in {RequestState.REFUSED, RequestState.WITHDRAWN}:
        raise ConflictError("this request was refused or withdrawn")
    session = case_of(db, request)
    if session is None or session.details is None:
        raise ConflictError("nothing is held that could be given out, or nobody who could fetch it")
    lock(db, session)
    waits = {BundleState.MAKING, BundleState.MADE, BundleState.RELEASED}
    if any(one.state in waits for one in bundles_of(db, request_id, now)):
        raise ConflictError("there is a bundle for this request already")
    bundle = Bundle(
        session_id=session.id,
        request_id=request.id,
        kind=request.kind,
        asked_by=by.id,
        asked_at=now,
    )
    db.add(bundle)
    db.flush()
    owe(db, OwedJobName.BUNDLE, bundle.id, now)
    _note(db, Action.STAFF_BUNDLE_ASKED, bundle, by, now)
    return bundle


def plan_bundle(
    db: Session, vault: Vault, settings: Settings, bundle_id: str, now: datetime
) -> Plan | None:
    """For the worker; None where it is made or given up, or the details are destroyed."""
    bundle = db.get_one(Bundle, bundle_id)
    session = db.get_one(VerificationSession, bundle.session_id)
    if _standing(db, bundle, now).state != BundleState.MAKING or session.details is None:
        return None
    is_access = bundle.kind == Right.ACCESS
    contents = (
        contents_of(db, vault, settings, session, now)
        if is_access
        else provided_by(db, vault, session, now)
    )
    return Plan(bundle, contents, _pictures(db, session.id))


def announce_zip(db: Session, vault: Vault, plan: Plan, content: bytes, now: datetime) -> Announced:
    """The row before the object. The customer's view gets a key to it, made where there is none."""
    session = db.get_one(VerificationSession, plan.bundle.session_id)
    view_for_link(db, vault, session, now)
    return announce_bundle(db, vault, session.id, plan.bundle.kind, content, now)


def finish_bundle(db: Session, plan: Plan, artifact_id: str, now: datetime) -> bool:
    """The object is there: it waits for the second person.

    False, and the copy's key is destroyed, when it was given up or something in it was destroyed
    meanwhile: what is gone must not come back in a copy.
    """
    session = db.get_one(VerificationSession, plan.bundle.session_id)
    lock(db, session)
    bundle = db.get_one(Bundle, plan.bundle.id, with_for_update=True)
    is_whole = {one.id for one in _pictures(db, session.id)} >= {one.id for one in plan.pictures}
    is_wanted = _standing(db, bundle, now).state == BundleState.MAKING
    if not (is_wanted and is_whole) or session.details is None:
        destroy(db, db.get_one(Artifact, artifact_id), "unfinished", now)
        return False
    artifact = now_stored(db, artifact_id)
    artifact.destroy_rule, artifact.destroy_at = BUNDLE, now + RELEASED_WITHIN
    bundle.artifact_id, bundle.made_at = artifact.id, now
    counts: dict[str, Value] = {"images": len(plan.pictures), "size": artifact.plaintext_length}
    _note(db, Action.SYSTEM_BUNDLE_MADE, bundle, SYSTEM, now, counts)
    return True


def release(db: Session, bundle_id: str, *, by: Actor, now: datetime) -> Bundle:
    """Lets the customer fetch it, and mails them. Raises ForbiddenError for who asked for it,
    NotFoundError, ConflictError when it does not wait for that."""
    bundle, artifact = _waiting(db, bundle_id, now)
    if bundle.asked_by == by.id:
        raise ForbiddenError("somebody else must release it: you had it made")
    bundle.released_by, bundle.released_at = by.id, now
    artifact.destroy_at = now + FETCHED_WITHIN
    owe_mail(db, db.get_one(VerificationSession, bundle.session_id), MAIL, now)
    _note(db, Action.STAFF_BUNDLE_RELEASED, bundle, by, now)
    return bundle


def refuse_release(db: Session, bundle_id: str, *, by: Actor, now: datetime) -> Bundle:
    """Destroys it; another may be asked for. Raises NotFoundError, ConflictError."""
    bundle, artifact = _waiting(db, bundle_id, now)
    bundle.refused_by, bundle.refused_at = by.id, now
    destroy(db, artifact, BUNDLE, now)
    _note(db, Action.STAFF_BUNDLE_REFUSED, bundle, by, now)
    return bundle


def fetchable(db: Session, session_id: str, now: datetime) -> list[Standing]:
    """What this customer may fetch now."""
    mine = select(Bundle).where(Bundle.session_id == session_id, Bundle.fetched_at.is_(None))
    found = [_standing(db, bundle, now) for bundle in db.scalars(mine.order_by(Bundle.asked_at))]
    return [one for one in found if one.state == BundleState.RELEASED]


def sealed_bundle(db: Session, session_id: str, bundle_id: str, now: datetime) -> Artifact:
    """The artifact to open before `fetch`. Raises NotFoundError for what cannot be fetched."""
    for one in fetchable(db, session_id, now):
        if one.bundle.id == bundle_id:
            return db.get_one(Artifact, one.bundle.artifact_id)
    raise NotFoundError("there is nothing to fetch here any more")


def fetch(db: Session, session_id: str, bundle_id: str, now: datetime) -> None:
    """Uses it up: the key dies in the transaction that must be committed before the first byte.

    Of two that come at once one wins; the other gets ConflictError.
    """
    session = db.get_one(VerificationSession, session_id)
    lock(db, session)
    artifact = sealed_bundle_or_conflict(db, session_id, bundle_id, now)
    used = (
        update(Bundle)
        .where(Bundle.id == bundle_id, Bundle.fetched_at.is_(None))
        .values(fetched_at=now)
        .execution_options(synchronize_session=False)
    )
    if not changed_one(db, used):
        raise ConflictError("it has been fetched already: ask for another one")
    destroy(db, artifact, BUNDLE, now)
    bundle = db.get_one(Bundle, bundle_id)
    _note(db, Action.CUSTOMER_BUNDLE_FETCHED, bundle, CUSTOMER, now)


def sealed_bundle_or_conflict(
    db: Session, session_id: str, bundle_id: str, now: datetime
) -> Artifact:
    try:
        return sealed_bundle(db, session_id, bundle_id, now)
    except NotFoundError as error:
        raise ConflictError("it has been fetched already: ask for another one") from error


def bundles_of(db: Session, request_id: str, now: datetime) -> list[Standing]:
    """Those of a request, the newest first."""
    mine = select(Bundle).where(Bundle.request_id == request_id)
    newest = mine.order_by(Bundle.asked_at.desc(), Bundle.id)
    return [_standing(db, bundle, now) for bundle in db.scalars(newest)]


def awaiting_release(db: Session, now: datetime) -> list[Standing]:
    """Made, and neither released nor refused nor gone; the first to go first."""
    made = Bundle.made_at.is_not(None), Bundle.released_at.is_(None), Bundle.refused_at.is_(None)
    found = db.scalars(select(Bundle).where(*made).order_by(Bundle.made_at, Bundle.id))
    standing = [_standing(db, bundle, now) for bundle in found]
    return [one for one in standing if one.state == BundleState.MADE]


def _standing(db: Session, bundle: Bundle, now: datetime) -> Standing:
    artifact = db.get(Artifact, bundle.artifact_id) if bundle.artifact_id else None
    until = artifact.destroy_at if artifact else None
    is_there = (
        artifact is not None
        and artifact.state == ArtifactState.STORED
        and artifact.quarantined_at is None
        and until is not None
        and until > now
    )
    is_late = now >= bundle.asked_at + MADE_WITHIN
    state = _state(bundle, is_there=is_there, is_late=is_late)
    return Standing(bundle, state, until, artifact.plaintext_length if artifact else 0)


def _state(bundle: Bundle, *, is_there: bool, is_late: bool) -> BundleState:
    if bundle.fetched_at is not None:
        return BundleState.FETCHED
    if bundle.refused_at is not None:
        return BundleState.REFUSED
    if bundle.made_at is None:
        return BundleState.EXPIRED if is_late else BundleState.MAKING
    if not is_there:
        return BundleState.EXPIRED
    return BundleState.RELEASED if bundle.released_at is not None else BundleState.MADE


def _waiting(db: Session, bundle_id: str, now: datetime) -> tuple[Bundle, Artifact]:
    bundle = db.get(Bundle, bundle_id)
    if bundle is None:
        raise NotFoundError("there is no such bundle")
    lock(db, db.get_one(VerificationSession, bundle.session_id))
    lock(db, bundle)
    if _standing(db, bundle, now).state != BundleState.MADE:
        raise ConflictError("this bundle does not wait for release (any more)")
    return bundle, db.get_one(Artifact, bundle.artifact_id, with_for_update=True)


def _pictures(db: Session, session_id: str) -> Sequence[Artifact]:
    """The copies that staff could see; never one as it was sent, never another bundle."""
    mine = Artifact.session_id == session_id, Artifact.stage.in_(SEEN_BY_STAFF)
    stored = Artifact.state == ArtifactState.STORED
    return db.scalars(
        select(Artifact)
        .where(*mine, stored)
        .order_by(Artifact.created_at, Artifact.kind, Artifact.id)
    ).all()


def _note(
    db: Session,
    action: Action,
    bundle: Bundle,
    by: Actor,
    now: datetime,
    detail: dict[str, Value] | None = None,
) -> None:
    known: dict[str, Value] = {"kind": bundle.kind, **(detail or {})}
    known |= {"request": bundle.request_id} if bundle.request_id else {}
    case = bundle.session_id
    record(db, action, actor=by, now=now, case=case, object_id=bundle.id, detail=known)
