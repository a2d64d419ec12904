"""Owns the question what of a case can be erased on request, and what must stay, why, how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kyc.flows import flow_of
from kyc.lifecycle import LIVE, Stage, Status
from kyc.models import Artifact, LegalHold, VerificationSession
from kyc.policy.erasure import GROUND_OF, Why, why_held, why_kept
from kyc.policy.retention import Rules

_RECORD_RULES = {Status.VERIFIED: "record_approved", Status.REJECTED: "record_rejected"}


@dataclass(frozen=True)
class Part:
    """One image, bundle or the details; `why` is None for what can be erased.

    `until` is when it is destroyed at the latest, None where no clock runs yet.
    """

    id: str
    kind: str
    stage: str
    why: Why | None
    until: datetime | None


@dataclass(frozen=True)
class Plan:
    """All that is held of a case."""

    parts: Sequence[Part]

    @property
    def erased(self) -> list[Part]:
        return [part for part in self.parts if part.why is None]

    @property
    def kept(self) -> list[Part]:
        return [part for part in self.parts if part.why is not None]

    @property
    def is_whole(self) -> bool:
        """Nothing stays."""
        return bool(self.parts) and not self.kept

    @property
    def ground(self) -> str | None:
        """The code of `kyc.policy.grounds` that a refusal rests on, the strongest of all parts."""
        reasons = {part.why for part in self.kept}
        return next((GROUND_OF[why] for why in GROUND_OF if why in reasons), None)


def erasure_plan(
    db: Session, session: VerificationSession, now: datetime, *, waives_claims: bool = False
) -> Plan:
    """`waives_claims`: our own interest in claims was weighed and does not prevail (Art. 17(1)(c)).

    A waiver opens nothing that a law, a hold, a running contract or review keeps.
    """
    holds = _holds(db, session.id, now)
    images = db.scalars(
        select(Artifact)
        .where(Artifact.session_id == session.id, Artifact.state.in_(LIVE))
        .order_by(Artifact.created_at, Artifact.id)
    ).all()
    rules = flow_of(db, session).retention
    parts = [_of_image(session, image, rules, holds, waives_claims) for image in images]
    if session.record_destroyed_at is None:
        parts.append(_of_record(session, parts, rules, holds, waives_claims))
    return Plan(parts)


def _of_image(
    session: VerificationSession,
    image: Artifact,
    rules: Rules,
    holds: Sequence[LegalHold],
    waives_claims: bool,
) -> Part:
    """A bundle is the person's own copy, and nobody's evidence: it goes whatever is held."""
    if image.stage == Stage.BUNDLE:
        return Part(image.id, image.kind, image.stage, None, image.destroy_at)
    rule = image.destroy_rule or ""
    why = _held(holds) or _running(session)
    if why is None and rule in rules and session.status in _RECORD_RULES:
        why = _weighed(why_kept(rules[rule]), waives_claims)
    return Part(image.id, image.kind, image.stage, why, _until(image.destroy_at, holds))


def _of_record(
    session: VerificationSession,
    images: Sequence[Part],
    rules: Rules,
    holds: Sequence[LegalHold],
    waives_claims: bool,
) -> Part:
    """The details stay as long as any picture: without them nobody could tell whose it is."""
    why = _held(holds) or _running(session)
    if why is None and session.status == Status.VERIFIED and not session.relationship_ended_at:
        why = Why.CONTRACT
    if why is None and session.status in _RECORD_RULES:
        rule = rules[_RECORD_RULES[Status(session.status)]]
        why = _weighed(why_kept(rule), waives_claims)
    why = why or next((image.why for image in images if image.why), None)
    until = _until(session.record_destroy_at, holds)
    return Part(session.id, "record", "record", why, until)


def _running(session: VerificationSession) -> Why | None:
    return Why.IN_REVIEW if session.status == Status.PROCESSING else None


def _held(holds: Sequence[LegalHold]) -> Why | None:
    reasons = {why_held(hold.reason) for hold in holds}
    return next((why for why in GROUND_OF if why in reasons), None)


def _weighed(why: Why | None, waives_claims: bool) -> Why | None:
    return None if why == Why.CLAIMS and waives_claims else why


def _until(due: datetime | None, holds: Sequence[LegalHold]) -> datetime | None:
    return None if due is None else max([due, *(hold.until for hold in holds)])


def _holds(db: Session, session_id: str, now: datetime) -> Sequence[LegalHold]:
    mine = LegalHold.session_id == session_id
    in_force = LegalHold.lifted_at.is_(None), LegalHold.until > now
    return db.scalars(select(LegalHold).where(mine, *in_force)).all()
