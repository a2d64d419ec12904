"""Owns what the page of a request shows beside its answer: by kind, what can be done about it."""

from datetime import datetime
from typing import Any

from flask import request as http
from flask import url_for
from sqlalchemy.orm import Session

from kyc.desk.bundles import BundleState, Standing, bundles_of
from kyc.desk.erasure_plan import Part, erasure_plan
from kyc.desk.erasure_words import erasure_words
from kyc.desk.requests import case_of
from kyc.desk.restricting import Shown, restriction_shown
from kyc.models import PrivacyRequest, VerificationSession
from kyc.policy.erasure import GROUND_OF, Why
from kyc.policy.grounds import GROUNDS
from kyc.policy.restrictions import RESTRICTION_GROUNDS
from kyc.policy.rights import UNANSWERED, Right
from kyc.web.context import runtime
from kyc.web.desk.act_forms import EraseForm, RestrictForm
from kyc.web.desk.shown import staff_names
from kyc.web.oversight.dates_shown import stage_name
from kyc.web.texts import _, _l
from kyc.web.words import kind_name

Forms = EraseForm | RestrictForm
BUNDLE_STATES = {
    BundleState.MAKING: _l("Being made"),
    BundleState.MADE: _l("Waits for a second person"),
    BundleState.RELEASED: _l("The customer may fetch it"),
    BundleState.FETCHED: _l("Fetched, and destroyed"),
    BundleState.REFUSED: _l("Not released, and destroyed"),
    BundleState.EXPIRED: _l("Not fetched or made in time, and destroyed"),
}
WHYS = {
    Why.HELD: _l("A legal hold"),
    Why.ORDERED: _l("A hold for an authority, or under an order"),
    Why.FOR_THE_PERSON: _l("A restriction: the person asked for keeping"),
    Why.IN_REVIEW: _l("Waits for the decision"),
    Why.CONTRACT: _l("The relationship with the customer goes on"),
    Why.DUTY: _l("The flow keeps it because a law asks for it"),
    Why.CLAIMS: _l("The flow keeps it for claims and disputes"),
}
RESTRICTING = frozenset({Right.RESTRICTION, Right.OBJECTION, Right.CORRECTION})
"""An objection and a contested value may restrict the case meanwhile (Art. 18(1)(a), (d))."""


def part_shown(
    db: Session, request: PrivacyRequest, now: datetime, form: Forms | None = None
) -> dict[str, Any] | None:
    """`name` is that of the template; None where nothing belongs beside the answer."""
    session, right = case_of(db, request), Right(request.kind)
    if session is None or session.record_destroyed_at is not None:
        return None
    if right in {Right.ACCESS, Right.PORTABILITY}:
        return _bundles(db, request, now)
    if right == Right.ERASURE and request.state in UNANSWERED:
        return _erasure(db, request, session, now, form)
    return _restriction(db, request, session, form) if right in RESTRICTING else None


def bundle_shown(one: Standing, names: dict[str, str]) -> dict[str, Any]:
    bundle = one.bundle
    return {
        "id": bundle.id,
        "state": BUNDLE_STATES[one.state],
        "waits": one.state == BundleState.MADE,
        "asked_at": bundle.asked_at,
        "asked_by": names.get(bundle.asked_by, ""),
        "released_by": names.get(bundle.released_by or "", ""),
        "fetched_at": bundle.fetched_at,
        "until": one.until if one.state in {BundleState.MADE, BundleState.RELEASED} else None,
        "megabytes": max(one.size / 1_000_000, 0.1) if one.size else None,
    }


def restriction_row(shown: Shown, names: dict[str, str], now: datetime) -> dict[str, Any]:
    found = shown.restriction
    ground = RESTRICTION_GROUNDS[found.ground]
    return {
        "id": found.id,
        "case": found.session_id,
        "reference": shown.reference,
        "ground": f"{ground.text} (Art. 18(1)({ground.letter}))",
        "keeps": ground.keeps,
        "reason": shown.reason,
        "set_at": found.set_at,
        "set_by": names.get(found.set_by, ""),
        "announced_at": found.announced_at,
        "lift_reason": shown.lift_reason,
        "told_at": shown.told_at,
        "told_how": shown.told_how,
        "may_lift_at": shown.may_lift_at,
        "may_lift": shown.may_lift_at is not None and now >= shown.may_lift_at,
        "lifted_at": found.lifted_at,
        "lifted_by": names.get(found.lifted_by or "", ""),
    }


def _bundles(db: Session, request: PrivacyRequest, now: datetime) -> dict[str, Any]:
    found, names = bundles_of(db, request.id, now), staff_names(db)
    busy = {BundleState.MAKING, BundleState.MADE, BundleState.RELEASED}
    return {
        "name": "access",
        "bundles": [bundle_shown(one, names) for one in found],
        "may_ask": not any(one.state in busy for one in found)
        and request.state not in {"refused", "withdrawn"},
        "releases_url": url_for("desk.bundles"),
    }


def _erasure(
    db: Session,
    request: PrivacyRequest,
    session: VerificationSession,
    now: datetime,
    given: Forms | None,
) -> dict[str, Any]:
    waives = http.args.get("waive") == "1" or (
        isinstance(given, EraseForm) and bool(given.erase_waives.data)
    )
    plan = erasure_plan(db, session, now, waives_claims=waives)
    form = given if isinstance(given, EraseForm) else EraseForm(formdata=None)
    stone = session.submitted_at is not None
    if not isinstance(given, EraseForm):
        form.erase_words.data = erasure_words(plan, request.language, leaves_tombstone=stone)
    form.erase_version.data = str(request.version)
    form.erase_seen.data = " ".join(part.id for part in plan.erased)
    form.erase_waives.data = waives
    ground = GROUNDS.get(plan.ground or "")
    return {
        "name": "erasure",
        "form": form,
        "erased": [_part(part) for part in plan.erased],
        "kept": [_part(part) for part in plan.kept],
        "is_whole": plan.is_whole,
        "ground": f"{ground.article}: {ground.label}" if ground else "",
        "waives": waives,
        "may_waive": not waives and any(part.why == Why.CLAIMS for part in plan.kept),
        "leaves_tombstone": plan.is_whole and stone,
        "waive_url": url_for("desk.request_page", request_id=request.id, waive=1),
    }


def _part(part: Part) -> dict[str, Any]:
    ground = GROUNDS[GROUND_OF[part.why]] if part.why else None
    return {
        "kind": kind_name(part.kind),
        "stage": stage_name(part.stage),
        "why": str(WHYS[part.why]) if part.why else "",
        "article": ground.article if ground else "",
        "until": part.until,
    }


def _restriction(
    db: Session, request: PrivacyRequest, session: VerificationSession, form: Forms | None
) -> dict[str, Any]:
    shown = restriction_shown(db, runtime().vault, session.id)
    row = restriction_row(shown, staff_names(db), request.received_at) if shown else None
    return {
        "name": "restriction",
        "form": form if isinstance(form, RestrictForm) else RestrictForm(formdata=None),
        "in_force": row,
        "may_set": shown is None and request.state in UNANSWERED,
        "title": _("Restrict the case"),
        "all_url": url_for("desk.restricted"),
    }
